"""Somebody sets an objective, coached, from a template or as a copy, moves a target, edits what another edits: by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.support.company import Company, day
from tests.ui.conftest import by_ctrl_k, choose, look_at, press, sign_in


def type_into(page: Page, label: str, text: str) -> None:
    page.get_by_role("textbox", name=label, exact=True).focus()
    page.keyboard.type(text)


def retyped(page: Page, label: str, text: str) -> None:
    page.get_by_role("textbox", name=label, exact=True).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_an_objective_with_two_key_results_is_set_coached_activated_and_a_target_moved(page: Page, company: Company) -> None:
    sign_in(page, company)
    page.goto("/objectives/new")
    page.get_by_role("heading", name="New objective", level=1).wait_for()
    first, second = (page.get_by_role("region", name=f"Key result {number}") for number in (1, 2))
    press(page, "Save as draft")
    expect(page.get_by_role("textbox", name="Objective", exact=True)).to_be_focused()
    page.keyboard.type("Customers stay because they want to")
    expect(page.get_by_text("Objective: please fill in.")).to_have_count(0)
    first.get_by_role("textbox", name="What is measured").focus()
    page.keyboard.type("Write 10 posts")
    expect(first).to_contain_text("It says what you do (write)")
    look_at(page, "new-objective")
    page.keyboard.press("Control+a")
    page.keyboard.type("Customers who renew")
    first.get_by_role("textbox", name="Start").focus()
    page.keyboard.type("80")
    first.get_by_role("textbox", name="Target").focus()
    page.keyboard.type("92")
    page.keyboard.press("Tab")
    page.keyboard.type("percent")
    expect(first.get_by_role("figure")).to_contain_text("84.8 percent is 40% progress")
    second.get_by_role("textbox", name="What is measured").focus()
    page.keyboard.type("Hours until support answers")
    second.get_by_role("radio", name="Number").focus()
    page.keyboard.press("ArrowRight")
    second.get_by_role("textbox", name="At most").focus()
    page.keyboard.type("24")
    page.reload()
    expect(page.get_by_role("status").filter(has_text="is here again")).to_be_visible()
    press(page, "Activate")
    panel = page.get_by_role("complementary", name="Customers stay because they want to")
    expect(panel).to_contain_text("Customers who renew")
    made = company.admin.get("/v1/objectives", text="Customers stay because")["items"][0]
    assert (made["state"], [each["measure"] for each in made["key_results"]]) == ("active", ["metric", "maintain"])

    page.goto(f"/objectives/{made['id']}/edit")
    first.get_by_role("textbox", name="Target").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("95")
    expect(page.get_by_role("status").filter(has_text="A moved goalpost is remembered")).to_contain_text("Customers who renew: target")
    look_at(page, "edit-objective")
    press(page, "Save")
    expect(panel).to_be_visible()
    kept = company.admin.get(f"/v1/objectives/{made['id']}")["key_results"][0]
    assert kept["target"] == 95
    (moved,) = company.admin.get(f"/v1/key-results/{kept['id']}")["goalposts"]
    assert (moved["field"], moved["present"]["number"], moved["moves"]) == ("target", 95, 1)
    said = f"Target moved from {moved['first']['number']:g} to 95 by "
    expect(panel.get_by_role("list", name="Moved goalposts").get_by_role("listitem")).to_contain_text(said)


def test_one_starts_from_a_template(page: Page, company: Company) -> None:
    sign_in(page, company)
    page.goto("/templates")
    use = page.get_by_role("link", name="Use this").first
    expect(use).to_be_visible()
    look_at(page, "templates")
    use.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("replace the figures with your own")).to_be_visible()
    expect(page.get_by_role("textbox", name="Objective", exact=True)).not_to_have_value("")
    press(page, "Save as draft")
    expect(page.get_by_role("complementary")).to_be_visible()


def test_an_objective_is_copied_with_its_key_results_and_the_copy_is_found(page: Page, company: Company) -> None:
    company.admin.post("/v1/cycles", {"name": "later", "kind": "tactical", "first_day": day(101), "last_day": day(200)})
    company.admin.post("/v1/key-results/O2/1/check-ins", {"value": 40})
    company.admin.catch_up()
    sign_in(page, company)
    page.goto("/objectives/O2")
    expect(page.get_by_role("heading", name="Objective 2", level=1)).to_be_visible()
    by_ctrl_k(page, "Copy: Objective 2")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Title")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Once more, in spring")
    page.keyboard.press("Tab")
    choose(page, "later", typed="later")
    look_at(page, "objective-copy")
    press(dialog, "Copy")
    expect(page.get_by_role("heading", name="Once more, in spring", level=1)).to_be_visible()
    expect(page.get_by_role("definition").get_by_role("link", name="Objective 2")).to_be_visible()  # what it was copied from
    for title in ("Key result 1", "Key result 2"):
        expect(page.get_by_role("article", name=title)).to_be_visible()
    expect(page.get_by_role("article", name="Key result 1")).not_to_contain_text("40")

    page.goto("/objectives")
    expect(page.get_by_role("heading", name="Objectives", level=1)).to_be_visible()
    by_ctrl_k(page, "Once more, in spring")
    expect(page.get_by_role("complementary", name="Once more, in spring")).to_contain_text("Key result 2")
    (copy,) = company.admin.get("/v1/objectives", text="Once more")["items"]
    assert (copy["state"], copy["cycle"]["name"], copy["copied_from"]["ref"]) == ("draft", "later", "O2")
    assert [(each["title"], each["target"], each["value"]) for each in copy["key_results"]] == [
        ("Key result 1", 100, None),
        ("Key result 2", 100, None),
    ]


def test_what_another_has_changed_meanwhile_is_told_and_what_was_typed_is_kept(
    page: Page, other: Page, company: Company, refused: None
) -> None:
    for who, person in ((page, "ann"), (other, "admin")):
        sign_in(who, company, person)
        who.goto("/objectives/O3/edit")
    retyped(other, "Objective", "Objective 3, of the admin")
    type_into(other, "Why it matters", "It was asked for.")
    press(other, "Save")
    expect(other.get_by_role("complementary", name="Objective 3, of the admin")).to_be_visible()

    first = page.get_by_role("region", name="Key result 1")
    retyped(page, "Objective", "Objective 3, of Ann")
    first.get_by_role("textbox", name="Target").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("120")
    press(page, "Save")
    told = page.get_by_role("alert").filter(has_text="Somebody has changed this objective since you opened it")
    expect(told).to_be_in_viewport()
    differs = told.get_by_role("row", name="Objective 3, of Ann")
    expect(differs).to_contain_text("Objective 3, of the admin")
    for label, kept in (("Objective", "Objective 3, of Ann"), ("Why it matters", "It was asked for.")):
        expect(page.get_by_role("textbox", name=label, exact=True)).to_have_value(kept)
    expect(first.get_by_role("textbox", name="Target")).to_have_value("120")
    look_at(page, "edited-by-two")
    differs.get_by_role("button").press("Enter")
    expect(page.get_by_role("textbox", name="Objective", exact=True)).to_have_value("Objective 3, of the admin")
    expect(differs).to_have_count(0)
    press(page, "Save")
    expect(page.get_by_role("complementary", name="Objective 3, of the admin")).to_be_visible()
    now = company.admin.get("/v1/objectives/O3")
    assert (now["title"], now["why"]) == ("Objective 3, of the admin", "It was asked for.")
    assert [each["target"] for each in now["key_results"]] == [120, 100]
