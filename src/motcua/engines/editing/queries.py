"""What pages show of editing: whether, by whom and since when; why something was not taken."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.engines.editing import rules
from motcua.engines.editing.models import EditedFile, Sitting

MOST_NAMES = 20


@dataclass(frozen=True)
class Standing:
    """How editing of something stands. ``since`` is None where nobody has it locked; ``waits``: a version is still to
    be made of what was saved.
    """

    since: datetime | None
    names: tuple[str, ...]
    waits: bool
    fault: str

    @property
    def is_open(self) -> bool:
        """Whether something may still come from the editor."""
        return self.since is not None or self.waits


NOT_EDITED = Standing(None, (), False, "")


def standing(kind: str, subject: UUID, *, at: datetime) -> Standing:
    """How editing stands; one statement, two while somebody edits."""
    edited = EditedFile.objects.filter(kind=kind, subject=subject).first()
    if edited is None:
        return NOT_EDITED
    waits = edited.version > edited.taken
    if not rules.holding(edited.lock, edited.locked_until, at):
        return Standing(None, (), waits, edited.fault)
    sitting = Sitting.objects.filter(edited=edited, writes=True, opened_at__gte=edited.locked_at)
    names = sitting.order_by("opened_at", "id").values_list("account__display_name", flat=True)
    return Standing(edited.locked_at, tuple(names[:MOST_NAMES]), waits, edited.fault)
