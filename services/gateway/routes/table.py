"""Every resource of the API: its table of contents."""

from __future__ import annotations

from typing import Final

from gateway.routes.about import about
from gateway.routes.audit import audit
from gateway.routes.check_ins import check_ins
from gateway.routes.cycles import cycles
from gateway.routes.inbox import inbox
from gateway.routes.key_results import key_results
from gateway.routes.objectives import objectives
from gateway.routes.people import people
from gateway.routes.running import running
from gateway.routes.sign_in import sign_in
from gateway.routes.tenants import tenants
from gateway.routes.trees import trees

RESOURCES: Final = (sign_in, tenants, people, cycles, objectives, key_results, check_ins, trees, inbox, audit, running, about)
