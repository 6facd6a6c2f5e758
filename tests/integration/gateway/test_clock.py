"""The installation's clock over REST: moved in every service or in none, by the operator alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cairn.operations.v1 import operations_pb2 as pb
from chassis.errors import Kind, Refused
from shared.roles import ADMIN
from tests.support.gateway import Gateway, gateway_before_fakes

DAY = 86_400


def put(gateway: Gateway, ahead: float, token: str = "") -> Any:
    authorization = {"Authorization": f"Bearer {token or gateway.operator_token()}"}
    return gateway.client.put("/v1/clock", json={"ahead_seconds": ahead}, headers=authorization)


def clock_at(gateway: Gateway, ahead: float) -> None:
    reading = pb.GetClockResponse(ahead_microseconds=int(ahead * 1_000_000), may_be_moved=True)
    gateway.fakes.answers["GetClock"] = lambda _: reading


async def test_the_operator_moves_it_in_every_service(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        clock_at(gateway, DAY)
        answer = await put(gateway, 8 * DAY)
        assert answer.status_code == 200
        advances = [asked.request.ahead_microseconds for asked in gateway.fakes.asked if asked.method == "AdvanceClock"]
        assert advances == [8 * DAY * 1_000_000] * 6


async def test_an_admin_of_a_tenant_may_not_move_it(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        answer = await put(gateway, DAY, gateway.token(ADMIN))
        assert (answer.status_code, answer.json()["reason"]) == (403, "ROLE_REQUIRED")
        assert not [asked for asked in gateway.fakes.asked if asked.method == "AdvanceClock"]


async def test_it_never_runs_backwards(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        clock_at(gateway, 2 * DAY)
        answer = await put(gateway, DAY)
        assert (answer.status_code, answer.json()["reason"]) == (409, "CLOCK_RUNS_FORWARD")


async def test_where_it_may_not_be_moved_that_is_said(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        clock_at(gateway, 0)

        def refused(_: pb.AdvanceClockRequest) -> pb.AdvanceClockResponse:
            raise Refused("CLOCK_MAY_NOT_BE_MOVED", "this installation's clock is the machine's")

        gateway.fakes.answers["AdvanceClock"] = refused
        answer = await put(gateway, DAY)
        assert (answer.status_code, answer.json()["reason"]) == (409, "CLOCK_MAY_NOT_BE_MOVED")


async def test_while_a_service_is_away_it_is_moved_nowhere(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path, goals_address="127.0.0.1:1") as gateway:
        clock_at(gateway, 0)
        answer = await put(gateway, DAY)
        assert (answer.status_code, answer.json()["reason"]) == (503, "CLOCK_NOT_MOVED")
        assert answer.json()["detail"].startswith("goals does not answer")
        assert not [asked for asked in gateway.fakes.asked if asked.method == "AdvanceClock"]


async def test_where_it_was_moved_in_part_the_rest_is_brought_along_by_the_same_request(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        clock_at(gateway, 0)
        answered: list[int] = []

        def once(_: pb.AdvanceClockRequest) -> pb.AdvanceClockResponse:
            answered.append(1)
            if len(answered) == 1:
                raise Refused("DATABASE_UNAVAILABLE", "the database does not answer", kind=Kind.UNAVAILABLE)
            return pb.AdvanceClockResponse()

        gateway.fakes.answers["AdvanceClock"] = once
        answer = await put(gateway, DAY)
        assert (answer.status_code, answer.json()["reason"]) == (503, "CLOCK_MOVED_IN_PART")
        assert (await put(gateway, DAY)).status_code == 200


def jumped(gateway: Gateway, by: float) -> None:
    reading = pb.GetClockResponse(jumped_microseconds=int(by * 1_000_000))
    gateway.fakes.answers["GetClock"] = lambda _: reading


async def test_a_jump_is_told_and_confirmed_by_the_operator_in_every_service(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        jumped(gateway, 2 * DAY)
        operator, admin = ({"Authorization": f"Bearer {token}"} for token in (gateway.operator_token(), gateway.token(ADMIN)))
        status = (await gateway.client.get("/v1/status", headers=operator)).json()
        assert not status["healthy"]
        assert {service["problem"].split(",")[0] for service in status["services"]} == {"the clock has jumped 2 days"}
        assert (await gateway.client.post("/v1/clock/confirm", headers=admin)).status_code == 403
        told = await gateway.client.post("/v1/clock/confirm", headers=operator)
        assert [service["jumped_seconds"] for service in told.json()["services"]] == [2 * DAY] * 6
        assert [asked.method for asked in gateway.fakes.asked].count("ConfirmClock") == 6


async def test_a_lead_of_the_log_is_told_and_nobody_is_ill_of_it(tmp_path: Path) -> None:
    async with gateway_before_fakes(tmp_path) as gateway:
        gateway.fakes.answers["GetLogHead"] = lambda _: pb.GetLogHeadResponse(log="goals")
        gateway.fakes.answers["GetConsumption"] = lambda _: pb.GetConsumptionResponse()
        gateway.fakes.answers["GetClock"] = lambda _: pb.GetClockResponse(recorded_ahead_microseconds=3_600_000_000)
        status = (await gateway.client.get("/v1/status", headers={"Authorization": f"Bearer {gateway.operator_token()}"})).json()
        assert status["healthy"]
        assert {service["recorded_ahead_seconds"] for service in status["services"]} == {3_600}
