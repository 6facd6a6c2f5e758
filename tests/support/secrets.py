"""A tenant with secrets in every text field of things that not everybody may know of, and in all ways by which a name may get out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.support.company import Json, Person, day, new_tenant, unique_name
from tests.support.system import System

VALUE, SHARE, PERCENT = 48_151.623, "0.481516", "48.2 %"
"""Of the one hidden child that an open objective's number is made of: reported of 100,000, as a share, and as an inbox words it."""


@dataclass
class Words:
    """Unmistakable words, by what they are."""

    by_word: dict[str, str] = field(default_factory=dict)

    def new(self, what: str) -> str:
        word = unique_name("sesame")
        self.by_word[word] = what
        return word


@dataclass(frozen=True)
class Thing:
    """An objective and a key result with a check-in, by the names that they go by."""

    objective: str
    key_result: str
    check_in: str
    task: str = "sesame-nothing"
    initiative: str = "sesame-nothing"
    comment: str = "01a00000-0000-7000-8000-000000000000"
    view: str = "01a00000-0000-7000-8000-000000000000"
    """That the admin keeps for themselves."""


@dataclass(frozen=True)
class Planted:
    """The tenant, what is in it, and who asks."""

    tenant: str
    cycle: str
    hidden: dict[str, Thing]  # by id, and by reference
    opened: list[Thing]  # what everybody of the tenant sees, next to hidden things
    private: Words  # which nobody but those whom it names, admins and auditors may hear
    of_tenant: Words  # which everybody of the tenant may hear, and nobody else
    hidden_ids: set[str]
    see_all: dict[str, Person]
    strangers: dict[str, Person]
    outsiders: dict[str, Person]


