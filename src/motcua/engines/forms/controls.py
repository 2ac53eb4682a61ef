"""The parameters of the design system's components for each kind of field."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from motcua.engines.forms.model import Field, Kind, Meaning

UPLOAD: Final = "-upload"
"""A file field named ``paper`` keeps ids of stored files; new files arrive under ``paper-upload``."""
_ROWS: Final = 5
_NUMERIC: Final = frozenset({Meaning.MONEY, Meaning.IDENTITY_NUMBER, Meaning.TAX_CODE})
_OWN: Final = {Meaning.PERSON_NAME: "name", Meaning.PHONE: "tel", Meaning.EMAIL: "email"}


def identifier(name: str) -> str:
    """The id of an input; names differ exactly when their ids do."""
    return "field-" + name.replace(".", "--")


@dataclass(frozen=True)
class Asked:
    """One question on a page: its input name, what was typed, what is wrong with it, what to add to its hint."""

    field: Field
    name: str
    texts: list[str]
    error: str
    note: str
    suggest_url: str = ""

    @property
    def id(self) -> str:
        return identifier(self.name)

    @property
    def label(self) -> str:
        """Questions that may be left out say so; nothing is marked with a star."""
        if self.field.limits.required or self.field.kind is Kind.CHECKBOX:
            return self.field.label
        return _("%(label)s (optional)") % {"label": self.field.label}

    @property
    def hint(self) -> str:
        return " ".join(part for part in (self.field.hint, self.note, _example(self.field)) if part)

    def common(self) -> dict[str, Any]:
        """What every component takes."""
        made: dict[str, Any] = {"name": self.name, "id": self.id, "idPrefix": self.id}
        if self.hint:
            made["hint"] = {"text": self.hint}
        if self.error:
            made["errorMessage"] = {"text": self.error, "visuallyHiddenText": _("Error")}
        return made

    def legend(self) -> dict[str, Any]:
        return {"legend": {"text": self.label, "classes": "govuk-fieldset__legend--s"}}

    def halves(self, clock: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The two inputs of a moment: its day and its time."""
        common = {"classes": "govuk-input--width-10", "inputmode": "numeric", "autocomplete": "off"}
        day = {"id": self.id, "name": self.name, "label": {"text": _("Date")}, "value": "".join(self.texts[:1])}
        time = {"id": f"{self.id}-time", "name": f"{self.name}-time", "label": {"text": _("Time")}}
        return common | day, common | time | {"value": "".join(clock[:1])}


def control(asked: Asked) -> tuple[str, dict[str, Any]]:
    """The macro of a field and its parameters."""
    macro, parameters = _CONTROLS.get(asked.field.kind, ("input", _input))
    return macro, asked.common() | parameters(asked)


def _input(asked: Asked) -> dict[str, Any]:
    field = asked.field
    made: dict[str, Any] = {
        "label": {"text": asked.label, "classes": "govuk-label--s"},
        "value": "".join(asked.texts[:1]),
        "spellcheck": None if field.meaning is None else False,
        "autocomplete": _OWN.get(field.meaning, "off")
        if field.meaning and field.path.startswith("applicant.")
        else None,
        "attributes": {},
    }
    if field.meaning is Meaning.EMAIL:
        made |= {"type": "email"}
    elif field.meaning is Meaning.PHONE:
        made |= {"type": "tel", "classes": "govuk-input--width-20"}
    elif field.meaning is Meaning.ADMINISTRATIVE_UNIT:
        made["attributes"] = {"data-forms-suggest": asked.suggest_url} if asked.suggest_url else {}
    elif field.meaning in _NUMERIC or field.kind in {Kind.DATE, Kind.TIME}:
        made |= {"inputmode": "numeric", "classes": "govuk-input--width-20"}
    elif field.kind is Kind.NUMBER:
        made |= {"inputmode": "decimal", "classes": "govuk-input--width-10"}
    if field.meaning is Meaning.MONEY:
        made["suffix"] = {"text": "đ"}
    return made


def _textarea(asked: Asked) -> dict[str, Any]:
    label = {"text": asked.label, "classes": "govuk-label--s"}
    return {"label": label, "value": "".join(asked.texts[:1]), "rows": _ROWS}


def _select(asked: Asked) -> dict[str, Any]:
    chosen = asked.texts[:1]
    blank = {"value": "", "text": _("Choose"), "selected": not chosen}
    items = [
        {"value": option.value, "text": option.label, "selected": option.value in chosen}
        for option in asked.field.options
    ]
    return {"label": {"text": asked.label, "classes": "govuk-label--s"}, "items": [blank, *items]}


def _choices(asked: Asked) -> dict[str, Any]:
    items = [
        {"value": option.value, "text": option.label, "checked": option.value in asked.texts}
        for option in asked.field.options
    ]
    return {"fieldset": asked.legend(), "items": items}


def _tick(asked: Asked) -> dict[str, Any]:
    return {"items": [{"value": "true", "text": asked.label, "checked": asked.texts[:1] == ["true"]}]}


def _file(asked: Asked) -> dict[str, Any]:
    attributes = {"accept": asked.field.accept} if asked.field.accept else {}
    return {
        "name": asked.name + UPLOAD,
        "label": {"text": asked.label, "classes": "govuk-label--s"},
        "attributes": attributes,
        "multiple": asked.field.limits.most_files > 1,
    }


_CONTROLS: Final[dict[Kind, tuple[str, Callable[[Asked], dict[str, Any]]]]] = {
    Kind.TEXTAREA: ("textarea", _textarea),
    Kind.SELECT: ("select", _select),
    Kind.RADIO: ("radios", _choices),
    Kind.CHECKLIST: ("checkboxes", _choices),
    Kind.TAGLIST: ("checkboxes", _choices),
    Kind.CHECKBOX: ("checkboxes", _tick),
    Kind.FILE: ("file_upload", _file),
}


def _example(field: Field) -> str:
    if field.kind is Kind.DATE:
        return _("Day/month/year, for example 22/11/2026.")
    if field.kind is Kind.TIME:
        return _("For example 08:30.")
    if field.kind is Kind.DATETIME:
        return _("For example 22/11/2026 and 08:30.")
    return ""
