"""What a person allows: given, withdrawn, looked at again when data leave the house, and told."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.connectors import actions, calling
from motcua.engines.connectors.models import Call, Consent
from motcua.engines.connectors.purposes import PURPOSES
from motcua.engines.connectors.simulator.system import LineSystem as Simulated
from motcua.engines.editions.actions import publish
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.people.citizens.models import Party, Representation
from tests.engines.connectors.house import NUMBER, Room, ask, work
from tests.factories import make_account, make_citizen, sign_in

pytestmark = pytest.mark.django_db


def allow(party: Party, purpose: str = "convenience") -> Consent:
    assert party.account is not None
    return actions.give(party, purpose, by=party.account.pk, at=timezone.now())


def take_back(party: Party) -> None:
    assert party.account is not None
    actions.withdraw(party, "convenience", by=party.account.pk, at=timezone.now())


def test_a_question_waits_for_consent_and_goes_on_with_it(system: Simulated, room: Room) -> None:
    person = make_citizen()
    ask("wishes", whose=person.pk, number=NUMBER)
    work()
    assert (Call.objects.get().state, system.calls) == ("held", [])
    given = allow(person)
    assert allow(person) == given
    work()
    call = Call.objects.get()
    assert (call.state, call.consent, call.purpose, call.edition) == ("taken", given, "convenience", 1)
    kinds = Event.objects.filter(stream=f"consent:{person.pk}").order_by("version").values_list("kind", flat=True)
    assert list(kinds) == ["consent.given"]


def test_withdrawn_consent_stops_what_has_not_been_asked(system: Simulated, room: Room) -> None:
    person = make_citizen()
    allow(person)
    ask("wishes", "hàng đợi", whose=person.pk, number=NUMBER)
    take_back(person)
    work()
    assert (Call.objects.get().state, system.calls) == ("held", [])
    with pytest.raises(Conflict):
        take_back(person)
    again = allow(person)
    assert again.pk != Consent.objects.exclude(withdrawn_at=None).get().pk
    work()
    assert "hàng đợi" in room.answers


def test_consent_is_looked_at_when_the_question_is_put(system: Simulated, room: Room) -> None:
    person = make_citizen()
    allow(person)
    call = ask("wishes", whose=person.pk, number=NUMBER)
    key = calling._take(timezone.now())  # a worker has it in its hands
    Consent.objects.update(withdrawn_at=timezone.now(), withdrawn_by=person.account)
    assert key == call.pk
    assert calling._begin(call.pk) is None
    assert Call.objects.get().state == "held"


def test_another_person_s_consent_and_another_purpose_do_not_count(system: Simulated, room: Room) -> None:
    allow(make_citizen(name="Người Khác"))
    ask("wishes", whose=make_citizen().pk, number=NUMBER)
    work()
    assert Call.objects.get().state == "held"
    for purpose in ("procedure", "khong-co"):
        with pytest.raises(Refused):
            allow(make_citizen(name="Người Thứ Ba"), purpose)


def test_law_by_date_decides_whether_consent_is_needed(system: Simulated, room: Room) -> None:
    content = PURPOSES.shipped.read_text().replace("basis: law", "basis: consent")
    today = timezone.localdate()
    publish(PURPOSES, content=content, valid_from=today, basis="Luật mẫu", by=make_account().pk, at=timezone.now())
    person = make_citizen()
    ask("person", whose=person.pk, number=NUMBER)
    work()
    assert Call.objects.get().state == "held"
    assert allow(person, "procedure").edition == 2
    work()
    assert Call.objects.get().edition == 2


def test_the_page_tells_allows_and_takes_back(system: Simulated, room: Room) -> None:
    person = make_citizen()
    ask("wishes", whose=person.pk, number=NUMBER)
    client = sign_in(Client(), person.account)
    page = client.get(reverse("connectors:sharing")).content.decode()
    assert "Hệ thống chuyên ngành: Lấy thông tin thay người dân" in page
    assert "Ông/Bà chưa cho phép" in page
    answer = client.post(reverse("connectors:decide", args=["convenience", "give"]), follow=True)
    assert "Ông/Bà đang cho phép" in answer.content.decode()
    work()
    told = client.get(reverse("citizens:data-accesses")).content.decode()
    assert "Hệ thống chuyên ngành" in told
    assert "Lấy thông tin thay người dân – Lấy thông tin thay Ông/Bà từ hệ thống khác (Ông/Bà đã cho phép)" in told
    answer = client.post(reverse("connectors:decide", args=["convenience", "withdraw"]), follow=True)
    assert "Đã rút lại" in answer.content.decode()
    assert client.post(reverse("connectors:decide", args=["convenience", "forget"])).status_code == 404


def test_only_who_may_act_for_a_person_decides_for_them() -> None:
    person, other = make_citizen(), make_citizen(name="Người Khác")
    client = sign_in(Client(), other.account)
    page, act = reverse("connectors:sharing"), reverse("connectors:decide", args=["convenience", "give"])
    assert client.get(page, {"party": person.pk}).status_code == 404
    assert client.post(act, {"party": person.pk}).status_code == 404
    Representation.objects.create(party=person, representative=other, kind="legal", valid_from=date(2026, 1, 1))
    assert client.get(page, {"party": person.pk}).status_code == 200
    client.post(act, {"party": person.pk})
    consent = Consent.objects.get()
    assert (consent.party, consent.given_by) == (person, other.account)


def test_an_office_account_has_no_data_of_its_own_to_share() -> None:
    client = sign_in(Client(), make_account())
    assert client.get(reverse("connectors:sharing")).status_code == 403
