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
from tests.unit.goals.examples import NOW, TODAY, ever, holding, on, today

A, B, C = an_id("A"), an_id("B"), an_id("C")
B_UNDER_A = today(ObjectiveAligned(objective_id=B, parent_objective_id=A))
C_UNDER_KEY_RESULT_OF_B = today(ObjectiveAligned(objective_id=C, parent_key_result_id=KEY_RESULT, parent_key_results_objective_id=B))


def test_an_objective_is_aligned_to_an_objective_or_to_a_key_result() -> None:
    given(ALIGNMENT).when(alignment.align, B, Parent(A), NOW, draft=False).then(B_UNDER_A)
    given(ALIGNMENT, B_UNDER_A).when(alignment.align, C, Parent(B, KEY_RESULT), NOW, draft=False).then(C_UNDER_KEY_RESULT_OF_B)


def test_an_objective_is_not_its_own_parent_nor_one_of_its_key_results_is() -> None:
    given(ALIGNMENT).when(alignment.align, A, Parent(A), NOW, draft=False).then_refused("PARENT_LOOP")
    given(ALIGNMENT).when(alignment.align, A, Parent(A, KEY_RESULT), NOW, draft=False).then_refused("PARENT_LOOP")


def test_a_loop_through_a_key_result_is_refused() -> None:
    given(ALIGNMENT, B_UNDER_A, C_UNDER_KEY_RESULT_OF_B).when(alignment.align, A, Parent(C), NOW, draft=False).then_refused(
        "PARENT_LOOP", "parent"
    )


def test_an_objective_goes_back_to_the_top() -> None:
    top = today(ObjectiveAligned(objective_id=B))
    given(ALIGNMENT, B_UNDER_A).when(alignment.align, B, None, NOW, draft=False).then(top)
    given(ALIGNMENT, B_UNDER_A, top).when(alignment.align, B, None, NOW, draft=False).then_nothing()


def test_aligning_to_the_parent_that_it_has_is_no_event() -> None:
    given(ALIGNMENT, B_UNDER_A).when(alignment.align, B, Parent(A), NOW, draft=False).then_nothing()


_OBJECTIVES = [an_id(str(number)) for number in range(6)]
_PARENTS = st.one_of(st.none(), st.sampled_from(_OBJECTIVES).map(Parent), st.sampled_from(_OBJECTIVES).map(lambda o: Parent(o, KEY_RESULT)))


@for_all(st.lists(st.tuples(st.sampled_from(_OBJECTIVES), _PARENTS), max_size=40))
def test_whatever_is_asked_every_objective_reaches_the_top(wishes: list[tuple[bytes, Parent | None]]) -> None:
    tree, happened = Alignment(), []
    for objective_id, parent in wishes:
        with suppress(Refused):
            for event in alignment.align(tree, objective_id, parent, NOW, draft=False):
                alignment.apply(tree, event)
                happened.append(event)
    assert folded(ALIGNMENT, *happened) == tree
    for objective_id in _OBJECTIVES:
        seen = {objective_id}
        for ancestor in alignment.ancestors(tree, objective_id):
            assert ancestor not in seen
            seen.add(ancestor)


def test_a_child_counts_from_the_day_it_was_added_and_since_ever_where_its_parent_is_a_draft() -> None:
    under_a = ObjectiveAligned(objective_id=B, parent_objective_id=A)
    given(ALIGNMENT).when(alignment.align, B, Parent(A), NOW, draft=True).then(ever(under_a))
    given(ALIGNMENT).when(alignment.align, B, Parent(A), on(TODAY - 5), draft=False).then(holding(TODAY - 5, under_a))
    given(ALIGNMENT).when(alignment.align, B, Parent(A), on(TODAY + 1), draft=False).then_refused("HOLDS_FROM_AHEAD", "holds_from")


def test_a_parent_that_it_leaves_for_a_draft_keeps_it_until_that_day() -> None:
    given(ALIGNMENT, ever(ObjectiveAligned(objective_id=B, parent_objective_id=A))).when(
        alignment.align, B, Parent(C), NOW, draft=True
    ).then(today(ObjectiveAligned(objective_id=B, parent_objective_id=C)))


def test_an_objective_is_not_aligned_anew_from_a_day_before_it_was_last() -> None:
    given(ALIGNMENT, B_UNDER_A).when(alignment.align, B, Parent(C), on(TODAY - 1), draft=False).then_refused(
        "HOLDS_FROM_TOO_EARLY", "holds_from"
    )
