"""Kafka's jars: named with their sums in `deploy/kafka/jars.lock`, fetched once into a cache, checked before every use.

python -m embedded.jars          fetches what is missing
python -m embedded.jars lock     resolves the versions anew and writes the lock
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from embedded.errors import SetUpError

LOCK = Path(__file__).resolve().parents[1] / "kafka" / "jars.lock"
KAFKA_VERSION = "4.1.0"
# With log4j's binding in the place of slf4j-simple, resolution silently gives kafka-clients 3.8.0: `lock` refuses such a mix.
ROOTS = (f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}", "org.slf4j:slf4j-simple:1.7.36")
_PARALLEL = 8


@dataclass(frozen=True)
class Jar:
    """One jar: its Maven coordinates and the SHA-256 of its bytes, in hex."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """What the jar is called in the cache."""
        return f"{self.artifact}-{self.version}.jar"

    @classmethod
    def parse(cls, line: str) -> Jar:
        """A line of the lock: `group:artifact:version sha256:hex`."""
        coordinates, checksum = line.split()
        group, artifact, version = coordinates.split(":")
        return cls(group, artifact, version, checksum.removeprefix("sha256:"))

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version} sha256:{self.sha256}"


def cache_directory() -> Path:
    """Where jars are kept for every clone of this user: CAIRN_JAR_CACHE, else below the user's cache folder."""
    if told := os.environ.get("CAIRN_JAR_CACHE"):
        return Path(told)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cairn" / "jars"


def locked_jars() -> list[Jar]:
    """The jars of the lock."""
    lines = LOCK.read_text().splitlines()
    return [Jar.parse(line) for line in lines if line and not line.startswith("#")]


def classpath(progress: Callable[[int, int], None] | None = None) -> str:
    """The class path of Kafka, every jar of it checked against the lock; fetches what the cache lacks.

    `progress` hears how many of how many jars are fetched. Raises SetUpError when a jar cannot be had or is not the locked one.
    """
    cache = cache_directory()
    jars = locked_jars()
    missing = [jar for jar in jars if not _is_locked(cache / jar.file_name, jar)]
    if missing:
        _fetch(missing, cache, progress)
    return os.pathsep.join(str(cache / jar.file_name) for jar in jars)


def _is_locked(path: Path, jar: Jar) -> bool:
    return path.exists() and _sha256(path) == jar.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(jars: Sequence[Jar], cache: Path, progress: Callable[[int, int], None] | None) -> None:
    try:
        cache.mkdir(parents=True, exist_ok=True)
        # Fetched beside the cache and moved in whole, so that another clone's `make up` at the same time reads no half of a jar.
        with tempfile.TemporaryDirectory(dir=cache) as scratch, ThreadPoolExecutor(_PARALLEL) as pool:
            fetched = [pool.submit(_fetch_one, jar, Path(scratch), cache) for jar in jars]
            for done, each in enumerate(as_completed(fetched), start=1):
                each.result()
                if progress:
                    progress(done, len(jars))
    except OSError as error:
        raise SetUpError(f"cannot keep Kafka's jars in {cache}: {error.strerror or error}; CAIRN_JAR_CACHE names another folder") from None


def _fetch_one(jar: Jar, scratch: Path, cache: Path) -> None:
    from jgo.maven import MavenContext  # noqa: PLC0415 - only a machine that lacks jars needs the resolver

    try:
        context = MavenContext(repo_cache=scratch, timeout=60)
        found = Path(context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve())
    except Exception as error:  # noqa: BLE001 - whatever the resolver raises, the jar is not to be had
        raise SetUpError(f"cannot fetch {jar.artifact} {jar.version} from Maven: {error}") from None
    if (got := _sha256(found)) != jar.sha256:
        raise SetUpError(f"{jar.artifact} {jar.version} from Maven has sha256 {got}, the lock says {jar.sha256}: not used")
    found.replace(cache / jar.file_name)


def resolve() -> list[Jar]:
    """Resolves ROOTS anew. Raises SetUpError when a jar of Kafka's came out in another version than asked for."""
    from jgo.maven import MavenContext  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as scratch:
        context = MavenContext(repo_cache=Path(scratch), timeout=60)
        asked = [context.create_dependency(root) for root in ROOTS]
        _, nodes = context.resolver.get_dependency_list(asked)
        # The list of what the roots need leaves the roots themselves out.
        artifacts = {str(each.artifact.component): each.artifact for each in [*asked, *(node.dep for node in nodes)]}
        jars = sorted(
            (Jar(each.groupId, each.artifactId, each.version, _sha256(Path(each.resolve()))) for each in artifacts.values()),
            key=lambda jar: (jar.group, jar.artifact),
        )
    strangers = [jar for jar in jars if jar.group == "org.apache.kafka" and jar.version != KAFKA_VERSION]
    if strangers:
        raise SetUpError(f"resolution mixed versions of Kafka: {', '.join(f'{jar.artifact} {jar.version}' for jar in strangers)}")
    return jars


def main() -> None:
    """The command line above."""
    try:
        if sys.argv[1:] == ["lock"]:
            jars = resolve()
            LOCK.write_text("# What Kafka runs on. Made by `make lock`; every jar is checked against it before use.\n")
            with LOCK.open("a") as lock:
                lock.writelines(f"{jar}\n" for jar in jars)
            print(f"{len(jars)} jars locked")
        else:
            classpath(lambda done, total: print(f"\rKafka's jars: {done} of {total}", end="" if done < total else "\n", flush=True))
    except SetUpError as error:
        raise SystemExit(f"cairn: {error}") from None


if __name__ == "__main__":
    main()
