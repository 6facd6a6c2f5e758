"""Tasks, initiatives and milestones as they stand at one point of both time axes."""

from __future__ import annotations

from typing import Any, NamedTuple

from chassis.ids import Id


class Work(NamedTuple):
    """One of them: what its version says that holds (`TaskDefinition` and the like), and where that is from."""

    definition: Any
    event_id: Id  # of the version that holds
    version: int  # of the aggregate, as far as it is known there
