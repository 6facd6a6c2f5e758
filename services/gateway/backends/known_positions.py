"""Whether there is a position that a caller names: its log, its partition, its generation, and an event there or behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from cairn.operations.v1 import operations_pb2 as pb
from chassis.errors import Kind, Refused, invalid
from chassis.eventstore import position_unknown
from chassis.positions import Position
from chassis.rpc import Metadata, asked
from gateway.backends.asking import Method
from gateway.backends.stubs import LOGS

_SECONDS: Final = 1.0
_OWN_READING: Final = 2
"""Times that an owner is asked: what it was reading may have begun before the question came."""


class LogOwner(Protocol):
    """The service that keeps a log."""

    @property
    def GetLogChecksums(self) -> Method[pb.GetLogChecksumsRequest, pb.GetLogChecksumsResponse]: ...  # noqa: N802 - as gRPC names it


class _Reach(NamedTuple):
    """How far a log is."""

    generation: int
    head: int

    def has(self, position: Position) -> bool:
        return position.generation <= self.generation and position.position <= self.head


class KnownPositions:
    """How far each log is, as its owner told last: what lies behind that is asked about anew."""

    def __init__(self, owners: Mapping[str, LogOwner], partitions: int) -> None:
        """`partitions` of the topic of each log."""
        self._owners: Final = owners
        self._partitions: Final = partitions
        self._reaches: Final[dict[str, _Reach]] = {}

    def answered(self, position: Position) -> None:
        """Says that a log has come to a position: whoever was answered it, and hands it in at once, costs no question."""
        reach = self._reaches.get(position.log)
        if reach is None or reach.generation == position.generation:
            self._reaches[position.log] = _Reach(position.generation, max(position.position, reach.head if reach else 0))

    def require_log(self, positions: Iterable[Position], field: str) -> None:
        """Raises Refused (POSITION_UNKNOWN) for a log or a partition that there is not."""
        for position in positions:
            if position.log not in LOGS:
                raise invalid(field, f"{position} is no position of ours: there are logs of {', '.join(LOGS)}", "POSITION_UNKNOWN")
            if position.partition >= self._partitions:
                told = f"{position} is no position of ours: partitions are numbered from 0 to {self._partitions - 1}"
                raise invalid(field, told, "POSITION_UNKNOWN")

    async def require(self, positions: Sequence[Position], field: str) -> None:
        """Raises Refused (POSITION_UNKNOWN) for what nobody was ever answered.

        While a log's owner does not say how far it is, whoever answers decides, and says that it has not come to it yet.
        """
        self.require_log(positions, field)
        for log in dict.fromkeys(position.log for position in positions):
            ahead = [position for position in positions if position.log == log]
            for _ in range(_OWN_READING):
                ahead = [position for position in ahead if log not in self._reaches or not self._reaches[log].has(position)]
                if not ahead or not await self._ask(log):
                    break
            else:
                ahead = [position for position in ahead if not self._reaches[log].has(position)]
                if ahead:
                    raise position_unknown(*ahead, field=field)

    async def _ask(self, log: str) -> bool:
        nobody: Metadata = ()
        try:
            answer = await asked(self._owners[log].GetLogChecksums(pb.GetLogChecksumsRequest(), metadata=nobody, timeout=_SECONDS))
        except Refused as refused:
            if refused.kind is not Kind.UNAVAILABLE:
                raise
            return False
        self._reaches[log] = _Reach(max((each.generation for each in answer.generations), default=1), answer.head)
        return True
