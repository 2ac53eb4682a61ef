"""The officers' home page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.kernel.errors import NotAllowed
from motcua.kernel.web import panels


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this officer today; the panels come from the rooms."""
    account = request.user
    if not (account.is_authenticated and (account.is_officer or account.is_administrator)):
        raise NotAllowed(_("Only officers have a desk."))
    return render(request, "site/desk.html", {"panels": panels.drawn("desk", request)})
