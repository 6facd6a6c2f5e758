"""Every operation of the API is a command, with all that it takes; one that is forgotten fails here. See docs/command-line.md."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson
import pytest

from cli.commands.changing import ADD, REMOVE, REVISE, VERBS
from cli.commands.writing import check_in, correct, retract
from cli.errors import EXIT_CODES
from cli.main import cli
from cli.verbs import Operation, Verb

ROOT = Path(__file__).parents[2]
Json = dict[str, Any]
DOCUMENT: Json = orjson.loads((ROOT / "contracts" / "openapi" / "gateway.json").read_bytes())
OPERATIONS: dict[str, Json] = {
    said["operationId"]: {**said, "method": method.upper(), "path": path}
    for path, methods in DOCUMENT["paths"].items()
    for method, said in methods.items()
}
PAGE = (ROOT / "docs" / "command-line.md").read_text()
TABLE = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
ASKS_NO_SERVER = re.findall(r"^\| – [^|]+ \| `cairn ([^`]+)` \|$", PAGE, re.MULTILINE)
COMMANDS_OF_OPERATIONS = {name: command.strip("`").removeprefix("cairn ") for name, command in TABLE.items() if not command.startswith("–")}

NOT_TAKEN = {
    "record_check_in": {"source": "what is typed comes from a person, which is the default"},
    "define_objective": {"parent": "said as --under", "key_results": "each by `cairn add key-result`, or all of a template by `cairn use`"},
    "copy_objective": {"cycle": "said as --to"},
    "move_objective": {"cycle": "said as TO"},
    "move_key_result": {"objective": "said as TO"},
    "carry_objective_over": {"cycle": "said as --to", "targets": "said as --target"},
    "close_cycle": {"objectives": "said in a table of --grades", "grades": "said in a table of --grades"},
    "align_objective": {"objective": "said as --under", "key_result": "said as --under"},
    "start_objective_from_kpi": {"parent": "said as --under"},
    "use_template": {"parent": "said as --under", "key_results": "each by its number: --owner-of, --start-of, --target-of, --due-of"},
}
"""Fields of an operation's body that are no option of their own, each with the reason."""
SAID_OTHERWISE = {
    "to",
    "target",
    "table",
    "under",
    *("owner_of", "start_of", "target_of", "due_of"),
    "serves",
    "at_the_top",
    "abstain",
    "nobody",
    "milestones",
    "dry_run",
    "if_match",
    "idempotency_key",
    "tenant",
    "as_json",
}
"""Options that are no field: how they become one stands in the verb, or they are no part of the body."""
BY_HAND: dict[str, tuple[click.Command, dict[str, str]]] = {
    "record_check_in": (check_in, {"abstain": "abstention", "done": "milestones_done"}),
    "correct_check_in": (correct, {"done": "milestones_done"}),
    "retract_check_in": (retract, {}),
}
"""The command of an operation that is no entry of the table, and which of its options is called otherwise than the field."""


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


LEAVES = dict(leaves(cli))
DECLARED = [
    (said, verb, operation)
    for before, verbs in (("add ", ADD), ("revise ", REVISE), ("remove ", REMOVE), ("", VERBS))
    for verb in verbs
    for said, operation in ((f"{before}{verb.name}", operation) for operation in verb.operations)
]
OF_DECLARED = [operation.name for _, _, operation in DECLARED]


def test_every_operation_stands_in_the_table_of_commands_and_no_other() -> None:
    assert TABLE.keys() == OPERATIONS.keys()


def test_every_command_of_the_table_is_there_and_no_other() -> None:
    assert {*COMMANDS_OF_OPERATIONS.values(), *ASKS_NO_SERVER} == LEAVES.keys()


