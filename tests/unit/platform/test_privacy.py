"""A folder that is closed to others, with all in it."""

from __future__ import annotations

import stat
from pathlib import Path

from stack.privacy import close_to_others


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def made(path: Path, mode: int) -> Path:
    path.touch()
    path.chmod(mode)
    return path


def test_others_lose_every_right_and_the_owner_none(tmp_path: Path) -> None:
    home = tmp_path / "home"
    inner = home / "inner"
    inner.mkdir(parents=True)
    files = {made(home / "read", 0o644): 0o600, made(inner / "run", 0o755): 0o700, made(inner / "kept", 0o400): 0o400}
    home.chmod(0o755)
    inner.chmod(0o775)
    assert close_to_others(home) == 4
    assert {path: mode_of(path) for path in files} == files
    assert (mode_of(home), mode_of(inner)) == (0o700, 0o700)


def test_what_is_closed_stays_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    made(home / "file", 0o600)
    assert close_to_others(home) == 0


def test_what_a_link_leads_to_is_not_touched(tmp_path: Path) -> None:
    elsewhere = made(tmp_path / "elsewhere", 0o644)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "link").symlink_to(elsewhere)
    (home / "dangling").symlink_to(tmp_path / "nothing")
    assert close_to_others(home) == 0
    assert mode_of(elsewhere) == 0o644
