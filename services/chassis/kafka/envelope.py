"""From a Kafka message to the recorded event that the relay made it of."""

from __future__ import annotations

import re
from binascii import unhexlify
from datetime import datetime
from typing import Final, Generic, NamedTuple, TypeVar

from aiokafka import ConsumerRecord

from chassis.days import Microseconds, microseconds_of
from chassis.events import RecordedEvent
from chassis.eventstore import GENERATION_BEGAN
from chassis.ids import NIL, Id
from chassis.partitions import partition_of
from chassis.positions import FIRST_GENERATION
from chassis.texts import quoted

_GENERATION_BEGAN: Final = GENERATION_BEGAN.encode()
_EVENT_TYPE: Final = re.compile(rb"[A-Za-z_][A-Za-z0-9_.]{0,62}")
_MAX_MEMO: Final = 50_000
_ID_TEXT_LENGTH: Final = 36

V = TypeVar("V")


class MalformedEnvelope(ValueError):  # noqa: N818 - it is what happened
    """A message is not an event of the log that its topic carries; the text says what is wrong with it."""


class _Memo(dict[bytes, V], Generic[V]):
    """Remembers what texts mean that come again and again. Bounded: it forgets everything at once, which is cheaper than choosing."""

    def __missing__(self, text: bytes) -> V:
        if len(self) >= _MAX_MEMO:
            self.clear()
        value = self[text] = self.parse(text)
        return value

    def parse(self, text: bytes) -> V:
        raise NotImplementedError


def _id(text: bytes) -> Id:
    value = unhexlify(text.translate(None, b"-")) if len(text) == _ID_TEXT_LENGTH else b""
    if len(value) != 16:
        raise ValueError(f"{quoted(text)} is not a UUID")
    return value


def _no_nil(value: Id) -> Id:
    """The same id: one of zeros stands for none where an event is counted."""
    if value == NIL:
        raise ValueError("an id of zeros is nobody's")
    return value


class _Ids(_Memo[Id]):
    def parse(self, text: bytes) -> Id:
        return _id(text)


class _Partitions(_Memo[int]):
    """The partition that each key belongs to."""

    def __init__(self, partitions: int) -> None:
        super().__init__()
        self._partitions = partitions

    def parse(self, text: bytes) -> int:
        return partition_of(text, self._partitions)


class _Instants(_Memo[Microseconds]):
    """The events of one group of appends share theirs."""

    def parse(self, text: bytes) -> Microseconds:
        try:
            return microseconds_of(datetime.fromisoformat(text.decode("ascii")))
        except ValueError:
            raise ValueError(f"{quoted(text)} is not an instant") from None


class _EventTypeNames(_Memo[str]):
    def parse(self, text: bytes) -> str:
        if _EVENT_TYPE.fullmatch(text) is None:
            raise ValueError(f"{quoted(text)} is not an event type")
        return text.decode("ascii")


def _number(text: bytes) -> int:
    if not text.isdigit() or len(text) > 18 or text == b"0":
        raise ValueError(f"{quoted(text)} is not a number from 1")
    return int(text)


def _count(text: bytes) -> int:
    return 0 if text == b"0" else _number(text)


class GenerationBegan(NamedTuple):
    """What the relay tells every partition when a log goes on from an older state than it had. It is no event."""

    generation: int
    after: int  # the last position of the log before it; what had other events behind it has lost them


class EnvelopeReader:
    """Reads the `ce_*` headers of one log's messages (CloudEvents 1.0, binary mode). About 4 µs a message."""

    def __init__(self, log: str, partitions: int | None = None) -> None:
        self.log: Final = log
        """The name of the log."""
        self._partitions: Final = None if partitions is None else _Partitions(partitions)
        self._source: Final = f"/cairn/{log}".encode()
        self._ids: Final = _Ids()  # of tenants, aggregates, actors and partition keys: they come again
        self._instants: Final = _Instants()
        self._event_types: Final = _EventTypeNames()

    def lies_in(self, key: Id, partition: int) -> bool:
        """Whether a partition key belongs to a partition, of those that the topic is known to have."""
        return self._partitions is None or self._partitions[key] == partition

    def read(self, message: ConsumerRecord) -> RecordedEvent:
        """The event that `message` carries. Raises MalformedEnvelope, also of what tells of a generation's beginning."""
        read = self.read_message(message)
        if isinstance(read, GenerationBegan):
            raise MalformedEnvelope(f"it is no event: it tells that generation {read.generation} began")
        return read

    def read_message(self, message: ConsumerRecord) -> RecordedEvent | GenerationBegan:
        """The event that `message` carries, or the beginning of a generation that it tells of.

        Raises MalformedEnvelope when a header is missing or wrong, or belongs to another log.
        """
        headers = dict(message.headers)
        try:
            if headers["ce_specversion"] != b"1.0" or headers["ce_source"] != self._source:
                raise MalformedEnvelope(f"not an event of {self.log}: ce_source is {quoted(headers['ce_source'])}")
            if headers["ce_type"] == _GENERATION_BEGAN:
                return GenerationBegan(_number(headers["ce_generation"]), _count(headers["ce_sequence"]))
            ids = self._ids
            partition_key = ids[headers["ce_partitionkey"]]
            if message.key != partition_key:
                raise MalformedEnvelope(f"the message's key {quoted(message.key)} is not its ce_partitionkey {partition_key.hex()}")
            if message.value is None:
                raise MalformedEnvelope("the message has no payload")
            on_behalf_of = headers.get("ce_onbehalfof")
            causation_id = headers.get("ce_causationid")
            log_id, generation = headers.get("ce_logid"), headers.get("ce_generation")
            return RecordedEvent(  # by place: names take as long as all the rest
                self.log,
                _number(headers["ce_sequence"]),
                _id(headers["ce_id"]),
                ids[headers["ce_tenant"]],
                ids[headers["ce_subject"]],
                _number(headers["ce_aggregateversion"]),
                self._instants[headers["ce_time"]],
                ids[headers["ce_actor"]],
                None if on_behalf_of is None else _no_nil(ids[on_behalf_of]),
                _id(headers["ce_correlationid"]),
                None if causation_id is None else _no_nil(_id(causation_id)),
                partition_key,
                self._event_types[headers["ce_type"]],
                message.value,
                FIRST_GENERATION if generation is None else _number(generation),
                None if log_id is None else ids[log_id],
            )
        except KeyError as missing:
            raise MalformedEnvelope(f"the header {missing.args[0]} is missing") from None
        except MalformedEnvelope:
            raise
        except (ValueError, TypeError, AttributeError) as wrong:
            raise MalformedEnvelope(f"a header is wrong: {wrong}") from None
