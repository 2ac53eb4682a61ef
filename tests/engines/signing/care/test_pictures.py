"""Who records which picture, and that documents show it."""

import io
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from motcua.engines.messaging.models import Notice
from motcua.engines.signing.images import demo_seal, demo_signature
from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningPicture
from motcua.engines.signing.pictures.actions import record_picture
from motcua.engines.signing.pictures.queries import picture_for
from motcua.engines.signing.pictures.samples import on_sample
from motcua.engines.signing.pictures.scans import read_scan
from motcua.engines.signing.providers.interface import Holder
from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from tests.factories import make_office, make_officer, sign_in
from tests.threads import at_once

pytestmark = pytest.mark.django_db
LIST = reverse("signing:pictures")
HAND, SEAL = demo_signature("Chữ ký thử"), demo_seal("Con dấu thử", "Tỉnh Mẫu Sơn")


def of(holder_id: object) -> str:
    return reverse("signing:picture", args=[holder_id])


def upload(client: Client, page: str, png: bytes) -> Any:
    return client.post(page, {"file": SimpleUploadedFile("anh.png", png, "image/png")})


def test_a_picture_is_looked_at_then_recorded_and_told(administrator: Account, leader: Account) -> None:
    client, page = sign_in(Client(), administrator, confirmed=True), of(leader.pk)
    assert client.get(LIST, {"holder": leader.username})["Location"] == page
    shown = upload(client, page, HAND)
    assert shown.status_code == 200
    assert "data:image/png;base64," in shown.content.decode()
    assert not SigningPicture.objects.exists()
    assert client.post(page, {"confirm": "1"})["Location"] == page
    picture = SigningPicture.objects.get()
    assert (picture.holder_kind, picture.holder_id, bytes(picture.png)) == (
        HolderKind.OFFICER,
        leader.pk,
        read_scan(HAND, HolderKind.OFFICER),
    )
    told = Event.objects.get(kind="signing.picture_recorded")
    assert (told.actor, told.references) == (administrator.pk, {"holder": str(leader.pk), "sha256": picture.digest})
    assert Notice.objects.get(kind="certificate.picture").recipient == leader
    assert leader.display_name in client.get(LIST).content.decode()


def test_the_one_before_ends_and_stays(administrator: Account, leader: Account) -> None:
    client, page = sign_in(Client(), administrator, confirmed=True), of(leader.pk)
    for png in (HAND, HAND, demo_signature("Một chữ ký khác")):
        upload(client, page, png)
        client.post(page, {"confirm": "1"})
    assert [each.ended_at is None for each in SigningPicture.objects.order_by("recorded_at")] == [False, True]
    client.post(reverse("signing:picture-end", args=[leader.pk]))
    assert not SigningPicture.objects.filter(ended_at=None).exists()
    kinds = (
        Event.objects.filter(kind__startswith="signing.picture").order_by("position").values_list("kind", flat=True)
    )
    assert list(kinds) == ["signing.picture_recorded", "signing.picture_recorded", "signing.picture_ended"]


def test_what_is_refused_is_said_beside_the_file(administrator: Account, leader: Account) -> None:
    client = sign_in(Client(), administrator, confirmed=True)
    refused = upload(client, of(leader.pk), SEAL)
    assert refused.status_code == 422
    assert "mực xanh" in refused.content.decode()
    assert client.post(of(leader.pk), {}).status_code == 422
    assert client.get(LIST, {"holder": "khong.co.ai"}).status_code == 422


def test_the_picture_read_for_one_is_not_recorded_for_another(administrator: Account, leader: Account) -> None:
    client, other = sign_in(Client(), administrator, confirmed=True), make_officer(roles=["leader"])
    upload(client, of(leader.pk), HAND)
    assert client.post(of(other.pk), {"confirm": "1"}).status_code == 422
    assert not SigningPicture.objects.exists()


def test_only_who_looks_after_the_holder_may_and_only_freshly_confirmed(office: Office, leader: Account) -> None:
    own = make_officer(roles=["admin"], office=office)
    other = make_officer(roles=["admin"], office=make_office("Sở Khác"))
    for holder in (leader.pk, office.pk):
        assert sign_in(Client(), own, confirmed=True).get(of(holder)).status_code == 200
        assert sign_in(Client(), other, confirmed=True).get(of(holder)).status_code == 404
        assert sign_in(Client(), leader, confirmed=True).get(of(holder)).status_code == 403
    unconfirmed = upload(sign_in(Client(), own), of(office.pk), SEAL)
    assert unconfirmed["Location"].startswith(reverse("accounts:confirm"))


def test_of_a_seal_the_clerks_and_the_head_are_told(administrator: Account, office: Office) -> None:
    clerk, head = (make_officer(roles=[role], office=office) for role in ("clerk", "head"))
    client = sign_in(Client(), administrator, confirmed=True)
    upload(client, of(office.pk), SEAL)
    client.post(of(office.pk), {"confirm": "1"})
    told = Notice.objects.filter(kind="certificate.picture").values_list("recipient", flat=True)
    assert set(told) == {clerk.pk, head.pk}


def test_a_demonstration_key_comes_with_an_invented_picture_which_gives_way(
    signature: SigningCertificate, seal: SigningCertificate
) -> None:
    invented = picture_for(signature)
    assert invented is not None
    assert picture_for(seal) not in (None, invented)
    png = read_scan(HAND, HolderKind.OFFICER)
    record_picture(holder=Holder(HolderKind.OFFICER, signature.holder_id), png=png, by=None, at=timezone.now())
    assert picture_for(signature) == png


def test_without_a_picture_none_is_invented(signature: SigningCertificate) -> None:
    SigningPicture.objects.all().delete()
    assert picture_for(signature) is None


def test_the_list_takes_four_statements(
    administrator: Account, office: Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(Client(), administrator)
    for number in range(3):
        holder = Holder(HolderKind.OFFICER, make_officer(office=office, name=f"Cán bộ số {number}").pk)
        record_picture(holder=holder, png=HAND, by=None, at=timezone.now())
    client.get(LIST)
    with django_assert_num_queries(4):
        client.get(LIST)


def test_a_sample_shows_the_seal_at_its_real_size_over_a_third_of_the_signature() -> None:
    page = Image.open(io.BytesIO(on_sample(SEAL, kind=HolderKind.OFFICE, name="Ủy ban nhân dân xã Mẫu Sơn")))
    red = page.convert("RGB")
    places = [
        (x, y)
        for x in range(red.width)
        for y in range(red.height)
        if (rgb := red.getpixel((x, y)))[0] > 150 and rgb[1] < 90
    ]
    width = max(x for x, _y in places) - min(x for x, _y in places)
    assert abs(width * 25.4 / 110 - 36) < 1.5  # millimetres


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_at_once_one_does() -> None:
    holder, at = Holder(HolderKind.OFFICER, make_officer().pk), timezone.now()
    pngs = [demo_signature(name) for name in ("Một", "Hai")]
    results = at_once([partial(record_picture, holder=holder, png=png, by=None, at=at) for png in pngs])
    assert all(isinstance(each, SigningPicture | Refused) for each in results)
    assert SigningPicture.objects.filter(ended_at=None).count() == 1
