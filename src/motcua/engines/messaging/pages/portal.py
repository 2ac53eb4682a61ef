"""Pages on which a person reads their messages and says how they want to be told. For citizens and officers alike."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.messaging import actions, queries
from motcua.engines.messaging.carriers import carriers
from motcua.engines.messaging.models import Notice
from motcua.kernel.errors import NotFound
from motcua.kernel.text import local_datetime
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import sign_in_first, signed_in


@require_GET
@sign_in_first
def inbox(request: HttpRequest) -> HttpResponse:
    """All messages, newest first."""
    page = paginate(
        queries.notices_of(signed_in(request)), order=("-created_at", "-id"), cursor=request.GET.get("cursor"), size=20
    )
    rows = [{"notice": notice, "when": local_datetime(notice.created_at)} for notice in page.items]
    return render(request, "messaging/inbox.html", {"page": page, "rows": rows})


@require_POST
@sign_in_first
def open_notice(request: HttpRequest, notice_id: UUID) -> HttpResponseRedirect:
    """Mark a message as read and go where it leads."""
    notice = Notice.objects.filter(recipient=signed_in(request), pk=notice_id).first()
    if notice is None:
        raise NotFound(_("There is no such message."))
    actions.read(account=signed_in(request), notice=notice.pk)
    # Our own paths only: a notice never leads out of the house.
    return redirect(
        notice.url if notice.url.startswith("/") and not notice.url.startswith("//") else "messaging:inbox"
    )


@require_POST
@sign_in_first
def read_all(request: HttpRequest) -> HttpResponseRedirect:
    """Mark everything as read."""
    actions.read(account=signed_in(request))
    messages.success(request, _("All messages are marked as read."))
    return redirect("messaging:inbox")


@require_http_methods(["GET", "POST"])
@sign_in_first
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose how to be told of what."""
    account = signed_in(request)
    chosen, usable = queries.preferences_of(account), carriers()
    if request.method == "POST":
        for group, *_chosen in chosen:
            wanted = set(request.POST.getlist(group.code))
            actions.choose(
                account=account,
                group=group.code,
                in_app="in_app" in wanted,
                email="email" in wanted,
                by_phone=wanted & usable.keys(),
            )
        messages.success(request, _("Your choice is saved."))
        return redirect("messaging:preferences")
    context = {
        "groups": chosen,
        "email": account.email or "",
        "phone": account.phone or "",
        "carriers": [(code, each.title) for code, each in usable.items()],
    }
    return render(request, "messaging/preferences.html", context)
