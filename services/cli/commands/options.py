"""What commands have in common: --tenant, --json, and words of the command line that are more than text."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any, Final

import click

from chassis.errors import Refused
from chassis.positions import parse_positions
from cli.connection import DEFAULT_TENANT, Cairn
from cli.days import day_said, instant_said, no_day
from cli.errors import Problem
from cli.output import Output
from cli.references import without_ids

_FIELD: Final = re.compile(r"[a-z]+(?:_[a-z]+)+", re.ASCII)
"""What in a sentence can be nothing but the name of a field."""

_QUESTION: Final = re.compile(r"`?GET /v1/([a-z-]+)`?(?![a-z/-])", re.ASCII)
"""What a sentence tells a program to ask."""

_DURATION: Final = re.compile(r"(\d{1,6})([smhdw])", re.ASCII)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

Command = Callable[..., None]

formula_option: Final = click.option(
    "--formula", metavar="N", type=click.IntRange(min=1), help="The version of the formulas to compute by; the newest, unless given."
)
"""An older version gives an old digest anew."""


class Day(click.ParamType[str]):
    """A day, as people say it in their own time zone."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The day as REST takes it."""
        day = day_said(str(value))
        if day is None:
            self.fail(no_day(str(value)), param, ctx)
        return day.isoformat()


class Instant(click.ParamType[str]):
    """An instant, as people say it in their own time zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The instant as REST takes it."""
        instant = instant_said(str(value))
        if instant is None:
            self.fail(f"{value!r} is not an instant; one looks like 2026-03-31T12:00:00Z, 12h (ago) or now", param, ctx)
        return instant.isoformat()


class DayOrInstant(Instant):
    """A day or an instant, as people say them in their own time zone."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same as REST takes it: when a day begins is the tenant's business."""
        day = day_said(str(value))
        return super().convert(value, param, ctx) if day is None else day.isoformat()


class Since(Instant):
    """Positions in the logs, as an answer's Cairn-Position has them, an instant, or the beginning of a day, by the reader's clock."""

    name = "since"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same as REST takes it."""
        day = day_said(str(value))
        if day is not None:
            return datetime.combine(day, time()).astimezone().isoformat()
        try:
            return value if parse_positions(str(value)) else super().convert(value, param, ctx)
        except Refused:
            return super().convert(value, param, ctx)


class Duration(click.ParamType[timedelta]):
    """So many seconds, minutes, hours, days or weeks."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The duration."""
        if isinstance(value, timedelta):
            return value
        match = _DURATION.fullmatch(value)
        if match is None:
            self.fail(f"{value!r} is not a duration; one looks like 7d, 12h or 90m", param, ctx)
        return timedelta(**{_UNITS[match[2]]: int(match[1])})


_SPENT: Final = re.compile(r"(?:(\d{1,4}(?:\.\d{1,2})?)h)?(?:(\d{1,4})(?:m|min)?)?", re.ASCII)


class Spent(click.ParamType[int]):
    """Time that was spent, in minutes."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The minutes of 1h30, 1.5h, 90m."""
        said = str(value).replace(" ", "").lower()
        match = _SPENT.fullmatch(said)
        if match is None or not said or (match[1] is None and not said.endswith(("m", "min"))):
            self.fail(f"{value!r} is no time that was spent; one looks like 1h30, 1.5h or 90m", param, ctx)
        return round(float(match[1] or 0) * 60) + int(match[2] or 0)


DAY: Final = Day()
SPENT: Final = Spent()
DURATION: Final = Duration()
INSTANT: Final = Instant()
DAY_OR_INSTANT: Final = DayOrInstant()


class Number(click.ParamType[float]):
    """A number with a point."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number."""
        found = number_said(str(value))
        if found is None:
            self.fail(no_number(str(value)), param, ctx)
        return found


def number_said(text: str) -> float | None:
    """The number that somebody means; None where that is none, or none that is finite."""
    try:
        found = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def no_number(text: str) -> str:
    """That a text is no number, and how one is written."""
    point = text.replace(",", ".")
    return f"{text!r} is not a number; one looks like {point if text.count(',') == 1 and number_said(point) is not None else '0.75'}"


class Word(click.Choice[str]):
    """One of some words of the API, as people read them too: on track, on-track, on_track."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word as REST takes it."""
        return super().convert(str(value).strip().lower().replace(" ", "_").replace("-", "_"), param, ctx)


NUMBER: Final = Number()


