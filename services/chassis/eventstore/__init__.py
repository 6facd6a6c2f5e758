"""The event store: one gap-free, commit-ordered log a service, in PostgreSQL."""
