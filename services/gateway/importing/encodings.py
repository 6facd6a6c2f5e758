"""How the text of a table is encoded: by its byte order mark, else UTF-8, else as Windows writes it in the west."""

from __future__ import annotations

import re
from typing import Final, Literal

Encoding = Literal["utf-8", "utf-16", "windows-1252"]

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = "\ufeff"
_UTF_8_LETTER: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def decoded(content: bytes) -> tuple[str, Encoding]:
    """The text of some bytes, without byte order mark, and how it was encoded. Raises UnicodeDecodeError for what begins as UTF-16 only.

    Bytes that are not UTF-8 are Windows-1252, unless there are letters of UTF-8 among them: then single ones are broken, and come as
    surrogates.
    """
    if content.startswith(_UTF_16):
        return content.decode("utf-16"), "utf-16"
    try:
        return content.decode().removeprefix(_BOM), "utf-8"
    except UnicodeDecodeError:
        pass
    if _UTF_8_LETTER.search(content) is None:
        try:
            return content.decode("cp1252"), "windows-1252"
        except UnicodeDecodeError:  # it has no letter for a few bytes
            pass
    return content.decode("utf-8", "surrogateescape").removeprefix(_BOM), "utf-8"
