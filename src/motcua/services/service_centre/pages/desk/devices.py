"""Registering the screens of a centre."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.kernel.errors import Refused
from motcua.services.dossiers.pages.desk.shared import for_officers
from motcua.services.service_centre import actions
from motcua.services.service_centre.pages.desk.setting import configured, page
from motcua.services.service_centre.pages.desk.shared import key, officer


@require_POST
@for_officers
def add(request: HttpRequest, centre_id: UUID) -> HttpResponse:
    """A screen more; its code is shown on this answer only."""
    here = configured(request, centre_id)
    counter = key(request.POST.get("counter", ""))
    try:
        _device, code = actions.add_device(
            centre=here.centre,
            kind=request.POST.get("kind", ""),
            name=request.POST.get("device", ""),
            counter=here.counter(counter) if counter else None,
            by=officer(request).pk,
            at=timezone.now(),
        )
    except Refused as refused:
        return page(request, here, refused)
    return page(request, here, code=code)


@require_POST
@for_officers
def code(request: HttpRequest, centre_id: UUID, device_id: UUID) -> HttpResponse:
    """A new code for a screen."""
    here = configured(request, centre_id)
    device = here.device(device_id)
    try:
        given = actions.new_code(device=device, by=officer(request).pk, at=timezone.now())
    except Refused as refused:
        return page(request, here, refused)
    return page(request, here, code=given)


@require_POST
@for_officers
def end(request: HttpRequest, centre_id: UUID, device_id: UUID) -> HttpResponse:
    """Take a screen out of service."""
    here = configured(request, centre_id)
    actions.end_device(device=here.device(device_id), by=officer(request).pk, at=timezone.now())
    messages.success(request, _("The screen is out of service."))
    return redirect("service_centre:centre", here.centre.pk)
