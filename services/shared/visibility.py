"""Who sees an objective by its visibility alone, besides the people whom it names: one rule, for Python and for SQL.

An objective without a visibility is the company's. Release 3f77cd7 took it so: unset means company in its protos, its policies hid
what is private or a team's, and its projection wrote company where an event told none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id

OF_THE_COMPANY: Final = (goals.VISIBILITY_UNSPECIFIED, goals.VISIBILITY_COMPANY)
"""The visibilities that show an objective to everyone of its tenant."""

SHOWN: Final = (
    f"(o.visibility IN ({', '.join(map(str, OF_THE_COMPANY))}) OR o.visibility = {goals.VISIBILITY_TEAM} AND o.team_id = ANY(%(teams)s))"
)
"""SQL: what `is_shown` says of a row `o` with `visibility` and `team_id`, to whoever sees the teams whose ids are the parameter `teams`."""


def is_shown(visibility: goals.Visibility.ValueType, team_id: Id, teams: Collection[Id]) -> bool:
    """Whether its visibility shows an objective of a team, if it has one, to whoever sees these teams.

    Raises ValueError where that is not decided.
    """
    if visibility in OF_THE_COMPANY:
        return True
    match visibility:
        case goals.VISIBILITY_TEAM:
            return team_id in teams
        case goals.VISIBILITY_PRIVATE:
            return False
        case _:
            raise ValueError(f"who sees what has visibility {visibility} is not decided")
