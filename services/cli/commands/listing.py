"""The lists of what there is, and one of each: each list is declared by its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import click

from cli.commands.options import Command, as_of_option, gateway_command, known_at_option, limit_option
from cli.connection import Cairn, Json, path_of
from cli.output import Output
from cli.wording import told


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the API: what it is called, where it is, and what of each entry is shown."""

    name: str
    does: str
    path: str
    columns: Sequence[str]  # fields of an entry; ">" before one that holds numbers
    takes: Sequence[Callable[[Command], Command]] = ()
    operator: bool = False

    def command(self) -> click.Command:
        """The list as a command."""

        @limit_option
        @gateway_command
        def listed(cairn: Cairn, output: Output, limit: int, **wanted: Any) -> None:
            if self.operator:
                cairn.as_operator()
            columns = [column.replace("_", " ") for column in self.columns]
            page = cairn.whole(self.path, wanted, limit)
            output.entries(page, columns, lambda entry: [told(column, entry[column]) for column in self.columns])

        return _made(self.name, self.does, (f"cairn {self.name}", f"cairn {self.name} --json --limit 0"), self.takes, listed)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What there is to look up of the whole API, told at once."""

    name: str
    does: str
    columns: Sequence[str]

    def command(self) -> click.Command:
        """The catalogue as a command."""

        @gateway_command
        def listed(cairn: Cairn, output: Output) -> None:
            columns = [column.replace("_", " ") for column in self.columns]
            output.entries(cairn.get(path_of(self.name)), columns, lambda entry: [told(column, entry[column]) for column in self.columns])

        return _made(self.name, self.does, (f"cairn {self.name}", f"cairn {self.name} --json"), (), listed)


@dataclass(frozen=True, slots=True)
class One:
    """A thing of the API, shown with all that is told of it."""

    name: str
    does: str
    collection: str
    example: str
    takes: Sequence[Callable[[Command], Command]] = ()
    operator: bool = False

    def command(self) -> click.Command:
        """The thing as a command."""

        @click.argument("ref")
        @gateway_command
        def shown(cairn: Cairn, output: Output, ref: str, **wanted: Any) -> None:
            if self.operator:
                cairn.as_operator()
            found = cairn.get(path_of(self.collection, ref), wanted)
            if output.as_json:
                output.json(found)
            else:
                output.fields(_told_fields(found))

        return _made(self.name, self.does, (f"cairn {self.name} {self.example}",), self.takes, shown)


def _told_fields(found: Json) -> dict[str, str]:
    """What is told of a thing, without the ids that programs read."""
    return {name: text for name, value in found.items() if not _is_an_id(name) and (text := told(name, value))}


def _is_an_id(name: str) -> bool:
    return name == "id" or name.endswith(("_id", "_ids"))


def _made(name: str, does: str, examples: Sequence[str], takes: Sequence[Callable[[Command], Command]], command: Command) -> click.Command:
    for option in reversed(takes):
        command = option(command)
    lines = "".join(f"  {example}\n" for example in examples)
    return click.command(name, short_help=does, help=f"{does}\n\n\b\nExample{'s' if len(examples) > 1 else ''}:\n{lines}")(command)


LISTINGS: Final = (
    Listing("people", "List the people of the tenant.", "/v1/people", ("handle", "name", "roles", "teams", "state")),
    Listing("cycles", "List the cycles, the newest first.", "/v1/cycles", ("name", "kind", "first_day", "last_day", "state")),
    Listing("tenants", "List the tenants. As the operator.", "/v1/tenants", ("name", "time_zone"), operator=True),
)
THINGS: Final = (
    One("tenant", "Show a tenant, by its name. As the operator.", "tenants", "acme", operator=True),
    One("person", "Show a person, by handle.", "people", "ann"),
    One("cycle", "Show a cycle, by its name.", "cycles", "2026-Q1"),
    One("key-result", "Show a key result and its numbers.", "key-results", "J1/3", (as_of_option, known_at_option)),
)

CATALOGUES: Final = (
    Catalogue("reasons", "List why the API says no, and what to do then.", ("reason", "statuses", "meaning", "what_to_do")),
    Catalogue("event-types", "List the types of events, and what each tells of.", ("name", "log", "meaning")),
    Catalogue("limits", "List how much of something there may be, as it is set here.", ("name", "value", "unit", "meaning", "reason")),
)

COMMANDS: Final = tuple(one.command() for one in (*LISTINGS, *THINGS, *CATALOGUES))
