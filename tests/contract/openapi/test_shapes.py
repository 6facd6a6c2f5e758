"""What can be written can be read, under one name and one type; and every shape of the document has a name that outsiders can use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

DOCUMENT: Final[dict[str, Any]] = orjson.loads((Path(__file__).parents[3] / "contracts" / "openapi" / "gateway.json").read_bytes())
SCHEMAS: Final[dict[str, Any]] = DOCUMENT["components"]["schemas"]
OPERATIONS: Final[dict[str, Any]] = {
    operation["operationId"]: operation for methods in DOCUMENT["paths"].values() for operation in methods.values()
}

RESOURCE: Final = {
    "register_tenant": "Tenant",
    "add_person": "Person",
    "change_person": "Person",
    "define_cycle": "Cycle",
    "define_objective": "Objective",
    "revise_objective": "Objective",
    "align_objective": "Parent",
    "define_key_result": "KeyResult",
    "revise_key_result": "KeyResult",
    "grade_key_result": "KeyResult",
    "give_task": "Task",
    "revise_task": "Task",
    "define_initiative": "Initiative",
    "revise_initiative": "Initiative",
    "plan_milestone": "TimelineMilestone",
    "revise_milestone": "TimelineMilestone",
    "define_kpi": "Kpi",
    "revise_kpi": "Kpi",
    "measure_kpi": "KpiValue",
    "log_task_effort": "Effort",
    "log_initiative_effort": "Effort",
    "correct_effort": "Effort",
    "save_template": "Template",
    "replace_template": "Template",
    "advance_clock": "Clock",
    "found_team": "Team",
    "revise_team": "Team",
    "state_vision": "VisionBoard",
    "add_pillar": "Pillar",
    "revise_pillar": "Pillar",
    "save_view": "View",
    "revise_view": "View",
}
"""What a request writes, by its operation: the schema in which it is read."""

NO_RESOURCE: Final = {
    "sign_in_person": "a session is no resource",
    "refresh_session": "a session is no resource",
    "sign_in_browser": "whom it names is in the session as what directory says of them",
    "leave_person": "who takes over is the `owner` of what they take over",
    "appoint_admin": "gives a person a role: `roles` of Person",
    "submit_objective": "the comment is that of a change in the history",
    "approve_objective": "the comment is that of a change in the history",
    "send_objective_back": "why is the comment of a change in the history",
    "activate_objective": "only from which day on",
    "close_objective": "what came of it is the comment of a change in the history",
    "revise_cycle": "of Cycle, and what becomes of objectives that lie outside",
    "close_cycle": "what came of its objectives, and their grades, are read in its report",
    "reopen_cycle": "why is the reason of a change in the history",
    "reopen_objective": "why is the reason of a change in the history",
    "start_objective_from_kpi": "what Objective says, with a title that may be left out",
    "copy_objective": "where the copy goes: `cycle` and `owner` of Objective",
    "carry_objective_over": "as copy_objective, and new targets",
    "cancel_objective": "why is the reason of a change in the history",
    "cancel_key_result": "why is the reason of a change in the history",
    "move_objective": "of Objective, and whether its days are cut to those of the cycle",
    "move_key_result": "where it goes: `objective` of KeyResult",
    "share_key_result": "only from which day on",
    "record_check_in": "a check-in is read in the history, and the current one in its key result",
    "record_check_ins": "as one check-in",
    "correct_check_in": "as a check-in",
    "retract_check_in": "why is the reason of a change in the history",
    "finish_task": "`done_on` of Task",
    "reopen_task": "why is told by the audit",
    "cancel_task": "why is told by the audit",
    "retract_effort": "why is told by the audit",
    "reach_milestone": "`reached_on` of TimelineMilestone",
    "postpone_milestone": "`day` of TimelineMilestone; why is told by the audit",
    "use_template": "an objective, as define_objective, whose words the template has",
    "retire_kpi": "why is told by the audit",
    "retract_kpi_value": "why is the reason of a value",
    "import_tables": "tables are no resource",
    "change_setting": "what a setting's value is, differs by the setting",
    "comment_on_objective": "people whom a text mentions are read in its parts",
    "comment_on_key_result": "so here",
    "comment_on_check_in": "and here",
    "edit_comment": "and here",
    "take_comment_back": "why is the reason of a change in the history",
    "answer_feedback": "an answer is a comment of its own",
    "coach_drafts": "drafts are not kept",
    "coach_tables": "tables are no resource",
    "mark_read": "`read_at` of Notification",
    "replay_dead_letters": "which to replay",
    "add_member": "only from which day on",
    "dissolve_team": "only from which day on",
    "change_manager": "gives a person a manager: `manager` of Person",
}
"""Requests that write nothing which is read as a resource, and why."""

ONLY_IN_REQUESTS: Final = {
    "holds_from": "of the command: its answer and the history tell it",
    "before": "of a pillar: `place` tells which it is",
    "from": "of a template: the objective that it was made from, and is nothing of",
    "graded_on": "of a grade: the history tells it",
    "reason": "of a grade: the history tells it",
    "on_behalf_of": "of a grade: the history tells it",
}
"""Fields that are no fields of what they change, and where they are read."""

READ_OTHERWISE: Final = {
    ("define_key_result", "owners"): "with the part of each",
    ("revise_key_result", "owners"): "with the part of each",
    ("define_objective", "named_people"): "null for whoever is not told",
    ("define_objective", "key_results"): "each by its measure, as one key result is written",
    ("save_template", "key_results"): "of one kind, null where a measure has no such figure",
    ("replace_template", "key_results"): "of one kind, null where a measure has no such figure",
}
"""Fields of another type in their resource, and why."""

NAMES: Final = {"PersonName", "CycleName", "TeamName", "PillarName", "ObjectiveName", "KeyResultName", "Feed", "InitiativeName"}
"""What a reference in a request is in a resource."""


def _body(operation: str) -> str | None:
    content = OPERATIONS[operation].get("requestBody", {}).get("content", {}).get("application/json")
    return None if content is None else str(content["schema"]["$ref"]).rpartition("/")[2]


BODIES: Final = {operation: body for operation in OPERATIONS if (body := _body(operation)) is not None}


def _kind(schema: dict[str, Any]) -> Any:
    """What a value is, without its bounds and whether it may be null: a name of a schema, a type with its format, or a list of such."""
    given = [kind for kind in schema.get("anyOf", (schema,)) if kind.get("type") != "null"]
    assert len(given) == 1, schema
    (kind,) = given
    if "$ref" in kind:
        return str(kind["$ref"]).rpartition("/")[2]
    if kind["type"] == "array":
        return [_kind(kind["items"])]
    return kind["type"], kind.get("format")


def _differences(operation: str, written: str, read: str, place: str = "") -> Iterator[str]:
    if "oneOf" in SCHEMAS[written]:
        for kind in SCHEMAS[written]["oneOf"]:
            yield from _differences(operation, _kind(kind), read, place)
        return
    properties = SCHEMAS[read]["properties"]
    for name, schema in SCHEMAS[written]["properties"].items():
        if "const" in schema and schema["const"] in SCHEMAS[_kind(properties[name])]["enum"]:
            continue
        if name in ONLY_IN_REQUESTS and name not in properties:
            continue
        if name not in properties:
            yield f"{place}{name} is no field of {read}"
        elif (operation, name) not in READ_OTHERWISE:
            yield from _of_one_field(operation, _kind(schema), _kind(properties[name]), f"{place}{name}")


def _of_one_field(operation: str, written: Any, read: Any, place: str) -> Iterator[str]:
    if written == read or (written == ("string", None) and read in NAMES):
        return
    if isinstance(written, list) and isinstance(read, list):
        yield from _of_one_field(operation, written[0], read[0], f"{place}[]")
    elif isinstance(written, str) and isinstance(read, str) and "properties" in SCHEMAS[written] and "properties" in SCHEMAS[read]:
        yield from _differences(operation, written, read, f"{place}.")
    else:
        yield f"{place} is written as {written} and read as {read}"


@pytest.mark.parametrize("operation", sorted(RESOURCE))
def test_every_field_of_a_request_is_in_its_resource_under_the_same_name_and_type(operation: str) -> None:
    assert list(_differences(operation, BODIES[operation], RESOURCE[operation])) == []


def test_every_request_is_held_to_its_resource_or_says_why_it_has_none() -> None:
    assert RESOURCE.keys() | NO_RESOURCE.keys() == BODIES.keys()
    assert not RESOURCE.keys() & NO_RESOURCE.keys()


def test_every_schema_has_a_name_of_its_own() -> None:
    assert [name for name in SCHEMAS if not re.fullmatch(r"(?:[A-Z][a-z]+|A(?=[A-Z]))+", name)] == []
    assert [name for name, schema in SCHEMAS.items() if "title" in schema] == []


def test_what_has_several_values_to_choose_from_is_a_schema_where_it_stands_more_than_once() -> None:
    seen: dict[str, list[str]] = {}
    for place, schema in _answer_fields():
        if (enum := schema.get("enum")) is not None:
            seen.setdefault(",".join(map(str, enum)), []).append(place)
    assert [places for places in seen.values() if len(places) > 1] == []


SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def test_choices_are_in_snake_case() -> None:
    enums = [value for schema in SCHEMAS.values() for value in schema.get("enum", ())]
    enums += [value for _, schema in _answer_fields() for value in schema.get("enum", ())]
    assert len(enums) > 30
    assert {value for value in enums if not SNAKE.fullmatch(str(value))} == {"two-weekly"}  # as settings and tables spell it


def _answer_fields() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of every schema, and each kind of thing that it may be."""
    for name, schema in SCHEMAS.items():
        for field, said in schema.get("properties", {}).items():
            for kind in said.get("anyOf", (said,)):
                yield f"{name}.{field}", kind
                if kind.get("type") == "array":
                    yield f"{name}.{field}[]", kind["items"]


