"""The verbs that change something: each says which operations of the API it carries out, and with which words.

A verb whose words differ by what it is about is followed by that (`add objective`, `revise person`); any other finds out by itself what
goes by the reference (`close J1`, `close 2026-Q1`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from cli.closing_tables import Said, said_in
from cli.closings import Closing, show_what_it_left, show_what_it_would_leave
from cli.commands.options import DAY, NUMBER, SPENT, Number, Word, holds_from_option, number_said
from cli.connection import Cairn, Json, path_of
from cli.errors import Problem
from cli.output import Output
from cli.references import found, reference_of, short_id
from cli.verbs import Done, Operation, Verb, Words
from cli.wording import is_an_id
from shared.limits import MOST_KEY_RESULTS
from shared.settings import CADENCES, WEEKDAYS

_ROLES: Final = ("admin", "champion", "member", "viewer", "auditor", "service")
_MEASURES: Final = ("metric", "binary", "milestones", "graded", "maintain", "baseline", "sum")


def _ref(metavar: str, name: str = "ref") -> Any:
    return click.argument(name, metavar=metavar)


def _text(name: str, says: str, metavar: str = "TEXT", **more: Any) -> Any:
    return click.option(f"--{name}", metavar=metavar, help=says, **more)


def _word(name: str, says: str, words: tuple[str, ...]) -> Any:
    return click.option(f"--{name}", type=Word(words), help=says)


def _word_or_none(name: str, says: str, words: Sequence[str]) -> Any:
    return click.option(f"--{name}", type=_WordOrNone(words), help=says)


def _number(name: str, says: str, kind: Any = NUMBER) -> Any:
    return click.option(f"--{name}", type=kind, metavar="NUMBER", help=says)


class _WordOrNone(click.Choice[str]):
    """One of some words; empty: none of them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value == "" else super().convert(value, param, ctx)


