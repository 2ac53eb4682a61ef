"""Pictures of signatures and seals: who has one, and a new one from a scan, looked at before it is recorded."""

import base64
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.signing.care import access, queries
from motcua.engines.signing.models import HolderKind, SigningPicture
from motcua.engines.signing.pictures.actions import end_picture, record_picture
from motcua.engines.signing.pictures.queries import picture_in_use
from motcua.engines.signing.pictures.samples import on_sample
from motcua.engines.signing.pictures.scans import MOST_BYTES, read_scan
from motcua.engines.signing.providers.interface import Holder
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms, keyset
from motcua.kernel.web.addresses import address
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.accounts.confirmation import confirm_before

_READ = "signing_picture"  # session key: the picture that was read, between its preview and the confirmation


@require_GET
@sign_in_first
def pictures(request: HttpRequest) -> HttpResponse:
    """The pictures in use, those recorded last first; and to whose one wants to go."""
    desk, whose = access.carer(request), request.GET.get("holder", "").strip()
    rows = queries.with_holders(access.cared_pictures(desk)).defer("png")
    page = keyset.paginate(rows, order=("-recorded_at", "-id"), cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": [_row(each) for each in page.items], "asked": {"holder": whose}}
    if not whose:
        return forms.page(request, "signing/care/pictures.html", context)
    found = access.cared_holders(desk, {whose})
    if found:
        holder, _name = next(iter(found.values()))
        return redirect("signing:picture", holder.id)
    text = _("You look after no officer with this user name and no office with this code.")
    refused = Refused(text, field="holder", code="holder")
    return forms.page(request, "signing/care/pictures.html", context, refused=refused)


@require_http_methods(["GET", "POST"])
@sign_in_first
@confirm_before()
def picture(request: HttpRequest, holder_id: UUID) -> HttpResponse:
    """One holder's picture on a sample document; a scan is read, shown on it, and recorded once confirmed."""
    holder, name = access.cared_holder(request, holder_id)
    if request.method != "POST":
        request.session.pop(_READ, None)
        return _shown(request, holder, name)
    confirmed = "confirm" in request.POST and request.session.get(_READ, {}).get("holder") == str(holder.id)
    try:
        png = base64.b64decode(request.session[_READ]["png"]) if confirmed else _scan(request, holder)
        if confirmed:
            record_picture(holder=holder, png=png, by=signed_in(request).pk, at=timezone.now())
    except Refused as refused:
        return _shown(request, holder, name, refused=refused)
    if not confirmed:
        request.session[_READ] = {"holder": str(holder.id), "png": base64.b64encode(png).decode()}
        return _shown(request, holder, name, read=png)
    del request.session[_READ]
    messages.success(request, _("Signatures show this picture from now on."))
    return redirect("signing:picture", holder.id)


@require_POST
@sign_in_first
@confirm_before("signing:pictures")
def picture_end(request: HttpRequest, holder_id: UUID) -> HttpResponse:
    """Let signatures show no picture any more."""
    holder, _name = access.cared_holder(request, holder_id)
    end_picture(holder=holder, by=signed_in(request).pk, at=timezone.now())
    messages.success(request, _("Signatures show no picture any more. What was signed with it stays."))
    return redirect("signing:picture", holder.id)


def _shown(
    request: HttpRequest, holder: Holder, name: str, *, read: bytes | None = None, refused: Refused | None = None
) -> HttpResponse:
    used = picture_in_use(holder)
    png = read or (bytes(used.png) if used else None)
    kind = HolderKind(holder.kind)
    context = {
        "name": name,
        "is_seal": kind == HolderKind.OFFICE,
        "page": address("signing:picture", holder.id),
        "end": address("signing:picture-end", holder.id),
        "sample": as_data(on_sample(png, kind=kind, name=name)) if png else "",
        "read": read is not None,
        "since": local_datetime(used.recorded_at) if used else "",
    }
    return forms.page(request, "signing/care/picture.html", context, refused=refused)


def _scan(request: HttpRequest, holder: Holder) -> bytes:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Choose a file."), field="file", code="required")
    return read_scan(file.read(MOST_BYTES + 1), HolderKind(holder.kind))


def as_data(png: bytes) -> str:
    """A PNG as an address that holds it whole."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _row(row: SigningPicture) -> dict[str, Any]:
    return {
        "holder": cast("str | None", getattr(row, "holder_name", None)) or "–",
        "is_seal": row.holder_kind == HolderKind.OFFICE,
        "since": local_date(row.recorded_at),
        "url": address("signing:picture", row.holder_id),
    }
