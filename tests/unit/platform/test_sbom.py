"""The bill of materials has every package that is locked, by name, version and hashes, and nothing else."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "deploy"))

import sbom  # noqa: E402 - a script of deploy, which is no package


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return sbom.bill_of_materials()


@pytest.mark.parametrize("lock", ["runtime", "embedded", "dev"])
def test_every_locked_package_is_in_it_with_every_hash(bill: dict[str, Any], lock: str) -> None:
    text = (ROOT / "deploy" / "requirements" / f"{lock}.txt").read_text()
    listed = {component["purl"]: component for component in bill["components"]}
    pinned = re.findall(r"(?m)^([A-Za-z0-9._-]+)(?:\[.*?\])?==(\S+)", text)
    assert pinned
    for name, version in pinned:
        assert f"pkg:pypi/{name.lower().replace('_', '-').replace('.', '-')}@{version}" in listed
    hashes = {said["content"] for component in bill["components"] for said in component["hashes"]}
    assert set(re.findall(r"sha256:([0-9a-f]{64})", text)) <= hashes


def test_every_jar_of_kafka_is_in_it(bill: dict[str, Any]) -> None:
    lines = [line for line in (ROOT / "deploy" / "kafka" / "jars.lock").read_text().splitlines() if line and not line.startswith("#")]
    assert sum(component["purl"].startswith("pkg:maven/") for component in bill["components"]) == len(lines)


def test_every_package_of_the_web_app_is_in_it(bill: dict[str, Any]) -> None:
    listed = {component["purl"]: component["scope"] for component in bill["components"]}
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert sum(purl.startswith("pkg:npm/") for purl in listed) == len(
        {
            (path.rpartition("node_modules/")[2], locked["version"])
            for path, locked in packages.items()
            if path.startswith("node_modules/") and "link" not in locked
        }
    )
    react = packages["node_modules/react"]["version"]
    vitest = packages["node_modules/vitest"]["version"]
    assert (listed[f"pkg:npm/react@{react}"], listed[f"pkg:npm/vitest@{vitest}"]) == ("required", "excluded")


def test_what_the_services_need_is_required_and_what_development_needs_is_not_part_of_it(bill: dict[str, Any]) -> None:
    scopes = {component["name"]: component["scope"] for component in bill["components"]}
    assert (scopes["psycopg"], scopes["pytest"]) == ("required", "excluded")


def test_it_has_what_cyclonedx_asks_of_a_document(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    references = [component["bom-ref"] for component in bill["components"]]
    assert len(references) == len(set(references))
    for component in bill["components"]:
        assert {"type", "name", "version", "purl", "hashes"} <= component.keys()
        assert all(len(said["content"]) == {"SHA-256": 64, "SHA-512": 128}[said["alg"]] for said in component["hashes"])


def test_the_same_locks_give_the_same_document_and_it_tells_no_address(bill: dict[str, Any]) -> None:
    assert json.dumps(bill) == json.dumps(sbom.bill_of_materials())
    assert "://" not in json.dumps(bill)


def test_a_package_without_a_hash_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="one 1 is locked without a hash"):
        list(sbom.python_packages("one==1\ntwo==2 --hash=sha256:" + "0" * 64))
