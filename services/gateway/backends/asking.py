"""How a service is asked: in a name that is good for a second, and again, in a new one, where that of before expired on its way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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
