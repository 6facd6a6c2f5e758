"""Whatever the services offer is offered over REST, too; a method that is forgotten there fails here. See docs/adding-a-command.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest
from google.protobuf.descriptor import MethodDescriptor

from checkins.rpc import CheckInsServicer
from directory.rpc import DirectoryServicer
from goals.rpc import GoalsServicer

ROOT = Path(__file__).parents[2]

BETWEEN_SERVICES = {
    "cairn.goals.v1.GoalsService.DescribeKeyResult",
    "cairn.goals.v1.GoalsService.DescribeObjective",
    "cairn.goals.v1.GoalsService.ConfirmDefinitions",
    "cairn.operations.v1.OperationsService.GetLogChecksums",
    "cairn.operations.v1.OperationsService.GetEventChecksums",
    "cairn.progress.v1.ProgressService.NameObjectives",
}
"""What services ask of each other, and nobody else."""


def methods() -> Iterator[MethodDescriptor]:
    for path in sorted(ROOT.glob("protos/cairn/*/v1/*.proto")):
        module = cast("Any", import_module(f"cairn.{path.parts[-3]}.v1.{path.stem}_pb2"))
        for service in module.DESCRIPTOR.services_by_name.values():
            yield from service.methods


METHODS = {method.full_name: method for method in methods()}
ASKED_BY_THE_GATEWAY = {
    node.attr
    for path in (ROOT / "services" / "gateway").rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.Attribute)
}


@pytest.mark.parametrize("method", [pytest.param(method, id=name) for name, method in METHODS.items() if name not in BETWEEN_SERVICES])
def test_every_method_of_a_service_is_asked_by_the_gateway(method: MethodDescriptor) -> None:
    assert method.name in ASKED_BY_THE_GATEWAY


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())
def test_every_method_is_served(method: MethodDescriptor) -> None:
    package = method.containing_service.file.package.split(".")[1]
    served_by = import_module("chassis.operations" if package == "operations" else f"{package}.rpc")
    servicer = getattr(served_by, f"{method.containing_service.name}r")
    own = [name for parent in servicer.__mro__ if not parent.__module__.endswith("_pb2_grpc") for name in vars(parent)]
    assert method.name in own, "give it a line in rpc.py"


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())
def test_every_method_has_a_request_and_a_response_of_its_own(method: MethodDescriptor) -> None:
    assert (method.input_type.name, method.output_type.name) == (f"{method.name}Request", f"{method.name}Response")


@pytest.mark.parametrize("servicer", [CheckInsServicer, DirectoryServicer, GoalsServicer])
def test_a_servicer_serves_every_method_of_its_service_and_no_other(servicer: type) -> None:
    service = (servicer.__doc__ or "").split("Service.")[0] + "Service"
    methods = {method.name for name, method in METHODS.items() if name.startswith(f"{service}.")}
    assert methods
    assert {name for name in vars(servicer) if name[0].isupper()} == methods
