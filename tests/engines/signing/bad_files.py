"""Files as they come from outside: old-fashioned, protected, bent."""

import io
import re
from collections.abc import Callable
from typing import Any

import pikepdf
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.engines.signing.factories import AGENCY, decision, key_of


def saved(change: Callable[[pikepdf.Pdf], None] = lambda pdf: None, *, of: bytes = b"", **how: Any) -> bytes:
    """The decision, or another file, changed and written by another program."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(of or decision())) as pdf:
        change(pdf)
        pdf.save(output, **how)
    return output.getvalue()


def with_object_streams() -> bytes:
    return saved(object_stream_mode=pikepdf.ObjectStreamMode.generate)


def encrypted(user: str = "") -> bytes:
    return saved(encryption=pikepdf.Encryption(owner="chu", user=user))


def with_pages(count: int) -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        for _ in range(count - 1):
            pdf.pages.append(pdf.pages[0])

    return saved(add)


def xfa() -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.Root.AcroForm.XFA = pikepdf.Array([pikepdf.String("template"), pdf.make_stream(b"<template/>")])

    return saved(add)


def hybrid() -> bytes:
    """A table for old readers and beside it a stream that only newer ones read (ISO 32000-1, 7.5.8.4)."""
    pdf = saved(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    size, root = (int(re.search(key + rb" (\d+)", pdf)[1]) for key in (rb"/Size", rb"/Root"))
    before = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    hidden_at = len(pdf)
    hidden = b"%d 0 obj\n(seen by newer readers only)\nendobj\n" % (size + 1)
    stream_at = hidden_at + len(hidden)
    entry = b"\x01" + hidden_at.to_bytes(4, "big") + b"\x00"
    stream = (
        b"%d 0 obj\n<</Type/XRef/Size %d/Root %d 0 R/W[1 4 1]/Index[%d 1]/Length 6>>\nstream\n%b\nendstream\nendobj\n"
    )
    stream %= (size, size + 2, root, size + 1, entry)
    table_at = stream_at + len(stream)
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size %d/Root %d 0 R/Prev %d/XRefStm %d>>\n"
    table += b"startxref\n%d\n%%%%EOF\n"
    return pdf + hidden + stream + table % (size + 2, root, before, stream_at, table_at)


def certified(allowing: MDPPerm, *, field: str = "DauCQ", pdf: bytes = b"") -> bytes:
    """Certified by its author, as other programs do it, with what may still happen to it."""
    how = PdfSignatureMetadata(field_name=field, certify=True, docmdp_permissions=allowing)
    return _signed(pdf or decision(), how)


def certified_in_other_words(allowing: int | None) -> bytes:
    """What is still allowed and the kind of the field stand elsewhere in the file; or nothing says what is allowed."""

    def write(pdf: pikepdf.Pdf) -> None:
        (field,) = (each for each in pdf.Root.AcroForm.Fields if "/V" in each)
        field.FT = pdf.make_indirect(pikepdf.Name.Sig)
        parameters = field.V.Reference[0].TransformParams
        if allowing is None:
            del parameters.P
        else:
            parameters.P = pdf.make_indirect(allowing)

    return saved(write, of=certified(MDPPerm.FILL_FORMS))


def locking(
    fields: dict[str, tuple[str, ...]], *, signed: str, action: FieldMDPAction = FieldMDPAction.INCLUDE
) -> bytes:
    """With more signature fields, each of which locks others; one of them is signed by another program."""
    writer = IncrementalPdfFileWriter(io.BytesIO(decision()))
    for name, names in fields.items():
        lock = FieldMDPSpec(action, list(names)) if names else None
        append_signature_field(writer, SigFieldSpec(name, on_page=0, field_mdp_spec=lock))
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return _signed(output.getvalue(), PdfSignatureMetadata(field_name=signed))


def _signed(pdf: bytes, how: PdfSignatureMetadata) -> bytes:
    issued = key_of(AGENCY)
    private = issued.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(issued.certificate),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )
    output: io.BytesIO = sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), how, signer=signer)
    return output.getvalue()
