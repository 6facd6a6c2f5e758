"""While something is away, callers hear that it is, and nothing of what they were promised is gone when it is back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from embedded.ports import wait_until
from tests.support.company import Company, Person, positions_of
from tests.support.system import System

CHECK_IN = "/v1/key-results/O1/1/check-ins"
QUESTIONS: list[tuple[str, str, Any]] = [
    ("POST", CHECK_IN, {"value": 20}),
    ("POST", "/v1/check-ins", {"mode": "row_by_row", "check_ins": [{"key_result": "O1/1", "value": 20}]}),
    ("PATCH", "/v1/objectives/O1", {"title": "Another title"}),
    ("GET", "/v1/objectives/O1", None),
    ("GET", "/v1/tree?cycle=now", None),
    ("GET", "/v1/cycles", None),
    ("GET", "/v1/people", None),
    ("GET", "/v1/inbox", None),
    ("GET", "/v1/audit/actions", None),
    ("GET", "/v1/dead-letters?service=progress", None),
    ("GET", "/v1/projections/progress/digest", None),
    ("POST", "/v1/sign-in", {"tenant": "somebody", "person": "ann"}),
]


TOLD_INSIDE_ALONE = re.compile(r"127\.0\.0\.1|:\d{4,5}\b|/tmp/|\.s\.PGSQL|SQLSTATE|connection to server|psycopg|grpc")
"""Addresses, paths, and what libraries say of them."""


def ready(system: System) -> Any:
    """What the gateway says of whether it is ready, to whoever asks."""
    return httpx.get(f"{system.url}/health/ready").json()


@pytest.fixture
def whole_again(system: System, company: Company) -> Iterator[None]:
    """Whatever a test stopped runs again after it."""
    yield
    system.start(*system.servers, *system.services)
    system.wait_until_healthy()
    company.admin.wait_until_well()


@pytest.mark.usefixtures("whole_again")
def test_without_postgresql_every_answer_is_that_it_is_away(system: System, company: Company) -> None:
    admin = company.admin
    first = admin.post(CHECK_IN, {"value": 10})
    admin.get("/v1/objectives/O1", after=positions_of(first))
    system.stop("postgres")
    with ThreadPoolExecutor(len(QUESTIONS)) as callers:
        answers = list(callers.map(lambda asked: admin.ask(*asked, key="during" if asked[1] == CHECK_IN else ""), QUESTIONS))
    for asked, answer in zip(QUESTIONS, answers, strict=True):
        assert answer.status_code == 503, (asked, answer.text)
        assert answer.json()["detail"]
        assert "retry-after" in answer.headers
        assert not TOLD_INSIDE_ALONE.search(answer.text), (asked, answer.text)
    assert httpx.get(f"{system.url}/health/live").status_code == 200
    assert wait_until(lambda: httpx.get(f"{system.url}/health/ready").status_code == 503, 10)
    assert not TOLD_INSIDE_ALONE.search(httpx.get(f"{system.url}/health/ready").text)
    assert not TOLD_INSIDE_ALONE.search(admin.ask("GET", "/v1/status").text)
    system.start("postgres")
    system.wait_until_healthy()
    # The first time that it is asked, however long it was away.
    assert admin.get("/v1/objectives/O1")["progress"] is not None
    again = admin.post(CHECK_IN, {"value": 20}, key="during")
    admin.wait_until_caught_up()  # whoever follows the logs tries again after a pause that has grown meanwhile
    assert admin.get("/v1/key-results/O1/1", after=positions_of(again))["value"] == 20


@pytest.mark.usefixtures("whole_again")
def test_without_kafka_commands_are_taken_and_numbers_follow_when_it_is_back(system: System, company: Company) -> None:
    admin = company.admin
    admin.catch_up()
    system.stop("kafka")
    assert wait_until(lambda: ready(system) == {"status": "ready", "away": ["checkins", "progress", "notifications", "audit"]}, 20)
    problems = {service["service"]: service["problem"] for service in admin.get("/v1/status")["services"]}
    consumers = ("checkins", "progress", "notifications", "audit")
    assert all("Kafka" in problems[name] for name in consumers), problems
    assert problems["directory"] is None
    answers = [admin.post(CHECK_IN, {"value": value}) for value in (10, 20, 30)]
    assert admin.get("/v1/key-results/O1/1")["value"] is None
    system.start("kafka")
    system.wait_until_healthy()
    assert wait_until(lambda: ready(system) == {"status": "ready", "away": []}, 30)
    admin.catch_up()
    assert admin.get("/v1/key-results/O1/1", after=positions_of(answers[-1]))["value"] == 30


@pytest.mark.usefixtures("whole_again")
def test_without_a_service_the_others_go_on_and_the_status_says_which(system: System, company: Company) -> None:
    admin = company.admin
    system.stop("progress")
    admin.post(CHECK_IN, {"value": 10})
    assert admin.ask("GET", "/v1/objectives/O1").status_code == 503
    ill = [service["service"] for service in admin.get("/v1/status")["services"] if not service["healthy"]]
    assert ill == ["progress"]
    assert system.cairn("status", "--tenant", company.name, check=False).returncode != 0
    assert Person(system.url, tenant=company.name, person="ann").get("/v1/people")["items"]