class _Bound(Number):
    """A number; empty: there is no such bound."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value == "" else super().convert(value, param, ctx)


_BOUNDS: Final = ("low", "high", "commit", "stretch")


def _bound(name: str, says: str) -> Any:
    return _number(name, f'{says} "": there is none.', _Bound())


def _null_where_empty(said: Words, *names: str) -> Words:
    """What was said, with null where one of these is said to be empty."""
    return {name: None if name in names and value == "" else value for name, value in said.items()}


def _with_bounds(said: Words) -> Words:
    """What was said, with null for a bound or a mark that there shall not be."""
    return _null_where_empty(said, *_BOUNDS)


def _day(name: str, says: str) -> Any:
    return click.option(f"--{name}", type=DAY, metavar="DATE", help=says)


def _several(name: str, field: str, says: str, metavar: str = "PERSON") -> Any:
    """May stand more than once; empty, once: none."""
    return click.option(f"--{name}", field, multiple=True, metavar=metavar, callback=_none_where_empty, help=f"{says} May be repeated.")


def _none_where_empty(_: click.Context, __: click.Parameter, said: tuple[str, ...]) -> list[str] | None:
    return [word for word in said if word] if said else None


def _planned(ctx: click.Context, option: click.Parameter, said: tuple[str, ...]) -> list[Json] | None:
    """The points of a plan, DAY:SHARE each; empty, once: none."""
    return [_point(ctx, option, word) for word in said if word] if said else None


def _point(ctx: click.Context, option: click.Parameter, word: str) -> Json:
    day, colon, share = word.rpartition(":")
    if not colon:
        raise click.BadParameter(f"{word!r} is no day with a share; one looks like 2026-02-28:0.3", ctx, option)
    return {"day": DAY.convert(day, option, ctx), "share": NUMBER.convert(share, option, ctx)}


_reason = _text("reason", "Why; it stands in the history.")
_for = click.option("--for", "serves", metavar="REF", help="The objective, key result or initiative that it is for.")
_under = _text("under", "The objective or key result that it hangs under.", "REF")


def _of_an_objective(*, new: bool) -> tuple[Any, ...]:
    """What an objective says. Of a `new` one the help tells what is taken where nothing is said."""

    def unless(otherwise: str) -> str:
        return f"; {otherwise} unless given." if new else "."

    return (
        _text("why", "What it is good for."),
        _word("level", f"Whose it is{unless('company')}", ("company", "team", "individual")),
        _text("owner", f"Whose it is{unless('you')}", "PERSON"),
        _text("team", "The team that it belongs to.", "NAME"),
        _several("contributor", "contributors", "Who works on it, and may report."),
        _several("named-person", "named_people", "Who else may see a private one."),
        _day("start-day", "Its first day" + unless("the cycle's")),
        _day("due-day", "Its last day" + unless("the cycle's")),
        _word("kind", f"Whether it has to be reached, or is aimed at{unless('committed')}", ("committed", "aspirational")),
        _word("visibility", f"Who may see it{unless('company')}", ("company", "team", "private")),
        _word("roll-up", f"Where its number comes from{unless('key_results')}", ("key_results", "children", "both")),
        _number("child-weight", f"How much it counts among the children of what it hangs under{unless('1')}"),
        _several("label", "labels", "What it can be found by.", "TEXT"),
        _text("pillar", "The strategic pillar that it serves" + ("." if new else '; "": none.'), "PILLAR"),
    )


def _of_a_key_result(*, new: bool) -> tuple[Any, ...]:
    """What a key result says; see `_of_an_objective`."""

    def unless(otherwise: str) -> str:
        return f"; {otherwise} unless given." if new else "."

    return (
        _several("owner", "owners", "Whose it is, or PERSON:SHARE" + unless("the objective's owner"), "PERSON"),
        _number("weight", f"How much it counts among its objective's{unless('1')}"),
        _day("due-day", "Its last day" + unless("the objective's")),
        _number("start", f"Of a metric or a sum: where it begins{unless('0')}"),
        _number("target", "Of a metric or a sum: where it is to get; of a baseline: from now on it is a metric."),
        _text("unit", "What is counted: people, CHF, percent."),
        _several("feed", "feeds", "Of a sum: a key result or KPI whose value it adds; a KPI alone is what it follows.", "KEY-RESULT"),
        _bound("low", "Of what is maintained: the lowest value that is kept."),
        _bound("high", "Of what is maintained: the highest value that is kept."),
        _number("commit", "A mark beside the target: what is promised.") if new else _bound("commit", "A mark: what is promised."),
        _number("stretch", "A mark beside the target: what is hoped for.") if new else _bound("stretch", "A mark: what is hoped for."),
        click.option(
            "--plan",
            multiple=True,
            metavar="DAY:SHARE",
            callback=_planned,
            help=f"By when how much of the way is to be reached, e.g. 2026-02-28:0.3. May be repeated{unless('straight on')}",
        ),
        _word("mode", "Of what is maintained: shown by the newest value, or by the share of the check-ins.", ("latest", "share")),
        _several("milestone", "milestones", "A part of the way, in their order; with weight and last day: TITLE:2:2026-03-31.", "TITLE"),
    )


def _of_a_kpi(*, new: bool) -> tuple[Any, ...]:
    """What a KPI says; see `_of_an_objective`."""
    return (
        _text("unit", "In what it is measured: percent, CHF."),
        _bound("low", "The lowest value with which all is well."),
        _bound("high", "The highest value with which all is well."),
        _text("owner", "Whose it is; you unless given." if new else "Whose it is.", "PERSON"),
        _text("team", "The team that it belongs to.", "NAME"),
    )


def _of_a_template() -> tuple[Any, ...]:
    """What a template says."""
    return (
        _ref("NAME", "name"),
        _text("from", "An objective that is there: what is not said is as it says.", "REF"),
        _text("title", "Of the objective; the one's of --from unless given."),
        _text("why", "What it is good for."),
        _text("department", "Whose work it is about: sales, support, …", "NAME"),
        _word("level", "Whose the objective is; a team's unless given.", ("company", "team", "individual")),
        _word("kind", "Whether it has to be reached, or is aimed at; committed unless given.", ("committed", "aspirational")),
        _several("key-result", "key_results", "In their order: what is measured, from where to where.", "TITLE[:START:TARGET[:UNIT]]"),
    )


def _template(cairn: Cairn, _: Operation, said: Words) -> Json:
    if (like := said.get("from")) is not None:
        said["from"] = reference_of(cairn, like, "objectives")
    elif "title" not in said:
        raise click.UsageError("give --title, or an objective that is there: --from J1")
    if "key_results" in said:
        said["key_results"] = list(map(_key_result_of_template, said["key_results"]))
    return said


def _key_result_of_template(said: str) -> Json:
    """TITLE:START:TARGET:UNIT is a metric, with or without a unit; a TITLE alone is done or not."""
    for parts in (said.rsplit(":", 3), said.rsplit(":", 2)):
        title, *figures = parts
        numbers = [number_said(figure) for figure in figures[:2]]
        if len(numbers) == 2 and None not in numbers:
            return {"title": title, "measure": "metric", "start": numbers[0], "target": numbers[1], "unit": "".join(figures[2:])}
    return {"title": said, "measure": "binary"}


def _of_number(name: str, says: str, metavar: str) -> Any:
    """Of the key results of a template, by their numbers: --target-of 1=60."""
    return click.option(f"--{name}", multiple=True, metavar=f"NUMBER={metavar}", help=f"{says} May be repeated.")


def _applied(cairn: Cairn, operation: Operation, said: Words) -> Json:
    """What shall be otherwise than in a template. Raises UsageError for what names none of its key results."""
    key_results: dict[int, Json] = {}
    meant: Mapping[str, tuple[str, Callable[[str], Any]]] = {
        "owner_of": ("owners", str),
        "start_of": ("start", _figure),
        "target_of": ("target", _figure),
        "due_of": ("due_day", lambda day: DAY.convert(day, None, None)),
    }
    for option, (field, convert) in meant.items():
        for word in said.pop(option, ()):
            number, equals, value = word.partition("=")
            if not (equals and value and number.isdecimal() and 1 <= int(number) <= MOST_KEY_RESULTS):
                raise click.UsageError(f"--{option.replace('_', '-')} names a key result by its number: 1=…; this is {word!r}")
            its = key_results.setdefault(int(number), {})
            its[field] = [*its.get(field, ()), value] if field == "owners" else convert(value)
    if key_results:
        said["key_results"] = [key_results.get(number, {}) for number in range(1, max(key_results) + 1)]
    return _new_objective(cairn, operation, said)


def _figure(said: str) -> float:
    return NUMBER.convert(said, None, None)


def _hanging_under(cairn: Cairn, ref: str) -> Json:
    """What says that something hangs under an objective or a key result."""
    kind, meant = found(cairn, ref, ("objectives", "key-results"))
    return {"objective" if kind == "objectives" else "key_result": meant}


def _new_objective(cairn: Cairn, _: Operation, said: Words) -> Json:
    under = said.pop("under", None)
    return said if under is None else {**said, "parent": _hanging_under(cairn, under)}


def _new_key_result(cairn: Cairn, _: Operation, said: Words) -> Json:
    if "counts_for" in said:
        said["counts_for"] = [reference_of(cairn, other, "objectives") for other in said["counts_for"]]
    milestones = said.pop("milestones", None)
    kept = said.get("low") is not None or said.get("high") is not None
    said.setdefault("measure", "milestones" if milestones else "maintain" if kept else "sum" if said.get("feeds") else "metric")
    if said["measure"] == "metric":
        said.setdefault("start", 0.0)
    return _with_parts(cairn, said) if milestones is None else {**_with_parts(cairn, said), "milestones": _steps(milestones)}


def _changed_key_result(cairn: Cairn, operation: Operation, said: Words) -> Json:
    if (milestones := said.pop("milestones", None)) is not None:
        said["milestones"] = _steps(milestones)
    return _with_parts(cairn, _changed(cairn, operation, said))


def _feed(cairn: Cairn, said: str) -> str:
    """A key result or a KPI, which has no slash in what it goes by."""
    return reference_of(cairn, said, "key-results") if "/" in said else reference_of(cairn, said, "key-results", "kpis")


def _with_parts(cairn: Cairn, said: Words) -> Words:
    """What was said of a key result, with its bounds, the shares of its owners, and what feeds it by what goes by that."""
    said = _with_bounds(said)
    if said.get("owners"):
        said["owners"] = [_owner(owner) for owner in said["owners"]]
    if said.get("feeds"):
        said["feeds"] = [_feed(cairn, feed) for feed in said["feeds"]]
    return said


def _owner(said: str) -> Any:
    """PERSON, or PERSON:SHARE."""
    person, colon, share = said.rpartition(":")
    if not colon:
        return said
    figure = NUMBER.convert(share, None, None)
    if figure < 0:
        raise click.UsageError(f"--owner: the share of {person} is {share}; a share is not negative, one looks like {person}:0.5")
    return {"person": person, "share": figure}


def _steps(said: list[str]) -> list[Json]:
    """Milestones from TITLE, or from TITLE:WEIGHT and TITLE:WEIGHT:DAY."""
    return [_step(one) for one in said]


def _step(said: str) -> Json:
    title, *more = said.rsplit(":", 2) if _DATED_STEP.search(said) else said.rsplit(":", 1) if _WEIGHED_STEP.search(said) else [said]
    step: Json = {"title": title}
    if more and more[0]:
        step["weight"] = float(more[0])
    if len(more) > 1:
        step["due_day"] = more[1]
    return step


_WEIGHED_STEP: Final = re.compile(r".:[0-9.]+$")
_DATED_STEP: Final = re.compile(r".:[0-9.]*:\d{4}-\d{2}-\d{2}$")


def _serving(cairn: Cairn, operation: Operation, said: Words) -> Json:
    """What work is said to be for, by the kind of thing that goes by the reference."""
    if (ref := said.pop("serves", None)) is None:
        if operation.collection == "initiatives":
            raise click.UsageError("say with --for which key result or objective it shall move")
        return said
    kinds = ("objectives", "key-results", *(("initiatives",) if operation.collection == "tasks" else ()))
    kind, meant = found(cairn, ref, kinds)
    return {**said, "serves": {kind.removesuffix("s").replace("-", "_"): meant}}


class _NewTarget(click.ParamType[tuple[str, float]]):
    """A key result and a number: J1/1=12."""

    name = "target"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        ref, _, number = str(value).rpartition("=")
        if not ref:
            self.fail("say which key result, and its new target: J1/1=12", param, ctx)
        return ref, NUMBER.convert(number, param, ctx)


def _moved_to(_: Cairn, operation: Operation, said: Words) -> Json:
    """Where an objective or a key result shall belong; days are an objective's alone."""
    to = said.pop("to")
    if operation.name == "move_objective":
        return {**said, "cycle": to}
    if of_objectives := [name for name in ("start_day", "due_day", "fit_days") if said.pop(name, None)]:
        raise click.UsageError(
            f"--{of_objectives[0].replace('_', '-')} is of an objective; a key result takes its days from where it is moved to"
        )
    return {**said, "objective": to}


