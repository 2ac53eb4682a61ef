"""The one way to a batch: only whoever began it has it, and as whom they file it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_of
from motcua.people.officers.queries import desk_of, local_day
from motcua.services.batches.layout import Layout
from motcua.services.batches.models import Batch
from motcua.services.dossiers.access import Viewer, require_unbarred
from motcua.services.dossiers.actors import Actor, citizen, officer
from motcua.services.procedures.packages.manifest import BatchSpec
from motcua.services.procedures.runtime import Package, package_of

RECEPTION = "reception"
ABILITIES = ("upload", "confirm", "resume", "discard")
PATIENCE = timedelta(minutes=15)  # a job that takes longer may have been lost


def batch_for(account: Account, key: UUID) -> Batch:
    """The account's own batch with what its pages show; one statement. Raises ``NotFound``."""
    joined = ("procedure_version__procedure", "case", "applicant", "office", "account")
    found = Batch.objects.filter(account=account, pk=key).select_related(*joined).first()
    if found is None:
        raise NotFound(_("There is no such spreadsheet. It may have been deleted already."))
    return found


def opened_by(viewer: Viewer, key: UUID) -> Batch:
    """The batch of somebody who looks: their own as a citizen, or one of a counter at which they still receive.

    Raises ``NotFound``.
    """
    assert viewer.account is not None
    found = batch_for(viewer.account, key)
    may = viewer.desk.has_role(RECEPTION, found.office_id) if found.at_counter else viewer.account.is_citizen
    if not may:
        raise NotFound(_("There is no such spreadsheet. It may have been deleted already."))
    return found


@dataclass(frozen=True)
class Filer:
    """As whom a batch is filed, and who speaks for the applicant on the portal."""

    actor: Actor
    representative: Party | None = None


def filer_of(batch: Batch, *, at: datetime) -> Filer:
    """As whom its account files a batch now: the applicant or whoever speaks for them, or the officer at the counter.

    Raises ``Refused`` when they may no longer, ``NotAllowed`` for an officer's own dossiers or a relative's.
    """
    account = batch.account
    if batch.at_counter:
        desk = desk_of(account, at)
        if not desk.has_role(RECEPTION, batch.office_id):
            text = _("You no longer receive dossiers at %(office)s.")
            raise Refused(text % {"office": batch.office.name}, field="office", code="office")
        require_unbarred(Viewer(account=account, desk=desk), batch.applicant)
        return Filer(officer(desk, offices=[batch.office_id], roles=[RECEPTION]))
    parties = parties_of(account, local_day(at))
    if batch.applicant not in parties:
        text = _("You may no longer act for %(name)s.")
        raise Refused(text % {"name": batch.applicant.name}, field="applicant", code="applicant")
    return Filer(citizen(account.pk), None if batch.applicant == parties[0] else parties[0])


def abilities_for(batch: Batch, *, unfiled: int, right: bool, at: datetime) -> dict[str, bool]:
    """What may be done with a batch now. ``unfiled``: lines without a dossier; ``right``: no cell is wrong."""
    is_open = batch.state == Batch.State.OPEN
    lost = batch.state == Batch.State.SENDING and batch.confirmed_at is not None and batch.confirmed_at < at - PATIENCE
    return {
        "upload": is_open,
        "confirm": is_open and right,
        "resume": (batch.state == Batch.State.DONE or lost) and unfiled > 0,
        "discard": is_open,
    }


def spec_of(package: Package) -> BatchSpec:
    """How a procedure is filed with a spreadsheet. Raises ``NotFound`` where it is not."""
    if package.manifest.batch is None:
        raise NotFound(_("This procedure is not filed with a spreadsheet."))
    return package.manifest.batch


def layout_of(batch: Batch) -> Layout:
    """The questions of a batch's spreadsheet."""
    package = package_of(batch.procedure_version_id)
    return Layout.of(package.form, spec_of(package))
