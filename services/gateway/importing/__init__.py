"""Importing the tables of a folder: read into a plan (pure), then brought into a tenant, in the name of whoever asks for it.

What is named here is public, and loaded when it is asked for: the process that reads tables wants the planner alone.
"""

from typing import TYPE_CHECKING, Final

from chassis.lazy import loaded_when_asked_for

if TYPE_CHECKING:
    from gateway.importing.dry_run import DryRunServices
    from gateway.importing.importer import Import
    from gateway.importing.notation import Notation, checked_date_format
    from gateway.importing.planner import plan_of
    from gateway.importing.reading import Upload, read_plan
    from gateway.importing.report import ImportReport
    from gateway.importing.services import Asking, Services
    from gateway.importing.tables import TableUnreadable
    from gateway.importing.uploads import MOST_BYTES, tables_in_zip

__all__ = [
    "MOST_BYTES",
    "Asking",
    "DryRunServices",
    "Import",
    "ImportReport",
    "Notation",
    "Services",
    "TableUnreadable",
    "Upload",
    "checked_date_format",
    "plan_of",
    "read_plan",
    "tables_in_zip",
]

_HOMES: Final = {
    "MOST_BYTES": "uploads",
    "Asking": "services",
    "DryRunServices": "dry_run",
    "Import": "importer",
    "ImportReport": "report",
    "Notation": "notation",
    "Services": "services",
    "TableUnreadable": "tables",
    "Upload": "reading",
    "checked_date_format": "notation",
    "plan_of": "planner",
    "read_plan": "reading",
    "tables_in_zip": "uploads",
}

__getattr__: Final = loaded_when_asked_for(__name__, _HOMES)
