"""A small signed PDF, judged once at start: what libraries prepare at first use is then ready in every fork."""

import io
from datetime import UTC, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from motcua.engines.signing import authority, pades
from motcua.engines.signing.verification.files import examine


def warm_up() -> None:
    """Judge the sample."""
    pdf, anchor, at = _sample()
    examine(pdf, anchors=[anchor], at=at)


def _sample() -> tuple[bytes, bytes, datetime]:
    """A signed page, the authority to trust, and the time."""
    at = datetime.now(UTC)
    root = authority.new_authority(at)
    signer = authority.issue(root, common_name="Mẫu", at=at)
    prepared = pades.prepare(_page(), certificate=signer.certificate, stamp=pades.Stamp("Sig", at))
    signature = signer.key.sign(prepared.to_sign, ECDSA(Prehashed(hashes.SHA256())))
    return pades.finish(prepared, signature=signature, certificate=signer.certificate), root.certificate, at


def _page() -> bytes:
    writer, output = PdfFileWriter(), io.BytesIO()
    content = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=content, media_box=(0, 0, 100, 100)))
    append_signature_field(writer, SigFieldSpec("Sig"))
    writer.write(output)
    return output.getvalue()
