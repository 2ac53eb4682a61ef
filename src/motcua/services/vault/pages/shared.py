"""What whoever was given a link sees: first only that something is shared, then the paper for half an hour.

Opening needs a press of a button: programs that look at links in messages ask only for the first page, which counts
nothing and tells nothing. It keeps the referrer policy of the house, for with ``no-referrer`` a browser sends its form
without an origin, which is refused; the pages behind it have no form.
"""

from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.signing.texts import told
from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms, rate_limit
from motcua.services.dossiers.pages.portal.common import facts_of
from motcua.services.vault import actions, queries, rules, wording
from motcua.services.vault.access import open_link, opening_for, standing_of
from motcua.services.vault.models import KeptPaper

Response = TypeVar("Response", bound=HttpResponseBase)
LOOKS, WINDOW = 60, timedelta(minutes=10)  # of one address
TRIES, TRIES_WINDOW = 5, timedelta(minutes=10)  # of PINs, from one address


@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def landing(request: HttpRequest, share_id: UUID, secret: str) -> HttpResponse:
    """Something is shared: open it, with the PIN where one is set."""
    address = rate_limit.address_of(request)
    rate_limit.spend("vault.look", address, limit=LOOKS, window=WINDOW)
    share = open_link(share_id, secret[:40])
    context = {"needs_pin": bool(share.pin_hash), "expires": local_datetime(share.expires_at)}
    if request.method != "POST":
        return _private(forms.page(request, "vault/portal/landing.html", context))
    try:
        if share.pin_hash:
            rate_limit.spend("vault.pin", f"{share.pk} {address}", limit=TRIES, window=TRIES_WINDOW)
        opening = actions.open_share(share.pk, pin=request.POST.get("pin", "").strip()[:20])
    except Refused as refused:
        return _private(forms.page(request, "vault/portal/landing.html", context, refused=refused))
    return redirect("vault:shared-paper", share_id, secret, opening.pk)


@never_cache
@require_GET
def opened(request: HttpRequest, share_id: UUID, secret: str, opening_id: UUID) -> HttpResponse:
    """The paper: what it is, what its signatures are worth, its file."""
    kept = _kept(request, share_id, secret, opening_id)
    assert kept.file is not None
    stands = standing_of(kept, timezone.localdate())
    judged = queries.judged(kept, at=timezone.now())
    address = reverse("vault:shared-download", args=[share_id, secret, opening_id])
    context: dict[str, Any] = {
        "kept": kept,
        "standing": (wording.standing_text(stands), wording.STANDING_COLOURS.get(stands, "grey")),
        "mark": wording.mark(kept, judged),
        "verdicts": told(judged.verdicts) if judged else None,
        "facts": _facts(kept),
        "minutes": rules.STAYS_OPEN.seconds // 60,
        "file": {
            "name": kept.file.name,
            "url": address,
            "facts": facts_of(kept.file),
            "media_type": kept.file.media_type,
            "scan": kept.file.blob.mark,
            "download": f"{address}?save=1",
        },
    }
    return _private(forms.page(request, "vault/portal/shared.html", context), referrer=False)


def _facts(kept: KeptPaper) -> list[dict[str, str]]:
    rows = [
        (pgettext("paper", "Issued by"), kept.issuer),
        (pgettext("paper", "Number"), kept.number),
        (_("Day of issue"), local_date(kept.issued_on)),
        (_("Validity"), wording.validity_text(kept)),
        (_("Who answers for it"), _assurance(kept)),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _assurance(kept: KeptPaper) -> str:
    if kept.assurance == KeptPaper.Assurance.DECLARED:
        return _("Stated by who shared it, not verified")
    return str(kept.get_assurance_display())


@never_cache
@require_GET
def download(request: HttpRequest, share_id: UUID, secret: str, opening_id: UUID) -> HttpResponseBase:
    """The file of an opened link."""
    kept = _kept(request, share_id, secret, opening_id)
    assert kept.file is not None
    return _private(respond(request, kept.file, download="save" in request.GET), referrer=False)


def _kept(request: HttpRequest, share_id: UUID, secret: str, opening_id: UUID) -> KeptPaper:
    rate_limit.spend("vault.look", rate_limit.address_of(request), limit=LOOKS, window=WINDOW)
    return opening_for(share_id, secret[:40], opening_id).share.kept


def _private(response: Response, *, referrer: bool = True) -> Response:
    """No search engine keeps it, and no page that is opened from it learns its address."""
    response.headers["X-Robots-Tag"] = "noindex"
    if not referrer:
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
