"""Commands that report: check-in, correct, retract."""

from __future__ import annotations

import shlex
from typing import Final

import click

from chassis.texts import name_key, quoted
from cli.commands.options import DAY, Word, gateway_command, key_option, no_number, number_said
from cli.connection import Cairn, Json, path_of
from cli.errors import Failed
from cli.output import Output, number, percent
from cli.trees import how_it_is, value_of
from cli.wording import heading, told


def _milestones(cairn: Cairn, ref: str, said: str) -> list[int]:
    """The numbers of milestones that are said by number or title, parted by commas. Raises UsageError for what is none."""
    parts = [part.strip() for part in said.split(",") if part.strip()]
    if all(part.isascii() and part.isdecimal() for part in parts):
        return list(map(int, parts))
    titles = [name_key(milestone["title"]) for milestone in cairn.get(path_of("key-results", ref))["milestones"] or ()]
    parts = [said.strip()] if name_key(said.strip()) in titles else parts
    numbers = []
    for part in parts:
        if part.isascii() and part.isdecimal():
            numbers.append(int(part))
        elif name_key(part) in titles:
            numbers.append(titles.index(name_key(part)) + 1)
        else:
            raise click.UsageError(f"{quoted(part)} is no milestone; say their numbers, e.g. 1,2, or their titles")
    return numbers


_YES_AND_NO: Final = {"yes": 1.0, "done": 1.0, "no": 0.0}


def _value(cairn: Cairn, ref: str, said: str) -> float:
    """The value that is said; of what is there or not, by yes or no, too. Raises UsageError for what is none."""
    word = said.strip().lower()
    if word in _YES_AND_NO:
        key_result = cairn.get(path_of("key-results", ref))
        if key_result["measure"] == "binary":
            return _YES_AND_NO[word]
        raise click.UsageError(f"{heading(key_result)} is not a matter of yes or no; VALUE is a number, such as 0.75")
    return _finite(said)


which_option: Final = click.option(
    "--check-in", "check_in_id", metavar="ID", help="The check-in with this id, as `cairn history --json` tells."
)
of_day_option: Final = click.option("--as-of", type=DAY, metavar="DATE", help="The check-in of this day.")


@click.command(
    "check-in", short_help="Report a value of a key result.", context_settings={"ignore_unknown_options": True}
)  # a VALUE may begin with a minus
@click.argument("ref")
@click.argument("value", required=False)
@click.option("--as-of", type=DAY, metavar="DATE", help="The day that it is true of; today unless given.")
@click.option("--confidence", type=click.IntRange(0, 10), metavar="N", help="0 to 10: how sure you are that it will be reached.")
@click.option("--comment", metavar="TEXT", help="What is behind the number.")
@click.option("--abstain", metavar="REASON", help="Instead of a VALUE: why there is none.")
@click.option("--done", metavar="MILESTONES", help="Instead of a VALUE: all milestones that are done, by number or title, e.g. 1,2.")
@click.option("--blocker", "blockers", multiple=True, metavar="TEXT", help="What stands in the way. May be repeated.")
@click.option("--status", type=Word(("on_track", "behind", "at_risk", "achieved")), help="A status said by hand, until the next check-in.")
@click.option("--on-behalf-of", metavar="PERSON", help="Whose check-in it is, if it is not your own.")
@click.option("--part", metavar="PERSON", help="VALUE is the part of this owner, and not the value of the whole.")
@key_option
@gateway_command
def check_in(
    cairn: Cairn,
    output: Output,
    ref: str,
    value: str | None,
    as_of: str | None,
    confidence: int | None,
    comment: str | None,
    abstain: str | None,
    done: str | None,
    blockers: tuple[str, ...],
    status: str | None,
    on_behalf_of: str | None,
    part: str | None,
    idempotency_key: str,
) -> None:
    """Report VALUE of the key result REF, and show what it came to.

    \b
    Examples:
      cairn check-in J1/1 2 --confidence 7 --comment "two have signed"
      cairn check-in J1/1 2 --as-of 2019-04-05
      cairn check-in J2/3 --abstain "nobody measured it"
      cairn check-in S1/2 --done 1,2
      cairn check-in J1/2 40 --part ann
    """
    if sum(said is not None for said in (value, abstain, done)) != 1:
        raise click.UsageError("give exactly one of VALUE, --abstain and --done")
    if abstain is not None and (confidence is not None or comment is not None or blockers or status is not None):
        raise click.UsageError("--confidence, --comment, --blocker and --status speak of a value: leave them out, or say it with --abstain")
    if part is not None and value is None:
        raise click.UsageError("--part speaks of a VALUE: leave it out")
    body: Json = {
        "as_of": as_of,
        "part": part,
        "confidence": confidence,
        "comment": comment,
        "blockers": list(blockers) or None,
        "status": status,
        "on_behalf_of": on_behalf_of,
        "abstention": abstain,
        "milestones_done": None if done is None else _milestones(cairn, ref, done),
        "value": None if value is None else _value(cairn, ref, value),
    }
    recorded = cairn.command("POST", path_of("key-results", ref, "check-ins"), _said(body), key=idempotency_key)
    key_result = _show_what_it_came_to(cairn, output, ref, recorded["id"], recorded, abstained=abstain is not None)
    _ask_about_implausible(output, key_result, recorded, recorded["id"], body["value"])
    if not output.as_json and key_result["as_of"] is not None and as_of is not None and key_result["as_of"] > as_of:
        output.line(f"the current value is the one of {key_result['as_of']}: the check-in that is true on the latest day counts")


