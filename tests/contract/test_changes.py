"""Every type of event is told to whoever listens to changes, or is declared not to be."""

from __future__ import annotations

from typing import Any, Final

import pytest

from cairn.audit.v1.service_pb2 import TailedEvent
from cairn.checkins.v1.events_pb2 import CheckInRecorded
from cairn.goals.v1.events_pb2 import KeyResultMovedIn, KpiMeasured, KpiRevised
from cairn.progress.v1.events_pb2 import ObjectiveStatusTurned
from cairn.progress.v1.service_pb2 import Sight
from chassis.ids import new_id
from gateway.catalogues import EVENT_TYPES as CATALOGUE
from gateway.live import NOT_TOLD, TOLD_AS, Kind
from gateway.live.batch import Batch
from gateway.live.reader import Thing
from gateway.live.told_as import EventType, What

NAMES: Final = {event["type"] for event in CATALOGUE}


def name_of(event_type: EventType) -> str:
    return str(event_type.DESCRIPTOR.full_name)


def test_every_type_is_decided_about_once() -> None:
    told, not_told = set(map(name_of, TOLD_AS)), set(map(name_of, NOT_TOLD))
    assert told | not_told == NAMES
    assert not told & not_told
    assert all(NOT_TOLD.values())


@pytest.mark.parametrize("event_type", TOLD_AS, ids=name_of)
def test_each_type_that_is_told_makes_a_change(event_type: EventType) -> None:
    told_as, its_id, objective_id, person_id = TOLD_AS[event_type], new_id(), new_id(), new_id()
    message: Any = event_type(**({told_as.field: its_id} if told_as.field else {}))
    if told_as.kind is Kind.KEY_RESULT:
        message.objective_id = objective_id
    batch = Batch([tailed(message, new_id(), person_id)])
    about = its_id if told_as.field else b""
    changes = [*batch.everybodys, *batch.judged, *batch.own.get(person_id, ())]
    assert [(thing.kind, thing.id, what) for thing, what in changes] == [(told_as.kind, about, told_as.what)]
    if told_as.kind in (Kind.OBJECTIVE, Kind.KEY_RESULT, Kind.TASK, Kind.INITIATIVE):
        question = batch.question(new_id(), [], [])
        asked = [*question.objectives, *question.tasks, *question.initiatives]
        (judged,) = {thing.id for thing in asked}
        assert judged == (objective_id if told_as.kind is Kind.KEY_RESULT else its_id)
        assert batch.shown([judged], Sight()) == ([], []), "who may not know of it is told nothing"
        seen, gone = batch.shown([judged], Sight(seen=[0]))
        assert told_as.what in {what for thing, what in seen if thing.id == its_id}
        assert not gone


def tailed(message: Any, key: bytes, actor_id: bytes) -> TailedEvent:
    log = message.DESCRIPTOR.full_name.split(".")[1]
    return TailedEvent(
        log=log,
        position=7,
        event_type=message.DESCRIPTOR.full_name,
        partition_key=key,
        actor_id=actor_id,
        payload=message.SerializeToString(),
    )


def test_a_type_that_only_a_newer_version_knows_is_passed_over() -> None:
    batch = Batch([TailedEvent(log="goals", position=7, event_type="cairn.goals.v1.FromLater", payload=b"x")])
    assert [*batch.everybodys, *batch.judged, *batch.own] == []


def test_an_objective_whose_status_turned_with_a_check_in_has_other_numbers_too() -> None:
    """The page shows both, and the events come together or one after the other."""
    objective_id, key_result_id = new_id(), new_id()
    check_in = tailed(CheckInRecorded(key_result_id=key_result_id, objective_id=objective_id), objective_id, b"")
    turned = tailed(ObjectiveStatusTurned(objective_id=objective_id), objective_id, b"")
    for events in ([check_in], [check_in, turned], [turned, check_in]):
        told, _ = Batch(events).shown([objective_id], Sight(seen=[0]))
        assert (Thing(Kind.OBJECTIVE, objective_id), What.NUMBERS) in told


def test_what_is_told_of_a_key_result_that_was_moved_is_told_as_its_home_is_seen() -> None:
    """Its events travel with those of the objective that it was defined of, wherever it is."""
    key_result_id, defined_of, home = new_id(), new_id(), new_id()
    ids: Any = {"key_result_id": key_result_id, "objective_id": home}
    batch = Batch([tailed(message, defined_of, b"") for message in (KeyResultMovedIn(**ids), CheckInRecorded(**ids))])
    assert [thing.id for thing in batch.question(new_id(), [], []).objectives] == [home]
    moved = Thing(Kind.KEY_RESULT, key_result_id, home)
    told, _ = batch.shown([defined_of, home], Sight(seen=[1]))
    assert [(moved, What.DEFINITION), (moved, What.CHECK_INS)] == [change for change in told if change[0] == moved]
    assert not [thing for thing, _ in batch.shown([defined_of, home], Sight(seen=[0]))[0] if thing.kind is Kind.KEY_RESULT]


def test_of_a_kpi_that_was_measured_it_is_asked_whose_numbers_it_moves() -> None:
    kpi_id, fed = new_id(), new_id()
    batch = Batch([tailed(KpiMeasured(kpi_id=kpi_id), kpi_id, b""), tailed(KpiRevised(kpi_id=new_id()), kpi_id, b"")])
    assert list(batch.question(new_id(), [], []).kpi_ids) == [kpi_id]
    assert batch.shown([fed], Sight(seen=[0])) == ([(Thing(Kind.OBJECTIVE, fed), What.NUMBERS)], [])


def test_of_what_was_talked_about_nothing_else_is_made() -> None:
    for event_type, told_as in TOLD_AS.items():
        if told_as.kind is Kind.OBJECTIVE:
            own_id = new_id()
            question = Batch([tailed(event_type(objective_id=own_id), own_id, b"")]).question(new_id(), [], [])
            assert question.objectives[0].alone == (told_as.what in (What.COMMENTS, What.STATUS)), name_of(event_type)
