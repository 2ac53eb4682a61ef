"""Anyone may have a document judged: by its file, or by the QR code of its printed copy. Nothing is kept."""

import hashlib
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.signing import originals
from motcua.engines.signing.originals import Original
from motcua.engines.signing.queries import verdicts_on
from motcua.engines.signing.texts import told
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.events import queries as events
from motcua.kernel.text.dates import local_date, local_datetime
from motcua.kernel.web import forms, rate_limit

LIMIT, WINDOW = 20, timedelta(minutes=10)  # files, and look-ups of codes, of one address
# The web process holds the file while it is judged.
LARGEST = 30 * 1024 * 1024
LONGEST = 60
Response = TypeVar("Response", bound=HttpResponseBase)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The page with the file input; with a file, its verdicts and its original."""
    if request.method != "POST":
        return _page(request, {"found": None})
    try:
        rate_limit.spend("signing.verify", rate_limit.address_of(request), limit=LIMIT, window=WINDOW)
        name, content = _received(request)
    except Refused as refused:
        return _page(request, {"found": None}, refused=refused)
    digest = hashlib.sha256(content).hexdigest()
    verdicts = told(verdicts_on(content, at=timezone.now()))
    found = {"name": name, "digest": digest, "verdicts": verdicts, "original": _original(originals.by_digest(digest))}
    return _page(request, {"found": found})


@never_cache
@require_GET
def printed(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Where the QR code of a printed document leads. A wrong code is answered like an unknown number."""
    try:
        original = _by_code(request, number, code)
    except NotFound as refused:
        return _page(request, {"found": None}, refused=refused)
    verdicts = told(verdicts_on(read_bytes(original.file), at=timezone.now())) if original.file else None
    context = {
        "original": _original(original),
        "verdicts": verdicts,
        "file": reverse("signing:printed-file", args=[number, code]) if original.file else None,
        "digest": original.file.blob_id if original.file else "",
    }
    return _unlisted(render(request, "signing/portal/printed.html", context))


@never_cache
@require_GET
def printed_file(request: HttpRequest, number: str, code: str) -> HttpResponseBase:
    """The registered original itself, for who holds the printed document."""
    original = _by_code(request, number, code)
    if original.file is None:
        raise NotFound(_("There is no such document."))
    return _unlisted(blob_pages.respond(request, original.file, download="download" in request.GET))


def _by_code(request: HttpRequest, number: str, code: str) -> Original:
    rate_limit.spend("signing.verify_code", rate_limit.address_of(request), limit=3 * LIMIT, window=WINDOW)
    original = originals.by_code(number.strip().upper()[:LONGEST], code[:LONGEST])
    if original is None:
        raise NotFound(_("This agency has issued no document with this code. The printed copy may be forged."))
    return original


def _received(request: HttpRequest) -> tuple[str, bytes]:
    """The name and content of the file that was sent. Raises :class:`Refused`."""
    sent = request.FILES.get("file")
    if sent is None or not sent.size:
        raise Refused(_("Choose the file to be checked."), field="file", code="required")
    if sent.size > LARGEST:
        text = _("The file is larger than %(limit)d MB.") % {"limit": LARGEST // (1024 * 1024)}
        raise Refused(text, field="file", code="too_large")
    return sent.name or "", sent.read()


def _original(original: Original | None) -> dict[str, Any] | None:
    if original is None:
        return None
    rows = [
        (_("Document"), original.title),
        (pgettext("document", "Number"), original.number),
        (_("Issued by"), original.agency),
        (_("Issued at"), local_datetime(original.issued_at)),
    ]
    return {
        "rows": [{"label": label, "value": value} for label, value in rows],
        "newest": original.newest,
        "revoked": local_date(original.revoked_at),
        "log": _place(original.event) if original.event else None,
    }


def _place(event: bytes) -> dict[str, Any]:
    """Where the event of the sealing stands in the public log."""
    digest = event.hex()
    proof = events.inclusion(event)
    return {
        "url": f"{reverse('events:proof')}?digest={digest}",
        "digest": digest,
        "leaf": proof["leaf"],
        "size": proof["root"]["size"] if proof["root"] and proof["leaf"] is not None else None,
    }


def _page(request: HttpRequest, context: dict[str, Any], *, refused: Refused | None = None) -> HttpResponse:
    whole = {"site_address": settings.PUBLIC_URL} | context
    return _unlisted(forms.page(request, "signing/portal/verify.html", whole, refused=refused))


def _unlisted(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
