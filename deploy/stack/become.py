"""Turns this process into one of the programs: what the process manager starts."""

from __future__ import annotations

import os
import sys

from embedded.errors import SetUpError
from embedded.launch import as_user
from embedded.processes import ProcessIdentity
from stack.layout import ROOT, Layout
from stack.services import BY_NAME


def become(layout: Layout, program: str) -> None:
    """Prepares what the program needs, leaves the process's identity for the next start, and becomes it. Never returns.

    Raises SetUpError when the program cannot be prepared.
    """
    environment = {**os.environ}
    if program == "postgres":
        layout.postgres.prepare()
        command = layout.postgres.command()
        if layout.postgres.user:
            command = as_user(layout.postgres.user, command, layout.postgres.reach)
    elif program == "kafka":
        layout.kafka.prepare()
        command = layout.kafka.command()
        environment |= layout.kafka.environment()
    elif program in BY_NAME:
        command = [sys.executable, "-m", BY_NAME[program].module]
        environment |= layout.environment(program)
    else:
        raise SetUpError(f"there is no program {program!r}; there are postgres, kafka, {', '.join(BY_NAME)}")
    ProcessIdentity.of(os.getpid()).write(layout.pid_file(program))
    os.chdir(ROOT)
    os.execve(command[0], command, environment)
