"""Every type of event: what it tells of, on which topic it stands, what its fields mean.

What the protos say of them is written into `event_types.json` by `make proto`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

EVENT_TYPES: Final[Sequence[dict[str, Any]]] = json.loads(Path(__file__).with_name("event_types.json").read_text())
"""As `GET /v1/event-types` tells them."""

_PAGE: Final = """# Event types

What happens is recorded as these events, and nothing else is: the `type` of an export's line and of `GET /v1/events`, and `ce_type` on the
topics of the stream ([cards](../../contracts/topics)). `GET /v1/event-types` tells the same. A type keeps its meaning and its fields;
fields and types are added. Made by `python -m gateway.release_catalogues`.
"""


def page() -> str:
    """The page of all event types, in Markdown."""
    logs = dict.fromkeys(event["log"] for event in EVENT_TYPES)
    return _PAGE + "".join(f"\n## {log}\n{''.join(_section(event) for event in EVENT_TYPES if event['log'] == log)}" for log in logs)


def _section(event: dict[str, Any]) -> str:
    rows = "".join(f"| `{field['name']}` | {field['type']} | {_cell(field['meaning'])} |\n" for field in event["fields"])
    fields = f"\n| field | type | |\n|---|---|---|\n{rows}" if rows else ""
    return f"\n### {event['name']}\n\n`{event['type']}`: {event['meaning']}\n{fields}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
