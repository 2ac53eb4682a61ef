"""One component of a schema read into a field: what each setting may be, and what is refused."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from motcua.engines.forms.model import CHOICES, MANY, Field, Kind, Limits, Meaning, Option
from motcua.engines.forms.patterns import fault_of
from motcua.engines.forms.surroundings import NOWHERE
from motcua.engines.forms.values import BadAnswerError, from_typed
from motcua.kernel.blobs.formats import strange_in

MOST_OPTIONS: Final = 1_000
LONGEST_LABEL: Final = 1_000
MOST_LENGTH: Final = 20_000
LARGEST: Final = 10**15
_KINDS: Final = {
    "textfield": Kind.TEXT,
    "textarea": Kind.TEXTAREA,
    "number": Kind.NUMBER,
    "checkbox": Kind.CHECKBOX,
    "checklist": Kind.CHECKLIST,
    "radio": Kind.RADIO,
    "select": Kind.SELECT,
    "taglist": Kind.TAGLIST,
    "filepicker": Kind.FILE,
    "expression": Kind.EXPRESSION,
}
_PROPOSABLE: Final = frozenset({Kind.TEXT, Kind.TEXTAREA, Kind.DATE, Kind.NUMBER, Kind.RADIO, Kind.SELECT})
_FACT: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\Z")
_SUBTYPES: Final = {"date": Kind.DATE, "time": Kind.TIME, "datetime": Kind.DATETIME}
PROPERTIES: Final = frozenset(
    f"motcua:{name}"
    for name in ("type", "min", "max", "after", "max-files", "proposes", "proposes-from", "min-rows", "max-rows")
)
_MEANT_FOR: Final = {
    Kind.TEXT: set(Meaning),
    Kind.NUMBER: {Meaning.MONEY},
    Kind.EXPRESSION: {Meaning.MONEY},
}


class Settings:
    """The raw settings of a component; every accessor refuses, by id and place, what it cannot take."""

    def __init__(
        self, raw: Mapping[str, Any], where: str, refuse: Callable[[str, str, str, str], None], *, stored: bool = False
    ) -> None:
        self.raw, self.where, self._refuse, self.stored = raw, where, refuse, stored
        self.id = raw["id"] if isinstance(raw.get("id"), str) and len(raw["id"]) <= 100 else ""
        self.properties = self._mapping("properties")
        self.validate = self._mapping("validate")
        for name in self.properties:
            if str(name).startswith("motcua:") and name not in PROPERTIES:
                hint = f"Properties are: {', '.join(sorted(PROPERTIES))}."
                self.refuse_new(f"The property “{str(name)[:60]}” is not known.", hint)

    def refuse(self, message: str, hint: str = "") -> None:
        self._refuse(self.id, self.where, message, hint)

    def refuse_new(self, message: str, hint: str = "") -> None:
        """Refuse what was let through before December 2026: forms that were stored until then go on being read."""
        if not self.stored:
            self.refuse(message, hint)

    def text(self, name: str, *, longest: int = LONGEST_LABEL) -> str:
        """A text; expressions and template variables are refused, they would show one person's data to another."""
        value = self.raw.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest:
            self.refuse(f"“{name}” must be a text of at most {longest} characters.")
            return ""
        if value.startswith("=") or "{{" in value:
            self.refuse(f"“{name}” may not be calculated.", "Write a fixed text.")
            return ""
        return value.strip()

    def whole(self, name: str, *, least: int, most: int, default: int) -> int:
        """A whole number from the settings, the limits or the properties."""
        value = self.number(name)
        if value is None:
            return default
        if value != int(value) or not least <= value <= most:
            self.refuse(f"“{name}” must be a whole number from {least} to {most}.")
            return default
        return int(value)

    def number(self, name: str) -> float | None:
        """A number, or None when it is not set. The designer writes some numbers as texts."""
        value = self.properties.get(name, self.validate.get(name, self.raw.get(name)))
        if value is None or value == "":
            return None
        try:
            number = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None
        except (ValueError, OverflowError):
            number = None
        if number is None or not abs(number) <= LARGEST:
            self.refuse(f"“{name}” must be a number.")
            return None
        return number

    def day(self, name: str) -> str:
        """``2026-01-01`` or ``today``."""
        value = self.properties.get(name) or ""
        if value in ("", "today"):
            return str(value)
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self.refuse(f"“{name}” must be a date such as 2026-01-31, or “today”.")
            return ""

    def flag(self, held: Mapping[str, Any], name: str) -> bool:
        value = held.get(name)
        if value not in (None, True, False):
            self.refuse(f"“{name}” must be true or false.", "It may not be calculated.")
        return value is True

    def _mapping(self, name: str) -> Mapping[str, Any]:
        value = self.raw.get(name)
        if value is not None and not isinstance(value, Mapping):
            self.refuse(f"“{name}” must be a JSON object.")
        return value if isinstance(value, Mapping) else {}


