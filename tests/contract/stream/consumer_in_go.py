"""The Go of a topic card reads the topic. `make contracts` runs this: it needs Go, which the suite does not."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from tests.contract.events.samples import ROOT
from tests.contract.stream.from_the_card import block, consumes_what_is_told_once, descriptors_of_the_card
from tests.support.infrastructure import Broker

MODULE = ROOT / "deploy" / "contract_tools" / "go"


async def test_the_go_of_the_card_reads_each_event_once(kafka: Broker, unique: str, tmp_path: Path) -> None:
    descriptors_of_the_card(tmp_path)
    for name in ("go.mod", "go.sum"):
        shutil.copy(MODULE / name, tmp_path)
    (tmp_path / "consumer.go").write_text(block("go"))
    build = await asyncio.create_subprocess_exec("go", "build", "-o", "consumer", ".", cwd=tmp_path)
    assert await build.wait() == 0
    await consumes_what_is_told_once(["./consumer"], tmp_path, kafka.bootstrap, unique)
