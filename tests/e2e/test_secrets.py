"""Names through a side door: no answer holds a word that was planted in what its reader may not know of (tests/support/secrets.py).

Every operation of the OpenAPI document is asked of hidden things and of their neighbours, by everybody. One that is added needs a rule.
"""

from __future__ import annotations

import base64
import os
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final, NamedTuple
from urllib.parse import quote, unquote

import httpx
import pytest

from gateway.http import Operation
from gateway.routes.table import API
from tests.support.company import Json, Person, day, unique_name
from tests.support.secrets import PERCENT, SHARE, VALUE, Planted, Thing, Words, planted
from tests.support.system import System

PARTS: Final = int(os.environ.get("CAIRN_SECRETS_PARTS", "3"))
"""Each stranger asks one of so many parts of all that can be asked; with 1 each asks everything."""
STRANGERS: Final = ["zoe", "vic", "con", "champ", "svc"]
OUTSIDERS: Final = ["another tenant's admin", "an operator"]

NOTHING_ID: Final = "01a00000-0000-7000-8000-000000000000"
NOTHING: Final = Thing(NOTHING_ID, NOTHING_ID, NOTHING_ID)
NO_NAME: Final = Thing("sesame-nothing", "sesame-nothing-1", NOTHING_ID)


class Names(NamedTuple):
    """What a request names."""

    thing: Thing
    beside: Thing
    """An open one."""
    cycle: str
    tenant: str


class Sent(NamedTuple):
    """What a request holds beside its path."""

    body: Any = None
    parameters: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it
    if_match: str = ""


Rule = Callable[[Names], list[Sent]]


def plain(_: Names) -> list[Sent]:
    return [Sent()]


def pages(_: Names) -> list[Sent]:
    return [Sent(), Sent(parameters={"limit": "1"})]


def at_points(_: Names) -> list[Sent]:
    return [Sent(), Sent(parameters={"as_of": day(-1)}), Sent(parameters={"known_at": f"{day(1)}T00:00:00Z"})]


def body(**fields: Any) -> Rule:
    return lambda _: [Sent(fields)]


def naming(*bodies: Callable[[Names], Json]) -> Rule:
    return lambda names: [Sent(make(names)) for make in bodies]


def _history(names: Names) -> list[Sent]:
    return [*at_points(names), *pages(names)]


def _tree(names: Names) -> list[Sent]:
    return [Sent(parameters={"cycle": names.cycle, **sent.parameters}) for sent in _history(names)]


def _actions(names: Names) -> list[Sent]:
    filters = [{"thing": names.thing.objective}, {"thing": names.thing.key_result}, {"type": "ObjectiveDefined"}, {"actor": "admin"}]
    return [*pages(names), *(Sent(parameters=each) for each in filters)]


def _filtered(names: Names, *filters: Json) -> list[Sent]:
    return [*_followed(names), *(Sent(parameters=each) for each in filters)]


def _followed(names: Names) -> list[Sent]:
    return [*pages(names), *(Sent(parameters={"changed_since": since}) for since in ("2000-01-01T00:00:00Z", "goals:0:1"))]


def _objectives(names: Names) -> list[Sent]:
    of_the_cycle = {"cycle": names.cycle, "visibility": "private"}
    filters = [{"parent": names.thing.objective}, {"status": "at_risk"}, {"sort": "-title"}, of_the_cycle]
    return [*_filtered(names, *filters), *at_points(names)]


def _key_results(names: Names) -> list[Sent]:
    filters = [{"objective": names.thing.objective}, {"counts_for": names.thing.objective}, {"cancelled": "false"}, {"sort": "-ref"}]
    return [*_filtered(names, *filters), *at_points(names)]


def _check_ins(names: Names) -> list[Sent]:
    filters = [{"objective": names.thing.objective}, {"key_result": names.thing.key_result}, {"sort": "created_at"}]
    return _filtered(names, *filters)


