"""Templates: objectives with key results to start from: the library's, and those that a tenant has saved."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Final, Literal, assert_never

from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from cairn.goals.v1 import events_pb2, service_pb2
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, parse_id
from chassis.texts import name_key
from gateway.backends import ReferenceKind
from gateway.catalogues.templates import LIBRARY, LibraryTemplate, of_library
from gateway.coaching import objective_of_template
from gateway.http import AnyOf, Body, ByWord, OneOf, Query, json_response
from gateway.routes.limits import LISTS
from gateway.routes.new_key_results import Owners, Weight, owners_of
from gateway.routes.objectives import NewObjective, NewObjectiveOfCycle, fields_of_new_objective, new_objective_message
from gateway.routes.request import Request, Resource
from gateway.routes.responses import command_response
from gateway.schemas.enums import LEVELS, MAINTAIN_MODES, OBJECTIVE_KINDS, LevelWord, MaintainModeWord, ObjectiveKindWord
from gateway.schemas.fields import DayField, IdText, LongText, Reference, Title, Unit, Word, optional_day
from gateway.schemas.mapping import Json
from gateway.schemas.results import CommandResult
from gateway.schemas.templates import Template, Templates, template_json
from gateway.schemas.values import id_texts
from shared import coach
from shared.limits import LARGEST_WEIGHT, MOST_KEY_RESULTS, MOST_MILESTONES

templates: Final = Resource(
    "Templates",
    "Objectives with key results to start from: a library by department, good and bad ones, and what a tenant has saved.",
)


class _NewTemplateKeyResult(Body):
    title: Title
    weight: Weight = 1


class NewMetricOfTemplate(_NewTemplateKeyResult):
    """A number on its way from start to target."""

    measure: Literal["metric"]
    start: float
    target: float
    """Another number than start."""
    unit: Unit = ""


class NewBinaryOfTemplate(_NewTemplateKeyResult):
    """Done or not."""

    measure: Literal["binary"]


class NewTemplateMilestone(Body):
    """A part of the way."""

    title: Title
    weight: Annotated[float, Field(gt=0, le=LARGEST_WEIGHT, examples=[1])] = 1


class NewMilestonesOfTemplate(_NewTemplateKeyResult):
    """Parts of the way, each done or not."""

    measure: Literal["milestones"]
    milestones: Annotated[list[NewTemplateMilestone], Field(min_length=1, max_length=MOST_MILESTONES)]


class NewGradedOfTemplate(_NewTemplateKeyResult):
    """Judged by a figure from 0 to 1."""

    measure: Literal["graded"]


class NewMaintainOfTemplate(_NewTemplateKeyResult):
    """A value that is kept: at least low, at most high, or between them."""

    measure: Literal["maintain"]
    low: float | None = None
    """null: none, but then there is a high."""
    high: float | None = None
    unit: Unit = ""
    mode: MaintainModeWord = "latest"


class NewBaselineOfTemplate(_NewTemplateKeyResult):
    """A number that is measured first, and gets a target later."""

    measure: Literal["baseline"]
    unit: Unit = ""


class NewSumOfTemplate(_NewTemplateKeyResult):
    """A number that is the sum of those of other key results, which are named once it is there."""

    measure: Literal["sum"]
    start: float = 0
    target: float
    """Another number than start."""
    unit: Unit = ""


AnyKeyResultOfTemplate = (
    NewMetricOfTemplate
    | NewBinaryOfTemplate
    | NewMilestonesOfTemplate
    | NewGradedOfTemplate
    | NewMaintainOfTemplate
    | NewBaselineOfTemplate
    | NewSumOfTemplate
)


class NewTemplateKeyResult(OneOf):
    """A key result of a template, with what its measure needs. Figures are to be replaced."""

    root: Annotated[AnyKeyResultOfTemplate, ByWord("measure")]


class NewTemplate(Body):
    """A template to be saved."""

    from_: Annotated[Reference | None, Field(alias="from")] = None
    """An objective that is there: what is left out is as it says. Days and people are no part of a template."""
    name: Word = ""
    """What it is called in lists; empty: as its objective."""
    department: Word = ""
    title: Title | None = None
    """Of the objective; null: as in `from`, which is given then."""
    why: LongText = ""
    level: LevelWord | None = None
    """null: team, or as in `from`."""
    kind: ObjectiveKindWord | None = None
    """null: committed, or as in `from`."""
    key_results: Annotated[list[NewTemplateKeyResult], Field(max_length=MOST_KEY_RESULTS)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_something(self) -> NewTemplate:
        if self.title is None and self.from_ is None:
            raise ValueError("give a title, or an objective that it is made from")
        return self


class KeyResultOfTemplate(Body):
    """What shall be otherwise than in the template, of one of its key results; what is left out is as there."""

    title: Title | None = None
    owners: Owners = Field(default_factory=list)
    """Each by a reference, or with a share of the value; none: the objective's owner."""
    weight: Weight | None = None
    due_day: DayField | None = None
    """None: the objective's."""
    start: float | None = None
    """Of a metric, or a sum."""
    target: float | None = None
    """Of a metric, or a sum."""
    low: float | None = None
    """Of what is maintained."""
    high: float | None = None
    """Of what is maintained."""


