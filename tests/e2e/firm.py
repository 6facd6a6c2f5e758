"""A company in which everything that can be refused stands ready."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.company import Company, Person, found_company
from tests.support.system import System

CHECK_IN = "/v1/key-results/O1/1/check-ins"
UNKNOWN_ID = "01a00000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Firm:
    """A company with a check-in and its correction on O1/1, all measures, a closed objective and cycle, a draft, teams; and a stranger."""

    company: Company
    other: Company
    check_in: str
    correction: str
    objective_id: str
    key_result_id: str

    @property
    def admin(self) -> Person:
        """Who may do everything here."""
        return self.company.admin


def found_firm(system: System) -> Firm:
    """Founds it, beside another company."""
    company, other = found_company(system.url), found_company(system.url)
    admin = company.admin
    check_in = admin.post(CHECK_IN, {"value": 10}, key="taken")
    correction = admin.post(f"{CHECK_IN}/{check_in['id']}/correction", {"value": 11})
    for reference, measure in (("O1/b", "binary"), ("O1/g", "graded")):
        admin.post("/v1/objectives/O1/key-results", {"reference": reference, "title": reference, "measure": measure})
    milestones = [{"title": "one"}, {"title": "two"}]
    admin.post("/v1/objectives/O1/key-results", {"reference": "O1/m", "title": "m", "measure": "milestones", "milestones": milestones})
    for reference, parent in (("child", "O1"), ("grandchild", "child")):
        admin.post("/v1/objectives", {"cycle": "now", "reference": reference, "title": reference, "parent": {"objective": parent}})
    for reference in ("closed", "cancelled"):
        admin.post("/v1/objectives", {"cycle": "now", "reference": reference, "title": reference})
        admin.post(f"/v1/objectives/{reference}/key-results", {"reference": f"{reference}/1", "title": "1", "measure": "graded"})
        admin.post(f"/v1/objectives/{reference}/activate")
    admin.post("/v1/objectives/closed/close")
    admin.post("/v1/objectives/cancelled/cancel")
    admin.post("/v1/objectives", {"cycle": "now", "reference": "draft", "title": "draft"})
    admin.post("/v1/objectives/draft/key-results", {"reference": "draft/1", "title": "1", "measure": "graded"})
    admin.post("/v1/cycles", {"name": "over", "kind": "custom", "first_day": "2020-01-01", "last_day": "2020-12-31"})
    for step in ("start", "review", "close"):
        admin.post(f"/v1/cycles/over/{step}")
    for team in ({"name": "Engineering"}, {"name": "Tools", "parent": "Engineering"}, {"name": "Gone"}):
        admin.post("/v1/teams", team)
    admin.post("/v1/teams/Gone/dissolve")
    for title in ("Trust", "Gone"):
        admin.post("/v1/pillars", {"title": title})
    admin.ask("DELETE", "/v1/pillars/Gone").raise_for_status()
    admin.catch_up()
    objective = admin.get("/v1/objectives/O1")
    return Firm(company, other, check_in["id"], correction["id"], objective["id"], objective["key_results"][0]["id"])
