"""Whom to trust, and since when: certificates of every make, levels, and what is left of them years later."""

import hashlib
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags

from motcua.engines.signing.actions import add_trust_anchor
from motcua.engines.signing.models import RevocationStatement
from motcua.engines.signing.queries import verdicts_on
from motcua.engines.signing.verification import Level, Note, Revocation, State, Trust, Verdict, What, examine
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki
from tests.engines.signing.signed import lists, plain, signed_to, stamped_again, with_proofs


def judged(pki: Pki, pdf: bytes, at: datetime = AT, *, kept: bool = False, anchor: str = "root") -> Verdict:
    anchors = [pki.certificate(anchor)]
    (verdict,) = examine(pdf, anchors=anchors, at=at, revocations=lists(pki, AT) if kept else ())
    return verdict


@pytest.mark.parametrize(
    ("label", "trust", "known"),
    [
        ("leader", Trust.TRUSTED, Revocation.GOOD),
        ("agency", Trust.TRUSTED, Revocation.GOOD),
        ("expired", Trust.EXPIRED, Revocation.UNKNOWN),
        ("unborn", Trust.NOT_YET_VALID, Revocation.UNKNOWN),
        ("revoked", Trust.REVOKED, Revocation.REVOKED),
        ("server", Trust.WRONG_USAGE, Revocation.GOOD),
        ("stranger", Trust.SELF_SIGNED, Revocation.UNKNOWN),
    ],
)
def test_certificates_of_every_make(pki: Pki, label: str, trust: Trust, known: Revocation):
    verdict = judged(pki, plain(pki, label), kept=True)
    assert (verdict.trust, verdict.revocation) == (trust, known)
    assert verdict.state is (State.VALID if trust is Trust.TRUSTED else State.UNTRUSTED)
    assert (verdict.revoked_at is not None) == (trust is Trust.REVOKED)
    assert verdict.level is Level.B_B


def test_without_data_the_revocation_is_unknown_and_the_verdict_says_so(pki: Pki):
    verdict = judged(pki, plain(pki, "revoked"))
    assert (verdict.state, verdict.revocation) == (State.VALID, Revocation.UNKNOWN)
    assert len(verdict.issuers) == 2
    assert len(set(verdict.issuers)) == 2


def test_an_issuer_that_nobody_vouches_for(pki: Pki):
    assert judged(pki, plain(pki, "leader"), anchor="stranger").trust is Trust.UNKNOWN_ISSUER
    assert judged(pki, plain(pki, "leader"), anchor="authority").trust is Trust.TRUSTED


@pytest.mark.parametrize("level", [Level.B_B, Level.B_T, Level.B_LT, Level.B_LTA])
def test_levels_are_told_and_what_they_prove(pki: Pki, level: Level):
    verdict = judged(pki, signed_to(pki, level), AT)
    assert (verdict.state, verdict.level) == (State.VALID, level)
    assert verdict.proven == (level is not Level.B_B)
    embedded = level in (Level.B_LT, Level.B_LTA)
    assert verdict.revocation is (Revocation.GOOD if embedded else Revocation.UNKNOWN)
    assert [change.what for change in verdict.changes] == ([What.VALIDATION_DATA] if embedded else [])
    if verdict.proven:
        assert verdict.signed_at == AT


def test_a_certificate_that_ended_counts_as_it_was_when_a_stamp_proves_the_time(pki: Pki):
    """``tsa`` lives to 2035 and ``leader`` too: at the end of the short certificate the stamp still holds."""
    later = datetime(2026, 1, 10, tzinfo=AT.tzinfo)
    early = datetime(2025, 12, 1, tzinfo=AT.tzinfo)
    for level, trust in [
        (Level.B_B, Trust.EXPIRED),
        (Level.B_T, Trust.EXPIRED),
        (Level.B_LT, Trust.TRUSTED),
        (Level.B_LTA, Trust.TRUSTED),
    ]:
        verdict = judged(pki, signed_to(pki, level, label="expired", at=early), later)
        assert (level, verdict.trust) == (level, trust)
        assert verdict.state is (State.VALID if trust is Trust.TRUSTED else State.UNTRUSTED)
    stamped = signed_to(pki, Level.B_T, label="expired", at=early)
    (kept,) = examine(stamped, anchors=[pki.certificate("root")], at=later, revocations=lists(pki, early))
    assert (kept.state, kept.revocation) == (State.VALID, Revocation.GOOD)


