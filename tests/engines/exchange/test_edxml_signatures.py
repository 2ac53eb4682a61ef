"""Signatures of edXML messages, and what they are found to be worth."""

import base64
import hashlib
from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from lxml import etree

from motcua.engines.exchange import rules
from motcua.engines.exchange.edxml import (
    parse,
)
from motcua.engines.exchange.edxml.signatures import SignatureState, judge, put_signature
from motcua.engines.signing.verification import Verdict
from tests.engines.exchange.messages import AT, PDF, written
from tests.engines.signing.pki import Pki
from tests.engines.signing.signed import lists


def signed(pki: Pki, content: bytes, label: str = "leader") -> bytes:
    return put_signature(
        content,
        certificate=pki.certificate(label),
        chain=pki.chain(label),
        sign=lambda digest: pki.sign(label, digest),
        at=AT,
    )


@pytest.mark.parametrize("label", ["leader", "agency"])
def test_a_signed_message_holds_and_a_changed_one_does_not(pki: Pki, label: str):
    content = signed(pki, written(), label)
    assert b"sha1" not in content
    anchors = [pki.certificate("root")]
    assert parse(content).signatures == 1
    assert parse(content).message == parse(written()).message
    found = judge(content, signatures=1, anchors=anchors, at=pki.at)
    assert (found.state, found.remarks) == (SignatureState.TRUSTED, ())
    assert found.fingerprint == hashlib.sha256(pki.certificate(label)).hexdigest()
    assert judge(content, signatures=1, anchors=[], at=pki.at).state is SignatureState.WHOLE
    changed = content.replace("phối hợp".encode(), "phối hơp".encode())
    assert judge(changed, signatures=1, anchors=anchors, at=pki.at).state is SignatureState.BROKEN
    assert judge(written(), signatures=0, anchors=anchors, at=pki.at).state is SignatureState.NONE


def test_what_the_house_has_kept_of_a_revocation_counts(pki: Pki):
    content, anchors, asked = signed(pki, written(), "revoked"), [pki.certificate("root")], []

    def kept(verdicts: Sequence[Verdict]) -> list[bytes]:
        asked.extend(verdicts)
        return lists(pki, AT)

    unknown = judge(content, signatures=1, anchors=anchors, at=pki.at)
    assert (unknown.state, unknown.trust) == (SignatureState.TRUSTED, "trusted")
    known = judge(content, signatures=1, anchors=anchors, at=pki.at, kept=kept)
    assert (known.state, known.trust) == (SignatureState.WHOLE, "revoked")
    assert [each.signer for each in asked] == [known.signer]


def signed_with_sha1(pki: Pki, label: str) -> bytes:
    """As the samples of the SDK are."""
    ds = "http://www.w3.org/2000/09/xmldsig#"
    root = etree.fromstring(written())
    header = root.find(".//{*}edXMLHeader")
    assert header is not None
    key, exclusive = pki.key(label), "http://www.w3.org/2001/10/xml-exc-c14n#"
    rsa, ecdsa = f"{ds}rsa-sha1", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"
    algorithm = rsa if isinstance(key, RSAPrivateKey) else ecdsa
    canonical = etree.tostring(root, method="c14n", exclusive=True)
    digest = base64.b64encode(hashlib.sha1(canonical, usedforsecurity=False).digest()).decode()
    info = (
        f'<SignedInfo xmlns="{ds}"><CanonicalizationMethod Algorithm="{exclusive}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{algorithm}"></SignatureMethod><Reference URI=""><Transforms><Transform '
        f'Algorithm="{ds}enveloped-signature"></Transform><Transform Algorithm="{exclusive}"></Transform></Transforms>'
        f'<DigestMethod Algorithm="{ds}sha1"></DigestMethod><DigestValue>{digest}</DigestValue></Reference>'
        "</SignedInfo>"
    )
    hashed, sha1 = hashlib.sha1(info.encode(), usedforsecurity=False).digest(), Prehashed(hashes.SHA1())
    if isinstance(key, RSAPrivateKey):
        value = key.sign(hashed, padding.PKCS1v15(), sha1)
    else:
        assert isinstance(key, EllipticCurvePrivateKey)
        numbers = decode_dss_signature(key.sign(hashed, ECDSA(sha1)))
        value = b"".join(number.to_bytes((key.key_size + 7) // 8, "big") for number in numbers)
    ders = [base64.b64encode(pki.certificate(each)).decode() for each in (label, "authority")]
    certificates = "".join(f"<X509Certificate>{each}</X509Certificate>" for each in ders)
    whole = (
        f'<Signature xmlns="{ds}">{info}<SignatureValue>{base64.b64encode(value).decode()}</SignatureValue><KeyInfo>'
        f"<X509Data>{certificates}</X509Data></KeyInfo></Signature>"
    )
    header.append(etree.fromstring(whole))
    return etree.tostring(root)


def test_sha1_is_read_with_a_remark_and_a_signature_outside_the_standard_is_told_apart(pki: Pki):
    content, anchors = signed_with_sha1(pki, "leader"), [pki.certificate("root")]
    found = judge(content, signatures=1, anchors=anchors, at=pki.at, kept=lambda _verdicts: lists(pki, AT))
    assert (found.state, found.remarks) == (SignatureState.WHOLE, ("weak",))
    known = [found.fingerprint]
    assert rules.is_accepted(found, "known", known)
    assert not rules.is_accepted(found, "trusted", [])
    foreign = content.replace(b"http://www.w3.org/2000/09/xmldsig#", b"http://www.mic.gov.vn/TBT/QCVN_102_2016")
    assert parse(foreign).signatures == 1
    assert judge(foreign, signatures=1, anchors=[], at=pki.at).state is SignatureState.FOREIGN


def test_sha1_is_no_way_round_a_revocation(pki: Pki):
    content, anchors = signed_with_sha1(pki, "revoked"), [pki.certificate("root")]
    found = judge(content, signatures=1, anchors=anchors, at=pki.at, kept=lambda _verdicts: lists(pki, AT))
    assert (found.state, found.trust) == (SignatureState.WHOLE, "revoked")
    assert not rules.is_accepted(found, "known", [found.fingerprint])


def test_a_message_of_many_megabytes_is_signed_and_judged(pki: Pki):
    content = signed(pki, written(files={"lon.pdf": PDF + b"x" * 9_000_000}))
    found = judge(content, signatures=1, anchors=[pki.certificate("root")], at=pki.at)
    assert found.state is SignatureState.TRUSTED
