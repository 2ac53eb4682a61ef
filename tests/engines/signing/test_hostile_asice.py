"""Containers (ASiC-E): with CAdES and XAdES, and archives made to deceive or to hinder."""

import base64
import hashlib
import io
import struct
import zipfile
from collections.abc import Mapping

import pytest
from lxml import etree

from motcua.engines.signing import cms
from motcua.engines.signing.verification import (
    Coverage,
    Kind,
    Level,
    Problem,
    Revocation,
    State,
    Trust,
    Verdict,
    asice,
    examine,
)
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki
from tests.engines.signing.signed import lists
from tests.engines.signing.test_hostile_xml import ENVELOPE, signed

FILES = {"cong-van.docx": b"noi dung", "phu luc/bang 1.csv": b"a;b\n"}
MANIFEST, SIGNATURE = "META-INF/ASiCManifest.xml", "META-INF/signature.p7s"


def archive(parts: Mapping[str, bytes], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", packed) as made:
        made.writestr("mimetype", asice.MEDIA_TYPE, zipfile.ZIP_STORED)
        for name, content in parts.items():
            made.writestr(name, content)
    return output.getvalue()


def manifest(files: Mapping[str, bytes]) -> bytes:
    rows = "".join(
        f"<asic:DataObjectReference URI='{name.replace(' ', '%20')}'>"
        "<ds:DigestMethod Algorithm='http://www.w3.org/2001/04/xmlenc#sha256'/>"
        f"<ds:DigestValue>{base64.b64encode(hashlib.sha256(content).digest()).decode()}</ds:DigestValue>"
        "</asic:DataObjectReference>"
        for name, content in files.items()
    )
    names = "xmlns:asic='http://uri.etsi.org/02918/v1.2.1#' xmlns:ds='http://www.w3.org/2000/09/xmldsig#'"
    return f"<asic:ASiCManifest {names}><asic:SigReference URI='{SIGNATURE}'/>{rows}</asic:ASiCManifest>".encode()


def signed_parts(pki: Pki, *, label: str = "leader", files: Mapping[str, bytes] = FILES) -> dict[str, bytes]:
    listed = manifest(files)
    certificate = pki.certificate(label)
    attributes = cms.signed_attributes(hashlib.sha256(listed).digest(), certificate)
    signature = pki.sign(label, hashlib.sha256(attributes).digest())
    whole = cms.signed_data(
        attributes=attributes, signature=signature, certificate=certificate, chain=pki.chain(label)
    )
    return {**files, MANIFEST: listed, SIGNATURE: whole}


def judged(pki: Pki, content: bytes) -> tuple[Verdict, ...]:
    return examine(content, anchors=[pki.certificate("root")], at=AT, revocations=lists(pki, AT))


def test_a_container_with_cades(pki: Pki):
    (verdict,) = judged(pki, archive(signed_parts(pki)))
    assert (verdict.state, verdict.kind, verdict.level) == (State.VALID, Kind.ASICE, Level.B_B)
    assert (verdict.coverage, verdict.covers) == (Coverage.WHOLE, tuple(FILES))
    assert verdict.revocation is Revocation.GOOD


def test_what_nobody_signed_is_named(pki: Pki):
    (verdict,) = judged(pki, archive(signed_parts(pki) | {"them.txt": b"9"}))
    assert (verdict.state, verdict.uncovered) == (State.PARTIAL, ("them.txt",))


def test_a_changed_missing_or_exchanged_part_breaks_the_signature(pki: Pki):
    parts = signed_parts(pki)
    name = "cong-van.docx"
    for changed in (
        parts | {name: b"khac"},
        {each: content for each, content in parts.items() if each != name},
        parts | {MANIFEST: manifest({name: b"khac"}), name: b"khac"},
        parts | {MANIFEST: manifest({})},
        parts | {SIGNATURE: b"garbage"},
        {each: content for each, content in parts.items() if each != SIGNATURE},
    ):
        (verdict,) = judged(pki, archive(changed))
        assert verdict.state is State.BROKEN


@pytest.mark.parametrize(("label", "trust"), [("revoked", Trust.REVOKED), ("expired", Trust.EXPIRED)])
def test_trust_is_told_apart_in_containers_too(pki: Pki, label: str, trust: Trust):
    (verdict,) = judged(pki, archive(signed_parts(pki, label=label)))
    assert (verdict.state, verdict.trust) == (State.UNTRUSTED, trust)


def by_xml(pki: Pki, files: Mapping[str, bytes]) -> bytes:
    """An XML signature that refers to the files themselves, written by hand."""
    algorithms = "http://www.w3.org/2001/04/"
    rows = "".join(
        f'<ds:Reference URI="{name}"><ds:DigestMethod Algorithm="{algorithms}xmlenc#sha256"/>'
        f"<ds:DigestValue>{base64.b64encode(hashlib.sha256(content).digest()).decode()}</ds:DigestValue></ds:Reference>"
        for name, content in files.items()
    )
    root = etree.fromstring(
        '<asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#">'
        '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
        '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
        f'<ds:SignatureMethod Algorithm="{algorithms}xmldsig-more#rsa-sha256"/>{rows}</ds:SignedInfo>'
        "<ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo>"
        "</ds:Signature></asic:XAdESSignatures>"
    )
    info = etree.tostring(root[0][0], method="c14n", exclusive=True)
    root[0][1].text = base64.b64encode(pki.sign("leader", hashlib.sha256(info).digest())).decode()
    root[0][2][0][0].text = base64.b64encode(pki.certificate("leader")).decode()
    chain = etree.SubElement(root[0][2][0], "{http://www.w3.org/2000/09/xmldsig#}X509Certificate")
    chain.text = base64.b64encode(pki.chain("leader")).decode()
    return etree.tostring(root)


def test_a_container_signed_by_xml(pki: Pki):
    files = {"a.txt": b"a", "b.xml": b"<b/>"}
    parts = {**files, "META-INF/signatures0.xml": by_xml(pki, files)}
    (verdict,) = judged(pki, archive(parts))
    assert (verdict.state, verdict.coverage, verdict.covers) == (State.VALID, Coverage.WHOLE, ("a.txt", "b.xml"))
    (more,) = judged(pki, archive(parts | {"c.txt": b"c"}))
    assert (more.state, more.uncovered) == (State.PARTIAL, ("c.txt",))
    for changed in (parts | {"a.txt": b"b"}, {name: parts[name] for name in parts if name != "a.txt"}):
        assert judged(pki, archive(changed))[0].state is State.BROKEN


def test_an_element_called_like_a_file_covers_no_file(pki: Pki):
    """Somebody's signed filing is put beside a file that bears the name of the filing's signed element."""
    filing = signed(pki, ENVELOPE, uri="than")
    (verdict,) = judged(pki, archive({"Than": b"not theirs", "META-INF/signatures.xml": filing}))
    assert (verdict.state, verdict.covers, verdict.uncovered) == (State.PARTIAL, (), ("Than",))
    (alone,) = judged(pki, archive({"META-INF/signatures.xml": filing}))
    assert (alone.state, alone.coverage) == (State.PARTIAL, Coverage.PARTS)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../../etc/passwd", Problem.FORBIDDEN),
        ("/etc/passwd", Problem.FORBIDDEN),
        ("C:\\a.txt", Problem.FORBIDDEN),
        ("CONG-VAN.docx", Problem.AMBIGUOUS),
    ],
)
def test_names_made_to_deceive_are_refused(pki: Pki, name: str, problem: Problem):
    (verdict,) = judged(pki, archive(signed_parts(pki) | {name: b"x"}))
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, problem)


