"""Conditions for the browser's script: the same condition, with input names for facts.

Answers given on other pages become constants. What the script does not know is left to the server: the field is then
shown in the browser, and dropped when the form is cleaned.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motcua.engines.forms.conditions import Condition
from motcua.engines.forms.model import MANY, Component, Field, Kind, Meaning, level

_READ_AS = {Kind.CHECKBOX: "boolean", Kind.NUMBER: "number", Kind.DATE: "date", Kind.TIME: "text"}


@dataclass(frozen=True)
class Scope:
    """The fields that conditions may name at one level of the page, with the prefix of their input names."""

    prefix: str
    fields: Mapping[str, Field]
    outer: "Scope | None" = None

    @classmethod
    def of(cls, parts: Iterable[Component], prefix: str = "", outer: "Scope | None" = None) -> "Scope":
        return cls(prefix, {part.path: part for part in level(parts) if isinstance(part, Field)}, outer)

    def find(self, name: str) -> tuple[str, Field] | None:
        """The input name and field that a fact stands for here."""
        if name in self.fields:
            return self.prefix + name, self.fields[name]
        return self.outer.find(name) if self.outer else None


def rule_for(condition: Condition, scope: Scope, known: Callable[[str], Any]) -> str:
    """When to hide, as JSON for ``data-forms-if``; empty when the browser cannot tell. ``known`` gives the answers of
    other pages."""
    try:
        return json.dumps(_translated(condition.client, scope, known), ensure_ascii=False)
    except LookupError:
        return ""


def asked_here(condition: Condition, scope: Scope) -> bool:
    """Whether the condition depends on an answer of this page."""
    return any(scope.find(name) for name in condition.names)


def _translated(term: tuple[Any, ...], scope: Scope, known: Callable[[str], Any]) -> list[Any]:
    operator, *operands = term
    if operator == "value":
        return ["value", operands[0]]
    if operator == "each":
        raise LookupError(operator)
    if operator != "name":
        return [operator, *(_translated(operand, scope, known) for operand in operands)]
    found = scope.find(operands[0])
    if found is None:
        return ["value", known(operands[0])]
    name, field = found
    if field.kind in {Kind.EXPRESSION, Kind.FILE, Kind.DATETIME} or field.fixed:
        raise LookupError(name)
    if field.kind in MANY:
        return ["name", name, "list"]
    whole = field.meaning is Meaning.MONEY or (field.kind is Kind.NUMBER and field.limits.decimals == 0)
    return ["name", name, "whole" if whole else _READ_AS.get(field.kind, "text")]