@click.command("correct", short_help="Put another value in the place of a check-in's.", context_settings={"ignore_unknown_options": True})
@click.argument("ref")
@click.argument("value", required=False)
@click.option("--done", metavar="MILESTONES", help="Instead of a VALUE: all milestones that were done, by number or title, e.g. 1,2.")
@which_option
@of_day_option
@click.option("--confidence", type=click.IntRange(0, 10), metavar="N", help="0 to 10: how sure you were.")
@click.option("--comment", metavar="TEXT", help="What is behind the number.")
@click.option("--reason", metavar="TEXT", help="Why it is corrected; it stands in the history.")
@key_option
@gateway_command
def correct(
    cairn: Cairn,
    output: Output,
    ref: str,
    value: str | None,
    done: str | None,
    check_in_id: str | None,
    as_of: str | None,
    confidence: int | None,
    comment: str | None,
    reason: str | None,
    idempotency_key: str,
) -> None:
    """Put VALUE in the place of what a check-in of the key result REF said: of the one that counts now, unless another one is named.

    Both stay in the history. The day that it is true of stays: to report of another day, retract it and check in anew.

    \b
    Examples:
      cairn correct J1/1 3 --reason "one was counted twice"
      cairn correct J1/1 3 --as-of 2019-04-05
    """
    if (value is None) == (done is None):
        raise click.UsageError("give exactly one of VALUE and --done")
    which = _which(cairn, ref, check_in_id, as_of)
    body: Json = {
        "confidence": confidence,
        "comment": comment,
        "reason": reason,
        "milestones_done": None if done is None else _milestones(cairn, ref, done),
    }
    body["value"] = None if value is None else _value(cairn, ref, value)
    corrected = cairn.command("POST", path_of("key-results", ref, "check-ins", which, "correction"), _said(body), key=idempotency_key)
    key_result = _show_what_it_came_to(cairn, output, ref, which, corrected)
    _ask_about_implausible(output, key_result, corrected, which, body["value"])


@click.command("retract", short_help="Take a check-in back.")
@click.argument("ref")
@which_option
@of_day_option
@click.option("--reason", metavar="TEXT", help="Why it is taken back; it stands in the history.")
@key_option
@gateway_command
def retract(
    cairn: Cairn, output: Output, ref: str, check_in_id: str | None, as_of: str | None, reason: str | None, idempotency_key: str
) -> None:
    """Take a check-in of the key result REF back: the one that counts now, unless another one is named. The one before it counts again.

    Both stay in the history.

    \b
    Examples:
      cairn retract J1/1 --reason "typed into the wrong row"
      cairn retract J1/1 --as-of 2019-04-05
    """
    which = _which(cairn, ref, check_in_id, as_of)
    body = _said({"reason": reason})
    path = path_of("key-results", ref, "check-ins", which)
    retracted = cairn.command("POST", f"{path}/retraction", body or None, key=idempotency_key)
    if not output.as_json:
        output.line(f"taken back: {_as_it_stood(cairn.get(path, after=','.join(retracted['positions'])))}")
    _show_what_it_came_to(cairn, output, ref, which, retracted)


