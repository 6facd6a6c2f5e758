"""How values are written in JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from gateway.schemas.values import instant_text


@pytest.mark.parametrize(
    "instant",
    ["1970-01-01T00:00:00", "2026-11-22T06:14:45.000001", "1969-12-31T23:59:59.999999", "9999-12-31T23:59:59", "0001-01-01T00:00:00"],
)
def test_an_instant_is_written_in_utc_to_the_microsecond(instant: str) -> None:
    written = Timestamp()
    written.FromDatetime(datetime.fromisoformat(instant).replace(tzinfo=UTC))
    assert instant_text(written) == f"{instant}Z"
