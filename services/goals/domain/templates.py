"""Templates of a tenant's own: an objective with key results to start from. Saved again, a template is replaced; removed, it is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import Message

from cairn.goals.v1.events_pb2 import (
    LEVEL_TEAM,
    OBJECTIVE_KIND_COMMITTED,
    Baseline,
    Milestone,
    Milestones,
    TemplateKeyResult,
    TemplateRemoved,
    TemplateSaved,
)
from cairn.goals.v1.service_pb2 import Reached, SaveTemplateRequest
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id
from goals.domain.copying import begun_anew
from goals.domain.measures import measure_of, require_measure, set_measure
from goals.domain.objectives import KeyResult, Objective
from goals.domain.values import require_title, require_weight
from shared.limits import MOST_KEY_RESULTS, MOST_TEMPLATES
from shared.texts import require_text

LONGEST_TEMPLATE_NAME: Final = 100


@dataclass(slots=True)
class Template:
    """Folded from the events of one template; there is none while `saved` is None."""

    saved: TemplateSaved | None = None
    removed: bool = False


def apply(template: Template, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case TemplateSaved():
            template.saved = event
        case TemplateRemoved():
            template.removed = True
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a template")


def save(
    template: Template, template_id: Id, saver_id: Id, wanted: SaveTemplateRequest, like: Objective | None = None
) -> list[TemplateSaved]:
    """Save a template, new or again; nothing when it says the same. What is not wanted otherwise is as of the objective that it is like.

    Whoever saved it first stays its creator. Days and people are no part of it, nor are key results
    that were given up, nor what feeds a sum.

    Raises Refused: TEMPLATE_UNKNOWN for one that was removed, INVALID, and what `require_measure` refuses with.
    """
    if template.removed:
        raise unknown_template()
    saved = TemplateSaved(
        template_id=template_id,
        name=wanted.name or (wanted.title or (like.title if like else ""))[:LONGEST_TEMPLATE_NAME].strip(),
        department=wanted.department,
        why=wanted.why or (like.why if like else ""),
        title=wanted.title or (like.title if like else ""),
        level=wanted.level or (like.level if like else LEVEL_TEAM),
        kind=wanted.kind or (like.kind if like else OBJECTIVE_KIND_COMMITTED),
        key_results=wanted.key_results or (map(_like, _standing(like)) if like else ()),
        creator_id=template.saved.creator_id if template.saved else saver_id,
    )
    require_title("name", saved.name)
    require_text("name", saved.name, LONGEST_TEMPLATE_NAME)
    require_title("title", saved.title)
    require_text("department", saved.department, 100)
    require_text("why", saved.why, 4000)
    _require_key_results(saved.key_results)
    return [] if saved == template.saved else [saved]


def remove(template: Template) -> list[TemplateRemoved]:
    """Take a template out of the library; nothing when it is gone already. Raises Refused (TEMPLATE_UNKNOWN)."""
    if template.saved is None:
        raise unknown_template()
    return [] if template.removed else [TemplateRemoved(template_id=template.saved.template_id)]


def too_many_templates() -> Refused:
    """The tenant has as many as it may have."""
    return Refused("TOO_MANY_TEMPLATES", f"a tenant has at most {MOST_TEMPLATES} templates; remove one that nobody uses")


def unknown_template() -> Refused:
    """There is no such template."""
    return Refused("TEMPLATE_UNKNOWN", "there is no such template", kind=Kind.UNKNOWN, field="template_id")


def _standing(objective: Objective) -> list[KeyResult]:
    return [key_result for key_result in objective.key_results.values() if not key_result.cancelled]


def _like(key_result: KeyResult) -> TemplateKeyResult:
    copied = TemplateKeyResult(title=key_result.title, weight=key_result.weight)
    measure = key_result.measure
    set_measure(copied, begun_anew(measure, Reached()) if isinstance(measure, Baseline) else measure)
    if copied.HasField("sum"):
        copied.sum.ClearField("feeds")
    if copied.HasField("milestones"):
        undated = [Milestone(title=milestone.title, weight=milestone.weight) for milestone in copied.milestones.milestones]
        copied.milestones.CopyFrom(Milestones(milestones=undated))
    return copied


def _require_key_results(key_results: Sequence[TemplateKeyResult]) -> None:
    if len(key_results) > MOST_KEY_RESULTS:
        raise invalid("key_results", f"at most {MOST_KEY_RESULTS} key results; these are {len(key_results)}")
    for number, key_result in enumerate(key_results):
        field = f"key_results[{number}]"
        require_title(f"{field}.title", key_result.title)
        require_weight(f"{field}.weight", key_result.weight)
        try:
            require_measure(measure_of(key_result))
        except Refused as refused:
            raise invalid(f"{field}.{refused.field}", refused.message, refused.reason) from None
