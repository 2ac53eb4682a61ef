"""Links to a paper of one's own store."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.rendering.qr import qr_svg
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers.pages.portal.common import for_applicants, viewer_of
from motcua.services.vault import actions, queries, rules
from motcua.services.vault.access import paper_for, share_for
from motcua.services.vault.pages.portal import link_row
from motcua.services.vault.secrets import share_url


@require_http_methods(["GET", "POST"])
@for_applicants
def share(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """Make a link: for how long, with a PIN or not, how often it opens."""
    accessed = paper_for(viewer_of(request), kept_id)
    accessed.require("share")
    texts = {1: _("One day"), 7: _("A week"), 30: _("A month (30 days)")}
    context = {"kept": accessed.kept, "spans": [(days, texts[days]) for days in rules.DAYS_OF_LINKS]}
    if request.method != "POST":
        return forms.page(request, "vault/portal/share.html", context)
    try:
        days = request.POST.get("days", "")
        made = actions.share(
            accessed.kept,
            by=signed_in(request),
            days=int(days) if days in {"1", "7", "30"} else 0,
            recipient=request.POST.get("recipient", "").replace("\0", ""),
            pin=request.POST.get("pin", "").strip(),
            most=_most(request.POST.get("most", "")),
        )
    except Refused as refused:
        return forms.page(request, "vault/portal/share.html", context, refused=refused)
    messages.success(request, _("The link is ready. Give it only to who needs the paper."))
    return redirect("vault:link", kept_id, made.pk)


def _most(text: str) -> int | None:
    try:
        return rules.read_most(text)
    except ValueError as error:
        message = _("Write a number from 1 to %(n)d, or leave it empty.") % {"n": rules.MOST_OPENINGS}
        raise Refused(message, field="most", code="number") from error


@require_GET
@for_applicants
def link(request: HttpRequest, kept_id: UUID, share_id: UUID) -> HttpResponse:
    """The link to hand on, and when it was opened."""
    accessed = paper_for(viewer_of(request), kept_id)
    found = share_for(accessed, share_id)
    row, address = link_row(found), share_url(found.pk)
    context = {
        "kept": accessed.kept,
        "share": found,
        "row": row,
        "address": address if row["open"] else "",
        "qr": qr_svg(address) if row["open"] else "",
        "facts": [
            {"label": _("For"), "value": found.recipient},
            {"label": _("State of the link"), "value": row["state"][0]},
            {"label": _("PIN"), "value": _("Needed") if found.pin_hash else _("None")},
            {"label": _("Opened"), "value": _opened(found.openings_count, found.most_openings)},
            {"label": _("Made on"), "value": local_datetime(found.created_at)},
        ],
        "openings": [local_datetime(opening.at) for opening in queries.openings_of(found)],
    }
    return forms.page(request, "vault/portal/link.html", context)


def _opened(times: int, most: int | None) -> str:
    if most is None:
        return _("%(times)d times") % {"times": times}
    return _("%(times)d of %(most)d times") % {"times": times, "most": most}


@require_POST
@for_applicants
def end(request: HttpRequest, kept_id: UUID, share_id: UUID) -> HttpResponse:
    """End a link at once."""
    accessed = paper_for(viewer_of(request), kept_id)
    actions.end_share(share_for(accessed, share_id).pk, by=signed_in(request))
    messages.success(request, _("The link does not work any more."))
    return redirect("vault:link", kept_id, share_id)
