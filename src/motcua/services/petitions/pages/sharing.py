"""The sender's own page: how it stands, what is asked, the answer; completing, asking again, opening again, rating."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms, rate_limit
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.accounts.models import Account
from motcua.people.accounts.pages.coming_back import Story, seen_with
from motcua.services.petitions import access, actions, queries, rules
from motcua.services.petitions.models import Petition
from motcua.services.petitions.pages.shown import place_of, point_of, story_of, thread
from motcua.services.petitions.secrets import petition_secret

LOOKS, WRITES, WINDOW = 60, 20, timedelta(minutes=10)  # of one address


@never_cache
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """The box for code and key; both together lead on."""
    code, key = (request.GET.get(name, "").strip().upper()[:40] for name in ("code", "key"))
    typed = {"code": code, "key": key}
    if not code or not key:
        return render(request, "petitions/portal/find.html", {"typed": typed, "errors": {}})
    try:
        own = _own(request, code, key)
    except NotFound as refused:
        context = {"typed": typed, "errors": {"code": refused.message}}
        return render(request, "petitions/portal/find.html", context, status=404)
    return redirect("petitions:follow", petition_code=own.code, secret=petition_secret(own.pk))


@never_cache
@require_GET
@sign_in_first
def mine(request: HttpRequest) -> HttpResponse:
    """What somebody sent while signed in."""
    found = access.mine(signed_in(request))
    page = paginate(found, order=("-received_at", "-id"), cursor=request.GET.get("cursor"))
    rows = [
        {
            "code": row.code,
            "secret": petition_secret(row.pk),
            "text": row.text[:120],
            "state": row.state,
            "state_text": row.get_state_display(),
            "office": row.office.name if row.office else "",
            "on": local_date(row.received_at),
        }
        for row in page.items
    ]
    return render(request, "petitions/portal/mine.html", {"page": page, "rows": rows})


@never_cache
@require_GET
def follow(request: HttpRequest, petition_code: str, secret: str) -> HttpResponse:
    """How it stands."""
    seen = _story(petition_code).drawn_at(request)
    return _page(request, _own(request, petition_code, secret), secret, seen)


_ACTS: dict[str, Callable[..., Any]] = {
    "complete": actions.complete,
    "follow-up": actions.follow_up,
    "reopen": actions.reopen,
}


@never_cache
@require_POST
def act(request: HttpRequest, petition_code: str, secret: str, act: str) -> HttpResponse:
    """What the sender does; each act is a form of the page. Who comes too late is told what has happened since."""
    petition = _own(request, petition_code, secret)
    rate_limit.spend("petitions.write", rate_limit.address_of(request), limit=WRITES, window=WINDOW)
    by = request.user.pk if isinstance(request.user, Account) else None
    if act != "rate" and act not in _ACTS:
        raise NotFound(_("There is no such page."))
    try:
        with _story(petition_code).unchanged(request):
            if act == "rate":
                actions.rate(petition.pk, satisfied=request.POST.get("satisfied") == "yes", by=by)
            else:
                _ACTS[act](petition.pk, text=request.POST.get("text", "").replace("\0", ""), by=by)
    except NotFound:
        raise
    except Refused as refused:
        at_text = refused.field == "text" or (act != "rate" and refused.code == "changed")
        refused.field = f"text-{act}" if at_text else refused.field
        seen = seen_with(request, refused)
        return _page(request, _own(request, petition_code, secret), secret, seen, refused)
    messages.success(request, _("Thank you, we have received it."))
    return redirect("petitions:follow", petition_code=petition_code, secret=secret)


def _story(code: str) -> Story:
    """What is told of it to its sender: of the office, not of officers."""
    return story_of(code[:40], named=False)


def _own(request: HttpRequest, code: str, secret: str) -> Petition:
    rate_limit.spend("petitions.look", rate_limit.address_of(request), limit=LOOKS, window=WINDOW)
    return access.own_petition(code[:40], secret[:40])


def _page(
    request: HttpRequest, petition: Petition, secret: str, seen: str, refused: Refused | None = None
) -> HttpResponse:
    now, state = timezone.now(), petition.state
    context = {
        "petition": petition,
        "secret": secret,
        "sent": "sent" in request.GET,
        "topic": queries.topic_text(petition),
        "facts": _facts(petition),
        "entries": thread(petition),
        "may": {
            "complete": rules.allows(state, "complete"),
            "follow_up": rules.allows(state, "follow_up"),
            "rate": rules.allows(state, "rate") and petition.satisfied is None,
            "reopen": state == "answered" and bool(petition.reopen_until) and now <= (petition.reopen_until or now),
        },
        "reopen_until": local_date(petition.reopen_until),
        "due": local_datetime(petition.due_at),
        "seen": seen,
    }
    response = forms.page(request, "petitions/portal/follow.html", context, refused=refused)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _facts(petition: Petition) -> list[dict[str, Any]]:
    found = [
        {"label": _("Code of the petition"), "value": petition.code},
        {"label": _("Key"), "value": petition_secret(petition.pk)},
        {"label": _("Sent on"), "value": local_datetime(petition.received_at)},
        {"label": _("Topic"), "value": queries.topic_text(petition)},
        {"label": _("Exact place"), "value": place_of(petition)},
        {"label": _("Office"), "value": petition.office.name if petition.office else _("is being chosen")},
    ]
    if point := point_of(petition):
        found.insert(5, {"label": _("Coordinates"), "value": point})
    if petition.handle_by and petition.answered_at is None:
        found.append({"label": _("Answer expected by"), "value": local_datetime(petition.handle_by)})
    return found
