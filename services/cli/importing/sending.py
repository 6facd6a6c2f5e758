"""Sending a plan to Cairn: what is there already is left alone, what is refused is noted, the rest goes in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final

import orjson

from cli.connection import Cairn, Json, path_of
from cli.errors import Problem
from cli.importing.cells import short
from cli.importing.outcome import Comparison, Count, Difference, Outcome
from cli.importing.plan import CheckIn, Grade, KeyResult, Objective, Plan
from cli.importing.tables import Row
from cli.output import Steps

_BATCH: Final = 500
_BATCH_BYTES: Final = 1 << 19  # as JSON; the gateway takes 8 MiB, and what may stand before it often 1 MiB
_TAKEN: Final = 409
_UNKNOWN: Final = 404
_TOO_LARGE: Final = 413
_A_ROWS_FIELD: Final = re.compile(r"check_ins\.(\d+)(?:\.(\w+))?.*")

# From the fields of a request to the columns that they were read from.
_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "objectives.csv": {"reference": "objective", "start_day": "starts_on", "due_day": "ends_on"},
    "key_results.csv": {"reference": "number", "measure": "kind"},
    "checkins.csv": {"as_of": "date", "value": "score", "abstention": "note", "comment": "note", "on_behalf_of": "by"},
    "grades.csv": {"reason": "note"},
}


def send(cairn: Cairn, plan: Plan, steps: Steps, *, tenant_made: bool) -> Outcome:
    """Brings the plan into the tenant, and returns once the next question shows all of it.

    Run again, it adds nothing; interrupted and run again, it completes. Raises Failed when Cairn does not answer any more.
    """
    outcome = Outcome(cairn.tenant, tenant_made)
    outcome.refuse(plan.refused)
    _Sending(cairn, plan, steps, outcome).send()
    outcome.refused.sort(key=lambda refusal: (refusal.file, refusal.line))
    return outcome


class _Sending:
    def __init__(self, cairn: Cairn, plan: Plan, steps: Steps, outcome: Outcome) -> None:
        self._cairn = cairn
        self._plan = plan
        self._steps = steps
        self._outcome = outcome
        self._objectives: dict[str, Json] = {}  # those that were there before, by reference
        self._missing: dict[tuple[str, str], str] = {}  # why something that rows refer to is not there, by what it is and its name

    def send(self) -> None:
        if not self._outcome.tenant_made:
            self._steps.begin("waiting until Cairn has taken everything in")
            self._cairn.catch_up()  # what an import before this one has said is seen
        self._cycles()
        self._people()
        self._each("objectives", self._plan.objectives, self._objective)
        self._each("key results", self._plan.key_results, self._key_result)
        self._activate()
        self._cairn.catch_up()  # checkins knows now that they are active
        self._check_ins()
        self._each("grades", self._plan.grades, self._grade)
        self._steps.begin("waiting until Cairn has taken everything in")
        self._cairn.catch_up()
        self._compare()

    def _each(self, kind: str, things: Sequence[Objective] | Sequence[KeyResult] | Sequence[Grade], send: Callable[..., bool]) -> None:
        """Sends one thing after the other; `send` answers whether it is new."""
        count = self._outcome.counts[kind]
        self._steps.begin(kind, len(things))
        for thing in things:
            try:
                if send(thing):
                    count.new += 1
                else:
                    count.already_there += 1
            except _NotTaken as refused:
                self._refuse(thing.row, refused)
                if not isinstance(thing, Grade):
                    kind_of_thing = "objective" if isinstance(thing, Objective) else "key result"
                    reason = f"the {kind_of_thing} {short(thing.reference)} was refused ({thing.row.file}, line {thing.row.line})"
                    self._missing[kind_of_thing, thing.reference] = reason
            self._steps.advance()

    def _refuse(self, row: Row, refused: _NotTaken) -> None:
        self._outcome.refuse([row.refused(refused.column, refused.reason)])

    def _require(self, column: str, kind: str, *names: str | None) -> None:
        """Raises _NotTaken when one of these was refused itself."""
        for name in names:
            if name is not None and (kind, name) in self._missing:
                raise _NotTaken(column, self._missing[kind, name])

    # -- what objectives stand on ------------------------------------------------------------------------------------------------------

    def _cycles(self) -> None:
        there = {cycle["name"] for cycle in self._cairn.pages("/v1/cycles", "cycles")}
        bodies = {
            cycle.name: {
                "name": cycle.name,
                "kind": "tactical",
                "first_day": cycle.first_day.isoformat(),
                "last_day": cycle.last_day.isoformat(),
            }
            for cycle in self._plan.cycles
        }
        self._make("cycle", "/v1/cycles", bodies, there, self._outcome.counts["cycles"])

    def _people(self) -> None:
        there = {person["handle"] for person in self._cairn.pages("/v1/people", "people")}
        bodies = {handle: {"handle": handle, "name": handle, "roles": ["member"]} for handle in self._plan.people}
        self._make("person", "/v1/people", bodies, there, self._outcome.counts["people"])

    def _make(self, kind: str, path: str, bodies: Mapping[str, Json], there: Collection[str], count: Count) -> None:
        """Makes what has no row of its own. What cannot be made is missing to the rows that name it."""
        self._steps.begin(path.removeprefix("/v1/"), len(bodies))
        for name, body in bodies.items():
            try:
                if name not in there:
                    self._cairn.command("POST", path, body)
                    count.new += 1
                else:
                    count.already_there += 1
            except Problem as problem:
                if problem.status == _TAKEN:
                    count.already_there += 1
                elif _is_of_the_row(problem):
                    count.refused += 1
                    self._missing[kind, name] = f"the {kind} {short(name)} cannot be made: {problem.message}"
                else:
                    raise
            self._steps.advance()

    # -- objectives and key results ----------------------------------------------------------------------------------------------------

    def _objective(self, objective: Objective) -> bool:
        self._require("cycle", "cycle", objective.cycle)
        self._require("owner", "person", objective.owner)
        self._require("level", "person", *objective.contributors)
        there = self._there("objectives", objective.reference)
        if there is None:
            try:
                with _refusals(objective.row):
                    self._cairn.command("POST", "/v1/objectives", _objective_body(objective))
                return True
            except _NotTaken as refused:
                if refused.status != _TAKEN:
                    raise
                self._cairn.catch_up()
                there = self._there("objectives", objective.reference)
                if there is None:  # it exists, and this person may not see it
                    raise
        self._objectives[objective.reference] = there
        self._compare_objective(objective, there)
        return False

    def _there(self, kind: str, reference: str) -> Json | None:
        try:
            return self._cairn.get(path_of(kind, reference))
        except Problem as problem:
            if problem.status != _UNKNOWN:
                raise
            return None

    def _key_result(self, key_result: KeyResult) -> bool:
        column = "objective" if not key_result.counts_for else "key_result"
        self._require(column, "objective", key_result.home, *key_result.counts_for)
        there = self._known_key_result(key_result)
        if there is None:
            try:
                with _refusals(key_result.row):
                    self._cairn.command("POST", path_of("objectives", key_result.home, "key-results"), _key_result_body(key_result))
                return True
            except _NotTaken as refused:
                if refused.problem_reason != "REFERENCE_TAKEN":
                    raise
                self._cairn.catch_up()
                there = self._there("key-results", key_result.reference)
                if there is None:  # it exists, and this person may not see it
                    raise
        self._compare_key_result(key_result, there)
        self._share(key_result)
        return False

    def _known_key_result(self, key_result: KeyResult) -> Json | None:
        for objective in (key_result.home, *key_result.counts_for):
            for known in self._objectives.get(objective, {}).get("key_results", ()):
                if known["ref"] == key_result.reference:
                    return known  # type: ignore[no-any-return]
        return None

    def _share(self, key_result: KeyResult) -> None:
        """Lets a key result that is there count for those objectives of the folder that it does not count for yet."""
        for objective in (key_result.home, *key_result.counts_for):
            counted = {known["ref"] for known in self._objectives.get(objective, {}).get("key_results", ())}
            if key_result.reference not in counted:
                try:
                    with _refusals(key_result.row):
                        self._cairn.command("PUT", path_of("key-results", key_result.reference, "counts-for", objective))
                except _NotTaken as refused:
                    if refused.problem_reason != "COUNTS_FOR_ITSELF":  # its home in Cairn, which the folder need not name first
                        raise

    def _compare_objective(self, objective: Objective, there: Json) -> None:
        """Notes what is otherwise in Cairn, of what the table says: a cell that it leaves empty, or has not, says nothing."""
        row = objective.row
        here: Json = {"title": objective.title, "start_day": objective.start_day.isoformat(), "due_day": objective.due_day.isoformat()}
        if row.cell("cycle"):
            here["cycle"] = objective.cycle
        if row.cell("level") or row.cell("team"):
            here["level"] = objective.level
        if row.cell("team") or objective.team:
            here["team"] = objective.team
        if objective.owner is not None:
            here["owner"] = objective.owner
        if objective.contributors:
            here["contributors"] = list(objective.contributors)
        named = {
            "cycle": self._cycle_names.get(there["cycle"], there["cycle"]),
            "team": there["team"] or "",
            "owner": self._handles.get(there["owner"], there["owner"]),
            "contributors": [self._handles.get(person, person) for person in there["contributors"]],
        }
        self._note_differences(objective.reference, here, there | named)

    def _compare_key_result(self, key_result: KeyResult, there: Json) -> None:
        here: Json = {name: getattr(key_result, name) for name in ("title", "measure", "start", "target")}
        if key_result.unit:
            here["unit"] = key_result.unit
        if key_result.row.cell("weight"):
            here["weight"] = round(key_result.weight, 6)  # as REST answers it
        self._note_differences(key_result.reference, here, there)

    def _note_differences(self, reference: str, here: Json, there: Json) -> None:
        for what, wanted in here.items():
            if _folded(what, wanted) != _folded(what, there[what]):
                self._outcome.different.append(Difference(reference, what, wanted, there[what]))

    @cached_property
    def _handles(self) -> dict[str, str]:
        """What people are called, by id; asked once all of the folder are there."""
        return {person["id"]: person["handle"] or person["id"] for person in self._cairn.pages("/v1/people", "people")}

    @cached_property
    def _cycle_names(self) -> dict[str, str]:
        """What cycles are called, by id; asked once all of the folder are there."""
        return {cycle["id"]: cycle["name"] for cycle in self._cairn.pages("/v1/cycles", "cycles")}

    def _activate(self) -> None:
        self._steps.begin("activating objectives", len(self._plan.objectives))
        for objective in self._plan.objectives:
            there = self._objectives.get(objective.reference)
            if ("objective", objective.reference) not in self._missing and (there is None or there["state"] == "draft"):
                try:
                    with _refusals(objective.row):
                        self._cairn.command("POST", path_of("objectives", objective.reference, "activate"))
                except _NotTaken as refused:
                    if refused.problem_reason != "OBJECTIVE_ACTIVE":  # another import of the same folder was quicker
                        self._refuse(objective.row, refused)
            self._steps.advance()

    # -- check-ins and grades ----------------------------------------------------------------------------------------------------------

    def _check_ins(self) -> None:
        self._steps.begin("check-ins", len(self._plan.check_ins))
        sendable: list[CheckIn] = []
        for check_in in self._plan.check_ins:
            try:
                self._require("key_result", "key result", check_in.key_result)
                self._require("by", "person", check_in.by)
                sendable.append(check_in)
            except _NotTaken as refused:
                self._refuse(check_in.row, refused)
                self._steps.advance()
        for batch in _batches(sendable):
            self._send_batch(batch)

    def _send_batch(self, batch: Sequence[CheckIn]) -> None:
        count = self._outcome.counts["check-ins"]
        while batch:
            body = {"mode": "row_by_row", "check_ins": list(map(_check_in_body, batch))}
            try:
                verdicts = self._cairn.post("/v1/check-ins", body)["verdicts"]
                break
            except Problem as problem:
                batch = self._without_malformed(batch, problem)
        else:
            return
        for check_in, verdict in zip(batch, verdicts, strict=True):
            if verdict["id"] is None:
                column = _column(check_in.row, verdict["field"] or "")
                self._outcome.refuse([check_in.row.refused(column, verdict["message"])])
            elif verdict["repeated"]:
                count.already_there += 1
            else:
                count.new += 1
        self._steps.advance(len(batch))

    def _without_malformed(self, batch: Sequence[CheckIn], problem: Problem) -> list[CheckIn]:
        """The batch without the rows that the gateway could not even read; raises the problem when it is not about rows."""
        wrong: dict[int, tuple[str, str]] = {}
        for field, message in problem.errors:
            match = _A_ROWS_FIELD.fullmatch(field)
            if match is not None and int(match[1]) < len(batch):
                wrong.setdefault(int(match[1]), (match[2] or "", message))
        if not wrong:
            raise problem
        for number, (field, message) in wrong.items():
            self._outcome.refuse([batch[number].row.refused(_column(batch[number].row, field), message)])
        self._steps.advance(len(wrong))
        return [check_in for number, check_in in enumerate(batch) if number not in wrong]

    def _grade(self, grade: Grade) -> bool:
        self._require("key_result", "key result", grade.key_result)
        body = {"grade": grade.grade, "as_of": grade.as_of.isoformat(), "graded_on": grade.graded_on.isoformat(), "reason": grade.reason}
        with _refusals(grade.row):
            done = self._cairn.command("POST", path_of("key-results", grade.key_result, "grade"), body, key=grade.idempotency_key)
        return not done["repeated"]

    # -- what came out -----------------------------------------------------------------------------------------------------------------

    def _compare(self) -> None:
        for total in self._plan.totals:
            there = self._there("objectives", total.objective)
            computed = there["grade"] if there is not None else None
            self._outcome.totals.append(Comparison(total.objective, total.total, computed, total.digits))


class _NotTaken(Exception):  # noqa: N818 - it is what happened
    """A row that Cairn refuses."""

    def __init__(self, column: str, reason: str, status: int = 0, problem_reason: str = "") -> None:
        super().__init__(reason)
        self.column: Final = column
        self.reason: Final = reason
        self.status: Final = status
        self.problem_reason: Final = problem_reason


@contextmanager
def _refusals(row: Row) -> Iterator[None]:
    """Turns a problem that is about the row into _NotTaken; others go on as they are."""
    try:
        yield
    except Problem as problem:
        if not _is_of_the_row(problem):
            raise
        field = problem.errors[0][0] if problem.errors else ""
        column = _longest(row) if problem.status == _TOO_LARGE else _column(row, field)
        raise _NotTaken(column, problem.message, problem.status, problem.reason) from None


def _folded(what: str, value: Any) -> Any:
    """A value as it is compared: Martin and martin are one person."""
    match what:
        case "owner":
            return str(value).casefold()
        case "contributors":
            return {person.casefold() for person in value}
    return value


def _is_of_the_row(problem: Problem) -> bool:
    return problem.status in (400, 404, 409, 412, _TOO_LARGE, 422)


def _longest(row: Row) -> str:
    """The column that makes a row too large."""
    return max(row.cells, key=lambda column: len(row.cells[column]))


def _batches(check_ins: Sequence[CheckIn]) -> Iterator[list[CheckIn]]:
    """The check-ins in their order, as many at once as a request may hold; one that is larger goes alone."""
    batch: list[CheckIn] = []
    size = 0
    for check_in in check_ins:
        its_size = len(orjson.dumps(_check_in_body(check_in)))
        if batch and (len(batch) == _BATCH or size + its_size > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(check_in)
        size += its_size
    if batch:
        yield batch


def _column(row: Row, field: str) -> str:
    name = _COLUMNS.get(row.file, {}).get(field, field)
    if field == "value" and row.cell("value"):
        name = "value"
    if name == "number" and name not in row.cells:
        name = "key_result"
    if name == "as_of" and not row.cell("as_of"):  # then it is the day of the grade
        name = "graded_on"
    return name if name in row.cells else ""


def _objective_body(objective: Objective) -> Json:
    body: Json = {
        "cycle": objective.cycle,
        "reference": objective.reference,
        "title": objective.title,
        "level": objective.level,
        "team": objective.team,
        "contributors": list(objective.contributors),
        "start_day": objective.start_day.isoformat(),
        "due_day": objective.due_day.isoformat(),
    }
    if objective.owner is not None:
        body["owner"] = objective.owner
    return body


def _key_result_body(key_result: KeyResult) -> Json:
    body: Json = {
        "reference": key_result.reference,
        "title": key_result.title,
        "measure": key_result.measure,
        "weight": key_result.weight,
        "counts_for": list(key_result.counts_for),
    }
    if key_result.measure == "metric":
        body |= {"start": key_result.start, "target": key_result.target, "unit": key_result.unit}
    return body


def _check_in_body(check_in: CheckIn) -> Json:
    body: Json = {
        "key_result": check_in.key_result,
        "as_of": check_in.as_of.isoformat(),
        "source": "import",
        "idempotency_key": check_in.idempotency_key,
    }
    if check_in.by is not None:
        body["on_behalf_of"] = check_in.by
    if check_in.abstention is not None:
        body["abstention"] = check_in.abstention
    else:
        body |= {"value": check_in.value, "comment": check_in.comment}
    return body
