"""Commands about who may come in."""

from __future__ import annotations

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import TEAM_ID, FakeGateway


class TestPeople:
    def test_a_person_is_called_otherwise(self, cairn: Run, gateway: FakeGateway) -> None:
        said = ("--handle", "anna", "--name", "Anna Sample", "--email", "")
        assert cairn("revise", "person", "ann", *said).out == "ann is changed\n"
        assert gateway.sent("PATCH", "/v1/people/ann") == [{"handle": "anna", "name": "Anna Sample", "email": ""}]

    def test_every_session_of_a_person_is_ended(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("sign-out", "ann").out == "every session of ann is ended\n"
        assert gateway.sent("POST", "/v1/people/ann/sign-out") == [None]

    def test_a_person_leaves_and_comes_back(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("leave", "ann").out == "ann has left, and every session of theirs is ended\n"
        assert gateway.sent("POST", "/v1/people/ann/leave") == [None]
        assert cairn("reinstate", "ann").out == "ann is back\n"
        assert gateway.sent("POST", "/v1/people/ann/reinstate") == [None]
        assert cairn("leave", "ann", "--json").json["version"] == 2

    def test_what_somebody_has_is_told_before_they_leave(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("owned", "ann").out == "objective J1 Expand the team\n"
        told = cairn("leave", "ann", "--hand-over-to", "bob", "--dry-run").out.splitlines()
        assert told == ["objective J1 Expand the team", "nothing is done yet; this would be handed over to bob"]
        assert gateway.sent("POST", "/v1/people/ann/leave") == []

    def test_it_is_handed_over_in_one_command(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("leave", "ann", "--hand-over-to", "bob").code == 0
        assert gateway.sent("POST", "/v1/people/ann/leave") == [{"hand_over_to": "bob"}]

    def test_the_operator_appoints_an_admin(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("appoint-admin", "ann", "--tenant", "acme").out == "ann is an admin of acme\n"
        assert gateway.sent("POST", "/v1/sign-in") == [{"operator": True}]
        assert gateway.sent("POST", "/v1/tenants/acme/appoint-admin") == [{"person": "ann"}]


class TestWhoami:
    def test_a_person_is_told_with_their_tenant_roles_and_teams(self, cairn: Run, gateway: FakeGateway) -> None:
        person = {
            "handle": "ann",
            "name": "Ann Example",
            "roles": ["champion", "member"],
            "teams": [{"id": TEAM_ID, "name": "core"}],
            "state": "active",
        }
        gateway.me = {"tenant": {"name": "acme", "time_zone": "Europe/Zurich"}, "person": person, "roles": ["champion", "member"]}
        assert cairn("whoami").out.splitlines() == [
            "Ann Example (ann)",
            "tenant acme, whose days begin in Europe/Zurich",
            "roles champion, member; teams core",
            "what is for the operator alone is done as the operator of the installation, unless CAIRN_PERSON names somebody",
            "at http://127.0.0.1:8600",
        ]
        assert cairn("whoami", "--json").json["person"]["handle"] == "ann"

    def test_the_operator_is_of_no_tenant(self, cairn: Run) -> None:
        assert cairn("whoami").out.splitlines()[:2] == ["the operator", "roles operator"]


class TestLists:
    def test_people_are_told_by_name_and_without_ids(self, cairn: Run) -> None:
        assert cairn("people").out.split()[:2] == ["handle", "name"]
        assert "admin" in cairn("people").out
        assert cairn("cycles").out == "no cycles found; `cairn add cycle NAME FIRST_DAY LAST_DAY` defines one\n"
        assert cairn("person", "admin").out.split()[:2] == ["handle", "admin"]