def spliced(content: bytes, hidden: bytes, at: int, *, within: str = "") -> bytes:
    """With more bytes at a place, and every offset corrected; ``within``: as the end of the file of this name."""
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        entries, record = read.infolist(), read.start_dir
    changed = bytearray(content)
    for entry in entries:
        if entry.filename == within:
            struct.pack_into("<L", changed, record + 20, entry.compress_size + len(hidden))
            changed[entry.header_offset + 6] |= 1 << 3
            struct.pack_into("<LLL", changed, entry.header_offset + 14, 0, 0, 0)
        struct.pack_into("<L", changed, record + 42, entry.header_offset + len(hidden) * (entry.header_offset >= at))
        record += 46 + sum(struct.unpack_from("<HHH", changed, record + 28))
    struct.pack_into("<L", changed, record + 16, struct.unpack_from("<L", changed, record + 16)[0] + len(hidden))
    return bytes(changed[:at] + hidden + changed[at:])


@pytest.mark.parametrize("place", ["begin", "middle", "within", "end"])
@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_that_the_list_leaves_out_is_no_part_of_the_container(pki: Pki, place: str, packed: int):
    """A program that reads an archive from its beginning would show it."""
    whole = archive(signed_parts(pki), packed=packed)
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        places = {"begin": 0, "end": read.start_dir, "middle": read.infolist()[2].header_offset}
    hidden = archive({"a.txt": b"something else"})
    hidden = hidden[: hidden.index(b"PK\x01\x02")]
    within = "cong-van.docx" if place == "within" else ""
    made = spliced(whole, hidden, places.get(place, places["middle"]), within=within)
    with zipfile.ZipFile(io.BytesIO(made)) as read:
        assert read.namelist() == ["mimetype", *FILES, MANIFEST, SIGNATURE]
        assert read.read("cong-van.docx") == FILES["cong-van.docx"]
    (verdict,) = judged(pki, made)
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, Problem.AMBIGUOUS)


