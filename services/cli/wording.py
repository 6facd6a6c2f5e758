"""How a field of an answer is told to people: things and people by name, days and instants as the reader's clock has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from cli.days import shown
from cli.output import number, percent

FORGOTTEN: Final = "(forgotten)"
NOTHING: Final = "–"

_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", re.ASCII)
ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_WORDS: Final = frozenset({"status", "state", "measure", "kind", "level", "visibility", "roll_up", "role", "phase", "priority", "approval"})
"""Fields that hold a word of a list: snake_case to programs."""

_SHARES: Final = frozenset({"progress", "progress_raw", "pace", "coverage"})


def told(name: str, value: Any) -> str:
    """A field's value in words; empty for what there is none of, and for an id alone."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return percent(value) if name in _SHARES else number(value)
        case str():
            return value.replace("_", " ") if name in _WORDS else _text(value)
        case list():
            return ", ".join(filter(None, (told(name, item) for item in value)))
        case Mapping():
            return called(value)
        case _:
            return str(value)


def _text(value: str) -> str:
    if _INSTANT.match(value):
        return shown(value)
    return "" if is_an_id(value) else value


def called(thing: Mapping[str, Any]) -> str:
    """What something embedded is called: its reference, its handle, its name; a person who was forgotten so."""
    if "moves" in thing:  # a goalpost
        return _moved(thing)
    if thing.keys() == {"day", "share"}:  # a point of a plan
        return f"{percent(thing['share'])} by {thing['day']}"
    if "person" in thing and "value" in thing:  # the part of an owner
        return f"{called(thing['person'])} {number(thing['value'])} (of {thing['as_of']})"
    if "person" in thing:  # an owner, with a share
        return called(thing["person"]) + (f" {percent(thing['share'])}" if thing.get("share") is not None else "")
    for name in ("ref", "handle", "name", "title"):
        if thing.get(name) and not is_an_id(thing[name]):
            done = {True: " (done)", False: ""}[bool(thing.get("done"))]
            return f"{thing[name]}{done}"
    if "handle" in thing:
        return FORGOTTEN
    return ", ".join(filter(None, (told(name, value) for name, value in thing.items())))


def _moved(goalpost: Mapping[str, Any]) -> str:
    """A field that was moved: from what to what, when and by whom the last time."""
    first, present = (_said(goalpost[which]) for which in ("first", "present"))
    said = "" if first == present == "none" else f" {present}" if first == present else f" {first} → {present}"
    times = f", {goalpost['moves']} times in all" if goalpost["moves"] > 1 else ""
    when = goalpost["moved_on"] or told("moved_at", goalpost["moved_at"])
    return f"{goalpost['field'].replace('_', ' ')}{said} (on {when} by {told('moved_by', goalpost['moved_by']) or '?'}{times})"


def _said(value: Mapping[str, Any] | None) -> str:
    """What a field said; empty: nothing, or nothing that is told."""
    return next(filter(None, (told(kind, said) for kind, said in (value or {}).items())), "none")


def is_an_id(text: str) -> bool:
    """Whether a text is an id, which programs read."""
    return ID.fullmatch(text) is not None


def reference(thing: Mapping[str, Any]) -> str:
    """The reference of an objective or a key result; a dash where it was given none, and goes by its title."""
    return NOTHING if is_an_id(thing["ref"]) else str(thing["ref"])


def heading(thing: Mapping[str, Any]) -> str:
    """What a line about an objective or a key result begins with: its reference, else its title."""
    return str(thing["title"]) if is_an_id(thing["ref"]) else str(thing["ref"])


def by_whom(change: Mapping[str, Any]) -> str:
    """Who did something, and for whom where it was for somebody else."""
    actor, behalf = told("actor", change["actor"]), told("on_behalf_of", change["on_behalf_of"])
    return f"{actor} for {behalf}" if behalf else actor


def event_words(event_type: str) -> str:
    """An event's type as `--what` takes it: CheckInRecorded."""
    return event_type.rpartition(".")[2]
