"""A PDF is signed through the sign server: SoftHSM's bare operation, the library's own way and ours, in one run.

SoftHSM works inside the process that calls it, so the process's CPU time holds its share too.
"""

import io
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.db import connection
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore
from tests.engines.signing.factories import decision, demo_authority
from tests.engines.signing.softhsm import MODULES, SoftHSM, Token, issued
from tests.poppler import poppler

from benchmarks.house import House
from benchmarks.meters import Statements, middle, spending
from benchmarks.results import Result, at_least, at_most
from motcua.engines.signing import actions, pades, rules
from motcua.engines.signing.actions import DocumentToSign
from motcua.engines.signing.images import demo_seal, demo_signature
from motcua.engines.signing.models import HolderKind, SigningCertificate, TransactionState
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.providers import tokens
from motcua.engines.signing.providers.interface import Holder, Item, Means, ProvidedCertificate, Request, Signed
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.providers.sign_server import SignServer
from motcua.engines.signing.verification import State, verify
from motcua.kernel.identifiers.models import new_id

SIZE, ROUNDS, EACH, BATCH, SECONDS, PROCESSES = 100_000, 5, 40, 50, 5, 2
PROVIDER, PIN = "bench-hsm", "MOTCUA_BENCH_PIN"
AT = datetime.now(UTC)
HOLDER = Holder(HolderKind.OFFICER, new_id())
DIGEST = rules.digest(b"what is signed")


@dataclass(frozen=True)
class Signer:
    """A key of the sign server with its certificate."""

    server: SignServer
    means: Means
    provided: ProvidedCertificate

    def sign(self, pdf: bytes, stamp: Stamp) -> bytes:
        """All that signing costs but the database: prepare, ask the provider, check what came, put it in."""
        der, chain = self.provided.der, self.provided.chain
        prepared = pades.prepare(pdf, certificate=der, chain=chain, stamp=stamp)
        item = Item(prepared.to_sign, "Quyết định")
        done = self.server.start(Request(new_id(), self.means, der, self.provided.key_reference, (item,), AT))
        assert isinstance(done, Signed), done
        assert rules.signature_matches(der, digest=prepared.to_sign, signature=done.signatures[0])
        return pades.finish(prepared, signature=done.signatures[0], certificate=der, chain=chain)

    def bare(self) -> None:
        """C_Sign alone, with session and key at hand."""
        self.server.signatures(self.provided.key_reference, [DIGEST])


def measure(house: House) -> Iterator[Result]:
    """All figures of the sign server."""
    with _hsm() as token, house.copy(0):
        pdf, stamp = document(), Stamp("KyChinh", AT)
        by_rsa, by_ec = _signer("rsa"), _signer("ec")
        signed = by_rsa.sign(pdf, stamp)
        _accepted(signed)
        bare = _cost(by_rsa.bare)
        yield Result(what="bare key operation, RSA-2048 in SoftHSM", figure=f"{bare:.2f} ms")
        yield _ours("100 KB, RSA-2048, B-B", _cost(lambda: by_rsa.sign(pdf, stamp)), bare, limit=6)
        yield _ours("the same with P-256", _cost(lambda: by_ec.sign(pdf, stamp)), _cost(by_ec.bare), limit=6)
        yield from _with_pictures(by_rsa, pdf, bare)
        yield from _stock(token, pdf, stamp, bare)
        yield at_most("bytes that B-B adds", (len(signed) - len(pdf)) / 1024, 12, "KB")
        yield from _with_database(pdf, stamp, bare)
        yield from _side_by_side(pdf, stamp)


@contextmanager
def _hsm() -> Iterator[Token]:
    """A fresh token as the installation's sign server."""
    module = next(Path(name) for name in MODULES if Path(name).exists())
    folder = Path(tempfile.mkdtemp(prefix="bench-hsm-"))
    hsm = SoftHSM(module, folder)
    os.environ.update(hsm.environment)
    token = hsm.new_token("Người ký mẫu", at=AT)
    os.environ[PIN] = token.pin
    section = {"kind": "sign-server", "module": str(module), "token_label": token.label, "pin_variable": PIN}
    settings.SIGNING_PROVIDERS = {PROVIDER: section}
    try:
        yield token
    finally:
        shutil.rmtree(folder)


def document() -> bytes:
    """A decision with empty fields, and what cannot be compressed to fill it up to its size."""
    writer = IncrementalPdfFileWriter(io.BytesIO(decision()))
    filler = generic.StreamObject(stream_data=os.urandom(SIZE - len(decision())))
    writer.root[generic.pdf_name("/Filler")] = writer.add_object(filler)
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _signer(key: str) -> Signer:
    server, means = registry[PROVIDER], Means(HOLDER, {"key": key})
    assert isinstance(server, SignServer)
    return Signer(server, means, server.certificates(means)[0])


def _accepted(pdf: bytes) -> None:
    """Our verification (pyHanko's validator) and poppler's agree that the result is valid."""
    (verdict,) = verify(pdf, anchors=[demo_authority().certificate], at=AT)
    assert verdict.state is State.VALID, verdict
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        assert "Signature is Valid" in poppler("pdfsig", "-nocert", file.name)


def _cost(work: Callable[[], object], *, each: int = EACH) -> float:
    """CPU milliseconds of this process, the median of several rounds after one that fills caches."""
    work()
    found = []
    for _round in range(ROUNDS):
        began = time.process_time()
        for _once in range(each):
            work()
        found.append((time.process_time() - began) * 1000 / each)
    return median(found)


