"""Messages as text: read, packed as MIME, and one that grows without end."""

import base64

from motcua.engines.exchange.edxml import (
    Document,
    parse,
)
from tests.engines.exchange.messages import sample


def of(content: bytes) -> Document:
    message = parse(content).message
    assert isinstance(message, Document)
    return message


def mime(files: dict[str, bytes], *, start: str = "", bare: bool = False) -> bytes:
    """A message of 512/BTTTT: SOAP in the first part, files in the others."""
    before, after = sample("soap.xml").decode().split("<eDoc:Manifest")
    references = "".join(
        f'<Reference href="cid:{name}"><AttachmentName>{name}.pdf</AttachmentName></Reference>' for name in files
    )
    soap = f"{before}<Manifest>{references}</Manifest>{after.partition('</eDoc:Manifest>')[2]}".encode()
    parts = [b"--het\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-ID: <goc>\r\n\r\n" + soap]
    for name, content in files.items():
        head = f"--het\r\nContent-Type: application/pdf\r\nContent-ID: <{name}>\r\n"
        parts.append(f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.b64encode(content))
    headers = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="het"; start="{start}"\r\n\r\n'
    return (b"" if bare else headers.encode()) + b"\r\n".join(parts) + b"\r\n--het--\r\n"


BILLION = b"""<?xml version="1.0"?><!DOCTYPE edXML [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><edXML><MessageHeader><Subject>&c;</Subject></MessageHeader></edXML>"""
