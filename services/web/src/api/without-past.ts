/** What of a page is of today even where the page looks at the past: it is told beside the instant. */
export type OfToday = 'conversation' | 'checkIns' | 'inbox' | 'vision' | 'values' | 'report' | 'operation'

/**
 * The questions that cannot be asked of the past, and what is shown of them while a page looks there.
 * `null`: their answer is of no day (who one is, which cycles there are). A question of the API stands here or takes `as_of`: a test holds to it.
 */
export const WITHOUT_PAST: Readonly<Record<string, OfToday | null>> = {
  '/.well-known/jwks.json': null,
  '/docs': null,
  '/health': null,
  '/health/live': null,
  '/health/ready': null,
  '/openapi.json': null,
  '/v1/audit/actions': null, // every action has its own instant
  '/v1/audit/export': null,
  '/v1/changes': null,
  '/v1/check-ins': 'checkIns',
  '/v1/check-ins/{check_in}/comments': 'conversation',
  '/v1/clock': 'operation',
  '/v1/coach/rules': null,
  '/v1/comments/{comment}': 'conversation',
  '/v1/cycles': null,
  '/v1/cycles/{cycle}': null,
  '/v1/cycles/{cycle}/report': 'report', // frozen on the day that it was made
  '/v1/dead-letters': 'operation',
  '/v1/event-types': null,
  '/v1/events': null,
  '/v1/export-tables': 'operation',
  '/v1/inbox': 'inbox',
  '/v1/key-results/{ref}/check-ins': 'checkIns',
  '/v1/key-results/{ref}/check-ins/{check_in}': 'checkIns',
  '/v1/key-results/{ref}/comments': 'conversation',
  '/v1/kpis/{kpi}/values': 'values',
  '/v1/limits': null,
  '/v1/me': null,
  '/v1/objectives/{ref}/comments': 'conversation',
  '/v1/people/{person}/owned': 'operation', // what a leaver hands over today
  '/v1/pillars': 'vision',
  '/v1/pillars/{pillar}': 'vision',
  '/v1/projections/progress/digest': 'operation',
  '/v1/reasons': null,
  '/v1/session': null,
  '/v1/session/sign-in': null,
  '/v1/session/callback': null,
  '/v1/status': 'operation',
  '/v1/templates': null,
  '/v1/templates/{template}': null,
  '/v1/tenants': null,
  '/v1/tenants/{tenant}': null,
  '/v1/views': null, // where one's views lead is of no day
  '/v1/views/{view}': null,
  '/v1/vision': 'vision',
}

/** What may be sent while the past is looked at, since it changes nothing of what one looks at. */
export const CHANGES_NOTHING: ReadonlySet<string> = new Set([
  '/v1/session',
  '/v1/coach',
  '/v1/coach/tables',
  '/v1/inbox/read',
])
