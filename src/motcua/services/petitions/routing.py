"""Who is competent for a petition, and which administrative units there are to choose from."""

from collections.abc import Collection
from datetime import date

from motcua.people.organisations.models import AdministrativeUnit, Level, Office
from motcua.people.organisations.queries import commune_office, office_by_code
from motcua.services.petitions.rules import Topic, competent

COMMUNE, KIND = "commune", "commune_committee"
MOST_UNITS = 1500


def office_for(topic: Topic, unit: AdministrativeUnit | None, day: date) -> Office | None:
    """The competent office, or none where a person must choose; three statements at most."""
    wanted = competent(topic, unit.code if unit else "")
    if wanted == COMMUNE:
        return commune_office(unit, day, kind=KIND) if unit else None
    return office_by_code(wanted, day) if wanted else None


def names_of(codes: Collection[str], day: date) -> dict[str, str]:
    """The names of communes by their codes on a day; one statement."""
    found = AdministrativeUnit.objects.on(day).filter(level=Level.COMMUNE, code__in=codes)
    return dict(found.values_list("code", "name"))


def communes(day: date) -> list[tuple[str, str]]:
    """The communes of a day with their province, by name; one statement."""
    found = AdministrativeUnit.objects.on(day).filter(level=Level.COMMUNE).select_related("parent")
    return [
        (unit.code, f"{unit.name}, {unit.parent.name}" if unit.parent else unit.name)
        for unit in found.order_by("name_fold", "id")[:MOST_UNITS]
    ]
