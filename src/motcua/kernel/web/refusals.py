"""A refusal that no page has turned into a form error becomes an answer with the right status."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotOffered, Refused
from motcua.kernel.web import problems
from motcua.kernel.web.addresses import came_from

API = "/api/"
PAGE = "site/error.html"
PARTIAL = "site/refusal.html"


class RefusalMiddleware:
    """Answers :class:`Refused`: a page, for htmx a part of a page, under ``/api/`` problem details."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == NotOffered.status and request.path.startswith(API):
            refusal = NotOffered(_("This address does not take %(method)s.") % {"method": request.method})
            answer = problems.respond(request, refusal)
            answer.headers["Allow"] = response.headers["Allow"]
            return answer
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this with what a view raised; other errors go on their way."""
        if not isinstance(exception, Refused):
            return None
        return respond(request, exception)


def respond(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The answer to a refusal in the form the request can use."""
    if request.path.startswith(API):
        return problems.respond(request, refused)
    template = PARTIAL if is_htmx(request) else PAGE
    context = {
        "title": problems.title(refused.status),
        "text": problems.whole_message(refused),
        "back": came_from(request),
    }
    response = render(request, template, context, status=refused.status)
    for name, value in problems.refusal_headers(refused).items():
        response.headers[name] = value
    return response


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page (a boosted link asks for a whole one)."""
    return request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
