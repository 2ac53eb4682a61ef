"""Which files are taken, and how their type is read from their content: a name proves nothing."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from io import SEEK_END
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO

import filetype
from django.utils.translation import gettext as _
from PIL import Image

from motcua.kernel.errors import Refused

MOST_PIXELS = 80_000_000
MOST_ENTRIES = 5_000
MOST_UNPACKED = 1024**3
MOST_RATIO = 200
HEAD = 8192
TAIL = 262_144
PDF_TAIL = 4096
ZIP_TAIL = 65_536 + 22 + 20
MOST_DIRECTORY = 2 * 1024 * 1024
TEXT_CHUNK = 1024 * 1024
MOST_HELD = 200 * 1024 * 1024  # bytes of the files in a container, which are unpacked to be looked at


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that is taken. ``inline``: a browser may show it in place."""

    media_type: str
    extensions: tuple[str, ...]
    inline: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
_ASICE = "application/vnd.etsi.asic-e+zip"  # signed files that are not PDF (ETSI EN 319 162-1)
FORMATS = {
    made.media_type: made
    for made in (
        Format("application/pdf", ("pdf",), inline=True),
        Format("image/jpeg", ("jpg", "jpeg", "jpe"), inline=True),
        Format("image/png", ("png",), inline=True),
        Format("image/webp", ("webp",), inline=True),
        Format("image/tiff", ("tif", "tiff")),
        Format("image/heic", ("heic", "heif")),
        Format("image/vnd.dwg", ("dwg",)),
        Format(f"{_OOXML}.wordprocessingml.document", ("docx",)),
        Format(f"{_OOXML}.spreadsheetml.sheet", ("xlsx",)),
        Format(f"{_OOXML}.presentationml.presentation", ("pptx",)),
        Format(f"{_ODF}.text", ("odt",)),
        Format(f"{_ODF}.spreadsheet", ("ods",)),
        Format("application/msword", ("doc",)),
        Format("application/vnd.ms-excel", ("xls",)),
        Format("application/xml", ("xml",)),
        Format(_ASICE, ("asice", "sce")),
        Format("text/csv", ("csv",)),
        Format("text/plain", ("txt",)),
    )
}
_BY_EXTENSION = {extension: made for made in FORMATS.values() for extension in made.extensions}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_IMAGES = {"image/jpeg", "image/png", "image/webp", "image/tiff"}
_OLE_TYPES = {"application/msword", "application/vnd.ms-excel"}
_OWN_OF_CONTAINERS = (".xml", ".p7s", ".tst", ".ers")
_TEXTS = {"text/plain", "text/csv", "application/xml"}
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13}


def known(file: IO[bytes], name: str) -> Format:
    """The format of a file, read from its content and agreeing with its name.

    Raises :class:`Refused` for what is not taken, misnamed, damaged, or made to blow up when it is opened.
    """
    _stem, dot, suffix = name.rpartition(".")
    extension = suffix.lower() if dot else ""
    named = _BY_EXTENSION.get(extension)
    if named is None:
        raise _refused(_("Files of the kind “.%(extension)s” are not accepted.") % {"extension": extension})
    found = _READERS[named.media_type](file)
    if found != named.media_type:
        raise _refused(_("The content of the file does not match its name “%(name)s”.") % {"name": name})
    return named


def fits(name: str, accept: str) -> bool:
    """Whether a stored file is one that ``accept`` lets in, as HTML writes it: ``.pdf, image/*``; empty lets in all.

    Its name tells, for it agrees with the content (:func:`known`).
    """
    asked = [each.strip().lower() for each in accept.split(",") if each.strip()]
    extension = name.rpartition(".")[2].lower()
    made = _BY_EXTENSION.get(extension)
    return not asked or any(
        each == f".{extension}" or (made is not None and "/" in each and fnmatchcase(made.media_type, each))
        for each in asked
    )


def strange_in(accept: str) -> str:
    """The first kind of file in ``accept`` that the house does not take; empty when there is none."""
    asked = [each.strip() for each in accept.split(",") if each.strip()]
    names = [f"a.{extension}" for extension in _BY_EXTENSION]
    return next((each for each in asked if not any(fits(name, each) for name in names)), "")


def _refused(message: str, code: str = "file_type") -> Refused:
    return Refused(message, field="file", code=code)


def _damaged() -> Refused:
    return _refused(_("The file is damaged or incomplete. Please open it, save it again and send that."), "damaged")


def _too_big_inside() -> Refused:
    return _refused(_("The file would become too large when it is opened."), "bomb")


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(HEAD)


def _tail(file: IO[bytes], length: int) -> bytes:
    size = file.seek(0, SEEK_END)
    file.seek(max(0, size - length))
    return file.read(length)


def _guessed(head: bytes) -> str | None:
    found: str | None = filetype.guess_mime(head)
    return found


def _pdf(file: IO[bytes]) -> str | None:
    if b"%PDF-" not in _head(file)[:1024]:
        return None
    if b"%%EOF" not in _tail(file, PDF_TAIL):
        raise _damaged()
    return "application/pdf"


