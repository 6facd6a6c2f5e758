"""gRPC methods that are commands and queries: a request in, its outcome out.

    class GoalsServicer(UseCases[Goals]):
        MoveCycle = command(commands.move_cycle, api.MoveCycleResponse)
        GetCycle = query(queries.get_cycle)

The servicer's class is the table of what a service offers. It does not inherit from the generated one, which answers UNIMPLEMENTED for
what is forgotten: here gRPC misses the method when the service starts. A refusal is turned into a status by `handler`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import grpc
from google.protobuf.message import Message

from chassis.calls import Call
from chassis.eventstore import Appended
from chassis.ids import Id
from chassis.rpc.answers import write_appended
from chassis.rpc.identity import IdentityVerifier
from chassis.rpc.server import Servicer, handler, rows_handler

App = TypeVar("App")
Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer", bound=Message)

Method = Callable[[Any, Request, grpc.aio.ServicerContext[Any, Any]], Awaitable[Answer]]
"""As gRPC calls it: servicer, request, context."""


class UseCases(Servicer, Generic[App]):
    """A servicer whose methods are functions of a service, each `(service, call, request)`."""

    def __init__(self, name: str, verifier: IdentityVerifier, app: App) -> None:
        super().__init__(name, verifier)
        self.app = app

    def __init_subclass__(cls) -> None:
        """Raises TypeError where a method is served under another name than its function's: it would be counted and logged under that."""
        for name, method in vars(cls).items():
            if name[0].isupper() and method.__name__ != name:
                raise TypeError(f"{cls.__name__}.{name} serves {method.__name__}")


def first_aggregate(appended: Appended) -> Id:
    """The id of what a command made, where that is an aggregate: the one that its unit is about."""
    return appended.aggregate_ids[0]


def first_event(appended: Appended) -> Id:
    """The id of what a command made, where that bears the id of the event that made it."""
    return appended.event_ids[0]


def command(
    decide: Callable[[App, Call, Request], Awaitable[Appended]], response: type[Answer], **made: Callable[[Appended], Id]
) -> Method[Request, Answer]:
    """The method of a command: its response says where its events stand, and, in the fields of `made`, the ids of what it made."""

    async def method(self: UseCases[App], request: Request, call: Call) -> Answer:
        appended = await decide(self.app, call, request)
        answer = response()
        for field, of in made.items():
            setattr(answer, field, of(appended))
        write_appended(answer.appended, appended)  # type: ignore[attr-defined]  # every command's response has it
        return answer

    method.__name__ = _method_name(decide)
    return handler(method)


def query(answer: Callable[[App, Call, Request], Awaitable[Answer]], rows: str = "") -> Method[Request, Answer]:
    """The method of a query, or of a command that words its own response. `rows`: see `rows_handler`."""

    async def method(self: UseCases[App], request: Request, call: Call) -> Answer:
        return await answer(self.app, call, request)

    method.__name__ = _method_name(answer)
    return rows_handler(rows)(method) if rows else handler(method)


def _method_name(function: Callable[..., Any]) -> str:
    """MoveCycle, of `move_cycle`: under which the method is counted, logged and fingerprinted."""
    return "".join(word.capitalize() for word in function.__name__.split("_"))
