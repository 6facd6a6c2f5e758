"""Commands that report: check-in."""

from __future__ import annotations

import math
from typing import Final

import click

from cli.commands.options import DAY, gateway_command
from cli.connection import Cairn, Json, path_of
from cli.output import Output, number, percent


class Numbers(click.ParamType[list[int]]):
    """Numbers parted by commas."""

    name = "numbers"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> list[int]:
        """The numbers; none for an empty text."""
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isascii() and part.isdecimal() for part in parts):
            self.fail(f"{value!r} is not a list of numbers; one looks like 1,2", param, ctx)
        return list(map(int, parts))


@click.command(
    "check-in", short_help="Report a value of a key result.", context_settings={"ignore_unknown_options": True}
)  # a VALUE may begin with a minus
@click.argument("ref")
@click.argument("value", required=False)
@click.option("--as-of", type=DAY, metavar="DATE", help="The day that it is true of; today unless given.")
@click.option("--confidence", type=click.IntRange(0, 10), metavar="N", help="0 to 10: how sure you are that it will be reached.")
@click.option("--comment", metavar="TEXT", help="What is behind the number.")
@click.option("--abstain", metavar="REASON", help="Instead of a VALUE: why there is none.")
@click.option("--done", type=Numbers(), metavar="NUMBERS", help="Instead of a VALUE: all milestones that are done, e.g. 1,2.")
@click.option("--on-behalf-of", metavar="PERSON", help="Whose check-in it is, if it is not your own.")
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
    done: list[int] | None,
    on_behalf_of: str | None,
) -> None:
    """Report VALUE of the key result REF, and show what it came to.

    \b
    Examples:
      cairn check-in J1/1 2 --confidence 7 --comment "two have signed"
      cairn check-in J1/1 2 --as-of 2019-04-05
      cairn check-in J2/3 --abstain "nobody measured it"
      cairn check-in S1/2 --done 1,2
    """
    if sum(said is not None for said in (value, abstain, done)) != 1:
        raise click.UsageError("give exactly one of VALUE, --abstain and --done")
    body: Json = {"as_of": as_of, "confidence": confidence, "comment": comment, "on_behalf_of": on_behalf_of, "abstention": abstain}
    if value is not None:
        body["value"] = _finite(value)
    if done is not None:
        body["milestones_done"] = done
    said = {name: field for name, field in body.items() if field is not None}
    recorded = cairn.command("POST", path_of("key-results", ref, "check-ins"), said)
    after = ",".join(recorded["positions"])
    key_result = cairn.get(path_of("key-results", ref), after=after)
    objective = cairn.get(path_of("objectives", key_result["objective_id"]), after=after)
    moved = _moved(cairn, key_result, objective, after)
    if output.as_json:
        told = {"check_in_id": recorded["id"], "positions": recorded["positions"], "key_result": key_result, "objective": objective}
        output.json({**told, "moved": [{name: one[name] for name in ("ref", "title", "progress", "status")} for one in moved]})
        return
    reached = "abstained" if abstain is not None else f"value {number(key_result['value'])}"
    output.line(f"{key_result['ref']}  {reached}, progress {percent(key_result['progress'])}, {key_result['status']}")
    for one in moved:
        output.line(f"{one['ref']}  progress {percent(one['progress'])}, {one['status']}")
    if key_result["as_of"] is not None and as_of is not None and key_result["as_of"] > as_of:
        output.line(f"the current value is the one of {key_result['as_of']}: the check-in that is true on the latest day counts")


def _moved(cairn: Cairn, key_result: Json, objective: Json, after: str) -> list[Json]:
    """The objectives that a check-in on the key result moves: its home, and those that it counts for too, in whatever cycle."""
    if not key_result["shared"]:
        return [objective]
    cycles = cairn.pages("/v1/cycles")
    everything = (one for cycle in cycles for one in cairn.pages("/v1/tree", {"cycle": cycle["id"]}, after=after, of="objectives"))
    others = [one for one in everything if one["id"] != objective["id"] and any(k["id"] == key_result["id"] for k in one["key_results"])]
    return [objective, *others]


def _finite(text: str) -> float:
    try:
        found = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise click.UsageError(f"VALUE {text!r} is not a number; one looks like 0.75")
    return found


COMMANDS: Final = (check_in,)
