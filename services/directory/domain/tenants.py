"""A tenant: one enterprise, apart from every other."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import TenantRegistered
from chassis.errors import Kind, Refused
from chassis.ids import Id


@dataclass(slots=True)
class Tenant:
    """Folded from the events of one tenant; without a name, there is none."""

    name: str = ""
    time_zone: str = ""


def apply(tenant: Tenant, event: Message) -> None:
    """Folds one event. Raises TypeError for another than the registration."""
    if not isinstance(event, TenantRegistered):
        raise TypeError(f"{type(event).__name__} is no event of a tenant")
    tenant.name = event.name
    tenant.time_zone = event.time_zone


def unknown_tenant(name: str) -> Refused:
    """The refusal of a name or an id that no tenant has."""
    return Refused("TENANT_UNKNOWN", f"there is no tenant {name!r}", kind=Kind.UNKNOWN)


def register(tenant_id: Id, name: str, time_zone: str) -> TenantRegistered:
    """A new tenant, in an IANA time zone that there is."""
    return TenantRegistered(tenant_id=tenant_id, name=name, time_zone=time_zone)
