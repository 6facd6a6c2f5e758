"""Many check-ins of one request: their references are looked up together, and each row is told of in the words that it came in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cairn.checkins.v1 import service_pb2
from chassis.errors import Refused
from chassis.ids import Id
from chassis.runtime import time_sliced
from gateway.backends import NOTHING, ReferenceKind, reference_unknown, unknown_reason
from gateway.routes.request import Request
from gateway.schemas.check_ins import ROW_RESULT, AnyRow, CheckInRows, check_in_message, part_named
from gateway.schemas.mapping import Json

_NOBODY: Final[Id] = b"\0"
"""Who cannot be anybody's id: checkins refuses it as such, where it would refuse to report on somebody's behalf."""


class ResolvedRows:
    """The rows of a request after their references were looked up.

    What nothing goes by is handed on as the id of nothing: so each row keeps its number, and checkins says no where, and as, it does to
    what the caller may not know of.
    """

    def __init__(self, rows: list[AnyRow], check_ins: list[service_pb2.CheckIn]) -> None:
        self._rows = rows
        self.check_ins = check_ins

    async def results(self, told: Iterable[service_pb2.Verdict]) -> list[Json]:
        """A result for each row, in the order of the request."""
        results = []
        async for number, verdict in time_sliced(enumerate(told)):
            unknown = self._unknown(number, verdict.reason, verdict.field)
            if unknown is not None:
                verdict = service_pb2.Verdict(reason=unknown.reason, message=unknown.message, field=unknown.field)
            results.append(ROW_RESULT.json(verdict))
        return results

    async def wrong(self, told: Iterable[service_pb2.Verdict]) -> list[tuple[str, str]]:
        """The field and what is wrong with it, of each row that is refused."""
        results = enumerate(await self.results(told))
        return [(_place(number, row["field"]), row["message"]) for number, row in results if row["reason"]]

    def in_callers_words(self, refused: Refused) -> Refused:
        """The refusal of all rows, for what one of them names, by the reference that it names it by."""
        place, _, field = refused.field.partition("].")
        number = place.removeprefix("check_ins[")
        unknown = self._unknown(int(number), refused.reason, field) if number.isdecimal() else None
        if unknown is None:
            return refused
        field = _place(int(number), unknown.field)
        return Refused(unknown.reason, f"{field}: {unknown.message}", kind=unknown.kind, field=field)

    async def look_up_unknown(self, request: Request, reasons: Iterable[str]) -> None:
        """Looks up the key results of all rows where one is unknown, as if none were known: `Request.look_up_unknown` says why."""
        if unknown_reason(ReferenceKind.KEY_RESULT) in reasons:
            await request.look_up_unknown(ReferenceKind.KEY_RESULT, [row.key_result for row in self._rows])

    def _unknown(self, number: int, reason: str, field: str) -> Refused | None:
        """What a row names that is unknown; None: it was refused for something else, or not at all."""
        if reason == unknown_reason(ReferenceKind.KEY_RESULT):
            return reference_unknown(ReferenceKind.KEY_RESULT, self._rows[number].key_result, "key_result")
        if field == "on_behalf_of" and self.check_ins[number].on_behalf_of == _NOBODY:
            return reference_unknown(ReferenceKind.PERSON, self._rows[number].on_behalf_of or "", "on_behalf_of")
        if field == "part" and self.check_ins[number].part == _NOBODY:
            return reference_unknown(ReferenceKind.PERSON, part_named(self._rows[number]) or "", "part")
        return None


def is_about_a_row(refused: Refused) -> bool:
    """Whether it is a row that all are refused for."""
    return refused.field.startswith("check_ins[")


def _place(number: int, field: str | None) -> str:
    """Where a row of a request is, or a field of it."""
    return f"check_ins[{number}].{field}" if field else f"check_ins[{number}]"


async def resolved_rows(request: Request, body: CheckInRows) -> ResolvedRows:
    """Looks up every key result and person."""
    rows: list[AnyRow] = [row.root for row in body.check_ins]
    handles = sorted({named for row in rows for named in (row.on_behalf_of, part_named(row)) if named is not None})
    people: dict[str | None, Id] = {None: b""}
    people |= {handle: found or _NOBODY for handle, found in zip(handles, await request.ids_of(ReferenceKind.PERSON, handles), strict=True)}
    key_results = await request.ids_of(ReferenceKind.KEY_RESULT, [row.key_result for row in rows])
    check_ins = []
    async for row, key_result in time_sliced(zip(rows, key_results, strict=True)):
        message = check_in_message(row, key_result or NOTHING, people[row.on_behalf_of], people[part_named(row)])
        message.idempotency_key = row.idempotency_key
        check_ins.append(message)
    return ResolvedRows(rows, check_ins)
