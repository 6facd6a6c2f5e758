"""What things are called where they stand inside others: people, cycles, teams, pillars, objectives, key results, each under its noun."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, Literal

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.progress.v1 import service_pb2
from chassis.ids import Id, id_text
from gateway.http import Answer
from gateway.schemas.fields import IdText, InstantText
from gateway.schemas.mapping import Json, JsonMapping, person, read
from gateway.schemas.values import optional_instant, reference_or_id


class PersonName(Answer):
    """A person, or a service that acts by itself."""

    id: IdText
    handle: str | None
    """null: forgotten, or a service."""
    name: str | None
    """null: none, or forgotten. Of a service its name."""


class CycleName(Answer):
    """A cycle."""

    id: IdText
    name: str | None
    """null: not known here yet."""


class TeamName(Answer):
    """A team."""

    id: IdText | None
    """null: of a KPI or a milestone, whose team is a name so far."""
    name: str | None
    """null: not known here yet."""


class PillarName(Answer):
    """A strategic pillar."""

    id: IdText
    title: str | None
    """null: not known here yet."""


class ObjectiveName(Answer):
    """An objective."""

    id: Annotated[IdText, read("id", write=id_text)]
    ref: Annotated[str, read("reference", "id", write=reference_or_id)]
    """Its reference, else its id."""
    title: str


class KeyResultName(Answer):
    """A key result."""

    id: Annotated[IdText, read("id", write=id_text)]
    ref: Annotated[str, read("reference", "id", write=reference_or_id)]
    """Its reference, else its id."""
    title: str


class KpiName(KeyResultName):
    """A KPI."""


class TaskName(KeyResultName):
    """A task."""


class Feed(KeyResultName):
    """What feeds a sum: a key result or a KPI."""

    kind: Annotated[Literal["key_result", "kpi"], read("kpi", write=lambda kpi: "kpi" if kpi else "key_result")]


# By the events that define a thing; what is reported of it is no change.
CreatedAt = Annotated[InstantText | None, read("edits.created_at", write=optional_instant)]
CreatedBy = Annotated[PersonName | None, person("edits.created_by")]
UpdatedAt = Annotated[InstantText | None, read("edits.updated_at", write=optional_instant)]
UpdatedBy = Annotated[PersonName | None, person("edits.updated_by")]

OBJECTIVE_NAME: Final = JsonMapping(ObjectiveName, service_pb2.Name)
KEY_RESULT_NAME: Final = JsonMapping(KeyResultName, service_pb2.Name)
KPI_NAME: Final = JsonMapping(KpiName, service_pb2.Name)
TASK_NAME: Final = JsonMapping(TaskName, service_pb2.Name)
FEED: Final = JsonMapping(Feed, service_pb2.Name)


def cycle_name(cycle_id: Id, name: str) -> Json | None:
    """A cycle, or None where there is none."""
    return {"id": id_text(cycle_id), "name": name or None} if cycle_id else None


def teams_with_ids(teams: Iterable[directory_pb2.TeamName]) -> list[Json]:
    """Each of some teams."""
    return [team_with_id(team) for team in teams]


def team_with_id(team: directory_pb2.TeamName | directory_pb2.Team) -> Json:
    """A team."""
    return {"id": id_text(team.team_id), "name": team.name}


def team_name(name: str) -> Json | None:
    """A team that is a name so far, or None where there is none."""
    return {"id": None, "name": name} if name else None
