"""Commands about who may come in."""

from __future__ import annotations

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway


class TestPeople:
    def test_every_session_of_a_person_is_ended(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("sign-out", "ann").out == "every session of ann is ended\n"
        assert gateway.sent("POST", "/v1/people/ann/sign-out") == [None]

    def test_the_operator_appoints_an_admin(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("appoint-admin", "ann", "--tenant", "acme").out == "ann is an admin of acme\n"
        assert gateway.sent("POST", "/v1/sign-in") == [{"operator": True}]
        assert gateway.sent("POST", "/v1/tenants/acme/appoint-admin") == [{"person": "ann"}]
