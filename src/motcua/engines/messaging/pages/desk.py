"""For administrators: the province's own words for notices, place by place, and back to those that ship."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.messaging import actions, places, queries
from motcua.engines.messaging.kinds import Kind, groups, kinds, texts
from motcua.engines.messaging.rules import fields_of, fill, mark_of
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.accounts.access import administrator, sign_in_first
from motcua.people.accounts.models import Account


@require_GET
@sign_in_first
def overview(request: HttpRequest) -> HttpResponse:
    """Every kind of notice, by the groups that people choose, and which the province words itself; one statement."""
    administrator(request)
    own = queries.own_words()
    context = {
        "groups": [
            (group.label, [_row(kind, own) for kind in kinds.values() if kind.group is group])
            for group in groups.values()
        ],
        "languages": Account.Language.choices,
    }
    return render(request, "messaging/wordings.html", context)


def _row(kind: Kind, own: dict[tuple[str, str], tuple[str, str]]) -> dict[str, Any]:
    of_kind = {language: words for (code, language), words in own.items() if code == kind.code}
    subject, _body = texts(kind, of_kind, get_language() or Account.Language.VIETNAMESE)
    return {"code": kind.code, "subject": fill(subject, places.as_example(kind.fields)), "own": set(of_kind)}


@require_http_methods(["GET", "POST"])
@sign_in_first
def wording(request: HttpRequest, notice_code: str, language_code: str) -> HttpResponse:
    """The words of a kind in a language: look how they read, keep them, or go back to those that ship."""
    account = administrator(request)
    if notice_code not in kinds or language_code not in Account.Language:
        raise NotFound(_("There is no such kind of message."))
    kind, own = kinds[notice_code], queries.own_words().get((notice_code, language_code))
    shipped = texts(kind, {}, language_code)
    context: dict[str, Any] = {
        "kind": kind,
        "language": Account.Language(language_code),
        "shipped": shipped,
        "own": own,
        "places": places.told(kind.fields),
        "title_places": " ".join(f"{{{name}}}" for name in sorted(fields_of(str(kind.subject)))),
        "preview": None,
        "now": None,
        "seen": request.POST.get("seen", "") if request.method == "POST" else mark_of(own),
    }
    if request.method != "POST":
        subject, body = own or shipped
        return render(request, "messaging/wording.html", context | _typed(kind, subject, body))
    which = {"kind": kind.code, "language": language_code}
    if request.POST.get("act") == "restore":
        if own and "seen" not in request.POST:  # asked first, beside the words that would be lost
            return render(request, "messaging/restore.html", context | {"seen": mark_of(own)})
        return _restored(request, which | {"seen": context["seen"]}, account)
    return _worded(request, which, context, account)


def _worded(request: HttpRequest, which: dict[str, str], context: dict[str, Any], by: Account) -> HttpResponse:
    words = {name: request.POST.get(name, "") for name in ("subject", "body")}
    try:
        if request.POST.get("act") != "keep":
            actions.require_wording(**which, **words)
            return render(request, "messaging/wording.html", context | _typed(context["kind"], **words))
        actions.word(**which, **words, seen=context["seen"], by=by.pk, at=timezone.now())
    except Conflict as conflict:  # what was typed stays, beside what it would replace
        stored = {"seen": mark_of(context["own"]), "now": context["own"] or context["shipped"]}
        return forms.page(request, "messaging/wording.html", context | stored, refused=conflict)
    except Refused as refused:
        return forms.page(request, "messaging/wording.html", context, refused=refused)
    messages.success(request, _("The next notice of this kind has these words."))
    return redirect("messaging:wordings")


def _restored(request: HttpRequest, which: dict[str, str], by: Account) -> HttpResponse:
    said = _("The notice has the words that ship again.")
    at = timezone.now()
    return forms.settled(
        request, lambda: actions.end_wording(**which, by=by.pk, at=at), said, back="messaging:wordings"
    )


def _typed(kind: Kind, subject: str, body: str) -> dict[str, Any]:
    examples = places.as_example(kind.fields)
    return {
        "values": {"subject": subject, "body": body},
        "errors": {},
        "preview": (fill(subject, examples), fill(body, examples)),
    }
