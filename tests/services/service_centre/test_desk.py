"""The officers' pages: what they show, and how few statements they take."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from motcua.people.officers.models import Delegation, Position
from motcua.services.service_centre import actions
from motcua.services.service_centre.delegating import QUEUE
from motcua.services.service_centre.models import Centre, Counter, PriorityGroup, Service, SpecialDay, State, Ticket
from tests.factories import make_account, make_office, make_officer, sign_in
from tests.services.service_centre.factories import Hall, make_hall, make_priority

pytestmark = pytest.mark.django_db
ALWAYS = [["00:00", "12:00"], ["12:00", "23:59"]]


@pytest.fixture
def hall() -> Hall:
    """A centre that is open now, whenever the test runs."""
    made = make_hall()
    SpecialDay.objects.create(centre=made.centre, date=timezone.localdate(), intervals=ALWAYS, reason="Thử")
    Centre.objects.update(last_minutes=0)
    return made


def issued(hall: Hall, service: Service | None = None, **given: Any) -> Ticket:
    """A number of today; near midnight too."""
    return hall.issue(service, at=timezone.now(), even_if_long=True, **given)


def text(response: Any) -> str:
    return response.content.decode()


def test_the_officer_chooses_a_counter_and_calls(hall: Hall, client: Client):
    sign_in(client, hall.ann)
    first, second = issued(hall), issued(hall)
    chosen = client.get("/desk/queue/")
    assert "Quầy 1" in text(chosen)
    client.post(f"/desk/queue/sit/{hall.first.pk}/")
    assert "Quầy đang trống" in text(client.get("/desk/queue/"))
    shown = client.post("/desk/queue/next/", follow=True)
    assert first.number in text(shown)
    assert 'data-key="F2"' in text(shown)
    assert 'href="/desk/counter/"' in text(shown)  # from the number to the reception of dossiers
    client.post("/desk/queue/next/", {"finishing": str(first.pk)})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.FINISHED, State.CALLED)
    client.post(f"/desk/queue/tickets/{second.pk}/miss/")
    again = client.get("/desk/queue/")
    assert "Xếp lại" in text(again)
    client.post(f"/desk/queue/tickets/{second.pk}/reinstate/")
    second.refresh_from_db()
    assert second.state == State.WAITING
    client.post("/desk/queue/leave/")
    assert not Counter.objects.filter(officer__isnull=False).exists()


def test_a_limited_delegation_gives_the_queue_where_it_names_it(hall: Hall, client: Client):
    today = timezone.localdate()
    limited = Delegation.objects.create(
        from_position=Position.objects.get(officer=hall.ann.pk),
        to_position=Position.objects.get(officer=make_officer(roles=["clerk"], office=make_office("Phòng Mẫu")).pk),
        roles=["reception"], document="14/GUQ-TT", scope=["field:Hộ tịch"],
        valid_from=today, valid_to=today + timedelta(days=1),
    )  # fmt: skip
    sign_in(client, limited.to_position.officer.account)
    ticket = issued(hall)
    assert client.get("/desk/queue/").status_code == 403
    assert "/desk/queue/" not in text(client.get("/desk/"))
    assert client.post(f"/desk/queue/sit/{hall.first.pk}/").status_code == 403
    Delegation.objects.filter(pk=limited.pk).update(scope=["field:Hộ tịch", *QUEUE.matters])
    assert "/desk/queue/" in text(client.get("/desk/"))
    client.post(f"/desk/queue/sit/{hall.first.pk}/")
    assert ticket.number in text(client.post("/desk/queue/next/", follow=True))
    assert client.get("/desk/queue/supervise/").status_code == 403  # the queue, and no more than the roles


def test_what_is_refused_stands_on_the_screen(hall: Hall, client: Client):
    sign_in(client, hall.ann)
    client.post(f"/desk/queue/sit/{hall.first.pk}/")
    shown = client.post("/desk/queue/next/", {"finishing": str(hall.papers.pk)}, follow=True)
    assert "Quầy đã chuyển sang số khác" in text(shown)
    assert "Không còn ai chờ" in text(client.post("/desk/queue/next/", follow=True))
    assert client.post(f"/desk/queue/tickets/{issued(hall).pk}/lose/").status_code == 404


def test_the_counter_screen_takes_a_fixed_number_of_statements(
    hall: Hall, client: Client, django_assert_num_queries: Any
):
    now = timezone.now()
    hall.manned(at=now)
    for _n in range(20):
        issued(hall)
    hall.call(at=now)
    sign_in(client, hall.ann)
    client.get("/desk/queue/")
    with django_assert_num_queries(9):
        client.get("/desk/queue/")


def test_the_reception_gives_a_number_and_prints_it(hall: Hall, client: Client):
    group = make_priority(hall.administrator)
    sign_in(client, hall.binh)
    assert "Đất đai" in text(client.get("/desk/queue/issue/"))
    given = {"service": str(hall.land.pk), "priority": str(group.pk), "even_if_long": "1"}
    printed = client.post("/desk/queue/issue/", given, follow=True)
    assert "B001" in text(printed)
    assert "Người cao tuổi" in text(printed)
    assert "<svg" in text(printed)
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.priority) == ("reception", group)
    missing = client.post("/desk/queue/issue/", {})
    assert missing.status_code == 422
    assert "Hãy chọn dịch vụ." in text(missing)


def test_the_holder_follows_the_turn_without_signing_in(hall: Hall, client: Client):
    issued(hall)
    mine = issued(hall)
    followed = client.get(f"/ticket/{mine.pk}/")
    assert "Còn 1 người trước" in text(followed)
    assert followed["Cache-Control"].startswith("max-age=0")
    now = timezone.now()
    hall.manned(at=now)
    hall.call(at=now)
    hall.call(hall.second, at=now)
    assert "Mời đến quầy 2" in text(client.get(f"/ticket/{mine.pk}/"))
    Ticket.objects.filter(pk=mine.pk).update(day=datetime(2026, 1, 5).date(), number="A999")  # noqa: DTZ001
    assert "đã hết hiệu lực" in text(client.get(f"/ticket/{mine.pk}/"))


def test_the_supervisor_sees_waits_and_their_honesty(hall: Hall, client: Client, django_assert_num_queries: Any):
    now = timezone.now()
    hall.manned(at=now)
    for _n in range(3):
        issued(hall)
    issued(hall, hall.land)
    hall.call(at=now)
    sign_in(client, hall.head)
    shown = text(client.get("/desk/queue/supervise/"))
    assert "Nguyễn Thị An" in shown
    assert "Lệch không quá 10 phút" in shown
    with django_assert_num_queries(20):
        client.get("/desk/queue/supervise/")


def test_whoever_supervises_several_centres_chooses_one(hall: Hall, client: Client):
    other = make_hall(make_office("Trung tâm phường", kind="center"))
    sign_in(client, make_account(is_administrator=True))
    for page in ("supervise", "issue"):
        here = f"/desk/queue/{page}/?centre={other.centre.pk}"
        shown = client.get(here)
        assert shown.status_code == 200
        assert f'href="{here}" aria-current="page"' in text(shown)
        assert f'href="/desk/queue/{page}/?centre={hall.centre.pk}"' in text(shown)


def test_the_supervisor_pauses_a_service(hall: Hall, client: Client):
    sign_in(client, hall.head)
    address = f"/desk/queue/supervise/{hall.land.pk}/pause/"
    client.post(address, {"pause": "1", "reason": "Bảo trì"})
    assert Service.objects.get(pk=hall.land.pk).paused_because == "Bảo trì"
    assert "Bảo trì" in text(client.get("/desk/queue/supervise/"))
    client.post(address)
    assert Service.objects.get(pk=hall.land.pk).paused_because == ""
    assert "Hãy ghi lý do" in text(client.post(address, {"pause": "1"}))
    refused = client.post(address, {"pause": "1", "reason": "b" * 201})
    assert refused.status_code == 422
    assert "b" * 201 in text(refused)  # nothing is cut, nothing is lost
    assert Service.objects.get(pk=hall.land.pk).paused_because == ""


def test_a_centre_is_set_up_by_its_administrator(client: Client):
    office = make_office("Trung tâm xã Mẫu")
    sign_in(client, make_officer(roles=["admin"], office=office))
    client.post("/desk/queue/centres/", {"office": str(office.pk)})
    centre = Centre.objects.get()
    here = f"/desk/queue/centres/{centre.pk}/"
    client.post(f"{here}services/", {"prefix": "c", "name": "Chứng thực", "minutes": "8"})
    service = Service.objects.get()
    assert (service.prefix, service.minutes) == ("C", 8)
    slots = {"slot_minutes": "30", "slot_places": "2"}
    client.post(f"{here}services/{service.pk}/", {"name": "Chứng thực", "minutes": "9", "is_offered": "1", **slots})
    service.refresh_from_db()
    assert (service.minutes, service.slot_minutes, service.slot_places) == (9, 30, 2)
    client.post(f"{here}counters/", {"number": "3", "services": [str(service.pk)]})
    counter = Counter.objects.get()
    assert list(counter.services.all()) == [service]
    client.post(f"{here}counters/{counter.pk}/", {})
    counter.refresh_from_db()
    assert not counter.is_used
    client.post(f"{here}days/", {"date": "2099-01-03", "from1": "07:30", "to1": "11:30", "reason": "Sáng thứ Bảy"})
    assert SpecialDay.objects.get().intervals == [["07:30", "11:30"]]
    minutes = {"early_minutes": "20", "last_minutes": "10", "appointment_head_start": "30", "grace_minutes": "5"}
    client.post(here, {**minutes, "booking_days": "7"})
    centre.refresh_from_db()
    assert centre.grace_minutes == 5
    page = text(client.get(here))
    assert "Chứng thực" in page
    assert "07:30–11:30" in page
    wrong = client.post(f"{here}services/", {"prefix": "c", "name": "Trùng", "minutes": "x"})
    assert wrong.status_code == 422
    assert "số nguyên" in text(wrong)
    assert "Sáng thứ Bảy" in page


def test_priority_groups_are_the_provinces(hall: Hall, client: Client):
    sign_in(client, make_account(is_administrator=True))
    facts = {"code": "disabled", "name": "Người khuyết tật", "head_start": "40", "basis": "Luật Người khuyết tật 2010"}
    client.post("/desk/queue/priorities/", {**facts, "valid_from": "2026-01-01"})
    group = PriorityGroup.objects.get()
    assert "Người khuyết tật" in text(client.get("/desk/queue/priorities/"))
    client.post(f"/desk/queue/priorities/{group.pk}/end/")
    group.refresh_from_db()
    assert group.valid_to is not None
    assert client.post("/desk/queue/priorities/", {**facts, "head_start": "90", "valid_from": "x"}).status_code == 422


def test_others_are_kept_out(hall: Hall, client: Client):
    elsewhere = make_officer(roles=["reception", "head", "admin"])
    sign_in(client, elsewhere)
    ticket = issued(hall)
    assert client.get(f"/desk/queue/centres/{hall.centre.pk}/").status_code == 404
    assert client.get(f"/desk/queue/issue/{ticket.pk}/").status_code == 404
    assert client.post(f"/desk/queue/sit/{hall.first.pk}/").status_code == 404
    assert client.post(f"/desk/queue/supervise/{hall.land.pk}/pause/").status_code == 404
    sign_in(client, hall.ann)
    assert client.get(f"/desk/queue/centres/{hall.centre.pk}/").status_code == 403
    assert client.get("/desk/queue/supervise/").status_code == 403


def test_every_ability_by_role(hall: Hall):
    from motcua.people.officers.queries import desk_of
    from motcua.services.service_centre.access import abilities_for

    def may(account: Any) -> dict[str, bool]:
        return abilities_for(desk_of(account, timezone.now()), hall.office.pk)

    nothing = {"issue": False, "serve": False, "supervise": False, "configure": False}
    assert may(hall.ann) == {**nothing, "issue": True, "serve": True}
    assert may(hall.head) == {**nothing, "issue": True, "supervise": True}
    assert may(hall.administrator) == {**nothing, "issue": True, "supervise": True, "configure": True}
    assert may(make_officer(roles=["specialist"], office=hall.office)) == nothing
    assert may(make_officer(roles=["reception", "head"])) == nothing


def test_actions_reject_unknown_counters(hall: Hall):
    from motcua.kernel.errors import NotFound

    with pytest.raises(NotFound):
        actions.sit(counter=hall.papers.pk, by=hall.ann, at=timezone.now())