def _image(file: IO[bytes]) -> str | None:
    media_type = _guessed(_head(file))
    if media_type not in _IMAGES:
        return media_type
    file.seek(0)
    try:
        with Image.open(file, formats=[media_type.removeprefix("image/")]) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise _too_big_inside()
            image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_big_inside() from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _damaged() from error
    if media_type == "image/jpeg" and b"\xff\xd9" not in _tail(file, TAIL):
        raise _damaged()
    return media_type


def _magic(file: IO[bytes]) -> str | None:
    return _guessed(_head(file))


def _package(file: IO[bytes]) -> str | None:
    """Office files are ZIP archives: what they hold is looked at without unpacking it."""
    if not _head(file).startswith(b"PK\x03\x04"):
        return None
    _check_directory(_tail(file, ZIP_TAIL))
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive.infolist())
            return _package_type(archive)
    except (zipfile.BadZipFile, EOFError, KeyError, RuntimeError, NotImplementedError, OSError, zlib.error) as error:
        raise _damaged() from error


def _container(file: IO[bytes]) -> str | None:
    """A container hands on what it holds: only files that would be taken by themselves, and no container within."""
    media_type = _package(file)
    if media_type != _ASICE:
        return media_type
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_held(archive)
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, OSError, zlib.error) as error:
        raise _damaged() from error
    return media_type


def _check_held(archive: zipfile.ZipFile) -> None:
    entries = [entry for entry in archive.infolist() if entry.filename != "mimetype" and not entry.is_dir()]
    if sum(entry.file_size for entry in entries) > MOST_HELD:
        raise _too_big_inside()
    for entry in entries:
        name = entry.filename.rpartition("/")[2]
        if entry.filename.startswith("META-INF/") and name.endswith(_OWN_OF_CONTAINERS):
            continue
        if _BY_EXTENSION.get(name.rpartition(".")[2].lower()) == FORMATS[_ASICE]:
            raise _refused(_("A container of signed files within another one is not accepted."))
        with archive.open(entry) as part, SpooledTemporaryFile(TEXT_CHUNK) as content:
            copyfileobj(part, content)
            known(content, name)


def _check_directory(tail: bytes) -> None:
    """The list of entries is read into memory: look at its length before (APPNOTE.TXT 4.3.16; ZIP64 is not needed)."""
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise _damaged()
    (length,) = struct.unpack_from("<I", tail, end + 12)
    if length > MOST_DIRECTORY or tail[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        raise _too_big_inside()


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, HEAD):
        raise _too_big_inside()
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refused(_("The file is protected by a password. Please remove it and send the file again."), "locked")
    if any(entry.filename.lower().endswith(("vbaproject.bin", "basic/script-lc.xml")) for entry in entries):
        raise _macros()


def _macros() -> Refused:
    return _refused(_("The file contains macros. Please save it without them and send it again."), "macros")


def _package_type(archive: zipfile.ZipFile) -> str | None:
    names = set(archive.namelist())
    if "mimetype" in names:
        with archive.open("mimetype") as part:
            return part.read(200).decode("ascii", "replace").strip()
    if "[Content_Types].xml" not in names:
        return None
    with archive.open("[Content_Types].xml") as part:
        types = part.read(TEXT_CHUNK)
    return next((found for found in FORMATS if f"{found}.main+xml".encode() in types), None)


def _ole(file: IO[bytes]) -> str | None:
    """Word and Excel before 2007. Their macros stand in a stream of a known name."""
    if not _head(file).startswith(_OLE):
        return None
    found, last = None, b""
    file.seek(0)
    while chunk := file.read(TEXT_CHUNK):
        seen = last + chunk
        if _OLE_MACROS in seen:
            raise _macros()
        if "WordDocument".encode("utf-16-le") in seen:
            found = "application/msword"
        elif "Workbook".encode("utf-16-le") in seen:
            found = found or "application/vnd.ms-excel"
        last = chunk[-64:]
    return found


def _text(media_type: str) -> Callable[[IO[bytes]], str | None]:
    def read(file: IO[bytes]) -> str | None:
        head = _head(file)
        if media_type == "application/xml" and not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            return None
        return media_type if _is_utf8(file) else None

    return read


def _is_utf8(file: IO[bytes]) -> bool:
    file.seek(0)
    left = b""
    while chunk := file.read(TEXT_CHUNK):
        if not _CONTROL.isdisjoint(chunk):
            return False
        chunk = left + chunk
        try:
            chunk.decode()
            left = b""
        except UnicodeDecodeError as error:
            if error.end != len(chunk) or len(chunk) - error.start > 3:
                return False
            left = chunk[error.start :]
    return not left


def _reader(media_type: str) -> Callable[[IO[bytes]], str | None]:
    if media_type in _TEXTS:
        return _text(media_type)
    if media_type in _IMAGES:
        return _image
    if media_type in _OLE_TYPES:
        return _ole
    if media_type == _ASICE:
        return _container
    if media_type.startswith((_OOXML, _ODF)):
        return _package
    return _pdf if media_type == "application/pdf" else _magic


_READERS = {media_type: _reader(media_type) for media_type in FORMATS}