def _comments(names: Names) -> list[Sent]:
    return _filtered(names, {"thread": names.thing.comment}, {"kind": "comment"}, {"author": "admin"}, {"sort": "-created_at"})


def _new_comment(names: Names) -> list[Sent]:
    said = {"kind": "comment", "text": "What of @mia and @zoe?"}
    others = ({"kind": "kudos", "to": ["zoe"]}, {"kind": "acknowledgement"}, {"kind": "feedback_request", "of": "zoe"})
    return [Sent(said), Sent({**said, "reply_to": names.thing.comment}), *map(Sent, others)]


def _new_objective(names: Names) -> list[Sent]:
    new = {"cycle": names.cycle, "title": "New"}
    parents = ({"objective": names.thing.objective}, {"key_result": names.thing.key_result})
    key_result = {"title": "New", "measure": "sum", "target": 1}
    others = ({"counts_for": [names.thing.objective]}, {"feeds": [names.thing.key_result]})
    return [
        *(Sent({**new, "parent": parent}) for parent in parents),
        *(Sent({**new, "key_results": [{**key_result, **other}]}) for other in others),
        Sent({**new, "owner": "zoe"}),
    ]


def _rows(names: Names) -> list[Sent]:
    rows = [{"key_result": k, "value": 1} for k in (names.beside.key_result, names.thing.key_result)]
    return [Sent({"mode": mode, "check_ins": rows}) for mode in ("row_by_row", "all_or_nothing")]


def _tables(names: Names) -> list[Sent]:
    checkins = f"objective,key_result,date,by,score,value,note\n{names.thing.objective},1,{day(-1)},zoe,,2,\n"
    return [Sent({"tables": {"checkins.csv": checkins}}, {"dry_run": "true"})]


