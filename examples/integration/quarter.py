"""Keeps a company's quarter in Cairn, from the figures of another system, by a client that is generated from Cairn's OpenAPI document.

python quarter.py http://127.0.0.1:8600 acme

It may be run again whenever it broke off, or for nothing: every command bears an Idempotency-Key, so what was done is not done twice.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar

import httpx
from attrs import evolve
from cairn_client import AuthenticatedClient, Client
from cairn_client.api.check_ins import record_check_in, record_check_ins
from cairn_client.api.cycles import define_cycle, start_cycle
from cairn_client.api.key_results import define_key_result, list_key_results
from cairn_client.api.objectives import activate_objective, define_objective, get_objective, revise_objective
from cairn_client.api.people import add_person
from cairn_client.api.sign_in import sign_in_person
from cairn_client.api.teams import found_team
from cairn_client.api.tenants import register_tenant
from cairn_client.models import (
    AbstentionCheckInRow,
    CheckInRows,
    CheckInsRecorded,
    Done,
    DoneCheckIn,
    DoneFromADay,
    KeyResult,
    KeyResultsPage,
    MilestonesCheckInRow,
    NewBaselineKeyResult,
    NewBinaryKeyResult,
    NewCycle,
    NewGradedKeyResult,
    NewMaintainKeyResult,
    NewMetricKeyResult,
    NewMilestone,
    NewMilestonesKeyResult,
    NewObjective,
    NewPerson,
    NewSumKeyResult,
    NewTeam,
    NewTenant,
    Objective,
    ObjectiveChange,
    ParentRef,
    ProblemDocument,
    SignedIn,
    SignIn,
    TenantRegistered,
    ValueCheckIn,
    ValueCheckInRow,
)
from cairn_client.types import UNSET, Response

T = TypeVar("T")
NewKeyResult = (
    NewMetricKeyResult
    | NewMaintainKeyResult
    | NewBinaryKeyResult
    | NewMilestonesKeyResult
    | NewGradedKeyResult
    | NewBaselineKeyResult
    | NewSumKeyResult
)
CheckInRow = ValueCheckInRow | MilestonesCheckInRow | AbstentionCheckInRow

CYCLE = NewCycle(name="2025-Q1", kind="tactical", first_day=date(2025, 1, 1), last_day=date(2025, 3, 31))
PEOPLE = [
    NewPerson(handle="ann", name="Ann Example", roles=["champion", "member"], teams=["core"]),
    NewPerson(handle="bob", name="Bob Example", roles=["member"], teams=["core"]),
]
OBJECTIVES = [
    NewObjective(cycle="2025-Q1", reference="J1", title="Expand the team", owner="ann", team="core"),
    NewObjective(cycle="2025-Q1", reference="J2", title="Be known", owner="bob", kind="aspirational", parent=ParentRef(objective="J1")),
]
KEY_RESULTS: dict[str, list[NewKeyResult]] = {  # one of each measure that there is
    "J1": [
        NewMetricKeyResult(reference="J1/1", title="Hire developers", measure="metric", start=0, target=4, unit="people"),
        NewBinaryKeyResult(reference="J1/2", title="The office is open", measure="binary", weight=2),
        NewMilestonesKeyResult(
            reference="J1/3",
            title="Whoever joins knows how",
            measure="milestones",
            milestones=[NewMilestone(title="a handbook", weight=2), NewMilestone(title="a first week"), NewMilestone(title="a month")],
        ),
    ],
    "J2": [
        NewGradedKeyResult(reference="J2/1", title="We are spoken well of", measure="graded", owners=["bob"]),
        NewMaintainKeyResult(reference="J2/2", title="Answers take two days at most", measure="maintain", high=2, unit="days"),
        NewBaselineKeyResult(reference="J2/3", title="How often we are written about", measure="baseline", unit="articles"),
        NewSumKeyResult(reference="J2/4", title="People who joined, in all", measure="sum", target=6, unit="people", feeds=["J1/1"]),
    ],
}
FIGURES: dict[str, CheckInRow] = {  # as the other system has them, each by the id that it has there
    "hr-1": ValueCheckInRow(key_result="J1/1", value=1, as_of=date(2025, 1, 31), comment="Zoë has signed."),
    "hr-2": ValueCheckInRow(key_result="J1/1", value=3, as_of=date(2025, 2, 28), confidence=7),
    "hr-3": ValueCheckInRow(key_result="J1/2", value=1, as_of=date(2025, 2, 15)),
    "hr-4": MilestonesCheckInRow(key_result="J1/3", milestones_done=[1, 2], as_of=date(2025, 2, 28)),
    "hr-5": AbstentionCheckInRow(key_result="J2/1", abstention="nobody was asked", as_of=date(2025, 1, 31)),
    "hr-6": ValueCheckInRow(key_result="J2/1", value=0.7, as_of=date(2025, 2, 28), on_behalf_of="bob"),
    "hr-7": ValueCheckInRow(key_result="J2/2", value=1.5, as_of=date(2025, 2, 28)),
    "hr-8": ValueCheckInRow(key_result="J9/1", value=1, as_of=date(2025, 2, 28)),  # which nobody has defined
}


class Refused(Exception):  # noqa: N818 - it is what happened
    """Cairn said no. `problem.reason` is for programs and stays as it is; `problem.detail` is for people; GET /v1/reasons has them all."""

    def __init__(self, problem: ProblemDocument) -> None:
        fields = "".join(f"; {error.field}: {error.message}" for error in problem.errors)
        super().__init__(f"{problem.status} {problem.reason}: {problem.detail}{fields} (in Cairn's logs: {problem.correlation_id})")
        self.problem = problem


def answered(response: Response[Any], kind: type[T]) -> T:
    """What Cairn answered. Raises Refused where it is a problem."""
    if isinstance(response.parsed, ProblemDocument):
        raise Refused(response.parsed)
    assert isinstance(response.parsed, kind), f"{response.status_code} {response.content[:200]!r}"
    return response.parsed


# Who is asking. On one machine nobody asks for a password; elsewhere the token comes from your identity provider.


def signed_in(url: str, who: SignIn) -> AuthenticatedClient:
    """A client that asks in somebody's name, as long as their token is good: for a quarter of an hour."""
    session = answered(sign_in_person.sync_detailed(client=Client(base_url=url), body=who), SignedIn)
    return AuthenticatedClient(base_url=url, token=session.access_token, timeout=httpx.Timeout(30), raise_on_unexpected_status=True)


