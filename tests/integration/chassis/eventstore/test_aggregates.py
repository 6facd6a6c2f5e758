"""Deciding on aggregates: ahead of the log, all or nothing, each for itself, and once for each idempotency key."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from cairn.goals.v1 import events_pb2
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.eventstore import ANYONE, Aggregate, Aggregates, AggregateType, Appended, EventLog, IdempotencyKey
from chassis.eventstore.state_cache import States
from chassis.ids import Id, id_text, new_id
from chassis.positions import Position
from tests.integration.chassis.eventstore.cycles import (
    CYCLE,
    TYPES,
    aggregates_of,
    call_of,
    decision,
    named,
    named_once,
    new_event,
    number,
    started,
)


async def refusal(work: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        await work
    return refused.value


async def names(aggregates: Aggregates, cycle: Id) -> list[str]:
    return (await aggregates.load(CYCLE, cycle))[0]


# ---- one decision


async def test_a_decision_is_answered_with_where_its_events_stand(log: EventLog, aggregates: Aggregates) -> None:
    cycle, event_id, call = new_id(), new_id(), call_of()
    two = [events_pb2.CycleDefined(name="a"), events_pb2.CycleDefined(name="b")]
    appended = await aggregates.decide(call, decision(cycle, lambda _: two, event_id=event_id, on_behalf_of=new_id()))
    first, second = await log.reader.read()
    assert appended == Appended(
        positions=(Position("goals", log.partition(cycle), 2),),
        version=2,
        recorded_at=first.recorded_at,
        event_ids=(event_id, second.event_id),
        aggregate_ids=(cycle, cycle),
        first_position=1,
    )
    assert (first.event_id, first.tenant_id, first.actor_id) == (event_id, call.identity.tenant_id, call.identity.person_id)
    assert await aggregates.load(CYCLE, cycle) == (["a", "b"], 2)
    assert await aggregates.load(CYCLE, new_id()) == ([], 0)


async def test_many_decisions_on_one_aggregate_at_once_see_each_other(log: EventLog, aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of()
    answers = await asyncio.gather(*[aggregates.decide(call, decision(cycle, number())) for _ in range(100)])
    assert sorted(a.version for a in answers) == list(range(1, 101))
    assert await names(aggregates, cycle) == [str(n) for n in range(100)]
    assert log.conflicts == 0


async def test_a_decision_with_nothing_to_do_answers_the_present_version(log: EventLog, aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of()
    await aggregates.decide(call, decision(cycle, named("a")))
    nothing = await aggregates.decide(call, decision(cycle, lambda _: []))
    assert (nothing.version, nothing.event_ids, nothing.positions, nothing.first_position) == (1, (), (), 0)
    assert await log.head() == 1


async def test_a_stale_version_is_refused_and_the_present_one_is_not(aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of()
    await aggregates.decide(call, decision(cycle, named("a")))
    assert (await aggregates.decide(call, decision(cycle, named("b"), expected_version=1))).version == 2
    stale = await refusal(aggregates.decide(call, decision(cycle, named("c"), expected_version=1)))
    assert (stale.reason, stale.kind) == ("STALE_VERSION", Kind.STALE)
    assert "version 2, not 1" in stale.message


async def test_another_tenants_aggregate_is_unknown(log: EventLog, aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of()
    await aggregates.decide(call, decision(cycle, named("a")))
    for reader in (aggregates, aggregates_of(log)):  # from the cache, and from the log
        unknown = await refusal(reader.decide(call_of(), decision(cycle, named("b"))))
        assert unknown.kind is Kind.UNKNOWN
    assert await log.head() == 1


async def test_another_tenants_aggregate_gives_the_refusal_of_one_that_is_not_there(aggregates: Aggregates) -> None:
    def start(names: list[str]) -> events_pb2.CycleDefined:
        if not names:
            raise Refused("CYCLE_UNKNOWN", "there is no such cycle", kind=Kind.UNKNOWN)
        return events_pb2.CycleDefined(name="started")

    cycle = new_id()
    await aggregates.decide(call_of(), decision(cycle, named("a")))
    assert repr(await refusal(aggregates.decide(call_of(), decision(cycle, start)))) == repr(
        await refusal(aggregates.decide(call_of(), decision(new_id(), start)))
    )


async def test_a_refusal_out_of_the_cache_looks_again(log: EventLog, aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of()

    def only_after_another(known: list[str]) -> events_pb2.CycleDefined:
        if len(known) < 2:
            raise Refused("TOO_EARLY", "there is no second name")
        return events_pb2.CycleDefined(name="third")

    await aggregates.decide(call, decision(cycle, named("a")))
    assert (await refusal(aggregates.decide(call, decision(cycle, only_after_another)))).reason == "TOO_EARLY"
    await aggregates_of(log).decide(call, decision(cycle, named("b")))  # another process
    assert (await aggregates.decide(call, decision(cycle, only_after_another))).version == 3


async def test_a_nothing_out_of_the_cache_looks_again(log: EventLog, aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of()
    await aggregates.decide(call, decision(cycle, named("a")))
    await aggregates_of(log).decide(call, decision(cycle, named("b")))
    assert (
        await aggregates.decide(call, decision(cycle, lambda known: [] if known == ["a"] else [events_pb2.CycleDefined(name="c")]))
    ).version == 3


async def test_two_types_of_aggregate_never_share_a_state(aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of()
    await aggregates.decide(call, decision(cycle, named("a")))
    counts: AggregateType[dict[str, int]] = AggregateType("count", dict, lambda state, _: state.update(n=state.get("n", 0) + 1), dict)
    assert await aggregates.load(counts, cycle) == ({"n": 1}, 1)
    assert await aggregates.load(CYCLE, cycle) == (["a"], 1)


async def test_the_cache_is_bounded_and_a_state_that_left_it_is_loaded_again(log: EventLog) -> None:
    aggregates = aggregates_of(log, cache_size=2)
    cycles, call = [new_id() for _ in range(5)], call_of()
    for _ in range(2):
        for cycle in cycles:
            await aggregates.decide(call, decision(cycle, number()))
    assert [await names(aggregates, cycle) for cycle in cycles] == [["0", "1"]] * 5


async def test_the_cache_is_bounded_by_bytes_and_keeps_one_however_large_it_is(log: EventLog) -> None:
    states = States(log.reader, TYPES, cache_size=1000, cache_bytes=10_000)
    small, large = [new_id() for _ in range(10)], new_id()
    await log.append([new_event(large, version) for version in range(1, 201)])
    for cycle in small:
        await states.drafts({(CYCLE.name, cycle): CYCLE}, read=False)
    before = await states.drafts({(CYCLE.name, small[-1]): CYCLE}, read=False)
    assert not before[CYCLE.name, small[-1]].fresh  # out of the cache
    assert (await states.drafts({(CYCLE.name, small[0]): CYCLE}, read=False))[CYCLE.name, small[0]].fresh  # it had left
    assert (await states.drafts({(CYCLE.name, large): CYCLE}, read=False))[CYCLE.name, large].version == 200
    assert not (await states.drafts({(CYCLE.name, large): CYCLE}, read=False))[CYCLE.name, large].fresh
    assert (await states.drafts({(CYCLE.name, small[-1]): CYCLE}, read=False))[CYCLE.name, small[-1]].fresh


async def test_aggregates_with_more_events_than_a_page_are_read_whole_and_in_order(log: EventLog) -> None:
    sizes = {new_id(): size for size in (1, 3, 499, 500, 501, 1_200, 2)}
    for cycle, size in sizes.items():
        await log.append([new_event(cycle, version) for version in range(1, size + 1)])
    versions: dict[Id, list[int]] = {cycle: [] for cycle in sizes}
    async for page in log.reader.pages_of_aggregates([*sizes, new_id()]):
        assert len(page) <= 500
        for event in page:
            versions[event.aggregate_id].append(event.aggregate_version)
    assert versions == {cycle: list(range(1, size + 1)) for cycle, size in sizes.items()}


async def test_an_event_that_cannot_be_folded_leaves_no_half_folded_state(log: EventLog) -> None:
    def break_on_b(known: list[str], event: Any) -> None:
        known.append(event.name)
        if event.name == "b":
            raise ValueError("b")

    fragile: AggregateType[list[str]] = AggregateType("cycle", list, break_on_b, list)
    aggregates, cycle, call = aggregates_of(log), new_id(), call_of()
    about = Aggregate(fragile, cycle, may=ANYONE)
    await aggregates.decide(call, about.decision(named("a")))
    with pytest.raises(ValueError, match="b"):
        await aggregates.decide(call, about.decision(named("b")))
    assert await aggregates.load(fragile, cycle) == (["a"], 1)
    assert (await aggregates.decide(call, about.decision(named("a")))).version == 2


def renamed(name: str) -> events_pb2.CycleDefined:
    """Makes an event without looking at the cycle; refuses an empty name."""
    if not name:
        raise Refused("NAME_EMPTY", "a cycle has a name")
    return events_pb2.CycleDefined(name=name)


async def test_an_event_that_rests_on_no_state_is_appended_to_whatever_there_is(aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of()
    about = Aggregate(CYCLE, cycle, may=ANYONE)
    for name in ("a", "b"):
        await aggregates.decide(call, about.event(renamed, name))
    assert await names(aggregates, cycle) == ["a", "b"]


async def test_a_refusal_that_rests_on_no_state_is_the_last_word_but_for_a_repeat(
    log: EventLog, aggregates: Aggregates, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant, cycle = new_id(), new_id()
    about = Aggregate(CYCLE, cycle, may=ANYONE)
    first = await aggregates.decide(call_of(tenant, "k", b"f"), about.event(renamed, "a"))
    read: list[Any] = []
    monkeypatch.setattr(log.reader, "pages_of_aggregates", read.append)  # the state is not looked up again
    assert (await refusal(aggregates.decide(call_of(tenant), about.event(renamed, "")))).reason == "NAME_EMPTY"
    assert await aggregates.decide(call_of(tenant, "k", b"f"), about.event(renamed, "")) == first._replace(repeated=True)
    assert not read


async def test_who_may_is_asked_on_the_state_that_is_decided_on(aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of()

    def may_name(identity: Identity, known: list[str]) -> None:
        if known and identity.person_id != call.identity.person_id:
            raise Refused("NOT_YOURS", "only who named it first names it again", kind=Kind.FORBIDDEN)

    about = Aggregate(CYCLE, cycle, may=may_name)
    await aggregates.decide(call, about.decision(named("a")))
    await aggregates.decide(call, about.decision(named("b")))
    stranger = call_of(call.identity.tenant_id, person=new_id())
    assert (await refusal(aggregates.decide(stranger, about.decision(named("c"))))).reason == "NOT_YOURS"
    assert (await refusal(aggregates.decide(stranger, about.requirement(still_open)))).reason == "NOT_YOURS"
    with pytest.raises(TypeError, match="made without one"):
        about.event(renamed, "d")  # there is no state to ask on


# ---- several, all or nothing


async def test_decisions_together_are_one_unit_and_see_each_other(log: EventLog, aggregates: Aggregates) -> None:
    one, other, call = new_id(), new_id(), call_of()
    appended = await aggregates.decide_together(call, [decision(one, number()), decision(other, number()), decision(one, number())])
    assert (appended.version, appended.first_position, appended.aggregate_ids) == (2, 1, (one, other, one))
    assert {p.position for p in appended.positions} >= {3}
    assert await names(aggregates, one) == ["0", "1"]
    assert (await aggregates.decide(call, decision(one, number()))).version == 3
    assert log.groups_written == 2


@pytest.mark.parametrize("several_on_one", [False, True])
async def test_a_refusal_of_one_leaves_no_trace_of_the_others(log: EventLog, aggregates: Aggregates, several_on_one: bool) -> None:
    call, cycles = call_of(), [new_id() for _ in range(5)]
    for cycle in cycles:
        await aggregates.decide(call, decision(cycle, named("a")))
    rows = [decision(cycles[0] if several_on_one else cycle, named_once(f"b{n}")) for n, cycle in enumerate(cycles[:4])]
    refused = await refusal(aggregates.decide_together(call, [*rows, decision(cycles[4], named_once("a"))]))
    assert (refused.reason, refused.row) == ("NAME_TAKEN", 4)
    assert await log.head() == 5
    assert (await aggregates.decide(call, decision(cycles[0], number()))).version == 2
    assert await names(aggregates, cycles[0]) == ["a", "1"]


# ---- several, each by itself


async def test_decisions_of_their_own_are_answered_each_and_written_as_one_group(log: EventLog, aggregates: Aggregates) -> None:
    call, one, other = call_of(), new_id(), new_id()
    rows = [decision(one, named_once("a")), decision(one, named_once("a")), decision(other, named("b")), decision(one, number())]
    first, second, third, fourth = await aggregates.decide_each(call, rows)
    assert isinstance(second, Refused)
    assert (second.reason, second.row) == ("NAME_TAKEN", 1)
    assert [a.version for a in (first, third, fourth) if isinstance(a, Appended)] == [1, 1, 2]
    assert await names(aggregates, one) == ["a", "1"]
    assert (log.groups_written, await log.head()) == (1, 3)
    events = {e.event_id: e.position for e in await log.reader.read()}
    for answer in (first, third, fourth):
        assert isinstance(answer, Appended)
        assert answer.first_position == events[answer.event_ids[0]]


async def test_decisions_of_their_own_behind_another_process_are_decided_again(log: EventLog, aggregates: Aggregates) -> None:
    call, cycles = call_of(), [new_id() for _ in range(20)]
    await aggregates.decide_each(call, [decision(cycle, number()) for cycle in cycles])
    await aggregates_of(log).decide_each(call, [decision(cycle, number()) for cycle in cycles[:10]])
    answers = await aggregates.decide_each(call, [decision(cycle, number()) for cycle in cycles])
    assert [a.version for a in answers if isinstance(a, Appended)] == [3] * 10 + [2] * 10
    assert await names(aggregates, cycles[0]) == ["0", "1", "2"]
    assert await names(aggregates, cycles[19]) == ["0", "1"]


async def test_what_is_refused_already_keeps_its_place_among_the_others(log: EventLog, aggregates: Aggregates) -> None:
    call, cycle, forbidden = call_of(), new_id(), Refused("NOT_YOURS", "it is another's", kind=Kind.FORBIDDEN)
    names_to_give = [decision(cycle, named(name), key=IdempotencyKey("Name", name, b"f")) for name in ("a", "b")]
    for repeated in (False, True):
        first, second, third = await aggregates.decide_each(call, [forbidden, *names_to_give])
        assert first is forbidden
        assert [a.repeated for a in (second, third) if isinstance(a, Appended)] == [repeated, repeated]
    assert await refusal(aggregates.decide_together(call, [decision(cycle, named("c")), forbidden])) is forbidden
    assert (forbidden.row, await names(aggregates, cycle)) == (1, ["a", "b"])


async def test_no_decisions_are_no_answers(aggregates: Aggregates) -> None:
    assert await aggregates.decide_each(call_of(), []) == []
    assert (await refusal(aggregates.decide_together(call_of(), []))).kind is Kind.INVALID


async def test_rows_of_a_large_batch_leave_others_their_turn_and_keep_their_order(log: EventLog, aggregates: Aggregates) -> None:
    cycle, other, call, another_call = new_id(), new_id(), call_of(), call_of()
    await aggregates.decide(call, decision(cycle, named("first")))
    await aggregates.decide(another_call, decision(other, named("first")))
    large = asyncio.create_task(aggregates.decide_each(call, [decision(cycle, named_once(str(n))) for n in range(450)]))
    await asyncio.sleep(0)
    (small,) = (await aggregates.decide(another_call, decision(other, named("small")))).positions
    assert small.position == 253, "after one turn"
    assert [answer.version for answer in await large if isinstance(answer, Appended)] == list(range(2, 452))
    assert await names(aggregates, cycle) == ["first", *(str(n) for n in range(450))]


async def test_rows_whose_turn_comes_when_the_log_cannot_be_read_are_refused_and_those_before_stand(
    aggregates: Aggregates, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle, away = new_id(), Refused("LOG_UNAVAILABLE", "away", kind=Kind.UNAVAILABLE)
    drafts, asked = States.drafts, 0

    async def drafts_once(self: States, *wanted: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise away
        return await drafts(self, *wanted)

    monkeypatch.setattr(States, "drafts", drafts_once)
    answers = await aggregates.decide_each(call_of(), [decision(cycle, named(str(n))) for n in range(300)])
    assert [isinstance(answer, Appended) for answer in answers] == [True] * 250 + [False] * 50
    assert answers[-1] is away
    assert len(await names(aggregates, cycle)) == 250


# ---- several units, each by itself


async def test_units_are_carried_out_each_by_itself_and_each_sees_those_before_it(log: EventLog, aggregates: Aggregates) -> None:
    one, other, call = new_id(), new_id(), call_of()
    refused = Refused("NOT_SO", "it is refused already")
    both = [decision(one, number()), decision(other, named_once("a"))]
    answers = await aggregates.decide_units([(call, both), (call, both), (call, refused), (call, [decision(one, number())])])
    first, second, third, fourth = answers
    assert isinstance(first, Appended)
    assert (first.aggregate_ids, first.first_position) == ((one, other), 1)
    assert isinstance(second, Refused)
    assert (second.reason, second.row) == ("NAME_TAKEN", 1)
    assert third is refused
    assert isinstance(fourth, Appended)
    assert (await names(aggregates, one), await names(aggregates, other)) == (["0", "1"], ["a"])
    assert await aggregates.decide_units([]) == []


async def test_a_unit_may_look_at_what_one_before_it_in_the_same_group_moves(log: EventLog, aggregates: Aggregates) -> None:
    looked_at, call = new_id(), call_of()
    look = Aggregate(CYCLE, looked_at, may=ANYONE).requirement(lambda names: None)
    units = [[decision(looked_at if n % 2 else new_id(), number()), *([] if n % 2 else [look])] for n in range(40)]
    answers = await aggregates.decide_units([(call, unit) for unit in units])
    assert all(isinstance(answer, Appended) for answer in answers)
    assert await names(aggregates, looked_at) == [str(n) for n in range(20)]
    assert (log.conflicts, log.groups_written < 10) == (0, True)


async def test_many_units_leave_others_their_turn_and_keep_their_order(log: EventLog, aggregates: Aggregates) -> None:
    cycle, other, call, another_call = new_id(), new_id(), call_of(), call_of()
    await aggregates.decide(another_call, decision(other, named("first")))
    many = asyncio.create_task(aggregates.decide_units([(call, [decision(cycle, named_once(str(n)))]) for n in range(600)]))
    await asyncio.sleep(0)
    (small,) = (await aggregates.decide(another_call, decision(other, named("small")))).positions
    assert small.position <= 1 + 250 + 1, "after one turn"
    assert [answer.version for answer in await many if isinstance(answer, Appended)] == list(range(1, 601))
    assert await names(aggregates, cycle) == [str(n) for n in range(600)]


async def test_units_are_repeated_each_under_the_key_of_its_call(log: EventLog, aggregates: Aggregates) -> None:
    tenant, cycles = new_id(), [new_id() for _ in range(3)]
    units = [(call_of(tenant, f"k{n}", b"f"), [decision(cycle, named_once("a"))]) for n, cycle in enumerate(cycles)]
    first = await aggregates.decide_units(units[:2])
    again = await aggregates.decide_units(units)
    assert again[:2] == [answer._replace(repeated=True) for answer in first if isinstance(answer, Appended)]
    assert await log.head() == 3


# ---- idempotency keys


async def test_a_repeat_gets_the_first_answer_and_appends_nothing(log: EventLog, aggregates: Aggregates) -> None:
    tenant, cycle = new_id(), new_id()

    def call() -> Call:
        return call_of(tenant, "k", b"same")

    first = await aggregates.decide(call(), decision(cycle, named_once("a")))
    for process in (aggregates, aggregates_of(log)):  # and after a restart
        repeated = await process.decide(call(), decision(cycle, named_once("a")))  # refused by its rule, but done already
        assert repeated == first._replace(repeated=True)
        assert (await process.decide(call(), decision(cycle, named("a")))).repeated  # allowed by its rule, but done already
        assert (await process.decide(call(), decision(new_id(), named("a")))).aggregate_ids == (cycle,)  # a new id each time
        assert (await process.decide(call(), decision(cycle, lambda _: []))).event_ids == first.event_ids
    assert await log.head() == 1
    assert (await aggregates.decide(call_of(tenant, "other", b"same"), decision(cycle, named("b")))).version == 2


async def test_a_key_with_another_request_is_refused(log: EventLog, aggregates: Aggregates) -> None:
    tenant, cycle = new_id(), new_id()
    await aggregates.decide(call_of(tenant, "k", b"one"), decision(cycle, named("a")))
    reused = await refusal(aggregates.decide(call_of(tenant, "k", b"other"), decision(cycle, named("b"))))
    assert (reused.reason, reused.kind) == ("IDEMPOTENCY_KEY_REUSED", Kind.REFUSED)
    assert await log.head() == 1


async def test_a_key_is_that_of_a_person_and_an_operation(log: EventLog, aggregates: Aggregates) -> None:
    tenant, cycle = new_id(), new_id()
    first = await aggregates.decide(call_of(tenant, "k", b"f"), decision(cycle, named("a")))
    for other in (
        call_of(new_id(), "k", b"f"),
        call_of(tenant, "k", b"f", person=new_id()),
        replace(call_of(tenant, "k", b"other"), operation="Rename"),
    ):
        appended = await aggregates.decide(other, decision(new_id(), named("b")))
        assert not appended.repeated
        assert (await aggregates.decide(other, decision(new_id(), named("b")))) == appended._replace(repeated=True)
    assert (await aggregates.decide(call_of(tenant, "k", b"f"), decision(cycle, named("a")))) == first._replace(repeated=True)
    assert await log.head() == 4


async def test_a_key_from_before_keys_said_their_operation_is_its_senders_for_whatever(database: str, log: EventLog) -> None:
    tenant, cycle = new_id(), new_id()
    first = await aggregates_of(log).decide(call_of(tenant, "k", b"f"), decision(cycle, named("a")))
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute("UPDATE event SET operation = NULL")
    upgraded = await started(database)  # as after the upgrade: the key stands in the log as it was written before
    try:
        aggregates = aggregates_of(upgraded)
        assert await aggregates.decide(call_of(tenant, "k", b"f"), decision(cycle, named("b"))) == first._replace(repeated=True)
        guarded = [decision(new_id(), named("b")), decision(cycle, lambda _: ())]
        reused = await refusal(aggregates.decide_together(replace(call_of(tenant, "k", b"other"), operation="Rename"), guarded))
        assert reused.reason == "IDEMPOTENCY_KEY_REUSED"
        assert not (await aggregates.decide(call_of(tenant, "k", b"f", person=new_id()), decision(new_id(), named("b")))).repeated
        assert not (await aggregates.decide(call_of(tenant, "new", b"f"), decision(new_id(), named("b")))).repeated
    finally:
        await upgraded.stop()


async def test_whoever_may_not_is_told_so_whatever_version_and_key_they_name(aggregates: Aggregates) -> None:
    """The order of checks: may they, was it done already, is it at their version, does the rule allow it."""
    tenant, owner, cycle = new_id(), new_id(), new_id()

    def may(identity: Identity, _: list[str]) -> None:
        if identity.person_id != owner:
            raise Refused("CYCLE_UNKNOWN", "there is no such cycle", kind=Kind.UNKNOWN)

    def about(expected_version: int = 0) -> Aggregate[list[str]]:
        return Aggregate(CYCLE, cycle, expected_version, may=may)

    async def renamed_by(person: Id, expected_version: int = 0, key: str = "") -> str:
        call = call_of(tenant, key, b"f", person=person)
        try:
            return "repeated" if (await aggregates.decide(call, about(expected_version).decision(named_once("a")))).repeated else "done"
        except Refused as refused:
            return refused.reason

    assert await renamed_by(owner, key="k") == "done"
    assert [await renamed_by(owner, *sent) for sent in ((9, "k"), (9, "new"), (1, "new"))] == ["repeated", "STALE_VERSION", "NAME_TAKEN"]
    stranger, former = new_id(), owner
    assert {await renamed_by(stranger, *sent) for sent in ((0,), (9,), (1,), (0, "k"), (9, "k"))} == {"CYCLE_UNKNOWN"}
    owner = stranger
    assert await renamed_by(former, key="k") == "CYCLE_UNKNOWN"  # what they did before is not told to who may no longer know


async def test_who_may_is_asked_of_everything_that_a_unit_names_before_any_of_it_is_decided(aggregates: Aggregates) -> None:
    def unknown(_identity: Identity, _: list[str]) -> None:
        raise Refused("CYCLE_UNKNOWN", "there is no such cycle", kind=Kind.UNKNOWN)

    def against_the_rule(_: list[str]) -> events_pb2.CycleDefined:
        raise Refused("NAMED", "it has a name")

    unit = [decision(new_id(), against_the_rule, expected_version=7), Aggregate(CYCLE, new_id(), may=unknown).requirement(still_open)]
    refused = await refusal(aggregates.decide_together(call_of(), unit))
    assert (refused.reason, refused.row) == ("CYCLE_UNKNOWN", 1)


async def test_another_tenants_aggregate_is_at_every_step_as_if_it_were_not_there(aggregates: Aggregates) -> None:
    def known(_identity: Identity, names: list[str]) -> None:
        if not names:
            raise Refused("CYCLE_UNKNOWN", "there is no such cycle", kind=Kind.UNKNOWN)

    theirs = new_id()
    await aggregates.decide(call_of(), decision(theirs, named("a")))

    async def told(cycle: Id, may: Any, expected_version: int) -> tuple[str, str]:
        about: Aggregate[list[str]] = Aggregate(CYCLE, cycle, expected_version, may=may)
        refused = await refusal(aggregates.decide(call_of(), about.decision(named_once(""))))
        return refused.reason, refused.message.replace(id_text(cycle), "…")

    for may in (known, ANYONE):
        for expected_version in (0, 1, 9):
            if may is known or expected_version:
                assert await told(theirs, may, expected_version) == await told(new_id(), may, expected_version)


@pytest.mark.parametrize("key", ["k" * 256, "k\0", "k\udc80"])
async def test_a_key_that_is_none_is_refused(aggregates: Aggregates, key: str) -> None:
    assert (await refusal(aggregates.decide(call_of(key=key), decision(new_id(), named("a"))))).kind is Kind.INVALID
    row = decision(new_id(), named("a"), key=IdempotencyKey("Name", key, b"f"))
    (answer,) = await aggregates.decide_each(call_of(), [row])
    assert isinstance(answer, Refused)


async def test_the_same_request_many_times_at_once_is_carried_out_once(log: EventLog, aggregates: Aggregates) -> None:
    tenant, other_process = new_id(), aggregates_of(log)
    answers = await asyncio.gather(
        *[
            process.decide(call_of(tenant, "k", b"f"), decision(new_id(), named("a")))
            for process in (aggregates, other_process)
            for _ in range(20)
        ]
    )
    assert len({a.event_ids for a in answers}) == 1
    assert sorted(a.repeated for a in answers) == [False] + [True] * 39
    assert await log.head() == 1


async def test_a_unit_is_repeated_as_a_whole(log: EventLog, aggregates: Aggregates) -> None:
    tenant, cycles = new_id(), [new_id() for _ in range(3)]
    rows = [decision(cycle, named(f"n{n}")) for n, cycle in enumerate([*cycles, cycles[0]])]
    first = await aggregates.decide_together(call_of(tenant, "k", b"f"), rows)
    await aggregates.decide(call_of(tenant), decision(cycles[0], named("later")))
    again = await aggregates.decide_together(call_of(tenant, "k", b"f"), rows)
    assert (again.repeated, again.event_ids, again.version, set(again.positions)) == (True, first.event_ids, 2, set(first.positions))
    assert await log.head() == 5


async def test_a_repeated_unit_is_answered_the_version_of_what_it_only_looked_at(aggregates: Aggregates) -> None:
    """As when an objective is aligned: the alignment gets the event, the next command names the objective's version."""
    tenant, objective, alignment = new_id(), new_id(), new_id()
    unit = [decision(objective, lambda _: ()), decision(alignment, named("aligned"))]
    for version in (0, 3):
        call = call_of(tenant, f"at {version}", b"f")
        first = await aggregates.decide_together(call, unit)
        for name in ("a", "b", "c"):
            await aggregates.decide(call_of(tenant), decision(objective, named(name)))
        assert first.version == version
        assert await aggregates.decide_together(call, unit) == first._replace(repeated=True)


