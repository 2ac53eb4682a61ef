"""Administration of offices: the tree, one office, its codes."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms, keyset
from motcua.people.organisations import access, actions, queries
from motcua.people.organisations.models import Level, Office

_TEXTS = ("name", "short_name", "kind", "level", "address", "phone", "tax_code")


def today() -> date:
    """Today in Vietnam."""
    return timezone.localdate()


@require_GET
@login_required
def tree(request: HttpRequest) -> HttpResponse:
    """The offices under one, or at the top; a search over all; what has ended without successor."""
    access.administrator(request)
    day = access.day(request.GET.get("day", ""), otherwise=today())
    parent = access.office(request, UUID(request.GET["under"])) if _is_key(request.GET.get("under", "")) else None
    text = request.GET.get("q", "").strip()
    offices = queries.offices_matching(text, day) if text else queries.children_of(parent, day)
    page = keyset.paginate(offices, order=("name_fold", "id"), cursor=request.GET.get("cursor"))
    codes = queries.codes_of([office.pk for office in page.items], day)
    context = {
        "parent": parent,
        "page": page,
        "rows": [(office, codes.get(office.pk, "")) for office in page.items],
        "q": text,
        "day": day.isoformat(),
        "heirless": queries.heirless_offices(day).order_by("name_fold", "id")[:50],
    }
    return render(request, "organisations/tree.html", context)


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_GET
@login_required
def office(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """One office: facts, codes past and present, succession, what stands under it."""
    shown = access.office(request, office_id)
    day = today()
    context = {
        "office": shown,
        "since": local_date(shown.valid_from),
        "until": local_date(shown.valid_to),
        "exists": shown.exists_on(day),
        "codes": [
            (row.code, row.get_scheme_display(), local_date(row.valid_from), local_date(row.valid_to))
            for row in shown.codes.order_by("-valid_from", "code")
        ],
        "children": queries.children_of(shown, day)[:100],
        "successor": queries.successor_of(shown, day),
        "predecessors": Office.objects.filter(succession__new=shown).order_by("name_fold")[:100],
    }
    return render(request, "organisations/office.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A new office under another or at the top."""
    by = access.administrator(request)
    under = request.POST.get("under") or request.GET.get("under", "")
    parent = access.office(request, UUID(under)) if _is_key(under) else None
    context = {"parent": parent, "levels": Level.choices}
    if request.method != "POST":
        return forms.page(request, "organisations/add.html", context)
    try:
        made = actions.add_office(
            valid_from=_first_day(request),
            code=request.POST.get("code", ""),
            parent=parent,
            receives="receives" in request.POST,
            by=by,
            **_texts(request),
        )
    except Refused as refused:
        return forms.page(request, "organisations/add.html", context, refused=refused)
    messages.success(request, _("The office has been added."))
    return redirect("organisations:office", made.pk)


def _texts(request: HttpRequest) -> dict[str, Any]:
    return {name: request.POST.get(name, "").strip() for name in _TEXTS}


def _first_day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("valid_from", ""))
    except ValueError as error:
        raise Refused(_("Choose the first day."), field="valid_from", code="required") from error


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Correct what is said of an office."""
    by, shown = access.administrator(request), access.office(request, office_id)
    stored = {name: getattr(shown, name) for name in _TEXTS}
    context = {"office": shown, "levels": Level.choices, "stored": stored, "receives": shown.receives}
    if request.method != "POST":
        return forms.page(request, "organisations/change.html", context)
    try:
        actions.change_office(office=shown, receives="receives" in request.POST, by=by, **_texts(request))
    except Refused as refused:
        return forms.page(request, "organisations/change.html", context, refused=refused)
    messages.success(request, _("The office has been saved."))
    return redirect("organisations:office", shown.pk)


@require_POST
@login_required
def code(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Give an office a code from a day on."""
    by, shown = access.administrator(request), access.office(request, office_id)
    try:
        actions.set_code(office=shown, code=request.POST.get("code", ""), since=_first_day(request), by=by)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The code has been saved."))
    return redirect("organisations:office", shown.pk)
