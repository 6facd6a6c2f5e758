"""What an installation answers of all that it holds: what an upgrade must not change."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from cairn.directory.v1.events_pb2 import SecurityEventNoted
from tests.support.company import Json, Person, Refusal

Answers = dict[str, Any]
"""By what was asked: the answer."""

_DAYS = ("2019-02-15", "2021-09-01", "2024-05-01", "2025-01-15")
_NOTED: Final = SecurityEventNoted.DESCRIPTOR.full_name
_INSTANTS = 4  # of those at which something was recorded


def answers_of(person: Person, later_logs: Collection[str] = (), then: Answers | None = None, formula: int | None = None) -> Answers:
    """What a person sees: the digest by some formulas, people, cycles, trees, objectives, key results, histories, actions, inbox.

    Trees, objectives and key results also as of days and of instants at which this or that was not known yet, as those `then` were. Of
    later logs, which came with an upgrade, actions are left out.
    """
    found: Answers = {"digest": _digest(person, formula)}
    for path in ("/v1/people", "/v1/cycles", "/v1/inbox", "/v1/audit/actions"):
        found[path] = list(person.pages(path, limit=100)) if _may_see(person, path) else "no"
    if found["/v1/audit/actions"] != "no":
        found["/v1/audit/actions"] = [action for action in found["/v1/audit/actions"] if action["log"] not in later_logs]
    if then and then["/v1/audit/actions"] == []:  # beside what asking now noted: that they signed in, and what they were refused
        found["/v1/audit/actions"] = [action for action in found["/v1/audit/actions"] if action["event"] != _NOTED]
    known = _instants((then or found)["/v1/audit/actions"])
    instants: list[dict[str, str]] = [{}, *({"as_of": day} for day in _DAYS), *({"known_at": at} for at in known)]
    instants.append({"as_of": _DAYS[2], "known_at": known[1]})
    for cycle in found["/v1/cycles"]:
        for asked in instants:
            parameters = {"cycle": cycle["id"], **asked}
            found[f"/v1/tree?{urlencode(parameters)}"] = list(person.pages("/v1/tree", of="objectives", limit=100, **parameters))
        for node in _nodes(found[f"/v1/tree?cycle={cycle['id']}"]):
            found |= _about(person, "objectives", node["id"])
            for key_result in node["key_results"]:
                found |= _about(person, "key-results", key_result["id"])
    return found


def _about(person: Person, kind: str, thing: str) -> Answers:
    path = f"/v1/{kind}/{thing}"
    day = _DAYS[int(thing[-1], 16) % len(_DAYS)]
    return {
        path: person.get(path),
        f"{path}?as_of={day}": person.ask("GET", path, as_of=day).json().get("progress"),
        f"{path}/history": list(person.pages(f"{path}/history", limit=100)),
    }


def _digest(person: Person, formula: int | None) -> str:
    try:
        return person.digest(formula)
    except Refusal as refusal:
        if "ROLE_REQUIRED" not in str(refusal):
            raise
        return "no"


def _may_see(person: Person, path: str) -> bool:
    return person.ask("GET", path, limit=1).is_success


def _instants(actions: Any) -> list[str]:
    """Some of the moments at which something was recorded; who sees no actions knows none."""
    if not actions or actions == "no":
        return ["2100-01-01T00:00:00Z", "2001-01-01T00:00:00Z"]
    return [actions[len(actions) * n // _INSTANTS]["recorded_at"] for n in range(_INSTANTS)]


def _nodes(tree: list[Json]) -> Iterator[Json]:
    for node in tree:
        yield node
        yield from _nodes(node.get("children", []))


def export_of(person: Person) -> list[bytes]:
    """The lines of the tenant's export."""
    return [line for line in person.lines("GET", "/v1/audit/export") if line]


