"""Whatever is wrong with a request is said, and leaves no event behind."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from chassis.ids import new_id, parse_id
from gateway.auth import NO_TENANT, OPERATOR_ID, Issuer
from tests.e2e.firm import CHECK_IN, UNKNOWN_ID, Firm
from tests.support.company import day
from tests.support.system import System

MIB = 1 << 20


def _problem(answer: httpx.Response, status: int, *words: str) -> dict[str, Any]:
    """The problem of an answer, which says what was wrong."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].partition(";")[0] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "reason"}
    assert problem["status"] == status
    assert problem["detail"]
    for word in words:
        assert word in answer.text
    return problem


METRIC = {"title": "m", "measure": "metric"}
BINARY = {"title": "m", "measure": "binary"}
KEY_RESULTS = "/v1/objectives/O1/key-results"

# What is wrong; method, path and body (bytes as they are); the status, and words that the problem says.
WRONG_BODIES: list[tuple[str, str, str, Any, int, tuple[str, ...]]] = [
    ("text for a number", "POST", CHECK_IN, {"value": "a lot"}, 422, ("value", "number")),
    ("a number as text", "POST", CHECK_IN, {"value": "12"}, 422, ("value",)),
    ("a list for an object", "POST", CHECK_IN, [1], 422, ()),
    ("NaN", "POST", CHECK_IN, b'{"value": NaN}', 422, ("value",)),
    ("infinity", "POST", CHECK_IN, b'{"value": Infinity}', 422, ("value",)),
    ("minus infinity", "POST", CHECK_IN, b'{"value": -Infinity}', 422, ("value",)),
    ("a number beyond all floats", "POST", CHECK_IN, b'{"value": 1e999}', 422, ("value",)),
    ("no JSON", "POST", CHECK_IN, b"value=3", 400, ("JSON",)),
    ("nothing", "POST", CHECK_IN, b"", 400, ()),
    ("invalid UTF-8", "POST", CHECK_IN, b'{"value": 1, "comment": "\xff\xfe"}', 400, ()),
    ("a lone surrogate", "POST", CHECK_IN, b'{"value": 1, "comment": "\\ud800"}', 400, ()),
    ("nesting without end", "POST", CHECK_IN, b"[" * 100_000, 400, ()),
    ("NUL in a text", "POST", CHECK_IN, {"value": 1, "comment": "a\0b"}, 422, ("comment",)),
    ("an unknown field", "POST", CHECK_IN, {"value": 1, "valeu": 2}, 422, ("valeu",)),
    ("neither value nor abstention", "POST", CHECK_IN, {"comment": "?"}, 422, ("value", "abstention")),
    ("value and abstention", "POST", CHECK_IN, {"value": 1, "abstention": "no"}, 422, ("value", "abstention")),
    ("a confidence of 11", "POST", CHECK_IN, {"value": 1, "confidence": 11}, 422, ("confidence",)),
    ("a day that is none", "POST", CHECK_IN, {"value": 1, "as_of": "2026-02-30"}, 422, ("as_of",)),
    ("a day in words", "POST", CHECK_IN, {"value": 1, "as_of": "yesterday"}, 422, ("as_of",)),
    ("a day to come", "POST", CHECK_IN, {"value": 1, "as_of": day(8)}, 422, ("as_of",)),
    ("half of a binary", "POST", "/v1/key-results/O1/b/check-ins", {"value": 0.5}, 422, ("0 or 1",)),
    ("a graded above one", "POST", "/v1/key-results/O1/g/check-ins", {"value": 1.5}, 422, ()),
    ("a milestone that is not there", "POST", "/v1/key-results/O1/m/check-ins", {"milestones_done": [3]}, 422, ("3",)),
    ("a value for milestones", "POST", "/v1/key-results/O1/m/check-ins", {"value": 1}, 422, ("milestones",)),
    ("milestones for a metric", "POST", CHECK_IN, {"milestones_done": [1]}, 422, ()),
    ("an unknown reference", "POST", "/v1/key-results/O9/9/check-ins", {"value": 1}, 404, ("O9/9",)),
    ("an unknown id", "POST", f"/v1/key-results/{UNKNOWN_ID}/check-ins", {"value": 1}, 404, ()),
    ("a closed objective", "POST", "/v1/key-results/closed/1/check-ins", {"value": 1}, 409, ("closed",)),
    ("a cancelled objective", "POST", "/v1/key-results/cancelled/1/check-ins", {"value": 1}, 409, ()),
    ("a draft", "POST", "/v1/key-results/draft/1/check-ins", {"value": 1}, 409, ()),
    ("objectives of a team that is not there", "GET", "/v1/objectives?team=none", None, 422, ("team", "none")),
    ("a team that is not there", "PATCH", "/v1/objectives/O1", {"team": "none"}, 422, ("team", "none")),
    ("objectives of a pillar that is not there", "GET", "/v1/objectives?pillar=none", None, 422, ("pillar", "none")),
    ("a pillar that is not there", "PATCH", "/v1/objectives/O1", {"pillar": "none"}, 422, ("pillar", "none")),
    ("a pillar that was removed", "PATCH", "/v1/objectives/O1", {"pillar": "Gone"}, 422, ("pillar", "Gone")),
    ("a pillar of a name that is taken", "POST", "/v1/pillars", {"title": "TRUST"}, 409, ("TRUST",)),
    ("a pillar before one that is not there", "POST", "/v1/pillars", {"title": "new", "before": "none"}, 422, ("before", "none")),
    ("a pillar with nothing to change", "PATCH", "/v1/pillars/Trust", {}, 422, ("title, about or before",)),
    ("a pillar without a title", "PATCH", "/v1/pillars/Trust", {"title": None}, 422, ("title",)),
    ("a pillar that nobody knows", "DELETE", "/v1/pillars/none", None, 404, ("none",)),
    ("a statement that says nothing", "PATCH", "/v1/vision", {}, 422, ("mission or vision",)),
    ("a vision that is too long", "PATCH", "/v1/vision", {"vision": "x" * 4001}, 422, ("vision", "4000")),
    ("a view of another site", "POST", "/v1/views", {"name": "v", "address": "//evil.example"}, 422, ("address", "evil")),
    ("a view that is a script", "POST", "/v1/views", {"name": "v", "address": "javascript:alert(1)"}, 422, ("address",)),
    ("a view of no page", "POST", "/v1/views", {"name": "v", "address": "/v1/people"}, 422, ("address", "/objectives")),
    ("a view without a name", "POST", "/v1/views", {"name": "", "address": "/objectives"}, 422, ("name",)),
    ("a view with nothing to change", "PATCH", f"/v1/views/{UNKNOWN_ID}", {}, 422, ("name, address or shared",)),
    ("a view that nobody knows", "DELETE", "/v1/views/none", None, 404, ("none",)),
    ("a setting that there is not", "PUT", "/v1/settings/colour", {"value": "red"}, 404, ("colour", "bounds")),
    ("bounds that are swapped", "PUT", "/v1/settings/bounds", {"value": "0.25;0.1"}, 422, ("value", "lower")),
    ("a pace that falls", "PUT", "/v1/settings/default_pace", {"value": "0;0.6;0.5;1"}, 422, ("value", "fall")),
    ("a time zone that does not exist", "PUT", "/v1/settings/time_zone", {"value": "Mars/Olympus"}, 422, ("value", "Mars/Olympus")),
    ("a setting from a day to come", "PUT", "/v1/settings/cadence", {"value": "none", "holds_from": day(8)}, 422, ("holds_from",)),
    ("a team of a name that is taken", "POST", "/v1/teams", {"name": "tools"}, 409, ("tools",)),
    ("a team below one that is not there", "POST", "/v1/teams", {"name": "new", "parent": "none"}, 422, ("parent", "none")),
    ("a team led by nobody who is there", "POST", "/v1/teams", {"name": "new", "lead": "none"}, 422, ("lead", "none")),
    ("a team from a day to come", "POST", "/v1/teams", {"name": "new", "holds_from": day(8)}, 422, ("holds_from",)),
    ("a team under its own child", "PATCH", "/v1/teams/Engineering", {"parent": "Tools"}, 409, ("Tools",)),
    ("a team with nothing to change", "PATCH", "/v1/teams/Tools", {}, 422, ("name, parent or lead",)),
    ("a team without a name", "PATCH", "/v1/teams/Tools", {"name": None}, 422, ("name",)),
    ("a team with teams below it", "POST", "/v1/teams/Engineering/dissolve", {}, 409, ("Tools",)),
    ("a team that was dissolved", "POST", "/v1/teams/Gone/dissolve", {}, 404, ("Gone",)),
    ("a member of a team that is not there", "PUT", "/v1/teams/none/members/admin", {}, 404, ("none",)),
    ("a member who is nobody", "PUT", "/v1/teams/Tools/members/none", {}, 404, ("none",)),
    ("a person in a team that is not there", "POST", "/v1/people", {"handle": "new", "teams": ["none"]}, 422, ("teams", "none")),
    ("a person who manages themselves", "PUT", "/v1/people/admin/manager", {"manager": "admin"}, 409, ()),
    ("a grade above one", "POST", "/v1/key-results/O1/1/grade", {"grade": 1.01}, 422, ("grade",)),
    ("start = target", "POST", KEY_RESULTS, {**METRIC, "start": 5, "target": 5}, 422, ("start", "target")),
    ("a metric without a target", "POST", KEY_RESULTS, {**METRIC, "start": 5}, 422, ("target",)),
    ("a weight below zero", "POST", KEY_RESULTS, {**METRIC, "start": 0, "target": 5, "weight": -1}, 422, ("weight",)),
    ("no such measure", "POST", KEY_RESULTS, {"title": "m", "measure": "feeling"}, 422, ("measure",)),
    ("milestones without any", "POST", KEY_RESULTS, {"title": "m", "measure": "milestones"}, 422, ("milestones",)),
    ("a reference that is taken", "POST", KEY_RESULTS, {**METRIC, "start": 0, "target": 5, "reference": "O1/2"}, 409, ("O1/2",)),
    (
        "a cycle that ends before it begins", "POST", "/v1/cycles",
        {"name": "back", "kind": "custom", "first_day": "2026-03-31", "last_day": "2026-01-01"}, 422, ("last_day",),
    ),
    ("a cycle twice", "POST", "/v1/cycles", {"name": "now", "kind": "custom", "first_day": day(), "last_day": day()}, 409, ("now",)),
    (
        "an objective that is due before it starts", "POST", "/v1/objectives",
        {"cycle": "now", "title": "t", "start_day": "2026-03-01", "due_day": "2026-02-01"}, 422, ("due_day",),
    ),
    ("an unknown cycle", "POST", "/v1/objectives", {"cycle": "never", "title": "t"}, 422, ("never",)),
    ("a closed cycle", "POST", "/v1/objectives", {"cycle": "over", "title": "t"}, 409, ("closed",)),
    ("an unknown owner", "POST", "/v1/objectives", {"cycle": "now", "title": "t", "owner": "nobody"}, 422, ("nobody",)),
    ("no title", "POST", "/v1/objectives", {"cycle": "now", "title": ""}, 422, ("title",)),
    ("a loop of parents", "PUT", "/v1/objectives/O1/parent", {"objective": "grandchild"}, 409, ("loop",)),
    ("its own parent", "PUT", "/v1/objectives/O1/parent", {"objective": "O1"}, 409, ()),
    ("a child of its own key result", "PUT", "/v1/objectives/O1/parent", {"key_result": "O1/1"}, 409, ()),
    ("activated twice", "POST", "/v1/objectives/O1/activate", None, 409, ()),
    ("nothing to change", "PATCH", "/v1/objectives/O1", {}, 422, ()),
    ("target moved onto the start", "PATCH", "/v1/key-results/O1/2", {"target": 0}, 422, ("target",)),
    ("a handle that looks like an id", "POST", "/v1/people", {"handle": UNKNOWN_ID}, 422, ("handle",)),
    ("an e-mail address that is none", "POST", "/v1/people", {"handle": "zoe", "email": "zoe at home"}, 422, ("email",)),
    ("an id that nobody has", "POST", "/v1/objectives", {"cycle": "now", "title": "t", "owner": UNKNOWN_ID}, 422, ("owner",)),
    ("on behalf of nobody", "POST", CHECK_IN, {"value": 1, "on_behalf_of": UNKNOWN_ID}, 422, ("on_behalf_of",)),
    ("a reference that is a path", "POST", KEY_RESULTS, {**BINARY, "reference": "O1/history"}, 422, ("reference",)),
    ("a reference out of the path", "POST", KEY_RESULTS, {**BINARY, "reference": "O1/.."}, 422, ("reference",)),
    ("a person twice", "POST", "/v1/people", {"handle": "admin", "name": "again"}, 409, ("admin",)),
    ("the last admin leaves", "POST", "/v1/people/admin/leave", None, 409, ("only admin",)),
    ("nobody leaves", "POST", "/v1/people/nobody/leave", None, 404, ("nobody",)),
    ("nobody comes back", "POST", "/v1/people/nobody/reinstate", None, 404, ("nobody",)),
    ("no such role", "POST", "/v1/people", {"handle": "zoe", "name": "Zoe", "roles": ["king"]}, 422, ("roles",)),
    ("not for admins", "POST", "/v1/tenants", {"name": "mine"}, 403, ("operator",)),
    ("a template that is not there", "POST", "/v1/templates/none/objectives", {"cycle": "now"}, 404, ("none",)),
    ("a template of the library saved again", "PUT", "/v1/templates/bad-ten-posts", {"title": "t"}, 409, ("library",)),
    ("a template of the library removed", "DELETE", "/v1/templates/bad-ten-posts", None, 409, ("library",)),
    ("a template of nothing", "POST", "/v1/templates", {"name": "t"}, 422, ("title",)),
    ("a template of what is not there", "POST", "/v1/templates", {"from": "O9"}, 422, ("from", "O9")),
    ("a template that measures nothing", "POST", "/v1/templates", {"title": "t", "key_results": [{"title": "k"}]}, 422, ("measure",)),
    (
        "an objective of more key results than the template has", "POST", "/v1/templates/finance-paid-in-time/objectives",
        {"cycle": "now", "key_results": [{}, {}, {}]}, 422, ("key_results",),
    ),
    ("no such path", "GET", "/v1/nothing", None, 404, ()),
    ("no such method", "DELETE", "/v1/objectives/O1", None, 405, ()),
]  # fmt: skip


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize(("method", "path", "body", "status", "words"), [w[1:] for w in WRONG_BODIES], ids=[w[0] for w in WRONG_BODIES])
def test_a_wrong_request_gets_a_problem(firm: Firm, method: str, path: str, body: Any, status: int, words: tuple[str, ...]) -> None:
    sent = {"content": body} if isinstance(body, bytes) else {"body": body}
    _problem(firm.admin.ask(method, path, **sent), status, *words)


