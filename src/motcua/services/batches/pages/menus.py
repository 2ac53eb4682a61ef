"""Where filing with a spreadsheet is offered."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.people.accounts.models import Account
from motcua.services.procedures.models import ProcedureVersion
from motcua.services.procedures.runtime import package_of
from motcua.services.procedures.starting import Way


def way(version: ProcedureVersion) -> Way | None:
    """Beside the ordinary application, where the package allows it."""
    if version.process is None or package_of(version.pk).manifest.batch is None:
        return None
    return Way(
        href=reverse("batches:start", args=[version.procedure.code]),
        text=_("File many at once with a spreadsheet"),
        hint=_("For companies and organisations: fill in a template, a line each, and send all of them together."),
    )


def counter_way(version: ProcedureVersion, person: UUID) -> Way | None:
    """Beside the ordinary reception of somebody at the counter."""
    if package_of(version.pk).manifest.batch is None:
        return None
    return Way(
        href=f"{reverse('batches:counter-start', args=[version.procedure.code])}?person={person}",
        text=_("File many at once with a spreadsheet"),
        hint=_("The applicant brings a list, a line each; every line is checked and all are received together."),
    )


def is_citizen(request: HttpRequest) -> bool:
    """Only citizens and businesses file."""
    return isinstance(request.user, Account) and request.user.is_citizen
