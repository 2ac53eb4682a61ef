"""Work done by the clock."""

from django.utils import timezone

from motcua.kernel.events import actions
from motcua.kernel.jobs import periodic


@periodic("*/10 * * * *")
def close_tree() -> None:
    """Take the last ten minutes' events into the tree and sign its root."""
    actions.close_tree(at=timezone.now())