WRONG_HEADERS: list[tuple[str, dict[str, str], int]] = [
    ("a stale If-Match", {"If-Match": '"1"'}, 412),
    ("an If-Match that is no ETag", {"If-Match": "yesterday"}, 400),
    ("an If-Match of no version", {"If-Match": '"0"'}, 400),
    ("a key with a space", {"Idempotency-Key": "a b"}, 400),
    ("a key without end", {"Idempotency-Key": "k" * 129}, 400),
    ("a correlation id that is none", {"X-Correlation-Id": "7"}, 400),
    ("a body that is not JSON", {"Content-Type": "text/plain"}, 415),
]


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/v1/objectives/O1", {"title": "Changed"}),
        ("PUT", "/v1/objectives/O1/parent", {}),
        ("PUT", "/v1/objectives/O1/parent", {"objective": "draft"}),
        ("POST", "/v1/objectives/O1/close", {}),
        ("POST", KEY_RESULTS, BINARY),
        ("PATCH", "/v1/key-results/O1/1", {"weight": 3}),
        ("PUT", "/v1/key-results/O1/1/counts-for/draft", None),
        ("DELETE", "/v1/key-results/O1/1/counts-for/draft", None),
        ("PATCH", "/v1/people/admin", {"roles": ["admin", "champion"]}),
        ("PUT", "/v1/people/admin/manager", {"manager": None}),
        ("POST", "/v1/people/admin/reinstate", None),
    ],
)
def test_what_was_decided_on_an_older_version_is_not_done(firm: Firm, method: str, path: str, body: Any) -> None:
    stale = 9 if "people" in path else 1
    assert _problem(firm.admin.ask(method, path, body, if_match=f'"{stale}"'), 412)["reason"] == "STALE_VERSION"


