"""How a log goes on where it ends, as messages tell that are not in it: pure.

After a restore from an older state the log's topic has newer events than the log. They are the log's own if they follow on from it: the
same log, the generations in which it went on, positions without a gap, each aggregate's versions in order; and of messages that tell
different things of one event it is the first. Whatever else stands there is
foreign: no number that somebody writes into a message makes it an event.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from chassis.days import Microseconds
from chassis.eventstore.identity import LogIdentity
from chassis.ids import Id
from chassis.positions import FIRST_GENERATION

_ENDED: Final = "the log went on without it in a later generation, as its topic tells"
_OTHERWISE: Final = "a message before it has its position and id, and says something else"


class LogEnd(NamedTuple):
    """Where a log ends."""

    identity: LogIdentity
    head: int
    recorded_at: Microseconds  # of the newest event
    relayed: int  # up to here the topic was known to have the log's own events

    @property
    def is_empty(self) -> bool:
        """Whether it never had an event: its database may have been made anew."""
        return self.head == 0 and self.identity.generation == FIRST_GENERATION


class Claim(NamedTuple):
    """What a message that is not in the log says of itself."""

    partition: int
    offset: int
    fault: str | None  # why it can be no event of this log, whatever else it says
    log_id: Id | None  # None: published before logs had an id
    generation: int
    position: int
    recorded_at: Microseconds
    event_id: Id
    tenant_id: Id
    aggregate_id: Id  # empty: it tells that a generation began, behind `position`
    aggregate_version: int
    event_type: str
    checksum: int = 0  # of all that it says


class Lost(NamedTuple):
    """An event that the log had and will not have again."""

    claim: Claim
    why: str


@dataclass(frozen=True, slots=True)
class Continuation:
    """How a log went on behind a position, as far as its topic tells."""

    log_id: Id  # which log goes on
    parting: int  # up to here the log and its topic have the same events
    diverged: bool  # whether the log has gone on behind it by itself
    events: list[Claim] = field(default_factory=list)  # from the parting on, without a gap
    begun: dict[int, int] = field(default_factory=dict)  # generations that the log does not know: the last position before each
    lost: list[Lost] = field(default_factory=list)
    foreign: list[Claim] = field(default_factory=list)

    @property
    def behind(self) -> bool:
        """Whether the log is behind its topic: it must be recovered before anything is appended."""
        return bool(self.events or self.begun or self.lost)


def parting_of(log: LogEnd, claims: Iterable[Claim]) -> int:
    """Up to where a log and its topic have the same events: the log's head, unless the log has gone on by itself where others stand.

    A message at a position up to which the topic was known to have the log's own events proves nothing, unless a generation began there.
    """
    own = [claim for claim in claims if _may_be_own(log, claim)]
    other = min((c.position for c in own if c.aggregate_id and log.relayed < c.position <= log.head), default=log.head + 1)
    return min([other - 1, *_begun(log, own).values()])


def continuation_of(log: LogEnd, claims: Sequence[Claim], versions: Mapping[Id, int]) -> Continuation:
    """How the log goes on; `versions` are those that aggregates had come to at the parting."""
    parting = parting_of(log, claims)
    found = Continuation(log.identity.log_id, parting, diverged=parting < log.head)
    own = [claim for claim in claims if _may_be_own(log, claim)]
    found.begun.update(_begun(log, own))
    first, otherwise = _first_told(own)
    ended = {(c.partition, c.offset): c for c in own if any(c.generation < g and c.position > after for g, after in found.begun.items())}
    found.lost.extend(Lost(claim, _ENDED) for claim in sorted(ended.values(), key=lambda c: c.position) if claim.aggregate_id)
    events = sorted(
        (c for c in first if c.position > parting and (c.partition, c.offset) not in ended),
        key=lambda c: (c.position, -c.generation, c.offset),
    )
    partitions = {_event(claim): claim.partition for claim in first}
    contested = {_event(claim) for claim in otherwise if claim.partition != partitions[_event(claim)]}
    _follow(log, found, events, dict(versions), contested)
    followed = {_event(claim) for claim in found.events}
    rest = [claim for claim in events if _event(claim) not in followed]
    if found.events or found.begun or _mostly_there(parting, rest):
        found.lost.extend(Lost(claim, _why(found, claim, contested)) for claim in rest if _is_near(found, claim, rest))
    lost = {(lost.claim.partition, lost.claim.offset) for lost in found.lost}
    named = {(*_event(c), c.checksum) for c in (*found.events, *(lost.claim for lost in found.lost))}
    contradicting = {(claim.partition, claim.offset) for claim in otherwise}
    found.foreign.extend(
        claim._replace(fault=_OTHERWISE) if (claim.partition, claim.offset) in contradicting else claim
        for claim in claims
        if (claim.partition, claim.offset) not in lost | ended.keys()
        and (*_event(claim), claim.checksum) not in named
        and not (claim.fault is None and not claim.aggregate_id and claim.generation in found.begun)
    )
    return found


def _event(claim: Claim) -> tuple[int, Id]:
    """Which event a message is about."""
    return claim.position, claim.event_id


def _first_told(own: Iterable[Claim]) -> tuple[list[Claim], list[Claim]]:
    """Of each event its first message, and the later ones that tell something else of it.

    The relay sends what the log has, and sends it again as it was. Whoever knows an event's id has it from the relay's message, and can
    only write behind that: so in a partition the first is the log's. Between partitions nothing tells which was first.
    """
    first: dict[tuple[int, Id], Claim] = {}
    told = sorted((claim for claim in own if claim.aggregate_id), key=lambda c: c.offset)
    otherwise = [claim for claim in told if first.setdefault(_event(claim), claim).checksum != claim.checksum]
    return list(first.values()), otherwise


def _may_be_own(log: LogEnd, claim: Claim) -> bool:
    return claim.fault is None and claim.log_id in (None, log.identity.log_id)


def _begun(log: LogEnd, own: Iterable[Claim]) -> dict[int, int]:
    """The generations that follow on from the log's newest one, without a gap, none before the one before it."""
    told: dict[int, int] = {}
    after = {claim.generation: claim.position for claim in own if not claim.aggregate_id}
    generation, last = log.identity.generation + 1, 0
    while generation in after and after[generation] >= last:
        last = told[generation] = after[generation]
        generation += 1
    return told


