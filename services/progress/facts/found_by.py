"""What objectives and key results are found by: the words of what they are called, and what else lists are filtered and ordered by.

A term is a letter that says of what kind it is, and a value. All that is found by equal values or by the beginning of a word is a term of
one index, so that any of it together costs what the rarest of it costs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from chassis.ids import Id, id_text
from chassis.texts import without_accents
from shared.words import words_of

_LONGEST_KEY: Final = 120
"""Characters by which texts are ordered: an entry of an index, and a cursor, are only so long."""

_NUMBER: Final = re.compile("[0-9]+")
_DIGITS: Final = 10


class FoundBy(NamedTuple):
    """What a version of an objective or a key result is found and ordered by."""

    terms: tuple[str, ...]
    title_key: str
    reference_key: str


class FoundObjective(Protocol):
    """What of an objective's definition it is found by."""

    @property
    def objective_id(self) -> Id: ...
    @property
    def cycle_id(self) -> Id: ...
    @property
    def reference(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def owner_id(self) -> Id | None: ...
    @property
    def team_id(self) -> Id | None: ...
    @property
    def pillar_id(self) -> Id | None: ...
    @property
    def contributor_ids(self) -> Sequence[Id]: ...
    @property
    def kind(self) -> int: ...
    @property
    def visibility(self) -> int: ...
    @property
    def labels(self) -> Sequence[str]: ...
    @property
    def state(self) -> int: ...


class FoundKeyResult(Protocol):
    """What of a key result's definition it is found by."""

    @property
    def key_result_id(self) -> Id: ...
    @property
    def objective_id(self) -> Id: ...
    @property
    def cycle_id(self) -> Id: ...
    @property
    def reference(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def owner_ids(self) -> Sequence[Id]: ...
    @property
    def measure(self) -> int: ...


# The letters that say of what kind a term is. They stand in the table, for ever.
WORD, TENANT, CYCLE, OWNER, CONTRIBUTOR, TEAM, LABEL, STATE, KIND, LEVEL, VISIBILITY, MEASURE, HOME, PILLAR = "wtyocglskvbmhp"


def of_objective(tenant_id: Id, o: FoundObjective) -> FoundBy:
    """What an objective is found by."""
    called, title_key, reference_key = _called(o.reference or id_text(o.objective_id), o.title, bool(o.reference))
    terms = (
        TENANT + tenant_id.hex(),
        *called,
        CYCLE + o.cycle_id.hex(),
        *([OWNER + o.owner_id.hex()] if o.owner_id else ()),
        *(CONTRIBUTOR + i.hex() for i in o.contributor_ids),
        *([TEAM + o.team_id.hex()] if o.team_id else ()),
        *([PILLAR + o.pillar_id.hex()] if o.pillar_id else ()),
        *(LABEL + label for label in o.labels),
        f"{STATE}{o.state:d}",
        f"{KIND}{o.kind:d}",
        f"{LEVEL}{o.level:d}",
        f"{VISIBILITY}{o.visibility:d}",
    )
    return FoundBy(terms, title_key, reference_key)


def of_key_result(tenant_id: Id, k: FoundKeyResult) -> FoundBy:
    """What a key result is found by."""
    called, title_key, reference_key = _called(k.reference or id_text(k.key_result_id), k.title, bool(k.reference))
    terms = (
        TENANT + tenant_id.hex(),
        *called,
        CYCLE + k.cycle_id.hex(),
        HOME + k.objective_id.hex(),
        *(OWNER + i.hex() for i in k.owner_ids),
        f"{MEASURE}{k.measure:d}",
    )
    return FoundBy(terms, title_key, reference_key)


@lru_cache(maxsize=4096)
def _called(reference: str, title: str, by_reference: bool) -> FoundBy:
    words = words_of(f"{reference} {title}" if by_reference else title)
    return FoundBy(tuple(WORD + word for word in dict.fromkeys(words)), order_key(title), order_key(reference))


def order_key(text: str) -> str:
    """What a text is ordered by as people order names: by letters without case and accents, with numbers by what they count."""
    return _NUMBER.sub(lambda number: number[0].zfill(_DIGITS), without_accents(text))[:_LONGEST_KEY]