@pytest.mark.usefixtures("no_event")
def test_a_version_is_not_passed_over_where_it_means_nothing(firm: Firm) -> None:
    new = {"cycle": "now", "title": "t"}
    for path, body in ((CHECK_IN, {"value": 1}), ("/v1/objectives", new), (f"{CHECK_IN}/{firm.check_in}/retraction", {})):
        assert _problem(firm.admin.ask("POST", path, body, if_match='"1"'), 400)["reason"] == "HEADER_UNUSED"


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize(("headers", "status"), [w[1:] for w in WRONG_HEADERS], ids=[w[0] for w in WRONG_HEADERS])
def test_a_wrong_header_gets_a_problem(firm: Firm, headers: dict[str, str], status: int) -> None:
    _problem(firm.admin.ask("PATCH", "/v1/objectives/O1", headers=headers, content=b'{"title": "Changed"}'), status)


WRONG_QUESTIONS: list[tuple[str, str, dict[str, str], int]] = [
    ("a day that is none", "/v1/objectives/O1", {"as_of": "2026-02-30"}, 422),
    ("an instant without a zone", "/v1/objectives/O1", {"known_at": "2026-02-03T12:00:00"}, 422),
    ("a limit of zero", "/v1/objectives/O1/history", {"limit": "0"}, 422),
    ("a limit in words", "/v1/objectives/O1/history", {"limit": "many"}, 422),
    ("a cursor that is none", "/v1/objectives/O1/history", {"cursor": "AAAA"}, 400),
    ("an unknown parameter", "/v1/objectives/O1", {"asof": "2026-02-03"}, 422),
    ("an unknown objective", "/v1/objectives/O9", {}, 404),
    ("an unknown cycle", "/v1/tree", {"cycle": "never"}, 404),
    ("no cycle", "/v1/tree", {}, 422),
    ("control characters", "/v1/objectives/%00%01", {}, 404),
    ("invalid UTF-8", "/v1/objectives/%ff%fe", {}, 404),
]


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize(("path", "parameters", "status"), [w[1:] for w in WRONG_QUESTIONS], ids=[w[0] for w in WRONG_QUESTIONS])
def test_a_wrong_question_gets_a_problem(firm: Firm, path: str, parameters: dict[str, str], status: int) -> None:
    _problem(firm.admin.ask("GET", f"{path}?{urlencode(parameters)}"), status)


