"""The one way to a batch: who files it has it, and as whom; colleagues at a counter see it and may take it over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.events.access_log import record_access
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_of
from motcua.people.officers.queries import desk_of, local_day
from motcua.services.batches.layout import Layout
from motcua.services.batches.models import Batch
from motcua.services.dossiers.access import Viewer, require_unbarred
from motcua.services.dossiers.actors import Actor, citizen, officer
from motcua.services.procedures.delegating import desk_for
from motcua.services.procedures.packages.manifest import BatchSpec
from motcua.services.procedures.runtime import Package, package_of

RECEPTION = "reception"
HANDLING = "handling"  # purpose of an officer who opens what a colleague has begun
ABILITIES = ("upload", "confirm", "resume", "discard", "pay", "take_over")
PATIENCE = timedelta(minutes=15)  # a job that takes longer may have been lost


def batch_for(account: Account, key: UUID) -> Batch:
    """The account's own batch with what its pages show; one statement. Raises ``NotFound``."""
    found = _found(key)
    if found is None or found.account_id != account.pk:
        raise _no_such()
    return found


def _found(key: UUID) -> Batch | None:
    joined = ("procedure_version__procedure", "case", "applicant", "office", "account")
    return Batch.objects.filter(pk=key).select_related(*joined).first()


def _no_such() -> NotFound:
    return NotFound(_("There is no such spreadsheet. It may have been deleted already."))


def opened_by(viewer: Viewer, key: UUID) -> Batch:
    """The batch of somebody who looks: their own as a citizen, or any of a counter at which they receive.

    A look into a colleague's leaves an access record. Raises ``NotFound``, ``NotAllowed`` for the officer's own.
    """
    account = viewer.account
    assert account is not None
    found = _found(key)
    if found is None or not _may_open(viewer, found):
        raise _no_such()
    if found.account_id != account.pk:
        require_unbarred(viewer, found.applicant)
        record_access(who=account.pk, whose=found.applicant_id, purpose=HANDLING, subject=found.stream)
    return found


def _may_open(viewer: Viewer, found: Batch) -> bool:
    assert viewer.account is not None
    if found.at_counter:
        return desk_for(viewer.desk, found.procedure_version).has_role(RECEPTION, found.office_id)
    return viewer.account.is_citizen and found.account_id == viewer.account.pk


@dataclass(frozen=True)
class Filer:
    """As whom a batch is filed, for whom, and who speaks for the applicant on the portal.

    The applicant is the record into which the batch's was merged, if it was.
    """

    actor: Actor
    applicant: Party
    representative: Party | None = None


def filer_of(batch: Batch, *, at: datetime) -> Filer:
    """As whom its account files a batch now: the applicant or whoever speaks for them, or the officer at the counter.

    Raises ``Refused`` when they may no longer, ``NotAllowed`` for an officer's own dossiers or a relative's.
    """
    account, applicant = batch.account, batch.applicant.merged_into or batch.applicant
    if batch.at_counter:
        desk = desk_for(desk_of(account, at), batch.procedure_version)
        if not desk.has_role(RECEPTION, batch.office_id):
            text = _("You no longer receive dossiers at %(office)s.")
            raise Refused(text % {"office": batch.office.name}, field="office", code="office")
        require_unbarred(Viewer(account=account, desk=desk), applicant)
        return Filer(officer(desk, offices=[batch.office_id], roles=[RECEPTION]), applicant)
    parties = parties_of(account, local_day(at))
    if applicant not in parties:
        text = _("You may no longer act for %(name)s.")
        raise Refused(text % {"name": applicant.name}, field="applicant", code="applicant")
    return Filer(citizen(account.pk), applicant, None if applicant == parties[0] else parties[0])


def abilities_for(batch: Batch, *, account: UUID, unfiled: int, right: bool, at: datetime) -> dict[str, bool]:
    """What an account that sees a batch may do with it now. ``unfiled``: lines without a dossier; ``right``: no cell
    is wrong.

    A colleague at the counter takes it over first, never while it is being sent.
    """
    mine, is_open, is_still = batch.account_id == account, batch.state == Batch.State.OPEN, stands_still(batch, at)
    return {
        "upload": mine and is_open,
        "confirm": mine and is_open and right,
        "resume": mine and not is_open and is_still and unfiled > 0,
        "discard": mine and is_open,
        "pay": mine and not is_open,
        "take_over": not mine and batch.at_counter and is_still,
    }


def stands_still(batch: Batch, at: datetime) -> bool:
    """Whether nothing is being filed now: not confirmed yet, done, or its job was lost.

    A batch that is tried again is confirmed anew: the job that follows is given as much time as the first.
    """
    confirmed = batch.confirmed_at
    return batch.state != Batch.State.SENDING or (confirmed is not None and confirmed < at - PATIENCE)


def spec_of(package: Package) -> BatchSpec:
    """How a procedure is filed with a spreadsheet. Raises ``NotFound`` where it is not."""
    if package.manifest.batch is None:
        raise NotFound(_("This procedure is not filed with a spreadsheet."))
    return package.manifest.batch


def layout_of(batch: Batch) -> Layout:
    """The questions of a batch's spreadsheet."""
    package = package_of(batch.procedure_version_id)
    return Layout.of(package.form, spec_of(package))
