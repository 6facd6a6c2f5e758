"""The digest is a declared format: an old one can be computed for ever."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
import pytest

from cairn.goals.v1 import events_pb2 as goals
from chassis.errors import Refused
from progress.digest import KEY_RESULT, OBJECTIVE, RowFormat, canonical_rows, digest_of
from progress.domain.formulas import formula_of
from tests.support.events import an_id
from tests.support.told import START, Told


@dataclass
class Row:
    name: str
    count: int
    ratings: tuple[int, ...] = ()
    motto: str | None = None


FORMAT = RowFormat(("name", "count"), later={"motto": None, "ratings": ()})


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (Row("a", 2), ["a", 2, 0.5]),
        (Row("a", 2, motto="on"), ["a", 2, 0.5, {"motto": "on"}]),
        (Row("a", 2, ratings=(1,), motto="on"), ["a", 2, 0.5, {"motto": "on", "ratings": [1]}]),
    ],
)
def test_later_fields_stand_behind_by_name_and_only_where_they_are_set(row: Row, line: list[Any]) -> None:
    assert orjson.loads(FORMAT.line(row, [0.5])) == line


def test_the_rows_of_version_1_hold_every_field_of_then_in_the_order_of_then() -> None:
    told = Told().objective("O").key_result("O", "a", binary=goals.Binary()).check_in("a", 1.0, as_of=START)
    head, objective, key_result = map(orjson.loads, canonical_rows(told.evaluated(formula=formula_of(1))))
    assert head == ["cairn-digest", 1, 1]
    assert objective[:4] == [an_id("O").hex(), an_id("Q").hex(), "", "O"]
    assert objective[len(OBJECTIVE.fields) :] == [[an_id("a").hex()], 1.0, 1.0, None, 0.0]
    assert key_result[:5] == [an_id("a").hex(), an_id("O").hex(), an_id("Q").hex(), "", "a"]
    assert key_result[len(KEY_RESULT.fields) :] == [False, 1.0, 1.0]


def test_what_is_maintained_says_so_behind_its_row_also_where_a_bound_is_0() -> None:
    told = Told().objective("O").key_result("O", "a", maintain=goals.Maintain(low=0, mode=goals.MAINTAIN_MODE_SHARE))
    *_, key_result = map(orjson.loads, canonical_rows(told.evaluated()))
    assert key_result[-1] == {"low": 0.0, "mode": goals.MAINTAIN_MODE_SHARE}


def test_a_digest_is_the_hash_of_its_lines_and_of_how_many_check_ins_there_are() -> None:
    evaluated = Told().objective("O").evaluated()
    assert digest_of(evaluated, 7).digest == sha256(b"\n".join([*canonical_rows(evaluated), b"7"])).hexdigest()


def test_formulas_that_nobody_knows_are_refused_in_one_sentence() -> None:
    with pytest.raises(Refused, match="there is no version 9 of the formulas here; known: 1, 2") as refused:
        formula_of(9)
    assert (refused.value.reason, refused.value.field) == ("FORMULA_UNKNOWN", "formula")
