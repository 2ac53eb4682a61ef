from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from motcua.kernel.time import actions, calendar_effects, queries
from motcua.kernel.time.calendar_effects import CalendarChange, Effect, seal
from motcua.kernel.time.models import CalendarVersion, YearState
from motcua.kernel.time.rules import STANDARD_WEEK, VIETNAM
from motcua.people.accounts.models import Account
from tests.factories import make_account, make_office, make_officer, sign_in

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=VIETNAM)
YEAR = "/desk/calendar/2027/"
HOURS = "/desk/working-hours/"
WEEK = {f"day-{number}": "07:00-11:30; 13g30 – 17:00" if number < 5 else "" for number in range(7)}


@pytest.fixture
def administrator() -> Account:
    return make_account(is_administrator=True)


@pytest.fixture
def desk(client: Client, administrator: Account) -> Client:
    sign_in(client, administrator)
    client.cookies["motcua_language"] = "en"
    return client


@pytest.fixture
def moving() -> Iterator[list[CalendarChange]]:
    """A room in which one date always moves; gives the changes it was told of."""
    applied: list[CalendarChange] = []
    effect = Effect("H99.1-270304-0001", "Sở Mẫu", AT, AT + timedelta(days=1))
    calendar_effects.register("test", preview=lambda change: [effect], apply=applied.append)
    yield applied
    calendar_effects.unregister("test")


def hidden(text: str, name: str) -> str:
    return text.split(f'name="{name}" value="')[1].split('"')[0]


def test_the_public_is_sent_to_sign_in_and_officers_are_refused(client: Client) -> None:
    assert client.get(YEAR).status_code == 302
    sign_in(client, make_officer(roles=("head",)))
    for address in (YEAR, "/desk/calendar/", HOURS, f"{YEAR}approve/", f"{HOURS}default/"):
        assert client.get(address).status_code == 403
    for address in (YEAR, f"{YEAR}draft/", f"{YEAR}discard/", f"{YEAR}clear-day/", f"{YEAR}approve/"):
        assert client.post(address).status_code == 403
    assert not CalendarVersion.objects.exists()


def test_a_year_nobody_has_approved_shows_what_is_proposed(desk: Client) -> None:
    assert desk.get("/desk/calendar/").status_code == 302
    text = desk.get(YEAR).text
    assert "Nobody has approved this calendar yet" in text
    assert "Mùng hai Tết Nguyên Đán" in text
    assert desk.get("/desk/calendar/1901/").status_code == 404


def test_from_draft_to_force(desk: Client, moving: list[CalendarChange], administrator: Account) -> None:
    assert desk.post(f"{YEAR}draft/").status_code == 302
    day = {"day": "2027-06-05", "kind": "make_up", "name": "Ngày làm bù", "office": ""}
    assert desk.post(YEAR, day).status_code == 302
    page = desk.get(YEAR).text
    assert "05/06/2027" in page
    assert desk.post(f"{YEAR}clear-day/", {"day": "2027-04-30", "office": ""}).status_code == 302
    assert "30/04/2027" not in desk.get(YEAR).text.partition("<table")[2]

    review = desk.get(f"{YEAR}approve/").text
    assert "H99.1-270304-0001" in review
    assert "1 open date moves." in review
    assert desk.post(f"{YEAR}approve/", {"confirmed": "other"}).status_code == 409
    assert not moving
    assert desk.post(f"{YEAR}approve/", {"confirmed": hidden(review, "confirmed")}).status_code == 302

    [change] = moving
    assert (change.made_by, change.year) == (administrator.pk, 2027)
    assert queries.calendar_for(None).is_working_day(date(2027, 6, 5))
    assert "Approved at" in desk.get(YEAR).text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"day": "tomorrow"}, "Write a date."),
        ({"day": "2026-06-01"}, "The day must lie in the year of the calendar."),
        ({"kind": "party"}, "Choose what kind of day it is."),
        ({"name": ""}, "Write a name of at most 120 characters."),
        ({"office": "x"}, "Choose an office from the list."),
    ],
)
def test_a_wrong_day_is_said_beside_its_field(desk: Client, wrong: dict[str, str], message: str) -> None:
    desk.post(f"{YEAR}draft/")
    right = {"day": "2027-06-01", "kind": "local", "name": "Lễ hội đầu xuân", "office": ""}
    response = desk.post(YEAR, right | wrong)
    assert response.status_code == 422
    assert message in response.text
    assert 'value="Lễ hội đầu xuân"' in response.text or "name" in wrong


