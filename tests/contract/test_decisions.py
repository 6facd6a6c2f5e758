"""Each decision has its number, and whoever names one names one that there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.layout import ROOT

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SOURCES = sorted(path for folder in ("services", "deploy", "tests") for path in (ROOT / folder).rglob("*.py"))

_LINK = re.compile(r"\[([^\]]*)\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")


def links(document: Path) -> Iterator[tuple[str, Path]]:
    """What a document calls another file, and where it is."""
    for text, target in _LINK.findall(document.read_text()):
        yield text, (document.parent / target).resolve()


def test_each_has_a_number_of_its_own_and_bears_it() -> None:
    numbers = [int(path.name[:4]) for path in RECORDS]
    assert len(set(numbers)) == len(numbers)
    assert [path.read_text().partition(". ")[0] for path in RECORDS] == [f"# {number}" for number in numbers]


def test_the_list_of_them_has_each_by_its_number_and_title() -> None:
    lines = (FOLDER / "README.md").read_text().splitlines()
    titles = [path.read_text().partition("\n")[0].removeprefix("# ").partition(". ") for path in RECORDS]
    assert [line for line in lines if re.match(r"\d+\. ", line)] == [
        f"{number}. [{title}]({path.name})" for (number, _, title), path in zip(titles, RECORDS, strict=True)
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_refers_to_files_that_there_are_and_to_a_decision_by_its_number(document: Path) -> None:
    for text, target in links(document):
        assert target.exists(), text
        if number := re.fullmatch(r"decision (\d+)", text):
            assert target.name.startswith(f"{int(number[1]):04}-"), text


def test_a_comment_refers_to_a_decision_that_there_is() -> None:
    named = {(path, found) for path in SOURCES for found in re.findall(r"\bdecisions?[ /]0*(\d+)\b", path.read_text())}
    assert named
    there = {int(path.name[:4]) for path in RECORDS}
    assert [f"{path.relative_to(ROOT)}: {number}" for path, number in named if int(number) not in there] == []
