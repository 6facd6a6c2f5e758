"""What happens at Orrin Grid, week by week, as the commands that tell it. Nothing here asks anything: the same scale, seed and first day
give the same plan, with the same references, texts and numbers.

What only an answer tells, as the id of a check-in, is named with `keeps` and stands as `<name>` in later paths.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from demo import company
from demo.company import Employee, Team, Wanted
from demo.courses import Course, KeyResult, course, rounded

ADMIN = "admin"
TIME_ZONE = "Europe/Zurich"
WEEK = timedelta(days=7)
_WEEKS_BEFORE = 3
"""In which people and teams are entered, and the first cycle is planned."""

Body = dict[str, Any]


@dataclass(frozen=True)
class Command:
    """One request: who makes it, and under which names the ids of its answer are kept."""

    who: str
    method: str
    path: str
    body: Body | None = None
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """What happens at an instant: phases one after the other, the commands of one in any order."""

    at: datetime
    title: str
    phases: tuple[tuple[Command, ...], ...]


@dataclass(frozen=True)
class Scale:
    """How much of it there is."""

    people: int = 300
    teams: tuple[Team, ...] = company.TEAMS
    weeks: int = 52
    weeks_of_cycle: int = 18
    cycles: int = 3
    objectives: int = 120
    """Of a cycle."""


@dataclass
class _Objective:
    ref: str
    owner: str
    team: Team
    level: str
    wanted: Wanted
    parent: str | None
    weeks: int
    """From the first day of its cycle to its due day."""
    key_results: list[KeyResult] = field(default_factory=list)


def plan(scale: Scale, first_day: date, seed: int) -> list[Step]:
    """The whole year from a Monday on, in order of time."""
    return list(_Year(scale, first_day, seed).steps())


class _Year:
    """The dice, and what stands by now."""

    def __init__(self, scale: Scale, first_day: date, seed: int) -> None:
        self._scale, self._first_day = scale, first_day
        self._dice = random.Random(f"{seed} weeks")  # noqa: S311 - nothing is secret
        self._cast = company.cast(scale.people, scale.teams, seed)
        self._teams = {team.key: team for team in scale.teams}
        self._names = {team.key: team.name for team in scale.teams}
        self._left: dict[str, str] = {}
        self._objectives: list[_Objective] = []
        self._later: list[Command] = []
        self._told = 0

    def steps(self) -> Iterator[Step]:
        """Two a week: what is planned and measured on Mondays, what is reported and said on Thursdays."""
        for week in range(self._scale.weeks):
            cycle, of_cycle = divmod(week - _WEEKS_BEFORE, self._scale.weeks_of_cycle)
            yield Step(self._at(week, 0, 9, 12), f"week {week + 1}", tuple(self._monday(week, cycle, of_cycle)))
            yield Step(self._at(week, 3, 15, 40), f"week {week + 1}", tuple(self._thursday(week, cycle, of_cycle)))

    def _at(self, week: int, weekday: int, hour: int, minute: int) -> datetime:
        day = self._first_day + week * WEEK + timedelta(days=weekday)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(TIME_ZONE))

    def _day(self, cycle: int, weeks: int = 0, days: int = 0) -> str:
        """A day so far behind the first one of a cycle."""
        begins = self._first_day + (_WEEKS_BEFORE + cycle * self._scale.weeks_of_cycle + weeks) * WEEK
        return (begins + timedelta(days=days)).isoformat()

    def _monday(self, week: int, cycle: int, of_cycle: int) -> Iterator[tuple[Command, ...]]:
        if week == 0:
            yield from self._founding()
        if week == 1:
            yield from self._strategy()
        if of_cycle == 0 and 0 <= cycle < self._scale.cycles:
            if cycle > 0:
                yield (_post(ADMIN, f"/v1/cycles/{_cycle(cycle - 1)}/review"),)
            yield (_post(ADMIN, f"/v1/cycles/{_cycle(cycle)}/start"),)
            yield tuple(_post(self._acting(o.owner), f"/v1/objectives/{o.ref}/activate") for o in self._of(cycle))
            yield tuple(self._work(cycle))
        if week >= 1:
            yield tuple(self._values(week))
        yield from self._changes(week, cycle, of_cycle)

    def _thursday(self, week: int, cycle: int, of_cycle: int) -> Iterator[tuple[Command, ...]]:
        if 0 <= cycle < self._scale.cycles:
            if of_cycle == 0 and cycle > 0:
                yield from self._closing(cycle - 1)
            later, self._later = [command for command in self._later if command.who not in self._left], []
            if cycle > 0 and of_cycle == 1:
                yield from self._closed_again(cycle - 1)
            if week == self._turn and company.STARTS_AN_OBJECTIVE.team in self._teams:
                yield from self._out_of_range(cycle)
            yield tuple(self._check_ins(cycle, of_cycle))
            yield tuple(later)
            yield tuple(self._talk(cycle))
            yield tuple(self._tasks(week, cycle))
        if of_cycle == self._scale.weeks_of_cycle - 1 and cycle + 1 < self._scale.cycles:
            yield from self._planning(cycle + 1)

    # -- who and what for

    def _founding(self) -> Iterator[tuple[Command, ...]]:
        """Teams from the top down, people in them, then who leads whom."""
        tops = [team for team in self._scale.teams if not team.parent]
        yield tuple(_post(ADMIN, "/v1/teams", {"name": team.name}) for team in tops)
        below = [team for team in self._scale.teams if team.parent]
        yield tuple(_post(ADMIN, "/v1/teams", {"name": t.name, "parent": self._names[t.parent]}) for t in below)
        everybody = [person for members in self._cast.values() for person in members]
        yield tuple(_post(ADMIN, "/v1/people", self._entered(person)) for person in everybody)
        led = tuple(_patch(ADMIN, self._team_path(t.key), {"lead": self._lead(t.key)}) for t in self._scale.teams)
        managed = tuple(Command(ADMIN, "PUT", f"/v1/people/{p.handle}/manager", {"manager": p.manager}) for p in everybody if p.manager)
        yield led + managed

    def _entered(self, person: Employee) -> Body:
        roles = ["member"]
        if person.handle == self._lead("LEAD"):
            roles = ["admin", "member"]
        elif person.handle == self._lead(self._champions):
            roles = ["champion", "member"]
        mail = f"{person.handle}@orrin-grid.example"
        return {"handle": person.handle, "name": person.name, "email": mail, "roles": roles, "teams": [self._names[person.team]]}

    @property
    def _champions(self) -> str:
        return "PEOP" if "PEOP" in self._teams else self._scale.teams[-1].key

    def _strategy(self) -> Iterator[tuple[Command, ...]]:
        boss = self._lead("LEAD")
        yield (_patch(boss, "/v1/vision", {"mission": company.MISSION, "vision": company.VISION}),)
        for reference, (title, about) in company.PILLARS.items():
            yield (_post(boss, "/v1/pillars", {"reference": reference, "title": title, "about": about}),)
        yield tuple(_post(ADMIN, "/v1/kpis", self._indicator(each)) for each in self._indicators())
        ends = self._day(self._scale.cycles, days=-1)
        year = {"name": "Strategy", "kind": "strategic", "first_day": self._day(0), "last_day": ends, "cadence": "quarterly"}
        yield (_post(ADMIN, "/v1/cycles", year),)
        yield (_post(ADMIN, "/v1/cycles/Strategy/start"),)
        yield tuple(self._dates())

    def _indicators(self) -> list[company.Indicator]:
        return [each for each in company.INDICATORS if each.team in self._teams]

    def _indicator(self, each: company.Indicator) -> Body:
        healthy = {name: value for name, value in (("low", each.low), ("high", each.high)) if value is not None}
        who = {"owner": self._lead(each.team), "team": self._names[each.team]}
        return {"reference": each.ref, "title": each.title, "unit": each.unit, **who, **healthy}

    def _dates(self) -> Iterator[Command]:
        """Milestones of the company, one of which will be postponed."""
        for number, (weeks, title) in enumerate(_DATES, 1):
            yield _post(ADMIN, "/v1/milestones", {"reference": f"D{number}", "title": title, "day": self._day(0, weeks)})

    # -- planning

    def _planning(self, cycle: int) -> Iterator[tuple[Command, ...]]:
        days = {"first_day": self._day(cycle), "last_day": self._day(cycle + 1, days=-1)}
        body = {"name": _cycle(cycle), "kind": "tactical", **days, "enclosing_cycle": "Strategy", "cadence": "weekly", "weekday": "thu"}
        yield (_post(ADMIN, "/v1/cycles", body),)
        planned = self._planned(cycle)
        self._objectives += planned
        for level in (0, 1, 2, 3):
            yield tuple(_post(self._acting(o.owner), "/v1/objectives", self._body(cycle, o)) for o in planned if self._depth(o) == level)
        yield tuple(
            _post(self._acting(o.owner), f"/v1/objectives/{o.ref}/key-results", self._key_result(cycle, k))
            for o in planned
            for k in o.key_results
        )
        yield tuple(self._sums(cycle))
        if cycle == 2:
            yield from self._approval(planned)

    def _planned(self, cycle: int) -> list[_Objective]:
        boss = self._lead("LEAD")
        lead_team = self._teams["LEAD"]
        planned = [
            self._objective(cycle, f"{_cycle(cycle)}-C{number}", boss, lead_team, "company", wanted, None)
            for number, wanted in enumerate(company.COMPANY_WANTS, 1)
        ]
        by_pillar = {o.wanted.pillar: o.ref for o in planned}
        for team in self._scale.teams:
            for number, wanted in enumerate(team.wants, 1):
                above = by_pillar[team.pillar] if team.parent in ("", "LEAD") or number > 1 else f"{_cycle(cycle)}-{team.parent}1"
                members = self._cast[team.key]
                owner = members[(number - 1) % len(members)].handle
                ref = f"{_cycle(cycle)}-{team.key}{number}"
                planned.append(self._objective(cycle, ref, owner, team, "team", wanted, above))
        people = [p for team in self._scale.teams if team.wants for p in self._cast[team.key][1:] if p.handle not in self._left]
        wanting = self._dice.sample(people, max(0, min(len(people), self._scale.objectives - len(planned))))
        return planned + [self._own(cycle, person) for person in wanting]

    def _own(self, cycle: int, person: Employee) -> _Objective:
        team = self._teams[person.team]
        title, *measured = self._dice.choice(company.OWN_WANTS)
        key_results = tuple(company.metric(*each) for each in measured)
        wanted = Wanted(title.format(theme=team.name.lower()), "", key_results)
        above = f"{_cycle(cycle)}-{team.key}1"
        return self._objective(cycle, f"{_cycle(cycle)}-{team.key}-{person.handle}", person.handle, team, "individual", wanted, above)

    def _objective(self, cycle: int, ref: str, owner: str, team: Team, level: str, wanted: Wanted, parent: str | None) -> _Objective:
        weeks = self._scale.weeks_of_cycle
        if level == "individual" and self._dice.random() < 0.15:
            weeks = weeks * 2 // 3
        objective = _Objective(ref, owner, team, level, wanted, parent, weeks)
        usual = course(self._dice)
        for number, planned in enumerate(wanted.key_results, 1):
            its = _TOLD.get(f"{ref}/{number}")
            key_result = KeyResult.of_course(f"{ref}/{number}", planned, cycle, its or usual, weeks, self._dice)
            objective.key_results.append(key_result if its is None else key_result.going(its))
        return objective

    def _depth(self, objective: _Objective) -> int:
        return {"company": 0, "individual": 3}.get(objective.level, 2 if objective.team.parent else 1)

    def _body(self, cycle: int, o: _Objective) -> Body:
        body: Body = {"cycle": _cycle(cycle), "reference": o.ref, "title": o.wanted.title, "level": o.level, "owner": self._acting(o.owner)}
        if o.wanted.why:
            body["why"] = o.wanted.why
        if o.level == "company":
            body |= {"roll_up": "both", "pillar": o.wanted.pillar}
        else:
            body["team"] = self._names[o.team.key]
        if o.level == "team":
            body |= {"roll_up": "both", "labels": [o.team.pillar]}
            body["kind"] = "aspirational" if self._dice.random() < 0.3 else "committed"
        if o.weeks < self._scale.weeks_of_cycle:
            body["due_day"] = self._day(cycle, o.weeks)
        if o.parent:
            body["parent"] = {"objective": o.parent}
        return body

    def _key_result(self, cycle: int, k: KeyResult) -> Body:
        body: Body = {"reference": k.ref, "title": k.planned.title, "measure": k.planned.measure}
        if k.planned.unit:
            body["unit"] = k.planned.unit
        match k.planned.measure:
            case "metric":
                body |= {"start": k.start, "target": k.target, **k.marks(self._dice)}
            case "maintain":
                body |= {"high": k.target, "mode": "share"}
            case "milestones":
                body["milestones"] = [{"title": step} for step in k.planned.steps]
            case _:
                pass
        if k.planned.measure in ("binary", "milestones"):
            body["due_day"] = self._day(cycle, k.weeks)
        if plan := k.plan(date.fromisoformat(self._day(cycle))):
            body["plan"] = plan
        return body

    def _sums(self, cycle: int) -> Iterator[Command]:
        feeds = [f"{_cycle(cycle)}-{key}1/1" for key in ("HOUS", "COOP") if key in self._teams]
        if feeds:
            body = {"title": "Houses signed this cycle, by all of sales", "measure": "sum", "unit": "houses", "feeds": feeds}
            company_wide = f"{_cycle(cycle)}-C3"
            more = {"reference": f"{company_wide}/3", "start": 0, "target": 160 + 20 * cycle}
            yield _post(self._lead("LEAD"), f"/v1/objectives/{company_wide}/key-results", body | more)

    def _approval(self, planned: list[_Objective]) -> Iterator[tuple[Command, ...]]:
        yield (Command(ADMIN, "PUT", "/v1/settings/approval", {"value": "on"}),)
        submitted = tuple(_post(self._acting(o.owner), f"/v1/objectives/{o.ref}/submit") for o in planned)
        yield submitted
        doubted = [o for o in planned if o.level == "individual"][:3]
        yield tuple(_post(ADMIN, f"/v1/objectives/{o.ref}/send-back", {"reason": "Who notices when this is reached?"}) for o in doubted)
        why = {"why": "The team notices: I ask them in the retrospective"}
        yield tuple(_patch(self._acting(o.owner), f"/v1/objectives/{o.ref}", why) for o in doubted)
        yield tuple(_post(self._acting(o.owner), f"/v1/objectives/{o.ref}/submit") for o in doubted)
        yield tuple(_post(ADMIN, f"/v1/objectives/{o.ref}/approve", {}) for o in planned)

    # -- the week

    def _values(self, week: int) -> Iterator[Command]:
        """Of the KPIs, the monthly ones every fourth week."""
        for each in self._indicators():
            if each.monthly and week % 4 != 1:
                continue
            value = max(0, round(self._tendency(each, week) + self._dice.gauss(0, abs(each.last - each.first) * 0.08), 1))
            yield _post(self._acting(self._lead(each.team)), f"/v1/kpis/{each.ref}/values", {"value": value})

    def _tendency(self, each: company.Indicator, week: int) -> float:
        """Where a KPI stands about a week: evenly through the year; one that has left its range lately is on half the way back by now."""
        bound = each.high if each.low is None else each.low
        if each.lately is None or bound is None or week < self._turn:
            return each.first + (each.last - each.first) * week / max(1, self._scale.weeks - 1)
        since = (week - self._turn) / max(1, self._scale.weeks - self._turn)
        return each.lately + (bound - each.lately) / 2 * since

    @property
    def _turn(self) -> int:
        """The week in which some KPIs leave their range."""
        return self._scale.weeks - max(1, self._scale.weeks // 8)

    def _check_ins(self, cycle: int, of_cycle: int) -> Iterator[Command]:
        """What everybody reports, together; individuals every other week. What was mistaken is noted for the next one."""
        rows: dict[str, list[tuple[_Objective, KeyResult, Body]]] = {}
        for objective in self._of(cycle):
            if objective.level == "individual" and (of_cycle + len(objective.owner)) % 2:
                continue
            for key_result in objective.key_results:
                if of_cycle < key_result.silent_from:
                    rows.setdefault(self._acting(objective.owner), []).append((objective, key_result, self._row(key_result, of_cycle)))
        for person, reported in rows.items():
            names = tuple(self._name() for _ in reported)
            if of_cycle < self._scale.weeks_of_cycle - 1:  # after that week nothing can be mended any more
                for name, (_, key_result, row) in zip(names, reported, strict=True):
                    self._mistaken(person, name, key_result, row)
            yield _post(person, "/v1/check-ins", {"mode": "row_by_row", "check_ins": [row for _, _, row in reported]}, keeps=names)

    def _row(self, k: KeyResult, of_cycle: int) -> Body:
        dice = self._dice
        if dice.random() < 0.03:
            return {"key_result": k.ref, "abstention": dice.choice(_ABSTENTIONS)}
        gone = min(1.0, (of_cycle + 1) / k.weeks)
        share = k.share_after(of_cycle + 1)
        behind = gone - share
        row: Body = {"key_result": k.ref, **k.measured(share, dice)}
        row["confidence"] = min(10, max(0, round(9 - 14 * max(0.0, behind) + dice.gauss(0, 1))))
        if dice.random() < 0.3:
            row["comment"] = dice.choice(_AHEAD if behind <= _ON_TRACK else _BEHIND)
        if behind > _ON_TRACK and dice.random() < 0.15:
            row["blockers"] = [dice.choice(_BLOCKERS)]
        if dice.random() < 0.01:
            row["status"] = "at_risk" if behind > _ON_TRACK else "on_track"
        return row

    def _mistaken(self, person: str, name: str, k: KeyResult, row: Body) -> None:
        """Now and then a value is corrected a week later, or taken back."""
        chance = self._dice.random()
        path = f"/v1/key-results/{quote(k.ref, safe='/')}/check-ins/<{name}>"
        if chance < 0.012 and k.planned.measure == "metric" and "value" in row:
            value = max(0, rounded(k.planned, row["value"] - (k.target - k.start) * 0.08))
            if value == row["value"]:
                return
            self._later.append(_post(person, f"{path}/correction", {"value": value, "reason": "One house was counted twice"}))
        elif chance < 0.016:
            self._later.append(_post(person, f"{path}/retraction", {"reason": "This was of another team"}))

    def _talk(self, cycle: int) -> Iterator[Command]:
        """Comments that are answered a week later, thanks, and questions to a colleague."""
        running = self._of(cycle)
        for objective in self._dice.sample(running, min(len(running), max(1, len(running) // 14))):
            owner, name = self._acting(objective.owner), self._name()
            author = self._somebody(but=owner)
            path, text = f"/v1/objectives/{objective.ref}/comments", f"@{owner} {self._dice.choice(_QUESTIONS)}"
            yield _post(author, path, {"kind": "comment", "text": text}, keeps=(name,))
            answer = {"kind": "comment", "text": self._dice.choice(_ANSWERS), "reply_to": f"<{name}>"}
            self._later.append(_post(owner, path, answer))
            self._later.append(
                Command(author, "PUT", f"/v1/comments/<{name}>/reactions/{self._dice.choice(('thumbs_up', 'eyes', 'heart'))}")
            )
        for objective in self._dice.sample(running, min(len(running), 3)):
            owner = self._acting(objective.owner)
            thanks = {"kind": "kudos", "to": [owner], "text": self._dice.choice(_THANKS)}
            yield _post(self._somebody(but=owner), f"/v1/objectives/{objective.ref}/comments", thanks)
        asking = self._dice.choice(running)
        owner, name = self._acting(asking.owner), self._name()
        asked = self._somebody(but=owner)
        question = {"kind": "feedback_request", "of": asked, "text": "What would you do first if this were yours?"}
        yield _post(owner, f"/v1/objectives/{asking.ref}/comments", question, keeps=(name,))
        if self._dice.random() < 0.7:
            self._later.append(_post(asked, f"/v1/comments/<{name}>/feedback", {"text": self._dice.choice(_ADVICE)}))

    def _tasks(self, week: int, cycle: int) -> Iterator[Command]:
        """Leads give tasks, most of which are done in the week after."""
        teams = [team for team in self._scale.teams if team.wants]
        for team in self._dice.sample(teams, min(len(teams), 5)):
            members = [p.handle for p in self._cast[team.key] if p.handle not in self._left]
            name, assignee = self._name(), self._dice.choice(members)
            due = (self._first_day + (week + self._dice.randrange(1, 4)) * WEEK).isoformat()
            serves = {"objective": f"{_cycle(cycle)}-{team.key}1"}
            body = {"title": self._dice.choice(_TASKS), "assignee": assignee, "due_day": due, "serves": serves}
            body["priority"] = self._dice.choice(("high", "normal", "normal", "low"))
            yield _post(self._acting(self._lead(team.key)), "/v1/tasks", body, keeps=(name,))
            if self._dice.random() < 0.75:
                self._later.append(_post(assignee, f"/v1/tasks/<{name}>/finish"))

    def _work(self, cycle: int) -> Iterator[Command]:
        """Initiatives that shall move the first key result of a team."""
        for team in self._scale.teams[:: 2 if len(self._scale.teams) > 10 else 1]:
            if team.wants:
                ref = f"{_cycle(cycle)}-{team.key}1"
                body = {"title": f"{self._dice.choice(_INITIATIVES)}, with {team.name.lower()}", "serves": {"key_result": f"{ref}/1"}}
                days = {"start_day": self._day(cycle), "end_day": self._day(cycle, self._scale.weeks_of_cycle // 2)}
                yield _post(self._acting(self._lead(team.key)), "/v1/initiatives", {**body, **days, "state": "running"})

    # -- what makes this year another one than the last

    def _changes(self, week: int, cycle: int, of_cycle: int) -> Iterator[tuple[Command, ...]]:
        if not 0 <= cycle < self._scale.cycles:
            return
        half = self._scale.weeks_of_cycle // 2
        if of_cycle == half:
            yield from self._moved_targets(cycle)
        if of_cycle == half + half // 4:
            yield tuple(self._given_up(cycle))
        if cycle == 0 and of_cycle == half + half // 2 and "SALE" in self._teams:
            yield from self._target_of_sales()
        if cycle == 1 and of_cycle == half // 2 and "APP" in self._teams:
            yield (_patch(ADMIN, self._team_path("APP"), {"name": "Tenant experience"}),)
            self._names["APP"] = "Tenant experience"
        if cycle == 1 and of_cycle == half and "QUAL" in self._teams:
            yield (_patch(ADMIN, self._team_path("QUAL"), {"parent": self._names["HARD"]}),)
        if cycle == 1 and of_cycle == half + 1:
            yield from self._leaver()
        for number, (weeks, _) in enumerate(_DATES, 1):
            if week - _WEEKS_BEFORE == weeks:
                yield (self._date(number),)

    def _date(self, number: int) -> Command:
        if number == _POSTPONED:
            later = {"day": self._day(0, _DATES[number - 1][0] + 9), "reason": "The certificate for the new cells came late"}
            return _post(ADMIN, f"/v1/milestones/D{number}/postpone", later)
        return _post(ADMIN, f"/v1/milestones/D{number}/reach")

    def _moved_targets(self, cycle: int) -> Iterator[tuple[Command, ...]]:
        """Some find out that they wanted too much, or too little, and say why."""
        below = [(o, k) for o in self._of(cycle) if o.level != "company" for k in o.key_results]
        movable = [(o, k) for o, k in below if k.planned.measure == "metric" and k.ref not in _TOLD]
        chosen = self._dice.sample(movable, min(len(movable), 6))
        moved, told = [], []
        for objective, key_result in chosen:
            share, reasons = (1.15, _WANTED_TOO_LITTLE) if key_result.comes_to > _WENT_WELL else (0.85, _WANTED_TOO_MUCH)
            target = rounded(key_result.planned, key_result.start + (key_result.target - key_result.start) * share)
            if target in (key_result.target, key_result.start):
                continue  # what is counted in threes has no target a little lower
            key_result.move_target(target)
            owner, path = self._acting(objective.owner), f"/v1/key-results/{key_result.ref}"
            moved.append(_patch(owner, path, {"target": target}))
            told.append(_post(owner, f"{path}/comments", {"kind": "comment", "text": self._dice.choice(reasons)}))
        yield tuple(moved)
        yield tuple(told)

    def _target_of_sales(self) -> Iterator[tuple[Command, ...]]:
        """Who moved the target? The head of sales, five weeks before the end; who keeps the money asks why."""
        seller, asks = self._lead("SALE"), self._lead("FINA" if "FINA" in self._teams else "LEAD")
        key_result, name = f"{_cycle(0)}-SALE1/1", self._name()
        target = self._find(0, key_result)
        target.move_target(round(target.target * 0.8))
        yield (_patch(seller, f"/v1/key-results/{key_result}", {"target": target.target}),)
        path = f"/v1/key-results/{key_result}/comments"
        question = {"kind": "comment", "text": f"@{seller} we looked behind on Friday and are on track today. Did the target move?"}
        yield (_post(asks, path, question, keeps=(name,)),)
        text = "It did: the two contracts in Lyon are signed next cycle. I should have said so before I changed it."
        yield (_post(seller, path, {"kind": "comment", "text": text, "reply_to": f"<{name}>"}),)

    def _given_up(self, cycle: int) -> Iterator[Command]:
        """What nobody should work on any longer is cancelled, and says why: of what carries nothing else, first what hardly moves."""
        own = [o for o in self._of(cycle) if o.level == "individual"]
        second = [o for o in self._of(cycle) if o.level == "team" and not o.ref.endswith("1")]
        hardly_moves = sorted(own, key=lambda o: sum(k.comes_to for k in o.key_results) / len(o.key_results))
        for objective in [*hardly_moves[: max(1, len(own) // 30)], *self._dice.sample(second, min(len(second), 1))]:
            self._objectives.remove(objective)
            self._later = [command for command in self._later if f"/{objective.ref}/" not in command.path]
            reason = {"reason": self._dice.choice(_GIVEN_UP)}
            yield _post(self._acting(objective.owner), f"/v1/objectives/{objective.ref}/cancel", reason)

    def _out_of_range(self, cycle: int) -> Iterator[tuple[Command, ...]]:
        """An objective that brings a KPI back, by whom the KPI is of."""
        indicator = company.STARTS_AN_OBJECTIVE
        owner, ref = self._acting(self._lead(indicator.team)), f"{_cycle(cycle)}-{indicator.ref}"
        about = {"title": company.BRINGS_IT_BACK.title, "why": company.BRINGS_IT_BACK.why, "level": "team"}
        where = {"cycle": _cycle(cycle), "reference": ref, "owner": owner, "team": self._names[indicator.team]}
        above = {"start_day": self._day(cycle, (self._turn - _WEEKS_BEFORE) % self._scale.weeks_of_cycle)}
        yield (_post(owner, f"/v1/kpis/{indicator.ref}/objectives", {**about, **where, **above}),)
        yield (_post(owner, f"/v1/objectives/{ref}/submit"),)
        yield (_post(ADMIN, f"/v1/objectives/{ref}/approve", {}),)
        yield (_post(owner, f"/v1/objectives/{ref}/activate"),)

    def _leaver(self) -> Iterator[tuple[Command, ...]]:
        """A lead leaves, and the second of the team takes over."""
        key = "MARK" if "MARK" in self._teams else self._scale.teams[-1].key
        leaves, heir = (person.handle for person in self._cast[key][:2])
        yield (_post(ADMIN, f"/v1/people/{leaves}/leave", {"hand_over_to": heir}),)
        yield (_patch(ADMIN, self._team_path(key), {"lead": heir}),)
        self._left[leaves] = heir

    def _closing(self, cycle: int) -> Iterator[tuple[Command, ...]]:
        """Grades and what was learnt; a few individuals go on with what they did not finish."""
        ended = self._of(cycle)
        yield (self._close(cycle, without={o.ref for o in self._graded_late(cycle)}),)
        if cycle == 0:
            unfinished = [o for o in ended if o.level == "individual" and o.key_results[0].comes_to < 0.6][:5]
            refs = {o.ref: f"{_cycle(cycle + 1)}-again-{o.owner}" for o in unfinished}
            onward = [(self._acting(o.owner), o.ref) for o in unfinished]
            yield tuple(_post(w, f"/v1/objectives/{r}/carry-over", {"cycle": _cycle(cycle + 1), "reference": refs[r]}) for w, r in onward)
            yield tuple(_post(who, f"/v1/objectives/{refs[ref]}/activate") for who, ref in onward)

    def _close(self, cycle: int, without: Collection[str] = ()) -> Command:
        grades = [
            {"key_result": k.ref, "grade": None if o.ref in without else k.grade, "note": _LATE if o.ref in without else ""}
            for o in self._of(cycle)
            for k in o.key_results
        ]
        looked_back = [self._looked_back(o) for o in self._of(cycle) if o.level != "individual"]
        return _post(ADMIN, f"/v1/cycles/{_cycle(cycle)}/close", {"objectives": looked_back, "grades": grades})

    def _graded_late(self, cycle: int) -> list[_Objective]:
        """What the first closing of the first cycle could not judge yet."""
        return [o for o in self._of(cycle) if o.team.key == _LATE_TEAM] if cycle == 0 else []

    def _closed_again(self, cycle: int) -> Iterator[tuple[Command, ...]]:
        """The figures that were missing have come: the cycle is reopened for them, and closed anew."""
        if self._graded_late(cycle):
            yield (_post(ADMIN, f"/v1/cycles/{_cycle(cycle)}/reopen", {"reason": _REOPENED}),)
            yield (self._close(cycle),)

    def _looked_back(self, o: _Objective) -> Body:
        came_to = sum(k.comes_to for k in o.key_results) / len(o.key_results)
        outcome, learnt = next((outcome, learnt) for least, outcome, learnt in _OUTCOMES if came_to >= least)
        return {"objective": o.ref, "outcome": outcome, "well": self._dice.choice(_WELL), "learnt": learnt}

    # -- finding one's way

    def _of(self, cycle: int) -> list[_Objective]:
        return [o for o in self._objectives if o.ref.startswith(f"{_cycle(cycle)}-")]

    def _find(self, cycle: int, ref: str) -> KeyResult:
        return next(k for o in self._of(cycle) for k in o.key_results if k.ref == ref)

    def _lead(self, key: str) -> str:
        return self._cast[key][0].handle

    def _acting(self, handle: str) -> str:
        """Who does now what somebody did who may have left."""
        return self._left.get(handle, handle)

    def _somebody(self, *, but: str) -> str:
        everybody = [p.handle for members in self._cast.values() for p in members if p.handle != but and p.handle not in self._left]
        return self._dice.choice(everybody)

    def _team_path(self, key: str) -> str:
        return f"/v1/teams/{quote(self._names[key])}"

    def _name(self) -> str:
        self._told += 1
        return f"said {self._told}"


def _cycle(number: int) -> str:
    return f"T{number + 1}"


def _post(who: str, path: str, body: Body | None = None, *, keeps: tuple[str, ...] = ()) -> Command:
    return Command(who, "POST", path, body, keeps)


def _patch(who: str, path: str, body: Body) -> Command:
    return Command(who, "PATCH", path, body)


_DATES = (
    (6, "The new welcome is in five houses"),
    (15, "A thousand batteries under one roof of software"),
    (24, "New cells certified"),
    (36, "The depot in Porto opens"),
    (52, "Nine hundred houses"),
)
_POSTPONED = 3
_ON_TRACK = 0.1
"""How far behind the calendar something may be that is still on track: the first bound of formulas, as tenants have it."""
_TOLD = {"T1-SALE1/1": Course(1, 0.75, 0, (1.0,))}
"""What a story is told of goes as the story says: this one is behind until its target is moved."""
_WENT_WELL = 0.9
_WANTED_TOO_MUCH = (
    "Lowered: we lost three weeks to the recall of the connector and will not make them up. Talked over with my lead.",
    "Lowered: two of the houses that I had counted are not ready before the next cycle.",
    "The target came from last year's team of six; we are five. I would rather say so now than in the last week.",
    "Lowered to what the suppliers have confirmed in writing.",
)
_WANTED_TOO_LITTLE = (
    "Raised: at half time we are nearly there, and it should still cost us something.",
    "Raised: the new report counts the houses in Porto as well, so the old target was too easy.",
    "We set this before the second crew was there. With it, more is possible.",
)
_GIVEN_UP = (
    "The supplier does this from next year on; nobody should do it twice",
    "Overtaken: the platform team solves it for everybody",
    "We took on too much, and this is what the houses would miss least",
    "The project that it was for was stopped",
)
_LATE_TEAM = "APP"
_LATE = "The figures of the last two weeks are not in yet"
_REOPENED = "The meters of the last two weeks were read late: the tenant app can be graded now"
_ABSTENTIONS = ("The figure comes at the end of the month", "I was away", "The report was wrong, we look into it", "Nobody measured it")
_AHEAD = (
    "Better than I thought; the change of last week shows.",
    "Steady. Nothing new.",
    "Two houses more than planned, both on recommendation.",
    "The first week in which nobody had to push.",
    "It holds. I would like to see another month of it.",
)
_BEHIND = (
    "Slower than planned: two of us were in the field all week.",
    "We tried the cheap way first, and it was not one.",
    "No movement. I will talk with supply tomorrow.",
    "Part of it is the holidays, part of it is us.",
    "If it looks like this in two weeks, we should change the target in the open.",
)
_BLOCKERS = (
    "The connector is out of stock until further notice",
    "Permits in two towns are not answered",
    "No tester free before the end of the month",
    "The housing company has not named anyone to talk to",
    "We wait for the decision about the second supplier",
)
_QUESTIONS = (
    "what keeps it from moving?",
    "can we help with somebody for two days?",
    "is the number from the new report or from the old one?",
    "I like how you cut this down. What did you leave out?",
    "how sure are you about the last third?",
)
_ANSWERS = (
    "One decision. I have asked for it twice; a nudge would help.",
    "From the new one. The old one counted test houses.",
    "Yes, please, from Tuesday on.",
    "Not very, and I would rather say so now.",
    "Everything that nobody had asked for in a year.",
)
_THANKS = (
    "You stayed until the lights were on again. Thank you.",
    "The clearest page that I have read this year.",
    "You asked the question that everybody had.",
    "Three hundred kilometres for one screw, and not one word of complaint.",
)
_ADVICE = (
    "I would call three tenants before I changed anything.",
    "Halve it, and do the half by Friday.",
    "Ask the crew in Porto: they had the same in spring.",
)
_TASKS = (
    "Call the caretaker of the house with two faults",
    "Write down how we count this",
    "Show last month's figures to the team",
    "Ask the supplier for a date in writing",
    "Take the old report away",
    "Book a day on the roof for everybody new",
)
_INITIATIVES = (
    "A week without meetings",
    "Ten tenants at our table",
    "One page instead of five",
    "A second pair of hands",
    "Try it in one house",
)
_OUTCOMES = (
    (0.85, "Reached, and it stays so without us pushing", "We could have wanted more"),
    (0.6, "Most of the way; the rest is smaller than it looked", "The last third costs as much as the first two"),
    (0.35, "Half of it, and late", "We began with what was easy instead of with what was unsure"),
    (0, "Hardly moved", "Nobody had the time for it, and nobody said so before the middle"),
)
_WELL = ("Everybody knew the number", "We asked for help early", "The crews told us first", "Product and field sat at one table")