def field_of(settings: Settings, path: str) -> Field | None:
    """The field a component describes; None when there is no such type."""
    kind = kind_of(settings)
    if kind is None:
        return None
    meaning = _meaning(settings, kind)
    label = settings.text("label") or settings.text("dateLabel") or settings.text("timeLabel")
    if not label:
        hint = "People using a screen reader hear nothing else."
        if kind is Kind.EXPRESSION:
            hint += " Where the editor offers none for calculated fields, write “label” into the file."
        settings.refuse("Each field needs a label.", hint)
    options = _options(settings) if kind in CHOICES else ()
    made = Field(
        id=settings.id,
        path=path,
        kind=kind,
        label=label,
        hint=settings.text("description"),
        meaning=meaning,
        limits=_limits(settings, kind, meaning),
        options=options,
        default=_default(settings, kind, options),
        fixed=settings.flag(settings.raw, "disabled") or settings.flag(settings.raw, "readonly"),
        accept=settings.text("accept") if kind is Kind.FILE else "",
        proposes=_proposes(settings, kind),
        proposes_from=str(settings.properties.get("motcua:proposes-from") or "")[:200],
    )
    if made.fixed and made.limits.required and made.default is None:
        settings.refuse_new("Nobody can answer it: it is required, cannot be changed and has no default value.")
    if strange := strange_in(made.accept):
        settings.refuse_new(f"No file of the kind “{strange[:60]}” is taken here.", "Write .pdf or image/*.")
        made = replace(made, accept="")  # of a stored form: nobody could attach what it asks for
    if not _default_fits(made):
        settings.refuse_new("The default value does not fit the field.")
    return made


def _default_fits(made: Field) -> bool:
    """Whether the field takes its default value as an answer; which units there are is not known here."""
    if made.default is None or made.meaning is Meaning.ADMINISTRATIVE_UNIT:
        return True
    try:
        from_typed(made, [made.default] if isinstance(made.default, str) else list(made.default), NOWHERE)
    except BadAnswerError:
        return False
    return True


def kind_of(settings: Settings) -> Kind | None:
    """The kind of field that a component's type names; None when it names none."""
    kind = settings.raw.get("type")
    if kind == "datetime":
        subtype = settings.raw.get("subtype", "date")
        return _SUBTYPES.get(subtype) if isinstance(subtype, str) else None
    return _KINDS.get(str(kind))


def _meaning(settings: Settings, kind: Kind) -> Meaning | None:
    named = settings.properties.get("motcua:type")
    if named is None:
        validation = settings.validate.get("validationType")
        named = validation if validation in ("email", "phone") else None
    if named is None:
        return None
    known = {meaning.value: meaning for meaning in Meaning}
    meaning = known.get(str(named))
    if meaning is None or meaning not in _MEANT_FOR.get(kind, set()):
        hint = f"Known types: {', '.join(known)}; they stand on text fields, money also on numbers."
        settings.refuse(f"motcua:type “{str(named)[:60]}” cannot be used here.", hint)
    return meaning


def _proposes(settings: Settings, kind: Kind) -> tuple[str, ...]:
    named = settings.properties.get("motcua:proposes")
    if named is None:
        return ()
    facts = str(named).split()
    if kind not in _PROPOSABLE or not facts or not all(_FACT.match(fact) for fact in facts):
        hint = "Facts such as identity_card.number, parted by blanks; on texts, days, numbers, radio and select."
        settings.refuse(f"motcua:proposes “{str(named)[:60]}” cannot be used here.", hint)
    return tuple(facts)


