# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What follows from facts in the tables: settled corrections and live rows. The same statements live and in a rebuild."""

from __future__ import annotations

from typing import Final

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1.state_pb2 import KeyResultState, ObjectiveState
from progress.domain.points import BEFORE_ALL_DAYS
from progress.facts import ABSTENTIONS, FOR_EVER, CheckInKind, FoundBy, KeyResultDefinition, ObjectiveDefinition
from progress.projection.tables import LIVE
from shared.settings import TIME_ZONE

ADVANCED: Final = """
INSERT INTO objective_now AS o (objective_id, version) SELECT i, version FROM unnest(%s, %s) AS v(i, version) ORDER BY i
ON CONFLICT (objective_id) DO UPDATE SET version = greatest(o.version, excluded.version)"""
"""Of the aggregates that had an event, whatever it said. Where a key result was moved in, they come in two partitions: that of the
definition may be behind.
"""

SETTLE: Final = f"""
WITH v AS (
  SELECT c.ctid AS row, first_value(position) OVER w AS place, first_value(said_status) OVER w AS said, lead(known_from) OVER w AS until,
    first_value(part_id) OVER w AS part_id
  FROM check_in c JOIN unnest(%s, %s, %s) AS s(k, d, i)
    ON c.key_result_id = s.k AND c.true_on = s.d AND c.check_in_id = s.i
  WINDOW w AS (PARTITION BY key_result_id, check_in_id ORDER BY position))
UPDATE check_in c SET place = v.place, known_to = LEAST(c.known_to, v.until), part_id = v.part_id,
  said_status = CASE c.kind WHEN {CheckInKind.ABSTENTION_RESTORED} THEN 0 ELSE v.said END
FROM v WHERE c.ctid = v.row"""
"""Settles the check-ins that were corrected, retracted or restored; the three arrays name them: their key results, their days, themselves.

Every row on one gets the place of its first row, the part that it is of and the status said with it (an abstention has none), and is
known until the next; what a retraction ends, only a restored row takes up again. `changes.statements_after` asks for it: live after each
batch, in a rebuild once all events are folded. For facts in memory `in_memory.settled` does the same.
"""

_STANDING = f"c.key_result_id = i AND c.known_to = {FOR_EVER}"
FROM_VALUED: Final = {"value": "value", "milestones_done": "milestones_done", "as_of": "true_on", "confidence": "confidence",
                      "check_in_id": "check_in_id", "check_in_event_id": "event_id", "part_id": "part_id"}  # fmt: skip
"""Columns of a live row that tell of the newest check-in that carries a value, and the columns of that check-in that they are."""

_REPORTED = f"newest_abstained, said_status, newest_on, {', '.join(FROM_VALUED)}, newest_confidence, confidence_on"
ABSTAINED: Final = f"IN ({', '.join(str(int(kind)) for kind in ABSTENTIONS)})"
"""Of a check-in's kind: it carries no value."""

_AS_REPORTED = (
    f"newest.kind {ABSTAINED}, newest.said_status, newest.true_on, "
    + ", ".join(f"CASE WHEN newest.kind {ABSTAINED} THEN v.{column} ELSE newest.{column} END" for column in FROM_VALUED.values())
    + ", said.confidence, said.true_on"
)
_CHECK_INS = f"""
LEFT JOIN LATERAL (SELECT * FROM check_in c WHERE {_STANDING} ORDER BY true_on DESC, place DESC LIMIT 1) newest ON true
LEFT JOIN LATERAL (SELECT * FROM check_in c WHERE newest.kind {ABSTAINED} AND {_STANDING} AND kind NOT {ABSTAINED}
  ORDER BY true_on DESC, place DESC LIMIT 1) v ON true
LEFT JOIN LATERAL (SELECT confidence, true_on FROM check_in c WHERE {_STANDING} AND confidence IS NOT NULL
  ORDER BY true_on DESC, place DESC LIMIT 1) said ON true"""
REPORTED_NOW: Final = f"""
INSERT INTO key_result_now (key_result_id, {_REPORTED})
SELECT i, {_AS_REPORTED} FROM unnest(%s::uuid[]) AS k(i) {_CHECK_INS} ORDER BY i
ON CONFLICT (key_result_id) DO UPDATE SET ({_REPORTED}) = ({", ".join("excluded." + c for c in _REPORTED.split(", "))})"""
"""The newest standing check-in, and the newest that carries a value: an abstention is a check-in, not a value."""


def _where_newer(than: str, *columns: str) -> str:
    """To set columns anew where the new check-in is true on a later day than this column says, or on the same."""
    newer = f"coalesce(k.{than}, {BEFORE_ALL_DAYS}) <= excluded.newest_on"
    return ", ".join(f"{column} = CASE WHEN {newer} THEN excluded.{column} ELSE k.{column} END" for column in columns)