def _ours(what: str, cost: float, bare: float, *, limit: float) -> Result:
    return Result(
        what=f"CPU: {what}",
        figure=f"{cost:.2f} ms",
        compared=f"bare key operation {bare:.2f} ms",
        ratio=cost / bare,
        demanded=f"≤ {limit} ms",
        met=cost <= limit,
    )


def _with_pictures(signer: Signer, pdf: bytes, bare: float) -> Iterator[Result]:
    pictures = {"blue signature": demo_signature("Phạm Văn Giả Định"), "red seal": demo_seal("Xã Mẫu Sơn", "Mẫu Sơn")}
    for name, image in pictures.items():
        stamp = Stamp("KyChinh", AT, image=image)
        yield _ours(f"with the {name}", _cost(partial(signer.sign, pdf, stamp)), bare, limit=20)


def _stock(token: Token, pdf: bytes, stamp: Stamp, bare: float) -> Iterator[Result]:
    """pyHanko's own signers, with the key in the HSM and with a key in memory."""
    session = next(iter(tokens.module(settings.SIGNING_PROVIDERS[PROVIDER]["module"]).sessions.values())).session
    how = PdfSignatureMetadata(field_name=stamp.field, subfilter=SigSeedSubFilter.PADES)
    signers = {
        "PKCS11Signer, the same key": PKCS11Signer(session, cert_label="rsa", key_label="rsa"),
        "SimpleSigner, RSA-2048 in memory": _in_memory(),
    }
    for name, signer in signers.items():
        cost = _cost(partial(_stock_way, pdf, how, signer), each=5)
        yield Result(
            what=f"CPU: the stock library ({name})",
            figure=f"{cost:.0f} ms",
            compared=f"bare key operation {bare:.2f} ms",
            ratio=cost / bare,
        )


def _stock_way(pdf: bytes, how: PdfSignatureMetadata, signer: Any) -> None:
    sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), how, signer=signer)


def _in_memory() -> SimpleSigner:
    key = rsa.generate_private_key(65537, 2048)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificate = issued(key.public_key(), "Người ký mẫu", at=AT, days=30)
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(der),
        cert_registry=SimpleCertificateStore(),
    )


def _with_database(pdf: bytes, stamp: Stamp, bare: float) -> Iterator[Result]:
    """A batch through the actions, with rows, event and the signed files written."""
    certificate = _registered()
    _batch(certificate, pdf, stamp)
    found = []
    for _round in range(ROUNDS):
        with spending() as spent:
            _batch(certificate, pdf, stamp)
        found.append(spent.per(BATCH))
    spent = middle(found)
    with Statements() as seen:
        _batch(certificate, pdf, stamp)
    # One more goes past Django's cursor: the signed files as binary parameters.
    yield at_most(f"SQL statements of {BATCH} documents, with BEGIN and COMMIT", seen.count + 1 + 4, 15, "")
    yield Result(
        what=f"CPU: start_signing, {BATCH} documents in one batch, each",
        figure=f"{spent.app:.2f} ms (and {spent.database:.2f} ms of PostgreSQL's, {spent.wall:.1f} ms in all)",
        compared=f"bare key operation {bare:.2f} ms",
        ratio=spent.app / bare,
        demanded="≤ 6 ms",
        met=spent.app <= 6,
    )


def _registered() -> SigningCertificate:
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=AT)
    means = actions.register_means(holder=HOLDER, provider=PROVIDER, answers={"key": "rsa"}, by=None, at=AT)
    return means.certificates.get()


def _batch(certificate: SigningCertificate, pdf: bytes, stamp: Stamp) -> None:
    documents = [DocumentToSign(pdf, f"bench:{number}", "Quyết định", stamp) for number in range(BATCH)]
    done = actions.start_signing(certificate=certificate, documents=documents, by=HOLDER.id, at=AT)
    assert done.state == TransactionState.SIGNED, done.detail


def _side_by_side(pdf: bytes, stamp: Stamp) -> Iterator[Result]:
    """Documents a second of all processes together; each opens its own session, as web workers do.

    On a machine that is busy with other work the clock tells little, so the CPU time that they got counts too.
    """
    connection.close()
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(PROCESSES), context.Queue()
    running = [context.Process(target=_client, args=(pdf, stamp, barrier, answers)) for _number in range(PROCESSES)]
    for process in running:
        process.start()
    rates = [answers.get(timeout=60) for _process in running]
    for process in running:
        process.join()
    by_clock, by_cpu = (sum(each) for each in zip(*rates, strict=True))
    yield at_least(f"signed by {PROCESSES} processes in a second of CPU time each", by_cpu, 200, "documents")
    yield at_least(f"signed by {PROCESSES} processes in a second by the clock", by_clock, 200, "documents")


def _client(pdf: bytes, stamp: Stamp, barrier: Any, answers: Any) -> None:
    signer = _signer("rsa")
    signer.sign(pdf, stamp)  # fills the caches
    barrier.wait()
    began, cpu, done = time.monotonic(), time.process_time(), 0
    while time.monotonic() - began < SECONDS:
        signer.sign(pdf, stamp)
        done += 1
    answers.put((done / (time.monotonic() - began), done / (time.process_time() - cpu)))
