"""What the rows of imported tables say of key results, recorded where it is news: each decided on what the log says at that moment.

Two imports at once do not double a row: what one decided on has moved when the other's events are in, and is read and decided again; so
of two that say different things the later one decides. A row is identified by what it is about (`domain.imported`), so that sending the
same rows again needs no idempotency key, and none is used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from google.protobuf.message import Message

from cairn.checkins.v1 import service_pb2 as api
from cairn.checkins.v1.events_pb2 import SOURCE_IMPORT
from chassis.calls import Call
from chassis.days import Day
from chassis.errors import Kind, Refused
from chassis.eventstore import Decision
from chassis.ids import Id, new_id
from chassis.rpc import InvalidRequest
from chassis.runtime import time_sliced
from checkins.aggregates import check_ins_of
from checkins.catalogue import described_key_result
from checkins.domain.check_ins import CheckIns, day_of_grade
from checkins.domain.imported import Imported, Said, check_in_rows, grade_rows
from checkins.domain.key_results import KeyResult
from checkins.domain.values import is_plausible
from checkins.service import CheckInsService
from shared.roles import ADMIN, SERVICE

K = TypeVar("K", bound=Hashable)
A = TypeVar("A", bound=Hashable)

_MOVED: Final = "ROWS_MOVED"
_ATTEMPTS: Final = 8
_MOST_LEFT_OUT: Final = 1000

_NOTHING_SAID: Final = api.CheckInRow()
"""What stands for a row that breaks a rule of its own: it keeps its place among those of its day."""

Outcome = Imported | Refused


async def import_check_ins(service: CheckInsService, call: Call, request: api.ImportCheckInsRequest) -> api.ImportCheckInsResponse:
    """What each row says of the check-in that it is about. Raises Refused: ROLE_REQUIRED, and what reading the log refuses with."""
    call.identity.require(ADMIN, SERVICE)
    reports = [row.check_in for row in request.rows]
    today, wrong = service.today(call), call.wrong_rows or {}
    plausible_rows: dict[int, bool] = {}

    def about(number: int, _: KeyResult) -> tuple[Day, Id, Id]:
        return reports[number].as_of, reports[number].on_behalf_of, reports[number].part

    def decide(about: tuple[Day, Id, Id], numbers: Sequence[int], key_result: KeyResult, before: Said) -> dict[int, Outcome]:
        for number in numbers:
            if not request.rows[number].retracted and (plausible := is_plausible(key_result, reports[number])) is not None:
                plausible_rows[number] = plausible
        rows = [(_NOTHING_SAID if number in wrong else request.rows[number], new_id()) for number in numbers]
        return dict(zip(numbers, check_in_rows(rows, before.of_day(*about), key_result, today), strict=True))

    wanted = [(report.key_result_id, report.on_behalf_of) for report in reports]
    response = api.ImportCheckInsResponse(rows=await _imported(service, call, request, wanted, about, decide))
    for number, plausible in plausible_rows.items():
        if not response.rows[number].reason:
            response.rows[number].plausible = plausible
    return response


async def import_grades(service: CheckInsService, call: Call, request: api.ImportGradesRequest) -> api.ImportGradesResponse:
    """What each row says of the grade of its day. Raises Refused as `import_check_ins` does."""
    call.identity.require(ADMIN, SERVICE)
    grades = [row.grade for row in request.rows]
    today, wrong = service.today(call), call.wrong_rows or {}

    def about(number: int, key_result: KeyResult) -> Day:
        return day_of_grade(key_result, grades[number], today)

    def decide(day: Day, numbers: Sequence[int], key_result: KeyResult, before: Said) -> dict[int, Outcome]:
        right = [number for number in numbers if number not in wrong]
        outcomes = grade_rows([request.rows[number] for number in right], before.grades.get(day, ()), key_result, today)
        return dict(zip(right, outcomes, strict=True))

    wanted = [(grade.key_result_id, grade.on_behalf_of) for grade in grades]
    return api.ImportGradesResponse(rows=await _imported(service, call, request, wanted, about, decide))


async def list_left_out(service: CheckInsService, call: Call, request: api.ListLeftOutRequest) -> api.ListLeftOutResponse:
    """What imports said of key results and the rows of this one do not: it stands, and is listed. Raises Refused (ROLE_REQUIRED)."""
    call.identity.require(ADMIN, SERVICE)
    key_results = await service.key_results.reportable_each(call, [(key_result_id, b"") for key_result_id in request.key_result_ids])
    known = [key_result.key_result_id for key_result in key_results if isinstance(key_result, KeyResult)]
    named, days = set(request.check_in_ids), {(day.key_result_id, day.as_of) for day in request.graded_days}
    response = api.ListLeftOutResponse()
    said = await service.said.read(known)
    for key_result_id in known:  # in the order that was asked for
        async for left_out in time_sliced(_left_out(key_result_id, said[key_result_id], request, named, days)):
            response.count += 1
            if len(response.left_out) < _MOST_LEFT_OUT:
                response.left_out.append(left_out)
    return response


def _left_out(
    key_result_id: Id, before: Said, request: api.ListLeftOutRequest, named: set[Id], days: set[tuple[Id, int]]
) -> Iterable[api.LeftOut]:
    for one in before.check_ins.values() if request.check_ins else ():
        if one.imported and one.stands and one.check_in_id not in named:
            yield api.LeftOut(key_result_id=key_result_id, check_in_id=one.check_in_id, as_of=one.as_of, by=one.by, value=one.value)
    for day, grades in before.grades.items() if request.grades else ():
        last = grades[-1]
        if last.source == SOURCE_IMPORT and (key_result_id, day) not in days:
            yield api.LeftOut(key_result_id=key_result_id, as_of=day, value=last.grade if last.HasField("grade") else None)


# -- decided on what the log says ------------------------------------------------------------------------------------------------------


About = Callable[[int, KeyResult], A]
"""What a row of a key result is about, by its number: rows about the same are decided together."""
Decide = Callable[[A, Sequence[int], KeyResult, Said], dict[int, Outcome]]
"""What rows come to that are about the same, by their numbers, after what was said of their key result before."""


@dataclass(slots=True)
class _Decided:
    """What rows come to on what the log says at one moment."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)  # by the number of the row
    decisions: dict[int, Decision] = field(default_factory=dict)  # of the rows that are news


