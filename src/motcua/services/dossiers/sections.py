"""Parts of a dossier's page that rooms above add: each registers what it shows there, the dossiers name none.

A room registers in its ``AppConfig.ready``::

    sections.register(Section("portal", "ratings", "ratings/portal/section.html", portal.section))

``context`` gets the dossier and answers what the template needs, or none where nothing is to be shown. The template is
a fragment: it starts with its own ``<h2>``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from motcua.services.dossiers.models import Dossier

Area = Literal["portal", "desk"]


@dataclass(frozen=True)
class Section:
    """A part of the page that the applicant (``portal``) or officers (``desk``) see."""

    area: Area
    name: str
    template: str
    context: Callable[[Dossier], dict[str, Any] | None]
    order: int = 100


_sections: dict[tuple[str, str], Section] = {}


def register(section: Section) -> None:
    """Add a part to the page of a dossier; the same name registered again replaces it."""
    _sections[section.area, section.name] = section


def drawn(area: Area, request: HttpRequest, dossier: Dossier) -> list[SafeString]:
    """The parts that have something to show for this dossier, in order."""
    wanted = sorted((each for each in _sections.values() if each.area == area), key=lambda each: each.order)
    found = ((each, each.context(dossier)) for each in wanted)
    return [
        mark_safe(render_to_string(each.template, context, request))  # noqa: S308 - escaped by the template
        for each, context in found
        if context is not None
    ]
