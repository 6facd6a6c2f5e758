"""What is there of all that the tables of an import name, or has been made by it."""

from __future__ import annotations

from dataclasses import dataclass, field

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.days import Day, day_text
from chassis.ids import Id, id_text
from chassis.texts import name_key
from gateway.importing.cell_values import short
from gateway.importing.row_refusals import RowRefused
from gateway.importing.tables import Named
from gateway.schemas.enums import CYCLE_KINDS, ROLES
from gateway.schemas.mapping import Json


@dataclass(slots=True)
class Known:
    """Ids by `name_key` of what things are called; what was refused is known by why."""

    cycles: dict[str, Json] = field(default_factory=dict)  # name, first and last day
    people: dict[str, Id] = field(default_factory=dict)
    teams: dict[str, Id] = field(default_factory=dict)
    pillars: dict[str, Id] = field(default_factory=dict)
    teams_done: set[str] = field(default_factory=set)
    """Those of the plan that were looked at."""
    objectives: dict[str, Id] = field(default_factory=dict)
    key_results: dict[str, Id] = field(default_factory=dict)
    parents: dict[str, Id] = field(default_factory=dict)
    """Objectives that no table defines, and under which those of the tables hang."""
    parent_key_results: dict[str, Id] = field(default_factory=dict)
    kpis: dict[str, Id] = field(default_factory=dict)
    initiatives: dict[str, Id] = field(default_factory=dict)
    tasks: dict[str, Id] = field(default_factory=dict)
    milestones: dict[str, Id] = field(default_factory=dict)
    there: dict[str, Json] = field(default_factory=dict)
    """The objectives that were there before, as REST answers them."""
    handles: dict[str, str] = field(default_factory=dict)  # by the text of an id
    profiles: dict[Id, Json] = field(default_factory=dict)
    """What people are called, and may."""
    left_on: dict[Id, Day | None] = field(default_factory=dict)
    missing: dict[Named, str] = field(default_factory=dict)
    """Why something that rows refer to is not there, by what it is and its name."""

    def take_cycle(self, cycle: goals_pb2.Cycle) -> None:
        """A cycle is there."""
        days = {"first_day": day_text(cycle.first_day), "last_day": day_text(cycle.last_day)}
        said = {"kind": CYCLE_KINDS.word(cycle.kind), "cadence": cycle.cadence, "weekday": cycle.weekday}
        its = {"id": cycle.cycle_id, "name": cycle.name, "state": cycle.state, "enclosing": cycle.enclosing_cycle_name}
        self.cycles[name_key(cycle.name)] = {**its, **said, **days}

    def take_person(self, person: directory_pb2.Person, found_by: str = "") -> None:
        """A person is there; `found_by`: under a name that may be one that they had before."""
        self.handles[id_text(person.person_id)] = person.handle or id_text(person.person_id)
        self.profiles[person.person_id] = {"name": person.name, "email": person.email, "roles": ROLES.words(person.roles)}
        self.left_on[person.person_id] = person.left_on if person.HasField("left_on") else None
        for name in (person.handle, found_by):
            if name:  # else it was forgotten
                self.people[name_key(name)] = person.person_id

    def feed(self, column: str, reference: str) -> Id:
        """A key result, else a KPI, of these tables, or a KPI that was there before.

        Raises RowRefused where there is none, where it comes later in the tables, or was refused.
        """
        name = name_key(reference)
        if name not in self.kpis:
            self.require(column, "key result", reference)
        if name not in self.key_results:
            self.require(column, "KPI", reference)
        found = self.key_results.get(name) or self.kpis.get(name)
        if found is None:
            raise RowRefused(column, f"there is no key result {short(reference)} before it, and no such KPI")
        return found

    def require(self, column: str, kind: str, *names: str | None) -> None:
        """Raises RowRefused when one of these was refused itself."""
        for name in names:
            if name is not None and (lacks := Named(kind, name_key(name))) in self.missing:
                raise RowRefused(column, self.missing[lacks], lacks=lacks)
