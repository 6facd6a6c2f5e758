"""How a field of an answer is told to people."""

from __future__ import annotations

from typing import Any

import pytest

from cli.wording import told

ID = "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"
ANN = {"id": ID, "handle": "ann", "name": "Ann Example"}


def moved(first: float | None, present: float | None, moves: int = 1) -> dict[str, Any]:
    said: list[Any] = [
        None if number is None else {"number": number, "day": None, "people": [], "items": []} for number in (first, present)
    ]
    when = {"moved_on": "2026-05-03", "moved_at": "2026-05-04T08:00:00Z", "moved_by": ANN}
    return {"field": "target", "first": said[0], "present": said[1], "moves": moves, **when, "on_behalf_of": None, "event_id": ID}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("title", None, ""),
        ("labels", [], ""),
        ("shared", True, "yes"),
        ("value", 31.0, "31"),
        ("progress", 0.616, "61.6 %"),
        ("due_day", "2026-03-31", "2026-03-31"),
        ("objective_id", ID, ""),
        ("owner", ANN, "ann"),
        ("owner", {**ANN, "handle": None, "name": None}, "(forgotten)"),
        ("owner", {**ANN, "handle": None, "name": "progress"}, "progress"),
        ("cycle", {"id": ID, "name": "2026-Q1"}, "2026-Q1"),
        ("objective", {"id": ID, "ref": "J1", "title": "Grow"}, "J1"),
        ("owners", [{"person": ANN, "share": 0.5}, {"person": ANN, "share": None}], "ann 50.0 %, ann"),
        ("milestones", [{"title": "Find one", "done": True}, {"title": "Sign", "done": False}], "Find one (done), Sign"),
        ("parent", {"objective": {"id": ID, "ref": "J1", "title": "Grow"}, "key_result": None}, "J1"),
        ("plan", [{"day": "2026-10-31", "share": 0.2}, {"day": "2026-11-30", "share": 0.5}], "20.0 % by 2026-10-31, 50.0 % by 2026-11-30"),
        ("parts", [{"person": ANN, "value": 40.0, "as_of": "2026-03-31"}], "ann 40 (of 2026-03-31)"),
        ("approval", "sent_back", "sent back"),
        ("goalposts", [moved(100, 80)], "target 100 → 80 (on 2026-05-03 by ann)"),
        ("goalposts", [moved(None, 80, moves=3)], "target none → 80 (on 2026-05-03 by ann, 3 times in all)"),
        ("goalposts", [moved(100, 100, moves=2)], "target 100 (on 2026-05-03 by ann, 2 times in all)"),
        ("goalposts", [moved(None, None)], "target (on 2026-05-03 by ann)"),
    ],
)
def test_things_and_people_are_told_by_name(name: str, value: Any, words: str) -> None:
    assert told(name, value) == words
