"""The Go of a topic card reads the topic. `make contracts` runs this: it needs Go, which the suite does not."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from tests.contract.events.samples import ROOT
from tests.contract.stream.from_the_card import CARD, block, consumes_what_is_told_once, descriptors_of_the_card
from tests.contract.stream.test_states import CARD as STATES_CARD
from tests.contract.stream.test_states import tells_each_state
from tests.support.infrastructure import Broker

MODULE = ROOT / "deploy" / "contract_tools" / "go"


async def built(card: Path, folder: Path) -> None:
    """The program of a card, and the descriptors that it reads."""
    descriptors_of_the_card(folder, card)
    for name in ("go.mod", "go.sum"):
        shutil.copy(MODULE / name, folder)
    (folder / "consumer.go").write_text(block("go", card))
    build = await asyncio.create_subprocess_exec("go", "build", "-o", "consumer", ".", cwd=folder)
    assert await build.wait() == 0


async def test_the_go_of_the_card_tells_each_state(kafka: Broker, unique: str, tmp_path: Path) -> None:
    await built(STATES_CARD, tmp_path)
    await tells_each_state(["./consumer"], tmp_path, kafka.bootstrap, unique)


async def test_the_go_of_the_card_reads_each_event_once(kafka: Broker, unique: str, tmp_path: Path) -> None:
    await built(CARD, tmp_path)
    await consumes_what_is_told_once(["./consumer"], tmp_path, kafka.bootstrap, unique)
