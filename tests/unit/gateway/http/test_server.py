"""The server answers at its socket and leaves the process's signals to whoever runs the process."""

from __future__ import annotations

import signal

import httpx
from starlette.responses import PlainTextResponse

from gateway.http import listener, serving


async def test_it_answers_while_the_context_lasts_and_takes_no_signal_for_itself() -> None:
    listening = listener("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    async with serving(PlainTextResponse("here"), listening), httpx.AsyncClient() as client:
        assert (await client.get(url)).text == "here"
        assert {number: signal.getsignal(number) for number in handlers} == handlers
    assert listening.fileno() == -1
