"""The kinds of aggregates that directory keeps, and the events that they are folded from."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from cairn.directory.v1 import events_pb2
from chassis.events import EventTypes
from chassis.eventstore import AggregateType
from directory.domain import names, organisation, people, saved_views, security, sessions, tenants, vision
from shared.upcasters import UPCASTERS

EVENT_TYPES: Final = EventTypes(events_pb2, upcasters=UPCASTERS)

TENANT: Final = AggregateType("tenant", tenants.Tenant, tenants.apply, replace)
PERSON: Final = AggregateType("person", people.Person, people.apply, replace)
ORGANISATION: Final = AggregateType("organisation", organisation.Organisation, organisation.apply, organisation.copy)
VISION_BOARD: Final = AggregateType("vision board", vision.VisionBoard, vision.apply, vision.copy)
SAVED_VIEWS: Final = AggregateType("saved views", saved_views.SavedViews, saved_views.apply, saved_views.copy)
SESSIONS: Final = AggregateType("sessions", sessions.Sessions, sessions.apply, sessions.copy)
SECURITY_EVENT: Final = AggregateType("security event", security.SecurityEvent, security.apply, replace)
NAME: Final = AggregateType("name", names.Reservation, names.apply, replace)
