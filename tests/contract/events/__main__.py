"""`python -m tests.contract.events VERSION`: adds what the golden files lack (an event type, a field), as it is written now."""

from __future__ import annotations

import sys

from tests.contract.events.golden import add

if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    print("\n".join(add(sys.argv[1])) or "nothing was missing")