RECORDED_NOW: Final = f"""
INSERT INTO key_result_now AS k (key_result_id, {_REPORTED})
SELECT key_result_id, false, said_status, true_on, {", ".join(FROM_VALUED.values())},
  confidence, CASE WHEN confidence IS NOT NULL THEN true_on END
FROM unnest(%s, %s, %s, %s, %s, %s, %s, %s, %s)
  AS n (key_result_id, true_on, said_status, value, milestones_done, confidence, check_in_id, event_id, part_id)
ON CONFLICT (key_result_id) DO UPDATE SET
  {_where_newer("newest_on", "newest_abstained", "said_status", "newest_on")},
  {_where_newer("as_of", *FROM_VALUED)},
  newest_confidence = CASE WHEN excluded.confidence_on >= coalesce(k.confidence_on, {BEFORE_ALL_DAYS}) THEN excluded.newest_confidence
    ELSE k.newest_confidence END,
  confidence_on = greatest(k.confidence_on, excluded.confidence_on)"""
"""What REPORTED_NOW comes to where a check-in was only recorded: nothing is looked up, which takes a third of the time (measured).

Of its day it is the last by its place, being the newest. A row that is not there yet has had no check-in before, and no definition.
"""

GRADED_NOW: Final = """
INSERT INTO key_result_now (key_result_id, grade, grade_event_id)
SELECT DISTINCT ON (key_result_id) key_result_id, grade, event_id FROM grade WHERE key_result_id = ANY(%s)
ORDER BY key_result_id, true_on DESC, position DESC
ON CONFLICT (key_result_id) DO UPDATE SET (grade, grade_event_id) = (excluded.grade, excluded.grade_event_id)"""


def _defined_now(live: str, facts: str, key: str, definition: tuple[str, ...], more: tuple[str, ...]) -> str:
    columns = (*definition, *more)
    changing = [column for column in columns if column != key]
    return (
        f"INSERT INTO {live} ({', '.join(columns)}) SELECT DISTINCT ON ({key}) {', '.join(columns)} FROM {facts} WHERE {key} = ANY(%s) "
        f"ORDER BY {key}, position DESC, true_from DESC ON CONFLICT ({key}) DO UPDATE SET ({', '.join(changing)}) = "
        f"({', '.join('excluded.' + column for column in changing)})"
    )


OBJECTIVE_DEFINED_NOW: Final = _defined_now(
    "objective_now", "objective", "objective_id", ObjectiveDefinition._fields, ("tenant_id", "event_id", *FoundBy._fields)
)
KEY_RESULT_DEFINED_NOW: Final = _defined_now(
    "key_result_now", "key_result", "key_result_id", KeyResultDefinition._fields, ("tenant_id", "event_id", *FoundBy._fields)
)

ALIGNED_NOW: Final = """
INSERT INTO objective_now (objective_id, parent_objective_id, parent_key_result_id, aligned_at)
SELECT DISTINCT ON (objective_id) objective_id, parent_objective_id, parent_key_result_id, position FROM alignment
WHERE objective_id = ANY(%s) ORDER BY objective_id, true_from DESC, position DESC
ON CONFLICT (objective_id) DO UPDATE SET (parent_objective_id, parent_key_result_id, aligned_at) =
  (excluded.parent_objective_id, excluded.parent_key_result_id, excluded.aligned_at)"""

NO_LONGER_SHARED: Final = "DELETE FROM counts_for_now WHERE key_result_id = ANY(%s)"
SHARED_NOW: Final = """
INSERT INTO counts_for_now (key_result_id, objective_id, tenant_id)
SELECT key_result_id, objective_id, tenant_id FROM (
  SELECT DISTINCT ON (key_result_id, objective_id) * FROM counts_for WHERE key_result_id = ANY(%s)
  ORDER BY key_result_id, objective_id, true_from DESC, position DESC) newest
WHERE counts"""

CYCLE_DEFINED_NOW: Final = """
INSERT INTO cycle_now (cycle_id, tenant_id, name, first_day, last_day, cadence, weekday)
VALUES (%s::uuid, %s::uuid, %s, %s, %s, %s, %s)
ON CONFLICT (cycle_id) DO NOTHING"""
TIME_ZONE_NOW: Final = """
INSERT INTO tenant_now (tenant_id, time_zone) VALUES (%s::uuid, %s) ON CONFLICT (tenant_id) DO NOTHING"""
TIME_ZONE_MOVED: Final = f"""
INSERT INTO tenant_now (tenant_id, time_zone) SELECT tenant_id, value FROM setting
  WHERE tenant_id = %s::uuid AND setting = '{TIME_ZONE.name}' ORDER BY true_from DESC, position DESC LIMIT 1
ON CONFLICT (tenant_id) DO UPDATE SET time_zone = excluded.time_zone"""
CYCLE_REVISED_NOW: Final = "UPDATE cycle_now SET name = %s, first_day = %s, last_day = %s WHERE cycle_id = %s::uuid"
CYCLE_MOVED_NOW: Final = "UPDATE cycle_now SET state = %s WHERE cycle_id = %s::uuid"