RULES: Final[dict[str, Rule]] = {
    "sign_in_person": naming(lambda names: {"tenant": names.tenant, "person": "nobody"}),
    "refresh_session": body(refresh_token="none"),
    "sign_out": plain,
    "get_browser_session": plain,
    "sign_in_browser": naming(lambda names: {"tenant": names.tenant, "person": "nobody"}),
    "sign_out_browser": plain,
    "sign_in_at_issuer": plain,
    "come_back_from_issuer": plain,
    "get_keys": plain,
    "get_me": plain,
    "register_tenant": naming(lambda names: {"name": names.tenant}),
    "list_tenants": pages,
    "get_tenant": plain,
    "appoint_admin": body(person="zoe"),
    "add_person": naming(lambda _: {"handle": "mia"}, lambda _: {"handle": unique_name()}),
    "list_people": pages,
    "get_person": plain,
    "change_person": naming(lambda _: {"roles": ["admin"]}, lambda _: {"handle": "mia"}, lambda _: {"name": "Taken over"}),
    "list_owned": plain,
    "leave_person": plain,
    "reinstate_person": plain,
    "change_manager": body(manager="zoe"),
    "sign_out_person": plain,
    "found_team": naming(lambda _: {"name": unique_name(), "lead": "zoe"}),
    "get_vision": plain,
    "state_vision": plain,
    "list_pillars": plain,
    "add_pillar": naming(lambda _: {"title": unique_name()}),
    "get_pillar": plain,
    "revise_pillar": plain,
    "remove_pillar": plain,
    "list_views": pages,
    "save_view": naming(lambda _: {"name": unique_name(), "address": "/kpis"}),
    "get_view": plain,
    "revise_view": body(shared=True),
    "remove_view": plain,
    "list_settings": plain,
    "get_setting": plain,
    "change_setting": plain,
    "list_teams": pages,
    "get_team": plain,
    "revise_team": body(lead="zoe"),
    "dissolve_team": plain,
    "list_members": pages,
    "add_member": plain,
    "remove_member": plain,
    "define_cycle": naming(lambda _: {"name": unique_name(), "kind": "custom", "first_day": day(), "last_day": day(9)}),
    "list_cycles": pages,
    "get_cycle": plain,
    "revise_cycle": naming(lambda _: {"name": unique_name()}),
    "start_cycle": plain,
    "review_cycle": plain,
    "close_cycle": naming(lambda names: {"objectives": [{"objective": names.thing.objective, "outcome": "Over"}]}),
    "reopen_cycle": body(reason="Over"),
    "define_objective": _new_objective,
    "list_objectives": _objectives,
    "get_objective": at_points,
    "revise_objective": body(title="Taken over"),
    "align_objective": naming(lambda names: {"objective": names.thing.objective}, lambda names: {"key_result": names.thing.key_result}),
    "submit_objective": body(comment="Over"),
    "approve_objective": body(comment="Over"),
    "send_objective_back": body(reason="Over"),
    "activate_objective": body(),
    "close_objective": body(outcome="Over"),
    "cancel_objective": body(reason="Over"),
    "reopen_objective": body(reason="Over"),
    "move_objective": naming(lambda names: {"cycle": names.cycle}),
    "copy_objective": body(title="Taken over"),
    "carry_objective_over": naming(lambda names: {"cycle": names.cycle}),
    "define_key_result": naming(
        lambda names: {"title": "New", "measure": "binary", "counts_for": [names.thing.objective]},
        lambda _: {"title": "", "measure": "binary"},
    ),
    "list_key_results": _key_results,
    "get_key_result": at_points,
    "revise_key_result": body(target=3),
    "cancel_key_result": body(reason="Over"),
    "move_key_result": naming(lambda names: {"objective": names.thing.objective}),
    "share_key_result": body(),
    "unshare_key_result": plain,
    "list_check_ins": _check_ins,
    "list_check_ins_of_key_result": _followed,
    "get_check_in": plain,
    "record_check_in": naming(lambda _: {"value": 1}, lambda _: {"value": 1, "on_behalf_of": "mia"}),
    "record_check_ins": _rows,
    "correct_check_in": body(value=1),
    "retract_check_in": body(reason="Wrong"),
    "grade_key_result": body(grade=0.5),
    "give_task": naming(
        lambda names: {"title": "New", "serves": {"objective": names.thing.objective}},
        lambda names: {"title": "New", "serves": {"key_result": names.thing.key_result}},
        lambda _: {"title": "New", "serves": {"initiative": "sesame-initiative"}},
    ),
    "list_tasks": lambda names: _filtered(
        names, {"objective": names.thing.objective}, {"key_result": names.thing.key_result}, {"sort": "-title"}
    ),
    "get_task": at_points,
    "revise_task": body(title="Taken over"),
    "finish_task": body(),
    "reopen_task": body(reason="Open"),
    "cancel_task": body(reason="Over"),
    "log_task_effort": body(minutes=30),
    "log_initiative_effort": body(minutes=30),
    "list_task_effort": lambda names: [*at_points(names), *pages(names)],
    "list_initiative_effort": lambda names: [*at_points(names), *pages(names)],
    "list_own_effort": lambda names: [*at_points(names), *pages(names)],
    "correct_effort": body(minutes=15),
    "retract_effort": body(reason="Wrong"),
    "define_initiative": naming(
        lambda names: {"title": "New", "serves": {"objective": names.thing.objective}},
        lambda names: {"title": "New", "serves": {"key_result": names.thing.key_result}},
    ),
    "list_initiatives": lambda names: _filtered(
        names, {"objective": names.thing.objective}, {"key_result": names.thing.key_result}, {"sort": "-title"}
    ),
    "get_initiative": at_points,
    "revise_initiative": body(title="Taken over"),
    "plan_milestone": body(title="New", day="2026-05-01"),
    "list_milestones": lambda names: _filtered(names, {"phase": "planned"}, {"sort": "-title"}),
    "get_milestone": at_points,
    "revise_milestone": body(title="Taken over"),
    "reach_milestone": body(),
    "postpone_milestone": body(day="2999-01-01"),
    "define_kpi": naming(lambda _: {"title": "New", "owner": "zoe"}),
    "start_objective_from_kpi": naming(lambda names: {"cycle": names.cycle}),
    "list_kpis": lambda names: _filtered(names, {"in_range": "false"}, {"sort": "-title"}, {"as_of": day(-1)}),
    "get_kpi": at_points,
    "revise_kpi": body(title="Taken over"),
    "retire_kpi": body(reason="Over"),
    "measure_kpi": body(value=1),
    "list_kpi_values": pages,
    "retract_kpi_value": body(reason="Wrong"),
    "list_comments_on_objective": _comments,
    "list_comments_on_key_result": _comments,
    "list_comments_on_check_in": _comments,
    "comment_on_objective": _new_comment,
    "comment_on_key_result": _new_comment,
    "comment_on_check_in": _new_comment,
    "get_comment": plain,
    "edit_comment": naming(lambda _: {"text": "Ask @zoe"}),
    "take_comment_back": body(reason="Over"),
    "react": plain,
    "remove_reaction": plain,
    "answer_feedback": naming(lambda _: {"text": "No"}, lambda _: {"declined": ""}),
    "get_tree": _tree,
    "get_report": plain,
    "get_series": at_points,
    "get_pillar_progress": lambda names: [*at_points(names), Sent(parameters={"cycle": names.cycle})],
    "get_team_effort": at_points,
    "get_team_progress": lambda names: [*at_points(names), Sent(parameters={"cycle": names.cycle})],
    "get_participation": at_points,
    "compare_cycles": lambda names: [Sent(parameters={"cycle": names.cycle})],
    "get_persons_page": at_points,
    "get_objective_history": _history,
    "get_key_result_history": _history,
    "import_tables": _tables,
    "coach_objectives": lambda names: [Sent(parameters={"cycle": names.cycle}), Sent(parameters={"objective": names.thing.objective})],
    "coach_drafts": body(objectives=[{"title": "Be read"}]),
    "coach_tables": lambda names: [Sent(_tables(names)[0].body)],
    "list_coach_rules": plain,
    "list_templates": plain,
    "get_template": plain,
    "save_template": naming(lambda names: {"from": names.thing.objective, "name": "New"}),
    "replace_template": naming(lambda names: {"from": names.thing.objective}),
    "remove_template": plain,
    "use_template": naming(
        lambda names: {"cycle": names.cycle, "parent": {"objective": names.thing.objective}},
        lambda names: {"cycle": names.cycle, "parent": {"key_result": names.thing.key_result}, "owner": "zoe"},
    ),
    "list_inbox": pages,
    "mark_read": naming(lambda names: {"notification_ids": [names.thing.check_in]}),
    "list_actions": _actions,
    "export_log": plain,
    "export_tables": plain,
    "list_events": lambda _: [Sent(), Sent(parameters={"after": "goals:0:1", "limit": "3"})],
    "stream_changes": lambda _: [Sent(parameters={"once": "true", **place}) for place in ({}, {"after": "goals:0:1"})],
    "get_status": plain,
    "catch_up": plain,
    "rebuild": plain,
    "rebuild_progress": plain,
    "get_digest": lambda _: [Sent(), Sent(parameters={"formula": "1"})],
    "list_dead_letters": pages,
    "replay_dead_letters": lambda _: [Sent()],
    "get_clock": plain,
    "advance_clock": body(ahead_seconds=0),
    "confirm_clock": plain,
    "recover_log": plain,
    "get_health": plain,
    "get_liveness": plain,
    "get_readiness": plain,
    "get_openapi": plain,
    "list_reasons": plain,
    "list_limits": plain,
    "list_event_types": plain,
    "get_docs": plain,
}
"""By operation: with what it is asked, in every way that it can name something."""

