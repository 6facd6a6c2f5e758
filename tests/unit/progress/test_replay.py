"""An export replayed without a server, and what is said of a damaged one."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable

import orjson
import pytest

from cairn.progress.v1.events_pb2 import FormulaSwitched
from chassis.days import instant_of
from chassis.errors import Refused
from chassis.events import RecordedEvent, event_type_of
from progress.domain.formulas import NEWEST
from progress.replay import Asked, Damaged, PassedOver, replay, replayed_trees
from tests.support.events import an_id
from tests.support.exports import export
from tests.support.history import DENSE, History, interleaved
from tests.support.projection import digest_in_memory


def export_of_version_2(events: list[RecordedEvent], history: History, *, first_positions: tuple[int, ...] = (1,)) -> list[bytes]:
    header, *lines, _ = map(orjson.loads, export(events, history))
    generations = [{"generation": number, "first_position": first} for number, first in enumerate(first_positions, 1)]
    header |= {"version": 2, "logs": {log: {"log_id": "", "generations": generations} for log in ("goals", "checkins")}}
    for line in lines:
        line["generation"] = sum(first <= line["position"] for first in first_positions)
    return [orjson.dumps(line) + b"\n" for line in (header, *lines)]


def with_end(lines: list[bytes]) -> list[bytes]:
    return [*lines, orjson.dumps({"events": len(lines) - 1, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}) + b"\n"]


@pytest.fixture(scope="module")
def history() -> History:
    return History(400, 5, DENSE)


@pytest.fixture(scope="module")
def events(history: History) -> list[RecordedEvent]:
    return list(history.events())


def by_stream(events: list[RecordedEvent]) -> list[RecordedEvent]:
    """Each aggregate's own order kept, the streams in any order. Alignments are one aggregate, and left out."""
    alone = [e for e in events if e.event_type != "cairn.goals.v1.ObjectiveAligned"]
    keys = {(e.log, e.position): e.partition_key for e in alone}
    tied = tied_together(alone)
    order = interleaved([e._replace(partition_key=tied[e.partition_key]) for e in alone], 3)
    return [e._replace(partition_key=keys[e.log, e.position]) for e in order]


def tied_together(events: list[RecordedEvent]) -> dict[bytes, bytes]:
    """For each key of a partition one that stands for all that share an aggregate with it, as where a key result was moved."""
    tied: dict[bytes, bytes] = {}

    def stands_for(key: bytes) -> bytes:
        while tied.setdefault(key, key) != key:
            key = tied[key]
        return key

    for event in events:
        tied[stands_for(event.partition_key)] = stands_for(event.aggregate_id)
    return {event.partition_key: stands_for(event.partition_key) for event in events}


def test_the_replay_of_an_export_comes_to_the_digest_of_the_state(history: History, events: list[RecordedEvent]) -> None:
    replayed = replay(export(events, history))
    expected = digest_in_memory(events)
    assert (replayed.digest, replayed.objectives, replayed.key_results, replayed.check_ins, replayed.events) == (
        expected.digest,
        expected.objectives,
        expected.key_results,
        expected.check_ins,
        len(events),
    )


def test_the_logs_may_be_interleaved_in_any_way(history: History, events: list[RecordedEvent]) -> None:
    order = by_stream(events)
    assert replay(export(order, history)).digest == digest_in_memory(order).digest


def test_an_export_is_replayed_by_the_formulas_that_are_asked_for(history: History, events: list[RecordedEvent]) -> None:
    lines = export(events, history)
    assert replay(lines, NEWEST.version) == replay(lines)
    assert replay(lines, 1).digest != replay(lines).digest
    with pytest.raises(Refused, match="no version 9 of the formulas"):
        replay(lines, 9)


@pytest.mark.parametrize("log", ["goals", "checkins"])
def test_events_of_types_that_only_a_newer_version_knows_are_passed_over_and_told(
    history: History, events: list[RecordedEvent], log: str
) -> None:
    newer = f"cairn.{log}.v1.OfTheFuture"
    later = [events[9]._replace(log=log, event_type=newer, aggregate_id=an_id(name), aggregate_version=1, payload=b"\xff") for name in "AB"]
    later[1] = later[1]._replace(position=events[8].position)
    lines = export([*events[:5], *later, *events[5:]], history)
    passed_over = (PassedOver(log, newer, 2, events[8].position),)
    assert replay(lines) == dataclasses.replace(replay(export(events, history)), events=len(events) + 2, passed_over=passed_over)
    asked = Asked(None, None, instant_of(events[-1].recorded_at))
    assert replayed_trees(lines, asked) == (replayed_trees(export(events, history), asked).trees, passed_over)