class _Planting:
    def __init__(self, system: System) -> None:
        self.private, self.of_tenant = Words(), Words()
        self.admin = new_tenant(system.url, self.of_tenant.new("the tenant's name"))
        self.cycle = self.of_tenant.new("a cycle's name")
        self.admin.post("/v1/cycles", {"name": self.cycle, "kind": "tactical", "first_day": day(-100), "last_day": day(100)})
        self.admin.post(f"/v1/cycles/{self.cycle}/start")
        self.team = self.of_tenant.new("a team's name")
        self.admin.post("/v1/teams", {"name": self.team})
        self.pillar = self.of_tenant.new("a pillar's title")
        self.admin.post("/v1/pillars", {"title": self.pillar, "about": self.of_tenant.new("what a pillar is about")})
        self.admin.patch("/v1/vision", {name: self.of_tenant.new(f"the {name}") for name in ("mission", "vision")})
        self.hidden_ids: set[str] = set()
        self.view("what is shared", self.of_tenant, shared=True)

    def view(self, what: str, words: Words, **more: object) -> str:
        """A saved view of the admin's."""
        said = {"name": words.new(f"the name of {what}"), "address": f"/objectives?text={words.new(f'the address of {what}')}"}
        return str(self.admin.post("/v1/views", {**said, **more})["id"])

    def person(self, handle: str, *roles: str) -> None:
        named = {"name": self.of_tenant.new(f"{handle}'s name"), "email": f"{self.of_tenant.new(f'{handle}s address')}@example.com"}
        self.admin.post("/v1/people", {"handle": handle, "roles": roles, **named})

    def objective(self, what: str, words: Words, **more: object) -> tuple[str, str]:
        """Its id and its reference."""
        texts = {name: words.new(f"{name} of {what}") for name in ("reference", "title", "why")}
        labels = [words.new(f"a label of {what}")]
        answer = self.admin.post(
            "/v1/objectives",
            {"cycle": self.cycle, "owner": "mia", "team": self.team, "pillar": self.pillar, **texts, "labels": labels, **more},
        )
        return answer["id"], texts["reference"]

    def key_result(self, objective: str, what: str, words: Words, **more: object) -> tuple[str, str]:
        texts = {name: words.new(f"{name} of {what}") for name in ("reference", "title", "unit")}
        body = {"measure": "metric", "start": 0, "target": 100_000, "owners": ["mia"], **texts, **more}
        if body["measure"] != "metric":
            body = {name: value for name, value in body.items() if name not in ("start", "target", "unit")}
            del words.by_word[texts["unit"]]
        return self.admin.post(f"/v1/objectives/{objective}/key-results", body)["id"], texts["reference"]

    def check_in(self, key_result: str, what: str, words: Words, **more: object) -> str:
        said = {"comment": words.new(f"a comment on {what}"), "blockers": [words.new(f"a blocker of {what}")]}
        return str(self.admin.post(f"/v1/key-results/{key_result}/check-ins", {"value": VALUE, **said, **more})["id"])

    def thing(self, what: str, words: Words, **more: object) -> tuple[Thing, Thing]:
        """An active objective with a key result and a check-in: by its ids, by its references."""
        (own, reference), hides = self.objective(what, words, **more), words is self.private
        key_result, key_result_reference = self.key_result(own, f"a key result of {what}", words)
        self.admin.post(f"/v1/objectives/{own}/activate")
        check_in = self.check_in(key_result, what, words, value=VALUE if hides else 7)
        work = {name: words.new(f"the {name} of {what}") for name in ("task", "initiative")}
        titles = {name: words.new(f"the title of the {name} of {what}") for name in work}
        of_initiative = {
            "reference": work["initiative"],
            "title": titles["initiative"],
            "owner": "mia",
            "serves": {"key_result": key_result},
        }
        initiative = self.admin.post("/v1/initiatives", of_initiative)["id"]
        of_task = {"reference": work["task"], "title": titles["task"], "assignee": "mia", "serves": {"initiative": initiative}}
        task = self.admin.post("/v1/tasks", of_task)["id"]
        for path in (f"/v1/tasks/{task}", f"/v1/initiatives/{initiative}"):
            self.admin.post(f"{path}/effort", {"minutes": 17, "note": words.new(f"what {path} took")})
        said = self.said_on(f"/v1/objectives/{own}", f"a word on {what}", words)
        if hides:
            self.hidden_ids |= {own, key_result, check_in, task, initiative, said}
        by_reference = Thing(reference, key_result_reference, check_in, **work, comment=said)
        return Thing(own, key_result, check_in, task, initiative, said), by_reference

    def said_on(self, path: str, what: str, words: Words, **more: object) -> str:
        """A comment, which asks mia for feedback."""
        body = {"kind": "feedback_request", "of": "mia", "text": words.new(what), **more}
        return str(self.admin.post(f"{path}/comments", body)["id"])

    def whatever_can_be_said(self, thing: Thing) -> None:
        """Every further text that is said of a key result and its check-ins."""
        words, admin, base = self.private, self.admin, f"/v1/key-results/{thing.key_result}"
        corrected = {"value": VALUE, "comment": words.new("a corrected comment"), "reason": words.new("why it was corrected")}
        admin.post(f"{base}/check-ins/{thing.check_in}/correction", corrected)
        again = self.check_in(thing.key_result, "what is retracted", words)
        admin.post(f"{base}/check-ins/{again}/retraction", {"reason": words.new("why it was retracted")})
        milestones = [{"title": words.new("a milestone")}, {"title": words.new("another milestone")}]
        done, _ = self.key_result(thing.objective, "milestones", words, measure="milestones", milestones=milestones)
        admin.post(f"/v1/key-results/{done}/check-ins", {"abstention": words.new("why it was abstained from")})
        graded, _ = self.key_result(thing.objective, "what is graded", words, measure="graded")
        admin.post(f"/v1/key-results/{graded}/grade", {"grade": 0.7, "reason": words.new("why this grade")})
        ended, _ = self.key_result(thing.objective, "what is cancelled", words)
        admin.post(f"/v1/key-results/{ended}/cancel", {"reason": words.new("why a key result was cancelled")})
        on_key_result = self.said_on(base, "a word on a key result", words)
        on_check_in = self.said_on(f"/v1/check-ins/{thing.check_in}", "a word on a check-in", words)
        admin.patch(f"/v1/comments/{on_key_result}", {"text": words.new("a better word")})
        admin.post(f"/v1/comments/{on_check_in}/retraction", {"reason": words.new("why a word was taken back")})
        admin.put(f"/v1/comments/{on_key_result}/reactions/heart")
        self.hidden_ids |= {again, done, graded, ended, on_key_result, on_check_in}


