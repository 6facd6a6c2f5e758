"""How a limit is told: what it bounds, by how much, and what is answered beyond it. The numbers stand where they are enforced."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from shared.figures import written


class Limit(NamedTuple):
    """One limit."""

    name: str
    value: float
    unit: str
    meaning: str
    reason: str
    """Of the problem beyond it; empty: none is answered."""
    setting: str = ""
    """Which setting of the gateway says otherwise; empty: none."""


_PAGE: Final = """# Limits

How much of something there may be. `GET /v1/limits` tells the same, as it is set on the installation that is asked; here stand the numbers
that hold where no setting says otherwise. How long a text may be stands in the OpenAPI document (`maxLength`), and what holds inside the
services in [security.md](../security.md). Made by `python -m gateway.release_catalogues`.

| limit | | of what | beyond it | setting |
|---|---|---|---|---|
"""


def page(limits: Iterable[Limit]) -> str:
    """The page of limits, in Markdown."""
    return _PAGE + "".join(map(_row, limits))


def _row(limit: Limit) -> str:
    reason, setting = (f"`{word}`" if word else "" for word in (limit.reason, limit.setting))
    return f"| `{limit.name}` | {written(limit.value)} {limit.unit} | {limit.meaning} | {reason} | {setting} |\n"
