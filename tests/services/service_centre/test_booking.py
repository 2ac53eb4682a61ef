"""Appointments: slots, capacity under contention, check-in near the time, and the pages."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from motcua.engines.messaging.models import Notice
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.time.rules import OFFICE_HOURS, VIETNAM
from motcua.people.accounts.models import Account
from motcua.services.service_centre import actions, queries, reminding
from motcua.services.service_centre.models import Booking, Centre, Service, SpecialDay, Ticket
from motcua.services.service_centre.rules import slots
from motcua.services.service_centre.rules.opening import Day
from tests.factories import make_citizen, make_officer, sign_in
from tests.services.service_centre.factories import MORNING, Hall, make_hall, minutes
from tests.services.service_centre.test_kiosk import at_kiosk

SLOT = MORNING + timedelta(days=1, hours=1)  # 09:00 the next day


def bookable(hall: Hall, *, places: int = 2) -> Service:
    Service.objects.filter(pk=hall.papers.pk).update(slot_minutes=30, slot_places=places)
    return Service.objects.select_related("centre__office").get(pk=hall.papers.pk)


def somebody() -> Account:
    account = make_citizen().account
    assert account is not None
    return account


@given(st.integers(5, 240), st.integers(1, 20), st.dictionaries(st.integers(0, 20), st.integers(0, 20)), st.integers())
def test_slots_lie_within_the_hours_and_never_hold_more_than_their_places(
    length: int, places: int, taken: dict[int, int], shift: int
):
    day = Day(date(2026, 11, 25), OFFICE_HOURS, timedelta(), timedelta())
    begins = slots.starts(day, length)
    counts = {start: taken.get(n, 0) for n, start in enumerate(begins)}
    now = MORNING + minutes(shift % 600 - 300)
    found = slots.slots(day, length, places, counts, now)
    for slot in found:
        start, end = slot.starts_at, slot.starts_at + minutes(length)
        assert any(opens <= start.time() and end.time() <= closes for opens, closes in OFFICE_HOURS)
        assert start >= now + slots.NOTICE
        assert 0 < slot.left == places - counts[start]
    ends = [start + minutes(length) for start in begins]
    assert all(end <= start for end, start in zip(ends, begins[1:], strict=False))


@pytest.mark.django_db
def test_an_appointment_is_made_kept_and_called_near_its_time():
    hall = make_hall().manned()
    service, account = bookable(hall), somebody()
    booking = actions.book(service=service.pk, account=account, starts_at=SLOT, at=MORNING)
    day = MORNING + timedelta(days=1)
    early = hall.issue(at=day - minutes(15))  # 07:45
    ticket = actions.check_in(code=booking.code, centre=hall.centre, at=SLOT - minutes(20))
    waited = hall.issue(at=SLOT - minutes(50))
    assert ticket.channel == "booking"
    assert actions.check_in(code=booking.code, centre=hall.centre, at=SLOT) == ticket  # the slip was lost
    at_time = [row.number for row in queries.waiting(hall.centre.pk, SLOT)]
    assert at_time == [early.number, ticket.number, waited.number]
    too_soon = [row.number for row in queries.waiting(hall.centre.pk, SLOT - minutes(10))]
    assert too_soon == [early.number, waited.number, ticket.number]
    stream = f"appointment:{booking.pk}"
    told = Event.objects.filter(stream=stream).order_by("version").values_list("kind", flat=True)
    assert list(told) == ["appointment.made", "appointment.kept"]


@pytest.mark.django_db
def test_what_cannot_be_booked_is_refused():
    hall = make_hall()
    account = somebody()
    with pytest.raises(NotFound):
        actions.book(service=hall.papers.pk, account=account, starts_at=SLOT, at=MORNING)
    service = bookable(hall, places=1)
    for wrong in (
        SLOT + minutes(7),  # between two
        MORNING + minutes(30),  # too soon
        SLOT.replace(hour=11, minute=30),  # lunch
        SLOT + timedelta(days=60),
        SLOT + timedelta(days=3),  # a Sunday
    ):
        with pytest.raises(Conflict):
            actions.book(service=service.pk, account=account, starts_at=wrong, at=MORNING)
    actions.book(service=service.pk, account=account, starts_at=SLOT, at=MORNING)
    with pytest.raises(Conflict) as once:
        actions.book(service=service.pk, account=account, starts_at=SLOT + minutes(30), at=MORNING)
    assert once.value.code == "once_a_day"
    with pytest.raises(Conflict) as full:
        actions.book(service=service.pk, account=somebody(), starts_at=SLOT, at=MORNING)
    assert full.value.code == "taken"


@pytest.mark.django_db
def test_nobody_holds_many_appointments():
    service, account = bookable(make_hall()), somebody()
    days = [0, 1, 5, 6]  # Thursday, Friday, Tuesday, Wednesday
    for n in days[:3]:
        actions.book(service=service.pk, account=account, starts_at=SLOT + timedelta(days=n), at=MORNING)
    with pytest.raises(Conflict) as many:
        actions.book(service=service.pk, account=account, starts_at=SLOT + timedelta(days=days[3]), at=MORNING)
    assert many.value.code == "too_many"


@pytest.mark.django_db
def test_a_cancelled_place_is_free_again():
    service, account = bookable(make_hall(), places=1), somebody()
    booking = actions.book(service=service.pk, account=account, starts_at=SLOT, at=MORNING)
    with pytest.raises(NotFound):
        actions.cancel(booking=booking.pk, by=somebody(), at=MORNING)
    actions.cancel(booking=booking.pk, by=account, at=MORNING)
    with pytest.raises(Conflict):
        actions.cancel(booking=booking.pk, by=account, at=MORNING)
    assert actions.book(service=service.pk, account=somebody(), starts_at=SLOT, at=MORNING).seat == 0
    with pytest.raises(Refused):
        actions.check_in(code=booking.code, centre=service.centre, at=SLOT)


@pytest.mark.django_db
def test_check_in_is_for_the_day_and_the_centre():
    hall = make_hall()
    booking = actions.book(service=bookable(hall).pk, account=somebody(), starts_at=SLOT, at=MORNING)
    with pytest.raises(Refused) as other_day:
        actions.check_in(code=booking.code, centre=hall.centre, at=MORNING)
    assert other_day.value.code == "other_day"
    with pytest.raises(NotFound):
        actions.check_in(code=booking.code, centre=make_hall().centre, at=SLOT)
    with pytest.raises(NotFound):
        actions.check_in(code="LHAAAAAAAAAA", centre=hall.centre, at=SLOT)


@pytest.mark.django_db
def test_who_did_not_come_is_noted_at_night():
    booking = actions.book(service=bookable(make_hall()).pk, account=somebody(), starts_at=SLOT, at=MORNING)
    night = datetime.combine(SLOT.date() + timedelta(days=1), time(0, 10), VIETNAM)
    actions.close_day(before=night.date(), at=night)
    booking.refresh_from_db()
    assert booking.state == Booking.State.MISSED


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_one_of_many():
    service = bookable(make_hall(), places=2)
    accounts = [somebody() for _n in range(6)]
    together = Barrier(len(accounts))

    def take(account: Account) -> bool:
        try:
            together.wait(timeout=60)
            actions.book(service=service.pk, account=account, starts_at=SLOT, at=MORNING)
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(accounts)) as pool:
        assert sorted(pool.map(take, accounts)) == [False] * 4 + [True] * 2
    assert sorted(Booking.objects.order_by("seat").values_list("seat", flat=True)) == [0, 1]


@pytest.fixture
def hall() -> Hall:
    """A centre that is open at any hour, today and in the next days."""
    made = make_hall()
    bookable(made)
    Centre.objects.update(last_minutes=0)
    hours = [["00:00", "12:00"], ["12:00", "23:59"]]
    for n in range(3):
        day = timezone.localdate() + timedelta(days=n)
        SpecialDay.objects.create(centre=made.centre, date=day, intervals=hours, reason="Thử")
    return made


@pytest.mark.django_db
def test_a_citizen_books_shows_the_code_and_cancels(hall: Hall, client: Client, django_assert_num_queries: Any):
    assert "Hộ tịch, chứng thực" in client.get("/appointments/").content.decode()
    times = f"/appointments/{hall.papers.pk}/"
    assert client.get(times).status_code == 302  # signs in first
    account = somebody()
    sign_in(client, account)
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    shown = client.get(times, {"day": day}).content.decode()
    assert "10:30" in shown
    assert "còn 2 chỗ" in shown.lower()
    with django_assert_num_queries(6):
        client.get(times)
    missing = client.post(times, {})
    assert missing.status_code == 422
    chosen = f"{day}T10:30:00+07:00"
    confirmed = client.post(times, {"time": chosen}, follow=True).content.decode()
    booking = Booking.objects.get()
    assert "<svg" in confirmed
    assert booking.code[:4] in confirmed
    assert "10:30" in client.get("/my/appointments/").content.decode()
    file = f"/my/appointments/{booking.pk}/date.ics"
    assert file in confirmed
    kept = Calendar.from_ical(client.get(file).content).walk("VEVENT")[0]
    assert (kept["DTSTART"].dt, kept["STATUS"], kept["SEQUENCE"]) == (booking.starts_at, "CONFIRMED", 0)
    stranger = sign_in(Client(), somebody())
    assert {stranger.get(each).status_code for each in (file, f"/my/appointments/{booking.pk}/")} == {404}
    assert sign_in(Client(), make_officer()).get("/my/appointments/").status_code == 403
    client.post(f"/my/appointments/{booking.pk}/cancel/")
    booking.refresh_from_db()
    assert booking.state == Booking.State.CANCELLED
    off = Calendar.from_ical(client.get(file).content).walk("VEVENT")[0]
    assert (off["UID"], off["STATUS"], off["SEQUENCE"]) == (kept["UID"], "CANCELLED", 1)
    again = client.post(f"/my/appointments/{booking.pk}/cancel/", follow=True).content.decode()
    assert "không còn hiệu lực" in again


@pytest.mark.django_db
def test_the_kiosk_checks_in_and_the_counter_sees_the_appointment(hall: Hall):
    account, now = somebody(), timezone.now()
    booking = Booking.objects.create(
        service=hall.papers,
        account=account,
        day=timezone.localdate(),
        starts_at=now,
        seat=0,
        code="LHABCDEFGHJK",
        booked_at=now,
    )
    kiosk = at_kiosk(hall)
    scanned = kiosk.get("/kiosk/scan/", {"q": "lhab cdef ghjk"}, follow=True)
    assert "Tôi đã đến" in scanned.content.decode()
    printed = kiosk.post("/kiosk/appointment/", {"q": booking.code}, follow=True)
    ticket = Ticket.objects.get()
    assert ticket.number in printed.content.decode()
    assert kiosk.post("/kiosk/appointment/", {"q": "LHAAAAAAAAAA"}).status_code == 404
    assert kiosk.get("/kiosk/appointment/", {"q": "xyz"}).status_code == 422
    other = kiosk.get("/kiosk/scan/", {"q": "https://a.example/track/1?k=2"})
    assert other["Location"].startswith("/kiosk/track/?q=")
    hall.manned(at=now)
    hall.call(at=timezone.now() + minutes(1))
    screen = sign_in(Client(), hall.ann).get("/desk/queue/").content.decode()
    assert f"/desk/counter/?person={account.party.pk}" in screen
    assert account.display_name not in screen


@pytest.mark.django_db
def test_who_has_an_appointment_is_reminded_the_day_before_once(hall: Hall) -> None:
    service, kept, cancelled = bookable(hall), somebody(), somebody()
    for account in (kept, cancelled):
        made = actions.book(service=service.pk, account=account, starts_at=SLOT, at=MORNING)
    actions.cancel(booking=made.pk, by=cancelled, at=MORNING)
    assert reminding.remind(at=MORNING - timedelta(days=1)) == 0
    assert [reminding.remind(at=MORNING), reminding.remind(at=MORNING)] == [1, 0]
    notice = Notice.objects.get(kind="appointment.tomorrow")
    assert notice.recipient == kept
    assert "09:00" in notice.subject
    assert notice.url.startswith("/my/appointments/")
