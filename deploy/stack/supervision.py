"""The process manager: its configuration, and talking to it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from supervisor.xmlrpc import SupervisorTransport

from embedded.errors import SetUpError
from embedded.launch import OWNER_ONLY
from embedded.ports import wait_until
from embedded.processes import ProcessIdentity, last_lines
from stack.layout import PROGRAMS, SERVERS, Layout

_LONGEST_SOCKET_PATH = 100  # the system's limit is 108 bytes, and supervisord makes a longer name beside it


@dataclass(frozen=True)
class _Ending:
    """How a program is asked to end, and how many seconds it may take."""

    signal: signal.Signals = signal.SIGTERM
    seconds: int = 20


_ENDINGS = {"postgres": _Ending(signal.SIGINT, 60), "kafka": _Ending(seconds=60)}


def socket_path(layout: Layout) -> Path:
    """Where the process manager listens: in the installation, or in the temporary folder when that path is too long for a socket."""
    inside = layout.run / "supervisor.sock"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_PATH:
        return inside
    short = hashlib.sha256(os.fsencode(layout.home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"cairn-{os.getuid()}-{short}.sock"


def configuration(layout: Layout) -> str:
    """The text of supervisord.conf. Programs are started by us in their order; one that ends by itself is started again."""
    root = ["user = root"] if os.geteuid() == 0 else []
    sections = {
        "unix_http_server": [f"file = {_escaped(socket_path(layout))}", "chmod = 0700"],
        "rpcinterface:supervisor": ["supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface"],
        "supervisorctl": [f"serverurl = unix://{_escaped(socket_path(layout))}"],
        "supervisord": [
            f"logfile = {_from_home(layout, layout.log_file('supervisord'))}",
            "logfile_maxbytes = 5MB",
            "logfile_backups = 2",
            f"pidfile = {_from_home(layout, layout.run / 'supervisord.pid')}",
            f"umask = {OWNER_ONLY:03o}",
            f"childlogdir = {_from_home(layout, layout.logs)}",
            *root,
        ],
    }
    for order, program in enumerate(PROGRAMS, start=1):
        ending = _ENDINGS.get(program, _Ending())
        sections[f"program:{program}"] = [
            f"command = {_quoted(sys.executable)} -m stack become {program}",
            f"environment = CAIRN_HOME={_quoted(str(layout.home))},CAIRN_BASE_PORT={_quoted(str(layout.base_port))}",
            f"priority = {order if program in SERVERS else 100}",  # the servers end last
            "autostart = false",
            "autorestart = true",
            "startsecs = 5",
            "startretries = 40",
            f"stopsignal = {ending.signal.name.removeprefix('SIG')}",
            f"stopwaitsecs = {ending.seconds}",
            "redirect_stderr = true",
            f"stdout_logfile = {_from_home(layout, layout.log_file(program))}",
            "stdout_logfile_maxbytes = 10MB",
            "stdout_logfile_backups = 3",
        ]
    header = "; Written by `make up`: changes made here are lost.\n"
    return header + "\n".join("\n".join([f"[{name}]", *lines, ""]) for name, lines in sections.items())


def _from_home(layout: Layout, path: Path) -> str:
    """A path from the home, where supervisord runs: it expands absolute ones twice, so no escape would save a percent sign in them."""
    return str(path.relative_to(layout.home))


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


def _quoted(text: str) -> str:
    return '"' + text.replace("%", "%%").replace('"', '\\"') + '"'


@dataclass(frozen=True)
class ProgramState:
    """How the process manager sees a program: `state` as supervisord calls it, `pid` 0 when it does not run."""

    name: str
    state: str
    pid: int
    said: str

    @property
    def runs(self) -> bool:
        """Whether the program runs or is about to."""
        return self.state in {"RUNNING", "STARTING", "BACKOFF"}


class ProcessManager:
    """supervisord of one installation."""

    def __init__(self, layout: Layout):
        self._layout = layout
        self._socket = socket_path(layout)
        self._configuration_file = layout.home / "supervisord.conf"

    @property
    def _rpc(self) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        return cast(Any, xmlrpc.client.ServerProxy("http://127.0.0.1", transport)).supervisor

    def answers(self) -> bool:
        """Whether it runs."""
        try:
            return bool(self._rpc.getState()["statecode"] >= 0)
        except (OSError, xmlrpc.client.Error):
            return False

    def configured_for_this(self) -> bool:
        """Whether its configuration is the one that would be written now."""
        return self._configuration_file.exists() and self._configuration_file.read_text() == configuration(self._layout)

    def start(self) -> None:
        """Starts it, with no program yet. Raises SetUpError when it does not answer."""
        self._layout.run.mkdir(parents=True, exist_ok=True)
        self._layout.logs.mkdir(parents=True, exist_ok=True)
        self._configuration_file.touch(mode=0o600)
        self._configuration_file.write_text(configuration(self._layout))
        command = [str(Path(sys.executable).with_name("supervisord")), "-c", str(self._configuration_file)]
        result = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd=self._layout.home)
        if result.returncode != 0 or not wait_until(self.answers, 20):
            said = (result.stderr or result.stdout).strip().splitlines()[-1:] or [last_lines(self._layout.log_file("supervisord"), 1)]
            raise SetUpError(f"the process manager does not start: {said[0]}")
        self._identity_file.unlink(missing_ok=True)
        ProcessIdentity.of(int(self._rpc.getPID())).write(self._identity_file)

    def stop(self, seconds: float = 150) -> None:
        """Ends every program and then itself."""
        identity = ProcessIdentity.read(self._identity_file)
        with contextlib.suppress(OSError, xmlrpc.client.Error):
            self._rpc.shutdown()
        if identity and not wait_until(lambda: identity.process() is None, seconds, pause=0.1):
            identity.end(seconds=5)
        self._identity_file.unlink(missing_ok=True)

    @property
    def _identity_file(self) -> Path:
        return self._layout.run / "supervisord.identity"

    def end_orphans(self) -> list[str]:
        """Ends the programs that outlived a process manager that was killed, services first; answers their names."""
        stale = ProcessIdentity.read(self._identity_file)
        if stale:
            stale.end(seconds=5)
        ended = []
        for program in reversed(PROGRAMS):
            identity = ProcessIdentity.read(self._layout.pid_file(program))
            if identity and identity.process():
                ending = _ENDINGS.get(program, _Ending())
                identity.end(ending.signal, ending.seconds)
                ended.append(program)
        return ended

    def programs(self) -> dict[str, ProgramState]:
        """Every program, by name."""
        infos = self._rpc.getAllProcessInfo()
        return {info["name"]: ProgramState(info["name"], info["statename"], info["pid"], info["description"]) for info in infos}

    def start_program(self, name: str) -> None:
        """Starts a program that does not run; does not wait for it."""
        try:
            self._rpc.startProcess(name, False)
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise SetUpError(f"the process manager does not start {name}: {fault.faultString}") from None
