"""Titles that say nearly the same: four of five words in common, whatever their order, endings and small words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final

from chassis.texts import without_accents
from shared.coach.words import LANGUAGES, words_of

ALIKE: Final = 0.8
"""Of the words of both titles, the share that both have (Jaccard's index) from which on they are alike."""
_STOP: Final = frozenset().union(*(language.stop for language in LANGUAGES.values()))


def alike(titles: Sequence[str]) -> dict[int, int]:
    """By the place of a title: the place of the first title before it that says nearly the same.

    Two sets of words that have so much in common share one of their rarest words; so only those that do are compared (prefix
    filtering: Chaudhuri, Ganti and Kaushik 2006, "A primitive operator for similarity joins").
    """
    sets = [_meaning(title) for title in titles]
    common = Counter(word for words in sets for word in words)
    seen_with: defaultdict[str, list[int]] = defaultdict(list)
    found: dict[int, int] = {}
    for place, words in enumerate(sets):
        if not words:
            continue
        ordered = sorted(words, key=lambda word: (common[word], word))
        rarest = ordered[: len(ordered) - ceil(ALIKE * len(ordered)) + 1]
        candidates = sorted({other for word in rarest for other in seen_with[word]})
        like = next((other for other in candidates if _share_in_common(words, sets[other]) >= ALIKE), None)
        if like is not None:
            found[place] = like
            continue  # whoever is like this one is like the first as well, or nearly
        for word in rarest:
            seen_with[word].append(place)
    return found


def _meaning(title: str) -> frozenset[str]:
    return frozenset(_without_ending(word) for word in words_of(without_accents(title)) if word not in _STOP)


def _without_ending(word: str) -> str:
    return word.removesuffix("s") if len(word) > len("gas") else word


def _share_in_common(one: Iterable[str], other: frozenset[str]) -> float:
    words = frozenset(one)
    return len(words & other) / len(words | other)
