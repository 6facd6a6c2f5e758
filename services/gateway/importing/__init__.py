"""Importing the tables of a folder: read into a plan (pure), then brought into a tenant, in the name of whoever asks for it."""

from gateway.importing.dry_run import DryRunServices
from gateway.importing.importer import Import
from gateway.importing.notation import Notation, checked_date_format
from gateway.importing.planner import plan_of
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
    "checked_date_format",
    "plan_of",
    "tables_in_zip",
]
