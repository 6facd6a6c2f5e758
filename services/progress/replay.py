"""The numbers from an export alone, a digest of them or trees: no server, no database. `cairn replay FILE` is this.

An export is lines of JSON: a header {"format": "cairn-export", "version": 2, "tenant_id", "heads": {log: position}, "logs": {log:
{"log_id", "generations"}}} (version 1 has neither "logs" nor a "generation" of each event, and is read all the same), a line for
each event, and a last line {"events": n, "sha256": of all bytes before it}. The events of a log may stand between those of
another in any way, as long as each aggregate's own order is kept.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, assert_never

import orjson
from google.protobuf.message import DecodeError

from cairn.directory.v1.events_pb2 import TeamFounded, TeamRenamed
from cairn.progress.v1.events_pb2 import FormulaSwitched
from chassis.days import Microseconds, microseconds_of
from chassis.errors import Kind, Refused
from chassis.events import event_type_of
from chassis.ids import Id, parse_id
from progress.digest import Digest, conversation_rows, digest_of, effort_rows
from progress.domain.formulas import NEWEST, Formula, formula_of
from progress.facts import EVENT_TYPES, LOGS, CheckInKind, Facts, FactsInMemory, UnknownMeasure, fold
from progress.replayed_tree import Asked, CycleTree, trees_of

__all__ = ["Asked", "CycleTree", "Damaged", "PassedOver", "Replayed", "ReplayedTrees", "replay", "replayed_trees"]

FORMAT: Final = "cairn-export"
VERSIONS: Final = (1, 2)

_SWITCH: Final = event_type_of(FormulaSwitched())
_TEAM_NAMES: Final = (event_type_of(TeamFounded()), event_type_of(TeamRenamed()))


class PassedOver(NamedTuple):
    """Events of a type of a newer version: the numbers lack what they say, as those of a service that passes over them do."""

    log: str
    event_type: str
    events: int
    first_position: int  # in the log, of the first one


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the export came to."""

    digest: str  # sha-256, hex: the same as the projection's own
    objectives: int
    key_results: int
    check_ins: int
    events: int  # of all logs
    tenant_id: Id
    passed_over: tuple[PassedOver, ...]  # by log and type


class ReplayedTrees(NamedTuple):
    """What cycles are in the export, as trees."""

    trees: list[CycleTree]
    passed_over: tuple[PassedOver, ...]


