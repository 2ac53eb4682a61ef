"""Addresses that refuse in every way."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.kernel.web.rate_limit import TooMany

REFUSALS = {
    "refused": lambda: Refused("Say more.", field="reason", code="too_short"),
    "not_found": lambda: NotFound("No such dossier."),
    "not_allowed": lambda: NotAllowed("Not yours."),
    "conflict": lambda: Conflict("Moved."),
    "invalid": lambda: Invalid("Two mistakes.", errors={"name": "Write a name.", "phone": "Write a phone number."}),
    "too_many": lambda: TooMany(30),
    "translated": lambda: NotFound(_("Not found")),
}


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    raise REFUSALS[kind]()


def break_down(request: HttpRequest) -> HttpResponse:
    raise ValueError("not a refusal")


urlpatterns = [
    path("refuse/<kind>/", refuse),
    path("api/v1/refuse/<kind>/", refuse),
    path("break/", break_down),
    path("", include("motcua.site.urls")),
]
