"""Commands that ask."""

from __future__ import annotations

from pathlib import Path

import httpx
import orjson
import pytest

from chassis.texts import quoted
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway

EXAMPLES = Path(__file__).parents[4] / "examples"


class TestReading:
    def test_status_tells_which_events_a_service_passed_over(self, cairn: Run, gateway: FakeGateway) -> None:
        assert "passed over" not in cairn("status").out
        gateway.unknown_event_types = ["CheckInPostponed"]
        assert "progress passed over events of types that it did not know: CheckInPostponed" in cairn("status").out

    def test_status(self, cairn: Run, gateway: FakeGateway) -> None:
        ran = cairn("status")
        assert ran.code == 0
        assert [line.split()[:2] for line in ran.out.splitlines() if "well" in line] == [
            [n, "well"] for n in ("directory", "goals", "progress")
        ]
        gateway.healthy = False
        ran = cairn("status", "--json")
        assert (ran.code, ran.json["healthy"]) == (1, False)
        assert orjson.loads(ran.err)["detail"] == "not well: goals (its database does not answer)"
        assert cairn("status").err == "cairn: not well: goals (its database does not answer)\n"
        assert "its database does not answer" in cairn("status").out

    @pytest.mark.usefixtures("imported")
    def test_tree_of_all_cycles_and_of_one(self, cairn: Run) -> None:
        assert [o["ref"] for o in cairn("tree", "--json").json["objectives"]] == ["J4", "J5", "J6", "J7", "J1", "J2", "J3"]
        assert [o["cycle"]["name"] for o in cairn("tree", "--json").json["objectives"]] == 4 * ["2019-Q2"] + 3 * ["2019-Q1"]
        one = cairn("tree", "--cycle", "2019-Q1", "--json").json
        assert [(o["ref"], len(o["key_results"])) for o in one["objectives"]] == [("J1", 5), ("J2", 4), ("J3", 2)]
        assert (one["cycle"]["name"], one["next"]) == ("2019-Q1", None)

    @pytest.mark.usefixtures("imported")
    def test_tree_for_people(self, cairn: Run) -> None:
        out = cairn("tree").out
        assert "2019-Q1  2019-01-01 to 2019-03-31, planning" in out
        assert "J1/5" in out
        assert "61.6 %" in out
        assert "abstained" in out

    def test_tree_of_nothing_says_what_to_do(self, cairn: Run) -> None:
        assert cairn("tree").out == "tenant demo has no cycle yet; `cairn import DIR` brings some in, `cairn add cycle` makes one\n"

    @pytest.mark.usefixtures("imported")
    def test_as_of_and_known_at_travel_along(self, cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[dict[str, str]] = []
        answer = gateway.handle

        def handle(request: httpx.Request) -> httpx.Response:
            asked.append(dict(request.url.params))
            return answer(request)

        monkeypatch.setattr(gateway, "handle", handle)
        cairn("objective", "J1", "--as-of", "2019-02-28", "--known-at", "2026-01-01T00:00:00Z", "--json")
        assert asked[-1] == {"as_of": "2019-02-28", "known_at": "2026-01-01T00:00:00+00:00"}

    @pytest.mark.usefixtures("imported")
    def test_objective(self, cairn: Run) -> None:
        found = cairn("objective", "J1", "--json").json
        assert (found["ref"], found["grade"], len(found["key_results"])) == ("J1", 0.616, 5)
        out = cairn("objective", "J5").out
        assert out.startswith("J5  Expand Joystream platform awareness\ncompany · Martin · active · 2019-04-09 to 2019-07-02\n")
        assert "0 → 500 sign-ups" in out

    @pytest.mark.usefixtures("imported")
    def test_an_objective_is_told_with_what_it_serves_and_the_numbers_of_its_children(
        self, cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tenant = gateway.tenants["demo"]
        objective, named = tenant.objective, {"id": tenant.objectives["J2"]["id"], "ref": "J2", "title": "The second"}
        more = {
            "children": [named],
            "carried_from": named,
            "approval": "sent_back",
            "roll_up": "children",
            "pillar": {"id": named["id"], "title": "Growth"},
            "grade": 0.616,
            "band": "yellow",
            "met": False,
        }
        monkeypatch.setattr(tenant, "objective", lambda ref: objective(ref) | (more if ref == "J1" else {}))
        told = [" ".join(line.split()) for line in cairn("objective", "J1").out.splitlines()]
        assert {"roll up children", "approval sent back", "carried from J2", "pillar Growth"} <= {*told}
        assert any(line.endswith("grade 0.616, yellow, not met") for line in told)
        assert any(line.startswith("J2 ") and "%" in line for line in told)

    @pytest.mark.usefixtures("imported")
    def test_milestones_that_are_done_stand_for_a_value(self, cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
        tenant = gateway.tenants["demo"]
        key_result = tenant.key_result
        steps = [{"title": title, "weight": 1.0, "due_day": None, "done": title == "Find"} for title in ("Find", "Sign")]
        monkeypatch.setattr(tenant, "key_result", lambda ref: key_result(ref) | {"value": None, "milestones": steps})
        for words in ("key-result J1/1", "objective J1"):
            assert "1 of 2 done" in cairn(*words.split()).out

    def test_an_objective_that_is_not_there_is_one_clear_line(self, cairn: Run) -> None:
        ran = cairn("objective", "J99")
        assert (ran.code, ran.out, ran.err) == (1, "", "cairn: there is no 'J99' in this tenant\n")

    @pytest.mark.parametrize("reference", ["", ".", "..", "x" * 101, "x" * 70_000, "\udcff"])
    def test_what_nothing_can_go_by_is_not_there(self, cairn: Run, gateway: FakeGateway, reference: str) -> None:
        shown = repr(reference if len(reference) < 101 else f"{reference[:100]}…")
        for kind, words in {"objective": ["objective", reference], "key result": ["check-in", reference, "1"]}.items():
            ran = cairn(*words)
            assert (ran.code, ran.err) == (1, f"cairn: there is no {kind} {shown}; nothing can go by such a reference\n")
        told = f"cairn: there is no objective and no key result {quoted(reference)} in tenant demo; `cairn tree` shows what there is\n"
        assert cairn("history", reference).err == told
        assert gateway.requests == []

    @pytest.mark.usefixtures("imported")
    @pytest.mark.parametrize("reference", ["J1", "J1/3"])
    def test_history_of_an_objective_or_a_key_result(self, cairn: Run, reference: str) -> None:
        assert cairn("history", reference, "--json").json["items"][0]["summary"] == "value 31"
        assert "2019-04-05 CheckInRecorded value 31 admin" in " ".join(cairn("history", reference).out.split())

    @pytest.mark.usefixtures("imported")
    def test_history_of_nothing(self, cairn: Run) -> None:
        assert cairn("history", "J9/9").err.startswith("cairn: there is no objective and no key result 'J9/9' in tenant demo")

    def test_digest_says_at_once_which_service_nobody_can_wait_for(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.away = "audit"
        ran = cairn("digest")
        assert (ran.code, "audit does not answer" in ran.err) == (1, True)
        assert gateway.sent("POST", "/v1/catch-up") == [None]

    def test_digest_is_taken_after_everything_was_taken_in(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("digest").out == f"{'ab' * 32}\n"
        assert [path for _, path, _ in gateway.requests] == ["/v1/sign-in", "/v1/catch-up", "/v1/projections/progress/digest"]
        assert cairn("digest", "--json").json["objectives"] == 7
        assert cairn("digest", "--formula", "1").code == 0

    def test_what_stands_in_titles_does_not_steer_the_terminal(self, cairn: Run, gateway: FakeGateway) -> None:
        cairn("import", EXAMPLES / "joystream-2019")
        gateway.tenants["demo"].objectives["J1"]["title"] = "[red]loud[/red] \x1b[31mred"
        out = cairn("tree").out
        assert "[red]loud[/red]  [31mred" in out
