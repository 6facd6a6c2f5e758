"""What schemathesis has to be told of this API: SCHEMATHESIS_HOOKS names this module."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.serializer("application/zip")
def zipped(_context: Any, value: Any) -> bytes:
    """Bytes go as they are; they are a zip or, more often, none."""
    return value if isinstance(value, bytes) else str(value).encode()
