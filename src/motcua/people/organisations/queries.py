"""Reading offices and units: by code, by tree, by succession, always on a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from motcua.kernel.composed import Composed
from motcua.kernel.postgresql import prepared_cursor
from motcua.kernel.text import fold
from motcua.people.organisations.imports import UnitRow
from motcua.people.organisations.models import (
    AdministrativeUnit,
    Level,
    Office,
    OfficeCode,
    OfficeSuccession,
    UnitSuccession,
)
from motcua.people.organisations.rules import Closing, OfficeFacts, heir_of_task, proposals

_codes = Composed[OfficeCode]()
_SUBTREE = """
WITH RECURSIVE tree (id) AS (
    SELECT %s::uuid
    UNION
    SELECT child.id FROM organisations_office child JOIN tree ON child.parent_id = tree.id
) SELECT id FROM tree
"""
_REACHES = """
WITH RECURSIVE line (root, id, below, gone) AS (
    SELECT root, root, false, false FROM unnest(%s::uuid[]) root
    UNION
    SELECT line.root, next.id, next.below, next.gone FROM line JOIN LATERAL (
        SELECT id, true AS below, false AS gone FROM organisations_office
        WHERE parent_id = line.id AND NOT line.gone
        UNION ALL
        SELECT old_id, line.below, true FROM organisations_officesuccession WHERE new_id = line.id AND since <= %s
    ) next ON true
) SELECT root, id, below FROM line
"""
_ANCESTORS = """
WITH RECURSIVE line (id, parent_id) AS (
    SELECT id, parent_id FROM organisations_office WHERE id = %s
    UNION
    SELECT above.id, above.parent_id FROM organisations_office above JOIN line ON above.id = line.parent_id
) SELECT id FROM line
"""
_HEIRS = """
WITH RECURSIVE line (id, since) AS (
    SELECT %s::uuid, NULL::date
    UNION
    SELECT s.new_id, s.since FROM organisations_officesuccession s JOIN line ON line.id = s.old_id WHERE s.since <= %s
) SELECT id FROM line
"""


def office_with_place(key: UUID) -> Office:
    """An office with what stands at the head of printed documents; one statement."""
    found: Office = Office.objects.select_related("parent__unit", "unit").get(pk=key)
    return found


def office_by_code(code: str, on: date) -> Office | None:
    """The office whose identification code this is on a day, under either scheme."""
    found = OfficeCode.objects.on(on).filter(code=code).select_related("office").first()
    return found.office if found else None


def current_code(office: Office, on: date, *, scheme: str = OfficeCode.Scheme.NEW) -> str:
    """The office's code on a day in a scheme, else in the other one; empty when it has none."""
    rows = _codes(lambda: OfficeCode.objects.on(on).filter(office=office).order_by("valid_from"), [on, on, office.pk])
    codes = {row.scheme: row.code for row in rows}
    return codes.get(scheme) or next(iter(codes.values()), "")


@dataclass(frozen=True)
class Reach:
    """What an office answers for: itself with those whose tasks it has taken over, and all of these below it too."""

    own: frozenset[UUID] = frozenset()
    whole: frozenset[UUID] = frozenset()


def reaches(office_ids: Collection[UUID], on: date) -> dict[UUID, Reach]:
    """What each office answers for on a day; at most one statement."""
    if not office_ids:
        return {}
    with prepared_cursor() as cursor:
        cursor.execute(_REACHES, [list(office_ids), on])
        rows = cursor.fetchall()
    return {
        office: Reach(
            own=frozenset(key for root, key, below in rows if root == office and not below),
            whole=frozenset(key for root, key, _below in rows if root == office),
        )
        for office in office_ids
    }


def subtree_ids(office: Office) -> frozenset[UUID]:
    """The keys of an office and of all offices under it; one statement."""
    with prepared_cursor() as cursor:
        cursor.execute(_SUBTREE, [office.pk])
        return frozenset(row[0] for row in cursor.fetchall())


