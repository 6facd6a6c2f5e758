"""A progress service that is told events one by one, and answers over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from cairn.operations.v1.operations_pb2_grpc import OperationsServiceStub, add_OperationsServiceServicer_to_server
from cairn.progress.v1.service_pb2_grpc import ProgressServiceStub, add_ProgressServiceServicer_to_server
from chassis.calls import Identity
from chassis.events import RecordedEvent, event_type_of
from chassis.ids import Id, id_of_name, new_id
from chassis.kafka.consumer import Consumer
from chassis.operations import SERVICE_NAME, Operated, OperationsServicer
from chassis.rebuild import RebuildProcess
from chassis.rpc import IdentitySigner, IdentityVerifier, asked, channel, metadata, serving, streamed, write_keys
from chassis.runtime import Clock, InstallationClock, MachineClock, Settings
from embedded.ports import free_ports
from progress.domain.formulas import NEWEST, Formula
from progress.projection import project
from progress.rpc import ProgressServicer
from shared.operations import PERMISSIONS
from shared.roles import MEMBER
from tests.support.events import an_id, key_result_defined, objective_defined, recorded
from tests.support.projection import PARTITIONS, Projection, projection
from tests.support.told import DAY, DUE, START

TENANT, OTHER_TENANT = id_of_name("tenant"), id_of_name("other tenant")
ANN, BOB, ROOT = id_of_name("ann"), id_of_name("bob"), id_of_name("root")


class NoSwitches:
    """Every tenant is as young as the newest formulas."""

    async def known_at(self, _tenant_id: bytes, _instant: int | None) -> Formula:
        return NEWEST


@dataclass
class Served:
    """A progress service, and whoever calls it."""

    stub: Any
    operations: Any
    signer: IdentitySigner
    live: Projection
    events: list[RecordedEvent]

    def __call__(
        self,
        method: str,
        request: Any,
        person: bytes = ANN,
        tenant: bytes = TENANT,
        role: str = MEMBER,
        team_ids: Iterable[Id] = (),
        time_zone: str = "UTC",
    ) -> Any:
        token = self.signer.sign(Identity(tenant, person, frozenset({role}), frozenset(team_ids), time_zone), "progress")
        if method == "Rebuild":
            return streamed(self.operations.Rebuild(request, metadata=metadata(token), timeout=60))
        return asked(getattr(self.stub, method)(request, metadata=metadata(token), timeout=20))

    async def tell(self, *messages: Any, day: int = START, tenant: bytes = TENANT) -> None:
        """Records events and folds them in, one after the other."""
        for message in messages:
            _, log, *_ = event_type_of(message).split(".")
            position = sum(e.log == log for e in self.events) + 1
            event_id = getattr(message, "correction_id", b"") or getattr(message, "check_in_id", b"") or new_id()
            if isinstance(message, checkins.CheckInRetracted):
                event_id = new_id()
            named = (getattr(message, field, b"") for field in ("objective_id", "cycle_id", "kpi_id", "tenant_id", "task_id"))
            home: bytes = next(filter(None, named))
            version = sum(e.log == log and e.aggregate_id == home for e in self.events) + 1
            at = day * DAY + len(self.events)
            event = RecordedEvent(
                *(log, position, event_id, tenant, home, version, at, BOB, None, home, None, home),
                event_type_of(message),
                message.SerializeToString(),
            )
            self.events.append(event)
            await self.live.take([event])


@asynccontextmanager
async def serve(database: str, logs: dict[str, str], keys: Path, clock: Clock | None = None) -> AsyncIterator[Served]:
    write_keys(keys / "key", keys / "pub")
    settings = Settings(database_url=database, logs=logs, port=free_ports(1)[0], topic_partitions=PARTITIONS)
    async with projection(database) as live:
        consumer = Consumer(settings, "progress", ("goals", "checkins"), project, owners={})
        verifier = IdentityVerifier.from_file(keys / "pub")
        servicer = ProgressServicer(
            verifier, live.connections, live.connections, consumer, clock or MachineClock(), NoSwitches(), PARTITIONS
        )
        operated = Operated(
            PERMISSIONS,
            InstallationClock(settings, of_log=True),
            consumer=consumer,
            rebuilding=RebuildProcess("progress.rebuild", settings),
        )
        operations = OperationsServicer("progress", verifier, operated)
        async with (
            serving(
                settings,
                [(add_ProgressServiceServicer_to_server, servicer), (add_OperationsServiceServicer_to_server, operations)],
                ["cairn.progress.v1.ProgressService", SERVICE_NAME],
            ),
            channel(f"127.0.0.1:{settings.port}") as connected,
        ):
            yield Served(ProgressServiceStub(connected), OperationsServiceStub(connected), IdentitySigner.from_file(keys / "key"), live, [])


def objective(name: str, **more: Any) -> goals.ObjectiveDefined:
    defaults: dict[str, Any] = {
        "cycle_id": an_id("Q"),
        "title": name,
        "owner_id": BOB,
        "creator_id": BOB,
        "start_day": START,
        "due_day": DUE,
    }
    return objective_defined(objective_id=an_id(name), **defaults | more)


def activated(*names: str) -> list[goals.ObjectiveActivated]:
    return [goals.ObjectiveActivated(objective_id=an_id(name)) for name in names]


def metric(home: str, name: str, **more: Any) -> goals.KeyResultDefined:
    defaults: dict[str, Any] = {"title": name, "owners": [], "due_day": 0, "metric": goals.Metric(start=0, target=500, unit="users")}
    return key_result_defined(objective_id=an_id(home), key_result_id=an_id(name), **defaults | more)


def check_in(home: str, name: str, value: float, as_of: int, **more: Any) -> checkins.CheckInRecorded:
    return recorded(f"{name}@{as_of}", value, as_of, key_result_id=an_id(name), objective_id=an_id(home), **more)