def planted(system: System) -> Planted:
    """Plants them."""
    to = _Planting(system)
    admin, private = to.admin, {"visibility": "private"}
    for handle, *roles in (
        ("mia", "member"), ("zoe", "member"), ("vic", "viewer"), ("con", "member"), ("champ", "champion"), ("svc", "service"),
        ("aud", "auditor"),
    ):  # fmt: skip
        to.person(handle, *roles)
    secret, by_reference = to.thing("the secret objective", to.private, **private)
    to.whatever_can_be_said(secret)
    of_team, team_by_reference = to.thing("the team's objective", to.private, visibility="team")
    closed, closed_by_reference = to.thing("the closed objective", to.private, **private)
    admin.post(f"/v1/objectives/{closed.objective}/close", {"outcome": to.private.new("an outcome")})
    cancelled, cancelled_by_reference = to.thing("the cancelled objective", to.private, **private)
    admin.post(f"/v1/objectives/{cancelled.objective}/cancel", {"reason": to.private.new("why an objective was cancelled")})
    opened = [to.thing(f"the open objective {n}", to.of_tenant, contributors=["con"])[0] for n in range(4)]
    under, under_key_result, formerly, shares = opened
    admin.put(f"/v1/objectives/{under.objective}/parent", {"objective": secret.objective})
    admin.put(f"/v1/objectives/{under_key_result.objective}/parent", {"key_result": secret.key_result})
    admin.put(f"/v1/objectives/{formerly.objective}/parent", {"objective": secret.objective})
    admin.put(f"/v1/objectives/{formerly.objective}/parent", {"objective": by_reference.objective})
    admin.put(f"/v1/objectives/{formerly.objective}/parent", {})
    for counts_for in (secret, of_team):
        admin.put(f"/v1/key-results/{shares.key_result}/counts-for/{counts_for.objective}")
    admin.ask("DELETE", f"/v1/key-results/{shares.key_result}/counts-for/{secret.objective}")
    lent, _ = to.key_result(secret.objective, "a key result that is lent", to.of_tenant)
    admin.put(f"/v1/key-results/{lent}/counts-for/{shares.objective}")
    opened.append(Thing(shares.objective, lent, to.check_in(lent, "a key result that is lent", to.of_tenant, value=7)))
    returned, _ = to.key_result(secret.objective, "a key result that was lent", to.private)
    admin.put(f"/v1/key-results/{returned}/counts-for/{shares.objective}")
    admin.ask("DELETE", f"/v1/key-results/{returned}/counts-for/{shares.objective}")
    to.hidden_ids.add(returned)
    kpi = {name: to.of_tenant.new(f"{name} of a KPI") for name in ("title", "unit", "team")}
    admin.post("/v1/kpis", {"reference": "health", "owner": "mia", "high": 3, **kpi})
    admin.post("/v1/kpis/health/values", {"value": 7, "comment": to.of_tenant.new("a comment on a value")})
    milestone = {name: to.of_tenant.new(f"{name} of a milestone") for name in ("title", "team")}
    admin.post("/v1/milestones", {"reference": "launch", "day": day(9), **milestone})
    _one_hidden_child_and_who_is_told(to)
    kept = to.view("what is kept for oneself", to.private)
    to.hidden_ids.add(kept)
    secret, by_reference = (replace(each, view=kept) for each in (secret, by_reference))
    lost = _told_of_what_is_hidden_now(to, system)
    admin.catch_up()
    people = {handle: Person(system.url, tenant=admin.tenant, person=handle) for handle in ("zoe", "vic", "con", "champ", "svc", "aud")}
    return Planted(
        tenant=admin.tenant,
        cycle=to.cycle,
        hidden={
            "secret, by id": secret,
            "secret, by reference": by_reference,
            "team's, by id": of_team,
            "team's, by reference": team_by_reference,
            "closed, by id": closed,
            "closed, by reference": closed_by_reference,
            "cancelled, by id": cancelled,
            "cancelled, by reference": cancelled_by_reference,
            "lost, by id": lost,
        },
        opened=opened,
        private=to.private,
        of_tenant=to.of_tenant,
        hidden_ids=to.hidden_ids,
        see_all={"an admin": admin, "an auditor": people.pop("aud")},
        strangers=people,
        outsiders={"another tenant's admin": new_tenant(system.url), "an operator": Person(system.url, operator=True)},
    )


def _one_hidden_child_and_who_is_told(to: _Planting) -> None:
    """An open objective of con's, whose number is that of one private child: its status turns by it."""
    above, _ = to.objective("what is made of one hidden child", to.of_tenant, owner="con", roll_up="children")
    to.admin.post(f"/v1/objectives/{above}/activate")
    below, _ = to.thing("the hidden child", to.private, visibility="private", parent={"objective": above})
    to.hidden_ids |= {below.objective}


def _told_of_what_is_hidden_now(to: _Planting, system: System) -> Thing:
    """What was zoe's, and open, when its status turned; then it was renamed, hidden from her and given to somebody else."""
    lost, _ = to.thing("what was lost", to.private, owner="zoe")
    to.admin.catch_up()
    zoe = Person(system.url, tenant=to.admin.tenant, person="zoe")
    told: list[Json] = list(zoe.pages("/v1/inbox"))
    assert told, "nothing was told while it was hers"
    renamed = {"title": to.private.new("its later title"), "owner": "mia", "visibility": "private"}
    to.admin.patch(f"/v1/objectives/{lost.objective}", renamed)
    return lost
