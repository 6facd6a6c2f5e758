"""What the things are called that an action was done to, and what it said: for people, so without an id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from chassis.texts import on_a_line
from cli.connection import Cairn, Json
from cli.wording import NOTHING, called, told

_LONGEST: Final = 80  # characters of a field's value
_SINCE_EVER: Final = "0001-01-01"
_ENUM: Final = re.compile(r"[A-Z]+(?:_[A-Z]+)+", re.ASCII)
_IDS: Final = ("_id", "_ids")


def _enum_word(name: str, value: str) -> str:
    """A value of an enum without what it is a value of: at risk for SAID_STATUS_AT_RISK."""
    said = value.lower()
    for prefix in (name, name.removesuffix("s"), name.rpartition("_")[2]):
        _, found, word = said.partition(f"{prefix}_")
        if found and word:
            return word.replace("_", " ")
    return said.replace("_", " ")


class Names:
    """What people, teams and pillars are called; each is asked for once."""

    def __init__(self, cairn: Cairn) -> None:
        listed = [thing for path in ("/v1/people", "/v1/teams") for thing in cairn.pages(path)]
        pillars = cairn.get("/v1/pillars")["items"]  # on one page
        self._known: Final[dict[str, str]] = {thing["id"]: called(thing) for thing in (*listed, *pillars)}

    def thing_of(self, action: Json) -> str:
        """What an action was done to: the key result, else the objective, cycle, …, pillar; of a name that was taken, the name."""
        kinds = ("key_result", "objective", "cycle", "person", "team", "pillar")
        thing = next(filter(None, map(action.get, kinds)), None)
        return called(thing) if thing is not None else told("name", action["content"].get("name")) or NOTHING

    def content_of(self, action: Json) -> str:
        """What an event says, in words: people by name, and nothing of what is sealed."""
        return self._in_words(action["content"])

    def _in_words(self, fields: Mapping[str, Any]) -> str:
        said = {name: self._field(name, value) for name, value in fields.items() if not name.startswith("sealed_")}
        return ", ".join(f"{name.removesuffix('_id').removesuffix('_ids').replace('_', ' ')} {text}" for name, text in said.items() if text)

    def _field(self, name: str, value: Any) -> str:
        if value == _SINCE_EVER:
            text = "since ever"
        elif isinstance(value, str) and (word := _ENUM.fullmatch(value)):
            text = _enum_word(name, word[0])
        elif isinstance(value, Mapping):
            text = self._in_words(value)
        elif name.endswith(_IDS):
            ids = value if isinstance(value, list) else [value]
            text = ", ".join(self._known[each] for each in ids if each in self._known)
        elif isinstance(value, list):
            text = ", ".join(filter(None, (self._field(name, item) for item in value)))
        else:
            text = on_a_line(told(name, value))
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
