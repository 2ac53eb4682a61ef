"""The way through an application: pages of the form, papers, delivery, who applies together, review."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engines.forms.controls import identifier
from motcua.services.dossiers.applications import Application

BACK = "back"  # in the query: the page was opened from the review and leads back to it


@dataclass(frozen=True)
class Step:
    """A page of the way. ``key`` names it: ``page-2``, ``papers``, ``delivery`` or ``review``."""

    key: str
    title: str
    url: str


@dataclass(frozen=True)
class Way:
    """The steps of one application and where one stands."""

    steps: tuple[Step, ...]
    at: int

    @property
    def number(self) -> int:
        """Counts from 1."""
        return self.at + 1

    @property
    def following(self) -> str:
        """The address of the next step; the last one leads to itself."""
        return self.steps[min(self.at + 1, len(self.steps) - 1)].url

    @property
    def before(self) -> str | None:
        """The address of the step before, none at the first."""
        return self.steps[self.at - 1].url if self.at else None

    @property
    def drawn(self) -> list[dict[str, str]]:
        """The steps for the component of the design system."""
        return [
            {"title": step.title, "state": "done" if at < self.at else "current" if at == self.at else "upcoming"}
            for at, step in enumerate(self.steps)
        ]


def way(application: Application, key: str) -> Way:
    """The way of an application, standing at the step called ``key`` (at the first one if it has none such)."""
    steps = tuple(_steps(application))
    return Way(steps, next((at for at, step in enumerate(steps) if step.key == key), 0))


def _steps(application: Application) -> list[Step]:
    draft = application.draft.pk
    steps = [Step(f"page-{page.number}", page.title, page_url(application, page.number)) for page in application.pages]
    if application.package.papers(application.case.pk):
        steps.append(Step("papers", _("Papers"), reverse("dossiers:apply-papers", args=[draft])))
    steps.append(Step("delivery", _("How to get the result"), reverse("dossiers:apply-delivery", args=[draft])))
    if application.package.manifest.co_applicants is not None:
        steps.append(Step("people", _("Who applies together"), reverse("dossiers:apply-people", args=[draft])))
    steps.append(Step("review", _("Check and send"), reverse("dossiers:apply-review", args=[draft])))
    return steps


def after(request: HttpRequest, way: Way) -> str:
    """Where a finished step leads: on, or back to the review that it was opened from."""
    return way.steps[-1].url if BACK in request.GET else way.following


def page_url(application: Application, number: int) -> str:
    """The address of a page of the form."""
    return reverse("dossiers:apply-page", args=[application.draft.pk, number])


def url_of(application: Application, name: str) -> str:
    """The address at which an input can be corrected, with its place on the page."""
    if name == "case":
        return reverse("dossiers:apply-change", args=[application.draft.pk])
    for page in application.pages:
        names = application.typed_on(page, {})
        if any(known.partition("-")[0] == name.partition("-")[0] for known in names):
            return f"{page_url(application, page.number)}?check=1&{BACK}=1#{identifier(name)}"
    return next(step.url for step in _steps(application) if step.key == _HOME.get(name.partition("-")[0], "papers"))


_HOME = {"return_method": "delivery", "return_address": "delivery", "paper": "papers"}
