"""Rating at a counter's tablet and at a kiosk: only who was just handed a result there, once, and then forgotten."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions as dossier_actions
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.secrets import lookup_url
from motcua.services.ratings import actions
from motcua.services.ratings.models import Answer, Invitation
from motcua.services.ratings.secrets import rating_secret
from motcua.services.service_centre import actions as centre_actions
from motcua.services.service_centre.access import DEVICE_COOKIE
from motcua.services.service_centre.models import Counter, Device
from tests.factories import make_account, make_office, sign_in
from tests.services.dossiers.factories import Town, make_town, submit
from tests.services.ratings.factories import HAPPY, invited, paired, screen
from tests.services.service_centre.factories import Hall, always_open, make_hall

pytestmark = pytest.mark.django_db
SHEET = HAPPY | {"guidance": ""}  # the last question may be skipped


@dataclass(frozen=True)
class Place:
    """A commune whose officer sits at counter 1 of its centre, before a screen."""

    town: Town
    hall: Hall
    device: Device
    screen: Client


def make_place(kind: str) -> Place:
    town = make_town()
    hall = make_hall(town.office)
    always_open(hall)
    now = timezone.now() - timedelta(hours=1)
    centre_actions.sit(counter=hall.first.pk, by=town.reception, at=now)
    device, key = paired(hall, kind)
    client = Client()
    client.cookies[DEVICE_COOKIE] = key
    return Place(town, hall, device, client)


@pytest.fixture
def counter() -> Place:
    return make_place("tablet")


@pytest.fixture
def lobby() -> Place:
    return make_place("kiosk")


def text(response: Any) -> str:
    return response.content.decode()


def asks(place: Place) -> bool:
    return "Nhìn chung" in text(place.screen.get("/tablet/"))


def test_a_tablet_asks_who_was_just_served_question_by_question(counter: Place) -> None:
    assert not asks(counter)
    assert counter.screen.get("/tablet/", headers={"HX-Request": "true"}).status_code == 204
    invitation = invited(counter.town)
    woken = counter.screen.get("/tablet/", headers={"HX-Request": "true"})
    assert woken["HX-Refresh"] == "true"
    page = counter.screen.get("/tablet/")
    assert "Nhìn chung" in text(page)
    assert invitation.dossier.number not in text(page)  # the next person may look over a shoulder
    assert invitation.dossier.applicant_name not in text(page)
    assert "no-store" in page["Cache-Control"]
    given = {"invitation": str(invitation.pk)}
    for code, value in SHEET.items():
        given |= {code: value}
        page = counter.screen.post("/tablet/", given)
        assert f'name="{code}" value="{value}"' in text(page)
    assert 'name="comment"' in text(page)
    assert not Answer.objects.exists()
    done = counter.screen.post("/tablet/", given | {"do": "send", "comment": "Nhanh"}, follow=True)
    assert 'data-idle="10"' in text(done)
    answer = Answer.objects.get()
    assert (answer.channel, answer.device, answer.overall, answer.comment) == ("tablet", counter.device, 5, "Nhanh")
    told = Event.objects.get(kind="rating.answered")
    assert told.references["device"] == str(counter.device.pk)
    assert not asks(counter)
    assert counter.screen.post("/tablet/", given | {"do": "send"})["Location"] == "/tablet/"
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("end", ["next number", "other officer", "left", "passed", "late", "by post", "other centre"])
def test_a_tablet_asks_nobody_else(counter: Place, end: str) -> None:
    town, hall = counter.town, counter.hall
    now = timezone.now()
    invitation = invited(town, method="post" if end == "by post" else "desk")
    if end == "next number":
        assert asks(counter)
        hall.issue(at=now)
        centre_actions.call_next(counter=hall.first.pk, by=town.reception, at=timezone.now())
    elif end == "other officer":
        Counter.objects.filter(pk=hall.first.pk).update(officer=hall.ann)
    elif end == "left":
        centre_actions.leave(counter=hall.first.pk, by=town.reception, at=now)
    elif end == "passed":
        counter.screen.post("/tablet/", {"invitation": str(invitation.pk), "do": "pass"})
    elif end == "late":
        Invitation.objects.update(returned_at=now - timedelta(minutes=6))
    elif end == "other centre":
        Invitation.objects.update(receiving_office=make_office())
    assert not asks(counter)
    sent = counter.screen.post("/tablet/", SHEET | {"invitation": str(invitation.pk), "do": "send"})
    assert sent["Location"] == "/tablet/"
    assert not Answer.objects.exists()
    assert actions.answer(invitation.pk, typed=HAPPY).channel == "link"  # the personal link stays


def scan(place: Place, invitation: Invitation) -> Any:
    return place.screen.get(f"/kiosk/rate/?{urlencode({'q': lookup_url(invitation.dossier)})}")


def test_a_kiosk_takes_the_answer_of_who_holds_the_receipt(lobby: Place) -> None:
    invitation = invited(lobby.town)
    assert "/kiosk/rate/" in text(lobby.screen.get("/kiosk/"))
    receipt = urlencode({"q": lookup_url(invitation.dossier)})
    assert "/kiosk/rate/?q=" in text(lobby.screen.get(f"/kiosk/track/?{receipt}"))
    assert "Nhìn chung" in text(scan(lobby, invitation))
    given = SHEET | {"invitation": str(invitation.pk), "key": rating_secret(invitation.pk), "do": "send"}
    assert lobby.screen.post("/kiosk/rate/", given | {"key": "AAAAAAAAAAAA"}).status_code == 404
    assert lobby.screen.post("/kiosk/rate/", given | {"invitation": "x"}).status_code == 404
    assert 'data-home="/kiosk/"' in text(lobby.screen.post("/kiosk/rate/", given, follow=True))
    assert Answer.objects.get().channel == "kiosk"
    assert scan(lobby, invitation).status_code == 409
    assert "/kiosk/rate/?q=" not in text(lobby.screen.get(f"/kiosk/track/?{receipt}"))


def test_a_kiosk_takes_the_answer_of_whose_dossier_the_counter_has_just_refused(lobby: Place, counter: Place) -> None:
    for place in (lobby, counter):
        dossier = submit(place.town, channel="counter")
        dossier_actions.refuse(dossier.pk, reason="Sai nơi nhận", by=place.town.actor(place.town.reception))
    for dossier in Dossier.objects.select_related("procedure_version").order_by("pk"):
        actions.invite(dossier, at=timezone.now())
    invitation = Invitation.objects.get(receiving_office=lobby.town.office)
    assert "/kiosk/rate/?q=" in text(lobby.screen.get("/kiosk/track/", {"q": lookup_url(invitation.dossier)}))
    assert "Nhìn chung" in text(scan(lobby, invitation))
    assert not asks(counter)  # whoever stands at the counter now may be somebody else


def test_a_comment_that_is_too_long_loses_no_answer(lobby: Place) -> None:
    invitation = invited(lobby.town)
    given = SHEET | {"invitation": str(invitation.pk), "key": rating_secret(invitation.pk), "do": "send"}
    page = lobby.screen.post("/kiosk/rate/", given | {"comment": "a" * 2001})
    assert page.status_code == 422
    assert all(f'name="{code}" value="{value}"' in text(page) for code, value in SHEET.items())
    assert "a" * 2001 in text(page)
    assert "2000" in text(page).split('id="comment-error"')[1].split("<")[0]
    assert lobby.screen.post("/kiosk/rate/", given | {"comment": "a\r\n" * 1000}).status_code == 302
    assert Answer.objects.get().comment == "a\n" * 999 + "a"  # the end of a line is one character


def test_a_kiosk_takes_no_other_answers(lobby: Place) -> None:
    invitation = invited(lobby.town)
    code_alone = lobby.screen.get("/kiosk/rate/", {"q": invitation.dossier.number})
    assert code_alone.status_code == 422
    elsewhere = make_place("kiosk")
    assert scan(elsewhere, invitation).status_code == 422
    given = SHEET | {"invitation": str(invitation.pk), "key": rating_secret(invitation.pk), "do": "send"}
    assert elsewhere.screen.post("/kiosk/rate/", given).status_code == 422
    Invitation.objects.update(returned_at=timezone.now() - timedelta(minutes=61))
    assert scan(lobby, invitation).status_code == 422
    assert not Answer.objects.exists()


def test_a_machine_takes_no_more_answers_than_people_are_served(lobby: Place) -> None:
    invitation = invited(lobby.town)
    wrong = SHEET | {"overall": "9", "invitation": str(invitation.pk), "key": rating_secret(invitation.pk)}
    statuses = [lobby.screen.post("/kiosk/rate/", wrong | {"do": "send"}).status_code for _time in range(11)]
    assert statuses == [422] * 10 + [429]


def test_only_a_registered_tablet_opens_its_page(counter: Place, lobby: Place) -> None:
    assert Client().get("/tablet/").status_code == lobby.screen.get("/tablet/").status_code == 403
    assert counter.screen.get("/kiosk/rate/").status_code == 403
    centre_actions.end_device(device=counter.device, by=counter.hall.administrator.pk, at=timezone.now())
    assert counter.screen.get("/tablet/").status_code == 403


def test_an_administrator_registers_a_tablet_at_a_counter(counter: Place, client: Client) -> None:
    hall = counter.hall
    sign_in(client, hall.administrator)
    here = reverse("service_centre:add-device", args=[hall.centre.pk])
    assert client.post(here, {"device": "Quầy 2", "kind": "tablet"}).status_code == 422
    assert client.post(here, {"device": "Sảnh", "kind": "kiosk", "counter": hall.second.pk}).status_code == 422
    page = text(client.post(here, {"device": "Quầy 2", "kind": "tablet", "counter": hall.second.pk}))
    code = page.split('mc-pairing-code">')[1].split("<")[0]
    assert Client().post("/screen/", {"code": code})["Location"] == "/tablet/"


def test_heads_see_by_which_machine_people_answered(lobby: Place, client: Client) -> None:
    device = screen(lobby.hall, "tablet")
    actions.answer(invited(lobby.town).pk, typed=HAPPY, device=device)
    actions.answer(invited(lobby.town).pk, typed=HAPPY)
    sign_in(client, make_account(is_administrator=True))
    page = text(client.get(reverse("ratings:results")))
    assert "Máy tính bảng tại quầy · quầy 1 · Sảnh A" in page


def test_a_waiting_tablet_takes_few_statements(
    counter: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    counter.screen.get("/tablet/")
    with django_assert_num_queries(4):
        counter.screen.get("/tablet/", headers={"HX-Request": "true"})
