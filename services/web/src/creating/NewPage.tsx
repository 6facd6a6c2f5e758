import { Skeleton } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { useGet } from '../api'
import { useSession } from '../sign-in/session'
import { Page, ProblemNotice } from '../ui'
import { draftOfTemplate, newDraft, newKeyResult, type Draft, type Parent } from './draft'
import { Editor } from './Editor'
import { useOpenCycles, useSetting } from './queries'
import { StartFrom } from './StartFrom'
import { useText } from './text'

/** A new objective: empty, from a template, below another one. */
export function NewPage() {
  const text = useText()
  const search = useSearch({ from: '/shell/objectives/new' })
  const { session } = useSession()
  const cycles = useOpenCycles()
  const visibility = useSetting('default_visibility')
  const template = useGet(
    '/v1/templates/{template}',
    { path: { template: search.template ?? '' } },
    { enabled: search.template !== undefined },
  )
  const above = useGet(
    '/v1/objectives/{ref}',
    { path: { ref: search.parent ?? '' } },
    { enabled: search.parent !== undefined },
  )
  const error = template.error ?? above.error
  const ready =
    visibility !== undefined &&
    cycles !== undefined &&
    (search.template === undefined || template.data !== undefined) &&
    (search.parent === undefined || above.data !== undefined)
  if (!ready || error !== null) {
    return (
      <Page title={text.newTitle}>
        <ProblemNotice error={error} />
        {error === null && <Skeleton h={240} />}
      </Page>
    )
  }
  const parent: Parent | null = above.data ? { kind: 'objective', id: above.data.id, title: above.data.title } : null
  const said: Partial<Draft> = {
    owner: session?.person?.id ?? '',
    team: session?.person?.teams[0]?.id ?? '',
    cycle: above.data?.cycle.id ?? search.cycle ?? cycles[0]?.id ?? '',
    visibility: visibility as Draft['visibility'],
    ...(parent !== null && { parent }),
  }
  const empty = newDraft({ ...said, keyResults: [newKeyResult('1'), newKeyResult('2')] })
  const draft = template.data ? draftOfTemplate(template.data, said) : empty
  return (
    <Editor
      key={`${search.template} ${search.parent}`}
      objective={null}
      begin={{ draft, base: search.template === undefined ? draft : empty, version: null }}
      actions={<StartFrom />}
      above={template.data && <p className="edit-from">{text.usesTemplate(template.data.name)}</p>}
    />
  )
}
