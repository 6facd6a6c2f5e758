"""Generates the Python modules of `protos/` into `protos/generated/`: what `make proto` runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2
from grpc_tools import protoc
from protovalidate._gen.buf.validate import validate_pb

ROOT = Path(__file__).resolve().parents[1]
PROTOS = ROOT / "protos"
GENERATED = PROTOS / "generated"
VALIDATE = "buf/validate/validate.proto"


def validation_rules() -> bytes:
    """The descriptors of protovalidate's rules, taken from its own wheel: no registry of protos is needed."""
    files = descriptor_pb2.FileDescriptorSet()
    for module in (descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2):
        module.DESCRIPTOR.CopyToProto(files.file.add())
    files.file.append(descriptor_pb2.FileDescriptorProto.FromString(validate_pb.desc().proto.to_binary()))
    return files.SerializeToString()


def generate(target: Path, image: Path | None = None) -> None:
    """Writes the modules of every proto to `target` and, if asked for, one descriptor set of all of them to `image`.

    Raises SystemExit with protoc's exit code when a proto does not compile.
    """
    sources = sorted(str(p.relative_to(PROTOS)) for p in (PROTOS / "cairn").rglob("*.proto"))
    with tempfile.TemporaryDirectory() as scratch:
        rules = Path(scratch) / "rules.binpb"
        rules.write_bytes(validation_rules())
        includes = [f"--descriptor_set_in={rules}", f"-I{PROTOS}"]
        plugins = [f"--plugin=protoc-gen-{name}={Path(sys.executable).parent / f'protoc-gen-{name}'}" for name in ("mypy", "mypy_grpc")]
        outputs = [f"--python_out={target}", f"--mypy_out=quiet:{target}"]
        grpc_outputs = [f"--grpc_python_out={target}", f"--mypy_grpc_out=quiet:{target}"]
        image_output = [f"--descriptor_set_out={image}", "--include_imports", "--include_source_info"] if image else []
        services = [s for s in sources if "service " in (PROTOS / s).read_text()]
        events = [s for s in sources if s not in services]
        runs = [includes[:1] + outputs + [VALIDATE], includes + plugins + outputs + events, includes + plugins + outputs + grpc_outputs + services]
        if image:
            runs.append(includes + image_output + sources)
        runs[0] = includes[:1] + plugins + outputs + [VALIDATE]
        for arguments in runs:
            if code := protoc.main(["protoc", *arguments]):
                raise SystemExit(code)


def main() -> None:
    shutil.rmtree(GENERATED, ignore_errors=True)
    GENERATED.mkdir(parents=True)
    generate(GENERATED)
    print(f"generated {len(list(GENERATED.rglob('*_pb2*.py')))} modules into {GENERATED.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
