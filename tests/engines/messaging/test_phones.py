"""Who wants it is told on the telephone, once, whatever befalls the carrier."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.messaging import actions
from motcua.engines.messaging.carriers import NotTaken
from motcua.engines.messaging.carriers import carriers as registered
from motcua.engines.messaging.mailing import send as send_mail
from motcua.engines.messaging.models import CarrierToken, Mail, Notice, PhoneMessage
from motcua.engines.messaging.phoning import send
from motcua.engines.messaging.rules import international, plain_letters
from motcua.engines.messaging.simulators.carriers import SMS_TOKEN, ZALO_KEY, ZALO_REFRESH, Carriers
from motcua.kernel.errors import NotFound
from motcua.people.citizens.models import Party
from tests.engines.messaging.test_notify import READY, told
from tests.factories import make_account, make_citizen, sign_in
from tests.jobs import queued


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Carriers]:
    """Both carriers, and a house that uses them."""
    files = {"token": SMS_TOKEN, "secret_key": ZALO_KEY, "refresh_token": ZALO_REFRESH}
    for name, secret in files.items():
        (tmp_path / name).write_text(f"{secret}\n")
    carriers, before = Carriers(), settings.MESSAGE_CARRIERS
    with carriers.serving() as url:
        settings.MESSAGE_CARRIERS = {
            "sms": {"kind": "sms", "url": f"{url}/sms", "sender": "TINH", "token_file": f"{tmp_path}/token"},
            "zalo": {
                "kind": "zalo",
                "url": f"{url}/zalo",
                "token_url": f"{url}/zalo/access_token",
                "app_id": "1",
                "template": "t1",
                "secret_key_file": f"{tmp_path}/secret_key",
                "refresh_token_file": f"{tmp_path}/refresh_token",
                "timeout": 1,
            },
            "broken": {"kind": "pigeon"},
        }
        yield carriers
        settings.MESSAGE_CARRIERS = before


def wanting(phone: str, *carriers: str) -> Any:
    account = make_account(phone=phone)
    actions.choose(account=account, group="my-dossiers", in_app=False, email=False, by_phone=carriers)
    return account


def waiting() -> list[PhoneMessage]:
    return list(PhoneMessage.objects.filter(state="queued").order_by("carrier"))


@pytest.mark.django_db
def test_a_person_is_told_by_each_carrier_once(there: Carriers) -> None:
    account = wanting("0999 000 111", "sms", "zalo")
    assert told(account) == 1
    assert told(account) == 0
    assert len(queued()) == 2
    for message in waiting() * 2:
        send(message.pk)
    by_carrier = {each["carrier"]: each for each in there.sent.values()}
    assert {carrier: each["times"] for carrier, each in by_carrier.items()} == {"sms": 1, "zalo": 1}
    assert by_carrier["sms"]["told"]["phone"] == "84999000111"
    assert by_carrier["sms"]["told"]["message"].startswith("Ho so H99.1-261122-0001 http")
    assert by_carrier["zalo"]["told"]["template_data"]["noi_dung"] == "Hồ sơ H99.1-261122-0001"
    assert Notice.objects.get().shown is False
    assert set(PhoneMessage.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["901", "903", "904", "905"])
@pytest.mark.parametrize("carrier", ["zalo"])
def test_what_may_pass_is_tried_again(there: Carriers, carrier: str, ending: str) -> None:
    told(wanting(f"0999000{ending}", carrier))
    (message,) = waiting()
    for _time in range(2):
        with pytest.raises(NotTaken):
            send(message.pk)
    assert len(waiting()) == 1
    assert len(there.sent) == (1 if ending == "905" else 0), "tried again under the same key"


@pytest.mark.django_db
@pytest.mark.parametrize(("phone", "carrier"), [("0999000902", "sms"), ("0999000902", "zalo"), ("12", "sms")])
def test_what_can_never_arrive_is_given_up(there: Carriers, phone: str, carrier: str) -> None:
    told(wanting(phone, carrier))
    (message,) = waiting()
    assert send(message.pk) is False
    message.refresh_from_db()
    assert message.state == "failed"
    assert message.error


@pytest.mark.django_db
def test_a_token_that_has_ended_is_changed_and_kept(there: Carriers) -> None:
    for number in range(2):
        told(wanting(f"099900011{number}", "zalo"), key=f"dossier:{number}")
    first, second = waiting()
    assert send(first.pk)
    kept = bytes(CarrierToken.objects.get().refresh)
    there.access = set()
    assert send(second.pk)
    assert bytes(CarrierToken.objects.get().refresh) != kept
    assert ZALO_REFRESH.encode() not in kept


@pytest.mark.django_db
def test_a_carrier_that_cannot_be_used_is_no_choice(there: Carriers, client: Client) -> None:
    person = make_citizen()
    assert person.account is not None
    page = sign_in(client, person.account).get(reverse("messaging:preferences")).content.decode()
    assert "Zalo" in page
    assert "pigeon" not in page
    assert "broken" not in page
    assert "chưa có số điện thoại" in page
    with pytest.raises(NotFound):
        actions.choose(account=person.account, group="my-dossiers", in_app=True, email=True, by_phone=["broken"])


@pytest.mark.django_db
def test_the_choice_is_kept(there: Carriers, client: Client) -> None:
    account = make_citizen().account
    assert account is not None
    url = reverse("messaging:preferences")
    sign_in(client, account).post(url, {"my-dossiers": ["in_app", "zalo", "broken"]})
    assert account.notice_preferences.get(group="my-dossiers").carriers == ["zalo"]
    assert 'value="zalo" checked' in " ".join(client.get(url).content.decode().split())


@given(st.text())
def test_letters_of_every_telephone(text: str) -> None:
    plain = plain_letters(text)
    assert plain.isascii()
    assert "\n" not in plain
    assert plain_letters(plain) == plain


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("0999000111", "84999000111"),
        ("+84 999.000.111", "84999000111"),
        ("84999000111", "84999000111"),
        ("113", None),
        ("", None),
        ("+1 202 555 0100", None),
    ],
)
def test_numbers_as_carriers_want_them(typed: str, wanted: str | None) -> None:
    assert international(typed) == wanted
    assert plain_letters("Đã có kết quả") == "Da co ket qua"


def without_account(phone: str = "", email: str = "") -> Party:
    party = make_citizen(with_account=False)
    party.phone, party.email = phone, email
    party.save(update_fields=["phone", "email"])
    return party


def tell_people(*people: Party, recipients: tuple[Any, ...] = (), key: str = "dossier:1:7") -> int:
    occasion = actions.Occasion(
        kind=READY,
        recipients=[account.pk for account in recipients],
        people=[party.pk for party in people],
        facts={"code": "H99.1-261122-0001"},
        key=key,
        url="/my/",
        open_url="/track/",
    )
    return actions.notify_all([occasion])


@pytest.mark.django_db
def test_who_has_no_account_is_told_once_by_what_they_left(
    there: Carriers, settings: LazySettings, mailoutbox: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.test"
    couple = [without_account("0999000111"), without_account("0999 000 111", "mau@example.test")]
    nobody = without_account()
    assert tell_people(*couple, nobody) == 2
    assert tell_people(*couple, nobody) == 0
    (message,), (mail,) = waiting(), Mail.objects.all()
    assert message.carrier == "sms", "Zalo writes to those who chose it"
    assert send(message.pk)
    assert not send(message.pk)
    send_mail(mail.pk)
    (sent,) = there.sent.values()
    assert sent["told"]["phone"] == "84999000111"
    assert sent["told"]["message"].endswith("/track/")
    assert [(each.to, each.subject) for each in mailoutbox] == [(["mau@example.test"], "Hồ sơ H99.1-261122-0001")]
    assert "/track/" in mailoutbox[0].body
    assert not Notice.objects.filter(shown=True).exists()


@pytest.mark.django_db
def test_one_address_hears_once_of_one_occasion(there: Carriers, settings: LazySettings) -> None:
    settings.EMAIL_HOST = "mail.example.test"
    agent = make_account(email="Mau@Example.test")
    assert tell_people(without_account(email="mau@example.test"), recipients=(agent,)) == 1
    assert Notice.objects.get().recipient == agent
    assert tell_people(make_citizen(), key="2") == 0, "who has an account chooses for themselves"


@pytest.mark.django_db
def test_an_operator_says_by_what_people_without_account_are_told(there: Carriers, settings: LazySettings) -> None:
    options = settings.MESSAGE_CARRIERS
    settings.MESSAGE_CARRIERS = {"sms": {**options["sms"], "people_without_account": False}}
    assert tell_people(without_account("0999000111")) == 0
    settings.MESSAGE_CARRIERS = {"sms": {**options["sms"], "people_without_account": "yes"}}
    assert not registered(), "a section that says something else is named in the log and left out"