def test_a_revocation_counts_from_its_day(pki: Pki):
    """The certificate ``revoked`` was revoked on 2025-12-01."""
    before, after = (datetime(2025, month, 2, tzinfo=AT.tzinfo) for month in (11, 12))
    early = judged(pki, signed_to(pki, Level.B_T, label="revoked", at=before), kept=True)
    assert (early.state, early.trust) == (State.VALID, Trust.TRUSTED)
    late = judged(pki, signed_to(pki, Level.B_T, label="revoked", at=after), kept=True)
    assert (late.state, late.trust) == (State.UNTRUSTED, Trust.REVOKED)
    assert late.revoked_at == datetime(2025, 12, 1, tzinfo=AT.tzinfo)


@pytest.mark.parametrize("later", [timedelta(hours=1), timedelta(days=5)])
@pytest.mark.parametrize("known", [slice(None), slice(1, None)], ids=["both", "the issuer's alone"])
def test_a_revocation_stays_when_its_list_is_old_or_nothing_is_known_of_the_issuer(
    pki: Pki, later: timedelta, known: slice
):
    """Lists are good for a day; the second is of the authority that issued the certificates."""
    anchors, given = [pki.certificate("root")], lists(pki, AT)[known]
    (revoked,) = examine(plain(pki, "revoked"), anchors=anchors, at=AT + later, revocations=given)
    assert (revoked.state, revoked.trust, revoked.revocation) == (State.UNTRUSTED, Trust.REVOKED, Revocation.REVOKED)
    assert revoked.revoked_at == datetime(2025, 12, 1, tzinfo=AT.tzinfo)
    (honest,) = examine(plain(pki, "leader"), anchors=anchors, at=AT + later, revocations=given)
    fresh = known == slice(None) and later < timedelta(days=1)
    assert (honest.state, honest.revocation) == (State.VALID, Revocation.GOOD if fresh else Revocation.UNKNOWN)


def test_a_hold_is_told_as_long_as_nothing_newer_is_known(pki: Pki):
    held = pki.list_with("leader", ReasonFlags.certificate_hold, since=AT - timedelta(days=1), at=AT)
    anchors, at = [pki.certificate("root")], AT + timedelta(days=30)
    (found,) = examine(plain(pki, "leader"), anchors=anchors, at=at, revocations=[held])
    assert (found.state, found.trust) == (State.UNTRUSTED, Trust.SUSPENDED)
    lifted = empty_list(pki, "authority", at=AT + timedelta(days=3))
    (found,) = examine(plain(pki, "leader"), anchors=anchors, at=at, revocations=[held, lifted])
    assert (found.state, found.revocation) == (State.VALID, Revocation.UNKNOWN)


def test_an_authority_above_that_was_revoked_is_not_trusted_again(pki: Pki):
    """The root's own list, long out of date."""
    root = x509.load_der_x509_certificate(pki.certificate("root"))
    authority = x509.load_der_x509_certificate(pki.certificate("authority"))
    entry = (
        x509.RevokedCertificateBuilder().serial_number(authority.serial_number).revocation_date(AT - timedelta(days=1))
    )
    made = x509.CertificateRevocationListBuilder().issuer_name(root.subject).last_update(AT)
    made = made.next_update(AT + timedelta(days=1)).add_revoked_certificate(entry.build())
    given = made.sign(pki.key("root"), SHA256()).public_bytes(Encoding.DER)
    at = AT + timedelta(days=30)
    (found,) = examine(plain(pki, "leader"), anchors=[pki.certificate("root")], at=at, revocations=[given])
    assert (found.state, found.trust) == (State.UNTRUSTED, Trust.REVOKED)


