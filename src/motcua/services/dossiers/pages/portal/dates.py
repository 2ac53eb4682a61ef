"""The promised date as a calendar file: for who conducts the applicant's affairs, and for who holds the receipt."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from motcua.engines.rendering.calendars import MEDIA_TYPE, Appointment, calendar_file
from motcua.kernel.errors import NotFound
from motcua.kernel.events.models import Event
from motcua.kernel.web import rate_limit
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.pages.portal import telling, tracking
from motcua.services.dossiers.pages.portal.common import for_applicants, own_dossier


@require_GET
@for_applicants
def my_date(request: HttpRequest, number: str) -> HttpResponse:
    """The date of one's own dossier."""
    return _file(own_dossier(request, number).dossier)


@never_cache
@require_GET
def tracked_date(request: HttpRequest, number: str) -> HttpResponse:
    """The date for who holds the receipt's secret; calendars may come back to this address for a date that moved."""
    secret = request.GET.get("k", "")
    asked_by = rate_limit.address_of(request)
    dossier = tracking.found(number.strip().upper()[: tracking.LONGEST], secret=secret, asked_by=asked_by)
    return _file(dossier)


def _file(dossier: Dossier) -> HttpResponse:
    """Raises ``NotFound`` before a date has been promised. The last event numbers what the calendar is told."""
    if dossier.due_at is None:
        raise NotFound(_("No date has been promised for this dossier yet."))
    last = Event.objects.filter(stream=dossier.stream).only("version", "at").order_by("-version")[:1].get()
    told = calendar_file(
        Appointment(
            uid=f"dossier-{dossier.pk}@{urlsplit(settings.PUBLIC_URL).hostname}",
            sequence=last.version,
            title=_("Result expected: dossier %(number)s") % {"number": dossier.number},
            starts=dossier.due_at,
            changed_at=last.at,
            text="\n".join((dossier.procedure_version.name, _("Bring the receipt and your identity card."))),
            place=dossier.receiving_office.name,
            address=settings.PUBLIC_URL + reverse("dossiers:my-dossier", args=[dossier.number]),
            cancelled=telling.is_void(dossier),
        )
    )
    response = HttpResponse(told, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{dossier.number}.ics"'
    return response
