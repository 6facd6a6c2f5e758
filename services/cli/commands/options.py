"""What commands have in common: --tenant, --json, and words of the command line that are more than text."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

import click

from cli.connection import DEFAULT_TENANT, Cairn
from cli.output import Output

_DURATION: Final = re.compile(r"(\d{1,6})([smhdw])", re.ASCII)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Command = Callable[..., None]

formula_option: Final = click.option(
    "--formula", metavar="N", type=click.IntRange(min=1), help="The version of the formulas to compute by; the newest, unless given."
)
"""An older version gives an old digest anew."""


class Day(click.ParamType[str]):
    """A day, YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The day as REST takes it."""
        if not _is_a_day(value):
            self.fail(f"{value!r} is not a day; one looks like 2026-03-31", param, ctx)
        return str(value)


def _is_a_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and date.fromisoformat(text) is not None
    except ValueError:
        return False


class Instant(click.ParamType[str]):
    """An instant with its zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The instant as REST takes it."""
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None:
            self.fail(f"{value!r} is not an instant with its zone; one looks like 2026-03-31T12:00:00Z", param, ctx)
        return instant.isoformat()


class DayOrInstant(Instant):
    """An instant with its zone, or a day: then its beginning in UTC."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The instant as REST takes it."""
        if _DAY.fullmatch(value):
            return f"{DAY.convert(value, param, ctx)}T00:00:00Z"
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


DAY: Final = Day()
DURATION: Final = Duration()
INSTANT: Final = Instant()
DAY_OR_INSTANT: Final = DayOrInstant()

as_of_option: Final = click.option("--as-of", type=DAY, metavar="DATE", help="What was true on this day, e.g. 2026-03-31.")
known_at_option: Final = click.option(
    "--known-at", type=INSTANT, metavar="TIME", help="Only what was known at this instant, e.g. 2026-03-31T12:00:00Z."
)
limit_option: Final = click.option(
    "--limit", type=click.IntRange(min=0), default=100, show_default=True, metavar="N", help="At most so many; 0: all."
)


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
        with Cairn.connected(tenant) as cairn:
            command(cairn=cairn, **arguments)

    return invoked
