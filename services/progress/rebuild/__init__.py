"""The projection built anew from the logs, beside the live one. `progress.rebuild.process` starts it as a process of its own.

That one is not exported from here: the second process of a rebuild would load the service's whole runtime for it.
"""

from progress.rebuild.rebuild import Step, rebuild

__all__ = ["Step", "rebuild"]
