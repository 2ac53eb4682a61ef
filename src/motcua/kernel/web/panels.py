"""Panels of the home pages: rooms register them, the site's home pages draw them.

A room registers in its ``AppConfig.ready``::

    panels.register(Panel(
        area="desk", name="dossiers.overdue", template="dossiers/panels/overdue.html", context=pages.overdue_panel,
    ))

``context`` gets the request and answers what the template needs, or none when the panel is not for this person.
The template is a fragment: it starts with its own ``<h2>``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

Area = Literal["portal", "desk"]


@dataclass(frozen=True)
class Panel:
    """A part of a home page; ``wide`` takes the whole width, others stand two abreast on a wide screen."""

    area: Area
    name: str
    template: str
    context: Callable[[HttpRequest], dict[str, Any] | None]
    order: int = 100
    wide: bool = False


@dataclass(frozen=True)
class DrawnPanel:
    """A panel as the page of one request shows it."""

    name: str
    wide: bool
    html: SafeString


_panels: dict[tuple[str, str], Panel] = {}


def register(panel: Panel) -> None:
    """Put a panel on a home page; the same name registered again replaces it."""
    _panels[panel.area, panel.name] = panel


def drawn(area: Area, request: HttpRequest) -> list[DrawnPanel]:
    """The panels of a home page that this request may see, in order."""
    panels = sorted((panel for panel in _panels.values() if panel.area == area), key=lambda panel: panel.order)
    found = ((panel, panel.context(request)) for panel in panels)
    return [
        DrawnPanel(panel.name, panel.wide, mark_safe(render_to_string(panel.template, context, request)))  # noqa: S308
        for panel, context in found
        if context is not None
    ]
