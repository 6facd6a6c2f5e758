"""Every event type goes through every service that reads it, as the bytes that earlier versions wrote.

Who passes one over says so here; an event type that nobody thought of fails.
"""

from __future__ import annotations

import copy
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from psycopg_pool import AsyncConnectionPool

import audit.schema
import checkins.aggregates
import directory.aggregates
import goals.aggregates
import notifications.aggregates
import notifications.schema
import progress.aggregates
from audit.actions import LOGS, store_actions
from audit.readable import EVENT_TYPES
from audit.things import other_things
from cairn.progress.v1.service_pb2 import GetHistoryRequest
from chassis.events import RecordedEvent
from chassis.eventstore import AggregateType
from chassis.ids import Id, new_id
from checkins.catalogue import Catalogue, conninfo
from checkins.catalogue.reading import read_key_results
from notifications.items import LOGS as LOGS_OF_INBOXES
from notifications.items import deliver
from progress.facts import LOGS as LOGS_OF_PROGRESS
from progress.facts import PASSED_OVER, Facts, fold
from shared.roles import AUDITOR
from tests.contract.events import golden
from tests.contract.events.golden import Golden
from tests.contract.events.samples import FOR_READING, event_types
from tests.support import recorded
from tests.support.goals_away import ANYONE, GoalsAway
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import projection
from tests.support.recorded import Log
from tests.support.served_progress import TENANT, serve

CYCLES = {f"cairn.goals.v1.Cycle{what}" for what in ("Defined", "Started", "ReviewStarted", "Closed", "Reopened", "Revised")}
SHARES = {"cairn.goals.v1.KeyResultShared", "cairn.goals.v1.KeyResultUnshared"}

CHANGES_NO_DECISION = {"cairn.checkins.v1.KeyResultGraded", "cairn.goals.v1.ObjectiveLookedBackOn", "cairn.directory.v1.SecurityEventNoted"}
"""No later decision of their aggregate depends on them: a grade may be given again, and a note is the only event of its aggregate."""

STANDS_ALONE = {"cairn.directory.v1.PillarMoved"}
"""It moves one among several, and the files have one."""

WORK = {
    *(f"cairn.goals.v1.Task{what}" for what in ("Given", "Revised", "Reassigned", "Done", "Reopened", "Cancelled")),
    *(f"cairn.goals.v1.Effort{what}" for what in ("Logged", "Corrected", "Retracted")),
    *(f"cairn.goals.v1.Initiative{what}" for what in ("Defined", "Revised")),
    *(f"cairn.goals.v1.Milestone{what}" for what in ("Planned", "Revised", "Reached", "Postponed")),
}
KPIS = {f"cairn.goals.v1.Kpi{what}" for what in ("Defined", "Revised", "Retired", "Measured", "MeasurementRetracted")}

OF_TENANTS = {f"cairn.directory.v1.{event}" for event in ("TenantRegistered", "SettingChanged")}
REACTIONS = {f"cairn.checkins.v1.Reaction{what}" for what in ("Added", "Removed")}
NOT_IN_A_HISTORY = CYCLES | KPIS | WORK | OF_TENANTS | REACTIONS
"""Of those that progress folds. A reaction is counted beside its comment."""

OF_OTHER_STREAMS = {*WORK, *(f"cairn.goals.v1.{event}" for event in ("ObjectiveAligned", "SumFed"))}
"""Events that name an objective and are not its own."""

APPROVALS = {f"cairn.goals.v1.Objective{what}" for what in ("Submitted", "Approved", "SentBack", "ApprovalLapsed")}
TEMPLATES = {"cairn.goals.v1.TemplateSaved", "cairn.goals.v1.TemplateRemoved"}

