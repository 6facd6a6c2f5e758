"""What every service answers about its own log and its own consumption (cairn.operations.v1)."""

from chassis.operations.operated import Operated, Permissions
from chassis.operations.rpc import SERVICE_NAME, OperationsServicer

__all__ = ["SERVICE_NAME", "Operated", "OperationsServicer", "Permissions"]
