"""`make up`, `make down`, `make status`, `make backup` and `make restore`: one of them at a time."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from embedded import jars, web_app
from embedded.errors import SetUpError
from embedded.kafka import BROKER
from embedded.processes import last_lines
from stack.backup import back_up, bring_back, trouble_of_the_archive
from stack.database_roles import database_of, make_roles, passwords
from stack.example import load_example, welcome
from stack.health import healthy
from stack.layout import PROGRAMS, SERVERS, Layout
from stack.narration import Narrator
from stack.preflight import check_disk, check_ports
from stack.privacy import close_to_others
from stack.services import SERVICES
from stack.supervision import ProcessManager

_SECONDS_TO_ANSWER = 300.0
_LIVES = 4
"""How often a program may be started before it is given up: the first times another one may not be up yet."""


def up(layout: Layout, example: bool = True) -> None:
    """Brings the system up, or finds it up. Raises SetUpError with the one line that says what is in the way."""
    from chassis.rpc import write_keys  # noqa: PLC0415 - gRPC comes with it, which `down` and `status` do without

    narrator = Narrator()
    check_disk(layout.home)
    with _alone(layout, narrator):
        if closed := close_to_others(layout.home, layout.postgres.user):
            narrator.say(f"{closed} files and folders of {layout.shown(layout.home)} were open to others: closed")
        jars.classpath(lambda done, total: narrator.progress(f"fetching Kafka's jars: {done} of {total}"))
        web_app.ensure_built(narrator.progress)
        manager = ProcessManager(layout)
        _start_manager(layout, manager, narrator)
        layout.remember()
        _start(layout, manager, SERVERS, narrator)
        ensure_databases(layout)
        make_database_roles(layout)
        grant_kafka_access(layout)
        write_keys(layout.private_key, layout.public_key)
        _start(layout, manager, [service.name for service in SERVICES], narrator)
    if example:
        load_example(layout, narrator)
        welcome(layout)


def down(layout: Layout) -> None:
    """Ends every program in order; what they keep stays."""
    narrator = Narrator()
    manager = ProcessManager(layout)
    with _alone(layout, narrator):
        if manager.answers():
            narrator.progress("ending the services, Kafka and PostgreSQL")
            manager.stop()
            narrator.say(f"down; the data stay in {layout.shown(layout.home)}")
        elif ended := manager.end_orphans():
            narrator.say(f"ended {', '.join(ended)}, which had outlived their process manager")
        else:
            narrator.say("nothing was running")


def status(layout: Layout) -> bool:
    """Prints a line a program; whether all of them answer."""
    manager = ProcessManager(layout)
    if not manager.answers():
        print("down: `make up` starts it")
        return False
    answering = {name: program.runs and healthy(layout, name) for name, program in manager.programs().items()}
    for name, program in manager.programs().items():
        print(f"{name:14} {'healthy' if answering[name] else 'not answering':14} {program.state.lower():9} {program.said}")
    if answering["postgres"] and (trouble := trouble_of_the_archive(layout)):
        print(trouble)
    return all(answering.values())


def backup(layout: Layout, backups: Path) -> None:
    """Makes a backup in a folder of backups. Raises SetUpError."""
    narrator = Narrator()
    with _alone(layout, narrator):
        back_up(layout, backups, narrator)


def restore(layout: Layout, backups: Path, name: str | None = None, with_wal: bool = False) -> None:
    """Puts a backup, the newest of a folder unless named, in the place of what there is. Raises SetUpError."""
    narrator = Narrator()
    with _alone(layout, narrator):
        bring_back(layout, backups, narrator, name=name, with_wal=with_wal)


def ensure_databases(layout: Layout) -> None:
    """Makes the database of each service that has one, where it is missing."""
    for service in SERVICES:
        if service.has_database:
            layout.postgres.ensure_database(database_of(service.name))


def make_database_roles(layout: Layout) -> None:
    """Makes the roles of the databases, in a new folder and in one from before there were any. Raises SetUpError."""
    try:
        make_roles(layout.postgres.dsn(), passwords(layout.database_passwords))
    except psycopg.Error as failure:
        raise SetUpError(f"PostgreSQL does not take its roles: {str(failure).splitlines()[0]}") from None


def grant_kafka_access(layout: Layout, bootstrap: str | None = None) -> None:
    """Makes Kafka's users and their rules, in a new folder and in one from before there were any. Raises SetUpError."""
    from chassis.kafka.users import AccessError, admin_client  # noqa: PLC0415 - ten processes start by this module, one grants
    from stack.access import grant  # noqa: PLC0415

    try:
        others = {"security.protocol": layout.kafka.protocol}
        if layout.kafka.certificate is not None:
            others["ssl.ca.location"] = str(layout.kafka.certificate.authority)
        client = admin_client(bootstrap or layout.kafka.bootstrap, BROKER, layout.kafka_password(BROKER), others)
        grant(client, layout.kafka_passwords())
    except AccessError as failure:
        raise SetUpError(str(failure)) from None


@contextmanager
def _alone(layout: Layout, narrator: Narrator) -> Iterator[None]:
    """Lets one `make up` or `make down` of an installation work at a time."""
    layout.run.mkdir(parents=True, exist_ok=True)
    with (layout.run / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            narrator.say("another `make up` or `make down` of this clone is at work: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _start_manager(layout: Layout, manager: ProcessManager, narrator: Narrator) -> None:
    if manager.answers():
        if manager.configured_for_this():
            check_ports(layout, [name for name, program in manager.programs().items() if not program.runs])
            return
        narrator.say("the configuration changed: ending what runs with the old one")
        manager.stop()
    if ended := manager.end_orphans():
        narrator.say(f"ended {', '.join(ended)}, which had outlived their process manager")
    check_ports(layout, PROGRAMS)
    manager.start()


def _start(layout: Layout, manager: ProcessManager, programs: Sequence[str], narrator: Narrator) -> None:
    """Starts what does not run of the programs, and waits until each of them answers. Raises SetUpError when one does not."""
    for program in programs:
        if not manager.programs()[program].runs:
            manager.start_program(program)
    waiting = list(programs)
    lives: dict[str, set[int]] = {program: set() for program in programs}
    deadline = time.monotonic() + _SECONDS_TO_ANSWER
    while waiting := [program for program in waiting if not healthy(layout, program)]:
        for program, state in manager.programs().items():
            if program in waiting:
                lives[program].add(state.pid)
                if state.state == "FATAL" or len(lives[program] - {0}) > _LIVES:
                    raise SetUpError(_does_not_come_up(layout, program, "it ends again and again"))
        if time.monotonic() > deadline:
            raise SetUpError(_does_not_come_up(layout, waiting[0], f"no answer within {_SECONDS_TO_ANSWER:.0f} s"))
        narrator.progress(f"waiting for {', '.join(waiting)}")
        time.sleep(0.1)
    narrator.clear()


def _does_not_come_up(layout: Layout, program: str, how: str) -> str:
    log = layout.log_file(program)
    return f"{program} does not come up ({how}); {layout.shown(log)} ends with: {last_lines(log, 1)}"
