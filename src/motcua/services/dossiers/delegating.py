"""How far limited delegations (uỷ quyền có phạm vi) reach among dossiers: one by one, and in statements of lists."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet

from motcua.people.officers.desks import Desk
from motcua.services.dossiers.models import Dossier
from motcua.services.procedures.delegating import desk_for, fields_in, procedures_in, versions_within


def desk_about(desk: Desk, dossier: Dossier) -> Desk:
    """The desk with the limited delegations that reach a dossier; its version is joined."""
    return desk_for(desk, dossier.procedure_version)


def within(scope: Collection[str]) -> QuerySet[Dossier]:
    """The dossiers that a delegation with this scope reaches."""
    return Dossier.objects.filter(procedure_version__in=versions_within(scope))


@dataclass(frozen=True)
class Limited:
    """Offices in which somebody has something to do or see as far as a delegation reaches."""

    scope: Collection[str]
    offices: tuple[UUID, ...]

    @classmethod
    def of(cls, scope: Collection[str], offices: Iterable[UUID]) -> "Limited":
        """The offices in a fixed order."""
        return cls(scope, tuple(sorted(offices)))

    @cached_property
    def reaches(self) -> bool:
        """Whether there is a dossier that it can reach at all."""
        return bool(self.offices and (self.procedures or self.fields))

    @cached_property
    def procedures(self) -> list[UUID]:
        """The procedures that it is limited to."""
        return procedures_in(self.scope)

    @cached_property
    def fields(self) -> list[str]:
        """The fields that it is limited to."""
        return fields_in(self.scope)

    @property
    def reached(self) -> Q:
        """The condition on dossiers that it reaches."""
        return Q(procedure_version__in=versions_within(self.scope))

    @property
    def asking(self) -> tuple[object, ...]:
        """The parameters of a condition on the offices, and of :attr:`reached`."""
        return (*self.offices, *self.procedures, *self.fields)

    @property
    def shape(self) -> tuple[int, int, int]:
        """What a statement with it depends on."""
        return len(self.offices), len(self.procedures), len(self.fields)