TO_TENANTS_ALONE: Final = {
    "register_tenant",
    "appoint_admin",
    "rebuild",
    "rebuild_progress",
    "replay_dead_letters",
    "advance_clock",
    "confirm_clock",
}
"""What the operator may do to the installation, or to a tenant: it would be done."""

OF_A_NEW_NAME_EACH_TIME: Final = {"add_person", "found_team", "add_pillar", "save_view", "define_cycle", "revise_cycle"}


@dataclass(frozen=True)
class Asked:
    """A request."""

    operation: Operation
    path: str
    sent: Sent

    def of(self, who: Person) -> httpx.Response:
        answer = who.ask(self.operation.method, self.path, self.sent.body, if_match=self.sent.if_match, **self.sent.parameters)
        if self.operation.name == "sign_out":
            who.sign_in()
        return answer

    def said(self) -> list[str]:
        """All that it says itself: an answer may say it again."""
        texts = [*self.path.split("/"), *self.sent.parameters.values(), *re.findall(r"[\w.-]+", str(self.sent.body))]
        return sorted({unquote(text) for text in texts if "sesame" in text or "-7" in text}, key=len, reverse=True)

    def __str__(self) -> str:
        return f"{self.operation.name} {self.path} {self.sent}"


def requests(operation: Operation, names: Names) -> Iterator[Asked]:
    """An operation asked of a thing, and, where it names several, of that beside an open one."""
    of_key_result = "/key-results/{ref}" in operation.path
    things = [names.thing] if operation.method == "GET" or "{ref}" not in operation.path else [names.thing, names.beside]
    for thing in things:
        placed = {
            "ref": thing.key_result if of_key_result else thing.objective,
            "objective": names.thing.objective,
            "check_in": names.thing.check_in,
            "comment": names.thing.comment,
            "reaction": "heart",
            "cycle": names.cycle,
            "person": "mia",
            "team": "Core",
            "pillar": "growth",
            "view": names.thing.view,
            "setting": "bounds",
            "tenant": names.tenant,
            "kpi": "health",
            "task": names.thing.task,
            "initiative": names.thing.initiative,
            "milestone": "launch",
            "template": "sales-larger-deals",
            "measurement": NOTHING_ID,
            "effort": NOTHING_ID,
            "service": "progress",
            "log": "none",
        }
        path = re.sub(r"\{(\w+)\}", lambda found: quote(placed[found[1]], safe=""), operation.path)  # noqa: B023 - at once
        for sent in RULES[operation.name](names):
            yield Asked(operation, path, sent)
            if operation.command and operation.versioned:
                yield Asked(operation, path, sent._replace(if_match='"97"'))  # a version that nothing has


