"""Many check-ins of one request: their references are looked up together, and a row that names nothing known is answered here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cairn.checkins.v1 import service_pb2
from chassis.errors import Refused
from chassis.ids import Id
from gateway.backends import ReferenceKind, reference_unknown
from gateway.http import Problem
from gateway.routes.request import Request
from gateway.schemas.check_ins import ROW_RESULT, CheckInRow, CheckInRows, check_in_message
from gateway.schemas.mapping import Json


@dataclass(slots=True)
class ResolvedRows:
    """The rows of a request after their references were looked up."""

    check_ins: list[service_pb2.CheckIn] = field(default_factory=list)
    """Those that name something known, as checkins takes them."""
    refused: list[Json | None] = field(default_factory=list)
    """By row: the result of one that names nothing known; None: checkins tells."""

    def results(self, told: Iterable[service_pb2.Verdict]) -> list[Json]:
        """A result for each row, in the order of the request; `told` are those of `check_ins`."""
        of_check_ins = iter(ROW_RESULT.all(told))
        return [next(of_check_ins) if refused is None else refused for refused in self.refused]


async def resolved_rows(request: Request, body: CheckInRows) -> ResolvedRows:
    """Looks up every key result and person. Raises Problem (422) for the first unknown one where it is all or nothing."""
    handles = sorted({row.on_behalf_of for row in body.check_ins if row.on_behalf_of is not None})
    people = dict(zip(handles, await request.ids_of(ReferenceKind.PERSON, handles), strict=True))
    key_results = await request.ids_of(ReferenceKind.KEY_RESULT, [row.key_result for row in body.check_ins])
    rows = ResolvedRows()
    for number, (row, key_result) in enumerate(zip(body.check_ins, key_results, strict=True)):
        resolved = _resolved(row, key_result, people)
        if not isinstance(resolved, Refused):
            rows.check_ins.append(resolved)
            rows.refused.append(None)
        elif body.mode == "all_or_nothing":
            field_of_row = f"check_ins.{number}.{resolved.field}"
            raise Problem(422, resolved.reason, f"{field_of_row}: {resolved.message}", [(field_of_row, resolved.message)])
        else:
            rows.refused.append(_result_of(resolved))
    return rows


def _resolved(row: CheckInRow, key_result: Id | None, people: Mapping[str, Id | None]) -> service_pb2.CheckIn | Refused:
    if key_result is None:
        return reference_unknown(ReferenceKind.KEY_RESULT, row.key_result, "key_result")
    person: Id | None = b"" if row.on_behalf_of is None else people[row.on_behalf_of]
    if person is None:
        return reference_unknown(ReferenceKind.PERSON, row.on_behalf_of or "", "on_behalf_of")
    message = check_in_message(row, key_result, person)
    message.idempotency_key = row.idempotency_key
    return message


def _result_of(refused: Refused) -> Json:
    return ROW_RESULT.json(service_pb2.Verdict(reason=refused.reason, message=refused.message, field=refused.field))
