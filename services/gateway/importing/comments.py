"""The rows of comments on their way: each is about the comment of its thing, day and author that has its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Final, NamedTuple

from cairn.checkins.v1 import service_pb2 as checkins_pb2
from cairn.checkins.v1.events_pb2 import SOURCE_IMPORT
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.days import date_of, day_of
from chassis.ids import Id
from chassis.texts import name_key
from gateway.backends import pages_of
from gateway.importing.outcomes import Change
from gateway.importing.plan import Comment, ImportPlan
from gateway.importing.row_refusals import RowRefused, refusals_of
from gateway.importing.tables import Named
from gateway.importing.things import Things

_PAGE: Final = 1000
_TOLD_EVERY: Final = 20


class Worded(NamedTuple):
    """A text with whom it mentions, and what directory says of them."""

    words: checkins_pb2.Words
    readers: list[checkins_pb2.Reader]


Wording = Callable[[str], Awaitable[Worded]]
"""What a text says. Raises Refused where it may not be said."""

_About = tuple[date, Id]
"""A day and an author."""


class Comments:
    """Brings comments in, in the names of who wrote them; nobody is told of it. Nothing is rewritten: another text is an edit."""

    def __init__(self, things: Things, plan: ImportPlan, wording: Wording) -> None:
        self._things: Final = things
        self._plan: Final = plan
        self._wording: Final = wording
        self._objectives: Final = {name_key(objective.reference) for objective in plan.objectives}
        self._ids: Final[dict[int, Id]] = {}  # by the number of their row
        self._there: Final[dict[str, dict[_About, list[progress_pb2.Comment]]]] = {}  # by what they are on

    async def take(self) -> AsyncIterator[tuple[int, int]]:
        """Sends the rows; tells how many of how many are done."""
        for done, comment in enumerate(self._plan.comments):
            if done % _TOLD_EVERY == 0:
                yield done, len(self._plan.comments)
            try:
                with refusals_of(comment.row):
                    await self._take(comment)
            except RowRefused as refused:
                its_name = Named("comment", str(comment.number))
                self._things.refuse(comment.row, refused, its_name)
                self._things.known.missing[its_name] = f"row {comment.number}, which it answers, was refused"

    async def _take(self, comment: Comment) -> None:
        things, count = self._things, self._things.report.counts.comments
        known = things.known
        known.require("by", "person", comment.by)
        if comment.reply_to is not None:
            known.require("reply_to", "comment", str(comment.reply_to))
        author_id = known.people[name_key(comment.by)]
        worded = await self._wording(comment.text)
        left = await self._left(comment, author_id)
        if not left:
            self._ids[comment.number] = await self._written(comment, author_id, worded)
            count.new += 1
            return
        there = left.pop(0)
        self._ids[comment.number] = there.comment_id
        if there.taken_back or (there.text, list(there.mentions)) == (worded.words.text, list(worded.words.mentions)):
            count.already_there += 1
            return
        request = checkins_pb2.EditCommentRequest(
            comment_id=there.comment_id,
            words=worded.words,
            readers=worded.readers,
            on_behalf_of=author_id,
            source=SOURCE_IMPORT,  # nobody is told of old days
        )
        await things.services.ask(things.services.backends.checkins.EditComment, request)
        count.corrected += 1
        things.report.changes.append(Change(comment.on, "comment", there.text, comment.text, comment.day.isoformat(), comment.by))

    async def _left(self, comment: Comment, author_id: Id) -> list[progress_pb2.Comment]:
        """The comments that rows may be about which are on the same thing, of the same day and author, and that no row was about yet."""
        on = name_key(comment.on)
        if on not in self._there:
            self._there[on] = await self._comments_on(comment)
        return self._there[on].setdefault((comment.day, author_id), [])

    async def _comments_on(self, comment: Comment) -> dict[_About, list[progress_pb2.Comment]]:
        services = self._things.services
        found: defaultdict[_About, list[progress_pb2.Comment]] = defaultdict(list)
        question = progress_pb2.ListCommentsRequest(kinds=[progress_pb2.COMMENT_KIND_COMMENT], page_size=_PAGE)
        talked_about = self._on(comment)
        if self._is_new(talked_about):
            return found
        question.objective_id, question.key_result_id = talked_about.objective_id, talked_about.key_result_id
        async for page in pages_of(services.ask, services.backends.progress.ListComments, question):
            for one in page.comments:
                if not one.check_in_id:
                    found[date_of(one.written_day), one.author_id].append(one)
        return found

    def _is_new(self, on: checkins_pb2.TalkedAbout) -> bool:
        """Whether this import made it: nothing was said on it."""
        return on.objective_id in self._things.made or on.key_result_id in self._things.made

    async def _written(self, comment: Comment, author_id: Id, worded: Worded) -> Id:
        request = checkins_pb2.WriteCommentRequest(
            on=self._on(comment),
            words=worded.words,
            readers=worded.readers,
            on_behalf_of=author_id,
            written_day=day_of(comment.day),
            reply_to_id=b"" if comment.reply_to is None else self._ids[comment.reply_to],
            source=SOURCE_IMPORT,
        )
        services = self._things.services
        return (await services.ask(services.backends.checkins.WriteComment, request)).comment_id

    def _on(self, comment: Comment) -> checkins_pb2.TalkedAbout:
        """Raises RowRefused where what it is on was refused."""
        known, name = self._things.known, name_key(comment.on)
        if name in self._objectives:
            known.require("on", "objective", comment.on)
            return checkins_pb2.TalkedAbout(objective_id=known.objectives[name])
        known.require("on", "key result", comment.on)
        return checkins_pb2.TalkedAbout(key_result_id=known.key_results[name])
