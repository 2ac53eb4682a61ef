"""Who gets at a statement: the parent who made it, and officers who may accept the dossier that rests on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.events.access_log import record_accesses
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.dossiers.abilities import RECEPTION
from motcua.services.dossiers.access import Accessed, Viewer, barred_among, require_unbarred_from
from motcua.services.dossiers.delegating import desk_about
from motcua.services.dossiers.models import Dossier
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
    """Whoever may accept the dossier decides, once; what was confirmed may be merged until it is accepted.

    Nobody decides about their own child or a relative's: the child's record seldom has a number to be known by, so
    those who are named in the statement count.
    """
    accepts = accessed.abilities["accept"] and not _is_relatives(accessed.viewer, statement)
    decides = statement.state == Statement.State.STATED and accepts
    merges = statement.state == Statement.State.CONFIRMED and accepts
    return {"view": True, "confirm": decides, "refuse": decides, "merge": merges}


def matches_at(checked: Checked, *, purpose: str) -> list[Match]:
    """:func:`matches_for` whoever may merge them; that these children and their parents are seen is recorded."""
    viewer = checked.accessed.viewer
    if viewer.account is None or not (checked.abilities["confirm"] or checked.abilities["merge"]):
        return []
    found = matches_for(viewer, checked.statement)
    seen = {person.pk for each in found for person in (each.party, *each.parents)}
    if seen:
        opened = [(person, checked.accessed.dossier.stream) for person in seen]
        record_accesses(opened, who=viewer.account.pk, purpose=purpose)
    return found


def matches_for(viewer: Viewer, statement: Statement) -> list[Match]:
    """The records that may be the stated child, without those that an officer may not handle.

    A child is barred with its parents, also one who is only named: its own record seldom has a number to be known by.
    """
    found = queries.matches(statement)
    people = {person.pk: person for each in found for person in (each.party, *each.parents)}
    barred = barred_among(viewer, list(people.values()), [number for each in found for number in each.named])
    return [
        each for each in found
        if not barred & {each.party.pk, *(parent.pk for parent in each.parents), *each.named}
    ]  # fmt: skip


def require_merging(viewer: Viewer, dossier: Dossier) -> None:
    """Raises ``NotAllowed`` for whoever does not receive at the dossier's office, and for a relative's dossier."""
    if RECEPTION not in desk_about(viewer.desk, dossier).roles_in(dossier.receiving_office_id):
        raise NotAllowed(_("You may not decide about this statement now."), code="may_not_merge")
    require_unbarred_from(viewer, dossier)


def _is_relatives(viewer: Viewer, statement: Statement) -> bool:
    return bool(barred_among(viewer, [statement.parent], [statement.other_parent, statement.identity_number]))