_ASKED_FOR_BY: Final = {"DAYS_OUTSIDE": "--fit-days", "OBJECTIVES_OUTSIDE": "--objectives move"}
"""What is refused for its days unless it is asked for that they are changed, and how that is said."""


def _with_how_it_is_asked_for(_: Words, problem: Problem) -> str:
    how = _ASKED_FOR_BY.get(problem.reason)
    return problem.message if how is None else f"{problem.message}; that is {how}"


def _elsewhere(_: Cairn, __: Operation, said: Words) -> Json:
    """The cycle that something goes on in, and new targets there."""
    cycle, targets = said.pop("to", None), said.pop("target", ())
    return {**said, **({"cycle": cycle} if cycle else {}), **({"targets": dict(targets)} if targets else {})}


def _corrected_effort(_: Cairn, __: Operation, said: Words) -> Json:
    if not said:
        raise click.UsageError("give TIME or --note: what it shall say")
    return said


def _entry(done: Done) -> None:
    done.output.line(f"its id is {done.answer['id']}: by it it is corrected or taken back")


def _what_it_is_called(done: Done) -> None:
    """Of what was given no reference: what else it goes by."""
    if done.words.get("reference") is None:
        done.output.line(f"it has no reference: it goes by its title, or by {short_id(done.answer['id'])}, the beginning of its id")


def _parent(cairn: Cairn, _: Operation, said: Words) -> Json:
    under, at_the_top = said.pop("under", None), said.pop("at_the_top")
    if (under is None) != at_the_top:
        raise click.UsageError("give exactly one of --under and --at-the-top")
    return said | ({"objective": None} if under is None else _hanging_under(cairn, under))


def _grade(_: Cairn, __: Operation, said: Words) -> Json:
    grade, abstain = said.pop("grade", None), said.pop("abstain")
    if (grade is None) != abstain:
        raise click.UsageError("give exactly one of GRADE and --abstain")
    return {**said, "grade": grade}


def _changed(_: Cairn, __: Operation, said: Words, *, emptied: tuple[str, ...] = ()) -> Json:
    """What shall be otherwise; of the `emptied`, what is said to be empty is none. Raises UsageError where nothing shall."""
    if not said.keys() - {"holds_from"}:
        raise click.UsageError("say with an option what shall be otherwise; --help lists them")
    return _null_where_empty(said, *_BOUNDS, *emptied)


_CYCLE_KINDS: Final = ("strategic", "tactical", "custom")


def _manager(_: Cairn, __: Operation, said: Words) -> Json:
    manager, nobody = said.pop("manager", None), said.pop("nobody")
    if (manager is None) != nobody:
        raise click.UsageError("give exactly one of MANAGER and --nobody")
    return {**said, "manager": manager}


def _how_it_ended(_: Cairn, operation: Operation, said: Words) -> Json:
    of_a_cycle = operation.collection == "cycles"
    if "outcome" in said and of_a_cycle:
        raise click.UsageError("a cycle has no outcome; --outcome is an objective's")
    tables = said.pop("table", ())
    if tables and not of_a_cycle:
        raise click.UsageError("--grades is a cycle's")
    return {**said, **said_in(tables).body}


def _what_was_handed_over(done: Done) -> None:
    """Each thing that somebody else has now; and what stays, and why."""
    for thing in (*done.answer.get("handed_over", ()), *done.answer.get("duties_handed_over", ())):
        done.output.line(f"handed over: {_thing_owned(thing)}")
    for thing in (*done.answer.get("not_handed_over", ()), *done.answer.get("duties_not_handed_over", ())):
        done.output.line(f"not handed over: {_thing_owned(thing)}: {thing['detail']}")
    for thing in done.answer.get("parts_ended", ()):
        done.output.line(f"the part that they gave counts no longer: {_thing_owned(thing)}")


def _what_is_left_behind(cairn: Cairn, output: Output, operation: Operation, words: Words) -> None:
    """What somebody has that would be handed over, or stay theirs."""
    found = cairn.get(path_of(operation.collection, words["ref"], "owned"))
    if output.as_json:
        output.json(found)
        return
    show_owned(output, found)
    to = words.get("hand_over_to")
    output.line(f"nothing is done yet; this would be {f'handed over to {to}' if to else 'left as theirs'}")


def show_owned(output: Output, found: Json) -> None:
    """What somebody has that has not ended."""
    things = [*found["things"], *found.get("duties", ())]
    for thing in things:
        output.line(_thing_owned(thing))
    for thing in found.get("parts", ()):
        output.line(f"handed over, the part that they gave counts no longer: {_thing_owned(thing)}")
    if not things:
        output.line("they have nothing that has not ended")


def _thing_owned(thing: Json) -> str:
    called = thing["title"] if is_an_id(thing["ref"]) else f"{thing['ref']} {thing['title']}"
    return f"{thing['kind'].replace('_', ' ')} {called}"


def _what_closing_leaves(cairn: Cairn, output: Output, operation: Operation, words: Words) -> None:
    """What would be closed, and what of it is not done yet."""
    said = {name: value for name, value in words.items() if value is not None and name not in {"if_match", *operation.named}}
    closing = Closing.of(cairn, operation.collection, words["ref"], said_in(words["table"]))
    body = _how_it_ended(cairn, operation, said)
    if operation.collection == "cycles" and closing.closes:  # a closing that would be refused is refused here
        tried = {"dry_run": "true"}
        cairn.command(operation.method, operation.path_for(words), body or None, params=tried, if_match=words["if_match"])
    show_what_it_would_leave(output, closing, words["ref"])


def _what_closing_left(done: Done) -> None:
    """What is graded now, and what is not."""
    after = ",".join(done.answer["positions"])
    show_what_it_left(done.output, Closing.of(done.cairn, done.operation.collection, done.words["ref"], Said(), after=after))


def _by_row(words: Words, problem: Problem) -> str:
    return said_in(words["table"]).by_row(problem.message)


