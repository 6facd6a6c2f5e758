"""What checkins serves: a line for each command."""

from __future__ import annotations

import asyncio

from cairn.checkins.v1 import service_pb2 as api
from chassis.calls import Call, Violations
from chassis.errors import Refused
from chassis.rpc import UseCases, command, first_event, query, rows_handler, to_bytes, write_appended
from checkins import commands
from checkins.service import CheckInsService


class CheckInsServicer(UseCases[CheckInsService]):
    """cairn.checkins.v1.CheckInsService."""

    RecordCheckIn = command(commands.record_check_in, api.RecordCheckInResponse, check_in_id=first_event)
    RecordCheckIns = query(commands.record_check_ins, rows="check_ins")
    CorrectCheckIn = command(commands.correct_check_in, api.CorrectCheckInResponse, correction_id=first_event)
    RetractCheckIn = command(commands.retract_check_in, api.RetractCheckInResponse)
    GradeKeyResult = command(commands.grade_key_result, api.GradeKeyResultResponse)

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
        if wrong is not None or not self.app.key_results.is_at_hand(request.check_in.key_result_id):
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
            appended = await commands.record_check_in(self.app, call, request)
            answer.response.check_in_id = first_event(appended)
            write_appended(answer.response.appended, appended)
        except Refused as refused:
            answer.refusal = to_bytes(refused)