async def test_rows_with_keys_of_their_own_are_done_once_each(log: EventLog, aggregates: Aggregates) -> None:
    tenant, cycle = new_id(), new_id()

    def row(n: int, fingerprint: bytes = b"f") -> Any:
        return decision(cycle, named(f"n{n}"), key=IdempotencyKey("Name", f"k{n}", fingerprint))

    first = await aggregates.decide_each(call_of(tenant), [row(0), row(1), row(0), row(1, b"other")])
    assert [a.repeated if isinstance(a, Appended) else a.reason for a in first] == [False, False, True, "IDEMPOTENCY_KEY_REUSED"]
    second = await aggregates.decide_each(call_of(tenant), [row(1), row(2), row(0)])
    assert [a.repeated for a in second if isinstance(a, Appended)] == [True, False, True]
    assert [a.first_position for a in second if isinstance(a, Appended)] == [2, 3, 1]
    assert await names(aggregates, cycle) == ["n0", "n1", "n2"]
    assert await log.head() == 3


async def test_a_unit_of_rows_with_keys_appends_only_what_is_new(log: EventLog, aggregates: Aggregates) -> None:
    tenant, cycles = new_id(), [new_id() for _ in range(3)]

    def row(n: int, fingerprint: bytes = b"f") -> Any:
        return decision(cycles[n], named_once("a"), key=IdempotencyKey("Name", f"k{n}", fingerprint))

    first = await aggregates.decide_together(call_of(tenant), [row(0), row(1), row(0)])
    assert (first.repeated, len(first.event_ids)) == (False, 2)
    both = await aggregates.decide_together(call_of(tenant), [row(1), row(2)])
    assert (both.repeated, both.aggregate_ids, both.version) == (False, (cycles[1], cycles[2]), 1)
    repeated = await aggregates.decide_together(call_of(tenant), [row(1), row(2)])
    assert (repeated.repeated, repeated.event_ids) == (True, both.event_ids)
    fresh = decision(new_id(), named("b"), key=IdempotencyKey("Name", "fresh", b"f"))
    reused = await refusal(aggregates.decide_together(call_of(tenant), [fresh, row(2), row(0, b"other")]))
    assert (reused.reason, reused.row) == ("IDEMPOTENCY_KEY_REUSED", 2)
    within = await refusal(
        aggregates.decide_together(call_of(tenant), [fresh, decision(new_id(), named("b"), key=IdempotencyKey("Name", "fresh", b"other"))])
    )
    assert (within.reason, within.row) == ("IDEMPOTENCY_KEY_REUSED", 1)
    assert await log.head() == 3


