"""Trust anchors (tổ chức chứng thực được tin cậy): whom the house trusts, added after comparing fingerprints."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from motcua.engines.signing import actions, queries
from motcua.engines.signing.actions.anchors import LONGEST_SOURCE
from motcua.engines.signing.care import access
from motcua.engines.signing.care import anchors as reading
from motcua.engines.signing.care.anchors import Authority
from motcua.engines.signing.models import TrustAnchor
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date
from motcua.kernel.text.typed import written
from motcua.kernel.web import forms
from motcua.people.accounts.access import administrator, sign_in_first, signed_in

_FOUND = "trust_anchors"  # session key: certificates that were read, between their fingerprints and the confirmation


@require_http_methods(["GET", "POST"])
@sign_in_first
def anchors(request: HttpRequest) -> HttpResponse:
    """Those trusted now and those withdrawn, and a file with new ones: read, shown, confirmed."""
    by, source = administrator(request), request.POST.get("source", "")
    context = {
        "rows": [_row(anchor, timezone.now()) for anchor in queries.trust_anchors()],
        "known": [_known(each) for each in reading.known_authorities()],
        "found": None,
        "source": source,
    }
    if request.method != "POST":
        request.session.pop(_FOUND, None)
        return forms.page(request, "signing/care/anchors.html", context)
    try:
        confirmed = "confirm" in request.POST and _FOUND in request.session
        found = reading.unpacked(request.session[_FOUND]) if confirmed else _uploaded(request)
    except Refused as refused:
        return forms.page(request, "signing/care/anchors.html", context, refused=refused)
    if not confirmed:
        request.session[_FOUND] = reading.packed(found)
        shown = [_authority(each, timezone.now()) | {"recorded": _recorded(each)} for each in found]
        return forms.page(request, "signing/care/anchors.html", context | {"found": shown})
    del request.session[_FOUND]
    ders = [each.der for each in found]
    added = actions.add_trust_anchors(ders=ders, source=source, by=by.pk, at=timezone.now())
    text = ngettext("%(num)d authority is trusted now.", "%(num)d authorities are trusted now.", len(added))
    messages.success(request, text % {"num": len(added)})
    return redirect("signing:trust-anchors")


@require_http_methods(["GET", "POST"])
@sign_in_first
def withdraw(request: HttpRequest, anchor_id: UUID) -> HttpResponse:
    """Trust one no longer, after a confirmation."""
    anchor = access.trusted_anchor(request, anchor_id)
    if request.method != "POST":
        return render(request, "signing/care/withdraw_anchor.html", {"row": _row(anchor, timezone.now())})
    actions.withdraw_trust_anchor(anchor_id=anchor.pk, by=signed_in(request).pk, at=timezone.now())
    messages.success(request, _("This authority is trusted no longer."))
    return redirect("signing:trust-anchors")


def _uploaded(request: HttpRequest) -> list[Authority]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Choose a file."), field="file", code="required")
    text = _("Write where the file comes from, so that others can check it.")
    written(request.POST.get("source", ""), text, "source", LONGEST_SOURCE)
    return reading.read_authorities(file.read(reading.MOST_BYTES + 1))


def _known(publisher: dict[str, Any]) -> dict[str, Any]:
    roots = [(root["subject"], reading.in_groups(root["sha256"])) for root in publisher.get("roots", ())]
    return {"name": publisher["name"], "url": publisher["url"], "roots": roots}


def _recorded(authority: Authority) -> str:
    return reading.recorded_as(authority.fingerprint)


def _authority(authority: Authority, at: datetime) -> dict[str, Any]:
    return {
        "subject": authority.subject,
        "issuer": authority.issuer,
        "fingerprint": reading.in_groups(authority.fingerprint),
        "since": local_date(authority.valid_from),
        "until": local_date(authority.valid_to),
        "over": authority.valid_to <= at,
    }


def _row(anchor: TrustAnchor, at: datetime) -> dict[str, Any]:
    return _authority(Authority.read(bytes(anchor.der)), at) | {
        "id": anchor.pk,
        "demonstration": anchor.demonstration,
        "source": anchor.source,
        "added": local_date(anchor.added_at),
        "withdrawn": local_date(anchor.withdrawn_at) if anchor.withdrawn_at else "",
    }
