"""What is kept of an installation of an earlier version: its databases, its exports, and what it answered.

Kafka is not kept: its topics are filled from the logs.
"""

from __future__ import annotations

import lzma
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import orjson
import psycopg

from embedded.postgres import binaries
from stack.layout import Layout
from stack.services import SERVICES
from tests.contract.folder.answers import Answers, answers_of, export_of
from tests.support.company import Person

FOLDERS: Final = Path(__file__).resolve().parents[3] / "contracts" / "folders"
DATABASES: Final = tuple(service.name for service in SERVICES if service.has_database)

_KAFKA_IS_EMPTY: Final = (
    "DO $$ BEGIN IF to_regclass('relay_position') IS NOT NULL THEN UPDATE relay_position SET position = 0; END IF; END $$",
    "DO $$ BEGIN IF to_regclass('consumed') IS NOT NULL THEN UPDATE consumed SET kafka_offset = 0; END IF; END $$",
)


class Kept:
    """One installation, by the version that filled it."""

    def __init__(self, version: str) -> None:
        self.folder: Final = FOLDERS / version

    def tenants(self) -> list[str]:
        """Whose exports there are."""
        return sorted(path.name.partition(".")[0] for path in self.folder.glob("*.cairn-export.xz"))

    def export(self, tenant: str) -> list[bytes]:
        """The lines of a tenant's export."""
        return lzma.decompress(self._export(tenant).read_bytes()).splitlines()

    def answers(self, tenant: str) -> dict[str, Answers]:
        """By person: what they were answered."""
        answers: dict[str, Answers] = orjson.loads(lzma.decompress(self._answers(tenant).read_bytes()))
        return answers

    @property
    def formula(self) -> int:
        """The version of the formulas that its digests and numbers were computed by."""
        answers = self.answers(self.tenants()[0])["admin"]
        return next(int(answer["formula_version"]) for answer in answers.values() if "formula_version" in answer)

    # -- filling it, and filling an installation from it

    def keep(self, layout: Layout, tenants: dict[str, tuple[str, ...]]) -> None:
        """Keeps an installation that runs and at which nothing happens: all databases, and of each tenant what these people see."""
        self.folder.mkdir(parents=True)
        for tenant, handles in tenants.items():
            people = {handle: Person(layout.gateway_url, tenant=tenant, person=handle) for handle in handles}
            people["admin"].catch_up()
            self._export(tenant).write_bytes(_packed(b"\n".join(export_of(people["admin"])) + b"\n"))
            self._answers(tenant).write_bytes(_packed(orjson.dumps({handle: answers_of(person) for handle, person in people.items()})))
        for database in DATABASES:
            dumped = _postgres("pg_dump", "--format=custom", "--compress=none", "--no-owner", layout.database_url(database))
            self._dump(database).write_bytes(_packed(dumped))

    def restore(self, layout: Layout, databases: Iterable[str] = DATABASES) -> None:
        """Fills empty databases of an installation whose services do not run yet. Kafka is to be filled by the relay."""
        for database in databases:
            dumped = lzma.decompress(self._dump(database).read_bytes())
            _postgres("pg_restore", "--single-transaction", "--no-owner", f"--dbname={layout.database_url(database)}", fed=dumped)
            with psycopg.connect(layout.database_url(database)) as connection:
                for statement in _KAFKA_IS_EMPTY:
                    connection.execute(statement)

    def _dump(self, database: str) -> Path:
        return self.folder / f"{database}.dump.xz"

    def _export(self, tenant: str) -> Path:
        return self.folder / f"{tenant}.cairn-export.xz"

    def _answers(self, tenant: str) -> Path:
        return self.folder / f"{tenant}.answers.json.xz"


def _postgres(program: str, *words: str, fed: bytes = b"") -> bytes:
    return subprocess.run([str(binaries() / program), *words], check=True, input=fed, stdout=subprocess.PIPE).stdout


def _packed(content: bytes) -> bytes:
    return lzma.compress(content, preset=lzma.PRESET_EXTREME)
