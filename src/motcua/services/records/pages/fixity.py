"""Whether stored files still are what they were, for administrators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from motcua.kernel.errors import NotAllowed
from motcua.kernel.text import local_datetime
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import is_administrator
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.records import fixity


@require_GET
@for_officers
def found(request: HttpRequest) -> HttpResponse:
    """The rounds over all stored contents, and what was found."""
    if not is_administrator(request):
        raise NotAllowed(_("Only administrators of the province look after stored files."))
    page = paginate(fixity.faults(), order=("-found_at", "-id"), cursor=request.GET.get("cursor"))
    context = {
        "rounds": [
            {
                "begun": local_datetime(each.begun_at),
                "ended": local_datetime(each.finished_at) or _("Going on"),
                "checked": each.checked,
                "faults": each.faults,
            }
            for each in fixity.rounds()
        ],
        "page": page,
        "rows": [
            {
                "digest": each.digest,
                "kind": each.get_kind_display(),
                "found": local_datetime(each.found_at),
                "seen": local_datetime(each.seen_at),
                "state": "done" if each.healed_at else "refused",
                "state_text": pgettext("fixity", "Sound again") if each.healed_at else pgettext("fixity", "Open"),
            }
            for each in page.items
        ],
    }
    return render(request, "records/fixity.html", context)
