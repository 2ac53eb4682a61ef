"""Measures from events and answers, recorded inspections, and the pages that heads, officers and inspectors read."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.people.officers.queries import desk_of
from motcua.services.dossiers import actions as dossier_actions
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.ratings.evaluation import measures
from motcua.services.ratings.evaluation.inspecting import Finding, record_inspection
from motcua.services.ratings.models import Inspection, Measure
from motcua.services.ratings.months import Month
from motcua.services.ratings.subscribers import measure
from tests.factories import make_account, make_office, make_officer, sign_in
from tests.services.dossiers.factories import Town, accept, make_town, open_step, submit
from tests.services.dossiers.test_portal_follow import decide
from tests.services.ratings.factories import UNHAPPY, answered, decided

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def found(source: str) -> set[tuple[str, object]]:
    return set(Measure.objects.filter(source=source).values_list("category", "officer"))


def finding(points: int = 2, **changed: object) -> Finding:
    given = {
        "indicator": "publicity",
        "month": Month.of(timezone.localdate()),
        "points": points,
        "reason": "Biên bản số 05/BB-VP",
        "inspected_on": timezone.localdate(),
    }
    return Finding(**(given | changed))  # type: ignore[arg-type]


def late(dossier: Dossier) -> Dossier:
    """The dossier as if it had been due the day before it was decided."""
    assert dossier.decided_at is not None
    before = dossier.decided_at - timedelta(days=1)
    WorkItem.objects.filter(dossier=dossier).update(due_at=before)
    Dossier.objects.filter(pk=dossier.pk).update(due_at=before, supplements_asked=1)
    dossier.refresh_from_db()
    return dossier


def test_a_decided_dossier_is_measured_once_for_its_office_and_its_officers(town: Town) -> None:
    decide(town, accept(town, submit(town)))
    events = list(Event.objects.filter(kind="dossier.decided"))
    measure(events)
    measure(events)
    officers = {town.specialist.pk, town.leader.pk, town.clerk.pk}
    assert {who for _category, who in found("dossier_time")} == {None, *officers}
    assert {category for category, _who in found("dossier_time") | found("agency_time")} == {"early"}
    assert found("contacts") == {("none", who) for who in (None, *officers)}


def test_late_and_incomplete_dossiers_are_measured_so(town: Town) -> None:
    measures.of_dossier(late(decided(town)))
    assert found("dossier_time") == found("agency_time") == {("late", None), ("late", town.specialist.pk)}
    assert found("contacts") == {("once", None), ("once", town.specialist.pk)}


def test_answers_count_for_whoever_had_a_part(town: Town) -> None:
    answered(town, UNHAPPY)
    assert found("answers:attitude") == {("0", None), ("0", town.specialist.pk), ("0", town.reception.pk)}
    assert found("answers:agencies") == found("answers:attitude")


def test_an_office_is_inspected_from_above_and_never_by_itself(town: Town) -> None:
    above = make_office("Ủy ban nhân dân tỉnh Mẫu")
    town.office.parent = above
    town.office.save()
    chief, now = make_officer(roles=["head"], office=above), timezone.now()
    for account in (town.head, town.specialist, make_officer(roles=["head"])):
        with pytest.raises(NotAllowed):
            record_inspection(town.office.pk, finding(), desk=desk_of(account, now), at=now)
    made = record_inspection(town.office.pk, finding(1), desk=desk_of(chief, now), at=now)
    told = Event.objects.get(kind="inspection.recorded")
    assert (told.actor, told.agency, told.references["points"]) == (chief.pk, town.office.pk, 1)
    assert (made.points, made.recorded_by_id) == (1, chief.pk)


def test_an_inspection_says_when_and_why_and_only_of_what_is_judged_by_looking(town: Town) -> None:
    desk, now = desk_of(make_account(is_administrator=True), timezone.now()), timezone.now()
    for wrong, field in (
        (finding(3), "points"),
        (finding(reason=" "), "reason"),
        (finding(reason="a" * 2001), "reason"),
        (finding(inspected_on=timezone.localdate() + timedelta(days=1)), "inspected_on"),
        (finding(inspected_on=timezone.localdate() - timedelta(days=40)), "inspected_on"),
    ):
        with pytest.raises(Refused) as refused:
            record_inspection(town.office.pk, wrong, desk=desk, at=now)
        assert refused.value.field == field
    for unknown in ("total_time", "beauty"):
        with pytest.raises(NotFound):
            record_inspection(town.office.pk, finding(indicator=unknown), desk=desk, at=now)
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("changed", [{"points": 3}, {"reason": ""}])
def test_the_database_holds_no_inspection_without_points_and_reason(town: Town, changed: dict[str, object]) -> None:
    record_inspection(
        town.office.pk, finding(), desk=desk_of(make_account(is_administrator=True), timezone.now()), at=timezone.now()
    )
    with pytest.raises(IntegrityError, match="inspection_points_with_reason"):
        Inspection.objects.update(**changed)


def test_every_figure_of_an_office_leads_to_what_it_was_computed_from(town: Town, client: Client) -> None:
    dossier = late(decided(town))
    measures.of_dossier(dossier)
    answer = answered(town, UNHAPPY)
    sign_in(client, town.head)
    office = reverse("ratings:evaluated-office", args=[town.office.pk])
    shown = client.get(office).content.decode()
    assert "Quá hạn: 1" in shown
    assert "thiếu 3 chỉ tiêu" in shown
    lines = {"total_time": dossier.number, "agency_time": dossier.number, "contacts": dossier.number}
    for indicator, number in lines.items():
        address = reverse("ratings:evaluated-items", args=[town.office.pk, indicator])
        assert address in shown
        assert number in client.get(address).content.decode()
    attitude = client.get(reverse("ratings:evaluated-items", args=[town.office.pk, "attitude"])).content.decode()
    assert "0 điểm" in attitude
    assert answer.invitation.dossier.number not in attitude
    by_officer = client.get(lines_of(town), {"officer": str(town.specialist.pk)}).content.decode()
    assert dossier.number in by_officer
    assert town.specialist.display_name in by_officer


def lines_of(town: Town) -> str:
    return reverse("ratings:evaluated-items", args=[town.office.pk, "total_time"])


def test_officers_read_their_own_evaluation_and_no_other(town: Town, client: Client) -> None:
    dossier = decided(town)
    measures.of_dossier(dossier)
    sign_in(client, town.specialist)
    own = reverse("ratings:evaluated-officer", args=[town.office.pk, town.specialist.pk])
    assert client.get(reverse("ratings:evaluation"))["Location"] == own
    assert "Trước hạn: 1" in client.get(own).content.decode()
    assert dossier.number in client.get(lines_of(town), {"officer": str(town.specialist.pk)}).content.decode()
    assert client.get(reverse("ratings:evaluated-officer", args=[town.office.pk, town.leader.pk])).status_code == 403
    assert client.get(lines_of(town)).status_code == 403
    assert client.get(reverse("ratings:evaluated-office", args=[town.office.pk])).status_code == 403
    assert client.get(reverse("ratings:evaluation-sheet")).status_code == 403


def test_heads_of_other_offices_are_told_of_nothing(town: Town, client: Client) -> None:
    sign_in(client, make_officer(roles=["head"]))
    assert client.get(reverse("ratings:evaluated-office", args=[town.office.pk])).status_code == 404
    assert client.get(lines_of(town)).status_code == 404
    assert town.office.name not in client.get(reverse("ratings:evaluation")).content.decode()


def test_an_inspection_is_recorded_on_its_page_and_the_latest_counts(town: Town, client: Client) -> None:
    sign_in(client, make_account(is_administrator=True))
    address = reverse("ratings:inspect", args=[town.office.pk, "organisation"])
    assert client.post(address, {"points": "1", "reason": "Thiếu ghế ngồi chờ"}).status_code == 422
    today = timezone.localdate().isoformat()
    for points in ("0", "2"):
        given = {"points": points, "reason": f"Biên bản {points}", "inspected_on": today}
        assert client.post(address, given).status_code == 302
    shown = client.get(reverse("ratings:evaluated-office", args=[town.office.pk])).content.decode()
    assert "2 điểm: 1" in shown
    history = client.get(reverse("ratings:evaluated-items", args=[town.office.pk, "organisation"])).content.decode()
    assert history.index("Biên bản 2") < history.index("Biên bản 0")
    assert client.get(reverse("ratings:inspect", args=[town.office.pk, "total_time"])).status_code == 404
    assert sign_in(Client(), town.head).get(address).status_code == 403


def test_the_spreadsheet_holds_units_and_officers_as_figures(town: Town, client: Client) -> None:
    measures.of_dossier(decided(town))
    sign_in(client, town.head)
    answer = client.get(reverse("ratings:evaluation-sheet"))
    book = load_workbook(BytesIO(answer.getvalue()))  # type: ignore[attr-defined]
    units, people = book.worksheets
    assert [cell.value for cell in units[2]][:4] == [1, town.office.name, 2, 2]
    assert [cell.value for cell in people[2]][1:4] == [town.office.name, town.specialist.display_name, 2]
    assert units.cell(1, 12).value == "Tổng điểm"


def test_pages_take_the_same_statements_however_much_was_counted(
    town: Town, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, town.head)
    addresses = {
        reverse("ratings:evaluation"): 8,
        reverse("ratings:evaluated-office", args=[town.office.pk]): 10,
        lines_of(town): 8,
    }
    for _time in range(2):
        measures.of_dossier(decided(town))
        answered(town)
        for address, number in addresses.items():
            with django_assert_num_queries(number):
                client.get(address)


def test_a_step_that_is_not_done_is_nobodys_measure(town: Town) -> None:
    dossier = accept(town, submit(town))
    dossier_actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="found", by=town.actor(town.specialist))
    Dossier.objects.filter(pk=dossier.pk).update(state="decided", decided_at=timezone.now())
    dossier.refresh_from_db()
    measures.of_dossier(dossier)
    assert {who for _category, who in found("agency_time")} == {None, town.specialist.pk}
