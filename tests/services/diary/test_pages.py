"""The pages of the work calendar: week, form, acts, rooms, print; and what calendar programs read."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from motcua.kernel.text import local_date
from motcua.kernel.time import actions as calendars
from motcua.kernel.time.calendar_effects import seal
from motcua.kernel.time.models import DayKind
from motcua.people.accounts.models import Account
from motcua.people.officers.models import Position, Substitution
from motcua.services.correspondence.models import OutgoingDocument
from motcua.services.diary import actions, queries, rules
from motcua.services.diary.models import Appointment, MeetingRoom
from tests.coming_back import overtaken
from tests.factories import make_account, make_officer, sign_in
from tests.poppler import poppler
from tests.services.correspondence.factories import Agency, make_agency, registered
from tests.services.correspondence.outgoing_factories import drafted
from tests.services.diary.factories import SUBJECT, entered, make_room, person, plan, proposed, tuesday

pytestmark = pytest.mark.django_db
WEEK, NEW = "/desk/diary/", "/desk/diary/new/"


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def at_fault(response: Any) -> set[str]:
    return set(re.findall(r'id="(\w+)-error"', response.content.decode()))


def text_of(client: Client, url: str, **asked: str) -> str:
    response = client.get(url, asked)
    assert response.status_code == 200
    return response.content.decode()


def form(agency: Agency, **changed: Any) -> dict[str, Any]:
    unit = agency.unit.pk
    return {
        "subject": SUBJECT, "day": tuesday().date().isoformat(), "starts": "08:00", "ends": "09:30", "last_day": "",
        "chair": f"{agency.office.pk}.{agency.leader.pk}", "who": [f"{unit}.{agency.head.pk}", str(unit)],
        "visibility": "office", **changed,
    }  # fmt: skip


def test_an_officer_proposes_and_the_clerk_publishes(client: Client, agency: Agency) -> None:
    sign_in(client, agency.first)
    new = f"{NEW}?office={agency.office.pk}"
    assert "Đề xuất lịch" in text_of(client, new)
    wrong = client.post(new, form(agency, starts="8h", day="x"))
    assert (wrong.status_code, at_fault(wrong)) == (422, {"starts", "day"})
    assert SUBJECT in wrong.content.decode()
    assert f'value="{agency.unit.pk}" checked' in wrong.content.decode()
    for field, value in {"chair": str(agency.unit.pk), "room": str(uuid4()), "preparing": "x"}.items():
        assert at_fault(client.post(new, form(agency, **{field: value}))) == {field}
    assert client.post(new, form(agency, who=[str(uuid4())])).status_code == 422
    assert client.post(new, form(agency)).status_code == 302
    found = Appointment.objects.get()
    assert (found.state, found.office_id, found.starts_at) == ("proposed", agency.office.pk, tuesday(8))
    assert SUBJECT in text_of(client, "/desk/diary/waiting/")

    sign_in(client, agency.clerk)
    assert SUBJECT in text_of(client, "/desk/diary/waiting/")
    assert re.search(r'href="/desk/diary/"[^§]*?mc-count[^>]*>\s*1', text_of(client, WEEK))
    act = reverse("diary:act", args=[found.pk, "publish"])
    assert client.post(act).status_code == 302
    page = text_of(client, reverse("diary:appointment", args=[found.pk]))
    for part in ("Hoàng Văn Mẫu Tịch", "Lê Thị Mẫu Trưởng; Phòng Kinh tế", "08:00 – 09:30", "Đã ban hành"):
        assert part in page, part
    assert client.get(act).status_code == 403
    assert client.get(reverse("diary:act", args=[found.pk, "nothing"])).status_code == 404
    cancel = reverse("diary:act", args=[found.pk, "cancel"])
    assert at_fault(client.post(cancel, {"reason": ""})) == {"reason"}
    assert client.post(cancel, {"reason": "Mưa bão"}).status_code == 302
    week = text_of(sign_in(Client(), agency.second), WEEK, of=f"office.{agency.office.pk}", day=form(agency)["day"])
    assert "Đã hủy" in week
    assert sign_in(Client(), make_officer()).get(cancel).status_code == 404


def test_a_clash_is_shown_without_its_subject_and_confirmed(client: Client, agency: Agency) -> None:
    entered(agency, subject="Việc riêng của lãnh đạo")
    sign_in(client, agency.clerk)
    asked = client.post(NEW, form(agency, starts="09:00", ends="10:00"))
    page = asked.content.decode()
    assert (asked.status_code, at_fault(asked)) == (409, {"confirmed"})
    assert "Hoàng Văn Mẫu Tịch: " in page
    assert "Việc riêng" not in page
    confirmed = re.findall(r'name="confirmed" type="checkbox" value="([^"]+)"', page)
    assert len(confirmed) == 2
    sent = form(agency, starts="09:00", ends="10:00")
    assert at_fault(client.post(NEW, {**sent, "confirmed": confirmed[:1]})) == {"confirmed"}
    assert client.post(NEW, {**sent, "confirmed": confirmed}).status_code == 302


def test_the_form_of_a_change_holds_what_is_there(client: Client, agency: Agency) -> None:
    room = make_room(agency)
    found = entered(agency, room=room.pk, preparing=agency.unit.pk, note="Mang theo số liệu", others="Trưởng thôn")
    actions.close_room(room.pk, by=agency.actor(agency.clerk))
    Position.objects.filter(officer=agency.head.pk).update(valid_to=timezone.localdate())
    sign_in(client, agency.clerk)
    change = reverse("diary:change", args=[found.pk])
    page = text_of(client, change)
    for part in ("Mang theo số liệu", "Trưởng thôn", 'value="08:00"', "Phòng họp số 1", "Lê Thị Mẫu Trưởng"):
        assert part in page, part
    chosen = set(re.findall(r'name="who" type="checkbox" value="([^"]+)" checked', page))
    assert chosen == {f"{agency.unit.pk}.{agency.head.pk}"}
    sent = form(agency, who=[f"{agency.unit.pk}.{agency.first.pk}"], room=str(room.pk), ends="10:00")
    assert at_fault(client.post(change, sent)) == {"reason"}
    assert client.post(change, {**sent, "reason": "Kéo dài"}).status_code == 302
    found.refresh_from_db()
    assert (found.ends_at, found.sequence, found.reason) == (tuesday(10), 1, "Kéo dài")
    assert "Đã thay đổi" not in text_of(client, reverse("diary:appointment", args=[found.pk]))
    assert sign_in(client, agency.first).get(change).status_code == 403


def test_nobody_moves_or_publishes_what_has_changed_since_they_looked(client: Client, agency: Agency) -> None:
    found, clerk = entered(agency), agency.actor(agency.clerk)
    sign_in(client, agency.leader)
    sent = form(agency, place="Hội trường", reason="Đông người")
    overtaken(
        client,
        reverse("diary:change", args=[found.pk]),
        lambda: actions.change(found.pk, plan(agency, ends_at=tuesday(11)), reason="Kéo dài", by=clerk),
        wrong=sent | {"reason": ""},
        right=sent,
        reading='"diary_appointment"."subject"',
    )
    waiting = proposed(agency, starts_at=tuesday(14), ends_at=tuesday(15))
    moved = plan(agency, starts_at=tuesday(16), ends_at=tuesday(17))
    overtaken(
        client,
        reverse("diary:act", args=[waiting.pk, "decline"]),
        lambda: actions.change(waiting.pk, moved, by=agency.actor(agency.first)),
        wrong={"reason": ""},
        right={"reason": "Trùng lịch"},
    )
    late = client.post(reverse("diary:change", args=[waiting.pk]), sent | {"note": "Mang số liệu"})
    assert late.status_code == 403
    assert all(text in late.content.decode() for text in ("Việc gần nhất: ", "Mang số liệu"))


def test_an_appointment_that_is_sent_twice_is_made_once(client: Client, agency: Agency) -> None:
    sign_in(client, agency.first)
    new = f"{NEW}?office={agency.office.pk}"
    once = re.search(r'name="once" value="([^"]+)"', text_of(client, new))
    assert once is not None
    sent = form(agency, once=once[1])
    assert client.post(new, sent | {"subject": ""}).status_code == 422  # what is refused is tried anew
    first, second = client.post(new, sent), client.post(new, sent)
    made = Appointment.objects.get()
    assert first["Location"] == second["Location"] == reverse("diary:appointment", args=[made.pk])
    changed = client.post(new, sent | {"note": "Mang số liệu"})
    assert (changed.status_code, "Mang số liệu" in changed.content.decode()) == (409, True)
    assert Appointment.objects.count() == 1


def test_the_week_shows_days_halves_and_holidays(client: Client, agency: Agency) -> None:
    monday = rules.monday_of(tuesday().date())
    holiday = monday + timedelta(days=3)
    told: dict[str, Any] = {"year": holiday.year, "by": agency.clerk.pk, "at": timezone.now()}
    calendars.draft_year(**told)
    calendars.set_day(day=holiday, kind=DayKind.LOCAL, name="Ngày Hội Mẫu", **told)
    calendars.approve(confirmed=seal([]), **told)
    entered(agency)
    entered(agency, starts_at=tuesday(14), ends_at=tuesday(15), subject="Tiếp công dân", others="<b>x</b>")
    sign_in(client, agency.leader)
    page = text_of(client, WEEK, day=tuesday().date().isoformat())
    assert "Ngày Hội Mẫu" in page
    assert page.index("Buổi sáng") < page.index(SUBJECT) < page.index("Buổi chiều") < page.index("Tiếp công dân")
    assert "&lt;b&gt;x" in page
    assert page.count("<h2") == 7
    assert page.count("Không có lịch.") == 6
    assert f"Thứ Ba, {local_date(tuesday())}" in page
    for wrong, status in {"x": 422, "1999-01-01": 422, "2900-01-01": 422, "2000-01-03": 200}.items():
        assert client.get(WEEK, {"day": wrong}).status_code == status
    for wrong in ("office.x", "world", "office", "mine.x"):
        assert client.get(WEEK, {"of": wrong}).status_code == 404


def test_a_week_that_is_too_full_says_so(client: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    entered(agency, subject="Giao ban đầu giờ")
    entered(agency, starts_at=tuesday(14), ends_at=tuesday(15))
    asked = {"day": tuesday().date().isoformat()}
    sign_in(client, agency.leader)
    assert "lịch đầu tiên" not in text_of(client, WEEK, **asked)
    monkeypatch.setattr(queries, "MOST_IN_WEEK", 1)
    page = text_of(client, WEEK, **asked)
    assert "Chỉ hiện 1 lịch đầu tiên" in page
    assert ("Giao ban đầu giờ" in page, SUBJECT in page) == (True, False)
    assert client.get("/desk/diary/print/", asked).status_code == 422


def test_who_takes_over_is_shown_where_they_are_elsewhere_and_their_week_marks_it(
    client: Client, agency: Agency
) -> None:
    first, second = person(agency, agency.first), person(agency, agency.second)
    entered(agency, chair=first, invited=(), subject="Họp kín")
    entered(agency, chair=second, invited=(), starts_at=tuesday(9), ends_at=tuesday(10), subject="Đi cơ sở")
    entered(agency, chair=second, invited=(), starts_at=tuesday(14), ends_at=tuesday(15), subject="Tiếp công dân")
    sign_in(client, agency.first)
    free, busy = tuesday(days=-1).date().isoformat(), tuesday().date().isoformat()
    asked = {"substitute": str(agency.second.pk), "valid_from": free, "last_day": free}
    substitute, asked_for = "/desk/me/substitute/", {"valid_from": busy, "last_day": busy}
    assert client.post(substitute, asked).status_code == 302
    answer = client.post(substitute, asked | asked_for)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert all(text in page for text in ("08:00 – 09:30", "09:00 – 10:00", 'href="#seen"'))
    assert not any(text in page for text in ("14:00", "Họp kín", "Đi cơ sở"))
    seen = re.findall(r'name="seen" type="checkbox" value="(\w+)"', page)
    later = tuesday(days=7).date().isoformat()
    # What is confirmed is the list that was seen, not another one.
    entered(agency, chair=second, invited=(), starts_at=tuesday(7), ends_at=tuesday(8, 30))
    assert client.post(substitute, asked | asked_for | {"seen": seen}).status_code == 409
    page = client.post(substitute, asked | asked_for | {"last_day": later}).content.decode()
    seen = re.findall(r'name="seen" type="checkbox" value="(\w+)"', page)
    assert client.post(substitute, asked | asked_for | {"last_day": later, "seen": seen}).status_code == 302
    Substitution.objects.update(valid_from=timezone.localdate())
    sign_in(client, agency.second)
    week = text_of(client, WEEK, day=busy)
    assert week.count("Trùng giờ") == 3  # not the one in the afternoon
    sign_in(client, make_account(is_administrator=True))
    leave = f"/desk/officers/{agency.first.pk}/leave/"
    going = {"hand_over_to": str(agency.second.pk), "reason": "Chuyển công tác"}
    answer = client.post(leave, going)
    assert (answer.status_code, at_fault(answer)) == (409, {"seen"})
    seen = re.findall(r'name="seen" type="checkbox" value="(\w+)"', answer.content.decode())
    assert client.post(leave, going | {"seen": seen}).status_code == 302


def test_who_may_not_see_what_has_a_room_sees_that_it_is_taken(client: Client, agency: Agency) -> None:
    room = make_room(agency)
    entered(agency, room=room.pk)
    asked = {"of": f"room.{room.pk}", "day": tuesday().date().isoformat()}
    page = text_of(sign_in(client, make_officer()), WEEK, **asked)
    assert "Đã có lịch" in page
    for secret in (SUBJECT, "Mẫu Tịch"):
        assert secret not in page, secret
    pdf = client.get("/desk/diary/print/", asked).getvalue()
    assert SUBJECT not in poppler("pdftotext", "-layout", "-", "-", stdin=pdf)


def test_the_week_on_paper_has_what_is_published(client: Client, agency: Agency) -> None:
    entered(agency, preparing=agency.unit.pk, place="Nhà văn hóa thôn 2")
    for count in range(8):
        entered(agency, starts_at=tuesday(13, days=1), ends_at=tuesday(14, days=1), chair=None, invited=(),
                chair_name=f"Đoàn số {count}")  # fmt: skip
    proposed(agency, subject="Chưa duyệt")
    off = entered(agency, subject="Đã hoãn rồi", starts_at=tuesday(16), ends_at=tuesday(17))
    actions.cancel(off.pk, reason="Hoãn", by=agency.actor(agency.clerk))
    sign_in(client, agency.clerk)
    asked = {"of": f"office.{agency.office.pk}", "day": tuesday().date().isoformat()}
    pdf = client.get("/desk/diary/print/", asked).getvalue()
    text = " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=pdf).split())
    for part in (
        "LỊCH CÔNG TÁC TUẦN",
        "08:00 – 09:30",
        "Thứ Ba",
        "Chủ nhật",
        "Đoàn số 7",
        "ỦY BAN NHÂN DÂN XÃ MẪU SƠN",
    ):
        assert part in text, part
    for part in ("Chưa duyệt", "Đã hoãn rồi"):
        assert part not in text, part
    for of in ("mine", "province", f"leader.{agency.leader.pk}"):
        assert client.get("/desk/diary/print/", {"of": of}).getvalue().startswith(b"%PDF")


def test_an_invitation_goes_from_its_document_into_the_week(client: Client, agency: Agency) -> None:
    document = registered(agency)
    sign_in(client, agency.clerk)
    new = f"{NEW}?document={document.pk}"
    assert f'href="{new}"' in text_of(client, reverse("correspondence:document", args=[document.pk]))
    assert document.subject in text_of(client, new)
    client.post(new, form(agency))
    found = Appointment.objects.get()
    own = reverse("diary:appointment", args=[found.pk])
    assert (found.document_id, document.subject in text_of(client, own)) == (document.pk, True)
    assert document.subject not in text_of(sign_in(Client(), agency.second), own)
    assert sign_in(Client(), agency.second).get(new).status_code == 404
    assert client.get(NEW, {"document": "x"}).status_code == 404


def test_an_invitation_of_the_office_itself_goes_into_the_week_and_is_repeated(client: Client, agency: Agency) -> None:
    document, at = drafted(agency), timezone.now()
    issued = {"state": "issued", "series": "VB", "year": at.year, "number": 1, "signed_at": at, "issued_at": at}
    OutgoingDocument.objects.filter(pk=document.pk).update(**issued, file=document.versions.get().file)
    sign_in(client, agency.clerk)
    new = f"{NEW}?sending={document.pk}"
    page = reverse("correspondence:sending", args=[document.pk])
    assert f'href="{new}"' in text_of(client, page)
    assert document.subject in text_of(client, new)
    client.post(new, form(agency, until=f"{tuesday(days=7).date()}"))
    first, second = Appointment.objects.order_by("starts_at")
    assert {first.outgoing_id, second.outgoing_id} == {document.pk}
    own = reverse("diary:appointment", args=[first.pk])
    assert f'href="{page}"' in text_of(client, own)
    assert f'href="{page}"' not in text_of(sign_in(Client(), agency.second), own)
    assert sign_in(Client(), agency.second).get(new).status_code == 404
    cancel = reverse("diary:act", args=[first.pk, "cancel"])
    assert "Cả 1 lần còn lại" in text_of(client, cancel)
    client.post(cancel, {"reason": "Hoãn", "whole": "1"})
    assert set(Appointment.objects.values_list("state", flat=True)) == {"cancelled"}


def test_the_clerk_looks_after_rooms(client: Client, agency: Agency) -> None:
    sign_in(client, agency.clerk)
    rooms = "/desk/diary/rooms/"
    assert at_fault(client.post(rooms, {"name": "", "seats": "1"})) == {"name"}
    assert at_fault(client.post(rooms, {"name": "Phòng A", "seats": "x"})) == {"seats"}
    client.post(rooms, {"name": "Phòng A", "place": "Tầng 2", "seats": "40"})
    room = MeetingRoom.objects.get()
    own = f"{rooms}{room.pk}/"
    assert 'value="Tầng 2"' in text_of(client, own)
    client.post(own, {"name": "Phòng B", "seats": ""})
    client.post(own, {"do": "close"})
    room.refresh_from_db()
    assert (room.name, room.seats, room.closed_at is None) == ("Phòng B", None, False)
    assert "Ngừng sử dụng" in text_of(client, rooms)
    assert client.post(own, {"do": "close"}).status_code == 409
    client.post(own, {"do": "open"})
    assert sign_in(client, agency.first).get(rooms).status_code == 403
    assert client.get(own).status_code == 404


def linked(account: Account, **sent: str) -> str:
    page = sign_in(Client(), account).post("/desk/diary/link/", sent).content.decode()
    found = re.search(r'value="https?://[^/]+(/calendars/[^"]+)"', page)
    assert found is not None
    return found[1]


def events(address: str) -> dict[str, Any]:
    response = Client().get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return {str(event["SUMMARY"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def test_a_calendar_program_reads_what_its_person_may_see(agency: Agency) -> None:
    mine = entered(agency, place="Hội trường; tầng 2, nhà B", others="Trưởng thôn\nBí thư")
    entered(agency, subject="Của người khác", starts_at=tuesday(10), ends_at=tuesday(11), invited=())
    proposed(agency, subject="Mới đề xuất")
    address = linked(agency.head)
    event = events(address)[SUBJECT]
    assert set(events(address)) == {SUBJECT}
    assert (event["DTSTART"].dt, event["SEQUENCE"], event["STATUS"]) == (tuesday(8), 0, "CONFIRMED")
    assert event["DTSTART"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert event["DURATION"].dt == timedelta(minutes=90)
    assert (event["LOCATION"], "Bí thư" in event["DESCRIPTION"]) == ("Hội trường; tầng 2, nhà B", True)
    clerk = agency.actor(agency.clerk)
    actions.change(mine.pk, plan(agency, starts_at=tuesday(7)), reason="Sớm hơn", by=clerk)
    moved = events(address)[SUBJECT]
    assert (moved["UID"], moved["DTSTART"].dt, moved["SEQUENCE"]) == (event["UID"], tuesday(7), 1)
    actions.cancel(mine.pk, reason="Hoãn", by=clerk)
    off = events(address)[SUBJECT]
    assert (off["UID"], off["STATUS"], off["SEQUENCE"]) == (event["UID"], "CANCELLED", 2)
    assert set(events(linked(agency.head, whole="1"))) == {SUBJECT, "Của người khác"}
    assert set(events(linked(make_officer()))) == set()


def test_the_calendar_is_sent_again_only_when_it_has_changed(agency: Agency) -> None:
    found, address = entered(agency), linked(agency.head)
    first = Client().get(address)
    assert (first["ETag"], first["Cache-Control"]) == (Client().get(address)["ETag"], "private, no-cache")
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().head(address).status_code == 200
    actions.cancel(found.pk, reason="Hoãn", by=agency.actor(agency.clerk))
    changed = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)


def test_a_page_with_a_link_that_is_loaded_again_leaves_the_link(client: Client, agency: Agency) -> None:
    sign_in(client, agency.head)
    page = "/desk/diary/link/"
    once = re.search(r'name="once" value="([^"]+)"', text_of(client, page))
    assert once is not None
    first, second = (client.post(page, {"once": once[1]}).content.decode() for _turn in range(2))
    address = re.search(r"/calendars/[^\"]+", first)
    assert address is not None
    assert "/calendars/" not in second
    assert "Liên kết này đã được tạo" in second
    assert Client().get(address[0]).status_code == 200


def test_a_link_ends_when_it_is_revoked_replaced_or_its_person_leaves(agency: Agency) -> None:
    first = linked(agency.head)
    second = linked(agency.head)
    assert [Client().get(each).status_code for each in (first, second)] == [404, 200]
    sign_in(Client(), agency.head).post("/desk/diary/link/", {"do": "revoke"})
    assert Client().get(second).status_code == 404
    third = linked(agency.head)
    Account.objects.filter(pk=agency.head.pk).update(is_active=False)
    assert Client().get(third).status_code == 404
    Account.objects.filter(pk=agency.head.pk).update(is_active=True)
    Position.objects.filter(officer=agency.head.pk).update(valid_to=timezone.localdate())
    assert Client().get(third).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_pages_ask_a_set_number_of_statements(client: Client, agency: Agency, many: int) -> None:
    room = make_room(agency)
    for count in range(many):
        found = entered(
            agency, room=room.pk, starts_at=tuesday(8, days=count % 4) + timedelta(minutes=count),
            ends_at=tuesday(8, days=count % 4) + timedelta(minutes=count + 1), preparing=agency.unit.pk,
            invited=(person(agency, agency.head), person(agency, agency.first)),
        )  # fmt: skip
        proposed(agency)
    address, asked = linked(agency.leader, whole="1"), {}
    week = f"{WEEK}?day={tuesday().date()}"
    for name, account, url in (
        ("mine", agency.leader, week),
        ("office", agency.clerk, f"{week}&of=office.{agency.office.pk}"),
        ("room", agency.first, f"{week}&of=room.{room.pk}"),
        ("waiting", agency.clerk, "/desk/diary/waiting/"),
        ("new", agency.first, NEW),
        ("one", agency.clerk, reverse("diary:appointment", args=[found.pk])),
        ("feed", agency.first, address),
    ):
        sign_in(client, account)
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        asked[name] = len(seen)
    assert asked == {"mine": 11, "office": 10, "room": 10, "waiting": 6, "new": 9, "one": 8, "feed": 8}
