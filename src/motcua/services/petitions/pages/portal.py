"""What everybody may read: questions and answers that were published."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.kernel.text import local_date
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.models import Account
from motcua.services.petitions import queries
from motcua.services.petitions.access import published
from motcua.services.petitions.models import Petition

LONGEST = 200


@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """The public list, newest first, searched by words and topic."""
    asked = {"q": request.GET.get("q", "").strip()[:LONGEST], "topic": request.GET.get("topic", "")[:30]}
    found = queries.public(text=asked["q"], topic=asked["topic"])
    page = paginate(found, order=("-published_at", "-id"), cursor=request.GET.get("cursor"), size=20)
    topics = queries.topics(timezone.localdate())
    names = dict(topics)
    context = {
        "asked": asked,
        "topics": [("", _("All topics")), *topics],
        "page": page,
        "rows": [_row(petition, names) for petition in page.items],
        "signed_in": isinstance(request.user, Account) and request.user.is_citizen,
    }
    return render(request, "petitions/portal/public.html", context)


def _row(petition: Petition, names: dict[str, str]) -> dict[str, str]:
    return {
        "code": petition.code,
        "text": petition.public_text,
        "topic": names.get(petition.topic, ""),
        "office": petition.office.name if petition.office else "",
        "place": petition.unit.name if petition.unit else "",
        "on": local_date(petition.published_at),
    }


@require_GET
def answer(request: HttpRequest, petition_code: str) -> HttpResponse:
    """One question and its answer, without who asked."""
    petition = published(petition_code)
    context = {
        "petition": petition,
        "topic": queries.topic_text(petition),
        "received": local_date(petition.received_at),
        "published": local_date(petition.published_at),
    }
    return render(request, "petitions/portal/answer.html", context)
