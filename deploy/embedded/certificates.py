"""The certificates of an installation whose links are encrypted: of its authority, and of each program."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from embedded.errors import SetUpError


@dataclass(frozen=True)
class Certificate:
    """A program's certificate for the address at which it is found, its key, and who vouches for all of them; PEM."""

    authority: Path
    file: Path
    key: Path

    @classmethod
    def of(cls, program: str, folder: Path) -> Certificate:
        """Of a program, from a folder: ca.pem, PROGRAM.pem, PROGRAM.key. Raises SetUpError when one of the files is missing."""
        certificate = cls(folder / "ca.pem", folder / f"{program}.pem", folder / f"{program}.key")
        for file in (certificate.authority, certificate.file, certificate.key):
            if not file.exists():
                raise SetUpError(f"{file} is missing: links are encrypted where {folder} has ca.pem, and then each program needs its own")
        return certificate

    def client_context(self) -> ssl.SSLContext:
        """For a client that shows this certificate and takes those of the installation."""
        context = ssl.create_default_context(cafile=str(self.authority))
        context.load_cert_chain(self.file, self.key)
        return context
