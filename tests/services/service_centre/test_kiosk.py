"""Registered screens, and the kiosk: nobody signs in, nothing else opens its pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from motcua.kernel.errors import Refused
from motcua.services.dossiers.secrets import lookup_secret
from motcua.services.service_centre import actions
from motcua.services.service_centre.access import DEVICE_COOKIE
from motcua.services.service_centre.models import Device, SpecialDay, Ticket
from motcua.services.service_centre.pages.kiosk import scanned
from tests.factories import sign_in
from tests.services.dossiers.factories import accept, make_town, submit
from tests.services.service_centre.factories import MORNING, Hall, always_open, make_hall, make_priority

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    """A centre that is open at any hour."""
    made = make_hall()
    always_open(made)
    return made


def registered(hall: Hall, kind: str = "kiosk") -> tuple[Device, str]:
    by = hall.administrator.pk
    _device, code = actions.add_device(centre=hall.centre, kind=kind, name="Sảnh", by=by, at=timezone.now())
    return actions.pair(code=code, at=timezone.now())


def at_kiosk(hall: Hall) -> Client:
    client = Client()
    client.cookies[DEVICE_COOKIE] = registered(hall)[1]
    return client


def text(response: Any) -> str:
    return response.content.decode()


def test_a_screen_is_set_up_by_a_code_that_works_once(hall: Hall, client: Client):
    sign_in(client, hall.administrator)
    here = f"/desk/queue/centres/{hall.centre.pk}/devices/"
    page = text(client.post(here, {"device": "Sảnh tầng 1", "kind": "kiosk"}))
    code = page.split('mc-pairing-code">')[1].split("<")[0]
    assert code not in text(client.get(f"/desk/queue/centres/{hall.centre.pk}/"))
    screen = Client()
    assert screen.get("/kiosk/").status_code == 403
    done = screen.post("/screen/", {"code": code.lower().replace("-", " ")})
    assert done["Location"] == "/kiosk/"
    cookie = done.cookies[DEVICE_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not Device.objects.filter(digest=cookie.value).exists()  # only its digest is kept
    assert screen.get("/kiosk/").cookies[DEVICE_COOKIE].value == cookie.value  # renewed
    assert Client().post("/screen/", {"code": code}).status_code == 422


def test_a_code_lives_for_half_an_hour(hall: Hall):
    device, code = actions.add_device(
        centre=hall.centre, kind="board", name="Sảnh", by=hall.administrator.pk, at=MORNING
    )
    with pytest.raises(Refused):
        actions.pair(code=code, at=MORNING + timedelta(minutes=30))
    again = actions.new_code(device=device, by=hall.administrator.pk, at=MORNING)
    with pytest.raises(Refused):
        actions.pair(code=code, at=MORNING)
    assert actions.pair(code=again, at=MORNING)[0] == device
    for wrong in ({"kind": "radio", "name": "x"}, {"kind": "kiosk", "name": " "}, {"kind": "kiosk", "name": "x" * 81}):
        with pytest.raises(Refused):
            actions.add_device(centre=hall.centre, by=hall.administrator.pk, at=MORNING, **wrong)


def test_codes_are_not_guessed_at_leisure(hall: Hall, client: Client):
    answers = [client.post("/screen/", {"code": f"WRONG{n}"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_screen_out_of_service_opens_nothing(hall: Hall):
    screen = at_kiosk(hall)
    administrator = sign_in(Client(), hall.administrator)
    device = Device.objects.get()
    assert screen.get("/kiosk/").status_code == 200
    administrator.post(f"/desk/queue/centres/{hall.centre.pk}/devices/{device.pk}/end/")
    assert screen.get("/kiosk/").status_code == 403
    refused = administrator.post(f"/desk/queue/centres/{hall.centre.pk}/devices/{device.pk}/code/")
    assert refused.status_code == 422


def test_a_board_is_no_kiosk(hall: Hall, client: Client):
    client.cookies[DEVICE_COOKIE] = registered(hall, "board")[1]
    assert client.get("/kiosk/").status_code == 403


def test_officers_are_no_kiosk_either(hall: Hall, client: Client):
    assert sign_in(client, hall.administrator).get("/kiosk/").status_code == 403


def test_a_number_is_taken_and_printed(hall: Hall):
    group = make_priority(hall.administrator)
    kiosk = at_kiosk(hall)
    assert f"/kiosk/services/{hall.papers.pk}/" in text(kiosk.get("/kiosk/"))
    assert "Người cao tuổi" in text(kiosk.get(f"/kiosk/services/{hall.papers.pk}/"))
    printed = kiosk.post(f"/kiosk/services/{hall.papers.pk}/", {"priority": str(group.pk)}, follow=True)
    assert "A001" in text(printed)
    assert "data-print-at-once" in text(printed)
    assert 'data-idle="20"' in text(printed)
    assert "no-store" in printed["Cache-Control"]
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.priority) == ("kiosk", group)
    other = make_hall()
    assert kiosk.get(f"/kiosk/services/{other.papers.pk}/").status_code == 404
    elsewhere = at_kiosk(other)
    assert elsewhere.get(f"/kiosk/tickets/{ticket.pk}/").status_code == 404


def test_a_kiosk_gives_no_flood_of_numbers(hall: Hall):
    kiosk = at_kiosk(hall)
    statuses = [kiosk.post(f"/kiosk/services/{hall.papers.pk}/").status_code for _n in range(13)]
    assert statuses.count(302) >= 12
    assert Ticket.objects.count() == statuses.count(302)


def test_what_is_closed_or_paused_says_so(hall: Hall):
    kiosk = at_kiosk(hall)
    actions.pause(service=hall.land, reason="Mạng đất đai gián đoạn", by=hall.head.pk, at=timezone.now())
    page = text(kiosk.get("/kiosk/"))
    assert "Mạng đất đai gián đoạn" in page
    assert f"/kiosk/services/{hall.land.pk}/" not in page
    refused = kiosk.post(f"/kiosk/services/{hall.land.pk}/")
    assert refused.status_code == 422
    SpecialDay.objects.update(intervals=[])
    assert "Hôm nay trung tâm nghỉ." in text(kiosk.get("/kiosk/"))


def test_a_dossier_is_looked_up_by_code_or_receipt(hall: Hall):
    town = make_town()
    dossier = accept(town, submit(town))
    kiosk = at_kiosk(hall)
    by_code = text(kiosk.get("/kiosk/track/", {"q": dossier.number.lower()}))
    assert dossier.number in by_code
    assert dossier.procedure_version.name not in by_code
    address = f"https://example.test/track/{dossier.number}?k={lookup_secret(dossier.pk)}"
    by_receipt = kiosk.get("/kiosk/track/", {"q": address})
    assert dossier.procedure_version.name in text(by_receipt)
    assert "no-store" in by_receipt["Cache-Control"]
    forged = kiosk.get("/kiosk/track/", {"q": f"https://example.test/track/{dossier.number}?k=AAAAAAAAAAAA"})
    assert forged.status_code == 404
    assert dossier.number not in text(forged)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("h99.1-261125-0001", ("H99.1-261125-0001", None)),
        ("https://a.example/track/H99.1-261125-0001?k=ABC", ("H99.1-261125-0001", "ABC")),
        ("https://a.example/track/H99.1-261125-0001", ("H99.1-261125-0001", None)),
        ("https://a.example/other/1", ("HTTPS://A.EXAMPLE/OTHER/1", None)),
    ],
)
def test_what_the_reader_types_is_understood(typed: str, expected: tuple[str, str | None]):
    assert scanned(typed) == expected


def test_a_procedure_is_explained(hall: Hall):
    town = make_town()
    kiosk = at_kiosk(hall)
    code = town.version.procedure.code
    assert f"/kiosk/procedures/{code}/" in text(kiosk.get("/kiosk/procedures/", {"q": "bản sao"}))
    assert "Không tìm thấy" in text(kiosk.get("/kiosk/procedures/", {"q": "zzzzzz"}))
    assert town.version.name in text(kiosk.get(f"/kiosk/procedures/{code}/"))
    assert kiosk.get("/kiosk/procedures/0.000000/").status_code == 404


def test_the_start_takes_a_fixed_number_of_statements(hall: Hall, django_assert_num_queries: Any):
    now = timezone.now()
    hall.manned(at=now)
    kiosk = at_kiosk(hall)
    kiosk.get("/kiosk/")
    with django_assert_num_queries(9):
        kiosk.get("/kiosk/")
