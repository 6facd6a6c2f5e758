"""One thanks, says that one has seen, asks for feedback and gets it, on an objective and on a check-in, by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.support.company import Company
from tests.support.system import System
from tests.ui.conftest import by_ctrl_k, choose, look_at, sign_in


def test_kudos_are_given_and_whoever_is_asked_for_feedback_is_led_to_where_they_give_it(
    page: Page, system: System, company: Company
) -> None:
    company.admin.post("/v1/people", {"handle": "bob", "name": "Bob", "roles": ["member"]})
    company.admin.post(f"/v1/key-results/{company.key_results[0]}/check-ins", {"value": 10})
    company.admin.catch_up()
    sign_in(page, company, "bob")
    page.goto("/objectives/O1")
    talk = page.get_by_role("region", name="Conversation", exact=True)
    expect(talk.get_by_role("radio", name="Comment")).to_be_checked()
    _press(talk.get_by_role("button", name="I have seen it"), page)
    expect(talk.get_by_role("listitem")).to_contain_text("has seen it")
    expect(talk.get_by_role("button", name="I have seen it")).to_have_count(0)
    talk.get_by_role("radio", name="Comment").focus()
    page.keyboard.press("ArrowRight")
    expect(talk.get_by_role("radio", name="Kudos")).to_be_checked()
    talk.get_by_label("What for?").focus()
    page.keyboard.type("For the calm launch")
    _press(talk.get_by_role("button", name="Give kudos"), page)
    expect(talk.get_by_role("listitem").filter(has_text="For the calm launch")).to_contain_text(
        re.compile("thanks · to ann", re.IGNORECASE)
    )

    by_ctrl_k(page, "Talk about it: Key result 2")
    on_key_result = page.get_by_role("region", name="Conversation on a key result")
    on_key_result.get_by_label("Comment, with @ for people").focus()
    page.keyboard.type("Who counts this?")
    _press(on_key_result.get_by_role("button", name="Say it"), page)
    expect(on_key_result.get_by_role("listitem")).to_contain_text("Who counts this?")
    shown = page.get_by_role("article", name="Key result 2").get_by_role("button", name="Talk about it")
    expect(shown).to_have_attribute("aria-expanded", "true")
    _press(shown, page)
    expect(on_key_result).to_have_count(0)

    history = page.get_by_role("region", name="What happened")
    _press(history.get_by_role("button", name="Talk about it").first, page)
    on_check_in = page.get_by_role("region", name="Conversation on a check-in")
    on_check_in.get_by_role("radio", name="Comment").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    on_check_in.get_by_role("combobox", name="Whom do you ask?").focus()
    choose(page, "Ann", typed="ann")
    on_check_in.get_by_label("On what?").focus()
    page.keyboard.type("Is this value final?")
    _press(on_check_in.get_by_role("button", name="Ask", exact=True), page)
    expect(on_check_in.get_by_role("listitem")).to_contain_text("Not answered yet")
    look_at(page, "conversation")

    company.admin.catch_up()
    page.context.clear_cookies()
    sign_in(page, company, "ann")
    page.goto("/inbox")
    item = page.get_by_role("listitem").filter(has_text="Feedback asked")
    _press(item.get_by_role("link"), page)
    asked = on_check_in.get_by_role("listitem").filter(has_text="Is this value final?")
    expect(asked).to_be_focused()
    _press(asked.get_by_role("button", name="Give feedback"), page)
    expect(asked.get_by_label("Your feedback")).to_be_focused()
    page.keyboard.type("Yes, as of Friday.")
    _press(asked.get_by_role("button", name="Give feedback"), page)
    expect(on_check_in.get_by_role("listitem").filter(has_text="gives feedback").last).to_contain_text("Yes, as of Friday.")
    expect(on_check_in.get_by_role("button", name="Decline")).to_have_count(0)


def _press(button: Locator, page: Page) -> None:
    button.focus()
    page.keyboard.press("Enter")
