"""How much may be asked for: by default; settings say otherwise, and `GET /v1/limits` tells."""

from __future__ import annotations

from typing import Final

from gateway.http import AtOnce, RateLimit

PERSON_REQUESTS: Final = RateLimit("person", 100)
TENANT_REQUESTS: Final = RateLimit("tenant", 1000)

CHECK_INS_BYTES: Final = 8 << 20
"""That a body of many check-ins may have."""

EXPORTS: Final = AtOnce("exports", person=2, tenant=2, all=8, retry_after=10)
"""Each holds a connection of audit's database, and a snapshot of it."""
IMPORTS: Final = AtOnce("imports", person=1, tenant=1, all=2, retry_after=10)
"""Each holds its tables in memory, up to 130 MB, and a share of the services' time."""
DIGESTS: Final = AtOnce("digests", person=1, tenant=2, all=4, retry_after=2)
"""Each computes every number of a tenant."""
TREES: Final = AtOnce("trees", person=8, tenant=8, all=16)
"""Each computes every number of a cycle, and its answer has 4 MiB at most."""
REVIEWS: Final = AtOnce("reviews", person=1, tenant=2, all=4, retry_after=2)
"""Each computes every number of a cycle, and looks at each of its titles beside the others."""
DRAFTS: Final = AtOnce("drafts", person=4, tenant=32, all=64)
"""Each looks at what somebody is typing, beside nothing else."""
LISTS: Final = AtOnce("lists", person=8, tenant=16, all=32)
"""A page has 4 MiB at most."""
STATUS: Final = AtOnce("status", person=4, tenant=8, all=16)
"""Each asks every service about its databases."""
CHANGES: Final = AtOnce("change_streams", person=10, tenant=1_000, all=2_000, retry_after=5)
"""Each is a connection that stays; one a browser is enough."""
CATCH_UPS: Final = AtOnce("catch_ups", person=16, tenant=64, all=256)
"""They wait together; each holds a connection meanwhile."""
