"""What follows on from a log that was restored, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.eventstore.continuation import Claim, Continuation, LogEnd, continuation_of
from chassis.eventstore.identity import Generation, LogIdentity
from chassis.ids import Id, id_of_name

LOG, OTHER_LOG = id_of_name("log"), id_of_name("another")
AGGREGATE = id_of_name("aggregate")


def a_log(head: int, *first_positions: int, relayed: int | None = None) -> LogEnd:
    generations = tuple(Generation(number, first, 0, "") for number, first in enumerate((1, *first_positions), 1))
    return LogEnd(LogIdentity(LOG, generations), head, 1000 + head, head if relayed is None else relayed)


def claim(position: int, **says: Any) -> Claim:
    told: dict[str, Any] = {
        "partition": 0, "offset": position, "fault": None, "log_id": LOG, "generation": 1, "position": position,
        "recorded_at": 1000 + position, "event_id": id_of_name("event", str(position)), "tenant_id": b"", "aggregate_id": AGGREGATE,
        "aggregate_version": position, "event_type": "cairn.goals.v1.CycleDefined",
    }  # fmt: skip
    return Claim(**{**told, **says})


def began(generation: int, after: int) -> Claim:
    return claim(after, generation=generation, aggregate_id=b"", event_id=b"", offset=10_000 + generation)


def found(log: LogEnd, *claims: Claim, versions: dict[Id, int] | None = None) -> Continuation:
    return continuation_of(log, claims, {AGGREGATE: log.head} if versions is None else versions)


def positions(claims: list[Claim]) -> list[int]:
    return [claim.position for claim in claims]


def test_a_log_whose_topic_ends_with_it_is_not_behind() -> None:
    assert not found(a_log(5)).behind


def test_what_follows_on_is_taken_in_order_whatever_the_order_in_which_it_was_read() -> None:
    result = found(a_log(5), claim(8), claim(6), claim(7), claim(7, offset=70))
    assert (result.behind, positions(result.events), result.lost, result.foreign) == (True, [6, 7, 8], [], [])


@given(st.permutations([claim(n) for n in range(6, 12)]), st.integers(6, 11))
def test_what_comes_behind_a_gap_is_lost(claims: list[Claim], missing: int) -> None:
    result = found(a_log(5), *[c for c in claims if c.position != missing])
    assert positions(result.events) == list(range(6, missing))
    assert [lost.claim.position for lost in result.lost] == list(range(missing + 1, 12))
    assert not result.foreign


FOREIGN = [
    claim(10**15),
    claim(7),  # alone, and not the next
    claim(6, log_id=OTHER_LOG),
    claim(6, fault="its key belongs to another partition"),
    claim(6, aggregate_version=9),
    claim(6, aggregate_version=5),
    claim(6, generation=7),
    claim(3),  # up to the head the topic was known to have other events
    claim(6, recorded_at=5),  # before the newest event
    began(9, 5),  # none of the generations between
]


@pytest.mark.parametrize("forged", FOREIGN, ids=range(len(FOREIGN)))
def test_one_message_that_does_not_follow_on_is_foreign_and_the_log_is_not_behind(forged: Claim) -> None:
    result = found(a_log(5), forged)
    assert (result.behind, result.foreign) == (False, [forged])


@pytest.mark.parametrize("forged", FOREIGN, ids=range(len(FOREIGN)))
def test_a_forged_message_among_those_of_a_log_that_is_behind_is_not_taken(forged: Claim) -> None:
    forged = forged._replace(event_id=id_of_name("forged"), offset=99)
    result = found(a_log(5), claim(6), claim(7), forged)
    assert positions(result.events) == [6, 7]
    assert forged not in result.events


def test_what_was_published_before_logs_had_an_id_may_follow_on() -> None:
    assert positions(found(a_log(5), claim(6, log_id=None)).events) == [6]


def test_events_whose_first_is_missing_are_lost_not_foreign() -> None:
    result = found(a_log(5), *[claim(n) for n in range(7, 12)])
    assert (result.behind, result.events, len(result.lost)) == (True, [], 5)


def test_of_a_log_that_went_on_by_itself_the_topic_has_lost_what_others_took_the_place_of() -> None:
    """The log was restored at 5, and 6 and 7 were appended before anybody looked."""
    result = found(a_log(7, relayed=5), *[claim(n) for n in range(6, 9)], versions={AGGREGATE: 5})
    assert (result.behind, result.diverged, result.parting, positions(result.events)) == (True, True, 5, [6, 7, 8])


def test_of_two_generations_that_the_log_does_not_know_the_later_one_holds_from_where_it_began() -> None:
    first = [claim(n) for n in range(6, 12)]
    second = [claim(n, generation=2, offset=n + 100, event_id=id_of_name("again", str(n))) for n in range(9, 11)]
    result = found(a_log(5), *first, began(2, 8), *second)
    assert result.begun == {2: 8}
    assert [(c.position, c.generation) for c in result.events] == [(6, 1), (7, 1), (8, 1), (9, 2), (10, 2)]
    # What the first had there was lost when the second began: it is named once more.
    assert ([(lost.claim.position, lost.claim.generation) for lost in result.lost], result.foreign) == ([(9, 1), (10, 1), (11, 1)], [])


def test_a_log_that_does_not_know_its_newest_generation_is_behind_even_if_nothing_was_appended_in_it() -> None:
    result = found(a_log(5), began(2, 5))
    assert (result.behind, result.begun, result.foreign) == (True, {2: 5}, [])


def test_a_generation_that_began_further_back_takes_the_parting_there() -> None:
    result = found(a_log(5), began(2, 3))
    assert (result.parting, result.diverged) == (3, True)


def test_of_two_messages_that_tell_different_things_of_an_event_the_first_is_taken_and_the_other_listed() -> None:
    forged = claim(6, offset=90, checksum=2)
    result = found(a_log(5), forged, claim(6, checksum=1), claim(7, checksum=7))
    assert [(event.position, event.checksum) for event in result.events] == [(6, 1), (7, 7)]
    (foreign,) = result.foreign
    assert (foreign.offset, foreign.fault) == (90, "a message before it has its position and id, and says something else")
    assert not result.lost


def test_a_message_that_the_relay_sent_again_contradicts_nothing() -> None:
    result = found(a_log(5), claim(6, checksum=1), claim(6, offset=90, checksum=1))
    assert (positions(result.events), result.foreign, result.lost) == ([6], [], [])


def test_where_two_partitions_tell_different_things_of_an_event_nothing_is_taken_from_there_on() -> None:
    result = found(a_log(5), claim(6), claim(7, checksum=1), claim(7, partition=1, offset=2, checksum=2), claim(8))
    assert positions(result.events) == [6]
    assert [(lost.claim.position, "nothing tells which" in lost.why) for lost in result.lost] == [(7, True), (8, False)]
    assert len(result.foreign) == 1
