"""The rules of the vision board: mission and vision, and pillars of one name each, in their order."""

from __future__ import annotations

import pytest
from google.protobuf.message import Message
from hypothesis import given as for_all
from hypothesis import strategies as st

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import MissionStated, PillarAdded, PillarChanged, PillarMoved, PillarRemoved, VisionStated
from chassis.errors import Kind
from directory.aggregates import VISION_BOARD
from directory.domain import vision
from directory.domain.vision import VisionBoard
from shared.limits import MOST_PILLARS
from tests.support.events import an_id
from tests.unit.domain_dsl import folded, given

GROWTH, PEOPLE, TRUST, NEW = (an_id(name) for name in ("Growth", "People", "Trust", "New"))
BOARD = (
    PillarAdded(pillar_id=GROWTH, reference="growth", title="Profitable growth"),
    PillarAdded(pillar_id=PEOPLE, title="People"),
    PillarAdded(pillar_id=TRUST, title="Trust"),
)


def order_of(*events: Message) -> list[bytes]:
    return list(folded(VISION_BOARD, *events).order)


def test_a_mission_and_a_vision_are_stated_together_or_alone_and_nothing_is_told_that_is_said_already() -> None:
    both = api.StateVisionRequest(mission="To be of use", vision="Everybody is glad")
    stated = MissionStated(mission="To be of use"), VisionStated(vision="Everybody is glad")
    given(VISION_BOARD).when(vision.state, both).then(*stated)
    given(VISION_BOARD, *stated).when(vision.state, both).then_nothing()
    given(VISION_BOARD, *stated).when(vision.state, api.StateVisionRequest(mission="")).then(MissionStated(mission=""))


def test_a_pillar_is_added_last_or_before_another() -> None:
    assert order_of(*BOARD) == [GROWTH, PEOPLE, TRUST]
    first = PillarAdded(pillar_id=NEW, title="New", before_id=GROWTH)
    given(VISION_BOARD, *BOARD).when(vision.add, NEW, api.AddPillarRequest(title="New"), GROWTH).then(first)
    assert order_of(*BOARD, first) == [NEW, GROWTH, PEOPLE, TRUST]


@pytest.mark.parametrize("title", ["", " Trust", "a\nb", "x" * 101, "01a00000-0000-7000-8000-000000000000", ".."])
def test_a_pillar_has_a_title_that_can_be_typed_and_stand_in_a_path(title: str) -> None:
    wanted = api.AddPillarRequest(title=title)
    given(VISION_BOARD).when(vision.add, NEW, wanted, b"").then_refused("INVALID_ARGUMENT", "title", Kind.INVALID)


def test_no_two_pillars_share_a_name_be_it_a_title_or_a_reference_however_it_is_written() -> None:
    board = given(VISION_BOARD, *BOARD)
    board.when(vision.add, NEW, api.AddPillarRequest(title="TRUST"), b"").then_refused("NAME_TAKEN", "title", Kind.TAKEN)
    board.when(vision.add, NEW, api.AddPillarRequest(title="Growth"), b"").then_refused("NAME_TAKEN", "title", Kind.TAKEN)
    board.when(vision.add, NEW, api.AddPillarRequest(title="New", reference="trust"), b"").then_refused(
        "NAME_TAKEN", "reference", Kind.TAKEN
    )
    board.when(vision.revise, PEOPLE, api.RevisePillarRequest(title="growth")).then_refused("NAME_TAKEN", "title", Kind.TAKEN)
    called_as_its_reference = PillarChanged(pillar_id=GROWTH, title="Growth")
    board.when(vision.revise, GROWTH, api.RevisePillarRequest(title="Growth")).then(called_as_its_reference)


def test_a_revision_tells_only_what_is_otherwise() -> None:
    board = given(VISION_BOARD, *BOARD)
    said = api.RevisePillarRequest(title="Trust", about="Of those who use it")
    board.when(vision.revise, TRUST, said).then(PillarChanged(pillar_id=TRUST, about="Of those who use it"))
    board.when(vision.revise, TRUST, api.RevisePillarRequest(title="Trust"), b"").then_nothing()


def test_a_pillar_is_moved_before_another_or_behind_all_and_not_where_it_stands_already() -> None:
    board = given(VISION_BOARD, *BOARD)
    first, last = PillarMoved(pillar_id=TRUST, before_id=GROWTH), PillarMoved(pillar_id=GROWTH)
    board.when(vision.revise, TRUST, api.RevisePillarRequest(), GROWTH).then(first)
    board.when(vision.revise, GROWTH, api.RevisePillarRequest(), b"").then(last)
    for before in (PEOPLE, GROWTH):
        board.when(vision.revise, GROWTH, api.RevisePillarRequest(), before).then_nothing()
    assert order_of(*BOARD, first) == [TRUST, GROWTH, PEOPLE]
    assert order_of(*BOARD, last) == [PEOPLE, TRUST, GROWTH]


def test_what_was_removed_is_changed_no_more_and_its_names_are_free() -> None:
    gone = given(VISION_BOARD, *BOARD, PillarRemoved(pillar_id=GROWTH))
    gone.when(vision.remove, GROWTH).then_nothing()
    gone.when(vision.revise, GROWTH, api.RevisePillarRequest(about="?")).then_refused("PILLAR_REMOVED")
    gone.when(vision.revise, TRUST, api.RevisePillarRequest(), GROWTH).then_refused("PILLAR_REMOVED", "before")
    again = PillarAdded(pillar_id=NEW, reference="growth", title="Profitable growth")
    gone.when(vision.add, NEW, api.AddPillarRequest(reference="growth", title="Profitable growth"), b"").then(again)
    board: VisionBoard = folded(VISION_BOARD, *BOARD, PillarRemoved(pillar_id=GROWTH))
    assert (board.pillars[GROWTH].title, board.place(GROWTH), board.named("growth")) == ("Profitable growth", 0, None)


def test_what_is_not_there_is_neither_changed_nor_removed() -> None:
    given(VISION_BOARD, *BOARD).when(vision.revise, NEW, api.RevisePillarRequest(about="?")).then_refused("PILLAR_UNKNOWN")
    given(VISION_BOARD, *BOARD).when(vision.remove, NEW).then_refused("PILLAR_UNKNOWN")


def test_a_tenant_has_only_so_many_pillars() -> None:
    many = [PillarAdded(pillar_id=an_id(f"pillar {n}"), title=f"Pillar {n}") for n in range(MOST_PILLARS)]
    given(VISION_BOARD, *many).when(vision.add, NEW, api.AddPillarRequest(title="New"), b"").then_refused("TOO_MANY_PILLARS")


@for_all(st.lists(st.tuples(st.sampled_from((GROWTH, PEOPLE, TRUST)), st.sampled_from((GROWTH, PEOPLE, TRUST, b""))), max_size=8))
def test_wherever_pillars_are_moved_to_each_stands_once_right_before_the_one_that_was_named(moves: list[tuple[bytes, bytes]]) -> None:
    events: list[Message] = list(BOARD)
    for pillar_id, before_id in moves:
        events += vision.revise(folded(VISION_BOARD, *events), pillar_id, api.RevisePillarRequest(), before_id)
        order = order_of(*events)
        assert sorted(order) == sorted((GROWTH, PEOPLE, TRUST))
        if not before_id:
            assert order[-1] == pillar_id
        elif before_id != pillar_id:
            assert order.index(pillar_id) + 1 == order.index(before_id)
