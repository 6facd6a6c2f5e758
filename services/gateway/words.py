"""The words that JSON uses for the values of enums, and the way back."""

from __future__ import annotations

from typing import Any, Final, Literal

from cairn.checkins.v1 import events_pb2 as checkins_events
from cairn.checkins.v1 import service_pb2 as checkins_pb2
from cairn.directory.v1 import events_pb2 as directory_events
from cairn.goals.v1 import events_pb2 as goals_events
from cairn.notifications.v1 import service_pb2 as notifications_pb2
from cairn.progress.v1 import events_pb2 as progress_events
from cairn.progress.v1 import service_pb2 as progress_pb2

RoleWord = Literal["admin", "champion", "member", "viewer", "auditor", "service"]
CycleKindWord = Literal["strategic", "tactical", "custom"]
CycleStateWord = Literal["planning", "active", "review", "closed"]
LevelWord = Literal["company", "team", "individual"]
ObjectiveKindWord = Literal["committed", "aspirational"]
ObjectiveStateWord = Literal["draft", "active", "closed", "cancelled"]
VisibilityWord = Literal["company", "team", "private"]
RollUpWord = Literal["key_results", "children", "both"]
MeasureWord = Literal["metric", "binary", "milestones", "graded"]
StatusWord = Literal["not started", "on track", "behind", "at risk", "achieved"]
SaidStatusWord = Literal["on track", "behind", "at risk", "achieved"]
SourceWord = Literal["person", "import", "integration"]
BatchModeWord = Literal["all_or_nothing", "row_by_row"]
NotificationKindWord = Literal["status_turned"]


class Words:
    """The words of one enum: its names without their prefix, in small letters."""

    def __init__(self, enum: Any, prefix: str, space: str = "_") -> None:
        names = {number: name.removeprefix(prefix).lower().replace("_", space) for name, number in enum.items() if number}
        self._words: Final[dict[int, str]] = names
        self._numbers: Final[dict[str, int]] = {word: number for number, word in names.items()}

    def word(self, number: int) -> Any:
        """The word for a value; None for one that is unset."""
        return self._words.get(number)

    def number(self, word: str | None) -> Any:
        """The value for a word; unset (0) for None."""
        return 0 if word is None else self._numbers[word]


ROLES: Final = Words(directory_events.Role, "ROLE_")
CYCLE_KINDS: Final = Words(goals_events.CycleKind, "CYCLE_KIND_")
CYCLE_STATES: Final = Words(goals_events.CycleState, "CYCLE_STATE_")
LEVELS: Final = Words(goals_events.Level, "LEVEL_")
OBJECTIVE_KINDS: Final = Words(goals_events.ObjectiveKind, "OBJECTIVE_KIND_")
OBJECTIVE_STATES: Final = Words(goals_events.ObjectiveState, "OBJECTIVE_STATE_")
VISIBILITIES: Final = Words(goals_events.Visibility, "VISIBILITY_")
ROLL_UPS: Final = Words(goals_events.RollUp, "ROLL_UP_")
MEASURES: Final = Words(progress_pb2.Measure, "MEASURE_")
STATUSES: Final = Words(progress_events.Status, "STATUS_", " ")
SAID_STATUSES: Final = Words(checkins_events.SaidStatus, "SAID_STATUS_", " ")
SOURCES: Final = Words(checkins_events.Source, "SOURCE_")
BATCH_MODES: Final = Words(checkins_pb2.BatchMode, "BATCH_MODE_")
NOTIFICATION_KINDS: Final = Words(notifications_pb2.NotificationKind, "NOTIFICATION_KIND_")
