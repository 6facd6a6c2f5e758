"""The key result that a call is about, once the caller may report of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from chassis.calls import Call
from chassis.errors import Refused
from chassis.ids import Id
from chassis.runtime import time_sliced
from checkins import policy
from checkins.catalogue import Catalogue
from checkins.domain.key_results import KeyResult

_ASKED_AT_ONCE: Final = 32


class KeyResults:
    """Finds key results in this service's copy of goals' definitions, once goals has confirmed that it is up to date.

    What a newer definition might permit it asks of goals.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def is_at_hand(self, key_result_id: Id) -> bool:
        """Whether the key result is in memory: a call about it waits for nothing but its append."""
        return self._catalogue.known(key_result_id) is not None

    async def reportable(self, call: Call, key_result_id: Id, on_behalf_of: Id = b"") -> KeyResult:
        """The key result, as goals has it.

        Raises what `policy.require_report` and `Catalogue.confirm` refuse with, KEY_RESULT_UNKNOWN, and UNAVAILABLE when goals is needed
        and does not answer.
        """
        await self._catalogue.confirm(call)
        key_result = self._catalogue.known(key_result_id)
        if key_result is None:
            key_result = (await self._catalogue.find(call, (key_result_id,))).get(key_result_id)
        if key_result is None or not _is_final(call, key_result, on_behalf_of):
            key_result = await self._catalogue.ask(call, key_result_id)
            policy.require_report(call.identity, key_result, on_behalf_of)
        return key_result

    async def reportable_each(
        self, call: Call, wanted: Sequence[tuple[Id, Id]], described: Mapping[Id, KeyResult] = MappingProxyType({})
    ) -> list[KeyResult | Refused]:
        """As `reportable` for many (key result, on whose behalf), in their order; goals is asked once for each key result.

        Those that are `described` are taken to be so, and not asked for.
        """
        await self._catalogue.confirm(call)
        known = await self._catalogue.find(call, [key_result_id for key_result_id, _ in wanted if key_result_id not in described])
        to_ask: dict[Id, None] = {}
        async for key_result_id, on_behalf_of in time_sliced(wanted):
            if key_result_id in described:
                continue
            key_result = known.get(key_result_id)
            if key_result is None or not _is_final(call, key_result, on_behalf_of):
                to_ask[key_result_id] = None
        asked = {**described, **await self._ask_each(call, list(to_ask))}
        return [
            _permitted(call, asked[key_result_id], on_behalf_of) if key_result_id in asked else known[key_result_id]
            async for key_result_id, on_behalf_of in time_sliced(wanted)
        ]

    async def _ask_each(self, call: Call, key_result_ids: list[Id]) -> dict[Id, KeyResult | Refused]:
        """What goals says of each of the key results."""
        answers: dict[Id, KeyResult | Refused] = {}
        for start in range(0, len(key_result_ids), _ASKED_AT_ONCE):
            ids = key_result_ids[start : start + _ASKED_AT_ONCE]
            answers.update(zip(ids, await asyncio.gather(*(self._ask(call, key_result_id) for key_result_id in ids)), strict=True))
        return answers

    async def _ask(self, call: Call, key_result_id: Id) -> KeyResult | Refused:
        try:
            return await self._catalogue.ask(call, key_result_id)
        except Refused as refused:
            return refused


def _is_final(call: Call, key_result: KeyResult, on_behalf_of: Id) -> bool:
    """Whether no newer definition could permit what this one does not: the caller may report, and the key result is not a draft's."""
    return not key_result.awaits_activation and isinstance(_permitted(call, key_result, on_behalf_of), KeyResult)


def _permitted(call: Call, key_result: KeyResult | Refused, on_behalf_of: Id) -> KeyResult | Refused:
    try:
        if isinstance(key_result, KeyResult):
            policy.require_report(call.identity, key_result, on_behalf_of)
    except Refused as refused:
        return refused
    return key_result
