"""Events as they come."""

from __future__ import annotations

import orjson
import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway, event


@pytest.fixture(autouse=True)
def events(imported: None, gateway: FakeGateway) -> None:
    gateway.events = [event(number) for number in range(1, 6)]
    gateway.page = 2


def test_every_event_is_a_line_and_the_place_to_go_on_from_is_told(cairn: Run, gateway: FakeGateway) -> None:
    ran = cairn("events", "--json")
    assert [orjson.loads(line)["position"] for line in ran.out.splitlines()] == [1, 2, 3, 4, 5]
    assert ran.err == "go on from here: cairn events --after goals:0:5\n"


def test_people_are_told_when_what_and_how(cairn: Run) -> None:
    assert cairn("events", "--limit", "1").out == "2026-01-01 01:00:01+01:00  CycleDefined  name 2026-Q1\n"


def test_nobody_is_sent_on_from_a_place_that_is_none(cairn: Run) -> None:
    assert cairn("events", "--after", "somewhere").err == "cairn: is no position\n"


def test_one_goes_on_from_a_place(cairn: Run) -> None:
    ran = cairn("events", "--json", "--after", "goals:0:3")
    assert [orjson.loads(line)["position"] for line in ran.out.splitlines()] == [4, 5]


def test_no_more_are_asked_for_than_wanted(cairn: Run, gateway: FakeGateway) -> None:
    ran = cairn("events", "--json", "--limit", "3")
    assert len(ran.out.splitlines()) == 3
    assert [asked["limit"] for asked in gateway.parameters] == ["3", "1"]
    assert ran.err == "go on from here: cairn events --after goals:0:3\n"


def test_followed_they_go_on_until_somebody_stops_it(cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 1:
            raise KeyboardInterrupt
        gateway.events.append(event(6))

    monkeypatch.setattr("cli.commands.following.time.sleep", pause)
    ran = cairn("events", "--json", "--follow")
    assert ran.code == 130
    assert [orjson.loads(line)["position"] for line in ran.out.splitlines()] == [1, 2, 3, 4, 5, 6]
    assert ran.err.startswith("go on from here: cairn events --after goals:0:6\n")
