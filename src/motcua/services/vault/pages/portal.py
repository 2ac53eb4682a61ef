"""One's own store: the list, one paper, papers of one's own."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.signing.texts import told
from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import Page, paginate
from motcua.people.accounts.access import signed_in
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_of
from motcua.services.dossiers.pages.portal.common import facts_of, for_applicants, viewer_of
from motcua.services.vault import access, actions, queries, wording
from motcua.services.vault.access import Accessed, paper_for, standing_of, store_of
from motcua.services.vault.models import KeptPaper, Share
from motcua.services.vault.rules import LinkState, link_state


class Row(NamedTuple):
    """A paper in the list."""

    name: str
    url: str
    origin: str
    facts: str
    owner: str
    validity: str
    standing: str
    standing_colour: str
    mark: str
    mark_colour: str


@require_GET
@for_applicants
def store(request: HttpRequest) -> HttpResponse:
    """What is kept for oneself and for whom one may act, newest first."""
    parties, today = parties_of(signed_in(request), timezone.localdate()), timezone.localdate()
    asked = {name: request.GET.get(name, "") for name in ("origin", "validity", "owner")}
    owner = next((party.pk for party in parties if str(party.pk) == asked["owner"]), None)
    found = queries.narrowed(
        store_of(viewer_of(request)),
        on=today,
        origin=asked["origin"] if asked["origin"] in KeptPaper.Origin.values else "",
        validity=asked["validity"],
        owner=owner,
    )
    page = paginate(found, order=queries.ORDER, cursor=request.GET.get("cursor"))
    access.look_into(viewer_of(request), page.items)
    context = {
        "page": page,
        "rows": _rows(page, today),
        "asked": asked,
        "filtered": any(asked.values()),
        "origins": [("", _("All")), *KeptPaper.Origin.choices],
        "validities": [
            ("", _("All")),
            (queries.VALID, _("Valid today")),
            (queries.EXPIRED, pgettext("paper", "Expired")),
            (queries.REVOKED, pgettext("paper", "Revoked")),
        ],
        "owners": [("", _("All")), *((str(party.pk), party.name) for party in parties)] if parties[1:] else [],
    }
    return forms.page(request, "vault/portal/store.html", context)


def _rows(page: Page[KeptPaper], today: date) -> list[Row]:
    judged = queries.verdicts_of(page.items)
    return [_row(kept, today, wording.mark(kept, judged.get(kept.file.blob_id))) for kept in page.items if kept.file]


def _row(kept: KeptPaper, today: date, mark: tuple[str, str]) -> Row:
    stands = standing_of(kept, today)
    return Row(
        name=kept.name,
        url=reverse("vault:paper", args=[kept.pk]),
        origin=str(kept.get_origin_display()),
        facts=wording.facts_text(kept),
        owner=kept.owner.name,
        validity=wording.validity_text(kept),
        standing=wording.standing_text(stands),
        standing_colour=wording.STANDING_COLOURS.get(stands, "grey"),
        mark=mark[0],
        mark_colour=mark[1],
    )


@require_GET
@for_applicants
def paper(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """One paper: what it is, its file, what its signatures are worth, where it was used, who has a link."""
    accessed = paper_for(viewer_of(request), kept_id)
    kept = accessed.kept
    assert kept.file is not None
    judged = queries.judged(kept, at=timezone.now())
    address = reverse("vault:download", args=[kept.pk])
    context = {
        "kept": kept,
        "abilities": accessed.abilities,
        "standing": (
            wording.standing_text(accessed.standing),
            wording.STANDING_COLOURS.get(accessed.standing, "grey"),
        ),
        "why_not": wording.why_not(kept, accessed.standing, judged),
        "facts": _facts(accessed),
        "mark": wording.mark(kept, judged),
        "verdicts": told(judged.verdicts) if judged else None,
        "judged_at": local_datetime(judged.at) if judged else "",
        "file": {
            "name": kept.file.name,
            "url": address,
            "facts": facts_of(kept.file),
            "media_type": kept.file.media_type,
            "download": f"{address}?save=1",
        },
        "uses": _uses(kept),
        "links": [link_row(share) for share in queries.shares_of(kept)],
    }
    return forms.page(request, "vault/portal/paper.html", context)


def _facts(accessed: Accessed) -> list[dict[str, str]]:
    kept = accessed.kept
    rows = [
        (_("Kind"), str(kept.get_origin_display())),
        (pgettext("paper", "Owner"), kept.owner.name),
        (pgettext("paper", "Issued by"), kept.issuer),
        (pgettext("paper", "Number"), kept.number),
        (_("Day of issue"), local_date(kept.issued_on)),
        (_("Validity"), wording.validity_text(kept)),
        (_("Handed in as"), str(kept.get_form_display()) if kept.origin == KeptPaper.Origin.PAPER else ""),
        (_("Who answers for it"), str(kept.get_assurance_display())),
        (_("In the store since"), local_date(kept.added_at)),
        (pgettext("paper", "Revoked"), wording.joined([local_date(kept.revoked_at), kept.revoked_reason])),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _uses(kept: KeptPaper) -> list[tuple[str, str, str, str]]:
    """Number, address, subject and day of the dossiers that have it: the one it came from and those that reused it."""
    dossiers = [(kept.dossier, _("it came from this one"))] if kept.dossier else []
    dossiers += [(use.dossier, _("used again")) for use in queries.uses_of(kept)]
    return [
        (each.number, reverse("dossiers:my-dossier", args=[each.number]), f"{each.subject} ({how})",
         local_date(each.submitted_at))
        for each, how in dossiers
    ]  # fmt: skip


def link_row(share: Share) -> dict[str, Any]:
    """A link in the list of its paper."""
    state = link_state(access.link_of(share), timezone.now())
    texts = {
        LinkState.OPEN: (_("Works until %(time)s") % {"time": local_datetime(share.expires_at)}, "green"),
        LinkState.EXPIRED: (_("Ended on %(time)s") % {"time": local_datetime(share.expires_at)}, "grey"),
        LinkState.USED_UP: (_("Opened as often as allowed"), "grey"),
        LinkState.ENDED: (
            _("Ended on %(time)s") % {"time": local_datetime(share.ended_at)}
            if share.ended_at
            else _("Ended with the mandate of who made it"),
            "grey",
        ),
    }
    return {
        "url": reverse("vault:link", args=[share.kept_id, share.pk]),
        "name": share.recipient or _("Link of %(day)s") % {"day": local_date(share.created_at)},
        "state": texts[state],
        "open": state is LinkState.OPEN,
        "openings": share.openings_count,
    }


@require_GET
@for_applicants
def download(request: HttpRequest, kept_id: UUID) -> HttpResponseBase:
    """The file, shown in place or saved."""
    accessed = paper_for(viewer_of(request), kept_id)
    accessed.require("view")
    assert accessed.kept.file is not None
    return respond(request, accessed.kept.file, download="save" in request.GET)


@require_http_methods(["GET", "POST"])
@for_applicants
def upload(request: HttpRequest) -> HttpResponse:
    """Add a paper of one's own."""
    account = signed_in(request)
    parties = parties_of(account, timezone.localdate())
    context = {"owners": [(str(party.pk), party.name) for party in parties]}
    if request.method != "POST":
        return forms.page(request, "vault/portal/upload.html", context)
    try:
        made = actions.upload(**_typed(request), owner=_owner(parties, request.POST.get("owner", "")), by=account)
    except Refused as refused:
        return forms.page(request, "vault/portal/upload.html", context, refused=refused)
    messages.success(request, _("The paper is in your store."))
    return redirect("vault:paper", made.pk)


