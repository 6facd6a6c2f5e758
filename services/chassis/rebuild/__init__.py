"""A projection made anew from the logs, beside the live one, and swapped in one transaction. Queries never stop.

A service says which of its tables are made from logs alone, from which logs, and what their events make of them:

    PROJECTION = of_effect("audit", LOGS, None, TABLES, INDEXES, store_actions)

and serves it: `python -m audit.rebuild` is the rebuild as a process of its own (`command`), RebuildProcess starts it beside the service
that answers queries, SelfRebuild where an upgrade makes it necessary or a log lost what was taken of it.

What is named here is public, and loaded when it is asked for: a rebuild's processes have no use for what watches over them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chassis.lazy import loaded_when_asked_for

if TYPE_CHECKING:
    from chassis.rebuild.course import rebuild
    from chassis.rebuild.effects import of_effect
    from chassis.rebuild.entry import command
    from chassis.rebuild.process import RebuildProcess
    from chassis.rebuild.projection import Beside, Builder, FirstDeadLetters, Projection, Step, conninfo, stands_behind, tables_of
    from chassis.rebuild.self_rebuild import Reasons, SelfRebuild, passed_over_unknown

__all__ = [
    "Beside",
    "Builder",
    "FirstDeadLetters",
    "Projection",
    "Reasons",
    "RebuildProcess",
    "SelfRebuild",
    "Step",
    "command",
    "conninfo",
    "of_effect",
    "passed_over_unknown",
    "rebuild",
    "stands_behind",
    "tables_of",
]

_HOMES: Final = {
    "Beside": "projection",
    "Builder": "projection",
    "FirstDeadLetters": "projection",
    "Projection": "projection",
    "Reasons": "self_rebuild",
    "RebuildProcess": "process",
    "SelfRebuild": "self_rebuild",
    "Step": "projection",
    "command": "entry",
    "conninfo": "projection",
    "of_effect": "effects",
    "passed_over_unknown": "self_rebuild",
    "rebuild": "course",
    "stands_behind": "projection",
    "tables_of": "projection",
}

__getattr__: Final = loaded_when_asked_for(__name__, _HOMES)
