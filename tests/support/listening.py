"""Somebody who listens to what changes, as a program does that reads server-sent events."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from embedded.ports import wait_until


@dataclass(frozen=True)
class Heard:
    """One event."""

    name: str
    data: dict[str, Any]
    place: str
    at: float


@dataclass
class Listener:
    """What was heard so far; the stream is read in a thread."""

    response: httpx.Response
    heard: list[Heard] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        """Reads to the end of the stream, or until it is closed."""
        said: dict[str, str] = {}
        try:
            for line in self.response.iter_lines():
                name, _, value = line.partition(": ")
                if line:
                    said[name] = value
                elif "event" in said:
                    self.heard.append(Heard(said["event"], json.loads(said["data"]), said.get("id", ""), time.monotonic()))
                    said = {}
        except (httpx.HTTPError, httpx.StreamError, OSError):
            pass
        finally:
            self.ended.set()

    @property
    def place(self) -> str:
        """From where to go on."""
        return next((heard.place for heard in reversed(self.heard) if heard.place), "")

    def has(self, name: str, what: str = "", **wanted: Any) -> Heard | None:
        """The first event of a name that tells of a thing, by what the thing is, and what of it."""
        for heard in self.heard:
            things = heard.data.get(name, [heard.data]) if heard.name == name else []
            if any(wanted.items() <= thing.items() and what in ("", *thing.get("what", ())) for thing in things):
                return heard
        return None

    def hears(self, name: str, seconds: float = 10.0, **wanted: Any) -> Heard:
        """The same, once it has come."""
        assert wait_until(lambda: self.has(name, **wanted) is not None, seconds), f"{name} {wanted} is not among {self.heard}"
        heard = self.has(name, **wanted)
        assert heard is not None
        return heard

    def told_of(self) -> set[str]:
        """The ids of all that was told of."""
        return {thing["id"] for heard in self.heard for thing in (*heard.data.get("changes", ()), *heard.data.get("gone", ()))}


@contextmanager
def listening(url: str, token: str, place: str = "", **parameters: str) -> Iterator[Listener]:
    """Listens while the context lasts, from a place or from now on."""
    headers = {"Authorization": f"Bearer {token}", **({"Last-Event-ID": place} if place else {})}
    with (
        httpx.Client(timeout=httpx.Timeout(10, read=60)) as client,
        client.stream("GET", f"{url}/v1/changes", headers=headers, params=parameters) as response,
    ):
        if response.status_code != 200:
            response.read()
            raise AssertionError(f"{response.status_code} {response.text}")
        listener = Listener(response)
        thread = threading.Thread(target=listener.read, daemon=True)
        thread.start()
        assert wait_until(lambda: bool(listener.heard) or listener.ended.is_set(), 10)
        try:
            yield listener
        finally:
            response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            thread.join(5)
