"""A form split into pages: one for each group at the top, and one for what stands between groups."""

from collections.abc import Container
from dataclasses import dataclass

from motcua.engines.forms.model import Component, Content, Form, Group, Repeat


@dataclass(frozen=True)
class Page:
    """``number`` counts from 1; ``components`` is what ``clean(only=…)`` takes."""

    number: int
    id: str
    title: str
    components: tuple[Component, ...]

    @property
    def parts(self) -> tuple[Component, ...]:
        """What is shown on the page; the heading of its group is the page's own."""
        first = self.components[0] if self.components else None
        return first.children if isinstance(first, Group) else self.components


def pages(form: Form) -> tuple[Page, ...]:
    """The pages in order; there is always at least one."""
    bundles: list[list[Component]] = []
    for part in form.components:
        alone = isinstance(part, Group)
        if alone or not bundles or isinstance(bundles[-1][0], Group):
            bundles.append([part])
        else:
            bundles[-1].append(part)
    return tuple(
        Page(number, bundle[0].id, _title(form, bundle), tuple(bundle)) for number, bundle in enumerate(bundles, 1)
    ) or (Page(1, form.id, form.title, ()),)


def _title(form: Form, bundle: list[Component]) -> str:
    first = bundle[0]
    if isinstance(first, (Group, Repeat)) and first.label:
        return first.label
    questions = [part for part in bundle if not isinstance(part, Content)]
    return form.title or (questions[0].label if questions else "")


def open_pages(form: Form, hidden: Container[str]) -> tuple[Page, ...]:
    """The pages that concern this person; ``hidden`` comes from cleaning."""
    return tuple(page for page in pages(form) if not _closed(page, hidden))


def _closed(page: Page, hidden: Container[str]) -> bool:
    return bool(page.components) and all(part.id in hidden for part in page.components)
