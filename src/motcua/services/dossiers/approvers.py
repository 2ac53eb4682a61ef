"""Whether an applicant may be asked to complete the dossier once more only with approval, and who may approve it."""

from datetime import datetime

from motcua.people.officers.models import Position
from motcua.people.officers.queries import barred_officers, local_day
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.models.joint import numbers_of
from motcua.services.dossiers.standing import Row
from motcua.services.procedures.runtime import package_of

LEADING = ["leader", "head"]
MOST = 200


def needs_approval(dossier: Row | Dossier) -> bool:
    """Whether the applicant has been asked as often as the procedure allows (once by default)."""
    return dossier.supplements_asked >= package_of(dossier.procedure_version_id).policy.supplement.times


def approvers(dossier: Row | Dossier, *, asked_by: Actor, at: datetime) -> list[Position]:
    """Leaders and heads of the office that asks and of the dossier's offices; three statements.

    In the Vietnamese order of names; never who asks themselves, and nobody whose own or relative's dossier it is.
    """
    offices = {asked_by.office, dossier.receiving_office_id, dossier.resolving_office_id}
    excluded = {asked_by.account}
    for number in numbers_of(dossier.id, dossier.applicant_id):
        excluded |= barred_officers(number)
    leading = (
        Position.objects.on(local_day(at))
        .filter(office__in=[office for office in offices if office], roles__overlap=LEADING)
        .exclude(officer__in=[officer for officer in excluded if officer])
        .select_related("officer__account", "office")
    )
    return list(leading.order_by("officer__sort_key", "id")[:MOST])
