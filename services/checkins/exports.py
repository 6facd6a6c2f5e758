"""What tables that are exported need of the log of check-ins.

Progress has blockers of those check-ins alone that it took in since it keeps them; a rebuild brings the others.
"""

from __future__ import annotations

from cairn.checkins.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.runtime import time_sliced
from checkins.domain.key_results import KeyResult
from checkins.service import CheckInsService
from shared.roles import ADMIN


async def list_blockers(service: CheckInsService, call: Call, request: api.ListBlockersRequest) -> api.ListBlockersResponse:
    """What check-ins say stands in the way. A check-in that there is none of is passed over. Raises Refused (ROLE_REQUIRED)."""
    call.identity.require(ADMIN)
    wanted = dict.fromkeys(one.key_result_id for one in request.check_ins)
    found = await service.key_results.reportable_each(call, [(key_result_id, b"") for key_result_id in wanted])
    said = await service.said.read(one.key_result_id for one in found if isinstance(one, KeyResult))
    response = api.ListBlockersResponse()
    async for one in time_sliced(request.check_ins):
        check_in = said[one.key_result_id].check_ins.get(one.check_in_id) if one.key_result_id in said else None
        if check_in is not None and check_in.blockers:
            response.check_ins.add(check_in_id=one.check_in_id, blockers=check_in.blockers)
    return response
