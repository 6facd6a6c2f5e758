"""What people say to each other, from the outside: written, answered, edited, taken back, seen by whoever may see what it is on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.company import Company, Json, Person, positions_of
from tests.support.system import System


def joined(company: Company, system: System, handle: str, *roles: str) -> Person:
    company.admin.post("/v1/people", {"handle": handle, "name": handle.title(), "roles": list(roles or ("member",))})
    return Person(system.url, tenant=company.admin.tenant, person=handle)


def comment(who: Person, path: str, text: str, **more: Any) -> Json:
    return who.post(f"/v1/{path}/comments", {"kind": "comment", "text": text, **more})


def test_what_is_said_on_an_objective_a_key_result_and_a_check_in_is_read_back_at_once(company: Company) -> None:
    admin = company.admin
    checked_in = admin.post("/v1/key-results/O1/1/check-ins", {"value": 10})
    for path in ("objectives/O1", "key-results/O1/1", f"check-ins/{checked_in['id']}"):
        said = comment(admin, path, f"on {path}")
        (read,) = admin.get(f"/v1/{path}/comments", after=positions_of(said))["items"]
        assert (read["id"], read["text"], read["author"]["handle"], read["kind"]) == (said["id"], f"on {path}", "admin", "comment")
        assert admin.get(f"/v1/comments/{said['id']}") == read


def test_a_reply_stands_in_the_thread_of_what_it_answers(company: Company) -> None:
    admin = company.admin
    first = comment(admin, "objectives/O1", "Why?")
    second = comment(admin, "objectives/O1", "Because.", reply_to=first["id"])
    third = comment(admin, "objectives/O1", "Of what?", reply_to=second["id"])
    question, *answers = admin.get("/v1/objectives/O1/comments", after=positions_of(third))["items"]
    assert (question["replies"], question["thread"]) == (2, first["id"])
    assert [(a["thread"], a["reply_to"]) for a in answers] == [(first["id"], first["id"]), (first["id"], second["id"])]


def test_a_comment_that_was_taken_back_is_shown_without_its_text(company: Company) -> None:
    admin = company.admin
    said = comment(admin, "objectives/O1", "a hasty word")
    edited = admin.patch(f"/v1/comments/{said['id']}", {"text": "a better word"})
    assert admin.get(f"/v1/comments/{said['id']}", after=positions_of(edited))["edited"]
    back = admin.post(f"/v1/comments/{said['id']}/retraction", {"reason": "not meant so"})
    shown = admin.get(f"/v1/comments/{said['id']}", after=positions_of(back))
    assert (shown["text"], shown["taken_back"], shown["reason"]) == (None, True, "not meant so")


def test_a_mention_is_shown_by_the_handle_of_today(company: Company, system: System) -> None:
    admin = company.admin
    joined(company, system, "bob")
    said = comment(admin, "objectives/O1", "@bob, write to x@bob.example, or ask @nobody: @bob.")
    shown = admin.get(f"/v1/comments/{said['id']}", after=positions_of(said))
    assert shown["text"] == "@bob, write to x@bob.example, or ask @nobody: @bob."
    assert [mention["person"]["handle"] for mention in shown["mentions"]] == ["bob", "bob"]
    changed = admin.patch("/v1/people/bob", {"handle": "robert"})
    shown = admin.get(f"/v1/comments/{said['id']}", after=positions_of(changed))
    assert shown["text"] == "@robert, write to x@bob.example, or ask @nobody: @robert."


def test_reactions_are_counted_and_ones_own_is_told(company: Company, system: System) -> None:
    admin, bob = company.admin, joined(company, system, "bob")
    said = comment(admin, "objectives/O1", "done!")
    admin.put(f"/v1/comments/{said['id']}/reactions/heart")
    admin.put(f"/v1/comments/{said['id']}/reactions/heart")
    last = bob.put(f"/v1/comments/{said['id']}/reactions/heart")
    assert bob.get(f"/v1/comments/{said['id']}", after=positions_of(last))["reactions"] == [{"reaction": "heart", "count": 2, "mine": True}]
    gone = bob.ask("DELETE", f"/v1/comments/{said['id']}/reactions/heart").json()
    assert bob.get(f"/v1/comments/{said['id']}", after=positions_of(gone))["reactions"] == [
        {"reaction": "heart", "count": 1, "mine": False}
    ]


@pytest.mark.parametrize("visibility", ["private"])
def test_what_is_said_on_a_private_objective_is_unknown_to_others(company: Company, system: System, visibility: str) -> None:
    admin, eve = company.admin, joined(company, system, "eve")
    admin.post("/v1/objectives", {"cycle": "now", "reference": "O2", "title": "Secret", "visibility": visibility})
    said = comment(admin, "objectives/O2", "between us")
    admin.catch_up()
    for method, path, body in (
        ("GET", "/v1/objectives/O2/comments", None),
        ("POST", "/v1/objectives/O2/comments", {"kind": "comment", "text": "hello"}),
        ("GET", f"/v1/comments/{said['id']}", None),
        ("PATCH", f"/v1/comments/{said['id']}", {"text": "x"}),
        ("PUT", f"/v1/comments/{said['id']}/reactions/heart", None),
        ("POST", f"/v1/comments/{said['id']}/retraction", None),
        ("POST", f"/v1/comments/{said['id']}/feedback", {"text": "x"}),
    ):
        assert eve.ask(method, path, body).status_code == 404, (method, path)
    refused = admin.ask("POST", "/v1/objectives/O2/comments", {"kind": "comment", "text": "ask @eve"})
    assert (refused.status_code, refused.json()["reason"]) == (422, "PERSON_CANNOT_SEE")


def inbox(who: Person) -> list[tuple[str, str]]:
    return [(item["kind"], item["subject"].partition(": ")[2]) for item in who.pages("/v1/inbox", limit=2)]


def test_whoever_is_spoken_to_is_told_at_once_and_once(company: Company, system: System) -> None:
    admin, bob = company.admin, joined(company, system, "bob")
    said = comment(admin, "objectives/O1", "@bob, why?")
    comment(bob, "objectives/O1", "Because, @admin.", reply_to=said["id"])
    admin.patch(f"/v1/comments/{said['id']}", {"text": "@bob, how?"})
    admin.post("/v1/objectives/O1/comments", {"kind": "kudos", "to": ["bob"]})
    asked = admin.post("/v1/objectives/O1/comments", {"kind": "feedback_request", "of": "bob", "text": "Well?"})
    (waiting,) = bob.get("/v1/people/bob/page", after=positions_of(asked))["feedback"]
    assert (waiting["id"], waiting["text"], waiting["on"]["kind"]) == (asked["id"], "Well?", "objective")
    assert admin.get("/v1/people/admin/page")["feedback"] == []
    bob.post(f"/v1/comments/{asked['id']}/feedback", {"text": "Well enough."})
    admin.catch_up()
    assert bob.get("/v1/people/bob/page")["feedback"] == []
    admin.patch("/v1/objectives/O1", {"contributors": ["bob"]})
    admin.catch_up()
    expected = [
        ("assigned", "it was assigned to you"),
        ("feedback_asked", "you were asked for feedback"),
        ("kudos", "you were thanked"),
        ("mentioned", "you were mentioned"),
    ]
    assert inbox(bob) == expected
    of_admin = [("feedback_given", "the feedback that you asked for was given"), ("replied", "your comment was answered")]
    assert inbox(admin) == of_admin
    admin.operator().rebuild("notifications")
    assert (inbox(bob), inbox(admin)) == (expected, of_admin)
    admin.patch("/v1/objectives/O1", {"visibility": "private", "contributors": []})
    admin.catch_up()
    assert {item["objective"] and item["objective"]["id"] for item in bob.get("/v1/inbox")["items"]} == {None}
    assert {item["comment"] for item in bob.get("/v1/inbox")["items"]} == {None}


def test_feedback_that_is_declined_taken_back_or_out_of_sight_waits_no_longer(company: Company, system: System) -> None:
    admin, bob = company.admin, joined(company, system, "bob")
    admin.post("/v1/objectives", {"cycle": "now", "reference": "F2", "title": "Other"})

    def asked(on: str) -> str:
        said = admin.post(f"/v1/objectives/{on}/comments", {"kind": "feedback_request", "of": "bob", "text": "Well?"})
        return str(said["id"])

    declined, taken_back, hidden, waiting = asked("O1"), asked("O1"), asked("F2"), asked("O1")
    bob.post(f"/v1/comments/{declined}/feedback", {"declined": "no time"})
    admin.post(f"/v1/comments/{taken_back}/retraction")
    admin.catch_up()
    assert [each["id"] for each in bob.get("/v1/people/bob/page")["feedback"]] == [waiting, hidden]
    admin.patch("/v1/objectives/F2", {"visibility": "private"})
    admin.catch_up()
    assert [each["id"] for each in bob.get("/v1/people/bob/page")["feedback"]] == [waiting]
    assert "Well?" in str(system.cairn("person", "bob", "--tenant", company.name, person="bob").stdout)
