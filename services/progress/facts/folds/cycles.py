"""What events say of cycles, as facts."""

from __future__ import annotations

from cairn.goals.v1 import events_pb2 as goals
from progress.domain.points import BEFORE_ALL_DAYS
from progress.domain.settings import cadence_of_cycle
from progress.facts.facts import Cycle, CycleRevision, Facts
from progress.facts.folds.registry import Recorded, folds
from progress.facts.folds.versions import day_of_old, from_day, recording_of
from progress.facts.rows import (
    Closing,
    SettingFact,
)


@folds(goals.CycleDefined)
def cycle_defined(recorded: Recorded, event: goals.CycleDefined, facts: Facts) -> None:
    """A cycle begins with its planning."""
    facts.cycles[event.cycle_id] = Cycle(
        recorded.tenant_id, event.name, event.first_day, event.last_day, event.cadence or None, event.weekday or None
    )
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_PLANNING


@folds(goals.CycleStarted)
def cycle_started(_recorded: Recorded, event: goals.CycleStarted, facts: Facts) -> None:
    """Its objectives are worked on."""
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_ACTIVE


@folds(goals.CycleReviewStarted)
def cycle_review_started(_recorded: Recorded, event: goals.CycleReviewStarted, facts: Facts) -> None:
    """What came of its objectives is looked at."""
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_REVIEW


@folds(goals.CycleClosed)
def cycle_closed(recorded: Recorded, event: goals.CycleClosed, facts: Facts) -> None:
    """It is over, and its report stands."""
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_CLOSED
    closed_on = from_day(event, day_of_old(recorded))
    first_day, last_day = (event.first_day, event.last_day) if event.HasField("last_day") else (None, None)
    facts.closings.append(Closing(event.cycle_id, closed_on, first_day, last_day, recorded.tenant_id, recording_of(recorded)))


@folds(goals.CycleReopened)
def cycle_reopened(_recorded: Recorded, event: goals.CycleReopened, facts: Facts) -> None:
    """It is in review again."""
    facts.cycle_states[event.cycle_id] = goals.CYCLE_STATE_REVIEW


@folds(goals.CycleRevised)
def cycle_revised(recorded: Recorded, event: goals.CycleRevised, facts: Facts) -> None:
    """It is called otherwise, or has other days, in the past too: it is one and the same cycle. Another cadence is known from now on."""
    facts.cycle_revisions[event.cycle_id] = revision = CycleRevision(event.name, event.first_day, event.last_day)
    if (cycle := facts.cycles.get(event.cycle_id)) is not None:
        facts.cycles[event.cycle_id] = cycle._replace(**revision._asdict())
    if event.HasField("cadence"):
        said = cadence_of_cycle(event.cycle_id), event.cadence
        facts.settings.append(SettingFact(*said, tenant_id=recorded.tenant_id, true_from=BEFORE_ALL_DAYS, recording=recording_of(recorded)))
