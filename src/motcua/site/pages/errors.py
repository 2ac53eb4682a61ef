"""What a person sees when something went wrong. Nothing here needs the session or the database."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from motcua.kernel.errors import Refused
from motcua.kernel.web import problems
from motcua.kernel.web.addresses import came_from
from motcua.kernel.web.refusals import API


class Failed(Refused):
    """What Django itself found wrong with a request, as a program is told."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text, code=f"http_{status}")
        self.status = status


# What must not travel back into a page.
SECRET_FIELDS = ("csrfmiddlewaretoken", "password", "secret", "code", "token", "otp")
MOST_FIELDS = 500


def page(request: HttpRequest, status: int, title: str, text: str, **context: Any) -> HttpResponse:
    """An error page: what happened and what to do now, in the person's words; for a program problem details."""
    if request.path.startswith(API):
        return problems.respond(request, Failed(status, text))
    whole = {"title": title, "text": text, "status": status, "back": came_from(request), **context}
    return render(request, "site/error.html", whole, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    title = _("Page not found")
    return page(request, 404, title, _("If you typed the address, check it. The page may also have moved."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    title = _("You do not have the right to open this page")
    return page(request, 403, title, _("If you need it for your work, ask the administrator of your office."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    title = _("The request could not be understood")
    return page(request, 400, title, _("Go back and try again."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    title = _("Something went wrong on our side")
    return page(request, 500, title, _("What happened has been recorded. Please try again in a few minutes."))


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is out of date, often after a long pause: what was typed comes back, one press sends it again.

    Secrets are left out, and a form with files has to be sent from its own page. A form that another site forged is
    never offered again: the browser says where it came from.
    """
    own = request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    fields = kept_fields(request.POST) if own else []
    can_resend = bool(fields) and not request.FILES and not left_out(request.POST)
    title = _("This page was open for too long")
    written = in_words(fields)
    if can_resend:
        text = _("For your safety the form was not sent. All that you filled in is kept on this page: send it again.")
    elif written:
        text = _("For your safety the form was not sent. The texts that you wrote are below.")
    else:
        text = _("Go back and try again.")
    return page(request, 403, title, text, fields=fields, written=written, can_resend=can_resend)


def kept_fields(posted: QueryDict) -> list[tuple[str, str]]:
    """The posted fields that may be shown again."""
    pairs = [(name, value) for name, values in posted.lists() for value in values if not is_secret(name)]
    return [(name, str(value)) for name, value in pairs[:MOST_FIELDS]]


def in_words(fields: list[tuple[str, str]]) -> list[str]:
    """What a person wrote and knows again: words, not keys and numbers, for no label of a form is known here."""
    values = [value.strip() for _name, value in fields]
    return [value for value in values if any(sign.isspace() or not sign.isascii() for sign in value)]


def left_out(posted: QueryDict) -> bool:
    """Whether a secret or too many fields keep the form from being sent again as it was."""
    own = [name for name in posted if name != "csrfmiddlewaretoken"]
    return any(is_secret(name) for name in own) or sum(len(posted.getlist(name)) for name in own) > MOST_FIELDS


def is_secret(name: str) -> bool:
    """Whether a field holds what nobody may read over a shoulder."""
    return any(part in name.lower() for part in SECRET_FIELDS)
