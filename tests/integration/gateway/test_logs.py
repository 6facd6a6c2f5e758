"""Recovering a log over REST: by the operator alone, and each event that is lost is named."""

from __future__ import annotations

from pathlib import Path

import orjson

from cairn.operations.v1 import operations_pb2 as pb
from shared.roles import ADMIN
from tests.support.gateway import gateway_before_fakes


async def test_each_event_that_is_lost_is_a_line_and_what_was_done_is_the_last(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        lost = pb.MessageNotTaken(lost=True, why="a gap", position=8, event_type="cairn.goals.v1.CycleDefined", event_id=b"e" * 16)
        done = pb.LogRecovery(log="goals", generation=2, first_position=8, taken_back=3, lost=1)
        gateway.fakes.answers["RecoverLog"] = lambda _: pb.RecoverLogResponse(not_taken=[lost], recovery=done)
        operator = {"Authorization": f"Bearer {gateway.operator_token()}"}
        answer = await gateway.client.post("/v1/logs/goals/recovery?take_back=false", headers=operator)
        lines = [orjson.loads(line) for line in answer.content.splitlines()]
        assert [line.get("why") for line in lines] == ["a gap", None]
        assert (lines[0]["lost"], lines[0]["position"], lines[0]["tenant_id"]) == (True, 8, None)
        assert (lines[1]["generation"], lines[1]["taken_back"], lines[1]["dry_run"]) == (2, 3, False)
        (asked,) = [asked.request for asked in gateway.fakes.asked if asked.method == "RecoverLog"]
        assert (asked.dry_run, asked.take_nothing_back) == (False, True)


async def test_only_the_operator_recovers_a_log_and_only_one_that_there_is(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        operator, admin = ({"Authorization": f"Bearer {token}"} for token in (gateway.operator_token(), gateway.token(ADMIN)))
        refused = await gateway.client.post("/v1/logs/goals/recovery", headers=admin)
        assert (refused.status_code, refused.json()["reason"]) == (403, "ROLE_REQUIRED")
        unknown = await gateway.client.post("/v1/logs/audit/recovery", headers=operator)
        assert (unknown.status_code, unknown.json()["reason"]) == (404, "LOG_UNKNOWN")


async def test_a_log_that_is_behind_makes_its_service_ill_in_the_status(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        problem = pb.LogProblem(reason="LOG_BEHIND", message="restored from an older state")
        gateway.fakes.answers["GetLogHead"] = lambda _: pb.GetLogHeadResponse(log="goals", head=5, relayed=5, problems=[problem])
        status = (await gateway.client.get("/v1/status", headers={"Authorization": f"Bearer {gateway.operator_token()}"})).json()
        assert not status["healthy"]
        assert {(service["problem"], service["head"]) for service in status["services"]} == {("restored from an older state", 5)}


async def test_a_partition_that_waits_for_the_owner_of_its_log_makes_its_service_ill_and_says_why(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        wait = pb.Wait(message="nobody answers")
        gateway.fakes.answers["GetLogHead"] = lambda _: pb.GetLogHeadResponse()
        waiting = pb.GetConsumptionResponse(consumptions=[pb.Consumption(log="goals", partition=3, wait=wait)])
        gateway.fakes.answers["GetConsumption"] = lambda _: waiting
        status = (await gateway.client.get("/v1/status", headers={"Authorization": f"Bearer {gateway.operator_token()}"})).json()
        told = {(s["problem"], s["alarms"][0]["kind"], s["alarms"][0]["message"]) for s in status["services"]}
        assert told == {("waits for a log's owner: goals:3", "waits", "goals:3 waits, and goes on by itself: nobody answers")}
