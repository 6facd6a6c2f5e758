"""Templates as answers tell them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import WithJsonSchema

from cairn.goals.v1 import events_pb2
from chassis.ids import id_text
from gateway.http import Answer
from gateway.schemas.enums import LEVELS, MAINTAIN_MODES, OBJECTIVE_KINDS, LevelWord, MaintainModeWord, MeasureWord, ObjectiveKindWord
from gateway.schemas.fields import IdText
from gateway.schemas.mapping import Json


class TemplateMilestone(Answer):
    """A part of the way."""

    title: str
    weight: float


class TemplateKeyResult(Answer):
    """A key result of a template, with figures that are to be replaced. What its measure does not have is null."""

    title: str
    measure: MeasureWord
    weight: float
    start: float | None
    target: float | None
    unit: str | None
    low: float | None
    high: float | None
    mode: MaintainModeWord | None
    milestones: list[TemplateMilestone] | None


class Template(Answer):
    """An objective with key results to start from."""

    id: IdText
    ref: str
    """What it is called by: of the library a word, of a tenant's own its name."""
    library: bool
    """Whether it comes with Cairn; else the tenant has saved it."""
    name: str
    department: str
    title: str
    why: str
    level: LevelWord
    kind: ObjectiveKindWord
    good: bool
    """false: an example of what to avoid."""
    because: str | None
    """What is wrong with a bad one."""
    findings: list[str]
    """The rules of the coach that would find something; GET /v1/coach/rules lists them."""
    key_results: list[TemplateKeyResult]
    version: int | None
    """What If-Match takes; null: of the library, which does not change."""


class Templates(Answer):
    """All templates, on one page: the library's, then the tenant's own in the order in which they were saved first."""

    items: list[Template]
    next: Annotated[None, WithJsonSchema({"type": "null"})]


def template_json(
    ref: str, template: events_pb2.TemplateSaved, findings: Sequence[str], *, because: str = "", version: int | None = None
) -> Json:
    """A template of the library, which has no version, or of a tenant's own; a bad one is so `because` of something."""
    return {
        "id": id_text(template.template_id),
        "ref": ref,
        "library": version is None,
        "name": template.name,
        "department": template.department,
        "title": template.title,
        "why": template.why,
        "level": LEVELS.word(template.level),
        "kind": OBJECTIVE_KINDS.word(template.kind),
        "good": not because,
        "because": because or None,
        "findings": list(findings),
        "key_results": list(map(_key_result, template.key_results)),
        "version": version,
    }


def _key_result(said: events_pb2.TemplateKeyResult) -> Json:
    measure = said.WhichOneof("measure")
    told: Json = {
        "title": said.title,
        "measure": measure,
        "weight": said.weight,
        **dict.fromkeys(("start", "target", "unit", "low", "high", "mode", "milestones")),
    }
    match measure:
        case "metric" | "sum":
            way = said.metric if measure == "metric" else said.sum
            told |= {"start": way.start, "target": way.target, "unit": way.unit}
        case "baseline":
            told["unit"] = said.baseline.unit
        case "maintain":
            kept = said.maintain
            told |= {name: getattr(kept, name) for name in ("low", "high") if kept.HasField(name)}
            told |= {"unit": kept.unit, "mode": MAINTAIN_MODES.word(kept.mode)}
        case "milestones":
            told["milestones"] = [{"title": each.title, "weight": each.weight} for each in said.milestones.milestones]
        case "binary" | "graded" | None:
            pass
    return told
