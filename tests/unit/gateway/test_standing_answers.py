"""What answers rested on that readers have."""

from __future__ import annotations

from gateway.standing_answers import Resting, StandingAnswers

SEEN = Resting(b"as it is now", 7)


def test_only_who_has_the_newest_answer_is_known_to_have_it() -> None:
    answers = StandingAnswers()
    answers.remember("ann's question", "old", SEEN)
    answers.remember("ann's question", "new", SEEN)
    assert answers.known("ann's question", ["old"]) is None
    assert answers.known("bob's question", ["new"]) is None
    assert answers.known("ann's question", ["other", "new"]) == ("new", SEEN)


def test_what_was_not_asked_for_longest_leaves_first() -> None:
    answers = StandingAnswers(most=2)
    answers.remember("first", "tag", SEEN)
    answers.remember("second", "tag", SEEN)
    answers.known("first", ["tag"])
    answers.remember("third", "tag", SEEN)
    assert [question for question in ("first", "second", "third") if answers.known(question, ["tag"])] == ["first", "third"]
