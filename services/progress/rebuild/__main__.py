"""`python -m progress.rebuild`: a rebuild as a process of its own, so that the one that answers queries keeps its processor.

The settings come from the environment; each line of the output is a step as JSON; the exit code is 0 only when the swap is done.
"""

from __future__ import annotations

import gc
import json
import sys
import time

from chassis.errors import Refused
from progress.rebuild.rebuild import Step, rebuild

_EVERY_SECONDS = 0.2


def main() -> None:
    """Rebuilds, and tells each step."""
    from chassis.runtime import Settings, load  # noqa: PLC0415 - the second process loads this module, too, and has no use for settings

    gc.disable()  # facts come and go by the thousand, and never refer to themselves
    settings = load(Settings)
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
        print(json.dumps({"refused": refusal.reason, "message": refusal.message}), flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
