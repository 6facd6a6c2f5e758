"""What the protos say of the messages that topics carry: their fields, their comments, their own text."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path
from textwrap import indent

from google.protobuf.descriptor import Descriptor, EnumDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool

from generate_protos import PROTOS, write_image

_PACKAGE, _MESSAGE, _ENUM = 2, 4, 5  # of FileDescriptorProto
_FIELD = 2  # of DescriptorProto
_SEALED = {"cairn.directory.v1.PersonProfile", "cairn.directory.v1.SavedView"}
"""Parts of events, encrypted there: no messages of a topic."""


@dataclass(frozen=True)
class Protos:
    """The compiled protos with their comments."""

    files: dict[str, FileDescriptorProto]
    pool: DescriptorPool

    def messages_of(self, file: str) -> list[Descriptor]:
        """The messages of a proto that are no part of another one, in its order."""
        described = self.pool.FindFileByName(file)
        messages = list(described.message_types_by_name.values())
        parts = {field.message_type for message in messages for field in message.fields if field.message_type is not None}
        return [message for message in messages if message not in parts and message.full_name not in _SEALED]

    def comment(self, file: str, *path: int) -> str:
        """What a proto says of a place: before it, or behind it on the same line."""
        for location in self.files[file].source_code_info.location:
            if tuple(location.path) == path:
                text = location.leading_comments or location.trailing_comments
                return "\n".join(line.strip() for line in text.strip().splitlines())
        return ""

    def comment_on_file(self, file: str) -> str:
        """What a proto says of itself."""
        return self.comment(file, _PACKAGE)

    def comment_on_message(self, message: Descriptor) -> str:
        """What a proto says of a message."""
        return self.comment(message.file.name, *self._path(message))

    def comment_on_field(self, message: Descriptor, name: str) -> str:
        """What a proto says of a field."""
        return self.comment(message.file.name, *self._path(message), _FIELD, [field.name for field in message.fields].index(name))

    def text_of(self, message: Descriptor) -> str:
        """A proto of one message alone: its own text, and that of whatever it is made of.

        What is of another package is nested in messages that are called as the package is, so that its name stays what it was: readers of
        one text know no imports but protobuf's own. AsyncAPI's is told by a comment which message is meant.
        """
        package, wanted = message.file.package, _parts(message)
        well_known = sorted({part.file.name for part in wanted if not part.file.name.startswith("cairn/")})
        pieces = ['syntax = "proto3";', f"package {package};", *(f'import "{name}";' for name in well_known)]
        sources: dict[str, list[str]] = {}
        for part in wanted:
            if part.file.name not in well_known:
                sources.setdefault(part.file.package, []).append(self._source((PROTOS / part.file.name).read_text().splitlines(), part))
        own = sources.pop(package)
        if sources:
            own[-1] = f"// @RootNode\n{own[-1]}"
        pieces += [_nested(other.split("."), texts) for other, texts in sources.items()]
        return "\n\n".join([*pieces, *own]) + "\n"

    def _path(self, part: Descriptor | EnumDescriptor) -> tuple[int, int]:
        file = self.files[part.file.name]
        number, parts = (_MESSAGE, file.message_type) if isinstance(part, Descriptor) else (_ENUM, file.enum_type)
        return number, [each.name for each in parts].index(part.name)

    def _source(self, lines: list[str], part: Descriptor | EnumDescriptor) -> str:
        path = self._path(part)
        (span,) = (x.span for x in self.files[part.file.name].source_code_info.location if tuple(x.path) == path)
        first, last = span[0], span[2] if len(span) == 4 else span[0]
        comment = len(list(takewhile(lambda line: line.startswith("//"), reversed(lines[:first]))))
        return "\n".join(lines[first - comment : last + 1])


def _nested(package: list[str], texts: list[str]) -> str:
    """Texts inside messages that are called as a package is."""
    inner = "\n\n".join(texts)
    for name in reversed(package):
        inner = f"message {name} {{\n{indent(inner, '  ')}\n}}"
    return inner


def _parts(message: Descriptor) -> list[Descriptor | EnumDescriptor]:
    """A message and all that it is made of, each once, what is used before who uses it."""
    found: dict[str, Descriptor | EnumDescriptor] = {}

    def visit(part: Descriptor) -> None:
        for field in part.fields:
            if field.enum_type is not None:
                found.setdefault(field.enum_type.full_name, field.enum_type)
            elif field.message_type is not None and field.message_type.full_name not in found:
                visit(field.message_type)
        found[part.full_name] = part

    visit(message)
    return list(found.values())


@cache
def protos() -> Protos:
    """The protos of this checkout."""
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch) / "image.binpb"
        write_image(image)
        files = {file.name: file for file in FileDescriptorSet.FromString(image.read_bytes()).file}
    pool = DescriptorPool()
    for file in files.values():
        pool.AddSerializedFile(_without_comments(file).SerializeToString())
    return Protos(files, pool)


def _without_comments(file: FileDescriptorProto) -> FileDescriptorProto:
    bare = FileDescriptorProto()
    bare.CopyFrom(file)
    bare.ClearField("source_code_info")
    return bare
