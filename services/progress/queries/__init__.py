"""What the service answers: each query, and the point of both time axes that it is asked about."""

from progress.queries.beside import Beside, Edits
from progress.queries.closings import get_closing
from progress.queries.comment_list import CommentShown
from progress.queries.definitions import (
    AlignmentInTime,
    KeyResultInTime,
    ObjectiveInTime,
    list_counted_check_ins,
    list_definitions,
)
from progress.queries.differences import ChangedValue, FieldChange
from progress.queries.digest import get_digest, load_tenant
from progress.queries.effort import EffortSum, TeamEffortSeen, get_team_effort
from progress.queries.elsewhere import with_numbers
from progress.queries.goalposts import Goalpost, get_goalposts
from progress.queries.history import get_history, token_after
from progress.queries.key_result import get_key_result
from progress.queries.kpis import KpiSeen, get_kpi, load_kpis
from progress.queries.listing import (
    Listed,
    list_check_ins,
    list_comments,
    list_effort,
    list_key_results,
    list_kpi_values,
    list_kpis,
    list_objectives,
    list_work,
)
from progress.queries.names import NamedThings, ObjectiveName, name_objectives, name_things
from progress.queries.objective import ObjectiveSeen, get_objective
from progress.queries.paging import page_token, read_page_token
from progress.queries.participation import ParticipationSeen, get_participation
from progress.queries.reading import WHOLE_ROWS, AsOf, Called, Connections, TreeWithNumbers, as_it_stands, load_below
from progress.queries.reported import Reported, list_reported
from progress.queries.series import POINTS, DaySeen, SeriesSeen, get_series
from progress.queries.sights import show_changes
from progress.queries.summaries import Change
from progress.queries.tree import CycleTree, depth_first, get_tree, get_tree_changes
from progress.queries.views import Counted, CycleSeen, Groups, GroupSeen, compare_cycles, get_groups
from progress.queries.visibility import SEE_ALL
from progress.queries.work import INITIATIVES, MILESTONES, TASKS, Dated, WorkAsked, WorkKind, get_work, load_work, name_tasks

__all__ = [
    "INITIATIVES",
    "MILESTONES",
    "POINTS",
    "SEE_ALL",
    "TASKS",
    "WHOLE_ROWS",
    "AlignmentInTime",
    "AsOf",
    "Beside",
    "Called",
    "Change",
    "ChangedValue",
    "CommentShown",
    "Connections",
    "Counted",
    "CycleSeen",
    "CycleTree",
    "Dated",
    "DaySeen",
    "Edits",
    "EffortSum",
    "FieldChange",
    "Goalpost",
    "GroupSeen",
    "Groups",
    "KeyResultInTime",
    "KpiSeen",
    "Listed",
    "NamedThings",
    "ObjectiveInTime",
    "ObjectiveName",
    "ObjectiveSeen",
    "ParticipationSeen",
    "Reported",
    "SeriesSeen",
    "TeamEffortSeen",
    "TreeWithNumbers",
    "WorkAsked",
    "WorkKind",
    "as_it_stands",
    "compare_cycles",
    "depth_first",
    "get_closing",
    "get_digest",
    "get_goalposts",
    "get_groups",
    "get_history",
    "get_key_result",
    "get_kpi",
    "get_objective",
    "get_participation",
    "get_series",
    "get_team_effort",
    "get_tree",
    "get_tree_changes",
    "get_work",
    "list_check_ins",
    "list_comments",
    "list_counted_check_ins",
    "list_definitions",
    "list_effort",
    "list_key_results",
    "list_kpi_values",
    "list_kpis",
    "list_objectives",
    "list_reported",
    "list_work",
    "load_below",
    "load_kpis",
    "load_tenant",
    "load_work",
    "name_objectives",
    "name_tasks",
    "name_things",
    "page_token",
    "read_page_token",
    "show_changes",
    "token_after",
    "with_numbers",
]
