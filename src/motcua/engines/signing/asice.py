"""Containers for files that are not PDF (ASiC-E with CAdES, ETSI EN 319 162-1), signed in two steps.

A container is a ZIP: ``mimetype`` first and not compressed, the files, and for each signature a manifest with their
digests and the CMS signature over it.
"""

import base64
import hashlib
import io
import mimetypes
import re
import zipfile
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _
from lxml import etree

from motcua.engines.signing.cms import signed_attributes, signed_data
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.pades import Prepared, Stamp
from motcua.engines.signing.xml import DS, SHA256

MEDIA_TYPE = "application/vnd.etsi.asic-e+zip"
ASIC = "http://uri.etsi.org/02918/v1.2.1#"
MAX_FILES, MAX_BYTES = 200, 200 * 1024 * 1024
_META = "META-INF/"
_MANIFEST = re.compile(r"META-INF/ASiCManifest(\d+)\.xml")
# Nothing in a container depends on when it was packed; the time of signing stands in the signature.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(files: Mapping[str, bytes]) -> bytes:
    """A container of files by name, not signed yet. Raises :class:`Unsignable` for names that lead elsewhere."""
    _check(files, sum(map(len, files.values())))
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        _add(archive, "mimetype", MEDIA_TYPE.encode(), compressed=False)
        for name, content in files.items():
            _add(archive, name, content)
    return output.getvalue()


def is_container(content: bytes) -> bool:
    """Whether a file says of itself that it is such a container; an office document is a ZIP too."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.getinfo("mimetype").file_size < 200 and archive.read("mimetype") == MEDIA_TYPE.encode()
    except (zipfile.BadZipFile, KeyError, RuntimeError, EOFError, OSError, NotImplementedError):
        return False


def prepare(content: bytes, /, *, certificate: bytes, chain: bytes = b"", stamp: Stamp) -> Prepared:
    """Put a manifest of all files into the container. Raises :class:`Unsignable` for what is no container.

    The signature is a file of its own, so nothing but ``at`` and ``reason`` of the stamp counts.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            files = [name for name in sizes if name != "mimetype" and not name.startswith(_META)]
            _check(files, sum(sizes.values()))
            if archive.read("mimetype") != MEDIA_TYPE.encode() or len(sizes) != len(archive.infolist()):
                raise Unsignable("damaged", _("the file is not a container of signed files"))
            digests = {name: hashlib.sha256(archive.read(name)).digest() for name in files}
    except (zipfile.BadZipFile, KeyError, RuntimeError, EOFError, OSError, NotImplementedError) as error:
        raise Unsignable("damaged", _("the file is not a container of signed files")) from error
    number = 1 + max((int(found[1]) for name in sizes if (found := _MANIFEST.fullmatch(name))), default=0)
    manifest = _manifest(number, digests)
    document = _with(content, f"{_META}ASiCManifest{number:03d}.xml", manifest)
    digest = hashlib.sha256(manifest).digest()
    attributes = signed_attributes(digest, certificate, at=stamp.at, reason=stamp.reason)
    return Prepared(document, digest, (0, len(document)), attributes)


def contents(container: bytes) -> dict[str, bytes]:
    """The files of a container by name. Raises ``ValueError`` for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(container)) as archive:
            _check_size(archive)
            return {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, KeyError, RuntimeError, EOFError, OSError, NotImplementedError) as error:
        raise ValueError("not a container") from error


def replaced(container: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The container with other contents for some of its files, which keep their places."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in contents(container).items():
            _add(archive, name, changed.get(name, content), compressed=name != "mimetype")
    return output.getvalue()


def finish(prepared: Prepared, *, signature: bytes, certificate: bytes, chain: bytes = b"") -> bytes:
    """The container with the signature beside its manifest."""
    cms = signed_data(attributes=prepared.attributes, signature=signature, certificate=certificate, chain=chain)
    with zipfile.ZipFile(io.BytesIO(prepared.document)) as archive:
        number = max(int(found[1]) for name in archive.namelist() if (found := _MANIFEST.fullmatch(name)))
    return _with(prepared.document, _signature_name(number), cms)


def _check_size(archive: zipfile.ZipFile) -> None:
    if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
        raise ValueError("the files in the container are too large together")


def _signature_name(number: int) -> str:
    return f"{_META}signature{number:03d}.p7s"


def _manifest(number: int, digests: Mapping[str, bytes]) -> bytes:
    root = etree.Element(f"{{{ASIC}}}ASiCManifest", nsmap={"asic": ASIC, "ds": DS})
    signature = {"URI": _signature_name(number), "MimeType": "application/pkcs7-signature"}
    etree.SubElement(root, f"{{{ASIC}}}SigReference", signature)
    for name, digest in digests.items():
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        named = {"URI": quote(name), "MimeType": media_type}
        reference = etree.SubElement(root, f"{{{ASIC}}}DataObjectReference", named)
        etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
        etree.SubElement(reference, f"{{{DS}}}DigestValue").text = base64.b64encode(digest).decode()
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _with(container: bytes, name: str, content: bytes) -> bytes:
    output = io.BytesIO(container)
    with zipfile.ZipFile(output, "a") as archive:
        _add(archive, name, content)
    return output.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, *, compressed: bool = True) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    archive.writestr(entry, content)


def _check(names: Iterable[str], size: int) -> None:
    listed = list(names)
    if not listed or len(listed) > MAX_FILES or size > MAX_BYTES:
        message = _("a container holds between 1 and %(files)d files of together at most %(mb)d MB")
        raise Unsignable("too_large", message % {"files": MAX_FILES, "mb": MAX_BYTES >> 20})
    if len({name.casefold() for name in listed}) != len(listed) or not all(map(_is_plain, listed)):
        raise Unsignable("names", _("the names of the files in the container are not plain, or occur twice"))


def _is_plain(name: str) -> bool:
    """Whether a name stays in the folder into which somebody unpacks, and is none of the container's own."""
    parts = name.split("/")
    own = name.casefold() == "mimetype" or parts[0].casefold() == "meta-inf"
    return not own and all(part not in {"", ".", ".."} for part in parts) and not re.search(r"[\\:\0-\x1f]", name)
