"""A gateway before fake services, spoken to in this process or over a socket."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from chassis.ids import id_of_name, id_text
from chassis.rpc import write_keys
from gateway.auth import NO_TENANT, OPERATOR_ID
from gateway.dependencies import Dependencies
from gateway.http import Application, Operation
from gateway.main import GatewaySettings, application, dependencies_of
from gateway.routes.request import Request
from gateway.routes.table import API
from tests.support.fake_services import FakeServices

TENANT, PERSON = id_of_name("tenant"), id_of_name("person")
OF_A_TENANT_S_OWN = {"replace_template", "remove_template"}
"""What changes a template, which none of the library's does: the example in the document is one of those."""


def example_path(operation: Operation) -> str:
    """The operation's path, of things that are there. What lasts ends at once."""
    examples = {name: parameter.example for name, parameter in API.path_parameters.items()}
    if operation.name in OF_A_TENANT_S_OWN:
        examples["template"] = id_text(id_of_name("template"))
    path = re.sub(r"{(\w+)}", lambda match: examples[match[1]], operation.path)
    return f"{path}?once=true" if operation.lasts else path


@dataclass(frozen=True)
class Gateway:
    """The gateway under test: a client that is signed in as an admin, and one that is nobody."""

    dependencies: Dependencies
    fakes: FakeServices
    application: Application[Request]
    client: httpx.AsyncClient
    nobody: httpx.AsyncClient

    def token(self, *roles: str) -> str:
        """A bearer token of a person with these roles."""
        assert self.dependencies.issuer is not None
        person_id = id_of_name("person with", *roles)
        self.fakes.roles[id_text(person_id)] = roles
        return self.dependencies.issuer.token(TENANT, person_id)

    def operator_token(self) -> str:
        """A bearer token of the operator."""
        assert self.dependencies.issuer is not None
        return self.dependencies.issuer.token(NO_TENANT, OPERATOR_ID)


def settings_before(address: str, folder: Path, **more: str) -> GatewaySettings:
    """Settings of a gateway whose services are all at `address`, with no web application: reading one takes longer than most tests."""
    write_keys(folder / "identity.key", folder / "identity.pub")
    told = {f"{name}_address": address for name in ("directory", "goals", "checkins", "progress", "notifications", "audit")}
    keys = {name: str(folder / f"{name}.key") for name in ("issuer_key", "operator_issuer_key")}
    keys |= {"identity_private_key": str(folder / "identity.key"), "built_in_sign_in": "true"}
    keys["web"] = str(folder / "web")
    return GatewaySettings.model_validate(told | keys | more)


@asynccontextmanager
async def gateway_before_fakes(folder: Path, **more: str) -> AsyncIterator[Gateway]:
    """A gateway in this process."""
    async with FakeServices() as fakes:
        settings = settings_before(fakes.address, folder, **more)
        dependencies = dependencies_of(settings)
        answering = application(settings, dependencies)
        assert dependencies.issuer is not None
        token = dependencies.issuer.token(TENANT, PERSON)
        transport = httpx.ASGITransport(answering)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://localhost", headers={"Authorization": f"Bearer {token}"}) as client,
            httpx.AsyncClient(transport=transport, base_url="http://localhost") as nobody,
        ):
            yield Gateway(dependencies, fakes, answering, client, nobody)
        await dependencies.backends.close()
