"""What checkins serves: a line for each command."""

from __future__ import annotations

from collections.abc import AsyncIterator

from cairn.checkins.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.rpc import UseCases, command, query, rows_stream_handler
from checkins import commands, conversing, exports, imports
from checkins.forwarded import answer_each
from checkins.service import CheckInsService


class CheckInsServicer(UseCases[CheckInsService]):
    """cairn.checkins.v1.CheckInsService."""

    RecordCheckIn = query(commands.record_check_in)
    RecordCheckIns = query(commands.record_check_ins, rows="check_ins")
    CorrectCheckIn = query(commands.correct_check_in)
    RetractCheckIn = command(commands.retract_check_in, api.RetractCheckInResponse)
    GradeKeyResult = command(commands.grade_key_result, api.GradeKeyResultResponse)
    GradeKeyResults = query(commands.grade_key_results)
    ImportCheckIns = query(imports.import_check_ins, rows="rows")
    ImportGrades = query(imports.import_grades, rows="rows")
    WriteComment = query(conversing.write_comment)
    EditComment = command(conversing.edit_comment, api.EditCommentResponse)
    TakeCommentBack = command(conversing.take_comment_back, api.TakeCommentBackResponse)
    React = command(conversing.react, api.ReactResponse)
    AnswerFeedback = query(conversing.answer_feedback)
    FindTalkedAbout = query(conversing.find_talked_about)
    ListLeftOut = query(imports.list_left_out)
    ListBlockers = query(exports.list_blockers)

    @rows_stream_handler("check_ins")
    def RecordForwarded(self, request: api.RecordForwardedRequest, call: Call) -> AsyncIterator[api.RecordForwardedResponse]:
        return answer_each(request, call, self.app.key_results.is_at_hand, self._record_forwarded)

    async def _record_forwarded(self, forwarded: api.ForwardedCheckIn) -> api.RecordCheckInResponse:
        """Raises Refused (UNAUTHENTICATED, INVALID), and what `record_check_in` does."""
        call = self.call(
            "RecordCheckIn",
            forwarded.request,
            token=forwarded.identity,
            correlation=forwarded.correlation_id,
            key=forwarded.idempotency_key,
        )
        return await commands.record_check_in(self.app, call, forwarded.request)
