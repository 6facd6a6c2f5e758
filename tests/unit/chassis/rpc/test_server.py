"""What is wrong with a request, as its rules say it."""

from __future__ import annotations

import protovalidate
import pytest

from cairn.checkins.v1.service_pb2 import CheckIn, RecordCheckInRequest
from chassis.ids import new_id
from chassis.rpc import InvalidRequest
from chassis.rpc.server import require_well_formed


def test_what_is_wrong_in_a_list_is_told_with_its_place() -> None:
    report = CheckIn(key_result_id=new_id(), value=1, confidence=11, blockers=["a strike", "x" * 501])
    with pytest.raises(InvalidRequest) as refused:
        require_well_formed(protovalidate.Validator(), RecordCheckInRequest(check_in=report))
    assert {field for field, _ in refused.value.violations} == {"check_in.confidence", "check_in.blockers[1]"}
