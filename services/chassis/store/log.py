"""The writing end of a log."""

from __future__ import annotations


class EventLog:
    """The log of a service, to append to."""

    def __init__(self, dsn: str, name: str, partitions: int) -> None:
        self.dsn = dsn
        self.name = name
        self.partitions = partitions

    async def start(self) -> None:
        """Creates the tables where they are missing, and connects."""

    async def stop(self) -> None:
        """Writes what is waiting, and closes."""
