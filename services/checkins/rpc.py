"""gRPC in: a request becomes a command, its outcome an answer. A refusal is turned into a status by `handler`."""

from __future__ import annotations

import asyncio

from cairn.checkins.v1 import service_pb2 as api
from cairn.checkins.v1.service_pb2_grpc import CheckInsServiceServicer
from chassis.calls import Call, Violations
from chassis.errors import Refused
from chassis.eventstore.aggregates import Appended
from chassis.rpc import IdentityVerifier, Servicer, appended_message, handler, rows_handler, to_bytes, write_appended
from checkins import commands
from checkins.service import CheckInsService


class CheckInsServicer(Servicer, CheckInsServiceServicer):
    """cairn.checkins.v1.CheckInsService."""

    def __init__(self, service: CheckInsService, verifier: IdentityVerifier) -> None:
        super().__init__("checkins", verifier)
        self._checkins = service

    @handler
    async def RecordCheckIn(self, request: api.RecordCheckInRequest, call: Call) -> api.RecordCheckInResponse:
        response = api.RecordCheckInResponse()
        _write_recorded(response, await commands.record_check_in(self._checkins, call, request))
        return response

    @rows_handler("check_ins")
    async def RecordCheckIns(self, request: api.RecordCheckInsRequest, call: Call) -> api.RecordCheckInsResponse:
        return await commands.record_check_ins(self._checkins, call, request)

    @rows_handler("check_ins")
    async def ForwardCheckIns(self, request: api.ForwardCheckInsRequest, call: Call) -> api.ForwardCheckInsResponse:
        wrong_rows = call.wrong_rows or {}
        response = api.ForwardCheckInsResponse()
        answers = [
            self._answer(forwarded, wrong_rows.get(number), response.answers.add()) for number, forwarded in enumerate(request.check_ins)
        ]
        await asyncio.gather(*answers)
        return response

    async def _answer(self, forwarded: api.ForwardedCheckIn, wrong: Violations | None, answer: api.ForwardedAnswer) -> None:
        """Answers one of many callers: what `RecordCheckIn` would have answered it."""
        request = forwarded.request
        if wrong is not None or self._checkins.catalogue.known(request.check_in.key_result_id) is None:
            answer.alone = True
            return
        try:
            call = self.call(
                "RecordCheckIn",
                request,
                token=forwarded.identity,
                correlation=forwarded.correlation_id,
                key=forwarded.idempotency_key,
            )
            _write_recorded(answer.response, await commands.record_check_in(self._checkins, call, request))
        except Refused as refused:
            answer.refusal = to_bytes(refused)

    @handler
    async def CorrectCheckIn(self, request: api.CorrectCheckInRequest, call: Call) -> api.CorrectCheckInResponse:
        appended = await commands.correct_check_in(self._checkins, call, request)
        return api.CorrectCheckInResponse(correction_id=appended.event_ids[0], appended=appended_message(appended))

    @handler
    async def RetractCheckIn(self, request: api.RetractCheckInRequest, call: Call) -> api.RetractCheckInResponse:
        return api.RetractCheckInResponse(appended=appended_message(await commands.retract_check_in(self._checkins, call, request)))

    @handler
    async def GradeKeyResult(self, request: api.GradeKeyResultRequest, call: Call) -> api.GradeKeyResultResponse:
        return api.GradeKeyResultResponse(appended=appended_message(await commands.grade_key_result(self._checkins, call, request)))


def _write_recorded(response: api.RecordCheckInResponse, appended: Appended) -> None:
    response.check_in_id = appended.event_ids[0]
    write_appended(response.appended, appended)
