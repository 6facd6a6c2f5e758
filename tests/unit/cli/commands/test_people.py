"""Commands about who may come in."""

from __future__ import annotations

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway


class TestPeople:
    def test_every_session_of_a_person_is_ended(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("sign-out", "ann").out == "every session of ann is ended\n"
        assert gateway.sent("POST", "/v1/people/ann/sign-out") == [None]

    def test_a_person_leaves_and_comes_back(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("leave", "ann").out == "ann has left, and every session of theirs is ended\n"
        assert gateway.sent("POST", "/v1/people/ann/leave") == [None]
        assert cairn("reinstate", "ann").out == "ann is back\n"
        assert gateway.sent("POST", "/v1/people/ann/reinstate") == [None]
        assert cairn("leave", "ann", "--json").json["version"] == 2

    def test_the_operator_appoints_an_admin(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("appoint-admin", "ann", "--tenant", "acme").out == "ann is an admin of acme\n"
        assert gateway.sent("POST", "/v1/sign-in") == [{"operator": True}]
        assert gateway.sent("POST", "/v1/tenants/acme/appoint-admin") == [{"person": "ann"}]
