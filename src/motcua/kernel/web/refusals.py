"""A refusal that no page has turned into a form error becomes an answer with the right status."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from motcua.kernel.errors import Refused
from motcua.kernel.web import problems

API = "/api/"
PAGE = "site/error.html"
PARTIAL = "site/refusal.html"


class RefusalMiddleware:
    """Answers :class:`Refused`: a page, for htmx a part of a page, under ``/api/`` problem details."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

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
    context = {"title": problems.title(refused.status), "text": problems.whole_message(refused)}
    response = render(request, template, context, status=refused.status)
    for name, value in problems.refusal_headers(refused).items():
        response.headers[name] = value
    return response


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page (a boosted link asks for a whole one)."""
    return request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers
