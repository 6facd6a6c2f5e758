"""Every reason for which the API says no: which statuses it comes with, what it means, what to do.

A reason keeps its meaning; new ones are added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Reason(NamedTuple):
    """What a problem's `reason` says."""

    statuses: tuple[int, ...]
    meaning: str
    what_to_do: str


_AGAIN: Final = "Send the same request again, after `Retry-After`."
_OPERATOR: Final = "Ask who runs the installation; `GET /v1/status` says more."
_LOOK: Final = "Look at how it stands, and decide anew."

REASONS: Final[Mapping[str, Reason]] = {
    # What is asked for is not there, or not to be known of.
    "CHECK_IN_UNKNOWN": Reason(
        (404,), "The key result has no such check-in.", "Take the id from its history, or from the command's answer."
    ),
    "COMMENT_UNKNOWN": Reason(
        (404, 422),
        "There is no such comment, or none on what you may know of; a reply answers one on the same thing.",
        "Take its id from the list.",
    ),
    "REACTION_UNKNOWN": Reason((404,), "There is no such reaction.", "Take one of those that the message lists."),
    "CYCLE_UNKNOWN": Reason((404, 422), "There is no such cycle.", "Give its id or its name; `GET /v1/cycles` lists all."),
    "KEY_RESULT_UNKNOWN": Reason((404, 422), "There is no such key result, or none that you may know of.", "Give its id or its reference."),
    "INITIATIVE_UNKNOWN": Reason((404, 422), "There is no such initiative, or none that you may know of.", "Give its id or its reference."),
    "TASK_UNKNOWN": Reason((404,), "There is no such task, or none that you may know of.", "Give its id or its reference."),
    "EFFORT_UNKNOWN": Reason((404,), "There is no such entry of yours.", "Take the id from `GET /v1/effort`."),
    "KPI_UNKNOWN": Reason((404, 422), "There is no such KPI.", "Give its id or its reference; `GET /v1/kpis` lists all."),
    "MEASUREMENT_UNKNOWN": Reason((404,), "The KPI has no such value.", "Take the id from its values, or from the command's answer."),
    "OBJECTIVE_UNKNOWN": Reason((404, 422), "There is no such objective, or none that you may know of.", "Give its id or its reference."),
    "PERSON_UNKNOWN": Reason(
        (401, 404, 422), "There is no such person in this tenant; 401: the token names nobody.", "Give an id or a handle."
    ),
    "PILLAR_UNKNOWN": Reason(
        (404, 422), "There is no such strategic pillar.", "Give its id, its reference or its title; `GET /v1/pillars` lists all."
    ),
    "TEAM_UNKNOWN": Reason(
        (404, 422), "There is no such team, or none on that day.", "Give its id or its name; `GET /v1/teams` lists all."
    ),
    "SETTING_UNKNOWN": Reason((404,), "There is no such setting.", "Give one of those that `GET /v1/settings` lists."),
    "TEMPLATE_UNKNOWN": Reason((404,), "There is no such template, or it was removed.", "`GET /v1/templates` lists all."),
    "TENANT_UNKNOWN": Reason((401, 404), "There is no such tenant; 401: the token names none.", "Give its id or its name."),
    "VIEW_UNKNOWN": Reason(
        (404,), "There is no such saved view of yours, and none that is shared.", "Give the id of one that `GET /v1/views` lists."
    ),
    "THING_UNKNOWN": Reason(
        (404, 422), "Nothing goes by this id or reference.", "Give that of an objective, key result, cycle, person, team or pillar."
    ),
    "LOG_UNKNOWN": Reason((404,), "There is no such log.", "Give one of the names that the message lists."),
    "NO_LOG": Reason((404,), "This service keeps no log.", "Ask one that does; the message lists them."),
    "SERVICE_NOT_REBUILT": Reason((404,), "This service keeps nothing that is made from logs.", "Name one that does."),
    "REBUILD_OF_NOTHING": Reason((404,), "This service keeps nothing that is made from logs.", "Name one that does."),
    "NOT_SHARED": Reason((404,), "The key result does not count for this objective.", "Look at its `counts_for`."),
    "PATH_UNKNOWN": Reason((404,), "Nothing answers at this path.", "`/docs` and `/openapi.json` tell what does."),
    "METHOD_NOT_ALLOWED": Reason((405,), "The path has no such method.", "`Allow` lists those that it has."),
    # The state of things does not allow it.
    "ANNOUNCED_MEANWHILE": Reason((412,), "Another process of the service has done it.", "Nothing: it is inside the services."),
    "ALREADY_ACKNOWLEDGED": Reason((409,), "You have taken note of this before.", "Nothing."),
    "COMMENT_TAKEN_BACK": Reason((409,), "The comment was taken back; nothing becomes of it any more.", "Write another one."),
    "FEEDBACK_ANSWERED": Reason((409,), "The feedback was given, or declined, before.", "Write a comment."),
    "TOO_MANY_COMMENTS": Reason((409,), "There are as many comments here as there may be.", "Talk on one of its key results or check-ins."),
    "TOO_MANY_REACTIONS": Reason((409,), "There are as many reactions to this comment as there may be.", "Nothing."),
    "CHECK_IN_RETRACTED": Reason(
        (409,), "The check-in was taken back; it is neither corrected nor taken back again.", "Record another one."
    ),
    "CORRECTION_OF_ABSTENTION": Reason((409,), "An abstention has no value to correct.", "Retract it and record a value."),
    "CORRECTION_OF_CORRECTION": Reason((409,), "This is a correction's id.", "Name the check-in itself; it may be corrected again."),
    "CHANGED_SINCE_OUTDATED": Reason((409,), "A log was restored since then: its positions are of other events.", "List everything anew."),
    "CYCLE_CLOSED": Reason((409,), "The cycle is closed: it takes no objectives and check-ins.", "Use a cycle that is not."),
    "CYCLE_DEFINED": Reason((409,), "There is a cycle of this id already.", _LOOK),
    "APPROVAL_NEEDED": Reason(
        (409,), "The tenant lets an objective become active when it is approved.", "Submit it; once it is approved, activate it."
    ),
    "NO_APPROVAL_WANTED": Reason((409,), "The tenant lets objectives become active without an approval.", "Activate it."),
    "NOT_SUBMITTED": Reason((409,), "The objective is not submitted for approval.", "Have it submitted first."),
    "NOT_TWO_TO_FIVE": Reason((409,), "The tenant lets an objective become active with 2 to 5 key results.", "Define or cancel some."),
    "CYCLE_NOT_CLOSED": Reason((409,), "The cycle is not closed: there is nothing to reopen, and no report yet.", _LOOK),
    "CYCLE_STEP": Reason(
        (409,), "A cycle goes from planning to active to review to closed, a step at a time.", "Do the step before first."
    ),
    "IS_A_SUM": Reason(
        (409,), "The key result is the sum of what feeds it: nobody checks in on it.", "Check in on what feeds it, or measure the KPI."
    ),
    "FEEDS_A_SUM": Reason((409,), "Its unit is that of a sum that it feeds, or that it is.", "Take it from the sum first."),
    "GRADE_AFTER_END": Reason((409,), "A grade speaks of a day up to its objective's end.", "Give `as_of` at or before the end."),
    "KEY_RESULT_CANCELLED": Reason((409,), "The key result is cancelled: it no longer changes.", "Define another one."),
    "INITIATIVE_DEFINED": Reason((409,), "There is an initiative of this id already.", _LOOK),
    "INITIATIVE_ENDED": Reason(
        (409,), "The initiative is done or dropped: nothing new is begun for it.", "Let it go on first, or name another."
    ),
    "MILESTONE_PLANNED": Reason((409,), "There is a milestone of this id already.", _LOOK),
    "EFFORT_RETRACTED": Reason((409,), "This time was taken back: it counts no more.", "Log it anew."),
    "TOO_MUCH_LOGGED": Reason((409,), "Of one day as many entries are logged as a day takes.", "Correct one of them, or take one back."),
    "TASK_GIVEN": Reason((409,), "There is a task of this id already.", _LOOK),
    "TASK_NOT_OPEN": Reason((409,), "The task is done or cancelled: it no longer changes.", "Reopen it first."),
    "KPI_DEFINED": Reason((409,), "There is a KPI of this id already.", _LOOK),
    "KPI_IN_RANGE": Reason((409,), "An objective is started from a KPI that is out of its range.", "Define the objective by itself."),
    "KPI_RETIRED": Reason((409,), "The KPI is retired: it takes no values, and no longer changes.", "Define another one."),
    "LAST_ADMIN": Reason((409,), "The tenant would be left without an admin.", "Make somebody else an admin first."),
    "LIBRARY_TEMPLATE": Reason((409,), "Templates of the library do not change.", "Save one of your own: `POST /v1/templates`."),
    "MANAGER_LOOP": Reason((409,), "Somebody would come to manage themselves.", "Name somebody whom they do not manage."),
    "NAME_TAKEN": Reason((409,), "Something goes by this name or handle already.", "Choose another one."),
    "OBJECTIVE_ACTIVE": Reason((409,), "The objective is active already.", "Nothing."),
    "DAYS_OUTSIDE": Reason(
        (409,),
        "Days of the objective, or of its key results, would lie outside the cycle that it is to be moved to; they are named.",
        "Say `start_day` and `due_day`, change the others first, or give `fit_days`: `true`.",
    ),
    "ENCLOSING_LOOP": Reason((409,), "A cycle would come to lie in itself, perhaps through others.", "Name one that does not lie in it."),
    "OBJECTIVES_OUTSIDE": Reason(
        (409,), "Objectives would lie outside the cycle as it would be; they are named.", "Change their days, or give `objectives`: `move`."
    ),
    "OBJECTIVE_CANCELLED": Reason((409,), "The objective is cancelled: nothing is said of it at the closing.", "Leave its row out."),
    "OBJECTIVE_CLOSED": Reason(
        (409,), "The objective is closed or cancelled: it no longer changes, and takes no check-ins.", "Reopen it, or draft another one."
    ),
    "OBJECTIVE_NOT_ENDED": Reason((409,), "The objective has not ended: there is nothing to reopen.", _LOOK),
    "OBJECTIVE_NOT_IN_CYCLE": Reason((409,), "The objective belongs to another cycle.", "Leave its row out."),
    "OBJECTIVE_DEFINED": Reason((409,), "There is an objective of this id already.", _LOOK),
    "OBJECTIVE_NOT_ACTIVE": Reason((409,), "The objective is a draft.", "Activate it first."),
    "PARENT_LOOP": Reason((409,), "The objective would hang under itself.", "Choose a parent that does not hang under it."),
    "MAY_NOT_REPORT": Reason(
        (422,), "The person's roles let them report on nothing.", "Name somebody else, or give them another role first."
    ),
    "PERSON_LEFT": Reason((403, 409, 422), "The person has left.", "Let them come back first, or name somebody else."),
    "REFERENCE_TAKEN": Reason((409,), "Something goes by this reference already; it stays with it for ever.", "Choose another one."),
    "ROWS_MOVED": Reason((409,), "What is imported was changed meanwhile.", "Send the import again."),
    "STALE_VERSION": Reason((412,), "The thing has changed since you read it.", "Read it again, and send the command with its new `ETag`."),
    "PILLAR_REMOVED": Reason((409,), "The strategic pillar was removed: none can name it any more.", "Name one that is there, or none."),
    "TOO_MANY_PILLARS": Reason((409,), "The tenant has as many strategic pillars as it may.", "Use those that are there."),
    "TEAM_DISSOLVED": Reason((409,), "The team was dissolved: it no longer changes.", "Found another one; its name is free."),
    "TEAM_HAS_TEAMS": Reason((409,), "Teams stand below it.", "Move or dissolve those first; the message names them."),
    "TEAM_LOOP": Reason((409,), "The team would stand below itself.", "Choose a team that does not stand below it."),
    "TEAMS_TOO_DEEP": Reason((409,), "As many teams stand above one another as may.", "Put it higher up."),
    "TOO_MANY_TEAMS": Reason((409,), "The tenant has as many teams as it may.", "Use those that are there."),
    "TOO_MANY_TEMPLATES": Reason((409,), "The tenant has as many templates of its own as it may.", "Remove one that nobody uses."),
    "TOO_MANY_VIEWS": Reason((409,), "You have as many saved views as one person may.", "Remove one that you no longer use."),
    "TENANT_HAS_ADMIN": Reason((409,), "The tenant has an admin, whose decision it is.", "Ask an admin of the tenant."),
    "TARGET_MET": Reason(
        (409,), "A metric that is to be carried over got to its target already.", "Give it a new one, in `targets` by its reference."
    ),
    "TOO_MANY_KEY_RESULTS": Reason((409,), "An objective has as many key results as it may.", "Split the objective."),
    "CLOCK_MAY_NOT_BE_MOVED": Reason((409,), "The clock of this installation is the machine's.", "Use one whose settings let it be moved."),
    "CLOCK_RUNS_FORWARD": Reason((409,), "The clock never runs backwards.", "Give a time that is ahead of its own."),
    # A value is wrong.
    "ABSTENTION_SAYS_MORE": Reason(
        (422,), "An abstention says why there is no value, and nothing else.", "Leave out what judges a value, or say it in the reason."
    ),
    "ABSTENTION_WITHOUT_REASON": Reason((422,), "An abstention says why there is no value.", "Say why in `abstention`."),
    "CAUSATION_ID_MALFORMED": Reason((422,), "A causation id is no UUID.", "Nothing: it is inside the services."),
    "COUNTS_FOR_ITSELF": Reason((422,), "A key result counts for its own objective anyway.", "Name another objective."),
    "BOUNDS_SWAPPED": Reason((422,), "The lower bound lies above the upper one.", "Give a `low` that is at most `high`."),
    "EFFORT_AFTER_END": Reason((422,), "The work, or what it serves, had ended by that day.", "Name a day on which it was worked on."),
    "EFFORT_OVER_A_DAY": Reason((422,), "More than the 24 hours of a day would be logged.", "Log what is left, or correct the others."),
    "DAY_IN_FUTURE": Reason((422,), "The day has not come yet.", "Give today, where the tenant is, or a day before."),
    "END_BEFORE_START": Reason((422,), "The end lies before the start.", "Give an end at or after the start."),
    "FORMULA_UNKNOWN": Reason((422,), "There are no formulas of this version.", "Give one that the message lists."),
    "HANDLE_INVALID": Reason((422,), "This cannot be a handle.", "Give one line without slashes that is no id."),
    "HOLDS_FROM_AHEAD": Reason((422,), "What holds from a day holds from today at the latest.", "Give today, or a day before."),
    "HOLDS_FROM_TOO_EARLY": Reason(
        (422,), "On this day the thing was not there yet, or not so.", "Give a later day; the message says from which."
    ),
    "INVALID_ARGUMENT": Reason((422,), "Fields hold what they may not.", "`errors` names each, and says what would be right."),
    "MESSAGE_TOO_LARGE": Reason(
        (422,), "More would have to travel at once than can.", "Ask for less at a time: a lower `limit`, fewer rows."
    ),
    "NOT_OF_ONESELF": Reason((422,), "Nobody thanks themselves, or asks themselves for feedback.", "Name somebody else."),
    "PERSON_CANNOT_ANSWER": Reason((422,), "Who is asked changes nothing here, and cannot answer.", "Ask a member."),
    "PERSON_CANNOT_SEE": Reason(
        (422,), "Who is named may not see what it is on, and is not told of it.", "Let them see it first, or leave them out."
    ),
    "TOO_MANY_MENTIONS": Reason((422,), "More words stand behind an @ than may.", "Name fewer people."),
    "MILESTONES_EXPECTED": Reason((422,), "The key result is measured by milestones.", "Give `milestones_done`."),
    "MILESTONE_UNKNOWN": Reason(
        (404, 422),
        "The key result has no milestone of this number; 404: there is no such milestone of the company or a team.",
        "They are numbered from 1; `GET /v1/milestones` lists those of the company and teams.",
    ),
    "NOT_POSTPONED": Reason((422,), "A milestone is postponed to a later day than it has.", "Give a later day."),
    "NOT_A_METRIC": Reason(
        (422,), "Only a metric has start and target, and only it and what is maintained a unit.", "Leave these fields out."
    ),
    "NOT_MILESTONES": Reason((422,), "Only what is measured by milestones has some.", "Leave `milestones` out."),
    "NOT_A_SUM": Reason((422,), "Only a sum is fed by key results and KPIs.", "Leave `feeds` out."),
    "BASELINE_WITH_TARGET": Reason((422,), "A baseline has no target yet.", "Define a metric, or give the target later."),
    "FEED_NOT_ADDABLE": Reason((422,), "What feeds a sum is a metric, a baseline, another sum or a KPI.", "Name one of these."),
    "FEED_OF_OTHER_UNIT": Reason((422,), "What feeds a sum has its unit.", "Name what is of the same unit."),
    "SUM_LOOP": Reason((422,), "A sum would feed itself, be it through others.", "Name key results that it does not feed."),
    "SUM_TOO_DEEP": Reason((422,), "Too many sums stand one upon another.", "Let what feeds them feed this one itself."),
    "PART_IMPOSSIBLE": Reason((422,), "Abstentions, binary key results, milestones and sums have no parts.", "Leave `part` out."),
    "NOT_AN_OWNER": Reason((422,), "A part is that of one of the key result's owners.", "Name an owner, or leave `part` out."),
    "NOT_MAINTAINED": Reason((422,), "Only what is maintained has bounds and a mode.", "Leave these fields out."),
    "NO_BOUND": Reason((422,), "What is maintained has no bound.", "Give `low`, or `high`, or both."),
    "START_IS_TARGET": Reason((422,), "Start and target of a metric are the same.", "Give two numbers with a way between them."),
    "TABLES_UNREADABLE": Reason((422,), "The tables of an import cannot be read.", "The message names the table and what it lacks."),
    "PLAN_BACKWARDS": Reason((422,), "The days of a plan do not rise, or its shares fall.", "Put the points in order."),
    "PLAN_OUTSIDE": Reason(
        (422,), "A day of a plan lies outside of the span, or the due day within the plan.", "Give days between the first and the due day."
    ),
    "TIME_ZONE_UNKNOWN": Reason((422,), "There is no such time zone.", "Give an IANA name, as Europe/Zurich."),
    "VALUE_EXPECTED": Reason((422,), "The key result has no milestones.", "Give `value`."),
    # Who asks, and what they may.
    "ISSUER_OFF": Reason((403,), "Browsers are not signed in at an issuer here.", "`GET /v1/session` says how they are."),
    "SIGN_IN_EXPIRED": Reason(
        (401,), "An answer of the issuer's came to a browser that did not ask for it, or over ten minutes later.", "Sign in again."
    ),
    "SIGN_IN_REFUSED": Reason((401,), "The issuer signs this person in nowhere, or not here.", "Ask who looks after the issuer."),
    "ID_TOKEN_INVALID": Reason(
        (401,), "What the issuer says of somebody cannot be believed, or does not say who they are.", "Ask who runs the installation."
    ),
    "ISSUER_UNAVAILABLE": Reason((503,), "The issuer does not answer, or not as OpenID Connect has it.", "Try again."),
    "BUILT_IN_ISSUER_OFF": Reason((403,), "Nobody is signed in here.", "Sign in where the installation's tokens come from."),
    "CALLER_UNKNOWN": Reason((401, 403), "Who asks is not known, or no service that may.", "Sign in."),
    "IDENTITY_EXPIRED": Reason((401,), "An identity inside the services has expired.", _AGAIN),
    "IDENTITY_INVALID": Reason((401,), "An identity inside the services is not good.", _OPERATOR),
    "IDENTITY_OF_ANOTHER_SERVICE": Reason((401,), "An identity was handed to another service than it is for.", _OPERATOR),
    "FEEDBACK_NOT_ASKED": Reason((403,), "You were not asked for this feedback.", "Write a comment."),
    "NOT_THE_AUTHOR": Reason((403,), "The comment is somebody else's.", "Answer it; an admin may take it back."),
    "NOT_A_REPORTER": Reason(
        (403,), "You do not report of this key result.", "Its owners, and owner and contributors of the objective do; or admins, for them."
    ),
    "NOT_AN_APPROVER": Reason((403,), "It is not for you to approve this objective.", "Admins, and who owns what it is aligned to, may."),
    "NOT_AN_EDITOR": Reason((403,), "You may not change this objective.", "Its owner, who made it and admins may."),
    "NOT_ITS_KEEPER": Reason((403,), "You may not change this KPI, initiative or milestone.", "Its owner, who made it and admins may."),
    "NOT_ITS_OWNER": Reason((403,), "The saved view is somebody else's.", "Save it as one of your own."),
    "NOT_ITS_ASSIGNEE": Reason((403,), "You do not have this task, and have not given it.", "Its assignee and its giver do it."),
    "NOT_OF_THE_TEAM": Reason((403,), "Where a team's weeks went is for its people and those who lead it.", "Ask one of them."),
    "NOT_ITS_GIVER": Reason((403,), "You have not given this task.", "Its giver and admins change it."),
    "ON_BEHALF_OF": Reason((403,), "You may not do this for somebody else.", "Leave `on_behalf_of` out; admins and services may."),
    "OPERATOR_OF_NO_ISSUER": Reason(
        (401,), "The token claims to be the operator's, and its issuer signs for no operator.", "Use the operators' issuer."
    ),
    "ORIGIN_UNKNOWN": Reason((403,), "A page of another site asks.", "Ask from a page of this host, or add it to `CAIRN_HOSTS`."),
    "COOKIE_REPEATED": Reason((401,), "More than one cookie has the session's name.", "Delete the cookies of this host; sign in."),
    "CSRF": Reason(
        (403,),
        "What is signed in by a cookie came without `Cairn-Csrf: 1`, or from a page of another origin.",
        "Send the header from a page of this very origin, or use a bearer token.",
    ),
    "REFRESH_TOKEN_INVALID": Reason((401,), "The refresh token is not known, too old, or was used before.", "Sign in again."),
    "REPORT_UNKNOWN": Reason((404,), "The cycle was not closed so often.", "Leave `version` out, or give one up to `versions`."),
    "ROLE_REQUIRED": Reason((403,), "You lack a role that this needs.", "Ask an admin for one that the message names."),
    "ROLE_TAKEN_AWAY": Reason((403,), "You have lost a role while this was under way.", "Ask an admin."),
    "SESSION_ENDED": Reason((401,), "The session has ended: it was signed out, ended by an admin, not used, or is over.", "Sign in again."),
    "SIGN_IN_FORWARDED": Reason((403,), "Nobody is signed in through a proxy.", "Ask the gateway itself, on its own machine."),
    "TOKEN_EXPIRED": Reason((401,), "The token has expired.", "Refresh it, or sign in again."),
    "TOKEN_INVALID": Reason((401,), "The token is not good: its signature, its issuer, or what it lacks.", "Sign in again."),
    "TOKEN_MISSING": Reason((401,), "There is no bearer token.", "Send `Authorization: Bearer …`."),
    "TOKEN_TOO_LONG": Reason((401,), "The token lives longer than tokens may.", "Ask your issuer for shorter-lived ones."),
    # The request itself.
    "BODY_CUT_OFF": Reason((400,), "The connection ended before the body did.", "Send it again."),
    "CLIENT_GONE": Reason((499,), "The connection was closed before the answer was there; only metrics tell.", "Ask again."),
    "BODY_TOO_LARGE": Reason((413,), "The body has more bytes than it may.", "Send less, or in several requests."),
    "HEADERS_TOO_LARGE": Reason((431,), "The request line and the headers are too long together.", "Send less in them."),
    "BODY_TOO_SLOW": Reason((408,), "The body took too long.", "Send less, or in several requests."),
    "BODY_UNUSED": Reason((400,), "A body has no effect here.", "Leave it out."),
    "CORRELATION_ID_MALFORMED": Reason((400, 422), "`X-Correlation-Id` is no UUID.", "Leave it out, and one is made."),
    "CURSOR_FOREIGN": Reason((400,), "The cursor was given out for another list, other filters or somebody else.", "Begin without one."),
    "HEADER_UNUSED": Reason((400,), "A header that other operations heed has no effect here.", "Leave it out."),
    "HOST_MISSING": Reason((400,), "The request names no host.", "Send `Host`."),
    "HOST_MALFORMED": Reason((400,), "The request names more than one host.", "Name the one that it is for."),
    "HOST_UNKNOWN": Reason((421,), "This is not called so.", "Use a name of the installation, or add one to `CAIRN_HOSTS`."),
    "IDEMPOTENCY_KEY_MALFORMED": Reason((400,), "`Idempotency-Key` has 1 to 128 visible ASCII characters.", "Give such a key."),
    "IDEMPOTENCY_KEY_REUSED": Reason((422,), "The key was used for another request.", "Give each request a key of its own."),
    "IDEMPOTENCY_KEY_TOO_LONG": Reason((422,), "A key of a row has at most 128 characters.", "Give a shorter one."),
    "IF_MATCH_MALFORMED": Reason((400,), "`If-Match` is no ETag of ours.", "Hand in the `ETag` as it came, quotes included."),
    "IF_NONE_MATCH_MALFORMED": Reason((400,), "`If-None-Match` is no list of ETags.", "Hand in the `ETag` as it came, quotes included."),
    "JSON_MALFORMED": Reason((400,), "The body is not JSON.", "The message says where it cannot be read."),
    "NOT_JSON": Reason((415,), "The body is of another media type than the operation takes.", "Send one that the message lists."),
    "PAGE_TOKEN_MALFORMED": Reason((422,), "A page token inside the services is none.", "Begin without a cursor."),
    "PAGE_TOKEN_UNKNOWN": Reason((422,), "A page token inside the services is not known any more.", "Begin without a cursor."),
    "POSITION_LOST": Reason(
        (422,), "The position was lost when its log went on from an older state.", "Read how things stand, and decide anew."
    ),
    "POSITION_MALFORMED": Reason(
        (400, 422), "`Cairn-After`, `after` or `changed_since` names no position.", "Hand in `Cairn-Position` as it came."
    ),
    "POSITION_UNKNOWN": Reason((400, 422), "There is no such position.", "Hand in `Cairn-Position` as it came."),
    "QUERY_MALFORMED": Reason((400,), "The query cannot be read.", "Encode it in UTF-8 and percent signs."),
    "REQUEST_MALFORMED": Reason((422,), "A request inside the services cannot be read.", _OPERATOR),
    "TRACEPARENT_MALFORMED": Reason((400,), "`traceparent` names no span (W3C Trace Context).", "Mend it, or leave it out."),
    # What passes, or what the operator mends.
    "BODIES_BUSY": Reason((503,), "Too many large requests are under way.", _AGAIN),
    "BUSY": Reason((503,), "There is as much under way as may be.", _AGAIN),
    "CATALOGUE_UNAVAILABLE": Reason((503,), "The database of check-ins does not answer.", _AGAIN),
    "CHECKSUMS_NOT_READY": Reason((503,), "Sums over a log are being made for the first time.", _AGAIN),
    "CLOCK_JUMPED": Reason((503,), "The machine's clock jumped ahead; nothing is recorded until that is seen to.", _OPERATOR),
    "CLOCK_MOVED_IN_PART": Reason((503,), "The clock was moved in some services.", _AGAIN),
    "CLOCK_NOT_MOVED": Reason((503,), "A service is away, so the clock was moved nowhere.", _AGAIN),
    "CONTENTION": Reason((429,), "Many change the same thing at once.", _AGAIN),
    "DATABASE_UNAVAILABLE": Reason((503,), "A service's database does not answer.", _AGAIN),
    "DEFINITIONS_TOO_OLD": Reason((503,), "Goals has not confirmed for too long what is known of key results.", _AGAIN),
    "DIRECTORY_UNAVAILABLE": Reason((503,), "Nobody can tell who asks: directory does not answer.", _AGAIN),
    "EVENT_TYPE_UNKNOWN": Reason((503,), "A newer release wrote events that this one cannot read.", "Ask again after the upgrade."),
    "FOREIGN_MESSAGES": Reason((503,), "Kafka holds messages that the log does not know.", _OPERATOR),
    "GOALS_UNAVAILABLE": Reason((503,), "Goals, which knows this key result, does not answer.", _AGAIN),
    "INTERNAL": Reason((500,), "A defect of ours.", "Tell who runs the installation the correlation id."),
    "KAFKA_UNAVAILABLE": Reason((503,), "Kafka does not answer.", _AGAIN),
    "LOG_BEHIND": Reason((503,), "Kafka holds more of a log than the log does: it was restored.", _OPERATOR),
    "LOG_BUSY": Reason((429,), "A log takes no more for the moment.", _AGAIN),
    "LOG_NOT_COMPARED": Reason((503,), "A log has not been compared with Kafka yet.", _AGAIN),
    "LOG_UNAVAILABLE": Reason((503,), "A log does not answer.", _AGAIN),
    "LOG_WENT_BACK": Reason((503,), "A log is older than it was: it was restored.", _OPERATOR),
    "NOT_CAUGHT_UP": Reason((503,), "Not everything has been taken in within the time.", _AGAIN),
    "NOT_READY": Reason((503,), "Directory is away, without which nobody is known.", _AGAIN),
    "NOT_YET_CONSUMED": Reason((503,), "What `Cairn-After` names has not been taken in within 5 seconds.", _AGAIN),
    "OF_AN_EARLIER_GENERATION": Reason((503,), "What is exported holds what its log has lost.", "Ask again once the rebuild is done."),
    "PARTITION_STOPPED": Reason((503,), "A service is not what a log says, and goes no further until it is rebuilt.", _OPERATOR),
    "REBUILDS_AT_LIMIT": Reason((429,), "As many rebuilds are at work as may be.", "Wait until one is done."),
    "REBUILD_FAILED": Reason((503,), "A rebuild ended with an error; the live tables answer as before.", _OPERATOR),
    "REBUILD_LOGS_UNKNOWN": Reason((503,), "The service is not told where the logs are.", "Set `CAIRN_LOGS` for it."),
    "REBUILD_RUNNING": Reason((429,), "The service is being rebuilt already.", "Wait until that is done."),
    "REBUILD_TABLES_IN_USE": Reason((429,), "Somebody holds the tables that the rebuild would replace.", _AGAIN),
    "REBUILT_MEANWHILE": Reason((503,), "What is exported was rebuilt meanwhile.", "Begin the export anew."),
    "SERVICE_AWAY": Reason((503,), "A service does not answer; the message names it.", _AGAIN),
    "TOO_MANY_AT_ONCE": Reason((429,), "As much of this is under way as one person or one tenant may have.", "Ask again when one is done."),
    "TOO_MANY_REQUESTS": Reason((429,), "More requests than one person or one tenant may make.", _AGAIN),
    "TOO_SLOW": Reason((503,), "The services are too busy to take this in time.", _AGAIN),
    "UNAVAILABLE": Reason((503,), "A service that this needs does not answer.", _AGAIN),
    "UNKNOWN": Reason((404,), "There is no such thing.", "Give an id or a reference of something that is there."),
}

_PAGE: Final = """# Reasons

Why the API says no: the `reason` of a problem, and of a refused row of many check-ins. `GET /v1/reasons` tells the same. A reason keeps its
meaning, and new ones are added: for one that you do not know, act by the status. Made by `python -m gateway.release_catalogues`.

| reason | status | meaning | what to do |
|---|---|---|---|
"""


def page() -> str:
    """The page of all reasons, in Markdown."""
    rows = (
        f"| `{name}` | {', '.join(map(str, told.statuses))} | {told.meaning} | {told.what_to_do} |\n"
        for name, told in sorted(REASONS.items())
    )
    return _PAGE + "".join(rows)
