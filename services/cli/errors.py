"""How a command ends when it was not done: one line on stderr - with --json a JSON object -, and an exit code that is not 0."""

from __future__ import annotations

from typing import Any, Final

import click
import orjson

from chassis.texts import on_a_line
from cli.output import escaped

FAILED: Final = 1
USAGE: Final = 2
SOME_REFUSED: Final = 3
"""An import took what it could, and some rows it could not."""
STOPPED: Final = 130
"""By Ctrl-C."""
ENOUGH: Final = 141
"""Whoever read us has enough: as every program that writes into a pipe."""

EXIT_CODES: Final = {
    0: "done, and durable",
    FAILED: "not done: it was refused, is not well, or nobody answered",
    USAGE: "not sent: the words make no sense, or a file cannot be read",
    SOME_REFUSED: "an import took what it could, and some rows it could not",
    STOPPED: "stopped by Ctrl-C",
    ENOUGH: "whoever read the output has enough (as with head): as for every program",
}


class Failed(click.ClickException):
    """The command was not done. The message is one line: what is wrong, and what would be right."""

    def __init__(self, message: str, exit_code: int = FAILED, *, reason: str = "NOT_DONE") -> None:
        super().__init__(message)
        self.code: Final = exit_code
        self.reason: Final = reason

    @property
    def document(self) -> dict[str, Any]:
        """The same for a program: the fields of a problem that there are."""
        return {"reason": self.reason, "detail": self.message, "errors": []}

    def show(self, file: Any = None) -> None:
        """Writes the line to stderr."""
        click.echo(f"cairn: {on_a_line(self.message)}", file=file, err=file is None)


class Problem(Failed):
    """What the gateway answered instead of carrying a request out (RFC 9457)."""

    def __init__(self, status: int, document: dict[str, Any], message: str | None = None) -> None:
        """What people are told is the document's detail, unless a message says it. Raises KeyError or TypeError for what is no problem."""
        super().__init__(document["detail"] if message is None else message, reason=document["reason"])
        self.status: Final = status
        self._document: Final = document

    def worded(self, message: str) -> Problem:
        """The same, told to people in other words."""
        return Problem(self.status, self._document, message)

    @property
    def document(self) -> dict[str, Any]:
        """The gateway's own."""
        return self._document


def show(error: click.ClickException, *, as_json: bool) -> None:
    """Tells on stderr why the command was not done."""
    if not as_json:
        error.show()
        return
    document = error.document if isinstance(error, Failed) else {"reason": "USAGE", "detail": error.format_message(), "errors": []}
    click.echo(escaped(orjson.dumps(document).decode()), err=True)
