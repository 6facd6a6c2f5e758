"""`make backup` and `make restore`: every database at one moment, what was written since, and the keys.

A folder of backups holds, for each, a folder named by when it was made, with PostgreSQL's base backup and the keys; and `wal`, where
PostgreSQL keeps what it writes from the first backup on, segment by segment. Kafka is not in it: its topics are copies of the logs.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from embedded.errors import SetUpError
from embedded.launch import may_reach
from embedded.ports import free_ports
from embedded.postgres import USER, Postgres, binaries, restoring_from
from embedded.processes import ProcessIdentity, processes_in
from stack.health import healthy
from stack.layout import PROGRAMS, Layout
from stack.narration import Narrator
from stack.preflight import check_disk
from stack.privacy import close_to_others, let_pass
from stack.services import SERVICES
from stack.supervision import ProcessManager

_FORMAT = 1
_STAMP = "%Y%m%dT%H%M%SZ"
_SEGMENT = re.compile(r"[0-9A-F]{24}")
_HISTORY = re.compile(r"[0-9A-F]{8}\.history")
_FIRST_SEGMENT = re.compile(r"^START WAL LOCATION: .* \(file ([0-9A-F]{24})\)$", re.MULTILINE)
_RECOVERY_SECONDS = 3600.0


@dataclass(frozen=True)
class Backup:
    """One backup in a folder of backups."""

    folder: Path

    @classmethod
    def all_of(cls, backups: Path) -> list[Backup]:
        """The whole ones of a folder, oldest first."""
        return [cls(manifest.parent) for manifest in sorted(backups.glob("*/cairn.json"))]

    @classmethod
    def chosen(cls, backups: Path, name: str | None) -> Backup:
        """The one of a name, or the newest. Raises SetUpError."""
        there = cls.all_of(backups)
        if not there:
            raise SetUpError(f"{backups} holds no backup: `make backup TO={backups}` makes one")
        if name is None:
            return there[-1]
        if name not in {backup.name for backup in there}:
            raise SetUpError(f"{backups} holds no backup {name}; there are {', '.join(backup.name for backup in there)}")
        return cls(backups / name)

    @property
    def name(self) -> str:
        """When it was made, UTC."""
        return self.folder.name

    @property
    def postgres(self) -> Path:
        """The base backup."""
        return self.folder / "postgres"

    @property
    def keys(self) -> Path:
        """The keys and passwords."""
        return self.folder / "keys"

    @property
    def loaded_example(self) -> bool:
        """Whether the example company had been loaded."""
        return bool(self._told()["example_loaded"])

    def first_segment(self) -> str:
        """The first segment of WAL that it needs."""
        found = _FIRST_SEGMENT.search((self.postgres / "backup_label").read_text())
        if found is None:
            raise SetUpError(f"{self.postgres / 'backup_label'} does not say where its WAL begins")
        return found[1]

    def check(self) -> None:
        """Raises SetUpError when it is of another format, or any of its files is not as it was written."""
        if (found := self._told()["format"]) != _FORMAT:
            raise SetUpError(f"{self.folder} is a backup of format {found}; this release reads format {_FORMAT}")
        # As pg_verifybackup does, which the wheel ships and which does not run (it ends with a segmentation fault).
        for file in json.loads((self.postgres / "backup_manifest").read_text())["Files"]:
            path = self.postgres / (file["Path"] if "Path" in file else bytes.fromhex(file["Encoded-Path"]).decode())
            if not path.is_file() or _sha256(path) != file["Checksum"]:
                raise SetUpError(f"{path} is not as the backup wrote it: another backup of {self.folder.parent} may be whole")

    def _told(self) -> dict[str, object]:
        told: dict[str, object] = json.loads((self.folder / "cairn.json").read_text())
        return told


def back_up(layout: Layout, backups: Path, narrator: Narrator) -> Backup:
    """Makes a backup in a folder of backups and has WAL archived there from now on. Raises SetUpError."""
    backups = backups.expanduser().resolve()
    if not (layout.postgres.directory / "PG_VERSION").exists():
        raise SetUpError(f"{layout.shown(layout.home)} holds no databases: there is nothing to back up")
    if backups.is_relative_to(layout.home):
        raise SetUpError(f"{backups} lies in {layout.home}, which is to be backed up: name another folder, best on another disk")
    if (others := Backup.all_of(backups)) and _system_of(others[-1].postgres) != _system_of(layout.postgres.directory):
        raise SetUpError(f"{backups} holds the backups of another installation, whose WAL would mix with this one's: name another folder")
    backups.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in backups.glob(".*.unfinished"):  # by one that was killed
        shutil.rmtree(left)
    check_disk(backups, 2 * _megabytes(layout.postgres.directory))
    backup = Backup(backups / datetime.now(UTC).strftime(_STAMP))
    unfinished = backups / f".{backup.name}.unfinished"
    with _postgres_of(layout) as postgres:
        _archive_to(layout, backups / "wal", narrator)
        narrator.progress(f"backing up to {backup.folder}")
        unfinished.mkdir(mode=0o700)
        try:
            _base_backup(postgres, unfinished / "postgres")
            shutil.copytree(layout.keys, unfinished / "keys")
            told = {"format": _FORMAT, "example_loaded": layout.example_loaded.exists()}
            (unfinished / "cairn.json").write_text(json.dumps(told) + "\n")
            close_to_others(unfinished)
            unfinished.replace(backup.folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    _run("pg_archivecleanup", str(backups / "wal"), Backup.all_of(backups)[0].first_segment())
    narrator.say(f"backed up to {backup.folder} ({_megabytes(backup.folder)} MB); what is written from now on goes to {backups / 'wal'}")
    return backup


def bring_back(layout: Layout, backups: Path, narrator: Narrator, *, name: str | None = None, with_wal: bool = False) -> Path:
    """Puts a backup in the place of what an installation has, and answers where that is kept. Raises SetUpError; then all is as before.

    Without WAL the databases are as they were when the backup ended. With it they are as the archive, and what the former databases had
    not archived yet, leave them: as at the last commit. Either way PostgreSQL begins a new timeline.
    """
    backups = backups.expanduser().resolve()
    _refuse_while_running(layout)
    backup = Backup.chosen(backups, name)
    check_disk(layout.home, 2 * _megabytes(backup.folder) + (_megabytes(backups / "wal") if with_wal else 0))
    layout.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if layout.postgres.user:
        let_pass(layout.home, layout.postgres.user)
    scratch = layout.home / "restoring"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        narrator.progress(f"checking {backup.folder}")
        backup.check()
        narrator.progress(f"restoring {backup.folder}")
        shutil.copytree(backup.folder, scratch)
        _stage_wal(layout, backup, scratch, with_wal)
        ends = _recover(layout, scratch, with_wal)
        aside = layout.home / f"replaced-{datetime.now(UTC).strftime(_STAMP)}"
        _swap(layout, scratch, aside)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if backup.loaded_example:
        layout.example_loaded.touch()
    narrator.say(f"restored {backup.folder}{' and what was written after it' if with_wal else ''}: the logs end at {ends}")
    narrator.say(f"the former databases and keys are kept in {layout.shown(aside)}")
    return aside


def trouble_of_the_archive(layout: Layout) -> str | None:
    """What is to be told of a running server that cannot archive its WAL; nothing when it can, or has nowhere to."""
    if not layout.archive.is_symlink():
        return None
    with psycopg.connect(layout.postgres.dsn()) as connection:
        failing = connection.execute(
            "SELECT to_char(last_failed_time, 'YYYY-MM-DD HH24:MI') FROM pg_stat_archiver"
            " WHERE last_failed_time > coalesce(last_archived_time, '-infinity')"
        ).fetchone()
    if failing is None:
        return None
    return f"WAL does not get to {layout.archive.readlink()} (last tried {failing[0]} UTC): PostgreSQL keeps it, and the disk fills"


# -- making one


@contextmanager
def _postgres_of(layout: Layout) -> Iterator[Postgres]:
    """The server of an installation: the one that runs, or one for as long as the context lasts."""
    postgres = layout.postgres
    if healthy(layout, "postgres"):
        yield postgres
        return
    postgres.start()
    try:
        yield postgres
    finally:
        postgres.stop()


def _archive_to(layout: Layout, wal: Path, narrator: Narrator) -> None:
    """Has PostgreSQL, which looks at the link for every segment, keep its WAL in a folder."""
    wal.mkdir(exist_ok=True, mode=0o700)
    if user := layout.postgres.user:
        record = pwd.getpwnam(user)
        os.chown(wal, record.pw_uid, record.pw_gid)
        let_pass(wal.parent, user)
        if not may_reach(user, [wal]):
            raise SetUpError(f"PostgreSQL runs as {user}, who may not go to {wal}: name a folder on the way to which everyone may pass")
    link = layout.archive
    before = link.readlink() if link.is_symlink() else wal
    scratch = link.with_name(f".{link.name}.{os.getpid()}")
    scratch.symlink_to(wal)
    scratch.replace(link)
    if before != wal:
        narrator.say(f"from now on WAL is archived to {wal}, no longer to {before}")


def _base_backup(postgres: Postgres, folder: Path) -> None:
    """Every database of the server at one moment, with the WAL that makes them consistent."""
    where = ["--host", postgres.host, "--port", str(postgres.port), "--username", USER, "--no-password"]
    how = ["--wal-method=stream", "--checkpoint=fast", "--manifest-checksums=SHA256"]
    _run("pg_basebackup", "--pgdata", str(folder), *where, *how, password=postgres.password)


# -- bringing one back


def _refuse_while_running(layout: Layout) -> None:
    """Raises SetUpError when anything of the installation runs."""
    identities = [(program, ProcessIdentity.read(layout.pid_file(program))) for program in PROGRAMS]
    running = [program for program, identity in identities if identity and identity.process()]
    if ProcessManager(layout).answers() or running or processes_in(layout.postgres.directory, "postgres"):
        raise SetUpError("Cairn runs, and what runs is not replaced: `make down` ends it")


def _stage_wal(layout: Layout, backup: Backup, scratch: Path, with_wal: bool) -> None:
    """Puts what recovery may ask for where PostgreSQL's user can read it: the archive first, then what was not archived any more.

    The histories of timelines always, so that the new one gets a number of its own.
    """
    wanted = scratch / "wal"
    wanted.mkdir()
    sources = [backup.folder.parent / "wal"]
    former = layout.postgres.directory
    if (former / "PG_VERSION").exists() and _system_of(former) == _system_of(backup.postgres):
        sources.append(former / "pg_wal")
    first = backup.first_segment()[8:]
    for source in sources:
        for file in source.iterdir() if source.is_dir() else ():
            needed = _HISTORY.fullmatch(file.name) or (with_wal and _SEGMENT.fullmatch(file.name) and file.name[8:] >= first)
            if needed and not (wanted / file.name).exists():
                shutil.copyfile(file, wanted / file.name)


def _system_of(directory: Path) -> str:
    """Which cluster a directory is of, or is a copy of."""
    lines = _run("pg_controldata", str(directory)).splitlines()
    return next(line.split(":")[1].strip() for line in lines if line.startswith("Database system identifier"))


def _recover(layout: Layout, scratch: Path, with_wal: bool) -> str:
    """Has PostgreSQL recover what was copied; answers where the logs end then, in words. Raises SetUpError."""
    directory = scratch / "postgres"
    (directory / "recovery.signal").touch()
    if user := layout.postgres.user:
        record = pwd.getpwnam(user)
        for path in (directory, *directory.rglob("*"), scratch / "wal", *(scratch / "wal").iterdir()):
            os.chown(path, record.pw_uid, record.pw_gid, follow_symlinks=False)
        let_pass(scratch, user)
    password = (scratch / "keys" / "postgres.password").read_text()
    settings = restoring_from(scratch / "wal", to_the_end=with_wal)
    server = Postgres(directory, free_ports(1)[0], password, settings, archive=layout.archive)
    server.start(_RECOVERY_SECONDS)
    try:
        ends = [f"{service.name} {_end_of_log(server.dsn(f'cairn_{service.name}'))}" for service in SERVICES if service.keeps_log]
    except psycopg.Error as failure:
        raise SetUpError(f"the restored databases do not answer: {str(failure).strip().splitlines()[0]}") from None
    finally:
        server.stop()
    return ", ".join(ends)


def _end_of_log(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        if connection.execute("SELECT to_regclass('event')").fetchone() == (None,):
            return 0
        row = connection.execute("SELECT coalesce(max(position), 0) FROM event").fetchone()
        return int(row[0]) if row else 0


def _swap(layout: Layout, scratch: Path, aside: Path) -> None:
    """Moves what there is aside and what was restored into its place: renames, the first of which is undone when the others fail."""
    aside.mkdir(mode=0o700)
    pairs = [(layout.postgres.directory, scratch / "postgres"), (layout.keys, scratch / "keys")]
    moved: list[tuple[Path, Path]] = []
    try:
        for place, restored in pairs:
            if place.exists():
                place.rename(aside / place.name)
                moved.append((place, aside / place.name))
            restored.rename(place)
    except OSError:
        for place, kept in reversed(moved):
            shutil.rmtree(place, ignore_errors=True)
            kept.rename(place)
        raise


# -- the tools


def _run(tool: str, *arguments: str, password: str | None = None) -> str:
    """Runs a tool of PostgreSQL's and answers what it printed. Raises SetUpError with the first line of why when it fails."""
    environment = {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}
    command: Sequence[str] = [str(binaries() / tool), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        said = (result.stderr or result.stdout).strip().splitlines() or [f"it ended with {result.returncode}"]
        raise SetUpError(f"{tool} failed: {said[0]}")
    return result.stdout


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _megabytes(folder: Path) -> int:
    """How much a folder holds, in MB."""
    if not folder.is_dir():
        return 0
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            path = Path(place, name)
            total += path.lstat().st_size if os.path.lexists(path) else 0
    return total // 2**20
