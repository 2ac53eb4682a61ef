"""Raising the signatures of a container (ASiC-E, ETSI EN 319 162-1), each as its own standard says.

CAdES (EN 319 122-1): the time stamp is an unsigned attribute, the proofs stand in the fields for them. XAdES: see
:mod:`motcua.engines.signing.levels.xades`. A signature that another one covers stays as it is.
"""

from collections.abc import Callable

from asn1crypto import cms, crl, ocsp, x509
from django.utils.translation import gettext_lazy as _
from pyhanko.sign.general import extract_signer_info

from motcua.engines.signing import asice
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.levels import xades
from motcua.engines.signing.levels.evidence import Evidence, Notary
from motcua.engines.signing.verification.manifests import is_manifest, is_signed_by_xml, read_manifest

_STAMP = "signature_time_stamp_token"
_Raise = Callable[[bytes, Notary], bytes]


def stamped(content: bytes, notary: Notary) -> bytes:
    """The container with a time stamp in each of its signatures (B-T). Raises :class:`Unsignable` when it has none."""
    return _raised(content, notary, by_cms=_cms_stamped, by_xml=xades.stamped)


def proven(content: bytes, notary: Notary) -> bytes:
    """The container with what a later check needs of signers and time-stamp authority (B-LT)."""
    return _raised(content, notary, by_cms=_cms_proven, by_xml=xades.proven)


def _raised(content: bytes, notary: Notary, *, by_cms: _Raise, by_xml: _Raise) -> bytes:
    parts = asice.contents(content)
    manifests = [read_manifest(name, parts) for name in filter(is_manifest, parts)]
    covered = {name for manifest in manifests for name in manifest.listed}
    signatures = {each.signature for each in manifests if not each.over_time} - covered
    by_references = [name for name in parts if is_signed_by_xml(name) and name not in covered]
    if not signatures and not by_references:
        raise Unsignable("unsigned", _("the container has no signature that could be raised"))
    changed = {name: by_cms(parts[name], notary) for name in sorted(signatures)}
    changed |= {name: by_xml(parts[name], notary) for name in by_references}
    return asice.replaced(content, changed)


def _cms_stamped(der: bytes, notary: Notary) -> bytes:
    whole = cms.ContentInfo.load(der)
    signer = extract_signer_info(whole["content"])
    before = list((signer["unsigned_attrs"].native and signer["unsigned_attrs"]) or ())
    if any(attribute["type"].native == _STAMP for attribute in before):
        return der
    token = cms.ContentInfo.load(notary.token_over(signer["signature"].native))
    stamp = cms.CMSAttribute({"type": _STAMP, "values": [token]})
    signer["unsigned_attrs"] = cms.CMSAttributes([*before, stamp])
    return _dumped(whole)


def _cms_proven(der: bytes, notary: Notary) -> bytes:
    whole = cms.ContentInfo.load(der)
    signed = whole["content"]
    held = [each.chosen.dump() for each in signed["certificates"]]
    own = _signer_certificate(signed)
    of_signer = notary.evidence_on(own, [each for each in held if each != own])
    found = _together(of_signer, notary.evidence_on_stamps())
    certificates = dict.fromkeys([*held, *found.certificates])
    signed["certificates"] = cms.CertificateSet(
        [cms.CertificateChoices("certificate", x509.Certificate.load(each)) for each in certificates]
    )
    signed["crls"] = cms.RevocationInfoChoices(
        [
            *(cms.RevocationInfoChoice("crl", crl.CertificateList.load(each)) for each in found.known.crls),
            *(cms.RevocationInfoChoice("other", _answer(each)) for each in found.known.ocsps),
        ]
    )
    if found.known.ocsps:
        signed["version"] = "v5"  # RFC 5652, 5.1: revocation information of another kind than lists
    return _dumped(whole)


def _signer_certificate(signed: cms.SignedData) -> bytes:
    identifier = extract_signer_info(signed)["sid"].chosen
    wanted = (identifier["issuer"].hashable, identifier["serial_number"].native)
    certificates = (each.chosen for each in signed["certificates"])
    own: bytes = next(each for each in certificates if (each.issuer.hashable, each.serial_number) == wanted).dump()
    return own


def _together(one: Evidence, other: Evidence) -> Evidence:
    return Evidence(one.certificates + other.certificates, one.known + other.known)


def _answer(der: bytes) -> cms.OtherRevocationInfoFormat:
    return cms.OtherRevocationInfoFormat(
        {"other_rev_info_format": "ocsp_response", "other_rev_info": ocsp.OCSPResponse.load(der)}
    )


def _dumped(whole: cms.ContentInfo) -> bytes:
    der: bytes = whole.dump()
    return der
