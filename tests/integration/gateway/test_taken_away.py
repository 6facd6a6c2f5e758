"""What was taken away from somebody ends their requests that are under way: a role, or the session."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from cairn.audit.v1.service_pb2 import ExportLogResponse
from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_DENIED
from cairn.directory.v1.service_pb2 import NotedSecurityEvent
from chassis.errors import Kind, Refused
from chassis.ids import id_of_name, id_text
from gateway.backends import LOGS, REBUILT
from gateway.http import LINES, Operation
from gateway.routes.table import API
from shared.roles import ADMIN, VIEWER
from tests.support.gateway import Gateway, gateway_before_fakes

SECONDS: Final = 2.0
"""Within which it is effective."""
TABLES: Final = {
    "objectives.csv": "objective,cycle,title,starts_on,ends_on\nJ1,2026-Q3,Expand the team,2026-07-01,2026-09-30\n",
    "key_results.csv": "objective,number,title,kind,start,target\nJ1,1,Hire three developers,number,0,3\n",
}
STREAMS: Final = [operation for operation in API.operations if operation.media_type == LINES]
UNDER_WAY: Final[dict[str, tuple[str, Any]]] = {
    "export_log": ("ExportLog", None),
    "export_tables": ("ListSettings", None),
    "rebuild": ("Rebuild", None),
    "rebuild_progress": ("Rebuild", None),
    "recover_log": ("RecoverLog", None),
    "import_tables": ("CatchUp", {"tables": TABLES}),
}
"""By operation: the method that it is held up at, and its body."""


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path) as gateway:
        gateway.fakes.answers["ExportLog"] = lambda _: ExportLogResponse(lines=b'{"line":1}\n')
        yield gateway


OPERATOR_S: Final = {"rebuild", "rebuild_progress", "recover_log"}
"""Whose role comes from their issuer: it is their session that can be ended."""


def admin_s_id() -> str:
    return id_text(id_of_name("person with", ADMIN))


def token_for(gateway: Gateway, operation: Operation) -> str:
    return gateway.operator_token() if operation.name in OPERATOR_S else gateway.token(ADMIN)


async def begun(gateway: Gateway, operation: Operation, token: str) -> asyncio.Task[Any]:
    """The operation, its first line sent, under way at a service that does not come to an end."""
    first_line = asyncio.Event()

    async def told(scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            await send(message)
            if message.get("body"):
                first_line.set()

        await gateway.application(scope, receive, sent)

    method, body = UNDER_WAY[operation.name]
    gateway.fakes.holding.add(method)
    path = operation.path.replace("{service}", REBUILT[0]).replace("{log}", LOGS[0])
    headers = {"Authorization": f"Bearer {token}"}
    client = httpx.AsyncClient(transport=httpx.ASGITransport(told), base_url="http://localhost")
    asking = asyncio.create_task(client.request(operation.method, path, json=body, headers=headers))
    async with asyncio.timeout(60):
        await gateway.fakes.held.wait()
        await first_line.wait()
    return asking


async def last_line(asking: asyncio.Task[Any]) -> Any:
    """What a stream ends with, in time."""
    async with asyncio.timeout(SECONDS):
        answer = await asking
    assert answer.status_code == 200
    return json.loads(answer.text.splitlines()[-1])


@pytest.mark.parametrize("operation", STREAMS, ids=lambda operation: operation.name)
async def test_a_session_that_is_ended_ends_its_streams(gateway: Gateway, operation: Operation) -> None:
    asking = await begun(gateway, operation, token_for(gateway, operation))
    gateway.fakes.end_all_sessions()
    line = await last_line(asking)
    assert line["error"] == "SESSION_ENDED"
    assert "sign in again" in line["detail"]


@pytest.mark.parametrize("operation", [o for o in STREAMS if o.name not in OPERATOR_S], ids=lambda operation: operation.name)
async def test_a_role_that_is_taken_away_ends_the_streams_that_began_with_it(gateway: Gateway, operation: Operation) -> None:
    asking = await begun(gateway, operation, token_for(gateway, operation))
    gateway.fakes.roles[admin_s_id()] = (VIEWER,)
    line = await last_line(asking)
    assert line["error"] == "ROLE_TAKEN_AWAY"
    assert "admin" in line["detail"]
    await gateway.dependencies.security.tell(all_of_it=True)
    noted: list[NotedSecurityEvent] = [
        one for asked in gateway.fakes.asked if asked.method == "NoteSecurityEvents" for one in asked.request.events
    ]
    assert [(n.event.kind, n.event.what) for n in noted if n.event.kind == SECURITY_EVENT_KIND_DENIED] == [
        (SECURITY_EVENT_KIND_DENIED, operation.name)
    ]


async def test_an_import_says_nothing_more_once_the_role_is_gone(gateway: Gateway) -> None:
    """Not even to the service that is asked next, between two lines."""

    def taken_meanwhile(request: Any) -> Any:
        gateway.fakes.roles[admin_s_id()] = (VIEWER,)
        raise Refused("TAKEN", "somebody else was quicker", kind=Kind.TAKEN)

    gateway.fakes.answers["DefineCycle"] = taken_meanwhile
    headers = {"Authorization": f"Bearer {gateway.token(ADMIN)}"}
    answer = await gateway.nobody.post("/v1/imports", json={"tables": TABLES}, headers=headers)
    assert json.loads(answer.text.splitlines()[-1])["error"] == "ROLE_TAKEN_AWAY"
    methods = [asked.method for asked in gateway.fakes.asked if asked.method != "GetStanding"]
    assert methods[-1] == "DefineCycle"


async def test_what_is_given_while_a_stream_is_under_way_does_not_end_it(gateway: Gateway) -> None:
    asking = await begun(gateway, next(o for o in STREAMS if o.name == "export_log"), gateway.token(ADMIN))
    gateway.fakes.roles[admin_s_id()] = (ADMIN, VIEWER)
    await asyncio.sleep(SECONDS)  # that it would have ended in
    assert not asking.done()
    asking.cancel()


async def test_whoever_waits_with_others_is_not_refused_for_one_of_them(gateway: Gateway) -> None:
    """All who wait to catch up are answered one question: it is put in nobody's name but the gateway's."""
    gateway.fakes.holding.add("CatchUp")
    first, other = (
        asyncio.create_task(gateway.nobody.post("/v1/catch-up", headers={"Authorization": f"Bearer {token}"}))
        for token in (gateway.token(ADMIN), gateway.token(VIEWER))
    )
    async with asyncio.timeout(60):
        await gateway.fakes.held.wait()
    gateway.fakes.roles[admin_s_id()] = (VIEWER,)
    gateway.fakes.let_go()
    assert ((await first).status_code, (await other).status_code) == (403, 200)
    assert gateway.fakes.roles_that_asked("CatchUp") == {"gateway"}
