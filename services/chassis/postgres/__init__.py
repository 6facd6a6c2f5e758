"""PostgreSQL: connections, and values in its binary form."""
