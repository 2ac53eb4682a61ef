"""Certificate care: all certificates, one of them with what it signed, and ending it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.signing import actions, subjects
from motcua.engines.signing.care import access, queries
from motcua.engines.signing.care.queries import Standing
from motcua.engines.signing.care.revocation import Word, word_on
from motcua.engines.signing.care.rules import WARNED_DAYS
from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningDocument
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import keyset
from motcua.kernel.web.addresses import address
from motcua.people.accounts.access import sign_in_first, signed_in


@require_GET
@sign_in_first
def certificates(request: HttpRequest) -> HttpResponse:
    """Every certificate that the administrator looks after; found by holder, subject, issuer and serial number."""
    cared, now = access.cared_certificates(access.carer(request)), timezone.now()
    asked = {name: request.GET.get(name, "") for name in ("q", "standing", "provider")}
    which = Standing(asked["standing"]) if asked["standing"] in list(Standing) else None
    rows = queries.with_holders(queries.matching(cared, asked["q"]))
    rows = rows.filter(queries.standing(which, at=now)) if which else rows
    rows = rows.filter(provider=asked["provider"]) if asked["provider"] else rows
    page = keyset.paginate(rows.defer("der", "chain"), order=queries.order_of(which), cursor=request.GET.get("cursor"))
    context = {
        "page": page,
        "rows": [_row(each, now) for each in page.items],
        "asked": asked,
        "standings": [("", _("All")), *_standings().items()],
        "providers": [("", _("All")), *((code, provider_title(code)) for code in registry)],
        "figures": _figures(queries.counts(cared, at=now)),
    }
    return render(request, "signing/care/certificates.html", context)


@require_GET
@sign_in_first
def certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """One certificate: whose, from whom, until when, what its authority says, and what was signed with it."""
    shown, now = access.cared_certificate(request, certificate_id), timezone.now()
    page = keyset.paginate(
        queries.signed_with(shown), order=("-transaction__started_at", "-id"), cursor=request.GET.get("cursor")
    )
    pages = subjects.addresses_of({document.subject for document in page.items})
    context = {
        "certificate": _details(shown, now),
        "word": _word(word_on(shown), now),
        "page": page,
        "documents": [_document(each, pages) for each in page.items],
    }
    return render(request, "signing/care/certificate.html", context)


@require_http_methods(["GET", "POST"])
@sign_in_first
def withdraw(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """End a certificate, after a confirmation; what was signed with it stays."""
    shown = access.cared_certificate(request, certificate_id)
    if request.method != "POST":
        row = _details(shown, timezone.now())
        return render(request, "signing/care/withdraw_certificate.html", {"certificate": row})
    actions.withdraw_certificate(certificate_id=shown.pk, by=signed_in(request).pk, at=timezone.now())
    messages.success(request, _("The certificate signs nothing more here. What was signed with it stays."))
    return redirect("signing:certificate", shown.pk)


def provider_title(code: str) -> str:
    """How people call a provider; its code when it is not set up any more."""
    provider = registry.get(code)
    return str(provider.title) if provider else code


def _standings() -> dict[str, str]:
    return {
        Standing.USABLE: _("Usable"),
        Standing.EXPIRING_60: _("Ends within 60 days"),
        Standing.EXPIRING_30: _("Ends within 30 days"),
        Standing.EXPIRING_7: _("Ends within 7 days"),
        Standing.EXPIRED: _("Expired"),
        Standing.WITHDRAWN: _("Withdrawn here"),
        Standing.SUSPENDED: _("Suspended by its authority"),
        Standing.REVOKED: _("Revoked by its authority"),
    }


def _figures(counted: dict[Standing, int]) -> list[dict[str, Any]]:
    labels, page = _standings(), reverse("signing:certificates")
    urgent = {Standing.EXPIRING_7, Standing.EXPIRED}
    return [
        {
            "number": number,
            "label": labels[which],
            "href": f"{page}?standing={which}",
            "tone": "danger" if number and which in urgent else "plain",
        }
        for which, number in counted.items()
    ]


def _state(row: SigningCertificate, at: datetime) -> tuple[str, str]:
    if row.revoked_at is not None:
        return _("Revoked"), "red"
    if row.withdrawn_at is not None:
        return _("Withdrawn here"), "grey"
    if row.valid_to <= at:
        return _("Expired"), "red"
    if row.suspended_at is not None:
        return _("Suspended"), "red"
    if row.valid_from > at:
        return _("Not valid yet"), "amber"
    days = (row.valid_to - at).days
    if days < max(WARNED_DAYS):
        return _("%(days)d days left") % {"days": days}, "amber"
    return _("Usable"), "green"


def _row(row: SigningCertificate, at: datetime) -> dict[str, Any]:
    state, colour = _state(row, at)
    return {
        "id": row.pk,
        "holder": getattr(row, "holder_name", None) or row.subject,
        "is_seal": row.holder_kind == HolderKind.OFFICE,
        "subject": row.subject,
        "issuer": row.issuer,
        "serial": row.serial,
        "provider": provider_title(row.provider),
        "demonstration": row.demonstration,
        "until": local_date(row.valid_to),
        "state": state,
        "colour": colour,
        "url": address("signing:certificate", row.pk),
    }


def _details(row: SigningCertificate, at: datetime) -> dict[str, Any]:
    return _row(row, at) | {
        "since": local_date(row.valid_from),
        "fingerprint": row.fingerprint,
        "label": row.means.label,
        "check": row.get_holder_check_display(),
        "ended": local_datetime(row.withdrawn_at) if row.withdrawn_at else "",
        "revoked": local_datetime(row.revoked_at) if row.revoked_at else "",
        "can_withdraw": row.withdrawn_at is None,
    }


def _word(word: Word | None, at: datetime) -> dict[str, Any] | None:
    if word is None:
        return None
    if word.ended is None:
        text = _("Not revoked")
    else:
        text = (_("Suspended since %(when)s") if word.ended.suspended else _("Revoked since %(when)s")) % {
            "when": local_datetime(word.ended.at)
        }
    return {"text": text, "said": local_datetime(word.said_at), "over": word.until <= at, "source": word.source}


def _document(document: SigningDocument, pages: dict[str, str]) -> dict[str, Any]:
    transaction = document.transaction
    return {
        "title": document.title,
        "url": pages.get(document.subject, ""),
        "level": transaction.get_level_display(),
        "signer": getattr(document, "signer_name", None) or "–",
        "when": local_datetime(transaction.started_at),
        "state": transaction.state,
        "state_text": transaction.get_state_display(),
    }
