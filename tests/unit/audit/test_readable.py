"""Events as a reader of the audit sees them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import orjson
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from audit.readable import EVENT_TYPES, readable, readable_event
from cairn.checkins.v1.events_pb2 import SAID_STATUS_AT_RISK, SOURCE_IMPORT, CheckInRecorded, KeyResultGraded
from cairn.directory.v1.events_pb2 import ROLE_ADMIN, ROLE_MEMBER, PersonAdded
from cairn.goals.v1.events_pb2 import (
    CYCLE_KIND_TACTICAL,
    CycleDefined,
    KeyResultDefined,
    Metric,
    Milestone,
    Milestones,
    ObjectiveActivated,
    ObjectiveRevised,
    Owner,
)
from chassis.days import day_of
from chassis.ids import id_text, new_id, parse_id

PERSON = parse_id("01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10")


def test_ids_are_uuids_and_days_are_dates() -> None:
    cycle = CycleDefined(cycle_id=PERSON, name="2026-Q1", kind=CYCLE_KIND_TACTICAL, first_day=20454, last_day=20543)
    assert readable(cycle) == {
        "cycle_id": "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10",
        "name": "2026-Q1",
        "kind": "tactical",
        "first_day": "2026-01-01",
        "last_day": "2026-03-31",
        "enclosing_cycle_id": None,
    }


def test_what_is_inside_an_event_is_readable_too() -> None:
    defined = KeyResultDefined(
        title="Ship",
        owners=[Owner(person_id=PERSON, share=0.5)],
        milestones=Milestones(milestones=[Milestone(title="Beta", weight=1, due_day=20454)]),
        counts_for=[PERSON],
    )
    assert readable(defined) == {
        "objective_id": None,
        "key_result_id": None,
        "reference": "",
        "title": "Ship",
        "owners": [{"person_id": id_text(PERSON), "share": 0.5}],
        "weight": 0.0,
        "due_day": None,
        "milestones": {"milestones": [{"title": "Beta", "weight": 1.0, "due_day": "2026-01-01"}]},
        "counts_for": [id_text(PERSON)],
    }


def test_a_zero_is_told_and_what_may_be_left_out_is_told_where_it_is_set() -> None:
    recorded = readable(CheckInRecorded(value=0.0, source=SOURCE_IMPORT, as_of=17_976))
    assert (recorded["value"], recorded["source"], recorded["as_of"]) == (0.0, "import", "2019-03-21")
    assert (recorded["comment"], recorded["blockers"], recorded["said_status"]) == ("", [], None)
    assert "confidence" not in recorded
    assert readable(ObjectiveRevised(objective_id=PERSON, team="")) == {
        "objective_id": id_text(PERSON),
        "team": "",
        "goalpost_moved": False,
    }


def test_a_choice_of_two_words_is_one_word() -> None:
    assert readable(CheckInRecorded(said_status=SAID_STATUS_AT_RISK))["said_status"] == "at_risk"


def test_every_day_is_a_date() -> None:
    graded = readable(KeyResultGraded(as_of=day_of(date(2019, 7, 2)), graded_on=day_of(date(2019, 7, 30))))
    assert (graded["as_of"], graded["graded_on"]) == ("2019-07-02", "2019-07-30")
    assert readable(ObjectiveActivated(holds_from=day_of(date.min)))["holds_from"] == "0001-01-01"


NO_DAYS = {"minutes"}


def test_whatever_counts_days_in_an_event_is_a_date() -> None:
    found = set()
    for message in _messages():
        for field in message.DESCRIPTOR.fields:
            if field.type == FieldDescriptor.TYPE_INT32 and field.name not in NO_DAYS:
                assert readable(type(message)(**{field.name: 20_454}))[field.name] == "2026-01-01", field.full_name
                found.add(field.name)
    assert {"as_of", "holds_from", "on_day"} < found


def _messages() -> Iterator[Message]:
    """An empty one of every event, and of what is inside of one."""
    waiting = [EVENT_TYPES.decode(event_type, b"") for event_type in EVENT_TYPES.names()]
    seen = {Timestamp.DESCRIPTOR.full_name}
    while waiting:
        message = waiting.pop()
        if message.DESCRIPTOR.full_name not in seen:
            seen.add(message.DESCRIPTOR.full_name)
            yield message
            inside = [(getattr(message, field.name), field) for field in message.DESCRIPTOR.fields if field.message_type is not None]
            waiting += [held.add() if field.is_repeated else held for held, field in inside]


def test_milestones_that_are_done_are_told_by_their_numbers() -> None:
    assert readable(CheckInRecorded(milestones_done=0b1000_0101))["milestones_done"] == [1, 3, 8]


def test_a_day_that_has_no_date_stays_a_number() -> None:
    assert readable(CheckInRecorded(as_of=2_000_000_000))["as_of"] == 2_000_000_000


def test_personal_data_stays_sealed() -> None:
    added = PersonAdded(person_id=PERSON, sealed_profile=b"\x00sealed under a key of its own", roles=[ROLE_ADMIN, ROLE_MEMBER])
    shown = readable(added)
    assert shown["roles"] == ["admin", "member"]
    assert shown["sealed_profile"] == "AHNlYWxlZCB1bmRlciBhIGtleSBvZiBpdHMgb3du"


def test_what_this_version_cannot_read_is_none() -> None:
    assert readable_event("cairn.goals.v9.Unheard", b"") is None
    assert readable_event("cairn.goals.v1.CycleDefined", b"\xff\xff\xff") is None


def test_it_can_be_written_as_json() -> None:
    defined = KeyResultDefined(key_result_id=new_id(), metric=Metric(start=0, target=3, unit="people"), weight=1)
    shown = readable_event("cairn.goals.v1.KeyResultDefined", defined.SerializeToString())
    assert orjson.loads(orjson.dumps(shown)) == shown
