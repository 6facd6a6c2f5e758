"""What outsiders rely on; some of it against servers."""

from tests.support.servers import database, kafka, postgres, server_scratch

__all__ = ["database", "kafka", "postgres", "server_scratch"]
