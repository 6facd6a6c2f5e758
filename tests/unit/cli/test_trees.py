"""Trees, as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from cli.output import Output
from cli.trees import grade_of, how_it_is, in_natural_order, show_trees

CYCLE = {"id": "a cycle's id", "name": "2026-Q1", "first_day": "2026-01-01", "last_day": "2026-03-31", "state": "active"}
ANN = {"id": "ann's id", "handle": "ann", "name": "Ann Example"}


def thing(ref: str, **more: Any) -> dict[str, Any]:
    plain = {"id": f"id of {ref}", "ref": ref, "title": f"title of {ref}", "progress": 0.5, "status": "on_track", "grade": None}
    return {**plain, "depth": 0, "state": "active", "owner": ANN, "team": None, "key_results": [], **more}


def test_siblings_stand_as_people_count_and_children_below_their_parent() -> None:
    tree = [thing("O10"), thing("O2"), thing("O2b", depth=1), thing("O2a", depth=1), thing("O1")]
    assert [one["ref"] for one in in_natural_order(tree)] == ["O1", "O2", "O2a", "O2b", "O10"]


def test_what_is_called_alike_keeps_its_own_children() -> None:
    tree = [thing("O1", id="b"), thing("of b", depth=1), thing("O1", id="a"), thing("of a", depth=1)]
    assert [one["ref"] for one in in_natural_order(tree)] == ["O1", "of a", "O1", "of b"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "on track"),
        ({"status_said": True}, "on track (said)"),
        ({"status": None}, "hidden"),
        ({"state": "closed", "status": "achieved"}, "achieved, closed"),
        ({"state": "draft", "status": "not_started"}, "not started, draft"),
        ({"state": "cancelled"}, "cancelled"),
        ({"cancelled": True}, "cancelled"),
        ({"abstained": True}, "on track, abstained"),
        ({"counts": True}, "on track"),
        ({"counts": False}, "on track, does not count"),
        ({"abstained": True, "grade": 0.7}, "on track"),
    ],
)
def test_a_status_says_what_ended_and_what_was_abstained_from(said: dict[str, Any], told: str) -> None:
    assert how_it_is(thing("O1", **said)).plain == told


def test_an_owner_stands_beside_the_team_and_no_id_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    key_result = thing("O1/1", abstained=True, value=None)
    objective = thing("O1", team={"id": None, "name": "core"}, key_results=[key_result])
    show_trees(Output(as_json=False), [(CYCLE, {"cycle": CYCLE, "objectives": [objective]})], of_one=True)
    out = capsys.readouterr().out
    assert out.startswith("2026-Q1  2026-01-01 to 2026-03-31, active")
    assert "O1 title of O1 50.0 % on track – ann core" in " ".join(out.split())
    assert "O1/1 title of O1/1 50.0 % on track, abstained –" in " ".join(out.split())
    assert "id" not in out.replace("title", "").split()


def test_what_has_no_reference_goes_by_its_title_and_shows_no_id(capsys: pytest.CaptureFixture[str]) -> None:
    its_id = "0198c1a2-3b4c-7d5e-8f60-718293a4b5c6"
    show_trees(Output(as_json=False), [(CYCLE, {"cycle": CYCLE, "objectives": [thing(its_id, title="Nameless")]})], of_one=True)
    out = capsys.readouterr().out
    assert "– Nameless 50.0 %" in " ".join(out.split())
    assert its_id[:8] not in out


def test_a_title_keeps_twenty_columns_and_no_word_is_broken_however_narrow_the_terminal_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    title = "Internationalisation of everything that anybody reads"
    tree = [thing("a-long-reference-of-an-objective", title=title, team={"id": None, "name": "engineering"})]
    show_trees(Output(as_json=False), [(CYCLE, {"cycle": CYCLE, "objectives": tree})], of_one=True)
    out = capsys.readouterr().out
    assert set(title.split()) <= set(out.split())
    assert "Internationalisation" in out
    assert "engineering" in out


@pytest.mark.parametrize(("grades", "told"), [((0.6, None, None), "0.6 (1 of 3)"), ((0.6, 0.6, 0.6), "0.6"), ((None, None, None), "–")])
def test_a_grade_of_a_part_says_of_how_many(grades: tuple[float | None, ...], told: str) -> None:
    key_results = [thing(f"O1/{number}", grade=grade) for number, grade in enumerate(grades)]
    mean = next((grade for grade in grades if grade is not None), None)
    assert grade_of(thing("O1", grade=mean, key_results=key_results)) == told


def test_a_cycle_without_objectives_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    show_trees(Output(as_json=False), [(CYCLE, {"cycle": CYCLE, "objectives": []})], of_one=True)
    assert capsys.readouterr().out == "2026-Q1  2026-01-01 to 2026-03-31, active: no objectives\n"
