"""What a signature costs, with the library's own path and a bare key in the same run; raising documents to B-LTA."""

import hashlib
import io
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from statistics import median

import pikepdf
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from tests.engines.signing import pki as authorities
from tests.engines.signing.factories import AGENCY, AT, LEADER, rendering
from tests.engines.signing.pki import Pki

from benchmarks.house import House
from benchmarks.results import Result, at_most
from benchmarks.transition import YOUNG
from motcua.engines.signing import actions as signing
from motcua.engines.signing import pades
from motcua.engines.signing.fields import prepare_fields
from motcua.engines.signing.images import demo_seal, demo_signature
from motcua.engines.signing.levels import actions
from motcua.engines.signing.models import SignedFile
from motcua.engines.signing.pades import Stamp
from motcua.kernel.blobs.actions import keep, store_bytes

ROUNDS, EACH, RAISED = 5, 40, 10_000
HOUSE_MS, PICTURE_MS, ADDED_KB = 6, 20, 12
SIZE = 100 * 1024


def measure(house: House) -> Iterator[Result]:
    """Signatures first, all in one run; then the jobs that raise."""
    with tempfile.TemporaryDirectory() as folder, authorities.running(Path(folder)) as pki:
        yield from _signatures(pki)
        with house.copy(YOUNG), _blobs_in(folder):
            yield from _raising(pki)


def _signatures(pki: Pki) -> Iterator[Result]:
    pdf, digest = _document(), hashlib.sha256(b"to sign").digest()
    bare = _cpu(lambda: pki.sign("leader", digest))
    signer = _stock_signer(pki)
    stock = _cpu(lambda: _stock(signer, pdf))
    plain = _cpu(lambda: _signed(pki, pdf, Stamp("KyChinh", AT)))
    yield Result(what="bare key operation (RSA-2048)", figure=f"{bare:.2f} CPU-ms")
    yield Result(what=f"the library's own path, B-B, {len(pdf) // 1024} KB", figure=f"{stock:.1f} CPU-ms")
    house = at_most("prepare + sign + finish, B-B, no visible stamp", plain, HOUSE_MS, "CPU-ms")
    yield Result(**{**vars(house), "compared": f"{stock:.1f} ms", "ratio": plain / stock})
    seal, hand = demo_seal(AGENCY, "Tỉnh Mẫu Sơn"), demo_signature(LEADER)
    for what, stamp in (
        ("the same with the blue picture", Stamp("KyChinh", AT, image=hand)),
        ("the same with the red seal", Stamp("DauCQ", AT, image=seal)),
    ):
        yield at_most(what, _cpu(lambda stamp=stamp: _signed(pki, pdf, stamp)), PICTURE_MS, "CPU-ms")
    signed = _signed(pki, pdf, Stamp("KyChinh", AT))
    yield at_most("bytes that B-B adds", (len(signed) - len(pdf)) / 1024, ADDED_KB, "KB", note=_accepted(pki, signed))


def _document() -> bytes:
    """A decision with empty fields, brought to 100 KB by an attachment that does not compress."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(rendering().pdf)) as pdf:
        chance = b"".join(hashlib.sha256(bytes([number % 256, number // 256])).digest() for number in range(2000))
        pdf.attachments["phu-luc.bin"] = chance[: max(0, SIZE - len(rendering().pdf) - 6000)]
        pdf.save(output)
    return prepare_fields(output.getvalue(), rendering().anchors)


def _signed(pki: Pki, pdf: bytes, stamp: Stamp) -> bytes:
    certificate, chain = _certificates(pki)
    made = pades.prepare(pdf, certificate=certificate, chain=chain, stamp=stamp)
    return pades.finish(made, signature=pki.sign("leader", made.to_sign), certificate=certificate, chain=chain)


@cache
def _certificates(pki: Pki) -> tuple[bytes, bytes]:
    """The signer's, as the database would give them: the simulated authority writes them anew each time."""
    return pki.certificate("leader"), pki.chain("leader")


def _stock_signer(pki: Pki) -> signers.SimpleSigner:
    """As the library's documentation makes it."""
    private = pki.key("leader").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(pki.certificate("authority")))
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(pki.certificate("leader")),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )


def _stock(signer: signers.SimpleSigner, pdf: bytes) -> None:
    how = signers.PdfSignatureMetadata(field_name="KyChinh", subfilter=SigSeedSubFilter.PADES)
    signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), how, signer=signer)


def _accepted(pki: Pki, signed: bytes) -> str:
    """What other programs say of it."""
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures
    context = ValidationContext([x509.Certificate.load(pki.certificate("root"))], moment=AT, allow_fetching=False)
    accepted = ["pyHanko"] if validate_pdf_signature(signature, context).bottom_line else []
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(signed)
        file.flush()
        said = subprocess.run(["pdfsig", "-nocert", file.name], capture_output=True, text=True).stdout
    accepted += ["pdfsig"] if "Signature is Valid" in said else []
    return f" (accepted by {' and '.join(accepted) or 'nobody'})"


def _cpu(work: Callable[[], object]) -> float:
    """CPU-ms of this thread for one piece of work: the median of some rounds."""
    work()
    rounds = []
    for _round in range(ROUNDS):
        began = time.thread_time()
        for _time in range(EACH):
            work()
        rounds.append((time.thread_time() - began) * 1000 / EACH)
    return median(rounds)


@contextmanager
def _blobs_in(folder: str) -> Iterator[None]:
    before = settings.BLOBS_ROOT, settings.TIME_STAMP_AUTHORITIES
    settings.BLOBS_ROOT = Path(folder) / "blobs"
    yield
    settings.BLOBS_ROOT, settings.TIME_STAMP_AUTHORITIES = before


def _raising(pki: Pki) -> Iterator[Result]:
    """Documents of two signers wait, as after a day of sealing; the job raises all of them."""
    settings.TIME_STAMP_AUTHORITIES = [pki.tsa_url]
    signing.add_trust_anchor(der=pki.certificate("root"), demonstration=False, at=AT)
    pdf = _document()
    for number in range(RAISED):
        signed = _signed(pki, pdf, Stamp("KyChinh", AT, reason=str(number)))
        file = store_bytes(signed, name=f"{number}.pdf", media_type="application/pdf", by=None)
        keep([file.pk])
        actions.await_level(file=file, subject=f"dossier:{number}", at=AT, wanted="B-LTA")
    pki.reset()
    cpu, wall = time.thread_time(), time.perf_counter()
    while actions.raise_due(at=AT):
        pass
    cpu, wall = time.thread_time() - cpu, time.perf_counter() - wall
    reached = SignedFile.objects.filter(level="B-LTA").count()
    yield Result(
        what=f"{RAISED} documents raised from B-B to B-LTA by jobs",
        figure=f"{cpu * 1000 / RAISED:.0f} CPU-ms each",
        compared=f"{RAISED / wall:.1f} a second, one worker and the simulated authority on the same cores",
        demanded="all",
        met=reached == RAISED,
    )
    asked = Counter(path.split("/")[2] for path in pki.requests.elements())
    yield at_most("revocation lists fetched for them (two issuers)", asked["crls"], 2, "")
    yield at_most("OCSP answers fetched for them", asked["ocsp"], 1, "")
    last = SignedFile.objects.order_by("id").select_related("file")[:1].get()
    yield Result(what="bytes that B-LTA adds to B-B", figure=f"{(last.file.size - len(signed)) / 1024:.1f} KB")
