"""How a command ends when it was not done: one line on stderr, and an exit code that is not 0."""

from __future__ import annotations

from typing import Any, Final

import click

from chassis.texts import on_a_line

FAILED: Final = 1
USAGE: Final = 2
SOME_REFUSED: Final = 3
"""An import took what it could, and some rows it could not."""
STOPPED: Final = 130
"""By Ctrl-C."""


class Failed(click.ClickException):
    """The command was not done. The message is one line: what is wrong, and what would be right."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.code: Final = exit_code

    def show(self, file: Any = None) -> None:
        """Writes the line to stderr."""
        click.echo(f"cairn: {on_a_line(self.message)}", file=file, err=file is None)


class Problem(Failed):
    """What the gateway answered instead of carrying a request out (RFC 9457)."""

    def __init__(self, status: int, reason: str, detail: str, errors: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(detail)
        self.status: Final = status
        self.reason: Final = reason
        self.errors: Final = errors  # (field, message)
