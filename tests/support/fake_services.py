"""Every service behind the gateway in one gRPC server without state: it writes down what it was asked and answers something plausible.

async with FakeServices() as fakes:
    fakes.answers["GetObjective"] = lambda request: GetObjectiveResponse(...)   # or raise Refused
    fakes.asked[-1].request
"""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import grpc
from google.protobuf.descriptor import FieldDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from grpc_health.v1 import health_pb2

from cairn.audit.v1 import service_pb2 as audit
from cairn.checkins.v1 import service_pb2 as checkins
from cairn.directory.v1 import service_pb2 as directory
from cairn.directory.v1.events_pb2 import Role
from cairn.goals.v1 import service_pb2 as goals
from cairn.notifications.v1 import service_pb2 as notifications
from cairn.operations.v1 import operations_pb2 as operations
from cairn.progress.v1 import service_pb2 as progress
from chassis.errors import Kind, Refused
from chassis.ids import id_of_name, id_text, new_id, parse_id
from chassis.rpc import CODES, DETAILS, IDENTITY, to_status
from gateway.backends import NOTHING

AN_ID = id_of_name("anything")
_MODULES = (audit, checkins, directory, goals, notifications, operations, progress)

_AN_ID_TEXT = "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"
AN_EVENT = json.dumps(
    {"log": "goals", "position": 7, "generation": 1}
    | dict.fromkeys(("event_id", "tenant_id", "aggregate_id"), _AN_ID_TEXT)
    | {"aggregate_version": 1, "recorded_at": "2026-01-31T11:58:02.123456Z", "actor_id": _AN_ID_TEXT, "on_behalf_of": None}
    | {"correlation_id": _AN_ID_TEXT, "causation_id": None, "partition_key": _AN_ID_TEXT}
    | {"type": "cairn.goals.v1.CycleStarted", "payload": "", "event": {"cycle_id": None}}
).encode()
"""A line of an export."""


@dataclass(frozen=True)
class Asked:
    """One call that arrived."""

    method: str
    request: Any
    metadata: Mapping[str, str]


