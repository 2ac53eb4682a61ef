"""Who gets at a paper in the store: its owner, and who may act for the owner today; officers only of what they issued.

Whoever opens the store of another whom they represent leaves an access record that the other reads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.events.access_log import record_access
from motcua.people.accounts.models import Account
from motcua.people.citizens.queries import mandate_of
from motcua.people.officers.desks import Desk
from motcua.services.dossiers import stores
from motcua.services.dossiers.abilities import CLERK, LEADER
from motcua.services.dossiers.access import Viewer
from motcua.services.vault import rules
from motcua.services.vault.models import KeptPaper, Opening, Share
from motcua.services.vault.rules import Link, LinkState, Standing
from motcua.services.vault.secrets import is_share_secret

ABILITIES = ("view", "share", "state_validity", "remove")
REPRESENTING, LINK = stores.ON_BEHALF, "store_link"  # purposes of access records


@dataclass(frozen=True)
class Accessed:
    """A paper as one viewer gets it, how it stands today, and what they may do with it."""

    kept: KeptPaper
    standing: Standing
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the viewer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not do this with this paper."), code=f"may_not_{act}")


def store_of(viewer: Viewer) -> QuerySet[KeptPaper]:
    """What is kept for those whose affairs the viewer conducts today. Raises ``NotAllowed`` for who is no citizen."""
    if not viewer.parties:
        raise NotAllowed(_("The personal store is for citizens and businesses."))
    kept = KeptPaper.objects.filter(owner__in=sorted(viewer.parties))
    return kept.exclude(state=KeptPaper.State.REMOVED)


def look_into(viewer: Viewer, papers: Iterable[KeptPaper]) -> None:
    """Record whose stores a representative saw; their own leaves no record. One statement an owner."""
    account = viewer.account
    assert account is not None
    for owner in sorted({kept.owner_id for kept in papers if not _is_own(account, kept)}):
        record_access(who=account.pk, whose=owner, purpose=REPRESENTING, subject=f"party:{owner}")


def _is_own(account: Account, kept: KeptPaper) -> bool:
    """Whether a paper is the account's own, also under a record that was merged into its own."""
    return account.party.pk in (kept.owner_id, kept.owner.merged_into_id)


def paper_for(viewer: Viewer, key: UUID) -> Accessed:
    """A paper in a store that the viewer may look into; a representative's look is recorded. Raises ``NotFound``."""
    joined = ("file__blob", "owner", "dossier", "procedure")
    found = store_of(viewer).filter(pk=key).select_related(*joined).first()
    if found is None:
        raise NotFound(_("There is no such paper in your store."))
    account = viewer.account
    assert account is not None
    if not _is_own(account, found):
        record_access(who=account.pk, whose=found.owner_id, purpose=REPRESENTING, subject=found.stream)
    stands = standing_of(found, timezone.localdate())
    return Accessed(found, stands, abilities_for(found, stands))


def abilities_for(kept: KeptPaper, stands: Standing) -> dict[str, bool]:
    """What its owner may do: what was issued or accepted stays, what they uploaded themselves they may remove.

    How long a result is valid says the office that issued it, of an accepted paper the one that accepted it; where it
    did not, and of what was uploaded, nobody knows but the owner.
    """
    return {
        "view": True,
        "share": stands is not Standing.REVOKED,
        "state_validity": kept.origin != KeptPaper.Origin.RESULT and not kept.validity_by,
        "remove": kept.origin == KeptPaper.Origin.OWN,
    }


def standing_of(kept: KeptPaper, on: date) -> Standing:
    """How a paper stands on a day."""
    revoked = kept.state == KeptPaper.State.REVOKED
    return rules.standing(revoked=revoked, valid_from=kept.valid_from, valid_to=kept.valid_to, on=on)


def share_for(accessed: Accessed, key: UUID) -> Share:
    """A link to this paper. Raises ``NotFound``."""
    joined = ("kept__owner", "created_by__party")
    found = Share.objects.filter(kept=accessed.kept, pk=key).select_related(*joined).first()
    if found is None:
        raise NotFound(_("There is no such link."))
    return found


def shared_by_link(key: UUID, secret: str) -> Share:
    """The link that somebody follows, while it lets anybody in; one statement.

    A wrong key, a wrong secret and a link that is over are answered alike, so that guessing tells nothing. Raises
    ``NotFound``.
    """
    known = is_share_secret(key, secret)
    joined = ("kept__file__blob", "kept__owner", "created_by__party")
    found = Share.objects.filter(pk=key).select_related(*joined).first() if known else None
    if found is None or found.kept.state == KeptPaper.State.REMOVED or not mandate_holds(found):
        raise _no_link()
    return found


def mandate_holds(share: Share) -> bool:
    """Whether who made a link may still act for the owner today: it ends with a representative's mandate.

    No statement for the owner's own links where ``created_by__party`` and ``kept__owner`` have been read, else one.
    """
    account, kept = share.created_by, share.kept
    if _is_own(account, kept):
        return True
    owner = kept.owner.merged_into_id or kept.owner_id
    return mandate_of(account.party.pk, owner, timezone.localdate()) is not None


def open_link(key: UUID, secret: str) -> Share:
    """As :func:`shared_by_link`, for a link that can still be opened. Raises ``NotFound``."""
    found = shared_by_link(key, secret)
    if rules.link_state(link_of(found), timezone.now()) is not LinkState.OPEN:
        raise _no_link()
    return found


def opening_for(key: UUID, secret: str, opening: UUID) -> Opening:
    """An opening of a link that is half an hour old at most; its owner can still end it. Raises ``NotFound``."""
    share, now = shared_by_link(key, secret), timezone.now()
    found = Opening.objects.filter(share=share, pk=opening, at__gt=now - rules.STAYS_OPEN).first()
    if found is None or share.ended_at is not None or share.expires_at <= now:
        raise _no_link()
    found.share = share
    return found


def link_of(share: Share) -> Link:
    """A link for the rules."""
    ended = share.ended_at is not None or not mandate_holds(share)
    return Link(share.expires_at, ended, share.openings_count, share.most_openings)


def _no_link() -> NotFound:
    return NotFound(
        _("This link is wrong or does not work any more. Please ask whoever gave it to you for a new one.")
    )


def may_revoke(desk: Desk, kept: KeptPaper) -> bool:
    """Whether a desk may revoke a result: leader or clerk of the office that issued it."""
    return kept.result is not None and bool({LEADER, CLERK} & desk.roles_in(kept.result.office_id))


def result_to_revoke(desk: Desk, account: Account, key: UUID) -> KeptPaper:
    """A result of the desk's office; the look is recorded. Raises ``NotFound``: of others nothing is told."""
    kept = KeptPaper.objects.filter(pk=key, origin=KeptPaper.Origin.RESULT).exclude(state=KeptPaper.State.REMOVED)
    found = kept.select_related("result", "owner", "dossier").first()
    if found is None or not may_revoke(desk, found):
        raise NotFound(_("There is no such result, or it is not your office's."))
    record_access(who=account.pk, whose=found.owner_id, purpose="handling", subject=found.stream)
    return found
