"""The key result that a call is about, once the caller may do with it what is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from chassis.calls import Call
from chassis.errors import Refused
from chassis.ids import Id
from checkins import policy
from checkins.domain.key_results import REASONS_THAT_STAY, KeyResult, require_open
from checkins.service import CheckInsService

Permit = Callable[[KeyResult], None]
"""Raises Refused unless the caller may do what is asked, with the key result as it stands."""

_CATALOGUE_SECONDS: Final = 5.0
"""How long a call waits for the positions of goals that it must come after."""

_ASKED_AT_ONCE: Final = 32


def may_report(call: Call, on_behalf_of: Id = b"") -> Permit:
    """The caller reports of the key result, and it is open."""

    def permit(key_result: KeyResult) -> None:
        policy.require_report(call.identity, key_result, on_behalf_of)
        require_open(key_result)

    return permit


async def permitted_key_result(service: CheckInsService, call: Call, key_result_id: Id, permit: Permit) -> KeyResult:
    """The key result, as new as the call asks for. A no that newer definitions might lift is looked at again, with goals.

    Raises what `permit` raises, KEY_RESULT_UNKNOWN, NOT_YET_CONSUMED, and UNAVAILABLE when goals is needed and does not answer.
    """
    catalogue = service.catalogue
    key_result = None if call.after else catalogue.known(key_result_id)
    if key_result is None:
        key_result = (await _known(service, call, (key_result_id,))).get(key_result_id)
    if key_result is not None and _is_permitted(key_result, permit):
        return key_result
    key_result = await catalogue.ask(call, key_result_id)
    permit(key_result)
    return key_result


async def permitted_key_results(service: CheckInsService, call: Call, wanted: Sequence[tuple[Id, Permit]]) -> list[KeyResult | Refused]:
    """As `permitted_key_result` for many, in their order, each with a no of its own; goals is asked once for each key result."""
    known = await _known(service, call, [key_result_id for key_result_id, _ in wanted])
    outcomes = [_known_outcome(known.get(key_result_id), permit) for key_result_id, permit in wanted]
    open_questions = {key_result_id for (key_result_id, _), outcome in zip(wanted, outcomes, strict=True) if outcome is None}
    newest: dict[Id, KeyResult | Refused] = {}
    for ids in _batches(sorted(open_questions)):
        newest.update(zip(ids, await asyncio.gather(*(_asked(service, call, key_result_id) for key_result_id in ids)), strict=True))
    return [
        outcome if outcome is not None else _asked_outcome(newest[key_result_id], permit)
        for (key_result_id, permit), outcome in zip(wanted, outcomes, strict=True)
    ]


async def _known(service: CheckInsService, call: Call, key_result_ids: Sequence[Id]) -> dict[Id, KeyResult]:
    """What is known here of the key results, at least as new as the call asks for."""
    if call.after:
        await service.wait_for(call.after, _CATALOGUE_SECONDS)
    return await service.catalogue.find(key_result_ids, as_committed=bool(call.after))


def _is_permitted(key_result: KeyResult, permit: Permit) -> bool:
    """Whether `permit` lets the caller through; False when a newer state of the key result might say otherwise."""
    try:
        permit(key_result)
    except Refused as refused:
        if refused.reason in REASONS_THAT_STAY:
            raise
        return False
    return True


def _known_outcome(key_result: KeyResult | None, permit: Permit) -> KeyResult | Refused | None:
    """What is known here already; None where goals must be asked."""
    try:
        return key_result if key_result is not None and _is_permitted(key_result, permit) else None
    except Refused as refused:
        return refused


def _asked_outcome(key_result: KeyResult | Refused, permit: Permit) -> KeyResult | Refused:
    try:
        if isinstance(key_result, KeyResult):
            permit(key_result)
    except Refused as refused:
        return refused
    return key_result


async def _asked(service: CheckInsService, call: Call, key_result_id: Id) -> KeyResult | Refused:
    try:
        return await service.catalogue.ask(call, key_result_id)
    except Refused as refused:
        return refused


def _batches(ids: Sequence[Id]) -> Sequence[Sequence[Id]]:
    return [ids[start : start + _ASKED_AT_ONCE] for start in range(0, len(ids), _ASKED_AT_ONCE)]
