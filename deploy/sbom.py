"""The software that Cairn is made of, as CycloneDX 1.6 JSON: `python deploy/sbom.py [FILE]`, what `make sbom` runs.

From the lock files alone, so it needs no network, and the same locks give the same bytes: Python packages of the services
(`runtime.txt`) are required; those that only the embedded default, or only development, takes are optional and excluded; Kafka's jars are
optional; packages that the web app is built of are required, those that check it excluded. The hashes of a package are those of its
files for every platform, of which one is installed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

DEPLOY: Final = Path(__file__).resolve().parent
ROOT: Final = DEPLOY.parent
_SCOPES: Final = {"runtime": "required", "embedded": "optional", "dev": "excluded"}
"""By lock file, the narrowest first: a package is what the first says that has it."""
_PACKAGE: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_JAR: Final = re.compile(r"^([^:\s#]+):([^:\s]+):([^:\s]+) sha256:([0-9a-f]{64})$")


class Package(NamedTuple):
    """What a lock file says of one package."""

    purl: str
    name: str
    version: str
    hashes: tuple[str, ...]
    group: str = ""
    algorithm: str = "SHA-256"


def python_packages(lock: str) -> Iterator[Package]:
    """The packages of a lock file of pip. Raises ValueError where one has no hash."""
    for entry in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^\s*#.*\n?", "", lock)):
        if (found := _PACKAGE.match(entry.strip())) is None:
            continue
        name, version = re.sub(r"[-_.]+", "-", found[1]).lower(), found[2]
        hashes = tuple(_HASH.findall(entry))
        if not hashes:
            raise ValueError(f"{name} {version} is locked without a hash")
        yield Package(f"pkg:pypi/{name}@{version}", name, version, hashes)


def jars(lock: str) -> Iterator[Package]:
    """Kafka's jars."""
    for line in lock.splitlines():
        if found := _JAR.match(line):
            group, name, version, digest = found.groups()
            yield Package(f"pkg:maven/{group}/{name}@{version}", name, version, (digest,), group)


def node_packages(lock: str) -> Iterator[tuple[Package, str]]:
    """The packages of a lock file of npm, and the scope of each."""
    for path, locked in json.loads(lock)["packages"].items():
        if not path.startswith("node_modules/") or locked.get("link"):
            continue
        group, _, name = path.rpartition("node_modules/")[2].rpartition("/")
        digest = base64.b64decode(locked["integrity"].removeprefix("sha512-")).hex()
        purl = f"pkg:npm/{group.replace('@', '%40')}{'/' if group else ''}{name}@{locked['version']}"
        yield Package(purl, name, locked["version"], (digest,), group, "SHA-512"), "excluded" if locked.get("dev") else "required"


def bill_of_materials() -> dict[str, Any]:
    """The whole document."""
    components: dict[str, dict[str, Any]] = {}
    for lock, scope in _SCOPES.items():
        for package in python_packages((DEPLOY / "requirements" / f"{lock}.txt").read_text()):
            components.setdefault(package.purl, _component(package, scope))
    for jar in jars((DEPLOY / "kafka" / "jars.lock").read_text()):
        components[jar.purl] = _component(jar, "optional")
    for package, scope in node_packages((ROOT / "package-lock.json").read_text()):
        components.setdefault(package.purl, _component(package, scope))
    ordered = [components[purl] for purl in sorted(components)]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    digest = hashlib.sha256(json.dumps(ordered).encode()).digest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=5)}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": project["name"], "name": project["name"], "version": project["version"]},
        },
        "components": ordered,
    }


def _component(package: Package, scope: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": package.purl,
        **({"group": package.group} if package.group else {}),
        "name": package.name,
        "version": package.version,
        "scope": scope,
        "hashes": [{"alg": package.algorithm, "content": digest} for digest in package.hashes],
        "purl": package.purl,
    }


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "sbom.cdx.json"
    bill = bill_of_materials()
    target.write_text(json.dumps(bill, indent=1) + "\n")
    print(f"{len(bill['components'])} components: {target}")
