"""The desk (bàn làm việc): what an officer may act as, in which offices, at a moment."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal
from uuid import UUID

Basis = Literal["own", "substitute", "delegated"]


@dataclass(frozen=True)
class HeldPosition:
    """A position the officer may act from: their own, that of someone they stand in for, or delegated roles of one.

    ``authority`` is how a delegate signs ("TUQ."), ``own_title`` the delegate's own position, and ``scope`` the
    labels of the matters that the delegation is limited to; empty: all that the position may do.
    """

    id: UUID
    officer_id: UUID
    office_id: UUID
    office_name: str
    title: str
    roles: frozenset[str]
    basis: Basis
    authority: str = ""
    own_title: str = ""
    scope: frozenset[str] = frozenset()
    headed: frozenset[UUID] = frozenset()  # under a limited delegation: the offices headed, and all under them


@dataclass(frozen=True)
class Desk:
    """Everything access rules ask about an officer, read once a request. An empty desk belongs to nobody's office.

    Delegations that are limited to some matters stand apart, in ``limited``, and give nothing by themselves: who knows
    which matter it is asks the desk :meth:`about` it, lists ask each of the :attr:`parts`, too.
    """

    account_id: UUID | None = None
    positions: tuple[HeldPosition, ...] = ()
    limited: tuple[HeldPosition, ...] = ()
    succeeded: Mapping[UUID, UUID] = field(default_factory=dict)  # closed offices, and who of ours has their tasks
    headed_office_ids: frozenset[UUID] = frozenset()  # offices headed, and all under them
    administered_office_ids: frozenset[UUID] = frozenset()  # where the role is admin, and all under them
    is_administrator: bool = False
    calendars: int | None = None  # the version of calendars in force, read along: what is due soon is asked by it

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held at all, not even in some matters."""
        return not (self.positions or self.limited)

    def about(self, matters: Collection[str]) -> "Desk":
        """The desk for what has these labels: with the limited delegations that reach it, and without the others."""
        return (
            self._with(held for held in self.limited if not held.scope.isdisjoint(matters)) if self.limited else self
        )

    @cached_property
    def parts(self) -> Mapping[frozenset[str], "Desk"]:
        """By what delegations are limited to, a desk that has nothing but the delegations with just this limit."""
        bare = Desk(self.account_id, limited=self.limited, succeeded=self.succeeded, calendars=self.calendars)
        scopes = sorted({held.scope for held in self.limited}, key=sorted)
        return {scope: bare._with(held for held in self.limited if held.scope == scope) for scope in scopes}

    def _with(self, some: Iterable[HeldPosition]) -> "Desk":
        """This desk as if some of its limited delegations were all that there is, and without limit."""
        counted = tuple(some)
        headed = self.headed_office_ids.union(*(held.headed for held in counted))
        return replace(self, positions=self.positions + counted, limited=(), headed_office_ids=headed)

    def has_somewhere(self, *roles: str) -> bool:
        """Whether one of the roles may be exercised at all, if only in some matters."""
        return any(not held.roles.isdisjoint(roles) for held in (*self.positions, *self.limited))

    def offices_somewhere(self, *roles: str) -> frozenset[UUID]:
        """The offices in which one of the roles may be exercised, if only in some matters."""
        return self.offices_with(*roles).union(*(part.offices_with(*roles) for part in self.parts.values()))

    @property
    def heads_something(self) -> bool:
        """Whether an office is headed, if only in some matters."""
        return bool(self.headed_office_ids) or any(held.headed for held in self.limited)

    @cached_property
    def office_ids(self) -> frozenset[UUID]:
        """The offices in which some role may be exercised, closed ones that these succeeded among them."""
        return self._with_succeeded(position.office_id for position in self.positions)

    def offices_of(self, held: HeldPosition) -> frozenset[UUID]:
        """The office of a held position, and the closed ones whose tasks it has now."""
        return self._with_succeeded([held.office_id])

    def _with_succeeded(self, offices: Iterable[UUID]) -> frozenset[UUID]:
        present = frozenset(offices)
        return present | {old for old, heir in self.succeeded.items() if heir in present}

    @cached_property
    def acts_for(self) -> frozenset[UUID]:
        """The accounts of absent officers whose work this officer does as a substitute."""
        return frozenset(position.officer_id for position in self.positions if position.basis == "substitute")

    def roles_in(self, office_id: UUID) -> frozenset[str]:
        """All roles that may be exercised in an office, or in the one that has its tasks now."""
        present = self.succeeded.get(office_id, office_id)
        return frozenset[str]().union(*(held.roles for held in self.positions if held.office_id == present))

    def offices_with(self, *roles: str) -> frozenset[UUID]:
        """The offices in which at least one of the roles may be exercised."""
        wanted = frozenset(roles)
        return self._with_succeeded(position.office_id for position in self.positions if position.roles & wanted)

    def has_role(self, role: str, office_id: UUID) -> bool:
        """Whether a role may be exercised in an office."""
        return role in self.roles_in(office_id)

    def administers(self, office_id: UUID) -> bool:
        """Whether the officer looks after the people and data of an office."""
        return self.is_administrator or office_id in self.administered_office_ids


def roots_of(positions: Iterable[HeldPosition], role: str) -> frozenset[UUID]:
    """The offices in which a role is held."""
    return frozenset(position.office_id for position in positions if role in position.roles)
