"""Mutual TLS between services: each end shows a certificate, and takes one that the installation's authority vouches for."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import grpc

from chassis.runtime import Settings


class _Files(NamedTuple):
    authority: bytes
    certificate: bytes
    key: bytes


def server_credentials(settings: Settings) -> grpc.ServerCredentials | None:
    """With what a server answers: it lets in who shows a certificate. None: whoever reaches it, unencrypted.

    Raises SystemExit with one line where a file is missing or cannot be read.
    """
    files = _files(settings)
    if files is None:
        return None
    pair = (files.key, files.certificate)
    return grpc.ssl_server_credentials([pair], root_certificates=files.authority, require_client_auth=True)


def channel_credentials(settings: Settings) -> grpc.ChannelCredentials | None:
    """With what another service is asked: it has to show a certificate for the address at which it is asked. None, and raises, as above."""
    files = _files(settings)
    return None if files is None else grpc.ssl_channel_credentials(files.authority, files.key, files.certificate)


def _files(settings: Settings) -> _Files | None:
    told = {
        "CAIRN_TLS_CA_FILE": settings.tls_ca_file,
        "CAIRN_TLS_CERTIFICATE_FILE": settings.tls_certificate_file,
        "CAIRN_TLS_KEY_FILE": settings.tls_key_file,
    }
    missing = [name for name, path in told.items() if path is None]
    if len(missing) == len(told):
        return None
    if missing:
        raise SystemExit(f"configuration: {', '.join(missing)}: mutual TLS takes all three of {', '.join(told)}")
    return _Files(*(_content(name, path) for name, path in told.items() if path is not None))


def _content(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SystemExit(f"configuration: {name}={str(path)!r}: {error.strerror}") from None