def act_as_operator(cairn: Cairn, output: Output) -> None:
    """From here on as the installation's operator, and said so. Raises Failed where a person is named."""
    cairn.as_operator()
    if not output.as_json and not cairn.token_given:
        click.echo("acting as the operator of this installation", err=True)


as_of_option: Final = click.option("--as-of", type=DAY, metavar="DATE", help="What was true on this day, e.g. 2026-03-31 or yesterday.")
known_at_option: Final = click.option(
    "--known-at", type=INSTANT, metavar="TIME", help="Only what was known at this instant, e.g. 2026-03-31T12:00:00Z or 12h (ago)."
)
holds_from_option: Final = click.option("--holds-from", type=DAY, metavar="DATE", help="From which day on it holds; today unless given.")
if_match_option: Final = click.option(
    "--if-match", type=click.IntRange(min=1), metavar="VERSION", help="Only if it is still at this version, which --json tells."
)
key_option: Final = click.option(
    "--idempotency-key", default="", metavar="KEY", help="Said again under the same key, it is done once; one of its own unless given."
)
changed_since_option: Final = click.option(
    "--changed-since", type=Since(), metavar="TIME", help="Only what has changed since this day or instant (12h: ago), or these positions."
)
limit_option: Final = click.option(
    "--limit", type=click.IntRange(min=0), default=100, show_default=True, metavar="N", help="At most so many; 0: all."
)


def sort_option(*fields: str, otherwise: str) -> Callable[[Command], Command]:
    """--sort by one of the fields of a list, - before it for downwards; `otherwise` says the order where none is given."""
    words = [word for field in fields for word in (field, f"-{field}")]
    return click.option("--sort", type=click.Choice(words), help=f"The order, - for downwards; {otherwise} unless given.")


@contextmanager
def _told_to_people(cairn: Cairn) -> Iterator[None]:
    """What is wrong with a field is told of the option or argument that it was said by, and of things by name; programs get it as it is."""
    try:
        yield
    except Problem as problem:
        message = _by_option(problem.message, click.get_current_context().command.params)
        raise problem.worded(without_ids(cairn, message)) from None


def _by_option(message: str, parameters: Sequence[click.Parameter]) -> str:
    said = {word: parameter for parameter in parameters if (word := parameter.name)}
    field, colon, rest = message.partition(": ")
    field = field.removeprefix("body.")
    if not colon or not (field == "body" or field in said):
        field, rest = "", message
    rest = _QUESTION.sub(_command_for, rest)
    rest = _FIELD.sub(lambda found: _option(said[found[0]]) if found[0] in said else found[0], rest)
    return f"{_option(said[field])}: {rest}" if field in said else rest


def _command_for(question: re.Match[str]) -> str:
    """The command that asks a question of the API, where there is one of that name; else the question."""
    group = click.get_current_context().find_root().command
    return f"`cairn {question[1]}`" if isinstance(group, click.Group) and question[1] in group.commands else question[0]


def _option(parameter: click.Parameter) -> str:
    long = next((word for word in parameter.opts if word.startswith("--")), None)
    return long or parameter.make_metavar(click.get_current_context()).strip("[]")


def json_option(command: Command) -> Command:
    """Adds --json; the command gets its `output`."""

    @click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
    @functools.wraps(command)
    def invoked(as_json: bool, **arguments: Any) -> None:
        command(output=Output(as_json), **arguments)

    return invoked


def gateway_command(command: Command) -> Command:
    """Adds --tenant and --json; the command gets `cairn`, the gateway, and its `output`."""

    @click.option(
        "--tenant",
        envvar="CAIRN_TENANT",
        default=DEFAULT_TENANT,
        show_default=True,
        metavar="NAME",
        help="Whose objectives; or CAIRN_TENANT.",
    )
    @json_option
    @functools.wraps(command)
    def invoked(tenant: str, **arguments: Any) -> None:
        with Cairn.connected(tenant) as cairn, _told_to_people(cairn):
            command(cairn=cairn, **arguments)

    return invoked


def command_of(
    name: str, does: str, examples: Sequence[str], options: Sequence[Callable[[Command], Command]], command: Command
) -> click.Command:
    """A function as a command: with its options, in their order, and a help that says what it does and shows examples."""
    for option in reversed(options):
        command = option(command)
    lines = "".join(f"  {example}\n" for example in examples)
    help_text = f"{does}\n\n\b\nExample{'s' if len(examples) > 1 else ''}:\n{lines}"
    return click.command(name, short_help=does.partition("\n")[0], help=help_text)(command)
