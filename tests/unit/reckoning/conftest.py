"""An empty company for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.reckoning.company import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)
