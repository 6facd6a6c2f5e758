"""Texts that others wrote: when two of them are the same name, which characters steer whoever shows them, and how they are quoted.

A text is kept as it was typed. What is folded here is only compared by.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_STEERING_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of a surrogate pair, separators of lines and of paragraphs: they break a line, or drive a terminal."""

_STEERING_FORMATS: Final = frozenset(
    "\u202a\u202b\u202c\u202d\u202e"  # embeddings and overrides of direction: they show a line in another order than it has
    "\u2066\u2067\u2068\u2069"  # isolates: one that is not closed takes along what stands beside the text
    "\u206a\u206b\u206c\u206d\u206e\u206f"  # deprecated: they change the shape of what follows
    "\ufff9\ufffa\ufffb"  # annotations: a text beside the text
    "\ufeff"  # the mark of a byte order, left over from a file; inside of a word it would be U+2060
    "\U000e0001"  # deprecated: the language of what follows
)
"""Format characters (Cf) that reach beyond their neighbours. The others are the letters' business and stay.

Joiners and non-joiners make the word (Persian's half-space) or the picture (a family), as the emoji's tags do (Scotland's flag); a soft
hyphen or a word joiner tells where a word may break, a mark of direction (U+200E, U+200F, U+061C) moves its neighbours alone, Arabic's
signs of number are seen. No-break spaces (Zs) and variation selectors (Mn) are no format characters at all.
"""

_DIGITS: Final = re.compile("([0-9]+)")

MOST_QUOTED: Final = 60
"""Characters of a foreign text that a message shows."""


def steers(character: str) -> bool:
    """Whether a character does something to what shows it, rather than being shown or shaping its neighbours."""
    category = unicodedata.category(character)
    return category in _STEERING_CATEGORIES or character in _STEERING_FORMATS or (category == "Cn" and _is_no_character(ord(character)))


def is_line(text: str) -> bool:
    """Whether a text stands on one line and steers nothing."""
    return text.isprintable() or not any(map(steers, text))


def can_be_a_name(text: str) -> bool:
    """Whether people can tell things apart by `text`: it stands on a line, with no space around, and something of it is seen.

    A character that this version of Unicode does not assign may come to have a capital, and the name would be another: it is none.
    """
    if text.isascii():
        return text.isprintable() and bool(text) and text == text.strip()
    categories = {unicodedata.category(character) for character in text}
    is_seen = any(category[0] in "LNPS" or category == "Co" for category in categories)
    return is_seen and "Cn" not in categories and is_line(text) and text == text.strip()


def natural_order(text: str) -> list[str | int]:
    """What a text is ordered by as people order names: by letters whatever their case, with numbers by what they count: O2 before O10."""
    parts = _DIGITS.split(name_key(text))  # a text and a number in turn
    return [int(part) if at % 2 else part for at, part in enumerate(parts)]


def on_a_line(text: str) -> str:
    """The text on one line: what breaks lines or drives a terminal becomes a space, what is not seen itself goes."""
    if text.isprintable():
        return text
    return "".join(("" if unicodedata.category(c) in ("Cf", "Cn") else " ") if steers(c) else c for c in text)


def quoted(text: object, most: int = MOST_QUOTED) -> str:
    """The text as Python writes it, cut behind so many characters: whoever wrote it does not say how long what quotes it is."""
    shown = repr(text[: most + 1] if isinstance(text, str | bytes) else text)
    return shown if len(shown) <= most else f"{shown[:most]}\u2026"


def same_name(one: str, other: str) -> bool:
    """Whether two texts are the same name."""
    return one == other or name_key(one) == name_key(other)


def name_key(name: str) -> str:
    """What a name is compared by: Unicode's normal form C, with simple case folding. Martin is martin; Weiß is neither Weiss nor weiss.

    Simple folding (Unicode, CaseFolding.txt, C and S) takes a character to a character, so that nothing grows into other letters, as ß
    does into ss by full folding. A final sigma is a sigma. Turkish İ and ı are letters of their own, and neither is i. Ignoring case
    can leave what has a composed form (ǰ has no capital, J with a caron has none composed): so it ends in form C again.
    """
    if name.isascii():
        return name.lower()
    folded = "".join(map(_folded, unicodedata.normalize("NFC", name)))
    return unicodedata.normalize("NFC", folded)


def fully_folded(name: str) -> str:
    """What handles were compared by before: full case folding, by which ß is ss, however the letters are composed."""
    return name.casefold()


def without_accents(text: str) -> str:
    """What a text is searched by: in small letters, without accents, compatible characters as one. Ångström is angstrom, Straße strasse."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """Simple case folding of one character: full folding where that is one character, else the small letter where that is one."""
    for folded in (character.casefold(), character.lower()):
        if len(folded) == 1:
            return folded
    return character


def _is_no_character(code: int) -> bool:
    """Whether Unicode never assigns this code to a character."""
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
