"""What the pages share that register a way of signing: an officer's, the public's, an administrator's."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.engines.signing.providers.interface import Provider
from motcua.kernel.errors import NotFound
from motcua.kernel.web import rate_limit
from motcua.people.accounts.access import signed_in

ATTEMPTS, WINDOW = 20, timedelta(hours=1)  # of one account of the public: each asks a service about somebody


def spend_attempt(request: HttpRequest) -> None:
    """Count that somebody of the public registers a certificate. Raises ``TooMany``."""
    rate_limit.spend("signing.own-means", str(signed_in(request).pk), limit=ATTEMPTS, window=WINDOW)


def chosen_provider(request: HttpRequest, offered: Mapping[str, Provider]) -> tuple[str, dict[str, Any]]:
    """Which provider is chosen (none: empty), and what the form shows of it. Raises :class:`NotFound` for another."""
    code = request.POST.get("provider") or request.GET.get("provider", "")
    if code and code not in offered:
        raise NotFound(_("This way of signing is not set up here."), code="provider")
    return code, {
        "providers": [(each, str(provider.title)) for each, provider in offered.items()],
        "provider": code,
        "title": str(offered[code].title) if code else "",
        "asks": offered[code].asks if code else (),
        "browser": bool(code and offered[code].browser),
    }
