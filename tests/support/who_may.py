"""Who may ask for what: the table that tests/e2e/test_who_may.py puts to a running system, and the page that is made of it.

    yes      answered, or refused for what the request says: its caller may ask
    no       403
    unknown  404: nothing by that name is there for this caller
    own      it names nothing of anybody's: the caller of another tenant is answered of their own

`owner` is a member who owns the objective; none of the others but the admin, who made it, has to do with it, and everybody sees it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gateway.routes.table import API

TABLE: Final = """
operation                    admin    champion member   viewer   auditor  service  owner    operator elsewhere
sign_out                     yes      yes      yes      yes      yes      yes      yes      yes      own
get_me                       yes      yes      yes      yes      yes      yes      yes      yes      own
register_tenant              no       no       no       no       no       no       no       yes      no
list_tenants                 no       no       no       no       no       no       no       yes      no
get_tenant                   no       no       no       no       no       no       no       yes      no
appoint_admin                no       no       no       no       no       no       no       yes      no
add_person                   yes      no       no       no       no       no       no       no       own
list_people                  yes      yes      yes      yes      yes      yes      yes      yes      own
get_person                   yes      yes      yes      yes      yes      yes      yes      unknown  unknown
change_person                yes      no       no       no       no       no       no       unknown  unknown
list_owned                   yes      yes      yes      yes      yes      yes      yes      unknown  unknown
leave_person                 yes      no       no       no       no       no       no       unknown  unknown
reinstate_person             yes      no       no       no       no       no       no       unknown  unknown
change_manager               yes      no       no       no       no       no       no       unknown  unknown
found_team                   yes      no       no       no       no       no       no       no       own
list_settings                yes      yes      yes      yes      yes      yes      yes      no       own
get_setting                  yes      yes      yes      yes      yes      yes      yes      no       own
change_setting               yes      no       no       no       no       no       no       no       own
get_vision                   yes      yes      yes      yes      yes      yes      yes      no       own
state_vision                 yes      no       no       no       no       no       no       no       own
list_pillars                 yes      yes      yes      yes      yes      yes      yes      no       own
add_pillar                   yes      no       no       no       no       no       no       no       own
get_pillar                   yes      yes      yes      yes      yes      yes      yes      no       unknown
revise_pillar                yes      no       no       no       no       no       no       no       unknown
remove_pillar                yes      no       no       no       no       no       no       no       unknown
list_views                   yes      yes      yes      yes      yes      yes      yes      no       own
save_view                    yes      yes      yes      yes      yes      yes      yes      no       own
get_view                     yes      yes      yes      yes      yes      yes      yes      no       unknown
revise_view                  no       no       no       no       no       no       yes      no       unknown
remove_view                  no       no       no       no       no       no       yes      no       unknown
list_teams                   yes      yes      yes      yes      yes      yes      yes      yes      own
get_team                     yes      yes      yes      yes      yes      yes      yes      unknown  unknown
revise_team                  yes      no       no       no       no       no       no       no       unknown
list_members                 yes      yes      yes      yes      yes      yes      yes      unknown  unknown
add_member                   yes      no       no       no       no       no       no       no       unknown
remove_member                yes      no       no       no       no       no       no       no       unknown
dissolve_team                yes      no       no       no       no       no       no       no       unknown
sign_out_person              yes      no       no       no       no       no       no       unknown  unknown
define_cycle                 yes      yes      no       no       no       yes      no       no       own
list_cycles                  yes      yes      yes      yes      yes      yes      yes      yes      own
get_cycle                    yes      yes      yes      yes      yes      yes      yes      unknown  unknown
revise_cycle                 yes      yes      no       no       no       yes      no       unknown  unknown
start_cycle                  yes      yes      no       no       no       yes      no       unknown  unknown
review_cycle                 yes      yes      no       no       no       yes      no       unknown  unknown
close_cycle                  yes      yes      no       no       no       yes      no       unknown  unknown
reopen_cycle                 yes      yes      no       no       no       yes      no       unknown  unknown
define_objective             yes      yes      yes      no       no       yes      yes      no       own
list_objectives              yes      yes      yes      yes      yes      yes      yes      yes      own
get_objective                yes      yes      yes      yes      yes      yes      yes      unknown  unknown
revise_objective             yes      no       no       no       no       no       yes      unknown  unknown
align_objective              yes      no       no       no       no       no       yes      unknown  unknown
submit_objective             yes      no       no       no       no       no       yes      unknown  unknown
approve_objective            yes      no       no       no       no       no       no       unknown  unknown
send_objective_back          yes      no       no       no       no       no       no       unknown  unknown
activate_objective           yes      no       no       no       no       no       yes      unknown  unknown
close_objective              yes      no       no       no       no       no       yes      unknown  unknown
cancel_objective             yes      no       no       no       no       no       yes      unknown  unknown
move_objective               yes      no       no       no       no       no       yes      unknown  unknown
copy_objective               yes      yes      yes      no       no       yes      yes      unknown  unknown
carry_objective_over         yes      no       no       no       no       no       yes      unknown  unknown
reopen_objective             yes      no       no       no       no       no       yes      unknown  unknown
define_key_result            yes      no       no       no       no       no       yes      unknown  unknown
list_key_results             yes      yes      yes      yes      yes      yes      yes      yes      own
get_key_result               yes      yes      yes      yes      yes      yes      yes      unknown  unknown
revise_key_result            yes      no       no       no       no       no       yes      unknown  unknown
cancel_key_result            yes      no       no       no       no       no       yes      unknown  unknown
move_key_result              yes      no       no       no       no       no       yes      unknown  unknown
share_key_result             yes      no       no       no       no       no       yes      unknown  unknown
unshare_key_result           yes      no       no       no       no       no       yes      unknown  unknown
list_check_ins               yes      yes      yes      yes      yes      yes      yes      yes      own
list_check_ins_of_key_result yes      yes      yes      yes      yes      yes      yes      unknown  unknown
get_check_in                 yes      yes      yes      yes      yes      yes      yes      unknown  unknown
record_check_in              yes      no       no       no       no       yes      yes      unknown  unknown
record_check_ins             yes      yes      yes      yes      yes      yes      yes      yes      own
correct_check_in             yes      no       no       no       no       yes      yes      unknown  unknown
retract_check_in             yes      no       no       no       no       yes      yes      unknown  unknown
list_comments_on_objective   yes      yes      yes      yes      yes      yes      yes      unknown  unknown
comment_on_objective         yes      yes      yes      no       no       yes      yes      unknown  unknown
list_comments_on_key_result  yes      yes      yes      yes      yes      yes      yes      unknown  unknown
comment_on_key_result        yes      yes      yes      no       no       yes      yes      unknown  unknown
list_comments_on_check_in    yes      yes      yes      yes      yes      yes      yes      unknown  unknown
comment_on_check_in          yes      yes      yes      no       no       yes      yes      unknown  unknown
get_comment                  yes      yes      yes      yes      yes      yes      yes      unknown  unknown
edit_comment                 yes      no       no       no       no       no       no       unknown  unknown
take_comment_back            yes      no       no       no       no       no       no       unknown  unknown
react                        yes      yes      yes      no       no       yes      yes      unknown  unknown
remove_reaction              yes      yes      yes      no       no       yes      yes      unknown  unknown
answer_feedback              no       no       no       no       no       no       no       unknown  unknown
grade_key_result             yes      no       no       no       no       yes      yes      unknown  unknown
import_tables                yes      no       no       no       no       yes      no       no       own
export_tables                yes      no       no       no       no       no       no       no       own
define_kpi                   yes      yes      yes      no       no       yes      yes      no       own
start_objective_from_kpi     yes      yes      yes      no       no       yes      yes      no       unknown
list_kpis                    yes      yes      yes      yes      yes      yes      yes      yes      own
get_kpi                      yes      yes      yes      yes      yes      yes      yes      unknown  unknown
revise_kpi                   yes      no       no       no       no       no       yes      unknown  unknown
retire_kpi                   yes      no       no       no       no       no       yes      unknown  unknown
measure_kpi                  yes      no       no       no       no       yes      yes      unknown  unknown
list_kpi_values              yes      yes      yes      yes      yes      yes      yes      unknown  unknown
retract_kpi_value            yes      no       no       no       no       yes      yes      unknown  unknown
give_task                    yes      yes      yes      no       no       yes      yes      no       own
list_tasks                   yes      yes      yes      yes      yes      yes      yes      yes      own
get_task                     yes      yes      yes      yes      yes      yes      yes      unknown  unknown
revise_task                  yes      no       no       no       no       no       yes      unknown  unknown
finish_task                  yes      no       no       no       no       no       yes      unknown  unknown
reopen_task                  yes      no       no       no       no       no       yes      unknown  unknown
cancel_task                  yes      no       no       no       no       no       yes      unknown  unknown
define_initiative            yes      yes      yes      no       no       yes      yes      no       own
list_initiatives             yes      yes      yes      yes      yes      yes      yes      yes      own
get_initiative               yes      yes      yes      yes      yes      yes      yes      unknown  unknown
revise_initiative            yes      no       no       no       no       no       yes      unknown  unknown
log_task_effort              yes      yes      yes      no       no       yes      yes      unknown  unknown
list_task_effort             yes      yes      yes      yes      yes      yes      yes      unknown  unknown
log_initiative_effort        yes      yes      yes      no       no       yes      yes      unknown  unknown
list_initiative_effort       yes      yes      yes      yes      yes      yes      yes      unknown  unknown
list_own_effort              yes      yes      yes      yes      yes      yes      yes      yes      own
correct_effort               yes      unknown  unknown  unknown  unknown  unknown  unknown  unknown  unknown
retract_effort               yes      unknown  unknown  unknown  unknown  unknown  unknown  unknown  unknown
get_team_effort              yes      no       no       no       yes      no       no       unknown  unknown
plan_milestone               yes      yes      yes      no       no       yes      yes      no       own
list_milestones              yes      yes      yes      yes      yes      yes      yes      yes      own
get_milestone                yes      yes      yes      yes      yes      yes      yes      unknown  unknown
revise_milestone             yes      yes      no       no       no       no       yes      unknown  unknown
reach_milestone              yes      yes      no       no       no       no       yes      unknown  unknown
postpone_milestone           yes      yes      no       no       no       no       yes      unknown  unknown
coach_objectives             yes      yes      yes      yes      yes      yes      yes      yes      own
coach_drafts                 yes      yes      yes      yes      yes      yes      yes      yes      own
coach_tables                 yes      yes      yes      yes      yes      yes      yes      yes      own
list_coach_rules             yes      yes      yes      yes      yes      yes      yes      yes      own
list_templates               yes      yes      yes      yes      yes      yes      yes      yes      own
get_template                 yes      yes      yes      yes      yes      yes      yes      unknown  unknown
save_template                yes      yes      yes      no       no       yes      yes      no       own
replace_template             yes      yes      no       no       no       yes      yes      unknown  unknown
remove_template              yes      yes      no       no       no       yes      yes      unknown  unknown
use_template                 yes      yes      yes      no       no       yes      yes      unknown  unknown
get_tree                     yes      yes      yes      yes      yes      yes      yes      unknown  own
get_report                   yes      yes      yes      yes      yes      yes      yes      unknown  unknown
get_team_progress            yes      yes      yes      yes      yes      yes      yes      unknown  unknown
get_pillar_progress          yes      yes      yes      yes      yes      yes      yes      no       unknown
get_participation            yes      yes      yes      yes      yes      yes      yes      unknown  unknown
compare_cycles               yes      yes      yes      yes      yes      yes      yes      yes      own
get_persons_page             yes      yes      yes      yes      yes      yes      yes      unknown  unknown
get_series                   yes      yes      yes      yes      yes      yes      yes      unknown  unknown
get_objective_history        yes      yes      yes      yes      yes      yes      yes      unknown  unknown
get_key_result_history       yes      yes      yes      yes      yes      yes      yes      unknown  unknown
list_inbox                   yes      yes      yes      yes      yes      yes      yes      yes      own
mark_read                    yes      yes      yes      yes      yes      yes      yes      yes      own
list_actions                 yes      yes      yes      yes      yes      yes      yes      yes      own
export_log                   yes      no       no       no       yes      no       no       no       own
list_events                  yes      no       no       no       yes      no       no       no       own
stream_changes               yes      yes      yes      yes      yes      yes      yes      no       own
get_status                   yes      yes      yes      yes      yes      yes      yes      yes      own
catch_up                     yes      yes      yes      yes      yes      yes      yes      yes      own
rebuild                      no       no       no       no       no       no       no       yes      no
rebuild_progress             no       no       no       no       no       no       no       yes      no
get_digest                   yes      no       no       no       yes      no       no       no       own
list_dead_letters            yes      no       no       no       yes      no       no       yes      own
replay_dead_letters          yes      no       no       no       no       no       no       yes      own
get_clock                    yes      yes      yes      yes      yes      yes      yes      yes      own
advance_clock                no       no       no       no       no       no       no       yes      no
confirm_clock                no       no       no       no       no       no       no       yes      no
recover_log                  no       no       no       no       no       no       no       unknown  no
"""

_PAGE: Final = """# Roles

