"""An example of each state, as a company might have it.

`PYTHONPATH=deploy python -m tests.contract.stream.example_states` writes `contracts/states` anew.
"""

from __future__ import annotations

import json
from typing import Final

from audit.readable import readable
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1.events_pb2 import STATUS_ON_TRACK
from cairn.progress.v1.state_pb2 import Computation, KeyResultState, LogPositions, ObjectiveState
from stream_contract.topics import STATES
from tests.support.events import an_id

FEBRUARY_5, QUARTER = 20_489, (20_454, 20_543)

_COMPUTED: Final = Computation(
    on_day=FEBRUARY_5,
    formula_version=2,
    positions=[
        LogPositions(log="checkins", of_partitions=[40, 0, 57, 12, 0, 33]),
        LogPositions(log="directory", of_partitions=[0, 3, 0, 0, 9, 0]),
        LogPositions(log="goals", of_partitions=[10, 21, 7, 0, 18, 4]),
    ],
)
_COMPUTED.computed_at.FromJsonString("2026-02-05T09:30:00.250Z")

OBJECTIVE: Final = ObjectiveState(
    objective_id=an_id("J1"),
    reference="J1",
    title="More people read the newsletter",
    cycle_id=an_id("2026-Q1"),
    level=goals.LEVEL_TEAM,
    team="Marketing",
    owner_id=an_id("ada"),
    state=goals.OBJECTIVE_STATE_ACTIVE,
    kind=goals.OBJECTIVE_KIND_COMMITTED,
    visibility=goals.VISIBILITY_COMPANY,
    parent_objective_id=an_id("C1"),
    parent_key_result_id=an_id("C1/2"),
    start_day=QUARTER[0],
    due_day=QUARTER[1],
    progress=0.55,
    progress_raw=0.55,
    status=STATUS_ON_TRACK,
    coverage=1.0,
    child_weight=1.0,
    computed=_COMPUTED,
)
KEY_RESULT: Final = KeyResultState(
    key_result_id=an_id("J1/3"),
    reference="J1/3",
    title="Readers of the newsletter",
    objective_id=an_id("J1"),
    cycle_id=an_id("2026-Q1"),
    owner_ids=[an_id("ada")],
    weight=1,
    due_day=QUARTER[1],
    metric=goals.Metric(start=1000, target=5000, unit="readers"),
    value=3200,
    progress=0.55,
    progress_raw=0.55,
    status=STATUS_ON_TRACK,
    confidence=7,
    as_of=FEBRUARY_5,
    check_in_id=an_id("check-in"),
    computed=_COMPUTED,
)
EXAMPLES: Final = {state.DESCRIPTOR.full_name: state for state in (OBJECTIVE, KEY_RESULT)}


def text_of(state: ObjectiveState | KeyResultState) -> str:
    """What is kept of an example, as of a golden event."""
    kept = {"what": "an example", "payload": state.SerializeToString(deterministic=True).hex(), "event": readable(state)}
    return json.dumps({"event_type": state.DESCRIPTOR.full_name, "events": [kept]}, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, example in EXAMPLES.items():
        (STATES / f"{name}.json").write_text(text_of(example))
