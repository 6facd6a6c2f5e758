"""Teams that objectives named when teams were names: directory founds them, once goals has said which they are."""

from __future__ import annotations

from typing import Final

import grpc

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.errors import Refused
from chassis.rpc import DEADLINE, asked
from chassis.runtime import Backoff, telemetry
from gateway.auth import Standings
from gateway.backends import Backends

_AT_ONCE: Final = 10_000
"""Names in a call."""

_log = telemetry.logger()


async def found_named_teams(backends: Backends, standings: Standings) -> None:
    """Asks for as long as it takes: at a start, services come as they come. Said again, it founds nothing."""
    backoff = Backoff()
    while True:
        try:
            founded = await _found(backends, standings)
        except (Refused, grpc.aio.AioRpcError) as error:
            _log.warning("named_teams.not_founded", error=str(error))
            await backoff.sleep()
        else:
            if founded:
                _log.info("named_teams.founded", teams=founded)
            return


async def _found(backends: Backends, standings: Standings) -> int:
    own = standings.own_metadata
    said = await asked(backends.goals.ListTeamNames(goals_pb2.ListTeamNamesRequest(), metadata=own(), timeout=DEADLINE))
    founded = 0
    for tenant in said.tenants:
        for start in range(0, len(tenant.names), _AT_ONCE):
            names = tenant.names[start : start + _AT_ONCE]
            message = directory_pb2.FoundNamedTeamsRequest(tenant_id=tenant.tenant_id, names=names)
            answer = await asked(backends.directory.FoundNamedTeams(message, metadata=own(), timeout=DEADLINE))
            founded += answer.founded
    return founded
