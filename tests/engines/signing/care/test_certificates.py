"""The list of all certificates, one of them, and ending it."""

import re
from copy import copy
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.base import ModelState
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing.care import queries
from motcua.engines.signing.care.queries import Standing
from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningDocument
from motcua.kernel.events.models import Event
from motcua.kernel.identifiers.models import new_id
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from tests.engines.signing.asked import start
from tests.engines.signing.factories import LEADER
from tests.factories import make_office, make_officer, sign_in

pytestmark = pytest.mark.django_db
PAGE = reverse("signing:certificates")
DAY = timedelta(days=1)


def page_of(certificate: SigningCertificate) -> str:
    return reverse("signing:certificate", args=[certificate.pk])


def copy_of(certificate: SigningCertificate, **changes: Any) -> SigningCertificate:
    """Another certificate under the same way of signing."""
    row = another(certificate, **changes)
    row.save()
    return row


def another(certificate: SigningCertificate, **changes: Any) -> SigningCertificate:
    """As :func:`copy_of`, not stored yet."""
    row = copy(certificate)
    row._state, row.pk, row.fingerprint = ModelState(), new_id(), new_id().hex
    for name, value in changes.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize(
    "text", ["dang hoa", "ĐẶNG", "giả định", "pham van gia", "H99.7", "nguoi-dung", "mau son"], ids=str
)
def test_a_certificate_is_found_by_its_holder_and_by_what_stands_in_it(
    text: str, signature: SigningCertificate, seal: SigningCertificate
) -> None:
    found = queries.matching(SigningCertificate.objects.all(), text)
    expected = {"H99.7": {seal}, "mau son": {seal}, "giả định": {signature, seal}, "pham van gia": {signature, seal}}
    assert set(found) == expected.get(text, {signature})


def test_every_word_must_fit_and_none_fits_all(signature: SigningCertificate) -> None:
    every = SigningCertificate.objects.all()
    assert set(queries.matching(every, f"hoà {signature.serial}")) == {signature}
    assert not queries.matching(every, "hoà bình").exists()
    assert set(queries.matching(every, " – ")) == {signature}


def test_how_certificates_stand(signature: SigningCertificate) -> None:
    now = timezone.now()
    live = {"valid_from": now - DAY}
    rows = {days: copy_of(signature, valid_to=now + days * DAY, **live) for days in (5, 20, 50, 100)}
    over = copy_of(signature, valid_to=now - DAY, valid_from=now - 9 * DAY)
    withdrawn = copy_of(signature, withdrawn_at=now)
    held = copy_of(signature, valid_to=now + 100 * DAY, suspended_at=now, **live)
    revoked = copy_of(signature, withdrawn_at=now, revoked_at=now)
    signature.delete()
    found = {which: set(SigningCertificate.objects.filter(queries.standing(which, at=now))) for which in Standing}
    assert found == {
        Standing.USABLE: set(rows.values()),
        Standing.SUSPENDED: {held},
        Standing.EXPIRING_60: {rows[5], rows[20], rows[50]},
        Standing.EXPIRING_30: {rows[5], rows[20]},
        Standing.EXPIRING_7: {rows[5]},
        Standing.EXPIRED: {over},
        Standing.WITHDRAWN: {withdrawn},
        Standing.REVOKED: {revoked},
    }
    counted = queries.counts(SigningCertificate.objects.all(), at=now)
    assert {which: counted[which] for which in counted} == {which: len(found[which]) for which in counted}


def test_a_revoked_certificate_never_signs(signature: SigningCertificate) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningCertificate.objects.filter(pk=signature.pk).update(revoked_at=timezone.now())


def test_the_list_is_paged_in_few_statements(
    administrator: Account, signature: SigningCertificate, django_assert_max_num_queries: Any
) -> None:
    rows = (another(signature, valid_to=timezone.now() + (30 + days % 900) * DAY) for days in range(2725))
    SigningCertificate.objects.bulk_create(rows)
    client = sign_in(Client(), administrator)
    client.get(PAGE)
    with django_assert_max_num_queries(6):
        first = client.get(PAGE, {"standing": "usable", "q": "hoa"})
    content = first.content.decode()
    assert content.count("Đặng Thị Hoà") >= 30
    assert 'rel="next"' in content
    following = unescape(re.findall(r'rel="next" href="([^"]+)"', content)[0])
    assert client.get(following).content.decode().count("Còn ") + content.count("Còn ") >= 30
    assert "Không có chứng thư nào phù hợp" in client.get(PAGE, {"q": "không ai cả"}).content.decode()


def test_an_offices_administrator_sees_the_holders_of_their_offices(
    office: Office, leader: Account, signature: SigningCertificate, seal: SigningCertificate
) -> None:
    own = sign_in(Client(), make_officer(roles=["admin"], office=office))
    other = sign_in(Client(), make_officer(roles=["admin"], office=make_office("Sở Khác")))
    for certificate in (signature, seal):
        assert own.get(page_of(certificate)).status_code == 200
        assert other.get(page_of(certificate)).status_code == 404
    assert "Đặng Thị Hoà" in own.get(PAGE).content.decode()
    assert "Đặng Thị Hoà" not in other.get(PAGE).content.decode()
    assert sign_in(Client(), leader).get(PAGE).status_code == 403


def test_one_certificate_tells_what_was_signed_with_it(
    administrator: Account, signature: SigningCertificate, django_assert_max_num_queries: Any
) -> None:
    start(signature, count=3)
    SigningDocument.objects.update(subject=f"dossier:{new_id()}")
    client = sign_in(Client(), administrator)
    client.get(PAGE)
    with django_assert_max_num_queries(7):
        content = client.get(page_of(signature)).content.decode()
    assert LEADER in content
    assert signature.fingerprint in content
    assert "Quyết định" in content
    assert "Đã ký" in content


def test_a_certificate_is_withdrawn_after_a_confirmation(
    administrator: Account, signature: SigningCertificate
) -> None:
    client, withdraw = sign_in(Client(), administrator), reverse("signing:certificate-withdraw", args=[signature.pk])
    assert signature.serial in client.get(withdraw).content.decode()
    assert client.post(withdraw)["Location"] == page_of(signature)
    client.post(withdraw)
    signature.refresh_from_db()
    assert signature.withdrawn_at is not None
    told = Event.objects.get(kind="signing.certificate_withdrawn")
    assert told.actor == administrator.pk
    assert (
        reverse("signing:certificate-withdraw", args=[signature.pk])
        not in client.get(page_of(signature)).content.decode()
    )


def test_holders_that_are_gone_do_not_hide_a_certificate(
    administrator: Account, signature: SigningCertificate
) -> None:
    stray = copy_of(signature, holder_id=new_id(), holder_kind=HolderKind.OFFICE)
    assert page_of(stray) in sign_in(Client(), administrator).get(PAGE).content.decode()
