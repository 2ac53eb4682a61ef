"""Who gets at a statement: the parent who made it, and officers who may accept the dossier that rests on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.dossiers.access import Accessed
from motcua.services.families import queries
from motcua.services.families.models import Statement

ABILITIES = ("view", "confirm", "refuse")


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
    """Whoever may accept the dossier decides, once."""
    decides = statement.state == Statement.State.STATED and accessed.abilities["accept"]
    return {"view": True, "confirm": decides, "refuse": decides}
