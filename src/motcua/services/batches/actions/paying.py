"""A batch is paid for at once: one order over the fees of all its dossiers."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.people.accounts.models import Account
from motcua.services.batches.access import batch_for
from motcua.services.batches.queries import dossiers_of
from motcua.services.dossiers import ordering
from motcua.services.payments.actions import Subject
from motcua.services.payments.models import Order


@transaction.atomic
def open_payment(batch: UUID, *, by: Account, at: datetime) -> Order | None:
    """Open the order over what is paid next of all its dossiers, as they are now; none where nothing is due.

    Asked again it is the same order, while nothing has changed; fees that were settled otherwise leave it. Raises
    ``NotFound`` for another's batch.
    """
    held = batch_for(by, batch)
    subject = Subject(
        name=held.stream,
        office=held.office_id,
        title=held.procedure_version.name,
        payer=held.applicant_id,
        payer_name=held.applicant.name,
    )
    dossiers = list(dossiers_of(held).values_list("pk", flat=True))
    return ordering.open_joint_order(subject, dossiers, at=at, by=by.pk)
