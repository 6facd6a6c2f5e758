"""An installation that an earlier version filled, brought up by this one: nobody notices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from cairn.directory.v1.events_pb2 import TeamFounded
from cairn.progress.v1.events_pb2 import FormulaSwitched
from chassis.texts import name_key
from embedded.ports import wait_until
from tests.contract.folder.answers import answers_of, export_of, lasting, of_then, still_listed, without_numbers
from tests.contract.folder.kept import FOLDERS, Kept
from tests.support.company import Json, Person
from tests.support.system import System
from tests.support.verdicts import COMMAND_LOGS, command_log_heads, logs_are_gap_free

LATER_LOGS = {"notifications"}
"""Which the versions that are kept did not have."""

VERSIONS = sorted(path.name for path in FOLDERS.iterdir())


@pytest.fixture(scope="module", params=VERSIONS)
def kept(request: pytest.FixtureRequest) -> Kept:
    return Kept(request.param)


@pytest.fixture(scope="module")
def upgraded(kept: Kept) -> Iterator[System]:
    with System(filled=kept.restore) as system:
        Person(system.url, tenant="demo", person="admin").wait_until_caught_up()
        yield system


@pytest.fixture(params=["acme", "demo", "sourcegraph"])
def tenant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_it_answers_the_same(upgraded: System, kept: Kept, tenant: str) -> None:
    for handle, then in kept.answers(tenant).items():
        told = answers_of(Person(upgraded.url, tenant=tenant, person=handle), LATER_LOGS, then, kept.formula)
        then = still_listed(then, told)
        now = of_then(told, then)
        assert now.keys() == then.keys()
        for asked, answer in then.items():
            if "?as_of=" in asked and not isinstance(answer, list):
                continue  # a number alone
            if asked == "digest" and handle != "admin":
                assert now[asked] == "no", "the digest was anybody's then, and is for admins and auditors"
                continue
            shown = (now[asked], answer) if by_the_formulas_of_then(asked) else (without_numbers(now[asked]), without_numbers(answer))
            assert shown[0] == shown[1], f"{handle} asks {asked}"


def by_the_formulas_of_then(asked: str) -> bool:
    """Whether it was asked as far as it was known before the upgrade: then it was answered by the version of then."""
    return "known_at=" in asked and "known_at=2100" not in asked


def test_it_exports_the_same_lines_and_that_the_formulas_were_switched(upgraded: System, kept: Kept, tenant: str) -> None:
    header, *now, _ = lasting(export_of(Person(upgraded.url, tenant=tenant, person="admin")), LATER_LOGS)
    header_of_then, *then, _ = lasting(kept.export(tenant))
    of_before = {line["event_id"] for line in then}
    assert of_then([_of_version_1(line) for line in now if line["event_id"] in of_before], then) == then
    added = [line for line in now if line["event_id"] not in of_before]
    founded = [line for line in added if line["type"] == TeamFounded.DESCRIPTOR.full_name]
    assert sorted(line["event"]["name"] for line in founded) == teams_of_then(kept, tenant, then)
    assert [line["type"] for line in added if line["log"] != "progress" and line not in founded] == []
    assert [line["type"] for line in added].count(FormulaSwitched.DESCRIPTOR.full_name) == 1
    heads, heads_of_then = header.pop("heads"), header_of_then.pop("heads")
    assert {**heads, "progress": 0} == {**heads_of_then, "progress": 0}
    assert header.keys() - header_of_then.keys() == {"logs"}
    assert of_then(header, header_of_then) == header_of_then | {"version": 2}


def teams_of_then(kept: Kept, tenant: str, then: Sequence[Json]) -> list[str]:
    """The names of teams that people were in, and that objectives named by these lines of an export."""
    of_people = [team for person in kept.answers(tenant)["admin"]["/v1/people"] for team in person["teams"]]
    of_objectives = [
        line["event"]["team"] for line in then if line["type"].startswith("cairn.goals.v1.Objective") and line["event"].get("team")
    ]
    teams: dict[str, str] = {}
    for name in (*of_people, *of_objectives):
        teams.setdefault(name_key(name), name)
    return sorted(teams.values())


def _of_version_1(line: Json) -> Json:
    """A line of an export of version 2, without what version 1 did not tell."""
    assert line["generation"] == 1
    return {name: value for name, value in line.items() if name != "generation"}


def test_the_digest_is_that_of_then_after_a_rebuild_and_from_an_export(upgraded: System, kept: Kept, tenant: str, tmp_path: Path) -> None:
    then = kept.answers(tenant)["admin"]["digest"]
    admin = Person(upgraded.url, tenant=tenant, person="admin")
    admin.operator().rebuild()
    assert admin.digest(kept.formula) == then
    export = tmp_path / "export"
    upgraded.cairn("export", str(export), "--tenant", tenant)
    assert then in upgraded.cairn("replay", str(export), "--formula", str(kept.formula)).stdout
    assert admin.digest() in upgraded.cairn("replay", str(export)).stdout


def test_nothing_is_a_dead_letter_and_no_log_but_that_of_progress_has_grown_by_itself_but_for_teams(upgraded: System, kept: Kept) -> None:
    admin = Person(upgraded.url, tenant="demo", person="admin")
    assert wait_until(lambda: not any(service["lag"] for service in admin.get("/v1/status")["services"]), 30), admin.get("/v1/status")
    assert all(service["dead_letters"] == 0 for service in admin.get("/v1/status")["services"]), admin.get("/v1/status")
    assert logs_are_gap_free(upgraded) == []
    before = lasting(kept.export("demo"))[0]["heads"] | {"directory": orjson.loads(kept.export("demo")[0])["heads"]["directory"]}
    tenants = [tenant["name"] for tenant in admin.operator().pages("/v1/tenants")]
    founded = sum(len(list(Person(upgraded.url, tenant=name, person="admin").pages("/v1/teams"))) for name in tenants)
    assert command_log_heads(upgraded) == {log: before[log] for log in COMMAND_LOGS} | {"directory": before["directory"] + founded}


def test_what_was_read_is_in_a_log_from_now_on_an_event_a_person_and_stays_read(upgraded: System, kept: Kept) -> None:
    read = {
        (tenant, handle): {item["id"] for item in answers["/v1/inbox"] if item["read_at"]}
        for tenant in ("acme", "demo", "sourcegraph")
        for handle, answers in kept.answers(tenant).items()
    }
    readers = [reader for reader, ids in read.items() if ids]
    assert readers
    for tenant in {tenant for tenant, _ in readers}:
        admin = Person(upgraded.url, tenant=tenant, person="admin")
        actions = list(admin.pages("/v1/audit/actions", limit=100, log="notifications"))
        told = {action["on_behalf_of"]["id"]: set(action["content"]["notification_ids"]) for action in actions}
        assert len(told) == len(actions)
        assert told == {Person(upgraded.url, tenant=t, person=handle).id: read[t, handle] for t, handle in readers if t == tenant}


def test_inboxes_and_actions_are_the_same_when_they_are_rebuilt(upgraded: System, kept: Kept, tenant: str) -> None:
    people = [Person(upgraded.url, tenant=tenant, person=handle) for handle in kept.answers(tenant)]

    def told() -> list[Any]:
        return [list(person.pages("/v1/inbox", limit=100)) for person in people]

    admin = Person(upgraded.url, tenant=tenant, person="admin")
    inboxes, export = told(), lasting(export_of(admin))
    for service in ("notifications", "audit", "checkins"):
        upgraded.cairn("rebuild", service)
    assert (told(), lasting(export_of(admin))) == (inboxes, export)


def test_it_goes_on_from_there(upgraded: System) -> None:
    admin = Person(upgraded.url, tenant="acme", person="admin")
    admin.post("/v1/cycles", {"name": "after", "kind": "tactical", "first_day": "2026-01-01", "last_day": "2026-03-31"})
    admin.post("/v1/objectives", {"cycle": "after", "reference": "A1", "title": "Go on"})
    metric = {"reference": "A1/1", "title": "Go", "measure": "metric", "start": 0, "target": 10}
    admin.post("/v1/objectives/A1/key-results", metric)
    activated = admin.post("/v1/objectives/A1/activate")
    recorded = admin.post("/v1/key-results/A1/1/check-ins", {"value": 5})
    assert admin.get("/v1/objectives/A1", after=",".join(activated["positions"] + recorded["positions"]))["progress"] == 0.5
