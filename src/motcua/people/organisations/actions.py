"""What can happen to units and offices."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record, record_many
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.rows import store
from motcua.kernel.text import fold
from motcua.people.organisations import queries, rules
from motcua.people.organisations.imports import Link, UnitRow
from motcua.people.organisations.models import (
    AdministrativeUnit,
    Level,
    Office,
    OfficeCode,
    OfficeSuccession,
    UnitSuccession,
)
from motcua.people.organisations.office_list import OfficeRow

_BATCH = 2000


def _tell(office: Office, kind: str, by: UUID | None, **references: Any) -> None:
    record(
        stream=f"office:{office.pk}",
        kind=f"office.{kind}",
        actor=by,
        agency=office.pk,
        references=references,
        at=timezone.now(),
    )


@transaction.atomic
def import_units(*, units: Sequence[UnitRow], valid_from: date, by: UUID | None) -> int:
    """Store a complete list of units in force from a day; the list before ends on that day. Returns how many.

    Raises ``Conflict`` when a list begins on or after that day already.
    """
    if AdministrativeUnit.objects.filter(valid_from__gte=valid_from).exists():
        raise Conflict(_("A list of units that begins on this day or later is stored already."))
    AdministrativeUnit.objects.filter(valid_to=None).update(valid_to=valid_from)
    made: dict[str, AdministrativeUnit] = {}
    for level in Level.values:
        rows = [
            AdministrativeUnit(
                code=row.code,
                level=level,
                kind=row.kind,
                name=row.name,
                name_fold=fold(row.name),
                parent=made.get(row.parent),
                valid_from=valid_from,
            )
            for row in units
            if row.level == level
        ]
        AdministrativeUnit.objects.bulk_create(rows, batch_size=_BATCH)
        made |= {row.code: row for row in rows if level != Level.COMMUNE}
    _tell_units("imported", valid_from, by, count=len(units))
    return len(units)


@transaction.atomic
def link_units(*, links: Sequence[Link], on: date, by: UUID | None) -> int:
    """Store which unit that ended on a day went into which one that began then. A whole successor is the heir."""
    old = {(unit.level, unit.code): unit for unit in AdministrativeUnit.objects.filter(valid_to=on)}
    new = {(unit.level, unit.code): unit for unit in AdministrativeUnit.objects.filter(valid_from=on)}
    rows = [
        UnitSuccession(
            old=old[link.old_level, link.old_code],
            new=new[link.level, link.new_code],
            share=UnitSuccession.Share.WHOLE if link.whole else UnitSuccession.Share.PART,
            heir=link.whole,
        )
        for link in links
    ]
    UnitSuccession.objects.bulk_create(rows, batch_size=_BATCH)
    _tell_units("linked", on, by, count=len(rows))
    return len(rows)


@transaction.atomic
def import_offices(*, rows: Sequence[OfficeRow], by: UUID | None) -> int:
    """Store offices in the order of the list, each under one that stands before it or exists. Returns how many.

    Raises :class:`Refused` for the first line that does not fit; then nothing is stored.
    """
    known = {code.code: code.office for code in OfficeCode.objects.filter(valid_to=None).select_related("office")}
    for row in rows:
        unit = queries.unit_by_code(row.unit_code, row.valid_from, level=row.level) if row.unit_code else None
        office = add_office(
            name=row.name,
            short_name=row.short_name,
            kind=row.kind,
            level=row.level,
            parent=known.get(row.parent_code),
            unit=unit,
            receives=row.receives,
            tax_code=row.tax_code,
            valid_from=row.valid_from,
            code=row.code,
            by=by,
        )
        if row.old_code:
            set_code(office=office, code=row.old_code, since=row.valid_from, by=by)
        known[row.code] = office
    return len(rows)


def _tell_units(what: str, day: date, by: UUID | None, **references: Any) -> None:
    record(
        stream=f"units:{day.isoformat()}",
        kind=f"units.{what}",
        actor=by,
        agency=None,
        references=references,
        at=timezone.now(),
    )


@transaction.atomic
def choose_heir(*, old: AdministrativeUnit, heir: AdministrativeUnit, by: UUID | None) -> None:
    """Decide which of the successors of a split unit takes over its open tasks. Raises :class:`Refused`."""
    successions = UnitSuccession.objects.select_for_update(of=("self",)).filter(old=old)
    if not any(succession.new_id == heir.pk for succession in successions):
        raise Refused(_("Choose one of the units into which the old one went."), field="heir", code="not_a_successor")
    successions.filter(heir=True).exclude(new=heir).update(heir=False)
    successions.filter(new=heir).update(heir=True)
    assert old.valid_to is not None
    _tell_units("heir_chosen", old.valid_to, by, old=str(old.pk), heir=str(heir.pk))


@transaction.atomic
def add_office(
    *,
    name: str,
    kind: str,
    level: str,
    valid_from: date,
    by: UUID | None,
    code: str = "",
    **fields: Any,
) -> Office:
    """A new office, with its identification code when it has one. Raises :class:`Refused`."""
    _read_tax_code(fields)
    office = Office(name=name.strip(), kind=kind.strip(), level=level, valid_from=valid_from, **fields)
    office.name_fold = fold(office.name)
    store(office)
    _tell(office, "created", by, name=office.name, valid_from=valid_from.isoformat())
    if code.strip():
        set_code(office=office, code=code, since=valid_from, by=by)
    return office


@transaction.atomic
def change_office(*, office: Office, by: UUID | None, **changes: Any) -> Office:
    """Correct what is said of an office. Raises :class:`Refused`, also for a parent that stands below it."""
    _lock_all()
    parent = changes.get("parent")
    if parent is not None and parent.pk in queries.subtree_ids(office):
        raise Refused(_("An office cannot stand under itself."), field="parent", code="circle")
    _read_tax_code(changes)
    for field, value in changes.items():
        setattr(office, field, value)
    office.name_fold = fold(office.name)
    store(office)
    _tell(office, "changed", by, fields=sorted(changes))
    return office


def _read_tax_code(facts: dict[str, Any]) -> None:
    """Have a tax code among the facts as it is stored. Raises :class:`Refused` for one that is none."""
    typed = facts.get("tax_code", "").strip()
    if not typed:
        return
    code = rules.tax_code(typed)
    if code is None:
        text = _("This is not a tax code: it has 10 digits, that of a branch 13, and one of them is a check digit.")
        raise Refused(text, field="tax_code", code="not_a_tax_code")
    facts["tax_code"] = code


@transaction.atomic
def set_code(*, office: Office, code: str, since: date, by: UUID | None) -> OfficeCode:
    """Give an office a code from a day on; its earlier code of the same scheme ends then. Raises :class:`Refused`."""
    code = code.strip().upper()
    scheme = rules.scheme_of(code)
    if scheme is None:
        raise Refused(_("A code has capital letters, digits and dots only."), field="code", code="not_a_code")
    if OfficeCode.objects.on(since).filter(code=code).exclude(office=office).exists():
        raise Conflict(_("Another office uses this code."), field="code", code="code_taken")
    office.codes.filter(scheme=scheme, valid_to=None, valid_from__lt=since).update(valid_to=since)
    row = OfficeCode(office=office, code=code, scheme=scheme, valid_from=since)
    store(row)
    _tell(office, "code_set", by, code=code, since=since.isoformat())
    return row


@transaction.atomic
def reorganise(
    *, on: date, closings: Collection[rules.Closing], by: UUID | None, confirmed: bool = False
) -> rules.Gaps:
    """End offices on a day and hand their tasks to their successors, for which ``office.succeeded`` is told.

    Without ``confirmed``, or while anything is missing (:class:`rules.Gaps`), nothing changes and the gaps are
    returned. Raises ``NotFound`` for an office that does not exist on the day.
    """
    _lock_all()
    parents = dict(Office.objects.on(on).values_list("id", "parent_id"))
    if any(closing.office not in parents for closing in closings):
        raise NotFound(_("One of the offices does not exist on this day."))
    missing = rules.gaps(closings, parents)
    if missing or not confirmed:
        return missing
    ending = [closing.office for closing in closings]
    Office.objects.filter(pk__in=ending).update(valid_to=on)
    OfficeCode.objects.filter(office__in=ending, valid_to=None).update(valid_to=on)
    OfficeSuccession.objects.bulk_create(
        OfficeSuccession(old_id=closing.office, new_id=closing.successor, since=on)
        for closing in closings
        if closing.successor
    )
    record_many([_succeeded(closing, on, by) for closing in closings])
    return missing


def _lock_all() -> None:
    """One change of the tree at a time: two could make each other's successors vanish, or close a circle."""
    list(Office.objects.select_for_update(of=("self",)).order_by("id").values_list("id"))


def _succeeded(closing: rules.Closing, on: date, by: UUID | None) -> NewEvent:
    return NewEvent(
        stream=f"office:{closing.office}",
        kind="office.succeeded",
        actor=by,
        agency=closing.office,
        references={"old": str(closing.office), "new": str(closing.successor), "since": on.isoformat()},
        at=timezone.now(),
    )
