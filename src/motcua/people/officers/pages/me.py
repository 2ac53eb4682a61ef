"""An officer's own page: positions, delegations, substitutes, declared relatives."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first
from motcua.people.officers import access, actions, queries
from motcua.people.officers.models import (
    Authority,
    DeclaredRelative,
    Delegation,
    Officer,
    Position,
    Role,
    Substitution,
)
from motcua.people.officers.pages.shared import day, last_day, position_row, require_seen, roles_in_words, unseen_in
from motcua.people.officers.taking_over import TakingOver


@require_GET
@sign_in_first
def profile(request: HttpRequest) -> HttpResponse:
    """Positions, delegations given and received, substitutes."""
    me, today = access.myself(request), timezone.localdate()
    positions = Position.objects.filter(officer=me).select_related("office").order_by("-valid_from", "id")[:50]
    delegations = (
        Delegation.objects.filter(valid_to__gt=today)
        .select_related("from_position__officer__account", "from_position__office", "to_position__officer__account")
        .order_by("valid_from", "id")
    )
    substitutions = (
        Substitution.objects.filter(valid_to__gt=today)
        .select_related("absent__account", "substitute__account")
        .order_by("valid_from", "id")
    )
    context = {
        "me": me,
        "positions": [position_row(position, today) for position in positions],
        "given": [_delegation_row(row) for row in delegations.filter(from_position__officer=me)[:50]],
        "received": [_delegation_row(row) for row in delegations.filter(to_position__officer=me)[:50]],
        "absences": [_substitution_row(row) for row in substitutions.filter(absent=me)[:50]],
        "substituted": [_substitution_row(row) for row in substitutions.filter(substitute=me)[:50]],
    }
    return render(request, "officers/me.html", context)


def _delegation_row(row: Delegation) -> dict[str, object]:
    return {
        "id": row.pk,
        "from": str(row.from_position.officer),
        "to": str(row.to_position.officer),
        "office": row.from_position.office.name,
        "roles": roles_in_words(row.roles),
        "document": row.document,
        "since": local_date(row.valid_from),
        "until": last_day(row.valid_to),
    }


def _substitution_row(row: Substitution) -> dict[str, object]:
    return {
        "id": row.pk,
        "absent": str(row.absent),
        "substitute": str(row.substitute),
        "since": local_date(row.valid_from),
        "until": last_day(row.valid_to),
    }


@require_http_methods(["GET", "POST"])
@sign_in_first
def delegate(request: HttpRequest) -> HttpResponse:
    """Lend roles of one's position to a colleague's for a time."""
    me, today = access.myself(request), timezone.localdate()
    own = Position.objects.on(today).filter(officer=me).select_related("office").order_by("valid_from", "id")
    colleagues = queries.colleagues_of(me, today)
    theirs = (
        Position.objects.on(today)
        .filter(officer__in=colleagues.order_by().values("pk"))
        .select_related("office", "officer__account")
        .order_by("officer__sort_key", "id")[:200]
    )
    context = {
        "own": [(str(position.pk), f"{position.title}, {position.office.name}") for position in own],
        "theirs": [(str(one.pk), f"{one.officer}, {one.title}, {one.office.name}") for one in theirs],
        "roles": Role.choices,
        "chosen": request.POST.getlist("roles"),
        "authorities": Authority.choices,
    }
    if request.method != "POST":
        return forms.page(request, "officers/delegate.html", context)
    try:
        receiver = next((one for one in theirs if str(one.pk) == request.POST.get("to_position")), None)
        if receiver is None:
            raise NotFound(_("Choose a colleague."), field="to_position")
        actions.delegate(
            from_position=access.own_position(request, request.POST.get("from_position")),
            to_position=receiver,
            roles=request.POST.getlist("roles"),
            valid_from=day(request, "valid_from"),
            last_day=day(request, "last_day"),
            document=request.POST.get("document", ""),
            authority=request.POST.get("authority", "") or Authority.BY_DELEGATION,
            by=me.account,
        )
    except Refused as refused:
        return forms.page(request, "officers/delegate.html", context, refused=refused)
    messages.success(request, _("The delegation has been saved."))
    return redirect("officers:me")


@require_POST
@sign_in_first
def revoke_delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Take a delegation back."""
    delegation = access.own_delegation(request, delegation_id)
    actions.revoke_delegation(delegation=delegation, by=access.myself(request).account)
    messages.success(request, _("The delegation has ended."))
    return redirect("officers:me")


@require_http_methods(["GET", "POST"])
@sign_in_first
def substitute(request: HttpRequest) -> HttpResponse:
    """Name who does the work while one is away."""
    me = access.myself(request)
    colleagues = list(queries.colleagues_of(me, timezone.localdate())[:200])
    context = {"colleagues": [(str(one.pk), str(one)) for one in colleagues], "unseen": []}
    if request.method != "POST":
        return forms.page(request, "officers/substitute.html", context)
    try:
        chosen = next((one for one in colleagues if str(one.pk) == request.POST.get("substitute")), None)
        if chosen is None:
            raise NotFound(_("Choose a colleague."), field="substitute")
        since, until = day(request, "valid_from"), day(request, "last_day")
        require_seen(request, TakingOver(me, chosen, since, until))
        actions.substitute(absent=me, substitute=chosen, valid_from=since, last_day=until, by=me.account)
    except Refused as refused:
        return forms.page(request, "officers/substitute.html", context | unseen_in(refused), refused=refused)
    messages.success(request, _("The substitute has been named."))
    return redirect("officers:me")


@require_POST
@sign_in_first
def end_substitution(request: HttpRequest, substitution_id: UUID) -> HttpResponse:
    """One is back."""
    substitution = access.own_substitution(request, substitution_id)
    actions.end_substitution(substitution=substitution, by=access.myself(request).account)
    messages.success(request, _("The substitution has ended."))
    return redirect("officers:me")


@require_http_methods(["GET", "POST"])
@sign_in_first
def relatives(request: HttpRequest) -> HttpResponse:
    """Declare relatives, whose dossiers one never handles."""
    me = access.myself(request)
    context = {"relatives": _relatives(me)}
    if request.method != "POST":
        return forms.page(request, "officers/relatives.html", context)
    try:
        actions.declare_relative(
            officer=me,
            identity_number=request.POST.get("identity_number", ""),
            relation=request.POST.get("relation", ""),
        )
    except Refused as refused:
        return forms.page(request, "officers/relatives.html", context, refused=refused)
    messages.success(request, _("The relative has been declared."))
    return redirect("officers:relatives")


def _relatives(me: Officer) -> list[DeclaredRelative]:
    return list(DeclaredRelative.objects.filter(officer=me).order_by("id")[:100])


@require_POST
@sign_in_first
def withdraw_relative(request: HttpRequest, relative_id: UUID) -> HttpResponse:
    """Take back a declaration that was wrong."""
    actions.withdraw_relative(officer=access.myself(request), relative_id=relative_id)
    messages.success(request, _("The declaration has been withdrawn."))
    return redirect("officers:relatives")
