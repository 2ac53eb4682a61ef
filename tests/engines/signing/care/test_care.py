"""Holders are warned before certificates end, and revoked certificates sign nothing more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.messaging.models import Notice
from motcua.engines.signing import actions, queries
from motcua.engines.signing.care import rules
from motcua.engines.signing.care.actions import heed_authorities, warn_of_expiry
from motcua.engines.signing.care.revocation import ask_authorities, word_on
from motcua.engines.signing.jobs import care_for_certificates
from motcua.engines.signing.levels.fetching import new_client
from motcua.engines.signing.models import HolderKind, RevocationStatement, SigningCertificate
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from tests.engines.signing.care.test_certificates import copy_of
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki
from tests.factories import make_officer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with new_client() as opened:
        yield opened


def ending(certificate: SigningCertificate, days: int) -> SigningCertificate:
    """The certificate as one that is in earnest and ends so many days after ``AT``."""
    certificate.demonstration, certificate.valid_from, certificate.valid_to = False, AT - DAY, AT + days * DAY
    certificate.save()
    return certificate


def told() -> set[tuple[str, Any]]:
    return set(Notice.objects.values_list("kind", "recipient_id"))


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=99)))
def test_the_nearest_warning_counts(left: timedelta) -> None:
    days = rules.threshold(left)
    passed = [each for each in rules.WARNED_DAYS if left <= each * DAY]
    assert (days is None) == (left > 60 * DAY)
    assert days is None or (days in passed and all(days <= each for each in passed))


def test_holder_and_administrators_are_warned_three_times(
    signature: SigningCertificate, leader: Account, office: Office, administrator: Account
) -> None:
    local = make_officer(roles=["admin"], office=office)
    make_officer(roles=["admin"])
    ending(signature, 70)
    assert warn_of_expiry(at=AT) == 0
    warned = [days for days in range(71) if warn_of_expiry(at=AT + days * DAY)]
    assert warned == [10, 40, 63]
    assert told() == {
        ("certificate.expiring", leader.pk),
        ("certificate.expiring", local.pk),
        ("certificate.many_expiring", administrator.pk),
    }
    assert Notice.objects.count() == 9
    events = Event.objects.filter(kind="signing.certificate_expiring").order_by("position")
    assert [event.references["days"] for event in events] == [60, 30, 7]
    assert all("16/03/2026" in notice.body for notice in Notice.objects.filter(recipient=leader))


def test_a_late_start_warns_once(signature: SigningCertificate, leader: Account) -> None:
    ending(signature, 5)
    assert (warn_of_expiry(at=AT), warn_of_expiry(at=AT)) == (1, 0)
    assert Notice.objects.filter(recipient=leader).count() == 1


def test_the_clerks_are_warned_of_the_seal(seal: SigningCertificate, office: Office, leader: Account) -> None:
    clerk = make_officer(roles=["clerk"], office=office)
    ending(seal, 5)
    warn_of_expiry(at=AT)
    assert told() == {("certificate.expiring", clerk.pk)}
    assert office.name in Notice.objects.get().subject


def test_nobody_is_warned_of_what_was_replaced_withdrawn_or_is_for_show(signature: SigningCertificate) -> None:
    ending(signature, 5)
    copy_of(signature, valid_to=AT + 900 * DAY)
    assert warn_of_expiry(at=AT) == 0
    SigningCertificate.objects.exclude(pk=signature.pk).delete()
    SigningCertificate.objects.update(demonstration=True)
    assert warn_of_expiry(at=AT) == 0
    SigningCertificate.objects.update(demonstration=False, withdrawn_at=AT)
    assert warn_of_expiry(at=AT) == 0


def test_many_are_warned_of_in_few_statements(
    signature: SigningCertificate, administrator: Account, django_assert_max_num_queries: Any
) -> None:
    ending(signature, 5)
    rows = [copy_of(signature) for _each in range(9)]
    with django_assert_max_num_queries(10 + 12 * (len(rows) + 1)):
        assert warn_of_expiry(at=AT, most=100) == 10
    assert "10" in Notice.objects.get(recipient=administrator).subject


def real(certificate: SigningCertificate, pki: Pki, label: str) -> SigningCertificate:
    """The certificate of the test authority in place of the demonstration's."""
    actions.add_trust_anchor(der=pki.certificate("root"), demonstration=False, at=AT)
    row = copy_of(
        certificate,
        der=pki.certificate(label),
        chain=pki.chain(label),
        serial=f"{x509.load_der_x509_certificate(pki.certificate(label)).serial_number:x}",
        demonstration=False,
    )
    certificate.delete()
    return row


@pytest.mark.parametrize("lists", [True, False], ids=["by list", "by answer"])
def test_a_revoked_certificate_ends_here_and_whom_it_concerns_is_told(
    signature: SigningCertificate,
    leader: Account,
    administrator: Account,
    pki: Pki,
    client: httpx.Client,
    lists: bool,
) -> None:
    pki.out_of_order |= set() if lists else {"crls"}
    certificate = real(signature, pki, "revoked")
    assert word_on(certificate) is None
    assert heed_authorities(at=AT) == 0
    ask_authorities([certificate], anchors=queries.trusted_authorities(), at=AT, client=client)
    word = word_on(certificate)
    assert word is not None
    assert word.ended is not None
    assert (heed_authorities(at=AT), heed_authorities(at=AT)) == (1, 0)
    certificate.refresh_from_db()
    assert (certificate.revoked_at, certificate.withdrawn_at) == (word.ended.at, AT)
    assert queries.usable_certificates(HolderKind.OFFICER, leader.pk, level="decision", at=AT) == []
    assert told() == {("certificate.revoked", leader.pk), ("certificate.revoked", administrator.pk)}
    assert Event.objects.filter(kind="signing.certificate_revoked").count() == 1


def test_a_good_certificate_stays(signature: SigningCertificate, pki: Pki, client: httpx.Client) -> None:
    certificate = real(signature, pki, "leader")
    ask_authorities([certificate, certificate], anchors=queries.trusted_authorities(), at=AT, client=client)
    word = word_on(certificate)
    assert word is not None
    assert word.ended is None
    assert (heed_authorities(at=AT), pki.fetched("crls")) == (0, 1)


def test_an_authority_that_is_down_ends_nothing(signature: SigningCertificate, pki: Pki, client: httpx.Client) -> None:
    pki.out_of_order |= {"crls", "ocsp"}
    certificate = real(signature, pki, "revoked")
    ask_authorities([certificate], anchors=queries.trusted_authorities(), at=AT, client=client)
    assert (heed_authorities(at=AT), word_on(certificate)) == (0, None)
    assert RevocationStatement.objects.filter(failures=1).exists()


def test_another_authority_cannot_revoke_it(signature: SigningCertificate, pki: Pki, client: httpx.Client) -> None:
    revoked = real(signature, pki, "revoked")
    ask_authorities([revoked], anchors=queries.trusted_authorities(), at=AT, client=client)
    RevocationStatement.objects.update(issuer_der=pki.certificate("root"))
    assert (heed_authorities(at=AT), word_on(revoked)) == (0, None)


def test_the_nightly_job_runs_with_nothing_to_do() -> None:
    care_for_certificates()
    assert not Notice.objects.exists()
