"""Every command against a gateway in memory: what people see, what programs get, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from cli import connection, main
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway, action, export_of, in_chunks, notification

EXAMPLES = Path(__file__).parents[3] / "examples"
COMMANDS = sorted(main.cli.commands)


@pytest.fixture
def imported(cairn: Run) -> None:
    assert cairn("import", EXAMPLES / "joystream-2019").code == 0


class TestHelp:
    def test_every_command_is_there(self) -> None:
        assert COMMANDS == [
            "audit", "check-in", "clock", "dead-letters", "digest", "export", "history", "import", "inbox", "objective", "rebuild",
            "replay", "status", "tree",
        ]  # fmt: skip

    @pytest.mark.parametrize("command", [name for name in COMMANDS if name not in ("clock", "dead-letters")])
    def test_a_command_explains_itself_with_examples_and_speaks_json(self, cairn: Run, command: str) -> None:
        ran = cairn(command, "--help")
        assert ran.code == 0
        assert f"cairn {command}" in ran.out.split("Example", 1)[1]
        assert "--json" in ran.out
        assert ("--tenant" in ran.out) == (command != "replay")

    @pytest.mark.parametrize(
        "words",
        [[], ["--help"], ["dead-letters", "--help"], ["dead-letters", "list", "--help"], ["clock", "advance", "--help"], ["--version"]],
    )
    def test_asking_how_is_no_failure(self, cairn: Run, words: list[str]) -> None:
        ran = cairn(*words)
        assert ran.code in (0, 2)
        assert "Traceback" not in ran.out + ran.err

    @pytest.mark.parametrize(
        "words",
        [
            ["tree", "--as-of", "soon"],
            ["tree", "--known-at", "2026-01-01"],
            ["audit", "--since", "yesterday"],
            ["audit", "--since", "2026-02-30"],
            ["inbox", "--limit", "-1"],
            ["rebuild", "goals"],
            ["clock", "advance", "soon"],
            ["clock", "advance", "-1d"],
            ["fly"],
            ["check-in"],
            ["import", "/nowhere"],
        ],
    )
    def test_words_that_make_no_sense_are_told(self, cairn: Run, gateway: FakeGateway, words: list[str]) -> None:
        ran = cairn(*words)
        assert ran.code == 2
        assert "Error:" in ran.err
        assert gateway.requests == []


class TestConnection:
    def test_a_gateway_that_is_not_there_is_one_clear_line(self, cairn: Run, gateway: FakeGateway) -> None:
        def nobody(method: str, path: str) -> None:
            raise httpx.ConnectError("Connection refused")

        gateway.interrupt = nobody
        ran = cairn("status")
        assert ran.code == 1
        assert (
            ran.err == "cairn: Cairn does not answer at http://127.0.0.1:8600; start it with `make up`, or say in CAIRN_URL where it is\n"
        )

    def test_something_else_that_answers_is_told(self, cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gateway, "handle", lambda request: httpx.Response(200, text="<html>"))
        assert cairn("status").err == "cairn: http://127.0.0.1:8600 does not answer as Cairn does; is CAIRN_URL right?\n"
        monkeypatch.setattr(gateway, "handle", lambda request: httpx.Response(404, text="not here"))
        assert cairn("status").err == "cairn: http://127.0.0.1:8600/v1/sign-in answers 404, and not as Cairn does\n"

    @pytest.mark.parametrize("url", ["127.0.0.1:8600", "ftp://cairn", "http://", "http://a:b:c"])
    def test_an_address_that_is_none_is_told(self, cairn: Run, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        monkeypatch.setenv("CAIRN_URL", url)
        ran = cairn("status")
        assert ran.code == 1
        assert ran.err == f"cairn: CAIRN_URL={url!r} is not an address; one looks like http://127.0.0.1:8600\n"

    def test_a_tenant_that_is_not_there_is_told(self, cairn: Run) -> None:
        ran = cairn("tree", "--tenant", "nowhere")
        assert (ran.code, ran.err) == (1, "cairn: there is no tenant 'nowhere'\n")

    def test_it_signs_in_once_and_again_when_the_token_has_expired(self, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
        answer, expired = gateway.handle, [True]

        def handle(request: httpx.Request) -> httpx.Response:
            if request.url.path == "/v1/people" and expired:
                expired.clear()
                return httpx.Response(401, json={"reason": "TOKEN_EXPIRED", "detail": "sign in again", "errors": []})
            return answer(request)

        monkeypatch.setattr(gateway, "handle", handle)
        with connection.Cairn.connected("demo") as cairn:
            assert cairn.get("/v1/people")["people"]
            assert cairn.get("/v1/cycles") is not None
        assert len(gateway.sent("POST", "/v1/sign-in")) == 2

    def test_a_token_of_somebody_elses_issuer_is_used_as_it_is(
        self, cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CAIRN_TOKEN", "demo")
        assert cairn("tree").code == 0
        assert gateway.sent("POST", "/v1/sign-in") == []

    def test_it_signs_in_as_whom_the_environment_names(self, cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
        cairn("inbox")
        monkeypatch.setenv("CAIRN_PERSON", "ann")
        cairn("inbox")
        assert [sent["person"] for sent in gateway.sent("POST", "/v1/sign-in")] == ["admin", "ann"]

    def test_words_that_cannot_be_sent_are_one_clear_line(self, cairn: Run) -> None:
        ran = cairn("audit", "--thing", "x" * 70_000)
        assert (ran.code, ran.err) == (1, "cairn: what is asked for does not fit into an address: URL component 'query' too long\n")
        ran = cairn("audit", "--thing", "\udcff")
        assert (ran.code, ran.err) == (1, "cairn: what is asked for cannot be written in utf-8\n")

    def test_lines_are_whole_however_they_arrive(self) -> None:
        content = b"one\ntwo\n\nthree"
        for size in range(1, 16):
            assert list(connection.whole_lines(in_chunks(content, size))) == [b"one\n", b"two\n", b"\n", b"three"]


class TestReading:
    def test_status(self, cairn: Run, gateway: FakeGateway) -> None:
        ran = cairn("status")
        assert ran.code == 0
        assert [line.split()[:2] for line in ran.out.splitlines() if "well" in line] == [
            [n, "well"] for n in ("directory", "goals", "progress")
        ]
        gateway.healthy = False
        ran = cairn("status", "--json")
        assert (ran.code, ran.json["healthy"], ran.err) == (1, False, "cairn: not well: goals (its database does not answer)\n")
        assert "its database does not answer" in cairn("status").out

    @pytest.mark.usefixtures("imported")
    def test_tree_of_all_cycles_and_of_one(self, cairn: Run) -> None:
        assert [o["ref"] for o in cairn("tree", "--json").json["objectives"]] == ["J4", "J5", "J6", "J7", "J1", "J2", "J3"]
        one = cairn("tree", "--cycle", "2019-Q1", "--json").json
        assert [(o["ref"], o["cycle"], len(o["key_results"])) for o in one["objectives"]] == [
            ("J1", "2019-Q1", 5),
            ("J2", "2019-Q1", 4),
            ("J3", "2019-Q1", 2),
        ]
        assert [cycle["name"] for cycle in one["cycles"]] == ["2019-Q1"]

    @pytest.mark.usefixtures("imported")
    def test_tree_for_people(self, cairn: Run) -> None:
        out = cairn("tree").out
        assert "2019-Q1  2019-01-01 to 2019-03-31, planning" in out
        assert "J1/5" in out
        assert "61.6 %" in out
        assert "abstained" in out

    def test_tree_of_nothing_says_what_to_do(self, cairn: Run) -> None:
        assert cairn("tree").out == "tenant demo has no objectives yet; `cairn import DIR` brings some in\n"

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

    def test_an_objective_that_is_not_there_is_one_clear_line(self, cairn: Run) -> None:
        ran = cairn("objective", "J99")
        assert (ran.code, ran.out, ran.err) == (1, "", "cairn: there is no 'J99' in this tenant\n")

    @pytest.mark.parametrize("reference", ["", ".", "..", "x" * 101, "x" * 70_000, "\udcff"])
    def test_what_nothing_can_go_by_is_not_there(self, cairn: Run, gateway: FakeGateway, reference: str) -> None:
        shown = repr(reference if len(reference) < 101 else f"{reference[:100]}…")
        for kind, words in {"objective": ["objective", reference], "key result": ["check-in", reference, "1"]}.items():
            ran = cairn(*words)
            assert (ran.code, ran.err) == (1, f"cairn: there is no {kind} {shown}; nothing can go by such a reference\n")
        told = f"cairn: there is no objective and no key result {reference[:100]!r} in tenant demo; `cairn tree` shows what there is\n"
        assert cairn("history", reference).err == told
        assert gateway.requests == []

    @pytest.mark.usefixtures("imported")
    @pytest.mark.parametrize("reference", ["J1", "J1/3"])
    def test_history_of_an_objective_or_a_key_result(self, cairn: Run, reference: str) -> None:
        assert cairn("history", reference, "--json").json["changes"][0]["summary"] == "value 31"
        assert "2019-04-05  CheckInRecorded  value 31  admin" in " ".join(cairn("history", reference).out.split(" ")).replace("   ", "  ")

    @pytest.mark.usefixtures("imported")
    def test_history_of_nothing(self, cairn: Run) -> None:
        assert cairn("history", "J9/9").err.startswith("cairn: there is no objective and no key result 'J9/9' in tenant demo")

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


class TestAudit:
    @pytest.fixture(autouse=True)
    def actions(self, imported: None, gateway: FakeGateway) -> None:
        demo = gateway.tenants["demo"]
        admin, martin = demo.people["admin"]["id"], demo.people["Martin"]["id"]
        said = {"check_in_id": "an id", "value": 31.0, "as_of": "2019-04-05", "comment": "", "blockers": []}
        gateway.actions = [
            action(3, "cairn.checkins.v1.CheckInRecorded", admin, demo.objectives["J1"]["id"], said, on_behalf_of=martin),
            action(2, "cairn.goals.v1.CycleDefined", admin, demo.cycles["2019-Q1"]["id"], {"name": "2019-Q1"}),
            action(1, "cairn.directory.v1.PersonAdded", admin, martin, {}),
            action(0, "cairn.goals.v1.ObjectiveDefined", "gone", "unseen", {"title": "x" * 90}),
        ]

    def test_who_did_what_when_for_whom_to_which_thing(self, cairn: Run) -> None:
        ran = cairn("audit")
        assert ran.code == 0
        rows = [" ".join(line.split()) for line in ran.out.splitlines() if "2026-01-0" in line]
        assert rows == [
            "2026-01-01 00:00:03 admin for Martin CheckInRecorded J1 value 31.0, as of 2019-04-05",
            "2026-01-01 00:00:02 admin CycleDefined 2019-Q1 name 2019-Q1",
            "2026-01-01 00:00:01 admin PersonAdded Martin",
            f"2026-01-01 00:00:00 gone ObjectiveDefined unseen title {'x' * 80}…",
        ]

    def test_filters_travel_along(self, cairn: Run, gateway: FakeGateway) -> None:
        cairn("audit", "--who", "Martin", "--thing", "J1", "--what", "CheckInRecorded", "--since", "2026-03-01", "--json")
        assert gateway.parameters[-1] == {"actor": "Martin", "thing": "J1", "type": "CheckInRecorded", "from": "2026-03-01T00:00:00Z"}
        cairn("audit", "--since", "2026-03-01T10:00:00+01:00")
        assert gateway.parameters[-1] == {"from": "2026-03-01T10:00:00+01:00"}

    def test_pages_are_put_together_as_far_as_wanted(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.page = 3
        assert cairn("audit", "--json", "--limit", "0").json["actions"] == gateway.actions
        assert len(gateway.parameters) == 2
        assert cairn("audit", "--json", "--limit", "2").json["actions"] == gateway.actions[:2]
        assert cairn("audit", "--limit", "2").out.endswith("the newest 2; --limit 0 shows all\n")


class TestInbox:
    def test_an_empty_one_says_so(self, cairn: Run) -> None:
        assert cairn("inbox").out == "your inbox is empty\n"
        assert cairn("inbox", "--unread").out == "nothing new\n"
        assert cairn("inbox", "--json").json == {"tenant": "demo", "notifications": []}

    def test_what_is_new_is_told_apart_from_what_was_read(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.notifications = [notification(2, "J1: on track → behind"), notification(1, "J2: behind → at risk", "2026-01-02T03:04:05Z")]
        rows = [" ".join(line.split()) for line in cairn("inbox").out.splitlines() if "2026-01-0" in line]
        assert rows == [
            "2026-01-01 00:00:02 status turned J1: on track → behind new",
            "2026-01-01 00:00:01 status turned J2: behind → at risk 2026-01-02 03:04:05",
        ]
        assert gateway.sent("POST", "/v1/inbox/read") == []

    def test_what_is_shown_can_be_marked_as_read_in_requests_of_a_thousand(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.notifications = [notification(59 - n % 60, "J1", "2026-01-02T00:00:00Z" if n % 2 else None) for n in range(2400)]
        assert len(cairn("inbox", "--unread", "--mark-read", "--limit", "0", "--json").json["notifications"]) == 2400
        assert gateway.parameters[-1] == {"unread_only": "true"}
        assert [len(sent["notification_ids"]) for sent in gateway.sent("POST", "/v1/inbox/read")] == [1000, 200]


@pytest.mark.usefixtures("imported")
class TestCheckIn:
    def test_it_waits_until_its_number_is_there_and_shows_it(
        self, cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        after: list[str | None] = []
        answer = gateway.handle

        def handle(request: httpx.Request) -> httpx.Response:
            after.append(request.headers.get("Cairn-After"))
            return answer(request)

        monkeypatch.setattr(gateway, "handle", handle)
        ran = cairn("check-in", "J1/1", "2", "--as-of", "2019-05-01", "--confidence", "7", "--comment", "two have signed")
        assert ran.code == 0
        assert ran.out.splitlines()[0] == "J1/1  value 2, progress 66.7 %, on track"
        assert after[-1] is not None
        assert after[-1].startswith("goals:0:")
        sent = gateway.tenants["demo"].check_ins[-1]
        assert (sent["value"], sent["as_of"], sent["confidence"], sent["comment"]) == (2, "2019-05-01", 7, "two have signed")

    def test_on_a_shared_key_result_it_shows_every_objective_that_it_moved(self, cairn: Run) -> None:
        cairn("import", EXAMPLES / "sourcegraph-fy22q3")
        assert [line.split()[0] for line in cairn("check-in", "K8", "0.5", "--as-of", "2021-09-01").out.splitlines()] == [
            "K8",
            "S2",
            "S15",
            "S21",
        ]
        moved = cairn("check-in", "K8", "1", "--as-of", "2021-09-02", "--json").json["moved"]
        assert [(one["ref"], round(one["progress"], 6)) for one in moved] == [("S2", 0.2), ("S15", 0.5), ("S21", 0.166667)]

    def test_an_objective_of_another_cycle_that_it_moved_is_shown_too(self, cairn: Run, tmp_path: Path) -> None:
        (tmp_path / "objectives.csv").write_text(
            "objective,title,starts_on,ends_on,cycle\nS1,One,2025-01-01,2025-03-31,Q1\nS2,Two,2025-04-01,2025-06-30,Q2\n"
        )
        (tmp_path / "key_results.csv").write_text("key_result,title\nK,A thing\n")
        (tmp_path / "contributions.csv").write_text("objective,key_result\nS1,K\nS2,K\n")
        cairn("import", tmp_path)
        out = cairn("check-in", "K", "0.5", "--as-of", "2025-02-01").out
        assert [line.split()[0] for line in out.splitlines()] == ["K", "S1", "S2"]
        moved = cairn("check-in", "K", "1", "--as-of", "2025-02-02", "--json").json["moved"]
        assert [(one["ref"], one["progress"]) for one in moved] == [("S1", 1.0), ("S2", 1.0)]

    def test_a_value_may_be_negative(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("check-in", "J1/1", "-0.5", "--as-of", "2019-05-01").code == 0
        assert gateway.tenants["demo"].check_ins[-1]["value"] == -0.5

    def test_an_abstention_and_milestones(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("check-in", "J1/1", "--abstain", "nobody measured").code == 0
        assert gateway.tenants["demo"].check_ins[-1]["abstention"] == "nobody measured"
        assert cairn("check-in", "J1/1", "--done", "1, 2", "--as-of", "2019-05-01", "--json").json["objective"]["ref"] == "J1"
        assert gateway.tenants["demo"].check_ins[-1]["milestones_done"] == [1, 2]

    def test_an_older_one_says_which_one_counts(self, cairn: Run) -> None:
        assert "the current value is the one of 2019-04-05" in cairn("check-in", "J1/1", "1", "--as-of", "2019-01-31").out

    @pytest.mark.parametrize(
        "words",
        [[], ["1", "--abstain", "no"], ["--done", "1", "--abstain", "no"], ["much"], ["nan"], ["inf"], ["1_0"], ["--done", "x"], ["--fly"]],
    )
    def test_what_is_no_check_in_is_not_sent(self, cairn: Run, gateway: FakeGateway, words: list[str]) -> None:
        gateway.requests.clear()
        assert cairn("check-in", "J1/1", *words).code == 2
        assert gateway.requests == []


class TestOperating:
    def test_rebuild_is_done_when_it_says_so(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("rebuild", "progress").out == "progress is rebuilt from 10 events\n"
        gateway.rebuild_lines.pop()
        assert cairn("rebuild", "progress").code == 1
        gateway.rebuild_lines.append({"error": "INTERNAL", "detail": "the stream ends here"})
        ran = cairn("rebuild", "progress", "--json")
        assert (ran.code, ran.out) == (1, "")
        assert "the stream ends here" in ran.err

    def test_dead_letters(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("dead-letters", "list").out == "no dead letters\n"
        assert cairn("dead-letters", "replay").out == "2 replayed, 0 remain\n"
        letter = {"id": 17, "service": "progress", "failed_at": "2026-01-01T10:00:00Z", "event": "cairn.goals.v1.Odd", "topic": "t"}
        gateway.dead_letters = [{**letter, "partition": 1, "offset": 2, "attempts": 3, "reason": "DecodeError"}]
        assert "DecodeError" in cairn("dead-letters", "list").out
        assert [found["id"] for found in cairn("dead-letters", "list", "--service", "progress", "--json").json["dead_letters"]] == [17]
        ran = cairn("dead-letters", "replay")
        assert (ran.code, ran.out) == (1, "2 replayed, 1 remain\n")
        assert cairn("dead-letters", "replay", "17", "--service", "progress").code == 0
        assert gateway.sent("POST", "/v1/dead-letters/replay")[-1] == {"ids": [17], "service": "progress"}
        assert cairn("dead-letters", "replay", "17").code == 2

    def test_the_clock_is_shown_and_moved_on(self, cairn: Run, gateway: FakeGateway) -> None:
        assert cairn("clock", "show").out == "2027-03-01 09:00:00 UTC, as the machine's clock\n"
        assert cairn("clock", "advance", "7d").out == "2027-03-01 09:00:00 UTC, 7 days, 0:00:00 ahead of the machine's clock\n"
        assert cairn("clock", "advance", "12h", "--json").json["ahead_seconds"] == 7.5 * 86_400
        assert gateway.sent("PUT", "/v1/clock") == [{"ahead_seconds": 7 * 86_400}, {"ahead_seconds": 7.5 * 86_400}]
        assert gateway.sent("POST", "/v1/sign-in") == [{"operator": True}] * 3

    def test_a_service_whose_clock_is_behind_is_named(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.clock_ahead = 86_400
        gateway.clock_behind = {"goals": 3_600, "progress": None}
        told = cairn("clock", "show").out.splitlines()[1:]
        assert told == [
            "goals: 1:00:00 ahead of the machine's clock; `cairn clock advance 0d` brings it along",
            "progress does not answer",
        ]


class TestExport:
    EVENTS = ({"position": 1}, {"position": 2}, {"position": 3})

    def test_a_whole_export_appears_under_its_name(self, cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
        gateway.export = export_of(*self.EVENTS)
        file = tmp_path / "demo.export"
        ran = cairn("export", file, "--json")
        assert ran.json == {"file": str(file), "events": 3, "sha256": json.loads(gateway.export.splitlines()[-1])["sha256"]}
        assert file.read_bytes() == gateway.export
        assert [path.name for path in tmp_path.iterdir()] == ["demo.export"]

    @pytest.mark.parametrize(
        ("spoil", "told"),
        [
            (lambda export: export[: len(export) // 2], "broke off"),
            (lambda export: b"".join(export.splitlines(keepends=True)[:-1]), "broke off after 4 lines: its last line is missing"),
            (lambda export: export.rstrip(b"\n"), "broke off"),
            (lambda export: export.replace(b'"position": 2', b'"position": 9'), "changed on its way"),
            (lambda export: export.replace(b'{"position": 2}\n', b""), "changed on its way"),
            (lambda export: b"", "broke off after 0 lines"),
            (lambda export: export.splitlines(keepends=True)[0] + b'{"error":"X","detail":"ask again"}\n', "ask again"),
        ],
    )
    def test_one_that_is_not_whole_leaves_nothing_behind(
        self, cairn: Run, gateway: FakeGateway, tmp_path: Path, spoil: object, told: str
    ) -> None:
        gateway.export = spoil(export_of(*self.EVENTS))  # type: ignore[operator]
        file = tmp_path / "demo.export"
        file.write_text("the one before")
        ran = cairn("export", file)
        assert (ran.code, ran.out) == (1, "")
        assert told in ran.err
        assert file.read_text() == "the one before"
        assert [path.name for path in tmp_path.iterdir()] == ["demo.export"]

    def test_one_that_does_not_reach_the_heads_is_refused(self, cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
        gateway.export = export_of(*self.EVENTS, heads={"goals": 2})
        ran = cairn("export", tmp_path / "demo.export")
        assert ran.code == 1
        assert ran.err.startswith("cairn: the audit has the log goals without a hole up to 2, and it reaches 3")

    def test_a_place_that_cannot_be_written_is_told(self, cairn: Run, tmp_path: Path) -> None:
        ran = cairn("export", tmp_path / "missing" / "demo.export")
        assert ran.code == 1
        assert ran.err.endswith("cannot be written: No such file or directory\n")


class TestReplay:
    def test_a_damaged_file_is_refused_with_its_line(self, cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
        file = tmp_path / "demo.export"
        file.write_text("rubbish\n")
        ran = cairn("replay", file)
        assert (ran.code, ran.out) == (1, "")
        assert "line 1" in ran.err
        assert gateway.requests == []
