"""The lock files: a hash for everything, no address of anything, one version of each."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

from embedded import jars
from embedded.errors import SetUpError

ROOT = Path(__file__).parents[3]
REQUIREMENTS = ROOT / "deploy" / "requirements"


def pins(name: str) -> dict[str, str]:
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["runtime", "embedded", "dev", "web"])
def test_every_package_has_a_hash_and_none_an_address(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    assert "://" not in text
    for entry in re.split(r"\n(?=[a-z])", text):
        assert "--hash=sha256:" in entry


def test_the_smaller_sets_are_parts_of_the_larger_ones() -> None:
    assert pins("runtime").items() <= pins("embedded").items()
    assert pins("embedded").items() <= pins("dev").items()


@pytest.mark.parametrize("name", ["runtime", "embedded"])
def test_every_package_that_the_services_run_on_is_used(name: str) -> None:
    listed = re.findall(r"^[a-z][\w-]*", (REQUIREMENTS / f"{name}.in").read_text(), re.MULTILINE)
    modules = {"tzdata": {"zoneinfo"}}  # which reads it where the system has no zones
    for module, packages in metadata.packages_distributions().items():
        for package in packages:
            modules.setdefault(package.lower().replace("_", "-"), set()).add(module)
    sources = [path.read_text() for root in ("services", "deploy", "protos/generated") for path in (ROOT / root).rglob("*.py")]
    sources.append((ROOT / "pyproject.toml").read_text())  # what builds us
    # Imported, or handed to somebody by its name.
    named = {found for text in sources for found in re.findall(r"""^\s*(?:import|from) (\w+)|"(\w+)(?=["> =])""", text, re.MULTILINE)}
    assert [package for package in listed if not modules[package] & {word for words in named for word in words}] == []


def test_kafka_is_of_one_version() -> None:
    assert {jar.version for jar in jars.locked_jars() if jar.group == "org.apache.kafka"} == {jars.KAFKA_VERSION}


def test_a_jar_that_is_not_the_locked_one_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []

    def refuse(missing: list[jars.Jar], cache: Path, progress: object) -> None:
        fetched.extend(jar.file_name for jar in missing)
        raise SetUpError("no network in this test")

    one = jars.locked_jars()[0]
    (tmp_path / one.file_name).write_bytes(b"something else")
    monkeypatch.setenv("CAIRN_JAR_CACHE", str(tmp_path))
    monkeypatch.setattr(jars, "_fetch", refuse)
    with pytest.raises(SetUpError):
        jars.classpath()
    assert one.file_name in fetched
