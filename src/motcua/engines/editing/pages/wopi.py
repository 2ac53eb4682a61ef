"""The WOPI host: what Collabora Online and ONLYOFFICE ask for (Microsoft, WOPI REST API).

No session: a token in the address says who asks, and the editor's signature that it is the editor (``access``).
"""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from motcua.engines.editing import actions, rules
from motcua.engines.editing.access import Called, called
from motcua.engines.editing.config import origin_of
from motcua.engines.editing.errors import Locked, Malformed, NotDone, TooLarge
from motcua.engines.editing.kinds import kind_of
from motcua.engines.editing.models import EditedFile
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.blobs.actions import store
from motcua.kernel.blobs.files import CHUNK
from motcua.kernel.errors import Conflict, Refused

View = Callable[..., HttpResponseBase]
LOCK, OLD_LOCK, VERSION = "X-WOPI-Lock", "X-WOPI-OldLock", "X-WOPI-ItemVersion"
_UNAVAILABLE = 503


def _told_to_editor(view: View) -> View:
    """Decorator: a refusal is a status, its code a header; a conflict names the lock that holds."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Refused as refused:
            # WOPI's 409 speaks of locks alone: what cannot be read yet is told otherwise.
            status = _UNAVAILABLE if isinstance(refused, Conflict) else refused.status
            response = HttpResponse(status=status, content_type="text/plain")
            response.headers["X-WOPI-ServerError"] = refused.code
            if isinstance(refused, Locked):
                response.headers[LOCK] = refused.lock
                response.headers["X-WOPI-LockFailureReason"] = "locked" if refused.lock else "not locked"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return csrf_exempt(wrapped)  # another server calls; token and proof say whether it may


@_told_to_editor
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, edited_id: UUID) -> HttpResponseBase:
    """CheckFileInfo, and everything that is done to a file but writing it."""
    at = timezone.now()
    asked = called(request, edited_id, at=at)
    if request.method == "GET":
        return JsonResponse(_information(asked))
    act = _ACTS.get(request.headers.get("X-WOPI-Override", ""))
    if act is None:
        raise NotDone
    asked.require_writing()
    return act(request, asked, at)


@_told_to_editor
@require_http_methods(["GET", "POST"])
def contents(request: HttpRequest, edited_id: UUID) -> HttpResponseBase:
    """GetFile and PutFile."""
    at = timezone.now()
    asked = called(request, edited_id, at=at)
    return _get(request, asked) if request.method == "GET" else _put(request, asked, at)


def _information(asked: Called) -> dict[str, Any]:
    edited, account = asked.edited, asked.account
    return {
        "BaseFileName": asked.rights.name,
        "OwnerId": edited.subject.hex,
        "Size": edited.file.size,
        "UserId": account.pk.hex,
        "UserFriendlyName": account.display_name,
        "Version": str(edited.version),
        "SHA256": base64.b64encode(bytes.fromhex(edited.file.blob_id)).decode(),
        "LastModifiedTime": _moment(edited.changed_at),
        "ReadOnly": not asked.writes,
        "UserCanWrite": asked.writes,
        "UserCanNotWriteRelative": True,
        "UserCanRename": False,
        "SupportsLocks": True,
        "SupportsGetLock": True,
        "SupportsExtendedLockLength": True,
        "SupportsUpdate": True,
        "SupportsRename": False,
        "SupportsDeleteFile": False,
        "PostMessageOrigin": origin_of(asked.editor.settings.here),
        "CloseUrl": f"{asked.editor.settings.here}{kind_of(edited.kind).back(edited.subject)}",
    }


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _get(request: HttpRequest, asked: Called) -> HttpResponseBase:
    most = request.headers.get("X-WOPI-MaxExpectedSize", "")
    if most.isascii() and most.isdecimal() and asked.edited.file.size > int(most):
        return HttpResponse(status=412, content_type="text/plain")
    response = blob_pages.respond(request, asked.edited.file, download=True)
    response.headers[VERSION] = str(asked.edited.version)
    return response


def _put(request: HttpRequest, asked: Called, at: datetime) -> HttpResponseBase:
    if request.headers.get("X-WOPI-Override") != "PUT":
        raise NotDone
    asked.require_writing()
    edited, lock, settings = asked.edited, request.headers.get(LOCK, ""), asked.editor.settings
    # Before the content is read: a conflict costs nobody a transfer.
    rules.require_lock(rules.holding(edited.lock, edited.locked_until, at), lock)
    stored = _stored(request, asked, settings.most_bytes)
    saved = actions.put_file(
        edited.pk, lock=lock, stored=stored, by=asked.account.pk, every=settings.version_every, at=timezone.now()
    )
    response = JsonResponse({"LastModifiedTime": _moment(saved.changed_at)})  # Collabora notices other writers by it
    response.headers[VERSION] = str(saved.version)
    return response


def _stored(request: HttpRequest, asked: Called, most: int) -> Any:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > most:
        raise TooLarge
    try:
        return store(_Sent(request, most), name=asked.rights.name, by=asked.account.pk)
    except TooLarge:
        raise
    except Refused as refused:
        raise Malformed(refused.message, code=refused.code) from refused


class _Sent(File):  # type: ignore[type-arg]
    """The body of a request as a file that is read once."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(None)
        self._request, self._most = request, most

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The content in parts. Raises :class:`TooLarge`."""
        size = 0
        while chunk := self._request.read(chunk_size or CHUNK):
            size += len(chunk)
            if size > self._most:
                raise TooLarge
            yield chunk


def _told(edited: EditedFile) -> HttpResponse:
    return HttpResponse(headers={VERSION: str(edited.version)}, content_type="text/plain")


def _lock(request: HttpRequest, asked: Called, at: datetime) -> HttpResponse:
    lock, old = request.headers.get(LOCK, ""), request.headers.get(OLD_LOCK)
    who: dict[str, Any] = {"by": asked.account.pk, "at": at}
    if old is not None:
        return _told(actions.relock(asked.edited.pk, old, lock, **who))
    return _told(actions.lock_file(asked.edited.pk, lock, **who))


def _get_lock(request: HttpRequest, asked: Called, at: datetime) -> HttpResponse:
    holds = rules.holding(asked.edited.lock, asked.edited.locked_until, at)
    return HttpResponse(headers={LOCK: holds}, content_type="text/plain")


def _refresh(request: HttpRequest, asked: Called, at: datetime) -> HttpResponse:
    return _told(actions.refresh_lock(asked.edited.pk, request.headers.get(LOCK, ""), by=asked.account.pk, at=at))


def _unlock(request: HttpRequest, asked: Called, at: datetime) -> HttpResponse:
    return _told(actions.unlock_file(asked.edited.pk, request.headers.get(LOCK, ""), by=asked.account.pk, at=at))


_ACTS: dict[str, Callable[[HttpRequest, Called, datetime], HttpResponse]] = {
    "LOCK": _lock,
    "GET_LOCK": _get_lock,
    "REFRESH_LOCK": _refresh,
    "UNLOCK": _unlock,
}
