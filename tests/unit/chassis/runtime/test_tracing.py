"""Traces that nobody asked for cost nothing, and a header is read only where it is one."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest

from chassis.ids import Id, new_id
from chassis.rpc import metadata
from chassis.runtime import tracing


@dataclass
class Event:
    event_id: Id
    correlation_id: Id
    causation_id: Id | None = None
    event_type: str = "cairn.goals.v1.CycleDefined"


def test_without_an_endpoint_no_call_carries_a_trace() -> None:
    tracing.begin("a request", new_id(), "")
    assert tracing.traceparent() == ""
    assert [name for name, _ in metadata("token")] == ["cairn-identity"]
    tracing.end()


def test_without_an_endpoint_a_callers_trace_is_not_read() -> None:
    assert tracing.place_of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") is None


def test_without_an_endpoint_opentelemetry_is_not_loaded() -> None:
    code = "import sys, chassis.rpc, chassis.runtime; sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_span_of_an_event_stands_where_its_ids_say() -> None:
    event = Event(bytes.fromhex("0192f0c41d5b7a3c8c2f00000000beef"), bytes.fromhex("0af7651916cd43dd8448eb211c80319c"))
    place = tracing.of_event(event.event_id, event.correlation_id)
    assert str(place) == "00-0af7651916cd43dd8448eb211c80319c-8c2f00000000beef-01"


@pytest.mark.parametrize(
    ("header", "is_one"),
    [
        (f"00-{'a' * 32}-{'b' * 16}-01", True),
        (f"01-{'a' * 32}-{'b' * 16}-01-what-comes-later", True),
        (f"00-{'a' * 32}-{'b' * 16}-01-more", False),
        (f"ff-{'a' * 32}-{'b' * 16}-01", False),
        (f"00-{'0' * 32}-{'b' * 16}-01", False),
        (f"00-{'a' * 32}-{'0' * 16}-01", False),
        (f"00-{'A' * 32}-{'b' * 16}-01", False),
        ("", False),
    ],
)
def test_a_header_names_a_span_or_it_does_not(header: str, is_one: bool) -> None:
    assert (tracing.read_place(header) is not None) == is_one