def _follow(
    log: LogEnd, found: Continuation, events: Iterable[Claim], versions: dict[Id, int], contested: Container[tuple[int, Id]]
) -> None:
    """Takes from the events, sorted, what follows on from the parting, up to one of which nothing tells what the log had there."""
    position, recorded_at = found.parting, 0 if found.diverged else log.recorded_at
    for claim in events:
        if claim.position > position + 1 or _event(claim) in contested:
            return
        follows = (
            claim.position == position + 1
            and claim.generation == _generation_at(log, found, claim.position)
            and claim.aggregate_version == versions.get(claim.aggregate_id, 0) + 1
            and claim.recorded_at >= recorded_at
        )
        if follows:
            found.events.append(claim)
            versions[claim.aggregate_id] = claim.aggregate_version
            position, recorded_at = claim.position, claim.recorded_at


def _generation_at(log: LogEnd, found: Continuation, position: int) -> int:
    begun = [generation for generation, last in found.begun.items() if last < position]
    return max(begun, default=log.identity.generation_of(position))


def _mostly_there(parting: int, claims: Sequence[Claim]) -> bool:
    """Whether these are events of the log although the first that should follow is missing: at least two, and half of what there was."""
    positions = {claim.position for claim in claims}
    return len(positions) > 1 and max(positions) - parting <= 2 * len(positions)


def _is_near(found: Continuation, claim: Claim, rest: Sequence[Claim]) -> bool:
    """Whether it can be one of the log's: there are not more positions up to it than messages to fill most of them."""
    return claim.position - found.parting <= 2 * (len(found.events) + len(rest))


def _why(found: Continuation, claim: Claim, contested: Container[tuple[int, Id]]) -> str:
    if _event(claim) in contested:
        return "messages of two partitions tell different things of it, and nothing tells which of them is the log's"
    last = found.events[-1].position if found.events else found.parting
    if claim.position <= last:
        return "another event has its position"
    return f"the events from position {last + 1} on do not follow: Kafka lacks one, or it is not the next of its aggregate"