OTHER_IDS: Final = {
    "DeadLetter.id": "a number that its service counts by",
    "Replay.ids[]": "as of DeadLetter",
}


@pytest.mark.parametrize(
    ("names", "format_"),
    [
        (r"(?:.*_)?(?:day|true_on|graded_on|as_of|holds_from)", "date"),
        (r".*_at", "date-time"),
        (r"(?:id|ids\[\]|.*_ids?(?:\[\])?)", "uuid"),
    ],
)
def test_days_instants_and_ids_say_so(names: str, format_: str) -> None:
    fields = [
        (place, kind)
        for place, kind in _answer_fields()
        if re.fullmatch(names, place.partition(".")[2]) and kind.get("type") not in ("null", "array")
    ]
    assert len(fields) > 5
    assert [place for place, kind in fields if kind.get("format") != format_ and place not in OTHER_IDS] == []


BARE_IDS: Final = {
    "SignedIn.tenant_id": "signing in keeps its names",
    "SignedIn.person_id": "signing in keeps its names",
    "TenantRegistered.first_person_id": "of the command's answer, which keeps its names",
    "RecordedEvent.tenant_id": "a line of an export, in its format",
    "RecordedEvent.actor_id": "a line of an export, in its format",
    "DeadLetter.tenant_id": "what nobody could read may name a tenant that there is not",
}


def test_nothing_that_has_a_name_is_a_bare_id() -> None:
    named = re.compile(r".*(?:person|people|owner|contributor|actor|cycle|objective|key_result|team|tenant)s?_ids?(?:\[\])?")
    assert [place for place, _ in _answer_fields() if named.fullmatch(place.partition(".")[2]) and place not in BARE_IDS] == []
