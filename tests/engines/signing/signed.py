"""Files signed with the test authority's keys, also to the long levels: made by pyHanko's own signer, not ours."""

import io
from datetime import datetime
from hashlib import sha256

import httpx
from asn1crypto import crl, tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from motcua.engines.signing import pades
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.verification import Level
from motcua.kernel.web.outgoing import client_context
from tests.engines.signing.factories import AT, decision, leader_stamp, seal_stamp
from tests.engines.signing.pki import Pki


class Signer(signers.Signer):
    """One of the test authority's people. A ``SimpleSigner`` would check their key anew for each signature."""

    def __init__(self, pki: Pki, label: str) -> None:
        self.pki, self.label = pki, label
        super().__init__(signing_cert=_certificate(pki, label), cert_registry=_store(pki))

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign the digest of the data with the key at hand."""
        assert digest_algorithm == "sha256"
        return self.pki.sign(self.label, sha256(data).digest())


class Stamping(TimeStamper):
    """Stamps of the test authority as of a moment; ``tsa`` or ``tsa-short``."""

    def __init__(self, pki: Pki, label: str, at: datetime) -> None:
        super().__init__()
        self.pki, self.label, self.at = pki, label, at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask over loopback HTTP."""
        before, self.pki.at = self.pki.at, self.at
        headers = {"Content-Type": "application/timestamp-query"}
        answer = httpx.post(
            f"{self.pki.url}/pki/tsa/{self.label}", content=req.dump(), headers=headers, verify=client_context()
        )
        self.pki.at = before
        return tsp.TimeStampResp.load(answer.content)


def plain(
    pki: Pki,
    label: str,
    *,
    pdf: bytes | None = None,
    field: str = "KyChinh",
    at: datetime = AT,
    stamp: Stamp | None = None,
) -> bytes:
    """Signed at B-B, by the house's own way."""
    certificate, chain = pki.certificate(label), pki.chain(label)
    prepared = pades.prepare(
        decision() if pdf is None else pdf, certificate=certificate, chain=chain, stamp=stamp or Stamp(field, at)
    )
    signature = pki.sign(label, prepared.to_sign)
    return pades.finish(prepared, signature=signature, certificate=certificate, chain=chain)


def lists(pki: Pki, at: datetime) -> list[bytes]:
    """The revocation lists of both authorities as they were at a moment."""
    before, pki.at = pki.at, at
    found = [
        httpx.get(f"{pki.url}/pki/crls/{issuer}/latest.crl", verify=client_context()).content
        for issuer in ("root", "authority")
    ]
    pki.at = before
    return found


def signed_to(
    pki: Pki,
    level: Level,
    *,
    label: str = "leader",
    at: datetime = AT,
    pdf: bytes | None = None,
    certify: MDPPerm | None = None,
    stamper: str = "tsa",
) -> bytes:
    """Signed to a level at a moment, of which time stamps and revocation data are."""
    long = level in (Level.B_LT, Level.B_LTA)
    metadata = signers.PdfSignatureMetadata(
        field_name="KyChinh",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=long,
        use_pades_lta=level is Level.B_LTA,
        validation_context=_context(pki, at) if long else None,
        certify=certify is not None,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
    )
    output = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(decision() if pdf is None else pdf), strict=False),
        metadata,
        signer=Signer(pki, label),
        timestamper=None if level is Level.B_B else Stamping(pki, stamper, at),
        existing_fields_only=True,
        output=output,
    )
    return output.getvalue()


def with_proofs(pdf: bytes, known: list[bytes]) -> bytes:
    """The signed file with revocation lists in its security store."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    found = [crl.CertificateList.load(each) for each in known]
    DocumentSecurityStore.supply_dss_in_writer(writer, None, crls=found)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def issued(pki: Pki, pdf: bytes | None = None) -> bytes:
    """As the house issues its documents: signed by the leader, numbered and sealed, raised to B-LTA."""
    signed = plain(pki, "leader", pdf=pdf, stamp=leader_stamp())
    made = plain(pki, "agency", pdf=signed, stamp=seal_stamp())
    certificates = [_certificate(pki, name) for name in ("leader", "agency", "tsa", "authority", "root")]
    stamper = signers.PdfTimeStamper(Stamping(pki, "tsa", AT))
    for crls in ((), [crl.CertificateList.load(each) for each in lists(pki, AT)]):  # the stamp, then proofs and stamp
        output, writer = io.BytesIO(), IncrementalPdfFileWriter(io.BytesIO(made))
        if crls:
            DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=certificates, crls=crls)
        stamper.timestamp_pdf(writer, "sha256", None, output=output)
        made = output.getvalue()
    return made


def stamped_again(pki: Pki, pdf: bytes, *, at: datetime, stamper: str = "tsa") -> bytes:
    """A document time stamp more, as an archive adds it from time to time."""
    output = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signers.PdfTimeStamper(Stamping(pki, stamper, at)).timestamp_pdf(
        writer, "sha256", _context(pki, at), output=output
    )
    return output.getvalue()


def _context(pki: Pki, at: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=[_certificate(pki, "root")],
        other_certs=[_certificate(pki, "authority")],
        crls=[crl.CertificateList.load(each) for each in lists(pki, at)],
        revocation_mode="hard-fail",
        moment=at,
    )


def _store(pki: Pki) -> SimpleCertificateStore:
    return SimpleCertificateStore.from_certs([_certificate(pki, "authority")])


def _certificate(pki: Pki, label: str) -> x509.Certificate:
    return x509.Certificate.load(pki.certificate(label))