ADD: Final = (
    Verb(
        "tenant",
        "Register a tenant; its first person is `admin`. As the operator.",
        (Operation("register_tenant", "POST", "tenants", operator=True),),
        (_ref("NAME", "name"), _text("time-zone", "Where its days begin: an IANA name; UTC unless given.", "ZONE")),
        done="tenant {name} is registered",
        examples=("cairn add tenant acme --time-zone Europe/Zurich",),
    ),
    Verb(
        "person",
        "Add a person. For admins.",
        (Operation("add_person", "POST", "people"),),
        (
            _ref("HANDLE", "handle"),
            _text("name", "What the person is called."),
            _text("email", "Where mail reaches them.", "ADDRESS"),
            click.option(
                "--role",
                "roles",
                multiple=True,
                type=click.Choice(_ROLES),
                callback=_none_where_empty,
                help="What they may; member unless given. May be repeated.",
            ),
            _several("team", "teams", "Which teams they are in; `cairn add team` founds one.", "NAME"),
        ),
        done="{handle} is added",
        examples=('cairn add person ann --name "Ann Example" --role champion --role member --team core',),
    ),
    Verb(
        "team",
        "Found a team, at the top or below another one. For admins.",
        (Operation("found_team", "POST", "teams"),),
        (
            _ref("NAME", "name"),
            _text("parent", "The team above it; the top unless given.", "TEAM"),
            _text("lead", "Who leads it.", "PERSON"),
            holds_from_option,
        ),
        done="team {name} is founded",
        examples=("cairn add team Engineering --lead ann", "cairn add team Platform --parent Engineering"),
    ),
    Verb(
        "pillar",
        "Add a strategic pillar, before another one or behind all. For admins.",
        (Operation("add_pillar", "POST", "pillars", versioned=True),),
        (
            _ref("TITLE", "title"),
            _text("reference", "What people shall call it: growth.", "REF"),
            _text("about", "What it is about."),
            _text("before", "The pillar that it shall stand before; last unless given.", "PILLAR"),
        ),
        done="pillar {title} is added",
        examples=('cairn add pillar "Growth" --reference growth', 'cairn add pillar "People" --before growth'),
    ),
    Verb(
        "view",
        "Save an address of the web app under a name, as one of your own views; with --shared everybody of the tenant sees it.",
        (Operation("save_view", "POST", "views", versioned=True),),
        (
            _ref("NAME", "name"),
            _ref("ADDRESS", "address"),
            click.option("--shared", is_flag=True, help="For everybody of the tenant; for you alone unless given."),
        ),
        done="view {name} is saved",
        examples=(
            "cairn add view 'At risk' '/objectives?status=behind'",
            "cairn add view 'Sales' '/objectives?team=Sales' --shared",
        ),
    ),
    Verb(
        "member",
        "Let a person, by handle, be in a team, beside the teams that they are in. For admins.",
        (Operation("add_member", "PUT", "teams/{team}/members/{person}"),),
        (_ref("TEAM", "team"), _ref("PERSON", "person"), holds_from_option),
        done="{person} is in {team}",
        examples=("cairn add member Platform ann", "cairn add member Platform ann --holds-from 2026-01-01"),
    ),
    Verb(
        "cycle",
        "Define a cycle, from its first to its last day. `cairn start` starts it.",
        (Operation("define_cycle", "POST", "cycles"),),
        (
            _ref("NAME", "name"),
            click.argument("first_day", metavar="FIRST_DAY", type=DAY),
            click.argument("last_day", metavar="LAST_DAY", type=DAY),
            click.option("--kind", type=click.Choice(_CYCLE_KINDS), default="tactical", show_default=True, help="What for."),
            _text("enclosing-cycle", "The longer one that it lies in.", "CYCLE"),
            click.option("--cadence", type=click.Choice(CADENCES), help="How often check-ins are due; as the tenant has it unless given."),
            click.option("--weekday", type=click.Choice(WEEKDAYS), help="On which they are due; as the tenant has it unless given."),
        ),
        done="cycle {name} is planned, {first_day} to {last_day}",
        examples=("cairn add cycle 2026-Q1 2026-01-01 2026-03-31", "cairn add cycle 2026 2026-01-01 2026-12-31 --kind strategic"),
    ),
    Verb(
        "objective",
        "Draft an objective of a cycle. `cairn activate` activates it once it has its key results.",
        (Operation("define_objective", "POST", "objectives"),),
        (
            _ref("CYCLE", "cycle"),
            _ref("TITLE", "title"),
            _text("reference", "What people shall call it: J1.", "REF"),
            *_of_an_objective(new=True),
            _under,
        ),
        done="{title}: drafted in {cycle}",
        examples=(
            'cairn add objective 2026-Q1 "Expand the team" --reference J1 --owner Martin',
            'cairn add objective 2026-Q1 "Hire in Zurich" --reference J2 --under J1 --level team --team people',
        ),
        body=_new_objective,
        after=_what_it_is_called,
    ),
    Verb(
        "key-result",
        "Define a key result of an objective: a metric, unless --measure, --milestone, --low, --high or --feed say otherwise.",
        (Operation("define_key_result", "POST", "objectives/{ref}/key-results", versioned=True),),
        (
            _ref("OBJECTIVE"),
            _ref("TITLE", "title"),
            _text("reference", "What people shall call it: J1/3.", "REF"),
            _word("measure", "How it is measured.", _MEASURES),
            *_of_a_key_result(new=True),
            _several("counts-for", "counts_for", "Another objective that it moves too.", "OBJECTIVE"),
            holds_from_option,
        ),
        done="{title}: defined for {ref}",
        examples=(
            'cairn add key-result J1 "Hire developers" --reference J1/1 --target 3 --unit people',
            'cairn add key-result J1 "Open an office" --reference J1/2 --milestone "Find one" --milestone "Sign"',
            'cairn add key-result J1 "A handbook is there" --measure binary',
            'cairn add key-result J1 "Keep churn at 3 % at most" --high 3 --unit percent --mode share',
            'cairn add key-result J1 "Spend 100,000 at most" --reference J1/5 --target 100000 --unit CHF --feed J2/1 --feed J3/1',
            'cairn add key-result J1 "Churn back to 3 percent" --start 4.1 --target 3 --unit percent --feed churn',
            'cairn add key-result J1 "Know the response time" --measure baseline --unit hours',
        ),
        body=_new_key_result,
        after=_what_it_is_called,
    ),
    Verb(
        "kpi",
        "Define a KPI: a measure of health, with a range in which all is well.",
        (Operation("define_kpi", "POST", "kpis"),),
        (_ref("TITLE", "title"), _text("reference", "What people shall call it: churn.", "REF"), *_of_a_kpi(new=True)),
        done="{title}: defined",
        examples=('cairn add kpi "Churn" --reference churn --high 3 --unit percent',),
        body=lambda _, __, said: _with_bounds(said),
        after=_what_it_is_called,
    ),
    Verb(
        "task",
        "Give somebody a task, or yourself.",
        (Operation("give_task", "POST", "tasks"),),
        (
            _ref("TITLE", "title"),
            _text("reference", "What people shall call it: T1.", "REF"),
            _text("assignee", "Who has it; you unless given.", "PERSON"),
            _word("priority", "How much it matters; normal unless given.", ("high", "normal", "low")),
            _day("due-day", "When it is due."),
            _for,
        ),
        done="{title}: given",
        examples=('cairn add task "Ask the agency" --assignee ann --due-day 2026-02-15 --priority high --for J1/1',),
        body=_serving,
        after=_what_it_is_called,
    ),
    Verb(
        "initiative",
        "Define an initiative: what shall move a key result, or an objective.",
        (Operation("define_initiative", "POST", "initiatives"),),
        (
            _ref("TITLE", "title"),
            _text("reference", "What people shall call it: I1.", "REF"),
            _text("owner", "Whose it is; you unless given.", "PERSON"),
            _word("state", "How far it is; planned unless given.", ("planned", "running", "done", "dropped")),
            _day("start-day", "Its first day."),
            _day("end-day", "Its last day."),
            _for,
        ),
        done="{title}: defined",
        examples=('cairn add initiative "A referral programme" --reference I1 --for J1/1',),
        body=_serving,
        after=_what_it_is_called,
    ),
    Verb(
        "milestone",
        "Plan a milestone of the company, or of a team.",
        (Operation("plan_milestone", "POST", "milestones"),),
        (
            _ref("TITLE", "title"),
            click.argument("day", metavar="DAY", type=DAY),
            _text("reference", "What people shall call it: M1.", "REF"),
            _text("team", "Whose it is; the company's unless given.", "NAME"),
        ),
        done="{title}: planned for {day}",
        examples=('cairn add milestone "The office in Zurich opens" 2026-05-01 --reference M1',),
        after=_what_it_is_called,
    ),
    Verb(
        "template",
        "Save a template of your tenant's own: an objective with key results to start from.",
        (Operation("save_template", "POST", "templates"),),
        _of_a_template(),
        done="template {name} is saved",
        examples=(
            'cairn add template "A launch" --title "Whoever starts is glad of it" --key-result "New customers who come back:34:50:percent"',
            'cairn add template "Hiring" --from J1 --department people',
        ),
        body=_template,
    ),
)

