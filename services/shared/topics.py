"""The topics that a reader of the event stream may read: what `contracts/asyncapi.yaml` tells of."""

from __future__ import annotations

from typing import Final

from chassis.kafka.topics import events_topic, state_topic

STREAM_TOPICS: Final = (*map(events_topic, ("directory", "goals", "checkins", "progress", "notifications")), state_topic("progress"))
"""Not the dead letters, which are for operators."""
