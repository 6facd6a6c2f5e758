"""What a request asks for."""

from __future__ import annotations

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from cairn.common.v1 import common_pb2
from chassis.errors import Refused
from progress.queries import AsOf
from progress.rpc import as_of_asked


def test_a_request_that_names_no_point_asks_for_what_holds_now() -> None:
    assert as_of_asked(common_pb2.AsOf()) == AsOf(None, None)


def test_a_known_at_outside_of_the_years_1_to_9999_is_refused_in_words_that_speak_of_an_instant() -> None:
    beyond = common_pb2.AsOf(known_at=Timestamp(seconds=2**40))
    with pytest.raises(Refused) as refused:
        as_of_asked(beyond)
    assert (refused.value.field, refused.value.message) == ("as_of.known_at", "not an instant of the years 1 to 9999")
