"""Whoever was shown a topic card and nothing else reads the topic."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.contract.stream.from_the_card import block, consumes_what_is_told_once, descriptors_of_the_card
from tests.support.infrastructure import Broker


async def test_the_python_of_the_card_reads_each_event_once(kafka: Broker, unique: str, tmp_path: Path) -> None:
    descriptors_of_the_card(tmp_path)
    (tmp_path / "consumer.py").write_text(block("python"))
    await consumes_what_is_told_once([sys.executable, "consumer.py"], tmp_path, kafka.bootstrap, unique)