def test_every_exit_code_stands_in_the_page() -> None:
    told = re.findall(r"^\| (\d+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert {int(code): meaning for code, meaning in told} == EXIT_CODES


@pytest.mark.parametrize(("said", "verb", "operation"), DECLARED, ids=OF_DECLARED)
def test_a_verb_asks_for_its_operation_as_the_document_says(said: str, verb: Verb, operation: Operation) -> None:
    document = OPERATIONS[operation.name]
    placeholders = re.compile(r"\{\w+\}")
    assert COMMANDS_OF_OPERATIONS[operation.name] == said
    assert (operation.method, placeholders.sub("{}", f"/v1/{operation.path}")) == (
        document["method"],
        placeholders.sub("{}", document["path"]),
    )
    assert operation.versioned == ("If-Match" in parameters_of(document))


@pytest.mark.parametrize(("said", "verb", "operation"), DECLARED, ids=OF_DECLARED)
def test_a_verb_takes_every_field_of_its_operation(said: str, verb: Verb, operation: Operation) -> None:
    command = LEAVES[said]
    fields = {*properties_of(operation.name), *(name for name in parameters_of(OPERATIONS[operation.name]) if name == "holds_from")}
    options = {parameter.name for parameter in command.params}
    assert fields - options == NOT_TAKEN.get(operation.name, {}).keys()
    of_its_kinds = set().union(*(properties_of(other.name) for other in verb.operations))
    assert options - SAID_OTHERWISE - operation.named <= of_its_kinds | fields


ASKED_FOR_BY_THE_VERB = {
    "define_cycle": {"kind": "tactical unless given"},
    "define_initiative": {"serves": "--for, which is asked for by name"},
    "move_objective": {"cycle": "said as TO"},
    "move_key_result": {"objective": "said as TO"},
    "carry_objective_over": {"cycle": "said as --to"},
    "grade_key_result": {"grade": "or --abstain"},
    "change_manager": {"manager": "or --nobody"},
}
"""Fields that an operation needs and a verb gets otherwise than by an option that has to be there, each with how."""


@pytest.mark.parametrize(("said", "verb", "operation"), DECLARED, ids=OF_DECLARED)
def test_a_verb_asks_for_what_its_operation_needs_before_it_is_sent(said: str, verb: Verb, operation: Operation) -> None:
    asked_for = {str(option.name) for option in LEAVES[said].params if option.required} | {*operation.needs}
    assert required_of(operation.name) - asked_for == ASKED_FOR_BY_THE_VERB.get(operation.name, {}).keys()
    assert len(verb.operations) > 1 or not operation.needs  # of one alone click asks for it


@pytest.mark.parametrize("operation", BY_HAND)
def test_a_command_by_hand_takes_every_field_of_its_operation(operation: str) -> None:
    command, called = BY_HAND[operation]
    options = {called.get(str(parameter.name), parameter.name) for parameter in command.params}
    assert properties_of(operation).keys() - options == NOT_TAKEN.get(operation, {}).keys()


@pytest.mark.parametrize(
    ("said", "operation"), [("check-in", "record_check_in"), *((said, operation.name) for said, _, operation in DECLARED)]
)
def test_where_a_field_is_one_of_some_words_an_option_takes_just_these(said: str, operation: str) -> None:
    properties = properties_of(operation)
    for option in LEAVES[said].params:
        if isinstance(option.type, click.Choice):
            assert set(option.type.choices) == set(words_of(properties[str(option.name)])), option.name


PAGING = {"limit", "cursor"}
"""`--limit` counts what is shown, over as many pages as it takes."""
CALLED_BY_PEOPLE = {"list_actions": {"actor": "who", "type": "what", "from": "since", "to": "until"}}
SHOWN_OTHERWISE = {"list_inbox", "list_events"}
LISTED = [name for name in COMMANDS_OF_OPERATIONS if name.startswith("list_") and name not in SHOWN_OTHERWISE]
"""The inbox and the events are shown by commands that do more: mark as read, go on as more happens."""


@pytest.mark.parametrize("operation", LISTED)
def test_a_list_is_asked_with_every_parameter_of_its_operation(operation: str) -> None:
    command, called = LEAVES[COMMANDS_OF_OPERATIONS[operation]], CALLED_BY_PEOPLE.get(operation, {})
    queried = {p["name"]: p["schema"] for p in map(_resolved, OPERATIONS[operation].get("parameters", ())) if p["in"] == "query"}
    options = {str(option.name): option for option in command.params}
    asked = {called.get(name, name) for name in queried.keys() - PAGING}
    assert asked <= options.keys()
    for name, schema in queried.items():
        option = options.get(called.get(name, name))
        if option is not None and isinstance(option.type, click.Choice):
            assert set(option.type.choices) == set(words_of(schema)), name


README_LINES = [
    words
    for line in re.findall(r"^cairn .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    for words in map(shlex.split, line.partition("#")[0].split("&&"))
]


@pytest.mark.parametrize("words", README_LINES, ids=" ".join)
def test_a_line_of_the_readme_is_taken_as_the_help_says(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.ndjson").touch()  # an earlier line exports it
    name = next(name for length in (1, 2) if (name := " ".join(words[1 : 1 + length])) in LEAVES)
    LEAVES[name].make_context(name, words[1 + len(name.split()) :])


def test_the_readme_speaks_of_what_is_in_its_example() -> None:
    with (ROOT / "examples" / "joystream-2019" / "objectives.csv").open(encoding="utf-8", newline="") as table:
        cycles = {row["cycle"] for row in csv.DictReader(table)}
    lines = [" ".join(words) for words in README_LINES]
    assert {cycle for line in lines for cycle in re.findall(r"\b20\d\d-Q\d\b", line)} <= cycles
    kpis = [found for line in lines for found in re.findall(r"add kpi .*--reference (\w+)|(?:measure|start-from|kpi) (\w+)", line)]
    assert kpis
    assert kpis[0][0]
    assert {used for _, used in kpis if used} == {kpis[0][0]}


def parameters_of(document: Json) -> set[str]:
    return {parameter["name"] for parameter in map(_resolved, document.get("parameters", ()))}


def properties_of(operation: str) -> Json:
    body = OPERATIONS[operation].get("requestBody")
    if body is None:
        return {}
    schema = _resolved(_resolved(body)["content"]["application/json"]["schema"])
    properties: dict[str, list[Json]] = {}
    for kind in map(_resolved, schema.get("oneOf", [schema])):
        for name, part in kind["properties"].items():
            properties.setdefault(name, []).append(part)
    return {name: {"anyOf": parts} for name, parts in properties.items()}


def required_of(operation: str) -> set[str]:
    body = OPERATIONS[operation].get("requestBody")
    return set() if body is None else set(_resolved(_resolved(body)["content"]["application/json"]["schema"]).get("required", ()))


def words_of(schema: Json) -> list[str]:
    schema = _resolved(schema)
    if "enum" in schema or "const" in schema:
        return list(schema.get("enum", [schema.get("const")]))
    below = [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]
    return [word for part in below for word in words_of(part)]


def _resolved(schema: Json) -> Json:
    while "$ref" in schema:
        found: Any = DOCUMENT
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema
