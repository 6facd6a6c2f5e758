"""A rebuild as a process of its own, so that the one that answers queries keeps its processor.

The settings come from the environment; each line of the output is a step as JSON; the exit code is 0 only when the swap is done.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Final

from chassis.errors import Refused
from chassis.rebuild.projection import Step
from chassis.runtime import Settings, give_way, load

_EVERY_SECONDS: Final = 0.2
_NICENESS: Final = 10
"""Behind the service that it rebuilds for, which is at work meanwhile."""

Rebuild = Callable[[str, Mapping[str, str], int, Callable[[Step], None]], object]
"""Of a database, the databases of its logs, how many partitions their topics have, and whom to tell each step."""


def command(rebuild: Rebuild) -> None:
    """Rebuilds, and tells each step."""
    settings = load(Settings)
    give_way(_NICENESS)
    last = 0.0

    def tell(step: Step) -> None:
        nonlocal last
        now = time.monotonic()
        if step.phase != "events" or now - last > _EVERY_SECONDS:
            last = now
            print(json.dumps({"phase": step.phase, "events": step.events, "total": step.total}), flush=True)

    try:
        rebuild(settings.database_url, settings.logs, settings.topic_partitions, tell)
    except Refused as refusal:
        print(json.dumps({"refused": refusal.reason, "message": refusal.message, "kind": refusal.kind.value}), flush=True)
        sys.exit(1)
