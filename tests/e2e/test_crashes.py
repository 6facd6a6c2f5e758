"""Kill -9 of a process under a small load: nothing lost, nothing twice. `make chaos` does it to all of them, at random."""

from __future__ import annotations

import pytest

from tests.support.company import Company
from tests.support.load import CheckInLoad
from tests.support.system import System
from tests.support.verdicts import all_faults


@pytest.mark.parametrize("victim", ["checkins", "progress", "relay"])
async def test_a_process_killed_under_load_loses_nothing(system: System, company: Company, victim: str) -> None:
    starts = system.starts(victim)
    async with CheckInLoad(system.url, company.admin.token, company.key_results, callers=4, seed=7, name=f"{victim}-killed") as load:
        await load.until_acknowledged(50)
        system.kill(victim)
        await load.until_acknowledged(200)
    system.wait_until_healthy()
    company.admin.wait_until_well()
    assert system.starts(victim) == starts + 1
    assert (load.outcome.refused, load.outcome.abandoned) == ([], [])
    company.admin.catch_up()
    faults = all_faults(system, company.admin, load.outcome.acknowledged)
    assert not any(faults.values()), faults
