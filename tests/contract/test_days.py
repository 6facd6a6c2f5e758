"""An instant becomes a day somewhere: in one place of the code, by a time zone. What turns it into one otherwise fails here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
HOMES = {"chassis/days.py", "cli/days.py"}
"""The second is of the reader's own days, which the command line alone knows."""
OF_OLD_EVENTS = {"progress/facts/folds/versions.py", "progress/queries/summaries.py"}
"""Where events of before `holds_from` get the day, in UTC, that they always had: in the fold, and in the history that tells of it."""

_TURNING = {"date", "today", "utcnow", "toordinal", "isocalendar", "timetuple", "utctimetuple"}
_SECONDS_A_DAY = {86_400 * 10**power for power in (0, 3, 6, 9)}
_IN_SQL = re.compile(
    r"::\s*date\b|\bAS date\b|\bdate_trunc\b|\bcurrent_date\b|\bto_char\b(?!.*HH24)|/\s*(86_?400|\{MICROSECONDS_A_DAY\})", re.IGNORECASE
)


def turned(source: str) -> list[str]:
    """What, in a module, makes a day of an instant without saying where."""
    return [ast.unparse(node) for node in ast.walk(ast.parse(source)) if _turns(node)]


def _turns(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name), args=[], keywords=[]):
            return name in _TURNING
        case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod(), right=divisor):
            return _a_day(divisor)
        case ast.Call(func=ast.Name(id="divmod"), args=[_, divisor]):
            return _a_day(divisor)
        case ast.JoinedStr() | ast.Constant(value=str()):
            return _IN_SQL.search(ast.unparse(node)) is not None
        case _:
            return False


def _a_day(divisor: ast.expr) -> bool:
    match divisor:
        case ast.Constant(value=int() | float() as number):
            return number in _SECONDS_A_DAY
        case ast.Name(id=name):
            return name == "MICROSECONDS_A_DAY"
        case ast.Call(func=ast.Name(id="timedelta"), keywords=[ast.keyword(arg="days")]):
            return True
        case _:
            return False


@pytest.mark.parametrize("module", sorted(path.relative_to(SERVICES).as_posix() for path in SERVICES.rglob("*.py")))
def test_no_service_makes_a_day_of_an_instant_by_itself(module: str) -> None:
    source = (SERVICES / module).read_text()
    if module not in HOMES:
        assert not turned(source), "chassis.days.day_in does it, or the caller's Identity.day_at"
    named = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    assert ("utc_day_of_old_event" in named) == (module in OF_OLD_EVENTS), "an event of today names its days"


@pytest.mark.parametrize(
    "source",
    [
        "now.date()",
        "date.today()",
        "clock.now().astimezone(UTC).toordinal()",
        "recorded_at // MICROSECONDS_A_DAY",
        "divmod(seconds, 86_400)",
        "(now - EPOCH) // timedelta(days=1)",
        "'SELECT recorded_at::date FROM event'",
        "\"SELECT to_char(recorded_at, 'YYYY-MM-DD') FROM event\"",
        "f'SELECT known_from / {MICROSECONDS_A_DAY} FROM {table}'",
    ],
)
def test_whatever_makes_a_day_of_an_instant_is_found(source: str) -> None:
    assert turned(source)
