"""What the documentation says that roles may do is what they are granted."""

from __future__ import annotations

import re
from pathlib import Path

from chassis.postgres import OTHER_TABLES, TABLES, DatabaseRole

SECURITY = Path(__file__).parents[4] / "docs" / "security.md"
ROW = re.compile(r"^\| (`[a-z_]+`[^|]*|any other[^|]*) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ROLES = (DatabaseRole.CONSUMER, DatabaseRole.QUERY, DatabaseRole.RELAY, DatabaseRole.REBUILD)


def privileges(words: tuple[str, ...]) -> dict[DatabaseRole, frozenset[str]]:
    return {role: frozenset(may.upper().split(", ")) for role, may in zip(ROLES, words, strict=True) if may != "-"}


def test_the_table_in_the_documentation_is_what_is_granted() -> None:
    told = {tables: privileges(tuple(words)) for tables, *words in ROW.findall(SECURITY.read_text())}
    named = {name: may for tables, may in told.items() for name in re.findall(r"`([a-z_]+)`", tables)}
    assert named == TABLES
    assert [may for tables, may in told.items() if tables.startswith("any other")] == [OTHER_TABLES]
