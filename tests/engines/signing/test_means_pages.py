"""How an officer registers and ends ways of signing."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engines.messaging.models import Notice
from motcua.engines.signing import actions
from motcua.engines.signing.models import HolderKind, SigningMeans
from motcua.engines.signing.providers.interface import Holder, Question
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from tests.engines.signing import simulator
from tests.engines.signing.asked import demo_certificate
from tests.engines.signing.factories import AT
from tests.engines.signing.simulator import Simulator
from tests.factories import make_office, make_officer, sign_in

pytestmark = pytest.mark.django_db
PAGE, ADD = reverse("signing:means"), reverse("signing:means-add")


@pytest.fixture
def office() -> Office:
    return make_office("Ủy ban nhân dân xã Mẫu Sơn")


@pytest.fixture
def leader(office: Office) -> Account:
    """Has a key at the simulated service, in their own name."""
    made = make_officer(roles=["leader"], office=office, name="Phạm Văn Giả Định")
    demo_certificate(made.pk)
    return made


def test_an_officer_registers_and_ends_a_way_of_signing(leader: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Simulator, "asks", (Question("phone", "Số điện thoại", pattern=r"0\d{9}"),))
    client = sign_in(Client(), leader, confirmed=True)
    assert simulator.CODE in client.get(ADD).content.decode()
    wrong = client.post(ADD, {"provider": simulator.CODE, "phone": "12", "label": "Máy của tôi"})
    assert wrong.status_code == 422
    assert 'value="Máy của tôi"' in wrong.content.decode()
    kept = client.post(ADD, {"provider": simulator.CODE, "phone": "0900000000", "label": "Máy của tôi"})
    assert kept["Location"] == PAGE
    means = SigningMeans.objects.get(provider=simulator.CODE)
    assert (means.holder_id, means.values) == (leader.pk, {"phone": "0900000000"})
    assert "Máy của tôi" in client.get(PAGE).content.decode()
    assert client.post(reverse("signing:means-refresh", args=[means.pk]))["Location"] == PAGE
    withdraw = reverse("signing:means-withdraw", args=[means.pk])
    assert "Phạm Văn Giả Định" in client.get(withdraw).content.decode()
    client.post(withdraw)
    means.refresh_from_db()
    assert means.withdrawn_at is not None
    assert client.get(withdraw).status_code == 404


def test_a_certificate_in_anothers_name_is_refused_and_what_was_typed_stays(leader: Account, office: Office) -> None:
    other = make_officer(roles=["leader"], office=office, name="Lê Thị Khác")
    demo_certificate(other.pk)
    refused = sign_in(Client(), other, confirmed=True).post(ADD, {"provider": simulator.CODE, "label": "Thẻ mượn"})
    assert refused.status_code == 422
    assert "Thẻ mượn" in refused.content.decode()
    assert not SigningMeans.objects.filter(provider=simulator.CODE).exists()


def test_the_clerk_answers_for_the_seal(office: Office) -> None:
    clerk = make_officer(roles=["clerk"], office=office)
    demo_certificate(office.pk, HolderKind.OFFICE)
    client = sign_in(Client(), clerk, confirmed=True)
    assert office.name in client.get(PAGE).content.decode()
    elsewhere = make_office("Ủy ban nhân dân xã Khác")
    assert client.post(ADD, {"provider": simulator.CODE, "holder": str(elsewhere.pk)}).status_code == 422
    assert client.post(ADD, {"provider": "software-key"}).status_code == 404
    assert client.get(ADD, {"provider": "carrier-pigeon"}).status_code == 404


def test_without_a_fresh_proof_nothing_is_registered(leader: Account) -> None:
    means = actions.register_means(
        holder=Holder(HolderKind.OFFICER, leader.pk), provider=simulator.CODE, answers={}, by=leader.pk, at=AT
    )
    client = sign_in(Client(), leader)
    asked = client.get(ADD, {"provider": simulator.CODE})
    again = urlencode({"next": f"{ADD}?provider={simulator.CODE}"})
    assert asked["Location"] == f"{reverse('accounts:confirm')}?{again}"
    asked_by_buttons = [
        (ADD, ADD),
        (reverse("signing:means-refresh", args=[means.pk]), PAGE),
        (reverse("signing:means-file", args=[means.pk]), PAGE),
    ]
    for address, back in asked_by_buttons:
        asked = client.post(address, {"provider": simulator.CODE})
        assert asked["Location"] == f"{reverse('accounts:confirm')}?{urlencode({'next': back})}"
    proof = client.post(reverse("signing:means-proof", args=[means.pk]), {}, content_type="application/json")
    assert (proof.status_code, proof.json()["code"]) == (403, "confirm")
    assert SigningMeans.objects.filter(provider=simulator.CODE).get() == means


def test_the_holder_is_told_of_every_certificate_that_signs_for_them(leader: Account) -> None:
    actions.register_means(
        holder=Holder(HolderKind.OFFICER, leader.pk), provider=simulator.CODE, answers={}, by=leader.pk, at=AT
    )
    told = Notice.objects.get(kind="certificate.registered")
    assert (told.recipient, told.url) == (leader, PAGE)
    assert told.subject == "Từ nay có chứng thư ký cho Phạm Văn Giả Định"
    assert "Phạm Văn Giả Định đã đăng ký" in told.body


def test_of_a_seal_its_clerks_and_the_head_of_the_office_are_told(office: Office) -> None:
    clerk, head = (make_officer(roles=[role], office=office) for role in ("clerk", "head"))
    make_officer(roles=["leader", "specialist"], office=office)
    make_officer(roles=["clerk", "head"])
    demo_certificate(office.pk, HolderKind.OFFICE)
    actions.register_means(
        holder=Holder(HolderKind.OFFICE, office.pk), provider=simulator.CODE, answers={}, by=None, at=AT
    )
    told = Notice.objects.filter(kind="certificate.registered")
    assert {(each.recipient, each.url) for each in told} == {(clerk, PAGE), (head, "")}
    assert told.filter(body__startswith="Người vận hành máy chủ đã đăng ký").count() == 2
