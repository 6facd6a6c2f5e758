"""Commands about what was done and told."""

from __future__ import annotations

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import TEAM_ID, FakeGateway, action, notification, person


class TestAudit:
    @pytest.fixture(autouse=True)
    def actions(self, imported: None, gateway: FakeGateway) -> None:
        demo = gateway.tenants["demo"]
        q1 = {"id": demo.cycles["2019-Q1"]["id"], "name": "2019-Q1"}
        j1 = {"id": demo.objectives["J1"]["id"], "ref": "J1", "title": "J1"}
        said = {"check_in_id": "an id", "value": 31.0, "as_of": "2019-04-05", "comment": "", "blockers": []}
        gateway.actions = [
            action(3, "cairn.checkins.v1.CheckInRecorded", "admin", {"objective": j1}, said, on_behalf_of="Martin"),
            action(
                2,
                "cairn.goals.v1.CycleDefined",
                "admin",
                {"cycle": q1},
                {"name": "2019-Q1"},
            ),
            action(1, "cairn.directory.v1.TeamFounded", "admin", {"team": {"id": TEAM_ID, "name": "Core"}}, {"parent_team_id": TEAM_ID}),
            action(1, "cairn.directory.v1.PersonAdded", "admin", {"person": person("Martin")}, {}),
            action(0, "cairn.goals.v1.ObjectiveDefined", "gone", {}, {"title": "x" * 90}),
        ]

    def test_who_did_what_when_for_whom_to_which_thing(self, cairn: Run) -> None:
        ran = cairn("audit")
        assert ran.code == 0
        rows = [" ".join(line.split()) for line in ran.out.splitlines() if "2026-01-0" in line]
        assert rows == [
            "2026-01-01 01:00:03+01:00 admin for Martin CheckInRecorded J1 value 31, as of 2019-04-05",
            "2026-01-01 01:00:02+01:00 admin CycleDefined 2019-Q1 name 2019-Q1",
            "2026-01-01 01:00:01+01:00 admin TeamFounded Core parent team Core",
            "2026-01-01 01:00:01+01:00 admin PersonAdded Martin",
            f"2026-01-01 01:00:00+01:00 gone ObjectiveDefined – title {'x' * 80}…",
        ]

    def test_filters_travel_along(self, cairn: Run, gateway: FakeGateway) -> None:
        cairn("audit", "--who", "Martin", "--thing", "J1", "--what", "CheckInRecorded", "--json")
        assert gateway.parameters[-1] == {"actor": "Martin", "thing": "J1", "type": "CheckInRecorded"}

    def test_a_type_of_events_is_known_whatever_its_capitals_and_the_nearest_is_named(self, cairn: Run, gateway: FakeGateway) -> None:
        cairn("audit", "--what", "checkinrecorded")
        assert gateway.parameters[-1] == {"type": "CheckInRecorded"}
        ran = cairn("audit", "--what", "CheckInRecordde")
        told = "there is no type of events 'CheckInRecordde'; did you mean CheckInRecorded? `cairn event-types` lists them"
        assert (ran.code, ran.err) == (1, f"cairn: {told}\n")

    def test_events_of_security_are_hidden_unless_asked_for_and_it_is_said(self, cairn: Run, gateway: FakeGateway) -> None:
        noted = [action(number, "cairn.directory.v1.SecurityEventNoted", "admin", {}, {}) for number in (9, 8)]
        gateway.actions = [noted[0], *gateway.actions, noted[1]]
        out = cairn("audit").out
        assert "SecurityEventNoted" not in out
        assert out.endswith("2 events of security between them are hidden; --security shows them\n")
        assert cairn("audit", "--security").out.count("SecurityEventNoted") == 2
        assert len(cairn("audit", "--json").json["items"]) == 7
        assert "the first 2; there is more" in cairn("audit", "--limit", "2").out

    def test_a_day_travels_as_it_is_since_the_tenant_knows_when_it_begins(self, cairn: Run, gateway: FakeGateway) -> None:
        cairn("audit", "--since", "2026-03-01", "--until", "2026-03-31")
        assert gateway.parameters[-1] == {"from": "2026-03-01", "to": "2026-03-31"}
        cairn("audit", "--since", "2026-03-01T10:00:00+01:00", "--until", "2026-03-01T12:00:00Z")
        assert gateway.parameters[-1] == {"from": "2026-03-01T10:00:00+01:00", "to": "2026-03-01T12:00:00+00:00"}

    def test_pages_are_put_together_as_far_as_wanted(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.page = 3
        assert cairn("audit", "--json", "--limit", "0").json["items"] == gateway.actions
        assert len(gateway.parameters) == 2
        assert cairn("audit", "--json", "--limit", "2").json["items"] == gateway.actions[:2]
        assert cairn("audit", "--limit", "2").out.endswith("… the first 2; there is more: --limit 0 shows all\n")


class TestInbox:
    def test_an_empty_one_says_so(self, cairn: Run) -> None:
        assert cairn("inbox").out == "your inbox is empty\n"
        assert cairn("inbox", "--unread").out == "nothing new\n"
        assert cairn("inbox", "--json").json == {"items": [], "unread": 0, "next": None}

    def test_what_is_new_is_told_apart_from_what_was_read(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.notifications = [notification(2, "J1: on track → behind"), notification(1, "J2: behind → at risk", "2026-01-02T03:04:05Z")]
        rows = [" ".join(line.split()) for line in cairn("inbox").out.splitlines() if "2026-01-0" in line]
        assert rows == [
            "2026-01-01 01:00:02+01:00 status turned J1: on track → behind new",
            "2026-01-01 01:00:01+01:00 status turned J2: behind → at risk 2026-01-02 04:04:05+01:00",
        ]
        assert gateway.sent("POST", "/v1/inbox/read") == []

    def test_what_is_shown_can_be_marked_as_read_in_requests_of_a_thousand(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.notifications = [notification(59 - n % 60, "J1", "2026-01-02T00:00:00Z" if n % 2 else None) for n in range(2400)]
        assert len(cairn("inbox", "--unread", "--mark-read", "--limit", "0", "--json").json["items"]) == 2400
        assert gateway.parameters[-1] == {"unread_only": "true"}
        assert [len(sent["notification_ids"]) for sent in gateway.sent("POST", "/v1/inbox/read")] == [1000, 200]