DATED_AHEAD: Final = """
INSERT INTO dated_ahead (tenant_id, day) SELECT * FROM unnest(%s, %s) AS ahead (tenant_id, day) ORDER BY tenant_id, day
ON CONFLICT DO NOTHING"""
"""That tenants have something that is dated later than the day of its recording."""

NUMBERS_MOVED: Final = "INSERT INTO public.number_moved (objective_ids, event_ids) SELECT %s, %s"
"""The objectives whose number may have moved, KPIs whose value may have, and the event that moved each: whether a status has turned is
looked at later.
"""

NUMBERS_OF_TENANT_MOVED: Final = f"""
INSERT INTO public.number_moved (objective_ids, event_ids)
SELECT array_agg(objective_id), array_agg(NULL::uuid) FROM (
  SELECT objective_id, row_number() OVER (ORDER BY objective_id) / 50 AS batch FROM objective_now
  WHERE tenant_id = %s::uuid AND state = {goals.OBJECTIVE_STATE_ACTIVE}) AS active GROUP BY batch ORDER BY batch"""
"""After a setting says something else: the status of any active objective of the tenant may have turned."""

ALL_NUMBERS_MOVED: Final = f"""
INSERT INTO public.number_moved (objective_ids, event_ids)
SELECT array_agg(objective_id), array_agg(NULL::uuid) FROM (
  SELECT objective_id, row_number() OVER (ORDER BY objective_id) / 50 AS batch FROM objective_now
  WHERE state = {goals.OBJECTIVE_STATE_ACTIVE}) AS active GROUP BY batch ORDER BY batch"""
"""After a rebuild, the number of any active objective; in as many batches as are looked at one after another."""

OWED_ANEW: Final = "ON CONFLICT (objective_id) DO UPDATE SET place = DEFAULT"
"""Whoever tells it now, has not told what it is owed for now."""

_ALL_OWED: Final = "INSERT INTO public.state_owed (objective_id) SELECT objective_id FROM objective_now WHERE cycle_id IS NOT NULL"
ALL_STATES_OWED: Final = f"{_ALL_OWED} ORDER BY objective_id {OWED_ANEW}"
"""What everything that exists comes to is told anew."""

STATES_OWED_WITH_REBUILD: Final = f"{_ALL_OWED} AND state <> {goals.OBJECTIVE_STATE_ACTIVE} ORDER BY objective_id {OWED_ANEW}"
"""The same, of what ALL_NUMBERS_MOVED has not told already."""

STATES_OWED_OF_TENANT: Final = f"{_ALL_OWED} AND tenant_id = %s::uuid ORDER BY objective_id {OWED_ANEW}"
"""The same, of a tenant."""


def things_with_states(schema: str = "") -> str:
    """Every objective and key result: its id, its tenant, and the type of the message that tells its state."""
    objective, key_result = (message.DESCRIPTOR.full_name for message in (ObjectiveState, KeyResultState))
    return f"""
  SELECT o.objective_id AS thing_id, o.tenant_id, '{objective}' AS message_type FROM {schema}objective_now o WHERE o.cycle_id IS NOT NULL
  UNION ALL
  SELECT k.key_result_id, k.tenant_id, '{key_result}' FROM {schema}key_result_now k WHERE k.cycle_id IS NOT NULL"""


STATES_GONE: Final = f"""
INSERT INTO public.state_gone (thing_id, tenant_id, message_type)
SELECT * FROM ({things_with_states(f"{LIVE}.")}) old
WHERE NOT EXISTS (SELECT FROM ({things_with_states()}) new WHERE new.thing_id = old.thing_id)
ON CONFLICT DO NOTHING"""
"""In the transaction of a rebuild's swap: what the live tables have, and the new ones have not."""

_DEFINED: Final = (*KeyResultDefinition._fields, "tenant_id", "event_id", *FoundBy._fields)
ALL_KEY_RESULTS_NOW: Final = f"""
INSERT INTO key_result_now ({", ".join(_DEFINED)}, {_REPORTED}, grade, grade_event_id)
SELECT k.{", k.".join(_DEFINED)}, {_AS_REPORTED}, g.grade, g.event_id
FROM (
  SELECT * FROM (
    SELECT DISTINCT ON (key_result_id) key_result_id AS i, * FROM key_result WHERE get_byte(uuid_send(key_result_id), 15) %% 2 = %s
    ORDER BY key_result_id, position DESC, true_from DESC) newest
  ORDER BY cycle_id, objective_id) k {_CHECK_INS}
LEFT JOIN LATERAL (SELECT grade, event_id FROM grade c WHERE c.key_result_id = i ORDER BY true_on DESC, position DESC LIMIT 1) g ON true"""
"""Every live row of half of the key results, 0 or 1: what REPORTED_NOW, GRADED_NOW and KEY_RESULT_DEFINED_NOW come to after all events.

What is asked for together, a cycle's tree, lies together.
"""
