"""A person's saved views: addresses within the app under names, their own alone or shared with everybody of the tenant: one stream.

What a view is called and where it leads is sealed under its owner's key, as their profile is: it tells what somebody looks at, and whoever
is forgotten leaves no such thing behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import SavedView, ViewChanged, ViewRemoved, ViewSaved
from cairn.directory.v1.service_pb2 import ReviseViewRequest, SaveViewRequest
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_of_name
from chassis.texts import name_key
from shared.limits import LONGEST_ADDRESS, MOST_VIEWS
from shared.naming import require_name

PAGES: Final = frozenset(
    {
        *("check-ins", "tasks", "inbox", "objectives", "templates", "map", "company", "cycles", "teams", "people"),
        *("kpis", "milestones", "strategy", "participation", "admin"),
    }
)
"""The first word of the address of each page of the app that a view may lead to."""

_LONGEST_NAME: Final = 100
_NOT_IN_AN_ADDRESS: Final = re.compile(r"[\s\\#<>\"]|[^\x20-\x7e]")
"""What a browser writes otherwise before it puts it into an address, or takes for the beginning of something else."""
_STEPS: Final = (".", "..")


class KeptView(NamedTuple):
    """A view, as it is now."""

    sealed: bytes
    shared: bool


@dataclass(slots=True)
class SavedViews:
    """Folded from the events of one person's views."""

    views: dict[Id, KeptView] = field(default_factory=dict)
    """Those that are there, in the order in which they were saved."""


class ViewKey(Protocol):
    """What a person's views are sealed under."""

    def sealed(self, said: Message) -> bytes:
        """It, unreadable without the key."""
        ...

    def opened_view(self, sealed: bytes) -> SavedView:
        """What was sealed; an empty one where that was under another key."""
        ...


def apply(saved: SavedViews, event: Message) -> None:
    """Folds one event. Raises TypeError for one that is no event of saved views."""
    match event:
        case ViewSaved():
            saved.views[event.view_id] = KeptView(event.sealed_view, event.shared)
        case ViewChanged():
            view = saved.views[event.view_id]
            saved.views[event.view_id] = KeptView(
                event.sealed_view if event.HasField("sealed_view") else view.sealed,
                event.shared if event.HasField("shared") else view.shared,
            )
        case ViewRemoved():
            saved.views.pop(event.view_id, None)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of saved views")


def copy(saved: SavedViews) -> SavedViews:
    """An independent copy."""
    return SavedViews(dict(saved.views))


def saved_views_id(person_id: Id) -> Id:
    """The aggregate that holds a person's saved views."""
    return id_of_name("saved views", person_id)


def save(saved: SavedViews, view_id: Id, person_id: Id, key: ViewKey, wanted: SaveViewRequest) -> ViewSaved:
    """A new view. Raises Refused: INVALID, NAME_TAKEN, TOO_MANY_VIEWS."""
    if len(saved.views) >= MOST_VIEWS:
        raise Refused("TOO_MANY_VIEWS", f"one person has at most {MOST_VIEWS} saved views; remove one that you no longer use")
    _require_free(saved, key, wanted.name)
    require_address(wanted.address)
    sealed = key.sealed(SavedView(name=wanted.name, address=wanted.address))
    return ViewSaved(view_id=view_id, person_id=person_id, sealed_view=sealed, shared=wanted.shared)


def revise(saved: SavedViews, person_id: Id, key: ViewKey, wanted: ReviseViewRequest) -> ViewChanged | tuple[()]:
    """Another name, another address, shared or no longer; nothing where it is so already.

    Raises Refused: VIEW_UNKNOWN, INVALID, NAME_TAKEN.
    """
    view = _there(saved, wanted.view_id)
    content, change = key.opened_view(view.sealed), ViewChanged()
    before = SavedView(name=content.name, address=content.address)
    if wanted.HasField("name") and wanted.name != content.name:
        _require_free(saved, key, wanted.name, besides=wanted.view_id)
        content.name = wanted.name
    if wanted.HasField("address") and wanted.address != content.address:
        require_address(wanted.address)
        content.address = wanted.address
    if content != before:
        change.sealed_view = key.sealed(content)
    if wanted.HasField("shared") and wanted.shared != view.shared:
        change.shared = wanted.shared
    if not change.ListFields():
        return ()
    change.view_id, change.person_id = wanted.view_id, person_id
    return change


def remove(saved: SavedViews, person_id: Id, view_id: Id) -> ViewRemoved:
    """A view is there no longer. Raises Refused: VIEW_UNKNOWN."""
    _there(saved, view_id)
    return ViewRemoved(view_id=view_id, person_id=person_id)


def require_address(address: str) -> None:
    """Raises Refused (INVALID) unless `address` leads to a page of the app, and can lead nowhere else."""
    if len(address) > LONGEST_ADDRESS:
        raise invalid("address", f"at most {LONGEST_ADDRESS} characters; this has {len(address)}")
    if _NOT_IN_AN_ADDRESS.search(address):
        raise invalid("address", f"{address[:100]!r} must be a path and a query as a browser writes them: no space, no #, no backslash")
    path = address.partition("?")[0]
    root, *parts = path.replace("%2e", ".").replace("%2E", ".").split("/")
    if root or not parts or parts[0] not in PAGES or any(part in ("", *_STEPS) for part in parts):
        raise invalid("address", f"{address[:100]!r} is no page of the app; an address begins as /objectives does, or as another page's")


def unknown_view(name: str) -> Refused:
    """The refusal of what names no view that the caller may see."""
    return Refused("VIEW_UNKNOWN", f"there is no saved view {name[:100]!r} of yours, and none that is shared", kind=Kind.UNKNOWN)


def _there(saved: SavedViews, view_id: Id) -> KeptView:
    view = saved.views.get(view_id)
    if view is None:
        raise unknown_view(view_id.hex())
    return view


def _require_free(saved: SavedViews, key: ViewKey, name: str, besides: Id = b"") -> None:
    """Raises Refused (INVALID, NAME_TAKEN) unless a view of this person can be called so."""
    require_name("name", name, _LONGEST_NAME)
    if any(name_key(key.opened_view(view.sealed).name) == name_key(name) for i, view in saved.views.items() if i != besides):
        raise Refused("NAME_TAKEN", f"you have a saved view {name!r}", kind=Kind.TAKEN, field="name")