class Damaged(Refused):
    """An export that is not as it was written."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__("EXPORT_DAMAGED", f"line {line}: {what}", kind=Kind.INVALID)
        self.line = line


def replay(lines: Iterable[bytes | str], formula: int | None = None) -> Replayed:
    """Folds an export, line by line, and computes its digest by a version of the formulas; the newest, unless given.

    Events of a type that is not known here are passed over, as the projection passes over them.

    Raises Damaged, which names the line and what is wrong with it: a line that is missing, cut, changed or out of order; and Refused
    (FORMULA_UNKNOWN).
    """
    formulas = NEWEST if formula is None else formula_of(formula)
    return _read(lines).result(formulas)


def replayed_trees(lines: Iterable[bytes | str], asked: Asked, cycle: str | None = None, formula: int | None = None) -> ReplayedTrees:
    """Folds an export, and tells the trees of all cycles, or of one, at a point of both time axes.

    By the formulas that were known there, unless a version of them is given. Raises what `replay` raises, and Refused (CYCLE_UNKNOWN).
    """
    given = None if formula is None else formula_of(formula)
    export = _read(lines)
    return ReplayedTrees(export.trees(asked, cycle, given), export.passed_over)


def _read(lines: Iterable[bytes | str]) -> _Export:
    export = _Export()
    for number, line in enumerate(lines, start=1):
        export.take(number, line.encode() if isinstance(line, str) else line)
    return export


class _Recorded(NamedTuple):
    """An event of an export, as the folds take it. Who recorded it makes no difference to any number."""

    position: int
    event_id: Id
    tenant_id: Id
    aggregate_version: int
    recorded_at: Microseconds
    event_type: str
    payload: bytes
    actor_id: Id = b""
    on_behalf_of: Id | None = None


class _Export:
    """An export as far as it was read."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()
        self._tenant: Id | None = None
        self._events = 0
        self._line = 0
        self._ended = False
        self._versions: dict[tuple[str, Id], int] = {}
        self._heads: dict[str, int] = {}
        self._beginnings: dict[str, list[int]] | None = None  # of generations, by log; None: version 1 does not tell them
        self._facts = Facts()
        self._check_ins: set[Id] = set()  # recorded or abstained from so far
        self._noted = 0  # facts on check-ins
        self._unknown: dict[tuple[str, str], PassedOver] = {}  # by log and type
        self._team_names: dict[Id, str] = {}  # as they are by now
        self._switches: list[tuple[Microseconds, int]] = []  # of the tenant's formulas: when, and the version before

    def take(self, number: int, line: bytes) -> None:
        self._line = number
        if self._ended:
            raise Damaged(number, "there is more after the last line of the export")
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise Damaged(number, f"not JSON ({error}); the file was cut or changed") from None
        if not isinstance(record, dict):
            raise Damaged(number, "not a JSON object")
        if self._tenant is None:
            self._header(record)
        elif "events" in record and "position" not in record:
            self._end(record)
            return
        else:
            self._event(record)
        self._sum.update(line if line.endswith(b"\n") else line + b"\n")

    def _header(self, record: dict[str, Any]) -> None:
        if record.get("format") != FORMAT:
            raise Damaged(self._line, f'not an export of Cairn: its first line has no "format": "{FORMAT}"')
        if record.get("version") not in VERSIONS:
            raise Damaged(
                self._line, f"version {record.get('version')!r} of the format is not known here; this program reads versions 1 and 2"
            )
        self._tenant = self._id(record, "tenant_id")
        heads = record.get("heads", {})
        if not isinstance(heads, dict):
            raise Damaged(self._line, '"heads" is not an object of positions by log')
        self._heads = heads
        if record["version"] > 1:
            self._beginnings = self._generations(record)

    def _generations(self, record: dict[str, Any]) -> dict[str, list[int]]:
        """By log: the first position of each of its generations, as a header of version 2 tells them."""
        try:
            return {log: [generation["first_position"] for generation in said["generations"]] for log, said in record["logs"].items()}
        except (KeyError, TypeError, AttributeError):
            raise Damaged(self._line, '"logs" does not tell the generations of each log') from None

    def _require_generation(self, record: dict[str, Any], log: str, position: int) -> None:
        """A log that was restored gave positions out again: what has one and the same may not be mixed."""
        if self._beginnings is None:
            return
        generation = bisect_right(self._beginnings.get(log, []), position)
        if record.get("generation") != generation:
            told = f"an event of generation {record.get('generation')!r} at position {position} of {log}"
            raise Damaged(self._line, f"{told}, where the first line has generation {generation}: the events of two exports were mixed")

    def _event(self, record: dict[str, Any]) -> None:
        log, position, version = record.get("log"), record.get("position"), record.get("aggregate_version")
        if not (isinstance(log, str) and isinstance(position, int) and isinstance(version, int)):
            raise Damaged(self._line, 'an event needs "log", "position" and "aggregate_version"')
        if self._id(record, "tenant_id") != self._tenant:
            raise Damaged(self._line, "the event is of another tenant than the export")
        if position > self._heads.get(log, position):
            raise Damaged(self._line, f"position {position} lies behind the head of {log} that the first line names ({self._heads[log]})")
        self._require_generation(record, log, position)
        aggregate = (log, self._id(record, "aggregate_id"))
        before = self._versions.get(aggregate, 0)
        if version != before + 1:
            raise Damaged(
                self._line, f"version {version} of aggregate {record['aggregate_id']} follows version {before}: events are missing"
            )
        self._versions[aggregate] = version
        self._events += 1
        event_type = record.get("type")
        if not isinstance(event_type, str):
            raise Damaged(self._line, 'an event needs a "type"')
        if event_type == _SWITCH:
            self._switch(self._recorded(record, event_type, position, version))
        if event_type in _TEAM_NAMES:
            self._name_team(self._recorded(record, event_type, position, version))
        if log not in LOGS:
            return
        if event_type in EVENT_TYPES:
            self._fold(self._recorded(record, event_type, position, version))
        else:
            known = self._unknown.get((log, event_type), PassedOver(log, event_type, 0, position))
            self._unknown[log, event_type] = known._replace(events=known.events + 1, first_position=min(position, known.first_position))

    def _recorded(self, record: dict[str, Any], event_type: str, position: int, version: int) -> _Recorded:
        assert self._tenant is not None
        try:
            return _Recorded(
                position=position,
                event_id=self._id(record, "event_id"),
                tenant_id=self._tenant,
                aggregate_version=version,
                recorded_at=microseconds_of(datetime.fromisoformat(record["recorded_at"])),
                event_type=event_type,
                payload=b64decode(record["payload"], validate=True),
            )
        except KeyError as missing:
            raise Damaged(self._line, f"the event has no {missing}") from None
        except (binascii.Error, ValueError, TypeError) as error:
            raise self._unreadable(error) from None

    def _switch(self, recorded: _Recorded) -> None:
        try:
            switched = FormulaSwitched.FromString(recorded.payload)
        except DecodeError as error:
            raise self._unreadable(error) from None
        self._switches.append((recorded.recorded_at, getattr(switched, "from")))

    def _name_team(self, recorded: _Recorded) -> None:
        try:
            named: Any = EVENT_TYPES.decode(recorded.event_type, recorded.payload)
        except DecodeError as error:
            raise self._unreadable(error) from None
        self._team_names[named.team_id] = named.name

    def _fold(self, recorded: _Recorded) -> None:
        try:
            fold(recorded, self._facts)
            self._note_check_ins()
        except KeyError:
            raise Damaged(self._line, f"{recorded.event_type} changes what no event before it defined") from None
        except UnknownMeasure as unknown:
            raise Damaged(self._line, f"{unknown}; it was written by a newer version") from None
        except DecodeError as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> Damaged:
        return Damaged(self._line, f"the payload or the time of the event cannot be read ({error})")

    def _note_check_ins(self) -> None:
        """Raises KeyError when one is corrected, retracted or restored that was never recorded."""
        for check_in in self._facts.check_ins[self._noted :]:
            match check_in.kind:
                case CheckInKind.RECORDED | CheckInKind.ABSTAINED:
                    self._check_ins.add(check_in.check_in_id)
                case CheckInKind.CORRECTED | CheckInKind.RETRACTED | CheckInKind.RESTORED | CheckInKind.ABSTENTION_RESTORED:
                    if check_in.check_in_id not in self._check_ins:
                        raise KeyError(check_in.check_in_id)
                case other:
                    assert_never(other)
        self._noted = len(self._facts.check_ins)

    def _end(self, record: dict[str, Any]) -> None:
        if record["events"] != self._events:
            raise Damaged(self._line, f"the export says that it has {record['events']} events; there are {self._events}")
        if record.get("sha256") != self._sum.hexdigest():
            raise Damaged(self._line, "the file was changed: its sha256 is not the one that its last line names")
        self._ended = True

    def _id(self, record: dict[str, Any], name: str) -> Id:
        try:
            return parse_id(record[name])
        except (KeyError, ValueError, TypeError, AttributeError):
            raise Damaged(self._line, f'"{name}" is not an id: {record.get(name)!r}') from None

    def result(self, formula: Formula) -> Replayed:
        """Raises Damaged when the last line is missing."""
        facts, tenant_id = self._whole()
        in_memory = FactsInMemory(facts)
        said = (*conversation_rows(in_memory.comments, in_memory.reactions), *effort_rows(in_memory.efforts))
        found: Digest = digest_of(in_memory.evaluated(formula=formula), in_memory.check_ins, in_memory.kpis(), in_memory.work(), said)
        return Replayed(
            digest=found.digest,
            objectives=found.objectives,
            key_results=found.key_results,
            check_ins=found.check_ins,
            events=self._events,
            tenant_id=tenant_id,
            passed_over=self.passed_over,
        )

    @property
    def passed_over(self) -> tuple[PassedOver, ...]:
        """What nobody here knows, by log and type."""
        return tuple(sorted(self._unknown.values()))

    def trees(self, asked: Asked, cycle: str | None, formula: Formula | None) -> list[CycleTree]:
        """Raises Damaged when the last line is missing, and Refused (CYCLE_UNKNOWN)."""
        facts, tenant_id = self._whole()
        return trees_of(
            facts, self._team_names, tenant_id, cycle, asked, self._formula_known_at(asked.known_at) if formula is None else formula
        )

    def _whole(self) -> tuple[Facts, Id]:
        if self._tenant is None:
            raise Damaged(1, "the file is empty")
        if not self._ended:
            raise Damaged(self._line, "the export breaks off: its last line, with the number of events and their sha256, is missing")
        return self._facts, self._tenant

    def _formula_known_at(self, instant: Microseconds | None) -> Formula:
        later = () if instant is None else [before for at, before in self._switches if at > instant]
        return formula_of(later[0]) if later else NEWEST