REVISE: Final = (
    Verb(
        "task",
        "Change an open task, or give it to somebody else; what is not named stays. For its giver and admins.",
        (Operation("revise_task", "PATCH", "tasks/{ref}", versioned=True),),
        (
            _ref("TASK"),
            _text("title", "What is to be done."),
            _text("assignee", "Who has it from now on.", "PERSON"),
            _word("priority", "How much it matters.", ("high", "normal", "low")),
            _day("due-day", "When it is due."),
        ),
        done="{ref} is revised",
        examples=("cairn revise task T1 --assignee bob --due-day 2026-03-01",),
        body=_changed,
    ),
    Verb(
        "initiative",
        "Change an initiative; what is not named stays. For its owner, who defined it, and admins.",
        (Operation("revise_initiative", "PATCH", "initiatives/{ref}", versioned=True),),
        (
            _ref("INITIATIVE"),
            _text("title", "What is tried."),
            _text("owner", "Whose it is.", "PERSON"),
            _word("state", "How far it is.", ("planned", "running", "done", "dropped")),
            _day("start-day", "Its first day."),
            _day("end-day", "Its last day."),
            holds_from_option,
        ),
        done="{ref} is revised",
        examples=("cairn revise initiative I1 --state running",),
        body=_changed,
    ),
    Verb(
        "milestone",
        "Change what a milestone is called, or whose it is. For who planned it, champions and admins.",
        (Operation("revise_milestone", "PATCH", "milestones/{ref}", versioned=True),),
        (_ref("MILESTONE"), _text("title", "What is reached."), _text("team", 'Whose it is; "": the company\'s.', "NAME")),
        done="{ref} is revised",
        examples=('cairn revise milestone M1 --title "The office in Zurich is open"',),
        body=_changed,
    ),
    Verb(
        "objective",
        "Change what an objective says; what is not named stays. For its creator, its owner and admins.",
        (Operation("revise_objective", "PATCH", "objectives/{ref}", versioned=True),),
        (_ref("REF"), _text("title", "What is to be reached."), *_of_an_objective(new=False), holds_from_option),
        done="{ref} is revised",
        examples=('cairn revise objective J1 --title "Expand the core team" --owner ann', 'cairn revise objective J1 --label ""'),
        body=_changed,
    ),
    Verb(
        "key-result",
        "Change what a key result says; what is not named stays.",
        (Operation("revise_key_result", "PATCH", "key-results/{ref}", versioned=True),),
        (_ref("REF"), _text("title", "What is measured."), *_of_a_key_result(new=False), holds_from_option),
        done="{ref} is revised",
        examples=(
            "cairn revise key-result J1/1 --target 4",
            "cairn revise key-result J1/2 --owner ann:0.6 --owner ben:0.4",
            "cairn revise key-result J1/5 --feed J2/1 --feed J3/1",
            'cairn revise key-result J1/3 --milestone "Find one" --milestone "Sign:2:2026-03-31"',
            "cairn revise key-result J1/1 --weight 2 --holds-from 2026-02-01",
            'cairn revise key-result J1/4 --low ""',
        ),
        body=_changed_key_result,
    ),
    Verb(
        "cycle",
        "Change a cycle: its name, its days and what else it is, as long as it is not closed; what is not named stays.",
        (Operation("revise_cycle", "PATCH", "cycles/{ref}", versioned=True),),
        (
            _ref("CYCLE"),
            _text("name", "What it is called from now on; by the name that it had it is found, too."),
            _day("first-day", "Its first day from now on."),
            _day("last-day", "Its last day from now on."),
            _word("kind", "What it is for.", _CYCLE_KINDS),
            _text("enclosing-cycle", 'The longer one that it lies in. "": none.', "CYCLE"),
            _word_or_none("cadence", 'How often check-ins are due, in all of its time. "": as the tenant has it.', CADENCES),
            _word_or_none("weekday", 'On which they are due. "": as the tenant has it.', WEEKDAYS),
            _word("objectives", "What becomes of objectives that would lie outside; refuse unless given.", ("refuse", "move")),
        ),
        done="{ref} is revised",
        examples=(
            "cairn revise cycle 2026-Q1 --name 2026-S1",
            "cairn revise cycle 2026-Q1 --last-day 2026-03-15 --objectives move",
            'cairn revise cycle 2026-Q1 --cadence two-weekly --weekday "" --enclosing-cycle 2026',
        ),
        body=partial(_changed, emptied=("enclosing_cycle", "cadence", "weekday")),
        refused=_with_how_it_is_asked_for,
    ),
    Verb(
        "person",
        "Change a person, by handle: what they are called, their roles and teams. For admins.\n\n"
        "Your own name and e-mail address you may change yourself. A handle that they had stays theirs: by it they are still found, and "
        "still sign in. A tenant always keeps an admin.",
        (Operation("change_person", "PATCH", "people/{ref}", versioned=True),),
        (
            _ref("PERSON"),
            _text("handle", "What others type to name the person from now on."),
            _text("name", "What the person is called from now on; empty: by the handle alone."),
            _text("email", "The e-mail address from now on; empty: none.", "ADDRESS"),
            click.option(
                "--role",
                "roles",
                multiple=True,
                type=click.Choice(_ROLES),
                callback=_none_where_empty,
                help="What they may from now on. May be repeated.",
            ),
            _several("team", "teams", "Which teams they are in from now on, and in no others.", "NAME"),
            holds_from_option,
        ),
        done="{ref} is changed",
        examples=(
            "cairn revise person ann --role champion --role member",
            'cairn revise person ann --team ""',
            'cairn revise person ann --handle anna --name "Anna Sample"',
        ),
        body=_changed,
    ),
    Verb(
        "team",
        "Call a team otherwise, put it elsewhere, or let somebody else lead it. For admins.",
        (Operation("revise_team", "PATCH", "teams/{team}"),),
        (
            _ref("TEAM", "team"),
            _text("name", "What it is called from now on."),
            _text("parent", 'The team above it from now on; "": the top.', "TEAM"),
            _text("lead", 'Who leads it from now on; "": nobody.', "PERSON"),
            holds_from_option,
        ),
        done="{team} is changed",
        examples=('cairn revise team Platform --name "Platform & Tools"', 'cairn revise team Platform --parent "" --lead bob'),
        body=partial(_changed, emptied=("parent", "lead")),
    ),
    Verb(
        "pillar",
        "Call a strategic pillar otherwise, say something else about it, or put it elsewhere among the others. For admins.",
        (Operation("revise_pillar", "PATCH", "pillars/{pillar}", versioned=True),),
        (
            _ref("PILLAR", "pillar"),
            _text("title", "What it is called from now on."),
            _text("about", "What it is about."),
            _text("before", 'The pillar that it shall stand before; "": last.', "PILLAR"),
        ),
        done="{pillar} is changed",
        examples=('cairn revise pillar growth --title "Profitable growth"', 'cairn revise pillar growth --before ""'),
        body=partial(_changed, emptied=("before",)),
    ),
    Verb(
        "view",
        "Call a saved view of your own otherwise, let it lead elsewhere, share it or share it no longer.",
        (Operation("revise_view", "PATCH", "views/{view}", versioned=True),),
        (
            _ref("VIEW", "view"),
            _text("name", "What it is called from now on.", "NAME"),
            _text("address", "Where it leads from now on.", "ADDRESS"),
            click.option("--shared/--no-shared", default=None, help="For everybody of the tenant, or for you alone."),
        ),
        done="view {view} is changed",
        examples=("cairn revise view 'At risk' --shared", "cairn revise view 'At risk' --name 'Behind'"),
        body=_changed,
    ),
    Verb(
        "kpi",
        "Change what a KPI says; what is not named stays. For its owner, who defined it, and admins.",
        (Operation("revise_kpi", "PATCH", "kpis/{ref}", versioned=True),),
        (_ref("KPI"), _text("title", "What is measured."), *_of_a_kpi(new=False), holds_from_option),
        done="{ref} is revised",
        examples=("cairn revise kpi churn --high 2.5", 'cairn revise kpi churn --low ""'),
        body=_changed,
    ),
    Verb(
        "template",
        "Save a template of your tenant's own again: it says what is said now, and nothing else. For its creator, champions and admins.",
        (Operation("replace_template", "PUT", "templates/{template}", versioned=True),),
        (_ref("TEMPLATE", "template"), *_of_a_template()),
        done="template {name} is saved",
        examples=('cairn revise template "A launch" "A launch in spring" --from J1',),
        body=_template,
    ),
)

