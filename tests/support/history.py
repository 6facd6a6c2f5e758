"""A made-up enterprise's history: the events of the logs goals and checkins, from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from chassis.events import RecordedEvent, event_type_of
from chassis.ids import id_of_name

FIRST_DAY = 20_000
SPAN = 365
DAY = 86_400_000_000
_WORDS = [
    "grow",
    "reduce",
    "launch",
    "revenue",
    "churn",
    "onboarding",
    "latency",
    "quality",
    "partner",
    "market",
    "release",
    "weekly",
    "active",
    "users",
    "tickets",
    "cost",
    "margin",
]
_ROLL_UPS = (goals.ROLL_UP_KEY_RESULTS, goals.ROLL_UP_CHILDREN, goals.ROLL_UP_BOTH)
_METRIC, _BINARY, _MILESTONES, _GRADED = range(4)


@dataclass(slots=True)
class _Objective:
    id: bytes
    tenant: int
    depth: int
    cycle: bytes = b""
    cycle_from: int = 0  # the day since which it belongs to its cycle
    left: int = 0  # the day since which the last key result that was moved away belongs elsewhere
    ended: bool = False  # then nothing is moved from there, or to it
    key_results: list[_KeyResult] = field(default_factory=list)


@dataclass(slots=True)
class _KeyResult:
    id: bytes
    home: _Objective
    measure: int
    defined_of: _Objective = field(init=False)
    cancelled: bool = False  # then it stays where it is
    home_from: int = 0  # the day since which it belongs to its objective
    standing: dict[bytes, int] = field(default_factory=dict)  # check-ins that may be corrected, with their days
    retracted: dict[bytes, int] = field(default_factory=dict)  # and those that may be restored

    def __post_init__(self) -> None:
        self.defined_of = self.home


@dataclass(slots=True)
class _Kpi:
    id: bytes
    standing: dict[bytes, int]  # measurements that may be taken back, with their days


_EVER = -719_162


@dataclass(frozen=True)
class Shape:
    """How many of what: shares of all events, unless said otherwise."""

    objectives: float = 0.02
    key_results: float = 0.06
    changes: float = 0.02
    tenants: int = 50  # the first has a tenth of all objectives
    shared: float = 0.1  # of the key results: each counts for one more objective
    back_dated: float = 0.08  # of the check-ins, from here
    corrected: float = 0.03
    retracted: float = 0.01
    restored: float = 0.0  # of what was retracted
    abstained: float = 0.02
    graded: float = 0.01
    beside: float = 0.0  # of all events, as many more: what stands beside objectives


BENCH = Shape()
DENSE = Shape(
    objectives=0.06,
    key_results=0.14,
    changes=0.20,
    tenants=1,
    back_dated=0.3,
    corrected=0.1,
    retracted=0.06,
    restored=0.05,
    abstained=0.1,
    graded=0.08,
    beside=0.1,
)
"""Much of everything that can go wrong, for small histories."""


class History:
    """Makes `n` events, and `more` of those that come when all is defined; the same seed makes the same ones."""

    def __init__(self, n: int, seed: int = 7, shape: Shape = BENCH, more: int = 0) -> None:
        self._n = n
        self._more = more
        self._shape = shape
        self._r = random.Random(seed)
        self._beside = random.Random(seed)  # of its own: what stands beside objectives changes nothing of them
        self.tenants = [self._id() for _ in range(shape.tenants)]
        self.cycles = [self._id() for _ in range(shape.tenants)]
        self._between_cycles = random.Random(seed)
        self.other_cycles = [self._between_cycles.randbytes(16) for _ in range(shape.tenants)]
        """Where some objectives are moved, and from where some come back."""
        self.people = [self._id() for _ in range(20)]
        self._positions = {"goals": 0, "checkins": 0}
        self._versions: dict[tuple[str, bytes], int] = {}
        self._objectives: list[_Objective] = []
        self._by_tenant: list[list[_Objective]] = [[] for _ in range(shape.tenants)]
        self._key_results: list[_KeyResult] = []
        self._kpis: list[_Kpi] = []
        self._work: list[tuple[str, bytes]] = []  # with their kinds
        self._efforts: dict[bytes, dict[str, Any]] = {}  # that stand: what every event says of them

    def _id(self) -> bytes:
        return self._r.randbytes(16)

    def _words(self, n: int) -> str:
        return " ".join(self._r.choices(_WORDS, k=n))

    def _recorded(self, message: Any, tenant: int, aggregate: bytes, key: bytes, at: int, event_id: bytes | None = None) -> RecordedEvent:
        log = "checkins" if isinstance(message, _CHECK_INS) else "goals"
        self._positions[log] += 1
        version = self._versions[log, aggregate] = self._versions.get((log, aggregate), 0) + 1
        behalf = self._r.choice(self.people) if self._r.random() < 0.02 else None
        return RecordedEvent(
            log=log,
            position=self._positions[log],
            event_id=event_id or self._id(),
            tenant_id=self.tenants[tenant],
            aggregate_id=aggregate,
            aggregate_version=version,
            recorded_at=at,
            actor_id=self._r.choice(self.people),
            on_behalf_of=behalf,
            correlation_id=aggregate,
            causation_id=None,
            partition_key=key,
            event_type=event_type_of(message),
            payload=message.SerializeToString(),
        )

    def events(self) -> Iterator[RecordedEvent]:
        """In the order in which they were recorded; each log's positions without gaps."""
        shape, n = self._shape, self._n
        others = [(tenant, cycle, "Z") for tenant, cycle in enumerate(self.other_cycles) if shape.beside]
        for tenant, cycle, name in [*((tenant, cycle, "Y") for tenant, cycle in enumerate(self.cycles)), *others]:
            defined = goals.CycleDefined(
                cycle_id=cycle, name=f"{name}{tenant}", kind=goals.CYCLE_KIND_STRATEGIC, first_day=FIRST_DAY, last_day=FIRST_DAY + SPAN
            )
            yield self._recorded(defined, tenant, cycle, cycle, FIRST_DAY * DAY)
        objectives, key_results = int(n * shape.objectives), int(n * shape.key_results)
        definitions = objectives + key_results
        for i in range(objectives):
            yield from self._define_objective(i, objectives, _at(i, definitions, 0, 20))
        for i in range(key_results):
            yield self._define_key_result(self._objectives[i % objectives], _at(objectives + i, definitions, 0, 20))
        rest = n + self._more - sum(self._positions.values())
        for i in range(rest):
            at = _at(i, rest, 20, SPAN)
            yield self._change(at) if self._r.random() < shape.changes else self._check_in(at)
            if self._beside.random() < shape.beside:
                yield self._tell_of_a_kpi(at)
                yield self._tell_of_work(at)
                yield from self._move_key_result(at)
                yield from self._move_objective(at)

    def _define_objective(self, i: int, n: int, at: int) -> Iterator[RecordedEvent]:
        r, shape = self._r, self._shape
        tenant = 0 if shape.tenants == 1 or i < n // 10 else 1 + i % (shape.tenants - 1)
        mine = self._by_tenant[tenant]
        above = [o for o in r.choices(mine, k=4) if o.depth < 5] if mine and r.random() < 0.97 else []
        o = _Objective(self._id(), tenant, above[0].depth + 1 if above else 1, self.cycles[tenant])
        mine.append(o)
        self._objectives.append(o)
        defined = goals.ObjectiveDefined(
            objective_id=o.id,
            cycle_id=self.cycles[tenant],
            reference=f"O{i}",
            title=self._words(6),
            level=goals.LEVEL_COMPANY,
            owner_id=r.choice(self.people),
            creator_id=self.people[0],
            start_day=FIRST_DAY,
            due_day=FIRST_DAY + SPAN,
            kind=goals.OBJECTIVE_KIND_COMMITTED,
            visibility=goals.VISIBILITY_COMPANY,
            roll_up=r.choices(_ROLL_UPS, (60, 20, 20))[0],
        )
        yield self._recorded(defined, tenant, o.id, o.id, at)
        if above:
            yield self._align(o, above[0], at)
        if r.random() < 0.8:
            yield self._recorded(goals.ObjectiveActivated(objective_id=o.id), tenant, o.id, o.id, at)
        elif self._beside.random() < 0.5:
            for step in (
                goals.ObjectiveSubmitted,
                goals.ObjectiveApproved,
                goals.ObjectiveApprovalLapsed,
                goals.ObjectiveSubmitted,
                goals.ObjectiveSentBack,
            ):
                yield self._recorded(step(objective_id=o.id, holds_from=at // DAY), tenant, o.id, o.id, at)

    def _align(self, o: _Objective, parent: _Objective | None, at: int) -> RecordedEvent:
        aligned = goals.ObjectiveAligned(objective_id=o.id)
        if parent is not None and parent.key_results and self._r.random() < 0.3:
            aligned.parent_key_result_id = parent.key_results[0].id
            aligned.parent_key_results_objective_id = parent.id
        elif parent is not None:
            aligned.parent_objective_id = parent.id
        return self._recorded(aligned, o.tenant, b"alignment" + self.tenants[o.tenant][:7], o.id, at)

    def _define_key_result(self, o: _Objective, at: int) -> RecordedEvent:
        r, shape = self._r, self._shape
        k = _KeyResult(self._id(), o, r.choices((_METRIC, _BINARY, _MILESTONES, _GRADED), (70, 10, 10, 10))[0])
        o.key_results.append(k)
        self._key_results.append(k)
        others = {r.choice(self._by_tenant[o.tenant]).id} - {o.id} if r.random() < shape.shared else set()
        defined = goals.KeyResultDefined(
            objective_id=o.id,
            key_result_id=k.id,
            title=self._words(7),
            owners=[goals.Owner(person_id=r.choice(self.people))],
            weight=r.choice((1.0, 1.0, 2.0, 0.5)),
            counts_for=sorted(others),
        )
        if k.measure == _METRIC:
            defined.metric.CopyFrom(goals.Metric(start=float(r.randint(0, 50)), target=float(r.randint(60, 200)), unit="users"))
        elif k.measure == _BINARY:
            defined.binary.SetInParent()
        elif k.measure == _MILESTONES:
            defined.milestones.CopyFrom(goals.Milestones(milestones=[goals.Milestone(title=f"step {i}", weight=1.0 + i) for i in range(4)]))
        else:
            defined.graded.SetInParent()
        return self._recorded(defined, o.tenant, o.id, o.id, at)

    def _move_key_result(self, at: int) -> Iterator[RecordedEvent]:
        """To another objective of the tenant, from a day on; its events go on travelling with those of the objective that it is from."""
        r = self._beside
        k = r.choice(self._key_results)
        source, target = k.home, r.choice(self._by_tenant[k.home.tenant])
        if target is source or k.cancelled or source.ended or target.ended:
            return
        k.home, earliest = target, max(k.home_from, source.cycle_from, target.cycle_from)
        k.home_from = max(at // DAY - r.randint(0, 20), earliest) if r.random() < 0.5 else at // DAY
        source.left = max(source.left, k.home_from)
        ids: dict[str, Any] = {"key_result_id": k.id, "holds_from": k.home_from}
        away = goals.KeyResultMovedAway(
            objective_id=source.id, to_objective_id=target.id, cycle_id=source.cycle, to_cycle_id=target.cycle, **ids
        )
        moved = goals.KeyResultMovedIn(
            objective_id=target.id,
            from_objective_id=source.id,
            from_cycle_id=source.cycle,
            cycle_id=target.cycle,
            defined_of=k.defined_of.id,
            due_day=0,
            **ids,
        )
        yield self._recorded(away, source.tenant, source.id, source.id, at)
        yield self._recorded(moved, source.tenant, target.id, k.defined_of.id, at)

    def _move_objective(self, at: int) -> Iterator[RecordedEvent]:
        """To the other cycle of the tenant, or back, from a day on; its key results go along."""
        r = self._between_cycles
        o = r.choice(self._objectives)
        if o.ended or r.random() < 0.5:
            return
        theirs = [k for k in self._key_results if k.home is o]
        earliest = max([o.cycle_from, o.left, *(k.home_from for k in theirs)])
        before, both = o.cycle, (self.cycles[o.tenant], self.other_cycles[o.tenant])
        o.cycle = both[before == both[0]]
        o.cycle_from = max(at // DAY - r.randint(0, 20), earliest) if r.random() < 0.5 else at // DAY
        ids: dict[str, Any] = {"objective_id": o.id, "from_cycle_id": before, "cycle_id": o.cycle, "holds_from": o.cycle_from}
        due_day = FIRST_DAY + SPAN - r.randint(0, 30) if r.random() < 0.5 else None
        yield self._recorded(goals.ObjectiveMovedToCycle(due_day=due_day, **ids), o.tenant, o.id, o.id, at)
        for k in theirs:
            along = goals.KeyResultMovedToCycle(key_result_id=k.id, **ids)
            yield self._recorded(along, o.tenant, o.id, k.defined_of.id, at)

    def _change(self, at: int) -> RecordedEvent:
        r = self._r
        o, k, what = r.choice(self._objectives), r.choice(self._key_results), r.random()
        if what < 0.3:
            revised = goals.KeyResultRevised(
                objective_id=k.home.id, key_result_id=k.id, target=float(r.randint(60, 240)), goalpost_moved=True
            )
            return self._recorded(revised, k.home.tenant, k.home.id, k.defined_of.id, at)
        if what < 0.5:
            weighed = goals.KeyResultRevised(objective_id=k.home.id, key_result_id=k.id, weight=r.choice((1.0, 3.0, 0.25, 0.0)))
            return self._recorded(weighed, k.home.tenant, k.home.id, k.defined_of.id, at)
        if what < 0.56:
            other = r.choice(self._by_tenant[k.home.tenant]).id
            link: Any = goals.KeyResultShared if r.random() < 0.6 else goals.KeyResultUnshared
            if other != k.home.id:
                shared = link(objective_id=k.home.id, key_result_id=k.id, counts_for=other)
                return self._recorded(shared, k.home.tenant, k.home.id, k.defined_of.id, at)
        if what < 0.6:
            k.cancelled = True
            return self._recorded(
                goals.KeyResultCancelled(objective_id=k.home.id, key_result_id=k.id, reason="killed"),
                k.home.tenant,
                k.home.id,
                k.defined_of.id,
                at,
            )
        if what < 0.75:
            renamed = goals.ObjectiveRevised(objective_id=o.id, title=self._words(6), roll_up=r.choice(_ROLL_UPS))
            return self._recorded(renamed, o.tenant, o.id, o.id, at)
        if what < 0.85:
            handed = goals.ObjectiveRevised(objective_id=o.id, owner_id=r.choice(self.people), labels=goals.Labels(labels=["handed over"]))
            return self._recorded(handed, o.tenant, o.id, o.id, at)
        if what < 0.9:
            o.ended = True
            ended: Any = goals.ObjectiveClosed if r.random() < 0.5 else goals.ObjectiveCancelled
            return self._recorded(ended(objective_id=o.id), o.tenant, o.id, o.id, at)
        # the same level above as before: never a loop
        above = [x for x in r.choices(self._by_tenant[o.tenant], k=10) if x.depth == o.depth - 1]
        return self._align(o, above[0] if above else None, at)

    def _check_in(self, at: int) -> RecordedEvent:
        r, shape = self._r, self._shape
        k, what, event_id = r.choice(self._key_results), r.random(), self._id()
        ids: dict[str, Any] = {"objective_id": k.home.id, "key_result_id": k.id}
        message: Any
        if what < shape.corrected and k.standing:
            check_in_id = r.choice(list(k.standing))
            message = checkins.CheckInCorrected(
                check_in_id=check_in_id, correction_id=event_id, as_of=k.standing[check_in_id], reason="typed wrong", **ids
            )
            self._give_value(message, k)
        elif what < shape.corrected + shape.retracted and k.standing:
            check_in_id = r.choice(list(k.standing))
            k.retracted[check_in_id] = k.standing.pop(check_in_id)
            message = checkins.CheckInRetracted(check_in_id=check_in_id, as_of=k.retracted[check_in_id], reason="wrong key result", **ids)
        elif what > 1 - shape.restored and k.retracted:
            message = self._restored(k, ids)
        elif what < shape.corrected + shape.retracted + shape.graded:
            day = at // DAY
            message = checkins.KeyResultGraded(as_of=day - r.randint(0, 9), graded_on=day, **ids)
            if r.random() < 0.8:
                message.grade = round(r.random(), 2)
        else:
            day = at // DAY - (r.randint(1, 60) if r.random() < shape.back_dated else 0)
            k.standing[event_id] = day
            if r.random() < shape.abstained:
                message = checkins.CheckInAbstained(check_in_id=event_id, as_of=day, reason="no figures yet", **ids)
            else:
                message = checkins.CheckInRecorded(
                    check_in_id=event_id, as_of=day, comment=self._words(4), source=checkins.SOURCE_PERSON, **ids
                )
                message.said_status = r.choices((0, 1, 2, 3), (90, 4, 3, 3))[0]
                if r.random() < 0.7:
                    message.confidence = r.randint(0, 10)
                self._give_value(message, k)
        return self._recorded(message, k.home.tenant, k.id, k.defined_of.id, at, event_id)

    def _tell_of_a_kpi(self, at: int) -> RecordedEvent:
        r, day = self._beside, at // DAY
        message: Any
        event_id = r.randbytes(16)
        if not self._kpis or r.random() < 0.1:
            kpi = _Kpi(r.randbytes(16), {})
            self._kpis.append(kpi)
            message = goals.KpiDefined(kpi_id=kpi.id, title="churn", unit="percent", high=3.0, owner_id=self.people[0], holds_from=_EVER)
        else:
            kpi, what = r.choice(self._kpis), r.random()
            if what < 0.15:
                low, high = goals.Bound(value=r.uniform(0, 2)), goals.Bound(value=3.0) if r.random() < 0.7 else goals.Bound()
                message = goals.KpiRevised(kpi_id=kpi.id, low=low, high=high, holds_from=day - r.randint(0, 40))
            elif what < 0.3 and kpi.standing:
                measurement_id = r.choice(list(kpi.standing))
                as_of = kpi.standing.pop(measurement_id)
                message = goals.KpiMeasurementRetracted(kpi_id=kpi.id, measurement_id=measurement_id, as_of=as_of, reason="typed wrong")
            elif what < 0.33:
                message = goals.KpiRetired(kpi_id=kpi.id, holds_from=day)
            else:
                as_of = kpi.standing[event_id] = day - r.choice((0, 0, 1, 30))
                message = goals.KpiMeasured(kpi_id=kpi.id, measurement_id=event_id, as_of=as_of, value=round(r.uniform(0, 5), 2))
        return self._recorded(message, 0, kpi.id, kpi.id, at, event_id)

    def _tell_of_effort(self, at: int) -> RecordedEvent:
        """Somebody logs time on a task or an initiative, on any earlier day; or it was another time, or none."""
        r, day = self._beside, at // DAY
        message: Any
        event_id = r.randbytes(16)
        if self._efforts and r.random() < 0.4:
            effort_id = r.choice(list(self._efforts))
            said = self._efforts[effort_id]
            if r.random() < 0.5:
                message = goals.EffortCorrected(**said, minutes=r.randint(1, 240))
            else:
                del self._efforts[effort_id]
                message = goals.EffortRetracted(**said, reason="another task")
        else:
            kind, thing = r.choice(self._work)
            on = {f"{kind}_id": thing} if kind != "milestone" else {"task_id": thing}
            teams = [r.choice(self.people) for _ in range(r.randint(0, 2))]
            served = r.choice((b"", r.choice(self._objectives).id))
            said = {"effort_id": event_id, "person_id": r.choice(self.people), "day": day - r.randint(0, 20), "team_ids": teams}
            said |= {**on, "objective_id": served}
            self._efforts[event_id] = said
            message = goals.EffortLogged(**said, minutes=r.randint(1, 240), note="did")
        its_day = id_of_name("effort", said["person_id"], str(said["day"]))
        return self._recorded(message, 0, its_day, its_day, at, event_id)

    def _tell_of_work(self, at: int) -> RecordedEvent:
        r, day = self._beside, at // DAY
        message: Any
        if self._work and r.random() < 0.25:
            return self._tell_of_effort(at)
        if not self._work or r.random() < 0.2:
            thing = r.randbytes(16)
            kind = r.choice(("task", "initiative", "milestone"))
            self._work.append((kind, thing))
            o = r.choice(self._objectives)
            match kind:
                case "task":
                    people: dict[str, Any] = {"assignee_id": r.choice(self.people), "giver_id": r.choice(self.people)}
                    served = o.id if r.random() < 0.7 else b""
                    message = goals.TaskGiven(task_id=thing, title="ask", objective_id=served, holds_from=_EVER, **people)
                case "initiative":
                    owner = r.choice(self.people)
                    message = goals.InitiativeDefined(
                        initiative_id=thing, title="try", owner_id=owner, creator_id=owner, objective_id=o.id, holds_from=_EVER
                    )
                case _:
                    message = goals.MilestonePlanned(milestone_id=thing, title="open", on_day=day + 9, holds_from=_EVER)
            return self._recorded(message, 0, thing, thing, at, r.randbytes(16))
        kind, thing = r.choice(self._work)
        holds_from = day - r.randint(0, 20)
        match kind:
            case "task":
                message = r.choice(
                    (
                        goals.TaskRevised(task_id=thing, due_day=day + r.randint(1, 9), holds_from=holds_from),
                        goals.TaskReassigned(task_id=thing, assignee_id=r.choice(self.people), holds_from=holds_from),
                        goals.TaskDone(task_id=thing, holds_from=holds_from),
                        goals.TaskReopened(task_id=thing, holds_from=holds_from),
                        goals.TaskCancelled(task_id=thing, holds_from=holds_from),
                    )
                )
            case "initiative":
                state = r.choice((goals.INITIATIVE_STATE_RUNNING, goals.INITIATIVE_STATE_DONE))
                message = goals.InitiativeRevised(initiative_id=thing, state=state, holds_from=holds_from)
            case _:
                message = r.choice(
                    (
                        goals.MilestoneReached(milestone_id=thing, holds_from=holds_from),
                        goals.MilestonePostponed(milestone_id=thing, to_day=day + 30, holds_from=holds_from),
                        goals.MilestoneRevised(milestone_id=thing, title="opened", holds_from=holds_from),
                    )
                )
        return self._recorded(message, 0, thing, thing, at, r.randbytes(16))

    def _restored(self, k: _KeyResult, ids: dict[str, Any]) -> checkins.CheckInRestored:
        check_in_id = self._r.choice(list(k.retracted))
        day = k.retracted.pop(check_in_id)
        message = checkins.CheckInRestored(check_in_id=check_in_id, as_of=day, **ids)
        if self._r.random() < 0.3:
            message.abstention = "nobody knows any more"
        else:
            k.standing[check_in_id] = day
            self._give_value(message, k)
        return message

    def _give_value(self, message: Any, k: _KeyResult) -> None:
        r = self._r
        if k.measure == _MILESTONES:
            message.milestones_done = r.getrandbits(4)
        elif k.measure == _METRIC:
            message.value = round(r.uniform(-5, 220), 1)
        else:
            message.value = float(r.random() < 0.5) if k.measure == _BINARY else round(r.random(), 2)


_CHECK_INS = (
    checkins.CheckInRecorded,
    checkins.CheckInAbstained,
    checkins.CheckInCorrected,
    checkins.CheckInRetracted,
    checkins.CheckInRestored,
    checkins.KeyResultGraded,
)


def _at(i: int, n: int, first: int, last: int) -> int:
    """The instant of the i-th of n events between two days."""
    return (FIRST_DAY + first) * DAY + i * (last - first) * DAY // n


def interleaved(events: list[RecordedEvent], seed: int) -> list[RecordedEvent]:
    """The same events in another order, which keeps that of each aggregate: as two topics with many partitions deliver them."""
    r = random.Random(seed)
    streams: dict[tuple[str, bytes], list[RecordedEvent]] = {}
    for event in events:
        streams.setdefault((event.log, event.partition_key), []).append(event)
    queues = [list(reversed(stream)) for stream in streams.values()]
    order = []
    while queues:
        n = r.randrange(len(queues))
        order.append(queues[n].pop())
        if not queues[n]:
            queues[n] = queues[-1]
            queues.pop()
    return order


def with_tenant(event: RecordedEvent, tenant_id: bytes) -> RecordedEvent:
    """The same event of another tenant."""
    return event._replace(tenant_id=tenant_id)
