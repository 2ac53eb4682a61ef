"""A certificate on hold (certificateHold, RFC 5280) signs nothing and is told; lifted, it signs again, and what was
signed meanwhile stays that of a suspended certificate. The authority is asked over its socket.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx
import pytest
from cryptography.x509 import ReasonFlags

from motcua.engines.messaging.models import Notice
from motcua.engines.signing import actions, queries
from motcua.engines.signing.care.actions import heed_authorities
from motcua.engines.signing.care.queries import Standing, standing
from motcua.engines.signing.levels.fetching import new_client
from motcua.engines.signing.levels.paths import path_to_anchor
from motcua.engines.signing.levels.revocation import Proofs, refresh_lists
from motcua.engines.signing.models import HolderKind, SigningCertificate, Suspension
from motcua.engines.signing.texts import verdict_text
from motcua.engines.signing.verification import Level, Revocation, State, Trust, Verdict
from motcua.kernel.errors import Refused
from motcua.people.accounts.models import Account
from tests.engines.signing.care.test_care import real
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki
from tests.engines.signing.signed import plain, signed_to, with_proofs

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HELD, LIFTED = AT - DAY, AT + DAY


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with new_client() as opened:
        yield opened


@pytest.fixture
def held(signature: SigningCertificate, pki: Pki, client: httpx.Client) -> SigningCertificate:
    """On hold since yesterday, as the authority's list says."""
    certificate = real(signature, pki, "leader")
    pki.own_list = pki.list_with("leader", ReasonFlags.certificate_hold, since=HELD, at=AT)
    leader, authority, root = (pki.certificate(label) for label in ("leader", "authority", "root"))
    links = path_to_anchor(leader, others=[authority], anchors=[root])
    assert links is not None
    Proofs(client, at=AT).of(links)
    return certificate


def lift(pki: Pki, client: httpx.Client, how: str = "left out") -> None:
    """The next list says so: by an entry (as delta lists do), or by having none."""
    pki.at = LIFTED
    removed = pki.list_with("leader", ReasonFlags.remove_from_crl, since=HELD, at=LIFTED)
    pki.own_list = removed if how == "removed" else b""
    assert refresh_lists(at=LIFTED, client=client) == 2  # the root's too


@pytest.mark.parametrize("how", ["left out", "removed"])
def test_it_signs_nothing_until_the_hold_is_lifted(
    held: SigningCertificate, leader: Account, pki: Pki, client: httpx.Client, how: str
) -> None:
    assert (heed_authorities(at=AT), heed_authorities(at=AT)) == (1, 0)
    held.refresh_from_db()
    assert (held.suspended_at, held.withdrawn_at, held.revoked_at) == (HELD, None, None)
    assert queries.usable_certificates(HolderKind.OFFICER, leader.pk, level="decision", at=AT) == []
    with pytest.raises(Refused) as refusal:
        actions.start_signing(certificate=held, documents=[], by=leader.pk, at=AT)
    assert refusal.value.code == "certificate"
    assert list(SigningCertificate.objects.filter(standing(Standing.SUSPENDED, at=AT))) == [held]
    assert not SigningCertificate.objects.filter(standing(Standing.USABLE, at=AT)).exists()
    lift(pki, client, how)
    assert (heed_authorities(at=LIFTED), heed_authorities(at=LIFTED)) == (1, 0)
    held.refresh_from_db()
    assert held.suspended_at is None
    assert queries.usable_certificates(HolderKind.OFFICER, leader.pk, level="decision", at=LIFTED) == [held]
    kinds = Notice.objects.filter(recipient=leader).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["certificate.suspended", "certificate.resumed"]


def test_a_hold_may_end_in_a_revocation(
    held: SigningCertificate, leader: Account, pki: Pki, client: httpx.Client
) -> None:
    heed_authorities(at=AT)
    pki.own_list = pki.list_with("leader", ReasonFlags.key_compromise, since=HELD, at=LIFTED)
    refresh_lists(at=LIFTED, client=client)
    assert heed_authorities(at=LIFTED) == 1
    held.refresh_from_db()
    assert held.revoked_at == HELD


def judged(pdf: bytes, at: datetime) -> Verdict:
    (verdict,) = queries.verdicts_on(pdf, at=at)
    return verdict


def stands(verdict: Verdict) -> tuple[State, Trust, Revocation]:
    return verdict.state, verdict.trust, verdict.revocation


SUSPENDED = (State.UNTRUSTED, Trust.SUSPENDED, Revocation.SUSPENDED)
GOOD = (State.VALID, Trust.TRUSTED, Revocation.GOOD)


@pytest.mark.usefixtures("held")
def test_what_is_signed_on_hold_stays_so_when_the_hold_is_lifted(pki: Pki, client: httpx.Client) -> None:
    before = signed_to(pki, Level.B_T, at=HELD - DAY)
    meanwhile = signed_to(pki, Level.B_T, at=AT)
    afterwards = signed_to(pki, Level.B_T, at=LIFTED + timedelta(hours=1))
    undated = plain(pki, "leader")
    assert stands(judged(before, AT)) == GOOD
    for each in (meanwhile, undated):
        verdict = judged(each, AT)
        assert (stands(verdict), verdict.revoked_at) == (SUSPENDED, HELD)
        assert "tạm dừng" in verdict_text(verdict)
    lift(pki, client)
    row = Suspension.objects.get()
    assert (row.since, row.until) == (HELD, LIFTED.replace(hour=0))  # lists come at midnight
    later = LIFTED + timedelta(hours=2)
    assert stands(judged(before, later)) == GOOD
    assert stands(judged(meanwhile, later)) == SUSPENDED
    assert stands(judged(afterwards, later)) == GOOD
    # Nothing proves when it was signed: the certificate counts as it stands now.
    assert stands(judged(undated, later)) == GOOD


@pytest.mark.usefixtures("held")
def test_the_word_that_a_file_brings_from_the_time_of_the_hold(pki: Pki, client: httpx.Client) -> None:
    undated = plain(pki, "leader")
    brings = with_proofs(undated, [pki.own_list])
    assert stands(judged(brings, AT)) == SUSPENDED
    lift(pki, client)
    assert stands(judged(brings, LIFTED + timedelta(hours=2))) == GOOD
