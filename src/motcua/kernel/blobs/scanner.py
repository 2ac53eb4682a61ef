"""The virus scanner: ClamAV's daemon over its socket (clamd(8), INSTREAM), when ``MOTCUA_CLAMAV`` names one."""

import socket
import struct
from dataclasses import dataclass
from typing import IO

from django.conf import settings

CHUNK = 64 * 1024
SECONDS = 60
LONGEST_REPLY = 4096


class ScannerError(Exception):
    """The scanner cannot be reached or did not answer as it should: nothing is known about the content."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``signature`` names what was found; none is clean."""

    signature: str | None

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return self.signature is None


def configured() -> bool:
    """Whether contents are scanned at all."""
    return bool(settings.CLAMAV_ADDRESS)


def scan(file: IO[bytes]) -> Verdict:
    """Have a content scanned. Raises :class:`ScannerError`.

    The daemon's ``StreamMaxLength`` must be at least the largest upload, or larger files stay held.
    """
    file.seek(0)
    try:
        with _connected(settings.CLAMAV_ADDRESS) as connection:
            return _verdict(_asked(connection, file))
    except (OSError, ValueError) as error:
        raise ScannerError(str(error)) from error


def _connected(address: str) -> socket.socket:
    """``/run/clamav/clamd.ctl`` or ``host:port``."""
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(SECONDS)
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _asked(connection: socket.socket, file: IO[bytes]) -> str:
    connection.sendall(b"zINSTREAM\0")
    try:
        while chunk := file.read(CHUNK):
            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
        connection.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has heard enough: the reply says why (size limit)
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < LONGEST_REPLY:
        part = connection.recv(LONGEST_REPLY)
        if not part:
            break
        reply += part
    return reply.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(reply: str) -> Verdict:
    if reply == "stream: OK":
        return Verdict(None)
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return Verdict(reply.removeprefix("stream: ").removesuffix(" FOUND"))
    if "size limit exceeded" in reply:  # in words of our own, which reach the log
        raise ScannerError("size limit exceeded: StreamMaxLength is less than this content")
    raise ScannerError(reply or "no answer")