def heard(asked: Asked, answer: httpx.Response) -> str:
    """All that an answer says: headers and body, what its cursors hold, what it has percent-encoded; without what was said to it."""
    text = "\n".join([*(f"{name}: {value}" for name, value in answer.headers.items()), answer.text])
    for cursor in re.findall(r'"next":"([\w-]+)"', text):  # of events it is their positions, said as they are
        text += base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("latin-1")
    text += unquote(text)
    for said in asked.said():
        text = text.replace(said, "…")
    return text


def words_in(text: str, *planted_words: Words) -> list[str]:
    return [what for words in planted_words for word, what in words.by_word.items() if word in text]


def told_alike(asked: Asked, answer: httpx.Response) -> tuple[int, dict[str, str], str]:
    """An answer without what is of this very request: when it was asked, and what it names."""
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in {"date", "x-correlation-id", "content-length", "cairn-position", "link"}
    }
    text = re.sub(r'"correlation_id":"[^"]*"', "", answer.text)
    if asked.operation.lasts:  # the ids of its events are positions, as Cairn-Position is
        text = re.sub("^id: .*$", "", text, flags=re.MULTILINE)
    # A cursor holds the positions of the first page, as Cairn-Position tells them; the tag of a page is of its cursor, too.
    text, cursors = re.subn(r'"next":"[^"]*"', '"next":"…"', text)
    if cursors:
        headers.pop("etag", None)
    if asked.operation.command:  # what it has made, of the open thing that was named as well, is new each time
        text = re.sub(r'"id":"[^"]*"|"position":\d+|"positions":\[[^]]*\]', "", text)
    for said in asked.said():
        text = text.replace(said, "…")
    return answer.status_code, headers, text


