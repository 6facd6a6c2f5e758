"""What the folds share: from which day an event holds, and the versions that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, Protocol, TypeVar

from chassis.days import FIRST_DAY, Day, utc_day_of_old_event
from chassis.ids import Id
from progress.domain.points import BEFORE_ALL_DAYS
from progress.facts.facts import Facts
from progress.facts.folds.registry import Recorded
from progress.facts.rows import (
    Ending,
    Recording,
)
from progress.facts.timelines import Segment, Timeline


def day_of_old(recorded: Recorded) -> Day:
    """The day of an event that says no day of its own."""
    return utc_day_of_old_event(recorded.recorded_at)


def recording_of(recorded: Recorded) -> Recording:
    """By which event a fact is known, since when, and by whom."""
    return Recording(
        position=recorded.position,
        known_from=recorded.recorded_at,
        event_id=recorded.event_id,
        event_type=recorded.event_type,
        actor_id=recorded.actor_id,
        on_behalf_of=recorded.on_behalf_of,
    )


class Dated(Protocol):
    """An event that may say from which day on it holds."""

    holds_from: Day

    def HasField(self, field_name: Literal["holds_from"], /) -> bool: ...  # noqa: N802 - protobuf's own name


def from_day(event: Dated, of_old: Day) -> Day:
    """From which day on an event holds: as it says, or as it was told of those that did not say so yet."""
    if not event.HasField("holds_from"):
        return of_old
    return event.holds_from if event.holds_from > FIRST_DAY else BEFORE_ALL_DAYS


D = TypeVar("D", bound=tuple[Any, ...])


R = TypeVar("R", bound=tuple[Any, ...])


def changed(
    timeline: Timeline[D], recorded: Recorded, event: Dated, changes: Mapping[str, Any], of_old: Day | None = None
) -> list[Segment[D]]:
    """What a change makes of a definition, from its day on; `of_old` is the day of one that says none."""
    if event.HasField("holds_from"):
        return timeline.changed(from_day(event, BEFORE_ALL_DAYS), changes)
    return timeline.overridden(day_of_old(recorded) if of_old is None else of_old, changes)


def first_version(
    recorded: Recorded, event: Dated, thing: Id, definition: D, versions: list[R], row: Callable[..., R], facts: Facts
) -> None:
    """The first version of what stands for itself."""
    first = Segment(from_day(event, BEFORE_ALL_DAYS), definition, says=0)
    timeline: Timeline[Any] = Timeline()
    timeline.told([first])
    facts.by_themselves[thing] = timeline
    new_versions(recorded, [first], versions, row)


def new_versions(recorded: Recorded, segments: Iterable[Segment[D]], versions: list[R], row: Callable[..., R], note: str = "") -> None:
    """Versions of what stands for itself."""
    for segment in segments:
        version = row(
            definition=segment.definition,
            tenant_id=recorded.tenant_id,
            true_from=segment.true_from,
            recording=recording_of(recorded),
            version=recorded.aggregate_version,
            note=note,
            says=segment.says,
        )
        versions.append(version)


def ended(recorded: Recorded, event: Dated, ended_id: Id, objective_id: Id, facts: Facts, *, ends: bool = True) -> None:
    """Something ended, or, reopened, does so no longer."""
    facts.endings.append(
        Ending(
            ended_id=ended_id,
            objective_id=objective_id,
            ended_on=from_day(event, day_of_old(recorded)),
            ends=ends,
            tenant_id=recorded.tenant_id,
            recording=recording_of(recorded),
        )
    )


def objective_advances(recorded: Recorded, objective_id: Id, facts: Facts) -> None:
    """An objective with its key results is one aggregate: whatever was said of it, it is at this version now."""
    is_at_version(recorded, objective_id, facts)
    facts.moved_by[objective_id] = recorded.event_id


def is_at_version(recorded: Recorded, objective_id: Id, facts: Facts) -> None:
    """Of an objective to which a key result was moved, events come in two partitions, in any order."""
    at_version = facts.objective_at_version
    at_version[objective_id] = max(recorded.aggregate_version, at_version.get(objective_id, 0))
