"""The lists of what there is, and one of each: each list is declared by its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import click
from rich.text import Text

from cli.commands.options import (
    DAY,
    INSTANT,
    Command,
    Word,
    act_as_operator,
    as_of_option,
    changed_since_option,
    command_of,
    gateway_command,
    known_at_option,
    limit_option,
    sort_option,
)
from cli.commands.vision import PILLARS
from cli.connection import Cairn, Json, path_of
from cli.output import Output
from cli.references import reference_of
from cli.trees import how_it_is, value_of
from cli.wording import reference, told


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the API: what it is called, where it is, and what of each entry is shown."""

    name: str
    does: str
    operations: Sequence[str]  # of the API, which it carries out; the first is asked
    path: str
    columns: Sequence[str]  # fields of an entry; ">" before one that holds numbers
    takes: Sequence[Callable[[Command], Command]] = ()
    nothing: str = "nothing found"  # what is said where the list is empty
    example: str = ""  # of what stands in its path
    operator: bool = False

    def command(self) -> click.Command:
        """The list as a command."""

        @limit_option
        @gateway_command
        def listed(cairn: Cairn, output: Output, limit: int, **wanted: Any) -> None:
            if self.operator:
                act_as_operator(cairn, output)
            columns = [column.replace("_", " ") for column in self.columns]
            fields = [column.removeprefix(">") for column in self.columns]
            page = cairn.whole(self._path_for(wanted), _meant(cairn, wanted), limit)
            output.entries(page, columns, lambda entry: [_cell(field, entry) for field in fields], self.nothing)

        said = f"cairn {self.name}{self.example and ' '}{self.example}"
        return command_of(self.name, self.does, (said, f"{said} --json --limit 0"), self.takes, listed)

    def _path_for(self, wanted: dict[str, Any]) -> str:
        """Its path, with the words that stand in it taken out of what is wanted."""
        parts = self.path.removeprefix("/v1/").split("/")
        return path_of(*(wanted.pop(part[1:-1]) if part.startswith("{") else part for part in parts))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What there is to look up of the whole API, told at once."""

    name: str
    does: str
    columns: Sequence[str]

    def command(self) -> click.Command:
        """The catalogue as a command."""

        @gateway_command
        def listed(cairn: Cairn, output: Output) -> None:
            columns = [column.replace("_", " ") for column in self.columns]
            output.entries(cairn.get(path_of(self.name)), columns, lambda entry: [told(column, entry[column]) for column in self.columns])

        return command_of(self.name, self.does, (f"cairn {self.name}", f"cairn {self.name} --json"), (), listed)


@dataclass(frozen=True, slots=True)
class Details:
    """A thing of the API, shown with all that is told of it."""

    name: str
    does: str
    collection: str
    example: str
    takes: Sequence[Callable[[Command], Command]] = ()
    operator: bool = False

    def command(self) -> click.Command:
        """The thing as a command."""

        @click.argument("ref")
        @gateway_command
        def shown(cairn: Cairn, output: Output, ref: str, **wanted: Any) -> None:
            if self.operator:
                act_as_operator(cairn, output)
            found = cairn.get(path_of(self.collection, ref), wanted)
            if output.as_json:
                output.json(found)
            else:
                output.fields(told_fields(found | {"value": value_of(found)} if found.get("milestones") else found))

        return command_of(self.name, self.does, (f"cairn {self.name} {self.example}",), self.takes, shown)


_FILTERS: Final = {
    "objective": ("objectives",),
    "counts_for": ("objectives",),
    "parent": ("objectives", "key-results"),
    "key_result": ("key-results",),
    "initiative": ("initiatives",),
}
"""Filters that name a thing, and which kinds of things."""


def _meant(cairn: Cairn, wanted: dict[str, Any]) -> dict[str, Any]:
    """What is wanted, with what the API takes where a filter names something by its title."""
    named = {name: kinds for name, kinds in _FILTERS.items() if wanted.get(name)}
    return wanted | {name: [reference_of(cairn, said, *kinds) for said in wanted[name]] for name, kinds in named.items()}


def _cell(field: str, entry: Json) -> str | Text:
    match field:
        case "ref":
            return reference(entry)
        case "serves":
            return _served(entry["serves"])
        case "status" if "progress" in entry:
            return how_it_is(entry)
        case "value" if entry.get("milestones_done") is not None:
            return f"{len(entry['milestones_done'])} done"
        case "value" if entry.get("part") is not None:
            return f"{told(field, entry[field])} of {told('part', entry['part'])}"
        case "corrected" | "retracted":  # a column of noes takes the room of what is said
            return "yes" if entry[field] else ""
        case _:
            return told(field, entry[field])


def _served(serves: Json | None) -> str:
    """What work is for: the nearest that it is for."""
    if serves is None:
        return ""
    nearest = serves["initiative"] or serves["key_result"] or serves["objective"]
    return f"{told('serves', nearest)}{' (ended)' if serves['ended'] else ''}"


def told_fields(found: Json) -> dict[str, str]:
    """What is told of a thing, without the ids that programs read."""
    told_of = {name: _served(value) if name == "serves" else told(name, value) for name, value in found.items() if not _is_an_id(name)}
    return {name: text for name, text in told_of.items() if text}


def _is_an_id(name: str) -> bool:
    return name == "id" or name.endswith(("_id", "_ids"))


def _any_of(name: str, says: str, metavar: str = "REF") -> Callable[[Command], Command]:
    """May stand more than once: any of them."""
    return click.option(f"--{name}", multiple=True, metavar=metavar, help=f"{says} May be repeated.")


def _words(name: str, says: str, *words: str) -> Callable[[Command], Command]:
    """As `_any_of`, of some words."""
    return click.option(f"--{name}", multiple=True, type=Word(words), help=f"{says} May be repeated.")


def _whether(name: str, says: str) -> Callable[[Command], Command]:
    return click.option(f"--{name}/--no-{name}", default=None, help=says)


_text = click.argument("text", nargs=-1, callback=lambda _context, _parameter, words: " ".join(words) or None)
"""Words that what is listed is called by."""

_TEXT: Final = "TEXT are beginnings of words of what they are called, in any order: `grow rev`."

_due_before = click.option("--due-before", type=DAY, metavar="DATE", help="Due before this day.")
_due_after = click.option("--due-after", type=DAY, metavar="DATE", help="Due after this day.")
_STATUSES: Final = ("not_started", "on_track", "behind", "at_risk", "achieved")
_POINT: Final = (as_of_option, known_at_option)
_OBJECTIVES: Final = (
    _text,
    _any_of("cycle", "Of this cycle.", "NAME"),
    _any_of("owner", "Of this person.", "PERSON"),
    _any_of("contributor", "To which this person contributes.", "PERSON"),
    _any_of("parent", "Aligned to this objective or one of its key results."),
    _any_of("team", "Of this team.", "NAME"),
    _any_of("pillar", "That serve this strategic pillar.", "PILLAR"),
    _any_of("label", "With this label.", "LABEL"),
    _words("state", "In this state.", "draft", "active", "closed", "cancelled"),
    _words("approval", "This far on the way to its approval.", "submitted", "approved", "sent_back"),
    _words("kind", "Of this kind.", "committed", "aspirational"),
    _words("level", "Of this level.", "company", "team", "individual"),
    _words("visibility", "So visible.", "company", "team", "private"),
    _words("status", "Of this status.", *_STATUSES),
    _due_before,
    _due_after,
    sort_option("id", "ref", "title", "start_day", "due_day", otherwise="as they were created"),
)
_KEY_RESULTS: Final = (
    _text,
    _any_of("cycle", "Of this cycle.", "NAME"),
    _any_of("objective", "Of this objective."),
    _any_of("counts-for", "That count for this objective, too."),
    _any_of("owner", "Of this person.", "PERSON"),
    _any_of("team", "Of objectives of this team.", "NAME"),
    _any_of("pillar", "Of objectives that serve this strategic pillar.", "PILLAR"),
    _any_of("label", "Of objectives with this label.", "LABEL"),
    _words("state", "Of objectives in this state.", "draft", "active", "closed", "cancelled"),
    _words("measure", "So measured.", "metric", "binary", "milestones", "graded", "maintain", "baseline", "sum"),
    _words("status", "Of this status.", *_STATUSES),
    _due_before,
    _due_after,
    _whether("cancelled", "Only, or without, those that were cancelled."),
    sort_option("id", "ref", "title", "due_day", otherwise="as they were created"),
)
_CHECK_INS: Final = (
    _any_of("key-result", "On this key result."),
    _any_of("objective", "On key results of this objective."),
    _any_of("cycle", "Of this cycle.", "NAME"),
    _any_of("created-by", "By this person.", "PERSON"),
    _any_of("on-behalf-of", "For this person.", "PERSON"),
    click.option("--as-of-from", type=DAY, metavar="DATE", help="True of this day or a later one."),
    click.option("--as-of-to", type=DAY, metavar="DATE", help="True of this day or an earlier one."),
    click.option("--created-from", type=INSTANT, metavar="TIME", help="Recorded at this instant or later."),
    click.option("--created-to", type=INSTANT, metavar="TIME", help="Recorded before this instant."),
    _whether("retracted", "Only, or without, those that were taken back."),
    _whether("corrected", "Only, or without, those that were corrected."),
    _whether("abstained", "Only, or without, those that say why there is no value."),
    _whether("blocked", "Only, or without, those that name something that stands in the way."),
    sort_option("as_of", "created_at", otherwise="the newest day first"),
)
_PEOPLE: Final = (
    _words("role", "With this role.", "admin", "champion", "member", "viewer", "auditor", "service"),
    _any_of("team", "Of this team.", "NAME"),
    _any_of("handle", "Called so, or with this id.", "PERSON"),
    _any_of("manager", "Managed by this person.", "PERSON"),
    _words("state", "In this state.", "active", "left"),
    _whether("invited", "Only, or without, those who have not signed in yet."),
    as_of_option,
    sort_option("id", otherwise="as they joined"),
)
_CYCLES: Final = (
    _words("state", "In this state.", "planning", "active", "review", "closed"),
    _words("kind", "Of this kind.", "strategic", "tactical", "custom"),
    click.option("--day", type=DAY, metavar="DATE", help="In which this day lies."),
    sort_option("first_day", "last_day", "name", otherwise="the newest first"),
)

_KPIS: Final = (
    _any_of("owner", "Of this person.", "PERSON"),
    _any_of("team", "Of this team.", "NAME"),
    _whether("in-range", "Only those whose value lies in their range, or does not."),
    _whether("retired", "Only, or without, those that are retired."),
    sort_option("id", "ref", "title", otherwise="as they were defined"),
)
_KPI_VALUES: Final = (
    click.argument("kpi"),
    click.option("--as-of-from", type=DAY, metavar="DATE", help="True of this day or a later one."),
    click.option("--as-of-to", type=DAY, metavar="DATE", help="True of this day or an earlier one."),
    _whether("retracted", "Only, or without, those that were taken back."),
    sort_option("as_of", otherwise="the newest day first"),
)

_TASKS: Final = (
    click.option("--mine", is_flag=True, help="Only those that you have."),
    click.option("--given", is_flag=True, help="Only those that you gave, to others or to yourself."),
    _any_of("assignee", "That this person has.", "PERSON"),
    _any_of("giver", "That this person gave.", "PERSON"),
    _any_of("objective", "That serve this objective."),
    _any_of("key-result", "That are for this key result."),
    _any_of("initiative", "That are for this initiative."),
    _words("state", "In this state.", "open", "done", "cancelled"),
    _words("priority", "Of this priority.", "high", "normal", "low"),
    click.option("--due-from", type=DAY, metavar="DATE", help="Due on this day or a later one."),
    click.option("--due-to", type=DAY, metavar="DATE", help="Due on this day or an earlier one."),
    sort_option("id", "title", "due_day", "priority", otherwise="as they were given"),
)
_INITIATIVES: Final = (
    _any_of("owner", "Of this person.", "PERSON"),
    _any_of("objective", "That serve this objective."),
    _any_of("key-result", "That are to move this key result."),
    _words("state", "In this state.", "planned", "running", "done", "dropped"),
    sort_option("id", "title", "start_day", "end_day", otherwise="as they were defined"),
)
_MILESTONES: Final = (
    _any_of("team", "Of this team.", "NAME"),
    _words("phase", "In this phase.", "planned", "reached", "postponed"),
    click.option("--day-from", type=DAY, metavar="DATE", help="On this day or a later one."),
    click.option("--day-to", type=DAY, metavar="DATE", help="On this day or an earlier one."),
    sort_option("id", "title", "day", otherwise="as they were planned"),
)

LISTINGS: Final = (
    Listing(
        "objectives",
        f"List objectives with their numbers, or find some.\n\n{_TEXT}",
        ("list_objectives",),
        "/v1/objectives",
        ("ref", "title", "owner", "cycle", "state", "status", ">progress", "due_day"),
        (*_OBJECTIVES, *_POINT, changed_since_option),
        nothing="no objectives found; `cairn add objective CYCLE TITLE` drafts one",
    ),
    Listing(
        "key-results",
        f"List key results with their numbers, or find some.\n\n{_TEXT}",
        ("list_key_results",),
        "/v1/key-results",
        ("ref", "title", "owners", "measure", "status", ">progress", "due_day"),
        (*_KEY_RESULTS, *_POINT, changed_since_option),
        nothing="no key results found; `cairn add key-result OBJECTIVE TITLE` defines one",
    ),
    Listing(
        "check-ins",
        "List check-ins as they stand, those that were taken back among them.",
        ("list_check_ins", "list_check_ins_of_key_result"),
        "/v1/check-ins",
        (
            "created_at",
            "key_result",
            "as_of",
            ">value",
            "abstention",
            ">confidence",
            "status",
            "blockers",
            "created_by",
            "on_behalf_of",
            "comment",
            "reason",
            "corrected",
            "retracted",
        ),
        (*_CHECK_INS, changed_since_option),
        nothing="no check-ins found; `cairn check-in KEY_RESULT VALUE` reports one",
    ),
    Listing(
        "kpis",
        "List KPIs, with their values and whether these are in range.",
        ("list_kpis",),
        "/v1/kpis",
        ("ref", "title", ">value", "unit", ">low", ">high", "in_range", "as_of", "owner", "retired"),
        (*_KPIS, *_POINT, changed_since_option),
        nothing="no KPIs found; `cairn add kpi TITLE` defines one",
    ),
    Listing(
        "kpi-values",
        "List the values of a KPI, the newest day first.",
        ("list_kpi_values",),
        "/v1/kpis/{kpi}/values",
        ("as_of", ">value", "in_range", "created_by", "created_at", "comment", "retracted", "reason"),
        _KPI_VALUES,
        nothing="it was not measured yet; `cairn measure KPI VALUE` does",
        example="churn",
    ),
    Listing(
        "tasks",
        "List tasks that you may know of: yours, those that you gave, and those for what you see.",
        ("list_tasks",),
        "/v1/tasks",
        ("ref", "title", "assignee", "giver", "priority", "due_day", "state", "serves"),
        (*_TASKS, *_POINT, changed_since_option),
        nothing="no tasks found; `cairn add task TITLE` gives one",
    ),
    Listing(
        "initiatives",
        "List initiatives for what you may see.",
        ("list_initiatives",),
        "/v1/initiatives",
        ("ref", "title", "owner", "state", "start_day", "end_day", "serves"),
        (*_INITIATIVES, *_POINT, changed_since_option),
        nothing="no initiatives found; `cairn add initiative TITLE --for REF` defines one",
    ),
    Listing(
        "milestones",
        "List milestones of the company and teams.",
        ("list_milestones",),
        "/v1/milestones",
        ("ref", "title", "day", "first_day", "team", "phase", "reached_on"),
        (*_MILESTONES, *_POINT, changed_since_option),
        nothing="no milestones found; `cairn add milestone TITLE DAY` plans one",
    ),
    Listing(
        "people",
        f"List the people of the tenant, or find some.\n\n{_TEXT}",
        ("list_people",),
        "/v1/people",
        ("handle", "name", "roles", "teams", "state", "invited"),
        (_text, *_PEOPLE, changed_since_option),
    ),
    Listing(
        "cycles",
        "List the cycles, the newest first.",
        ("list_cycles",),
        "/v1/cycles",
        ("name", "kind", "first_day", "last_day", "state"),
        (*_CYCLES, changed_since_option),
        nothing="no cycles found; `cairn add cycle NAME FIRST_DAY LAST_DAY` defines one",
    ),
    Listing(
        "teams",
        "List the teams, and who leads each.",
        ("list_teams",),
        "/v1/teams",
        ("name", "parent", "lead", ">members"),
        (_any_of("parent", "Right below this team.", "TEAM"), _any_of("lead", "Led by this person.", "PERSON"), as_of_option),
    ),
    Listing(
        "views",
        "List the saved views: your own, and those that others share.",
        ("list_views",),
        "/v1/views",
        ("name", "address", "owner", "shared"),
        (_whether("mine", "Only your own, or only those of others."),),
    ),
    Listing("tenants", "List the tenants. As the operator.", ("list_tenants",), "/v1/tenants", ("name", "time_zone"), operator=True),
)
THINGS: Final = (
    Details("view", "Show a saved view: one of your own by its name, one that is shared by its id.", "views", "'At risk'"),
    Details("tenant", "Show a tenant, by its name. As the operator.", "tenants", "acme", operator=True),
    Details("cycle", "Show a cycle, by its name.", "cycles", "2026-Q1"),
    Details("task", "Show a task.", "tasks", "T1", (as_of_option, known_at_option)),
    Details("initiative", "Show an initiative.", "initiatives", "I1", (as_of_option, known_at_option)),
    Details("milestone", "Show a milestone.", "milestones", "M1", (as_of_option, known_at_option)),
    Details("kpi", "Show a KPI and its value.", "kpis", "churn", (as_of_option, known_at_option)),
    Details("key-result", "Show a key result and its numbers.", "key-results", "J1/3", (as_of_option, known_at_option)),
)


@click.command(short_help="List who is in a team.")
@click.argument("team")
@as_of_option
@limit_option
@gateway_command
def members(cairn: Cairn, output: Output, team: str, as_of: str | None, limit: int) -> None:
    """List who is in TEAM, without those in the teams below it.

    \b
    Examples:
      cairn members Platform
      cairn members Platform --as-of 2026-03-31 --json
    """
    page = cairn.whole(path_of("teams", team, "members"), {"as_of": as_of}, limit)
    output.entries(page, ("person", "since"), lambda entry: (told("person", entry["person"]), told("since", entry["since"])))


CATALOGUES: Final = (
    Catalogue("pillars", "List the strategic pillars, in their order; `cairn vision` shows what stands above them.", PILLARS),
    Catalogue("reasons", "List why the API says no, and what to do then.", ("reason", "statuses", "meaning", "what_to_do")),
    Catalogue("event-types", "List the types of events, and what each tells of.", ("name", "log", "meaning")),
    Catalogue("limits", "List how much of something there may be, as it is set here.", ("name", "value", "unit", "meaning", "reason")),
)

COMMANDS: Final = (*(one.command() for one in (*LISTINGS, *THINGS, *CATALOGUES)), members)
