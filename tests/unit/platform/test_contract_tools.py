"""What npm installs, for `make contracts` and the web app, is locked, and no lock says where from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import check_contracts

LOCKS = sorted(path for path in check_contracts.NODE.parent.rglob("package-lock.json") if "node_modules" not in path.parts)
LOCKS.append(check_contracts.ROOT / "package-lock.json")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_every_package_of_node_is_locked_by_its_hash_and_without_an_address(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    assert len(packages) > 1
    for name, package in packages.items():
        if not name.startswith("node_modules/") or package.get("link"):
            continue  # a folder of this repository
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name


def test_a_tool_that_fails_says_why() -> None:
    with pytest.raises(check_contracts.Failed, match="no such option"):
        check_contracts.run("python", "-c", "raise SystemExit('no such option')")
    with pytest.raises(check_contracts.Failed, match="neither on the PATH nor installed"):
        check_contracts.run("no-such-tool")
