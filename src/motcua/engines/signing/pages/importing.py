"""Administrators bring in ways of signing: one by a form, many by a spreadsheet."""

from collections.abc import Sequence
from typing import IO, Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.engines.signing import actions
from motcua.engines.signing.care import access
from motcua.engines.signing.care.actions import import_means
from motcua.engines.signing.care.checking import checked_means
from motcua.engines.signing.care.imports import Checked
from motcua.engines.signing.models import SigningMeans
from motcua.engines.signing.pages.registering import chosen_provider
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import Refused
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.accounts.confirmation import confirm_before
from motcua.people.officers.desks import Desk
from motcua.people.officers.imports import read_table

_TABLE = "means_import"  # session key: the checked table, between report and confirmation
# Each line asks a service; longer lists go through the command line.
MOST_LINES = 100


@require_http_methods(["GET", "POST"])
@sign_in_first
@confirm_before()
def register(request: HttpRequest) -> HttpResponse:
    """Register one way of signing for one officer or one office's seal; their certificates come from its service."""
    desk = access.carer(request)
    offered = {code: registry[code] for code in registry if not registry[code].demonstration}
    code, chosen = chosen_provider(request, offered)
    context = chosen | {"vouches": desk.is_administrator}
    if request.method != "POST":
        return forms.page(request, "signing/care/register.html", context)
    try:
        means, name = _registered(request, desk, code)
    except Refused as refused:
        return forms.page(request, "signing/care/register.html", context, refused=refused)
    if offered[code].browser:
        text = _("Registered for %(name)s, who must now read the token under “Ways of signing”.")
        messages.success(request, text % {"name": name})
        return redirect("signing:certificates")
    messages.success(request, _("Registered for %(name)s, who can sign with it now.") % {"name": name})
    newest = means.certificates.order_by("-valid_to", "id").first()
    return redirect("signing:certificate", newest.pk) if newest else redirect("signing:certificates")


@require_http_methods(["GET", "POST"])
@sign_in_first
@confirm_before()
def import_list(request: HttpRequest) -> HttpResponse:
    """Upload, read the report, confirm; what a service refused is named by its line."""
    desk = access.carer(request)
    if request.method != "POST":
        request.session.pop(_TABLE, None)
        return forms.page(request, "signing/care/import.html", _report(None))
    confirmed = "confirm" in request.POST
    try:
        table = request.session.get(_TABLE, []) if confirmed else _uploaded(request)
        checked = checked_means(table, desk)
    except Refused as refused:
        return forms.page(request, "signing/care/import.html", _report(None), refused=refused)
    if not confirmed or checked.errors:
        request.session[_TABLE] = table
        return forms.page(request, "signing/care/import.html", _report(checked))
    del request.session[_TABLE]
    by, vouched = signed_in(request).pk, desk.is_administrator
    refusals = import_means(entries=checked.entries, vouched=vouched, by=by, at=timezone.now())
    done = len(checked.entries) - len(refusals)
    return forms.page(request, "signing/care/import.html", _report(None) | {"done": done, "refused": _lines(refusals)})


def _registered(request: HttpRequest, desk: Desk, code: str) -> tuple[SigningMeans, str]:
    if not code:
        raise Refused(_("Choose a way of signing."), field="provider", code="required")
    whose = request.POST.get("holder", "").strip()
    found = access.cared_holders(desk, {whose})
    if not found:
        text = _("You look after no officer with this user name and no office with this code.")
        raise Refused(text, field="holder", code="holder")
    holder, name = next(iter(found.values()))
    means = actions.register_means(
        holder=holder,
        provider=code,
        answers=request.POST.dict(),
        label=request.POST.get("label", ""),
        # Only the province's administrators may give somebody a key in another name: the sign server has everybody's.
        name="" if desk.is_administrator else name,
        by=signed_in(request).pk,
        at=timezone.now(),
    )
    return means, name


def _uploaded(request: HttpRequest) -> Sequence[Sequence[str]]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Choose a file."), field="file", code="required")
    table = read_table(cast("IO[bytes]", file.file), file.name or "")
    if len(table) > MOST_LINES + 1:
        text = _("Here at most %(n)d lines; longer lists go through the command line.") % {"n": MOST_LINES}
        raise Refused(text, field="file", code="too_long")
    return table


def _report(checked: Checked | None) -> dict[str, Any]:
    rows = [
        [each.name, str(registry[each.provider].title), ", ".join(filter(None, each.answers.values())) or "–"]
        for each in (checked.entries if checked else ())
    ]
    errors = {line: "; ".join(problems) for line, problems in (checked.errors if checked else {}).items()}
    return {
        "checked": checked is not None,
        "rows": rows,
        "known": checked.known if checked else 0,
        "wrong": _lines(errors),
        "done": None,
        "refused": [],
        "providers": [(code, str(registry[code].title), _columns(code)) for code in registry if _is_offered(code)],
    }


def _is_offered(code: str) -> bool:
    provider = registry[code]
    return not provider.demonstration and not any(question.secret for question in provider.asks)


def _columns(code: str) -> str:
    return ", ".join(question.name for question in registry[code].asks)


def _lines(texts: dict[int, str]) -> list[list[str]]:
    return [[str(line), text] for line, text in texts.items()]
