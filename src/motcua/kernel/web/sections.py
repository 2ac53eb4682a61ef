"""Parts of a page that rooms above add: each registers what it shows there, the room of the page names none.

A room registers in its ``AppConfig.ready``::

    sections.register(Section("dossier", "vault", "vault/desk/section.html", desk.section))

``context`` gets the request and what the page is about, and answers what the template needs, or none where nothing is
to be shown. The template is a fragment: it starts with its own ``<h2>``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

# The desk's page of a dossier, the applicant's, the filer's and that of a kiosk get the dossier; those of
# documents, what ``correspondence.access`` found for the officer; the counter is about nothing yet;
# who lets a colleague take over is asked about an ``officers.taking_over.TakingOver``; an appointment is one of the
# work calendar that the officer may see.
Page = Literal[
    "dossier",
    "dossier-work",
    "my-dossier",
    "filed-dossier",
    "apply",
    "kiosk",
    "document",
    "sending",
    "counter",
    "taking-over",
    "appointment",
]


@dataclass(frozen=True)
class Section:
    """A part of a page."""

    page: Page
    name: str
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]
    order: int = 100


_sections: dict[tuple[str, str], Section] = {}


def register(section: Section) -> None:
    """Add a part to a page; the same name registered again replaces it."""
    _sections[section.page, section.name] = section


def drawn(page: Page, request: HttpRequest, subject: object) -> list[SafeString]:
    """The parts that have something to show on this page, in order."""
    wanted = sorted((each for each in _sections.values() if each.page == page), key=lambda each: each.order)
    found = ((each, each.context(request, subject)) for each in wanted)
    return [
        mark_safe(render_to_string(each.template, context, request))  # noqa: S308 - escaped by the template
        for each, context in found
        if context is not None
    ]
