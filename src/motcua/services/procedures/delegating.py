"""What a delegation (uỷ quyền) can be limited to here: fields and procedures (lĩnh vực, thủ tục)."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from motcua.kernel.text import fold
from motcua.people.officers.desks import Desk
from motcua.people.officers.limits import Limit, register
from motcua.services.procedures.models import ProcedureVersion, SearchEntry
from motcua.services.procedures.queries import handled

FIELD, PROCEDURE = "field", "procedure"
MOST_FOUND = 12


def offer() -> None:
    """Let delegations be limited to fields and procedures."""
    register(Limit(FIELD, _("Field"), _fields_found, _fields_named, order=10))
    register(Limit(PROCEDURE, _("Procedure"), _procedures_found, _procedures_named, order=20))


def matters_of(version: ProcedureVersion) -> frozenset[str]:
    """The labels under which limited delegations reach what is handled by a version."""
    return frozenset({f"{PROCEDURE}:{version.procedure_id}", f"{FIELD}:{version.field}"})


def desk_for(desk: Desk, version: ProcedureVersion) -> Desk:
    """The desk with the limited delegations that reach what is handled by a version."""
    return desk.about(matters_of(version)) if desk.limited else desk


def versions_within(scope: Iterable[str]) -> QuerySet[ProcedureVersion]:
    """The versions that a delegation with this scope reaches, as :func:`matters_of` says of each."""
    return ProcedureVersion.objects.filter(Q(procedure__in=procedures_in(scope)) | Q(field__in=fields_in(scope)))


def procedures_in(scope: Iterable[str]) -> list[UUID]:
    """The procedures that a scope names, in a fixed order."""
    return sorted(UUID(value) for value in _values(PROCEDURE, scope))


def fields_in(scope: Iterable[str]) -> list[str]:
    """The fields that a scope names, in a fixed order."""
    return sorted(_values(FIELD, scope))


def _values(kind: str, scope: Iterable[str]) -> Iterable[str]:
    return (value for key, _colon, value in (label.partition(":") for label in scope) if key == kind)


def _fields_found(text: str) -> dict[str, str]:
    asked = fold(text).split()
    fields = handled("").exclude(field="").order_by("field").values_list("field", flat=True).distinct()
    found = [field for field in fields if all(word in fold(field) for word in asked)]
    return {field: field for field in found[:MOST_FOUND]}


def _fields_named(fields: Collection[str]) -> dict[str, str]:
    known = set(ProcedureVersion.objects.filter(field__in=fields).exclude(field="").values_list("field", flat=True))
    return {field: field for field in fields if field in known}


def _procedures_found(text: str) -> dict[str, str]:
    return {str(entry.pk): _name(entry) for entry in handled(text)[:MOST_FOUND]}


def _procedures_named(keys: Collection[str]) -> dict[str, str]:
    typed = [key for key in map(_key, keys) if key]
    return {
        str(entry.pk): _name(entry) for entry in SearchEntry.objects.filter(pk__in=typed).order_by("sort_name", "pk")
    }


def _name(entry: SearchEntry) -> str:
    return f"{entry.code} {entry.name}"


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
