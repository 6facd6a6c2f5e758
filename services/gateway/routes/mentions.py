"""Mentions: from the handles that people type behind an @ to the people whom they name, and back to the handles of today.

A text is kept without handles: an "@" where somebody is mentioned, and who that is beside it. So whoever is called otherwise since is
called so in old texts, too, and whoever is forgotten is forgotten there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from cairn.checkins.v1.events_pb2 import Mention
from cairn.checkins.v1.service_pb2 import Reader, Words
from chassis.calls import Identity
from chassis.errors import invalid
from chassis.ids import Id, id_text
from gateway.backends import ReferenceKind
from gateway.routes.request import Request
from gateway.schemas.mapping import People
from shared.limits import MOST_MENTIONS

FORGOTTEN: Final = "(forgotten)"
"""Stands for the handle of who has none any more."""

_MENTION: Final = re.compile(r"""(?<![\w@])@(?:"([^"\n]{1,100})"|(\w[\w.+-]*))""")
_PLAIN: Final = re.compile(r"\w(?:[\w.+-]*\w)?")


class _Found(NamedTuple):
    """An @ of a text with what may be a handle behind it: of several, the longest that is one."""

    at: int
    handles: tuple[tuple[str, int], ...]  # and where each ends


async def words_of(request: Request, text: str, field: str = "text") -> Words:
    """A text as checkins keeps it, in Unicode's form C, with whom it mentions. A word behind an @ that is nobody's handle is a word.

    Raises Refused (INVALID) where more people may be mentioned than a text may mention.
    """
    text = unicodedata.normalize("NFC", text)
    found = list(_found(text))
    handles = list(dict.fromkeys(handle for each in found for handle, _ in each.handles))
    if len(found) > MOST_MENTIONS:
        raise invalid(field, f"at most {MOST_MENTIONS} words behind an @; this has {len(found)}", "TOO_MANY_MENTIONS")
    known = dict(zip(handles, await request.ids_of(ReferenceKind.PERSON, handles), strict=True)) if handles else {}
    words, copied = Words(), 0
    for each in found:
        for handle, end in each.handles:
            person_id = known[handle]
            if person_id is not None and await _standing_of(request, person_id) is not None:
                words.text += text[copied : each.at + 1]
                words.mentions.append(Mention(at=len(words.text) - 1, person_id=person_id))
                copied = end
                break
    words.text += text[copied:]
    return words


async def readers_of(request: Request, person_ids: Sequence[Id]) -> list[Reader]:
    """What directory says now of people who are named: whether they may know of what they are told is asked of that."""
    readers = []
    for person_id in dict.fromkeys(person_ids):
        standing = await _standing_of(request, person_id)
        if standing is not None:
            readers.append(Reader(person_id=person_id, roles=sorted(standing.roles), team_ids=sorted(standing.team_ids)))
    return readers


def shown(text: str, mentions: Sequence[Mention], people: People) -> str:
    """A text with the handles of today."""
    for mention in reversed(mentions):
        handle = people[mention.person_id]["handle"] or FORGOTTEN
        quoted = handle if handle == FORGOTTEN or _PLAIN.fullmatch(handle) else f'"{handle}"'
        text = f"{text[: mention.at + 1]}{quoted}{text[mention.at + 1 :]}"
    return text


async def _standing_of(request: Request, person_id: Id) -> Identity | None:
    standing = await request.dependencies.sessions.standings.of(id_text(request.identity.tenant_id), id_text(person_id))
    return None if standing is None else standing.identity


def _found(text: str) -> Iterator[_Found]:
    for match in _MENTION.finditer(text):
        quoted, plain = match.groups()
        if quoted is not None:
            yield _Found(match.start(), ((quoted, match.end()),))
            continue
        first = match.start(2)
        ends = [place.start() for place in re.finditer(r"(?<=\w)(?=[^\w]|$)", plain)]
        yield _Found(match.start(), tuple((plain[:end], first + end) for end in reversed(ends[:4])))
