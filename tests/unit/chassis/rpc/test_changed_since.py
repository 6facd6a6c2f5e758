"""A page of a list that can be followed tells of everything that was found once: as it is, or that it is gone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.audit.v1 import service_pb2 as audit
from chassis.rpc import PAGE_BYTES, FollowedPage

FOUND = st.lists(st.tuples(st.booleans(), st.sampled_from([10, PAGE_BYTES // 3, PAGE_BYTES])), max_size=12)
Numbered = tuple[int, tuple[bool, int]]


def passes(one: Numbered) -> bool:
    return one[1][0]


def action(one: Numbered) -> audit.Action:
    return audit.Action(position=one[0], event_json="x" * one[1][1])


@settings(max_examples=50, deadline=None)
@given(FOUND, st.integers(1, 5))
def test_page_by_page_each_thing_is_told_once_in_its_place(found: list[tuple[bool, int]], size: int) -> None:
    rest: list[Numbered] = list(enumerate(found))
    told, gone = list[int](), list[int]()
    while True:
        page = FollowedPage(rest, size, passes)
        messages = page.fitting(map(action, page.passing))
        assert len(messages) <= 1 or sum(message.ByteSize() for message in messages) <= PAGE_BYTES
        assert len(messages) + len(page.gone) <= size
        told += [message.position for message in messages]
        gone += [number for number, _ in page.gone]
        if page.last is None:
            break
        assert {*told, *gone} == set(range(page.last[0] + 1))
        rest = rest[rest.index(page.last) + 1 :]
    assert told == [number for number, (is_there, _) in enumerate(found) if is_there]
    assert gone == [number for number, (is_there, _) in enumerate(found) if not is_there]
