"""The head of printed documents: the agency, the one above it, the place of the date line."""

from typing import Any

from motcua.people.organisations.models import Office

COMMITTEES = frozenset({"province_committee", "district_committee", "commune_committee"})
_KINDS = ("Tỉnh ", "Thành phố ", "Xã ", "Phường ", "Thị trấn ", "Huyện ", "Quận ", "Thị xã ")


def office_data(office: Office) -> dict[str, Any]:
    """``superior``, ``agency``, ``place`` of an office with ``parent__unit`` and ``unit`` joined.

    A People's Committee names none above itself (Decree 30/2020/NĐ-CP, appendix I, II.2).
    """
    above = office.parent.name if office.parent and office.kind not in COMMITTEES else None
    return {"superior": above, "agency": office.name, "place": place(office)}


def place(office: Office) -> str:
    """The bare name of the place that an office serves: ``Mẫu Sơn``."""
    unit = office.unit or (office.parent.unit if office.parent else None)
    name = unit.name if unit else office.short_name or office.name
    for kind in _KINDS:
        name = name.removeprefix(kind)
    return name
