"""Signing a PDF in two steps: prepare the file and what is to be signed, put the signature in when it has come.

Between the steps lies a person with a phone or a token, for seconds or for days. What is kept then is
:class:`Prepared`; what goes out to the signing provider is 32 bytes.
"""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.sign.fields import FieldMDPSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest, SignatureObject

from motcua.engines.signing.appearances import image_form, lines_form, turned, upright_form
from motcua.engines.signing.cms import largest_size, signed_attributes, signed_data
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.fields import empty_field, fill_texts, fill_where_there, show, show_anew, size_of
from motcua.engines.signing.revisions import Revision, begin, written
from motcua.engines.signing.suitability import DAMAGED, check_signable


@dataclass(frozen=True)
class Stamp:
    """What one signature says: where, when, why, and the texts filled in the same revision.

    It shows a picture, or ``lines`` of text (``text_seals``), or a ``drawing`` (one page of PDF), or nothing.
    ``texts`` must have their fields; of ``signer`` (in whose stead, title, name) is filled what the document has a
    place for.
    """

    field: str
    at: datetime
    reason: str = ""
    location: str = ""
    image: bytes | None = None
    lines: tuple[str, ...] = ()
    drawing: bytes | None = None
    texts: Mapping[str, str] = attribute(default_factory=dict)
    signer: Mapping[str, str] = attribute(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """A file that lacks only its signature."""

    document: bytes
    document_digest: bytes
    hole: tuple[int, int]
    attributes: bytes

    @property
    def is_whole(self) -> bool:
        """Whether the signer's own program makes the signature, and only the texts were filled here."""
        return not self.attributes

    @property
    def to_sign(self) -> bytes:
        """What the key signs: SHA-256 over the signed attributes."""
        return hashlib.sha256(self.attributes).digest()


def prepare(pdf: bytes, *, certificate: bytes, chain: bytes = b"", stamp: Stamp) -> Prepared:
    """Write a new revision with texts filled, the picture drawn and room for the signature.

    Raises :class:`FieldMissing` when the field is not there or taken, :class:`Unsignable` for a file that allows no
    signature, :class:`SigningError` for an unusable picture.
    """
    try:
        writer = begin(pdf)
        check_signable(writer, {stamp.field, *stamp.texts})
        field = empty_field(writer, stamp.field, "/Sig")
        fill_texts(writer, stamp.texts)
        fill_where_there(writer, stamp.signer)
        lock = _lock(field)
        if lock is not None:
            show_anew(writer, set(lock.fields or ()) - set(stamp.texts))
        if stamp.image is not None:
            show(writer, field, image_form(writer, stamp.image, *size_of(field)))
        elif stamp.lines:
            show(writer, field, lines_form(writer, stamp.lines, *size_of(field), turned=turned(field["/P"])))
        elif stamp.drawing is not None:
            show(writer, field, upright_form(writer, stamp.drawing, *size_of(field), turned=turned(field["/P"])))
        digest, document = _write(writer, stamp, lock, 2 * largest_size(certificate, chain))
    except DAMAGED as error:
        raise Unsignable.damaged() from error
    hole = (digest.reserved_region_start, digest.reserved_region_end)
    attributes = signed_attributes(digest.document_digest, certificate)
    return Prepared(document, digest.document_digest, hole, attributes)


def prepare_whole(pdf: bytes, *, stamp: Stamp) -> Prepared:
    """The file as a program that signs files itself gets it: texts filled, the field still empty. Raises as above."""
    try:
        revision = begin(pdf)
        check_signable(revision, {stamp.field, *stamp.texts})
        empty_field(revision, stamp.field, "/Sig")
        fill_texts(revision, stamp.texts)
        fill_where_there(revision, stamp.signer)
        document = written(revision) if stamp.texts or stamp.signer else pdf
    except DAMAGED as error:
        raise Unsignable.damaged() from error
    return Prepared(document, hashlib.sha256(document).digest(), (0, len(document)), b"")


def _lock(field: DictionaryObject) -> FieldMDPSpec | None:
    """What may not be filled any more once this field is signed, as the template laid down."""
    return FieldMDPSpec.from_pdf_object(field["/Lock"]) if "/Lock" in field else None


def _write(
    writer: Revision, stamp: Stamp, lock: FieldMDPSpec | None, reserved: int
) -> tuple[PreparedByteRangeDigest, bytes]:
    """Write the revision with a hole where the signature goes, and digest what is around the hole."""
    signature = SignatureObject(
        subfilter=SigSeedSubFilter.PADES,
        timestamp=stamp.at,
        reason=stamp.reason,
        location=stamp.location,
        bytes_reserved=reserved,
    )
    locked = None if lock is None else SigMDPSetup("sha256", field_lock=lock)
    steps = PdfCMSEmbedder().write_cms(stamp.field, writer, existing_fields_only=True)
    next(steps)
    steps.send(SigObjSetup(signature, mdp_setup=locked))
    digest, output = steps.send(SigIOSetup("sha256"))
    return digest, output.getvalue()


def finish(prepared: Prepared, *, signature: bytes, certificate: bytes, chain: bytes = b"") -> bytes:
    """Put the signature into the prepared file and return it, signed."""
    cms = signed_data(attributes=prepared.attributes, signature=signature, certificate=certificate, chain=chain)
    output = io.BytesIO(prepared.document)
    PreparedByteRangeDigest(prepared.document_digest, *prepared.hole).fill_with_cms(output, cms)
    return output.getvalue()
