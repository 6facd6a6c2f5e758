# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What is said on something, by pages: each comment as it stands now, one that was taken back without its text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id
from progress.facts import CommentChange, CommentFact, CommentKind, ReactionFact, Recording, SaidNow, said_now, table_of
from progress.projection import ids
from progress.queries.key_result import seen_from
from progress.queries.paging import Place, Row
from progress.queries.reading import Cursor, fetched
from progress.queries.visibility import VISIBLE_ONE_BY_ONE, caller, unknown_key_result, unknown_objective, visible_of
from shared.roles import ADMIN

_RECORDED: Final = len(Recording._fields)
COMMENTS: Final = f"SELECT {', '.join(f'c.{column}' for column in table_of(CommentFact).columns)} FROM comment c"
REACTIONS: Final = f"SELECT {', '.join(f'r.{column}' for column in table_of(ReactionFact).columns)} FROM reaction r"


def comments_of(rows: Iterable[Sequence[Any]]) -> list[CommentFact]:
    """The facts that rows of `COMMENTS` are."""
    facts = [CommentFact._make((*row[:-_RECORDED], Recording(*row[-_RECORDED:]))) for row in rows]
    return [
        fact._replace(
            change=CommentChange(fact.change),
            kind=None if fact.kind is None else CommentKind(fact.kind),
            person_ids=tuple(fact.person_ids),
            mention_ats=tuple(fact.mention_ats),
            mention_ids=tuple(fact.mention_ids),
        )
        for fact in facts
    ]


def reactions_of(rows: Iterable[Sequence[Any]]) -> list[ReactionFact]:
    """The facts that rows of `REACTIONS` are."""
    return [ReactionFact._make((*row[:-_RECORDED], Recording(*row[-_RECORDED:]))) for row in rows]


class CommentShown(NamedTuple):
    """A comment, and what others made of it."""

    said: SaidNow
    replies: int
    answered: bool  # the feedback that it asks for was given
    reactions: list[tuple[int, int, bool]]  # which, how many, and whether the caller's is among them


_REPLIES: Final = f"""SELECT w.thread_id, count(*), bool_or(w.kind = {CommentKind.FEEDBACK}) FROM comment w
  WHERE w.on_id = ANY(%(on)s) AND w.change = {CommentChange.WRITTEN} AND w.thread_id = ANY(%(comments)s) AND w.comment_id <> w.thread_id
  GROUP BY w.thread_id""".encode()
_REACTIONS: Final = b"""SELECT comment_id, reaction, count(*), bool_or(person_id = %(me)s::uuid) FROM (
    SELECT DISTINCT ON (comment_id, person_id, reaction) comment_id, person_id, reaction, stands FROM reaction
    WHERE comment_id = ANY(%(comments)s) ORDER BY comment_id, person_id, reaction, position DESC) newest
  WHERE stands GROUP BY comment_id, reaction ORDER BY comment_id, reaction"""
_ON: Final = b"""SELECT objective_id, key_result_id, check_in_id FROM comment
  WHERE comment_id = %(comment)s::uuid AND tenant_id = %(tenant)s::uuid LIMIT 1"""
_RECORDED_ON: Final = b"""SELECT FROM check_in WHERE key_result_id = %(key_result)s::uuid AND check_in_id = %(check_in)s::uuid
  AND tenant_id = %(tenant)s::uuid LIMIT 1"""


_ASKED_OF_CALLER: Final = f"""c.kind = {CommentKind.FEEDBACK_REQUEST} AND %(me)s::uuid = ANY(c.person_ids)
  AND NOT EXISTS (SELECT FROM comment w WHERE w.on_id = c.on_id AND w.thread_id = c.thread_id
    AND w.kind = {CommentKind.FEEDBACK} AND w.change = {CommentChange.WRITTEN})
  AND NOT EXISTS (SELECT FROM comment w WHERE w.comment_id = c.comment_id
    AND w.change IN ({CommentChange.TAKEN_BACK}, {CommentChange.DECLINED}))
  AND EXISTS (SELECT FROM objective_now o WHERE {VISIBLE_ONE_BY_ONE} AND o.objective_id = coalesce(
    (SELECT k.objective_id FROM key_result_now k WHERE k.key_result_id = c.key_result_id), c.objective_id))"""
"""Feedback that the caller is asked for and has neither given nor declined, on what belongs to an objective that they may know of."""