VERBS: Final = (
    Verb(
        "submit",
        "Submit a draft for approval, where your tenant wants one before it becomes active.",
        (Operation("submit_objective", "POST", "objectives/{ref}/submit", versioned=True),),
        (_ref("OBJECTIVE"), _text("comment", "What whoever approves it should know.")),
        done="{ref} is submitted",
        examples=("cairn submit J1", 'cairn submit J1 --comment "As we said on Monday."'),
    ),
    Verb(
        "approve",
        "Approve what was submitted. For admins, and who owns what it is aligned to; `cairn objectives --approval submitted` lists it.",
        (Operation("approve_objective", "POST", "objectives/{ref}/approve", versioned=True),),
        (_ref("OBJECTIVE"), _text("comment", "What goes with it.")),
        done="{ref} is approved",
        examples=("cairn approve J1",),
    ),
    Verb(
        "send-back",
        "Send back what was submitted, with a reason: it is worked over, and submitted again.",
        (Operation("send_objective_back", "POST", "objectives/{ref}/send-back", versioned=True),),
        (_ref("OBJECTIVE"), _text("reason", "Why it is not approved as it is.", required=True)),
        done="{ref} is sent back",
        examples=('cairn send-back J1 --reason "The second key result has no number."',),
    ),
    Verb(
        "activate",
        "Activate an objective: from then on its key results take check-ins.",
        (Operation("activate_objective", "POST", "objectives/{ref}/activate", versioned=True),),
        (_ref("OBJECTIVE"), holds_from_option),
        done="{ref} is active",
        examples=("cairn activate J1",),
    ),
    Verb(
        "use",
        "Draft an objective with its key results from a template, which `cairn templates` lists.",
        (Operation("use_template", "POST", "templates/{template}/objectives"),),
        (
            _ref("TEMPLATE", "template"),
            _text("cycle", "The cycle that it belongs to.", "NAME", required=True),
            _text("reference", "What people shall call it: S1; its key results are S1/1, S1/2.", "REF"),
            _text("title", "What is to be reached; the template's unless given."),
            *_of_an_objective(new=False),
            _under,
            _of_number("owner-of", "Whose a key result is; the objective's owner's unless given.", "PERSON"),
            _of_number("start-of", "Where a key result begins.", "NUMBER"),
            _of_number("target-of", "Where a key result is to get.", "NUMBER"),
            _of_number("due-of", "The last day of a key result.", "DATE"),
        ),
        done="drafted in {cycle} from {template}",
        examples=(
            "cairn use sales-larger-deals --cycle 2026-Q1 --reference S1 --owner ann --target-of 1=6 --owner-of 2=bob",
            'cairn use people-hiring --cycle 2026-Q1 --reference P1 --title "Hire in Zurich" --under J1',
        ),
        body=_applied,
        after=_what_it_is_called,
    ),
    Verb(
        "start-from",
        "Draft an objective from a KPI that is out of its range, with a key result that follows the KPI back to it.",
        (Operation("start_objective_from_kpi", "POST", "kpis/{ref}/objectives"),),
        (
            _ref("KPI"),
            _text("cycle", "The cycle that it belongs to.", "NAME", required=True),
            _text("reference", "What people shall call it: C1; its key result is C1/1.", "REF"),
            _text("title", "What is to be reached; by what the KPI is called unless given."),
            *_of_an_objective(new=False),
            _under,
        ),
        done="drafted in {cycle} from {ref}",
        examples=("cairn start-from churn --cycle 2026-Q1 --reference C1 --owner ann",),
        body=_new_objective,
        after=_what_it_is_called,
    ),
    Verb(
        "align",
        "Hang an objective under another one, or under a key result, or at the top.",
        (Operation("align_objective", "PUT", "objectives/{ref}/parent", versioned=True),),
        (
            _ref("OBJECTIVE"),
            _under,
            click.option("--at-the-top", is_flag=True, help="Under nothing."),
            holds_from_option,
        ),
        done="{ref} hangs there",
        examples=("cairn align J2 --under J1", "cairn align J2 --at-the-top"),
        body=_parent,
    ),
    Verb(
        "share",
        "Let a key result count for another objective too: one check-in then moves both.",
        (Operation("share_key_result", "PUT", "key-results/{ref}/counts-for/{objective}", versioned=True),),
        (_ref("KEY_RESULT"), _ref("OBJECTIVE", "objective"), holds_from_option),
        done="{ref} counts for {objective}",
        examples=("cairn share J1/3 J2",),
    ),
    Verb(
        "unshare",
        "Let a key result no longer count for another objective.",
        (Operation("unshare_key_result", "DELETE", "key-results/{ref}/counts-for/{objective}", versioned=True),),
        (_ref("KEY_RESULT"), _ref("OBJECTIVE", "objective"), holds_from_option),
        done="{ref} counts for {objective} no longer",
        examples=("cairn unshare J1/3 J2",),
    ),
    Verb(
        "move",
        "Move an objective, with its key results, to another cycle; or a key result to another objective.\n\n"
        "An objective whose first or last day is its cycle's has the new cycle's from then on. Whatever else would lie outside of the new "
        "cycle is named and refused, unless its days are said, or it is asked for --fit-days.",
        (
            Operation("move_objective", "POST", "objectives/{ref}/move", versioned=True),
            Operation("move_key_result", "POST", "key-results/{ref}/move", versioned=True),
        ),
        (
            _ref("REF"),
            _ref("TO", "to"),
            _day("start-day", "Of an objective: its first day from then on."),
            _day("due-day", "Of an objective: its last day from then on."),
            click.option("--fit-days", is_flag=True, help="Of an objective: cut to the new cycle what would lie outside of it."),
            holds_from_option,
        ),
        done="{ref} belongs to {to}",
        examples=(
            "cairn move J1 2026-Q2",
            "cairn move J1 2026-Q2 --fit-days --holds-from 2026-04-01",
            "cairn move J1/3 J2",
            "cairn move J1/3 J2 --holds-from 2026-02-02",
        ),
        body=_moved_to,
        refused=_with_how_it_is_asked_for,
    ),
    Verb(
        "close",
        "Close an objective, or a cycle by its name: a cycle in review, with every objective of it that is active.",
        (
            Operation("close_objective", "POST", "objectives/{ref}/close", versioned=True),
            Operation("close_cycle", "POST", "cycles/{ref}/close", versioned=True),
        ),
        (
            _ref("REF"),
            _text("outcome", "How an objective ended."),
            click.option(
                "--grades",
                "table",
                multiple=True,
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                metavar="FILE",
                help="Of a cycle: a table of grades, or of what is said of its objectives. May be repeated.",
            ),
            holds_from_option,
        ),
        done="{ref} is closed",
        examples=(
            'cairn close J1 --outcome "Three of four were hired."',
            "cairn close 2026-Q1 --dry-run",
            "cairn close 2026-Q1",
        ),
        body=_how_it_ended,
        after=_what_closing_left,
        preview=_what_closing_leaves,
        refused=_by_row,
    ),
    Verb(
        "copy",
        "Draft a copy of an objective, with its key results; yours, in the same cycle, unless --owner and --to say otherwise.",
        (Operation("copy_objective", "POST", "objectives/{ref}/copy"),),
        (
            _ref("OBJECTIVE"),
            _text("to", "The cycle of the copy, whose days it has then.", "CYCLE"),
            _text("reference", "What people shall call it: J1.", "REF"),
            _text("title", "What is to be reached; the same unless given."),
            _text("owner", "Whose it is; you unless given.", "PERSON"),
        ),
        done="{ref} is copied",
        examples=("cairn copy J1 --reference J7", "cairn copy J1 --to 2026-Q2 --owner ann"),
        body=_elsewhere,
        after=_what_it_is_called,
    ),
    Verb(
        "carry-over",
        "Draft an objective that carries this one on in another cycle, from where its key results got to.",
        (Operation("carry_objective_over", "POST", "objectives/{ref}/carry-over"),),
        (
            _ref("OBJECTIVE"),
            click.option("--to", metavar="CYCLE", required=True, help="The cycle that it goes on in."),
            _text("reference", "What people shall call it there: J1.", "REF"),
            _text("title", "What is to be reached there; the same unless given."),
            _text("owner", "Whose it is there; the same unless given.", "PERSON"),
            click.option(
                "--target",
                multiple=True,
                type=_NewTarget(),
                metavar="KEY_RESULT=NUMBER",
                help="A new target; a metric that got to its own needs one. May be repeated.",
            ),
        ),
        done="{ref} is carried over to {to}",
        examples=("cairn carry-over J1 --to 2026-Q2 --reference K1", "cairn carry-over J1 --to 2026-Q2 --target J1/1=12"),
        body=_elsewhere,
        after=_what_it_is_called,
    ),
    Verb(
        "cancel",
        "Give an objective or a key result up: it counts no longer; or a task.",
        (
            Operation("cancel_objective", "POST", "objectives/{ref}/cancel", versioned=True),
            Operation("cancel_key_result", "POST", "key-results/{ref}/cancel", versioned=True),
            Operation("cancel_task", "POST", "tasks/{ref}/cancel", versioned=True),
        ),
        (_ref("REF"), _reason, holds_from_option),
        done="{ref} is cancelled",
        examples=('cairn cancel J1/3 --reason "It is measured elsewhere now."',),
    ),
    Verb(
        "grade",
        "Give a key result its grade, 0 to 1, or abstain from one.",
        (Operation("grade_key_result", "POST", "key-results/{ref}/grade"),),
        (
            _ref("KEY_RESULT"),
            click.argument("grade", type=click.FloatRange(0, 1), required=False),
            click.option("--abstain", is_flag=True, help="Instead of a GRADE: that there is none."),
            _day("as-of", "The day that it speaks of; the day it was given unless given."),
            _day("graded-on", "The day that it was given; today unless given."),
            _reason,
            _text("on-behalf-of", "Whose grade it is, if it is not your own.", "PERSON"),
        ),
        done="{ref} is graded",
        examples=('cairn grade J1/3 0.7 --reason "Two of three hired."', "cairn grade J1/3 --abstain"),
        body=_grade,
    ),
    Verb(
        "finish",
        "Note that a task is done, today or on a day. For whoever has it or gave it.",
        (Operation("finish_task", "POST", "tasks/{ref}/finish", versioned=True),),
        (_ref("TASK"), holds_from_option),
        done="{ref} is done",
        examples=("cairn finish T1", "cairn finish T1 --holds-from yesterday"),
    ),
    Verb(
        "spend",
        "Log time that you spent on a task or an initiative, today or on an earlier day. `cairn effort` shows it.",
        (
            Operation("log_task_effort", "POST", "tasks/{ref}/effort"),
            Operation("log_initiative_effort", "POST", "initiatives/{ref}/effort"),
        ),
        (
            _ref("REF"),
            click.argument("minutes", metavar="TIME", type=SPENT),
            _day("day", "On which day it was spent; today unless given."),
            _text("note", "What it went into."),
        ),
        done="{ref}: {minutes} minutes logged",
        examples=("cairn spend T1 1h30", 'cairn spend I1 45m --day yesterday --note "Wrote to three agencies."'),
        after=_entry,
    ),
    Verb(
        "correct-effort",
        "Correct time that you logged, by its id: another time, or another note. `cairn effort` tells ids.",
        (Operation("correct_effort", "POST", "effort/{entry}/correction"),),
        (
            _ref("ENTRY", "entry"),
            click.argument("minutes", metavar="[TIME]", type=SPENT, required=False),
            _text("note", "What it went into."),
        ),
        done="corrected",
        body=_corrected_effort,
        examples=("cairn correct-effort 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a12 1h",),
    ),
    Verb(
        "retract-effort",
        "Take back time that you logged, by its id: it counts no more.",
        (Operation("retract_effort", "POST", "effort/{entry}/retraction"),),
        (_ref("ENTRY", "entry"), _reason),
        done="taken back",
        examples=('cairn retract-effort 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a12 --reason "It was another task."',),
    ),
    Verb(
        "reopen",
        "Open again what had ended: an objective, a cycle by its name with what was closed with it, or a task.\n\n"
        "Of an objective and a cycle the reason is needed; --holds-from is a task's.",
        (
            Operation("reopen_objective", "POST", "objectives/{ref}/reopen", versioned=True, needs=("reason",)),
            Operation("reopen_cycle", "POST", "cycles/{ref}/reopen", versioned=True, needs=("reason",)),
            Operation("reopen_task", "POST", "tasks/{ref}/reopen", versioned=True),
        ),
        (_ref("REF"), _reason, holds_from_option),
        done="{ref} is open again",
        examples=(
            'cairn reopen 2026-Q1 --reason "Two grades were missing."',
            'cairn reopen J1 --reason "It was closed by mistake."',
        ),
    ),
    Verb(
        "reach",
        "Note that a milestone was reached, today or on a day.",
        (Operation("reach_milestone", "POST", "milestones/{ref}/reach", versioned=True),),
        (_ref("MILESTONE"), holds_from_option),
        done="{ref} is reached",
        examples=("cairn reach M1",),
    ),
    Verb(
        "postpone",
        "Postpone a milestone to a later day.",
        (Operation("postpone_milestone", "POST", "milestones/{ref}/postpone", versioned=True),),
        (_ref("MILESTONE"), click.argument("day", metavar="DAY", type=DAY), _reason, holds_from_option),
        done="{ref} is postponed to {day}",
        examples=('cairn postpone M1 2026-06-01 --reason "The landlord needs a month more."',),
    ),
    Verb(
        "measure",
        "Record a value of a KPI. Of one day the value that was recorded last counts.",
        (Operation("measure_kpi", "POST", "kpis/{ref}/values"),),
        (
            _ref("KPI"),
            click.argument("value", metavar="VALUE", type=NUMBER),
            _day("as-of", "The day that it is true of; today unless given."),
            _text("comment", "What there is to say of it."),
        ),
        done="{ref}: {value}",
        examples=("cairn measure churn 2.4", 'cairn measure churn 3.4 --as-of 2026-03-31 --comment "Two large customers left."'),
        minus=True,
    ),
    Verb(
        "take-back",
        "Take a value of a KPI back, by its id: the one before it counts again. `cairn kpi-values KPI --json` tells ids.",
        (Operation("retract_kpi_value", "POST", "kpis/{ref}/values/{measurement}/retraction"),),
        (_ref("KPI"), _ref("VALUE_ID", "measurement"), _reason),
        done="the value of {ref} is taken back",
        examples=("cairn take-back churn 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a11",),
    ),
    Verb(
        "retire",
        "Watch a KPI no longer: it keeps its values, and takes none any more.",
        (Operation("retire_kpi", "POST", "kpis/{ref}/retire", versioned=True),),
        (_ref("KPI"), _reason, holds_from_option),
        done="{ref} is retired",
        examples=('cairn retire churn --reason "It is measured elsewhere now."',),
    ),
    Verb(
        "start",
        "Start a cycle: from planning to active.",
        (Operation("start_cycle", "POST", "cycles/{ref}/start", versioned=True),),
        (_ref("CYCLE"),),
        done="{ref} is active",
        examples=("cairn start 2026-Q1",),
    ),
    Verb(
        "review",
        "Begin a cycle's review: from active to review.",
        (Operation("review_cycle", "POST", "cycles/{ref}/review", versioned=True),),
        (_ref("CYCLE"),),
        done="{ref} is in review",
        examples=("cairn review 2026-Q1",),
    ),
    Verb(
        "manage",
        "Say who manages a person, both by handle, or that nobody does. For admins.",
        (Operation("change_manager", "PUT", "people/{ref}/manager", versioned=True),),
        (
            _ref("PERSON"),
            click.argument("manager", metavar="MANAGER", required=False),
            click.option("--nobody", is_flag=True, help="Instead of a MANAGER: that there is none."),
            holds_from_option,
        ),
        done="{ref} is managed so",
        examples=("cairn manage bob ann", "cairn manage bob --nobody"),
        body=_manager,
    ),
    Verb(
        "dissolve",
        "Dissolve a team that has no team below it: whoever was in it is in it no longer. For admins.",
        (Operation("dissolve_team", "POST", "teams/{team}/dissolve"),),
        (_ref("TEAM", "team"), holds_from_option),
        done="{team} is dissolved",
        examples=("cairn dissolve Platform",),
    ),
    Verb(
        "leave",
        "Note that a person, by handle, has left: they sign in no more, and every session of theirs ends. For admins.\n\n"
        "What is theirs keeps their name, unless somebody takes it over: their objectives, key results and tasks that have not ended, the"
        " teams that they lead, the people whom they manage, their initiatives and KPIs (--dry-run and `cairn owned` tell which). Their"
        " handle stays theirs. They may come back: `cairn reinstate`. A tenant always keeps an admin.",
        (Operation("leave_person", "POST", "people/{ref}/leave", versioned=True),),
        (
            _ref("PERSON"),
            _text("hand-over-to", "Who takes over what they have that has not ended, by handle.", "PERSON"),
            _day("holds-from", "The first day on which they are there no longer; today unless given, and no later."),
        ),
        done="{ref} has left, and every session of theirs is ended",
        examples=(
            "cairn leave ann --hand-over-to bob",
            "cairn leave ann --hand-over-to bob --dry-run",
            "cairn leave ann --holds-from 2026-03-01",
        ),
        after=_what_was_handed_over,
        preview=_what_is_left_behind,
    ),
    Verb(
        "reinstate",
        "Let a person, by handle, who has left come back, with the roles and teams that they have. For admins.",
        (Operation("reinstate_person", "POST", "people/{ref}/reinstate", versioned=True),),
        (_ref("PERSON"),),
        done="{ref} is back",
        examples=("cairn reinstate ann",),
    ),
    Verb(
        "appoint-admin",
        "As the operator, make a person, by handle, an admin of a tenant that has none any more.\n\n"
        "Where there is an admin, it is theirs to say who else is one.",
        (Operation("appoint_admin", "POST", "tenants/{tenant}/appoint-admin", operator=True),),
        (_ref("PERSON", "person"),),
        done="{person} is an admin of {tenant}",
        examples=("cairn appoint-admin ann --tenant acme",),
    ),
)


