"""The policy of signing (chính sách ký số): which ways may sign what, from when, and how long it must be provable."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.engines.signing import actions, queries
from motcua.engines.signing.levels.queries import usual_level
from motcua.engines.signing.models import DocumentLevel, SigningPolicy
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms, keyset
from motcua.people.accounts.access import administrator, sign_in_first
from motcua.people.accounts.models import Account


@require_http_methods(["GET", "POST"])
@sign_in_first
def policies(request: HttpRequest) -> HttpResponse:
    """What is in force, what was and will be, and the form for a further decision."""
    by, refused = administrator(request), None
    if request.method == "POST":
        try:
            decided = _decided(request, by)
        except Refused as error:
            refused = error
        else:
            text = _("Decided: it holds from %(day)s on.") % {"day": local_date(decided.valid_from)}
            messages.success(request, text)
            return redirect("signing:policies")
    return forms.page(request, "signing/care/policies.html", _context(request), refused=refused)


def _decided(request: HttpRequest, by: Account) -> SigningPolicy:
    try:
        valid_from = date.fromisoformat(request.POST.get("valid_from", ""))
    except ValueError as error:
        raise Refused(_("Choose a day."), field="valid_from", code="required") from error
    return actions.decide_policy(
        level=request.POST.get("level", ""),
        kinds=request.POST.getlist("kinds"),
        lasting=request.POST.get("lasting", ""),
        valid_from=valid_from,
        source=request.POST.get("source", ""),
        by=by.pk,
        today=timezone.localdate(),
        at=timezone.now(),
    )


def _context(request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    current = queries.policies_on(today)
    page = keyset.paginate(SigningPolicy.objects.all(), order=("-valid_from", "-id"), cursor=request.GET.get("cursor"))
    return {
        "current": [_current(level, label, current.get(level)) for level, label in DocumentLevel.choices],
        "page": page,
        "rows": [_row(each) | {"standing": _standing(each, current, today)} for each in page.items],
        "levels": DocumentLevel.choices,
        "kinds": [(kind, registry.title_of(kind)) for kind in registry.kinds],
        "chosen": request.POST.getlist("kinds"),
        "lastings": [(each.value, lasting_text(each)) for each in SigningPolicy.Lasting],
        "today": today.isoformat(),
    }


def lasting_text(lasting: str) -> str:
    """What a level of ETSI EN 319 142-1 means for whoever must prove the signature."""
    meanings = {
        SigningPolicy.Lasting.BASIC: _("as long as the certificate is valid"),
        SigningPolicy.Lasting.TIMED: _("with a time stamp"),
        SigningPolicy.Lasting.LONG_TERM: _("also when the authority no longer answers"),
        SigningPolicy.Lasting.ARCHIVED: _("for decades, renewed in the archive"),
    }
    meaning = meanings.get(SigningPolicy.Lasting(lasting)) if lasting in SigningPolicy.Lasting.values else ""
    return f"{lasting}: {meaning}"


def _current(level: str, label: Any, policy: SigningPolicy | None) -> dict[str, Any]:
    if policy is None:
        return {
            "level": label,
            "kinds": _kinds(()),
            "lasting": lasting_text(usual_level()),
            "since": "",
            "source": "",
        }
    return _row(policy)


def _row(policy: SigningPolicy) -> dict[str, Any]:
    return {
        "level": policy.get_level_display(),
        "kinds": _kinds(policy.kinds),
        "lasting": lasting_text(policy.lasting),
        "since": local_date(policy.valid_from),
        "source": policy.source,
    }


def _kinds(kinds: Sequence[str]) -> str:
    return ", ".join(registry.title_of(kind) for kind in kinds) or _("Every way of signing")


def _standing(policy: SigningPolicy, current: dict[str, SigningPolicy], today: date) -> tuple[str, str]:
    if policy.valid_from > today:
        return _("Coming"), "blue"
    return (_("In force"), "green") if current.get(policy.level) == policy else (_("Past"), "grey")
