"""What goals' commands answer: where their events stand, what they made, and from which day on what they say holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from google.protobuf.message import Message

from chassis.calls import Call
from chassis.eventstore import Appended
from chassis.ids import Id
from chassis.rpc import Method, query, write_appended
from goals.service import Goals

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer", bound=Message)


def dated_command(
    decide: Callable[[Goals, Call, Request], Awaitable[Appended]], response: type[Answer], **made: Callable[[Appended], Id]
) -> Method[Request, Answer]:
    """The method of a command whose events say from which day on they hold. `made`: as of `chassis.rpc.command`."""

    async def method(goals: Goals, call: Call, request: Request) -> Answer:
        appended = await decide(goals, call, request)
        answer: Any = response(**{field: of(appended) for field, of in made.items()})
        write_appended(answer.appended, appended)
        if (holds_from := await goals.index.holds_from(call.identity.tenant_id, appended)) is not None:
            answer.holds_from = holds_from
        return answer  # type: ignore[no-any-return]  # its fields are those of the response

    method.__name__ = decide.__name__
    return query(method)
