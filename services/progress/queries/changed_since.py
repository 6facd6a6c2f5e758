# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What has changed since positions in the logs, or since an instant, and what of that somebody could see then (decision 29).

Told is what may have changed: an objective with everything that its number is made of. What the calendar alone moves is no change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from cairn.common.v1 import common_pb2
from chassis.calls import Identity
from chassis.days import Microseconds
from chassis.errors import invalid
from chassis.eventstore import require_not_outdated
from chassis.ids import Id
from chassis.partitions import partition_of
from chassis.positions import Position
from chassis.postgres.binary import BIGINT, UUID
from chassis.rpc import instant_since, positions_of
from progress.domain.points import LAST_INSTANT
from progress.projection import ids
from progress.queries.key_result import seen_from
from progress.queries.reading import Cursor, fetched
from progress.queries.visibility import caller, visible_by, visible_of

LOGS_OF_FACTS: Final = ("goals", "checkins")
"""What lists are made of."""

_LAST: Final = LAST_INSTANT

_TAKEN: Final = b"""
SELECT c.log, c.partition, least(c.position, (SELECT min(d.position) - 1 FROM dead_letter d
    WHERE d.log = c.log AND d.partition = c.partition AND d.tenant_id = decode(%(tenant)s, 'hex'))), c.generation
FROM consumed c WHERE c.log = ANY(%(logs)s) ORDER BY c.log, c.partition"""


