"""How events of older versions are read: by the old event type, a pure function that makes the next version of it.

None yet: every event is at its first version. One table for whoever reads events, so that no service is left behind.
"""

from __future__ import annotations

from typing import Final

from chassis.events import Upcaster

UPCASTERS: Final[dict[str, Upcaster]] = {}
