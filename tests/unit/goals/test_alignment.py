"""Parents never form a loop, be it through key results."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given as for_all
from hypothesis import strategies as st

from cairn.goals.v1.events_pb2 import ObjectiveAligned
from chassis.errors import Refused
from goals.aggregates import ALIGNMENT
from goals.domain import alignment
from goals.domain.alignment import Alignment, Parent
from tests.support.events import KEY_RESULT, an_id
from tests.unit.domain_dsl import folded, given

A, B, C = an_id("A"), an_id("B"), an_id("C")
B_UNDER_A = ObjectiveAligned(objective_id=B, parent_objective_id=A)
C_UNDER_KEY_RESULT_OF_B = ObjectiveAligned(objective_id=C, parent_key_result_id=KEY_RESULT, parent_key_results_objective_id=B)


def test_an_objective_is_aligned_to_an_objective_or_to_a_key_result() -> None:
    given(ALIGNMENT).when(alignment.align, B, Parent(A)).then(B_UNDER_A)
    given(ALIGNMENT, B_UNDER_A).when(alignment.align, C, Parent(B, KEY_RESULT)).then(C_UNDER_KEY_RESULT_OF_B)


def test_an_objective_is_not_its_own_parent_nor_one_of_its_key_results_is() -> None:
    given(ALIGNMENT).when(alignment.align, A, Parent(A)).then_refused("PARENT_LOOP")
    given(ALIGNMENT).when(alignment.align, A, Parent(A, KEY_RESULT)).then_refused("PARENT_LOOP")


def test_a_loop_through_a_key_result_is_refused() -> None:
    given(ALIGNMENT, B_UNDER_A, C_UNDER_KEY_RESULT_OF_B).when(alignment.align, A, Parent(C)).then_refused("PARENT_LOOP", "parent")


def test_an_objective_goes_back_to_the_top() -> None:
    top = ObjectiveAligned(objective_id=B)
    given(ALIGNMENT, B_UNDER_A).when(alignment.align, B, None).then(top)
    given(ALIGNMENT, B_UNDER_A, top).when(alignment.align, B, None).then_nothing()


def test_aligning_to_the_parent_that_it_has_is_no_event() -> None:
    given(ALIGNMENT, B_UNDER_A).when(alignment.align, B, Parent(A)).then_nothing()


_OBJECTIVES = [an_id(str(number)) for number in range(6)]
_PARENTS = st.one_of(st.none(), st.sampled_from(_OBJECTIVES).map(Parent), st.sampled_from(_OBJECTIVES).map(lambda o: Parent(o, KEY_RESULT)))


@for_all(st.lists(st.tuples(st.sampled_from(_OBJECTIVES), _PARENTS), max_size=40))
def test_whatever_is_asked_every_objective_reaches_the_top(wishes: list[tuple[bytes, Parent | None]]) -> None:
    tree, happened = Alignment(), []
    for objective_id, parent in wishes:
        with suppress(Refused):
            for event in alignment.align(tree, objective_id, parent):
                alignment.apply(tree, event)
                happened.append(event)
    assert folded(ALIGNMENT, *happened) == tree
    for objective_id in _OBJECTIVES:
        seen = {objective_id}
        for ancestor in alignment.ancestors(tree, objective_id):
            assert ancestor not in seen
            seen.add(ancestor)
