"""How a signature goes into each kind of file. A format is two functions: prepare a file, put the signature in."""

from typing import Protocol

from motcua.engines.signing import asice, bare, pades, xml
from motcua.engines.signing.pades import Prepared, Stamp


class Format(Protocol):
    """What a module must offer so that a signing transaction can carry its files."""

    def prepare(self, content: bytes, /, *, certificate: bytes, chain: bytes = b"", stamp: Stamp) -> Prepared:
        """The file that lacks only its signature. Raises :class:`SigningError` for one that cannot be signed."""

    def finish(self, prepared: Prepared, *, signature: bytes, certificate: bytes, chain: bytes = b"") -> bytes:
        """The signed file."""


FORMATS: dict[str, Format] = {
    "pdf": pades,
    "xml": xml.XMLDSIG,
    "xades": xml.XADES_B,
    "asice": asice,
    "bare": bare,
}
