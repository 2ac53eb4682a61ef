"""A batch is paid for at once: one order over the fees of all its dossiers."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.people.accounts.models import Account
from motcua.services.batches.access import batch_for, filer_of
from motcua.services.batches.models import Batch
from motcua.services.batches.queries import dossiers_of
from motcua.services.dossiers import ordering
from motcua.services.dossiers.models import FeeLine
from motcua.services.payments.actions import Subject
from motcua.services.payments.models import Order


@transaction.atomic
def open_payment(batch: UUID, *, by: Account, at: datetime) -> Order | None:
    """Open the order over what is paid next of all its dossiers, as they are now; none where nothing is due.

    Asked again it is the same order, while nothing has changed; fees that were settled otherwise leave it. Raises
    ``NotFound`` for another's batch.
    """
    held = batch_for(by, batch)
    return ordering.open_joint_order(_subject(held), _dossiers(held), at=at, by=by.pk)


@transaction.atomic
def collect_at_counter(batch: UUID, *, method: str, by: Account, at: datetime, slip: str = "") -> Order:
    """Take the money for all dossiers of a batch where it was filed (thu tại quầy): one payment, one receipt.

    The fees hear of it as of any payment. Raises ``NotFound`` for what was not filed at the officer's counter,
    ``Refused`` for a way to pay that there is not, ``Conflict`` where nothing is due any more.
    """
    held = batch_for(by, batch)
    if not held.at_counter:
        raise NotFound(_("There is no such spreadsheet. It may have been deleted already."))
    filer_of(held, at=at)
    if method not in FeeLine.AT_THE_COUNTER:
        raise Refused(_("Say how the fee was paid."), field="method", code="required")
    return ordering.take_joint_at_counter(_subject(held), _dossiers(held), method=method, slip=slip, at=at, by=by.pk)


def _subject(held: Batch) -> Subject:
    return Subject(
        name=held.stream,
        office=held.office_id,
        title=held.procedure_version.name,
        payer=held.applicant_id,
        payer_name=held.applicant.name,
    )


def _dossiers(held: Batch) -> list[UUID]:
    return list(dossiers_of(held).values_list("pk", flat=True))
