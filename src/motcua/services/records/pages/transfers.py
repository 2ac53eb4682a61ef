"""Transfers to the archive: offering closed files, packages with their faults, taking over with list and minutes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.text.sizes import size_text
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.pages.coming_back import key_of, made_once, sent_before
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence.access import CLERK
from motcua.services.correspondence.delegating import desk_of as documents_desk
from motcua.services.correspondence.pages.shared import actor_of, typed
from motcua.services.records import access, actions, queries
from motcua.services.records.access import AccessedTransfer
from motcua.services.records.delegating import desk_of
from motcua.services.records.models import TransferredFile
from motcua.services.records.packages.facts import Kept
from motcua.services.records.pages.files import file_row
from motcua.services.records.pages.menus import require_desk

COLOURS = {"packing": "handling", "ready": "waiting", "accepted": "published", "cancelled": "off"}
ACTS: dict[str, dict[str, Any]] = {
    "accept": {
        "title": gettext_lazy("Take over into the archive"),
        "text": gettext_lazy(
            "The list of transferred files and the minutes are made; the files are in the archive then."
        ),
        "label": "",
    },
    "cancel": {
        "title": pgettext_lazy("transfer", "Give up"),
        "text": gettext_lazy("The files stay closed with their unit; the packages go."),
        "label": gettext_lazy("Reason"),
    },
}


KEPT = {
    Kept.SIGNED: gettext_lazy("signed electronically; converting it would break the signature"),
    Kept.LOCKED: gettext_lazy("protected by a password"),
    Kept.FORMAT: gettext_lazy("this format cannot be converted"),
    Kept.LARGE: gettext_lazy("too large, or too many pages"),
    Kept.DAMAGED: gettext_lazy("it could not be converted"),
    Kept.PROGRAM: gettext_lazy("the program that converts it is not installed on the server"),
}


@require_GET
@for_officers
def box(request: HttpRequest) -> HttpResponse:
    """Transfers of the officer's sight, the newest first."""
    require_desk(request)
    page = paginate(
        queries.transfers(desk_of(request)), order=("-prepared_at", "-id"), cursor=request.GET.get("cursor")
    )
    rows = [
        {
            "url": reverse("records:transfer", args=[each.pk]),
            "at": local_datetime(each.prepared_at),
            "unit": each.unit.name,
            "office": each.office.name,
            "state": COLOURS[each.state],
            "state_text": each.get_state_display(),
        }
        for each in page.items
    ]
    return render(request, "records/transfers.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@for_officers
def new(request: HttpRequest) -> HttpResponse:
    """Choose closed files of a unit and offer them to the archive; once, however often the form is sent."""
    require_desk(request)
    desk = desk_of(request)
    files = {str(each.pk): each for each in queries.to_offer(desk).order_by("notation", "id")[:300]}
    context = {
        "rows": [{**file_row(each), "key": key} for key, each in files.items()],
        "chosen": set(request.POST.getlist("files")),
        "once": key_of(request),
    }
    if request.method != "POST":
        return forms.page(request, "records/transfer_new.html", context)
    try:
        chosen = [files[key] for key in request.POST.getlist("files") if key in files]
        for each in chosen:
            access.file_for(desk, each.pk).require("offer")
        by = actor_of(request, *(each.unit_id for each in chosen[:1]))
        made = made_once(request, lambda: actions.offer([each.pk for each in chosen], by=by).pk)
    except Refused as refused:
        return forms.page(request, "records/transfer_new.html", context, refused=refused)
    assert made.key is not None
    if made.changed:
        back = reverse("records:transfer", args=[made.key]), _("Look at the transfer")
        return sent_before(request, title=_("Offer to the archive"), back=back)
    messages.success(request, _("The files are being packed. The archive is told when they are ready."))
    return redirect("records:transfer", transfer_id=made.key)


@require_GET
@for_officers
def one(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """A transfer: its files with their packages, list and minutes, what may be done."""
    accessed = access.transfer_for(desk_of(request), transfer_id, documents=documents_desk(request))
    transfer = accessed.transfer
    found = TransferredFile.objects.filter(transfer=transfer).select_related("file", "package")
    page = paginate(found, order=("file__notation", "id"), cursor=request.GET.get("cursor"), size=200)
    context = {
        "transfer": transfer,
        "colour": COLOURS[transfer.state],
        "prepared": local_datetime(transfer.prepared_at),
        "accepted": local_datetime(transfer.accepted_at),
        "page": page,
        "rows": [_row(accessed, each) for each in page.items],
        "papers": [
            {"url": reverse("records:transfer-paper", args=[transfer.pk, kind]), "text": text}
            for kind, text in (("listing", _("List of transferred files (PDF)")), ("minutes", _("Minutes (PDF)")))
            if getattr(transfer, f"{kind}_id")
        ],
        "buttons": [
            {"url": reverse("records:transfer-act", args=[transfer.pk, name]), "text": each["title"]}
            for name, each in ACTS.items()
            if accessed.abilities[name]
        ],
    }
    return render(request, "records/transfer.html", context)


def _row(accessed: AccessedTransfer, row: TransferredFile) -> dict[str, Any]:
    package = row.package
    return {
        "file": str(row.file),
        "url": reverse("records:file", args=[row.file_id]),
        "size": size_text(package.size) if package else "",
        "digest": row.digest,
        "formats": _formats(row),
        "kept": [(name, KEPT[Kept(reason)]) for name, reason in row.formats.get("kept", [])],
        "faults": [code for code, _text in row.faults],
        "detail": "; ".join(text for _code, text in row.faults[:3]),
        "package": reverse("records:package", args=[accessed.transfer.pk, row.pk])
        if package and accessed.abilities["download"]
        else "",
    }


def _formats(row: TransferredFile) -> str:
    """How many contents of a package are PDF/A; packages of before do not say."""
    if not row.formats:
        return ""
    told = {**row.formats, "kept": len(row.formats["kept"])}
    return _("%(archival)d as they were, %(converted)d converted, %(kept)d not") % told


@require_http_methods(["GET", "POST"])
@for_officers
def act(request: HttpRequest, transfer_id: UUID, act: str) -> HttpResponse:
    """Ask for an act on the transfer, or do it."""
    if act not in ACTS:
        raise NotFound(_("There is no such page."))
    accessed = access.transfer_for(desk_of(request), transfer_id, documents=documents_desk(request))
    accessed.require(act)
    transfer = accessed.transfer
    context = {"transfer": transfer, "act": ACTS[act], "warns": act == "cancel"}
    if request.method != "POST":
        return forms.page(request, "records/transfer_act.html", context)
    by = actor_of(request, transfer.office_id, transfer.unit_id, roles=[CLERK])
    try:
        if act == "accept":
            actions.accept(transfer.pk, by=by)
        else:
            actions.cancel(transfer.pk, reason=typed(request).get("text", ""), by=by)
    except Refused as refused:
        return forms.page(request, "records/transfer_act.html", context, refused=refused)
    messages.success(request, _("This is done."))
    return redirect("records:transfer", transfer_id=transfer.pk)


@require_GET
@for_officers
def paper(request: HttpRequest, transfer_id: UUID, kind: str) -> HttpResponseBase:
    """The list of transferred files, or the minutes."""
    transfer = access.transfer_for(desk_of(request), transfer_id, documents=documents_desk(request)).transfer
    stored = {"listing": transfer.listing, "minutes": transfer.minutes}.get(kind)
    if stored is None:
        raise NotFound(_("There is no such file."))
    return blob_pages.respond(request, stored)


@require_GET
@for_officers
def package(request: HttpRequest, transfer_id: UUID, row_id: UUID) -> HttpResponseBase:
    """A package, for the archive and who prepared it, where they keep every file of the transfer."""
    accessed = access.transfer_for(desk_of(request), transfer_id, documents=documents_desk(request))
    accessed.require("download")
    rows = TransferredFile.objects.filter(transfer=accessed.transfer, pk=row_id).select_related("package__blob")
    found = rows.first()
    if found is None or found.package is None:
        raise NotFound(_("There is no such file."))
    return blob_pages.respond(request, found.package, download=True)
