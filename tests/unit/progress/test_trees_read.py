"""A tree that is read page after page is made once, and not kept for longer than it is read."""

from __future__ import annotations

import asyncio
from typing import Any

from progress.trees_read import TreesRead


async def test_a_tree_is_kept_until_its_last_page_was_read() -> None:
    trees, tree = TreesRead(), _a_tree()
    trees.read(b"one", tree, ended=False)
    assert [trees.get(b"one")] == [tree]
    assert trees.get(b"another") is None
    trees.read(b"one", tree, ended=True)
    assert trees.get(b"one") is None


async def test_a_tree_that_nobody_reads_on_is_let_go_and_the_oldest_makes_room() -> None:
    trees, tree = TreesRead(seconds=0.01, most=2), _a_tree()
    for name in (b"one", b"two", b"three"):
        trees.read(name, tree, ended=False)
    assert [trees.get(name) is tree for name in (b"one", b"two", b"three")] == [False, True, True]
    await asyncio.sleep(0.05)
    assert trees.get(b"two") is None
    assert trees.get(b"three") is None


def _a_tree() -> Any:
    return object()