@pytest.mark.usefixtures("no_event")
def test_a_position_that_is_none_gets_a_problem(firm: Firm) -> None:
    _problem(firm.admin.ask("GET", "/v1/objectives/O1", after="yesterday"), 400, "position")


@pytest.mark.usefixtures("no_event")
def test_a_position_that_is_never_reached_is_told_after_a_while(firm: Firm) -> None:
    head = firm.admin.heads()["checkins"]
    never = f"checkins:0:{head},checkins:1:{head}"  # the newest event is in one partition, and not in both
    problem = _problem(firm.admin.ask("GET", "/v1/objectives/O1", after=never), 503)
    assert problem["reason"] == "NOT_YET_CONSUMED"


@pytest.mark.usefixtures("no_event")
def test_a_position_beyond_its_log_is_refused(firm: Firm) -> None:
    problem = _problem(firm.admin.ask("GET", "/v1/objectives/O1", after="checkins:0:999999999"), 422)
    assert problem["reason"] == "POSITION_UNKNOWN"


@pytest.mark.usefixtures("no_event")
def test_a_correction_of_a_correction_names_the_original(firm: Firm) -> None:
    answer = firm.admin.ask("POST", f"{CHECK_IN}/{firm.correction}/correction", {"value": 12})
    assert _problem(answer, 409, firm.check_in)["reason"] == "CORRECTION_OF_CORRECTION"


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize("what", ["correction", "retraction"])
def test_a_check_in_that_is_not_there_cannot_be_changed(firm: Firm, what: str) -> None:
    body = {"value": 1} if what == "correction" else {}
    _problem(firm.admin.ask("POST", f"{CHECK_IN}/{UNKNOWN_ID}/{what}", body), 404)
    _problem(firm.admin.ask("POST", f"{CHECK_IN}/soon/{what}", body), 404)