async def test_a_fault_in_one_row_leaves_nothing_of_the_rows_before_it(log: EventLog, aggregates: Aggregates) -> None:
    """Else the next decision on them would rest on what is not in the log, and leave a version out."""
    one, other, call = new_id(), new_id(), call_of()

    def fault(_: list[str]) -> None:
        raise KeyError("a fault of our own")

    with pytest.raises(KeyError):
        await aggregates.decide_each(call, [decision(one, named("phantom")), decision(other, fault)])
    await aggregates.decide(call, decision(one, named("real")))
    assert [event.aggregate_version for event in await log.reader.read_aggregate(one)] == [1]
    assert await names(aggregates, one) == ["real"]


def still_open(names: list[str]) -> None:
    """Only looks."""
    if "closed" in names:
        raise Refused("CYCLE_CLOSED", "it is closed")


async def test_a_unit_rests_on_what_it_only_looked_at_as_it_is_when_it_is_written(log: EventLog, aggregates: Aggregates) -> None:
    call = call_of()
    for _ in range(20):
        cycle, objective = new_id(), new_id()
        await aggregates.decide(call, decision(cycle, named("opened")))
        await asyncio.gather(
            aggregates.decide(call, decision(cycle, named("closed"))),
            aggregates.decide_together(
                call, [decision(objective, named("defined")), Aggregate(CYCLE, cycle, may=ANYONE).requirement(still_open)]
            ),
            return_exceptions=True,
        )
        await defined_before_the_close(log, cycle, objective)


