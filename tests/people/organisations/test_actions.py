"""Offices that begin, change their codes, end and are succeeded."""

import io
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner

from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.people.organisations import actions, queries
from motcua.people.organisations.cli import import_offices, import_units
from motcua.people.organisations.imports import Link
from motcua.people.organisations.models import AdministrativeUnit, Level, Office, UnitSuccession
from motcua.people.organisations.office_list import read_offices
from motcua.people.organisations.rules import Closing, heir_of_task, scheme_of
from tests.factories import make_account, make_office
from tests.people.organisations.factories import SINCE_2020, TWO_TIERS, unit_row

pytestmark = pytest.mark.django_db
DAY_BEFORE = TWO_TIERS - timedelta(days=1)


@pytest.fixture
def reformed() -> None:
    """A province before and after: two districts; communes 11 and 12 merged into 1, 13 split over 1 and 2."""
    before = [
        unit_row("P", "province"),
        unit_row("D1", "district", parent="P"),
        *(unit_row(code, parent="D1") for code in ("11", "12", "13")),
    ]
    actions.import_units(units=before, valid_from=SINCE_2020, by=None)
    after = [unit_row("P", "province"), unit_row("1", parent="P"), unit_row("2", parent="P")]
    actions.import_units(units=after, valid_from=TWO_TIERS, by=None)
    links = [
        Link("province", "P", "province", "P", True),
        Link("commune", "11", "commune", "1", True),
        Link("commune", "12", "commune", "1", True),
        Link("commune", "13", "commune", "1", False),
        Link("commune", "13", "commune", "2", False),
    ]
    actions.link_units(links=links, on=TWO_TIERS, by=None)


def unit(code: str, on: date, level: str = Level.COMMUNE) -> AdministrativeUnit:
    found = queries.unit_by_code(code, on, level=level)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "scheme"),
    [
        ("000.00.16.H40", "old"),
        ("H40.16", "new"),
        ("H44.100", "new"),
        ("H40", "new"),
        ("h40.16", None),
        ("H40..1", None),
    ],
)
def test_schemes_of_codes(code: str, scheme: str | None) -> None:
    assert scheme_of(code) == scheme


def test_code_is_valid_for_its_days() -> None:
    office = make_office(code="H98.1")
    actions.set_code(office=office, code="000.00.01.H98", since=SINCE_2020, by=None)
    actions.set_code(office=office, code="h98.7", since=TWO_TIERS, by=None)
    assert queries.office_by_code("H98.1", DAY_BEFORE) == office
    assert queries.office_by_code("H98.1", TWO_TIERS) is None
    assert queries.current_code(office, TWO_TIERS) == "H98.7"
    assert queries.current_code(office, TWO_TIERS, scheme="old") == "000.00.01.H98"


def test_code_of_another_office_is_refused() -> None:
    make_office(code="H98.1")
    with pytest.raises(Conflict):
        actions.set_code(office=make_office(), code="H98.1", since=TWO_TIERS, by=None)
    with pytest.raises(Refused):
        actions.set_code(office=make_office(), code="số một", since=TWO_TIERS, by=None)


def test_a_tree_stays_a_tree() -> None:
    top = make_office()
    middle = make_office(parent=top)
    bottom = make_office(parent=middle)
    assert queries.subtree_ids(top) == {top.pk, middle.pk, bottom.pk}
    assert queries.ancestor_ids(bottom.pk) == {top.pk, middle.pk, bottom.pk}
    with pytest.raises(Refused, match=r".") as refused:
        actions.change_office(office=top, parent=bottom, by=None)
    assert refused.value.field == "parent"


def test_unfinished_reorganisation_changes_nothing() -> None:
    ending, below, successor = make_office(), make_office(), make_office()
    Office.objects.filter(pk=below.pk).update(parent=ending)
    closings = [Closing(ending.pk, successor.pk)]
    assert actions.reorganise(on=TWO_TIERS, closings=closings, by=None, confirmed=True).left_below == {below.pk}
    closings.append(Closing(below.pk, None))
    assert actions.reorganise(on=TWO_TIERS, closings=closings, by=None, confirmed=True).heirless == {below.pk}
    assert not Office.objects.filter(valid_to__isnull=False).exists()


