"""The numbers against a program that knows the rules and nothing else: in memory as a replay has them, and as the service answers them.

A few random histories, unless CAIRN_HISTORIES asks for more.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.days import FIRST_DAY
from chassis.events import RecordedEvent, event_type_of
from chassis.ids import Id, new_id
from progress.domain.status import ACHIEVED, AT_RISK, BEHIND, NOT_STARTED, ON_TRACK, objective_status
from shared.roles import AUDITOR
from tests.support.events import an_id
from tests.support.infrastructure import DatabaseServer
from tests.support.oracle import EVER, Answer, Fact, Oracle
from tests.support.projection import facts_of
from tests.support.served_progress import TENANT, Served, serve
from tests.support.told import DAY

HISTORIES = int(os.environ.get("CAIRN_HISTORIES", "25"))
FIRST, SPAN = 18_000, 30
STATUSES = {NOT_STARTED: "not started", ON_TRACK: "on track", BEHIND: "behind", AT_RISK: "at risk", ACHIEVED: "achieved"}
ROLL_UPS = {"key_results": 1, "children": 2, "both": 3}


class Made:
    """A random history, fact by fact, as the commands of goals would let it happen; check-ins also come when all is over."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.facts: list[Fact] = []
        self.states: dict[str, str] = {}
        self.active_from: dict[str, int] = {}
        self.key_results: dict[str, tuple[str, str, int]] = {}  # home, measure, first day
        self.cancelled: set[str] = set()
        self.linked: dict[tuple[str, str], tuple[bool, int]] = {}
        self.aligned: dict[str, tuple[str | None, int]] = {}
        self.check_ins: dict[str, str] = {}  # standing, with their key result
        self.now = FIRST * DAY
        for n in range(self.r.randint(2, 5)):
            self._objective(f"o{n}")
        for _ in range(self.r.randint(20, 50)):
            self.now += self.r.randint(1, SPAN * DAY // 35)
            self.r.choice((self._key_result, self._change, self._change, self._state, self._link, self._align, *[self._report] * 6))()

    @property
    def today(self) -> int:
        return self.now // DAY

    def add(self, what: str, about: str, day: int = EVER, **says: Any) -> None:
        self.now += 1
        self.facts.append(Fact(what, self.now, about, day, says))

    def day(self, *, draft: bool, not_before: int = EVER) -> int:
        """The day that a command names, or none: then today, or since ever of a draft."""
        if self.r.random() < 0.5:
            return max(EVER if draft else self.today, not_before)
        return max(self.today - self.r.choice((0, 0, 1, 3, 8, 20)), not_before)

    def open(self) -> list[str]:
        return [o for o, state in self.states.items() if state in ("draft", "active")]

    def _objective(self, o: str) -> None:
        start = FIRST + self.r.randint(-5, 10)
        self.states[o] = "draft"
        self.add(
            "objective",
            o,
            start=start,
            due=start + self.r.randint(0, SPAN),
            roll_up=self.r.choice(list(ROLL_UPS)),
            child_weight=self.weight(),
        )

    def _key_result(self) -> None:
        if homes := self.open():
            home, kr = self.r.choice(homes), f"k{len(self.key_results)}"
            day = self.day(draft=self.states[home] == "draft")
            measure = self.r.choice(("metric", "metric", "graded", "maintain"))
            self.key_results[kr] = home, measure, day
            figures: dict[str, Any] = {"start": 0.0, "target": self.r.choice((4.0, -2.0))}
            if measure == "maintain":
                low, high = self.r.choice(((2.0, None), (None, 4.0), (1.0, 3.0)))
                figures = {"low": low, "high": high, "mode": self.r.choice(("latest", "share"))}
            self.add("key_result", kr, day, home=home, measure=measure, weight=self.weight(), **figures)

    def weight(self) -> float:
        return self.r.choice((0.0, 1.0, 1.0, 2.0))

    def standing(self) -> list[str]:
        return [kr for kr, (home, _, _) in self.key_results.items() if kr not in self.cancelled and home in self.open()]

    def _change(self) -> None:
        if self.r.random() < 0.3 and (objectives := self.open()):
            o = self.r.choice(objectives)
            says = self.r.choice(
                ({"roll_up": self.r.choice(list(ROLL_UPS))}, {"start": FIRST + self.r.randint(-9, 2)}, {"child_weight": self.weight()})
            )
            self.add("revise", o, self.day(draft=self.states[o] == "draft"), **says)
        elif key_results := self.standing():
            kr = self.r.choice(key_results)
            home, measure, first = self.key_results[kr]
            day = self.day(draft=self.states[home] == "draft", not_before=first)
            if self.r.random() < 0.2:
                self.cancelled.add(kr)
                self.add("cancel", kr, day)
            elif measure == "metric" and self.r.random() < 0.6:
                self.add("revise", kr, day, target=self.r.choice((1.0, 3.0, 5.0, 8.0)))
            elif measure == "maintain" and self.r.random() < 0.8:
                self.add("revise", kr, day, **self.r.choice(({"low": 0.0}, {"low": 3.0}, {"low": None}, {"high": 5.0}, {"mode": "share"})))
            else:
                self.add("revise", kr, day, weight=self.weight())

    def _state(self) -> None:
        o = self.r.choice(list(self.states))
        if self.states[o] == "draft" and self.r.random() < 0.8:
            start = Oracle(self.facts).setting(o, "start", 10**9, 10**18)
            self.active_from[o] = day = min(self.day(draft=False), start)
            self.states[o] = "active"
            self.add("activate", o, day)
        elif self.states[o] == "active" or (self.states[o] == "draft" and self.r.random() < 0.3):
            what = "cancel" if self.states[o] == "draft" else self.r.choice(("close", "close", "cancel"))
            day = self.day(draft=False, not_before=self.active_from.get(o, EVER))
            self.states[o] = "closed" if what == "close" else "cancelled"
            self.add(what, o, day)

    def _link(self) -> None:
        if key_results := self.standing():
            kr = self.r.choice(key_results)
            others = [o for o in self.open() if o != self.key_results[kr][0]]
            if others:
                other = self.r.choice(others)
                shared, since = self.linked.get((kr, other), (False, EVER))
                day = self.day(draft=self.states[other] == "draft", not_before=since)
                self.linked[kr, other] = not shared, day
                self.add("unshare" if shared else "share", kr, day, **{"with": other})

    def _align(self) -> None:
        """Only under one that was made before: never a loop, on any day."""
        if children := [o for o in self.open() if o != "o0"]:
            child = self.r.choice(children)
            parent: str | None = f"o{self.r.randrange(int(child[1:]))}"
            before, since = self.aligned.get(child, (None, EVER))
            if before == parent:
                parent = None
            if parent != before and (parent is None or parent in self.open()):
                day = self.day(draft=before is None and parent is not None and self.states[parent] == "draft", not_before=since)
                self.aligned[child] = parent, day
                self.add("align", child, day, parent=parent)

    def _report(self) -> None:
        if self.check_ins and self.r.random() < 0.25:
            name = self.r.choice(list(self.check_ins))
            if self.r.random() < 0.5:
                self.add("correct", name, value=self._figure(self.check_ins[name]))
            else:
                del self.check_ins[name]
                self.add("retract", name)
        elif self.key_results:
            kr = self.r.choice(list(self.key_results))
            day = self.today - self.r.choice((0, 0, 1, 4, 12))
            if self.r.random() < 0.15:
                self.add("grade", kr, day, grade=self.r.choice((None, 0.3, 1.0)))
                return
            name = f"c{len(self.facts)}"
            value = None if self.r.random() < 0.15 else self._figure(kr)
            if value is not None:
                self.check_ins[name] = kr
            self.add("check_in", kr, day, name=name, value=value)

    def _figure(self, kr: str) -> float:
        return float(self.r.randint(-1, 6)) if self.key_results[kr][1] in ("metric", "maintain") else self.r.choice((0.0, 0.25, 1.0))


def events_of(made: Made) -> list[RecordedEvent]:
    """The history as events of the two logs."""
    by_name = {f.says["name"]: f for f in made.facts if f.what == "check_in"}
    positions, versions, events = {"goals": 0, "checkins": 0}, dict[Id, int](), []
    for fact in made.facts:
        message = _message(fact, made, by_name)
        log = "checkins" if "checkins" in event_type_of(message) else "goals"
        positions[log] += 1
        home = message.objective_id
        aggregate = getattr(message, "key_result_id", home) if log == "checkins" else home
        versions[aggregate] = versions.get(aggregate, 0) + 1
        event_id = getattr(message, "correction_id", b"") or (message.check_in_id if fact.what == "check_in" else b"") or new_id()
        events.append(
            RecordedEvent(
                *(log, positions[log], event_id, TENANT, aggregate, versions[aggregate], fact.at, an_id("Ann"), None, home, None, home),
                event_type_of(message),
                message.SerializeToString(),
            )
        )
    return events


def _message(f: Fact, made: Made, by_name: dict[str, Fact]) -> Any:
    day = FIRST_DAY if f.day == EVER else f.day
    if f.what in ("correct", "retract"):
        first = by_name[f.about]
        ids: dict[str, Any] = _of_key_result(first.about, made) | {"check_in_id": an_id(f.about), "as_of": first.day}
        if f.what == "retract":
            return checkins.CheckInRetracted(**ids)
        return checkins.CheckInCorrected(correction_id=an_id(f"x{f.at % 10**9}"), value=f.says["value"], **ids)
    if f.about in made.key_results:
        return _of_key_results(f, day, _of_key_result(f.about, made))
    o = an_id(f.about)
    says: dict[str, Any] = {name: ROLL_UPS[v] if name == "roll_up" else v for name, v in f.says.items()}
    match f.what:
        case "objective":
            fields: dict[str, Any] = {
                "objective_id": o,
                "cycle_id": an_id("Q"),
                "title": f.about,
                "start_day": says["start"],
                "due_day": says["due"],
            }
            return goals.ObjectiveDefined(
                **fields, roll_up=says["roll_up"], child_weight=says["child_weight"], visibility=goals.VISIBILITY_COMPANY, holds_from=day
            )
        case "revise":
            return goals.ObjectiveRevised(
                objective_id=o, holds_from=day, **{"start_day" if n == "start" else n: v for n, v in says.items()}
            )
        case "activate":
            return goals.ObjectiveActivated(objective_id=o, holds_from=day)
        case "close":
            return goals.ObjectiveClosed(objective_id=o, holds_from=day)
        case "cancel":
            return goals.ObjectiveCancelled(objective_id=o, holds_from=day)
        case "align":
            parent = says["parent"]
            return goals.ObjectiveAligned(objective_id=o, holds_from=day, **({"parent_objective_id": an_id(parent)} if parent else {}))
    raise AssertionError(f.what)


def _of_key_result(kr: str, made: Made) -> dict[str, Any]:
    return {"objective_id": an_id(made.key_results[kr][0]), "key_result_id": an_id(kr)}


_MODES = {"latest": goals.MAINTAIN_MODE_LATEST, "share": goals.MAINTAIN_MODE_SHARE}


def _measure(says: dict[str, Any]) -> goals.Metric | goals.Maintain | goals.Graded:
    match says["measure"]:
        case "metric":
            return goals.Metric(start=says["start"], target=says["target"])
        case "maintain":
            return goals.Maintain(low=says["low"], high=says["high"], mode=_MODES[says["mode"]])
    return goals.Graded()


def _of_key_results(f: Fact, day: int, ids: dict[str, Any]) -> Any:
    match f.what:
        case "key_result":
            measure: dict[str, Any] = {f.says["measure"]: _measure(f.says)}
            return goals.KeyResultDefined(title=f.about, weight=f.says["weight"], holds_from=day, **ids, **measure)
        case "revise":
            bounds = {name: goals.Bound(value=f.says[name]) for name in ("low", "high") if name in f.says}
            mode = {"mode": _MODES[f.says["mode"]]} if "mode" in f.says else {}
            change: dict[str, Any] = f.says | bounds | mode
            return goals.KeyResultRevised(holds_from=day, **ids, **change)
        case "cancel":
            return goals.KeyResultCancelled(holds_from=day, **ids)
        case "share":
            return goals.KeyResultShared(counts_for=an_id(f.says["with"]), holds_from=day, **ids)
        case "unshare":
            return goals.KeyResultUnshared(counts_for=an_id(f.says["with"]), holds_from=day, **ids)
        case "grade":
            return checkins.KeyResultGraded(grade=f.says["grade"], as_of=f.day, graded_on=f.day, **ids)
        case "check_in":
            ids |= {"check_in_id": an_id(f.says["name"]), "as_of": f.day}
            if f.says["value"] is None:
                return checkins.CheckInAbstained(reason="no figures", **ids)
            return checkins.CheckInRecorded(value=f.says["value"], **ids)
    raise AssertionError(f.what)


def points(made: Made, count: int) -> list[tuple[int | None, int | None]]:
    """Points of both axes to ask about, at instants at which, or just before which, something was recorded."""
    r = made.r
    found: list[tuple[int | None, int | None]] = [(None, None)]
    for _ in range(count):
        day = FIRST + r.randint(-25, SPAN + 10) if r.random() < 0.8 else None
        instant = r.choice(made.facts).at - r.randint(0, 1) if r.random() < 0.7 else None
        found.append((day, instant))
    return found


def expected(oracle: Oracle, objective: str, day: int | None, instant: int | None) -> Answer:
    return oracle.answer(objective, 10**9 if day is None else day, 10**18 if instant is None else instant)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_the_numbers_are_those_of_the_rules_at_any_point_of_both_axes(seed: int) -> None:
    made = Made(seed)
    oracle, in_memory = Oracle(made.facts), facts_of(events_of(made))
    for day, instant in points(made, 12):
        evaluated = in_memory.evaluated(day, instant)
        known = {an_id(o): o for o in made.states if oracle.exists(o, 10**18 if instant is None else instant)}
        assert evaluated.numbers.keys() == known.keys()
        for objective_id, o in known.items():
            right, found = expected(oracle, o, day, instant), evaluated.numbers[objective_id]
            asked = f"{o} on {day} known at {instant}"
            figures = (found.progress, found.progress_raw, found.not_started_share, found.grade)
            assert figures == pytest.approx((right.progress, right.raw, right.not_started, right.grade)), asked
            if day is not None:
                on = evaluated.calendar(day).at(evaluated.cut.get(objective_id))
                assert STATUSES[objective_status(evaluated.tree.objectives[objective_id], found, on)] == right.status, asked


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with serve(postgres.create_database(), {}, tmp_path) as served:
        yield served


@pytest.mark.parametrize("seed", range(1_000, 1_000 + max(2, HISTORIES // 25)))
async def test_the_service_answers_the_numbers_of_the_rules(progress: Served, seed: int) -> None:
    made = Made(seed)
    oracle = Oracle(made.facts)
    await progress.live.take_all(events_of(made), made.r)
    for day, instant in points(made, 8):
        for o in made.states:
            if not oracle.exists(o, 10**18 if instant is None else instant):
                continue
            as_of = common_pb2.AsOf(true_on=day)
            if instant is not None:
                as_of.known_at.FromMicroseconds(instant)
            request = pb.GetObjectiveRequest(objective_id=an_id(o), as_of=as_of)
            found, right = (await progress("GetObjective", request, role=AUDITOR)).objective, expected(oracle, o, day, instant)
            asked = f"{o} on {day} known at {instant}"
            assert (found.progress if found.HasField("progress") else None) == pytest.approx(right.progress), asked
            shown = (await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q"), page_size=100, as_of=as_of), role=AUDITOR)).objectives
            in_tree = shown.progress[list(shown.objective_id).index(an_id(o))]
            assert (None if math.isnan(in_tree) else in_tree) == pytest.approx(right.progress), asked
            not_started = None if math.isnan(found.not_started_share) else found.not_started_share
            assert not_started == pytest.approx(right.not_started), asked
            if day is not None:
                assert STATUSES[found.status] == right.status, asked
