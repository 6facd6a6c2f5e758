"""By which ids the services act in their own name, where nobody asked them to."""

from __future__ import annotations

from typing import Final

from chassis.ids import id_of_name

DIRECTORY: Final = id_of_name("person", "cairn-directory")
PROGRESS: Final = id_of_name("person", "cairn-progress")
NOTIFICATIONS: Final = id_of_name("person", "cairn-notifications")

SERVICES: Final = {"directory": DIRECTORY, "progress": PROGRESS, "notifications": NOTIFICATIONS}
"""By the service's name."""
