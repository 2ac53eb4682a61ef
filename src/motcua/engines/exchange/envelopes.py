"""JSON from house to house, in a small signed envelope: who says what to whom (``docs/integrator/exchange.md``)."""

import base64
from dataclasses import dataclass
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from motcua.engines.exchange.edxml.faults import Fault, Malformed
from motcua.engines.exchange.edxml.reading import Limits, read

NAMESPACE = "urn:motcua:exchange:1"
MAX_PAYLOAD = 1024 * 1024
_LIMITS = Limits(message=4 * MAX_PAYLOAD, text=2 * MAX_PAYLOAD, attachments=0, elements=100, depth=10)


@dataclass(frozen=True)
class Envelope:
    """A message: its kind, what it is about, the codes of both agencies, the JSON as bytes."""

    kind: str
    about: str
    sender: str
    to: str
    payload: bytes
    signatures: int = 0


def write(envelope: Envelope) -> bytes:
    """The bytes, not signed. Raises ``ValueError`` for a payload of more than a megabyte."""
    if len(envelope.payload) > MAX_PAYLOAD:
        raise ValueError("the payload is larger than a megabyte")
    named = {"kind": envelope.kind, "about": envelope.about, "from": envelope.sender, "to": envelope.to}
    attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in named.items())
    payload = escape(base64.b64encode(envelope.payload).decode())
    return f'<message xmlns="{NAMESPACE}" {attributes}><payload>{payload}</payload></message>'.encode()


def read_envelope(source: IO[bytes] | bytes) -> Envelope:
    """The envelope in bytes. Raises :class:`Malformed`."""
    tree = read(source, limits=_LIMITS, keep=None)
    root = tree.root
    payloads = [node for node in root.children if node.name == "payload"]
    if root.name != "message" or root.attributes.get("xmlns") != NAMESPACE or len(payloads) != 1:
        raise Malformed(Fault.MISSING, f"<{root.name}> is no envelope")
    try:
        payload = base64.b64decode(payloads[0].text, validate=True)
    except ValueError as error:
        raise Malformed(Fault.BASE64, "payload") from error
    signatures = sum(node.name == "Signature" for node in root.walk())
    kind, about, sender, to = (root.attributes.get(name, "") for name in ("kind", "about", "from", "to"))
    return Envelope(kind, about, sender, to, payload, signatures)
