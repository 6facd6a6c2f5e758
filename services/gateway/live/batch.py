"""Some events of a tenant, as what they are told of: before it is known to whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cairn.audit.v1.service_pb2 import TailedEvent
from cairn.common.v1 import common_pb2
from cairn.progress.v1 import service_pb2 as progress
from chassis.ids import Id
from gateway.live.reader import Thing
from gateway.live.told_as import EVENT_TYPES, TOLD_AS, Kind, What

_JUDGED: Final = ("goals", "checkins")
"""The logs that who sees what follows from."""
_TALK: Final = (What.COMMENTS, What.STATUS)
"""Nothing else is made of these."""


class Batch:
    """What happened, by who may hear of it."""

    def __init__(self, events: Iterable[TailedEvent]) -> None:
        self.everybodys: Final[dict[tuple[Thing, What], None]] = {}
        """What everybody in the tenant may know of."""
        self.own: Final[dict[Id, dict[tuple[Thing, What], None]]] = {}
        """What is somebody's alone, by person."""
        self.judged: Final[dict[tuple[Thing, What], None]] = {}
        """What only some may know of."""
        self.measured: Final[dict[Id, None]] = {}
        """KPIs, by whose values numbers may have moved that only some may know of."""
        self._seen_until: Final[dict[Thing, int]] = {}
        self._moved: Final[set[Thing]] = set()
        for event in events:
            if (event_type := EVENT_TYPES.get(event.event_type)) is not None:
                told_as, says = TOLD_AS[event_type], event_type.FromString(event.payload)
                its_id: Id = getattr(says, told_as.field) if told_as.field else b""
                home: Id = says.objective_id if told_as.kind is Kind.KEY_RESULT else b""  # type: ignore[attr-defined] # as each of these has
                self._note(Thing(told_as.kind, its_id, home), told_as.what, event)

    def _note(self, thing: Thing, what: What, event: TailedEvent) -> None:
        match thing.kind:
            case Kind.KEY_RESULT:
                self.judged[thing, what] = None
                self._touched(Thing(Kind.OBJECTIVE, thing.objective_id), what, event)
            case Kind.OBJECTIVE | Kind.TASK | Kind.INITIATIVE:
                self.judged[thing, what] = None
                self._touched(thing, what, event)
            case Kind.INBOX:
                self.own.setdefault(event.actor_id, {})[thing, what] = None
            case _:
                if what is What.VALUES:
                    self.measured[thing.id] = None
                self.everybodys[thing, what] = None

    def _touched(self, thing: Thing, what: What, event: TailedEvent) -> None:
        """Of what goals says of it the first event counts: before that, it was as its readers know it."""
        before = event.position - 1 if event.log == "goals" else 0
        known = self._seen_until.get(thing, 0)
        self._seen_until[thing] = min(known, before) if known and before else known or before
        if what not in _TALK:
            self._moved.add(thing)

    def question(
        self, tenant_id: Id, readers: Iterable[progress.ChangesReader], reached: Sequence[common_pb2.LogPosition]
    ) -> progress.ShowChangesRequest:
        """What progress is asked: who sees these, and saw them before."""
        of: dict[Kind, list[progress.ChangedThing]] = {kind: [] for kind in Kind}
        for thing, until in self._seen_until.items():
            of[thing.kind].append(progress.ChangedThing(id=thing.id, seen_until=until, alone=thing not in self._moved))
        return progress.ShowChangesRequest(
            tenant_id=tenant_id,
            objectives=of[Kind.OBJECTIVE],
            key_result_ids=list(dict.fromkeys(thing.id for thing, _ in self.judged if thing.kind is Kind.KEY_RESULT)),
            tasks=of[Kind.TASK],
            initiatives=of[Kind.INITIATIVE],
            kpi_ids=self.measured,
            readers=readers,
            after=[position for position in reached if position.log in _JUDGED],
        )

    def shown(self, ids: Sequence[Id], sight: progress.Sight) -> tuple[list[tuple[Thing, What]], list[Thing]]:
        """What somebody is told of: what they see, and what they see no more."""
        seen, gone = {ids[index] for index in sight.seen}, {ids[index] for index in sight.gone}
        work = {thing.id: thing for thing in self._seen_until if thing.kind is not Kind.OBJECTIVE}
        told = [(thing, what) for thing, what in self.judged if (thing.objective_id or thing.id) in seen]
        redefined = {thing.id for thing, what in told if what is What.DEFINITION}
        talked_about = {thing.id for thing in self._seen_until.keys() - self._moved}
        made_of_it = [(Thing(Kind.OBJECTIVE, i), What.NUMBERS) for i in sorted(seen - redefined - talked_about - work.keys())]
        return [*told, *made_of_it], [work.get(i) or Thing(Kind.OBJECTIVE, i) for i in sorted(gone)]