@pytest.fixture(scope="module")
def place(system: System) -> Planted:
    return planted(system)


def asked_of(place: Planted, thing: Thing, beside: Thing, *, changing: bool) -> Iterator[Asked]:
    names = Names(thing, beside, place.cycle, place.tenant)
    for operation in API.operations:
        if changing or operation.method == "GET":
            yield from requests(operation, names)


def shared_out(every: Iterable[Asked], who: str, among: Sequence[str]) -> Iterator[Asked]:
    """Of what is asked, the part of one of those who ask: each question is asked by one of them at least."""
    parts = min(PARTS, len(among))
    return islice(every, among.index(who) % parts, None, parts)


def everything_asked(place: Planted) -> Iterator[Asked]:
    """Questions of everything hidden and of everything beside it; commands about one hidden thing by each name, and one that is open.

    What names none of them is asked once.
    """
    asked_before = set()
    asked = chain(
        *(asked_of(place, thing, place.opened[0], changing=name.startswith("secret")) for name, thing in place.hidden.items()),
        *(asked_of(place, thing, place.opened[-1], changing=number == 0) for number, thing in enumerate(place.opened)),
    )
    for each in asked:
        if (said := str(each)) not in asked_before:
            asked_before.add(said)
            yield each


def test_every_operation_is_asked() -> None:
    assert set(RULES) == {operation.name for operation in API.operations}


def test_whoever_may_know_hears_every_word(place: Planted) -> None:
    """Else the search would find nothing because nothing is there."""
    for who, person in place.see_all.items():
        texts = "".join(
            heard(Asked(asked.operation, "", Sent()), asked.of(person))
            for asked in everything_asked(place)
            if asked.operation.method == "GET" and asked.operation.name != "list_dead_letters"
        )
        unheard = {what for words in (place.private, place.of_tenant) for word, what in words.by_word.items() if word not in texts}
        of_its_owner_alone = set() if who == "an admin" else {"the name of what is kept for oneself"}
        assert {what for what in unheard if "address" not in what and "tenant's name" not in what} == of_its_owner_alone, who
        assert SHARE in texts
        assert str(VALUE) in texts


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_of_the_tenant_hears_a_word_of_what_they_may_not_know_of(place: Planted, who: str) -> None:
    person = place.strangers[who]
    figures = {SHARE: "the share of the one hidden child", PERCENT: "its percent", str(VALUE): "a value"}
    own = {"list_actions"} if who == "zoe" else set()
    for asked in shared_out(everything_asked(place), who, STRANGERS):
        answer = asked.of(person)
        assert answer.status_code < 500, (asked, answer.text)
        text = heard(asked, answer)
        found = words_in(text, place.private, Words(figures))
        found += [each for each in place.hidden_ids if each in text and asked.operation.name not in own]
        assert not found, f"{who} hears {found} of {asked}:\n{answer.text[:2000]}"


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_else_hears_a_word_of_a_tenant(place: Planted, who: str) -> None:
    person = place.outsiders[who]
    for asked in shared_out(everything_asked(place), who, OUTSIDERS):
        if who == "an operator" and asked.operation.name in TO_TENANTS_ALONE:
            continue
        answer = asked.of(person)
        assert answer.status_code < 500, (asked, answer.text)
        words = words_in(heard(asked, answer), place.private, place.of_tenant)
        if asked.operation.name == "list_tenants":
            words = [what for what in words if what != "the tenant's name"]
        assert not words, f"{who} hears {words} of {asked}:\n{answer.text[:2000]}"


