"""A session that ran out while its owner was typing loses nothing.

The posted fields wait encrypted for 30 minutes under a key that only this browser holds, and come back after the same
account has signed in. Files do not (the browser still has them), passwords never.
"""

import json
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from motcua.people.accounts.models import Account, KeptForm
from motcua.people.accounts.sealing import digest_of, seal, unseal

COOKIE = "motcua_kept"
_LIFE = timedelta(minutes=30)
# One-time codes are typed below /account/, of which nothing is kept; a tax code is no secret.
_NEVER_KEPT = ("password", "csrfmiddlewaretoken")
_MOST_CHARACTERS = 500_000
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def keep(request: HttpRequest, account_id: UUID) -> HttpResponseRedirect:
    """Keep what was posted and send the browser to sign in."""
    response = redirect(f"{reverse('accounts:sign-in')}?{urlencode({'next': request.path, 'ended': '1'})}")
    fields = _fields(request)
    if fields is None:
        return response
    key = secrets.token_urlsafe(32)
    KeptForm.objects.create(
        digest=digest_of(key),
        account_id=account_id,
        path=request.get_full_path()[:500],
        fields=seal(json.dumps(fields).encode()),
        expires_at=timezone.now() + _LIFE,
    )
    response.set_cookie(
        COOKIE,
        key,
        max_age=int(_LIFE.total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        path=reverse("accounts:resume"),
    )
    return response


def _fields(request: HttpRequest) -> list[list[str]] | None:
    """The posted fields in their order; None when there is nothing, or too much, to keep."""
    if request.content_type not in _FORM_TYPES:
        return None
    fields = [
        [name, str(value)]
        for name, values in request.POST.lists()
        if not any(word in name.lower() for word in _NEVER_KEPT)
        for value in values
    ]
    return fields if 0 < sum(len(value) for _name, value in fields) <= _MOST_CHARACTERS else None


def take(request: HttpRequest, account: Account) -> tuple[str, list[list[str]]] | None:
    """The path and fields kept for this browser and account; taken once."""
    kept = KeptForm.objects.filter(
        digest=digest_of(request.COOKIES.get(COOKIE, "")), account=account, expires_at__gt=timezone.now()
    ).first()
    if kept is None:
        return None
    kept.delete()
    fields: Any = json.loads(unseal(kept.fields))
    return kept.path, fields
