"""Bringing a plan into Cairn: what is there already is left alone, what is refused is noted, the rest goes in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Final

from chassis.texts import name_key, same_name
from cli.connection import Cairn, Json, path_of
from cli.errors import Problem
from cli.importing.bodies import (
    batches_of,
    check_in_body,
    cycle_body,
    grade_body,
    key_result_body,
    objective_body,
    person_body,
)
from cli.importing.cell_values import short
from cli.importing.differences import cycle_differences, key_result_differences, objective_differences
from cli.importing.plan import CheckIn, Grade, ImportPlan, KeyResult, Objective
from cli.importing.report import Comparison, Count, ImportReport
from cli.importing.row_refusals import RowRefused, column_of, is_about_the_request, refusals_of
from cli.importing.tables import Row
from cli.output import Steps

_TAKEN: Final = 409
_UNKNOWN: Final = 404
_FIELD_OF_A_ROW: Final = re.compile(r"check_ins\.(\d+)(?:\.(\w+))?.*")


def import_plan(cairn: Cairn, plan: ImportPlan, steps: Steps, *, tenant_made: bool) -> ImportReport:
    """Brings the plan into the tenant, and returns once the next question shows all of it.

    Run again, it adds nothing; interrupted and run again, it completes. Raises Failed when Cairn does not answer any more.
    """
    report = ImportReport(cairn.tenant, tenant_made)
    report.refuse(plan.refused)
    _Import(cairn, plan, steps, report).run()
    report.refused.sort(key=lambda refusal: (refusal.file, refusal.line))
    return report


class _Import:
    """One import on its way, a kind of thing after the other."""

    def __init__(self, cairn: Cairn, plan: ImportPlan, steps: Steps, report: ImportReport) -> None:
        self._cairn = cairn
        self._plan = plan
        self._steps = steps
        self._report = report
        self._objectives: dict[str, Json] = {}
        """Those that were there before, by reference."""
        self._missing: dict[tuple[str, str], str] = {}
        """Why something that rows refer to is not there, by what it is and its name."""

    def run(self) -> None:
        if not self._report.tenant_made:
            self._steps.begin("waiting until Cairn has taken everything in")
            self._cairn.catch_up()  # what an import before this one has said is seen
        self._define_cycles()
        self._add_people()
        self._send_each("objectives", self._plan.objectives, self._define_objective)
        self._send_each("key results", self._plan.key_results, self._define_key_result)
        self._activate_objectives()
        self._cairn.catch_up()  # checkins knows now that they are active
        self._record_check_ins()
        self._send_each("grades", self._plan.grades, self._give_grade)
        self._steps.begin("waiting until Cairn has taken everything in")
        self._cairn.catch_up()
        self._compare_totals()

    def _send_each(self, kind: str, things: Sequence[Objective] | Sequence[KeyResult] | Sequence[Grade], send: Callable[..., bool]) -> None:
        """Sends one thing after the other; `send` answers whether it is new."""
        count = self._report.counts[kind]
        self._steps.begin(kind, len(things))
        for thing in things:
            try:
                if send(thing):
                    count.new += 1
                else:
                    count.already_there += 1
            except RowRefused as refused:
                self._refuse(thing.row, refused)
                if not isinstance(thing, Grade):
                    kind_of_thing = "objective" if isinstance(thing, Objective) else "key result"
                    reason = f"the {kind_of_thing} {short(thing.reference)} was refused ({thing.row.file}, line {thing.row.line})"
                    self._missing[kind_of_thing, name_key(thing.reference)] = reason
            self._steps.advance()

    def _refuse(self, row: Row, refused: RowRefused) -> None:
        self._report.refuse([row.refused(refused.column, refused.reason)])

    def _require(self, column: str, kind: str, *names: str | None) -> None:
        """Raises RowRefused when one of these was refused itself."""
        for name in names:
            if name is not None and (kind, name_key(name)) in self._missing:
                raise RowRefused(column, self._missing[kind, name_key(name)])

    # -- what objectives stand on ------------------------------------------------------------------------------------------------------

    def _define_cycles(self) -> None:
        there = {name_key(cycle["name"]): cycle for cycle in self._cairn.pages("/v1/cycles", "cycles")}
        for cycle in self._plan.cycles:
            if name_key(cycle.name) in there:
                self._report.different += cycle_differences(cycle, there[name_key(cycle.name)])
        bodies = {cycle.name: cycle_body(cycle) for cycle in self._plan.cycles}
        self._make("cycle", "/v1/cycles", bodies, there, self._report.counts["cycles"])

    def _add_people(self) -> None:
        there = {name_key(person["handle"]) for person in self._cairn.pages("/v1/people", "people")}
        bodies = {handle: person_body(handle) for handle in self._plan.people}
        self._make("person", "/v1/people", bodies, there, self._report.counts["people"])

    def _make(self, kind: str, path: str, bodies: Mapping[str, Json], there: Collection[str], count: Count) -> None:
        """Makes what has no row of its own. What cannot be made is missing to the rows that name it."""
        self._steps.begin(path.removeprefix("/v1/"), len(bodies))
        for name, body in bodies.items():
            try:
                if name_key(name) not in there:
                    self._cairn.command("POST", path, body)
                    count.new += 1
                else:
                    count.already_there += 1
            except Problem as problem:
                if problem.status == _TAKEN:
                    count.already_there += 1
                elif is_about_the_request(problem):
                    count.refused += 1
                    self._missing[kind, name_key(name)] = f"the {kind} {short(name)} cannot be made: {problem.message}"
                else:
                    raise
            self._steps.advance()

    # -- objectives and key results ----------------------------------------------------------------------------------------------------

    def _define_objective(self, objective: Objective) -> bool:
        self._require("cycle", "cycle", objective.cycle)
        self._require("owner", "person", objective.owner)
        self._require("level", "person", *objective.contributors)
        there = self._there("objectives", objective.reference)
        if there is None:
            try:
                with refusals_of(objective.row):
                    self._cairn.command("POST", "/v1/objectives", objective_body(objective))
                return True
            except RowRefused as refused:
                if refused.status != _TAKEN:
                    raise
                self._cairn.catch_up()
                there = self._there("objectives", objective.reference)
                if there is None:  # it exists, and this person may not see it
                    raise
        self._objectives[objective.reference] = there
        self._report.different += objective_differences(objective, there, self._handles, self._cycle_names)
        return False

    def _there(self, kind: str, reference: str) -> Json | None:
        try:
            return self._cairn.get(path_of(kind, reference))
        except Problem as problem:
            if problem.status != _UNKNOWN:
                raise
            return None

    def _define_key_result(self, key_result: KeyResult) -> bool:
        column = "objective" if not key_result.counts_for else "key_result"
        self._require(column, "objective", key_result.home, *key_result.counts_for)
        there = self._known_key_result(key_result)
        if there is None:
            try:
                with refusals_of(key_result.row):
                    self._cairn.command("POST", path_of("objectives", key_result.home, "key-results"), key_result_body(key_result))
                return True
            except RowRefused as refused:
                if refused.problem_reason != "REFERENCE_TAKEN":
                    raise
                self._cairn.catch_up()
                there = self._there("key-results", key_result.reference)
                if there is None:  # it exists, and this person may not see it
                    raise
        self._report.different += key_result_differences(key_result, there)
        self._share_key_result(key_result)
        return False

    def _known_key_result(self, key_result: KeyResult) -> Json | None:
        for objective in (key_result.home, *key_result.counts_for):
            for known in self._objectives.get(objective, {}).get("key_results", ()):
                if same_name(known["ref"], key_result.reference):
                    return known  # type: ignore[no-any-return]
        return None

    def _share_key_result(self, key_result: KeyResult) -> None:
        """Lets a key result that is there count for those objectives of the folder that it does not count for yet."""
        for objective in (key_result.home, *key_result.counts_for):
            counted = {name_key(known["ref"]) for known in self._objectives.get(objective, {}).get("key_results", ())}
            if name_key(key_result.reference) not in counted:
                try:
                    with refusals_of(key_result.row):
                        self._cairn.command("PUT", path_of("key-results", key_result.reference, "counts-for", objective))
                except RowRefused as refused:
                    if refused.problem_reason != "COUNTS_FOR_ITSELF":  # its home in Cairn, which the folder need not name first
                        raise

    @cached_property
    def _handles(self) -> dict[str, str]:
        """What people are called, by id; asked once all of the folder are there."""
        return {person["id"]: person["handle"] or person["id"] for person in self._cairn.pages("/v1/people", "people")}

    @cached_property
    def _cycle_names(self) -> dict[str, str]:
        """What cycles are called, by id; asked once all of the folder are there."""
        return {cycle["id"]: cycle["name"] for cycle in self._cairn.pages("/v1/cycles", "cycles")}

    def _activate_objectives(self) -> None:
        self._steps.begin("activating objectives", len(self._plan.objectives))
        for objective in self._plan.objectives:
            there = self._objectives.get(objective.reference)
            if ("objective", name_key(objective.reference)) not in self._missing and (there is None or there["state"] == "draft"):
                try:
                    with refusals_of(objective.row):
                        self._cairn.command("POST", path_of("objectives", objective.reference, "activate"))
                except RowRefused as refused:
                    if refused.problem_reason != "OBJECTIVE_ACTIVE":  # another import of the same folder was quicker
                        self._refuse(objective.row, refused)
            self._steps.advance()

    # -- check-ins and grades ----------------------------------------------------------------------------------------------------------

    def _record_check_ins(self) -> None:
        self._steps.begin("check-ins", len(self._plan.check_ins))
        sendable: list[CheckIn] = []
        for check_in in self._plan.check_ins:
            try:
                self._require("key_result", "key result", check_in.key_result)
                self._require("by", "person", check_in.by)
                sendable.append(check_in)
            except RowRefused as refused:
                self._refuse(check_in.row, refused)
                self._steps.advance()
        for batch in batches_of(sendable):
            self._send_batch(batch)

    def _send_batch(self, batch: Sequence[CheckIn]) -> None:
        count = self._report.counts["check-ins"]
        while batch:
            body = {"mode": "row_by_row", "check_ins": list(map(check_in_body, batch))}
            try:
                results = self._cairn.post("/v1/check-ins", body)["verdicts"]
                break
            except Problem as problem:
                batch = self._without_malformed(batch, problem)
        else:
            return
        for check_in, result in zip(batch, results, strict=True):
            if result["id"] is None:
                column = column_of(check_in.row, result["field"] or "")
                self._report.refuse([check_in.row.refused(column, result["message"])])
            elif result["repeated"]:
                count.already_there += 1
            else:
                count.new += 1
        self._steps.advance(len(batch))

    def _without_malformed(self, batch: Sequence[CheckIn], problem: Problem) -> list[CheckIn]:
        """The batch without the rows that the gateway could not even read; raises the problem when it is not about rows."""
        wrong: dict[int, tuple[str, str]] = {}
        for field, message in problem.errors:
            match = _FIELD_OF_A_ROW.fullmatch(field)
            if match is not None and int(match[1]) < len(batch):
                wrong.setdefault(int(match[1]), (match[2] or "", message))
        if not wrong:
            raise problem
        for number, (field, message) in wrong.items():
            self._report.refuse([batch[number].row.refused(column_of(batch[number].row, field), message)])
        self._steps.advance(len(wrong))
        return [check_in for number, check_in in enumerate(batch) if number not in wrong]

    def _give_grade(self, grade: Grade) -> bool:
        self._require("key_result", "key result", grade.key_result)
        path = path_of("key-results", grade.key_result, "grade")
        with refusals_of(grade.row):
            result = self._cairn.command("POST", path, grade_body(grade), key=grade.idempotency_key)
        return not result["repeated"]

    # -- what came out -----------------------------------------------------------------------------------------------------------------

    def _compare_totals(self) -> None:
        for total in self._plan.totals:
            there = self._there("objectives", total.objective)
            computed = there["grade"] if there is not None else None
            self._report.totals.append(Comparison(total.objective, total.total, computed, total.digits))
