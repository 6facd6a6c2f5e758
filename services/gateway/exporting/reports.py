"""Rows of check-ins and grades: each as it was corrected last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cairn.progress.v1 import service_pb2 as pb
from chassis.days import day_text
from chassis.ids import Id
from gateway.exporting.cells import OnDay, Row, names_listed
from gateway.exporting.definitions import LeftOut, Names, Written
from gateway.schemas.enums import SAID_STATUSES
from shared.cells import says_nothing
from shared.figures import written
from shared.tables import CHECK_INS, GRADES


def people_of_check_ins(check_ins: Iterable[pb.CountedCheckIn]) -> set[Id]:
    """Everybody whom check-ins name."""
    return {person for one in check_ins for person in (one.by, one.part) if person}


def check_in_told(check_in: pb.CountedCheckIn, measure: str, names: Names, blockers: Sequence[str] = ()) -> Written | LeftOut:
    """A check-in that counts; what was retracted, or is cut off by the end of its key result, is told."""
    if check_in.cut:
        return _left_out(check_in, names)
    if check_in.retracted:
        return LeftOut(CHECK_INS, names.of(check_in.key_result_id), f"what was reported of {day_text(check_in.as_of)} was retracted")
    return Written(CHECK_INS, _check_in_row(check_in, measure, names, blockers))


def _check_in_row(check_in: pb.CountedCheckIn, measure: str, names: Names, blockers: Sequence[str]) -> Row:
    """A check-in. What is graded or binary says it as a score, everything else that is measured as a value."""
    said = check_in.WhichOneof("says")
    value = check_in.value if said == "value" else None
    abstained = check_in.abstention if said == "abstention" else None
    as_a_note = abstained is None or says_nothing(abstained)  # NA as the reason is one as a note alone
    return {
        "key_result": names.of(check_in.key_result_id),
        "date": OnDay(check_in.as_of),
        "score": value if measure in ("graded", "binary") else None,
        "value": None if measure in ("graded", "binary") else value,
        "by": names.person(check_in.by),
        "done": (";".join(map(str, check_in.milestones.numbers)) or "none") if said == "milestones" else None,
        "confidence": float(check_in.confidence) if check_in.HasField("confidence") else None,
        "blockers": names_listed(blockers) if abstained is None else None,
        "status": SAID_STATUSES.word(check_in.said_status) if check_in.said_status else None,
        "part": names.person(check_in.part),
        "abstained": None if as_a_note else abstained,
        "note": check_in.comment if abstained is None else abstained if as_a_note else None,
    }


def _left_out(check_in: pb.CountedCheckIn, names: Names) -> LeftOut:
    """A check-in that the end of its key result cuts off."""
    match check_in.WhichOneof("says"):
        case "value":
            said = written(check_in.value)
        case "milestones":
            said = f"milestones {', '.join(map(str, check_in.milestones.numbers)) or 'none'}"
        case "abstention":
            said = "an abstention"
        case _:
            said = "a retraction"
    told = f"{said} of {day_text(check_in.as_of)} came after its end"
    return LeftOut(CHECK_INS, names.of(check_in.key_result_id), told)


def grade_rows(key_result: pb.KeyResultInTime, names: Names) -> Iterator[Written | LeftOut]:
    """The grades of a key result, but those that its end cuts off."""
    ref = names.of(key_result.key_result_id)
    for one in key_result.grades:
        grade = one.grade if one.HasField("grade") else None
        if one.cut:
            told = f"{'an abstention' if grade is None else written(grade)} as of {day_text(one.as_of)} came after its end"
            yield LeftOut(GRADES, ref, told)
            continue
        row: Row = {
            "key_result": ref,
            "graded_on": OnDay(one.graded_on),
            "grade": grade,
            "as_of": OnDay(one.as_of),
            "note": one.reason,
        }
        yield Written(GRADES, row)
