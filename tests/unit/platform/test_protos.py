"""The protos keep buf's standard rules, and what is generated from them is committed."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.message_factory import GetMessages
from protovalidate._gen.buf.validate import validate_pb

import generate_protos
import lint_protos
from tests.contract.events import golden
from tests.contract.events.samples import event_types


def test_our_protos_keep_the_standard_rules(tmp_path: Path) -> None:
    image = tmp_path / "image.binpb"
    generate_protos.write_image(image)
    assert lint_protos.lint(image) == 0


def test_a_proto_that_breaks_a_rule_is_found(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = descriptor_pb2.FileDescriptorSet()
    file = files.file.add(name="cairn/goals/v1/bad.proto", package="cairn.goals.v1", syntax="proto3")
    file.message_type.add(name="badlyNamed")
    image = tmp_path / "image.binpb"
    image.write_bytes(files.SerializeToString())
    assert lint_protos.lint(image) != 0
    assert "badlyNamed" in capfd.readouterr().out


def test_an_event_that_lost_a_field_is_found_whatever_was_given_up(tmp_path: Path) -> None:
    image, released = tmp_path / "image.binpb", tmp_path / "released.binpb"
    generate_protos.write_image(released)
    files = descriptor_pb2.FileDescriptorSet.FromString(released.read_bytes())
    for name, message in (("cairn/checkins/v1/events.proto", "CheckInRecorded"), ("cairn/audit/v1/service.proto", "Action")):
        (file,) = (file for file in files.file if file.name == name)
        (changed,) = (there for there in file.message_type if there.name == message)
        del changed.field[0]
    image.write_bytes(files.SerializeToString())
    event, action = sorted(lint_protos.broken(image, released), key=lambda line: "events.proto" not in line)
    assert "CheckInRecorded" in event
    assert "Action" in action
    assert lint_protos.not_given_up([event, action], f"{event}\n{action}") == [event]


def test_every_released_proto_still_means_what_it_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint_protos.main() == 0, capsys.readouterr().out


def test_what_is_generated_is_committed(tmp_path: Path) -> None:
    generate_protos.generate(tmp_path)
    assert generate_protos.outdated(tmp_path) == []


def test_a_module_that_was_changed_by_hand_is_noticed(tmp_path: Path) -> None:
    generate_protos.generate(tmp_path)
    module = tmp_path / "cairn" / "goals" / "v1" / "events_pb2.py"
    module.write_text(module.read_text() + "\n")
    (tmp_path / "cairn" / "goals" / "v1" / "new_pb2.py").touch()
    assert generate_protos.outdated(tmp_path) == ["cairn/goals/v1/new_pb2.py", "cairn/goals/v1/events_pb2.py"]


def test_the_rules_that_are_shipped_are_those_that_services_hold_requests_to(tmp_path: Path) -> None:
    image = tmp_path / "image.binpb"
    generate_protos.write_image(image)
    files = {file.name: file for file in descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes()).file}
    shipped = files[generate_protos.VALIDATION_RULES]
    of_the_library = descriptor_pb2.FileDescriptorProto.FromString(validate_pb.desc().proto.to_binary())
    for file in (shipped, of_the_library):
        file.ClearField("options")  # what generated code is to be called
        file.ClearField("source_code_info")
    assert shipped == of_the_library


def test_the_descriptors_alone_are_enough_to_read_every_event() -> None:
    files = descriptor_pb2.FileDescriptorSet.FromString(generate_protos.DESCRIPTORS.read_bytes())
    messages = GetMessages(files.file)
    for event_type in event_types():
        for event in golden.read(event_type.full_name):
            assert messages[event_type.full_name].FromString(event.payload).SerializeToString(deterministic=True) == event.payload


def test_the_descriptors_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    generate_protos.write_descriptors(tmp_path / "descriptors")
    assert (tmp_path / "descriptors").read_bytes() == generate_protos.DESCRIPTORS.read_bytes()
