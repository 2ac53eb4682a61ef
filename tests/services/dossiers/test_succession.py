"""Offices are merged and officers leave: no open dossier is without an owner."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.kernel.events.models import Event
from motcua.people.accounts.sealing import identity_hash
from motcua.people.officers import actions as officers
from motcua.people.officers.models import DeclaredRelative
from motcua.people.organisations import actions as organisations
from motcua.people.organisations.imports import Link, reconcile
from motcua.people.organisations.models import AdministrativeUnit, Office, UnitSuccession
from motcua.people.organisations.queries import proposed_closings, split_units
from motcua.people.organisations.rules import Closing
from motcua.services.dossiers import actions, subscribers
from motcua.services.dossiers.actions.succeeding import Heirs, Whereabouts, follow_office
from motcua.services.dossiers.book import accepted_by, entries
from motcua.services.dossiers.models import Dossier, Incident, WorkItem
from motcua.services.dossiers.timeline import timeline
from tests.factories import add_position, make_citizen, make_office, make_officer
from tests.jobs import run_jobs
from tests.people.organisations.factories import SINCE_2020, TWO_TIERS, unit_row
from tests.people.organisations.test_imports import read
from tests.services.dossiers.factories import Town, accept, finish, make_town, open_step, publish_package, submit
from tests.services.dossiers.processes import PLAIN, end, flow, package, task

pytestmark = pytest.mark.django_db
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BEFORE = datetime(2025, 6, 20, 9, 0, tzinfo=HANOI)
THREE_TIERS = (
    flow("accepted", "check", "examine", "decide"),
    task("check", office="resolving"),
    task("examine", office="kind:district_committee"),
    task("decide", office="province/kind:province_committee"),
    end("decide"),
)


def heard(*kinds: str) -> None:
    """Let the room hear of the events, and run the jobs that this leads to."""
    subscribers.follow(list(Event.objects.filter(kind__in=kinds).order_by("position")))
    run_jobs(limit=2_000)


def reorganised(old: Office, new: Office, *, on: date) -> None:
    closings = [Closing(old.pk, new.pk)]
    assert not organisations.reorganise(on=on, closings=closings, by=None, confirmed=True)
    heard("office.succeeded")


@pytest.fixture
def town() -> Town:
    return make_town(package(*PLAIN))


def test_a_successor_takes_over_what_is_open_and_nothing_else(town: Town) -> None:
    new = make_office(kind="commune_committee", level="commune")
    closed = accept(town, submit(town))
    actions.stop(closed.pk, reason="Theo đơn", by=town.actor(town.reception))
    waiting, working = submit(town), accept(town, submit(town))
    step = open_step(working)
    actions.claim(working.pk, item=step.pk, by=town.actor(town.specialist))
    incident = Incident.objects.create(dossier=working, office=town.office, kind="process", happened_at=timezone.now())

    reorganised(town.office, new, on=timezone.localdate())

    for dossier, owner in ((closed, town.office), (waiting, new), (working, new)):
        dossier.refresh_from_db()
        assert {dossier.receiving_office, dossier.resolving_office} == {owner}
    step.refresh_from_db()
    assert (step.office, step.assignee, step.seen_at) == (new, None, None)
    assert working.state == "in_process"
    incident.refresh_from_db()
    assert incident.office == new
    assert timeline(working, for_officers=False)[-1].kind == "dossier.office_succeeded"
    now, day = timezone.now(), timedelta(days=1)
    found = [accepted_by(office.pk, field="", begin=now - day, end=now + day) for office in (town.office, new)]
    books = [each.order_by("accepted_at", "id") for each in found]
    assert [[entry.number for entry in entries(book)] for book in books] == [["01", "02"], []]  # as the receipts say
    before = Event.objects.count()
    assert follow_office(town.office.pk, new.pk) == 0
    assert Event.objects.count() == before


def test_who_comes_along_keeps_the_work(town: Town) -> None:
    new = make_office(kind="commune_committee", level="commune")
    working = accept(town, submit(town))
    actions.claim(working.pk, item=open_step(working).pk, by=town.actor(town.specialist))
    add_position(town.specialist.officer, office=new, roles=["specialist"])
    reorganised(town.office, new, on=timezone.localdate())
    assert open_step(working).assignee == town.specialist


def test_a_reorganisation_of_tomorrow_moves_nothing_today(town: Town) -> None:
    new, tomorrow = make_office(), timezone.localdate() + timedelta(days=1)
    closings = [Closing(town.office.pk, new.pk)]
    assert not organisations.reorganise(on=tomorrow, closings=closings, by=None, confirmed=True)
    subscribers.follow(list(Event.objects.filter(kind="office.succeeded")))
    job = ProcrastinateJob.objects.get(task_name__endswith="follow_office")
    assert job.scheduled_at == datetime.combine(tomorrow, datetime.min.time(), HANOI)


def test_the_steps_of_who_leaves_go_to_who_takes_over_or_back_to_the_office(town: Town) -> None:
    heir = make_officer(roles=["specialist"], office=town.office)
    DeclaredRelative.objects.create(officer=heir.officer, identity_hash=identity_hash("001099777777"), relation="Em")
    relatives = accept(town, submit(town, applicant=make_citizen(identity_number="001099777777")))
    others, signing = accept(town, submit(town)), accept(town, submit(town))
    finish(town, signing, "ok")
    for dossier in (relatives, others, signing):
        step = open_step(dossier)
        actions.reassign(dossier.pk, item=step.pk, to=town.specialist.pk, by=town.actor(town.head))

    officers.leave(officer=town.specialist.officer, hand_over_to=heir.officer, by=town.head, reason="Nghỉ hưu")
    heard("officer.left")

    assert open_step(others).assignee == heir
    assert open_step(relatives).assignee is None  # a relative's dossier
    assert open_step(signing).assignee is None  # a leader's step
    assert not WorkItem.objects.filter(assignee=town.specialist, state="open").exists()


@dataclass(frozen=True)
class Reform:
    """A district of the communes 11 and 13 on the day before it ended; 11 became 1, 13 went into 1 and 2."""

    district: Office
    province: Office
    communes: dict[str, Office]

    def end(self) -> None:
        reorganised(self.district, self.province, on=TWO_TIERS)


@pytest.fixture
def reform(town: Town) -> Reform:
    before = [unit_row("P", "province"), unit_row("D", "district", parent="P")]
    before += [unit_row(code, parent="D") for code in ("11", "13")] + [unit_row("77", parent="P")]
    organisations.import_units(units=before, valid_from=SINCE_2020, by=None)
    after = [unit_row("P", "province"), *(unit_row(code, parent="P") for code in ("1", "2"))]
    organisations.import_units(units=after, valid_from=TWO_TIERS, by=None)
    links = [Link("commune", "11", "commune", "1", True)]
    links += [Link("commune", "13", "commune", code, False) for code in ("1", "2")]
    organisations.link_units(links=links, on=TWO_TIERS, by=None)
    communes = {
        unit.code: make_office(kind="commune_committee", level="commune", unit=unit, valid_from=TWO_TIERS)
        for unit in AdministrativeUnit.objects.filter(level="commune", valid_from=TWO_TIERS)
    }
    Office.objects.filter(pk=town.office.pk).update(
        level="district", kind="district_committee", unit=AdministrativeUnit.objects.get(code="D")
    )
    town.office.refresh_from_db()
    return Reform(town.office, make_office(kind="province_committee"), communes)


def owners(dossier: Dossier) -> set[Office]:
    """Whoever has to do with it: its own two offices, and those of its open steps."""
    dossier.refresh_from_db()
    steps = dossier.work_items.filter(state="open").select_related("office").order_by("pk")
    return {dossier.receiving_office, dossier.resolving_office, *(step.office for step in steps if step.office)}


def of_commune(town: Town, code: str, number: str) -> Dossier:
    return accept(
        town,
        submit(town, applicant=make_citizen(identity_number=number, commune_code=code), at=BEFORE),
        at=BEFORE,
    )


def test_a_districts_dossiers_go_to_the_commune_of_who_applied_and_the_rest_to_the_province(
    town: Town, reform: Reform
) -> None:
    here, elsewhere, nowhere, unknown = (
        of_commune(town, code, f"00109977770{number}") for number, code in enumerate(("11", "77", "", "99"))
    )
    reform.end()
    assert owners(here) == {reform.communes["1"]}
    assert owners(elsewhere) == owners(nowhere) == owners(unknown) == {reform.province}
    told = Event.objects.get(stream=here.stream, kind="dossier.office_succeeded")
    assert told.references["office"] == str(reform.communes["1"].pk)


def test_the_desk_that_received_a_dossier_says_where_it_belongs(
    town: Town, reform: Reform, django_assert_num_queries: Any
) -> None:
    """Who lives elsewhere applies where the matter is: what the district had of it goes to that commune."""
    desk = make_office(kind="commune_committee", level="commune", unit=AdministrativeUnit.objects.get(code="11"))
    dossier, other = (of_commune(town, code, f"00109977770{code[0]}") for code in ("13", "77"))
    Dossier.objects.update(receiving_office=desk)
    heirs, at = Heirs(reform.district.pk, reform.province.pk), BEFORE + timedelta(days=1)
    heirs.of(Whereabouts(BEFORE, desk.unit_id, "13"))
    with django_assert_num_queries(0):  # whoever applied there, and on whichever day
        heirs.of(Whereabouts(at, desk.unit_id, "77"))
    reform.end()
    assert owners(dossier) == owners(other) == {desk, reform.communes["1"]}


def test_the_dossiers_of_a_split_commune_wait_until_somebody_chooses_its_heir(town: Town, reform: Reform) -> None:
    dossier = of_commune(town, "13", "001099777700")
    reform.end()
    assert owners(dossier) == {reform.district}
    split = AdministrativeUnit.objects.get(code="13")
    organisations.choose_heir(old=split, heir=AdministrativeUnit.objects.get(code="2"), by=None)
    heard("units.heir_chosen")
    assert owners(dossier) == {reform.communes["2"]}


def test_the_commune_of_the_matter_goes_before_that_of_desk_and_applicant(town: Town, reform: Reform) -> None:
    """Reception depends on no boundaries: a parcel of commune 11 may be registered at a desk of commune 77."""
    placed = replace(town, version=publish_package(package(*PLAIN, code="9.000002", placed=True)))
    desk = make_office(kind="commune_committee", level="commune", unit=AdministrativeUnit.objects.get(code="77"))

    def about(commune: str | None, *, applicant_in: str, number: str) -> Dossier:
        applicant = make_citizen(identity_number=f"00109977770{number}", commune_code=applicant_in)
        form_data = {"amount": 1} | ({"matter": {"commune": commune}} if commune else {})
        return accept(placed, submit(placed, form_data=form_data, applicant=applicant, at=BEFORE), at=BEFORE)

    here, split = about("11", applicant_in="77", number="1"), about("13", applicant_in="11", number="2")
    province, unanswered = about("P", applicant_in="11", number="3"), about(None, applicant_in="11", number="4")
    elsewhere = about("77", applicant_in="11", number="5")
    Dossier.objects.filter(pk=here.pk).update(receiving_office=desk)
    reform.end()
    assert owners(here) == {desk, reform.communes["1"]}
    assert owners(split) == {reform.district}  # until somebody chooses
    assert owners(province) == owners(unanswered) == {reform.communes["1"]}  # no commune is said
    assert owners(elsewhere) == {reform.province}


@pytest.mark.long
def test_after_the_reorganisation_of_2025_every_open_dossier_has_an_owner(shared: Path) -> None:
    """The real units of one province on three tiers, all of whose offices end on 2025-07-01.

    Every second dossier is about another commune of the district than the one whose desk received it.
    """
    old, new, mapping = read(shared)
    organisations.import_units(units=old, valid_from=date(2020, 1, 1), by=None)
    organisations.import_units(units=new, valid_from=TWO_TIERS, by=None)
    organisations.link_units(links=reconcile(old, new, mapping).links, on=TWO_TIERS, by=None)
    for unit in split_units(TWO_TIERS):
        organisations.choose_heir(old=unit, heir=unit.successions.first().new, by=None)
    province = AdministrativeUnit.objects.get(code="06", level="province", valid_to=TWO_TIERS)
    ending = _offices_below(province, None)
    heirs = AdministrativeUnit.objects.filter(valid_to=None, predecessions__old__in=[each.unit_id for each in ending])
    for unit in heirs.distinct():
        make_office(unit.name, kind=f"{unit.level}_committee", level=unit.level, unit=unit, valid_from=TWO_TIERS)
    communes = [office for office in ending if office.level == "commune"][::4]
    town, matters = make_town(package(*THREE_TIERS, placed=True)), {}
    for number, office in enumerate(communes):
        beside = [each for each in ending if each.parent_id == office.parent_id]
        matter = beside[number % len(beside)] if number % 2 else office
        form_data = {"amount": 1} | ({"matter": {"commune": matter.unit.code}} if number % 2 else {})
        dossier = submit(town, receiving_office=office.pk, form_data=form_data, at=BEFORE)
        matters[dossier.pk] = matter
        accept(town, dossier, at=BEFORE)
        finish(town, dossier, *[None] * (number % 3))

    desks = {dossier.pk: dossier.receiving_office for dossier in Dossier.objects.open().order_by("pk")}
    assert sum(matters[key] != desk for key, desk in desks.items()) > 10
    closings = proposed_closings([office.pk for office in ending], TWO_TIERS)
    assert not organisations.reorganise(on=TWO_TIERS, closings=closings, by=None, confirmed=True)
    heard("office.succeeded")

    assert Dossier.objects.open().count() == len(communes) > 20
    top = Office.objects.on(TWO_TIERS).get(kind="province_committee")
    for dossier in Dossier.objects.open().order_by("pk"):
        commune = Office.objects.on(TWO_TIERS).get(unit__predecessions__in=_heirs_of(desks[dossier.pk]))
        assert dossier.receiving_office == dossier.resolving_office == commune
        placed = Office.objects.on(TWO_TIERS).get(unit__predecessions__in=_heirs_of(matters[dossier.pk]))
        assert dossier.offices == {
            "kind:district_committee": str(placed.pk),
            "province/kind:province_committee": str(top.pk),
        }
        step = dossier.work_items.get(state="open")
        assert step.office == {"check": commune, "examine": placed, "decide": top}[step.node]


def _heirs_of(office: Office) -> QuerySet[UnitSuccession]:
    return UnitSuccession.objects.filter(old=office.unit, heir=True)


def _offices_below(unit: AdministrativeUnit, parent: Office | None) -> list[Office]:
    office = make_office(unit.name, kind=f"{unit.level}_committee", level=unit.level, unit=unit, parent=parent)
    below = AdministrativeUnit.objects.filter(parent=unit).order_by("code")
    return [office, *(each for child in below for each in _offices_below(child, office))]
