"""Whatever is wrong with a call past the gateway is said, and leaves no event behind: a service trusts nobody."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.rpc import error_details_pb2, status_pb2

from cairn.audit.v1 import service_pb2 as audit
from cairn.audit.v1.service_pb2_grpc import AuditServiceStub
from cairn.checkins.v1 import service_pb2 as checkins
from cairn.checkins.v1.service_pb2_grpc import CheckInsServiceStub
from cairn.goals.v1 import events_pb2 as goals_events
from cairn.goals.v1 import service_pb2 as goals
from cairn.goals.v1.service_pb2_grpc import GoalsServiceStub
from cairn.progress.v1 import service_pb2 as progress
from cairn.progress.v1.service_pb2_grpc import ProgressServiceStub
from chassis.calls import Identity
from chassis.ids import Id, new_id, parse_id
from chassis.rpc import IdentitySigner
from tests.e2e.firm import Firm
from tests.support.system import System

MIB = 1 << 20
INVALID, NOT_FOUND = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND


class Ending(NamedTuple):
    """How a call ended: with OK as well, when it was not refused."""

    code: grpc.StatusCode
    reason: str
    message: str


class Services:
    """The services themselves, called with an identity that is signed as the gateway signs."""

    def __init__(self, system: System, firm: Firm) -> None:
        self._signer = IdentitySigner.from_file(system.layout.private_key)
        self._tenant, self._person = parse_id(firm.admin.tenant_id), parse_id(firm.admin.id)
        self.other_tenant = parse_id(firm.other.admin.tenant_id)
        self.channels = {name: grpc.insecure_channel(system.address(name)) for name in ("goals", "checkins", "progress", "audit")}
        self.goals = GoalsServiceStub(self.channels["goals"])
        self.checkins = CheckInsServiceStub(self.channels["checkins"])
        self.progress = ProgressServiceStub(self.channels["progress"])
        self.audit = AuditServiceStub(self.channels["audit"])

    def identity(self, *roles: str, tenant: Id | None = None, lifetime: float = 60.0) -> str:
        return self._signer.sign(
            Identity(tenant or self._tenant, self._person, frozenset(roles or ("admin",))), *self.channels, lifetime=lifetime
        )

    def ending(self, method: Any, request: Any, identity: str | None = None, *, key: str = "", seconds: float = 10) -> Ending:
        metadata = [("cairn-identity", self.identity() if identity is None else identity)]
        if key:
            metadata.append(("cairn-idempotency-key", key))
        call = method.future(request, metadata=tuple(metadata), timeout=seconds)
        call.exception()  # waits until it has ended
        for name, value in call.trailing_metadata() or ():
            info = error_details_pb2.ErrorInfo()
            if name == "grpc-status-details-bin" and status_pb2.Status.FromString(value).details[0].Unpack(info):
                return Ending(call.code(), info.reason, call.details() or "")
        return Ending(call.code(), "", call.details() or "")


@pytest.fixture(scope="module")
def services(system: System, firm: Firm) -> Iterator[Services]:
    called = Services(system, firm)
    yield called
    for channel in called.channels.values():
        channel.close()


def _check_in(firm: Firm, **fields: Any) -> checkins.RecordCheckInRequest:
    return checkins.RecordCheckInRequest(check_in=checkins.CheckIn(**{"key_result_id": parse_id(firm.key_result_id), **fields}))


WRONG_CHECK_INS: list[tuple[str, dict[str, Any], grpc.StatusCode]] = [
    ("NaN", {"value": float("nan")}, INVALID),
    ("infinity", {"value": float("inf")}, INVALID),
    ("minus infinity", {"value": float("-inf")}, INVALID),
    ("nothing said", {}, INVALID),
    ("no id", {"value": 1.0, "key_result_id": b""}, INVALID),
    ("half an id", {"value": 1.0, "key_result_id": b"short"}, INVALID),
    ("an unknown id", {"value": 1.0, "key_result_id": bytes(16)}, NOT_FOUND),
    ("a confidence of 11", {"value": 1.0, "confidence": 11}, INVALID),
    ("a comment without end", {"value": 1.0, "comment": "x" * 4001}, INVALID),
    ("NUL in a text", {"value": 1.0, "comment": "a\0b"}, INVALID),
    ("a day of the year 5881580", {"value": 1.0, "as_of": 2**31 - 1}, INVALID),
    ("a day before all calendars", {"value": 1.0, "as_of": -(2**31)}, INVALID),
    ("no such status", {"value": 1.0, "said_status": 99}, INVALID),
    ("no such source", {"value": 1.0, "source": 99}, INVALID),
    ("on behalf of half an id", {"value": 1.0, "on_behalf_of": b"short"}, INVALID),
    ("milestones for a metric", {"milestones_done": checkins.MilestonesDone(numbers=[1])}, INVALID),
    ("milestone 0", {"milestones_done": checkins.MilestonesDone(numbers=[0])}, INVALID),
    ("an abstention without a reason", {"abstention": ""}, INVALID),
]


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize(("fields", "code"), [w[1:] for w in WRONG_CHECK_INS], ids=[w[0] for w in WRONG_CHECK_INS])
def test_a_wrong_check_in_gets_a_status(firm: Firm, services: Services, fields: dict[str, Any], code: grpc.StatusCode) -> None:
    ended = services.ending(services.checkins.RecordCheckIn, _check_in(firm, **fields))
    assert ended.code is code, ended
    assert ended.reason
    assert ended.message


@pytest.mark.usefixtures("no_event")
def test_a_wrong_key_result_gets_a_status(firm: Firm, services: Services) -> None:
    for start, target, weight in ((5, 5, 1), (0, 5, -1), (0, float("inf"), 1), (float("nan"), 5, 1), (0, 5, float("nan"))):
        metric = goals_events.Metric(start=start, target=target)
        request = goals.DefineKeyResultRequest(objective_id=parse_id(firm.objective_id), title="m", metric=metric, weight=weight)
        ended = services.ending(services.goals.DefineKeyResult, request)
        assert (ended.code, bool(ended.reason)) == (INVALID, True), (start, target, weight, ended)


@pytest.mark.usefixtures("no_event")
def test_other_wrong_commands_get_a_status(firm: Firm, services: Services) -> None:
    home = parse_id(firm.objective_id)
    backwards = goals.DefineCycleRequest(name="b", kind=goals_events.CYCLE_KIND_CUSTOM, first_day=10, last_day=5)
    assert services.ending(services.goals.DefineCycle, backwards).code is INVALID
    loop = goals.AlignObjectiveRequest(objective_id=home, parent_objective_id=home)
    assert services.ending(services.goals.AlignObjective, loop).code in (INVALID, grpc.StatusCode.FAILED_PRECONDITION)
    stale = goals.ReviseObjectiveRequest(objective_id=home, expected_version=1, title="new")
    assert services.ending(services.goals.ReviseObjective, stale)[:2] == (grpc.StatusCode.ABORTED, "STALE_VERSION")
    assert services.ending(services.progress.GetObjective, progress.GetObjectiveRequest(objective_id=new_id())).code is NOT_FOUND


@pytest.mark.usefixtures("no_event")
def test_who_is_not_known_or_may_not_gets_a_status(firm: Firm, services: Services) -> None:
    request, record = _check_in(firm, value=1.0), services.checkins.RecordCheckIn
    tenant, person = parse_id(firm.admin.tenant_id), parse_id(firm.admin.id)
    forged = IdentitySigner(Ed25519PrivateKey.generate()).sign(Identity(tenant, person, frozenset({"admin"})), "checkins")
    for identity in ("", "x.y", forged, services.identity(lifetime=-1)):
        assert services.ending(record, request, identity).code is grpc.StatusCode.UNAUTHENTICATED
    assert services.ending(record, request, services.identity("viewer")).code is grpc.StatusCode.PERMISSION_DENIED
    assert services.ending(record, request, services.identity(tenant=services.other_tenant)).code is NOT_FOUND


@pytest.mark.usefixtures("no_event")
def test_a_key_that_is_used_again_for_something_else_gets_a_status(firm: Firm, services: Services) -> None:
    ended = services.ending(services.checkins.RecordCheckIn, _check_in(firm, value=99.0), key="taken")
    assert ended[:2] == (grpc.StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize(
    "wrong", [{"log": "\0"}, {"event_type": "a\0b"}, {"page_token": "1.\0.1"}, {"actor_id": b"short"}, {"page_size": 2**32 - 1}]
)
def test_a_filter_of_actions_that_cannot_be_one_gets_a_status(services: Services, wrong: dict[str, Any]) -> None:
    ended = services.ending(services.audit.ListActions, audit.ListActionsRequest(**wrong))
    assert (ended.code, bool(ended.reason), bool(ended.message)) == (INVALID, True, True), ended


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize(
    ("seconds", "nanos"), [(2**62, 0), (-(2**63), 0), (253_402_300_800, 0), (-62_135_596_801, 0), (0, -1), (0, 2**31 - 1)]
)
def test_an_instant_that_is_none_gets_a_status(firm: Firm, services: Services, seconds: int, nanos: int) -> None:
    home = parse_id(firm.objective_id)
    for method, request in (
        (services.progress.GetObjective, progress.GetObjectiveRequest(objective_id=home)),
        (services.progress.GetHistory, progress.GetHistoryRequest(objective_id=home)),
    ):
        request.as_of.known_at.seconds, request.as_of.known_at.nanos = seconds, nanos
        ended = services.ending(method, request)
        assert (ended.code, ended.reason) == (INVALID, "INVALID_ARGUMENT"), ended


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize("token", ["x", "=", "1:goals", "1:\0:2", "x:goals:2", "-1:goals:2"])
def test_a_page_that_was_never_given_out_gets_a_status(firm: Firm, services: Services, token: str) -> None:
    for page_token in (token, base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")):
        request = progress.GetHistoryRequest(objective_id=parse_id(firm.objective_id), page_token=page_token)
        ended = services.ending(services.progress.GetHistory, request)
        assert (ended.code, ended.reason) == (INVALID, "PAGE_TOKEN_MALFORMED"), ended


INVALID_UTF8 = b"\x0a\x06\x3a\x04\xff\xfe\xfd\xfc"  # check_in { comment: … }


@pytest.mark.usefixtures("no_event")
@pytest.mark.parametrize("payload", [INVALID_UTF8, b"\x0a\xff", b"\xff" * 20], ids=["invalid UTF-8", "cut off", "no protobuf"])
def test_bytes_that_are_no_request_get_a_status(services: Services, payload: bytes) -> None:
    record: Any = services.channels["checkins"].unary_unary("/cairn.checkins.v1.CheckInsService/RecordCheckIn")
    ended = services.ending(record, payload)
    assert (ended.code, bool(ended.reason), bool(ended.message)) == (INVALID, True, True), ended


@pytest.mark.usefixtures("no_event")
def test_a_message_that_is_too_large_gets_a_status(firm: Firm, services: Services) -> None:
    ended = services.ending(services.checkins.RecordCheckIn, _check_in(firm, value=1.0, comment="x" * 10 * MIB))
    assert ended.code in (INVALID, grpc.StatusCode.RESOURCE_EXHAUSTED), ended


@pytest.mark.usefixtures("no_event")
def test_a_question_waits_no_longer_than_its_deadline(firm: Firm, services: Services) -> None:
    request = progress.GetObjectiveRequest(objective_id=parse_id(firm.objective_id))
    request.after.add(log="checkins", partition=0, position=10**9)
    began = time.monotonic()
    ended = services.ending(services.progress.GetObjective, request, seconds=1)
    assert ended.code in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE)
    assert time.monotonic() - began < 5
