"""By which words something is found, and how names are ordered."""

from __future__ import annotations

import pytest

from progress.facts.found_by import order_key
from shared.words import beginnings_of, words_of


def finds(text: str, title: str) -> bool:
    return all(any(word.startswith(beginning) for word in words_of(title)) for beginning in beginnings_of(text))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("grow rev", "Grow recurring revenue"),
        ("REVENUE grow", "Grow recurring revenue"),
        ("ecole", "Une École de plus"),
        ("ÉCOLE", "une ecole"),
        ("strasse", "Straße"),
        ("j1/3", "J1/3 Ship it"),
        ("95", "95 % of the calls"),
        ("売上", "月間売上を倍にする"),
        ("ลูกค้า", "เพิ่มลูกค้าใหม่"),
        ("рост", "Рост выручки"),
        ("हिन्दी", "हिन्दी में"),
        ("ﬁt", "fit for purpose"),
    ],
)
def test_a_text_is_found_by_the_beginnings_of_words_in_any_language(text: str, title: str) -> None:
    assert finds(text, title)


@pytest.mark.parametrize(("text", "title"), [("enue", "revenue"), ("grow cost", "Grow revenue"), ("上売", "月間売上")])
def test_what_is_no_beginning_of_a_word_is_not_found(text: str, title: str) -> None:
    assert not finds(text, title)


def test_signs_alone_are_no_words() -> None:
    assert beginnings_of("?! --") == []


def test_names_are_ordered_by_letters_without_case_and_accents_and_by_what_numbers_count() -> None:
    names = ["o10", "Ärger", "O2", "zebra", "arm"]
    assert sorted(names, key=order_key) == ["Ärger", "arm", "O2", "o10", "zebra"]


def test_an_entry_of_an_index_is_never_too_long() -> None:
    assert len(order_key("1a" * 250).encode()) <= 500
    assert max(map(len, words_of("字" * 500))) <= 32
