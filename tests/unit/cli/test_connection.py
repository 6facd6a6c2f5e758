"""The connection to a gateway."""

from __future__ import annotations

import httpx
import pytest

from cli import connection
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway, in_chunks


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

    @pytest.mark.parametrize("ended", [False, True], ids=["its session goes on", "its session has ended"])
    def test_a_token_that_has_expired_is_refreshed_and_where_there_is_no_session_any_more_it_signs_in(
        self, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, ended: bool
    ) -> None:
        gateway.sessions_ended = ended
        answer, expired = gateway.handle, [True]

        def handle(request: httpx.Request) -> httpx.Response:
            if request.url.path == "/v1/people" and expired:
                expired.clear()
                return httpx.Response(401, json={"reason": "TOKEN_EXPIRED", "detail": "sign in again", "errors": []})
            return answer(request)

        monkeypatch.setattr(gateway, "handle", handle)
        with connection.Cairn.connected("demo") as cairn:
            assert cairn.get("/v1/people")["items"]
            assert cairn.get("/v1/cycles") is not None
        assert len(gateway.sent("POST", "/v1/sign-in/refresh")) == 1
        assert len(gateway.sent("POST", "/v1/sign-in")) == 1 + ended

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
