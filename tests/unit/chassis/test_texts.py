"""Which texts are the same name, and which characters steer whoever shows them."""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chassis.texts import can_be_a_name, is_line, name_key, on_a_line, quoted, same_name, steers, without_accents

_SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
SERVICES = Path(__file__).parents[3] / "services"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
MARKED = st.text(st.sampled_from("aAıIİiſKkßẞΣσςᾳᾼŉǰJΐΰ") | st.characters(categories=["Mn"]), max_size=6)
"""Letters whose folding is peculiar, and marks in any order."""


@given(TEXTS | MARKED)
@example("İ")
@example("J\u030c")
@example("ᾳ\u0345")
def test_how_a_text_is_composed_does_not_make_it_another_name(text: str) -> None:
    key = name_key(text)
    for form in ("NFC", "NFD"):
        assert name_key(unicodedata.normalize(form, text)) == key
    assert name_key(key) == key
    assert unicodedata.is_normalized("NFC", key)


def test_no_character_grows_into_others_and_none_is_told_by_its_case() -> None:
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        composed = unicodedata.normalize("NFC", letter)
        assert len(name_key(letter)) == len(composed), hex(code)
        for other in (letter.upper(), letter.lower(), letter.title()):
            if len(other) == 1 and letter != "ı":  # whose capital is that of i, in Turkish alone its own
                assert name_key(other) == name_key(letter), hex(code)


@given(TEXTS | MARKED)
def test_same_names_are_same_by_full_folding_too_so_that_none_is_told_apart_that_was_not(text: str) -> None:
    for other in (text.swapcase(), unicodedata.normalize("NFD", text)):
        if same_name(text, other):
            full = [unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold()) for name in (text, other)]
            assert full[0] == full[1]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Martin", "MARTIN", True),
        ("Zoë", "ZOE\u0308", True),
        ("Weiß", "weiß", True),
        ("WEIẞ", "Weiß", True),
        ("Weiß", "Weiss", False),
        ("Voß", "VOSS", False),
        ("Νίκος", "ΝΊΚΟΣ", True),
        ("İrem", "irem", False),
        ("Işık", "ışık", False),
        ("Işık", "işık", True),
        ("ﬁn", "fin", False),
        ("①", "1", False),
        ("می\u200cخواهم", "میخواهم", False),
    ],
)
def test_names_are_compared_without_case_and_letters_stay_apart(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


@given(TEXTS)
def test_what_is_shown_on_a_line_steers_nothing(text: str) -> None:
    shown = on_a_line(text)
    assert not any(map(steers, shown))
    assert is_line(shown)
    assert on_a_line(shown) == shown
    assert len(shown.splitlines()) <= 1


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]) | st.sampled_from("\u200c\u200d\u00ad\u2060\u200e\u200f\ue000")))
def test_what_is_shown_or_shapes_its_neighbours_stays_as_it_is(text: str) -> None:
    assert on_a_line(text) == text
    assert is_line(text)
    assert can_be_a_name(f"x{text}x")


@pytest.mark.parametrize(
    "steering", ["\n", "\t", "\x1b[2J", "\x9b", "\x7f", "\u2028", "\u202e", "\u2066", "\ufeff", "\ufdd0", "\udc9b", "\U000e0001"]
)
def test_what_steers_is_no_part_of_a_name_and_of_no_line(steering: str) -> None:
    assert not is_line(f"an{steering}na")
    assert not can_be_a_name(f"an{steering}na")
    assert "\x1b" not in on_a_line(f"an{steering}na")


def test_what_is_not_seen_does_not_cut_a_word_in_two() -> None:
    assert on_a_line("an\u202ena") == "anna"
    assert on_a_line("an\nna") == "an na"


@pytest.mark.parametrize("name", ["", " ", "\u200d", "\u00ad", "\ufe0f", " anna", "anna\u00a0", "\u0378"])
def test_a_name_shows_something_and_has_no_space_around(name: str) -> None:
    assert not can_be_a_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "علی\u200cرضا",
        "👩\u200d👩\u200d👧",
        _SCOTLAND,
        "Anna\u00a0Lee",
        "co\u00adop",
        "❤️",
    ],
)
def test_joiners_soft_hyphens_and_no_break_spaces_are_letters_business(name: str) -> None:
    assert can_be_a_name(name)
    assert on_a_line(name) == name


@pytest.mark.parametrize(
    ("text", "searched_by"),
    [("Ångström", "angstrom"), ("Straße", "strasse"), ("ﬁn", "fin"), ("Ελλάδα", "ελλαδα"), ("Ł2", "ł2"), ("한국", "한국"), ("ИЙ", "ии")],
)
def test_texts_are_searched_by_without_capitals_and_accents(text: str, searched_by: str) -> None:
    assert without_accents(text) == searched_by
    assert without_accents(searched_by) == searched_by


def test_nobody_else_decides_what_is_printable_or_folds_a_name() -> None:
    elsewhere = [
        f"{path.relative_to(SERVICES)}: {found}"
        for path in SERVICES.rglob("*.py")
        if path.name != "texts.py"
        for found in re.findall(r"\bisprintable\b|\bcasefold\b", path.read_text())
    ]
    assert elsewhere == []


@given(st.text() | st.binary(), st.integers(1, 80))
def test_a_quoted_text_is_as_python_writes_it_up_to_so_many_characters(text: str | bytes, most: int) -> None:
    shown = quoted(text, most)
    assert shown == repr(text) or (len(shown) == most + 1 and shown.endswith("\u2026"))
    assert quoted(text * 1_000, most) == quoted((text * 1_000)[:200], most)
