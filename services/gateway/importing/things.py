"""What every kind of thing has in common while it is imported: it is there already, or made, or refused and noted as missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date
from typing import Any, Final, Protocol, TypeVar

from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.days import Day, day_of
from chassis.errors import Kind, Refused
from chassis.ids import Id
from chassis.texts import name_key
from gateway.backends import Method, ReferenceKind
from gateway.importing.cell_values import short
from gateway.importing.known import Known
from gateway.importing.refusal_reasons import HOLDS_FROM_AHEAD
from gateway.importing.report import Count, ImportReport
from gateway.importing.row_refusals import RowRefused, refusals_of
from gateway.importing.services import Services
from gateway.importing.tables import Named, Row

M = TypeVar("M")
A = TypeVar("A")
H = TypeVar(
    "H", goals_pb2.DefineKeyResultRequest, goals_pb2.ShareKeyResultRequest, goals_pb2.AlignObjectiveRequest, goals_pb2.ReachMilestoneRequest
)


class ThingOfARow(Protocol):
    """What a row says of an objective or a key result."""

    @property
    def row(self) -> Row: ...
    @property
    def reference(self) -> str: ...


class NamedThing(Protocol):
    """What a row says of a team or a pillar; or, without one, that it is named."""

    @property
    def row(self) -> Row | None: ...
    @property
    def reference(self) -> str: ...


T = TypeVar("T", bound=ThingOfARow)


class Things:
    """The things of one import: what is known of them, what became of them, and the services that are asked."""

    def __init__(self, services: Services, report: ImportReport, known: Known) -> None:
        self.services: Final = services
        self.report: Final = report
        self.known: Final = known
        self.made: Final[set[Id]] = set()
        """The objectives and key results of this import, of which nobody has said anything yet."""

    def refuse(self, row: Row, refused: RowRefused, defines: Named | None = None) -> None:
        """Notes a row that was not taken, and what is not there therefore."""
        self.report.refuse([row.refused(refused.column, refused.reason, defines=defines, lacks=refused.lacks)])

    def refuse_named(self, kind: str, thing: NamedThing, count: Count, refused: RowRefused, what: str) -> None:
        """Notes something that is not there therefore; what has no row of its own is counted, and the rows that name it are refused."""
        lacks = Named(kind, name_key(thing.reference))
        self.known.missing[lacks] = f"the {kind} {short(thing.reference)} {what}: {refused.reason}"
        if thing.row is None:
            count.refused += 1
        else:
            self.refuse(thing.row, refused, lacks)

    async def take(self, count: Count, kind: str, thing: T, is_new: Callable[[T], Awaitable[bool]]) -> bool:
        """Takes a thing of some kind in, and counts it: by `is_new`, which brings it in, or finds it there. True: it is new."""
        try:
            if await is_new(thing):
                count.new += 1
                return True
            count.already_there += 1
        except RowRefused as refused:
            its_name = Named(kind, name_key(thing.reference))
            self.refuse(thing.row, refused, its_name)
            self.known.missing[its_name] = f"the {kind} {short(thing.reference)} was refused ({thing.row.file}, line {thing.row.line})"
        return False

    async def was_made_meanwhile(self, kind: ReferenceKind, reference: str, ids: dict[str, Id], refused: RowRefused) -> bool:
        """Whether another import of the same thing was quicker; `ids` knows it then."""
        if refused.refused is None or refused.refused.kind is not Kind.TAKEN:
            return False
        await self.services.catch_up()
        ids |= await self.services.ids_of(kind, [reference])
        return name_key(reference) in ids

    async def ask_unless(
        self, reasons: Collection[str], row: Row, method: Method[M, Any], request: M, columns: Mapping[str, str] | None = None
    ) -> bool:
        """Asks for something that may be so already, which a service refuses with one of these reasons; another refusal is noted.

        `columns` are as of `refusals_of`. True: it was not so, and is.
        """
        try:
            with refusals_of(row, columns):
                await self.services.ask(method, request)
            return True
        except RowRefused as refused:
            if refused.refused is None or refused.refused.reason not in reasons:
                self.refuse(row, refused)
            return False

    async def ask_of_a_day(self, method: Method[H, A], request: H) -> A:
        """Asks for what shall hold from an objective's first day; from today on where that lies ahead."""
        try:
            return await self.services.ask(method, request)
        except Refused as refused:
            if refused.reason != HOLDS_FROM_AHEAD:
                raise
        request.ClearField("holds_from")
        return await self.services.ask(method, request)

    def active_from(self, objective: str) -> Day | None:
        """The first day of an objective that was active before this import; None of a draft, for which everything holds since ever."""
        there = self.known.there.get(name_key(objective))
        if there is None or there["state"] == "draft":
            return None
        return day_of(date.fromisoformat(there["start_day"]))
