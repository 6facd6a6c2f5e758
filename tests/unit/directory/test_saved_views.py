"""The rules of saved views: names of one's own, and addresses that lead to a page of the app and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from google.protobuf.message import Message

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import SavedView, ViewChanged, ViewRemoved, ViewSaved
from chassis.errors import Kind, Refused
from directory.aggregates import SAVED_VIEWS
from directory.domain import saved_views
from shared.limits import LONGEST_ADDRESS, MOST_VIEWS
from tests.support.events import an_id
from tests.unit.domain_dsl import given

ANNA, RISKS, SALES, NEW = (an_id(name) for name in ("Anna", "At risk", "Sales", "New"))
WEB = Path(__file__).parents[3] / "services/web/src"


class NoLock:
    """A key that leaves what it seals readable; of another key nothing is read."""

    def sealed(self, said: Message) -> bytes:
        return said.SerializeToString(deterministic=True)

    def opened_view(self, sealed: bytes) -> SavedView:
        return SavedView() if sealed == b"of another key" else SavedView.FromString(sealed)


KEY = NoLock()


def a_view(name: str, address: str) -> bytes:
    return KEY.sealed(SavedView(name=name, address=address))


VIEWS = (
    ViewSaved(view_id=RISKS, person_id=ANNA, sealed_view=a_view("At risk", "/objectives?status=behind")),
    ViewSaved(view_id=SALES, person_id=ANNA, sealed_view=a_view("Sales", "/teams/Sales"), shared=True),
)


def test_a_view_is_saved_for_oneself_or_for_everybody() -> None:
    for shared in (False, True):
        wanted = api.SaveViewRequest(name="New", address="/kpis", shared=shared)
        saved = ViewSaved(view_id=NEW, person_id=ANNA, sealed_view=a_view("New", "/kpis"), shared=shared)
        given(SAVED_VIEWS, *VIEWS).when(saved_views.save, NEW, ANNA, KEY, wanted).then(saved)


def test_a_view_is_called_otherwise_leads_elsewhere_and_is_shared_or_no_longer() -> None:
    views = given(SAVED_VIEWS, *VIEWS)

    def revised(view_id: bytes, **wanted: object) -> api.ReviseViewRequest:
        return api.ReviseViewRequest(view_id=view_id, **wanted)  # type: ignore[arg-type]

    renamed = ViewChanged(view_id=RISKS, person_id=ANNA, sealed_view=a_view("AT RISK", "/objectives?status=behind"))
    views.when(saved_views.revise, ANNA, KEY, revised(RISKS, name="AT RISK")).then(renamed)
    elsewhere = ViewChanged(view_id=RISKS, person_id=ANNA, sealed_view=a_view("At risk", "/map"), shared=True)
    views.when(saved_views.revise, ANNA, KEY, revised(RISKS, address="/map", shared=True)).then(elsewhere)
    views.when(saved_views.revise, ANNA, KEY, revised(SALES, shared=False)).then(ViewChanged(view_id=SALES, person_id=ANNA, shared=False))
    views.when(saved_views.revise, ANNA, KEY, revised(SALES, name="Sales", address="/teams/Sales", shared=True)).then_nothing()
    unshared = given(SAVED_VIEWS, *VIEWS, ViewChanged(view_id=SALES, person_id=ANNA, shared=False))
    unshared.when(saved_views.revise, ANNA, KEY, revised(SALES, shared=False)).then_nothing()


def test_what_was_removed_is_gone_and_its_name_is_free() -> None:
    removed = ViewRemoved(view_id=RISKS, person_id=ANNA)
    given(SAVED_VIEWS, *VIEWS).when(saved_views.remove, ANNA, RISKS).then(removed)
    left = given(SAVED_VIEWS, *VIEWS, removed)
    left.when(saved_views.remove, ANNA, RISKS).then_refused("VIEW_UNKNOWN", "", Kind.UNKNOWN)
    left.when(saved_views.revise, ANNA, KEY, api.ReviseViewRequest(view_id=RISKS, name="x")).then_refused("VIEW_UNKNOWN", "", Kind.UNKNOWN)
    again = ViewSaved(view_id=NEW, person_id=ANNA, sealed_view=a_view("At risk", "/kpis"))
    left.when(saved_views.save, NEW, ANNA, KEY, api.SaveViewRequest(name="At risk", address="/kpis")).then(again)


def test_no_two_views_of_a_person_share_a_name_however_it_is_written() -> None:
    views = given(SAVED_VIEWS, *VIEWS)
    taken = ("NAME_TAKEN", "name", Kind.TAKEN)
    views.when(saved_views.save, NEW, ANNA, KEY, api.SaveViewRequest(name="SALES", address="/kpis")).then_refused(*taken)
    views.when(saved_views.revise, ANNA, KEY, api.ReviseViewRequest(view_id=RISKS, name="sales")).then_refused(*taken)


def test_a_view_whose_key_was_lost_stands_in_nobodys_way() -> None:
    lost = ViewSaved(view_id=RISKS, person_id=ANNA, sealed_view=b"of another key")
    saved = ViewSaved(view_id=NEW, person_id=ANNA, sealed_view=a_view("At risk", "/kpis"))
    given(SAVED_VIEWS, lost).when(saved_views.save, NEW, ANNA, KEY, api.SaveViewRequest(name="At risk", address="/kpis")).then(saved)


@pytest.mark.parametrize("name", ["", " Sales", "a\nb", "x" * 101, "01a00000-0000-7000-8000-000000000000", ".."])
def test_a_view_has_a_name_that_can_be_typed(name: str) -> None:
    wanted = api.SaveViewRequest(name=name, address="/kpis")
    given(SAVED_VIEWS).when(saved_views.save, NEW, ANNA, KEY, wanted).then_refused("INVALID_ARGUMENT", "name", Kind.INVALID)


def test_a_person_has_so_many_views_at_most() -> None:
    many = [ViewSaved(view_id=an_id(f"{n}"), person_id=ANNA, sealed_view=a_view(f"view {n}", "/kpis")) for n in range(MOST_VIEWS)]
    wanted = api.SaveViewRequest(name="one more", address="/kpis")
    given(SAVED_VIEWS, *many).when(saved_views.save, NEW, ANNA, KEY, wanted).then_refused("TOO_MANY_VIEWS", "", Kind.REFUSED)
    one_less = ViewRemoved(view_id=an_id("7"), person_id=ANNA)
    saved = ViewSaved(view_id=NEW, person_id=ANNA, sealed_view=a_view("one more", "/kpis"))
    given(SAVED_VIEWS, *many, one_less).when(saved_views.save, NEW, ANNA, KEY, wanted).then(saved)


@pytest.mark.parametrize(
    "address",
    [
        "/objectives", "/objectives?status=%5B%22behind%22%5D&mine=true", "/objectives/J1/edit", "/objectives?back=//x",
        "/people/ada%40acme", "/admin/people?text=a:b", "/kpis?" + "x" * (LONGEST_ADDRESS - 6),
    ],
)  # fmt: skip
def test_a_page_of_the_app_with_whatever_it_asks_is_an_address(address: str) -> None:
    saved_views.require_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "objectives", "?mine=true", "//evil.example/objectives", "https://evil.example/objectives", "javascript:alert(1)",
        "/objectives//evil.example", "/\\evil.example", "/objectives\\..\\..", "/objectives/../v1/people", "/objectives/%2E%2e/v1",
        "/objectives/./x", "/", "/v1/people", "/docs", "/sign-in?to=//evil", "/objectives#x", "/objectives?a b", "/objectives?\n",
        "/objectives?ü", "/objectives/", "/Objectives", "/kpis?" + "x" * (LONGEST_ADDRESS - 5),
    ],
)  # fmt: skip
def test_whatever_may_lead_elsewhere_is_no_address(address: str) -> None:
    with pytest.raises(Refused) as refused:
        saved_views.require_address(address)
    assert (refused.value.kind, refused.value.field) == (Kind.INVALID, "address")


def test_the_pages_are_those_that_the_app_has() -> None:
    routes = "".join(route.read_text() for route in WEB.rglob("route.tsx"))
    first_words = set(re.findall(r"path: '/([a-z-]+)", routes)) - {"sign-in"}
    assert first_words == saved_views.PAGES
