"""A quarter of a small company, from the command line alone; and its log, replayed, tells the tree that was shown."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from rich.cells import cell_len

from cli.main import cli
from tests.support.company import unique_name
from tests.support.system import System

QUARTER = """
add team Engineering --holds-from 2026-01-01
add team core --parent Engineering --holds-from 2026-01-01
add person ann --name "Ann Example" --role champion --role member --team core
add person bob --name "Bob Example"
add member core bob --holds-from 2026-01-15
manage bob ann
revise team core --name Platform --lead ann
teams
team platform
team core --as-of 2026-01-20
members platform
remove member Platform bob
add team Spare
settings
settings cadence two-weekly
settings bounds "0.05;0.2" --holds-from 2026-01-01
settings bounds --as-of 2025-12-31
dissolve spare
vision --mission "Software that stays simple" --vision "Every team knows what matters"
add pillar "People whom we hire" --about "They stay"
add pillar Growth --reference growth --before "people whom we hire"
add pillar Spare
revise pillar growth --title "Profitable growth" --before ""
pillars
pillar growth
remove pillar spare
vision
add cycle 2026-Q1 2026-01-01 2026-03-31
add objective 2026-Q1 "Expand the team" --reference J1 --owner ann --team platform --pillar growth
objectives --pillar growth
add objective 2026-Q1 "Hire in Zurich" --reference J10 --under j1 --start-day 2026-01-01
add objective 2026-Q1 "A handbook" --reference J2
templates --department sales --good
templates --bad
template sales-larger-deals
template bad-ten-posts
use sales-larger-deals --cycle 2026-Q1 --reference U1 --owner ann --target-of 1=6 --owner-of 2=bob --due-of 2=2026-03-15
add template "A launch" --title "Whoever starts is glad of it" --department product --key-result "New customers who stay:34:50:percent"
add template Hiring --from J1
revise template Hiring "Hiring, as we do it" --from J1
template "A launch"
templates --own
add view "Ours at risk" "/objectives?team=platform&status=at_risk" --shared
revise view "Ours at risk" --name "Ours, at risk"
view "Ours, at risk"
views
remove view "Ours, at risk"
remove template "A launch"
add key-result J1 "Hire developers" --reference J1/1 --target 4 --unit people
add key-result J1 "Open an office" --reference J1/2 --milestone "Find one" --milestone Sign
add key-result J2 "It is there" --reference J2/1 --measure binary
add key-result J2 "It is liked" --reference J2/2 --measure graded
start 2026-q1
settings approval on
submit J1 --comment "As we said on Monday."
send-back J1 --reason "It says nothing of Bern."
submit J1
approve J1
settings approval off
activate J1
activate J2
activate J10
check-in J1/1 1 --as-of 2026-01-31 --comment "one has signed"
check-in J1/2 --done 1 --as-of 2026-02-10
correct J1/1 2 --reason "two have"
check-in J2/1 1 --as-of 2026-02-20
retract J2/1 --reason "the wrong row"
share J1/1 J2
unshare J1/1 J2
comment J1/1 "What keeps it from moving, @ann?"
kudos J1/2 ann "You found the office!"
acknowledge J1/2
ask-feedback J1 bob "What should we leave out?"
comments J1
comments J1/1
add kpi Churn --reference churn --high 3 --unit percent
measure churn 2.4 --as-of 2026-02-28
revise kpi churn --high 2.5
measure churn 4 --as-of 2026-03-01
start-from churn --cycle 2026-Q1 --reference C1 --owner ann
kpis
kpi churn
kpi-values churn
add initiative "A referral programme" --reference I1 --for J1/1
revise initiative I1 --state running
initiatives
initiative I1
add task "Ask the agency" --reference T1 --assignee bob --priority high --for J1/1
revise task T1 --due-day 2026-03-01
finish T1
reopen T1 --reason "The agency asks back."
spend T1 1h30 --day 2026-02-28 --note "Wrote to three agencies."
effort T1
effort --team Platform --from 2026-02-02 --to 2026-03-01
tasks
task T1
add milestone "The office opens" 2026-05-01 --reference M1
revise milestone M1 --title "The office in Zurich opens"
postpone M1 2026-06-01 --reason "The landlord needs a month more."
reach M1
milestones
milestone M1
retire churn --reason "It is measured elsewhere now."
revise key-result J1/1 --target 5
revise objective J2 --title "A good handbook" --label books
align J10 --at-the-top
align J10 --under J1/2
cancel J2/2 --reason "nobody asks"
add key-result J2 "It is read in Zurich" --reference J2/3 --measure binary
move J2/3 J10
cancel J2/3 --reason "nobody reads"
grade J1/1 0.4 --as-of 2026-03-31 --reason "two of five"
grade J1/2 --abstain
close J2 --outcome "It is there."
review 2026-Q1
close 2026-Q1 --dry-run
close 2026-Q1
report 2026-Q1
reopen 2026-Q1 --reason "A grade was missing."
reopen J2 --reason "It was closed by mistake."
close 2026-Q1
report 2026-Q1 --version 1
add cycle 2026-Q2 2026-04-01 2026-06-30
revise cycle 2026-Q2 --last-day 2026-07-15
carry-over J1 --to 2026-Q2 --reference K1
copy J2 --to 2026-Q2 --reference K2
history J1/1
audit --limit 0
inbox
people
cycles
objectives --sort -due_day
key-results
check-ins
key-result J1/1
person ann
whoami
objective J1
coach J1
coach --cycle 2026-Q1
coach --rules
coach examples/sourcegraph-fy22q3
cycle 2026-Q1
tree
participation --cycle 2026-Q1
compare 2026-Q1 2026-Q2
digest
status
dead-letters list
event-types
limits
revise person ann --role member
owned ann
leave ann --dry-run
leave ann --hand-over-to bob
reinstate ann
import examples/sourcegraph-fy22q3 --dry-run
import examples/sourcegraph-fy22q3
audit --limit 0
"""
OF_THE_INSTALLATION = ("tenants", "clock show")
ASKED_BELOW = {"add tenant", "tenant", "export", "replay", "export-tables"}
NOT_ASKED = {
    "reasons": "names the header If-None-Match, which is no repr; tests/contract/test_catalogues.py asks for sentences",
    "react": "names a comment by its id: tests/e2e/test_comments.py",
    "feedback": "so does this",
    "edit-comment": "and this",
    "retract-comment": "and this",
    "correct-effort": "names an entry by its id: tests/e2e/test_effort.py",
    "retract-effort": "so does this",
    "take-back": "names a value of a KPI by its id, which `cairn kpi-values --json` tells",
    "events": "tells the log as it is, for programs: JSON lines, with ids",
    "sign-out": "ends the session of whoever asks",
    "appoint-admin": "is for a tenant without an admin",
    "rebuild": "makes every other test wait",
    "log recover": "begins a generation for every other test",
    "clock advance": "moves the clock of every other test",
    "clock confirm": "is refused while the clock is as it should be",
    "dead-letters replay": "is refused without dead letters",
    "stream-reader add": "asks Kafka, as its operator: `test_kafka_users`",
    "stream-reader list": "so does this",
    "stream-reader remove": "and this",
}
"""Commands whose words are not looked at here, and why."""

FOR_MACHINES = {
    "an id": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "noise of a float": r"\d\.\d{13,}|\b\d{17,}\b",
    "a repr": r"\b(?:None|True|False)\b|\bb'|[\[{(]'|<\w[\w.]* object",
}
"""What nobody should have to read."""


GO_BY_ID = ("comment", "comments", "kudos", "acknowledge", "ask-feedback", "kpi-values", "spend", "effort")
"""Commands about what has no name, and goes by its id where it is answered, reacted to or taken back."""


def commands(command: click.Command, name: str = "") -> Iterator[str]:
    """Every command, by all of its words."""
    if not isinstance(command, click.Group):
        yield name
        return
    for word, inner in command.commands.items():
        yield from commands(inner, f"{name} {word}".strip())


def test_the_words_of_every_command_are_looked_at() -> None:
    lines = [*QUARTER.strip().splitlines(), *OF_THE_INSTALLATION]
    every = set(commands(cli))
    looked_at = {name for name in every if any(f"{line} ".startswith(f"{name} ") for line in lines)} | ASKED_BELOW
    assert every - looked_at == NOT_ASKED.keys()


def test_a_quarter_is_run_from_the_command_line_alone(system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    tenant = unique_name()
    system.cairn("add", "tenant", tenant)
    assert tenant in system.cairn("tenant", tenant).stdout
    for line in QUARTER.strip().splitlines():
        told = system.cairn(*shlex.split(line), "--tenant", tenant).stdout
        assert told.strip(), line
        require_words(line, told)
    for line in OF_THE_INSTALLATION:
        require_words(line, system.cairn(*line.split()).stdout)

    tree = system.cairn("tree", "--tenant", tenant).stdout
    assert [word for word in tree.split() if re.fullmatch(r"J\d+", word)] == ["J1", "J10", "J2"]
    tables = tmp_path / "tables"
    require_words("export-tables", system.cairn("export-tables", str(tables), "--tenant", tenant).stdout)
    assert (tables / "objectives.csv").exists()
    file = tmp_path / "quarter.cairn-export"
    system.cairn("export", str(file), "--tenant", tenant)
    point = ("--as-of", "2026-02-15", "--cycle", "2026-Q1", "--json")
    shown = json.loads(system.cairn("tree", *point, "--tenant", tenant).stdout)
    assert json.loads(system.cairn("replay", str(file), *point).stdout) == without_names_of_people(shown)


def require_words(line: str, told: str) -> None:
    assert all(cell_len(each) <= 100 for each in told.splitlines()), f"cairn {line} is wider than 100 columns: {told}"
    for what, pattern in FOR_MACHINES.items():
        if what == "an id" and line.partition(" ")[0] in GO_BY_ID:
            continue
        found = re.search(pattern, told)
        assert found is None, f"cairn {line} tells {what}, {found[0]}: {told}"


def without_names_of_people(tree: dict[str, Any]) -> dict[str, Any]:
    """What an export cannot know: what people are called is sealed there."""
    for objective in tree["objectives"]:
        objective["owner"] |= {"handle": None, "name": None}
        for key_result in objective["key_results"]:
            for said in (*key_result["owners"], *(key_result["parts"] or ())):
                said["person"] |= {"handle": None, "name": None}
    return tree
