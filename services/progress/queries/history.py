# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What changed on an objective or a key result, by which event, when and by whom: newest first, in one line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.days import date_of, day_at
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from progress.facts import FOR_EVER, GOALPOST_MOVED, CheckInKind, KeyResultDefinition, ObjectiveDefinition
from progress.projection import ids
from progress.queries.paging import page_token, read_page_token
from progress.queries.reading import Connections, Instant
from progress.queries.visibility import unknown_objective, visible_of

CHECK_IN_TYPES: Final = {
    CheckInKind.RECORDED: checkins.CheckInRecorded.DESCRIPTOR.full_name,
    CheckInKind.ABSTAINED: checkins.CheckInAbstained.DESCRIPTOR.full_name,
    CheckInKind.CORRECTED: checkins.CheckInCorrected.DESCRIPTOR.full_name,
    CheckInKind.RETRACTED: checkins.CheckInRetracted.DESCRIPTOR.full_name,
}


class Change(NamedTuple):
    """One event, as it changed an objective or a key result."""

    known_from: int
    log: str
    position: int
    event_id: Id
    event_type: str
    true_on: int  # day
    actor_id: Id
    on_behalf_of: Id | None
    objective_id: Id | None
    key_result_id: Id | None
    summary: str
    check_in_id: Id | None = None
    superseded: bool = False
    value: float | None = None
    comment: str = ""


Key = tuple[int, str, int]
"""(known from, log, position): the order of a history."""

_KEY = "(known_from, %(log)s::text, position) < (%(known_from)s, %(before_log)s::text, %(before)s) AND known_from <= %(known_at)s"
_OF = {"objective": "objective_id", "key_result": "key_result_id"}
_ENVELOPE = "position, known_from, event_id, event_type, actor_id, on_behalf_of, true_from"

# A version's predecessor is needed for what changed, so versions, which are few, are read whole.
_OBJECTIVE = f"""SELECT {_ENVELOPE}, note, {", ".join(ObjectiveDefinition._fields)} FROM objective
  WHERE objective_id = ANY(%(objectives)s) ORDER BY position"""
_KEY_RESULT = f"""SELECT {_ENVELOPE}, note, {", ".join(KeyResultDefinition._fields)} FROM key_result
  WHERE key_result_id = ANY(%(key_results)s) ORDER BY position"""
_ALIGNMENT = f"""SELECT {_ENVELOPE}, a.objective_id, parent_objective_id, parent_key_result_id,
  (SELECT coalesce(nullif(o.reference, ''), o.title) FROM objective_now o WHERE o.objective_id = a.parent_objective_id)
  FROM alignment a WHERE a.objective_id = ANY(%(objectives)s)"""
_COUNTS_FOR = f"""SELECT {_ENVELOPE}, l.key_result_id, l.counts,
  (SELECT coalesce(nullif(o.reference, ''), o.title) FROM objective_now o WHERE o.objective_id = l.objective_id)
  FROM counts_for l WHERE l.key_result_id = ANY(%(key_results)s) AND event_type LIKE '%%shared'"""
_HOMES = "SELECT key_result_id, objective_id FROM key_result_now WHERE key_result_id = ANY(%(key_results)s)"
# What a check-in or a grade changed: what was true just before it on its own day, as far as it was known when it came.
_GRADES = """SELECT position, known_from, event_id, event_type, actor_id, on_behalf_of, true_on, key_result_id, grade, comment,
  (SELECT b.grade FROM grade b WHERE b.key_result_id = g.key_result_id AND b.position < g.position AND b.true_on <= g.true_on
  ORDER BY b.true_on DESC, b.position DESC LIMIT 1) FROM grade g WHERE key_result_id = ANY(%(key_results)s)"""
_CHECK_INS = f"""
SELECT c.position, c.known_from, c.event_id, c.kind, c.actor_id, c.on_behalf_of, c.true_on, c.key_result_id, c.check_in_id, c.value,
  c.milestones_done, c.known_to, c.comment, before.value, before.milestones_done
FROM check_in c LEFT JOIN LATERAL (
  SELECT b.value, b.milestones_done FROM check_in b
  WHERE b.key_result_id = c.key_result_id AND b.position < c.position AND b.kind NOT IN ({CheckInKind.ABSTAINED}, {CheckInKind.RETRACTED})
    AND CASE WHEN c.kind IN ({CheckInKind.CORRECTED}, {CheckInKind.RETRACTED}) THEN b.check_in_id = c.check_in_id
      ELSE b.known_to > c.known_from AND (b.true_on, b.place) < (c.true_on, c.place) END
  ORDER BY b.true_on DESC, b.place DESC, b.position DESC LIMIT 1) before ON true
WHERE (c.key_result_id, c.true_on, c.place, c.position) IN (
  SELECT key_result_id, true_on, place, position FROM check_in WHERE key_result_id = ANY(%(key_results)s) AND {_KEY}
  AND true_on <= %(true_on)s ORDER BY known_from DESC, position DESC LIMIT %(limit)s)"""


