"""The versions of the formulas, for ever: so that an old number can be computed anew. A change to a number that could be had raises it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, assert_never

from chassis.errors import Kind, Refused
from progress.domain.measures import MEASURES, RawProgress


class State(IntEnum):
    """How far an objective is; as cairn.goals.v1.ObjectiveState."""

    DRAFT = 1
    ACTIVE = 2
    CLOSED = 3
    CANCELLED = 4


def _counts(state: State) -> bool:
    """Whether an objective in this state, with its key results, counts for another one. Source: docs/domain.md."""
    match state:
        case State.ACTIVE | State.CLOSED:
            return True
        case State.DRAFT | State.CANCELLED:
            return False
        case other:
            assert_never(other)


COUNTING: Final = frozenset(state for state in State if _counts(state))
"""The states of an objective in which its key results feed sums of others: in every version, since none has had sums before."""


@dataclass(frozen=True, slots=True)
class Formula:
    """What the numbers are computed by."""

    version: int
    raw_progress: Mapping[int, RawProgress]  # by the number of the measure
    counting: frozenset[int]  # states in which a child counts for its parent
    ends: bool
    """Whether what ended is looked at as it was at its end, and what belongs to a draft or to something cancelled counts for no other."""
    later_dated: bool
    """Whether what is dated after a known instant counts there, where no day is asked about."""
    not_started_of_none: float | None
    """The share not started where no key result counts. Source: docs/domain.md."""
    abstentions_start: bool
    """Whether a key result of which nobody has said more than that there is nothing to say is started."""
    confidence_with_value: bool
    """Whether the confidence of a key result is that of the check-in that its value comes from, if that says one; else the newest said."""


# All versions compute raw progress alike: what changed from 1 to 2 is what counts and what ends mean, and from 2 to 3 what is started. A
# measure that is to be computed otherwise gets a function of its own in a version of its own; one that is changed in place fails the golden
# digests of all.
_RAW: Final = {measure.number: measure.raw_progress for measure in MEASURES}

_FIRST: Final = Formula(
    1,
    _RAW,
    frozenset({State.DRAFT, State.ACTIVE, State.CLOSED}),
    ends=False,
    later_dated=True,
    not_started_of_none=1.0,
    abstentions_start=True,
    confidence_with_value=True,
)
_SECOND: Final = replace(
    _FIRST,
    version=2,
    counting=COUNTING,
    ends=True,
    later_dated=False,
    not_started_of_none=None,
)
_THIRD: Final = replace(_SECOND, version=3, abstentions_start=False, confidence_with_value=False)
_FORMULAS: Final = {formula.version: formula for formula in (_FIRST, _SECOND, _THIRD)}

NEWEST: Final = _THIRD
"""What is computed by unless another version is asked for; every answer carries it."""


def formula_of(version: int) -> Formula:
    """The formulas of a version. Raises Refused (FORMULA_UNKNOWN) when there is no such version."""
    try:
        return _FORMULAS[version]
    except KeyError:
        known = ", ".join(map(str, _FORMULAS))
        message = f"there is no version {version} of the formulas here; known: {known}"
        raise Refused("FORMULA_UNKNOWN", message, kind=Kind.INVALID, field="formula") from None