SAYS_NOTHING_OF_REPORTING = {
    *CYCLES,
    *SHARES,
    *KPIS,
    *WORK,
    *TEMPLATES,
    *APPROVALS,
    "cairn.goals.v1.KeyResultMovedToCycle",
    "cairn.goals.v1.ObjectiveAligned",
    "cairn.goals.v1.ObjectiveLookedBackOn",
    "cairn.goals.v1.ReferenceReserved",
    "cairn.goals.v1.SumFed",
}
"""Of goals' events: nothing of who may report what of a key result."""
WITHIN_ONE_CYCLE = {"cairn.goals.v1.ObjectiveMovedToCycle"}
"""What is copied, and changes nothing here: all examples name one cycle. Of two: tests/integration/goals_checkins/test_catalogue.py."""

OF_ITS_RECORDING = {"recording", "position", "place", "known_from", "known_to", "event_id", "actor_id", "on_behalf_of"}
"""Fields of a fact that every event fills, whatever it says."""

SEALED = {"cairn.directory.v1.PersonProfile", "cairn.directory.v1.SavedView"}
"""No events by themselves: they stand encrypted within one."""

THINGS = {
    "initiative_id",
    "cycle_id",
    "enclosing_cycle_id",
    "objective_id",
    "key_result_id",
    "counts_for",
    "feeds",
    "team_id",
    "pillar_id",
    "view_id",
    "before_id",
    "parent_team_id",
    "lead_id",
    "manager_id",
    "with_cycle_id",
    "carried_from",
    "copied_from",
    "started_from",
    *("to_objective_id", "to_cycle_id", "from_objective_id", "from_cycle_id", "defined_of"),
} | {f"parent_{thing}_id" for thing in ("objective", "key_result", "key_results_objective")}
"""Fields by which somebody may look for an event."""

NO_THINGS = {
    *("tenant_id", "person_id", "owner_id", "creator_id", "contributor_ids", "named_person_ids", "holder_id"),
    *("effort_id", "team_ids"),
    *("template_id", "task_id", "milestone_id", "assignee_id", "giver_id", "notification_ids"),
    "from_assignee_id",
    *("author_id", "to_person_ids", "of_person_id", "asked_by_id", "replied_person_id"),
    *("comment_id", "reply_to_id", "thread_id", "feedback_id"),
    *("kpi_id", "measurement_id", "check_in_id", "correction_id", "part_id", "caused_by", "sealed_profile", "sealed_view", "session_id"),
}
"""Other fields of bytes: people are found as actors, a check-in by its key result, a comment by what it is on."""

TYPES = {event_type.full_name: event_type for event_type in event_types() if event_type.full_name not in SEALED}


AGGREGATES = [directory.aggregates, goals.aggregates, checkins.aggregates, progress.aggregates, notifications.aggregates]
"""The modules that say what the events of a log are folded into."""


@pytest.mark.parametrize("aggregates", AGGREGATES, ids=lambda module: module.__name__)
def test_the_aggregates_fold_every_event_of_their_log(aggregates: ModuleType) -> None:
    log = aggregates.__name__.partition(".")[0]
    kinds = _kinds(aggregates)
    states = {name: kind.initial() for name, kind in kinds.items()}
    folded = set()
    for kept in _of(log):
        before = copy.deepcopy(states)
        taken_by = [name for name, kind in kinds.items() if _takes(kind, states[name], _decoded(kept))]
        assert len(taken_by) == 1, f"{kept.event_type} is an event of one kind of aggregate, not of {taken_by}: name it in its apply()"
        if states != before:
            folded.add(kept.event_type)
    assert _types_of(log) - folded <= CHANGES_NO_DECISION | STANDS_ALONE, "fold it in apply(), or say here that no decision rests on it"


@pytest.mark.parametrize("aggregates", AGGREGATES, ids=lambda module: module.__name__)
def test_no_aggregate_passes_over_an_event_that_it_does_not_name(aggregates: ModuleType) -> None:
    own = f"cairn.{aggregates.__name__.partition('.')[0]}."
    foreign = [_decoded(kept) for event_type in TYPES if not event_type.startswith(own) for kept in golden.read(event_type)]
    for kind in _kinds(aggregates).values():
        assert not [event for event in foreign if _takes(kind, kind.initial(), event)]


