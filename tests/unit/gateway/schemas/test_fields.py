"""The types of fields take what their schemas say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gateway.routes.operations import Replay
from gateway.schemas.check_ins import MilestonesCheckIn, ValueCheckIn


def test_a_whole_number_is_taken_however_json_writes_it() -> None:
    assert ValueCheckIn.model_validate_json('{"value": 1, "confidence": 5.0}').confidence == 5
    assert MilestonesCheckIn.model_validate_json('{"milestones_done": [1e0, 2]}').milestones_done == [1, 2]
    assert Replay.model_validate_json('{"service": "progress", "ids": [17.0]}').ids == [17]


@pytest.mark.parametrize("other", ["5.5", "11.0", '"5"', "true", "1e300"])
def test_what_is_no_whole_number_in_its_bounds_is_refused(other: str) -> None:
    with pytest.raises(ValidationError, match="confidence"):
        ValueCheckIn.model_validate_json(f'{{"value": 1, "confidence": {other}}}')
