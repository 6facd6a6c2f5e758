"""TLS in front of a PostgreSQL that is built without: to clients it is a server with `ssl = on`."""

from __future__ import annotations

import asyncio
import ssl
import threading
from pathlib import Path

from embedded.ports import LOOPBACK

_SSL_REQUEST = (8).to_bytes(4) + (80_877_103).to_bytes(4)
_YES, _NO = b"S", b"N"
_CHUNK = 1 << 16


class TlsProxy:
    """Listens at a port of the loopback address, and hands what comes encrypted to a server's socket, in plain."""

    def __init__(self, port: int, certificate: Path, key: Path, server_socket: Path) -> None:
        self._port = port
        self._socket = server_socket
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(certificate, key)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="TLS before PostgreSQL", daemon=True)

    def start(self) -> None:
        """Listens from now on."""
        self._thread.start()
        started = asyncio.start_server(self._serve, LOOPBACK, self._port)
        asyncio.run_coroutine_threadsafe(started, self._loop).result(10)

    def stop(self) -> None:
        """Ends, with whatever is connected."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readexactly(8) != _SSL_REQUEST:  # whoever asks for Kerberos, or for nothing, is not heard
                writer.write(_NO)
            writer.write(_YES)
            await writer.start_tls(self._context)
            from_server, to_server = await asyncio.open_unix_connection(self._socket)
        except (OSError, asyncio.IncompleteReadError):
            writer.close()
            return
        await asyncio.gather(_hand_on(reader, to_server), _hand_on(from_server, writer), return_exceptions=True)


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    finally:
        writer.close()
