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
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import party_with_number
from motcua.people.citizens.rules import is_identity_number
from motcua.services.dossiers import routing
from motcua.services.dossiers.actions.submitting import resolving_office
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.advancing import Advance, CannotProceedError, conclude, describe
from motcua.services.dossiers.applications import filled_in
from motcua.services.dossiers.imports import RunningDossier
from motcua.services.dossiers.models import Channel, Dossier, State
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.series import SUBMISSION
from motcua.services.procedures.runtime import Package, package_of


@transaction.atomic
def import_dossiers(*, entries: Sequence[RunningDossier], source: str, by: Actor, at: datetime | None = None) -> int:
    """Take over running dossiers with their codes and appointments, all or none; returns how many.

    Their clocks are not computed anew: the promised time stays promised. Raises ``Refused`` naming the line that the
    process cannot begin with.
    """
    now = at or timezone.now()
    for entry in entries:
        package = package_of(entry.version.pk)
        dossier = _stored(entry, package, source, by, now)
        try:
            _begin(dossier, entry, package, by, now)
        except CannotProceedError as error:
            text = _("Line %(line)d: the process cannot begin: %(reason)s")
            raise Refused(text % {"line": entry.line, "reason": error}, field="file", code="process") from error
    return len(entries)


def _stored(entry: RunningDossier, package: Package, source: str, by: Actor, now: datetime) -> Dossier:
    applicant = _applicant(entry, now)
    return Dossier.objects.create(
        submission_number=next_number(SUBMISSION.code, facts={}, at=now),
        procedure_version=entry.version,
        case_id=entry.case,
        channel=Channel.COUNTER,
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


def _applicant(entry: RunningDossier, now: datetime) -> Party:
    known = party_with_number(entry.number) if entry.number else None
    if known is not None:
        return known
    citizen = not entry.number or is_identity_number(entry.number)
    return Party.objects.create(
        kind=Party.Kind.CITIZEN if citizen else Party.Kind.BUSINESS,
        name=entry.applicant,
        name_fold=fold(entry.applicant),
        identity_number=entry.number or None if citizen else None,
        tax_code=None if citizen else entry.number.replace("-", ""),
        address=entry.address,
        phone=entry.phone,
        created_at=now,
    )


def _begin(dossier: Dossier, entry: RunningDossier, package: Package, by: Actor, now: datetime) -> None:
    move = Move.begin(dossier.pk, by=by, at=now)
    selectors = routing.selectors_of(package.graph, {**package.absent_facts, **move.row.form_data})
    offices, _missing = routing.resolve(selectors, from_office=entry.office, on=move.day)
    move.set(code=entry.code, accepted_at=entry.accepted, accepted_office_id=entry.office)
    move.set(counted_from=entry.accepted, due_at=entry.due, offices=offices)
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
