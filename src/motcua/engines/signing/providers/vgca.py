"""VGCA Sign Service (Ban Cơ yếu Chính phủ): the program that officers with government certificates have already.

A page speaks to it by WebSocket on the loopback interface. It fetches a PDF by its address, shows it, signs it with
the token and posts the whole file back. XML it gets and gives by the socket (``SignXML``): there the page fetches and
posts the file. What comes back is checked against what was sent (``returned``).
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from motcua.engines.signing import handover
from motcua.engines.signing.copies import FURTHER_FIELD
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.interface import (
    Decline,
    Declined,
    Fault,
    Means,
    Outcome,
    ProvidedCertificate,
    Provider,
    Request,
    Waiting,
)
from motcua.engines.signing.providers.registry import register
from motcua.engines.signing.text_seals import ANNEX_FIELD, COPY_FIELD

CODE = "vgca"
SOCKET = "wss://127.0.0.1:8987"
# The approval of a leader, and the issuing by the clerk who keeps the seal.
PATHS = {"officer": "SignApproved", "office": "SignIssued"}
# Seals without a picture: of copies (``vgca_sign_copy``) and of annexes (``vgca_sign_appendix``).
XML_PATH = "SignXML"
FIELD_PATHS = {COPY_FIELD: "SignCopy", FURTHER_FIELD: "SignCopy", ANNEX_FIELD: "SignAppendix"}


@register(CODE, standing=True)
class VgcaSignService(Provider):
    """Options: ``socket``, where the program listens; ``install``, the address that tells how to get it."""

    title = _("VGCA Sign Service")
    browser = "vgca"
    whole_documents = True

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._socket = str(options.get("socket", SOCKET)).rstrip("/")
        if not self._socket.startswith(("wss://127.0.0.1:", "ws://127.0.0.1:")):
            raise Misconfigured(f"[{CODE}] socket: write wss://127.0.0.1:8987")
        self.install = str(options.get("install", ""))

    @property
    def at_once(self) -> int:
        """Each file is shown and confirmed by itself: more than this nobody wants to."""
        return 20

    @property
    def connects(self) -> tuple[str, ...]:
        """The program's address."""
        return (self._socket,)

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """None: only the signer's browser can reach the program."""
        return []

    def start(self, request: Request) -> Outcome:
        """Nothing is sent: the page hands the files' addresses over when the signer has it open."""
        return Waiting(str(request.id))

    def poll(self, request: Request, reference: str) -> Outcome:
        """The files come by themselves."""
        return Waiting(reference)

    def cancel(self, request: Request, reference: str) -> None:
        """The addresses die with the signing."""

    def challenge(self, request: Request, reference: str) -> dict[str, Any]:
        """Where the program is, and for each file what it is told (its interface names the parameters)."""
        documents = []
        for position, item in enumerate(request.items):
            fetch, send = handover.addresses(request.id, position)
            if item.format == "pdf":
                path = FIELD_PATHS.get(item.field, PATHS[request.means.holder.kind])
                told = {"FileUploadHandler": send, "SessionId": "", "JWTToken": "", "FileName": fetch, "MetaData": []}
                by_page = None
            else:
                path, told, by_page = XML_PATH, _of_xml(item.format), {"fetch": fetch, "send": send}
            socket = f"{self._socket}/{path}"
            documents.append({"title": item.text, "told": told, "socket": socket, "byPage": by_page})
        return {"documents": documents}

    def delivered(self, request: Request, reference: str, answer: Mapping[str, Any]) -> Outcome:
        """Only that the signer gives up; the files do not come this way."""
        code = answer.get("code")
        if not isinstance(code, str) or not code:
            return Waiting(reference)
        if code == "user_cancelled":
            return Declined(Decline.REFUSED, "VGCA: user_cancelled", Fault.USER_CANCELLED)
        fault = Fault.UNREACHABLE if code == "no_agent" else Fault.UNAVAILABLE
        return Declined(Decline.FAILED, f"VGCA: {code[:60]}", fault)


def _of_xml(form: str) -> dict[str, Any]:
    """The page adds ``Base64Content``. Values are words, as in the program's own examples."""
    plain = "true" if form == "xml" else "false"
    return {"HashAlg": "Sha256", "ReturnSignatureOnly": "false", "XmlDsigForm": plain}
