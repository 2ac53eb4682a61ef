"""Files that stand in a ZIP of their own, into which programs in circulation put them before they encode them."""

import struct
import zipfile
import zlib
from typing import IO

from motcua.engines.exchange.edxml.reading import Payload

_CHUNK = 1 << 16
_END, _LARGER = b"PK\x05\x06", b"PK\x06\x07"
_DAMAGED = (zipfile.BadZipFile, EOFError, KeyError, RuntimeError, NotImplementedError, OSError, ValueError, zlib.error)


def taken_out(payload: Payload, name: str) -> Payload:
    """What an attachment of a name holds: the one file of its ZIP where that is called alike; else what was encoded.

    An office file is a ZIP of many. Raises :class:`Malformed` for a file that grows beyond what is taken.
    """
    packed = payload.kept
    if packed is None or not payload.is_zip or _ending(name) in {"", "zip"} or not _holds_one(packed):
        return payload
    inner = payload.another()
    try:
        with zipfile.ZipFile(packed) as archive:
            (entry,) = archive.infolist()
            if entry.is_dir() or entry.flag_bits & 1 or _ending(entry.filename) not in {"", _ending(name)}:
                return payload
            with archive.open(entry) as file:
                while chunk := file.read(_CHUNK):
                    inner.take(chunk)
    except _DAMAGED:
        return payload
    return inner


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if stem and dot else ""


def _holds_one(file: IO[bytes]) -> bool:
    """Whether a ZIP says at its end that it has one entry: a list of millions is not read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + 22 or tail[max(0, end - 20) : end].startswith(_LARGER):
        return False
    entries, length = struct.unpack_from("<HI", tail, end + 10)
    return bool(entries == 1 and length < len(tail))