class ObjectiveOfTemplate(NewObjectiveOfCycle):
    """Where and for whom a template is applied, and what shall be otherwise than in it."""

    title: Title | None = None
    """null: the template's."""
    why: LongText | None = None
    """null: the template's."""
    level: LevelWord | None = None
    """null: the template's."""
    kind: ObjectiveKindWord | None = None
    """null: the template's."""
    key_results: Annotated[list[KeyResultOfTemplate], Field(max_length=MOST_KEY_RESULTS)] = Field(default_factory=list)
    """In the order of the template's; those that are left out are as there."""


class TemplateResult(CommandResult):
    """An objective was drafted from a template, with its key results."""

    model_config = ConfigDict(title="DoneFromATemplate")

    key_results: list[IdText]
    """The ids of its key results, in the order of the template's."""


class TemplatesQuery(Query):
    """Which templates: those that pass every parameter that is given."""

    department: AnyOf[Word] = Field(default_factory=list)
    """sales, marketing, engineering, support, people, finance, product; or as a tenant calls them. Capitals make no difference."""
    good: bool | None = None
    """Whether they are to start from; false: examples of what to avoid."""
    library: bool | None = None
    """Whether they come with Cairn; false: those that your tenant has saved."""


@templates.get("/v1/templates", at_once=LISTS, query=TemplatesQuery, answer=Templates)
async def list_templates(request: Request) -> Response:
    """List templates: the library's, and those that your tenant has saved.

    Good ones are to start from; bad ones are examples of what to avoid, with what is wrong with them.
    """
    question = request.query(TemplatesQuery)
    own = await request.ask(request.backends.goals.ListTemplates, service_pb2.ListTemplatesRequest())
    # What the coach finds takes a while for many that are new: beside the event loop.
    known = await asyncio.to_thread(lambda: [*map(_of_library, LIBRARY.values()), *map(_of_tenant, own.templates)])
    return json_response({"items": [each for each in known if _passes(each, question)], "next": None})


@templates.get("/v1/templates/{template}", answer=Template, versioned=True)
async def get_template(request: Request) -> Response:
    """Get a template.

    By its id or its reference: of the library a word (sales-larger-deals), of those that your tenant has saved the name.
    """
    if (known := of_library(request.path_params["template"])) is not None:
        return json_response(_of_library(known))
    own = await _own(request)
    return json_response(_of_tenant(own), version=own.version)


@templates.post(
    "/v1/templates",
    body=NewTemplate,
    example={
        "name": "A launch",
        "department": "product",
        "title": "Whoever starts is glad of it",
        "key_results": [{"title": "New customers who come back", "measure": "metric", "start": 34, "target": 50, "unit": "percent"}],
    },
    answer=CommandResult,
    resource="/v1/templates/{id}",
    status=201,
    command=True,
)
async def save_template(request: Request, body: NewTemplate) -> Response:
    """Save a template for your tenant. For whoever may define objectives.

    From scratch, or `from` an objective that is there: then what is left out is as that says, without days, people, and key results that
    were given up.
    """
    answer = await request.ask(request.backends.goals.SaveTemplate, await _message(request, body))
    return command_response(request, answer.template_id, answer.appended)


