"""What is computed is rounded in one place, where no figure crosses a bound that its status has not: elsewhere that fails here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cairn.progress.v1.service_pb2 import KeyResultOrder, ObjectiveOrder

SERVICES = Path(__file__).parents[2] / "services"
HOME = "shared/figures.py"
SECONDS = {
    "chassis/kafka/consumer/watch.py",
    "chassis/kafka/topics.py",
    "chassis/kafka/users.py",
    "gateway/http/limits.py",
    "gateway/routes/operations.py",
}
"""Where durations are told, which have no bounds."""

_DIGITS = re.compile(r"\.\d+[eEfFgG%n]|%$")


def rounded(source: str) -> list[str]:
    """What, in a module, rounds a number to some digits."""
    return [ast.unparse(node) for node in ast.walk(ast.parse(source)) if _rounds(node)]


def _rounds(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="round"), args=[_, _]) | ast.Call(func=ast.Attribute(attr="quantize")):
            return True
        case ast.FormattedValue(format_spec=ast.JoinedStr() as spec):
            return _DIGITS.search("".join(str(v.value) if isinstance(v, ast.Constant) else "1" for v in spec.values)) is not None
        case ast.Call(func=ast.Name(id="format"), args=[_, ast.Constant(value=str(spec))]):
            return _DIGITS.search(spec) is not None
        case _:
            return False


@pytest.mark.parametrize("module", sorted(path.relative_to(SERVICES).as_posix() for path in SERVICES.rglob("*.py")))
def test_no_service_rounds_a_figure_by_itself(module: str) -> None:
    found = rounded((SERVICES / module).read_text())
    assert module in SECONDS | {HOME} or not found, "shared.figures does it"
    assert found or module not in SECONDS | {HOME}


@pytest.mark.parametrize(
    "source",
    [
        "round(share, 6)",
        "f'{share * 100:.1f} %'",
        "f'{share:.0%}'",
        "format(share, '.3g')",
        "f'{share:.{digits}f}'",
        "share.quantize(unit)",
    ],
)
def test_whatever_rounds_is_found(source: str) -> None:
    assert rounded(source)


def test_no_list_of_objectives_or_key_results_is_ordered_by_a_number() -> None:
    """A place in a list tells a number to those who are not told it."""
    told_to_all = {"UNSPECIFIED", "REF", "TITLE", "START_DAY", "DUE_DAY"}
    for orders, prefix in ((ObjectiveOrder, "OBJECTIVE_ORDER_"), (KeyResultOrder, "KEY_RESULT_ORDER_")):
        assert {name.removeprefix(prefix) for name, _ in orders.items()} <= told_to_all
