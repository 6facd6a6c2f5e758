"""What must hold of a system after whatever was done to it: counted in its databases and asked of its interface.

Each function answers the faults that it found, in words; none means that it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from cairn.directory.v1.events_pb2 import SecurityEventNoted
from cairn.progress.v1.events_pb2 import STATUS_NOT_STARTED, ObjectiveStatusTurned
from progress.replay import replay
from tests.support.company import Person
from tests.support.load import Acknowledged
from tests.support.system import System

COMMAND_LOGS = ("directory", "goals", "checkins")
LOGS = (*COMMAND_LOGS, "progress", "notifications")
_SHOWN = 5
_NO_NOTE = f"event_type <> '{SecurityEventNoted.DESCRIPTOR.full_name}'"


def command_log_heads(system: System) -> dict[str, int]:
    """How many events each log that takes commands has, as its database has it: a command that was answered is in it.

    Notes of who signed in, or was refused, are no answer to a command, and come when they come.
    """
    return {log: _rows(system, log, f"SELECT count(*) FROM event WHERE {_NO_NOTE}")[0][0] for log in COMMAND_LOGS}


def logs_are_gap_free(system: System) -> list[str]:
    """Every log's positions are 1, 2, 3, … up to its head."""
    faults = []
    for log in LOGS:
        ((count, first, last, head),) = _rows(
            system,
            log,
            "SELECT count(*), coalesce(min(position), 1), coalesce(max(position), 0), (SELECT position FROM log_head) FROM event",
        )
        if (first, last, head) != (1, count, count):
            faults.append(f"{log}: {count} events, from position {first} to {last}, head {head}")
    return faults


def acknowledged_are_in_the_log_once(system: System, acknowledged: Sequence[Acknowledged]) -> list[str]:
    """Every acknowledged command is one event, at the position and with the id that were answered.

    What was taken back from Kafka has lost its key: that is found by its id.
    """
    keys = {a.check_in_id: a.key for a in acknowledged}
    found: dict[str, list[tuple[int, str]]] = {}
    for key, position, event_id in _rows(
        system,
        "checkins",
        "SELECT idempotency_key, position, event_id::text FROM event WHERE idempotency_key = ANY(%s) OR event_id = ANY(%s::uuid[])",
        list(keys.values()),
        list(keys),
    ):
        found.setdefault(key or keys[event_id], []).append((position, event_id))
    return _first(
        f"{a.key}: answered {a.position} {a.check_in_id}, in the log {found.get(a.key, [])}"
        for a in acknowledged
        if found.get(a.key) != [(a.position, a.check_in_id)]
    )


def events_are_in_progress_once(system: System) -> list[str]:
    """Every event of checkins is one row of the projection, and there is no other."""
    logged = _ids(system, "checkins", "SELECT event_id::text FROM event")
    facts = (f"SELECT event_id::text FROM progress.{table}" for table in ("check_in", "grade", "comment", "reaction"))
    projected = _ids(system, "progress", " UNION ALL ".join(facts))
    return _compared("progress", logged, projected)


def events_are_in_audit_once(system: System) -> list[str]:
    """Every event of every log is one action of the audit."""
    faults = []
    for log in LOGS:
        logged = _ids(system, log, f"SELECT event_id::text FROM event WHERE {_NO_NOTE}")
        audited = _ids(system, "audit", f"SELECT event_id::text FROM audit.action WHERE log = %s AND {_NO_NOTE}", log)
        faults += _compared(f"audit of {log}", logged, audited)
    return faults


def status_events_are_told_once(system: System) -> list[str]:
    """Each turn of a status follows on the one before it, and is one notification."""
    faults = []
    said: dict[bytes, int] = {}  # by objective
    expected: Counter[str] = Counter()
    rows = _rows(
        system,
        "progress",
        "SELECT event_id::text, payload FROM event WHERE event_type = %s ORDER BY position",
        ObjectiveStatusTurned.DESCRIPTOR.full_name,
    )
    for event_id, payload in rows:
        turned = ObjectiveStatusTurned.FromString(payload)
        before = getattr(turned, "from") or STATUS_NOT_STARTED
        last = said.get(turned.objective_id, STATUS_NOT_STARTED)
        if before != last or (turned.to == before and turned.objective_id in said):
            faults.append(f"status event {event_id} turns from {before} to {turned.to}; the one before it said {last}")
        said[turned.objective_id] = turned.to
        if turned.to != before and turned.owner_id:
            expected[event_id] += 1
    told = _ids(system, "notifications", "SELECT caused_by::text FROM notifications.item WHERE kind = 1")
    return faults + _compared("notifications", expected, told)


def digests_agree(person: Person) -> list[str]:
    """Live, rebuilt, and replayed from an export without a server: one digest."""
    live = person.digest()
    person.operator().rebuild()
    rebuilt = person.digest()
    replayed = replay(person.lines("GET", "/v1/audit/export")).digest
    return [] if live == rebuilt == replayed else [f"live {live}, rebuilt {rebuilt}, replayed {replayed}"]


def all_faults(system: System, person: Person, acknowledged: Sequence[Acknowledged]) -> dict[str, list[str]]:
    """Every verdict on a system that has caught up, by what it is about."""
    return {
        "positions have no gaps": logs_are_gap_free(system),
        "acknowledged: in the log once, where it was said": acknowledged_are_in_the_log_once(system, acknowledged),
        "in progress once": events_are_in_progress_once(system),
        "in audit once": events_are_in_audit_once(system),
        "each turn of a status told once": status_events_are_told_once(system),
        "digest: live = rebuilt = replayed": digests_agree(person),
    }


def _rows(system: System, service: str, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(system.dsn(service)) as connection:
        return connection.execute(statement.encode(), parameters).fetchall()


def _ids(system: System, service: str, statement: str, *parameters: Any) -> Counter[str]:
    return Counter(row[0] for row in _rows(system, service, statement, *parameters))


def _compared(where: str, expected: Counter[str], found: Counter[str]) -> list[str]:
    missing, extra = expected - found, found - expected
    faults = [f"{where}: {missing.total()} missing: {', '.join(list(missing)[:_SHOWN])}"] if missing else []
    return [*faults, f"{where}: {extra.total()} too many: {', '.join(list(extra)[:_SHOWN])}"] if extra else faults


def _first(faults: Iterable[str]) -> list[str]:
    found = list(faults)
    return found if len(found) <= _SHOWN else [*found[:_SHOWN], f"and {len(found) - _SHOWN} more"]
