"""A page has at most so many bytes, whatever its entries hold; and what gRPC itself refuses as too large is not told as "ask again"."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.audit.v1 import service_pb2 as audit
from cairn.progress.v1 import service_pb2 as progress
from chassis.errors import Kind
from chassis.rpc import PAGE_BYTES, fitting, fitting_columns, from_error

SIZES = st.lists(st.sampled_from([10, 1_000, PAGE_BYTES // 3, PAGE_BYTES - 100, PAGE_BYTES, 2 * PAGE_BYTES]), min_size=1, max_size=6)


def action(size: int) -> audit.Action:
    return audit.Action(event_json="x" * size)


@settings(max_examples=25, deadline=None)
@given(SIZES)
def test_a_page_is_the_first_of_its_list_and_fits_unless_one_entry_alone_does_not(sizes: list[int]) -> None:
    page = fitting(map(action, sizes))
    assert [len(entry.event_json) for entry in page] == sizes[: len(page)]
    assert len(page) == 1 or sum(entry.ByteSize() for entry in page) <= PAGE_BYTES
    assert len(page) == len(sizes) or sum(action(size).ByteSize() for size in sizes[: len(page) + 1]) > PAGE_BYTES


def test_of_what_does_not_fit_one_at_most_is_made() -> None:
    made = []

    def entries() -> Iterator[audit.Action]:
        for number in range(100):
            made.append(number)
            yield action(PAGE_BYTES // 2)

    assert len(made) <= len(fitting(entries())) + 1


def test_of_nothing_there_is_an_empty_page() -> None:
    assert fitting([]) == []


@pytest.mark.parametrize("title", [1, 1_000, PAGE_BYTES // 2, PAGE_BYTES])
@pytest.mark.parametrize("wanted", [0, 1, 7, 100])
def test_a_page_in_columns_fits_unless_one_entry_alone_does_not(wanted: int, title: int) -> None:
    page = fitting_columns(wanted, lambda size: progress.GetTreeResponse(objectives=progress.ObjectiveColumns(title=["x" * title] * size)))
    shown = len(page.objectives.title)
    assert shown <= wanted
    assert shown == min(wanted, 1) or page.ByteSize() <= PAGE_BYTES
    assert shown == wanted or (shown + 1) * title * 2 > PAGE_BYTES  # not much less than would fit


def test_what_grpc_itself_refuses_as_too_large_is_not_worth_asking_again() -> None:
    error = grpc.aio.AioRpcError(
        grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.aio.Metadata(), grpc.aio.Metadata(), "SERVER: Sent message larger than max (42 vs. 33)"
    )
    refused = from_error(error)
    assert (refused.reason, refused.kind) == ("MESSAGE_TOO_LARGE", Kind.INVALID)
    assert "SERVER" not in refused.message