def _group(name: str, does: str, verbs: tuple[Verb, ...]) -> click.Group:
    return click.Group(name, {verb.name: verb.command() for verb in verbs}, short_help=does, help=does)


REMOVE: Final = (
    Verb(
        "member",
        "Let a person, by handle, be in a team no longer. For admins.",
        (Operation("remove_member", "DELETE", "teams/{team}/members/{person}"),),
        (_ref("TEAM", "team"), _ref("PERSON", "person"), holds_from_option),
        done="{person} is in {team} no longer",
        examples=("cairn remove member Platform ann",),
    ),
    Verb(
        "pillar",
        "Remove a strategic pillar from the vision board; objectives that name it name it still. For admins.",
        (Operation("remove_pillar", "DELETE", "pillars/{pillar}", versioned=True),),
        (_ref("PILLAR", "pillar"),),
        done="pillar {pillar} is removed",
        examples=("cairn remove pillar growth",),
    ),
    Verb(
        "view",
        "Remove a saved view of your own, by its name or its id: for everybody with whom it was shared, too.",
        (Operation("remove_view", "DELETE", "views/{view}", versioned=True),),
        (_ref("VIEW", "view"),),
        done="view {view} is removed",
        examples=("cairn remove view 'At risk'",),
    ),
    Verb(
        "template",
        "Remove a template of your tenant's own; what was made from it stays. For its creator, champions and admins.",
        (Operation("remove_template", "DELETE", "templates/{template}", versioned=True),),
        (_ref("TEMPLATE", "template"),),
        done="template {template} is removed",
        examples=('cairn remove template "A launch"',),
    ),
)

COMMANDS: Final = (
    _group(
        "add",
        "Make something new: a person, a team and its people, a pillar, a view, a cycle, an objective, a key result, work, a KPI.",
        ADD,
    ),
    _group("revise", "Change what an objective, a key result, work, a KPI, a person, a team, a pillar or a saved view is.", REVISE),
    _group(
        "remove",
        "Take somebody out of a team, a pillar from the vision board, a template out of the tenant's own, or a saved view of your own.",
        REMOVE,
    ),
    *(verb.command() for verb in VERBS),
)
