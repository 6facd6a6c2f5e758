"""Templates through the whole system: one of each department is applied, and the coach has nothing to say of what comes of it."""

from __future__ import annotations

import pytest

from gateway.catalogues.templates import DEPARTMENTS, LIBRARY
from tests.support.company import Company, Json, day, found_company
from tests.support.system import System


@pytest.fixture(scope="module")
def company(system: System) -> Company:
    company = found_company(system.url, key_results=0)
    company.admin.post("/v1/cycles", {"name": "new", "kind": "custom", "first_day": day(-9), "last_day": day(90)})
    company.admin.post("/v1/objectives", {"cycle": "new", "reference": "TOP", "title": "Be there for those who begin"})
    company.admin.post("/v1/people", {"handle": "bob", "roles": ["member"]})
    return company


def findings(company: Company, reference: str) -> list[Json]:
    found: list[Json] = company.admin.get("/v1/coach", objective=reference)["findings"]
    return found


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_a_good_template_of_each_department_is_applied_and_the_coach_is_silent(company: Company, department: str) -> None:
    admin = company.admin
    template = admin.get("/v1/templates", department=department.upper(), good="true")["items"][0]
    reference = department[:4].upper()
    body = {"cycle": "new", "reference": reference, "owner": "bob", "parent": {"objective": "TOP"}, "start_day": day(1)}
    made = admin.post(f"/v1/templates/{template['id']}/objectives", body)
    admin.catch_up()
    objective = admin.get(f"/v1/objectives/{reference}")
    assert objective["id"] == made["id"]
    assert (objective["title"], objective["state"], objective["owner"]["handle"]) == (template["title"], "draft", "bob")
    assert objective["start_day"] == day(1)
    assert [key_result["id"] for key_result in objective["key_results"]] == made["key_results"]
    numbered = [f"{reference}/{number}" for number in range(1, len(template["key_results"]) + 1)]
    assert [key_result["ref"] for key_result in objective["key_results"]] == numbered
    assert [key_result["title"] for key_result in objective["key_results"]] == [said["title"] for said in template["key_results"]]
    assert findings(company, reference) == []


def test_days_owners_and_figures_are_those_that_are_said(company: Company) -> None:
    admin = company.admin
    said = [{"target": 6, "due_day": day(30)}, {"owners": ["bob"], "title": "Size of a deal", "weight": 2}]
    body = {"cycle": "new", "reference": "S9", "title": "Win the large ones", "level": "company", "key_results": said}
    admin.post("/v1/templates/sales-larger-deals/objectives", body)
    admin.catch_up()
    objective = admin.get("/v1/objectives/S9")
    first, second, third = objective["key_results"]
    assert (objective["title"], objective["level"]) == ("Win the large ones", "company")
    assert (first["start"], first["target"], first["due_day"]) == (2, 6, day(30))
    assert (second["title"], second["weight"], second["owners"][0]["person"]["handle"]) == ("Size of a deal", 2, "bob")
    assert third["title"] == "Share of offers that are won"


def test_a_bad_one_can_be_applied_too_and_the_list_says_what_is_wrong_with_it(company: Company) -> None:
    admin = company.admin
    bad = {template["ref"]: template for template in admin.get("/v1/templates", good="false")["items"]}
    assert bad.keys() == {name for name, known in LIBRARY.items() if not known.good}
    assert all(template["because"] and template["findings"] for template in bad.values())
    admin.post("/v1/templates/bad-ten-posts/objectives", {"cycle": "new", "reference": "B1", "level": "company"})
    admin.catch_up()
    assert {finding["rule"] for finding in findings(company, "B1")} == set(bad["bad-ten-posts"]["findings"])


