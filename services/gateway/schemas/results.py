"""What a command answers."""

from __future__ import annotations

from pydantic import ConfigDict

from gateway.http import Answer
from gateway.schemas.fields import DayField, IdText, InstantText, PositionText


class CommandResult(Answer):
    """A command was carried out, and its events are durable."""

    model_config = ConfigDict(title="Done")

    id: IdText
    """Of what the command was about; of what it made, if it made something."""
    version: int
    """Of the aggregate, after this command: what If-Match takes, as "<version>"."""
    positions: list[PositionText]
    """Where the events stand; handed back in Cairn-After, a question waits until they are folded in."""
    recorded_at: InstantText | None
    """null: things were so already, and nothing was added."""
    repeated: bool
    """The Idempotency-Key was seen before: this is the first answer again, nothing was added."""


class DatedResult(CommandResult):
    """A command was carried out, its events are durable, and what they say holds from a day on."""

    model_config = ConfigDict(title="DoneFromADay")

    holds_from: DayField | None
    """From which day on it is so: the day named, else the day of the command; 0001-01-01: since ever. null: nothing was added."""
