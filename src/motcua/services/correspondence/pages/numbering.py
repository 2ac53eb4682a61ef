"""The numbers of documents that go out, at the clerk's desk: reserved and skipped ones."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.models import Office
from motcua.services.correspondence import access, queries
from motcua.services.correspondence import outgoing_queries as outgoing
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.pages.shared import actor_of, typed


@require_http_methods(["GET", "POST"])
@for_officers
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers of a year that were taken out of the row; the clerk reserves and skips them."""
    offices = access.clerk_offices(desk_of(request))
    if not offices:
        raise NotAllowed(_("Only the clerk of an office gives numbers."))
    named = Office.objects.filter(pk__in=offices).order_by("name_fold", "id")
    choices = [(str(key), name) for key, name in named.values_list("pk", "name")]
    asked = request.POST.get("office") or request.GET.get("office") or choices[0][0]
    office = next((key for key, _name in choices if key == asked), choices[0][0])
    years = [str(each) for each in outgoing.years_of_numbers(UUID(office), timezone.localdate().year)]
    wanted = request.POST.get("year") or request.GET.get("year")
    year = next((each for each in years if each == wanted), str(timezone.localdate().year))
    context: dict[str, Any] = {"offices": choices, "types": list(queries.types(timezone.localdate()).items())}
    refused: Refused | None = None
    if request.method == "POST":
        try:
            _change_numbers(request, UUID(office), int(year))
            return redirect(f"{reverse('correspondence:numbers')}?office={office}&year={year}")
        except Refused as error:
            refused = error
    context["asked"] = {"office": office, "year": year}
    context["years"] = [(each, each) for each in years]
    context["rows"] = outgoing.reserved(UUID(office), int(year))
    return forms.page(request, "correspondence/numbers.html", context, refused=refused)


def _change_numbers(request: HttpRequest, office: UUID, year: int) -> None:
    sent, by = typed(request), actor_of(request, office, roles=[access.CLERK])
    if sent.get("skip"):
        free = {str(row.pk): row.pk for row in outgoing.reserved(office, year)}
        if sent["skip"] not in free:
            raise NotFound(_("There is no such number."))
        actions.skip_number(free[sent["skip"]], reason=sent.get("reason", ""), by=by)
        return
    made = actions.reserve_number(office, kind=sent.get("type", ""), reason=sent.get("reason", ""), by=by)
    messages.success(request, _("Number %(n)s is reserved.") % {"n": made.number})
