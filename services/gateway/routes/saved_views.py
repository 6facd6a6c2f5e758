"""Saved views: an address of the web app under a name, one's own alone or shared with everybody of the tenant."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.directory.v1 import service_pb2
from chassis.ids import Id, id_text, is_id, parse_id
from gateway.http import Answer, Body, Change, json_response
from gateway.routes.limits import LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import command_response, page_response, page_token
from gateway.schemas.fields import IdText, Kept
from gateway.schemas.mapping import JsonMapping, person, read
from gateway.schemas.names import CreatedAt, CreatedBy, PersonName, UpdatedAt, UpdatedBy
from gateway.schemas.pages import Page, PageOf
from gateway.schemas.results import CommandResult
from shared.limits import LONGEST_ADDRESS

saved_views: Final = Resource(
    "Saved views", "Addresses of the web app under names: what somebody looks at again and again, for themselves or for everybody."
)

ViewName = Annotated[str, Field(min_length=1, max_length=100, examples=["At risk"])]
Address = Annotated[str, Field(min_length=1, max_length=LONGEST_ADDRESS, examples=["/objectives?status=behind&mine=true"])]


class NewView(Body):
    """A view to be saved."""

    name: ViewName
    """No two of your own share a name, whether its letters are small or capital."""
    address: Address
    """Of a page of the web app, with its filters: a path and a query, without scheme, host and fragment."""
    shared: bool = False
    """With everybody of the tenant; until then it is yours alone."""


class ViewChange(Change):
    """What shall be otherwise; what is left out stays."""

    name: Kept[ViewName] = None
    address: Kept[Address] = None
    shared: Kept[bool] = None

    @model_validator(mode="after")
    def _changes_something(self) -> ViewChange:
        if not self.model_fields_set:
            raise ValueError("give name, address or shared, or several of them")
        return self


class View(Answer):
    """A saved view."""

    id: Annotated[IdText, read("view_id", write=id_text)]
    name: str
    address: str
    """Within the web app: a path and a query."""
    shared: bool
    """With everybody of the tenant."""
    owner: Annotated[PersonName, person("owner_id")]
    """Who saved it, and alone changes it."""
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


class ViewsQuery(Page):
    """Which views."""

    mine: bool | None = None
    """true: your own alone; false: those of others alone; none: both."""


class ViewsPage(PageOf[View]):
    """A page of saved views, in the order in which they were saved."""


_VIEW: Final = JsonMapping(View, service_pb2.View)


@saved_views.get("/v1/views", at_once=LISTS, query=ViewsQuery, answer=ViewsPage)
async def list_views(request: Request) -> Response:
    """List the saved views: your own, and those that others of the tenant share.

    What somebody shared who has left is not among them; it is again when they come back.
    """
    page = request.query(ViewsQuery)
    message = service_pb2.ListViewsRequest(page_size=page.limit, page_token=page_token(request, page), own=page.mine)
    answer = await request.ask(request.backends.directory.ListViews, message)
    return page_response(request, page, answer.next_page_token, items=await request.all_written(_VIEW, answer.views))


@saved_views.post(
    "/v1/views",
    body=NewView,
    example={"name": "At risk", "address": "/objectives?status=behind&mine=true"},
    answer=CommandResult,
    resource="/v1/views/{id}",
    status=201,
    command=True,
    versioned=True,
)
async def save_view(request: Request, body: NewView) -> Response:
    """Save a view as one of your own. Whoever is of the tenant may.

    It is private unless it is `shared`, and at most 100 are somebody's.
    """
    message = service_pb2.SaveViewRequest(
        name=body.name, address=body.address, shared=body.shared, expected_version=request.expected_version
    )
    answer = await request.ask(request.backends.directory.SaveView, message)
    return command_response(request, answer.view_id, answer.appended)


@saved_views.get("/v1/views/{view}", answer=View, versioned=True)
async def get_view(request: Request) -> Response:
    """Get a saved view: one of your own by its id or its name, one that is shared by its id.

    Its `ETag` is that of all views of its owner.
    """
    answer = await request.ask(request.backends.directory.GetView, service_pb2.GetViewRequest(view=request.path_params["view"]))
    return json_response(await request.written(_VIEW, answer.view), version=answer.version)


@saved_views.patch(
    "/v1/views/{view}",
    body=ViewChange,
    example={"shared": True},
    answer=CommandResult,
    resource="/v1/views/{id}",
    command=True,
    versioned=True,
)
async def revise_view(request: Request, body: ViewChange) -> Response:
    """Call a saved view otherwise, let it lead elsewhere, share it or share it no longer. For whoever saved it.

    It keeps its id.
    """
    view_id = await _view_id(request)
    message = service_pb2.ReviseViewRequest(
        view_id=view_id, name=body.name, address=body.address, shared=body.shared, expected_version=request.expected_version
    )
    answer = await request.ask(request.backends.directory.ReviseView, message)
    return command_response(request, view_id, answer.appended)


@saved_views.delete("/v1/views/{view}", answer=CommandResult, resource="/v1/views/{id}", command=True, versioned=True)
async def remove_view(request: Request) -> Response:
    """Remove a saved view. For whoever saved it.

    Where it was shared, nobody sees it any longer.
    """
    view_id = await _view_id(request)
    message = service_pb2.RemoveViewRequest(view_id=view_id, expected_version=request.expected_version)
    answer = await request.ask(request.backends.directory.RemoveView, message)
    return command_response(request, view_id, answer.appended)


async def _view_id(request: Request) -> Id:
    """The view that the path names."""
    named = request.path_params["view"]
    if is_id(named):
        return parse_id(named)
    return (await request.ask(request.backends.directory.GetView, service_pb2.GetViewRequest(view=named))).view.view_id