def _typed(request: HttpRequest) -> dict[str, Any]:
    file = request.FILES.get("file")
    errors = {} if isinstance(file, UploadedFile) else {"file": _("Choose a file.")}
    days = _days(request, errors)
    texts = {name: request.POST.get(name, "").replace("\0", "") for name in ("name", "issuer", "number")}
    if not texts["name"].strip():
        errors["name"] = _("Write what paper this is.")
    if errors or not isinstance(file, UploadedFile):
        raise Invalid(_("Some answers need your attention."), errors=errors)
    return {"file": file, "file_name": file.name or "", **texts, **days}


def _days(request: HttpRequest, errors: dict[str, str]) -> dict[str, date | None]:
    """The days typed; what is none goes to the errors."""
    days: dict[str, date | None] = {}
    for name in ("issued_on", "valid_to"):
        try:
            days[name] = date.fromisoformat(text) if (text := request.POST.get(name, "").strip()) else None
        except ValueError:
            errors[name] = _("This is not a day.")
    return days


@require_http_methods(["GET", "POST"])
@for_applicants
def validity(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """State how long a paper is valid that was handed in or uploaded."""
    accessed = paper_for(viewer_of(request), kept_id)
    accessed.require("state_validity")
    kept = accessed.kept
    stored = {name: day.isoformat() for name in ("issued_on", "valid_to") if (day := getattr(kept, name))}
    context = {"kept": kept, "stored": stored}
    if request.method != "POST":
        return forms.page(request, "vault/portal/validity.html", context)
    try:
        errors: dict[str, str] = {}
        days = _days(request, errors)
        if errors:
            raise Invalid(_("Some answers need your attention."), errors=errors)
        actions.state_validity(kept, issued_on=days["issued_on"], valid_to=days["valid_to"], by=signed_in(request))
    except Refused as refused:
        return forms.page(request, "vault/portal/validity.html", context, refused=refused)
    messages.success(request, _("The validity of the paper has been kept."))
    return redirect("vault:paper", kept.pk)


def _owner(parties: list[Party], chosen: str) -> Party:
    return next((party for party in parties if str(party.pk) == chosen), parties[0])


@require_http_methods(["GET", "POST"])
@for_applicants
def remove(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """Remove a paper of one's own, after asking."""
    accessed = paper_for(viewer_of(request), kept_id)
    accessed.require("remove")
    if request.method != "POST":
        return forms.page(request, "vault/portal/remove.html", {"kept": accessed.kept})
    actions.remove(accessed.kept, by=signed_in(request))
    messages.success(request, _("The paper has been removed from your store."))
    return redirect("vault:store")
