"""A company that does everything a few hundred times, through the REST interface, from a seed. What is refused is left out."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from tests.support.company import Json, Person

_PEOPLE = ("ann", "bob", "cleo", "dan")
_YEAR = date(2024, 1, 1)
_QUARTERS = 5
_WORDS = ("grow", "reduce", "launch", "revenue", "churn", "Größe", "latency", "quality", "partner", "marché")
_MEASURES = ("metric", "metric", "metric", "binary", "milestones", "graded")


class RandomCompany:
    """A tenant with people, cycles, objectives and key results, and what is reported of them. All its days are in 2024 and 2025."""

    def __init__(self, url: str, tenant: str, seed: int) -> None:
        self._r = random.Random(seed)
        operator = Person(url, operator=True)
        operator.post("/v1/tenants", {"name": tenant, "time_zone": "Europe/Zurich"})
        self.admin = Person(url, tenant=tenant, person="admin")
        for team in ("sales", "support"):
            self._try("POST", "/v1/teams", {"name": team})  # teams were names alone once
        for handle in _PEOPLE:
            body = {"handle": handle, "name": handle.title(), "email": f"{handle}@example.com", "roles": ["member"], "teams": ["sales"]}
            self.admin.post("/v1/people", body)
        self.admin.patch("/v1/people/dan", {"roles": ["viewer", "champion"], "teams": ["sales", "support"]})
        self.people = {handle: Person(url, tenant=tenant, person=handle) for handle in _PEOPLE}
        self._objectives: list[str] = []
        self._key_results: dict[str, str] = {}  # reference → measure
        self._check_ins: dict[str, list[str]] = {}  # key result → check-ins that may stand
        self._links: list[str] = []  # what was shared

    def live(self, turns: int) -> None:
        """Defines everything, lets so many things happen, and ends a part of it."""
        self._define()
        happenings = (
            [self._check_in] * 10
            + [self._abstain, self._batch, self._correct, self._correct, self._retract, self._grade]
            + [self._revise_objective, self._revise_key_result, self._share, self._unshare, self._align]
        )
        for _ in range(turns):
            self._r.choice(happenings)()
        self._end()
        self.admin.catch_up()
        if told := self.people["ann"].get("/v1/inbox")["items"]:
            self.people["ann"].post("/v1/inbox/read", {"notification_ids": [told[0]["id"]]})

    def _define(self) -> None:
        self._try("POST", "/v1/cycles", {"name": "2024-2025", "kind": "strategic", "first_day": "2024-01-01", "last_day": "2025-12-31"})
        for quarter in range(_QUARTERS):
            first = _YEAR + timedelta(days=91 * quarter)
            body = {"name": f"Q{quarter}", "kind": "tactical", "first_day": str(first), "last_day": str(first + timedelta(days=90))}
            self._try("POST", "/v1/cycles", body | {"enclosing_cycle": "2024-2025"})
        for cycle in ("2024-2025", *(f"Q{quarter}" for quarter in range(_QUARTERS))):
            self._try("POST", f"/v1/cycles/{cycle}/start")
        for number in range(16):
            self._define_objective(number)
        for reference in self._objectives[:14]:
            self._try("POST", f"/v1/objectives/{reference}/activate")

    def _define_objective(self, number: int) -> None:
        r, reference = self._r, f"R{number}"
        body: Json = {
            "cycle": r.choice(["2024-2025", *(f"Q{quarter}" for quarter in range(_QUARTERS))]),
            "reference": reference,
            "title": self._words(),
            "why": self._words(),
            "level": r.choice(("company", "team", "individual")),
            "owner": r.choice(_PEOPLE),
            "team": r.choice(("", "sales")),
            "contributors": r.sample(_PEOPLE, r.randint(0, 2)),
            "kind": r.choice(("committed", "aspirational")),
            "visibility": r.choices(("company", "team", "private"), (6, 1, 1))[0],
            "roll_up": r.choice(("key_results", "children", "both")),
            "labels": [r.choice(_WORDS)],
        }
        if self._objectives and r.random() < 0.7:
            body["parent"] = {"objective": r.choice(self._objectives)}
        if not self._try("POST", "/v1/objectives", body):
            return
        self._objectives.append(reference)
        for place in range(r.randint(1, 4)):
            self._define_key_result(reference, f"{reference}/{place}")

    def _define_key_result(self, objective: str, reference: str) -> None:
        r, measure = self._r, self._r.choice(_MEASURES)
        body: Json = {"reference": reference, "title": self._words(), "measure": measure, "weight": r.choice((1, 1, 2, 0.5))}
        body["owners"] = r.sample(_PEOPLE, r.randint(1, 2))
        if measure == "metric":
            body |= {"start": r.randint(0, 50), "target": r.choice((100, 80.5, -20)), "unit": r.choice(("users", "%", ""))}
        if measure == "milestones":
            body["milestones"] = [{"title": self._words(), "weight": 1 + n} for n in range(3)]
        if self._objectives and r.random() < 0.2:
            body["counts_for"] = [r.choice(self._objectives)]
        if self._try("POST", f"/v1/objectives/{objective}/key-results", body):
            self._key_results[reference] = measure

    # -- what happens

    def _check_in(self) -> None:
        key_result = self._key_result()
        body = self._value(key_result) | {"as_of": self._day(), "comment": self._words(), "source": self._r.choice(("person", "import"))}
        if self._r.random() < 0.5:
            body["confidence"] = self._r.randint(0, 10)
        if self._r.random() < 0.1:
            body |= {"status": self._r.choice(("on_track", "behind", "at_risk")), "blockers": [self._words()]}
        if self._r.random() < 0.1:
            body["on_behalf_of"] = self._r.choice(_PEOPLE)
        if recorded := self._try("POST", f"/v1/key-results/{key_result}/check-ins", body):
            self._check_ins.setdefault(key_result, []).append(recorded["id"])

    def _abstain(self) -> None:
        self._try("POST", f"/v1/key-results/{self._key_result()}/check-ins", {"abstention": "no figures", "as_of": self._day()})

    def _batch(self) -> None:
        rows = []
        for _ in range(4):
            key_result = self._key_result()
            rows.append({"key_result": key_result, "as_of": self._day()} | self._value(key_result))
        self._try("POST", "/v1/check-ins", {"mode": "row_by_row", "check_ins": rows})

    def _correct(self) -> None:
        if there := self._standing():
            key_result, check_in = there
            body = self._value(key_result) | {"reason": "typed wrong"}
            self._try("POST", f"/v1/key-results/{key_result}/check-ins/{check_in}/correction", body)

    def _retract(self) -> None:
        if there := self._standing():
            key_result, check_in = there
            self._try("POST", f"/v1/key-results/{key_result}/check-ins/{check_in}/retraction", {"reason": "another key result"})

    def _grade(self) -> None:
        body: Json = {"grade": self._r.choice((None, 0.3, 0.7, 1)), "as_of": self._day(), "graded_on": "2025-06-30", "reason": "so it was"}
        self._try("POST", f"/v1/key-results/{self._key_result()}/grade", body)

    def _revise_objective(self) -> None:
        r = self._r
        body: Json = r.choice(
            ({"title": self._words()}, {"owner": r.choice(_PEOPLE)}, {"roll_up": "both"}, {"labels": ["x", "y"]}, {"due_day": "2025-03-30"})
        )
        self._try("PATCH", f"/v1/objectives/{self._objective()}", body)

    def _revise_key_result(self) -> None:
        body = self._r.choice(({"title": self._words()}, {"weight": 3}, {"target": 120}, {"owners": ["ann", "dan"]}))
        self._try("PATCH", f"/v1/key-results/{self._key_result()}", body)

    def _share(self) -> None:
        link = f"/v1/key-results/{self._key_result()}/counts-for/{self._objective()}"
        if self._try("PUT", link):
            self._links.append(link)

    def _unshare(self) -> None:
        if self._links:
            self._try("DELETE", self._r.choice(self._links))

    def _align(self) -> None:
        parent = self._r.choice(({"objective": self._objective()}, {"key_result": self._key_result()}, {"objective": None}))
        self._try("PUT", f"/v1/objectives/{self._objective()}/parent", parent)

    def _end(self) -> None:
        for key_result in self._r.sample(sorted(self._key_results), 3):
            self._try("POST", f"/v1/key-results/{key_result}/cancel", {"reason": "not worth it"})
        ended = self._r.sample(self._objectives, 6)
        for objective in ended[:4]:
            self._try("POST", f"/v1/objectives/{objective}/close", {"outcome": "as wished"})
        for objective in ended[4:]:
            self._try("POST", f"/v1/objectives/{objective}/cancel", {"reason": "other things came first"})
        for step in ("review", "close"):
            self._try("POST", f"/v1/cycles/Q0/{step}")
        self._try("POST", "/v1/cycles/Q1/review")

    # -- what it takes

    def _try(self, method: str, path: str, body: Any = None) -> Json | None:
        answer = self.admin.ask(method, path, body)
        assert answer.status_code < 500, answer.text
        return None if answer.is_error else answer.json()

    def _value(self, key_result: str) -> Json:
        match self._key_results[key_result]:
            case "metric":
                return {"value": round(self._r.uniform(-5, 130), 1)}
            case "milestones":
                return {"milestones_done": sorted(self._r.sample((1, 2, 3), self._r.randint(0, 3)))}
            case "binary":
                return {"value": self._r.randint(0, 1)}
            case _:
                return {"value": round(self._r.random(), 2)}

    def _standing(self) -> tuple[str, str] | None:
        if not self._check_ins:
            return None
        key_result = self._r.choice(sorted(self._check_ins))
        return key_result, self._r.choice(self._check_ins[key_result])

    def _key_result(self) -> str:
        return self._r.choice(sorted(self._key_results))

    def _objective(self) -> str:
        return self._r.choice(self._objectives)

    def _day(self) -> str:
        return str(_YEAR + timedelta(days=self._r.randint(0, 450)))

    def _words(self) -> str:
        return " ".join(self._r.choices(_WORDS, k=3))
