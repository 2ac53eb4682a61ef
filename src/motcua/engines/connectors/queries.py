"""What pages of line systems show, and what citizens see of questions about them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from motcua.engines.connectors import descriptions
from motcua.engines.connectors.models import OPEN, Call, Consent, Description, LineSystem
from motcua.engines.connectors.purposes import PURPOSES, Purpose
from motcua.engines.connectors.spec import System
from motcua.engines.editions.queries import in_force, numbered
from motcua.kernel.events.models import AccessRecord
from motcua.people.citizens.models import Party

MOST_CONSENTS = 50


@dataclass(frozen=True)
class Open:
    """What is open at all systems."""

    waiting: int
    held: int
    sent: int
    dead: int
    not_taken: int


def open_calls() -> Open:
    """One statement over partial indexes."""
    states = Call.State
    found = Call.objects.filter(state__in=OPEN).aggregate(
        waiting=Count("pk", filter=Q(state=states.WAITING)),
        held=Count("pk", filter=Q(state=states.HELD)),
        sent=Count("pk", filter=Q(state=states.SENT)),
        dead=Count("pk", filter=Q(state=states.DEAD)),
        not_taken=Count("pk", filter=Q(state=states.ANSWERED) & ~Q(fault="")),
    )
    return Open(**found)


def systems() -> list[LineSystem]:
    """Every system, by name: some dozens."""
    return list(LineSystem.objects.order_by("name", "code"))


def descriptions_of(system: LineSystem) -> QuerySet[Description]:
    """All wordings, the latest first."""
    return Description.objects.filter(system=system).select_related("saved_by").order_by("-number")


def to_look_at() -> QuerySet[Call]:
    """Questions that wait for a person, and answers that nobody takes; order by ``id``."""
    hanging = Q(state__in=[Call.State.DEAD, Call.State.HELD]) | (Q(state=Call.State.ANSWERED) & ~Q(fault=""))
    return Call.objects.filter(hanging, state__in=OPEN).select_related("system")


def calls_about(stream: str) -> list[Call]:
    """Questions that belong to a stream and are not over, oldest first; one statement."""
    rows = Call.objects.filter(about=stream, state__in=OPEN)
    return list(rows.select_related("system").order_by("id")[:50])


@dataclass(frozen=True)
class Sharing:
    """A purpose as its person sees it: who asks what for it, and whether they allow it."""

    code: str
    title: str
    told: str
    law: tuple[str, ...]
    needs_consent: bool
    asked: tuple[str, ...]
    consent: Consent | None
    waiting: int


def sharings(party: Party, on: date) -> list[Sharing]:
    """Every purpose in force; four statements."""
    standing = {each.purpose: each for each in Consent.objects.filter(party=party, withdrawn_at=None)}
    held = Call.objects.filter(whose=party, state=Call.State.HELD).values_list("purpose")
    waiting = dict(held.annotate(n=Count("pk")))
    asked = _asked_for()
    return [
        Sharing(
            code=each.code,
            title=each.title,
            told=each.told,
            law=each.law,
            needs_consent=each.basis == "consent",
            asked=tuple(asked.get(each.code, ())),
            consent=standing.get(each.code),
            waiting=waiting.get(each.code, 0),
        )
        for each in in_force(PURPOSES, on).rules.purposes
    ]


def _asked_for() -> dict[str, list[str]]:
    """What systems are asked, by purpose; one statement."""
    rows = Description.objects.filter(number=F("system__number"), system__is_active=True).select_related("system")
    found: dict[str, list[str]] = {}
    for row in rows.order_by("system__name", "system__code"):
        for operation in descriptions.read(row.content).operations.values():
            if operation.purpose:
                found.setdefault(operation.purpose, []).append(f"{row.system.name}: {operation.name}")
    return found


def former_consents(party: Party) -> list[Consent]:
    """Consents that were withdrawn, the latest first."""
    rows = Consent.objects.filter(party=party).exclude(withdrawn_at=None)
    return list(rows.order_by("-withdrawn_at", "-id")[:MOST_CONSENTS])


def titles_of(consents: Collection[Consent]) -> Mapping[UUID, str]:
    """The purposes of consents in the words under which they were given; a statement an edition."""
    rules = {number: numbered(PURPOSES, number).rules for number in {each.edition for each in consents}}
    found = {each.pk: rules[each.edition].get(each.purpose) for each in consents}
    return {each.pk: known.title if (known := found[each.pk]) else each.purpose for each in consents}


def told_of(records: Collection[AccessRecord]) -> dict[UUID, tuple[str, str]]:
    """Who asked and what for, of access records that calls have left; two statements and one an edition."""
    keys = {record.pk: record.subject.split(":")[1] for record in records}
    rows = Call.objects.filter(pk__in=set(keys.values())).select_related("system", "description")
    calls = {str(call.pk): call for call in rows}
    rules = {call.edition: numbered(PURPOSES, call.edition).rules for call in calls.values() if call.edition}
    found = {}
    for record in records:
        call = calls.get(keys[record.pk])
        if call is not None:
            purpose = rules[call.edition].get(call.purpose) if call.edition else None
            spec = descriptions.read(call.description.content) if call.description else None
            found[record.pk] = (call.system.name, _what_for(call, spec, purpose))
    return found


def _what_for(call: Call, spec: System | None, purpose: Purpose | None) -> str:
    operation = spec.operations.get(call.operation) if spec else None
    told = {"what": operation.name if operation else call.operation, "purpose": purpose.title if purpose else ""}
    if purpose is not None and purpose.basis == "consent":
        return _("%(what)s – %(purpose)s (with your consent)") % told
    return _("%(what)s – %(purpose)s (by law)") % told
