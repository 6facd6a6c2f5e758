"""An API is called by its own names, from its own pages."""

from __future__ import annotations

import pytest

from gateway.http import AllowedHosts, Problem

HOSTS = AllowedHosts(["OKRs.example.com"])


def status(host: str | None, origin: str | None = None) -> int:
    headers = {b"host": host, b"origin": origin}
    try:
        HOSTS.require({name: value.encode("latin-1") for name, value in headers.items() if value is not None})
    except Problem as problem:
        return problem.status
    return 200


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8600", "127.0.0.1:8600", "[::1]:8600", "LOCALHOST", "okrs.example.com", "okrs.example.com.:443"]
)
def test_its_own_names_are_answered_at_any_port(host: str) -> None:
    assert status(host) == 200
    assert status(host, f"https://{host}") == 200


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example",
        "127.0.0.1.rebound.example",
        "localhost.rebound.example",
        "rebound.example:8600",
        "localhost@rebound.example",
        "rebound.example@localhost",
        "localhost:x",
        "localhost/x",
        "localhost?x",
        "127.0.0.2",
        "0.0.0.0",
        "[::2]",
        "[",
        "lo\u00e9calhost",
    ],
)
def test_another_name_is_not(host: str) -> None:
    assert status(host) == 421
    assert status("localhost", f"http://{host}") == 403


@pytest.mark.parametrize("origin", ["null", "", "localhost", "file://", "ftp://localhost"])
def test_what_has_no_site_of_ours_is_refused(origin: str) -> None:
    assert status("localhost", origin) == 403


def test_a_request_names_one_host() -> None:
    assert status("localhost, localhost") == 400


def test_a_request_names_the_host_that_it_is_for() -> None:
    assert status(None) == 400
