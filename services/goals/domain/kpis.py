"""KPIs: measures of health with a range in which all is well, read off again and again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple

from google.protobuf.message import Message

from cairn.goals.v1.events_pb2 import Bound, KpiDefined, KpiMeasured, KpiMeasurementRetracted, KpiRetired, KpiRevised, Sum
from cairn.goals.v1.service_pb2 import DefineKeyResultRequest, DefineKpiRequest, MeasureKpiRequest, ReviseKpiRequest
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from goals.domain.measures import LONGEST_UNIT
from goals.domain.objectives import fields_changed, fields_that_hold, latest
from goals.domain.references import require_reference
from goals.domain.values import LONGEST_TITLE, require_id, require_measurable, require_title
from shared.holding import SINCE_EVER, Asked, day_of, require_not_ahead
from shared.texts import require_text


class Measured(NamedTuple):
    """A value, and the day that it is true of."""

    as_of: Day
    value: float


class WayBack(NamedTuple):
    """From where a KPI is, out of its range, to the bound that it left."""

    value: float
    bound: float


@dataclass(slots=True)
class Kpi:
    """Folded from the events of one KPI; it does not exist while it has no id."""

    kpi_id: Id = b""
    title: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    owner_id: Id = b""
    creator_id: Id = b""
    team: str = ""
    retired: bool = False
    changed_from: dict[str, Day] = field(default_factory=dict)  # by field that was revised: from which day on its value holds
    values: dict[Id, Measured] = field(default_factory=dict)  # by measurement that stands, in the order in which they were recorded
    retracted: set[Id] = field(default_factory=set)  # measurements


_PLAIN: Final = ("title", "unit", "owner_id", "team")
_BOUNDS: Final[tuple[Literal["low", "high"], ...]] = ("low", "high")


def copy(kpi: Kpi) -> Kpi:
    """An independent copy."""
    return replace(kpi, changed_from=dict(kpi.changed_from), values=dict(kpi.values), retracted=set(kpi.retracted))


def apply(kpi: Kpi, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case KpiDefined():
            kpi.kpi_id, kpi.title, kpi.unit, kpi.team = event.kpi_id, event.title, event.unit, event.team
            kpi.owner_id, kpi.creator_id = event.owner_id, event.creator_id
            kpi.low = event.low if event.HasField("low") else None
            kpi.high = event.high if event.HasField("high") else None
        case KpiRevised():
            for name in fields_that_hold(event, kpi.changed_from):
                setattr(kpi, name, _bound(getattr(event, name)) if name in _BOUNDS else getattr(event, name))
                kpi.changed_from[name] = day_of(event)
        case KpiMeasured():
            kpi.values[event.measurement_id] = Measured(event.as_of, event.value)
        case KpiMeasurementRetracted():
            kpi.values.pop(event.measurement_id, None)
            kpi.retracted.add(event.measurement_id)
        case KpiRetired():
            kpi.retired = True
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a KPI")


def define(kpi: Kpi, kpi_id: Id, creator_id: Id, wanted: DefineKpiRequest) -> KpiDefined:
    """A new KPI, owned by its creator unless it is wanted otherwise.

    Raises Refused: INVALID, BOUNDS_SWAPPED, or KPI_DEFINED when there is one under this id.
    """
    if kpi.kpi_id:
        raise Refused("KPI_DEFINED", f"KPI {id_text(kpi_id)} is defined already", kind=Kind.TAKEN)
    if wanted.reference:
        require_reference("kpi", wanted.reference)
    require_title("title", wanted.title)
    require_text("unit", wanted.unit, LONGEST_UNIT)
    require_text("team", wanted.team, 100)
    owner_id = wanted.owner_id or creator_id
    require_id("owner_id", owner_id)
    low, high = (getattr(wanted, name) if wanted.HasField(name) else None for name in _BOUNDS)
    _require_range(low, high)
    return KpiDefined(
        kpi_id=kpi_id,
        reference=wanted.reference,
        title=wanted.title,
        unit=wanted.unit,
        low=low,
        high=high,
        owner_id=owner_id,
        creator_id=creator_id,
        team=wanted.team,
        holds_from=SINCE_EVER,
    )


def revise(kpi: Kpi, wanted: ReviseKpiRequest, asked: Asked) -> list[KpiRevised]:
    """Change what `wanted` sets and is otherwise; nothing when it is all so already.

    Raises Refused: KPI_UNKNOWN, KPI_RETIRED, INVALID, BOUNDS_SWAPPED, HOLDS_FROM_AHEAD.
    """
    require_open(kpi)
    change, again = KpiRevised(), asked.held_later(kpi.changed_from)
    for name in _PLAIN:
        if wanted.HasField(name) and (getattr(wanted, name) != getattr(kpi, name) or name in again):
            setattr(change, name, getattr(wanted, name))
    _change_range(kpi, wanted, again, change)
    if change.HasField("title"):
        require_title("title", change.title)
    require_text("unit", change.unit, LONGEST_UNIT)
    require_text("team", change.team, 100)
    if change.HasField("owner_id"):
        require_id("owner_id", change.owner_id)
    if not change.ListFields():
        return []
    change.holds_from = asked.day_of_change(draft=False, held_from=latest(fields_changed(change), kpi.changed_from))
    change.kpi_id = kpi.kpi_id
    return [change]


def _change_range(kpi: Kpi, wanted: ReviseKpiRequest, again: Collection[str], change: KpiRevised) -> None:
    after = {name: getattr(kpi, name) for name in _BOUNDS}
    for name in _BOUNDS:
        if not wanted.HasField(name):
            continue
        after[name] = bound = _bound(getattr(wanted, name))
        if bound != getattr(kpi, name) or name in again:
            getattr(change, name).CopyFrom(getattr(wanted, name))
            getattr(change, name).SetInParent()  # one that is taken away has no field that would say that it is there
    _require_range(**after)


def measure(kpi: Kpi, measurement_id: Id, wanted: MeasureKpiRequest, today: Day) -> KpiMeasured:
    """Read a KPI off: today, or on the day named, tomorrow at the latest.

    Of one day the value that was recorded last counts, so a wrong one is mended by measuring again.

    Raises Refused: KPI_UNKNOWN, KPI_RETIRED, INVALID, DAY_IN_FUTURE.
    """
    require_open(kpi)
    as_of = wanted.as_of if wanted.HasField("as_of") else today
    require_not_ahead("as_of", as_of, today)
    require_measurable("value", wanted.value)
    require_text("comment", wanted.comment, 1000)
    return KpiMeasured(kpi_id=kpi.kpi_id, measurement_id=measurement_id, as_of=as_of, value=wanted.value, comment=wanted.comment)


def retract(kpi: Kpi, measurement_id: Id, reason: str) -> list[KpiMeasurementRetracted]:
    """Take a value back: the one before it counts again. Nothing when it was taken back already. Also of a KPI that was retired.

    Raises Refused: KPI_UNKNOWN, MEASUREMENT_UNKNOWN, INVALID.
    """
    require_known(kpi)
    require_text("reason", reason, 1000)
    if measurement_id in kpi.retracted:
        return []
    if measurement_id not in kpi.values:
        raise Refused("MEASUREMENT_UNKNOWN", "the KPI has no such value", kind=Kind.UNKNOWN, field="measurement_id")
    as_of = kpi.values[measurement_id].as_of
    return [KpiMeasurementRetracted(kpi_id=kpi.kpi_id, measurement_id=measurement_id, as_of=as_of, reason=reason)]


def retire(kpi: Kpi, reason: str, asked: Asked) -> KpiRetired:
    """Watch a KPI no longer. Raises Refused: KPI_UNKNOWN, KPI_RETIRED, INVALID, HOLDS_FROM_AHEAD."""
    require_open(kpi)
    require_text("reason", reason, 1000)
    return KpiRetired(kpi_id=kpi.kpi_id, reason=reason, holds_from=asked.day(draft=False))


def way_back(kpi: Kpi, today: Day) -> WayBack | None:
    """How far the KPI is out of its range today; None: it is not, or has no value."""
    counting = [measured for measured in kpi.values.values() if measured.as_of <= today]
    if not counting:
        return None
    newest = max(measured.as_of for measured in counting)
    value = next(measured.value for measured in reversed(counting) if measured.as_of == newest)
    if kpi.low is not None and value < kpi.low:
        return WayBack(value, kpi.low)
    if kpi.high is not None and value > kpi.high:
        return WayBack(value, kpi.high)
    return None


def require_out_of_range(kpi: Kpi, today: Day, seen: WayBack | None) -> None:
    """Raises Refused unless the KPI is watched and out of its range today, as far as it was `seen` to be.

    KPI_UNKNOWN, KPI_RETIRED, KPI_IN_RANGE; STALE_VERSION where it was measured meanwhile.
    """
    require_open(kpi)
    back = way_back(kpi, today)
    if back is None:
        raise Refused("KPI_IN_RANGE", f"the KPI {kpi.title!r} is not out of its range; nothing has to be started from it")
    if back != seen:
        raise Refused("STALE_VERSION", f"the KPI {kpi.title!r} was measured meanwhile; look at it again", kind=Kind.STALE)


def back_in_range(kpi: Kpi, back: WayBack, reference: str) -> DefineKeyResultRequest:
    """The key result that follows a KPI back into its range."""
    side = "at least" if back.value < back.bound else "at most"
    title = f"{kpi.title}: {side} {back.bound:g} {kpi.unit}".rstrip()
    return DefineKeyResultRequest(
        reference=reference,
        title=title if len(title) <= LONGEST_TITLE else kpi.title,
        weight=1.0,
        sum=Sum(start=back.value, target=back.bound, unit=kpi.unit, feeds=[kpi.kpi_id]),
    )


def require_known(kpi: Kpi, field_name: str = "kpi_id") -> None:
    """Raises Refused (KPI_UNKNOWN) unless there is such a KPI."""
    if not kpi.kpi_id:
        raise Refused("KPI_UNKNOWN", "there is no such KPI", kind=Kind.UNKNOWN, field=field_name)


def require_open(kpi: Kpi, field_name: str = "kpi_id") -> None:
    """Raises Refused (KPI_UNKNOWN, KPI_RETIRED) unless the KPI is still watched."""
    require_known(kpi, field_name)
    if kpi.retired:
        raise Refused("KPI_RETIRED", f"the KPI {kpi.title!r} is retired; it takes no values, and no longer changes")


def require_feeding(kpi: Kpi, unit: str, named_by: str, *, fed_before: bool) -> None:
    """Raises Refused (KPI_UNKNOWN, KPI_RETIRED, FEED_OF_OTHER_UNIT) unless a KPI can feed a sum of a unit; `named_by` is the field.

    What is retired keeps its value: it goes on feeding what it fed before, and begins nothing new.
    """
    require_known(kpi, named_by)
    if not fed_before:
        require_open(kpi, named_by)
    if kpi.unit != unit:
        raise invalid(named_by, f"it is measured in {kpi.unit or 'no unit'}, and the sum in {unit or 'no unit'}", "FEED_OF_OTHER_UNIT")


def _bound(bound: Bound) -> float | None:
    return bound.value if bound.HasField("value") else None


def _require_range(low: float | None, high: float | None) -> None:
    for name, value in (("low", low), ("high", high)):
        if value is not None:
            require_measurable(name, value)
    if low is not None and high is not None and low > high:
        raise invalid("high", f"low {low} lies above high {high}; no value lies between them", "BOUNDS_SWAPPED")