async def get_history(
    connections: Connections,
    identity: Identity,
    objective_id: Id | None,
    key_result_id: Id | None,
    instant: Instant,
    page_size: int,
    token: str,
) -> tuple[list[Change], str]:
    """One page of what changed, newest first, and the token of the next one.

    Raises Refused (UNKNOWN) when there is no such thing that the caller may see.
    """
    before = _before(token)
    async with connections.connection() as connection:
        cursor = connection.cursor(binary=True)

        async def rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
            await cursor.execute(statement.encode(), parameters)
            return await cursor.fetchall()

        tenant = {"tenant": identity.tenant_id.hex()}
        if key_result_id is not None:
            homes = await rows(
                "SELECT objective_id FROM key_result_now WHERE key_result_id = %(id)s::uuid AND tenant_id = %(tenant)s::uuid"
                " AND objective_id IS NOT NULL UNION SELECT objective_id FROM counts_for_now WHERE key_result_id = %(id)s::uuid"
                " AND tenant_id = %(tenant)s::uuid",
                {"id": key_result_id.hex(), **tenant},
            )
            of = {row[0] for row in homes}
            if not await visible_of(cursor, identity, "o.objective_id = ANY(%(objectives)s)", {"objectives": ids(of)}):
                raise Refused(
                    "KEY_RESULT_UNKNOWN",
                    f"there is no key result {id_text(key_result_id)} that you may see",
                    kind=Kind.UNKNOWN,
                    field="key_result_id",
                )
            objectives, key_results = set[Id](), {key_result_id}
        else:
            assert objective_id is not None
            if not await visible_of(cursor, identity, "o.objective_id = %(id)s::uuid", {"id": objective_id.hex()}):
                raise unknown_objective(objective_id)
            counting = await rows(
                "SELECT key_result_id FROM key_result_now WHERE objective_id = %(id)s::uuid AND tenant_id = %(tenant)s::uuid"
                " UNION SELECT key_result_id FROM counts_for_now WHERE objective_id = %(id)s::uuid AND tenant_id = %(tenant)s::uuid",
                {"id": objective_id.hex(), **tenant},
            )
            objectives, key_results = {objective_id}, {row[0] for row in counting}
        things = {"objectives": ids(objectives), "key_results": ids(key_results)}
        page = {
            **things,
            **instant.parameters(),
            "log": "checkins",
            "known_from": before[0],
            "before_log": before[1],
            "before": before[2],
            "limit": page_size + 1,
        }
        changes = [
            *_versions(await rows(_OBJECTIVE, things), ObjectiveDefinition._fields, "objective"),
            *_versions(await rows(_KEY_RESULT, things), KeyResultDefinition._fields, "key result"),
            *map(_aligned, await rows(_ALIGNMENT, things)),
            *map(_shared, await rows(_COUNTS_FOR, things)),
            *map(_graded, await rows(_GRADES, things)),
            *map(_checked_in, await rows(_CHECK_INS, page)),
        ]
        home_of: dict[Id, Id] = {row[0]: row[1] for row in await rows(_HOMES, things)}
    instant_of = instant.parameters()
    shown = sorted(
        (c for c in changes if c[:3] < before and c.known_from <= instant_of["known_at"] and c.true_on <= instant_of["true_on"]),
        reverse=True,
    )
    changes_shown = [_at_home(change, home_of) for change in shown[:page_size]]
    return changes_shown, page_token(*shown[page_size - 1][:3]) if len(shown) > page_size else ""


def _at_home(change: Change, homes: dict[Id, Id]) -> Change:
    """A change of a key result names the objective that it belongs to."""
    if change.objective_id is not None or change.key_result_id is None:
        return change
    return change._replace(objective_id=homes.get(change.key_result_id))


def _before(token: str) -> Key:
    if not token:
        return 2**63 - 1, "~", 2**63 - 1
    known_from, log, position = read_page_token(token, 3)
    if not (known_from.isdecimal() and log.isalpha() and position.isdecimal()):
        read_page_token("", 3)  # refuses
    return int(known_from), log, int(position)


def _versions(rows: Sequence[tuple[Any, ...]], definition: tuple[str, ...], thing: str) -> list[Change]:
    """Every version says what it changed of the one before."""
    changes = []
    earlier: dict[Id, dict[str, Any]] = {}
    for position, known_from, event_id, event_type, actor_id, on_behalf_of, _, note, *columns in rows:
        present = dict(zip(definition, columns, strict=True))
        own_id = columns[0]
        before = earlier.get(own_id)
        summary = f"{thing} defined: {present['title']}" if before is None else _difference(before, present, note)
        earlier[own_id] = present
        key_result_id = present.get("key_result_id")
        comment = "" if note == GOALPOST_MOVED else note
        changes.append(
            Change(
                *(known_from, "goals", position, event_id, event_type, day_at(known_from), actor_id, on_behalf_of),
                *(present["objective_id"], key_result_id, summary),
                comment=comment,
            )
        )
    return changes


