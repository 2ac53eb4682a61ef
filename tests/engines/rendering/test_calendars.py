"""Calendar files, read again by the library and as text."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from motcua.engines.rendering.calendars import Appointment, calendar_feed, calendar_file

STARTS = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=80)


def told(**changes: object) -> Appointment:
    facts: dict[str, object] = {
        "uid": "dossier-1@example.vn",
        "sequence": 3,
        "title": "Hẹn trả kết quả",
        "starts": STARTS,
        "changed_at": datetime(2026, 11, 1, tzinfo=UTC),
    }
    return Appointment(**{**facts, **changes})  # type: ignore[arg-type]


def test_the_hour_is_vietnams_and_named_with_its_zone():
    text = calendar_file(told()).decode()

    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261201T173000\r\n" in text
    assert "TZID:Asia/Ho_Chi_Minh\r\n" in text
    assert "TZOFFSETTO:+0700\r\n" in text
    assert "DTSTAMP:20261101T000000Z\r\n" in text
    assert calendar_file(told()) == calendar_file(told())


def test_a_reminder_comes_a_day_before_but_not_of_what_is_cancelled():
    confirmed, cancelled = (calendar_file(told(cancelled=off)).decode() for off in (False, True))

    assert ("STATUS:CONFIRMED" in confirmed, "TRIGGER:-P1D" in confirmed) == (True, True)
    assert ("STATUS:CANCELLED" in cancelled, "VALARM" in cancelled) == (True, False)


def test_what_programs_follow_has_a_name_every_appointment_and_its_own_reminder():
    many = [told(uid=f"diary-{number}@example.vn", reminded=timedelta(minutes=30)) for number in range(3)]
    calendar = Calendar.from_ical(calendar_feed("Lịch công tác", many))
    assert [str(event["UID"]) for event in calendar.walk("VEVENT")] == [each.uid for each in many]
    assert {alarm["TRIGGER"].dt for alarm in calendar.walk("VALARM")} == {timedelta(minutes=-30)}
    assert (str(calendar["NAME"]), calendar.refresh_interval) == ("Lịch công tác", timedelta(hours=1))
    assert len(calendar.walk("VTIMEZONE")) == 1


@settings(max_examples=40)
@given(TEXTS, TEXTS, st.integers(0, 10_000))
def test_any_text_comes_back_and_no_line_is_too_long(title: str, place: str, sequence: int):
    file = calendar_file(told(title=title, place=place, sequence=sequence, lasts=timedelta(minutes=20)))
    event = Calendar.from_ical(file).walk("VEVENT")[0]

    assert (event["SUMMARY"], event.get("LOCATION", ""), event["SEQUENCE"]) == (title, place, sequence)
    assert event["DTSTART"].dt == STARTS
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
