"""Commands that report."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway, change

ONE, TWO = "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a11", "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a12"
EXAMPLES = Path(__file__).parents[4] / "examples"


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

    def test_a_value_far_beyond_the_target_is_asked_about_with_the_numbers_and_how_to_correct_it(
        self, cairn: Run, gateway: FakeGateway
    ) -> None:
        asked = cairn("check-in", "J1/1", "2000", "--as-of", "2019-05-01")
        assert asked.code == 0
        recorded = gateway.tenants["demo"].newest_check_ins["J1/1"]
        assert asked.out.splitlines()[-1] == (
            "2000 lies more than 50 times as far from the start, 0, as the target, 3, does; it counts all the same. "
            f"If it is a slip: cairn correct J1/1 VALUE --check-in {recorded}"
        )
        assert "slip" not in cairn("check-in", "J1/1", "150", "--as-of", "2019-05-02").out
        assert "slip" not in cairn("check-in", "J1/1", "--abstain", "nobody measured").out

    @pytest.mark.parametrize(("said", "plausible"), [(("2000",), False), (("2",), True), (("--abstain", "unknown"), None)])
    def test_a_program_is_told_whether_a_value_is_plausible(self, cairn: Run, said: tuple[str, ...], plausible: bool | None) -> None:
        assert cairn("check-in", "J1/1", *said, "--as-of", "2019-05-01", "--json").json["plausible"] is plausible

    def test_an_older_one_says_which_one_counts(self, cairn: Run) -> None:
        assert "the current value is the one of 2019-04-05" in cairn("check-in", "J1/1", "1", "--as-of", "2019-01-31").out

    @pytest.mark.parametrize(
        "words",
        [[], ["1", "--abstain", "no"], ["--done", "1", "--abstain", "no"], ["much"], ["nan"], ["inf"], ["1_0"], ["--done", "x"], ["--fly"]],
    )
    def test_what_is_no_check_in_is_not_sent(self, cairn: Run, gateway: FakeGateway, words: list[str]) -> None:
        gateway.requests.clear()
        assert cairn("check-in", "J1/1", *words).code == 2
        assert {method for method, path, _ in gateway.requests if path != "/v1/sign-in"} <= {"GET"}

    def test_a_milestone_may_be_named_by_its_title_and_a_matter_of_yes_or_no_be_said_so(self, cairn: Run, gateway: FakeGateway) -> None:
        told = "is no milestone; say their numbers, e.g. 1,2, or their titles"
        assert told in cairn("check-in", "J1/1", "--done", "x").err
        assert "is not a matter of yes or no; VALUE is a number, such as 0.75" in cairn("check-in", "J1/1", "yes").err
        gateway.tenants["demo"].key_results["J1/1"]["measure"] = "binary"
        assert cairn("check-in", "J1/1", "yes", "--as-of", "2019-05-01").code == 0
        assert gateway.tenants["demo"].check_ins[-1]["value"] == 1.0


@pytest.mark.usefixtures("imported")
class TestCorrectAndRetract:
    CHANGES = (
        change(ONE, "CheckInCorrected", "corrected: value 2 → 3", "2019-05-02"),
        change(TWO, "CheckInRetracted", "retracted: value 7", "2019-05-02"),
        change(TWO, "CheckInRecorded", "value 7", "2019-05-02"),
        change(ONE, "CheckInRecorded", "value 2", "2019-05-02"),
    )

    def test_the_one_that_counts_is_meant_unless_another_is_named(self, cairn: Run, gateway: FakeGateway) -> None:
        recorded = cairn("check-in", "J1/1", "2", "--as-of", "2019-05-01", "--json").json["check_in_id"]
        ran = cairn("correct", "J1/1", "3", "--reason", "one was counted twice")
        assert (ran.code, ran.out.split()[0]) == (0, "J1/1")
        assert gateway.sent("POST", f"/v1/key-results/J1/1/check-ins/{recorded}/correction") == [
            {"value": 3.0, "reason": "one was counted twice"}
        ]
        taken_back = cairn("retract", "J1/1")
        assert (taken_back.code, taken_back.out.splitlines()[0]) == (0, "taken back: 40 of 2019-05-01, by ann (the part of bob)")
        assert gateway.sent("POST", f"/v1/key-results/J1/1/check-ins/{recorded}/retraction") == [None]

    def test_of_a_day_the_one_is_meant_that_stands(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.tenants["demo"].changes = list(self.CHANGES)
        assert cairn("retract", "J1/1", "--as-of", "2019-05-02", "--reason", "typo").code == 0
        assert gateway.sent("POST", f"/v1/key-results/J1/1/check-ins/{ONE}/retraction") == [{"reason": "typo"}]

    def test_where_several_stand_or_none_does_that_is_told(self, cairn: Run, gateway: FakeGateway) -> None:
        gateway.tenants["demo"].changes = [change(one, "CheckInRecorded", "value 2", "2019-05-02") for one in (ONE, TWO)]
        several = cairn("correct", "J1/1", "-3", "--as-of", "2019-05-02")
        assert several.code == 1
        assert f"name one: --check-in {ONE} (value 2), --check-in {TWO} (value 2)" in several.err
        assert "no check-in of 'J1/1' stands for 2019-05-03" in cairn("retract", "J1/1", "--as-of", "2019-05-03").err

    @pytest.mark.parametrize("words", [[], ["much"], ["1", "--done", "1"]])
    def test_what_is_no_correction_is_not_sent(self, cairn: Run, gateway: FakeGateway, words: list[str]) -> None:
        gateway.requests.clear()
        assert cairn("correct", "J1/1", *words, "--check-in", ONE).code == 2
        assert not any(path.endswith("/correction") for _, path, _ in gateway.requests)