async def defined_before_the_close(log: EventLog, cycle: Id, objective: Id) -> None:
    *_, closed = await log.reader.read_aggregate(cycle)
    assert closed.aggregate_version == 2
    assert all(event.position < closed.position for event in await log.reader.read_aggregate(objective))


async def test_a_no_is_not_the_last_word_out_of_a_load_that_began_before_the_request(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    aggregates, call, cycle = aggregates_of(log), call_of(), new_id()
    read, loaded, go_on = log.reader.pages_of_aggregates, asyncio.Event(), asyncio.Event()

    async def slowly(ids: list[Id]) -> Any:
        pages = [page async for page in read(ids)]
        loaded.set()
        await go_on.wait()
        for page in pages:
            yield page

    monkeypatch.setattr(log.reader, "pages_of_aggregates", slowly)
    first = asyncio.create_task(aggregates.decide(call, decision(cycle, named("a"), expected_version=7)))
    await loaded.wait()
    await log.append([new_event(cycle, 1, tenant_id=call.identity.tenant_id)])  # by another process, and its caller knows of it
    second = asyncio.create_task(aggregates.decide(call, decision(cycle, named("b"), expected_version=1)))
    await asyncio.sleep(0)  # it joins the load that is under way
    go_on.set()
    assert (await refusal(first)).reason == "STALE_VERSION"
    assert (await second).version == 2


# ---- two processes


@pytest.mark.parametrize("seed", range(8))
async def test_two_processes_on_a_few_hot_aggregates_carry_every_command_out_once(database: str, seed: int) -> None:
    chance = random.Random(seed)
    logs = [await started(database) for _ in range(2)]
    processes = [aggregates_of(log) for log in logs]
    tenant, cycles = new_id(), [new_id() for _ in range(3)]
    carried_out: list[Appended] = []

    async def client(process: Aggregates) -> None:
        for _ in range(15):
            chosen = [decision(chance.choice(cycles), number()) for _ in range(chance.choice([1, 1, 4]))]
            match chance.randrange(3):
                case 0:
                    carried_out.append(await process.decide(call_of(tenant), chosen[0]))
                case 1:
                    carried_out.append(await process.decide_together(call_of(tenant), chosen))
                case _:
                    carried_out.extend([a for a in await process.decide_each(call_of(tenant), chosen) if isinstance(a, Appended)])

    await asyncio.gather(*[client(process) for process in processes for _ in range(4)])
    events = await logs[0].reader.read(limit=10_000)
    assert sorted(e.event_id for e in events) == sorted(event_id for answer in carried_out for event_id in answer.event_ids)
    assert [e.position for e in events] == list(range(1, len(events) + 1))
    for cycle in cycles:  # each decision saw all that came before it
        known = await names(processes[0], cycle)
        assert known == [str(n) for n in range(len(known))]
    for log in logs:
        await log.stop()


async def test_another_process_cannot_move_what_a_unit_only_looked_at(database: str) -> None:
    logs = [await started(database) for _ in range(2)]
    one, other = map(aggregates_of, logs)
    call = call_of()

    async def close(cycle: Id, after: float) -> None:
        await asyncio.sleep(after)  # somewhere in the other's way
        await one.decide(call, decision(cycle, named("closed")))

    for attempt in range(40):
        cycle, objective = new_id(), new_id()
        await one.decide(call, decision(cycle, named("opened")))
        await asyncio.gather(
            close(cycle, attempt * 0.0002),
            other.decide_together(
                call, [decision(objective, named("defined")), Aggregate(CYCLE, cycle, may=ANYONE).requirement(still_open)]
            ),
            return_exceptions=True,
        )
        await defined_before_the_close(logs[0], cycle, objective)
    for log in logs:
        await log.stop()


@pytest.mark.parametrize("comes_to", [named("defined"), lambda _: ()], ids=["an event", "nothing"])
async def test_what_a_unit_only_looked_at_in_the_cache_is_as_the_log_has_it(log: EventLog, aggregates: Aggregates, comes_to: Any) -> None:
    cycle, objective, call = new_id(), new_id(), call_of()
    unit = [decision(objective, comes_to), Aggregate(CYCLE, cycle, may=ANYONE).requirement(still_open)]
    elsewhere = aggregates_of(log)
    for name in ("opened", "renamed"):
        await elsewhere.decide(call, decision(cycle, named(name)))
        await aggregates.decide_together(call, unit)
    await elsewhere.decide(call, decision(cycle, named("closed")))
    assert (await refusal(aggregates.decide_together(call, unit))).reason == "CYCLE_CLOSED"


async def test_a_failed_append_takes_back_what_was_decided_on_it(log: EventLog, aggregates: Aggregates) -> None:
    cycle, call = new_id(), call_of()
    await aggregates.decide(call, decision(cycle, named("a")))
    await log.append([new_event(cycle, 2, tenant_id=call.identity.tenant_id)])  # behind the cache's back
    answers = await asyncio.gather(*[aggregates.decide(call, decision(cycle, number())) for _ in range(10)])
    assert sorted(a.version for a in answers) == list(range(3, 13))
    assert await names(aggregates, cycle) == ["a", "v2", *[str(n) for n in range(2, 12)]]
