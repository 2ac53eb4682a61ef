"""Reorganisation: choose what ends and when, see who takes over, fill the gaps, confirm."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms, keyset
from motcua.people.organisations import access, actions, queries
from motcua.people.organisations.models import Office, OfficeCode, UnitSuccession
from motcua.people.organisations.pages.desk import today
from motcua.people.organisations.rules import Closing, Gaps

_MOST = 500


@require_http_methods(["GET", "POST"])
@login_required
def reorganise(request: HttpRequest) -> HttpResponse:
    """One page in three steps: codes of the ending offices and the day; the proposal; the confirmation."""
    by = access.administrator(request)
    on = access.day(request.POST.get("day", ""), otherwise=today())
    step = request.POST.get("step", "")
    if step not in {"propose", "confirm"}:
        return _draw(request, on)
    try:
        ending = _offices(request.POST.get("codes", "").split(), on, field="codes")
        if step == "confirm":
            closings = _chosen(request, ending, on)
        else:
            closings = queries.proposed_closings({office.pk for office in ending.values()}, on)
        missing = actions.reorganise(on=on, closings=closings, by=by, confirmed=step == "confirm")
    except Refused as refused:
        return _draw(request, on, refused=refused)
    if step == "confirm" and not missing:
        text = ngettext("%(n)d office has ended.", "%(n)d offices have ended.", len(closings)) % {"n": len(closings)}
        messages.success(request, text)
        return redirect("organisations:tree")
    return _draw(request, on, rows=_rows(ending, closings, on), gaps=_explained(missing))


def _draw(
    request: HttpRequest,
    on: date,
    *,
    rows: Sequence[dict[str, object]] = (),
    gaps: Sequence[str] = (),
    refused: Refused | None = None,
) -> HttpResponse:
    context = {"day": on.isoformat(), "rows": rows, "gaps": gaps}
    return forms.page(request, "organisations/reorganise.html", context, refused=refused)


def _offices(codes: Sequence[str], on: date, *, field: str) -> dict[str, Office]:
    """The offices with these codes. Raises :class:`Refused` naming the codes nobody has."""
    codes = list(dict.fromkeys(code.upper() for code in codes))
    if not 0 < len(codes) <= _MOST:
        raise Refused(_("Write from 1 to %(n)d codes.") % {"n": _MOST}, field=field, code="number_of_codes")
    rows = OfficeCode.objects.on(on).filter(code__in=codes).select_related("office")
    found = {row.code: row.office for row in rows}
    unknown = [code for code in codes if code not in found]
    if unknown:
        text = _("No office has the code %(codes)s on this day.") % {"codes": ", ".join(unknown)}
        raise Refused(text, field=field, code="unknown_code")
    return found


def _chosen(request: HttpRequest, ending: dict[str, Office], on: date) -> list[Closing]:
    """The successors as the person left or changed them; an empty field is a gap."""
    typed = {code: request.POST.get(f"successor-{code}", "").strip().upper() for code in ending}
    wanted = [code for code in typed.values() if code]
    successors = _offices(wanted, on, field="codes") if wanted else {}
    return [Closing(office.pk, successors[typed[code]].pk if typed[code] else None) for code, office in ending.items()]


def _rows(ending: dict[str, Office], closings: Sequence[Closing], on: date) -> list[dict[str, object]]:
    successors = {closing.office: closing.successor for closing in closings}
    codes = queries.codes_of([key for key in successors.values() if key], on)
    names = dict(Office.objects.filter(pk__in=codes).values_list("pk", "name"))
    return [
        {
            "code": code,
            "name": office.name,
            "successor": codes.get(key, "") if (key := successors.get(office.pk)) else "",
            "successor_name": names.get(key, "") if key else "",
        }
        for code, office in ending.items()
    ]


def _explained(missing: Gaps) -> list[str]:
    """The gaps in sentences, offices by name."""
    sentences = (
        (missing.heirless, _("Nobody has been chosen to take over from: %(names)s")),
        (missing.closing_successors, _("The successor ends as well: %(names)s")),
        (missing.absent_successors, _("The successor does not exist on this day: %(names)s")),
        (missing.left_below, _("These stand under an office that ends; end them too or move them first: %(names)s")),
    )
    return [sentence % {"names": _names(keys)} for keys, sentence in sentences if keys]


def _names(keys: frozenset[UUID]) -> str:
    return ", ".join(Office.objects.filter(pk__in=keys).order_by("name_fold").values_list("name", flat=True)[:50])


@require_http_methods(["GET"])
@login_required
def split_units(request: HttpRequest) -> HttpResponse:
    """Units that were split: for each a person chooses who takes over the open tasks."""
    access.administrator(request)
    units = queries.split_units().select_related("parent")
    page = keyset.paginate(units, order=("code", "id"), cursor=request.GET.get("cursor"))
    rows = [(unit, local_date(unit.valid_to)) for unit in page.items]
    return render(request, "organisations/split_units.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@login_required
def choose_heir(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Choose the heir of one split unit."""
    by, unit = access.administrator(request), access.split_unit(request, unit_id)
    parts = UnitSuccession.objects.filter(old=unit).select_related("new").order_by("new__name_fold", "id")
    context = {"unit": unit, "parts": [(str(part.new_id), part.new.name) for part in parts]}
    if request.method != "POST":
        return forms.page(request, "organisations/choose_heir.html", context)
    chosen = next((part.new for part in parts if str(part.new_id) == request.POST.get("heir")), unit)
    try:
        actions.choose_heir(old=unit, heir=chosen, by=by)
    except Refused as refused:
        return forms.page(request, "organisations/choose_heir.html", context, refused=refused)
    messages.success(request, _("The heir has been chosen."))
    return redirect("organisations:split-units")
