"""What stands in a log stays readable: events as earlier versions wrote them, decoded and written again by this one."""

from __future__ import annotations

import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.unknown_fields import UnknownFieldSet

from audit.readable import EVENT_TYPES, readable
from tests.contract.events import golden
from tests.contract.events.golden import Golden
from tests.contract.events.samples import event_types

TYPES = {event_type.full_name: event_type for event_type in event_types()}
GOLDEN = [event for event_type in TYPES for event in golden.read(event_type)]


@pytest.mark.parametrize("event_type", TYPES.values(), ids=TYPES.keys())
def test_every_event_type_with_all_its_fields_is_kept_as_bytes(event_type: Descriptor) -> None:
    missing = [what for what, _ in golden.missing(event_type)]
    assert not missing, f"contracts/events lacks {event_type.full_name} ({missing}): run `python -m tests.contract.events VERSION`"


def test_no_event_type_is_given_up() -> None:
    assert golden.files() <= set(TYPES), "an event type that was released stays in the protos"


@pytest.mark.parametrize("kept", GOLDEN, ids=lambda kept: f"{kept.event_type}: {kept.what}, {kept.written_by}")
def test_an_event_of_then_says_the_same_and_is_written_the_same(kept: Golden) -> None:
    event = EVENT_TYPES.decode(kept.event_type, kept.payload)
    assert not len(UnknownFieldSet(event))
    assert readable(event) == kept.readable
    assert event.SerializeToString(deterministic=True) == kept.payload