@pytest.mark.usefixtures("no_event")
def test_the_same_key_with_another_body_is_refused(firm: Firm) -> None:
    answer = firm.admin.ask("POST", CHECK_IN, {"value": 99}, key="taken")
    assert _problem(answer, 422)["reason"] == "IDEMPOTENCY_KEY_REUSED"


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize(("path", "size"), [(CHECK_IN, 10 * MIB), ("/v1/check-ins", 10 * MIB), (CHECK_IN, MIB + 1)])
def test_a_body_that_is_too_large_is_refused(firm: Firm, path: str, size: int) -> None:
    body = b'{"value": 1, "comment": "' + b"x" * size + b'"}'
    _problem(firm.admin.ask("POST", path, content=body), 413, "bytes")


@pytest.mark.usefixtures("no_event")
def test_a_token_that_is_missing_forged_expired_or_of_another_is_refused(system: System, firm: Firm) -> None:
    admin = firm.admin
    tenant_id, person_id, other = parse_id(admin.tenant_id), parse_id(admin.id), Ed25519PrivateKey.generate()
    own = load_pem_private_key((system.layout.keys / "issuer.key").read_bytes(), password=None)
    assert isinstance(own, Ed25519PrivateKey)
    forged = Issuer(other, other).token(tenant_id, person_id)
    expired = Issuer(own, other).token(tenant_id, person_id, lifetime=-1)
    nobody = Issuer(own, other).token(tenant_id, new_id())
    operator = Issuer(own, own).token(NO_TENANT, OPERATOR_ID)
    head, claims, signature = admin.token.split(".")
    tampered = f"{head}.{claims[:-4]}AAAA.{signature}"
    unsigned = f"eyJhbGciOiJub25lIn0.{claims}."
    for authorization in (
        "",
        "Bearer",
        f"Basic {admin.token}",
        *(f"Bearer {token}" for token in (forged, expired, nobody, operator, tampered, unsigned, "x")),
    ):
        answer = admin.ask("POST", CHECK_IN, {"value": 1}, headers={"Authorization": authorization})
        _problem(answer, 401)
        assert "www-authenticate" in answer.headers
    assert admin.ask("GET", "/v1/objectives/O1", headers={"Authorization": f"Bearer {expired}"}).json()["reason"] == "TOKEN_EXPIRED"