def ancestor_ids(office_id: UUID) -> frozenset[UUID]:
    """The keys of the office and of all offices above it."""
    with prepared_cursor() as cursor:
        cursor.execute(_ANCESTORS, [office_id])
        return frozenset(row[0] for row in cursor.fetchall())


def successor_of(office: Office, on: date, *, unit: AdministrativeUnit | None = None) -> Office | None:
    """Who answers on a day for what was the office's task: itself while it exists, else the end of its successions.

    A task about a place passes its commune as ``unit``: what a closed district did there goes by
    ``rules.heir_of_task``. None: a person must choose, a successor or the heir of the commune, which was split.
    """
    if office.exists_on(on):
        return office
    with prepared_cursor() as cursor:
        cursor.execute(_HEIRS, [office.pk, on])
        line = [row[0] for row in cursor.fetchall()]
    general: Office | None = Office.objects.on(on).filter(pk__in=line).first()
    if office.level != Level.DISTRICT or unit is None or not _lies_in(unit, office.unit_id):
        return general
    place = _last_heir(unit, on)
    if not place.exists_on(on):
        return None if place.successions.exists() else general
    local = {found.kind: found for found in Office.objects.on(on).filter(unit=place, level=Level.COMMUNE)}
    heir = heir_of_task(
        office.kind,
        commune={kind: found.pk for kind, found in local.items()},
        general=(general.kind, general.pk) if general else None,
    )
    return next((found for found in (*local.values(), general) if found and found.pk == heir), None)


def _lies_in(commune: AdministrativeUnit, district: UUID | None) -> bool:
    """Whether a commune, or one that went into it, was a part of the district."""
    if district is None:
        return False
    return commune.parent_id == district or commune.predecessions.filter(old__parent=district).exists()


def closed_districts(communes: Collection[UUID], on: date) -> list[tuple[UUID, UUID]]:
    """The offices of these communes' districts that have ended by a day, each with its successor."""
    districts = AdministrativeUnit.objects.filter(pk__in=communes).values("parent")
    ended = OfficeSuccession.objects.filter(since__lte=on, old__level=Level.DISTRICT, old__unit__in=districts)
    return list(ended.order_by("old_id").values_list("old_id", "new_id"))


def heir_of_unit(unit: AdministrativeUnit, on: date) -> AdministrativeUnit | None:
    """The unit that took the place of another on a day (itself while it exists); None until a person chose."""
    heir = _last_heir(unit, on)
    return heir if heir.exists_on(on) else None


def _last_heir(unit: AdministrativeUnit, on: date) -> AdministrativeUnit:
    """The unit that exists on the day, else the last one in the line whose heir nobody has chosen."""
    while not unit.exists_on(on):
        heir = AdministrativeUnit.objects.filter(predecessions__old=unit, predecessions__heir=True).first()
        if heir is None:
            break
        unit = heir
    return unit


def commune_office(unit: AdministrativeUnit, on: date, *, kind: str) -> Office | None:
    """The office of a kind in the commune that a place belongs to on a day, else the commune's committee."""
    heir = heir_of_unit(unit, on)
    if heir is None or heir.level != Level.COMMUNE:
        return None
    offices = {office.kind: office for office in Office.objects.on(on).filter(unit=heir, level=Level.COMMUNE)}
    return offices.get(kind) or offices.get("commune_committee")


def unit_by_code(code: str, on: date, *, level: str = Level.COMMUNE) -> AdministrativeUnit | None:
    """The unit with a statistics code on a day."""
    return AdministrativeUnit.objects.on(on).filter(code=code, level=level).first()


def office_choices() -> list[tuple[UUID, str]]:
    """The offices that exist today, by name."""
    return list(Office.objects.on(timezone.localdate()).order_by("name", "id").values_list("id", "name"))


def heirless_offices(on: date) -> QuerySet[Office]:
    """Offices that have ended and whose tasks nobody took over: the list that blocks a reorganisation."""
    return Office.objects.filter(valid_to__lte=on).exclude(
        pk__in=OfficeSuccession.objects.filter(since__lte=on).values("old_id")
    )


