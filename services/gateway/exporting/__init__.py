"""Writing a tenant as the tables that an import reads, page by page."""

from gateway.exporting.exporter import Export, Line

__all__ = ["Export", "Line"]
