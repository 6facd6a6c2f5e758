"""The library of templates: objectives with key results by department; good ones to start from, and bad ones with what is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal, get_args

from cairn.goals.v1.events_pb2 import LEVEL_TEAM, OBJECTIVE_KIND_COMMITTED, MaintainMode, Milestone, TemplateKeyResult, TemplateSaved
from chassis.ids import id_of_name, id_text
from chassis.texts import name_key

Department = Literal["sales", "marketing", "engineering", "support", "people", "finance", "product"]
DEPARTMENTS: Final[tuple[Department, ...]] = get_args(Department)


@dataclass(frozen=True, slots=True)
class LibraryTemplate:
    """A template that comes with Cairn."""

    ref: str  # a word, by which people call it
    template: TemplateSaved  # with the id that follows from its reference, in every tenant
    good: bool
    because: str  # what is wrong with a bad one
    findings: tuple[str, ...]  # of the coach, that a bad one is there for


def _read(said: Mapping[str, Any]) -> LibraryTemplate:
    template = TemplateSaved(
        template_id=id_of_name("library template", said["id"]),
        name=said["title"],
        department=said["department"],
        why=said["why"],
        title=said["title"],
        level=LEVEL_TEAM,
        kind=OBJECTIVE_KIND_COMMITTED,
        key_results=map(_read_key_result, said["key_results"]),
    )
    return LibraryTemplate(said["id"], template, said.get("good", True), said.get("because", ""), tuple(said.get("findings", ())))


def _read_key_result(said: Mapping[str, Any]) -> TemplateKeyResult:
    figures = {name: value for name, value in said.items() if name not in ("title", "measure")}
    if "milestones" in figures:
        figures["milestones"] = [Milestone(title=title, weight=1) for title in figures["milestones"]]
    if said["measure"] == "maintain":
        figures["mode"] = MaintainMode.Value(f"MAINTAIN_MODE_{said.get('mode', 'latest').upper()}")
    measured: dict[str, Any] = {said["measure"]: figures}
    return TemplateKeyResult(title=said["title"], weight=1, **measured)


LIBRARY: Final[Mapping[str, LibraryTemplate]] = {
    said["id"]: _read(said) for said in tomllib.loads(files(__package__).joinpath("templates.toml").read_text("utf-8"))["template"]
}
"""Every template of the library, by its reference."""

_BY_ID: Final = {id_text(known.template.template_id): known for known in LIBRARY.values()}


def of_library(named: str) -> LibraryTemplate | None:
    """The template of the library that goes by a reference or an id, if one does."""
    return LIBRARY.get(name_key(named)) or _BY_ID.get(named.lower())