async def _imported(
    service: CheckInsService,
    call: Call,
    request: api.ImportCheckInsRequest | api.ImportGradesRequest,
    wanted: Sequence[tuple[Id, Id]],
    about: About[A],
    decide: Decide[A],
) -> list[api.ImportedRow]:
    """What becomes of each row; `wanted` are the key result of each, and on whose behalf it speaks."""
    described = {one.key_result_id: described_key_result(one, call.identity.tenant_id) for one in request.described}
    key_results = await service.key_results.reportable_each(call, wanted, described)
    outcomes: dict[int, Outcome] = {number: found for number, found in enumerate(key_results) if isinstance(found, Refused)}
    left = {number: found for number, found in enumerate(key_results) if isinstance(found, KeyResult)}
    on_behalf_of = [person for _, person in wanted]
    for _ in range(_ATTEMPTS):
        decided = await _decided(service, left, about, decide, on_behalf_of, described)
        outcomes |= decided.outcomes
        refused = {} if request.dry_run else await _append(service, call, decided.decisions)
        outcomes |= refused
        moved = {left[number].key_result_id for number, told in refused.items() if told.reason == _MOVED}
        left = {number: key_result for number, key_result in left.items() if key_result.key_result_id in moved}
        if not left:
            break
    outcomes |= {number: InvalidRequest(violations) for number, violations in (call.wrong_rows or {}).items()}
    return [_row_message(outcomes[number]) for number in range(len(wanted))]


async def _decided(
    service: CheckInsService,
    rows: Mapping[int, KeyResult],
    about: About[A],
    decide: Decide[A],
    on_behalf_of: Sequence[Id],
    described: Collection[Id],
) -> _Decided:
    """What the rows come to. Of key results that were `described` nothing was said: whoever describes one learns nothing of it."""
    key_result_ids = {key_result.key_result_id for key_result in rows.values()}
    before = {key_result_id: Said() for key_result_id in key_result_ids.intersection(described)}
    before |= await service.said.read(key_result_ids.difference(described))
    events = {key_result_id: said.events for key_result_id, said in before.items()}  # before any is decided: others may be read on
    decided = _Decided()
    groups = _grouped(rows, lambda number: (rows[number].key_result_id, about(number, rows[number])))
    async for (key_result_id, what), numbers in time_sliced(groups.items()):
        decided.outcomes |= (outcomes := decide(what, numbers, rows[numbers[0]], before[key_result_id]))
        for number, outcome in outcomes.items():
            if isinstance(outcome, Imported) and outcome.events:
                check_ins = check_ins_of(rows[number], event_id=_event_id(outcome), on_behalf_of=on_behalf_of[number])
                decided.decisions[number] = check_ins.decision(_unless_moved, events[key_result_id], outcome.events)
                events[key_result_id] += len(outcome.events)
    return decided


async def _append(service: CheckInsService, call: Call, decisions: Mapping[int, Decision]) -> dict[int, Refused]:
    """Records what is news; answers what was refused, by the number of the row."""
    told = await service.aggregates.decide_each(replace(call, idempotency_key=""), list(decisions.values()))
    return {number: answer for number, answer in zip(decisions, told, strict=True) if isinstance(answer, Refused)}


def _event_id(outcome: Imported) -> Id:
    """A check-in that is new goes by the id of its event, as each does."""
    return outcome.check_in_id if outcome.change == api.ROW_CHANGE_NEW else b""


def _unless_moved(check_ins: CheckIns, events_before: int, events: tuple[Message, ...]) -> tuple[Message, ...]:
    """The events, while nothing was said since they were decided on. Raises Refused."""
    if check_ins.events != events_before:
        raise Refused(_MOVED, "others report of this key result at the same time; import it again", kind=Kind.BUSY)
    return events


def _grouped(numbers: Iterable[int], key: Callable[[int], K]) -> dict[K, list[int]]:
    groups: dict[K, list[int]] = {}
    for number in numbers:
        groups.setdefault(key(number), []).append(number)
    return groups


def _row_message(outcome: Outcome) -> api.ImportedRow:
    if isinstance(outcome, InvalidRequest):
        return api.ImportedRow(reason=outcome.reason, message=outcome.first_message, field=outcome.field)
    if isinstance(outcome, Refused):
        return api.ImportedRow(reason=outcome.reason, message=outcome.message, field=outcome.field)
    return api.ImportedRow(change=outcome.change, check_in_id=outcome.check_in_id, before=outcome.before)