def _limits(settings: Settings, kind: Kind, meaning: Meaning | None) -> Limits:
    longest = MOST_LENGTH if kind is Kind.TEXTAREA else 1_000
    limits = Limits(
        required=settings.flag(settings.validate, "required"),
        pattern=_pattern(settings),
        pattern_message=str(settings.validate.get("patternErrorMessage") or "")[:LONGEST_LABEL],
        min_length=settings.whole("minLength", least=0, most=longest, default=0),
        max_length=settings.whole("maxLength", least=1, most=longest, default=longest),
        minimum=settings.number("min"),
        maximum=settings.number("max"),
        decimals=0 if meaning is Meaning.MONEY else _decimals(settings),
        earliest="today" if settings.raw.get("disallowPassedDates") is True else settings.day("motcua:min"),
        latest=settings.day("motcua:max"),
        after=str(settings.properties.get("motcua:after") or ""),
        most_files=_files(settings),
    )
    days = [limits.earliest, limits.latest]
    apart = all(days) and "today" not in days and limits.earliest > limits.latest
    crossed = "The least allowed is larger than the most allowed."
    if limits.min_length > limits.max_length or _crossed(limits.minimum, limits.maximum):
        settings.refuse(crossed)
    elif apart:
        settings.refuse_new(crossed)
    return limits


def _crossed(least: float | None, most: float | None) -> bool:
    return least is not None and most is not None and least > most


def _decimals(settings: Settings) -> int | None:
    if settings.raw.get("decimalDigits") is None:
        return None
    return settings.whole("decimalDigits", least=0, most=6, default=0)


def _files(settings: Settings) -> int:
    most = settings.whole("motcua:max-files", least=1, most=50, default=10)
    return most if settings.raw.get("multiple") is True else 1


def _pattern(settings: Settings) -> str:
    pattern = settings.validate.get("pattern")
    if not pattern:
        return ""
    fault = fault_of(pattern) if isinstance(pattern, str) else "it is not a text"
    if fault:
        settings.refuse(f"The pattern “{str(pattern)[:80]}” cannot be used: {fault}.", "Write a simpler pattern.")
    return str(pattern)


def _options(settings: Settings) -> tuple[Option, ...]:
    listed = settings.raw.get("values")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_OPTIONS:
        hint = "Options from data (valuesKey, valuesExpression) are not supported."
        settings.refuse(f"A choice lists between 1 and {MOST_OPTIONS} options in “values”.", hint)
        return ()
    made = []
    for raw in listed:
        value, label = (raw.get("value"), raw.get("label")) if isinstance(raw, Mapping) else (None, None)
        if isinstance(value, str) and isinstance(label, str) and 0 < len(value) <= 200 and 0 < len(label) <= 500:
            made.append(Option(value, label))
        else:
            settings.refuse("An option has a “value” and a “label”, both texts that are not empty.")
    if len({option.value for option in made}) < len(made):
        settings.refuse("Two options have the same value.")
    return tuple(made)


def _default(settings: Settings, kind: Kind, options: tuple[Option, ...]) -> str | tuple[str, ...] | None:
    """The value shown at first, as a person would type it."""
    value = settings.raw.get("defaultValue")
    if value is False or value in (None, "", []):  # the number 0 is a value
        return None
    made = _default_of(kind, value, {option.value for option in options})
    if made is None:
        refuse = settings.refuse_new if value == 0 else settings.refuse  # 0 was taken for nothing
        refuse("The default value does not fit the field.")
    return made


def _default_of(kind: Kind, value: Any, known: set[str]) -> str | tuple[str, ...] | None:
    if kind is Kind.CHECKBOX:
        return "true" if value is True else None
    if kind is Kind.NUMBER and isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value).replace(".", ",")
    if kind in MANY:
        chosen = [value] if isinstance(value, str) else value
        fits = isinstance(chosen, list) and all(isinstance(item, str) and item in known for item in chosen)
        return tuple(chosen) if fits else None
    if not isinstance(value, str) or len(value) > MOST_LENGTH or (kind in CHOICES and value not in known):
        return None
    return value if kind in CHOICES or kind in {Kind.TEXT, Kind.TEXTAREA, Kind.NUMBER} else None
