"""Generates the Python modules of `protos/` into `protos/generated/`, which is committed: what `make proto` runs.

python deploy/generate_protos.py                  writes the modules anew
python deploy/generate_protos.py --check          fails when what is committed is not what the protos say
python deploy/generate_protos.py --image FILE     writes one descriptor set of all protos, for buf to lint
"""

from __future__ import annotations

import argparse
import filecmp
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from google.protobuf import descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2
from grpc_tools import protoc
from protovalidate._gen.buf.validate import validate_pb

ROOT = Path(__file__).resolve().parents[1]
PROTOS = ROOT / "protos"
GENERATED = PROTOS / "generated"
VALIDATION_RULES = "buf/validate/validate.proto"
_PLUGINS = ("protoc-gen-mypy", "protoc-gen-mypy_grpc")


def validation_rules() -> bytes:
    """The descriptors of protovalidate's rules, taken from its own wheel: no registry of protos is needed."""
    files = descriptor_pb2.FileDescriptorSet()
    for module in (descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2):
        module.DESCRIPTOR.CopyToProto(files.file.add())
    files.file.append(descriptor_pb2.FileDescriptorProto.FromString(validate_pb.desc().proto.to_binary()))
    return files.SerializeToString()


def sources(protos: Path = PROTOS) -> list[str]:
    """Every proto of ours, as its importers name it."""
    return sorted(str(path.relative_to(protos)) for path in (protos / "cairn").rglob("*.proto"))


def generate(target: Path) -> None:
    """Writes the modules of every proto to `target`. Raises SystemExit with protoc's code when a proto does not compile."""
    plugins = [f"--plugin={name}={Path(sys.executable).with_name(name)}" for name in _PLUGINS]
    messages = [*plugins, f"--python_out={target}", f"--mypy_out=quiet:{target}"]
    stubs = [f"--grpc_python_out={target}", f"--mypy_grpc_out=quiet:{target}"]
    with_services = [source for source in sources() if "\nservice " in (PROTOS / source).read_text()]
    _protoc([*messages, VALIDATION_RULES], None)
    _protoc([*messages, *sources()])
    _protoc([*plugins, *stubs, *with_services])


def write_image(image: Path, protos: Path = PROTOS) -> None:
    """Writes the descriptors of every proto in a folder, with their comments, as buf reads them."""
    _protoc([f"--descriptor_set_out={image}", "--include_imports", "--include_source_info", *sources(protos)], protos)


def _protoc(arguments: Sequence[str], protos: Path | None = PROTOS) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        rules = Path(scratch) / "rules.binpb"
        rules.write_bytes(validation_rules())
        includes = [f"--descriptor_set_in={rules}", *([f"-I{protos}"] if protos else [])]
        if code := protoc.main(["protoc", *includes, *arguments]):
            raise SystemExit(code)


def outdated(target: Path) -> list[str]:
    """The files in which `target`, freshly generated, and what is committed differ."""
    fresh = {str(path.relative_to(target)) for path in target.rglob("*.py*") if path.is_file()}
    committed = {str(path.relative_to(GENERATED)) for path in GENERATED.rglob("*.py*") if path.suffix in {".py", ".pyi"}}
    common = sorted(fresh & committed)
    _, different, unreadable = filecmp.cmpfiles(target, GENERATED, common, shallow=False)
    return sorted(fresh ^ committed) + different + unreadable


def main() -> None:
    """The command line above."""
    parser = argparse.ArgumentParser(prog="generate_protos.py")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--image", type=Path)
    asked = parser.parse_args()
    if asked.image:
        write_image(asked.image)
        return
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch)
        generate(target)
        names = outdated(target)
        if asked.check and names:
            raise SystemExit(f"protos/generated is not what the protos say: run `make proto` ({', '.join(names)})")
        for name in names:
            replace(target / name, GENERATED / name)
    print(f"protos/generated is what the protos say ({len(names)} of its files changed)")


def replace(fresh: Path, committed: Path) -> None:
    """Brings one committed file up to date; a file that is generated no more goes."""
    if fresh.exists():
        committed.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fresh, committed)
    else:
        committed.unlink()


if __name__ == "__main__":
    main()
