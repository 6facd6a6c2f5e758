"""How a service is asked: in a name that is good for a second, and again, in a new one, where that of before expired on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import repeat
from typing import Final, Protocol, TypeVar

from chassis.errors import Kind, Refused
from chassis.rpc import Metadata

M_contra = TypeVar("M_contra", contravariant=True)
A_co = TypeVar("A_co", covariant=True)
A = TypeVar("A")
_ATTEMPTS: Final = 3


class Method(Protocol[M_contra, A_co]):
    """A method of a service's stub."""

    def __call__(self, request: M_contra, /, *, metadata: Metadata, timeout: float) -> Awaitable[A_co]:
        """Asks. `timeout` in seconds."""
        ...


class ListRequest(Protocol):
    """A question for a page of a list."""

    page_token: str


class PageOfList(Protocol):
    """A page of a list, as a service answers it."""

    next_page_token: str


L = TypeVar("L", bound=ListRequest)
P = TypeVar("P", bound=PageOfList)


async def pages_of(
    ask: Callable[[Method[L, P], L], Awaitable[P]], method: Method[L, P], request: L, most: int | None = None
) -> AsyncIterator[P]:
    """Each page of a list that `ask` asks a service for, at most so many; None: all. Raises what `ask` raises."""
    for _ in repeat(None) if most is None else repeat(None, most):
        page = await ask(method, request)
        yield page
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


async def in_time(metadata: Callable[[], Awaitable[Metadata]], ask: Callable[[Metadata], Awaitable[A]]) -> A:
    """What `ask` answers to what `metadata` makes, made anew for each attempt.

    Raises what they raise, and Refused (UNAVAILABLE) when nothing gets there in time.
    """
    for _ in range(_ATTEMPTS):
        try:
            return await ask(await metadata())
        except Refused as refused:
            if refused.reason != "IDENTITY_EXPIRED":
                raise
    raise Refused("TOO_SLOW", "the services are too busy to take this now; send the same request again", kind=Kind.UNAVAILABLE)
