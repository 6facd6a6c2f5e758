"""What can be wrong with the machine before anything starts, each told in one line."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import psutil

from embedded.errors import SetUpError
from embedded.ports import can_listen
from stack.layout import Layout

ENOUGH_MEGABYTES = 1024


def check_disk(folder: Path, enough: int = ENOUGH_MEGABYTES) -> None:
    """Raises SetUpError when fewer than `enough` MB are free where `folder` is or will be."""
    place = next(parent for parent in [folder, *folder.parents] if parent.exists())
    free = shutil.disk_usage(place).free // 2**20
    if free < enough:
        raise SetUpError(f"the disk is nearly full: {free} MB are free at {place}, at least {enough} MB are needed")


def check_ports(layout: Layout, programs: Iterable[str]) -> None:
    """Raises SetUpError when somebody else listens on a port that one of the programs, which do not run yet, will take."""
    for program in programs:
        for port in layout.ports(program):
            if not can_listen(port):
                raise SetUpError(
                    f"port {port}, which {program} needs, is in use{_by_whom(port)}: end that, or choose others with "
                    f"`make up BASE_PORT={_another(layout.base_port)}`"
                )


def _by_whom(port: int) -> str:
    """` by NAME (pid N)` where the system tells."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        pass
    return ""


def _another(base_port: int) -> int:
    return base_port + 1000 if base_port + 1000 < 60000 else 8600
