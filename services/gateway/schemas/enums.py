"""The words that JSON uses for the values of enums, and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, get_args

from pydantic import Field
from typing_extensions import TypeAliasType

from cairn.checkins.v1 import events_pb2 as checkins_events
from cairn.checkins.v1 import service_pb2 as checkins_pb2
from cairn.directory.v1 import events_pb2 as directory_events
from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import events_pb2 as goals_events
from cairn.notifications.v1 import service_pb2 as notifications_pb2
from cairn.progress.v1 import events_pb2 as progress_events
from cairn.progress.v1 import service_pb2 as progress_pb2

RoleWord = TypeAliasType("RoleWord", Annotated[Literal["admin", "champion", "member", "viewer", "auditor", "service"], Field(title="Role")])
PersonStateWord = TypeAliasType("PersonStateWord", Annotated[Literal["active", "left"], Field(title="PersonState")])
CycleKindWord = TypeAliasType("CycleKindWord", Annotated[Literal["strategic", "tactical", "custom"], Field(title="CycleKind")])
CycleStateWord = TypeAliasType("CycleStateWord", Annotated[Literal["planning", "active", "review", "closed"], Field(title="CycleState")])
LevelWord = TypeAliasType("LevelWord", Annotated[Literal["company", "team", "individual"], Field(title="Level")])
ObjectiveKindWord = TypeAliasType("ObjectiveKindWord", Annotated[Literal["committed", "aspirational"], Field(title="ObjectiveKind")])
ObjectiveStateWord = TypeAliasType(
    "ObjectiveStateWord", Annotated[Literal["draft", "active", "closed", "cancelled"], Field(title="ObjectiveState")]
)
ApprovalWord = TypeAliasType("ApprovalWord", Annotated[Literal["submitted", "approved", "sent_back"], Field(title="Approval")])
BandWord = TypeAliasType("BandWord", Annotated[Literal["red", "yellow", "green"], Field(title="Band")])
VisibilityWord = TypeAliasType("VisibilityWord", Annotated[Literal["company", "team", "private"], Field(title="Visibility")])
RollUpWord = TypeAliasType("RollUpWord", Annotated[Literal["key_results", "children", "both"], Field(title="RollUp")])
MeasureWord = TypeAliasType(
    "MeasureWord", Annotated[Literal["metric", "binary", "milestones", "graded", "maintain", "baseline", "sum"], Field(title="Measure")]
)
MaintainModeWord = TypeAliasType("MaintainModeWord", Annotated[Literal["latest", "share"], Field(title="MaintainMode")])
StatusWord = TypeAliasType(
    "StatusWord", Annotated[Literal["not_started", "on_track", "behind", "at_risk", "achieved"], Field(title="ProgressStatus")]
)
SaidStatusWord = TypeAliasType("SaidStatusWord", Annotated[Literal["on_track", "behind", "at_risk", "achieved"], Field(title="SaidStatus")])
CommentKindWord = TypeAliasType(
    "CommentKindWord",
    Annotated[Literal["comment", "kudos", "acknowledgement", "feedback_request", "feedback"], Field(title="CommentKind")],
)
ReactionWord = TypeAliasType(
    "ReactionWord",
    Annotated[
        Literal["thumbs_up", "thumbs_down", "heart", "celebrate", "thanks", "laugh", "surprised", "sad", "thinking", "eyes"],
        Field(title="Reaction"),
    ],
)
FeedbackWord = TypeAliasType("FeedbackWord", Annotated[Literal["open", "given", "declined"], Field(title="FeedbackState")])
SeverityWord = TypeAliasType("SeverityWord", Annotated[Literal["warning", "hint"], Field(title="Severity")])
SourceWord = TypeAliasType("SourceWord", Annotated[Literal["person", "import", "integration"], Field(title="Source")])
BatchModeWord = TypeAliasType("BatchModeWord", Annotated[Literal["all_or_nothing", "row_by_row"], Field(title="BatchMode")])
NotificationKindWord = TypeAliasType(
    "NotificationKindWord",
    Annotated[
        Literal[
            "status_turned",
            "mentioned",
            "replied",
            "assigned",
            "feedback_asked",
            "feedback_given",
            "feedback_declined",
            "kudos",
            "task_given",
            "task_reassigned",
            "task_done",
            "approval_asked",
            "approved",
            "sent_back",
            "moved_to_cycle",
            "key_result_moved",
        ],
        Field(title="NotificationKind"),
    ],
)

PriorityWord = TypeAliasType("PriorityWord", Annotated[Literal["high", "normal", "low"], Field(title="Priority")])
TaskStateWord = TypeAliasType("TaskStateWord", Annotated[Literal["open", "done", "cancelled"], Field(title="TaskState")])
InitiativeStateWord = TypeAliasType(
    "InitiativeStateWord", Annotated[Literal["planned", "running", "done", "dropped"], Field(title="InitiativeState")]
)
MilestonePhaseWord = TypeAliasType(
    "MilestonePhaseWord", Annotated[Literal["planned", "reached", "postponed"], Field(title="MilestonePhase")]
)

W = TypeVar("W", bound=str)


class EnumWords(Generic[W]):
    """The words of one enum: its values' names without their prefix, in small letters.

    `words` is the alias of the Literal that models declare, which stands in the document by its title.
    `unset` is the word for the value 0, where a service may leave the field unset.
    """

    def __init__(self, enum: Any, words: Any, prefix: str, *, unset: W | None = None) -> None:
        """Raises ValueError when the enum has a value without a word, or the other way round."""
        self.enum: Final = enum
        names: dict[int, Any] = {number: name.removeprefix(prefix).lower() for name, number in enum.items() if number}
        literal, _ = get_args(words.__value__)
        declared = set(get_args(literal))
        if set(names.values()) != declared:
            differing = ", ".join(sorted(set(names.values()) ^ declared))
            raise ValueError(f"{enum.DESCRIPTOR.full_name} and the words of the API differ in: {differing}")
        self._numbers: Final[dict[str, int]] = {word: number for number, word in names.items()}
        self._words: Final[dict[int, W]] = names if unset is None else {0: unset, **names}

    def word(self, number: int) -> W:
        """The word for a value. Raises KeyError for one that is unset where none may be, or is unknown."""
        return self._words[number]

    @property
    def all(self) -> tuple[W, ...]:
        """Every word but the one of what is unset."""
        return tuple(word for number, word in self._words.items() if number)

    def words(self, numbers: Iterable[int]) -> list[W]:
        """The word for each value."""
        return [self._words[number] for number in numbers]

    def all_words(self) -> list[W]:
        """Every word."""
        return list(self._words.values())

    def number_of_text(self, text: str) -> Any:
        """The value for a text that may be a word; None where it is none."""
        return self._numbers.get(text)

    def number(self, word: W | None) -> Any:
        """The value for a word; unset (0) for None."""
        return 0 if word is None else self._numbers[word]

    def optional_number(self, word: W | None) -> Any:
        """The value for a word; None for None."""
        return None if word is None else self._numbers[word]


ROLES: Final[EnumWords[RoleWord]] = EnumWords(directory_events.Role, RoleWord, "ROLE_")
PERSON_STATES: Final[EnumWords[PersonStateWord]] = EnumWords(directory_pb2.PersonState, PersonStateWord, "PERSON_STATE_", unset="active")
CYCLE_KINDS: Final[EnumWords[CycleKindWord]] = EnumWords(goals_events.CycleKind, CycleKindWord, "CYCLE_KIND_")
CYCLE_STATES: Final[EnumWords[CycleStateWord]] = EnumWords(goals_events.CycleState, CycleStateWord, "CYCLE_STATE_")
LEVELS: Final[EnumWords[LevelWord]] = EnumWords(goals_events.Level, LevelWord, "LEVEL_", unset="company")
OBJECTIVE_KINDS: Final[EnumWords[ObjectiveKindWord]] = EnumWords(
    goals_events.ObjectiveKind, ObjectiveKindWord, "OBJECTIVE_KIND_", unset="committed"
)
OBJECTIVE_STATES: Final[EnumWords[ObjectiveStateWord]] = EnumWords(
    goals_events.ObjectiveState, ObjectiveStateWord, "OBJECTIVE_STATE_", unset="draft"
)
APPROVALS: Final[EnumWords[ApprovalWord]] = EnumWords(goals_events.Approval, ApprovalWord, "APPROVAL_")
BANDS: Final[EnumWords[BandWord]] = EnumWords(progress_pb2.Band, BandWord, "BAND_")
VISIBILITIES: Final[EnumWords[VisibilityWord]] = EnumWords(goals_events.Visibility, VisibilityWord, "VISIBILITY_", unset="company")
ROLL_UPS: Final[EnumWords[RollUpWord]] = EnumWords(goals_events.RollUp, RollUpWord, "ROLL_UP_", unset="key_results")
MEASURES: Final[EnumWords[MeasureWord]] = EnumWords(progress_pb2.Measure, MeasureWord, "MEASURE_")
PRIORITIES: Final[EnumWords[PriorityWord]] = EnumWords(goals_events.Priority, PriorityWord, "PRIORITY_")
TASK_STATES: Final[EnumWords[TaskStateWord]] = EnumWords(goals_events.TaskState, TaskStateWord, "TASK_STATE_")
INITIATIVE_STATES: Final[EnumWords[InitiativeStateWord]] = EnumWords(goals_events.InitiativeState, InitiativeStateWord, "INITIATIVE_STATE_")
MILESTONE_PHASES: Final[EnumWords[MilestonePhaseWord]] = EnumWords(goals_events.MilestonePhase, MilestonePhaseWord, "MILESTONE_PHASE_")
MAINTAIN_MODES: Final[EnumWords[MaintainModeWord]] = EnumWords(goals_events.MaintainMode, MaintainModeWord, "MAINTAIN_MODE_")
STATUSES: Final[EnumWords[StatusWord]] = EnumWords(progress_events.Status, StatusWord, "STATUS_", unset="not_started")
SAID_STATUSES: Final[EnumWords[SaidStatusWord]] = EnumWords(checkins_events.SaidStatus, SaidStatusWord, "SAID_STATUS_")
COMMENT_KINDS: Final[EnumWords[CommentKindWord]] = EnumWords(progress_pb2.CommentKind, CommentKindWord, "COMMENT_KIND_")
REACTIONS: Final[EnumWords[ReactionWord]] = EnumWords(checkins_events.Reaction, ReactionWord, "REACTION_")
FEEDBACK_STATES: Final[EnumWords[FeedbackWord]] = EnumWords(progress_pb2.FeedbackState, FeedbackWord, "FEEDBACK_STATE_")
SOURCES: Final[EnumWords[SourceWord]] = EnumWords(checkins_events.Source, SourceWord, "SOURCE_")
BATCH_MODES: Final[EnumWords[BatchModeWord]] = EnumWords(checkins_pb2.BatchMode, BatchModeWord, "BATCH_MODE_")
NOTIFICATION_KINDS: Final[EnumWords[NotificationKindWord]] = EnumWords(
    notifications_pb2.NotificationKind, NotificationKindWord, "NOTIFICATION_KIND_"
)
