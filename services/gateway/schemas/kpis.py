"""KPIs and their values: what is asked of the lists, and what is answered."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from cairn.progress.v1 import service_pb2
from chassis.ids import id_text
from gateway.http import Answer, AnyOf
from gateway.schemas.as_of import AsOf
from gateway.schemas.changed_since import Changes, ChangesPageOf
from gateway.schemas.fields import DayField, DayText, IdText, InstantText, Reference, Word
from gateway.schemas.mapping import JsonMapping, part, person, read
from gateway.schemas.names import OBJECTIVE_NAME, CreatedAt, CreatedBy, ObjectiveName, PersonName, TeamName, UpdatedAt, UpdatedBy, team_name
from gateway.schemas.pages import Page, PageOf
from gateway.schemas.values import day_text, instant_text, optional_id, optional_text, reference_or_id


class Kpi(Answer):
    """A KPI, with the value that it has."""

    id: Annotated[IdText, read("kpi_id", write=id_text)]
    ref: Annotated[str, read("reference", "kpi_id", write=reference_or_id)]
    """Its reference, else its id."""
    reference: Annotated[str | None, read("reference", write=optional_text)]
    title: str
    unit: str
    low: float | None
    """Of its healthy range, bounds included; null: no such bound."""
    high: float | None
    owner: Annotated[PersonName | None, person("owner_id")]
    team: Annotated[TeamName | None, read("team", write=team_name)]
    retired: bool
    """It takes no values any more."""
    value: float | None
    """That of the latest day; of one day the one that was recorded last. null: it was not measured yet."""
    as_of: Annotated[DayText | None, read("as_of", write=day_text)]
    """The day that the value is true of."""
    in_range: bool | None
    """Whether the value lies in the range; null: without a value."""
    measurement_id: Annotated[IdText | None, read("measurement_id", write=optional_id)]
    """Of the value."""
    objectives: Annotated[list[ObjectiveName], part("objectives", OBJECTIVE_NAME)]
    """Those that were started from it while it was out of its range, as far as you may know."""
    version: int
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


class KpiValue(Answer):
    """A value of a KPI."""

    id: Annotated[IdText, read("measurement_id", write=id_text)]
    as_of: Annotated[DayText | None, read("as_of", write=day_text)]
    """The day that it is true of."""
    value: float
    comment: str
    in_range: bool
    """Whether it lies in the range of its own day."""
    retracted: bool
    reason: Annotated[str | None, read("reason", write=optional_text)]
    """Why it was taken back."""
    created_at: Annotated[InstantText, read("created_at", write=instant_text)]
    created_by: Annotated[PersonName | None, person("created_by")]
    event_id: Annotated[IdText, read("event_id", write=id_text)]


class KpisQuery(AsOf, Changes):
    """Which KPIs: those that have one of the values of every parameter that is given."""

    owner: AnyOf[Reference] = Field(default_factory=list)
    """By id or handle."""
    team: AnyOf[Word] = Field(default_factory=list)
    """Whose it is, by its name."""
    in_range: bool | None = None
    """Only those whose value lies in their range, or only those whose value does not."""
    retired: bool | None = None
    """Only those that are retired, or only those that are not."""
    sort: Literal["id", "-id", "ref", "-ref", "title", "-title"] = "id"
    """Downwards with -. By id: as they were defined. Names in the order of people: K2 before K10."""


class KpiValuesQuery(Page):
    """Which values of a KPI."""

    as_of_from: DayField | None = None
    """True of this day or a later one."""
    as_of_to: DayField | None = None
    """True of this day or an earlier one."""
    retracted: bool | None = None
    """Only those that were taken back, or only those that stand."""
    sort: Literal["as_of", "-as_of"] = "-as_of"
    """Downwards with -. Within a day as they were recorded."""


class KpisPage(ChangesPageOf[Kpi]):
    """A page of KPIs."""


class KpiValuesPage(PageOf[KpiValue]):
    """A page of the values of a KPI."""


KPI: Final = JsonMapping(Kpi, service_pb2.Kpi)
KPI_VALUE: Final = JsonMapping(KpiValue, service_pb2.KpiValue)
