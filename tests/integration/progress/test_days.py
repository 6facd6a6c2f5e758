"""Today is the tenant's, and what is dated later does not count before its day: live, in a rebuild, and at a known instant."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.operations.v1.operations_pb2 import RebuildRequest
from cairn.progress.v1 import service_pb2 as pb
from chassis.errors import Refused
from progress.projection import settle_newest_recorded
from shared.roles import AUDITOR, OPERATOR
from tests.support.events import an_id, corrected, graded
from tests.support.filled_logs import append, create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import TENANT, Served, activated, check_in, metric, objective, serve
from tests.support.told import DAY, START

TODAY = START + 10
KIRITIMATI, HONOLULU = "Pacific/Kiritimati", "Pacific/Honolulu"
"""14 hours ahead of UTC, and 10 behind it."""


class SetClock:
    """A clock that is set by hand, to an hour of `TODAY` in UTC."""

    def __init__(self) -> None:
        self.hour = 12.0

    def now(self) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=TODAY, hours=self.hour)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def logs(postgres: DatabaseServer) -> dict[str, str]:
    return await create_logs(postgres)


@pytest.fixture
async def progress(postgres: DatabaseServer, logs: dict[str, str], tmp_path: Path, clock: SetClock) -> AsyncIterator[Served]:
    async with serve(postgres.create_database(), logs, tmp_path, clock) as served:
        yield served


async def shown(progress: Served, zone: str = "UTC", **as_of: int) -> pb.Objective:
    """The objective O."""
    asked = common_pb2.AsOf(true_on=as_of.get("true_on"))
    if "known_at" in as_of:
        asked.known_at.FromMicroseconds(as_of["known_at"])
    request = pb.GetObjectiveRequest(objective_id=an_id("O"), as_of=asked)
    found: pb.Objective = (await progress("GetObjective", request, time_zone=zone)).objective
    tree = await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q"), as_of=asked), time_zone=zone)
    assert (list(tree.objectives.progress), list(tree.objectives.status)) == ([found.progress], [found.status])
    assert [k.grade for k in found.key_results if k.HasField("grade")] == [grade for grade in tree.key_results.grade if grade == grade]
    return found


@pytest.mark.parametrize(
    ("zone", "hour", "day"),
    [
        (HONOLULU, 9.99, TODAY - 1),
        (HONOLULU, 10, TODAY),
        (KIRITIMATI, 9.99, TODAY),
        (KIRITIMATI, 10, TODAY + 1),
        ("UTC", 0, TODAY),
        ("UTC", 23.99, TODAY),
    ],
)
async def test_the_pace_is_that_of_the_day_that_it_is_where_the_tenant_is(
    progress: Served, clock: SetClock, zone: str, hour: float, day: int
) -> None:
    clock.hour = hour
    await progress.tell(objective("O"), metric("O", "a"))
    pace = (day - START) / 100
    assert (await shown(progress, zone)).expected_pace == pytest.approx(pace)
    known_at = int(TODAY * DAY + hour * DAY / 24)
    assert (await shown(progress, zone, known_at=known_at)).expected_pace == pytest.approx(pace)
    assert (await shown(progress, zone, known_at=known_at + 700 * DAY)).expected_pace == pytest.approx(pace)  # it is no later than now
    assert (await shown(progress, zone, true_on=START + 50)).expected_pace == 0.5


async def test_what_is_dated_tomorrow_counts_from_tomorrow_on_and_not_before(
    progress: Served, clock: SetClock, logs: dict[str, str]
) -> None:
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 50, TODAY - 5))
    before = await shown(progress)
    await progress.tell(
        check_in("O", "a", 500, TODAY + 1), graded(0.9, TODAY + 1, key_result_id=an_id("a"), objective_id=an_id("O")), day=TODAY
    )
    append(logs, progress.events)
    for _ in ("folded live", "made anew"):
        assert (await shown(progress)).SerializeToString() == before.SerializeToString()
        assert (await shown(progress, known_at=TODAY * DAY + DAY // 2)).progress == 0.1
        assert (await shown(progress, HONOLULU)).progress == 0.1
        assert (await shown(progress, KIRITIMATI)).progress == 1.0  # there it is tomorrow already
        assert (await shown(progress, true_on=TODAY + 1)).progress == 1.0
        clock.hour += 12
        tomorrow = await shown(progress)
        assert (tomorrow.progress, tomorrow.key_results[0].grade, tomorrow.version) == (1.0, 0.9, before.version)
        clock.hour -= 12
        assert [step async for step in progress("Rebuild", RebuildRequest(), role=OPERATOR)][-1].phase == "done"


async def test_what_is_dated_tomorrow_where_the_tenant_is_waits_though_it_is_that_day_in_utc(
    progress: Served, clock: SetClock, logs: dict[str, str]
) -> None:
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 50, TODAY - 5))
    await progress.tell(check_in("O", "a", 500, TODAY), graded(0.9, TODAY, key_result_id=an_id("a"), objective_id=an_id("O")), day=TODAY)
    append(logs, progress.events)
    for _ in ("folded live", "made anew"):
        clock.hour = 9.99
        there = await shown(progress, HONOLULU)
        assert (there.progress, there.key_results[0].HasField("grade")) == (0.1, False)
        assert (await shown(progress)).progress == 1.0
        clock.hour = 10
        assert (await shown(progress, HONOLULU)).progress == 1.0
        assert [step async for step in progress("Rebuild", RebuildRequest(), role=OPERATOR)][-1].phase == "done"


@pytest.mark.parametrize(("zone", "day"), [(HONOLULU, TODAY - 1), ("UTC", TODAY), (KIRITIMATI, TODAY)])
async def test_what_holds_since_ever_is_told_on_the_day_that_it_was_recorded_where_the_tenant_is(
    progress: Served, zone: str, day: int
) -> None:
    await progress.tell(objective("O"), day=TODAY)  # at midnight in UTC
    for asked, told in ((day - 1, []), (day, [day])):
        as_of = common_pb2.AsOf(true_on=asked)
        request = pb.GetHistoryRequest(objective_id=an_id("O"), as_of=as_of)
        assert [change.true_on for change in (await progress("GetHistory", request, time_zone=zone)).changes] == told


async def test_a_share_of_nothing_is_none(progress: Served) -> None:
    await progress.tell(objective("O"))
    request = pb.GetObjectiveRequest(objective_id=an_id("O"))
    assert math.isnan((await progress("GetObjective", request)).objective.not_started_share)


async def test_a_correction_of_what_is_dated_tomorrow_waits_for_its_day_too(progress: Served, clock: SetClock) -> None:
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 50, TODAY - 5))
    await progress.tell(
        check_in("O", "a", 500, TODAY + 1),
        corrected(f"a@{TODAY + 1}", "later", 250, TODAY + 1, key_result_id=an_id("a"), objective_id=an_id("O")),
        day=TODAY,
    )
    assert (await shown(progress)).progress == 0.1
    clock.hour += 12
    assert (await shown(progress)).progress == 0.5


async def test_the_version_that_a_command_has_to_name_is_the_newest_one_whatever_is_dated_later(progress: Served) -> None:
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 500, TODAY + 1), day=TODAY)
    shared = goals.KeyResultShared(objective_id=an_id("O"), key_result_id=an_id("a"), counts_for=an_id("P"), holds_from=TODAY)
    await progress.tell(shared, day=TODAY)
    assert (await shown(progress)).version == 4


async def test_known_now_is_all_that_is_known_while_a_log_leads(progress: Served, clock: SetClock, logs: dict[str, str]) -> None:
    """A moment at which the machine's clock was two days ahead: what is recorded until then has that instant."""
    minute = DAY // 1440
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 50, TODAY - 5), day=TODAY - 5)
    before = TODAY * DAY + DAY // 2 - 10 * minute
    await progress.tell(check_in("O", "a", 250, TODAY), day=TODAY + 2)
    now = TODAY * DAY + DAY // 2
    append(logs, progress.events)
    for _ in ("folded live", "made anew"):
        live = await shown(progress)
        assert live.progress == 0.5
        for known_at in (now, now - minute, now + minute, now + 3 * DAY):
            assert (await shown(progress, known_at=known_at)).SerializeToString() == live.SerializeToString()
            assert (await shown(progress, known_at=known_at, true_on=TODAY)).progress == 0.5
            assert (await shown(progress, known_at=known_at, true_on=TODAY - 1)).progress == 0.1
            assert (await told_of(progress, known_at))[0] == "value 50 → 250"
        assert (await shown(progress, known_at=before)).progress == 0.1
        assert (await told_of(progress, before))[0] == "value 50"
        assert [step async for step in progress("Rebuild", RebuildRequest(), role=OPERATOR)][-1].phase == "done"


