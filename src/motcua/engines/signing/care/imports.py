"""Ways of signing as a spreadsheet (xlsx) or CSV: read, checked line by line, every error named. Pure.

A line is one way of signing of one officer (user name) or one office's seal (code). Beside ``holder``, ``provider``
and ``label`` a column is an answer to what a provider asks, such as ``key`` or ``phone``, by its name or its label.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.engines.signing import rules
from motcua.engines.signing.providers.interface import Holder, Provider
from motcua.kernel.errors import Refused
from motcua.kernel.text import fold

# Headings as offices write them, folded → field.
HEADINGS = {
    "holder": "holder",
    "nguoi giu": "holder",
    "ten dang nhap": "holder",
    "ma co quan": "holder",
    "ten dang nhap hoac ma co quan": "holder",
    "provider": "provider",
    "phuong tien ky": "provider",
    "ma phuong tien": "provider",
    "label": "label",
    "ten goi": "label",
}
REQUIRED = ("holder", "provider")
# What is registered already: holder, provider, and the answers in their order.
Known = Collection[tuple[UUID, str, tuple[tuple[str, str], ...]]]


@dataclass(frozen=True)
class Entry:
    """A checked line: which way of signing is registered for whom."""

    line: int
    holder: Holder
    name: str
    provider: str
    answers: Mapping[str, str]
    label: str

    @property
    def key(self) -> tuple[UUID, str, tuple[tuple[str, str], ...]]:
        """What makes it another way of signing than all others."""
        return self.holder.id, self.provider, tuple(sorted(self.answers.items()))


@dataclass(frozen=True)
class Checked:
    """Lines to be registered, how many are registered already, and the errors of the others by line number."""

    entries: tuple[Entry, ...]
    known: int
    errors: Mapping[int, tuple[str, ...]]


def holders_in(table: Sequence[Sequence[str]]) -> set[str]:
    """The user names and codes that stand in a table."""
    fields = _fields(table, {})
    column = fields.index("holder") if "holder" in fields else None
    return set() if column is None else {row[column] for row in table[1:] if len(row) > column}


def check(
    table: Sequence[Sequence[str]],
    *,
    holders: Mapping[str, tuple[Holder, str]],
    providers: Mapping[str, Provider],
    known: Known = (),
) -> Checked:
    """Check a table whose first line names its columns.

    ``holders``: by user name in small or code in capital letters, with their names. Raises :class:`Refused` when a
    required column is missing.
    """
    fields = _fields(table, providers)
    if missing := [field for field in REQUIRED if field not in fields]:
        text = _("The file lacks these columns: %(names)s") % {"names": ", ".join(missing)}
        raise Refused(text, field="file", code="missing_columns")
    entries: list[Entry] = []
    errors: dict[int, tuple[str, ...]] = {}
    there, registered, seen = 0, set(known), set()
    for number, cells in enumerate(table[1:], start=2):
        if not any(cells):
            continue
        padded = [*cells, *[""] * (len(fields) - len(cells))]
        line = {field: cell for field, cell in zip(fields, padded, strict=False) if field}
        holder = holders.get(line["holder"].lower()) or holders.get(line["holder"].upper())
        provider = providers.get(line["provider"])
        if holder is None or provider is None or (wrong := _problems(line, provider)):
            errors[number] = tuple(_unknown(holder is None, provider is None) or wrong)
            continue
        answers = {question.name: line.get(question.name, "") for question in provider.asks}
        entry = Entry(number, *holder, line["provider"], answers, line.get("label", ""))
        if entry.key in seen:
            errors[number] = (_("this way of signing stands in the list twice"),)
        elif entry.key in registered:
            there += 1
        else:
            entries.append(entry)
        seen.add(entry.key)
    return Checked(tuple(entries), there, errors)


def _fields(table: Sequence[Sequence[str]], providers: Mapping[str, Provider]) -> list[str]:
    """The field of each column by the headings of the first line; empty for a column that is not ours."""
    asked = [question for provider in providers.values() for question in provider.asks]
    headings = {fold(str(question.label)): question.name for question in asked}
    headings |= {question.name.replace("_", " "): question.name for question in asked}
    headings |= HEADINGS
    return [headings.get(fold(cell).replace("_", " "), "") for cell in table[0]] if table else []


def _unknown(holder: bool, provider: bool) -> list[str]:
    texts = [(holder, _("no officer or office that you look after has this name or code"))]
    texts.append((provider, _("this way of signing is not set up here")))
    return [text for wrong, text in texts if wrong]


def _problems(line: Mapping[str, str], provider: Provider) -> list[str]:
    if provider.demonstration:
        return [_("demonstration keys are not registered")]
    if any(question.secret for question in provider.asks):
        return [_("this way of signing asks for a secret, which stands in no file: register it by itself")]
    wrong = [
        question for question in provider.asks if not rules.is_answer(line.get(question.name, ""), question.pattern)
    ]
    return [_("“%(what)s” is missing or not written as needed") % {"what": question.label} for question in wrong]
