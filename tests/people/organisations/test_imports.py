"""Lists of units: reading, reconciling, and what the mapping of 2025 lacks."""

import io
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from motcua.kernel.errors import Invalid
from motcua.people.organisations.imports import MappingRow, Report, UnitRow, read_mapping, read_units, reconcile
from motcua.people.organisations.rules import Closing, OfficeFacts, gaps, proposals
from tests.people.organisations.factories import unit_row

# Communes of Đồng Nai (75) that became wards after the mapping was made.
RENAMED = [
    "25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485",
]  # fmt: skip
HEADER = "code,level,kind,name,parent\n"


def test_reads_names_with_their_kind() -> None:
    text = HEADER + (
        "01,province,Thành phố Trung ương,Thành phố Mẫu,\n"
        "02,province,Tỉnh,Mẫu Sơn,\n"
        "00004,commune,Phường,Phường Mẫu,01\n"
        "00008,commune,Phường,Phường Đúc,02\n"
        "00352,commune,Phường,Phương Liệt,02\n"
    )
    names = [unit.name for unit in read_units(io.StringIO(text))]
    assert names == ["Thành phố Mẫu", "Tỉnh Mẫu Sơn", "Phường Mẫu", "Phường Đúc", "Phường Phương Liệt"]


def test_names_every_wrong_line() -> None:
    text = (
        HEADER
        + "01,province,Tỉnh,Mẫu,\n,commune,Xã,Không mã,01\n00002,village,Xã,Sai cấp,01\n00003,commune,Xã,Lạc,99\n"
        + "01,commune,Xã,Cùng số,01\n01,province,Tỉnh,Lần hai,\n"
    )
    with pytest.raises(Invalid) as refused:
        read_units(io.StringIO(text))
    assert set(refused.value.errors) == {"3", "4", "00003", "01"}
    assert "99" in refused.value.errors["00003"]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        read_units(io.StringIO("code,level\n"))
    assert set(refused.value.errors) == {"kind", "name", "parent"}


def test_wrong_code_is_found_by_a_name_that_occurs_once() -> None:
    new = [unit_row("1", name="Xã Ba Mẫu"), unit_row("2", name="Xã Hai"), unit_row("3", name="Xã Hai")]
    old = [unit_row("8"), unit_row("9")]
    report = reconcile(
        old, new, [MappingRow("commune", "8", "77", "Xã Ba Mẫu"), MappingRow("commune", "9", "78", "Xã Hai")]
    )
    assert report.corrected == {"77": "1"}
    assert [row.new_code for row in report.unknown_targets] == ["78"]
    assert [unit.code for unit in report.unmapped] == ["9"]


def read(shared: Path) -> tuple[list[UnitRow], list[UnitRow], list[MappingRow]]:
    data = shared / "data"
    with (
        (data / "units_2024.csv").open() as old,
        (data / "units_2025.csv").open() as new,
        (data / "units_2024_to_2025.csv").open() as mapping,
    ):
        return read_units(old), read_units(new), read_mapping(mapping)


def test_what_the_mapping_of_2025_lacks(shared: Path) -> None:
    report = reconcile(*read(shared))
    assert report.corrected == {"06970": "06978", "23737": "23938"}
    assert sorted(report.renamed) == RENAMED
    assert len(report.split) == 460
    islands = {link.old_code for link in report.links if link.old_level == "district"}
    assert islands == {"318", "471", "498", "536", "755"}
    assert len(report.unmapped_at("district")) == 696 - 5
    assert report.unmapped_at("province") == []
    assert report.unmapped_at("commune") == []
    assert not report.unknown_targets
    assert not report.unknown_sources
    assert not report.unfounded


def committee(unit: UnitRow, year: str, units: dict[str, UnitRow]) -> OfficeFacts:
    top = unit
    while top.parent:
        top = units[top.parent]
    return OfficeFacts(
        key("o", year, unit), f"{unit.level}_committee", unit.level, key("u", year, unit), key("u", year, top)
    )


def key(what: str, year: str, unit: UnitRow) -> UUID:
    return uuid5(UUID(int=0), f"{what}{year}{unit.level}{unit.code}")


def committees(units: list[UnitRow], year: str) -> list[OfficeFacts]:
    above = {unit.code: unit for unit in units if unit.level != "commune"}
    return [committee(unit, year, above) for unit in units]


def heirs_of(report: Report, *, choose: bool) -> dict[UUID, UUID]:
    chosen = [link for link in report.links if link.whole or choose]
    row = unit_row("")
    return {
        key("u", "24", replace(row, level=link.old_level, code=link.old_code)): key(
            "u", "25", replace(row, level=link.level, code=link.new_code)
        )
        for link in chosen
    }


def test_after_people_chose_no_office_of_2024_is_without_successor(shared: Path) -> None:
    old, new, mapping = read(shared)
    report = reconcile(old, new, mapping)
    ending, remaining = committees(old, "24"), committees(new, "25")
    parents: dict[UUID, UUID | None] = {office.id: None for office in [*ending, *remaining]}

    unchosen = proposals(ending, remaining, heirs_of(report, choose=False))
    split = {key("o", "24", unit) for unit in report.split}
    assert gaps(unchosen, parents).heirless == split

    chosen = proposals(ending, remaining, heirs_of(report, choose=True))
    assert len(chosen) == len(old) == 10_806
    assert not gaps(chosen, parents)


def test_district_goes_to_the_province_by_the_stated_rule(shared: Path) -> None:
    old, new, mapping = read(shared)
    report = reconcile(old, new, mapping)
    remaining = {office.id: office for office in committees(new, "25")}
    heirs = heirs_of(report, choose=True)
    ending = [office for office in committees(old, "24") if office.level == "district" and office.unit not in heirs]
    assert len(ending) == 691
    successors = [
        remaining[closing.successor] for closing in proposals(ending, remaining.values(), heirs) if closing.successor
    ]
    assert [office.unit for office in successors] == [heirs[office.province] for office in ending if office.province]


def test_gaps_name_what_is_missing() -> None:
    a, b, c, d, absent = (UUID(int=number) for number in range(1, 6))
    parents = {a: None, b: None, c: a, d: None}
    closings = [Closing(a, b), Closing(b, d), Closing(d, None)]
    found = gaps(closings, parents)
    assert found.heirless == {d}
    assert found.closing_successors == {a, b}
    assert found.left_below == {c}
    assert gaps([Closing(a, absent), Closing(c, b)], parents).absent_successors == {a}
    assert not gaps([Closing(c, b)], parents)