def _kinds(aggregates: ModuleType) -> dict[str, AggregateType[Any]]:
    """The kinds of aggregate that a module names."""
    return {kind.name: kind for kind in vars(aggregates).values() if isinstance(kind, AggregateType)}


def _takes(kind: AggregateType[Any], state: Any, event: Message) -> bool:
    """Folds an event, if it is one of this kind of aggregate."""
    try:
        kind.apply(state, event)
    except TypeError:
        return False
    return True


async def test_progress_folds_every_event_of_the_logs_that_it_reads(postgres: DatabaseServer) -> None:
    folded = set()
    async with projection(postgres.create_database()) as live:
        for event in chain.from_iterable(map(_recorded, LOGS_OF_PROGRESS)):
            before = await live.rows()
            await live.take([event])
            if await live.rows() != before:
                folded.add(event.event_type)
    assert _types_of(*LOGS_OF_PROGRESS) - folded == PASSED_OVER, "fold it in progress/facts/folds, or say there that it is passed over"


def test_every_event_changes_what_progress_knows_of_what_it_is_about() -> None:
    facts, changing = Facts(), set()
    for event in chain.from_iterable(map(_recorded, LOGS_OF_PROGRESS)):
        before = _known(facts)
        fold(event, facts)
        if _known(facts) != before:
            changing.add(event.event_type)
    in_vain = _types_of(*LOGS_OF_PROGRESS) - changing
    assert in_vain == PASSED_OVER, "its fold says no more than that there was an event: what it says is lost"


def _known(facts: Facts) -> Any:
    """What is known by now, but for which events it was learnt from."""
    newest = [
        {name: value for name, value in row._asdict().items() if name not in OF_ITS_RECORDING}
        for rows in (
            facts.alignments,
            facts.shares,
            facts.key_result_moves,
            facts.check_ins,
            facts.blockers,
            facts.grades,
            facts.kpi_values,
            facts.settings,
            facts.efforts,
            facts.comments,
            facts.reactions,
            facts.looked_back,
        )
        for row in rows[-1:]
    ]
    return [
        copy.deepcopy(facts.objectives),
        copy.deepcopy(facts.key_results),
        dict(facts.time_zones),
        dict(facts.cycles),
        dict(facts.cycle_states),
        copy.deepcopy(facts.by_themselves),
        *newest,
    ]


async def test_the_history_of_an_objective_tells_of_every_event_that_progress_folds(postgres: DatabaseServer, tmp_path: Path) -> None:
    async with serve(postgres.create_database(), {}, tmp_path) as served:
        for log in LOGS_OF_PROGRESS:
            await served.live.take(_recorded(log, TENANT))
        request = GetHistoryRequest(objective_id=_id_of("objective_id"), page_size=1000)
        changes = (await served("GetHistory", request, role=AUDITOR)).changes
    assert _types_of(*LOGS_OF_PROGRESS) - {change.event_type for change in changes} == PASSED_OVER | NOT_IN_A_HISTORY
    telling = {change.event_type for change in changes if change.summary and "nothing changed" not in change.summary}
    in_vain = {change.event_type for change in changes} - telling
    assert not in_vain, "every one of these changes something: fold it into the definition, and tell of it in progress/queries/summaries.py"


async def test_checkins_copies_what_every_event_says_of_who_may_report_what(database: str) -> None:
    copied = set()
    dsn = conninfo(database)
    async with AsyncConnectionPool[Any](dsn, min_size=1, max_size=2, kwargs={"autocommit": True}) as pool:
        catalogue = Catalogue(dsn, pool, GoalsAway())  # type: ignore[arg-type]
        await catalogue.start()
        for event in _recorded("goals"):
            before = await _copy(pool)
            await recorded.deliver(dsn, catalogue.take_in, [event])
            if await _copy(pool) != before:
                copied.add(event.event_type)
        (key_result,) = await read_key_results(pool, [_id_of("key_result_id")])
        assert key_result.defined_of
        assert not await catalogue.find(ANYONE, [key_result.key_result_id])  # it was moved: of it goals is asked
        await catalogue.stop()
    assert _types_of("goals") - copied == SAYS_NOTHING_OF_REPORTING | WITHIN_ONE_CYCLE, "take it in, in checkins/catalogue, or say so here"


