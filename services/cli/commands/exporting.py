"""Commands that take away: export, and replay of what was taken."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click
import orjson

from chassis.days import day_of, microseconds_of
from chassis.texts import on_a_line
from cli.commands.exported_tables import export_tables
from cli.commands.options import as_of_option, formula_option, gateway_command, json_option, known_at_option
from cli.connection import Cairn, Json
from cli.days import now
from cli.errors import Failed
from cli.output import Output, Steps, steps
from cli.trees import show_trees

if TYPE_CHECKING:
    from progress.replay import PassedOver

_EVERY: Final = 1000  # lines between two looks at the progress bar


@click.command(short_help="Write the tenant's whole log to a file.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@gateway_command
def export(cairn: Cairn, output: Output, file: Path) -> None:
    """Write the tenant's whole log to FILE, an event a line. `cairn replay` computes the digest from it.

    Everything said so far is in it. FILE appears, or is replaced, only once the export is whole and was checked.

    \b
    Example:
      cairn export demo.cairn-export
    """
    with steps("waiting until Cairn has taken everything in") as shown:
        heads = cairn.catch_up(or_say_who_is_away=True)
        shown.begin("exporting events")
        with _appearing_whole(file) as writing, cairn.lines("GET", "/v1/audit/export") as lines:
            trailer = write_export(writing, lines, heads, shown)
    if output.as_json:
        output.json({"file": str(file), **trailer})
    else:
        output.line(f"{file}: {trailer['events']:,} events, sha256 {trailer['sha256']}")


def write_export(file: IO[bytes], lines: Iterable[bytes], heads: dict[str, int], shown: Steps) -> dict[str, Any]:
    """Writes the lines of an export and checks that they are whole; answers the last one.

    Raises Failed when the export broke off, was changed on its way, or does not reach the heads of the logs.
    """
    sums, last, written = hashlib.sha256(), b"", 0
    for line in lines:
        file.write(line)
        if last:
            sums.update(last)
        if written == 0:
            _require_heads(line, heads)
        last = line
        written += 1
        if written % _EVERY == 0:
            shown.reached(written)
    trailer = _parsed(last)
    if "sha256" not in trailer or not last.endswith(b"\n"):
        raise Failed(f"the export broke off after {written} lines: {trailer.get('detail', 'its last line is missing')}")
    if trailer["sha256"] != sums.hexdigest() or trailer["events"] != written - 2:
        raise Failed("the export was changed on its way: its last line does not fit what stands before it; export again")
    return {"events": trailer["events"], "sha256": trailer["sha256"]}


def _require_heads(header: bytes, heads: dict[str, int]) -> None:
    reached = _parsed(header).get("heads", {})
    for log, head in heads.items():
        if reached.get(log, 0) < head:
            raise Failed(
                f"the audit has the log {log} without a hole up to {reached.get(log, 0)}, and it reaches {head}; "
                "`cairn dead-letters list --service audit` says whether something is stuck"
            )


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def _appearing_whole(file: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name, on the disk, once all went well; nothing is left behind where it did not."""
    try:
        writing = tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False)  # noqa: SIM115 - closed below
    except OSError as error:
        raise Failed(f"{file} cannot be written: {error.strerror}") from None
    unfinished = Path(writing.name)
    try:
        with writing:
            yield writing
            writing.flush()
            os.fsync(writing.fileno())
        unfinished.replace(file)
        _sync_folder(file.parent)
    except OSError as error:
        raise Failed(f"{file} cannot be written: {error.strerror or error}") from None
    finally:
        unfinished.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@click.command(short_help="Compute the digest, or a tree, from an export alone.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_of_option
@known_at_option
@click.option("--cycle", metavar="NAME", help="The tree of this cycle alone; otherwise of all.")
@click.option("--tree", "as_tree", is_flag=True, help="The tree instead of the digest, as any of the three before does, too.")
@formula_option
@json_option
def replay(
    output: Output, file: Path, as_of: str | None, known_at: str | None, cycle: str | None, as_tree: bool, formula: int | None
) -> None:
    """Compute the digest from the export FILE alone, or with a day, an instant or a cycle its tree: no server, no database.

    The digest is the same that `cairn digest` prints, the tree the one that `cairn tree` shows to an admin, with the same JSON; people
    have no names there, since those are sealed in an export. A file that was changed or cut is refused, with the line. Events of types
    that only a newer version knows are passed over, as services pass over them, and told on stderr (and in the JSON beside a digest,
    `passed_over`): which, how many and from which position on. What that version would tell may differ.

    \b
    Examples:
      cairn replay demo.cairn-export
      cairn replay demo.cairn-export --formula 1
      cairn replay demo.cairn-export --as-of 2019-05-31 --known-at 2026-01-01T00:00:00Z --cycle 2019-Q2 --json
    """
    if as_tree or as_of or known_at or cycle:
        _replay_trees(output, file, as_of, known_at, cycle, formula)
        return
    from progress.replay import replay as replayed  # noqa: PLC0415 - the other commands start without what a replay needs

    with _replaying(file) as lines:
        found = replayed(lines, formula)
    if output.as_json:
        counts = {"objectives": found.objectives, "key_results": found.key_results, "check_ins": found.check_ins}
        output.json(
            {"digest": found.digest, "events": found.events, **counts, "passed_over": [_passed_over(one) for one in found.passed_over]}
        )
    else:
        output.line(f"{found.events:,} events: {found.objectives} objectives, {found.key_results} key results, {found.check_ins} check-ins")
        output.line(found.digest)
    _warn_of(found.passed_over)


def _replay_trees(output: Output, file: Path, as_of: str | None, known_at: str | None, cycle: str | None, formula: int | None) -> None:
    from progress.replay import Asked, replayed_trees  # noqa: PLC0415

    true_on = None if as_of is None else day_of(date.fromisoformat(as_of))
    known = None if known_at is None else microseconds_of(datetime.fromisoformat(known_at))
    with _replaying(file) as lines:
        found = replayed_trees(lines, Asked(true_on, known, now()), cycle, formula)
    trees = [(one.cycle, one.tree) for one in found.trees]
    if not output.as_json:  # an owner without a name is one that was forgotten; here it is sealed
        trees = [(one, {**tree, "objectives": [{**objective, "owner": None} for objective in tree["objectives"]]}) for one, tree in trees]
    show_trees(output, trees, of_one=cycle is not None)
    if not trees and not output.as_json:
        output.line("nothing found: the export has no cycle")
    _warn_of(found.passed_over)


def _passed_over(one: PassedOver) -> Json:
    return {"log": one.log, "type": one.event_type, "events": one.events, "first_position": one.first_position}


def _warn_of(passed_over: Iterable[PassedOver]) -> None:
    """Says, beside the result, which events of a newer version it lacks."""
    for one in passed_over:
        events = f"{one.events:,} event{'' if one.events == 1 else 's'} of type {one.event_type}"
        told = f"passed over {events}, from position {one.first_position} of {one.log} on: only a newer version knows them"
        click.echo(on_a_line(f"cairn: {told}, and the result lacks what they say"), err=True)


@contextmanager
def _replaying(file: Path) -> Iterator[Iterator[bytes]]:
    """The lines of an export. Raises Failed for one that is damaged or cannot be read."""
    from chassis.errors import Refused  # noqa: PLC0415

    try:
        with file.open("rb") as reading, steps("replaying") as shown:
            yield _followed(reading, shown)
    except Refused as refused:
        raise Failed(f"{file}: {refused.message}", reason=refused.reason) from None
    except OSError as error:
        raise Failed(f"{file} cannot be read: {error.strerror}") from None


def _followed(reading: IO[bytes], shown: Steps) -> Iterator[bytes]:
    shown.begin("replaying bytes", os.fstat(reading.fileno()).st_size)
    read = 0
    for number, line in enumerate(reading, start=1):
        read += len(line)
        if number % _EVERY == 0:
            shown.reached(read)
        yield line


COMMANDS: Final = (export, export_tables, replay)
