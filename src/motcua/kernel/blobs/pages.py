"""Handing a file out. A room calls :func:`respond` after its own access check: here nobody is asked who they are."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import content_disposition_header

from motcua.kernel.blobs.files import CHUNK, open_file
from motcua.kernel.blobs.formats import FORMATS
from motcua.kernel.blobs.models import StoredFile

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
# A sandbox keeps a document's scripts out of this site; Chromium's PDF viewer does not start inside one.
_POLICY = "default-src 'none'; sandbox"
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def respond(request: HttpRequest, stored: StoredFile, *, download: bool = False) -> HttpResponseBase:
    """The content, streamed: shown in place for PDF and images unless ``download``; ranges as in RFC 9110.

    Raises :class:`Conflict` or :class:`NotFound` for a content that is held or was infected.
    """
    etag = f'"{stored.blob_id}"'
    if etag in request.headers.get("If-None-Match", ""):
        # A 304 replaces the stored policies: without these a page could not frame the file a second time.
        return HttpResponseNotModified(headers=_headers(stored, etag, download=download))
    opened = open_file(stored)
    wanted = _wanted(request, etag, stored.size)
    response = _unsatisfiable(opened, stored.size) if wanted is None else _streamed(opened, wanted, stored)
    for name, value in _headers(stored, etag, download=download).items():
        response.headers[name] = value
    return response


def _wanted(request: HttpRequest, etag: str, size: int) -> range | None:
    """The bytes asked for: all of them unless a single well-formed range is; none when it lies outside."""
    whole = range(size)
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None or request.headers.get("If-Range", etag) != etag or not any(found.groups()):
        return whole
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size) if int(last) else None
    if last and int(last) < int(first):
        return whole
    return range(int(first), min(int(last) + 1, size) if last else size) or None


def _streamed(opened: BinaryIO, wanted: range, stored: StoredFile) -> HttpResponseBase:
    opened.seek(wanted.start)
    response = StreamingHttpResponse(_Part(opened, len(wanted)), content_type=stored.media_type)
    response.headers["Content-Length"] = str(len(wanted))
    if len(wanted) < stored.size:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{stored.size}"
    return response


class _Part:
    """The wanted bytes of an open file, in chunks; a response that is never read (HEAD) closes it, too."""

    def __init__(self, opened: BinaryIO, left: int) -> None:
        self._opened = opened
        self._left = left

    def __iter__(self) -> Iterator[bytes]:
        while self._left and (chunk := self._opened.read(min(CHUNK, self._left))):
            self._left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._opened.close()


def _unsatisfiable(opened: BinaryIO, size: int) -> HttpResponse:
    opened.close()
    return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}, content_type="text/plain")


def _headers(stored: StoredFile, etag: str, *, download: bool) -> dict[str, str]:
    inline = not download and stored.media_type in FORMATS and FORMATS[stored.media_type].inline
    pdf = stored.media_type == "application/pdf"
    return {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition_header(not inline, stored.name) or "attachment",
        "Content-Security-Policy": _PDF_POLICY if pdf else _POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN" if inline else "DENY",
    }
