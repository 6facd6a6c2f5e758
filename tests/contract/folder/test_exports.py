"""Exports that earlier versions made: the same digest for ever, and every event in them reads and writes as it did."""

from __future__ import annotations

from base64 import b64decode

import orjson
import pytest

from audit.readable import EVENT_TYPES, readable_event
from progress.replay import replay
from tests.contract.folder.answers import of_then
from tests.contract.folder.kept import FOLDERS, Kept

KEPT = [(version.name, tenant) for version in sorted(FOLDERS.iterdir()) for tenant in Kept(version.name).tenants()]


@pytest.mark.parametrize(("version", "tenant"), KEPT)
def test_an_export_of_then_replays_to_the_digest_of_then(version: str, tenant: str) -> None:
    kept = Kept(version)
    assert replay(kept.export(tenant), kept.formula).digest == kept.answers(tenant)["admin"]["digest"]


@pytest.mark.parametrize(("version", "tenant"), KEPT)
def test_every_event_in_it_says_the_same_and_is_written_the_same(version: str, tenant: str) -> None:
    events = [orjson.loads(line) for line in Kept(version).export(tenant)[1:-1]]
    assert events
    for event in events:
        payload = b64decode(event["payload"])
        assert of_then(readable_event(event["type"], payload), event["event"]) == event["event"]
        assert EVENT_TYPES.decode(event["type"], payload).SerializeToString(deterministic=True) == payload
