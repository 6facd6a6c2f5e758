"""Goals, where a test has none."""

from __future__ import annotations

from typing import Any, NoReturn

from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.ids import new_id

ANYONE = Call(Identity(new_id(), new_id(), frozenset()), new_id(), token="token")
"""In whose name goals is asked, where it does not matter."""


class GoalsAway:
    """Does not answer."""

    async def DescribeKeyResult(self, *_: Any, **__: Any) -> NoReturn:
        raise Refused("UNAVAILABLE", "goals is away", kind=Kind.UNAVAILABLE)

    ConfirmDefinitions = DescribeKeyResult
