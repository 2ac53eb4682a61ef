"""Work on files that waits: scanning what was held, sweeping what nobody keeps."""

from django.utils import timezone

from motcua.kernel.blobs import actions
from motcua.kernel.jobs import periodic


@periodic("*/10 * * * *")
def rescan_held_files() -> None:
    """Every ten minutes: the scanner may be back."""
    actions.rescan_held()


@periodic("10 20 * * *")
def sweep_files() -> None:
    """Every night at 03:10 in Vietnam."""
    actions.sweep(now=timezone.now())
