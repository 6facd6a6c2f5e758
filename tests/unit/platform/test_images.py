"""An image whose digest is known is named with it wherever it is used, and no image is used that is not listed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "deploy"))

import images

DIGEST, OTHER = (f"sha256:{digit * 64}" for digit in "ab")
COMPOSE = "services:\n  postgres:\n    image: postgres:18{}\n  goals:\n    image: cairn:0.1.0\n"


def told(lock: str, digest: str) -> list[str]:
    return images.faults(images.locked(lock), [("compose", image) for image in images.used(COMPOSE.format(digest))])


def test_what_is_used_here_is_as_the_lock_says() -> None:
    assert images.main() == 0


@pytest.mark.parametrize(("lock", "digest"), [("postgres:18", ""), (f"# ours\npostgres:18 {DIGEST}\n", f"@{DIGEST}")])
def test_an_image_is_named_as_it_is_locked(lock: str, digest: str) -> None:
    assert told(lock, digest) == []


@pytest.mark.parametrize(
    ("lock", "digest", "fault"),
    [
        (f"postgres:18 {DIGEST}", "", f"compose: postgres:18 has to be named postgres:18@{DIGEST}"),
        (f"postgres:18 {DIGEST}", f"@{OTHER}", f"compose: postgres:18 has to be named postgres:18@{DIGEST}"),
        ("postgres:18", f"@{DIGEST}", "compose: postgres:18 has to be named postgres:18, as no digest of it is known"),
        ("", "", f"compose: postgres:18 does not stand in {images.LOCK}"),
        ("postgres:18\nredis:8", "", f"{images.LOCK}: nothing uses redis:8"),
    ],
)
def test_an_image_that_is_named_otherwise_is_told(lock: str, digest: str, fault: str) -> None:
    assert told(lock, digest) == [fault]


@pytest.mark.parametrize("line", ["postgres", f"postgres {DIGEST}", "postgres:18 sha256:12"])
def test_a_line_of_the_lock_names_an_image_with_a_version(line: str) -> None:
    with pytest.raises(ValueError, match="not a name with a version"):
        images.locked(line)
