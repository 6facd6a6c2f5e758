"""Whose an objective or a key result is, by goals' events; and what of it an import says."""

from __future__ import annotations

from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import id_of_name
from notifications.assignments import Assigned, after, imported

ANN, BOB, CYD = (id_of_name(name) for name in ("ann", "bob", "cyd"))


def test_an_objective_is_its_owners_and_contributors() -> None:
    assert after(Assigned(), goals.ObjectiveDefined(owner_id=ANN, contributor_ids=[BOB])) == Assigned((ANN,), (BOB,))


def test_a_revision_changes_what_it_says_alone() -> None:
    before = Assigned((ANN,), (BOB,))
    assert after(before, goals.ObjectiveRevised(title="Another")) == before
    assert after(before, goals.ObjectiveRevised(owner_id=CYD)) == Assigned((CYD,), (BOB,))
    assert after(before, goals.ObjectiveRevised(contributors=goals.People())) == Assigned((ANN,))


def test_a_key_result_is_its_owners() -> None:
    defined = after(Assigned(), goals.KeyResultDefined(owners=[goals.Owner(person_id=ANN), goals.Owner(person_id=BOB)]))
    assert defined == Assigned((ANN, BOB))
    assert after(defined, goals.KeyResultRevised(weight=2)) == defined
    assert after(defined, goals.KeyResultRevised(owners=goals.Owners(owners=[goals.Owner(person_id=CYD)]))) == Assigned((CYD,))


def test_what_tables_define_is_told_from_what_people_do() -> None:
    assert imported(goals.ObjectiveDefined(imported=True))
    assert imported(goals.KeyResultDefined(imported=True))
    assert not any(map(imported, (goals.ObjectiveDefined(), goals.KeyResultDefined(), goals.ObjectiveRevised(), goals.KeyResultRevised())))
