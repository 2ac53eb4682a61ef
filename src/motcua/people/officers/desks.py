"""The desk (bàn làm việc): what an officer may act as, in which offices, at a moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal
from uuid import UUID

Basis = Literal["own", "substitute", "delegated"]


@dataclass(frozen=True)
class HeldPosition:
    """A position the officer may act from: their own, that of someone they stand in for, or delegated roles of one.

    ``authority`` is how a delegate signs ("TUQ."), ``own_title`` the delegate's own position.
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


@dataclass(frozen=True)
class Desk:
    """Everything access rules ask about an officer, read once a request. An empty desk belongs to nobody's office."""

    account_id: UUID | None = None
    positions: tuple[HeldPosition, ...] = ()
    succeeded: Mapping[UUID, UUID] = field(default_factory=dict)  # closed offices, and who of ours has their tasks
    headed_office_ids: frozenset[UUID] = frozenset()  # offices headed, and all under them
    administered_office_ids: frozenset[UUID] = frozenset()  # where the role is admin, and all under them
    is_administrator: bool = False

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