# Set up: a command, its key, its answer. A key is yours; the same key means the same request, whenever it comes.


def register(url: str, tenant: str) -> None:
    """The tenant and its first person, `admin`; what was registered before stays as it is."""
    with signed_in(url, SignIn(operator=True)) as operator:
        try:
            answered(
                register_tenant.sync_detailed(client=operator, body=NewTenant(name=tenant, time_zone="Europe/Zurich")), TenantRegistered
            )
        except Refused as refused:
            if refused.problem.reason != "NAME_TAKEN":
                raise


def set_up(client: AuthenticatedClient) -> str:
    """A team, people, a cycle, objectives with their key results, ready to be reported on. Returns the positions from which on they can
    be read: of each objective its own."""
    answered(found_team.sync_detailed(client=client, body=NewTeam(name="core"), idempotency_key="team"), Done)
    for person in PEOPLE:
        answered(add_person.sync_detailed(client=client, body=person, idempotency_key=f"person-{person.handle}"), Done)
    answered(define_cycle.sync_detailed(client=client, body=CYCLE, idempotency_key="cycle"), Done)
    answered(start_cycle.sync_detailed(CYCLE.name, client=client, idempotency_key="cycle-start"), Done)
    positions = []
    for objective in OBJECTIVES:
        reference = str(objective.reference)
        answered(define_objective.sync_detailed(client=client, body=objective, idempotency_key=f"objective-{reference}"), DoneFromADay)
        for number, key_result in enumerate(KEY_RESULTS[reference]):
            key = f"key-result-{reference}-{number}"
            answered(define_key_result.sync_detailed(reference, client=client, body=key_result, idempotency_key=key), DoneFromADay)
        activated = activate_objective.sync_detailed(reference, client=client, idempotency_key=f"activate-{reference}")
        answered(activated, DoneFromADay)
        positions.append(activated.headers["Cairn-Position"])
    return ", ".join(positions)


# Report: many rows at once, each with a key and a verdict of its own. The answer's Cairn-Position says where its events stand.


def report(client: AuthenticatedClient) -> str:
    """Brings the figures in. Returns the position from which on they can be read."""
    rows = [evolve(figure, idempotency_key=key, source="integration") for key, figure in FIGURES.items()]
    response = record_check_ins.sync_detailed(client=client, body=CheckInRows(mode="row_by_row", check_ins=rows))
    for row, verdict in zip(rows, answered(response, CheckInsRecorded).verdicts, strict=True):
        became = f"refused, {verdict.reason}: {verdict.message}" if verdict.reason else "there already" if verdict.repeated else "recorded"
        print(f"{row.idempotency_key} {row.key_result}: {became}")
    return response.headers["Cairn-Position"]


