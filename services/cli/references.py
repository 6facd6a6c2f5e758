"""What somebody means by a reference: what goes by it, else what goes by that title alone, or by an id that begins so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Final
from urllib.parse import quote, unquote

from chassis.texts import name_key, quoted
from cli.connection import Cairn, Json, can_be_a_reference, path_of
from cli.errors import Failed, Problem
from cli.wording import ID, called, reference

CALLED: Final = {
    "objectives": "an objective",
    "key-results": "a key result",
    "cycles": "a cycle",
    "kpis": "a KPI",
    "tasks": "a task",
    "initiatives": "an initiative",
    "milestones": "a milestone",
}

_TITLED: Final = ("objectives", "key-results", "kpis", "tasks", "initiatives", "milestones")
_REFERRED_TO: Final = {
    "objectives": "objectives",
    "counts-for": "objectives",
    "key-results": "key-results",
    **{kind: kind for kind in ("kpis", "tasks", "initiatives", "milestones")},
}
_UNKNOWN: Final = 404
_BEGINNING: Final = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}", re.ASCII)
_ENOUGH: Final = 18  # characters of an id: those that follow are chance


def short_id(its_id: str) -> str:
    """The beginning of an id, by which its thing can be called."""
    return its_id[:_ENOUGH]


def found(cairn: Cairn, said: str, kinds: Sequence[str]) -> tuple[str, str]:
    """Which of these kinds of things is meant, and what the API takes for it: the words themselves, or an id where they are a title.

    Raises Failed (REFERENCE_UNKNOWN, REFERENCE_AMBIGUOUS) where nothing is meant, or several things are.
    """
    there = _meant(cairn, said, kinds)
    if not there and can_be_a_reference(said):  # what was recorded a moment ago may not be folded in yet
        with suppress(Problem):  # who is away is not what was asked
            cairn.catch_up(or_say_who_is_away=True)
            there = _meant(cairn, said, kinds)
    if not there:
        none = " and ".join(f"no {CALLED[kind].partition(' ')[2]}" for kind in kinds)
        raise Failed(
            f"there is {none} {quoted(said)} in tenant {cairn.tenant}; `cairn tree` shows what there is", reason="REFERENCE_UNKNOWN"
        )
    if len(there) > 1:
        each = "; ".join(f"{_told(kind, thing)} is {thing['id']}" for kind, thing, _ in there)
        raise Failed(f"{quoted(said)} may be several things; say the id of the one that you mean: {each}", reason="REFERENCE_AMBIGUOUS")
    kind, thing, by_reference = there[0]
    return kind, said if by_reference else str(thing["id"])


def goes_by(cairn: Cairn, kind: str, its_id: str) -> bool:
    """Whether something of a kind goes by this very id."""
    return _going_by(cairn, kind, its_id) is not None


def _meant(cairn: Cairn, said: str, kinds: Sequence[str]) -> list[tuple[str, Json, bool]]:
    """What goes by the words, else what bears them as its title: its kind, the thing, and whether it goes by them."""
    there = [(kind, thing, True) for kind in kinds if (thing := _going_by(cairn, kind, said)) is not None]
    return there or [(kind, thing, False) for kind in kinds if kind in _TITLED for thing in _titled(cairn, kind, said)]


def reference_of(cairn: Cairn, said: str, *kinds: str) -> str:
    """What the API takes for what is meant. Raises Failed, as `found`."""
    return found(cairn, said, kinds)[1]


def path_meant(cairn: Cairn, path: str) -> str:
    """A path at which nothing answered, as it was meant: titles and beginnings of ids in it are ids. Raises Failed, as `found`."""
    parts = path.split("/")
    for at, (before, part) in enumerate(pairwise(parts), start=1):
        if kind := _REFERRED_TO.get(before):
            parts[at] = quote(reference_of(cairn, unquote(part), kind), safe="")
    return "/".join(parts)


def without_ids(cairn: Cairn, message: str) -> str:
    """A message with what things are called in the place of their ids, as far as they can be seen."""
    for its_id in set(ID.findall(message)):
        things = (_going_by(cairn, kind, its_id) for kind in ("objectives", "key-results", "cycles", "people", "kpis"))
        if thing := next(filter(None, things), None):
            message = message.replace(f"'{its_id}'", its_id).replace(its_id, quoted(called(thing)))
    return message


def _told(kind: str, thing: Json) -> str:
    name = thing["name"] if kind == "cycles" else f"{reference(thing)} {quoted(thing['title'])}"
    return f"{CALLED[kind]} {name}"


def _going_by(cairn: Cairn, kind: str, said: str) -> Json | None:
    try:
        return cairn.get(path_of(kind, said), exactly=True)
    except Problem as problem:
        if problem.status != _UNKNOWN:
            raise
        return None


def _titled(cairn: Cairn, kind: str, said: str) -> list[Json]:
    """Those with this title, whatever its capitals, and those whose id begins so."""
    key, beginning = name_key(said), said.lower()
    if not can_be_a_reference(said):
        return []
    is_beginning = _BEGINNING.fullmatch(beginning) is not None
    return [
        thing
        for thing in cairn.pages(path_of(kind))
        if name_key(thing["title"]) == key or (is_beginning and thing["id"].startswith(beginning))
    ]