class FakeServices:
    """The server, its address, what it was asked, and what it shall answer."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[Asked] = []
        self.signed_out: set[bytes] = set()
        """Sessions of browsers that were ended one by one."""
        self.roles: dict[str, Sequence[str]] = {}
        self.time_zone = "UTC"
        """By a person's id: what directory says that they are; whoever is not named is an admin."""
        self.answers: dict[str, Callable[[Any], Message]] = {
            "ResolveReferences": _resolved,
            "RecordCheckIns": _recorded,
            "DefineEach": _defined,
            "RecordForwarded": _alone,
            "GetLogHead": _no_log,
            "GetLogChecksums": lambda request: _far_on(),
            "GetStanding": self._standing,
            "OpenSession": self._opened,
            "ContinueSession": self._gone_on,
            "SignOut": self._signed_out,
            "ListPeople": lambda request: _last_page(directory.ListPeopleResponse()),
            "ListCycles": lambda request: _last_page(goals.ListCyclesResponse()),
            "ListTeams": lambda request: _last_page(directory.ListTeamsResponse()),
            "ListMemberships": lambda request: _last_page(directory.ListMembershipsResponse()),
            "ListDefinitions": lambda request: progress.ListDefinitionsResponse(),  # what it holds, only events could have said
            "ImportCheckIns": lambda request: checkins.ImportCheckInsResponse(rows=_imported(request.rows)),
            "ListEvents": lambda request: audit.ListEventsResponse(lines=[AN_EVENT]),
            "ListLeftOut": lambda request: checkins.ListLeftOutResponse(),
            "ImportGrades": lambda request: checkins.ImportGradesResponse(rows=_imported(request.rows)),
        }
        self.held = asyncio.Event()
        """Set once one of the `holding` is asked."""
        self.holding: set[str] = set()
        """Methods that do not come to an end until `let_go`: of a stream, behind its first answer."""
        self._let_go = asyncio.Event()
        self._browsers: dict[str, directory.Session] = {}
        """The sessions of browsers that directory has, by their secrets."""
        self._revoked_before = Timestamp()
        self._server = grpc.aio.server()

    async def __aenter__(self) -> FakeServices:
        services = [service for module in _MODULES for service in module.DESCRIPTOR.services_by_name.values()]
        self._server.add_generic_rpc_handlers(tuple(self._handlers(service) for service in services))
        self._server.add_generic_rpc_handlers((_health(),))
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop(None)

    def last(self, method: str) -> Asked:
        """The last call of a method."""
        return next(asked for asked in reversed(self.asked) if asked.method == method)

    def let_go(self) -> None:
        """Lets what is held come to its end."""
        self._let_go.set()

    def end_browsers_sessions(self) -> None:
        """From now on directory knows no session of a browser any more: none was used for long."""
        self._browsers.clear()

    def end_all_sessions(self) -> None:
        """From now on directory says that every session that there is was ended."""
        self._revoked_before.GetCurrentTime()

    def roles_that_asked(self, method: str) -> set[str]:
        """Of all who called a method."""
        tokens = (asked.metadata[IDENTITY] for asked in self.asked if asked.method == method)
        return {role for token in tokens for role in json.loads(urlsafe_b64decode(f"{token.partition('.')[0]}=="))["roles"]}

    def _standing(self, request: directory.GetStandingRequest) -> Message:
        tenant_id, person_id = parse_id(request.tenant), parse_id(request.person)
        roles = [Role.Value(f"ROLE_{role.upper()}") for role in self.roles.get(request.person, ("admin",)) if any(tenant_id)]
        standing = directory.Standing(
            tenant_id=tenant_id,
            person_id=person_id,
            roles=roles,
            time_zone=self.time_zone,
            revoked_before=self._revoked_before,
            signed_out_sessions=sorted(self.signed_out),
        )
        return directory.GetStandingResponse(standing=standing)

    def _opened(self, request: directory.OpenSessionRequest) -> Message:
        session = directory.Session(session_id=new_id(), tenant_id=request.tenant_id, person_id=request.person_id)
        session.began_at.GetCurrentTime()
        session.expires_at.FromSeconds(session.began_at.seconds + 14 * 86_400)
        answer = directory.OpenSessionResponse(session=session)
        if request.of_browser:
            answer.session.cookie_secret = id_text(session.session_id)
            self._browsers[answer.session.cookie_secret] = session
        else:
            answer.session.refresh_token = "again"
        return answer

    def _gone_on(self, request: directory.ContinueSessionRequest) -> Message:
        return directory.ContinueSessionResponse(session=self._browsers.get(request.cookie_secret))

    def _signed_out(self, request: directory.SignOutRequest) -> Message:
        if self._browsers.pop(id_text(request.session_id), None) is not None:
            self.signed_out.add(request.session_id)
        answer: Message = plausible(directory.SignOutResponse())
        return answer

    def _handlers(self, service: ServiceDescriptor) -> grpc.GenericRpcHandler:
        handlers = {}
        for method in service.methods:
            request, answer = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
            make = grpc.unary_stream_rpc_method_handler if method.server_streaming else grpc.unary_unary_rpc_method_handler
            answering = self._stream(method.name, answer) if method.server_streaming else self._unary(method.name, answer)
            handlers[method.name] = make(answering, request.FromString, answer.SerializeToString)
        return grpc.method_handlers_generic_handler(service.full_name, handlers)

    def _unary(self, method: str, answer: type[Message]) -> Any:
        async def answered(request: Message, context: grpc.aio.ServicerContext[Any, Any]) -> Message:
            answering = await self._answer(method, answer, request, context)
            await self._hold(method)
            return answering

        return answered

    def _stream(self, method: str, answer: type[Message]) -> Any:
        async def answered(request: Message, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            yield await self._answer(method, answer, request, context)
            await self._hold(method)

        return answered

    async def _hold(self, method: str) -> None:
        if method in self.holding:
            self.held.set()
            await self._let_go.wait()

    async def _answer(self, method: str, answer: type[Message], request: Message, context: grpc.aio.ServicerContext[Any, Any]) -> Message:
        self.asked.append(Asked(method, request, {name: str(value) for name, value in context.invocation_metadata() or ()}))
        try:
            if method not in self.answers:
                _require_known(request)
            answered: Message = self.answers[method](request) if method in self.answers else plausible(answer())
            if getattr(request, "page_token", ""):
                cast(Any, answered).next_page_token = ""  # every list comes to an end
            return answered
        except Refused as refused:
            await context.abort(CODES[refused.kind], refused.message, ((DETAILS, to_status(refused).SerializeToString()),))
            raise AssertionError("abort raises") from None


def _last_page(page: Any) -> Any:
    """A page of a list that has no other."""
    plausible(page).next_page_token = ""
    return page


def _imported(rows: Sequence[Message]) -> list[checkins.ImportedRow]:
    return [checkins.ImportedRow(change=checkins.ROW_CHANGE_NEW, check_in_id=AN_ID) for _ in rows]


def _alone(request: checkins.RecordForwardedRequest) -> checkins.RecordForwardedResponse:
    """Each check-in shall come in a call of its own, where a test sees it."""
    return checkins.RecordForwardedResponse(answers=[checkins.ForwardedAnswer(number=n, alone=True) for n in range(len(request.check_ins))])


def plausible(message: Message, depth: int = 0) -> Any:
    """The message with every field set to something that could be: ids of 16 bytes, one item in every list."""
    if isinstance(message, Timestamp):
        message.seconds = 1_770_000_000
        return message
    for field in message.DESCRIPTOR.fields:
        if field.containing_oneof is not None and field.containing_oneof.fields[0] is not field:
            continue
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            if depth < 4:
                part = getattr(message, field.name)
                plausible(part.add() if field.is_repeated else part, depth + 1)
        elif field.is_repeated:
            getattr(message, field.name).append(_value(field))
        else:
            setattr(message, field.name, _value(field))
    return message


def _value(field: Any) -> Any:
    if field.type == FieldDescriptor.TYPE_ENUM:
        return 1
    if field.name in ("objective", "key_result") and field.type == FieldDescriptor.TYPE_UINT32:
        return 0  # an index
    if field.name == "next_page_token":
        return "50"
    if field.name == "log" and field.type == FieldDescriptor.TYPE_STRING:
        return "goals"
    if field.name == "partition":
        return 3
    return {
        FieldDescriptor.TYPE_BYTES: AN_ID,
        FieldDescriptor.TYPE_STRING: "{}" if field.name.endswith("json") else "text",
        FieldDescriptor.TYPE_BOOL: False,
        FieldDescriptor.TYPE_DOUBLE: 0.25,
    }.get(field.type, 7)


def _resolved(request: goals.ResolveReferencesRequest) -> Message:
    """Everything is known but what begins with "no"."""
    return goals.ResolveReferencesResponse(ids=[b"" if r.startswith("no") else id_of_name(r) for r in request.references])


def _require_known(message: Message, place: str = "") -> None:
    """Raises Refused for what the gateway hands on of a reference that nothing goes by."""
    for field, value in message.ListFields():
        for number, one in enumerate(value if field.is_repeated else [value]):
            name = f"{place}{field.name}" + (f"[{number}]" if field.is_repeated else "")
            if isinstance(one, Message):
                _require_known(one, f"{name}.")
            elif one == NOTHING and (kind := _KIND_OF_FIELD.get(field.name)) is not None:
                raise Refused(f"{kind}_UNKNOWN", f"there is no such {kind.lower()}", kind=Kind.UNKNOWN, field=name)


_KIND_OF_FIELD = {
    "cycle_id": "CYCLE",
    "enclosing_cycle_id": "CYCLE",
    "objective_id": "OBJECTIVE",
    "parent_objective_id": "OBJECTIVE",
    "counts_for": "OBJECTIVE",
    "key_result_id": "KEY_RESULT",
    "parent_key_result_id": "KEY_RESULT",
}


def _defined(request: goals.DefineEachRequest) -> goals.DefineEachResponse:
    response = goals.DefineEachResponse()
    for kind, wanted in request.ListFields():
        getattr(response, kind.name).extend(goals.DefinedAnswer(defined_id=AN_ID) for _ in wanted)
    return response


def _recorded(request: checkins.RecordCheckInsRequest) -> Message:
    if request.mode == checkins.BATCH_MODE_ALL_OR_NOTHING and not request.only_verdicts:
        _require_known(request)
    verdicts = [
        checkins.Verdict(reason="KEY_RESULT_UNKNOWN", message="there is none", field="key_result_id")
        if check_in.key_result_id == NOTHING
        else checkins.Verdict(check_in_id=AN_ID, position=number)
        for number, check_in in enumerate(request.check_ins, 1)
    ]
    return checkins.RecordCheckInsResponse(recorded=len(verdicts), verdicts=verdicts)


def _far_on() -> Message:
    return operations.GetLogChecksumsResponse(head=1_000_000, generations=[operations.LogGeneration(generation=9, first_position=1)])


def _no_log(_: operations.GetLogHeadRequest) -> Message:
    return operations.GetLogHeadResponse()


def _health() -> grpc.GenericRpcHandler:
    async def check(_: health_pb2.HealthCheckRequest, __: Any) -> health_pb2.HealthCheckResponse:
        return health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.SERVING)

    handler = grpc.unary_unary_rpc_method_handler(
        check, health_pb2.HealthCheckRequest.FromString, health_pb2.HealthCheckResponse.SerializeToString
    )
    return grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": handler})
