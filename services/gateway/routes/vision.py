"""The vision board of a tenant: its mission, its vision, and its strategic pillars in their order."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from chassis.ids import Id, id_text
from gateway.backends import ReferenceKind
from gateway.http import Answer, Body, Change, json_response
from gateway.routes.catalogues import CatalogueOf
from gateway.routes.request import Request, Resource
from gateway.routes.responses import command_response
from gateway.schemas.fields import NO_SLASH, EmptiedText, IdText, Kept, LongText, OwnReference, Reference
from gateway.schemas.mapping import JsonMapping, part, read
from gateway.schemas.names import CreatedAt, CreatedBy, UpdatedAt, UpdatedBy
from gateway.schemas.results import CommandResult
from gateway.schemas.values import optional_text

vision: Final = Resource(
    "Vision", "What a tenant is there for, what it wants to have become, and the strategic pillars that objectives may name."
)

PillarTitle = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_SLASH, examples=["Growth"])]


class Statement(Change):
    """What shall be said; what is left out stays, and null takes it away."""

    mission: EmptiedText[LongText] = None
    vision: EmptiedText[LongText] = None

    @model_validator(mode="after")
    def _says_something(self) -> Statement:
        if not self.model_fields_set:
            raise ValueError("give mission or vision, or both")
        return self


class NewPillar(Body):
    """A pillar to be added."""

    title: PillarTitle
    """No two pillars that are there share a name, a title or a reference, whether its letters are small or capital."""
    reference: OwnReference = ""
    """What people shall call it."""
    about: LongText = ""
    before: Reference | None = None
    """The pillar that it shall stand before; none: it stands last."""


class PillarChange(Change):
    """What shall be otherwise; what is left out stays. null: nothing about it, and it stands last."""

    title: Kept[PillarTitle] = None
    about: EmptiedText[LongText] = None
    before: Reference | None = None
    """The pillar that it shall stand before."""

    @model_validator(mode="after")
    def _changes_something(self) -> PillarChange:
        if not self.model_fields_set:
            raise ValueError("give title, about or before, or several of them")
        return self


class Pillar(Answer):
    """A strategic pillar."""

    id: Annotated[IdText, read("pillar_id", write=id_text)]
    reference: Annotated[str | None, read("reference", write=optional_text)]
    """null: none."""
    title: str
    about: str
    place: Annotated[int | None, read("place", write=lambda place: place or None)]
    """Among the pillars, from 1; null: it was removed."""
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


_PILLAR: Final = JsonMapping(Pillar, service_pb2.Pillar)


class VisionBoard(Answer):
    """The vision board."""

    id: Annotated[IdText, read("board_id", write=id_text)]
    mission: Annotated[str | None, read("mission", write=optional_text)]
    """What the tenant is there for; null: not said."""
    vision: Annotated[str | None, read("vision", write=optional_text)]
    """What it wants to have become; null: not said."""
    pillars: Annotated[list[Pillar], part("pillars", _PILLAR)]
    """In their order."""
    version: int
    """What If-Match takes, of the board and of each pillar; 0: nothing was said yet."""
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


_BOARD: Final = JsonMapping(VisionBoard, service_pb2.VisionBoard)


class Pillars(CatalogueOf[Pillar]):
    """All that are there, in their order, on one page."""


@vision.get("/v1/vision", answer=VisionBoard, versioned=True)
async def get_vision(request: Request) -> Response:
    """Get the vision board of the tenant: mission, vision, and the pillars in their order.

    Everybody of the tenant may.
    """
    board = (await request.ask(request.backends.directory.GetVision, service_pb2.GetVisionRequest())).board
    return json_response(await request.written(_BOARD, board), version=board.version)


@vision.patch(
    "/v1/vision",
    body=Statement,
    example={"mission": "Software that stays simple.", "vision": "Every team knows what matters this quarter."},
    answer=CommandResult,
    resource="/v1/vision",
    command=True,
    versioned=True,
)
async def state_vision(request: Request, body: Statement) -> Response:
    """State the mission, the vision, or both. For admins.

    What is left out stays; what was said before is in the history.
    """
    message = service_pb2.StateVisionRequest(mission=body.mission, vision=body.vision, expected_version=request.expected_version)
    answer = await request.ask(request.backends.directory.StateVision, message)
    return command_response(request, answer.board_id, answer.appended)


@vision.get("/v1/pillars", answer=Pillars)
async def list_pillars(request: Request) -> Response:
    """List the strategic pillars that are there, in their order.

    Everybody of the tenant may.
    """
    board = (await request.ask(request.backends.directory.GetVision, service_pb2.GetVisionRequest())).board
    return json_response({"items": await request.all_written(_PILLAR, board.pillars), "next": None})


@vision.post(
    "/v1/pillars",
    body=NewPillar,
    example={"title": "Growth", "reference": "growth", "about": "More of the customers whom we serve best."},
    answer=CommandResult,
    resource="/v1/pillars/{id}",
    status=201,
    command=True,
    versioned=True,
)
async def add_pillar(request: Request, body: NewPillar) -> Response:
    """Add a strategic pillar, before another one or behind all. For admins.

    Its title and its reference are those of no other that is there.
    """
    message = service_pb2.AddPillarRequest(
        reference=body.reference,
        title=body.title,
        about=body.about,
        before=await _before(request, body.before),
        expected_version=request.expected_version,
    )
    answer = await request.ask(request.backends.directory.AddPillar, message)
    return command_response(request, answer.pillar_id, answer.appended)


@vision.get("/v1/pillars/{pillar}", answer=Pillar, versioned=True)
async def get_pillar(request: Request) -> Response:
    """Get a strategic pillar, by its id, its reference or its title.

    By its id also one that was removed. Its `ETag` is that of the vision board.
    """
    message = service_pb2.GetPillarRequest(pillar=request.path_params["pillar"])
    answer = await request.ask(request.backends.directory.GetPillar, message)
    return json_response(await request.written(_PILLAR, answer.pillar), version=answer.version)


@vision.patch(
    "/v1/pillars/{pillar}",
    body=PillarChange,
    example={"about": "More of the customers whom we serve best, and fewer of the others."},
    answer=CommandResult,
    resource="/v1/pillars/{id}",
    command=True,
    versioned=True,
)
async def revise_pillar(request: Request, body: PillarChange) -> Response:
    """Call a pillar otherwise, say something else about it, or put it before another one. For admins.

    It keeps its id, and is called so everywhere at once.
    """
    before = await _before(request, body.before) if "before" in body.model_fields_set else None
    pillar_id = await _pillar_id(request)
    message = service_pb2.RevisePillarRequest(
        pillar=id_text(pillar_id),
        title=body.title,
        about=body.about,
        before=before,
        expected_version=request.expected_version,
    )
    answer = await request.ask(request.backends.directory.RevisePillar, message)
    return command_response(request, pillar_id, answer.appended)


@vision.delete("/v1/pillars/{pillar}", answer=CommandResult, resource="/v1/pillars/{id}", command=True, versioned=True)
async def remove_pillar(request: Request) -> Response:
    """Remove a strategic pillar from the board. For admins.

    Objectives that name it name it still, and are found by its id; none can name it any more. Its names are free for another one.
    """
    pillar_id = await _pillar_id(request)
    message = service_pb2.RemovePillarRequest(pillar=id_text(pillar_id), expected_version=request.expected_version)
    answer = await request.ask(request.backends.directory.RemovePillar, message)
    return command_response(request, pillar_id, answer.appended)


async def _pillar_id(request: Request) -> Id:
    return await request.id_of(ReferenceKind.PILLAR, request.path_params["pillar"])


async def _before(request: Request, before: str | None) -> str:
    return "" if before is None else id_text(await request.standing_pillar(before, "before"))
