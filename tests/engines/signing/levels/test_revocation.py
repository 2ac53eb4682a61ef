from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from asn1crypto import crl
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from motcua.engines.signing.levels import revocation
from motcua.engines.signing.levels.fetching import new_client
from motcua.engines.signing.levels.paths import Link, path_to_anchor
from motcua.engines.signing.levels.revocation import Known, Proofs, ProofsMissing, known_for, refresh_lists
from motcua.engines.signing.levels.statements import Unusable, question, read_answer, read_list
from motcua.engines.signing.models import RevocationStatement
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with new_client() as opened:
        yield opened


def links(pki: Pki, label: str = "leader") -> tuple[Link, ...]:
    found = path_to_anchor(
        pki.certificate(label), others=[pki.certificate("authority")], anchors=[pki.certificate("root")]
    )
    assert found is not None
    return found


def test_a_path_leads_to_what_is_trusted_or_nowhere(pki: Pki):
    leader, authority, root = (pki.certificate(label) for label in ("leader", "authority", "root"))
    assert links(pki) == (Link(leader, authority), Link(authority, root))
    assert path_to_anchor(leader, others=[], anchors=[authority]) == (Link(leader, authority),)
    assert path_to_anchor(root, others=[], anchors=[root]) == ()
    assert path_to_anchor(leader, others=[], anchors=[root]) is None
    assert path_to_anchor(pki.certificate("stranger"), others=[authority], anchors=[root]) is None


def test_what_a_signer_issues_leads_to_nobody(pki: Pki):
    """Else the addresses in it would be fetched, and it would pass for trusted."""
    leader, authority, root = (pki.certificate(label) for label in ("leader", "authority", "root"))
    issuer = x509.load_der_x509_certificate(leader)
    made = x509.CertificateBuilder().issuer_name(issuer.subject).subject_name(issuer.subject)
    made = made.public_key(issuer.public_key()).serial_number(7).not_valid_before(AT)
    forged = made.not_valid_after(AT + timedelta(days=1)).sign(pki.key("leader"), SHA256()).public_bytes(Encoding.DER)
    assert path_to_anchor(forged, others=[leader, authority], anchors=[root]) is None


def test_a_list_is_fetched_once_for_all_certificates_of_its_issuer(pki: Pki, client: httpx.Client):
    proofs = Proofs(client, at=AT)
    both = proofs.of(links(pki, "leader")) + proofs.of(links(pki, "agency"))
    assert (len(both.crls), both.ocsps) == (2, ())
    assert pki.fetched("crls") == 2
    again = Proofs(client, at=AT + timedelta(hours=5)).of(links(pki, "agency"))
    assert (again, pki.fetched("crls")) == (both, 2)


def test_what_is_kept_is_known_offline(pki: Pki, client: httpx.Client):
    fetched = Proofs(client, at=AT).of(links(pki))
    pki.out_of_order |= {"crls", "ocsp"}
    assert Proofs(client, at=AT).of(links(pki)) == fetched
    issuers = [pki.certificate("authority"), pki.certificate("root")]
    assert set(known_for(issuers).crls) == set(fetched.crls)
    assert known_for([pki.certificate("leader")]) == Known()


def test_a_responder_is_asked_when_there_is_no_list(pki: Pki, client: httpx.Client):
    pki.out_of_order.add("crls")
    with pytest.raises(ProofsMissing, match="crls/root"):
        Proofs(client, at=AT).of(links(pki))
    (leader, _authority) = links(pki)
    found = Proofs(client, at=AT).of([leader])
    assert (found.crls, len(found.ocsps), pki.fetched("ocsp")) == ((), 1, 1)
    row = RevocationStatement.objects.get(serial="", issuer=revocation._fingerprint(pki.certificate("authority")))
    assert (row.failures, row.last_error) == (1, f"{pki.url}/pki/crls/authority/latest.crl: HTTP 503")


def test_a_large_list_is_not_copied_into_documents(pki: Pki, client: httpx.Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(revocation, "LARGE_LIST", 100)
    found = Proofs(client, at=AT).of(links(pki))
    assert (len(found.crls), len(found.ocsps)) == (1, 1)  # the root has no responder
    assert pki.fetched("crls") == 2


def test_a_source_out_of_order_rests_longer_each_time(pki: Pki, client: httpx.Client):
    pki.out_of_order |= {"crls", "ocsp"}
    waits, at = [], AT
    for _ in range(3):
        with pytest.raises(ProofsMissing):
            Proofs(client, at=at).of(links(pki)[:1])
        row = RevocationStatement.objects.get(serial="")
        waits.append((row.retry_at - at).total_seconds())
        with pytest.raises(ProofsMissing):
            Proofs(client, at=at).of(links(pki)[:1])
        row.refresh_from_db()
        assert row.failures == len(waits)
        at = row.retry_at
    assert waits == [60, 120, 240]
    pki.out_of_order.clear()
    assert Proofs(client, at=at).of(links(pki)[:1]).crls
    assert RevocationStatement.objects.get(serial="").failures == 0


def test_lists_are_fetched_anew_in_good_time_and_forgotten_when_unused(pki: Pki, client: httpx.Client):
    Proofs(client, at=AT).of(links(pki))
    assert refresh_lists(at=AT, client=client) == 0
    later = AT + timedelta(hours=12)
    pki.out_of_order.add("crls")
    assert refresh_lists(at=later, client=client) == 0
    before = known_for([pki.certificate("authority")])
    pki.out_of_order.clear()
    pki.at = later = AT + timedelta(hours=22)
    assert refresh_lists(at=later, client=client) == 2
    assert known_for([pki.certificate("authority")]) != before
    assert refresh_lists(at=AT + 200 * DAY, client=client) == 0
    assert not RevocationStatement.objects.exists()


def test_only_what_the_issuer_signed_is_taken(pki: Pki):
    (leader, authority) = links(pki)
    listed = httpx.get(f"{pki.url}/pki/crls/authority/latest.crl").content
    answer = httpx.post(f"{pki.url}/pki/ocsp/authority", content=question(leader)).content
    assert crl.CertificateList.load(read_list(listed, leader.issuer).der)
    assert ocsp.load_der_ocsp_response(read_answer(answer, leader).der).certificate_status == ocsp.OCSPCertStatus.GOOD
    forged_list, forged_answer = (bytearray(listed), bytearray(answer))
    forged_list[-1] ^= 1
    forged_answer[answer.index(b"\x18\x0f2026") + 6] ^= 1
    for der, issuer in ((listed, authority.issuer), (bytes(forged_list), leader.issuer), (b"<html>", leader.issuer)):
        with pytest.raises(Unusable):
            read_list(der, issuer)
    other = links(pki, "agency")[0]
    for der, link in ((answer, other), (bytes(forged_answer), leader), (b"<html>", leader)):
        with pytest.raises(Unusable):
            read_answer(der, link)