@templates.put(
    "/v1/templates/{template}",
    body=NewTemplate,
    example={
        "name": "A launch",
        "title": "Whoever starts is glad of it in the first week",
        "key_results": [{"title": "New customers who come back", "measure": "metric", "start": 34, "target": 60, "unit": "percent"}],
    },
    answer=CommandResult,
    resource="/v1/templates/{id}",
    command=True,
    versioned=True,
)
async def replace_template(request: Request, body: NewTemplate) -> Response:
    """Save a template of your tenant's again. For its creator, admins, champions and services.

    It says what the body says then; what was made from it stays as it is.
    """
    message = await _message(request, body)
    message.template_id, message.expected_version = await _own_id(request), request.expected_version
    answer = await request.ask(request.backends.goals.SaveTemplate, message)
    return command_response(request, message.template_id, answer.appended)


@templates.delete("/v1/templates/{template}", answer=CommandResult, resource="/v1/templates/{id}", command=True, versioned=True)
async def remove_template(request: Request) -> Response:
    """Remove a template of your tenant's. For its creator, admins, champions and services.

    What was made from it stays.
    """
    message = service_pb2.RemoveTemplateRequest(template_id=await _own_id(request), expected_version=request.expected_version)
    answer = await request.ask(request.backends.goals.RemoveTemplate, message)
    return command_response(request, message.template_id, answer.appended)


@templates.post(
    "/v1/templates/{template}/objectives",
    body=ObjectiveOfTemplate,
    example={"cycle": "2026-Q1", "reference": "S1", "owner": "admin", "key_results": [{"target": 6}]},
    answer=TemplateResult,
    resource="/v1/objectives/{id}",
    status=201,
    command=True,
)
async def use_template(request: Request, body: ObjectiveOfTemplate) -> Response:
    """Draft an objective with its key results from a template, with days and owners: all of it or nothing.

    Its key results are called by its reference: S1/1, S1/2. A bad template can be used, too; what is wrong with it the list says.
    """
    known = of_library(request.path_params["template"])
    template = known.template if known is not None else (await _own(request)).saved
    if len(body.key_results) > len(template.key_results):
        raise invalid("key_results", f"the template has {len(template.key_results)} key results; these are {len(body.key_results)}")
    message = service_pb2.DefineObjectiveWholeRequest(
        objective=await new_objective_message(request, _new_objective(template, body)),
        key_results=[await _new_key_result(request, template, number, body) for number in range(len(template.key_results))],
    )
    with fields_of_new_objective():
        answer = await request.ask(request.backends.goals.DefineObjectiveWhole, message)
    return command_response(request, answer.objective_id, answer.appended, key_results=id_texts(answer.key_result_ids))


def _new_objective(template: events_pb2.TemplateSaved, body: ObjectiveOfTemplate) -> NewObjective:
    words = {
        "title": template.title,
        "why": template.why,
        "level": LEVELS.word(template.level),
        "kind": OBJECTIVE_KINDS.word(template.kind),
    }
    said = {name: getattr(body, name) for name in body.model_fields_set if name != "key_results"}
    return NewObjective(**words | {name: value for name, value in said.items() if value is not None})


async def _new_key_result(
    request: Request, template: events_pb2.TemplateSaved, number: int, body: ObjectiveOfTemplate
) -> service_pb2.DefineKeyResultRequest:
    its = template.key_results[number]
    said = body.key_results[number] if number < len(body.key_results) else KeyResultOfTemplate()
    message = service_pb2.DefineKeyResultRequest(
        reference=f"{body.reference}/{number + 1}" if body.reference else "",
        title=said.title or its.title,
        owners=await owners_of(request, said.owners, f"key_results[{number}].owners"),
        weight=its.weight if said.weight is None else said.weight,
        due_day=optional_day(said.due_day),
    )
    measure = its.WhichOneof("measure")
    assert measure is not None, "goals saves none without a measure"
    figures = getattr(message, measure)
    figures.CopyFrom(getattr(its, measure))
    figures.SetInParent()  # what has no field says so that it is there
    for name in _FIGURES:
        if (value := getattr(said, name)) is not None:
            if name not in figures.DESCRIPTOR.fields_by_name:
                reason = "NOT_A_METRIC" if name in ("start", "target") else "NOT_MAINTAINED"
                raise invalid(f"key_results[{number}].{name}", f"a key result that is measured by {measure} has no {name}", reason)
            setattr(figures, name, value)
    return message


_FIGURES: Final = ("start", "target", "low", "high")


