from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from chassis.eventstore import Aggregates, EventLog
from tests.integration.chassis.eventstore.cycles import aggregates_of, started


@pytest.fixture
async def log(database: str) -> AsyncIterator[EventLog]:
    """An empty log."""
    log = await started(database)
    yield log
    await log.stop()


@pytest.fixture
def aggregates(log: EventLog) -> Aggregates:
    return aggregates_of(log)