def test_a_local_day_names_its_office(desk: Client) -> None:
    office = make_office("Ủy ban nhân dân xã Mẫu")
    desk.post(f"{YEAR}draft/")
    desk.post(YEAR, {"day": "2027-06-01", "kind": "local", "name": "Lễ hội", "office": str(office.pk)})
    assert desk.get(YEAR).text.count("Ủy ban nhân dân xã Mẫu") == 2  # in the table and in the list to choose from
    assert desk.post(f"{YEAR}clear-day/", {"day": "2027-06-01", "office": str(office.pk)}).status_code == 302
    assert desk.post(f"{YEAR}clear-day/", {"day": "2027-06-01", "office": str(office.pk)}).status_code == 404


def test_a_draft_can_be_thrown_away(desk: Client) -> None:
    desk.post(f"{YEAR}draft/")
    assert desk.post(f"{YEAR}draft/").status_code == 409
    assert desk.post(f"{YEAR}discard/").status_code == 302
    assert queries.year_of(2027, YearState.DRAFT) is None
    assert desk.get(f"{YEAR}approve/").status_code == 404


def test_hours_are_shown_changed_and_confirmed(desk: Client, moving: list[CalendarChange]) -> None:
    office = make_office("Ủy ban nhân dân xã Mẫu")
    address = f"{HOURS}{office.pk}/"
    assert "Ủy ban nhân dân xã Mẫu" in desk.get(HOURS).text
    assert 'value="07:30-11:30, 13:00-17:00"' in desk.get(address).text

    review = desk.post(address, WEEK)
    assert review.status_code == 200
    assert "07:00-11:30, 13:30-17:00" in review.text
    assert queries.week_of(office.pk) == STANDARD_WEEK
    confirmed = {name: hidden(review.text, name) for name in [*WEEK, "confirmed"]}
    assert desk.post(address, confirmed).status_code == 302
    assert queries.week_of(office.pk)[0][0][0].hour == 7
    assert len(moving) == 1
    assert "07:00-11:30<br>13:30-17:00" in desk.get(HOURS).text


@pytest.mark.parametrize("typed", ["7-11", "07:30", "11:30-07:30", "25:00-26:00", "08:00-12:00, 11:00-13:00", "x"])
def test_hours_that_cannot_be_read(desk: Client, typed: str) -> None:
    response = desk.post(f"{HOURS}default/", WEEK | {"day-2": typed})
    assert response.status_code == 422
    assert response.text.count('id="day-2-error"') == 1
    assert 'id="day-1-error"' not in response.text


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": seal([])}])
def test_a_week_without_work_is_refused(desk: Client, confirmed: dict[str, str]) -> None:
    response = desk.post(f"{HOURS}default/", dict.fromkeys(WEEK, "") | confirmed)
    assert response.status_code == 422
    assert "at least one day is worked" in response.text


def test_who_administers_an_office_changes_its_hours_only(client: Client) -> None:
    own, other = make_office(), make_office()
    sign_in(client, make_officer(roles=("admin",), office=own))
    address = f"{HOURS}{own.pk}/"
    assert client.get(address).status_code == 200
    response = client.post(address, WEEK | {"confirmed": seal([])})
    assert (response.status_code, response["Location"]) == (302, address)
    assert client.get(f"{HOURS}{other.pk}/").status_code == 403
    assert client.get(HOURS).status_code == 403


def test_an_office_that_does_not_exist(desk: Client) -> None:
    assert desk.get(f"{HOURS}{UUID(int=1)}/").status_code == 404


def test_the_pages_are_bounded(desk: Client, django_assert_max_num_queries: Any) -> None:
    actions.draft_year(year=2027, by=UUID(int=1), at=AT)
    for _number in range(5):
        make_office()
    with django_assert_max_num_queries(8):
        desk.get(YEAR)
    with django_assert_max_num_queries(8):
        desk.get(HOURS)
