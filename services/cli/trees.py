"""Trees of cycles, as people read them and as programs do; `cairn tree` and `cairn replay` show the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.text import Text

from chassis.texts import natural_order
from cli.connection import Json
from cli.output import Output, number, percent, status_text, strong
from cli.wording import reference, told

CycleTree = tuple[Json, Json]
"""A cycle with its days and its state (none: as of another day it may have been another), and its tree as `GET /v1/tree` tells it."""

_ENDED: Final = frozenset({"closed", "cancelled"})


def show_trees(output: Output, trees: Sequence[CycleTree], *, of_one: bool) -> None:
    """Shows the trees of some cycles; as JSON that of one cycle as the API tells it, those of all with each objective's cycle."""
    if not output.as_json:
        for cycle, tree in trees:
            _show(output, cycle, tree["objectives"])
    elif of_one:
        output.json(trees[0][1])
    else:
        objectives = [{**objective, "cycle": tree["cycle"]} for _, tree in trees for objective in tree["objectives"]]
        output.json({"cycles": [tree["cycle"] for _, tree in trees], "objectives": objectives})


def _show(output: Output, cycle: Json, objectives: list[Json]) -> None:
    rows: list[tuple[str | Text, ...]] = []
    for objective in in_natural_order(objectives):
        ref, title, progress, *others = _row(objective, "  " * objective["depth"])
        rows.append((strong(ref), strong(title), strong(progress), *others))
        indent = "  " * (objective["depth"] + 1)
        rows += [_row(key_result, indent) for key_result in sorted(objective["key_results"], key=natural)]
    state = f", {cycle['state']}" if cycle["state"] else ""
    title = f"{cycle['name']}  {cycle['first_day']} to {cycle['last_day']}{state}"
    if rows:
        output.table(("ref", "title", ">progress", "status", ">grade", "owner", "team"), rows, title)
    else:
        output.line(f"{title}: no objectives")


def _row(thing: Json, indent: str = "") -> tuple[Any, ...]:
    owner, team = told("owner", thing.get("owner")), told("team", thing.get("team"))
    return f"{indent}{reference(thing)}", thing["title"], percent(thing["progress"]), how_it_is(thing), grade_of(thing), owner, team


def how_it_is(thing: Json) -> Text:
    """The status of an objective or a key result; that it is not told, where its numbers would tell of something hidden; what ended, so."""
    state = "cancelled" if thing.get("cancelled") else thing.get("state")
    if state == "cancelled":
        return status_text("cancelled")
    said = status_text(thing["status"] or "hidden")
    if thing.get("status_said"):
        said.append(" (said)", "dim")
    if state in (*_ENDED, "draft"):
        said.append(f", {state}", "dim")
    if not thing.get("counts", True):
        said.append(", does not count", "dim")
    if thing.get("abstained") and thing["grade"] is None:
        said.append(", abstained", "dim")
    return said


def grade_of(thing: Json) -> str:
    """A grade; of an objective that is graded in part, of how many of its key results."""
    counting = [one for one in thing.get("key_results", ()) if not one.get("cancelled") and not one.get("abstained")]
    graded = [one for one in counting if one["grade"] is not None]
    part = f" ({len(graded)} of {len(counting)})" if graded and len(graded) < len(counting) else ""
    return number(thing["grade"]) + (part if thing["grade"] is not None else "")


def verdict_of(thing: Json) -> str:
    """A grade, its band, and whether it was met: 0.825 (3 of 4), green, not met."""
    met = {None: "", True: "met", False: "not met"}[thing.get("met")]
    return ", ".join(filter(None, (grade_of(thing), thing.get("band"), met)))


def value_of(key_result: Json) -> str:
    """What a key result has got to; of one that is measured by milestones, how many of them."""
    milestones = key_result.get("milestones")
    if key_result["value"] is not None or not milestones:
        return number(key_result["value"])
    return f"{sum(milestone['done'] for milestone in milestones)} of {len(milestones)} done"


def in_natural_order(objectives: Iterable[Json]) -> list[Json]:
    """Objectives of a tree, parents before children, siblings as people count: O2 before O10."""
    path: list[tuple[Any, ...]] = []
    placed = []
    for objective in objectives:
        path = [*path[: objective["depth"]], natural(objective)]
        placed.append((tuple(path), objective))
    return [objective for _, objective in sorted(placed, key=lambda one: one[0])]


def natural(thing: Json) -> tuple[list[str | int], str]:
    """What a thing is ordered by: its reference, with numbers by what they count."""
    return natural_order(thing["ref"]), thing["id"]
