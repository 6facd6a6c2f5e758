"""What the queries find, as messages."""

from progress.messages.conversation import check_in_message, comment_message, things_message
from progress.messages.history import change_message, goalposts_message
from progress.messages.objective import key_result_messages, objective_message
from progress.messages.series import series_message
from progress.messages.tree import tree_message
from progress.messages.views import (
    cycle_figures_message,
    participation_message,
    pillar_progress_message,
    reported_message,
    team_progress_message,
)
from progress.messages.work import (
    effort_message,
    initiative_message,
    kpi_message,
    kpi_value_message,
    milestone_message,
    task_message,
    team_effort_message,
)

__all__ = [
    "change_message",
    "check_in_message",
    "comment_message",
    "cycle_figures_message",
    "effort_message",
    "goalposts_message",
    "initiative_message",
    "key_result_messages",
    "kpi_message",
    "kpi_value_message",
    "milestone_message",
    "objective_message",
    "participation_message",
    "pillar_progress_message",
    "reported_message",
    "series_message",
    "task_message",
    "team_effort_message",
    "team_progress_message",
    "things_message",
    "tree_message",
]
