"""What each type of event is told as to whoever listens to changes, or that it is not told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from google.protobuf.message import Message

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.directory.v1 import events_pb2 as directory
from cairn.goals.v1 import events_pb2 as goals
from cairn.notifications.v1 import events_pb2 as notifications
from cairn.progress.v1 import events_pb2 as progress


class Kind(StrEnum):
    """What has changed."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key_result"
    TASK = "task"
    INITIATIVE = "initiative"
    CYCLE = "cycle"
    KPI = "kpi"
    MILESTONE = "milestone"
    TEMPLATE = "template"
    PERSON = "person"
    TEAM = "team"
    PILLAR = "pillar"
    VISION = "vision"
    SETTINGS = "settings"
    INBOX = "inbox"


class What(StrEnum):
    """What of it."""

    DEFINITION = "definition"
    """What it says, its state, its place, who it is of."""
    CHECK_INS = "check_ins"
    """What was reported of it, and its grade; its numbers with that."""
    COMMENTS = "comments"
    STATUS = "status"
    """It turned."""
    NUMBERS = "numbers"
    """Something that it is made of has changed."""
    VALUES = "values"
    """Of a KPI: what was measured."""


class ToldAs(NamedTuple):
    """How a type of event is told: the kind of thing, the field with its id (empty: there is one of it), and what of it."""

    kind: Kind
    field: str
    what: What


EventType = type[Message]


def _all(kind: Kind, what: What, field: str, *types: EventType) -> dict[EventType, ToldAs]:
    return dict.fromkeys(types, ToldAs(kind, field, what))


TOLD_AS: Final[Mapping[EventType, ToldAs]] = MappingProxyType(
    _all(
        Kind.OBJECTIVE,
        What.DEFINITION,
        "objective_id",
        goals.ObjectiveDefined,
        goals.ObjectiveRevised,
        goals.ObjectiveSubmitted,
        goals.ObjectiveApproved,
        goals.ObjectiveSentBack,
        goals.ObjectiveApprovalLapsed,
        goals.ObjectiveActivated,
        goals.ObjectiveClosed,
        goals.ObjectiveReopened,
        goals.ObjectiveLookedBackOn,
        goals.ObjectiveCancelled,
        goals.ObjectiveAligned,
        goals.ObjectiveMovedToCycle,
    )
    | _all(Kind.OBJECTIVE, What.STATUS, "objective_id", progress.ObjectiveStatusTurned)
    | _all(
        Kind.KEY_RESULT,
        What.DEFINITION,
        "key_result_id",
        goals.KeyResultDefined,
        goals.KeyResultRevised,
        goals.KeyResultShared,
        goals.KeyResultUnshared,
        goals.KeyResultCancelled,
        goals.KeyResultMovedAway,
        goals.KeyResultMovedIn,
        goals.KeyResultMovedToCycle,
        goals.SumFed,
    )
    | _all(
        Kind.KEY_RESULT,
        What.CHECK_INS,
        "key_result_id",
        checkins.CheckInRecorded,
        checkins.CheckInAbstained,
        checkins.CheckInCorrected,
        checkins.CheckInRetracted,
        checkins.CheckInRestored,
        checkins.KeyResultGraded,
    )
    | _all(
        Kind.OBJECTIVE,
        What.COMMENTS,
        "objective_id",
        checkins.CommentWritten,
        checkins.AppreciationGiven,
        checkins.FeedbackAsked,
        checkins.FeedbackGiven,
        checkins.FeedbackDeclined,
        checkins.CommentEdited,
        checkins.CommentTakenBack,
        checkins.ReactionAdded,
        checkins.ReactionRemoved,
    )
    | _all(
        Kind.TASK,
        What.DEFINITION,
        "task_id",
        goals.TaskGiven,
        goals.TaskRevised,
        goals.TaskReassigned,
        goals.TaskDone,
        goals.TaskReopened,
        goals.TaskCancelled,
    )
    | _all(Kind.INITIATIVE, What.DEFINITION, "initiative_id", goals.InitiativeDefined, goals.InitiativeRevised)
    | _all(
        Kind.CYCLE,
        What.DEFINITION,
        "cycle_id",
        goals.CycleDefined,
        goals.CycleStarted,
        goals.CycleReviewStarted,
        goals.CycleClosed,
        goals.CycleReopened,
        goals.CycleRevised,
    )
    | _all(Kind.KPI, What.DEFINITION, "kpi_id", goals.KpiDefined, goals.KpiRevised, goals.KpiRetired)
    | _all(Kind.KPI, What.VALUES, "kpi_id", goals.KpiMeasured, goals.KpiMeasurementRetracted)
    | _all(
        Kind.MILESTONE,
        What.DEFINITION,
        "milestone_id",
        goals.MilestonePlanned,
        goals.MilestoneRevised,
        goals.MilestoneReached,
        goals.MilestonePostponed,
    )
    | _all(Kind.TEMPLATE, What.DEFINITION, "template_id", goals.TemplateSaved, goals.TemplateRemoved)
    | _all(
        Kind.PERSON,
        What.DEFINITION,
        "person_id",
        directory.PersonAdded,
        directory.PersonProfileChanged,
        directory.PersonRolesChanged,
        directory.MembershipBegan,
        directory.MembershipEnded,
        directory.ManagerChanged,
        directory.PersonLeft,
        directory.PersonReinstated,
    )
    | _all(
        Kind.TEAM,
        What.DEFINITION,
        "team_id",
        directory.TeamFounded,
        directory.TeamRenamed,
        directory.TeamMoved,
        directory.TeamLeadChanged,
        directory.TeamDissolved,
    )
    | _all(
        Kind.PILLAR,
        What.DEFINITION,
        "pillar_id",
        directory.PillarAdded,
        directory.PillarChanged,
        directory.PillarMoved,
        directory.PillarRemoved,
    )
    | _all(Kind.VISION, What.DEFINITION, "", directory.MissionStated, directory.VisionStated)
    | _all(Kind.SETTINGS, What.DEFINITION, "", directory.SettingChanged, progress.FormulaSwitched)
    | _all(Kind.INBOX, What.DEFINITION, "", notifications.NotificationsRead)
)
"""By type of event. An inbox is its owner's alone: told to whoever read in it."""

NOT_TOLD: Final[Mapping[EventType, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            (goals.EffortLogged, goals.EffortCorrected, goals.EffortRetracted),
            "when somebody logs their time is nobody's to follow",
        ),
        directory.TenantRegistered: "nobody can listen before there is the tenant",
        directory.NameReserved: "a name is told with what bears it",
        goals.ReferenceReserved: "a reference is told with what bears it",
        directory.SignedOut: "whose session ended hears it by the end of their stream",
        directory.SessionsRevoked: "whose sessions ended hears it by the end of their streams",
        **dict.fromkeys(
            (directory.ViewSaved, directory.ViewChanged, directory.ViewRemoved),
            "what somebody keeps for themselves is nobody's to follow; those that they share are asked for where they are shown",
        ),
        directory.SecurityEventNoted: "who asked what is for those who look after the tenant, in the audit",
    }
)
"""Types of events that are not told, and why."""


def _by_name(types: Iterable[EventType]) -> dict[str, EventType]:
    return {str(event_type.DESCRIPTOR.full_name): event_type for event_type in types}


EVENT_TYPES: Final[Mapping[str, EventType]] = MappingProxyType(_by_name(TOLD_AS))
"""The types that are told, by their names."""
