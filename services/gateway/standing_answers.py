"""What answers rested on that readers have: who asks with the tag of one is told that it still stands, without its being made again.

It is kept here and not in the tags. What an answer rests on - how far events have been taken in - changes with what is hidden from the
reader, too, and a tag that told it would tell of that.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final, NamedTuple

_MOST: Final = 20_000
"""Answers; some 300 bytes each."""


class Resting(NamedTuple):
    """What an answer rests on: what the service says that it does, and the copy of people's names that it was shown with."""

    state: bytes
    names: int
    """The position in directory's log."""


class StandingAnswers:
    """By question, which says who asks: the tag of the newest answer, and what that rested on. The longest unused leave first."""

    def __init__(self, most: int = _MOST) -> None:
        self._most: Final = most
        self._answers: Final[OrderedDict[Hashable, tuple[str, Resting]]] = OrderedDict()

    def known(self, question: Hashable, tags: list[str]) -> tuple[str, Resting] | None:
        """The answer to a question, where a reader has it by one of `tags`."""
        answer = self._answers.get(question)
        if answer is None or answer[0] not in tags:
            return None
        self._answers.move_to_end(question)
        return answer

    def remember(self, question: Hashable, tag: str, resting: Resting) -> None:
        """This is the newest answer, and what it rests on: as it was before the answer was made."""
        self._answers[question] = tag, resting
        self._answers.move_to_end(question)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)
