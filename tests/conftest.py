"""What every test may ask for: the web app, a whole system, names of its own. Servers alone: tests.support.servers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import hypothesis
import pytest

from embedded import web_app
from tests.support.servers import infrastructure
from tests.support.system import System

# How long an example takes is the machine's business: timing belongs in benches.
hypothesis.settings.register_profile("cairn", deadline=None)
hypothesis.settings.load_profile("cairn")


def pytest_report_header() -> str:
    """Says where the servers come from."""
    return f"servers: {infrastructure()}"


@pytest.fixture(scope="session")
def built_web_app() -> None:
    """The web app as its sources say, and what it is checked with."""
    web_app.ensure_installed(print, checks=True)
    web_app.ensure_built(print)


@pytest.fixture(scope="session")
def system(built_web_app: None) -> Iterator[System]:
    """Every process of Cairn, on ports of its own; its gateway serves the web app."""
    with System() as running:
        yield running


@pytest.fixture
def unique() -> str:
    """A short name that no other test has, for logs, topics, consumers and tenants."""
    return f"t{uuid.uuid4().hex[:10]}"
