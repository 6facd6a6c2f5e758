"""The words by whose beginnings things and people are found, in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from chassis.texts import without_accents

_LONGEST_WORD: Final = 32
"""Characters of a word that it is found by."""

_ASCII_WORDS: Final = re.compile("[a-z0-9]+")
_RUNNING_ON: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of scripts that part no words by spaces: Thai, Lao, Burmese, Khmer, kana, Han."""


def words_of(text: str) -> list[str]:
    """The words by whose beginnings a text is found, without case and accents.

    Where a script parts no words by spaces, every letter begins one. What is no letter and no number parts words.
    """
    folded = without_accents(text)
    if folded.isascii():
        return [word[:_LONGEST_WORD] for word in _ASCII_WORDS.findall(folded)]
    return [word[:_LONGEST_WORD] for run in _runs(folded) for word in _words_of_run(run)]


def beginnings_of(text: str) -> list[str]:
    """The beginnings of words that a text which is looked for asks for: all of them are to be found."""
    folded = without_accents(text)
    return list(dict.fromkeys(piece[:_LONGEST_WORD] for run in _runs(folded) for piece in _pieces(run)))


def _runs(folded: str) -> Iterable[str]:
    return ("".join(run) for is_word, run in groupby(folded, lambda c: unicodedata.category(c)[0] in "LNM") if is_word)


def _pieces(run: str) -> Iterable[str]:
    """A run of letters, parted where the script changes between one that parts words and one that does not."""
    return ("".join(piece) for _, piece in groupby(run, lambda c: _RUNNING_ON.match(c) is not None))


def _words_of_run(run: str) -> Iterable[str]:
    for piece in _pieces(run):
        yield from (piece[at : at + _LONGEST_WORD] for at in range(len(piece))) if _RUNNING_ON.match(piece) else (piece,)
