"""What a backup holds is there after a restore, with WAL also what was committed after it; and what was there before is kept."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from embedded.errors import SetUpError
from embedded.ports import free_ports, wait_until
from embedded.processes import processes_in
from stack.backup import Backup, back_up, bring_back, trouble_of_the_archive
from stack.layout import Layout
from stack.narration import Narrator
from stack.services import SERVICES
from tests.support.infrastructure import scratch_folder

DATABASES = [f"cairn_{service.name}" for service in SERVICES if service.keeps_log]


class Installation:
    """The databases of one, without the services: a log in each."""

    def __init__(self, home: Path) -> None:
        self.layout = Layout(home, free_ports(1)[0] % 20_000 + 2_000)
        self.told = io.StringIO()

    def make_databases(self) -> None:
        self.start()
        for database in DATABASES:
            self.layout.postgres.ensure_database(database)
            self.execute(database, "CREATE TABLE event (position bigint PRIMARY KEY)")
        self.stop()

    def start(self) -> None:
        self.layout.postgres.start()

    def stop(self) -> None:
        self.layout.postgres.stop()

    def execute(self, database: str, statement: str) -> None:
        with psycopg.connect(self.layout.postgres.dsn(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def append(self, position: int) -> None:
        for database in DATABASES:
            self.execute(database, f"INSERT INTO event VALUES ({position})")

    def positions(self) -> dict[str, list[int]]:
        found = {}
        for database in DATABASES:
            with psycopg.connect(self.layout.postgres.dsn(database)) as connection:
                found[database] = [position for (position,) in connection.execute("SELECT position FROM event ORDER BY 1")]
        return found

    def back_up(self, backups: Path) -> Backup:
        return back_up(self.layout, backups, Narrator(self.told))

    def bring_back(self, backups: Path, *, name: str | None = None, with_wal: bool = False) -> Path:
        """Restores, and looks at the installation as a process that starts afterwards does."""
        aside = bring_back(self.layout, backups, Narrator(self.told), name=name, with_wal=with_wal)
        self.layout = Layout(self.layout.home, self.layout.base_port)
        self.start()
        return aside

    def crash(self) -> None:
        """Kills the server; those that it forked end by themselves, a moment later."""
        self.layout.postgres.kill()
        assert wait_until(lambda: not processes_in(self.layout.postgres.directory, "postgres"), 30)

    def archive(self) -> None:
        """Waits until all that was written so far is in the archive."""
        with psycopg.connect(self.layout.postgres.dsn(), autocommit=True) as connection:
            row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None
        assert wait_until(lambda: (self.layout.archive / row[0]).exists(), 30)

    def failures_of_the_archive(self) -> int:
        with psycopg.connect(self.layout.postgres.dsn(), autocommit=True) as connection:
            row = connection.execute("SELECT failed_count FROM pg_stat_archiver").fetchone()
        assert row is not None
        return int(row[0])


def everywhere(*positions: int) -> dict[str, list[int]]:
    return {database: list(positions) for database in DATABASES}


@pytest.fixture
def scratch() -> Iterator[Path]:
    folder = scratch_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def new_home() -> Iterator[Path]:
    """The folder of an installation whose databases are empty."""
    folder = scratch_folder()
    Installation(folder / "home").make_databases()
    yield folder / "home"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cairn(scratch: Path, new_home: Path) -> Iterator[Installation]:
    subprocess.run(["cp", "--archive", str(new_home), str(scratch / "home")], check=True)
    installation = Installation(scratch / "home")
    installation.start()
    yield installation
    installation.stop()


@pytest.fixture
def backups(scratch: Path) -> Path:
    return scratch / "backups"


def test_what_a_backup_holds_is_there_and_what_was_there_is_kept(cairn: Installation, backups: Path) -> None:
    cairn.append(1)
    cairn.back_up(backups)
    cairn.append(2)
    cairn.stop()
    aside = cairn.bring_back(backups)
    assert cairn.positions() == everywhere(1)
    assert "the logs end at directory 1, goals 1, checkins 1, progress 1, notifications 1" in cairn.told.getvalue()

    cairn.stop()
    shutil.rmtree(cairn.layout.postgres.directory)
    (aside / "postgres").rename(cairn.layout.postgres.directory)
    cairn.start()
    assert cairn.positions() == everywhere(1, 2)


def test_with_wal_nothing_that_was_committed_before_a_crash_is_lost(cairn: Installation, backups: Path) -> None:
    cairn.append(1)
    cairn.back_up(backups)
    cairn.append(2)
    cairn.archive()
    cairn.append(3)
    cairn.crash()
    cairn.bring_back(backups, with_wal=True)
    assert cairn.positions() == everywhere(1, 2, 3)


def test_with_the_folder_lost_everything_that_was_archived_comes_back(cairn: Installation, backups: Path) -> None:
    cairn.back_up(backups)
    cairn.append(1)
    cairn.archive()
    cairn.stop()
    shutil.rmtree(cairn.layout.home)
    cairn.bring_back(backups, with_wal=True)
    assert cairn.positions() == everywhere(1)


def test_what_was_given_up_by_a_restore_does_not_come_back_with_the_next(cairn: Installation, backups: Path) -> None:
    cairn.append(1)
    first = cairn.back_up(backups)
    cairn.append(2)
    cairn.archive()
    cairn.stop()
    cairn.bring_back(backups)
    cairn.append(3)
    cairn.archive()
    assert trouble_of_the_archive(cairn.layout) is None
    cairn.append(4)
    cairn.crash()
    cairn.bring_back(backups, name=first.name, with_wal=True)
    assert cairn.positions() == everywhere(1, 3, 4)


def test_wal_before_the_oldest_backup_is_not_kept(cairn: Installation, backups: Path) -> None:
    first = cairn.back_up(backups)
    for position in (1, 2):
        cairn.append(position)
        cairn.archive()
    shutil.rmtree(first.folder)
    left = cairn.back_up(backups)
    assert Backup.all_of(backups) == [left]
    assert min(path.name for path in (backups / "wal").iterdir() if "." not in path.name) >= left.first_segment()


def test_a_segment_waits_for_an_archive_that_is_away(cairn: Installation, backups: Path) -> None:
    cairn.back_up(backups)
    away = (backups / "wal").rename(backups / "away")
    cairn.append(1)
    cairn.execute("postgres", "SELECT pg_switch_wal()")
    assert wait_until(lambda: cairn.failures_of_the_archive() > 0, 30)
    assert str(backups / "wal") in (trouble_of_the_archive(cairn.layout) or "")
    away.rename(backups / "wal")
    cairn.stop()  # which archives what waits
    shutil.rmtree(cairn.layout.home)
    cairn.bring_back(backups, with_wal=True)
    assert cairn.positions() == everywhere(1)


def test_what_runs_is_not_replaced(cairn: Installation, backups: Path) -> None:
    cairn.back_up(backups)
    with pytest.raises(SetUpError, match="make down"):
        bring_back(cairn.layout, backups, Narrator(cairn.told))
    assert cairn.positions() == everywhere()


def test_a_damaged_backup_is_refused_and_nothing_is_touched(cairn: Installation, backups: Path) -> None:
    cairn.append(1)
    backup = cairn.back_up(backups)
    with (backup.postgres / "PG_VERSION").open("a") as file:
        file.write("torn")
    cairn.stop()
    with pytest.raises(SetUpError, match="PG_VERSION is not as"):
        bring_back(cairn.layout, backups, Narrator(cairn.told))
    cairn.start()
    assert cairn.positions() == everywhere(1)
    assert not list(cairn.layout.home.glob("re*"))


def test_a_backup_of_what_does_not_run_is_as_good(cairn: Installation, backups: Path) -> None:
    cairn.append(1)
    cairn.stop()
    cairn.back_up(backups)
    shutil.rmtree(cairn.layout.home)
    cairn.bring_back(backups)
    assert cairn.positions() == everywhere(1)


def test_keys_come_back_too_and_a_backup_is_for_its_owner_alone(cairn: Installation, backups: Path) -> None:
    key = cairn.layout.keys / "identity.key"
    key.touch(mode=0o644)
    key.write_text("first")
    cairn.back_up(backups)
    assert not [path for path in backups.rglob("*") if path.lstat().st_mode & 0o077]
    assert not backups.stat().st_mode & 0o067  # PostgreSQL's user passes through it to where it archives
    key.write_text("second")
    cairn.stop()
    aside = cairn.bring_back(backups)
    assert (key.read_text(), (aside / "keys" / "identity.key").read_text()) == ("first", "second")


def test_a_backup_does_not_go_into_what_it_is_of(cairn: Installation) -> None:
    with pytest.raises(SetUpError, match="another folder"):
        cairn.back_up(cairn.layout.home / "backups")


def test_two_installations_do_not_share_a_folder_of_backups(cairn: Installation, backups: Path, scratch: Path) -> None:
    cairn.back_up(backups)
    other = Installation(scratch / "other")
    other.start()
    other.stop()
    with pytest.raises(SetUpError, match="another installation"):
        other.back_up(backups)


def test_where_there_is_nothing_to_back_up_that_is_said(scratch: Path, backups: Path) -> None:
    with pytest.raises(SetUpError, match="nothing to back up"):
        Installation(scratch / "nothing").back_up(backups)


def test_where_there_is_no_backup_that_is_said(cairn: Installation, backups: Path) -> None:
    cairn.stop()
    with pytest.raises(SetUpError, match="holds no backup"):
        cairn.bring_back(backups)
    cairn.start()
    made = cairn.back_up(backups)
    cairn.stop()
    with pytest.raises(SetUpError, match=made.name):
        cairn.bring_back(backups, name="yesterday")
