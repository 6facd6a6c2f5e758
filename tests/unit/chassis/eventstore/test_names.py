"""What the log and the relay rely on in the names of events."""

from __future__ import annotations

from types import ModuleType

import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.directory.v1 import events_pb2 as directory
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import events_pb2 as progress
from chassis.eventstore import EVENT_TYPE_BYTES


@pytest.mark.parametrize("module", [checkins, directory, goals, progress], ids=lambda module: module.__name__)
def test_every_event_type_fits_the_column(module: ModuleType) -> None:
    names = [descriptor.full_name for descriptor in module.DESCRIPTOR.message_types_by_name.values()]
    assert names
    assert max(len(name.encode()) for name in names) <= EVENT_TYPE_BYTES
