"""The kinds of rules that rooms keep in editions: each declares what one must say, and ships the first."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from motcua.kernel.errors import Refused

Spec = TypeVar("Spec", bound=BaseModel)
LONGEST = 40_000
DEEPEST = 100
EVER = date(2000, 1, 1)  # from when the edition that ships is in force


@dataclass(frozen=True)
class Kind(Generic[Spec]):
    """A kind of rules. ``label`` and ``text`` are lazy translations; ``shipped`` is the file of the first edition."""

    code: str
    label: Any
    text: Any
    model: type[Spec]
    shipped: Path

    def read(self, text: str) -> Spec:
        """The rules that a YAML text says. Raises :class:`Refused` (field ``content``) with the first fault."""
        return read_yaml(text, self.model)

    def write(self, spec: dict[str, Any]) -> str:
        """Stored rules as the YAML text that says them."""
        return yaml.safe_dump(spec, allow_unicode=True, sort_keys=False, width=110)

    @cached_property
    def first(self) -> Spec:
        """The rules that ship."""
        return self.read(self.shipped.read_text())


def read_yaml(text: str, model: type[Spec]) -> Spec:
    """What a YAML text says. Raises :class:`Refused` (field ``content``) with the first fault."""
    if len(text) > LONGEST:
        raise _wrong(_("The text is longer than %(n)d characters.") % {"n": LONGEST})
    try:
        if fault := fault_of(text):
            raise _wrong(fault)
        return model.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _wrong(_("This is not YAML (line %(n)s).") % {"n": mark.line + 1 if mark else "?"}) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "–"
        raise _wrong(f"{place}: {first['msg']}") from error
    except ValueError as error:  # the 30th of February, a number of thousands of digits
        raise _wrong(_("A date or a number in the text does not exist.")) from error


def fault_of(text: str) -> str:
    """Why nothing is to be made of a YAML text, empty for a good one. Raises ``yaml.YAMLError``.

    It refers to itself, says of what type a value is, or nests so deeply that the reader in C, which calls itself for
    each level, would end this process.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if getattr(event, "anchor", None):
            return _("Anchors and aliases are not allowed: write the value out.")
        if getattr(event, "tag", None):
            return _("Tags are not allowed: write the plain value.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return _("The document is nested too deeply.")
    return ""


def _wrong(message: str) -> Refused:
    return Refused(message, field="content", code="not_rules")


kinds: dict[str, Kind[Any]] = {}


def declare(kind: Kind[Spec]) -> Kind[Spec]:
    """Declare a kind once, at import. Raises ``ValueError`` for a second one of the same code."""
    if kind.code in kinds:
        raise ValueError(f"The kind of rules {kind.code!r} is declared twice.")
    kinds[kind.code] = kind
    return kind
