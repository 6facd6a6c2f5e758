"""Status, pace, staleness, confidence and coverage of random companies against `tests/reckoning`: the same as tables and as events."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.directory.v1 import events_pb2 as directory
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1.events_pb2 import Status
from chassis.days import day_of
from progress.domain.evaluation import as_seen, is_objective_stale
from progress.domain.shown import shown_key_results
from progress.domain.status import objective_status, pace_of_key_result
from shared.figures import six_digits
from tests.support.events import an_id
from tests.support.told import Told
from tests.unit.reckoning.company import FIRST_DAY, LENGTH, Company, day

FIRST: Final = day_of(FIRST_DAY)
SETTINGS: Final = {
    "bounds": ("0.05;0.2", "0.10;0.25", "0;0.5"),
    "cadence": ("two-weekly", "monthly", "none", "weekly"),
    "default_pace": ("straight", "0;0.1;0.3;1", "0;0.8;1"),
}
STATUSES: Final[dict[str, Any]] = {"on track": checkins.SAID_STATUS_ON_TRACK, "at risk": checkins.SAID_STATUS_AT_RISK}
MEASURES: Final[dict[str, dict[str, Any]]] = {
    "number": {"metric": goals.Metric(start=0, target=10)},
    "binary": {"binary": goals.Binary()},
    "score": {"graded": goals.Graded()},
}


class Both:
    """One company with one objective in a cycle: its tables, and its events."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.r = random.Random(seed)
        self.tables, self.told, self.named = Company(folder), Told(), 0
        self._settle()
        cadence = self.r.choice(("", "", "two-weekly", "monthly"))
        self.tables.row("cycles.csv", cycle="Q", kind="tactical", first_day=day(0), last_day=day(LENGTH), cadence=cadence)
        cycle: dict[str, Any] = {"cycle_id": an_id("Q"), "name": "Q", "first_day": FIRST, "last_day": FIRST + LENGTH}
        self.told.event(goals.CycleDefined(cadence=cadence, **cycle))
        self.tables.objective("O")
        self.told.objective("O", start_day=FIRST, due_day=FIRST + LENGTH)
        self.kinds = {f"O/{n}": self.r.choice(list(MEASURES)) for n in range(1, self.r.randint(2, 5))}
        for ref, kind in self.kinds.items():
            self._define(ref, kind)
        for on in sorted(self.r.choices(range(LENGTH), k=15)):
            self._check_in(self.r.choice(list(self.kinds)), on)

    def _settle(self) -> None:
        for setting in self.r.sample(list(SETTINGS), k=self.r.randint(0, 3)):
            for on in sorted(self.r.sample(range(LENGTH), k=self.r.randint(1, 2))):
                value = self.r.choice(SETTINGS[setting])
                self.tables.setting(setting, value, day=day(on))
                self.told.event(directory.SettingChanged(setting=setting, value=value, holds_from=FIRST + on))

    def _define(self, ref: str, kind: str) -> None:
        weight, due = self.r.choice((0, 1, 1, 2)), self.r.choice((None, 60))
        points = sorted(self.r.sample(range(1, 59), k=self.r.choice((0, 0, 2))))
        shares = sorted(self.r.choice((0.0, 0.2, 0.5, 0.9)) for _ in points)
        marks = {"commit": 4, "stretch": 12} if self.r.random() < 0.3 else {}
        plan = list(zip(points, shares, strict=True))
        said = ";".join(f"{day(on)}:{share}" for on, share in plan)
        self.tables.key_result(ref, kind, weight=weight, due=None if due is None else day(due), plan=said, **marks)
        planned = goals.Plan(points=[goals.PlannedShare(day=FIRST + on, share=share) for on, share in plan])
        ids = {"objective_id": an_id("O"), "key_result_id": an_id(ref), "due_day": FIRST + (LENGTH if due is None else due)}
        more: dict[str, Any] = {**ids, **marks, **MEASURES[kind], "plan": planned if plan else None}
        self.told.event(goals.KeyResultDefined(reference=ref, title=ref, weight=weight, **more))

    def _check_in(self, ref: str, on: int) -> None:
        self.named += 1
        ids: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id(ref), "check_in_id": an_id(f"c{self.named}")}
        if self.r.random() < 0.2:
            self.tables.check_in(ref, on, score="", abstained="no figures")
            self.told.event(checkins.CheckInAbstained(as_of=FIRST + on, reason="no figures", **ids))
            return
        values = {"number": self.r.randint(-2, 12), "binary": self.r.randint(0, 1), "score": self.r.choice((0.0, 0.3, 0.7, 1.0))}
        value = values[self.kinds[ref]]
        confidence, status = self.r.choice((None, 3, 8)), self.r.choice((None, None, *STATUSES))
        column = "value" if self.kinds[ref] == "number" else "score"
        self.tables.check_in(ref, on, **{"score": "", column: value}, confidence=confidence, status=status)
        by_hand = STATUSES.get(status or "", 0)
        said = checkins.CheckInRecorded(as_of=FIRST + on, value=value, confidence=confidence, said_status=by_hand, **ids)
        self.told.event(said)


@pytest.mark.parametrize("seed", range(25))
def test_what_is_settled_and_planned_is_what_is_reckoned_on_any_day(tmp_path: Path, seed: int) -> None:
    both = Both(tmp_path, seed)
    for number in (0, 3, 15, 29, 40, 59, 60, 77, LENGTH, LENGTH + 5):
        reckoned, today = both.tables.objective_on(number), FIRST + number
        evaluated = both.told.evaluated(today)
        calendar, o = evaluated.calendar(today), an_id("O")
        numbers, objective = evaluated.numbers[o], evaluated.tree.objectives[o]
        share = numbers.not_started_share
        found = {
            "progress": _share(numbers.progress),
            "progress_raw": _share(numbers.progress_raw),
            "coverage": None if share is None else _share(1.0 - share),
            "confidence": _share(numbers.confidence),
            "pace": _share(calendar.at().of_objective(objective)),
            "stale": is_objective_stale(evaluated, o, calendar),
            "status": _word(objective_status(objective, numbers, calendar.at())),
        }
        assert found == pytest.approx({name: reckoned[name] for name in found}, abs=1.1e-6), day(number)
        for its in reckoned["key_results"]:
            assert _of_key_result(evaluated, its["ref"], today) == {
                name: pytest.approx(its[name], abs=1.1e-6) if isinstance(its[name], float) else its[name]
                for name in ("progress", "progress_raw", "status", "pace", "stale", "confidence", "commit", "stretch")
            }, (its["ref"], day(number))


def _of_key_result(evaluated: Any, ref: str, today: int) -> dict[str, Any]:
    k = evaluated.tree.key_results[an_id(ref)]
    seen = as_seen(evaluated, k, {}, evaluated.calendar(today))
    (its,) = shown_key_results(evaluated, [(an_id("O"), [k])], evaluated.calendar(today))
    assert seen.home is not None
    return {
        "progress": _share(its.progress),
        "progress_raw": _share(its.progress_raw),
        "status": _word(its.status),
        "pace": _share(pace_of_key_result(k, seen.home, seen.paces)),
        "stale": its.stale,
        "confidence": k.newest_confidence,
        "commit": k.commit,
        "stretch": k.stretch,
    }


def _share(number: float | None) -> float | None:
    return None if number is None else six_digits(number)


def _word(status: Any) -> str:
    return str(Status.Name(status)).removeprefix("STATUS_").lower().replace("_", " ")
