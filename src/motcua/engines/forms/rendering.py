"""A page of a form made ready for the templates in ``jinja2/forms/``: plain HTML that works without a script.

{% from "forms/fields.html" import error_summary, fields with context %}
{{ error_summary(rendered) }} <form …>{{ fields(rendered) }}</form>
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from motcua.engines.forms.client import Scope, asked_here, rule_for
from motcua.engines.forms.conditions import Condition
from motcua.engines.forms.controls import Asked, control, identifier
from motcua.engines.forms.markdown import rendered as markdown
from motcua.engines.forms.model import Component, Content, Field, Group, Kind, Repeat
from motcua.engines.forms.pages import Page
from motcua.engines.forms.proposals import shown_as
from motcua.engines.forms.surroundings import NOWHERE, Surroundings
from motcua.engines.forms.validation import Cleaned, value_at


@dataclass(frozen=True)
class Widget:
    """One part of a page. ``kind`` chooses the template's branch: ``macro`` (a component of the design system with
    ``params``), ``text``, ``line``, ``group``, ``repeat``, ``row``, ``moment``, ``files`` or ``output``."""

    kind: str
    id: str = ""
    name: str = ""
    label: str = ""
    hint: str = ""
    error: str = ""
    macro: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    html: Markup = field(default_factory=Markup)
    children: "tuple[Widget, ...]" = ()
    files: tuple[tuple[str, str], ...] = ()
    rows: int = 0
    addable: bool = False
    removable: bool = False
    when: str = ""
    proposed: bool = False
    shown: str = ""
    link: str = ""


@dataclass(frozen=True)
class Rendered:
    """The widgets of a page, and its mistakes as the links of an error summary."""

    widgets: tuple[Widget, ...]
    errors: tuple[Mapping[str, str], ...]


def render(
    page: Page,
    cleaned: Cleaned,
    *,
    around: Surroundings = NOWHERE,
    suggest_url: str = "",
    proposed: Mapping[str, list[str]] | None = None,
    scan_url: Callable[[str], str] | None = None,
) -> Rendered:
    """One page with what was typed and what was wrong. ``suggest_url`` answers ``?q=`` with units as JSON.

    ``proposed`` stands, marked, in fields without an answer; ``scan_url`` is where a file field's paper is scanned.
    """
    widgets = _Drawing(cleaned, around, suggest_url, proposed or {}, scan_url).widgets(
        page.parts, Scope.of(page.parts)
    )
    links = tuple({"text": text, "href": f"#{identifier(name)}"} for name, text in cleaned.errors.items())
    return Rendered(widgets, links)


class _Drawing:
    def __init__(
        self,
        cleaned: Cleaned,
        around: Surroundings,
        suggest_url: str,
        proposed: Mapping[str, list[str]],
        scan_url: Callable[[str], str] | None,
    ) -> None:
        self.cleaned, self.around, self.suggest_url = cleaned, around, suggest_url
        self.proposed, self.scan_url = proposed, scan_url

    def widgets(self, parts: Iterable[Component], scope: Scope) -> tuple[Widget, ...]:
        """The parts that are shown; what other pages' answers hide is left out."""
        made = []
        for part in parts:
            here = part.hide is not None and asked_here(part.hide, scope)
            if scope.prefix + part.id in self.cleaned.hidden and not here:
                continue
            when = rule_for(part.hide, scope, self._known) if part.hide is not None and here else ""
            note = _note(part.hide, scope) if part.hide is not None and here else ""
            made.append(self._widget(part, scope, when, note))
        return tuple(made)

    def _known(self, name: str) -> Any:
        return value_at(self.cleaned.data, name)

    def _widget(self, part: Component, scope: Scope, when: str, note: str) -> Widget:
        if isinstance(part, Content):
            return Widget("text" if part.text else "line", html=markdown(part.text), when=when)
        if isinstance(part, Group):
            children = self.widgets(part.children, scope)
            return Widget("group", label=part.label, hint=note, children=children, when=when)
        if isinstance(part, Repeat):
            return self._repeat(part, scope, when, note)
        return self._field(part, scope, when, note)

    def _repeat(self, part: Repeat, scope: Scope, when: str, note: str) -> Widget:
        name = scope.prefix + part.path
        rows = int("".join(self.cleaned.typed.get(f"{name}-rows", ["0"])))
        made = []
        for at in range(rows):
            inner = Scope.of(part.children, f"{name}-{at}-", scope)
            children = self.widgets(part.children, inner)
            removable = part.changeable and rows > part.least
            label = f"{part.label} {at + 1}".strip()
            made.append(Widget("row", name=f"{name}-{at}", label=label, children=children, removable=removable))
        return Widget(
            "repeat",
            id=identifier(name),
            name=name,
            label=part.label,
            hint=note,
            error=self.cleaned.errors.get(name, ""),
            children=tuple(made),
            rows=rows,
            addable=part.changeable and rows < part.most,
            when=when,
        )

    def _field(self, part: Field, scope: Scope, when: str, note: str) -> Widget:
        name = scope.prefix + part.path
        typed, error = self.cleaned.typed, self.cleaned.errors.get(name, "")
        is_proposed = name in self.proposed and not typed.get(name)
        texts = self.proposed[name] if is_proposed else typed.get(name, [])
        if is_proposed:
            note = " ".join(filter(None, (note, _("Proposed from the picture, please check."))))
        asked = Asked(part, name, texts, error, note, suggest_url=self.suggest_url)
        if part.fixed or part.kind is Kind.EXPRESSION:
            answer = Markup("<br>").join(_settled(part, asked.texts)) or Markup("—")
            return Widget("output", id=asked.id, label=part.label, hint=asked.hint, html=answer, when=when)
        if part.kind is Kind.DATETIME:
            clock = typed.get(f"{name}-time", [])
            halves = asked.halves(clock)
            return Widget(
                "moment", id=asked.id, label=asked.label, hint=asked.hint, error=error, children=tuple(
                    Widget("macro", macro="input", params=params) for params in halves
                ), when=when,
            )  # fmt: skip
        macro, params = control(asked)
        files = tuple(
            (file, known) for file in asked.texts if part.kind is Kind.FILE and (known := self.around.file(file))
        )
        kind = "files" if part.kind is Kind.FILE else "macro"
        link = self.scan_url(name) if part.kind is Kind.FILE and self.scan_url and not scope.prefix else ""
        return Widget(
            kind,
            id=asked.id,
            name=name,
            label=part.label,
            macro=macro,
            params=params,
            files=files,
            when=when,
            proposed=is_proposed,
            shown=shown_as(name, texts) if is_proposed else "",
            link=link,
        )


def _settled(part: Field, texts: list[str]) -> list[str]:
    """An answer that is shown and not asked."""
    if part.kind is Kind.CHECKBOX:
        return [_("Yes") if texts else _("No")]
    return [part.labels.get(text, text) for text in texts]


def _note(hide: Condition, scope: Scope) -> str:
    """What someone without a script is told of a question that may not concern them."""
    operator, *operands = hide.client
    if operator == "!=" and operands[0][0] == "name" and operands[1][0] == "value":
        found = scope.find(operands[0][1])
        if found and isinstance(operands[1][1], str):
            label = found[1].label
            return _("Only if “%(label)s” is “%(answer)s”.") % {
                "label": label,
                "answer": found[1].labels.get(operands[1][1], operands[1][1]),
            }
    return _("Leave this out if it does not concern you.")
