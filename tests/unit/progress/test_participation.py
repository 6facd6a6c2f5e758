"""How many of the check-ins that were due were made (formulas, Others: Participation)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from progress.domain.participation import UNTOLD, Done, Due, participation

WEB, OPS = b"web", b"ops"
PERIODS = 5


def due(team: bytes = WEB, hidden: bytes | None = None, first: int = 0, end: int = PERIODS, key_results: int = 1) -> Due:
    return Due(team, hidden, first, end, key_results)


DUES = st.lists(
    st.builds(
        lambda team, hidden, first, length, number: due(team, hidden, first, min(PERIODS, first + length), number),
        st.sampled_from([WEB, OPS]),
        st.none() | st.sampled_from([b"a", b"b"]),
        st.integers(0, PERIODS - 1),
        st.integers(1, PERIODS),
        st.integers(1, 4),
    ),
    max_size=8,
)


def told(dues: list[Due], done: list[Done], periods: int = PERIODS) -> dict[bytes, list[tuple[int, int, bool]]]:
    """By team, of each period."""
    found = participation(dues, done, periods)
    assert [of.team_id for of in found] == sorted(of.team_id for of in found)
    return {of.team_id: list(zip(of.due, of.done, of.hidden, strict=True)) for of in found}


def test_a_team_of_which_nothing_is_due_is_not_told_of() -> None:
    found = told([due(end=2), due(OPS, first=1, end=3)], [], 3)
    assert {team: [of_period for of_period, _, _ in periods] for team, periods in found.items()} == {OPS: [0, 1, 1], WEB: [1, 1, 0]}


def test_what_was_made_stands_beside_what_was_due() -> None:
    found = told([due(key_results=3, end=3), due(first=1, end=3)], [Done(WEB, [0, 1], [2, 4])], 3)
    assert found == {WEB: [(3, 2, False), (4, 4, False), (4, 0, False)]}


def test_exactly_one_hidden_objective_takes_the_figures_away_however_many_key_results_it_has() -> None:
    hidden = [due(end=4), due(hidden=b"a", end=2, key_results=2), due(hidden=b"b", first=1, end=3)]
    assert told(hidden, [], 4) == {WEB: [(UNTOLD, UNTOLD, True), (4, 0, True), (UNTOLD, UNTOLD, True), (1, 0, False)]}


@given(DUES)
def test_what_is_due_in_a_period_is_what_is_due_of_each_part_together(dues: list[Due]) -> None:
    open_to_all = [its._replace(hidden_id=None) for its in dues]
    for team, periods in told(open_to_all, []).items():
        for period, (of_period, _, hidden) in enumerate(periods):
            parts = [its.key_results for its in open_to_all if its.team_id == team and its.first <= period < its.end]
            assert (of_period, hidden) == (sum(parts), False)


@given(DUES)
def test_figures_are_told_unless_exactly_one_objective_is_hidden_and_are_then_those_that_everybody_is_told(dues: list[Due]) -> None:
    whole = told([its._replace(hidden_id=None) for its in dues], [])
    for team, periods in told(dues, []).items():
        for period, (of_period, made, hidden) in enumerate(periods):
            unknown = {its.hidden_id for its in dues if its.team_id == team and its.first <= period < its.end} - {None}
            really = whole[team][period][:2]
            assert (of_period, made, hidden) == (*((UNTOLD, UNTOLD) if len(unknown) == 1 else really), bool(unknown))