@pytest.mark.parametrize("who", [*STRANGERS, *OUTSIDERS])
def test_what_is_hidden_is_answered_like_what_does_not_exist(place: Planted, who: str) -> None:
    person = (place.strangers | place.outsiders)[who]
    for name, nothing in (("secret, by id", NOTHING), ("secret, by reference", NO_NAME)):
        hidden = asked_of(place, place.hidden[name], place.opened[1], changing=True)
        absent = asked_of(place, nothing, place.opened[1], changing=True)
        among = STRANGERS if who in STRANGERS else OUTSIDERS
        for asked, instead in zip(shared_out(hidden, who, among), shared_out(absent, who, among), strict=True):
            names_it = asked.path != instead.path or asked.sent != instead.sent
            if names_it and asked.operation.name not in {*OF_A_NEW_NAME_EACH_TIME, *TO_TENANTS_ALONE}:
                answers = told_alike(asked, asked.of(person)), told_alike(instead, instead.of(person))
                assert answers[0] == answers[1], (who, str(asked))


def test_it_takes_no_longer_to_say_no_to_what_is_hidden(place: Planted) -> None:
    """Roughly: medians of requests in turn."""
    zoe, secret = place.strangers["zoe"], place.hidden["secret, by id"]
    seconds: dict[str, list[float]] = {secret.objective: [], NOTHING_ID: []}
    for _ in range(25):
        for objective, took in seconds.items():
            began = time.perf_counter()
            assert zoe.ask("GET", f"/v1/objectives/{objective}").status_code == 404
            took.append(time.perf_counter() - began)
    of_hidden, of_nothing = map(statistics.median, seconds.values())
    assert 1 / 3 < of_hidden / of_nothing < 3


def test_a_tree_counts_what_it_shows(place: Planted) -> None:
    for person in place.strangers.values():
        tree = person.get("/v1/tree", cycle=place.cycle)
        assert tree["total"] == len(tree["objectives"])
        assert {o["id"] for o in tree["objectives"]} >= {thing.objective for thing in place.opened}


TELL_OF_MORE_THAN_THINGS: Final = {"get_status", "get_clock", "list_actions"}
"""How far logs reach and how late it is, whoever's events they are; that somebody asked, which the test does."""


def test_no_answer_changes_with_what_is_hidden(place: Planted) -> None:
    """Counts, versions, entity tags and fingerprints are told of what is shown alone."""

    def answers() -> dict[str, tuple[int, dict[str, str], str]]:
        return {
            f"{who}: {asked}": told_alike(asked, asked.of(person))
            for who, person in place.strangers.items()
            for asked in shared_out(asked_of(place, place.opened[0], place.opened[1], changing=False), who, STRANGERS)
            if asked.operation.name not in TELL_OF_MORE_THAN_THINGS
        }

    admin = place.see_all["an admin"]
    cycle = admin.post("/v1/cycles", {"name": unique_name(), "kind": "custom", "first_day": day(), "last_day": day(9)})["id"]  # still open
    before = answers()
    hidden = admin.post("/v1/objectives", {"cycle": cycle, "title": "One more", "visibility": "private", "labels": ["more"]})["id"]
    key_result = admin.post(f"/v1/objectives/{hidden}/key-results", {"title": "One more", "measure": "metric", "start": 0, "target": 9})[
        "id"
    ]
    admin.post(f"/v1/objectives/{hidden}/activate")
    admin.post(f"/v1/key-results/{key_result}/check-ins", {"value": 4})
    admin.catch_up()
    after = answers()
    changed = [asked for asked, answer in before.items() if after[asked] != answer]
    assert changed == [], [(before[asked], after[asked]) for asked in changed]
