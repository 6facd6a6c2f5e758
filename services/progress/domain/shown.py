"""What an objective shows of a key result: every number and word of it, and none that its reader may not be told.

Every answer that tells of key results takes them from here: an objective, a tree, a series, the states, what somebody reports on, a replay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, NamedTuple, cast

from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_UNSPECIFIED
from chassis.ids import Id
from progress.domain.evaluation import AsSeen, Evaluated, as_seen, has_ended
from progress.domain.grades import Band, band_of, is_met
from progress.domain.hiding import NOTHING_HIDDEN, Hidden
from progress.domain.roll_up import clamp
from progress.domain.settings import SettingsInTime
from progress.domain.status import Calendar, Paces, Status, is_stale, key_result_status
from progress.domain.tree import RollUpInput, RollUpNode


class ShownKeyResult(NamedTuple):
    """A key result as an objective shows it to somebody. Where exactly one hidden thing feeds it, they get no number, status or grade.

    Source: formulas, row hidden.
    """

    value: float | None
    progress: float | None  # 0 to 1; None of a baseline
    progress_raw: float | None  # unclamped
    status: Status  # unspecified: withheld
    status_said: bool  # by hand
    grade: float | None
    band: Band  # unspecified: it has no grade
    met: bool  # by its grade and the kind of its home
    stale: bool
    counts: bool
    withheld: bool


def shown_key_results(
    evaluated: Evaluated[Any, Any], shown: Iterable[tuple[Id, Iterable[Any]]], calendar: Calendar, hidden: Hidden = NOTHING_HIDDEN
) -> list[ShownKeyResult]:
    """What objectives show of key results, to whom some is `hidden`: a tree shows thousands."""
    raws, homes, settings, present = evaluated.raw, evaluated.homes, evaluated.settings, calendar.present
    withheld, found = hidden.withheld, list[ShownKeyResult]()
    for seen_by, key_results in shown:
        ended, apart = has_ended(evaluated.tree.objectives[seen_by]), evaluated.apart.get(seen_by)
        for k in key_results:
            i = k.key_result_id
            if apart is None and i not in withheld:  # as mostly: what as_seen says, in a third of its time
                raw = raws[i]
                found.append(_shown(k, raw, homes.get(k.objective_id), present, not k.cancelled and raw is not None, settings, ended))
            else:
                found.append(shown_key_result(k, as_seen(evaluated, k, apart or {}, calendar), settings, ended, i in withheld))
    return found


def shown_key_result(
    key_result: RollUpInput, seen: AsSeen, settings: SettingsInTime, seen_by_ended: bool, withheld: bool
) -> ShownKeyResult:
    """A key result as it is seen; of what an objective sees that has ended nothing is stale."""
    return _WITHHELD._replace(counts=seen.counts) if withheld else _shown(key_result, *seen, settings, seen_by_ended)


def _shown(
    k: RollUpInput, raw: float | None, home: RollUpNode | None, paces: Paces, counts: bool, settings: SettingsInTime, ended: bool
) -> ShownKeyResult:
    status, said = key_result_status(k, raw, home, paces)
    stale = not ended and is_stale(k, home, paces, settings)
    progress = raw if raw is None or 0.0 <= raw <= 1.0 else clamp(raw)
    if (grade := k.grade) is None:  # as mostly
        return _made((k.value, progress, raw, status, said, None, _NO_BAND, False, stale, counts, False))
    band, met = band_of(grade, paces.settings), home is not None and is_met(grade, home.kind)
    return _made((k.value, progress, raw, status, said, grade, band, met, stale, counts, False))


_made: Final[Callable[[tuple[Any, ...]], ShownKeyResult]] = partial(cast(Any, tuple.__new__), ShownKeyResult)
"""In half the time that naming the fields takes."""
_NO_BAND: Final = pb.BAND_UNSPECIFIED
_WITHHELD: Final = ShownKeyResult(None, None, None, STATUS_UNSPECIFIED, False, None, _NO_BAND, False, False, False, True)