async def _own(request: Request) -> service_pb2.Template:
    """The template of the tenant's own that the path names, by its id or its name. Raises Refused: TEMPLATE_UNKNOWN, LIBRARY_TEMPLATE."""
    named, template_id = request.path_params["template"], _id_in_path(request)
    there = (await request.ask(request.backends.goals.ListTemplates, service_pb2.ListTemplatesRequest(template_id=template_id))).templates
    called = [own for own in there if template_id or name_key(own.saved.name) == name_key(named)]
    if len(called) == 1:
        return called[0]
    several = "several templates are called so; give the id of one" if called else f"there is no template {named[:100]!r}"
    raise Refused("TEMPLATE_UNKNOWN", f"{several}; GET /v1/templates lists all", kind=Kind.UNKNOWN)


async def _own_id(request: Request) -> Id:
    """The id of the template of the tenant's own that the path names. Raises Refused as `_own` does."""
    return _id_in_path(request) or (await _own(request)).saved.template_id


def _id_in_path(request: Request) -> Id:
    """Empty where the path names a template by its name. Raises Refused: LIBRARY_TEMPLATE."""
    named = request.path_params["template"]
    if of_library(named) is not None:
        raise Refused("LIBRARY_TEMPLATE", "templates of the library do not change; save one of your own")
    try:
        return parse_id(named)
    except ValueError:
        return b""


def _passes(template: Json, question: TemplatesQuery) -> bool:
    departments = {name_key(department) for department in question.department}
    return (
        (not departments or name_key(template["department"]) in departments)
        and question.good in (None, template["good"])
        and question.library in (None, template["library"])
    )


def _of_library(known: LibraryTemplate) -> Json:
    return template_json(known.ref, known.template, _findings(known.template.SerializeToString(deterministic=True)), because=known.because)


def _of_tenant(own: service_pb2.Template) -> Json:
    return template_json(own.saved.name, own.saved, _findings(own.saved.SerializeToString(deterministic=True)), version=own.version)


@lru_cache(maxsize=2000)
def _findings(template: bytes) -> Sequence[str]:
    """The rules of the coach that would find something in a template, each once."""
    found = coach.review([objective_of_template(events_pb2.TemplateSaved.FromString(template))])
    return tuple(dict.fromkeys(finding.rule for finding in found))


async def _message(request: Request, body: NewTemplate) -> service_pb2.SaveTemplateRequest:
    like = b"" if body.from_ is None else await request.id_of(ReferenceKind.OBJECTIVE, body.from_, "from", "from_objective_id")
    return service_pb2.SaveTemplateRequest(
        name=body.name,
        department=body.department,
        title=body.title or "",
        why=body.why,
        level=LEVELS.optional_number(body.level) or events_pb2.LEVEL_UNSPECIFIED,
        kind=OBJECTIVE_KINDS.optional_number(body.kind) or events_pb2.OBJECTIVE_KIND_UNSPECIFIED,
        key_results=[_key_result_message(each.root) for each in body.key_results],
        from_objective_id=like,
    )


def _key_result_message(said: AnyKeyResultOfTemplate) -> events_pb2.TemplateKeyResult:
    message = events_pb2.TemplateKeyResult(title=said.title, weight=said.weight)
    match said:
        case NewMetricOfTemplate():
            message.metric.CopyFrom(events_pb2.Metric(start=said.start, target=said.target, unit=said.unit))
        case NewBinaryOfTemplate():
            message.binary.SetInParent()
        case NewGradedOfTemplate():
            message.graded.SetInParent()
        case NewMaintainOfTemplate():
            mode = MAINTAIN_MODES.number(said.mode)
            message.maintain.CopyFrom(events_pb2.Maintain(low=said.low, high=said.high, unit=said.unit, mode=mode))
        case NewMilestonesOfTemplate():
            for milestone in said.milestones:
                message.milestones.milestones.add(title=milestone.title, weight=milestone.weight)
        case NewBaselineOfTemplate():
            message.baseline.CopyFrom(events_pb2.Baseline(unit=said.unit))
            message.baseline.SetInParent()
        case NewSumOfTemplate():
            message.sum.CopyFrom(events_pb2.Sum(start=said.start, target=said.target, unit=said.unit))
        case _:
            assert_never(said)
    return message
