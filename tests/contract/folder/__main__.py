"""`python -m tests.contract.folder VERSION`: keeps the installation that `make up` runs here, once a random company lives in it."""

from __future__ import annotations

import sys

from stack.layout import Layout
from tests.contract.folder.company import RandomCompany
from tests.contract.folder.kept import Kept

_SEED, _TURNS = 8, 260

if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    layout = Layout()
    RandomCompany(layout.gateway_url, "acme", _SEED).live(_TURNS)
    Kept(sys.argv[1]).keep(layout, {"demo": ("admin",), "sourcegraph": ("admin",), "acme": ("admin", "ann", "dan")})
