"""The numbers of random key results against `tests/reckoning`: the same company as tables, which that reads, and as events."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1.events_pb2 import Status
from cairn.progress.v1.service_pb2 import Measure
from chassis.days import day_of
from progress.domain.roll_up import clamp
from progress.domain.status import Paces, key_result_status, objective_status
from shared.figures import six_digits
from tests.support.events import an_id
from tests.support.told import Told
from tests.unit.reckoning.company import FIRST_DAY, LENGTH, Company, day

FIRST = day_of(FIRST_DAY)
MODES = {"latest": goals.MAINTAIN_MODE_LATEST, "share": goals.MAINTAIN_MODE_SHARE}
BOUNDS = ((2, None), (None, 4), (1, 3), (0, 0))


class Both:
    """One company with one objective: its tables, and its events."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.r = random.Random(seed)
        self.tables, self.told = Company(folder), Told()
        self.tables.objective("O")
        self.told.objective("O", start_day=FIRST, due_day=FIRST + LENGTH)
        self.key_results = [f"O/{n}" for n in range(1, self.r.randint(2, 5))]
        self.named = 0
        for ref in self.key_results:
            self._define(ref)
        for ref in self.key_results:
            self._change(ref)
        for on in sorted(self.r.choices(range(LENGTH), k=20)):
            self._check_in(self.r.choice(self.key_results), on)

    def _define(self, ref: str) -> None:
        weight, due = self.r.choice((0, 1, 1, 2)), self.r.choice((None, 40))
        low, high = self.r.choice(BOUNDS)
        mode = self.r.choice(list(MODES))
        self.tables.key_result(ref, "maintain", low=low, high=high, mode=mode, weight=weight, due=None if due is None else day(due))
        kept = goals.Maintain(low=low, high=high, mode=MODES[mode])
        ids: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id(ref)}
        due_day = FIRST + (LENGTH if due is None else due)
        self.told.event(goals.KeyResultDefined(reference=ref, title=ref, weight=weight, due_day=due_day, maintain=kept, **ids))

    def _change(self, ref: str) -> None:
        for on in sorted(self.r.sample(range(1, LENGTH), k=self.r.randint(0, 3))):
            name = self.r.choice(("low", "high", "mode"))
            ids: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id(ref), "holds_from": FIRST + on}
            if name == "mode":
                mode = self.r.choice(list(MODES))
                self.tables.change(ref, on, "mode", mode)
                self.told.event(goals.KeyResultRevised(mode=MODES[mode], **ids))
                continue
            value = self.r.choice((None, 0, 2, 5))
            self.tables.change(ref, on, name, value)
            bound: dict[str, Any] = {name: goals.Bound(value=value)}
            self.told.event(goals.KeyResultRevised(**bound, **ids))

    def _name(self) -> str:
        """Of a check-in, another one each time."""
        self.named += 1
        return f"c{self.named}"

    def _check_in(self, ref: str, on: int) -> None:
        value = self.r.randint(-1, 6)
        self.tables.check_in(ref, on, score="", value=value)
        name = self._name()
        if self.r.random() < 0.2:  # what is corrected stands in tables with its last value
            self.told.check_in(ref, value + 1, FIRST + on, name).correct(ref, name, value, FIRST + on)
        else:
            self.told.check_in(ref, value, FIRST + on, name)
        if self.r.random() < 0.2:
            lost = self._name()
            self.told.check_in(ref, 3, FIRST + on, lost).retract(ref, lost, FIRST + on)
        if self.r.random() < 0.2:
            self.tables.check_in(ref, on, score="", note="no figures")
            self.told.event(
                checkins.CheckInAbstained(
                    objective_id=an_id("O"),
                    key_result_id=an_id(ref),
                    check_in_id=an_id(self._name()),
                    as_of=FIRST + on,
                    reason="no",
                )
            )


@pytest.mark.parametrize("seed", range(25))
def test_what_is_maintained_is_what_is_reckoned_on_any_day(tmp_path: Path, seed: int) -> None:
    both = Both(tmp_path, seed)
    for number in (0, 3, 20, 39, 40, 41, 77, LENGTH, LENGTH + 5):
        reckoned, today = both.tables.objective_on(number), FIRST + number
        evaluated = both.told.evaluated(today)
        tree, numbers = evaluated.tree, evaluated.numbers[an_id("O")]
        home = tree.objectives[an_id("O")]
        assert _share(numbers.progress) == reckoned["progress"]
        assert _word(Status, objective_status(home, numbers, Paces(today)), "STATUS_") == reckoned["status"]
        for its in reckoned["key_results"]:
            k, raw = tree.key_results[an_id(its["ref"])], evaluated.raw[an_id(its["ref"])]
            status, _ = key_result_status(k, raw, home, Paces(today))
            found = {
                "measure": _word(Measure, k.measure, "MEASURE_"),
                "value": k.value,
                "progress": _share(clamp(raw)),
                "progress_raw": _share(raw),
                "status": _word(Status, status, "STATUS_"),
                "low": k.low,
                "high": k.high,
                "mode": None if k.mode is None else _word(goals.MaintainMode, k.mode, "MAINTAIN_MODE_"),
            }
            assert found == {name: its[name] for name in found}, (its["ref"], day(number))


def _share(number: float | None) -> float | None:
    return None if number is None else six_digits(number)


def _word(enum: Any, number: int, prefix: str) -> str:
    return str(enum.Name(number)).removeprefix(prefix).lower().replace("_", " ")