def test_an_archive_stamp_carries_a_stamp_whose_authority_has_ended(pki: Pki):
    """The stamp of 2026 is by a certificate that ends with 2026: in 2028 only a later stamp over it helps."""
    first = signed_to(pki, Level.B_LTA, stamper="tsa-short")
    then = datetime(2028, 1, 1, tzinfo=AT.tzinfo)
    alone = judged(pki, first, then)
    assert (alone.proven, alone.level) == (False, Level.B_B)
    renewed = judged(pki, stamped_again(pki, first, at=datetime(2026, 12, 1, tzinfo=AT.tzinfo)), then)
    assert (renewed.state, renewed.proven, renewed.signed_at, renewed.level) == (State.VALID, True, AT, Level.B_LTA)


def test_a_stamp_of_an_authority_that_nobody_trusts_proves_nothing(pki: Pki):
    verdict = judged(pki, signed_to(pki, Level.B_T), anchor="authority")
    assert (verdict.state, verdict.proven, verdict.level) == (State.VALID, False, Level.B_B)
    assert verdict.notes == (Note.UNCOUNTED,)


def test_a_stamp_that_proves_nothing_is_told(pki: Pki):
    found = judged(pki, signed_to(pki, Level.B_T, stamper="tsa-stranger"))
    assert (found.state, found.proven, found.notes) == (State.VALID, False, (Note.UNCOUNTED,))
    found = judged(pki, stamped_again(pki, plain(pki, "leader"), at=AT), anchor="authority")
    assert (found.state, found.proven, found.notes) == (State.VALID, False, (Note.UNCOUNTED,))


def keep_lists(pki: Pki) -> None:
    """The house has fetched the lists of both authorities."""
    for issuer, der in zip(("root", "authority"), lists(pki, AT), strict=True):
        certificate = pki.certificate(issuer)
        RevocationStatement.objects.create(
            issuer=hashlib.sha256(certificate).hexdigest(), issuer_der=certificate, url=f"http://127.0.0.1/{issuer}",
            der=der, this_update=AT, next_update=AT + timedelta(days=1), fetched_at=AT, used_at=AT,
        )  # fmt: skip


@pytest.mark.django_db
def test_what_the_house_has_kept_is_consulted_where_the_file_brings_nothing(pki: Pki):
    add_trust_anchor(der=pki.certificate("root"), demonstration=False, at=AT)
    revoked, honest = plain(pki, "revoked"), plain(pki, "leader")
    (before,) = verdicts_on(revoked, at=AT)
    assert (before.state, before.revocation) == (State.VALID, Revocation.UNKNOWN)
    keep_lists(pki)
    (found,) = verdicts_on(revoked, at=AT)
    assert (found.state, found.trust) == (State.UNTRUSTED, Trust.REVOKED)
    (good,) = verdicts_on(honest, at=AT)
    assert (good.state, good.revocation) == (State.VALID, Revocation.GOOD)


@pytest.mark.django_db
def test_an_older_word_in_the_file_does_not_hide_a_revocation_that_the_house_knows(pki: Pki):
    """Its thief brings a list from before the revocation, which still counts for weeks."""
    add_trust_anchor(der=pki.certificate("root"), demonstration=False, at=AT)
    root, _authority = lists(pki, AT)
    proofs = [root, empty_list(pki, "authority", at=datetime(2025, 11, 30, tzinfo=AT.tzinfo))]
    thief, honest = (with_proofs(plain(pki, label), proofs) for label in ("revoked", "leader"))
    (fooled,) = verdicts_on(thief, at=AT)
    assert (fooled.state, fooled.revocation) == (State.VALID, Revocation.GOOD)
    keep_lists(pki)
    (found,) = verdicts_on(thief, at=AT)
    assert (found.state, found.trust) == (State.UNTRUSTED, Trust.REVOKED)
    assert found.revoked_at == datetime(2025, 12, 1, tzinfo=AT.tzinfo)
    assert verdicts_on(honest, at=AT)[0].revocation is Revocation.GOOD


def empty_list(pki: Pki, issuer: str, *, at: datetime) -> bytes:
    """A revocation list with nobody on it, good for 60 days."""
    authority = x509.load_der_x509_certificate(pki.certificate(issuer))
    made = x509.CertificateRevocationListBuilder().issuer_name(authority.subject)
    made = made.last_update(at).next_update(at + timedelta(days=60))
    made = made.add_extension(x509.CRLNumber(1), critical=False)
    return made.sign(pki.key(issuer), SHA256()).public_bytes(Encoding.DER)