def test_confirmed_reorganisation_ends_offices_and_tells_who_succeeds() -> None:
    ending, successor, by = make_office(code="H98.1"), make_office(), make_account().pk
    closings = [Closing(ending.pk, successor.pk)]
    assert not actions.reorganise(on=TWO_TIERS, closings=closings, by=by)
    ending.refresh_from_db()
    assert ending.valid_to is None
    assert not actions.reorganise(on=TWO_TIERS, closings=closings, by=by, confirmed=True)
    ending.refresh_from_db()
    assert ending.valid_to == TWO_TIERS
    assert queries.office_by_code("H98.1", TWO_TIERS) is None
    event = Event.objects.get(kind="office.succeeded")
    assert event.stream == f"office:{ending.pk}"
    assert event.actor == by
    assert event.references == {"old": str(ending.pk), "new": str(successor.pk), "since": "2025-07-01"}
    with pytest.raises(NotFound):
        actions.reorganise(on=TWO_TIERS, closings=closings, by=by, confirmed=True)


def test_successor_is_found_over_several_reorganisations() -> None:
    first, second, third = make_office(), make_office(), make_office()
    actions.reorganise(on=TWO_TIERS, closings=[Closing(first.pk, second.pk)], by=None, confirmed=True)
    later = date(2026, 1, 1)
    actions.reorganise(on=later, closings=[Closing(second.pk, third.pk)], by=None, confirmed=True)
    first.refresh_from_db()
    assert queries.successor_of(first, DAY_BEFORE) == first
    assert queries.successor_of(first, TWO_TIERS) == second
    assert queries.successor_of(first, later) == third


def test_office_closed_by_hand_is_listed_as_heirless() -> None:
    office = make_office()
    Office.objects.filter(pk=office.pk).update(valid_to=TWO_TIERS)
    assert list(queries.heirless_offices(TWO_TIERS)) == [office]
    office.refresh_from_db()
    assert queries.successor_of(office, TWO_TIERS) is None


@pytest.mark.usefixtures("reformed")
def test_whole_units_have_heirs_and_a_person_chooses_for_split_ones() -> None:
    assert queries.heir_of_unit(unit("11", DAY_BEFORE), TWO_TIERS) == unit("1", TWO_TIERS)
    split = unit("13", DAY_BEFORE)
    assert queries.heir_of_unit(split, TWO_TIERS) is None
    assert list(queries.split_units(TWO_TIERS)) == [split]
    with pytest.raises(Refused):
        actions.choose_heir(old=split, heir=unit("P", TWO_TIERS, Level.PROVINCE), by=None)
    for code in ("1", "2"):
        actions.choose_heir(old=split, heir=unit(code, TWO_TIERS), by=None)
    assert queries.heir_of_unit(split, TWO_TIERS) == unit("2", TWO_TIERS)
    assert not queries.split_units(TWO_TIERS)


@pytest.mark.usefixtures("reformed")
def test_offices_of_three_tiers_find_successors_in_two() -> None:
    after = {
        code: make_office(
            kind=f"{level}_committee", level=level, unit=unit(code, TWO_TIERS, level), valid_from=TWO_TIERS
        )
        for code, level in (("1", Level.COMMUNE), ("2", Level.COMMUNE))
    }
    province = make_office(kind="province_committee", unit=unit("P", DAY_BEFORE, Level.PROVINCE))
    district = make_office(
        kind="district_committee", level=Level.DISTRICT, unit=unit("D1", DAY_BEFORE, Level.DISTRICT)
    )
    communes = {
        code: make_office(kind="commune_committee", level=Level.COMMUNE, unit=unit(code, DAY_BEFORE))
        for code in ("11", "12", "13")
    }
    ending = {district.pk, *(office.pk for office in communes.values())}

    closings = queries.proposed_closings(ending, TWO_TIERS)
    assert {closing.office: closing.successor for closing in closings} == {
        district.pk: province.pk,
        communes["11"].pk: after["1"].pk,
        communes["12"].pk: after["1"].pk,
        communes["13"].pk: None,
    }
    assert actions.reorganise(on=TWO_TIERS, closings=closings, by=None, confirmed=True).heirless == {communes["13"].pk}

    actions.choose_heir(old=unit("13", DAY_BEFORE), heir=unit("2", TWO_TIERS), by=None)
    closings = queries.proposed_closings(ending, TWO_TIERS)
    assert not actions.reorganise(on=TWO_TIERS, closings=closings, by=None, confirmed=True)
    assert not queries.heirless_offices(TWO_TIERS).exists()
    district.refresh_from_db()
    assert queries.successor_of(district, TWO_TIERS) == province
    assert queries.successor_of(district, TWO_TIERS, unit=unit("13", DAY_BEFORE)) == after["2"]
    elsewhere = AdministrativeUnit.objects.create(code="99", level="commune", name="Xã Khác", valid_from=SINCE_2020)
    assert queries.successor_of(district, TWO_TIERS, unit=elsewhere) == province


COMMITTEE, LAND, REST = (UUID(int=number) for number in range(3))


