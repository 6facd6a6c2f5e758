"""What one tenant holds in the gateway in memory, and what is answered of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from cairn.checkins.v1.service_pb2 import ROW_CHANGE_CORRECTED, ROW_CHANGE_NEW, ROW_CHANGE_NONE, RowChange
from chassis.ids import NIL, Id, id_text
from shared.teams import id_of_team_name

Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818 - it is what happened
    """What is answered with a problem."""

    def __init__(self, status: int, reason: str, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.status, self.reason, self.detail, self.field = status, reason, detail, field


@dataclass
class Tenant:
    """Things by what they are called; key results also know the objectives that they count for, their home first."""

    teams: dict[Id, str] = field(default_factory=dict)
    people: dict[str, Json] = field(default_factory=lambda: {"admin": {"id": str(uuid.uuid4()), "handle": "admin"}})
    cycles: dict[str, Json] = field(default_factory=dict)
    objectives: dict[str, Json] = field(default_factory=dict)
    key_results: dict[str, Json] = field(default_factory=dict)
    check_ins: list[Json] = field(default_factory=list)
    grades: list[Json] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    """Key results that a check-in was imported of which no row says any more."""
    answers: dict[str, Json] = field(default_factory=dict)
    """By idempotency key."""
    events: int = 0
    newest_check_ins: dict[str, str] = field(default_factory=dict)
    """By key result: the id of what was recorded last."""
    changes: list[Json] = field(default_factory=list)
    """The history of any key result, newest first."""

    # -- commands

    def add_person(self, body: Json) -> Json:
        return self._make(self.people, body["handle"], body)

    def define_cycle(self, body: Json) -> Json:
        return self._make(self.cycles, body["name"], {**body, "state": "planning"})

    def define_objective(self, body: Json) -> Json:
        require_named(self.cycles, "cycle", body["cycle"])
        for person in (body.get("owner", "admin"), *body.get("contributors", ())):
            require_named(self.people, "owner", person)
        return self._make(self.objectives, body.get("reference", ""), {**body, "state": "draft"})

    def activate_objective(self, reference: str) -> Json:
        objective = found(self.objectives, reference)
        if objective["state"] == "active":
            raise Refusal(409, "OBJECTIVE_ACTIVE", "the objective is active already")
        objective["state"] = "active"
        return self._done()

    def end_objective(self, reference: str, state: str, day: str) -> Json:
        objective = found(self.objectives, reference)
        if objective["state"] in ("closed", "cancelled"):
            raise Refusal(409, "OBJECTIVE_CLOSED", "the objective has ended")
        if day > "2100":
            raise Refusal(422, "HOLDS_FROM_AHEAD", "lies ahead", "holds_from")
        objective |= {"state": state, "ended_on": day}
        return self._done()

    def cancel_key_result(self, reference: str, day: str) -> Json:
        key_result = found(self.key_results, reference)
        if "cancelled_on" in key_result:
            raise Refusal(409, "KEY_RESULT_CANCELLED", "the key result is cancelled")
        key_result["cancelled_on"] = day
        return self._done()

    def define_key_result(self, objective: str, body: Json) -> Json:
        home = found(self.objectives, objective)
        for other in body.get("counts_for", ()):
            require_named(self.objectives, "counts_for", other)
        return self._make(
            self.key_results, body.get("reference", ""), {**body, "objectives": [home["reference"], *body.get("counts_for", ())]}
        )

    def share_key_result(self, reference: str, objective: str) -> Json:
        counted = found(self.key_results, reference)["objectives"]
        if objective == counted[0]:
            raise Refusal(422, "COUNTS_FOR_ITSELF", "a key result counts for its own objective anyway; name another one", "counts_for")
        if objective in counted:
            return {"id": reference, "version": 1, "positions": [], "repeated": False}
        counted.append(objective)
        return self._done()

    def record_check_in(self, reference: str, body: Json) -> Json:
        key_result = found(self.key_results, reference)
        if self.objectives[key_result["objectives"][0]]["state"] != "active":
            raise Refusal(409, "OBJECTIVE_NOT_ACTIVE", "the objective is not active")
        if body.get("as_of", "") > "2100":
            raise Refusal(422, "INVALID_ARGUMENT", "lies in the future", "as_of")
        self.check_ins.append({**body, "key_result": reference})
        done = self._done()
        self.newest_check_ins[reference] = done["id"]
        return {**done, "plausible": self.is_plausible(reference, body)}

    def is_plausible(self, reference: str, said: Json) -> bool | None:
        """Whether the value that is said of a key result lies at most 50 times as far from its start as its target."""
        start, target = (found(self.key_results, reference).get(name) for name in ("start", "target"))
        if said.get("value") is None or start is None or target is None:
            return None
        return bool(abs(said["value"] - start) <= 50 * abs(target - start))

    # -- what an import says

    def check_ins_of(self, about: tuple[str, str, str | None]) -> list[Json]:
        """Those of a key result, a day and a person."""
        return [c for c in self.check_ins if (c["key_result"], c["as_of"], c.get("on_behalf_of")) == about]

    def say_check_in(self, about: tuple[str, str, str | None], place: int, said: Json) -> RowChange.ValueType:
        """What became of a row that is the `place`th about a key result, a day and a person."""
        reference, as_of, by = about
        there = self.check_ins_of(about)
        body = {"as_of": as_of, "source": "import", **said} | ({} if by is None else {"on_behalf_of": by})
        if len(said.get("abstention", "")) > 1000:
            raise Refusal(422, "INVALID_ARGUMENT", "at most 1000 characters", "check_in.abstention")
        if place >= len(there):
            self.record_check_in(reference, body)
            return ROW_CHANGE_NEW
        if there[place] == {**body, "key_result": reference}:
            return ROW_CHANGE_NONE
        there[place].clear()
        there[place].update(body, key_result=reference)
        self._done()
        return ROW_CHANGE_CORRECTED

    def say_grade(self, reference: str, body: Json) -> RowChange.ValueType:
        """What became of a row that says the grade of a key result."""
        if body["as_of"] > "2100":
            raise Refusal(422, "INVALID_ARGUMENT", "lies in the future", "as_of")
        there = [grade for grade in self.grades if (grade["key_result"], grade["as_of"]) == (reference, body["as_of"])]
        if there and there[-1] == {**body, "key_result": reference}:
            return ROW_CHANGE_NONE
        self.grades.append({**body, "key_result": reference})
        self._done()
        return ROW_CHANGE_CORRECTED if there else ROW_CHANGE_NEW

    def _make(self, things: dict[str, Json], name: str, body: Json) -> Json:
        if name in things:
            raise Refusal(409, "REFERENCE_TAKEN", f"there is a {name!r} already", "reference")
        if len(name) > 50 or name in (".", ".."):
            raise Refusal(422, "INVALID_ARGUMENT", "at most 50 characters", "reference")
        if len(body.get("title", "")) > 500:
            raise Refusal(422, "INVALID_ARGUMENT", "at most 500 characters", "title")
        things[name] = {**body, "id": str(uuid.uuid4())}
        return self._done()

    def _done(self) -> Json:
        self.events += 1
        position = f"goals:0:{self.events}"
        return {"id": str(uuid.uuid4()), "version": 1, "positions": [position], "recorded_at": "2026-01-01T00:00:00Z", "repeated": False}

    # -- questions

    def tree(self, cycle: str) -> list[Json]:
        """The objectives of a cycle with their key results, as a tree shows them."""
        wanted = found(self.cycles, cycle)["name"]
        return [self._tree_objective(objective) for objective in self.objectives.values() if objective["cycle"] == wanted]

    def objective(self, reference: str) -> Json:
        """An objective with its numbers."""
        objective = found(self.objectives, reference)
        return {
            **self._objective(objective),
            "cycle": {"id": self.cycles[objective["cycle"]]["id"], "name": objective["cycle"]},
            "contributors": [self._person(person) for person in objective["contributors"]],
            "start_day": objective["start_day"],
            "due_day": objective["due_day"],
            "pace": 1.0,
            "coverage": 1.0,
            "key_results": [self.key_result(key_result["reference"]) for key_result in self._counting(objective)],
        }

    def key_result(self, reference: str) -> Json:
        """A key result with its numbers."""
        key_result = found(self.key_results, reference)
        standing = self._standing(key_result)
        return {
            **self._key_result(key_result),
            "objective": self._named(key_result["objectives"][0]),
            "counts_for": [self._named(other) for other in key_result["objectives"][1:]],
            "start": key_result.get("start"),
            "target": key_result.get("target"),
            "unit": key_result.get("unit") or None,
            "as_of": standing["as_of"] if standing else None,
            "check_in_id": self.newest_check_ins.get(reference),
            "counts": True,
            "shared": len(key_result["objectives"]) > 1,
        }

    def _person(self, handle: str) -> Json:
        return {"id": self.people[handle]["id"], "handle": handle, "name": None}

    def _named(self, reference: str) -> Json:
        objective = self.objectives[reference]
        return {"id": objective["id"], "ref": reference, "title": objective["title"]}

    def _tree_objective(self, objective: Json) -> Json:
        return {**self._objective(objective), "depth": 0, "key_results": [self._key_result(k) for k in self._counting(objective)]}

    def _counting(self, objective: Json) -> list[Json]:
        return [key_result for key_result in self.key_results.values() if objective["reference"] in key_result["objectives"]]

    def _objective(self, objective: Json) -> Json:
        counting = [self._key_result(key_result) for key_result in self._counting(objective)]
        grades = [key_result["grade"] for key_result in counting if key_result["grade"] is not None]
        return {
            "id": objective["id"],
            "ref": objective["reference"],
            "title": objective["title"],
            "level": objective["level"],
            "state": objective["state"],
            "owner": self._person(objective.get("owner", "admin")),
            "team": {"id": id_text(id_of_team_name(NIL, objective["team"])), "name": objective["team"]} if objective["team"] else None,
            "progress": sum(key_result["progress"] for key_result in counting) / len(counting) if counting else None,
            "status": "on_track",
            "grade": round(sum(grades) / len(grades), 6) if grades else None,
            "hidden": False,
        }

    def _key_result(self, key_result: Json) -> Json:
        reference, standing = key_result["reference"], self._standing(key_result)
        start, target = key_result.get("start") or 0.0, key_result.get("target") or 1.0
        value = standing["value"] if standing else None
        grades = [grade["grade"] for grade in self.grades if grade["key_result"] == reference]
        return {
            "id": key_result["id"],
            "ref": reference,
            "title": key_result["title"],
            "measure": key_result["measure"],
            "weight": round(key_result["weight"], 6),
            "value": value,
            "progress": 0.0 if value is None else (value - start) / (target - start),
            "status": "not_started" if value is None else "on_track",
            "grade": grades[-1] if grades else None,
            "abstained": None in grades,
        }

    def _standing(self, key_result: Json) -> Json | None:
        """The check-in that counts."""
        given = [c for c in self.check_ins if c["key_result"] == key_result["reference"] and "value" in c]
        return max(given, key=lambda check_in: str(check_in["as_of"]), default=None)


def found(things: dict[str, Json], reference: str) -> Json:
    """The thing that goes by a reference or an id."""
    for name, thing in things.items():
        if reference in (name, thing["id"]):
            return thing
    raise Refusal(404, "OBJECTIVE_UNKNOWN", f"there is no {reference!r} in this tenant")


def require_named(things: dict[str, Json], field: str, reference: str) -> None:
    """Raises Refusal where nothing goes by a reference in a field of a body."""
    if reference not in things:
        raise Refusal(422, "UNKNOWN", f"there is no {reference!r} in this tenant", field)
