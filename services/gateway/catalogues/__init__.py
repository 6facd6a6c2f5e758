"""What there is to look up of the whole API, served and as pages: every reason for a no, every type of event, how limits are told."""

from gateway.catalogues import event_types, limits, reasons
from gateway.catalogues.event_types import EVENT_TYPES
from gateway.catalogues.limits import Limit
from gateway.catalogues.reasons import REASONS

__all__ = ["EVENT_TYPES", "REASONS", "Limit", "event_types", "limits", "reasons"]
