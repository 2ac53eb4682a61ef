"""The facts that a form gives to rules and conditions."""

from collections.abc import Iterable, Mapping

from motcua.engines.forms.model import CHOICES, MANY, Component, Field, Form, Group, Kind, Meaning, Repeat
from motcua.engines.rules.facts import FactType
from motcua.engines.rules.facts import Kind as Fact

_DATES = {Kind.DATE: Fact.DATE, Kind.DATETIME: Fact.DATETIME}


def facts(form: Form) -> Mapping[str, FactType]:
    """Every answer of the form by its dotted path; what may be left out or hidden is nullable."""
    return of(form.components)


def of(components: Iterable[Component], *, hidden: bool = False) -> dict[str, FactType]:
    """The facts of some components; ``hidden``: they stand in something that may be hidden."""
    found: dict[str, FactType] = {}
    for part in components:
        maybe = hidden or part.hide is not None
        if isinstance(part, Group):
            found |= of(part.children, hidden=maybe)
        elif isinstance(part, Repeat):
            found[part.path] = FactType(Fact.LIST, nullable=maybe or not part.least, fields=of(part.children))
        elif isinstance(part, Field):
            found[part.path] = _fact(part, hidden=maybe)
    return found


def _fact(field: Field, *, hidden: bool) -> FactType:
    nullable = hidden or not field.limits.required
    if field.kind is Kind.CHECKBOX:
        return FactType(Fact.BOOLEAN, nullable=hidden)  # a box left unticked is an answer too
    if field.kind is Kind.EXPRESSION:
        return FactType(Fact(field.result), nullable=True)
    if field.meaning is Meaning.MONEY:
        return _number(field, Fact.MONEY, nullable=nullable)
    if field.kind is Kind.NUMBER:
        return _number(field, Fact.INTEGER if field.limits.decimals == 0 else Fact.NUMBER, nullable=nullable)
    values = tuple(field.labels) if field.kind in CHOICES else ()
    if field.kind in MANY or field.kind is Kind.FILE:
        return FactType(Fact.LIST, nullable=nullable, item=FactType(Fact.TEXT, values=values))
    return FactType(_DATES.get(field.kind, Fact.TEXT), nullable=nullable, values=values)


def _number(field: Field, kind: Fact, *, nullable: bool) -> FactType:
    return FactType(kind, nullable=nullable, least=field.limits.minimum, most=field.limits.maximum)
