from __future__ import annotations

from chassis.checksums import NOTHING, Checksum, as_bigint, from_bigint
from chassis.kafka.consumer.recent import RecentEvents

BIG = 2**64 - 1


def test_what_each_event_counts_is_remembered_and_what_they_came_to_follows() -> None:
    recent = RecentEvents()
    recent.add([3, 5], [BIG, 7])
    recent.add([9], [1])
    assert [recent.checksum(position) for position in (2, 3, 4, 5, 9, 10)] == [None, BIG, None, 7, 1, None]
    all_of_it = Checksum(2, 40).plus([BIG, 7, 1])
    assert list(recent.up_to(9, all_of_it)) == [(2, Checksum(2, 40)), (3, Checksum(3, 39)), (5, Checksum(4, 46)), (9, all_of_it)]
    assert list(recent.up_to(6, Checksum(4, 46))) == [(2, Checksum(2, 40)), (3, Checksum(3, 39)), (5, Checksum(4, 46))]
    assert list(RecentEvents().up_to(6, NOTHING)) == [(6, NOTHING)]


def test_only_so_many_are_remembered() -> None:
    recent = RecentEvents()
    for start in range(0, 20_000, 500):
        recent.add(range(start, start + 500), [start] * 500)
    assert recent.checksum(0) is None
    assert recent.checksum(19_999) == 19_500


def test_a_sum_is_kept_by_a_database_with_a_sign() -> None:
    for checksum in (0, 1, 2**63 - 1, 2**63, BIG):
        assert -(2**63) <= as_bigint(checksum) < 2**63
        assert from_bigint(as_bigint(checksum)) == checksum
