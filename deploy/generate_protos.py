"""Generates what is committed of `protos/`: Python modules, and the descriptors of what Kafka carries. What `make proto` runs.

python deploy/generate_protos.py                  writes protos/generated and contracts/protos/cairn.binpb anew
python deploy/generate_protos.py --check          fails when what is committed is not what the protos say
python deploy/generate_protos.py --image FILE     writes one descriptor set of all protos, for buf to lint
"""

from __future__ import annotations

import argparse
import filecmp
import importlib.resources
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parents[1]
PROTOS = ROOT / "protos"
GENERATED = PROTOS / "generated"
DESCRIPTORS = ROOT / "contracts" / "protos" / "cairn.binpb"
VALIDATION_RULES = "buf/validate/validate.proto"
_PLUGINS = ("protoc-gen-mypy", "protoc-gen-mypy_grpc")
_ON_KAFKA = ("events.proto", "state.proto")


def sources(protos: Path = PROTOS) -> list[str]:
    """Every proto of ours, as its importers name it."""
    return sorted(str(path.relative_to(protos)) for path in (protos / "cairn").rglob("*.proto"))


def generate(target: Path) -> None:
    """Writes the modules of every proto to `target`. Raises SystemExit with protoc's code when a proto does not compile."""
    plugins = [f"--plugin={name}={Path(sys.executable).with_name(name)}" for name in _PLUGINS]
    messages = [*plugins, f"--python_out={target}", f"--mypy_out=quiet:{target}"]
    stubs = [f"--grpc_python_out={target}", f"--mypy_grpc_out=quiet:{target}"]
    with_services = [source for source in sources() if "\nservice " in (PROTOS / source).read_text()]
    _protoc([f"--python_out={target}", VALIDATION_RULES])
    _protoc([*messages, *sources()])
    _protoc([*plugins, *stubs, *with_services])


def write_image(image: Path, protos: Path = PROTOS) -> None:
    """Writes the descriptors of every proto in a folder, with their comments, as buf reads them."""
    _protoc([f"--descriptor_set_out={image}", "--include_imports", "--include_source_info", *sources(protos)], protos)


def write_descriptors(target: Path) -> None:
    """Writes the descriptors of all messages that Kafka's topics carry, with what they import: the same bytes each time."""
    carried = [source for source in sources() if Path(source).name in _ON_KAFKA]
    _protoc([f"--descriptor_set_out={target}", "--include_imports", *carried])


def _protoc(arguments: Sequence[str], protos: Path = PROTOS) -> None:
    """Runs protoc as anybody may: on a folder, what it imports of others in `protos/`, and what every protoc comes with."""
    well_known = importlib.resources.files("grpc_tools") / "_proto"
    if code := protoc.main(["protoc", *(f"-I{folder}" for folder in dict.fromkeys((protos, PROTOS, well_known))), *arguments]):
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
        target = Path(scratch) / "generated"
        target.mkdir()
        generate(target)
        changed = [(target / name, GENERATED / name) for name in outdated(target)]
        descriptors = Path(scratch) / DESCRIPTORS.name
        write_descriptors(descriptors)
        if not DESCRIPTORS.exists() or not filecmp.cmp(descriptors, DESCRIPTORS, shallow=False):
            changed.append((descriptors, DESCRIPTORS))
        names = [str(committed.relative_to(ROOT)) for _, committed in changed]
        if asked.check and names:
            raise SystemExit(f"what is generated is not what the protos say: run `make proto` ({', '.join(names)})")
        for fresh, committed in changed:
            replace(fresh, committed)
    print(f"what is generated is what the protos say ({len(names)} files changed)")


def replace(fresh: Path, committed: Path) -> None:
    """Brings one committed file up to date; a file that is generated no more goes."""
    if fresh.exists():
        committed.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fresh, committed)
    else:
        committed.unlink()


if __name__ == "__main__":
    main()