@dataclass(frozen=True, slots=True)
class CommentList:
    """What is asked of a list of comments; `only` are those among which it looks, None: all."""

    request: pb.ListCommentsRequest
    identity: Identity
    only: list[Id] | None = None

    @property
    def on_id(self) -> Id:
        """What they are on; empty: one comment is asked for, or all of the tenant's."""
        return self.request.check_in_id or self.request.key_result_id or self.request.objective_id

    async def require_known(self, cursor: Cursor) -> None:
        """Raises Refused (UNKNOWN, ROLE_REQUIRED) unless the caller may know of what is talked about."""
        asked = self.request
        if asked.comment_id:
            await self._require_comment(cursor)
        elif asked.key_result_id:
            await _require_key_result(cursor, self.identity, asked.key_result_id)
            parameters = {
                "tenant": self.identity.tenant_id.hex(),
                "key_result": asked.key_result_id.hex(),
                "check_in": asked.check_in_id.hex(),
            }
            if asked.check_in_id and not await fetched(cursor, _RECORDED_ON, parameters):
                raise Refused("CHECK_IN_UNKNOWN", "there is no such check-in that you may see", kind=Kind.UNKNOWN, field="check_in_id")
        elif asked.objective_id:
            await _require_objective(cursor, self.identity, asked.objective_id)
        elif asked.all_of_tenant:
            self.identity.require(ADMIN)
        elif asked.asked_of_caller:
            return  # what they may not know of is left out
        else:
            raise invalid("objective_id", "name an objective, a key result or a comment")

    async def _require_comment(self, cursor: Cursor) -> None:
        unknown = Refused("COMMENT_UNKNOWN", "there is no such comment that you may see", kind=Kind.UNKNOWN, field="comment_id")
        parameters = {"comment": self.request.comment_id.hex(), "tenant": self.identity.tenant_id.hex()}
        for objective_id, key_result_id, _ in await fetched(cursor, _ON, parameters):
            try:
                if key_result_id is None:
                    await _require_objective(cursor, self.identity, objective_id)
                else:
                    await _require_key_result(cursor, self.identity, key_result_id)
            except Refused:
                raise unknown from None
            return
        raise unknown

    async def found(self, cursor: Cursor, after: Place | None, limit: int) -> list[Row]:
        """The next comments of the list."""
        asked = self.request
        parameters: dict[str, Any] = {"tenant": self.identity.tenant_id.hex(), "limit": limit}
        where = [f"c.change = {CommentChange.WRITTEN}", "c.tenant_id = %(tenant)s::uuid"]
        for condition, name, value in (
            ("c.on_id = %(on)s::uuid", "on", self.on_id.hex()),
            ("c.comment_id = %(comment)s::uuid", "comment", asked.comment_id.hex()),
            ("c.thread_id = %(thread)s::uuid", "thread", asked.thread_id.hex()),
            ("c.author_id = ANY(%(authors)s)", "authors", ids(asked.author_ids) if asked.author_ids else None),
            ("c.kind = ANY(%(kinds)s)", "kinds", list(asked.kinds)),
            ("c.comment_id = ANY(%(only)s)", "only", None if self.only is None else ids(self.only)),
        ):
            if value:
                where.append(condition)
                parameters[name] = value
        if asked.asked_of_caller:
            where.append(_ASKED_OF_CALLER)
            parameters |= caller(self.identity)
        if after is not None:
            where.append(f"c.position {'<' if asked.descending else '>'} %(position)s")
            parameters["position"] = after.key
        order = "DESC" if asked.descending else "ASC"
        statement = f"{COMMENTS} WHERE {' AND '.join(where)} ORDER BY c.position {order} LIMIT %(limit)s"
        written = comments_of(await fetched(cursor, statement.encode(), parameters))
        shown = await self._shown(cursor, written)
        return [Row(Place(fact.recording.position, fact.comment_id), fact.comment_id, says=shown[fact.comment_id]) for fact in written]

    async def _shown(self, cursor: Cursor, written: list[CommentFact]) -> dict[Id, CommentShown]:
        if not written:
            return {}
        parameters = {
            "comments": ids(fact.comment_id for fact in written),
            "on": ids({fact.on_id for fact in written}),
            "me": self.identity.person_id.hex(),
        }
        said = said_now(comments_of(await fetched(cursor, f"{COMMENTS} WHERE c.comment_id = ANY(%(comments)s)".encode(), parameters)))
        replies = {thread: (count, answered) for thread, count, answered in await fetched(cursor, _REPLIES, parameters)}
        reactions: dict[Id, list[tuple[int, int, bool]]] = {}
        for comment_id, *reaction in await fetched(cursor, _REACTIONS, parameters):
            reactions.setdefault(comment_id, []).append((reaction[0], reaction[1], reaction[2]))
        return {
            comment_id: CommentShown(one, *replies.get(comment_id, (0, False)), [] if one.taken_back else reactions.get(comment_id, []))
            for comment_id, one in said.items()
        }


async def _require_objective(cursor: Cursor, identity: Identity, objective_id: Id) -> None:
    if not await visible_of(cursor, identity, "o.objective_id = %(objective)s::uuid", {"objective": objective_id.hex()}):
        raise unknown_objective(objective_id)


async def _require_key_result(cursor: Cursor, identity: Identity, key_result_id: Id) -> None:
    parameters = {**caller(identity), "true_on": 0, "known_at": 0, "key_result": key_result_id.hex()}
    if not await fetched(cursor, seen_from(True, "%(key_result)s::uuid").encode(), parameters):
        raise unknown_key_result(key_result_id)
