"""Addresses for the browser tests: the house, and the plainest pages that hold the parts of signing with a token."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from motcua.engines.signing import access
from motcua.engines.signing.pages.browser import let_page_reach
from motcua.engines.signing.providers.registry import registry
from motcua.people.officers.access import desk_of
from motcua.site.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
PAGE = """{%% extends "site/base_desk.html" %%}
{%% import "signing/parts/token.html" as token with context %%}
{%% block title %%}Ký số{%% endblock %%}
{%% block heading %%}{{ mc.heading("Ký số") }}{%% endblock %%}
{%% block content %%}{{ %s }}{%% endblock %%}"""


def signing(request: HttpRequest, transaction_id: UUID) -> HttpResponse:
    """The page that waits for a token."""
    asked = access.own_signing(request, transaction_id)
    facts = {"asked": asked, "count": asked.documents.count(), "then": f"/done/{asked.pk}/"}
    return _page(request, asked.certificate.provider, "token.sign(asked.id, provider, count, then)", facts)


def registering(request: HttpRequest, means_id: UUID) -> HttpResponse:
    """The page on which a token's certificate is registered."""
    means = access.means_for(desk_of(request), means_id)
    return _page(request, means.provider, 'token.register(means.id, provider, "/done/")', {"means": means})


def done(request: HttpRequest, transaction_id: UUID | None = None) -> HttpResponse:
    """Where both go in the end."""
    return _page(request, "usb-token", "'Xong'", {})


def _page(request: HttpRequest, code: str, part: str, facts: dict[str, object]) -> HttpResponse:
    provider = registry[code]
    text = engines["jinja2"].from_string(PAGE % part).render({"provider": provider, **facts}, request)
    return let_page_reach(HttpResponse(text), provider)


urlpatterns = [
    *urlpatterns,
    path("test/signing/<uuid:transaction_id>/", signing),
    path("test/registering/<uuid:means_id>/", registering),
    path("done/", done),
    path("done/<uuid:transaction_id>/", done),
]