@pytest.mark.usefixtures("no_event")
def test_what_is_another_tenants_is_unknown(firm: Firm) -> None:
    theirs = firm.other.admin
    for method, path, body in (
        ("GET", f"/v1/objectives/{firm.objective_id}", None),
        ("GET", f"/v1/objectives/{firm.objective_id}/history", None),
        ("PATCH", f"/v1/objectives/{firm.objective_id}", {"title": "ours now"}),
        ("POST", f"/v1/objectives/{firm.objective_id}/close", {}),
        ("POST", f"/v1/objectives/{firm.objective_id}/key-results", {"title": "x", "measure": "binary"}),
        ("GET", f"/v1/key-results/{firm.key_result_id}", None),
        ("POST", f"/v1/key-results/{firm.key_result_id}/check-ins", {"value": 1}),
        ("POST", f"/v1/key-results/{firm.key_result_id}/check-ins/{firm.check_in}/retraction", {}),
        ("POST", f"/v1/key-results/{firm.key_result_id}/grade", {"grade": 1}),
        ("PUT", f"/v1/key-results/{firm.key_result_id}/counts-for/O1", None),
        ("GET", f"/v1/people/{firm.admin.id}", None),
    ):  # fmt: skip
        _problem(theirs.ask(method, path, body), 404)
    nothing = theirs.ask("PUT", "/v1/objectives/O1/parent", {"objective": str(uuid.uuid4())})
    _problem(nothing, 422)
    answer = theirs.ask("PUT", "/v1/objectives/O1/parent", {"objective": firm.objective_id})
    assert (answer.status_code, answer.json()["reason"]) == (nothing.status_code, nothing.json()["reason"])


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/objectives", {"cycle": "now", "title": "t", "owner": "…"}),
        ("POST", "/v1/objectives", {"cycle": "now", "title": "t", "contributors": ["admin", "…"]}),
        ("POST", "/v1/objectives", {"cycle": "now", "title": "t", "visibility": "private", "named_people": ["…"]}),
        ("PATCH", "/v1/objectives/O1", {"owner": "…"}),
        ("POST", KEY_RESULTS, {"title": "m", "measure": "binary", "owners": ["…"]}),
        ("PATCH", "/v1/key-results/O1/1", {"owners": ["…"]}),
        ("POST", CHECK_IN, {"value": 1, "on_behalf_of": "…"}),
        ("POST", "/v1/key-results/O1/1/grade", {"grade": 1, "on_behalf_of": "…"}),
        ("POST", "/v1/check-ins", {"mode": "all_or_nothing", "check_ins": [{"key_result": "O1/1", "value": 1, "on_behalf_of": "…"}]}),
    ],
)
def test_another_tenants_person_can_be_named_nowhere(firm: Firm, method: str, path: str, body: dict[str, Any]) -> None:
    named = json.loads(json.dumps(body).replace("\\u2026", firm.other.admin.id))
    assert _problem(firm.admin.ask(method, path, named), 422, firm.other.admin.id)["reason"] == "PERSON_UNKNOWN"
