"""Refusals as problem details (RFC 9457), in the language of the request."""

from typing import NotRequired, TypedDict

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.kernel.errors import Invalid, Refused

MEDIA_TYPE = "application/problem+json"


class FieldProblem(TypedDict):
    """One input at fault. ``field`` is its path, such as ``applicant.phone``."""

    field: str
    detail: str


class Problem(TypedDict):
    """The body of an error answer. ``code`` is stable for machines, ``title`` and ``detail`` are for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: NotRequired[str]
    errors: NotRequired[list[FieldProblem]]


def title(status: int) -> str:
    """What a status means, in a few words."""
    titles = {
        400: _("Not readable"),
        401: _("Not signed in"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("Not offered"),
        409: _("Changed in the meantime"),
        413: _("Too large"),
        422: _("Not accepted"),
        429: _("Too many requests"),
        500: _("Something went wrong on our side"),
    }
    return titles.get(status, _("Not accepted"))


def field_errors(refused: Refused) -> dict[str, str]:
    """The message of each input at fault, by its path."""
    if isinstance(refused, Invalid):
        return refused.errors
    return {refused.field: refused.message} if refused.field else {}


def whole_message(refused: Refused) -> str:
    """The message with those of the single inputs, for where no form stands beside it."""
    others = [message for message in field_errors(refused).values() if message != refused.message]
    return " ".join([refused.message, *others])


def problem(refused: Refused, *, instance: str | None = None) -> Problem:
    """The problem details of a refusal; ``instance`` is the address that was refused."""
    made = Problem(
        type=f"urn:motcua:problem:{refused.code}",
        title=title(refused.status),
        status=refused.status,
        detail=refused.message,
        code=refused.code,
    )
    if instance:
        made["instance"] = instance
    errors = field_errors(refused)
    if errors:
        made["errors"] = [FieldProblem(field=field, detail=message) for field, message in errors.items()]
    return made


def respond(request: HttpRequest, refused: Refused) -> JsonResponse:
    """The answer of an API to a refusal."""
    return JsonResponse(
        problem(refused, instance=request.path),
        status=refused.status,
        content_type=MEDIA_TYPE,
        headers={"Content-Language": get_language() or "vi", **refusal_headers(refused)},
        json_dumps_params={"ensure_ascii": False},
    )


def refusal_headers(refused: Refused) -> dict[str, str]:
    """What every refusal's answer says beside its body."""
    return {"Cache-Control": "no-store", **waiting(refused)}


def waiting(refused: Refused | None) -> dict[str, str]:
    """When to ask again, where the refusal knows; every answer to it says so, pages with a form too."""
    wait = getattr(refused, "retry_after", None)
    return {"Retry-After": str(wait)} if wait else {}