def report_too_early(client: AuthenticatedClient) -> None:
    """What a program does with a problem: it looks at the reason, and shows people the detail."""
    try:
        answered(record_check_in.sync_detailed("J1/1", client=client, body=ValueCheckIn(value=4, as_of=date(9999, 12, 31))), DoneCheckIn)
    except Refused as refused:
        if refused.problem.reason != "DAY_IN_FUTURE":
            raise
        print(f"not yet: {refused.problem.detail}")


# Change: what was read bears an ETag; handed back in If-Match, nobody is overwritten who was quicker.


def retitle(client: AuthenticatedClient, reference: str, title: str, etag: str, key: str) -> str:
    """Gives an objective another title, decided on what `etag` stands for: anew where somebody was quicker. Returns the position."""
    while True:
        try:
            change, own_key = ObjectiveChange(title=title), f"{key}-{etag}"  # what is decided anew is another request
            response = revise_objective.sync_detailed(reference, client=client, body=change, if_match=etag, idempotency_key=own_key)
            answered(response, DoneFromADay)
        except Refused as refused:
            if refused.problem.reason != "STALE_VERSION":
                raise
            now = get_objective.sync_detailed(reference, client=client)
            print(f"meanwhile {reference} is {answered(now, Objective).title!r}")
            etag = now.headers["ETag"]
        else:
            return response.headers["Cairn-Position"]


KEPT_TITLE = "Expand the team, and keep it"


def two_change_one(client: AuthenticatedClient) -> None:
    """Two people read J1; the second one to write is told, looks again, and decides anew."""
    response = get_objective.sync_detailed("J1", client=client)
    if answered(response, Objective).title == KEPT_TITLE:
        return  # it was said before
    etag = response.headers["ETag"]
    position = retitle(client, "J1", "Expand the core team", etag, "title-1")
    get_objective.sync_detailed("J1", client=client, cairn_after=position)  # read your writes: this answer has seen the new title
    retitle(client, "J1", KEPT_TITLE, etag, "title-2")


# Follow: a copy of what Cairn has, brought up to date by what has changed since the last time.


class Copy:
    """The key results of a tenant, by id."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self.client = client
        self.key_results: dict[str, KeyResult] = {}
        self.position = ""  # keep it beside the copy, and a new start goes on where this one ended

    def update(self, after: str = "") -> int:
        """Takes over what has changed, that of the positions `after` among it. Returns how many key results have."""
        changed = 0
        for page in self._pages(after):
            self.key_results |= {str(key_result.id): key_result for key_result in page.items}
            for gone in page.gone:
                self.key_results.pop(str(gone), None)
            changed += len(page.items) + len(page.gone)
        return changed

    def _pages(self, after: str) -> Iterator[KeyResultsPage]:
        since, cursor = self.position, ""
        while True:
            response = list_key_results.sync_detailed(
                client=self.client, limit=2, cursor=cursor, changed_since=since or UNSET, cairn_after=after or UNSET
            )
            page = answered(response, KeyResultsPage)
            yield page
            self.position = response.headers["Cairn-Position"]
            if page.next_ is None:
                return
            cursor = page.next_


def main(url: str, tenant: str) -> None:
    """The whole quarter."""
    register(url, tenant)
    with signed_in(url, SignIn(tenant=tenant, person="admin")) as client:
        defined = set_up(client)
        copy = Copy(client)
        reported = report(client)
        print(f"copied: {copy.update(f'{defined}, {reported}')} key results")
        for key_result in sorted(copy.key_results.values(), key=lambda key_result: key_result.ref):
            progress = "no number yet" if key_result.progress is None else f"{key_result.progress:.0%}"
            print(f"{key_result.ref} {key_result.title}: {progress}")
        report_too_early(client)
        two_change_one(client)
        later = record_check_in.sync_detailed(
            "J1/1", client=client, body=ValueCheckIn(value=4, as_of=date(2025, 3, 31)), idempotency_key="hr-9"
        )
        answered(later, DoneCheckIn)
        # One has another value; those of J1 say what J1 is called now.
        print(f"changed since: {copy.update(later.headers['Cairn-Position'])} key results")


if __name__ == "__main__":
    main(*sys.argv[1:])
