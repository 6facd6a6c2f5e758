"""Events page by page, over HTTP: what audit says as it says it, and where to go on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from cairn.audit.v1.service_pb2 import ListEventsRequest, ListEventsResponse
from cairn.common.v1.common_pb2 import LogPosition
from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_LOG_EXPORTED
from tests.support.gateway import Gateway, gateway_before_fakes

REACHED = [
    LogPosition(log="checkins", partition=3, position=9, generation=1),
    LogPosition(log="goals", partition=1, position=4, generation=2),
]
TEXT = "checkins:3:9,goals:1:4:2"


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path) as gateway:
        yield gateway


def answers(gateway: Gateway, *, more: bool = False, notes_alone: bool = False) -> None:
    lines = [b'{"position":8}', b'{"position":9}']
    gateway.fakes.answers["ListEvents"] = lambda _: ListEventsResponse(lines=lines, reached=REACHED, more=more, notes_alone=notes_alone)


async def test_a_page_is_the_lines_of_the_export_and_says_what_follows(gateway: Gateway) -> None:
    answers(gateway, more=True)
    answer = await gateway.client.get("/v1/events?limit=2")
    assert answer.json() == {"items": [{"position": 8}, {"position": 9}], "next": TEXT}
    assert answer.headers["link"] == f'</v1/events?limit=2&after={quote(TEXT, safe="")}>; rel="next"'
    assert answer.headers["cairn-position"] == TEXT


async def test_the_last_page_says_where_to_go_on_later(gateway: Gateway) -> None:
    answers(gateway)
    answer = await gateway.client.get("/v1/events")
    assert (answer.json()["next"], answer.headers["cairn-position"], "link" in answer.headers) == (None, TEXT, False)


async def test_what_a_page_gave_is_what_the_next_one_takes(gateway: Gateway) -> None:
    answers(gateway)
    await gateway.client.get("/v1/events", params={"after": TEXT, "limit": 7})
    (asked,) = (asked.request for asked in gateway.fakes.asked if asked.method == "ListEvents")
    assert asked == ListEventsRequest(after=REACHED, page_size=7)


@pytest.mark.parametrize("after", ["nonsense", "goals:1", "nolog:0:1", "goals:6:1", "goals:1:4,"])
async def test_what_no_page_gave_is_refused_by_the_parameters_name(gateway: Gateway, after: str) -> None:
    answers(gateway)
    answer = await gateway.client.get("/v1/events", params={"after": after})
    assert answer.status_code in (400, 422)
    assert [error["field"] for error in answer.json()["errors"]] == ["after"]


@pytest.mark.parametrize(("notes_alone", "noted"), [(False, 1), (True, 0)])
async def test_reading_events_is_noted_and_reading_of_notes_is_not(gateway: Gateway, notes_alone: bool, noted: int) -> None:
    answers(gateway, notes_alone=notes_alone)
    await gateway.client.get("/v1/events")
    await gateway.dependencies.security.tell(all_of_it=True)
    told = [each.event for asked in gateway.fakes.asked if asked.method == "NoteSecurityEvents" for each in asked.request.events]
    assert [(event.kind, event.what) for event in told] == [(SECURITY_EVENT_KIND_LOG_EXPORTED, "list_events")] * noted