def test_a_template_of_ones_own_is_made_from_an_objective_applied_saved_again_and_removed(company: Company) -> None:
    admin = company.admin
    admin.post("/v1/templates/people-hiring/objectives", {"cycle": "new", "reference": "H1", "level": "company"})
    made = admin.post("/v1/templates", {"from": "H1", "name": "Hiring, as we do it", "department": "people"})
    (own,) = admin.get("/v1/templates", library="false")["items"]
    assert (own["id"], own["ref"]) == (made["id"], "Hiring, as we do it")
    assert (own["title"], own["good"], own["findings"]) == (LIBRARY["people-hiring"].template.title, True, [])
    assert [said["title"] for said in own["key_results"]] == [said.title for said in LIBRARY["people-hiring"].template.key_results]
    used = admin.post("/v1/templates/hiring%2C as we do it/objectives", {"cycle": "new", "reference": "H2"})
    assert len(used["key_results"]) == len(own["key_results"])
    admin.put(f"/v1/templates/{made['id']}", {"title": "Write 10 posts", "name": "Posts"})
    assert set(admin.get("/v1/templates/posts")["findings"]) == {"objective-is-a-metric", "too-few-key-results"}
    answer = admin.ask("DELETE", "/v1/templates/Posts")
    assert (answer.status_code, admin.get("/v1/templates", library="false")["items"]) == (200, [])
    assert admin.ask("GET", f"/v1/templates/{made['id']}").status_code == 404


def test_where_something_is_wrong_nothing_is_drafted(company: Company) -> None:
    admin = company.admin
    path, body = "/v1/templates/sales-larger-deals/objectives", {"cycle": "new", "reference": "W1"}
    for wrong, status, field in (
        ({"key_results": [{"target": 2}]}, 422, "key_results[0].target"),  # where it starts
        ({"key_results": [{"high": 2}]}, 422, "key_results[0].high"),
        ({"key_results": [{}] * 4}, 422, "key_results"),
        ({"key_results": [{"owners": ["nobody"]}]}, 422, "key_results[0].owners"),
        ({"cycle": "never"}, 422, "cycle"),
        ({"reference": "TOP"}, 409, "reference"),
        ({"due_day": day(-20)}, 422, "due_day"),
    ):
        answer = admin.ask("POST", path, {**body, **wrong})
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (status, [field]), answer.text
    assert admin.ask("GET", "/v1/objectives/W1").status_code == 404


def test_an_objective_is_drafted_with_its_key_results_by_one_request_or_nothing_of_it_is(company: Company) -> None:
    admin = company.admin
    measures: list[Json] = [
        {"measure": "metric", "start": 10, "target": 4, "unit": "days", "commit": 6, "plan": [{"day": day(30), "share": 0.5}]},
        {"measure": "maintain", "low": 4, "unit": "stars", "mode": "share"},
        {"measure": "binary", "owners": [{"person": "bob", "share": 2}, "admin"]},
        {"measure": "milestones", "milestones": [{"title": "First"}, {"title": "Second", "weight": 3}], "counts_for": ["TOP"]},
        {"measure": "graded", "weight": 0.5},
        {"measure": "baseline", "unit": "CHF"},
        {"measure": "sum", "target": 9, "unit": "days"},
    ]
    key_results = [{"reference": f"W1/{number}", "title": f"Result {number}", **said} for number, said in enumerate(measures, 1)]
    body = {"cycle": "new", "reference": "W1", "title": "Whole", "key_results": key_results}
    wrong = [*key_results[:1], {"title": "Wrong", "measure": "metric", "start": 3, "target": 3}]
    assert admin.ask("POST", "/v1/objectives", {**body, "key_results": wrong}).status_code == 422
    made = admin.post("/v1/objectives", body)
    assert made["holds_from"] == "0001-01-01"
    admin.catch_up()
    objective = admin.get("/v1/objectives/W1")
    assert (objective["id"], objective["state"]) == (made["id"], "draft")
    assert [each["measure"] for each in objective["key_results"]] == [each["measure"] for each in measures]
    assert [each["ref"] for each in objective["key_results"]] == [each["reference"] for each in key_results]
    assert [owner["person"]["handle"] for owner in objective["key_results"][2]["owners"]] == ["bob", "admin"]