async def positions_taken(cursor: Cursor, identity: Identity) -> tuple[Position, ...]:
    """How far every partition is taken in; one with a dead letter of the tenant up to before that, which is taken in later.

    What is asked after this has seen as much, or more.
    """
    rows = await fetched(cursor, _TAKEN, {"logs": list(LOGS_OF_FACTS), "tenant": identity.tenant_id.hex()})
    return tuple(Position(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Since:
    """Since when: after these positions, by log and partition, or at or after an instant."""

    partitions: int
    positions: Mapping[tuple[str, int], int] = field(default_factory=dict)
    instant: Microseconds | None = None

    def last_seen(self, log: str, objective_id: Id) -> int:
        """The position in a log up to which what concerns an objective was seen then, if nothing else says so."""
        return _LAST if self.instant is not None else self.positions.get((log, partition_of(objective_id, self.partitions)), 0)

    def lowest(self, log: str) -> int:
        """A position up to which everything in a log was seen then."""
        return 0 if self.instant is not None else min(self.positions.get((log, p), 0) for p in range(self.partitions))

    @property
    def known_before(self) -> Microseconds:
        """What was known before this instant was seen then, as far as positions do not say otherwise."""
        return _LAST if self.instant is None else self.instant


def since_of(asked: common_pb2.ChangedSince, taken: Iterable[Position], partitions: int) -> Since:
    """Since when something is asked for. Raises Refused (INVALID), and CHANGED_SINCE_OUTDATED where a log was restored since."""
    if asked.HasField("instant"):
        return Since(partitions, instant=instant_since(asked))
    generations = {position[:2]: position.generation for position in taken}
    positions: dict[tuple[str, int], int] = {}
    for position in positions_of(asked.positions):
        if position.log not in LOGS_OF_FACTS or not 0 <= position.partition < partitions:
            continue  # what a list is made of does not stand there
        require_not_outdated(position, is_lost=position.generation != generations.get(position[:2], position.generation))
        positions[position[:2]] = max(position.position, positions.get(position[:2], 0))
    return Since(partitions, positions)


def since_asked(asked: Any, taken: Iterable[Position], partitions: int) -> Since:
    """Since when a question for changes is. Raises Refused: INVALID where it is asked for another point or order too, and as `since_of`."""
    known = asked.DESCRIPTOR.fields_by_name
    if any(name in known and getattr(asked, name) for name in ("order", "descending")) or ("as_of" in known and asked.HasField("as_of")):
        raise invalid("changed_since", "what has changed is told as it is now, in the order of ids: without sort, as_of and known_at")
    return since_of(asked.changed_since, taken, partitions)


class Changes(NamedTuple):
    """What was told of since then."""

    objectives: set[Id]
    """Whose own definition, or place in the tree, it changed."""
    key_results: set[Id]
    """Which it defined, changed, reported of or graded."""
    definitions: set[Id]
    """The key results that it defined or changed."""
    check_ins: set[Id]
    kpis: set[Id]
    """Whose value it moved."""


_SINCE: Final = "tenant_id = %(tenant)s::uuid AND position > %(goals)s AND known_from >= %(instant)s"
_SINCE_OF_CHECK_INS: Final = "f.tenant_id = %(tenant)s::uuid AND f.position > %(checkins)s AND f.known_from >= %(instant)s"
_SINCE_SAID: Final = "tenant_id = %(tenant)s::uuid AND position > %(checkins)s AND known_from >= %(instant)s"
_DEFINED_OF: Final = "(SELECT h.objective_id FROM key_result h WHERE h.key_result_id = f.key_result_id ORDER BY position LIMIT 1)"
"""The objective with whose events those of a key result travel, wherever it was moved to."""
_CHANGES: Final = f"""
SELECT 'goals', objective_id, max(position), 'objective', objective_id FROM objective WHERE {_SINCE} GROUP BY objective_id
UNION ALL SELECT 'goals', objective_id, max(position), 'objective', objective_id FROM ending WHERE {_SINCE} GROUP BY objective_id
UNION ALL SELECT 'goals', objective_id, max(position), 'objective', objective_id FROM alignment WHERE {_SINCE} GROUP BY objective_id
UNION ALL SELECT 'goals', {_DEFINED_OF}, f.position, 'key result', f.key_result_id FROM (
  SELECT key_result_id, max(position) AS position FROM key_result WHERE {_SINCE} GROUP BY key_result_id) f
UNION ALL SELECT 'goals', from_objective_id, max(position), 'objective', from_objective_id FROM key_result_move WHERE {_SINCE}
  GROUP BY from_objective_id
UNION ALL SELECT 'goals', {_DEFINED_OF}, f.position, 'key result', f.key_result_id FROM (
  SELECT key_result_id, max(position) AS position FROM counts_for WHERE {_SINCE} GROUP BY key_result_id) f
UNION ALL SELECT 'goals', kpi_id, max(position), 'KPI', kpi_id FROM kpi_value WHERE {_SINCE} GROUP BY kpi_id
UNION ALL SELECT 'checkins', {_DEFINED_OF}, f.position, 'check-ins', f.key_result_id FROM (
  SELECT f.key_result_id, max(f.position) AS position FROM check_in f WHERE {_SINCE_OF_CHECK_INS} GROUP BY f.key_result_id) f
UNION ALL SELECT 'checkins', {_DEFINED_OF}, f.position, 'check-ins', f.key_result_id FROM (
  SELECT f.key_result_id, max(f.position) AS position FROM grade f WHERE {_SINCE_OF_CHECK_INS} GROUP BY f.key_result_id) f
UNION ALL SELECT 'checkins', {_DEFINED_OF}, f.position, 'check-in', f.check_in_id FROM (
  SELECT f.key_result_id, f.check_in_id, max(f.position) AS position FROM check_in f WHERE {_SINCE_OF_CHECK_INS} AND %(each)s
  GROUP BY f.key_result_id, f.check_in_id) f""".encode()


async def changes_since(cursor: Cursor, identity: Identity, since: Since, each_check_in: bool = False) -> Changes:
    """What was told of since then; of check-ins also of which, if that is asked for."""
    parameters = {
        "tenant": identity.tenant_id.hex(),
        **{log: since.lowest(log) for log in LOGS_OF_FACTS},
        "instant": 0 if since.instant is None else since.instant,
        "each": each_check_in,
    }
    changes = Changes(set(), set(), set(), set(), set())
    for log, home, position, what, thing in await fetched(cursor, _CHANGES, parameters):
        if home is None or (since.instant is None and position <= since.last_seen(log, home)):
            continue
        match what:
            case "objective":
                changes.objectives.add(thing)
            case "key result":
                changes.key_results.add(thing)
                changes.definitions.add(thing)
            case "check-ins":
                changes.key_results.add(thing)
            case "KPI":
                changes.kpis.add(thing)
            case "check-in":
                changes.check_ins.add(thing)
            case _:
                raise ValueError(f"what a change of {what} is told as is not decided")
    return changes


async def changed_by_themselves(cursor: Cursor, identity: Identity, since: Since, thing: str, *tables: str) -> set[Id]:
    """What was told of since then of things that stand for themselves, as the rows of these tables are: each in a partition of its own."""
    rows = " UNION ALL ".join(f"SELECT {thing}, max(position) AS position FROM {t} WHERE {_SINCE} GROUP BY 1" for t in tables)
    parameters = {
        "tenant": identity.tenant_id.hex(),
        "goals": since.lowest("goals"),
        "instant": 0 if since.instant is None else since.instant,
    }
    told = await fetched(cursor, rows.encode(), parameters)
    return {its_id for its_id, position in told if since.instant is not None or position > since.last_seen("goals", its_id)}


# Who is shown something of an objective: those that its key results count for, those whose key results count for it, its children; of a
# key result: its home, and what it counts for; and whoever is above any of these. By whatever was ever aligned or shared.
_ABOVE: Final = b"""
WITH RECURSIVE above AS (
  SELECT objective_id FROM (
    SELECT unnest(%(touched)s::uuid[]) AS objective_id
    UNION SELECT objective_id FROM key_result_now WHERE key_result_id = ANY(%(key_results)s) AND objective_id IS NOT NULL
    UNION SELECT from_objective_id FROM key_result_move WHERE key_result_id = ANY(%(key_results)s)
    UNION SELECT objective_id FROM counts_for WHERE key_result_id = ANY(%(key_results)s)
    UNION SELECT l.objective_id FROM key_result_now k JOIN counts_for l ON l.key_result_id = k.key_result_id
      WHERE k.objective_id = ANY(%(touched)s)
    UNION SELECT k.objective_id FROM counts_for l JOIN key_result_now k ON k.key_result_id = l.key_result_id
      WHERE l.objective_id = ANY(%(touched)s) AND k.objective_id IS NOT NULL
    UNION SELECT m.objective_id FROM counts_for l JOIN counts_for m ON m.key_result_id = l.key_result_id
      WHERE l.objective_id = ANY(%(touched)s)
    UNION SELECT a.objective_id FROM alignment a
      WHERE a.parent_objective_id = ANY(%(touched)s) OR a.parent_key_result_id = ANY(%(key_results)s)) near
  UNION SELECT a.parent_objective_id FROM above JOIN alignment a ON a.objective_id = above.objective_id
    WHERE a.parent_objective_id IS NOT NULL)
SELECT objective_id FROM above"""
_KEY_RESULTS_OF: Final = b"""
SELECT key_result_id FROM key_result_now WHERE objective_id = ANY(%(touched)s)
UNION SELECT key_result_id FROM counts_for WHERE objective_id = ANY(%(touched)s)"""


_SUMS_FED: Final = b"""
WITH RECURSIVE fed AS (
  SELECT s.key_result_id FROM key_result_now s WHERE s.feeds IS NOT NULL AND s.tenant_id = %(tenant)s::uuid
  AND s.feeds && (%(feeding)s::uuid[] || ARRAY(SELECT key_result_id FROM key_result_now WHERE objective_id = ANY(%(touched)s)))
  UNION
  SELECT s.key_result_id FROM fed JOIN key_result_now s ON s.feeds IS NOT NULL AND s.feeds @> ARRAY[fed.key_result_id])
SELECT key_result_id FROM fed"""
"""What is fed by any of some key results and KPIs, or by a key result of any of some objectives, be it through other sums."""


async def _key_results_with_sums(cursor: Cursor, tenant_id: Id, changes: Changes) -> set[Id]:
    """The key results that changed, and the sums whose value may have moved with them, with a KPI, or with whoever has a feed."""
    if not (changes.objectives or changes.key_results or changes.kpis):
        return set()
    feeding = {"feeding": ids(changes.key_results | changes.kpis), "touched": ids(changes.objectives), "tenant": tenant_id.hex()}
    return changes.key_results | {row[0] for row in await fetched(cursor, _SUMS_FED, feeding)}


async def objectives_of(cursor: Cursor, tenant_id: Id, changes: Changes) -> set[Id]:
    """The objectives that show something of what changed, be it through sums, and whoever is above them."""
    key_results = await _key_results_with_sums(cursor, tenant_id, changes)
    if not (changes.objectives or key_results):
        return set()
    touched = {"touched": ids(changes.objectives), "key_results": ids(key_results)}
    return {row[0] for row in await fetched(cursor, _ABOVE, touched)}


async def objectives_changed(cursor: Cursor, identity: Identity, since: Since) -> list[Id]:
    """The objectives that may have changed, in the order of their ids."""
    return sorted(await objectives_of(cursor, identity.tenant_id, await changes_since(cursor, identity, since)))


async def key_results_changed(cursor: Cursor, identity: Identity, since: Since) -> list[Id]:
    """The key results that may have changed, in the order of their ids."""
    changes = await changes_since(cursor, identity, since)
    return sorted(await _key_results_with_sums(cursor, identity.tenant_id, changes) | await _key_results_of(cursor, changes.objectives))


async def check_ins_changed(cursor: Cursor, identity: Identity, since: Since) -> list[Id]:
    """The check-ins that may have changed: they themselves, or their key results and whom these are shown to. In the order of their ids."""
    changes = await changes_since(cursor, identity, since, each_check_in=True)
    key_results = changes.definitions | await _key_results_of(cursor, changes.objectives)
    if not key_results:
        return sorted(changes.check_ins)
    statement = b"SELECT DISTINCT check_in_id FROM check_in WHERE key_result_id = ANY(%(key_results)s)"
    return sorted(changes.check_ins | {row[0] for row in await fetched(cursor, statement, {"key_results": ids(key_results)})})


_OF_COMMENTS: Final = f"""
SELECT comment_id, objective_id, position FROM comment WHERE on_id = %(on)s::uuid AND {_SINCE_SAID}
UNION ALL SELECT thread_id, objective_id, position FROM comment WHERE on_id = %(on)s::uuid AND {_SINCE_SAID} AND thread_id IS NOT NULL
UNION ALL SELECT comment_id, objective_id, position FROM reaction WHERE comment_id IN (
  SELECT comment_id FROM comment WHERE on_id = %(on)s::uuid) AND {_SINCE_SAID}""".encode()
_EVER_SAID: Final = b"SELECT DISTINCT comment_id FROM comment WHERE on_id = %(on)s::uuid AND tenant_id = %(tenant)s::uuid"


async def comments_changed(cursor: Cursor, identity: Identity, since: Since, on_id: Id) -> list[Id]:
    """The comments on a thing that may have changed: they themselves, what answers them, reactions, or whom the thing is shown to.

    In the order of their ids.
    """
    parameters = {
        "on": on_id.hex(),
        "tenant": identity.tenant_id.hex(),
        "checkins": since.lowest("checkins"),
        "instant": 0 if since.instant is None else since.instant,
    }
    changes = await changes_since(cursor, identity, since)
    if changes.objectives or changes.definitions:  # whom things are shown to may have changed
        return sorted(row[0] for row in await fetched(cursor, _EVER_SAID, parameters))
    found = await fetched(cursor, _OF_COMMENTS, parameters)
    return sorted({i for i, home, position in found if since.instant is not None or position > since.last_seen("checkins", home)})


async def _key_results_of(cursor: Cursor, objectives: set[Id]) -> set[Id]:
    return {row[0] for row in await fetched(cursor, _KEY_RESULTS_OF, {"touched": ids(objectives)})} if objectives else set()


# -- what somebody could see then ------------------------------------------------------------------------------------------------------

_THEN: Final = "position <= c.last_seen AND known_from < %(known_before)s"
_OWNERS_THEN: Final = f"""(SELECT t.objective_id, t.owner_ids FROM (
    SELECT DISTINCT ON (d.key_result_id) d.objective_id, d.owner_ids FROM key_result d
    WHERE d.key_result_id IN (SELECT e.key_result_id FROM key_result e WHERE e.objective_id = o.objective_id) AND {_THEN}
    ORDER BY d.key_result_id, position DESC, true_from DESC) t)"""
_VISIBLE_THEN: Final = f"""
SELECT c.thing FROM unnest(%(things)s::uuid[], %(last_seen)s::bigint[]) AS c(thing, last_seen) CROSS JOIN LATERAL (
  SELECT * FROM objective v WHERE v.objective_id = c.thing AND v.tenant_id = %(tenant)s::uuid AND {_THEN}
  ORDER BY position DESC, true_from DESC LIMIT 1) o
WHERE {visible_by(_OWNERS_THEN)}""".encode()
_COUNTED_FOR_THEN: Final = f"""
SELECT c.thing, d.objective_id FROM unnest(%(things)s::uuid[], %(last_seen)s::bigint[]) AS c(thing, last_seen) CROSS JOIN LATERAL (
  SELECT d.objective_id FROM key_result d WHERE d.key_result_id = c.thing AND d.tenant_id = %(tenant)s::uuid AND {_THEN}
  ORDER BY position DESC, true_from DESC LIMIT 1) d
UNION ALL
SELECT c.thing, s.objective_id FROM unnest(%(things)s::uuid[], %(last_seen)s::bigint[]) AS c(thing, last_seen) CROSS JOIN LATERAL (
  SELECT DISTINCT ON (l.objective_id) l.objective_id, l.counts FROM counts_for l
  WHERE l.key_result_id = c.thing AND l.tenant_id = %(tenant)s::uuid AND {_THEN}
  ORDER BY l.objective_id, true_from DESC, position DESC) s WHERE s.counts""".encode()
_PARTITIONS: Final = b"""SELECT DISTINCT ON (key_result_id) key_result_id, objective_id FROM key_result
  WHERE key_result_id = ANY(%(things)s) ORDER BY key_result_id, position"""
"""Key results, and the objectives by which their partitions go."""
_SHOWN_NOW: Final = f"""SELECT k.key_result_id FROM key_result_now k WHERE k.key_result_id = ANY(%(things)s)
  AND k.tenant_id = %(tenant)s::uuid AND EXISTS ({seen_from(True, "k.key_result_id")})""".encode()
_OF_CHECK_INS: Final = b"""SELECT DISTINCT ON (check_in_id) check_in_id, key_result_id, place, known_from FROM check_in
  WHERE key_result_id = ANY(ARRAY(SELECT key_result_id FROM key_result_now WHERE tenant_id = %(tenant)s::uuid))
  AND check_in_id = ANY(%(things)s) ORDER BY check_in_id, position"""


async def objectives_seen(cursor: Cursor, identity: Identity, since: Since, objective_ids: Collection[Id]) -> set[Id]:
    """Of some objectives those that the caller may know of now, or could then: by the roles and teams that they have now."""
    now = await visible_of(cursor, identity, "o.objective_id = ANY(%(objectives)s)", {"objectives": ids(objective_ids)})
    return now | await _objectives_seen_then(cursor, identity, since, set(objective_ids) - now)


async def _objectives_seen_then(cursor: Cursor, identity: Identity, since: Since, objective_ids: set[Id]) -> set[Id]:
    if not objective_ids:
        return set()
    parameters = caller(identity) | _then(since, [(i, i) for i in sorted(objective_ids)])
    return {row[0] for row in await fetched(cursor, _VISIBLE_THEN, parameters)}


def _then(since: Since, things: list[tuple[Id, Id]]) -> dict[str, object]:
    """The parameters of what things were then; each with the objective by which its partition goes."""
    return {
        "things": UUID.array([thing for thing, _ in things]),
        "last_seen": BIGINT.array([since.last_seen("goals", home) for _, home in things]),
        "known_before": since.known_before,
    }


async def key_results_seen(cursor: Cursor, identity: Identity, since: Since, key_result_ids: Collection[Id]) -> set[Id]:
    """As `objectives_seen`, of key results: an objective that it counts for is one that they may, or could, know of."""
    things = {"things": ids(key_result_ids), "true_on": 0, "known_at": 0}
    now = {row[0] for row in await fetched(cursor, _SHOWN_NOW, caller(identity) | things)}
    hidden = set(key_result_ids) - now
    if not hidden:
        return now
    homes = await fetched(cursor, _PARTITIONS, {"things": ids(hidden)})
    counted_for = await fetched(cursor, _COUNTED_FOR_THEN, caller(identity) | _then(since, [(k, home) for k, home in homes]))
    seen = await _objectives_seen_then(cursor, identity, since, {objective_id for _, objective_id in counted_for})
    return now | {key_result_id for key_result_id, objective_id in counted_for if objective_id in seen}


async def check_ins_seen(cursor: Cursor, identity: Identity, since: Since, check_in_ids: Collection[Id]) -> set[Id]:
    """As `objectives_seen`, of check-ins: what was recorded then, of a key result that they may, or could, know of."""
    parameters = {"things": ids(check_in_ids), "tenant": identity.tenant_id.hex()}
    found = await fetched(cursor, _OF_CHECK_INS, parameters)
    of = {key_result_id for _, key_result_id, *_ in found}
    homes = dict(await fetched(cursor, _PARTITIONS, {"things": ids(of)}))
    seen = await key_results_seen(cursor, identity, since, of)
    return {
        check_in_id
        for check_in_id, key_result_id, place, known_from in found
        if key_result_id in seen and place <= since.last_seen("checkins", homes[key_result_id]) and known_from < since.known_before
    }