def test_a_header_that_tells_another_size_than_the_list_is_refused(pki: Pki):
    whole = bytearray(archive(signed_parts(pki), packed=zipfile.ZIP_STORED))
    struct.pack_into("<L", whole, 18, 4)  # of the first file
    (verdict,) = judged(pki, bytes(whole))
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, Problem.AMBIGUOUS)


class Unseekable(io.BytesIO):
    """A stream that goes straight to a reader."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError

    def seek(self, *_where: int) -> int:
        raise OSError


def test_a_container_that_was_streamed_tells_the_sizes_after_its_files(pki: Pki):
    output = Unseekable()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in ({"mimetype": asice.MEDIA_TYPE} | signed_parts(pki)).items():
            with made.open(name, "w") as file:
                file.write(content)
    (verdict,) = judged(pki, output.getvalue())
    assert verdict.state is State.VALID


def test_archives_made_to_hinder_are_refused(pki: Pki, monkeypatch: pytest.MonkeyPatch):
    parts = signed_parts(pki)
    bomb = archive(parts | {"a.txt": bytes(30 * 1024 * 1024)})
    assert judged(pki, bomb)[0].problem is Problem.TOO_LARGE
    assert judged(pki, archive(parts)[:-40])[0].problem is Problem.DAMAGED
    stored = archive(parts, packed=zipfile.ZIP_STORED)
    assert judged(pki, stored.replace(b"noi dung", b"noi dunG"))[0].problem is Problem.DAMAGED
    locked = bytearray(archive(parts))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert judged(pki, bytes(locked))[0].problem is Problem.ENCRYPTED
    monkeypatch.setattr(asice, "MOST_ENTRIES", 3)
    assert judged(pki, archive(parts))[0].problem is Problem.TOO_MANY


def test_another_archive_is_no_container(pki: Pki):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
    assert judged(pki, output.getvalue())[0].problem is Problem.UNKNOWN_KIND
    assert judged(pki, archive({"a.txt": b"x"})) == ()