async def _copy(pool: AsyncConnectionPool[Any]) -> list[Any]:
    """The rows of the copy. Their version moves with every event of an objective, whatever it says."""
    async with pool.connection() as connection:
        rows = await connection.execute(
            "SELECT to_jsonb(o) - 'version' FROM known_objective o UNION ALL SELECT to_jsonb(k) FROM known_key_result k"
        )
        return list(await rows.fetchall())


async def test_audit_keeps_every_event(database: str) -> None:
    await audit.schema.create_schema(database)
    for log in LOGS:
        events = _recorded(log)
        assert await recorded.deliver(audit.schema.conninfo(database), store_actions, events) == events


@pytest.mark.parametrize("event_type", TYPES.values(), ids=TYPES.keys())
def test_audit_finds_an_event_by_every_thing_that_it_names(event_type: Descriptor) -> None:
    ids = {field.name for field in event_type.fields if field.type == field.TYPE_BYTES}
    assert ids <= THINGS | NO_THINGS, "say whether somebody may look for the event by it; if so, audit/things.py has to name it"
    for kept in golden.read(event_type.full_name):
        event = _decoded(kept)
        named = [value for field, value in event.ListFields() if field.name in ids & THINGS for value in _listed(value)]
        assert set(other_things(kept.event_type, kept.payload)) >= set(named) - _in_the_envelope(event) - {b""}


def _listed(value: Any) -> list[Id]:
    return [value] if isinstance(value, bytes) else list(value)


def _in_the_envelope(event: Message) -> set[Id]:
    """The ids of the aggregate and of the objective that an event belongs to: by these it is found anyway."""
    cycle = event.DESCRIPTOR.full_name in CYCLES
    check_in = event.DESCRIPTOR.file.package == "cairn.checkins.v1"
    return {
        getattr(event, name, b"") for name in ("cycle_id" if cycle else "objective_id", "key_result_id" if check_in else "objective_id")
    }


async def test_notifications_take_every_event_of_the_logs_that_they_read(database: str) -> None:
    await notifications.schema.create_schema(database)
    for log in LOGS_OF_INBOXES:
        events = _recorded(log)
        assert await recorded.deliver(notifications.schema.conninfo(database), deliver, events) == events


# -- the golden events as they may stand in a log


def _of(log: str) -> list[Golden]:
    """In the order of the protos, which is that of an objective's life."""
    mine = [event_type for event_type in TYPES if event_type.startswith(f"cairn.{log}.")]
    return [kept for event_type in mine for kept in golden.read(event_type) if kept.what not in FOR_READING]


def _types_of(*logs: str) -> set[str]:
    return {kept.event_type for log in logs for kept in _of(log)}


def _recorded(log: str, tenant_id: Id | None = None) -> list[RecordedEvent]:
    history = Log(log, tenant_id or new_id())
    for kept in _of(log):
        event = _decoded(kept)
        objective = getattr(event, "objective_id", b"")
        own = kept.event_type not in OF_OTHER_STREAMS
        history.append(event, aggregate_id=objective if own and objective else None, partition_key=objective or None)
    return history.events


def _decoded(kept: Golden) -> Message:
    return EVENT_TYPES.decode(kept.event_type, kept.payload)


def _id_of(field: str) -> Id:
    """The id that goals' events have in a field."""
    events = [_decoded(kept) for kept in _of("goals")]
    return Id(next(getattr(event, field) for event in events if hasattr(event, field)))