def test_a_tree_known_before_a_switch_is_computed_by_the_formulas_of_then(history: History, events: list[RecordedEvent]) -> None:
    switch = FormulaSwitched(to=2)
    setattr(switch, "from", 1)
    at = events[-1].recorded_at
    switched = (
        events[-1]
        ._replace(log="progress", position=1, aggregate_id=an_id("formulas"), aggregate_version=1, event_type=event_type_of(switch))
        ._replace(payload=switch.SerializeToString())
    )
    lines, now = export([*events, switched], history), instant_of(at)
    versions = {at - 1: 1, at: NEWEST.version, None: NEWEST.version}
    for known_at, version in versions.items():
        trees = replayed_trees(lines, Asked(None, known_at, now)).trees
        assert {found.tree["formula_version"] for found in trees} == {version}
    trees = replayed_trees(lines, Asked(None, None, now), formula=1).trees
    assert {found.tree["formula_version"] for found in trees} == {1}


Damage = Callable[[list[bytes]], list[bytes]]


@pytest.mark.parametrize(
    ("damage", "line", "says"),
    [
        (lambda lines: [], 1, "empty"),
        (lambda lines: lines[1:], 1, "not an export"),
        (lambda lines: lines[:-1], lambda whole: whole - 1, "breaks off"),
        (lambda lines: [*lines, b"{}\n"], lambda whole: whole + 1, "more after the last line"),
        (lambda lines: [*lines[:5], lines[5][:40]], 6, "not JSON"),
        (lambda lines: lines[:5] + lines[6:], None, ""),
        (
            lambda lines: [*lines[:9], lines[9].replace(b'"recorded_at":"20', b'"recorded_at":"30'), *lines[10:]],
            lambda whole: whole,
            "sha256",
        ),
        (lambda lines: [lines[0], lines[1].replace(b'"payload":"', b'"payload":"!'), *lines[2:]], 2, "cannot be read"),
        (lambda lines: [lines[0], lines[1].replace(b'"type":"', b'"type":17,"was":"'), *lines[2:]], 2, 'needs a "type"'),
        (lambda lines: [lines[0].replace(b'"version":1', b'"version":9'), *lines[1:]], 1, "version 9"),
    ],
)
def test_a_damaged_export_is_refused_with_the_line_and_what_is_wrong(
    damage: Damage, line: int | Callable[[int], int] | None, says: str, history: History, events: list[RecordedEvent]
) -> None:
    whole = export(events, history)
    with pytest.raises(Damaged) as refusal:
        replay(damage(whole))
    assert says in refusal.value.message
    line = line(len(whole)) if callable(line) else line
    if line is not None:
        assert refusal.value.message.startswith(f"line {line}:")


@pytest.mark.parametrize("first_positions", [(1,), (1, 3), (1, 3, 3)])
def test_version_2_replays_to_the_same(history: History, events: list[RecordedEvent], first_positions: tuple[int, ...]) -> None:
    lines = with_end(export_of_version_2(events, history, first_positions=first_positions))
    assert replay(lines).digest == replay(export(events, history)).digest


def test_the_events_of_two_generations_at_one_place_may_not_be_mixed(history: History, events: list[RecordedEvent]) -> None:
    lines = export_of_version_2(events, history, first_positions=(1, 3))
    lines[1:4] = export_of_version_2(events, history, first_positions=(1,))[1:4]
    with pytest.raises(Damaged, match="the events of two exports were mixed"):
        replay(with_end(lines))


def test_a_header_of_version_2_tells_the_generations(history: History, events: list[RecordedEvent]) -> None:
    header, *lines = export(events, history)
    with pytest.raises(Damaged, match="does not tell the generations"):
        replay([header.replace(b'"version":1', b'"version":2'), *lines])
