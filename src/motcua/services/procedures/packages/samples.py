"""The sample data of a result, held against the forms: a template is tried with what a dossier can really bring."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from motcua.engines.forms.facts import facts
from motcua.engines.forms.model import Component, Field, Form, Kind, Repeat, level
from motcua.engines.rules.facts import FactType

MOST_TOLD = 10


def strangers(sample: Mapping[str, Any], form: Form, step_forms: Iterable[Form]) -> list[str]:
    """Paths of answers in sample data that no form asks for: the first few."""
    later = [facts(each) for each in step_forms]
    known = {"form": [facts(form)], "written": later}
    found = (f"{part}.{path}" for part, asked in known.items() for path in _strange(sample.get(part), asked))
    return [path for path, _number in zip(found, range(MOST_TOLD), strict=False)]


def _strange(answers: Any, asked: Iterable[Mapping[str, FactType]], before: str = "") -> Iterator[str]:
    if not isinstance(answers, Mapping):
        return
    names = [name for each in asked for name in each]
    for key, value in answers.items():
        path = f"{before}{key}"
        if path in names:
            continue
        if any(name.startswith(f"{path}.") for name in names):
            yield from _strange(value, asked, f"{path}.")
        else:
            yield path


def least(sample: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """The sample as if nothing had been answered that may be left out."""
    answers = sample.get("form")
    return {**sample, "form": _required(answers, form.components)} if isinstance(answers, Mapping) else dict(sample)


def _required(answers: Mapping[str, Any], components: Iterable[Component]) -> dict[str, Any]:
    parts = list(level(components))
    optional = {part.path for part in parts if isinstance(part, Field) and _may_be_left_out(part)}
    repeats = {part.path: part for part in parts if isinstance(part, Repeat)}
    return _kept(answers, optional, repeats)


def _may_be_left_out(field: Field) -> bool:
    """A box that is not ticked and what is computed are answers, too."""
    return not field.limits.required and field.kind not in (Kind.CHECKBOX, Kind.EXPRESSION)


def _kept(
    answers: Mapping[str, Any], optional: set[str], repeats: Mapping[str, Repeat], before: str = ""
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in answers.items():
        path = f"{before}{key}"
        if path in optional:
            continue
        if path in repeats and isinstance(value, list):
            children = repeats[path].children
            kept[key] = [_required(row, children) if isinstance(row, Mapping) else row for row in value]
        else:
            kept[key] = _kept(value, optional, repeats, f"{path}.") if isinstance(value, Mapping) else value
    return kept
