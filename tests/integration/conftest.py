"""Parts of the system, against servers."""

from tests.support.servers import database, kafka, postgres, server_scratch

__all__ = ["database", "kafka", "postgres", "server_scratch"]
