"""Idempotency-Key: a request that a client sends twice is done once, and answered twice alike.

The key is written in the transaction of the work itself. A second request with the same key waits on the unique index
until the first has committed, then gets the stored answer; if the first was rolled back, it does the work.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.web import rate_limit
from motcua.kernel.web.api import TooLarge
from motcua.kernel.web.models import IdempotencyKey

LIFE = timedelta(hours=24)
LONGEST_KEY = 255
WAIT_SECONDS = 10
KEPT_HEADERS = ("Content-Type", "Content-Language", "Location", "ETag")

_RESERVE = """
    INSERT INTO web_idempotencykey (id, principal, key, fingerprint, status, headers, body, created_at)
    VALUES (%(id)s, %(principal)s, %(key)s, %(fingerprint)s, NULL, '{}', '', %(now)s)
    ON CONFLICT (principal, key) DO UPDATE
        SET id = EXCLUDED.id, fingerprint = EXCLUDED.fingerprint, status = NULL, headers = '{}', body = '',
            created_at = EXCLUDED.created_at
        WHERE web_idempotencykey.created_at <= %(stale)s
    RETURNING id
"""


class _FailedError(Exception):
    """Carries an answer out of the transaction that must not be kept."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def once(
    request: HttpRequest,
    *,
    principal: str,
    respond: Callable[[], HttpResponse],
    content: bytes | None = None,
) -> HttpResponse:
    """``respond()``, at most once in 24 hours for an Idempotency-Key of this principal.

    Without the header it is simply called. ``content`` stands for the body where that must not be read into memory
    (an upload's digest). Raises :class:`Refused` for an ill-formed key or another request under a used key, and
    :class:`Conflict` when the first request still runs after ten seconds. Refusals and 5xx answers are not kept; the
    hits of rate limits that were rolled back with them are counted again.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return respond()
    if not key.isascii() or not key.isprintable() or not 1 <= len(key) <= LONGEST_KEY:
        raise Refused(_("The Idempotency-Key must have 1 to 255 printable ASCII characters."), code="bad_key")
    fingerprint = _fingerprint(request, content)
    with rate_limit.noted() as hits:
        try:
            with transaction.atomic():
                reserved = _reserve(principal, key, fingerprint)
                return _first(reserved, respond) if reserved else _again(principal, key, fingerprint)
        except (Refused, _FailedError) as failed:  # not what broke down: the database may have gone with it
            for hit in hits:  # what was tried stays tried, though nothing else stays
                hit.count()
            if isinstance(failed, _FailedError):
                return failed.response
            raise


def made_once(
    *, principal: str, key: str, content: bytes, make: Callable[[], UUID | None]
) -> tuple[UUID | None, bool | None]:
    """The key of what a form makes that bears a key of its own: sent again, it makes nothing and has the first one's.

    Also says what this was: True for the first time, False for the same again, None for the form with other content.
    Where ``make`` makes nothing, or raises, it is tried anew. Raises :class:`Conflict` as :func:`once`.
    """
    fingerprint = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        if reserved := _reserve(principal, key, fingerprint):
            made, own = make(), IdempotencyKey.objects.filter(id=reserved)
            if made is None:
                own.delete()
            else:
                own.update(status=201, headers={"Made": str(made)})
            return made, True
        kept = IdempotencyKey.objects.get(principal=principal, key=key)
        return UUID(kept.headers["Made"]), False if kept.fingerprint == fingerprint else None


def _fingerprint(request: HttpRequest, content: bytes | None) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(_body(request) if content is None else content)
    return digest.hexdigest()


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig as error:
        raise TooLarge(_("The body is too large.")) from error


def _reserve(principal: str, key: str, fingerprint: str) -> UUID | None:
    now = timezone.now()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
            cursor.execute(
                _RESERVE,
                {
                    "id": new_id(),
                    "principal": principal,
                    "key": key,
                    "fingerprint": fingerprint,
                    "now": now,
                    "stale": now - LIFE,
                },
            )
            row = cursor.fetchone()
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
            return row[0] if row else None
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Conflict(_("The first request with this key is still being worked on.")) from error
        raise


def _first(reserved: UUID, respond: Callable[[], HttpResponse]) -> HttpResponse:
    response = respond()
    if response.status_code >= 500:
        raise _FailedError(response)
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    IdempotencyKey.objects.filter(id=reserved).update(
        status=response.status_code, headers=headers, body=response.content
    )
    return response


def _again(principal: str, key: str, fingerprint: str) -> HttpResponse:
    kept = IdempotencyKey.objects.get(principal=principal, key=key)
    if kept.fingerprint != fingerprint:
        raise Refused(_("This Idempotency-Key was used for another request."), code="key_reused")
    return HttpResponse(bytes(kept.body), status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"})
