"""How many of the check-ins that were due were made (formulas, Others: Participation)."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from progress.domain.participation import Done, Due, Participation, participation

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


def test_a_team_of_which_nothing_is_due_is_not_told_of() -> None:
    told = participation([due(end=2), due(OPS, first=1, end=3)], [], 3)
    assert [[each.team_id for each in period] for period in told] == [[WEB], [OPS, WEB], [OPS]]


def test_what_was_made_stands_beside_what_was_due() -> None:
    told = participation([due(key_results=3, end=3), due(first=1, end=3)], [Done(WEB, 0, 2), Done(WEB, 1, 4)], 3)
    assert [(of.due, of.done) for (of,) in told] == [(3, 2), (4, 4), (4, 0)]


def test_exactly_one_hidden_objective_takes_the_figures_away_however_many_key_results_it_has() -> None:
    hidden = [due(end=4), due(hidden=b"a", end=2, key_results=2), due(hidden=b"b", first=1, end=3)]
    told = [of for (of,) in participation(hidden, [], 4)]
    assert told == [
        Participation(WEB, None, None, hidden=True),
        Participation(WEB, 4, 0, hidden=True),
        Participation(WEB, None, None, hidden=True),
        Participation(WEB, 1, 0, hidden=False),
    ]


@given(DUES)
def test_what_is_due_in_a_period_is_what_is_due_of_each_part_together(dues: list[Due]) -> None:
    open_to_all = [its._replace(hidden_id=None) for its in dues]
    told = participation(open_to_all, [], PERIODS)
    for period, teams in enumerate(told):
        wanted: Counter[bytes] = Counter()
        for its in open_to_all:
            if its.first <= period < its.end:
                wanted[its.team_id] += its.key_results
        assert {of.team_id: of.due for of in teams} == wanted


@given(DUES)
def test_figures_are_told_unless_exactly_one_objective_is_hidden_and_are_then_those_that_everybody_is_told(dues: list[Due]) -> None:
    whole = participation([its._replace(hidden_id=None) for its in dues], [], PERIODS)
    for period, (told, all_of_it) in enumerate(zip(participation(dues, [], PERIODS), whole, strict=True)):
        for of, really in zip(told, all_of_it, strict=True):
            unknown = {its.hidden_id for its in dues if its.team_id == of.team_id and its.first <= period < its.end} - {None}
            assert of.hidden == bool(unknown)
            as_all_are_told = really._replace(hidden=bool(unknown))
            assert of == (as_all_are_told._replace(due=None, done=None) if len(unknown) == 1 else as_all_are_told)
