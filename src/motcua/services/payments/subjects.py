"""Where what is paid for is shown: a room that opens orders says which pages its subjects (``dossier:…``) have.

A room registers in its ``AppConfig.ready``::

    subjects.register(
        "dossier", at_the_desk=rows.addresses_of, of_the_payer=following.addresses_of, within=delegating.within
    )
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, UUIDField, When
from django.db.models.functions import Cast, Substr

from motcua.people.citizens.models import Party
from motcua.services.payments.models import Payable

# Subjects of one kind → the addresses of their pages; who may open them is asked there.
Addresses = Callable[[Collection[str]], Mapping[str, str]]
# What a person calls something, a dossier's code: its order is opened if something is due and none was asked for yet.
OpenNamed = Callable[[str, datetime], object]
# The scope of a limited delegation → the room's own rows that it reaches; their keys stand in the subjects.
Within = Callable[[Collection[str]], QuerySet[Any]]
# A subject → who is told besides the payer what becomes of the money, and the page that needs no account.
Concerned = Callable[[str, datetime], tuple[Collection[Party], str]]


@dataclass(frozen=True)
class Particulars:
    """What a gateway's own receipt says of a subject."""

    number: str = ""
    procedure_code: str = ""
    procedure_name: str = ""


@dataclass(frozen=True)
class _Pages:
    at_the_desk: Addresses
    of_the_payer: Addresses
    within: Within
    particulars: Callable[[str], Particulars]
    open_named: OpenNamed
    concerned: Concerned


_known: dict[str, _Pages] = {}


def register(
    kind: str,
    *,
    at_the_desk: Addresses,
    of_the_payer: Addresses,
    within: Within,
    particulars: Callable[[str], Particulars] = lambda subject: Particulars(),
    open_named: OpenNamed = lambda text, at: None,
    concerned: Concerned = lambda subject, at: ((), ""),
) -> None:
    """Let a room answer for the subjects that begin with ``kind:``."""
    _known[kind] = _Pages(at_the_desk, of_the_payer, within, particulars, open_named, concerned)


def open_named(text: str, at: datetime) -> None:
    """Have rooms ask for what is due of what a person calls so, where nobody has been told yet how to pay."""
    for pages in _known.values():
        pages.open_named(text, at)


def particulars(subject: str) -> Particulars:
    """What the room that owns a subject says of it."""
    pages = _known.get(subject.partition(":")[0])
    return pages.particulars(subject) if pages else Particulars()


def reached(scope: Collection[str], payable: str) -> Exists:
    """Whether a limited delegation reaches what a row's ``payable`` is paid for, as the rooms say that own it.

    Asked of each row: the key stands in the subject, and no index finds what is paid for by it.
    """
    found, paid_for = Q(pk__in=[]), Payable.objects.filter(pk=OuterRef(payable))
    for kind, pages in _known.items():
        key = Cast(Substr("subject", len(kind) + 2), UUIDField())
        paid_for = paid_for.alias(**{kind: Case(When(subject__startswith=f"{kind}:", then=key))})
        found |= Q(Exists(pages.within(scope).filter(pk=OuterRef(kind))))
    return Exists(paid_for.filter(found))


def desk_addresses(subjects: Collection[str]) -> dict[str, str]:
    """The officers' pages of those that have one."""
    found: dict[str, str] = {}
    for kind, pages in _known.items():
        own = [subject for subject in subjects if subject.startswith(f"{kind}:")]
        found |= pages.at_the_desk(own) if own else {}
    return found


def concerned(subject: str, at: datetime) -> tuple[Collection[Party], str]:
    """Who is told besides the payer, and the page of the subject that needs no account; empty where there is none."""
    pages = _known.get(subject.partition(":")[0])
    return pages.concerned(subject, at) if pages else ((), "")


def payer_address(subject: str) -> str | None:
    """The page on which the payer follows a subject."""
    pages = _known.get(subject.partition(":")[0])
    return pages.of_the_payer([subject]).get(subject) if pages else None
