"""A page with a form: as asked for, or with what was typed and why it was refused (``web/fields.html`` draws it)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.web import problems


def errors_of(refused: Refused | None) -> dict[str, str]:
    """Messages by field; what concerns no field stands under the empty name."""
    if refused is None:
        return {}
    return problems.field_errors(refused) or {"": refused.message}


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    refused: Refused | None = None,
) -> HttpResponse:
    """Render with ``values`` (what was posted) and ``errors`` (by field) beside the context."""
    whole = {**(context or {}), "values": request.POST, "errors": errors_of(refused)}
    return answered(render(request, template, whole), refused)


def answered(response: HttpResponse, refused: Refused | None) -> HttpResponse:
    """The page with the status of a refusal that it tells, and when to try again."""
    if refused is not None:
        response.status_code = refused.status
        for name, value in problems.waiting(refused).items():
            response.headers[name] = value
    return response


def settled(
    request: HttpRequest,
    done: Callable[[], object],
    said: str,
    *,
    back: str,
    again: Callable[[Refused], HttpResponse] | None = None,
) -> HttpResponse:
    """Do what a button of a list asks for and go back to the list, which tells ``said`` or why it was refused.

    ``again`` shows the page on which something was typed when that is at fault, so that it is not lost.
    """
    try:
        done()
    except Refused as refused:
        if again is not None and refused.field:
            return again(refused)
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect(back)


def uuids(texts: Iterable[str], *, most: int = 100) -> list[UUID]:
    """Keys that a form sent, in order and once each. Raises :class:`Refused` for what is no key, or too many."""
    try:
        found = list(dict.fromkeys(UUID(text) for text in texts))
    except ValueError as error:
        raise Refused(_("This selection is not valid."), code="selection") from error
    if len(found) > most:
        raise Refused(_("Choose at most %(n)d at once.") % {"n": most}, code="too_many")
    return found