_STATES = {
    goals.OBJECTIVE_STATE_DRAFT: "draft",
    goals.OBJECTIVE_STATE_ACTIVE: "active",
    goals.OBJECTIVE_STATE_CLOSED: "closed",
    goals.OBJECTIVE_STATE_CANCELLED: "cancelled",
}
_ENUMS: Final = {"level": goals.Level, "kind": goals.ObjectiveKind, "visibility": goals.Visibility, "roll_up": goals.RollUp}


def _difference(before: dict[str, Any], present: dict[str, Any], note: str) -> str:
    parts = []
    for name, value in present.items():
        if value == before[name]:
            continue
        if name == "cancelled":
            parts.append("cancelled")
        elif name == "state":
            parts.append(_STATES[value])
        elif name.endswith(("_id", "_ids", "_shares", "labels", "why")):
            parts.append(f"{name.removesuffix('_id').removesuffix('_ids').replace('_', ' ')} changed")
        else:
            parts.append(f"{name.replace('_', ' ')} {_shown(name, before[name])} → {_shown(name, value)}")
    said = ", ".join(parts) or "nothing changed"
    return f"{said} ({GOALPOST_MOVED})" if note == GOALPOST_MOVED else said


def _shown(name: str, value: Any) -> str:
    if name in _ENUMS:
        return str(_ENUMS[name].Name(value).split("_", 2)[-1].lower())
    if name.endswith("_day"):
        return date_of(value).isoformat() if value else "none"
    return _figure(value) if isinstance(value, float) else str(value)


def _figure(value: float) -> str:
    """A number as people write it, with every digit that it has."""
    return repr(value + 0.0).removesuffix(".0")  # + 0.0: there is no -0


def _aligned(row: tuple[Any, ...]) -> Change:
    position, known_from, event_id, event_type, actor_id, on_behalf_of, _, objective_id, parent, _, name = row
    summary = f"parent: {name or id_text(parent)}" if parent is not None else "at the top"
    return Change(
        *(known_from, "goals", position, event_id, event_type, day_at(known_from), actor_id, on_behalf_of, objective_id, None),
        summary,
    )


def _shared(row: tuple[Any, ...]) -> Change:
    position, known_from, event_id, event_type, actor_id, on_behalf_of, _, key_result_id, counts, name = row
    summary = f"{'counts' if counts else 'no longer counts'} for {name or 'another objective'}"
    return Change(
        *(known_from, "goals", position, event_id, event_type, day_at(known_from), actor_id, on_behalf_of, None, key_result_id),
        summary,
    )


def _graded(row: tuple[Any, ...]) -> Change:
    position, known_from, event_id, event_type, actor_id, on_behalf_of, true_on, key_result_id, grade, comment, before = row
    if grade is None:
        summary = "grade abstained from"
    else:
        summary = f"grade {_figure(grade)}" if before is None else f"grade {_figure(before)} → {_figure(grade)}"
    return Change(
        *(known_from, "checkins", position, event_id, event_type, true_on, actor_id, on_behalf_of, None, key_result_id, summary),
        value=grade,
        comment=comment,
    )


def _checked_in(row: tuple[Any, ...]) -> Change:
    position, known_from, event_id, kind, actor_id, on_behalf_of, true_on, key_result_id, check_in_id = row[:9]
    value, done, known_to, comment, value_before, done_before = row[9:]
    said, earlier = _reported(value, done), _reported(value_before, done_before)
    if kind == CheckInKind.ABSTAINED:
        summary = "abstained"
    elif kind == CheckInKind.RETRACTED:
        summary = f"retracted: {earlier}" if earlier else "retracted"
    elif not earlier or said == earlier:
        summary = said
    else:
        summary = f"{earlier} → {said.removeprefix('value ')}"
    if kind == CheckInKind.CORRECTED:
        summary = f"corrected: {summary}"
    return Change(
        *(known_from, "checkins", position, event_id, CHECK_IN_TYPES[kind], true_on, actor_id, on_behalf_of, None, key_result_id, summary),
        check_in_id=check_in_id,
        superseded=kind != CheckInKind.RETRACTED and known_to != FOR_EVER,
        value=value,
        comment=comment,
    )


def _reported(value: float | None, done: int | None) -> str:
    if value is not None:
        return f"value {_figure(value)}"
    if done is None:
        return ""
    numbers = [str(n + 1) for n in range(64) if done >> n & 1]
    return f"milestones done: {', '.join(numbers) or 'none'}"
