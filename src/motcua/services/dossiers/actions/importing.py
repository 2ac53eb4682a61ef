"""Going live: dossiers that were running in the former system go on here."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.forms.validation import clean
from motcua.engines.registers.actions import next_number
from motcua.kernel.errors import Refused
from motcua.kernel.text import fold
from motcua.people.accounts.models import Account
from motcua.people.citizens.actions import register_parties
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_with_numbers
from motcua.people.citizens.rules import is_identity_number
from motcua.services.dossiers.actions.reception import report_missing, route
from motcua.services.dossiers.actions.submitting import resolving_office
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.advancing import Advance, CannotProceedError, conclude, describe
from motcua.services.dossiers.applications import filled_in
from motcua.services.dossiers.imports import RunningDossier, another_name
from motcua.services.dossiers.models import Dossier, State
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.series import SUBMISSION
from motcua.services.procedures.runtime import Package, package_of


@transaction.atomic
def import_dossiers(*, entries: Sequence[RunningDossier], source: str, by: Actor, at: datetime | None = None) -> int:
    """Take over running dossiers with their codes and appointments, all or none; returns how many.

    Their clocks are not computed anew: the promised time stays promised. Raises ``Refused`` naming the line that the
    process cannot begin with, or whose number belongs to somebody of another name.
    """
    now = at or timezone.now()
    for entry, applicant in zip(entries, _applicants(entries, by), strict=True):
        package = package_of(entry.version.pk)
        dossier = _stored(entry, applicant, package, source, by, now)
        try:
            _begin(dossier, entry, package, by, now)
        except CannotProceedError as error:
            text = _("Line %(line)d: the process cannot begin: %(reason)s")
            raise Refused(text % {"line": entry.line, "reason": error}, field="file", code="process") from error
    return len(entries)


def _stored(
    entry: RunningDossier, applicant: Party, package: Package, source: str, by: Actor, now: datetime
) -> Dossier:
    return Dossier.objects.create(
        submission_number=next_number(SUBMISSION.code, facts={}, at=now),
        procedure_version=entry.version,
        case_id=entry.case,
        channel=entry.channel,
        applicant=applicant,
        applicant_name=applicant.name,
        submitted_by_id=by.account,
        subject=entry.subject[:500],
        form_data=clean(package.form, filled_in(package.form, applicant)).data,
        receiving_office_id=entry.office,
        resolving_office_id=resolving_office(package, entry.office, now),
        submitted_at=entry.accepted,
        imported_from=f"{source}:{entry.line}"[:120],
    )


def _applicants(entries: Sequence[RunningDossier], by: Actor) -> list[Party]:
    """Whom the lines are about, in their order: who has the number, else somebody new, registered together."""
    held = parties_with_numbers(entry.number for entry in entries if entry.number)
    fresh: dict[str, RunningDossier] = {}  # a number that stands in several lines is registered once
    for entry in entries:
        if entry.number not in held:
            fresh.setdefault(_key(entry), entry)
    administrator = Account.objects.get(pk=by.account) if by.account else None
    made = register_parties([_described(entry) for entry in fresh.values()], by=administrator)
    held |= dict(zip(fresh, made, strict=True))
    found = [held[_key(entry)] for entry in entries]
    for entry, party in zip(entries, found, strict=True):
        if party.name_fold != fold(entry.applicant):
            text = _("Line %(line)d: %(reason)s") % {"line": entry.line, "reason": another_name()}
            raise Refused(text, field="file", code="another_name")
    return found


def _key(entry: RunningDossier) -> str:
    return entry.number or f"line {entry.line}"


def _described(entry: RunningDossier) -> dict[str, str]:
    """The applicant of a line in the words of ``register_party``."""
    citizen = not entry.number or is_identity_number(entry.number)
    return {
        "kind": Party.Kind.CITIZEN if citizen else Party.Kind.BUSINESS,
        "name": entry.applicant,
        "identity_number": entry.number if citizen else "",
        "tax_code": "" if citizen else entry.number,
        "address": entry.address,
        "phone": entry.phone,
    }


def _begin(dossier: Dossier, entry: RunningDossier, package: Package, by: Actor, now: datetime) -> None:
    move = Move.begin(dossier.pk, by=by, at=now)
    missing = route(move, package)
    move.set(code=entry.code, accepted_at=entry.accepted, accepted_office_id=entry.office)
    move.set(counted_from=entry.accepted, due_at=entry.due)
    advance = Advance(move, package)
    if entry.decided is not None:
        move.set(state=State.DECIDED, decided_at=max(entry.decided, entry.accepted))
    else:
        move.set(state=State.ACCEPTED)
        if entry.step:
            advance.place(entry.step)
        else:
            advance.start()
    move.tell("dossier.imported", code=entry.code, state=move.row.state, due=entry.due, next=describe(advance.opened))
    if entry.decided is None:
        conclude(move, advance)
    move.write()
    if entry.decided is None:
        report_missing(move, missing)