def lasting(export: list[bytes], later_logs: Collection[str] = ()) -> list[Json]:
    """An export without the moment at which it was made, and the sum that depends on it; and without later logs.

    Whoever asks for it signs in, which directory's log is told of: neither those notes nor how far that log reaches is in it.
    """
    header, *events, _ = (orjson.loads(line) for line in export)
    lines = [event for event in events if event["log"] not in later_logs and event["type"] != _NOTED]
    heads = {log: head for log, head in header["heads"].items() if log not in later_logs and log != "directory"}
    return [
        {name: value for name, value in header.items() if name != "exported_at"} | {"heads": heads},
        *lines,
        {"events": len(lines)},
    ]


def of_then(now: Any, then: Any) -> Any:
    """What is answered now, in the shapes of then: without fields that were not there, and people and things by id alone."""
    match now, then:
        case dict(), dict():
            told = ((name, _told_then(now, name, then)) for name in then)
            return {name: of_then(value, then[name]) for name, value in told if value is not _NOT_TOLD}
        case dict(), str():  # named then by its id, a team by its name
            return then if then == now.get("name") else now["id"]
        case None, {"objective": None, "key_result": None}:  # it stands at the top
            return then
        case (None, "") | (None, []):  # no team; milestones of what is measured otherwise
            return then
        case list(), list():
            known = now if all(isinstance(item, str) for item in then) else _only_of_then(now, then)
            return [of_then(*pair) for pair in zip(known, then, strict=True)] if len(known) == len(then) else now
        case str(), str() if now in (then.replace(" ", "_"), then.replace(*_OWNERS_CHANGED)):
            return then  # a choice: its words were apart
    return now


def still_listed(then: Any, now: Any) -> Any:
    """What was answered then, without the key results of others that an objective listed: those of drafts and of what was cancelled are
    left out since, as the formulas have it. Whatever else is different stays so.
    """
    if isinstance(then, dict) and isinstance(now, dict):
        return {
            name: _of_those_listed(value, now[name]) if name == "key_results" and name in now else still_listed(value, now.get(name))
            for name, value in then.items()
        }
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [still_listed(before, after) for before, after in zip(then, now, strict=True)]
    return then


def _of_those_listed(then: Any, now: Any) -> Any:
    if not (isinstance(then, list) and isinstance(now, list)):
        return then
    listed = {each["id"] for each in now}
    return [each for each in then if each["id"] in listed]


_NOT_TOLD: Final = object()
_OWNERS_CHANGED: Final = ("owner changed, owner shares changed", "owners changed")
"""How a change's summary said it then, and how now."""


def _told_then(now: Json, name: str, then: Json) -> Any:
    """A field of then: what was `objective_id` is the id of `objective`."""
    if name == "comment":  # of a change it was also the reason
        return now[name] or now.get("reason")
    if name in now:
        return now[name]
    if name == "expected_pace":
        return now["pace"]
    if name == "not_started_share":
        return None if now["coverage"] is None else 1 - now["coverage"]
    noun = name.removesuffix("_id")
    if noun == name or noun not in now:
        return _NOT_TOLD
    if now[noun] is None:
        return then[name] if "aggregate_id" in now else None  # of an action that is about no objective it was that of something else
    return now[noun]["id"]


def _only_of_then(now: list[Any], then: list[Any]) -> list[Any]:
    """Of things with ids, those that were there then: the upgrade itself is recorded, what it comes to, and what was not told before."""
    ids = {_id(item) for item in then}
    return [item for item in now if _id(item) in ids]


def _id(item: Any) -> Any:
    return item.get("id", item.get("event_id")) if isinstance(item, dict) else None


NUMBERS = frozenset({"progress", "progress_raw", "status", "not_started_share", "grade", "formula_version", "confidence"})
"""What a later version of the formulas may come to otherwise."""


def without_numbers(answer: Any) -> Any:
    """What an answer says beside what follows from formulas."""
    if isinstance(answer, dict):
        return {name: without_numbers(value) for name, value in answer.items() if name not in NUMBERS}
    if isinstance(answer, list):
        return [without_numbers(item) for item in answer]
    if isinstance(answer, str):
        return answer.removesuffix(" (goalpost moved)")  # of an objective it was not told
    return None if isinstance(answer, float) else answer
