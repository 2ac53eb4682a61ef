"""Reading a form-js schema (bpmn-io, schema version 16 and what came before it).

The schema is the format in which forms are drawn and exchanged. Every mistake is told with the component's id; what
is not supported is refused by name. Our own additions stand in ``properties``, which the designer lets people edit:

``motcua:type``      meaning of a field (``Meaning``)
``motcua:min``, ``motcua:max``   first and last date allowed: ``2026-01-01`` or ``today``
``motcua:after``     key of a date field that this date may not precede
``motcua:max-files`` number of files a file field takes
``motcua:min-rows``, ``motcua:max-rows``   size of a repeating group
``motcua:proposes``  facts of a photographed paper proposed as the answer, best first: ``birth_paper.mother_name``
``motcua:proposes-from``   the paper or file field whose picture they are read from
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from motcua.engines.forms import facts as form_facts
from motcua.engines.forms.conditions import Condition, NotConvertibleError, convert
from motcua.engines.forms.model import Component, Content, Field, Form, Group, Kind, Repeat, level
from motcua.engines.forms.problems import Problem, SchemaError
from motcua.engines.forms.settings import Settings, field_of, kind_of
from motcua.engines.rules.expressions import check
from motcua.engines.rules.facts import FactType
from motcua.engines.rules.facts import Kind as Fact
from motcua.engines.rules.problems import Problem as RuleProblem
from motcua.kernel.text.strictjson import StrictJsonError, strict_json

MOST_BYTES: Final = 1_000_000
MOST_COMPONENTS: Final = 2_000
DEEPEST: Final = 12
MOST_ROWS: Final = 200
LONGEST_CHAIN: Final = 20
TRIALS: Final = 40_000
"""Evaluations that trying all conditions of a form may take together."""
LONGEST_TEXT: Final = 20_000
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_IGNORED: Final = frozenset({"button"})
_REFUSED: Final = {
    "html": "Raw HTML is not shown; use a text component (Markdown).",
    "iframe": "Pages of other sites are not shown inside a form.",
    "image": "Pictures are loaded from other sites; describe it in a text component.",
    "table": "Use a repeating group (dynamiclist).",
    "documentPreview": "Use a file field.",
}


def parse(source: bytes | str | Mapping[str, Any], *, stored: bool = False) -> Form:
    """Read a schema. Raises ``SchemaError`` that holds all mistakes; of a ``stored`` one, those it was checked for."""
    if isinstance(source, Mapping):
        document: Any = source
    else:
        try:
            document = strict_json(source, most_bytes=MOST_BYTES)
        except StrictJsonError as error:
            raise SchemaError([Problem("", "$", str(error))]) from None
    return _Reader(stored=stored).form(document)


class _Reader:
    def __init__(self, *, stored: bool) -> None:
        self.stored = stored
        self.problems: list[Problem] = []
        self.count = 0
        self.ids: set[str] = set()
        self.hides: dict[str, str] = {}
        self.expressions: dict[str, str] = {}
        self.trials = 0

    def form(self, document: Any) -> Form:
        """The whole: components, then what they say of each other."""
        if not isinstance(document, Mapping) or not isinstance(document.get("components"), list):
            raise SchemaError([Problem("", "$", "A form is a JSON object with a list “components”.")])
        parts = self.parts(document["components"], "$.components", prefix="", depth=1)
        self._unique(parts)
        if not self.problems:
            parts = self._joined(parts)
        if self.problems:
            raise SchemaError(self.problems)
        title = document.get("title") or document.get("name") or ""
        return Form(str(document.get("id") or "form"), str(title), parts)

    def refuse(self, component: str, path: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(component, path, message, hint))

    def parts(self, listed: Any, where: str, *, prefix: str, depth: int) -> tuple[Component, ...]:
        """The components of a list; ``prefix`` is the data path of the groups around it."""
        if not isinstance(listed, list):
            self.refuse("", where, "“components” must be a list.")
            return ()
        if depth > DEEPEST:
            self.refuse("", where, f"Components are nested deeper than {DEEPEST} levels.")
            return ()
        made = []
        for at, raw in enumerate(listed):
            self.count += 1
            if self.count > MOST_COMPONENTS:
                if self.count == MOST_COMPONENTS + 1:
                    self.refuse("", where, f"The form has more than {MOST_COMPONENTS} components.")
                break
            part = self.part(raw, f"{where}[{at}]", prefix=prefix, depth=depth)
            if part is not None:
                made.append(part)
        return tuple(made)

    def part(self, raw: Any, where: str, *, prefix: str, depth: int) -> Component | None:
        if not isinstance(raw, Mapping):
            self.refuse("", where, "A component is a JSON object.")
            return None
        kind = raw.get("type")
        if isinstance(kind, str) and kind in _IGNORED:
            return None
        settings = Settings(raw, where, self.refuse, stored=self.stored)
        self._named(settings)
        if kind in ("group", "dynamiclist"):
            return self._container(settings, str(kind), prefix=prefix, depth=depth)
        if kind in ("text", "separator", "spacer"):
            text = settings.text("text", longest=LONGEST_TEXT) if kind == "text" else ""
            return Content(settings.id, text)
        if kind_of(settings) is None:
            hint = _REFUSED.get(str(kind), "The components that there are stand in docs/integrator/forms.md.")
            settings.refuse(f"The component type “{str(kind)[:60]}” is not supported.", hint)
            return None
        made = field_of(settings, self._path(settings, prefix, "key"))
        if made is not None and made.kind is Kind.EXPRESSION:
            self.expressions[settings.id] = str(raw.get("expression") or "")
        return made

    def _named(self, settings: Settings) -> None:
        if not settings.id or settings.id in self.ids:
            settings.refuse("Each component needs an id of its own.")
        self.ids.add(settings.id)
        conditional = settings.raw.get("conditional")
        hide = conditional.get("hide") if isinstance(conditional, Mapping) else None
        if hide:
            self.hides[settings.id] = str(hide)

    def _container(self, settings: Settings, kind: str, *, prefix: str, depth: int) -> Component:
        inner = settings.raw.get("components", [])
        where = f"{settings.where}.components"
        label = settings.text("label")
        if kind == "group":
            path = self._path(settings, prefix, "path") if settings.raw.get("path") else prefix
            return Group(settings.id, label, self.parts(inner, where, prefix=path, depth=depth + 1))
        path = self._path(settings, prefix, "path")
        most = settings.whole("motcua:max-rows", least=1, most=MOST_ROWS, default=50)
        least = settings.whole("motcua:min-rows", least=0, most=most, default=0)
        shown = settings.whole("defaultRepetitions", least=0, most=MOST_ROWS, default=1)
        children = self.parts(inner, where, prefix="", depth=depth + 1)
        return Repeat(
            settings.id,
            path,
            label,
            children,
            rows=min(max(shown, least), most),
            least=least,
            most=most,
            changeable=settings.raw.get("allowAddRemove") is not False,
        )

    def _path(self, settings: Settings, prefix: str, name: str) -> str:
        key = settings.raw.get(name)
        if not isinstance(key, str) or len(key) > 100 or not _KEY.match(key):
            hint = "ASCII letters, digits and _, parts joined by points, for instance applicant.name."
            settings.refuse(f"“{str(key)[:60]}” cannot be a {name}.", hint)
            key = f"_{self.count}"
        return f"{prefix}.{key}" if prefix else key

    def _unique(self, parts: tuple[Component, ...]) -> None:
        """No path twice, none inside another, each repeating group for itself."""
        taken: dict[str, str] = {}
        for part in level(parts):
            if not isinstance(part, (Field, Repeat)):
                continue
            if part.path in taken:
                self.refuse(part.id, part.path, f"The key “{part.path}” is also that of {taken[part.path]}.")
            taken[part.path] = part.id
            if isinstance(part, Repeat):
                self._unique(part.children)
        for path, component in taken.items():
            pieces = path.split(".")
            outer = next((at for cut in range(1, len(pieces)) if (at := ".".join(pieces[:cut])) in taken), None)
            if outer:
                self.refuse(component, path, f"The key “{path}” lies inside “{outer}”, which is a field itself.")

    def _joined(self, parts: tuple[Component, ...]) -> tuple[Component, ...]:
        """The components with their conditions and calculations turned into rules."""
        self.trials = max(20, TRIALS // (1 + len(self.hides) + len(self.expressions)))
        typed = self._typed(parts, {})
        made = self._ruled(typed, {})
        if not self.problems:
            self._acyclic(made)
            self._dates(made)
        return made

    def _wrong(self, condition: Condition, names: Mapping[str, FactType], kind: Fact) -> list[RuleProblem]:
        wrong = check(condition.zen, names, expects=kind, limit=self.trials, stored=self.stored)
        if wrong and self.stored:  # until December 2026 conditions were tried with numbers beyond the bounds as well
            anyhow = {name: _unbounded(fact) for name, fact in names.items()}
            wrong = check(condition.zen, anyhow, expects=kind, limit=self.trials, stored=True)
        return wrong

    def _typed(self, parts: tuple[Component, ...], around: dict[str, FactType]) -> tuple[Component, ...]:
        """Calculated fields with their expression and the kind of its result, found by trying."""
        names = around | {name: replace(fact, nullable=False) for name, fact in form_facts.of(parts).items()}

        def calculated(part: Component) -> Component:
            if isinstance(part, Repeat):
                return replace(part, children=self._typed(part.children, names))
            if not isinstance(part, Field) or part.kind is not Kind.EXPRESSION:
                return part
            condition = self._converted(part.id, part.path, self.expressions[part.id], names, truth=False)
            if condition is None:
                return part
            tried = [Fact.BOOLEAN, Fact.NUMBER, Fact.TEXT]
            kind = next((each for each in tried if not self._wrong(condition, names, each)), None)
            if kind is None:
                problem = self._wrong(condition, names, Fact.NUMBER)[0]
                self.refuse(part.id, part.path, f"The expression cannot be used: {problem}")
                return part
            return replace(part, expression=condition, result=kind.value)

        return _mapped(parts, calculated)

    def _ruled(self, parts: tuple[Component, ...], around: dict[str, FactType]) -> tuple[Component, ...]:
        """Components with their condition for being hidden; inside a row its own fields are known too."""
        names = around | {name: replace(fact, nullable=True) for name, fact in form_facts.of(parts).items()}

        def ruled(part: Component) -> Component:
            if isinstance(part, Repeat):
                part = replace(part, children=self._ruled(part.children, names))
            source = self.hides.get(part.id)
            condition = self._converted(part.id, "conditional.hide", source, names, truth=True) if source else None
            if condition is None:
                return part
            for problem in self._wrong(condition, names, Fact.BOOLEAN):
                self.refuse(part.id, "conditional.hide", f"The condition cannot be used: {problem}")
            return replace(part, hide=condition)

        return _mapped(parts, ruled)

    def _converted(
        self, component: str, path: str, source: str, names: Mapping[str, FactType], *, truth: bool
    ) -> Condition | None:
        try:
            return convert(source, names, truth=truth)
        except NotConvertibleError as error:
            self.refuse(component, path, f"“{source[:120]}” cannot be used: {error}.", "See docs/integrator/forms.md.")
            return None

    def _acyclic(self, parts: tuple[Component, ...]) -> None:
        """No condition may depend, by whatever way, on what it hides; chains stay short, so cleaning stays cheap."""
        reads = dict(_reads(parts, {name: name for name in form_facts.of(parts)}, frozenset()))
        for _layer in range(LONGEST_CHAIN):
            free = [place for place, names in reads.items() if not names & reads.keys()]
            for place in free:
                del reads[place]
        for place in reads:
            hint = f"A chain of conditions has at most {LONGEST_CHAIN} links."
            self.refuse("", place, "Its condition depends on itself, or on too long a chain of other fields.", hint)

    def _dates(self, parts: tuple[Component, ...]) -> None:
        for part in level(parts):
            if isinstance(part, Repeat):
                self._dates(part.children)
            elif isinstance(part, Field) and part.limits.after:
                others = {other.path for other in level(parts) if isinstance(other, Field) and other.kind is Kind.DATE}
                if part.limits.after not in others - {part.path} or part.kind is not Kind.DATE:
                    hint = "Both must be date fields of the same group of answers."
                    self.refuse(part.id, part.path, f"motcua:after: there is no date “{part.limits.after}”.", hint)


def _unbounded(fact: FactType) -> FactType:
    return replace(fact, least=None, most=None, fields={name: _unbounded(part) for name, part in fact.fields.items()})


def _mapped(parts: tuple[Component, ...], change: Callable[[Component], Component]) -> tuple[Component, ...]:
    made = []
    for part in parts:
        changed = change(part)
        if isinstance(changed, Group):
            changed = replace(changed, children=_mapped(changed.children, change))
        made.append(changed)
    return tuple(made)


def _reads(
    parts: tuple[Component, ...], scope: Mapping[str, str], around: frozenset[str]
) -> Iterable[tuple[str, frozenset[str]]]:
    """Each answer and the answers on which its being there, or its value, depends.

    ``scope`` turns a name, as conditions say it here, into its one place in the form (``vehicles[].plate``).
    """
    for part in parts:
        names = around | _places(part.hide, scope)
        if isinstance(part, Group):
            yield from _reads(part.children, scope, names)
        elif isinstance(part, Repeat):
            place = scope[part.path]
            rows = {name: f"{place}[].{name}" for name in form_facts.of(part.children)}
            inner = dict(_reads(part.children, {**scope, **rows}, names))
            yield place, names.union(*inner.values()) - set(rows.values())
            yield from inner.items()
        elif isinstance(part, Field):
            yield scope[part.path], names | _places(part.expression, scope)


def _places(condition: Condition | None, scope: Mapping[str, str]) -> frozenset[str]:
    return frozenset(scope[name] for name in condition.names) if condition else frozenset()
