"""Simulated VGCA Sign Service, which speaks the program's WebSocket interface on the loopback.

``key.pem`` and ``certificate.der`` in its folder are its token, ``does`` says how it behaves (each line once, then
``sign``).
"""

import base64
import io
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import httpx
from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from pyhanko.pdf_utils.generic import NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, enumerate_sig_fields
from pyhanko_certvalidator.registry import SimpleCertificateStore
from signxml.signer import XMLSigner
from signxml.xades.xades import XAdESSigner
from websockets.sync.server import ServerConnection, serve

from motcua.kernel.web.outgoing import client_context

PATIENCE = 60
PATHS = {"/SignApproved": "KyChinh", "/SignIssued": "DauCQ", "/SignCopy": "SaoY", "/SignAppendix": "DauPL"}


class _Outdated(XMLSigner):
    def check_deprecated_methods(self) -> None:
        """The program is told nowhere to be careful."""


class Peer:
    """The program with one token in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = "KyChinh"

    def answer(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        told = json.loads(connection.recv())
        if connection.request.path == "/SignXML":
            connection.send(json.dumps(self.xml(told)))
            return
        if connection.request.path not in PATHS:
            connection.send(json.dumps({"Status": 500, "Message": "unknown path"}))
            return
        does = self._next()
        if does == "vanish":
            return
        if does == "cancel":
            connection.send(json.dumps({"Status": 11, "Message": "Người dùng đã hủy"}))
            return
        fetched = httpx.get(told["FileName"], timeout=PATIENCE, verify=client_context())
        if fetched.status_code != 200:
            connection.send(json.dumps({"Status": 10, "Message": "Không tải được tệp"}))
            return
        signed = self.changed(fetched.content, does, at=PATHS[connection.request.path])
        files = {"uploadfile": ("van-ban.signed.pdf", signed, "application/pdf")}
        said = httpx.post(told["FileUploadHandler"], files=files, timeout=PATIENCE, verify=client_context()).json()
        connection.send(json.dumps({**said, "Signature": ""}))

    def _next(self) -> str:
        lines = (self.folder / "does").read_text().split()
        (self.folder / "does").write_text("\n".join(lines[1:]))
        return lines[0] if lines else "sign"

    def changed(self, pdf: bytes, does: str, *, at: str = "KyChinh") -> bytes:
        """What comes back; the signer points at the place ``at`` where there is such an empty one."""
        self.place = at
        if does == "nothing":
            return pdf
        if does == "rewrite":
            output = io.BytesIO()
            copy_into_new_writer(PdfFileReader(io.BytesIO(pdf))).write(output)
            return self._sign(output.getvalue())
        if does == "draw":
            return self._sign(self._drawn(pdf))
        if does == "own-field":
            return self._sign(pdf, new=True)
        if does == "twice":
            return self._sign(self._sign(pdf), new=True)
        signed = self._sign(pdf)
        return signed[:-200] + b"x" + signed[-199:] if does == "garble" else signed

    def xml(self, told: dict[str, str]) -> dict[str, object]:
        """``SignXML``: the document comes and goes in the question and its answer."""
        if told.get("HashAlg") != "Sha256" or told.get("ReturnSignatureOnly") != "false":
            return {"Status": 500, "Message": "unknown parameters"}
        does = self._next()
        if does == "cancel":
            return {"Status": 11, "Message": "Người dùng đã hủy"}
        signed = self.changed_xml(base64.b64decode(told["Base64Content"]), does, plain=told["XmlDsigForm"] == "true")
        return {"Status": 0, "Message": "", "Signature": base64.b64encode(signed).decode()}

    def changed_xml(self, content: bytes, does: str, *, plain: bool = True) -> bytes:
        """What comes back: the document written anew, with a signature in its root."""
        root = etree.fromstring(content)
        if does == "nothing":
            return etree.tostring(root)
        if does == "draw":
            root.set("SoTien", "900000000")
        elif does == "indent":
            root[-1].tail = "\n  "
        signed = self._sign_xml(root, plain=plain, digest="sha1" if does == "weak" else "sha256")
        if does == "twice":
            signed = self._sign_xml(signed, plain=plain)
        if does == "aside":
            signed[0].append(signed[-1])
        if does == "garble":
            signed[0].text = "khác"
        return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")

    def _sign_xml(self, root: etree._Element, *, plain: bool, digest: str = "sha256") -> etree._Element:
        key = (self.folder / "key.pem").read_bytes()
        kind = "rsa" if isinstance(load_pem_private_key(key, None), RSAPrivateKey) else "ecdsa"
        algorithms = {"signature_algorithm": f"{kind}-{digest}", "digest_algorithm": digest}
        signer = (_Outdated if digest == "sha1" else XMLSigner if plain else XAdESSigner)(**algorithms)
        certificate = ssl.DER_cert_to_PEM_cert((self.folder / "certificate.der").read_bytes())
        signed: etree._Element = signer.sign(root, key=key, cert=certificate)
        return signed

    def _drawn(self, pdf: bytes) -> bytes:
        """A page turned before it is signed."""
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        page = writer.root["/Pages"]["/Kids"][0]
        page[pdf_name("/Rotate")] = NumberObject(90)
        writer.update_container(page)
        output = io.BytesIO()
        writer.write(output)
        return output.getvalue()

    def _sign(self, pdf: bytes, *, new: bool = False) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        empty = [name for name, value, _ref in enumerate_sig_fields(PdfFileReader(io.BytesIO(pdf))) if value is None]
        # The signer points at the place: a leader at their own, who has none left at another's.
        name = "Signature1" if new else sorted(empty, key=lambda each: each != self.place)[0]
        certificate = x509.Certificate.load((self.folder / "certificate.der").read_bytes())
        _type, _headers, der = pem.unarmor((self.folder / "key.pem").read_bytes())
        signer = signers.SimpleSigner(
            signing_cert=certificate,
            signing_key=keys.PrivateKeyInfo.load(der),
            cert_registry=SimpleCertificateStore(),
        )
        spec = SigFieldSpec(name, on_page=0, box=(10, 10, 90, 50)) if new else None
        meta = signers.PdfSignatureMetadata(field_name=name)
        output = io.BytesIO()
        signers.PdfSigner(meta, signer, new_field_spec=spec).sign_pdf(writer, output=output)
        return output.getvalue()


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The program with the token in a folder; its address until the block ends."""
    server = serve(Peer(folder).answer, "127.0.0.1", 0)
    # The threads of open connections are daemons if this one is: whoever still waits in one holds up nobody's exit.
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
    finally:
        server.shutdown()
        thread.join()
