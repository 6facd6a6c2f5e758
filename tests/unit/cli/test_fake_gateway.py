"""The gateway in memory answers nothing that the released document does not promise."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.http import Problem
from tests.unit.cli import released_document
from tests.unit.cli.fake_gateway import FakeGateway


def test_what_is_not_told_of_an_answer_is_completed_as_promised() -> None:
    status, digest = released_document.answer("get_digest", {"digest": "ab"})
    assert (status, digest["digest"]) == (200, "ab")
    assert set(digest) == set(released_document.COMPONENTS["schemas"]["Digest"]["required"])


@pytest.mark.parametrize("told", [{"digests": "ab"}, {"digest": 1}])
def test_an_answer_that_the_document_does_not_promise_fails_the_test_that_asked(told: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="digest"):
        released_document.answer("get_digest", told)


def test_a_problem_that_the_document_does_not_promise_fails_the_test_that_asked() -> None:
    with pytest.raises(AssertionError, match="never answers 409"):
        released_document.problem("get_digest", 409, reason="X", detail="x", errors=[])


def test_a_path_that_does_not_exist_fails_the_test_that_asked(gateway: FakeGateway) -> None:
    with gateway.client("http://cairn") as client, pytest.raises(Problem, match="nothing answers"):
        client.get("/v1/elsewhere")


def test_a_body_that_the_document_does_not_allow_fails_the_test_that_sent_it(gateway: FakeGateway) -> None:
    with gateway.client("http://cairn") as client, pytest.raises(AssertionError, match="sign_in_person"):
        client.post("/v1/sign-in", json={"tenant": "demo", "person": "admin", "colour": "red"})
