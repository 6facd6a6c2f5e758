"""Values of parts, baselines, sums and redefined milestones against `tests/reckoning`: the same company as tables, and as events."""

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
from progress.domain.status import Paces, key_result_status
from progress.domain.values import Further
from shared.figures import six_digits
from tests.support.events import an_id
from tests.support.told import Told
from tests.unit.reckoning.company import FIRST_DAY, LENGTH, Company, day

FIRST = day_of(FIRST_DAY)
PEOPLE = ("ann", "ben", "cleo")
SHARES = ((None, None, None), (3.0, 1.0, 1.0), (0.5, 0.3, 0.2), (1.0, None, 0.0))
REPORTED = ("number", "baseline", "maintain", "score")


class Both:
    """One company as tables and as events: an objective with what is reported, and another one with what that feeds."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.r = random.Random(seed)
        self.tables, self.told = Company(folder), Told()
        self.kinds: dict[str, str] = {}
        self.named = 0
        for objective in ("O", "S"):
            self.tables.objective(objective)
            self.told.objective(objective, start_day=FIRST, due_day=FIRST + LENGTH)
        for n in range(1, self.r.randint(3, 6)):
            self._define(f"O/{n}", self.r.choice((*REPORTED, "milestones", "baseline", "number")))
        self.kpis = [f"P{n}" for n in range(self.r.randint(0, 2))]
        for kpi in self.kpis:
            self.tables.row("kpis.csv", kpi=kpi, title=kpi, unit="")
            self.told.event(goals.KpiDefined(kpi_id=an_id(kpi), reference=kpi, title=kpi, holds_from=0))
        for n in range(1, self.r.randint(2, 4)):
            self._define(f"S/{n}", "sum")
        for ref in self.kinds:
            for on in sorted(self.r.sample(range(1, LENGTH), k=self.r.randint(0, 3))):
                self._change(ref, on)
        for n, kpi in enumerate(self.kpis * 3):
            self._measure(kpi, f"m{n}", self.r.randrange(LENGTH))
        reported = [ref for ref, kind in self.kinds.items() if kind != "sum"]
        for on in sorted(self.r.choices(range(LENGTH), k=25)):
            self._check_in(self.r.choice(reported), on)

    def _measure(self, kpi: str, named: str, on: int) -> None:
        value = self.r.choice((1, 2, 4, 7))
        self.tables.row("kpi_values.csv", kpi=kpi, date=day(on), value=value)
        self.told.event(goals.KpiMeasured(kpi_id=an_id(kpi), measurement_id=an_id(named), as_of=FIRST + on, value=value))

    def _ids(self, ref: str) -> dict[str, Any]:
        return {"objective_id": an_id(ref.partition("/")[0]), "key_result_id": an_id(ref)}

    def _define(self, ref: str, kind: str) -> None:
        owners = self._owners(ref)
        cells: dict[str, Any] = {"owners": self._said(owners)}
        defined = goals.KeyResultDefined(reference=ref, title=ref, weight=1, due_day=FIRST + LENGTH, owners=owners, **self._ids(ref))
        match kind:
            case "number":
                defined.metric.CopyFrom(goals.Metric(start=0, target=10))
            case "baseline":
                defined.baseline.SetInParent()
            case "maintain":
                cells |= {"low": 3, "mode": "share"}
                defined.maintain.CopyFrom(goals.Maintain(low=3, mode=goals.MAINTAIN_MODE_SHARE))
            case "score":
                defined.graded.SetInParent()
            case "milestones":
                said, milestones = self._milestones()
                cells["milestones"] = said
                defined.milestones.CopyFrom(milestones)
            case "sum":
                feeds = self._feeds(ref)
                cells |= {"target": 30, "feeds": ";".join(feeds)}
                defined.sum.CopyFrom(goals.Sum(start=0, target=30, feeds=map(an_id, feeds)))
        self.kinds[ref] = kind
        self.tables.key_result(ref, kind, **cells)
        self.told.event(defined)

    def _owners(self, ref: str) -> list[goals.Owner]:
        people = self.r.sample(PEOPLE, self.r.randint(1, 3))
        shares = self.r.choice(SHARES) if len(people) > 1 else SHARES[0]
        return [goals.Owner(person_id=an_id(person), share=share) for person, share in zip(people, shares, strict=False)]

    def _said(self, owners: list[goals.Owner]) -> str:
        names = {an_id(person): person for person in PEOPLE}
        return ";".join(f"{names[o.person_id]}:{o.share:g}" if o.HasField("share") else names[o.person_id] for o in owners)

    def _milestones(self) -> tuple[str, goals.Milestones]:
        weights = [self.r.choice((1, 2, 5)) for _ in range(self.r.randint(1, 4))]
        listed = [goals.Milestone(title=f"Step {n}", weight=weight) for n, weight in enumerate(weights)]
        return ";".join(f"Step {n}:{weight}" for n, weight in enumerate(weights)), goals.Milestones(milestones=listed)

    def _feeds(self, ref: str) -> list[str]:
        possible = [other for other, kind in self.kinds.items() if kind in ("number", "baseline", "sum") and other != ref and other < ref]
        possible += self.kpis
        return self.r.sample(possible, self.r.randint(0, len(possible)))

    def _change(self, ref: str, on: int) -> None:
        revised = goals.KeyResultRevised(holds_from=FIRST + on, **self._ids(ref))
        if self.r.random() < 0.3:
            owners = self._owners(ref)
            revised.owners.CopyFrom(goals.Owners(owners=owners))
            self.tables.change(ref, on, "owners", self._said(owners))
        elif self.kinds[ref] in ("number", "baseline"):
            target = self.r.choice((20, 25, 40))
            revised.target = target
            self.tables.change(ref, on, "target", target)
        elif self.kinds[ref] == "milestones":
            said, milestones = self._milestones()
            revised.milestones.CopyFrom(milestones)
            self.tables.change(ref, on, "milestones", said)
        elif self.kinds[ref] == "sum":
            feeds = self._feeds(ref)
            revised.feeds.CopyFrom(goals.Feeds(key_result_ids=map(an_id, feeds)))
            self.tables.change(ref, on, "feeds", ";".join(feeds))
        else:
            return
        self.told.event(revised)

    def _check_in(self, ref: str, on: int) -> None:
        self.named += 1
        kind = self.kinds[ref]
        said = checkins.CheckInRecorded(check_in_id=an_id(f"c{self.named}"), as_of=FIRST + on, **self._ids(ref))
        cells: dict[str, Any] = {}
        if kind == "milestones":
            done = self.r.sample(range(1, 6), self.r.randint(0, 3))
            said.milestones_done = sum(1 << (n - 1) for n in done)
            cells["done"] = ";".join(map(str, done)) or "none"
        else:
            value = self.r.random() if kind == "score" else self.r.choice((1, 2, 4, 7))
            said.value = value
            cells["score" if kind == "score" else "value"] = value
            if self.r.random() < 0.6:
                part = self.r.choice(PEOPLE)
                said.part_id = an_id(part)
                cells["part"] = part
        self.tables.check_in(ref, on, **{"score": "", **cells})
        self.told.event(said)


@pytest.mark.parametrize("seed", range(25))
def test_values_are_what_is_reckoned_on_any_day(tmp_path: Path, seed: int) -> None:
    both = Both(tmp_path, seed)
    names = {an_id(person): person for person in PEOPLE}
    for number in (0, 3, 20, 41, 77, LENGTH - 1, LENGTH + 5):
        try:
            reckoned = both.tables.on(number)
        except ValueError:  # a baseline without a value was given a target: no start, which Cairn refuses
            continue
        today = FIRST + number
        evaluated = both.told.evaluated(today)
        for objective, its in reckoned.items():
            numbers = evaluated.numbers[an_id(objective)]
            home = evaluated.tree.objectives[an_id(objective)]
            coverage = None if numbers.not_started_share is None else 1.0 - numbers.not_started_share
            assert (_share(numbers.progress), _share(coverage)) == (its["progress"], its["coverage"]), (objective, day(number))
            for one in its["key_results"]:
                k, raw = evaluated.tree.key_results[an_id(one["ref"])], evaluated.raw[an_id(one["ref"])]
                parts = [] if k.further is None else Further(*k.further).parts
                status, _ = key_result_status(k, raw, home, Paces(today))
                found = {
                    "measure": _word(Measure, k.measure, "MEASURE_"),
                    "progress": _share(None if raw is None else clamp(raw)),
                    "progress_raw": _share(raw),
                    "status": _word(Status, status, "STATUS_"),
                }
                assert found == {name: one[name] for name in found}, (one["ref"], day(number))
                if one["milestones"] is None:
                    assert _share(k.value) == _share(one["value"]), (one["ref"], day(number))
                if one["parts"] is not None:
                    told = sorted((names[part.part_id or b""], part.value) for part in parts)
                    assert told == sorted((part["person"], part["value"]) for part in one["parts"]), (one["ref"], day(number))


def _share(number: float | None) -> float | None:
    return None if number is None else six_digits(number)


def _word(enum: Any, number: int, prefix: str) -> str:
    return str(enum.Name(number)).removeprefix(prefix).lower().replace("_", " ")