Who may ask for what, and how a person or a program becomes somebody whom Cairn knows. Made by `python -m tests.support.who_may` of the
table that `tests/e2e/test_who_may.py` puts to a running system, every operation asked by every role.

## Who there is

| role | who |
|---|---|
| `admin` | keeps a tenant: its people, its cycles, every objective. A tenant always has one |
| `champion` | keeps the cycles, and has objectives of their own |
| `member` | has objectives of their own |
| `viewer` | reads what they may see, and changes nothing |
| `auditor` | reads everything of the tenant, and changes nothing |
| `service` | another system, in its own name: reports on anybody's behalf (`on_behalf_of`), keeps cycles, imports |
| operator | of the installation, of no tenant: registers tenants, rebuilds, recovers logs; sees nothing that is a tenant's |

Somebody may have several roles, and may then what any of them may. Roles are given by an admin of the tenant (`POST /v1/people`,
`PATCH /v1/people/{person}`), never by a token. Who sees which objective stands in [domain](../domain.md#who-sees-what).

## How somebody becomes someone

1. **The operator registers the tenant** with its first admin (`POST /v1/tenants`), and **an admin adds people** by the handle that the
   identity provider calls them by (`POST /v1/people`). Nobody is made by signing in: a token of somebody who was not added is 401
   `PERSON_UNKNOWN`.
2. **The identity provider signs a token**, which comes as `Authorization: Bearer …` (for the command line, in `CAIRN_TOKEN`). Which
   provider is believed is a [setting of the gateway](../security.md#who-somebody-is-and-what-they-may).
3. `GET /v1/me` (`cairn whoami`) tells who that is, and their roles.

A token is a JWT (RFC 7519) of at most 8 KiB, signed with EdDSA, ES256/384/512, RS256/384/512 or PS256/384/512:

| where | claim | |
|---|---|---|
| header | `alg`, `kid` | that of the key, and the name of a key of the provider's JWK set |
| claims | `iss` | as `CAIRN_OIDC_ISSUER` says |
| | `aud` | `cairn`, or a list with it |
| | `sub` | the person's handle, or their id; another claim, where `CAIRN_OIDC_PERSON_CLAIM` names one. It must be there all the same |
| | `tenant` | the tenant's name, or its id; another claim, where `CAIRN_OIDC_TENANT_CLAIM` names one |
| | | (read unless `CAIRN_OIDC_TENANT` says whose everybody is) |
| | `iat`, `exp` | numbers of seconds since 1970. What was issued before somebody was signed out everywhere is refused |
| | `sid`, else `jti` | what `POST /v1/sign-out` ends; of a token with neither, that very token |

Claims of roles are not read. An operator's token is of another issuer with other keys (`CAIRN_OPERATOR_ISSUER`), and needs no `tenant`.

**A program** is a person of the tenant with the role `service`, and with a handle of its own:

```
cairn add person warehouse --role service
```

It has a token as people have: the identity provider signs one with `sub` = `warehouse` and the tenant, by its own way for programs (client
credentials, mostly). There are no keys that last for ever: it asks for a new one when the old one expires (401). Where the built-in sign-in
runs, for trying things out, that is `POST /v1/sign-in` with `{"tenant": "demo", "person": "warehouse"}`, and `POST /v1/sign-in/refresh`
from then on. Whoever follows everything reads [the stream](../../contracts/topics), with Kafka's credentials
([operations](../operations.md#who-may-read-the-stream)), or `GET /v1/events`, as an admin or an auditor.

**gRPC is no way in.** Services speak it among themselves, with an identity that the gateway signs for a second and that nobody outside is
given; methods may change from one release to the next. Without such an identity every method answers `UNAUTHENTICATED`, reflection too;
health says whether a process lives, and two methods by which services compare logs tell counts and sums
([security](../security.md#what-concerns-the-installation)). Keep the ports inside. What is for others is REST, the stream and the command
line.

## Who may ask for what

- **yes**: answered, or refused for what the request says. What is told is what the caller may see.
- **no**: 403.
- **unknown**: 404, as what does not exist. Somebody of another tenant is answered so whatever of this one they name.
- *owner*: a member who owns the objective. Its contributors, and the owners of a key result, check in, correct, retract and grade as they
  do, and change nothing else; who created an objective changes it as its owner does, and checks in where they are named. Viewers and
  auditors change nothing, whatever they own.
- A comment is edited by its author alone, and taken back by its author or an admin; the one of this table is the admin's, and asks nobody
  for feedback, which whoever is asked gives or declines.
- A saved view is changed and removed by whoever saved it alone; the one of this table is *owner*'s, and shared. One that is not shared is
  not there for anybody else.
- Everybody changes their own name and e-mail address (`PATCH /v1/people/{person}`; their handle an admin does), signs themselves out
  everywhere (`POST /v1/people/{person}/sign-out`), and is told what they did themselves
  (`GET /v1/audit/actions`); admins and auditors are told of all. Of many check-ins each is answered as if it came alone.
- A recovery is asked here of a log that there is not, which the operator alone is told.

"""


def expected() -> dict[str, dict[str, str]]:
    """By operation and caller: what the table says."""
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    return {line[0]: dict(zip(head[1:], line[1:], strict=True)) for line in lines}


def page() -> str:
    """The page of roles, in Markdown; of whom another tenant's are, it tells in words."""
    told = expected()
    callers = [caller for caller in next(iter(told.values())) if caller != "elsewhere"]
    rows = [f"| | {' | '.join(callers)} |\n|---|{'---|' * len(callers)}\n"]
    for operation in API.operations:
        if operation.signed_in:
            may = " | ".join(told[operation.name][caller] for caller in callers)
            rows.append(f"| `{operation.method} {operation.path}` | {may} |\n")
    anybody = ", ".join(f"`{operation.method} {operation.path}`" for operation in API.operations if not operation.signed_in)
    return f"{_PAGE}{''.join(rows)}\nWithout a token: {anybody}.\n"


def main(arguments: Sequence[str]) -> int:
    """Writes the page to the file that is named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.support.who_may FILE\n")
        return 2
    Path(arguments[0]).write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
