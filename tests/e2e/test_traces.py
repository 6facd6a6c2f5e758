"""With somewhere to send traces, one REST call is one trace through gateway, service, relay and consumers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from embedded.ports import wait_until
from tests.support.collector import Collector, collecting
from tests.support.company import Company, found_company
from tests.support.system import System

CHECK_IN = "/v1/key-results/O1/1/check-ins"
WAY = {
    "gateway: record_check_in": "",
    "goals: goals/ResolveReferences": "gateway: record_check_in",
    "checkins: checkins/RecordCheckIn": "gateway: record_check_in",
    "checkins: append CheckInRecorded": "checkins: checkins/RecordCheckIn",
    "relay: relay checkins": "checkins: append CheckInRecorded",
    "progress: progress consumes CheckInRecorded": "checkins: append CheckInRecorded",
    "audit: audit consumes CheckInRecorded": "checkins: append CheckInRecorded",
}
"""The spans of a check-in, and what each hangs from."""


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def traced(collector: Collector) -> Iterator[Company]:
    """A company in a system that tells the collector, five times a second, what it did."""
    with System(environment={"CAIRN_OTLP_ENDPOINT": collector.endpoint, "OTEL_BSP_SCHEDULE_DELAY": "200"}) as running:
        yield found_company(running.url)


def test_a_check_in_is_one_trace_from_the_request_to_everyone_who_consumes_it(traced: Company, collector: Collector) -> None:
    trace = uuid.uuid4()
    traced.admin.post(CHECK_IN, {"value": 10}, headers={"X-Correlation-Id": str(trace)})
    traced.admin.catch_up()

    assert wait_until(lambda: WAY.keys() <= collector.trace(trace.bytes).keys(), 30), collector.trace(trace.bytes)
    spans = collector.trace(trace.bytes)
    assert {name: spans[name].parent for name in WAY} == {name: spans[before].span_id if before else b"" for name, before in WAY.items()}


def test_a_caller_who_brings_a_trace_finds_the_request_in_it(traced: Company, collector: Collector) -> None:
    trace, caller = uuid.uuid4(), "b7ad6b7169203331"
    answer = traced.admin.ask("GET", "/v1/objectives/O1", headers={"traceparent": f"00-{trace.hex}-{caller}-01"})
    assert answer.headers["X-Correlation-Id"] == str(trace)
    assert wait_until(lambda: "gateway: get_objective" in collector.trace(trace.bytes), 30)
    assert collector.trace(trace.bytes)["gateway: get_objective"].parent == bytes.fromhex(caller)