def facts_of(office: Office) -> OfficeFacts:
    """What the rules of a reorganisation ask of an office; its unit is joined up to the province."""
    return OfficeFacts(office.pk, office.kind, office.level, office.unit_id, _province(office.unit))


def _province(unit: AdministrativeUnit | None) -> UUID | None:
    while unit is not None and unit.level != Level.PROVINCE:
        unit = unit.parent
    return unit.pk if unit else None


def proposed_closings(ending: Collection[UUID], on: date) -> list[Closing]:
    """Who takes over from offices that end on a day, by the stated rule."""
    offices = Office.objects.on(on).select_related("unit__parent__parent")
    heirs = dict(UnitSuccession.objects.filter(heir=True).values_list("old_id", "new_id"))
    facts = [facts_of(office) for office in offices]
    return proposals(
        [fact for fact in facts if fact.id in ending], [fact for fact in facts if fact.id not in ending], heirs
    )


def unit_rows(on: date) -> list[UnitRow]:
    """The list of units on a day, as it was imported."""
    units = AdministrativeUnit.objects.on(on).select_related("parent").order_by("level", "code")
    return [
        UnitRow(unit.code, unit.level, unit.kind, unit.name, unit.parent.code if unit.parent else "") for unit in units
    ]


def split_units(on: date | None = None) -> QuerySet[AdministrativeUnit]:
    """Units that ended (on a day) in several parts and whose heir nobody has chosen."""
    split = UnitSuccession.objects.filter(share=UnitSuccession.Share.PART)
    if on is not None:
        split = split.filter(old__valid_to=on)
    chosen = UnitSuccession.objects.filter(heir=True).values("old_id")
    return AdministrativeUnit.objects.filter(pk__in=split.values("old_id")).exclude(pk__in=chosen)


def codes_of(office_ids: Collection[UUID], on: date) -> dict[UUID, str]:
    """The codes of several offices on a day, of the new scheme where there is one."""
    rows = OfficeCode.objects.on(on).filter(office__in=office_ids).order_by("-scheme")
    return dict(rows.values_list("office_id", "code"))


def children_of(parent: Office | None, on: date) -> QuerySet[Office]:
    """The offices directly under one (or at the top) on a day, in order of name."""
    return Office.objects.on(on).filter(parent=parent).order_by("name_fold", "id")


def offices_matching(text: str, on: date) -> QuerySet[Office]:
    """Offices whose name holds every word, or whose code begins with the text."""
    by_name = Q(*(Q(name_fold__contains=word) for word in fold(text).split()))
    by_code = Q(pk__in=OfficeCode.objects.on(on).filter(code__startswith=text.strip().upper()).values("office_id"))
    return Office.objects.on(on).filter(by_name | by_code).order_by("name_fold", "id")


_NEAREST = """
WITH RECURSIVE line (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM organisations_office WHERE id = %(start)s
    UNION
    SELECT above.id, above.parent_id, line.depth + 1
    FROM organisations_office above JOIN line ON above.id = line.parent_id
) SELECT o.id FROM organisations_office o JOIN line ON line.id IN (o.id, o.parent_id)
  WHERE o.kind = %(kind)s AND (%(level)s = '' OR o.level = %(level)s)
    AND o.valid_from <= %(on)s AND (o.valid_to IS NULL OR o.valid_to > %(on)s)
  ORDER BY line.depth, o.name_fold, o.id LIMIT 1
"""


def nearest_office(kind: str, *, from_office: UUID, on: date, level: str = "") -> UUID | None:
    """The office of a kind that is nearest in the tree: the office itself, its parts, then upwards; one statement."""
    with prepared_cursor() as cursor:
        cursor.execute(_NEAREST, {"start": from_office, "kind": kind, "level": level, "on": on})
        row = cursor.fetchone()
    return row[0] if row else None