@pytest.mark.parametrize(
    ("kind", "commune", "general", "heir"),
    [
        ("district_committee", {"commune_committee": COMMITTEE}, ("province_committee", REST), COMMITTEE),
        ("land_office", {"commune_committee": COMMITTEE, "land_office": LAND}, ("land_office", REST), LAND),
        ("land_office", {"commune_committee": COMMITTEE}, ("land_office", REST), REST),
        ("labour_division", {"commune_committee": COMMITTEE}, ("province_committee", REST), COMMITTEE),
        ("district_committee", {"land_office": LAND}, ("province_committee", REST), REST),
        ("district_committee", {}, None, None),
    ],
)
def test_a_task_of_a_district_has_one_heir_by_the_stated_rule(
    kind: str, commune: dict[str, UUID], general: tuple[str, UUID] | None, heir: UUID | None
) -> None:
    assert heir_of_task(kind, commune=commune, general=general) == heir


@pytest.mark.usefixtures("reformed")
def test_a_list_of_units_is_imported_once() -> None:
    with pytest.raises(Conflict):
        actions.import_units(units=[unit_row("P", "province")], valid_from=TWO_TIERS, by=None)


def test_one_province_is_imported_from_the_command_line(shared: Path, tmp_path: Path) -> None:
    """Lạng Sơn (20) of both lists."""
    for year in ("2024", "2025"):
        lines = (shared / "data" / f"units_{year}.csv").read_text().splitlines()
        header, rows = lines[0].split(","), [line.split(",") for line in lines[1:]]
        parent = header.index("parent")
        districts = {"20", *(row[0] for row in rows if row[1] == "district" and row[parent] == "20")}
        kept = [row for row in rows if row[0] == "20" or (row[1] != "province" and row[parent] in districts)]
        (tmp_path / f"{year}.csv").write_text("\n".join(",".join(row) for row in [header, *kept]))
    codes = {line.split(",")[0] for line in (tmp_path / "2024.csv").read_text().splitlines()}
    mapping = (shared / "data" / "units_2024_to_2025.csv").read_text().splitlines()
    kept_lines = [line for line in mapping[1:] if line.split(",")[1] in codes]
    (tmp_path / "mapping.csv").write_text("\n".join([mapping[0], *kept_lines]))

    run = CliRunner().invoke
    first = run(import_units, [str(tmp_path / "2024.csv"), "--from", "2020-01-01"], catch_exceptions=False)
    assert first.exit_code == 0, first.output
    second = ["--from", "2025-07-01", "--mapping", str(tmp_path / "mapping.csv")]
    tried = run(import_units, [str(tmp_path / "2025.csv"), *second, "--dry-run"])
    assert (tried.exit_code, tried.output.splitlines()[-1]) == (0, "Nothing of this was stored.")
    assert not UnitSuccession.objects.exists()
    done = run(import_units, [str(tmp_path / "2025.csv"), *second], catch_exceptions=False)
    assert "Without successor: 11 of level district." in done.output
    assert "Without successor: 0 of level commune." in done.output
    assert AdministrativeUnit.objects.on(TWO_TIERS).filter(level=Level.COMMUNE).count() == 65
    assert not AdministrativeUnit.objects.on(TWO_TIERS).filter(level=Level.DISTRICT).exists()


OFFICES = """code,old_code,name,short_name,kind,level,parent_code,unit_code,receives,valid_from
H98,000.00.00.H98,Uỷ ban nhân dân tỉnh Mẫu,UBND tỉnh,province_committee,province,,,,2020-01-01
H98.2,,Sở Mẫu,Sở Mẫu,department,province,H98,,x,2020-01-01
"""


def test_offices_are_imported_with_their_tree_and_codes(tmp_path: Path) -> None:
    path = tmp_path / "offices.csv"
    path.write_text(OFFICES)
    result = CliRunner().invoke(import_offices, [str(path)], catch_exceptions=False)
    assert "2 offices imported." in result.output
    department = queries.office_by_code("H98.2", TWO_TIERS)
    assert department is not None
    assert department.receives
    assert department.parent == queries.office_by_code("000.00.00.H98", TWO_TIERS)


def test_every_wrong_line_of_the_list_of_offices_is_named() -> None:
    wrong = (
        OFFICES + "h1,,A,,x,province,,,,2020-01-01\nH98.2,,B,,x,province,,,,2020-01-01\nH98.3,,C,,x,ward,,,,1/1/2020\n"
    )
    with pytest.raises(Invalid) as refused:
        read_offices(io.StringIO(wrong), known_codes=set())
    assert set(refused.value.errors) == {"4", "5", "6"}
