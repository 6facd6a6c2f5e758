"""What is there already, and otherwise than in the folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from chassis.ids import Id, id_text
from chassis.texts import name_key
from gateway.importing.plan import Cycle, KeyResult, Objective, PersonRow
from gateway.importing.report import Difference
from gateway.schemas.mapping import Json
from shared.figures import six_digits


def cycle_differences(cycle: Cycle, there: Json) -> list[Difference]:
    """What is otherwise in Cairn, of what its row says; of one without a row, where the objectives of the folder outgrow it.

    The days of a row are not among them: it is moved to these.
    """
    if cycle.row is not None:
        here = {name: getattr(cycle, name) for name in ("kind", "cadence", "weekday", "enclosing") if cycle.row.said(name)}
        return _differences(cycle.name, here, there)
    first_day, last_day = cycle.first_day.isoformat(), cycle.last_day.isoformat()
    differences = []
    if first_day < there["first_day"]:
        differences.append(Difference(cycle.name, "first_day", first_day, there["first_day"]))
    if last_day > there["last_day"]:
        differences.append(Difference(cycle.name, "last_day", last_day, there["last_day"]))
    return differences


def person_differences(person: PersonRow, there: Json) -> list[Difference]:
    """What is otherwise in Cairn, of what a row says of who somebody is, and what they may: it is changed by no import."""
    said = {"name": person.name, "email": person.email, "roles": list(person.roles)}
    return _differences(person.handle, {name: value for name, value in said.items() if person.row.said(name)}, there)


def objective_differences(
    objective: Objective, there: Json, people: Mapping[str, Id], teams: Mapping[str, Id], pillars: Mapping[str, Id]
) -> list[Difference]:
    """What is otherwise in Cairn, of what the table says of an objective: a cell that it leaves empty, or has not, says nothing.

    `there` is the objective as Cairn answers it; `people`, `teams` and `pillars` are ids by `name_key`. Whoever, and what, is called
    otherwise by now is called what the table calls it.
    """
    row = objective.row
    here: Json = {"title": objective.title}
    if row.said("starts_on"):
        here["start_day"] = objective.start_day.isoformat()
    if row.said("ends_on"):
        here["due_day"] = objective.due_day.isoformat()
    if row.said("cycle"):
        here["cycle"] = objective.cycle
    if row.said("level") or row.said("team"):
        here["level"] = objective.level
    if row.said("team") or objective.team:
        here["team"] = objective.team
    if objective.pillar:
        here["pillar"] = objective.pillar
    if objective.owner is not None:
        here["owner"] = objective.owner
    if objective.child_weight is not None:
        here["child_weight"] = six_digits(objective.child_weight)  # as REST answers it
    here |= {name: said for name in ("kind", "roll_up", "visibility", "why", "parent") if (said := getattr(objective, name))}
    if _is_in_another_state(objective, there):
        here["state"] = objective.state
    people_said = {"contributors": objective.contributors, "named_people": objective.named, "labels": objective.labels}
    here |= {name: list(said) for name, said in people_said.items() if said}
    everybody = (objective.owner, *objective.contributors, *objective.named)
    said = {id_text(people[key]): name for name in everybody if name and (key := name_key(name)) in people}
    named = {
        "cycle": there["cycle"]["name"] or there["cycle"]["id"],
        "team": _as_said(there["team"], objective.team, teams),
        "pillar": _as_said(there["pillar"], objective.pillar, pillars),
        "owner": _called(there["owner"], said),
        "contributors": [_called(person, said) for person in there["contributors"]],
        "named_people": [_called(person, said) for person in there["named_people"] or ()],
        "parent": _parent_called(there["parent"]),
    }
    return _differences(objective.reference, here, there | named)


def _is_in_another_state(objective: Objective, there: Json) -> bool:
    """Whether the table says a state to which nothing leads from the one that it has: a draft is activated, and what is active is ended."""
    ended = there["state"] in ("closed", "cancelled")
    match objective.row.said("state") and objective.state:
        case "draft":
            return bool(there["state"] != "draft")
        case "active":
            return ended
        case _:
            return False


def _parent_called(parent: Json | None) -> str:
    """What an objective hangs under, by its reference."""
    if parent is None:
        return ""
    return str((parent["key_result"] or parent["objective"])["ref"])


def _as_said(there: Json | None, here: str, ids: Mapping[str, Id]) -> str:
    """A team, or a pillar, as the table says it, where it is that one."""
    if there is None:
        return ""
    same = (said := ids.get(name_key(here))) is not None and id_text(said) == there["id"]
    return here if same else str(there.get("name") or there.get("title") or there["id"])


def _called(person: Json | None, said: Mapping[str, str]) -> str:
    """A person as the table says it, by id; else by handle; whoever is forgotten by id."""
    return "" if person is None else said.get(person["id"]) or str(person["handle"] or person["id"])


def key_result_differences(key_result: KeyResult, there: Json) -> list[Difference]:
    """What is otherwise in Cairn, of what the table says of a key result."""
    here: Json = {name: getattr(key_result, name) for name in ("title", "measure", "start", "target", "low", "high")}
    if key_result.mode is not None:
        here["mode"] = key_result.mode
    if key_result.plan:
        here["plan"] = [{"day": day.isoformat(), "share": six_digits(share)} for day, share in key_result.plan]
    here |= {mark: value for mark in ("commit", "stretch") if (value := getattr(key_result, mark)) is not None}
    if key_result.unit:
        here["unit"] = key_result.unit
    if key_result.row.said("weight"):
        here["weight"] = six_digits(key_result.weight)  # as REST answers it
    if key_result.due_day is not None:
        here["due_day"] = key_result.due_day.isoformat()
    listed = {"milestones": key_result.milestones, "feeds": key_result.feeds, "owners": key_result.owners}
    here |= {name: _SAID[name](said) for name, said in listed.items() if said}
    told = {name: _SHOWN[name](there[name] or ()) for name in listed if name in here}
    return _differences(key_result.reference, here, {**there, **told})


_SAID: Final[dict[str, Callable[[Any], list[str]]]] = {
    "milestones": lambda milestones: [
        _joined(one.title, six_digits(one.weight), one.due_day.isoformat() if one.due_day else None) for one in milestones
    ],
    "feeds": lambda feeds: sorted(map(name_key, feeds)),
    "owners": lambda owners: [_joined(name_key(one.person), None if one.share is None else six_digits(one.share)) for one in owners],
}
"""The lists that a table says of a key result, item by item."""

_SHOWN: Final[dict[str, Callable[[Any], list[str]]]] = {
    "milestones": lambda milestones: [_joined(one["title"], one["weight"], one["due_day"]) for one in milestones],
    "feeds": lambda feeds: sorted(name_key(one["ref"]) for one in feeds),
    "owners": lambda owners: [_joined(name_key(one["person"]["handle"] or ""), one["share"]) for one in owners],
}
"""The same, as REST answers them."""


def _joined(*parts: Any) -> str:
    return ":".join("" if part is None else str(part) for part in parts)


def _differences(reference: str, here: Json, there: Json) -> list[Difference]:
    differing = [what for what, wanted in here.items() if _folded(what, wanted) != _folded(what, there[what])]
    return [Difference(reference, what, here[what], there[what]) for what in differing]


def _folded(what: str, value: Any) -> Any:
    """A value as it is compared: Martin and martin are one person, Q3 and q3 one cycle."""
    match what:
        case "owner" | "cycle" | "team" | "pillar" | "parent" | "enclosing":
            return name_key(value)
        case "contributors" | "named_people" | "labels":
            return {name_key(person) for person in value}
        case "roles":
            return set(value)
    return value
