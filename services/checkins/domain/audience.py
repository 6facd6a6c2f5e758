"""Who may know of what is talked about."""

from __future__ import annotations

from typing import NamedTuple

from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id
from chassis.positions import Position
from checkins.domain.conversations import Thing


class Audience(NamedTuple):
    """A thing that people talk about, and what decides who may know of it, as goals says it now."""

    on: Thing
    tenant_id: Id
    visibility: goals.Visibility.ValueType
    team_id: Id  # of its objective; empty: none
    people: frozenset[Id]  # whom its objective names, in whatever capacity
    learnt_at: tuple[Position, ...] = ()
