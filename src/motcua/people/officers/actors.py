"""Who does something at a desk, as events tell it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed
from motcua.people.officers.desks import Desk, HeldPosition


@dataclass(frozen=True, slots=True)
class Actor:
    """An account acting from an office under a title; the house itself when all is empty."""

    account: UUID | None = None
    office: UUID | None = None
    office_name: str = ""
    title: str = ""
    authority: str = ""  # in whose stead they act, such as "TUQ. Chủ tịch"

    def references(self) -> dict[str, str]:
        """What the timeline shows of them: position and agency, never a name."""
        told = {"title": self.title, "office_name": self.office_name, "authority": self.authority}
        return {key: value for key, value in told.items() if value}


HOUSE = Actor()


def officer(desk: Desk, *, offices: Iterable[UUID | None], roles: Iterable[str] = ()) -> Actor:
    """The officer in the position that fits best: of one of the offices, with one of the roles if possible."""
    wanted, allowed = [office for office in offices if office], frozenset(roles)
    fitting = sorted(
        (held for held in desk.positions if held.office_id in wanted),
        key=lambda held: (not (held.roles & allowed), held.basis != "own", wanted.index(held.office_id)),
    )
    held = fitting[0] if fitting else (desk.positions[0] if desk.positions else None)
    if held is None:
        return Actor(account=desk.account_id)
    return _from(desk, held)


def _from(desk: Desk, held: HeldPosition) -> Actor:
    """The officer in a position; a delegate keeps the own title and says in whose stead they act."""
    actor = Actor(desk.account_id, held.office_id, held.office_name, held.title)
    if held.basis != "delegated":
        return actor
    return replace(actor, title=held.own_title, authority=f"{held.authority} {held.title}")


def signer(desk: Desk, *, office: UUID | None, role: str) -> Actor:
    """The officer as they sign for an office: from their own position, else under a delegation that is valid now.

    A substitute does the work of who is away but cannot sign for them (Decree 30/2020/NĐ-CP, article 13: signing in
    another's stead takes a written delegation). Raises ``NotAllowed``.
    """
    fitting = [
        held
        for held in desk.positions
        if role in held.roles and held.basis != "substitute" and office in desk.offices_of(held)
    ]
    for held in sorted(fitting, key=lambda held: held.basis != "own"):
        return _from(desk, held)
    raise NotAllowed(_("You may sign for this office only from a position of your own or with a written delegation."))


def require_delegation(desk: Desk, actor: Actor, *, role: str = "") -> None:
    """Raise ``NotAllowed`` unless a delegation under which somebody was to sign is still in force, for that role.

    Between asking and the signer's answer lie minutes, in which it may end.
    """
    for held in desk.positions:
        if held.basis == "delegated" and (not role or role in held.roles):
            under = _from(desk, held)
            if (under.office, under.authority) == (actor.office, actor.authority):
                return
    text = _("The delegation “%(authority)s” ended before the signature came, which does not count. Sign anew.")
    raise NotAllowed(text % {"authority": actor.authority}, code="delegation_ended")
