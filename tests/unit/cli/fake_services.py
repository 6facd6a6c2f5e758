"""The services behind the gateway in memory, as far as an import asks them: over what one tenant holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import date
from types import SimpleNamespace
from typing import Any

from google.protobuf.message import Message

from cairn.checkins.v1 import service_pb2 as checkins_pb2
from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import events_pb2 as goals_events
from cairn.goals.v1 import service_pb2 as goals_pb2
from cairn.goals.v1.events_pb2 import CYCLE_KIND_TACTICAL
from cairn.progress.v1 import events_pb2 as progress_events
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.days import date_of, day_of
from chassis.errors import Kind, Refused
from chassis.ids import NIL, Id, id_text, parse_id
from chassis.rpc import to_bytes
from chassis.texts import name_key
from gateway.backends import ReferenceKind
from gateway.schemas.enums import LEVELS, MEASURES, OBJECTIVE_STATES
from gateway.schemas.mapping import JsonMapping
from shared.teams import id_of_team_name
from tests.unit.cli.fake_tenant import Json, Refusal, Tenant, found

_KINDS = {404: Kind.UNKNOWN, 422: Kind.INVALID}


class FakeServices:
    """Answers an import; `asked` hears of every call, and may raise instead of it being answered."""

    def __init__(self, tenant: Tenant, asked: Callable[[str, Message | None], None]) -> None:
        self._tenant = tenant
        self._asked = asked
        checkins = SimpleNamespace(ImportCheckIns=self._import_check_ins, ImportGrades=self._import_grades, ListLeftOut=self._list_left_out)
        goals = SimpleNamespace(
            ListCycles=self._list_cycles,
            DefineCycle=self._define_cycle,
            DefineEach=self._define_each,
            DefineObjective=self._define_objective,
            ActivateObjective=self._activate_objective,
            DefineKeyResult=self._define_key_result,
            ShareKeyResult=self._share_key_result,
            CloseObjective=self._close_objective,
            CancelObjective=self._cancel_objective,
            CancelKeyResult=self._cancel_key_result,
            DescribeKeyResult=self._describe_key_result,
        )
        directory = SimpleNamespace(
            ListPeople=self._list_people, AddPerson=self._add_person, ListTeams=self._list_teams, FoundTeam=self._found_team
        )
        self.backends: Any = SimpleNamespace(
            checkins=checkins, goals=goals, directory=directory, progress=SimpleNamespace(GetObjective=self._get_objective)
        )

    async def ask(self, method: Any, message: Any, *, timeout: float = 0, key: str | None = None) -> Any:
        """The answer. Raises Refused."""
        self._asked(method.__name__.lstrip("_"), message)
        with _refusals():
            return method(message)

    async def ids_of(self, kind: ReferenceKind, references: Sequence[str]) -> list[Id | None]:
        """The ids of what goes by these references."""
        self._asked("ids_of", None)
        things = {ReferenceKind.OBJECTIVE: self._tenant.objectives, ReferenceKind.KEY_RESULT: self._tenant.key_results}.get(kind, {})
        ids = {name_key(name): parse_id(thing["id"]) for name, thing in things.items()}
        return [ids.get(name_key(reference)) for reference in references]

    async def written(self, mapping: JsonMapping, message: Message) -> Json:
        """As REST answers it."""
        people = {_id(person): {"id": person["id"], "handle": person["handle"], "name": None} for person in self._tenant.people.values()}
        teams = {team_id: {"id": id_text(team_id), "name": name} for team_id, name in self._tenant.teams.items()}
        return mapping.json(message, people | teams)

    async def catch_up(self) -> None:
        """Nothing is behind here."""
        self._asked("catch_up", None)

    # -- definitions

    def _list_people(self, _: Message) -> directory_pb2.ListPeopleResponse:
        return directory_pb2.ListPeopleResponse(people=[_person(person) for person in self._tenant.people.values()])

    def _add_person(self, message: Any) -> directory_pb2.AddPersonResponse:
        self._tenant.add_person({"handle": message.handle})
        return directory_pb2.AddPersonResponse(person=_person(self._tenant.people[message.handle]))

    def _list_teams(self, _: Message) -> directory_pb2.ListTeamsResponse:
        return directory_pb2.ListTeamsResponse(teams=[directory_pb2.Team(team_id=i, name=name) for i, name in self._tenant.teams.items()])

    def _found_team(self, message: Any) -> directory_pb2.FoundTeamResponse:
        team_id = id_of_team_name(NIL, message.name)
        self._tenant.teams[team_id] = message.name
        return directory_pb2.FoundTeamResponse(team_id=team_id)

    def _list_cycles(self, _: Message) -> goals_pb2.ListCyclesResponse:
        cycles = self._tenant.cycles.values()
        return goals_pb2.ListCyclesResponse(
            cycles=[
                goals_pb2.Cycle(
                    cycle_id=_id(c),
                    name=c["name"],
                    kind=CYCLE_KIND_TACTICAL,
                    first_day=_day(c["first_day"]),
                    last_day=_day(c["last_day"]),
                )
                for c in cycles
            ]
        )

    def _define_cycle(self, message: Any) -> goals_pb2.DefineCycleResponse:
        days = {"first_day": _text(message.first_day), "last_day": _text(message.last_day)}
        self._tenant.define_cycle({"name": message.name, "kind": "tactical", **days})
        return goals_pb2.DefineCycleResponse(cycle_id=_id(self._tenant.cycles[message.name]))

    def _define_each(self, message: Any) -> goals_pb2.DefineEachResponse:
        """Each definition by itself, which `asked` hears of as of a call of its own."""
        response = goals_pb2.DefineEachResponse()
        kinds: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], Id]]] = {
            "objectives": (self._define_objective, lambda _, answer: answer.objective_id),
            "key_results": (self._define_key_result, lambda _, answer: answer.key_result_id),
            "contributions": (self._share_key_result, lambda one, _: one.key_result_id),
            "activations": (self._activate_objective, lambda one, _: one.objective_id),
        }
        for kind, (define, made) in kinds.items():
            for one in getattr(message, kind):
                told = getattr(response, kind).add()
                try:
                    self._asked(define.__name__.lstrip("_"), one)
                    with _refusals():
                        told.defined_id = made(one, define(one))
                except Refused as refused:
                    told.refusal = to_bytes(refused)
        return response

    def _define_objective(self, message: Any) -> goals_pb2.DefineObjectiveResponse:
        body = {
            "cycle": _name(self._tenant.cycles, message.cycle_id),
            "reference": message.reference,
            "title": message.title,
            "level": LEVELS.word(message.level),
            "team": self._tenant.teams.get(message.team_id, ""),
            "contributors": [_name(self._tenant.people, person) for person in message.contributor_ids],
            "start_day": _text(message.start_day),
            "due_day": _text(message.due_day),
        }
        if message.owner_id:
            body["owner"] = _name(self._tenant.people, message.owner_id)
        self._tenant.define_objective(body)
        return goals_pb2.DefineObjectiveResponse(objective_id=_id(self._tenant.objectives[message.reference]))

    def _activate_objective(self, message: Any) -> goals_pb2.ActivateObjectiveResponse:
        self._tenant.activate_objective(_name(self._tenant.objectives, message.objective_id))
        return goals_pb2.ActivateObjectiveResponse()

    def _close_objective(self, message: Any) -> goals_pb2.CloseObjectiveResponse:
        self._tenant.end_objective(_name(self._tenant.objectives, message.objective_id), "closed", _text(message.holds_from))
        return goals_pb2.CloseObjectiveResponse()

    def _cancel_objective(self, message: Any) -> goals_pb2.CancelObjectiveResponse:
        self._tenant.end_objective(_name(self._tenant.objectives, message.objective_id), "cancelled", _text(message.holds_from))
        return goals_pb2.CancelObjectiveResponse()

    def _cancel_key_result(self, message: Any) -> goals_pb2.CancelKeyResultResponse:
        self._tenant.cancel_key_result(_name(self._tenant.key_results, message.key_result_id), _text(message.holds_from))
        return goals_pb2.CancelKeyResultResponse()

    def _define_key_result(self, message: Any) -> goals_pb2.DefineKeyResultResponse:
        measure = message.WhichOneof("measure")
        body = {
            "reference": message.reference,
            "title": message.title,
            "weight": message.weight,
            "measure": measure,
            "counts_for": [_name(self._tenant.objectives, other) for other in message.counts_for],
        }
        if measure == "metric":
            body |= {"start": message.metric.start, "target": message.metric.target, "unit": message.metric.unit}
        self._tenant.define_key_result(_name(self._tenant.objectives, message.objective_id), body)
        return goals_pb2.DefineKeyResultResponse(key_result_id=_id(self._tenant.key_results[message.reference]))

    def _share_key_result(self, message: Any) -> goals_pb2.ShareKeyResultResponse:
        objective = _name(self._tenant.objectives, message.counts_for)
        self._tenant.share_key_result(_name(self._tenant.key_results, message.key_result_id), objective)
        return goals_pb2.ShareKeyResultResponse()

    def _describe_key_result(self, message: Any) -> goals_pb2.DescribeKeyResultResponse:
        key_result = found(self._tenant.key_results, id_text(message.key_result_id))
        return goals_pb2.DescribeKeyResultResponse(objective_id=_id(self._tenant.objectives[key_result["objectives"][0]]))

    def _get_objective(self, message: Any) -> progress_pb2.GetObjectiveResponse:
        objective = self._tenant.objective(id_text(message.objective_id))
        return progress_pb2.GetObjectiveResponse(
            objective=progress_pb2.Objective(
                objective_id=_id(objective),
                reference=objective["ref"],
                title=objective["title"],
                cycle_id=_id(objective["cycle"]),
                cycle_name=objective["cycle"]["name"],
                level=LEVELS.number(objective["level"]),
                owner_id=_id(objective["owner"]),
                team_id=_id(objective["team"]) if objective["team"] else b"",
                state=OBJECTIVE_STATES.number(objective["state"]),
                kind=goals_events.OBJECTIVE_KIND_COMMITTED,
                visibility=goals_events.VISIBILITY_COMPANY,
                roll_up=goals_events.ROLL_UP_KEY_RESULTS,
                start_day=_day(objective["start_day"]),
                due_day=_day(objective["due_day"]),
                contributor_ids=[_id(person) for person in objective["contributors"]],
                status=progress_events.STATUS_ON_TRACK,
                grade=objective["grade"],
                key_results=[_key_result(key_result) for key_result in objective["key_results"]],
            )
        )

    # -- rows

    def _import_check_ins(self, message: Any) -> checkins_pb2.ImportCheckInsResponse:
        response = checkins_pb2.ImportCheckInsResponse()
        placed: dict[tuple[str, str, str | None], int] = {}
        for row in message.rows:
            report = row.check_in
            key_result = _name(self._tenant.key_results, report.key_result_id)
            by = _name(self._tenant.people, report.on_behalf_of) if report.on_behalf_of else None
            about = key_result, _text(report.as_of), by
            place = placed[about] = placed.get(about, -1) + 1
            told = response.rows.add()
            try:
                before = deepcopy(self._tenant.check_ins_of(about))
                told.change = self._tenant.say_check_in(about, place, _said(report))
                if place < len(before):
                    told.before.MergeFrom(
                        checkins_pb2.SaidBefore(value=before[place].get("value"), comment=before[place].get("comment", ""))
                    )
                told.check_in_id = b"check-in".ljust(16)
                if (plausible := self._tenant.is_plausible(key_result, _said(report))) is not None:
                    told.plausible = plausible
            except Refusal as refusal:
                told.reason, told.message, told.field = refusal.reason, refusal.detail, refusal.field
        return response

    def _import_grades(self, message: Any) -> checkins_pb2.ImportGradesResponse:
        response = checkins_pb2.ImportGradesResponse()
        for row in message.rows:
            grade = row.grade
            body = {
                "grade": grade.grade if grade.HasField("grade") else None,
                "as_of": _text(grade.as_of),
                "graded_on": _text(grade.graded_on),
                "reason": grade.reason,
            }
            told = response.rows.add()
            try:
                told.change = self._tenant.say_grade(_name(self._tenant.key_results, grade.key_result_id), body)
            except Refusal as refusal:
                told.reason, told.message, told.field = refusal.reason, refusal.detail, refusal.field
        return response

    def _list_left_out(self, message: Any) -> checkins_pb2.ListLeftOutResponse:
        left_out = [
            checkins_pb2.LeftOut(key_result_id=one, check_in_id=bytes(16), as_of=_day("2019-04-05"), value=31)
            for one in message.key_result_ids
            if _name(self._tenant.key_results, one) in self._tenant.left_out
        ]
        return checkins_pb2.ListLeftOutResponse(left_out=left_out, count=len(left_out))


def _said(report: Any) -> Json:
    match report.WhichOneof("what"):
        case "value":
            return {"value": report.value, "comment": report.comment}
        case "abstention":
            return {"abstention": report.abstention}
        case _:
            raise Refusal(422, "INVALID_ARGUMENT", "says nothing")


@contextmanager
def _refusals() -> Any:
    try:
        yield
    except Refusal as refusal:
        kind = _KINDS.get(refusal.status, Kind.TAKEN if refusal.reason == "REFERENCE_TAKEN" else Kind.REFUSED)
        raise Refused(refusal.reason, refusal.detail, kind=kind, field=refusal.field) from None


def _id(thing: Json) -> Id:
    return parse_id(thing["id"])


def _name(things: dict[str, Json], its_id: Id) -> str:
    return next(name for name, thing in things.items() if _id(thing) == its_id)


def _day(text: str) -> int:
    return day_of(date.fromisoformat(text))


def _text(day: int) -> str:
    return date_of(day).isoformat()


def _person(person: Json) -> directory_pb2.Person:
    return directory_pb2.Person(person_id=_id(person), handle=person["handle"])


def _key_result(key_result: Json) -> progress_pb2.KeyResult:
    return progress_pb2.KeyResult(
        key_result_id=_id(key_result),
        reference=key_result["ref"],
        title=key_result["title"],
        objective_id=_id(key_result["objective"]),
        measure=MEASURES.number(key_result["measure"]),
        start=key_result["start"] or 0,
        target=key_result["target"] or 0,
        unit=key_result["unit"] or "",
        weight=key_result["weight"],
        status=progress_events.STATUS_ON_TRACK,
        grade=key_result["grade"],
    )
