"""What every room's part of the API shares: who asks, whether their token's scopes allow it, and asking once only.

The API knows tokens and no sessions: what a browser sends by itself opens nothing here, so that no other site can
make a browser act.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja.security.base import AuthBase

from motcua.kernel.errors import NotAllowed
from motcua.kernel.web import rate_limit
from motcua.kernel.web.api import check_text
from motcua.kernel.web.idempotency import once
from motcua.people.accounts.principals import Principal
from motcua.people.accounts.tokens import principal_of

Run = Callable[..., HttpResponseBase]


class Bearer(AuthBase):
    """A live token whose scopes hold ``scope``; ``request.auth`` is its :class:`Principal`."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Principal:
        principal = authenticated(request)
        if not principal.may(self.scope):
            text = _("This token does not have the scope %(scope)s.") % {"scope": self.scope}
            raise NotAllowed(text, code="scope")
        return principal


def authenticated(request: HttpRequest) -> Principal:
    """Who asks, read once a request and counted against the token's limit.

    Raises ``Unauthenticated``, and ``TooMany`` beyond ``settings.API_REQUESTS_PER_MINUTE``.
    """
    known = getattr(request, "principal", None)
    if known is None:
        known = principal_of(request)
        limit = settings.API_REQUESTS_PER_MINUTE
        rate_limit.spend("api", str(known.token_id), limit=limit, window=timedelta(minutes=1))
        request.principal = known  # type: ignore[attr-defined]
    return cast(Principal, known)


def principal(request: HttpRequest) -> Principal:
    """Whoever :class:`Bearer` let in."""
    return cast(Principal, request.auth)  # type: ignore[attr-defined]


def idempotent(run: Run) -> Run:
    """Decorator of every operation: a POST under an Idempotency-Key is done once (``kernel.web.idempotency``)."""

    @wraps(run)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_text(request.path)
        if request.method != "POST" or "Idempotency-Key" not in request.headers:
            return run(request, *args, **kwargs)
        asks = authenticated(request)
        return once(
            request,
            principal=f"account:{asks.account.pk}" if asks.account else f"service:{asks.service}",
            respond=lambda: cast(HttpResponse, run(request, *args, **kwargs)),
            content=_digest_of_upload(request),
        )

    return wrapped


def _digest_of_upload(request: HttpRequest) -> bytes | None:
    """An upload is recognised by its digest: its body is on disk, not in memory."""
    if request.content_type != "multipart/form-data":
        return None
    digest = hashlib.sha256()
    for name in sorted(request.FILES):
        uploaded = cast("UploadedFile[Any]", request.FILES[name])
        digest.update(f"{name}\n{uploaded.name}\n{uploaded.size}\n".encode())
        for chunk in uploaded.chunks():
            digest.update(chunk)
        uploaded.seek(0)
    return digest.digest()
