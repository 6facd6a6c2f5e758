"""What the closing of a cycle, or of an objective, leaves: what is graded, what is not, and the drafts that stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chassis.texts import name_key
from cli.closing_tables import Said
from cli.connection import Cairn, Json, path_of
from cli.output import Output, number
from cli.trees import natural
from cli.wording import heading

CLOSED_FROM: Final = {"cycles": "review", "objectives": "active"}
"""The state out of which a thing is closed."""

_NAMED_AT_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Closing:
    """What is closed, with what is in it, as the API tells it, and what tables say beside."""

    collection: str
    thing: Json
    objectives: Sequence[Json]
    said: Said

    @classmethod
    def of(cls, cairn: Cairn, collection: str, ref: str, said: Said, *, after: str = "") -> Closing:
        """The closing of an objective or a cycle; with `after`, as it is once these positions are folded in."""
        of_a_cycle = collection == "cycles"
        thing = cairn.get(path_of(collection, ref), after="" if of_a_cycle else after)  # a cycle is asked of those who keep it
        objectives = cairn.pages("/v1/tree", {"cycle": thing["id"]}, after=after, of="objectives") if of_a_cycle else [thing]
        return cls(collection, thing, objectives, said)

    @property
    def closes(self) -> bool:
        """Whether it is in the state out of which it is closed."""
        return bool(self.thing["state"] == CLOSED_FROM[self.collection])

    @property
    def drafts(self) -> list[Json]:
        """Objectives that stay as they are."""
        return self._in_state("draft") if self.collection == "cycles" else []

    @property
    def active(self) -> list[Json]:
        """Objectives of a cycle that are closed with it."""
        return self._in_state("active") if self.collection == "cycles" else []

    @property
    def graded(self) -> list[str]:
        """Key results that have a grade, or get one from a table: with it."""
        standing = [(one, self._grade_said_of(one) or one) for one in self._key_results()]
        return [f"{heading(one)} {number(said['grade'])}" for one, said in standing if said["grade"] is not None]

    @property
    def abstained(self) -> list[str]:
        """Key results of which it was said, or is said by a table, that they have no grade."""
        standing = [(one, self._grade_said_of(one)) for one in self._key_results()]
        return [
            heading(one) for one, said in standing if (one["grade"] is None and one["abstained"] if said is None else said["grade"] is None)
        ]

    @property
    def not_graded(self) -> list[Json]:
        """Key results of which nothing is said."""
        return [one for one in self._key_results() if not (one["grade"] is not None or one["abstained"] or self._grade_said_of(one))]

    @property
    def elsewhere(self) -> list[str]:
        """What the tables name, and is no key result of it."""
        there = {name_key(str(one[name])) for one in self._key_results() for name in ("ref", "id", "title")}
        return [grade["key_result"] for grade in self.said.grades if name_key(grade["key_result"]) not in there]

    def _key_results(self) -> list[Json]:
        of_what_is_closed = (objective for objective in self.objectives if objective["state"] not in ("draft", "cancelled"))
        each = {one["id"]: one for objective in of_what_is_closed for one in objective["key_results"] if not one["cancelled"]}
        return sorted(each.values(), key=natural)

    def _grade_said_of(self, key_result: Json) -> Mapping[str, float | None] | None:
        names = {name_key(str(key_result[name])) for name in ("ref", "id", "title")}
        return next((grade for grade in self.said.grades if name_key(grade["key_result"]) in names), None)

    def _in_state(self, state: str) -> list[Json]:
        return sorted((objective for objective in self.objectives if objective["state"] == state), key=natural)


def show_what_it_would_leave(output: Output, closing: Closing, ref: str) -> None:
    """What would be closed, and what of it is not done yet."""
    if output.as_json:
        things = {"open": [*closing.active, *closing.drafts], "drafts": closing.drafts, "not_graded": closing.not_graded}
        named = {what: [{name: thing[name] for name in ("id", "ref", "title")} for thing in those] for what, those in things.items()}
        state = closing.thing["state"]
        output.json({"dry_run": True, "id": closing.thing["id"], "state": state, "would_close": closing.closes, **named})
        return
    closed_from = CLOSED_FROM[closing.collection]
    would = "would be closed" if closing.closes else f"would not be closed: only what is in {closed_from} is"
    output.line(f"{ref} is in state {closing.thing['state']}, and {would}; nothing was done")
    _list(output, "closed with it", map(heading, closing.active))
    _show_grades(output, closing)
    _list(output, "no key result of it, as it stands in the tables", closing.elsewhere)
    _list(output, "stay drafts in it", map(heading, closing.drafts))


def show_what_it_left(output: Output, closing: Closing) -> None:
    """What came of a closing: what is graded, what is not, and the drafts that are still there."""
    _show_grades(output, closing)
    _list(output, "stay drafts in it, until `cairn move` or `cairn copy` takes them elsewhere", map(heading, closing.drafts))


def _show_grades(output: Output, closing: Closing) -> None:
    _list(output, "graded", closing.graded)
    _list(output, "abstained", closing.abstained)
    _list(output, "not graded", map(heading, closing.not_graded))


def _list(output: Output, what: str, names: Iterable[str]) -> None:
    """What there are so many of, the first of them by name; nothing where there are none."""
    every = [*names]
    if every:
        more = f" and {len(every) - _NAMED_AT_MOST} more" if len(every) > _NAMED_AT_MOST else ""
        output.line(f"{what} ({len(every)}): {', '.join(every[:_NAMED_AT_MOST])}{more}")
