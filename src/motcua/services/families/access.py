"""Who gets at a statement: the parent who made it, and officers who may accept the dossier that rests on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.events.access_log import record_access
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.dossiers.access import Accessed, Viewer, require_unbarred
from motcua.services.families import queries
from motcua.services.families.models import Statement
from motcua.services.families.queries import Match

ABILITIES = ("view", "confirm", "refuse", "merge")


@dataclass(frozen=True)
class Checked:
    """A statement as an officer gets it with the dossier that rests on it."""

    statement: Statement
    accessed: Accessed
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not decide about this statement now."), code=f"may_not_{act}")


def parent_of(account: Account) -> Party:
    """The person behind an account, who may have children. Raises ``NotAllowed`` for a business."""
    own: Party = account.party
    if own.kind != Party.Kind.CITIZEN:
        raise NotAllowed(_("This page is for citizens."))
    return own


def statement_for(account: Account, key: UUID) -> Statement:
    """A statement of the account's own. Raises ``NotFound``."""
    found = queries.statements_of(parent_of(account).pk).select_related("child", "parent").filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such statement."))
    return found


def statement_at(accessed: Accessed) -> Checked:
    """The statement on which a dossier rests, for an officer who has been let to the dossier. Raises ``NotFound``."""
    found = queries.statement_of(accessed.dossier)
    if found is None:
        raise NotFound(_("This dossier rests on no parent's statement."))
    return Checked(found, accessed, abilities_for(found, accessed))


def abilities_for(statement: Statement, accessed: Accessed) -> dict[str, bool]:
    """Whoever may accept the dossier decides, once; what was confirmed may be merged until it is accepted."""
    accepts = accessed.abilities["accept"]
    decides = statement.state == Statement.State.STATED and accepts
    merges = statement.state == Statement.State.CONFIRMED and accepts
    return {"view": True, "confirm": decides, "refuse": decides, "merge": merges}


def matches_at(checked: Checked, *, purpose: str) -> list[Match]:
    """The records that may be the stated child, for whoever may merge them; each look is recorded.

    Those that the officer may not handle, for they are their own or a relative's, are left out.
    """
    viewer = checked.accessed.viewer
    if viewer.account is None or not (checked.abilities["confirm"] or checked.abilities["merge"]):
        return []
    found = [each for each in queries.matches(checked.statement) if not _is_barred(viewer, each.party)]
    for each in found:
        subject = checked.accessed.dossier.stream
        record_access(who=viewer.account.pk, whose=each.party.pk, purpose=purpose, subject=subject)
    return found


def _is_barred(viewer: Viewer, party: Party) -> bool:
    try:
        require_unbarred(viewer, party)
    except NotAllowed:
        return True
    return False
