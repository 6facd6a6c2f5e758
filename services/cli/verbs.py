"""A verb of the command line, declared once: which operations of the API it carries out, with which words, and what it tells then.

Whatever is said on the command line is a field of the operation's body of the same name, but for the words that stand in its path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import click

from chassis.texts import on_a_line
from cli.commands.options import Command, act_as_operator, command_of, gateway_command, if_match_option, key_option
from cli.connection import Cairn, Json, path_of
from cli.errors import Problem
from cli.output import Output
from cli.references import CALLED, found

_SINCE_EVER: Final = "0001-01-01"

Words = dict[str, Any]
"""What was said on the command line, by the names of the options and arguments."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API, as the OpenAPI document names it."""

    name: str
    method: str
    path: str  # below /v1; in braces stand words of the command line
    versioned: bool = False  # takes If-Match
    operator: bool = False  # is the installation's operator's
    needs: tuple[str, ...] = ()  # words that other operations of its verb can do without

    def path_for(self, words: Words) -> str:
        """Its path for these words. Raises Problem (404) for a reference that nothing can go by."""
        return path_of(*(words[part[1:-1]] if part.startswith("{") else part for part in self.path.split("/")))

    @property
    def collection(self) -> str:
        """What it is about: objectives, key-results, cycles."""
        return self.path.partition("/")[0]

    @property
    def named(self) -> frozenset[str]:
        """The words that stand in its path."""
        return frozenset(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


@dataclass(frozen=True, slots=True)
class Done:
    """What was carried out, with which words, and what was answered."""

    cairn: Cairn
    output: Output
    operation: Operation
    words: Words
    answer: Json


def _as_said(_: Cairn, __: Operation, said: Words) -> Json:
    return said


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: what it does, and how it is said."""

    name: str
    does: str
    operations: tuple[Operation, ...]  # several: one for each kind of thing that `ref` may be
    takes: Sequence[Callable[[Command], Command]]
    done: str  # what is told once it is done; in braces stand words of the command line
    examples: tuple[str, ...]
    body: Callable[[Cairn, Operation, Words], Json] = _as_said  # of what was said beside the words of its path
    after: Callable[[Done], None] | None = None  # what is told beside that
    minus: bool = False  # whether a word of it may begin with one
    preview: Callable[[Cairn, Output, Operation, Words], None] | None = None  # what --dry-run shows
    refused: Callable[[Words, Problem], str] | None = None  # a refusal, in words of what was said

    def command(self) -> click.Command:
        """The verb as a command."""

        @gateway_command
        def carried_out(cairn: Cairn, output: Output, **words: Any) -> None:
            try:
                _carry_out(self, cairn, output, words)
            except Problem as problem:
                raise problem.worded(self.refused(words, problem)) if self.refused else problem from None

        versioned = any(operation.versioned for operation in self.operations)
        options = (*self.takes, *((dry_run_option,) if self.preview else ()), *((if_match_option,) if versioned else ()), key_option)
        command = command_of(self.name, self.does, self.examples, options, carried_out)
        command.context_settings["ignore_unknown_options"] = self.minus
        return command


dry_run_option: Final = click.option("--dry-run", is_flag=True, help="Only tell what would be done, and what is not done yet.")


def _carry_out(verb: Verb, cairn: Cairn, output: Output, words: Words) -> None:
    if_match, key, dry_run = words.pop("if_match", None), words.pop("idempotency_key"), words.pop("dry_run", False)
    operation, said_to_be = verb.operations[0], dict(words)
    if len(verb.operations) > 1:
        kinds = [each.collection for each in verb.operations]
        kind, words["ref"] = found(cairn, words["ref"], kinds)
        operation = verb.operations[kinds.index(kind)]
    for needed in operation.needs:
        if words[needed] is None:
            raise click.UsageError(f"give --{needed.replace('_', '-')}: for {CALLED[operation.collection]} it is needed")
    if operation.operator:
        act_as_operator(cairn, output)
    if dry_run and verb.preview is not None:
        verb.preview(cairn, output, operation, words | {"if_match": if_match})
        return
    said = {name: value for name, value in words.items() if value is not None and name not in operation.named}
    body = verb.body(cairn, operation, said)
    sent: Json = {"params": body} if operation.method == "DELETE" else {"body": body or None}
    said_to_be["tenant"] = words["tenant"] = cairn.tenant
    answer = cairn.command(operation.method, operation.path_for(words), key=key, if_match=if_match, **sent)
    if output.as_json:
        output.json(answer)
    else:
        told = verb.done.format_map({name: on_a_line(str(value)) for name, value in said_to_be.items()})
        output.line(f"{told}{since(answer)}")
        if verb.after is not None:
            verb.after(Done(cairn, output, operation, words, answer))


def since(answer: Json) -> str:
    """From which day on what a command has said is so; that nothing came of it, where it was so before."""
    if answer.get("repeated"):
        return " (done before, under the same key)"
    if "recorded_at" in answer and answer["recorded_at"] is None:
        return " (it was so before)"
    day = answer.get("holds_from")
    return f", from {day}" if day and day != _SINCE_EVER else ""