def _as_it_stood(check_in: Json) -> str:
    """What a check-in said, of which day, and whose it is: 40 of 2026-03-31, by ann (the part of bob)."""
    done = check_in["milestones_done"]
    said = "an abstention" if check_in["abstention"] is not None else number(check_in["value"]) if done is None else f"{len(done)} done"
    whose = told("created_by", check_in["on_behalf_of"] or check_in["created_by"])
    part = told("part", check_in["part"])
    by, of = (f", by {whose}" if whose else ""), (f" (the part of {part})" if part else "")
    return f"{said} of {check_in['as_of']}{by}{of}"


def _said(body: Json) -> Json:
    return {name: field for name, field in body.items() if field is not None}


def _which(cairn: Cairn, ref: str, check_in_id: str | None, as_of: str | None) -> str:
    """The id of the check-in that is meant. Raises Failed where there is none, or several are."""
    if check_in_id is not None:
        return check_in_id
    if as_of is None:
        current = cairn.get(path_of("key-results", ref))["check_in_id"]
        if current is None:
            raise Failed(f"{quoted(ref)} has no check-in with a value; name one by --as-of or --check-in", reason="CHECK_IN_UNKNOWN")
        return str(current)
    standing = _standing_of(cairn, ref, as_of)
    if not standing:
        raise Failed(f"no check-in of {quoted(ref)} stands for {as_of}; `cairn history {ref}` shows all", reason="CHECK_IN_UNKNOWN")
    if len(standing) > 1:
        several = ", ".join(f"--check-in {one['check_in_id']} ({one['summary']})" for one in standing)
        raise Failed(f"several check-ins of {quoted(ref)} stand for {as_of}; name one: {several}", reason="CHECK_IN_AMBIGUOUS")
    return str(standing[0]["check_in_id"])


def _standing_of(cairn: Cairn, ref: str, day: str) -> list[Json]:
    """The newest word on each check-in of a day that was not taken back."""
    newest: dict[str, Json] = {}
    for change in cairn.pages(path_of("key-results", ref, "history")):
        if change["check_in_id"] is not None:
            newest.setdefault(change["check_in_id"], change)
    return [one for one in newest.values() if one["true_on"] == day and not one["event"].endswith("CheckInRetracted")]


def _show_what_it_came_to(cairn: Cairn, output: Output, ref: str, check_in_id: str, done: Json, *, abstained: bool = False) -> Json:
    """Shows the numbers of a key result, and of what it moves, once they are there; answers the key result."""
    after = ",".join(done["positions"])
    key_result = cairn.get(path_of("key-results", ref), after=after)
    moves = [name for name in (key_result["objective"], *key_result["counts_for"]) if name is not None]
    moved = [cairn.get(path_of("objectives", name["id"]), after=after) for name in moves]
    if output.as_json:
        told = {
            "check_in_id": check_in_id,
            "positions": done["positions"],
            "plausible": done.get("plausible"),
            "key_result": key_result,
            "objective": moved[0] if moved else None,
        }
        output.json({**told, "moved": [{name: one[name] for name in ("ref", "title", "progress", "status")} for one in moved]})
        return key_result
    reached = "abstained" if abstained else f"value {value_of(key_result)}"
    output.line(f"{heading(key_result)}  {reached}, progress {percent(key_result['progress'])}, {how_it_is(key_result)}")
    for one in moved:
        output.line(f"{heading(one)}  progress {percent(one['progress'])}, {how_it_is(one)}")
    return key_result


def _ask_about_implausible(output: Output, key_result: Json, done: Json, check_in_id: str, value: float | None) -> None:
    """Asks whether a value is a slip where it lies farther from the start than anybody would expect, and tells how it is corrected."""
    if output.as_json or done["plausible"] is not False:
        return
    start, target, ref = number(key_result["start"]), number(key_result["target"]), key_result["ref"]
    output.line(
        f"{number(value)} lies more than 50 times as far from the start, {start}, as the target, {target}, does; it counts all the same. "
        f"If it is a slip: cairn correct {shlex.quote(ref)} VALUE --check-in {check_in_id}"
    )


def _finite(text: str) -> float:
    found = number_said(text)
    if found is None:
        raise click.UsageError(f"VALUE {no_number(text)}")
    return found


COMMANDS: Final = (check_in, correct, retract)
