"""Commands by which people talk: comment, comments, kudos, acknowledge, ask-feedback, feedback, react, edit-comment, retract-comment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import click

from chassis.texts import on_a_line
from cli.commands.options import DAY, Command, Word, changed_since_option, gateway_command, key_option, limit_option, sort_option
from cli.connection import Cairn, Json, path_of
from cli.days import shown as shown_instant
from cli.output import Output
from cli.references import found, goes_by
from cli.verbs import since
from cli.wording import ID, called

_KINDS: Final = ("comment", "kudos", "acknowledgement", "feedback_request", "feedback")
_REACTIONS: Final = ("thumbs_up", "thumbs_down", "heart", "celebrate", "thanks", "laugh", "surprised", "sad", "thinking", "eyes")
_INDENT: Final = "    "

ref_argument: Final = click.argument("ref")
comment_argument: Final = click.argument("comment", metavar="COMMENT")
day_option: Final = click.option("--day", type=DAY, metavar="DATE", help="On which it was written; today unless given.")
behalf_option: Final = click.option("--on-behalf-of", metavar="PERSON", help="Whose words they are, if they are not your own.")


def _commented(cairn: Cairn, ref: str) -> str:
    """Where the comments on an objective, a key result or a check-in are. A check-in goes by its id, which nothing else has."""
    if ID.fullmatch(ref.lower()):
        for collection in ("objectives", "key-results"):
            if goes_by(cairn, collection, ref):
                return path_of(collection, ref, "comments")
        return path_of("check-ins", ref, "comments")
    collection, meant = found(cairn, ref, ("objectives", "key-results"))
    return path_of(collection, meant, "comments")


def _say(cairn: Cairn, output: Output, ref: str, key: str, done: str, body: Json) -> None:
    said = {name: value for name, value in body.items() if value is not None}
    answer = cairn.command("POST", _commented(cairn, ref), said, key=key)
    _tell(output, answer, f"{done}: {answer['id']}")


def _tell(output: Output, answer: Json, done: str) -> None:
    if output.as_json:
        output.json(answer)
    else:
        output.line(f"{done}{since(answer)}")


def _saying(command: Command) -> Command:
    """What everything that is said takes."""
    options: tuple[Callable[[Command], Command], ...] = (day_option, behalf_option, key_option)
    for option in reversed(options):
        command = option(command)
    return command


@click.command(short_help="Say something on an objective, a key result or a check-in.")
@ref_argument
@click.argument("text")
@click.option("--reply-to", metavar="COMMENT", help="The comment that it answers, by id, as `cairn comments` shows it.")
@_saying
@gateway_command
def comment(cairn: Cairn, output: Output, ref: str, text: str, idempotency_key: str, **more: Any) -> None:
    """Say TEXT on the objective, key result or check-in REF; a check-in goes by its id. With @handle somebody is mentioned, and told.

    \b
    Examples:
      cairn comment J1 "What keeps it from moving, @martin?"
      cairn comment J1/3 "Two have signed." --reply-to 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10
    """
    _say(cairn, output, ref, idempotency_key, f"{ref} has a comment", {"kind": "comment", "text": text, **more})


@click.command(short_help="Thank somebody, for all to see.")
@ref_argument
@click.argument("person")
@click.argument("text", default="")
@click.option("--to", "others", multiple=True, metavar="PERSON", help="Who else is thanked. May be repeated.")
@_saying
@gateway_command
def kudos(
    cairn: Cairn, output: Output, ref: str, person: str, text: str, others: tuple[str, ...], idempotency_key: str, **more: Any
) -> None:
    """Thank PERSON on the objective, key result or check-in REF.

    \b
    Examples:
      cairn kudos J1/3 ann "You found the office!"
      cairn kudos J1 ann --to bob
    """
    _say(cairn, output, ref, idempotency_key, f"{person} is thanked", {"kind": "kudos", "to": [person, *others], "text": text, **more})


@click.command(short_help="Note that you have seen something.")
@ref_argument
@click.argument("text", default="")
@_saying
@gateway_command
def acknowledge(cairn: Cairn, output: Output, ref: str, text: str, idempotency_key: str, **more: Any) -> None:
    """Note that you have seen the objective, key result or check-in REF: once.

    \b
    Example:
      cairn acknowledge J1/3
    """
    _say(cairn, output, ref, idempotency_key, f"{ref} is acknowledged", {"kind": "acknowledgement", "text": text, **more})


@click.command("ask-feedback", short_help="Ask somebody what they think.")
@ref_argument
@click.argument("person")
@click.argument("text", default="")
@_saying
@gateway_command
def ask_feedback(cairn: Cairn, output: Output, ref: str, person: str, text: str, idempotency_key: str, **more: Any) -> None:
    """Ask PERSON for feedback on the objective, key result or check-in REF; `cairn feedback` answers.

    \b
    Example:
      cairn ask-feedback J1 ann "Is the target too low?"
    """
    _say(cairn, output, ref, idempotency_key, f"{person} is asked", {"kind": "feedback_request", "of": person, "text": text, **more})


@click.command(short_help="Give the feedback that you were asked for, or decline it.")
@comment_argument
@click.argument("text", required=False)
@click.option("--decline", "declined", metavar="REASON", help='Instead of TEXT: that you will not, and why; "" where that is nobody\'s.')
@key_option
@gateway_command
def feedback(cairn: Cairn, output: Output, comment: str, text: str | None, declined: str | None, idempotency_key: str) -> None:
    """Answer the request for feedback COMMENT, by its id, once.

    \b
    Examples:
      cairn feedback 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10 "Ask two customers first."
      cairn feedback 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10 --decline "I do not know it well enough."
    """
    if (text is None) == (declined is None):
        raise click.UsageError("give exactly one of TEXT and --decline")
    body = {"declined": declined} if text is None else {"text": text}
    answer = cairn.command("POST", path_of("comments", comment, "feedback"), body, key=idempotency_key)
    _tell(output, answer, "feedback is declined" if text is None else f"feedback is given: {answer['id']}")


@click.command(short_help="React to a comment.")
@comment_argument
@click.argument("reaction", type=Word(_REACTIONS))
@click.option("--remove", is_flag=True, help="React so no longer.")
@key_option
@gateway_command
def react(cairn: Cairn, output: Output, comment: str, reaction: str, remove: bool, idempotency_key: str) -> None:
    """React to the comment with the id COMMENT.

    \b
    Examples:
      cairn react 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10 heart
      cairn react 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10 heart --remove
    """
    path = path_of("comments", comment, "reactions", reaction)
    answer = cairn.command("DELETE" if remove else "PUT", path, key=idempotency_key)
    _tell(output, answer, f"{reaction.replace('_', ' ')} is taken away" if remove else f"you react with {reaction.replace('_', ' ')}")


@click.command("edit-comment", short_help="Say something else in place of a comment of yours.")
@comment_argument
@click.argument("text")
@key_option
@gateway_command
def edit_comment(cairn: Cairn, output: Output, comment: str, text: str, idempotency_key: str) -> None:
    """Put TEXT in place of what the comment with the id COMMENT says. For its author.

    \b
    Example:
      cairn edit-comment 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10 "What keeps it from moving?"
    """
    answer = cairn.command("PATCH", path_of("comments", comment), {"text": text}, key=idempotency_key)
    _tell(output, answer, "it is edited")


@click.command("retract-comment", short_help="Take a comment back.")
@comment_argument
@click.option("--reason", metavar="TEXT", help="Why; it stands beside it.")
@key_option
@gateway_command
def retract_comment(cairn: Cairn, output: Output, comment: str, reason: str | None, idempotency_key: str) -> None:
    """Take the comment with the id COMMENT back: that there was one is still shown, and its text no more. For its author, and admins.

    \b
    Example:
      cairn retract-comment 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10 --reason "Meant for another objective."
    """
    body = None if reason is None else {"reason": reason}
    answer = cairn.command("POST", path_of("comments", comment, "retraction"), body, key=idempotency_key)
    _tell(output, answer, "it is taken back")


@click.command(short_help="Show what people say on an objective, a key result or a check-in.")
@ref_argument
@click.option("--author", multiple=True, metavar="PERSON", help="By this person. May be repeated.")
@click.option("--kind", multiple=True, type=Word(_KINDS), help="Of this kind. May be repeated.")
@click.option("--thread", metavar="COMMENT", help="Of the thread of this comment alone.")
@sort_option("created_at", otherwise="as they were written")
@changed_since_option
@limit_option
@gateway_command
def comments(cairn: Cairn, output: Output, ref: str, limit: int, **wanted: Any) -> None:
    """Show the comments on the objective, key result or check-in REF, replies under what they answer; a check-in goes by its id.

    \b
    Examples:
      cairn comments J1
      cairn comments J1/3 --kind kudos --json
    """
    page = cairn.whole(_commented(cairn, ref), wanted, limit)
    if output.as_json:
        output.json(page)
        return
    if not page["items"]:
        output.line(f"nothing is said; `cairn comment {ref} TEXT` does")
    for entry in _in_threads(page["items"]):
        _show(output, entry)


def _in_threads(entries: list[Json]) -> Iterable[Json]:
    """Each first comment, and whatever answers it behind it."""
    threads: dict[str, list[Json]] = {}
    for entry in entries:
        threads.setdefault(entry["thread"], []).append(entry)
    for thread in threads.values():
        yield from sorted(thread, key=lambda entry: (entry["id"] != entry["thread"], entry["created_at"]))


def _show(output: Output, entry: Json) -> None:
    indent = "" if entry["id"] == entry["thread"] else _INDENT
    what = "" if entry["kind"] == "comment" else f", {entry['kind'].replace('_', ' ')}"
    to = f" {'of' if entry['kind'] == 'feedback_request' else 'to'} {', '.join(map(called, entry['to']))}" if entry["to"] else ""
    state = f" ({entry['feedback']})" if entry["feedback"] else ""
    output.line(
        f"{indent}{entry['id']}  {called(entry['author'] or {'handle': None})}, {shown_instant(entry['created_at'])}{what}{to}{state}"
    )
    text = "(taken back)" if entry["taken_back"] else entry["text"]
    for line in (text or "").split("\n"):
        if line:
            output.line(f"{indent}{_INDENT}{on_a_line(line)}")
    told = [f"{r['reaction'].replace('_', ' ')} {r['count']}" for r in entry["reactions"]]
    notes = [*(["edited"] if entry["edited"] and not entry["taken_back"] else []), *told]
    if notes:
        output.line(f"{indent}{_INDENT}[{', '.join(notes)}]")


SEE: Final = (comments,)
TALK: Final = (comment, kudos, acknowledge, ask_feedback, feedback, react, edit_comment, retract_comment)
