"""Whose data stand in a dossier, so that each of them reads who has looked: applicants and who represents them."""

from collections.abc import Collection, Iterable
from uuid import UUID

from motcua.kernel.events.access_log import record_accesses
from motcua.people.citizens.access import FOUND
from motcua.services.dossiers.models import CoApplicant, Dossier


def record_look(dossier: Dossier, *, who: UUID, purpose: str, own: Collection[UUID] = ()) -> None:
    """Tell all whose data stand in a dossier that an account has opened it; ``own`` are parties who look themselves.

    One statement, one more where several apply together.
    """
    record_accesses(
        [(each, dossier.stream) for each in _whose([dossier])[dossier.pk] if each not in own], who=who, purpose=purpose
    )


def record_found(dossiers: Collection[UUID], *, who: UUID) -> None:
    """Tell those who stand in a search's results that an account has seen them there; at most three statements."""
    columns = ("applicant", "representative", "is_joint")
    rows = list(Dossier.objects.filter(pk__in=dossiers).only(*columns)) if dossiers else []
    whose = _whose(rows)
    if rows:
        record_accesses([(each, row.stream) for row in rows for each in whose[row.pk]], who=who, purpose=FOUND)


def _whose(dossiers: Iterable[Dossier]) -> dict[UUID, set[UUID]]:
    found = {row.pk: {key for key in (row.applicant_id, row.representative_id) if key} for row in dossiers}
    joint = [row.pk for row in dossiers if row.is_joint]
    if joint:
        others = CoApplicant.objects.filter(dossier__in=joint, party__isnull=False)
        for dossier, party in others.values_list("dossier_id", "party_id"):
            if dossier and party:
                found[dossier].add(party)
    return found
