"""What stands in a log stays readable: events as earlier versions wrote them, decoded, written again and folded by this one."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet
from psycopg_pool import AsyncConnectionPool

import audit.schema
import checkins.aggregates
import directory.aggregates
import goals.aggregates
import notifications.schema
from audit.actions import store_actions
from audit.readable import EVENT_TYPES, readable
from audit.things import other_things
from chassis.eventstore import AggregateType
from checkins.catalogue import Catalogue
from notifications.inbox import deliver
from tests.contract.events import golden
from tests.contract.events.golden import Golden
from tests.contract.events.samples import IDS_ALONE, event_types
from tests.support import recorded
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import projection
from tests.support.recorded import Log

SEALED = {"cairn.directory.v1.PersonProfile"}
"""No event by itself: it stands encrypted within one."""

CHANGES_NO_DECISION = {"cairn.checkins.v1.KeyResultGraded"}
"""Events that no later decision of their aggregate depends on: a grade may be given again."""

MOVES_NO_NUMBER = {"cairn.goals.v1.ReferenceReserved"}
"""Events of the logs that progress reads, and has nothing to fold of."""

THINGS = {"cycle_id", "enclosing_cycle_id", "objective_id", "key_result_id", "counts_for"} | {
    f"parent_{thing}_id" for thing in ("objective", "key_result", "key_results_objective")
}
"""Fields by which somebody may look for an event."""

NO_THINGS = {"tenant_id", "person_id", "owner_id", "creator_id", "contributor_ids", "named_person_ids", "holder_id", "caused_by"} | {
    "check_in_id", "correction_id"
}  # fmt: skip
"""Ids of people and of events: people are found as actors, a check-in by its key result."""

NOT_AN_ID = {"sealed_profile"}

TYPES = {event_type.full_name: event_type for event_type in event_types()}
GOLDEN = [event for event_type in TYPES for event in golden.read(event_type)]


@pytest.mark.parametrize("event_type", TYPES.values(), ids=TYPES.keys())
def test_every_event_type_with_all_its_fields_is_kept_as_bytes(event_type: Descriptor) -> None:
    missing = [what for what, _ in golden.missing(event_type)]
    assert not missing, f"contracts/events lacks {event_type.full_name} ({missing}): run `python -m tests.contract.events VERSION`"


def test_no_event_type_is_given_up() -> None:
    assert golden.files() == set(TYPES), "an event type that was released stays in the protos, or is upcast"


@pytest.mark.parametrize("kept", GOLDEN, ids=lambda kept: f"{kept.event_type}: {kept.what}, {kept.written_by}")
def test_an_event_of_then_says_the_same_and_is_written_the_same(kept: Golden) -> None:
    event = EVENT_TYPES.decode(kept.event_type, kept.payload)
    assert not len(UnknownFieldSet(event))
    assert readable(event) == kept.readable
    assert event.SerializeToString(deterministic=True) == kept.payload


@pytest.mark.parametrize(
    ("log", "aggregates"), [("directory", directory.aggregates), ("goals", goals.aggregates), ("checkins", checkins.aggregates)]
)
def test_the_aggregates_fold_every_event_of_their_log(log: str, aggregates: ModuleType) -> None:
    kinds = [kind for kind in vars(aggregates).values() if isinstance(kind, AggregateType)]
    states = [kind.initial() for kind in kinds]
    folded = set()
    for kept in _of(log):
        event = EVENT_TYPES.decode(kept.event_type, kept.payload)
        before = copy.deepcopy(states)
        for kind, state in zip(kinds, states, strict=True):
            _apply(kind, state, event)
        if states != before:
            folded.add(kept.event_type)
    assert {kept.event_type for kept in _of(log)} - folded <= CHANGES_NO_DECISION


def _apply(kind: AggregateType[Any], state: Any, event: Message) -> None:
    kind.apply(state, event)


async def test_progress_folds_every_event_of_what_it_reads(postgres: DatabaseServer) -> None:
    passed_over = set()
    async with projection(postgres.create_database()) as live:
        for log in ("goals", "checkins"):
            for event in _recorded(log).events:
                before = await live.rows()
                await live.take([event])
                if await live.rows() == before:
                    passed_over.add(event.event_type)
    assert passed_over == MOVES_NO_NUMBER


@pytest.mark.parametrize("event_type", [pytest.param(t, id=name) for name, t in TYPES.items() if name not in SEALED])
def test_audit_finds_an_event_by_every_thing_that_it_names(event_type: Descriptor) -> None:
    ids = {field.name for field in event_type.fields if field.type == field.TYPE_BYTES} - NOT_AN_ID
    assert ids <= THINGS | NO_THINGS, "say whether somebody may look for the event by it; if so, audit/things.py has to name it"
    for kept in golden.read(event_type.full_name):
        event = EVENT_TYPES.decode(kept.event_type, kept.payload)
        named = [value for field, value in event.ListFields() if field.name in THINGS for value in _listed(value)]
        assert set(other_things(kept.event_type, kept.payload)) >= set(named) - _in_the_envelope(event)


def _listed(value: Any) -> list[bytes]:
    return [value] if isinstance(value, bytes) else list(value)


def _in_the_envelope(event: Message) -> set[bytes]:
    """The ids of the aggregate and of the objective that an event belongs to: by these it is found anyway."""
    cycle = event.DESCRIPTOR.name.startswith("Cycle")
    check_in = event.DESCRIPTOR.file.package == "cairn.checkins.v1"
    return {
        getattr(event, name, b"") for name in ("cycle_id" if cycle else "objective_id", "key_result_id" if check_in else "objective_id")
    }


async def test_audit_keeps_all_of_them(database: str) -> None:
    await audit.schema.create_schema(database)
    for log in ("directory", "goals", "checkins", "progress"):
        events = _recorded(log).events
        assert await recorded.deliver(database, store_actions, events) == events


async def test_notifications_take_them(database: str) -> None:
    await notifications.schema.create_schema(database)
    events = _recorded("progress").events
    assert await recorded.deliver(database, deliver, events) == events


async def test_checkins_copies_what_they_say_of_key_results(database: str) -> None:
    async with AsyncConnectionPool[Any](database, min_size=1, max_size=2) as pool:
        catalogue = Catalogue(database, pool, None)  # type: ignore[arg-type]  # nothing is asked of goals here
        await catalogue.start()
        events = _recorded("goals").events
        assert await recorded.deliver(database, catalogue.take_in, events) == events
        (defined,) = {event.readable["key_result_id"] for event in _of("goals") if "key_result_id" in event.readable}
        known = await catalogue.find([bytes.fromhex(defined.replace("-", ""))])
        await catalogue.stop()
    assert len(known) == 1


def _of(log: str) -> Iterable[Golden]:
    """What a log may hold, in the order in which it may come."""
    mine = [kept for kept in GOLDEN if kept.event_type.startswith(f"cairn.{log}.") and kept.event_type not in SEALED]
    return [kept for kept in mine if kept.what != IDS_ALONE]


def _recorded(log: str) -> Log:
    """The golden events of a log as one history."""
    history = Log(log)
    for kept in _of(log):
        event = EVENT_TYPES.decode(kept.event_type, kept.payload)
        objective = getattr(event, "objective_id", b"")
        history.append(event, aggregate_id=objective or None, partition_key=objective or None)
    return history