async def test_a_lead_that_an_older_release_did_not_note_is_known_before_anything_new_comes(progress: Served, clock: SetClock) -> None:
    await settle_newest_recorded(progress.live.dsn)  # nothing was taken in yet
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 250, TODAY), day=TODAY + 2)
    now = TODAY * DAY + DAY // 2
    async with progress.live.pool.connection() as connection:
        await connection.execute("UPDATE consumed SET recorded_at = 0")
    live = await shown(progress)
    with pytest.raises(Refused):
        await shown(progress, known_at=now)
    await settle_newest_recorded(progress.live.dsn)
    assert (await shown(progress, known_at=now)).SerializeToString() == live.SerializeToString()


async def test_an_instant_is_exact_while_no_log_leads(progress: Served, clock: SetClock) -> None:
    now = TODAY * DAY + DAY // 2
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 50, TODAY), day=TODAY)
    recorded = progress.events[-1].recorded_at
    clock.hour = (recorded - TODAY * DAY + 1) / DAY * 24
    assert now > recorded
    assert (await shown(progress, known_at=recorded)).progress == 0.1
    assert (await shown(progress, known_at=recorded - 1)).progress == 0.0


async def told_of(progress: Served, known_at: int) -> list[str]:
    """The history of the objective O, in words."""
    asked = common_pb2.AsOf()
    asked.known_at.FromMicroseconds(known_at)
    changes = (await progress("GetHistory", pb.GetHistoryRequest(objective_id=an_id("O"), as_of=asked))).changes
    return [change.summary for change in changes]


async def test_the_digest_is_of_everything_whatever_day_it_is_dated(progress: Served, clock: SetClock) -> None:
    await progress.tell(objective("O"), *activated("O"), metric("O", "a"), check_in("O", "a", 500, TODAY + 1), day=TODAY)
    digests = []
    for hours in (0, 24):
        clock.hour += hours
        digests.append((await progress("GetDigest", pb.GetDigestRequest(), role=AUDITOR)).digest)
    assert digests == [(await progress.live.digest(TENANT)).digest] * 2
