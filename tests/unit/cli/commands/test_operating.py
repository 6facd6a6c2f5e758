"""Commands for whoever runs Cairn."""

from __future__ import annotations

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway


class TestOperating:
    def test_rebuild_is_done_when_it_says_so(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("rebuild", "progress").out == "progress is rebuilt from 10 events\n"
        gateway.rebuild_lines.pop()
        assert cairn("rebuild", "progress").code == 1
        gateway.rebuild_lines.append({"error": "INTERNAL", "detail": "the stream ends here"})
        ran = cairn("rebuild", "progress", "--json")
        assert (ran.code, ran.out) == (1, "")
        assert "the stream ends here" in ran.err

    @pytest.mark.parametrize("service", ["progress", "audit", "notifications", "checkins"])
    def test_whatever_is_rebuilt_is_as_the_operator(self, cairn: Run, gateway: FakeGateway, service: str) -> None:
        assert cairn("rebuild", service).out == f"{service} is rebuilt from 10 events\n"
        assert gateway.sent("POST", f"/v1/rebuild/{service}") == [None]
        assert gateway.sent("POST", "/v1/sign-in")[-1] == {"operator": True}

    def test_a_service_that_is_not_made_from_logs_is_not_rebuilt(self, cairn: Run) -> None:
        assert cairn("rebuild", "goals").code == 2

    def test_a_log_that_is_not_behind_is_left_as_it_is(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("log", "recover", "goals").out == "goals: not behind Kafka; it is in generation 1\n"
        assert gateway.sent("POST", "/v1/logs/goals/recovery") == [None]
        assert gateway.sent("POST", "/v1/sign-in") == [{"operator": True}]
        assert len(cairn("log", "recover").out.splitlines()) == 5

    def test_a_recovery_lists_each_event_that_is_lost(self, cairn: Run, gateway: FakeGateway) -> None:
        lost = {
            "lost": True,
            "why": "gap",
            "partition": 2,
            "offset": 60,
            "position": 132,
            "type": "cairn.goals.v1.CycleDefined",
        }
        ids = {"event_id": "e1", "tenant_id": "t1", "aggregate_id": "a1", "aggregate_version": 3, "recorded_at": "2026-01-01T10:00:00Z"}
        unreadable = dict.fromkeys([*lost, *ids]) | {"lost": False, "why": "odd", "partition": 0, "offset": 7}
        done = {"log": "goals", "generation": 2, "first_position": 131, "taken_back": 30, "lost": 1, "foreign": 1, "dry_run": False}
        gateway.recovery_lines = [lost | ids, unreadable, done]
        assert cairn("log", "recover", "goals").out.splitlines() == [
            "lost: position 132, CycleDefined of a1 in tenant t1, recorded 2026-01-01 11:00:00+01:00, id e1 (partition 2, offset 60): gap",
            "not of the log: position ?, a message that cannot be read of ? in tenant ?, recorded ?, id ? (partition 0, offset 7): odd",
            "goals: 30 events taken back from Kafka, 1 lost; generation 2 begins at position 131",
        ]
        told = cairn("log", "recover", "goals", "--json").json
        assert (told["lost"], [message["position"] for message in told["not_taken"]]) == (1, [132, None])
        gateway.recovery_lines = [{"error": "INTERNAL", "detail": "the stream ends here"}]
        ran = cairn("log", "recover", "goals")
        assert (ran.code, "the stream ends here" in ran.err) == (1, True)

    def test_dead_letters(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("dead-letters", "list").out == "nothing found\n"
        assert cairn("dead-letters", "replay").out == "2 replayed, 0 remain\n"
        letter = {"id": 17, "service": "progress", "failed_at": "2026-01-01T10:00:00Z", "event": "cairn.goals.v1.Odd", "topic": "t"}
        gateway.dead_letters = [{**letter, "partition": 1, "offset": 2, "attempts": 3, "reason": "DecodeError"}]
        assert "DecodeError" in cairn("dead-letters", "list").out
        assert [found["id"] for found in cairn("dead-letters", "list", "--service", "progress", "--json").json["items"]] == [17]
        ran = cairn("dead-letters", "replay")
        assert (ran.code, ran.out) == (1, "2 replayed, 1 remain\n")
        assert cairn("dead-letters", "replay", "17", "--service", "progress").code == 0
        assert gateway.sent("POST", "/v1/dead-letters/replay")[-1] == {"ids": [17], "service": "progress"}
        assert cairn("dead-letters", "replay", "17").code == 2

    @pytest.mark.parametrize("verb", ["list", "replay"])
    def test_dead_letters_of_all_tenants_are_the_operator_s(self, cairn: Run, gateway: FakeGateway, verb: str) -> None:
        assert cairn("dead-letters", verb).code == 0
        assert {"operator": True} not in gateway.sent("POST", "/v1/sign-in")
        assert cairn("dead-letters", verb, "--all-tenants").code == 0
        assert gateway.sent("POST", "/v1/sign-in")[-1] == {"operator": True}

    def test_the_clock_is_shown_and_moved_on(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("clock", "show").out == "2027-03-01 10:00:00+01:00, as the machine's clock\n"
        assert cairn("clock", "advance", "7d").out == "2027-03-01 10:00:00+01:00, 7 days, 0:00:00 ahead of the machine's clock\n"
        assert cairn("clock", "advance", "12h", "--json").json["ahead_seconds"] == 7.5 * 86_400
        assert gateway.sent("PUT", "/v1/clock") == [{"ahead_seconds": 7 * 86_400}, {"ahead_seconds": 7.5 * 86_400}]
        assert gateway.sent("POST", "/v1/sign-in") == [{"operator": True}] * 3

    def test_a_service_whose_clock_is_behind_is_named(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.clock_ahead = 86_400
        gateway.clock_behind = {"goals": 3_600, "progress": None}
        told = cairn("clock", "show").out.splitlines()[1:]
        assert told == [
            "goals: 1:00:00 ahead of the machine's clock; `cairn clock advance 0d` brings it along",
            "progress does not answer",
        ]
