"""The one way to a batch: only whoever began it has it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound
from motcua.people.accounts.models import Account
from motcua.services.batches.layout import Layout
from motcua.services.batches.models import Batch
from motcua.services.procedures.packages.manifest import BatchSpec
from motcua.services.procedures.runtime import Package, package_of

ABILITIES = ("upload", "confirm", "resume", "discard")
PATIENCE = timedelta(minutes=15)  # a job that takes longer may have been lost


def batch_for(account: Account, key: UUID) -> Batch:
    """The account's own batch with what its pages show; one statement. Raises ``NotFound``."""
    joined = ("procedure_version__procedure", "case", "applicant", "office")
    found = Batch.objects.filter(account=account, pk=key).select_related(*joined).first()
    if found is None:
        raise NotFound(_("There is no such spreadsheet. It may have been deleted already."))
    return found


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
