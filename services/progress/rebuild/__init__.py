"""The projection built anew from the logs, beside the live one: `chassis.rebuild` with two processes for the check-ins."""

from progress.rebuild.rebuild import rebuild

__all__ = ["rebuild"]
