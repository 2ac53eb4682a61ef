"""edXML: every dialect is read, one form is written, and what was made to hurt its reader is refused."""

import base64
import hashlib
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from motcua.engines.exchange import cli
from motcua.engines.exchange.edxml import (
    Attachment,
    Business,
    BusinessKind,
    Code,
    Document,
    DocumentType,
    Fault,
    Limits,
    Malformed,
    Organ,
    Other,
    Priority,
    Promulgation,
    Reference,
    Replaced,
    Signer,
    Staff,
    Status,
    StatusCode,
    Steering,
    Trace,
    Unwritable,
    Update,
    UpdateReceiver,
    attached,
    emit,
    parse,
)
from motcua.engines.exchange.edxml.contents import look_at
from motcua.engines.exchange.edxml.signatures import SignatureState, judge, put_signature
from tests.engines.exchange.messages import AT, PDF, document, sample, status, written
from tests.engines.signing.pki import Pki


def of(content: bytes) -> Document:
    message = parse(content).message
    assert isinstance(message, Document)
    return message


# -- reading -------------------------------------------------------------------------------------------------------


def test_a_document_as_the_sdk_writes_it():
    parsed = parse(sample("new.edxml"), keep=io.BytesIO)
    read = parsed.message
    assert isinstance(read, Document)
    assert parsed.dialect == "qcvn-102"
    assert read.sender.name == "Sở Tư pháp tỉnh Mẫu Sơn"
    assert [organ.id for organ in read.recipients] == ["H99.02", "000.00.07.H99"]
    assert (str(read.code), read.promulgation.on, read.due) == ("125/STP-VP", date(2026, 11, 20), date(2026, 12, 4))
    assert read.content == "Đề nghị phối hợp & trả lời"
    assert read.other == Other(Priority.URGENT, "", "VTM", 2, 3, False, ("Danh mục thủ tục",))
    assert (read.steering, read.to_places) == (Steering.DIRECTS, ("Như trên", "Lưu: VT"))
    assert read.traces == (Trace("H99.01", datetime(2026, 11, 20, 2, 30, tzinfo=UTC)),)
    assert read.business.staff == Staff("Văn phòng", "Lê Văn Mẫu", "", "0999000002")
    content = "Thủ tục thứ nhất".encode()
    (attachment,) = read.attachments
    assert (attachment.size, attachment.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    (kept,) = parsed.contents
    assert kept is not None
    kept.seek(0)
    assert kept.read() == content


def test_dialects_are_read_by_names_whatever_order_prefix_and_name_space():
    recall = parse(sample("recall-shuffled.edxml"))
    read = recall.message
    assert isinstance(read, Document)
    assert (recall.dialect, read.business.kind, read.business.paper) == ("go-edoc", BusinessKind.RECALL, True)
    assert read.business.reason == "Ban hành nhầm"
    assert read.response_for == (
        Reference("H99.01", "125/STP-VP", "H99.01,2026/11/20,125/STP-VP", date(2026, 11, 20)),
    )
    update = parse(sample("update-bare.edxml"))
    assert update.dialect == "none"
    assert of(sample("update-bare.edxml")).business.update == Update(False, True, (UpdateReceiver("H99.03", 1),))
    replacement = of(sample("replacement.edxml")).business
    assert replacement.replaced == (Replaced("H99.01,2026/11/20,125/STP-VP", ("H99.02", "000.00.07.H99")),)
    soap = parse(sample("soap.xml"))
    assert soap.dialect == "e-doc"
    (named,) = of(sample("soap.xml")).attachments
    assert (named.name, named.size, named.sha256) == ("van-ban.pdf", 0, "")
    assert look_at(named, None).fault == "empty"


def test_status_messages():
    read = parse(sample("status.edxml")).message
    assert isinstance(read, Status)
    assert (read.status, read.description) == (StatusCode.REGISTERED, "Đã vào sổ")
    assert read.response_for.document_id == "H99.01,2026/11/20,125/STP-VP"
    made, _contents = document()
    for code in StatusCode:
        message = status(code, of=made, sender=made.recipients[0])
        assert parse(emit(message)).message == message


# -- writing -------------------------------------------------------------------------------------------------------

LETTERS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\n\t<&>\"'"),
    max_size=40,
).map(lambda text: text.strip(" \t\r\n"))
WORD = st.from_regex(r"[A-Z0-9.]{1,13}", fullmatch=True)
DAY = st.none() | st.dates(date(1000, 1, 1), date(9999, 12, 31))
MOMENT = st.none() | st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC))
ORGAN = st.builds(Organ, WORD, *[LETTERS] * 7)
NEEDED = LETTERS.filter(bool)
STAFF = st.builds(Staff, *[LETTERS] * 4)
REFERENCE = st.builds(Reference, WORD, LETTERS, LETTERS, DAY)
AMOUNT = st.none() | st.integers(0, 999_999_999)
BUSINESS = st.builds(
    Business,
    st.sampled_from(BusinessKind),
    LETTERS,
    LETTERS,
    st.booleans(),
    st.none()
    | st.builds(Update, st.booleans(), st.booleans(), st.tuples(st.builds(UpdateReceiver, WORD, st.integers(0, 1)))),
    st.lists(st.builds(Replaced, NEEDED, st.lists(WORD, max_size=2).map(tuple)), max_size=2).map(tuple),
    STAFF,
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, dict[Attachment, bytes]]:
    contents: dict[Attachment, bytes] = {}
    for number, content in enumerate(draw(st.lists(st.binary(min_size=1, max_size=100), max_size=3))):
        made = attached(draw(NEEDED), content, number=number, media_type=draw(LETTERS), description=draw(NEEDED))
        contents[made] = content
    listed = st.lists(NEEDED, max_size=2).map(tuple)
    made_of = Document(
        sender=draw(ORGAN),
        recipients=tuple(draw(st.lists(ORGAN, min_size=1, max_size=2))),
        document_id=draw(NEEDED),
        subject=draw(NEEDED),
        code=Code(draw(LETTERS), draw(LETTERS)),
        promulgation=Promulgation(draw(LETTERS), draw(DAY)),
        type=DocumentType(draw(LETTERS), draw(LETTERS), draw(LETTERS)),
        content=draw(LETTERS),
        signer=Signer(draw(LETTERS), draw(LETTERS), draw(LETTERS)),
        due=draw(DAY),
        other=Other(
            draw(st.sampled_from(Priority)),
            draw(LETTERS),
            draw(LETTERS),
            draw(AMOUNT),
            draw(AMOUNT),
            draw(st.booleans()),
            draw(listed),
        ),
        response_for=tuple(draw(st.lists(REFERENCE, max_size=2))),
        steering=draw(st.sampled_from(Steering)),
        to_places=draw(listed),
        traces=tuple(draw(st.lists(st.builds(Trace, WORD, MOMENT), max_size=2))),
        business=draw(BUSINESS),
        attachments=tuple(contents),
    )
    return made_of, contents


@given(documents())
def test_what_was_written_reads_as_it_was_and_writes_the_same_again(made: tuple[Document, dict[Attachment, bytes]]):
    message, contents = made
    content = emit(message, lambda attachment: [contents[attachment]])
    parsed = parse(content, keep=io.BytesIO)
    assert parsed.message == message
    kept = dict(zip(message.attachments, parsed.contents, strict=True))

    def again(attachment: Attachment) -> list[bytes]:
        found = kept[attachment]
        assert found is not None
        found.seek(0)
        return [found.read()]

    assert emit(parsed.message, again) == content


def test_the_order_is_the_sdks():
    root = etree.fromstring(written())
    header = root.find(".//{*}MessageHeader")
    assert header is not None
    assert [etree.QName(child).localname for child in header] == [
        *("From", "To", "DocumentId", "Code", "PromulgationInfo", "DocumentType", "Subject", "Content"),
        *("SignerInfo", "DueDate", "OtherInfo", "SteeringType", "ToPlaces"),
    ]
    envelope = root[0]
    assert [etree.QName(child).localname for child in envelope] == ["edXMLHeader", "edXMLBody"]
    assert etree.QName(root[1]).localname == "AttachmentEncoded"


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "x" * 501},
        {"content": "x" * 501},
        {"promulgation": Promulgation("x" * 151)},
        {"other": Other(appendixes=("x" * 251,))},
        {"subject": ""},
        {"recipients": ()},
        {"subject": "dừng\x00lại"},
        {"attachments": (Attachment("a", "cid:1"), Attachment("b", "cid:1"))},
        {"attachments": (attached("a.pdf", PDF, number=1, media_type=""),)},
    ],
)
def test_what_others_would_refuse_is_not_written(changed: dict[str, Any]):
    given = {"sender": Organ("H99.01"), "recipients": (Organ("H99.02"),), "document_id": "1", "subject": "V/v"}
    with pytest.raises(Unwritable):
        emit(Document(**given | changed))  # type: ignore[arg-type]


# -- the oldest dialect ----------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("bare", [False, True])
def test_a_mime_message_is_read_with_its_files(bare: bool):
    files = {"van-ban": PDF, "phu-luc": b"\x00\r\n\xff--" * 50}
    kept: list[io.BytesIO] = []

    def keep() -> io.BytesIO:
        kept.append(io.BytesIO())
        return kept[-1]

    parsed = parse(mime(files, bare=bare), keep=keep)
    assert parsed.dialect == "e-doc"
    assert isinstance(parsed.message, Document)
    assert [each.name for each in parsed.message.attachments] == ["van-ban.pdf", "phu-luc.pdf"]
    assert [each.getvalue() for each in kept] == list(files.values())
    assert [each.sha256 for each in parsed.message.attachments] == [
        hashlib.sha256(each).hexdigest() for each in files.values()
    ]
    assert parsed.message.document_id == parse(sample("soap.xml")).message.document_id  # type: ignore[union-attr]


@given(content=st.binary(max_size=300))
def test_whatever_begins_like_mime_is_read_or_refused(content: bytes):
    for head in (
        b"MIME-Version: 1.0\r\n",
        b"--a\r\n",
        b"Content-Type: multipart/related; boundary=a\r\n\r\n--a\r\n\r\n",
    ):
        with pytest.raises(Malformed):
            parse(head + content)


def test_a_signature_of_a_mime_message_says_nothing_of_its_files():
    assert judge(mime({"a": PDF}), signatures=1, anchors=(), at=datetime.now(UTC)).state is SignatureState.FOREIGN


# -- what was made to hurt -----------------------------------------------------------------------------------------

BILLION = b"""<?xml version="1.0"?><!DOCTYPE edXML [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><edXML><MessageHeader><Subject>&c;</Subject></MessageHeader></edXML>"""
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.NOT_XML),
        (b"<edXML>", Fault.NOT_XML),
        (b"not xml at all", Fault.NOT_XML),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", Fault.MIME),
        (mime({"a": PDF}, start="<a>"), Fault.NOT_XML),
        (mime({"a": PDF}).replace(b"--het--", b""), Fault.MIME),
        (mime({"a": PDF}).replace(b"base64", b"x-uue"), Fault.MIME),
        (mime({"a": PDF}).replace(base64.b64encode(PDF), b"JVBERi0*"), Fault.BASE64),
        (mime({"a": PDF}).replace(b"application/pdf", b"multipart/mixed; boundary=b"), Fault.MIME),
        (mime({str(number): b"x" for number in range(201)}), Fault.TOO_MANY),
        (mime({"a": PDF}) + b"\r\n--het" * 10_001, Fault.TOO_MANY),
        (mime({"a": PDF}) + b"\r--het" * 10_001, Fault.TOO_MANY),
        (mime({"a": PDF, "b": PDF}).replace(b"<b>", b"<a>"), Fault.TWICE),
        (b"<edXML/>", Fault.NOT_EDXML),
        (BILLION, Fault.DOCTYPE),
        (OUTSIDE, Fault.DOCTYPE),
        (OUTSIDE.decode().encode("utf-16"), Fault.DOCTYPE),
        (b'<?xml version="1.0" encoding="TCVN3"?><a/>', Fault.CHARSET),
        ('<?xml version="1.0" encoding="windows-1258"?><a>đ</a>'.encode("cp1258"), Fault.CHARSET),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', Fault.CHARSET),
        (b"<a>\xff\xfe</a>", Fault.NOT_XML),
        (b"<a>" * 31 + b"</a>" * 31, Fault.TOO_DEEP),
        (b"<a>" + b"<b/>" * 20_001 + b"</a>", Fault.TOO_MANY),
        (b"<a>" + b"x" * (2 * 1024 * 1024 + 1) + b"</a>", Fault.TOO_LARGE),
        (b'<a b="' + b"x" * (2 * 1024 * 1024 + 1) + b'"/>', Fault.TOO_LARGE),
        (b"<a>" + b"<ContentTransferEncoded/>" * 201 + b"</a>", Fault.TOO_MANY),
        (written().replace(b"<edXML:Subject>", b"<edXML:Subject>V</edXML:Subject><edXML:Subject>"), Fault.TWICE),
        (written().replace(b"2026/11/20</edXML:PromulgationDate>", b"30/02/2026</edXML:PromulgationDate>"), "value"),
        (written().replace(b"<edXML:Priority>0", b"<edXML:Priority>9"), Fault.VALUE),
        (written().replace(b"H98.01", b""), Fault.MISSING),
        (sample("status.edxml").replace(b">3<", b">77<"), Fault.VALUE),
        (written().replace(base64.b64encode(PDF), b"JVBERi0*"), Fault.BASE64),
        (written().replace(base64.b64encode(PDF), b"JVBERi0"), Fault.BASE64),
        (written().replace(base64.b64encode(PDF), b"JQ==JVBE"), Fault.BASE64),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_message_is_refused_with_its_fault(content: bytes, fault: str):
    with pytest.raises(Malformed) as refused:
        parse(content)
    assert refused.value.fault == fault


def test_a_message_is_bounded_and_its_files_never_stand_in_memory():
    content = written(files={"a.pdf": PDF, "b.pdf": b"%PDF" + b"x" * 100_000})
    with pytest.raises(Malformed, match="more than 1000 bytes"):
        parse(content, limits=Limits(message=1000))
    with pytest.raises(Malformed, match="an attachment of more than 5000"):
        parse(content, limits=Limits(attachment=5000))

    class Counting(io.BytesIO):
        largest = 0

        def write(self, part: Any) -> int:
            Counting.largest = max(Counting.largest, len(part))
            return super().write(part)

    kept: list[IO[bytes]] = []

    def keep() -> IO[bytes]:
        kept.append(Counting())
        return kept[-1]

    parse(io.BytesIO(content), keep=keep)
    assert [each.tell() for each in kept] == [len(PDF), 100_004]
    assert Counting.largest <= 1 << 16


@pytest.mark.parametrize(
    ("name", "media_type", "content", "fault", "found"),
    [
        ("a.pdf", "application/pdf", PDF, "", "application/pdf"),
        ("a.pdf", "application/zip", PDF, "", "application/pdf"),
        ("a.pdf", "application/pdf", b"MZ\x90\x00 a program", "file_type", ""),
        ("a.docx", "application/msword", b"PK\x03\x04 cut off", "damaged", ""),
        ("a.exe", "application/pdf", b"MZ\x90\x00", "unknown_kind", ""),
        ("a", "", b"x", "unknown_kind", ""),
    ],
)
def test_an_attachment_is_what_its_content_says(name: str, media_type: str, content: bytes, fault: str, found: str):
    attachment = attached(name, content, number=1, media_type=media_type)
    look = look_at(attachment, io.BytesIO(content))
    assert (look.fault, look.media_type) == (fault, found)
    assert look.is_refused == (fault not in {"", "unknown_kind"})


# -- signatures ----------------------------------------------------------------------------------------------------


def signed(pki: Pki, content: bytes, label: str = "leader") -> bytes:
    return put_signature(
        content,
        certificate=pki.certificate(label),
        chain=pki.chain(label),
        sign=lambda digest: pki.sign(label, digest),
        at=AT,
    )


@pytest.mark.parametrize("label", ["leader", "agency"])
def test_a_signed_message_holds_and_a_changed_one_does_not(pki: Pki, label: str):
    content = signed(pki, written(), label)
    assert b"sha1" not in content
    anchors = [pki.certificate("root")]
    assert parse(content).signatures == 1
    assert parse(content).message == parse(written()).message
    found = judge(content, signatures=1, anchors=anchors, at=pki.at)
    assert (found.state, found.remarks) == (SignatureState.TRUSTED, ())
    assert found.fingerprint == hashlib.sha256(pki.certificate(label)).hexdigest()
    assert judge(content, signatures=1, anchors=[], at=pki.at).state is SignatureState.WHOLE
    changed = content.replace("phối hợp".encode(), "phối hơp".encode())
    assert judge(changed, signatures=1, anchors=anchors, at=pki.at).state is SignatureState.BROKEN
    assert judge(written(), signatures=0, anchors=anchors, at=pki.at).state is SignatureState.NONE


def test_sha1_is_read_with_a_remark_and_a_signature_outside_the_standard_is_told_apart(pki: Pki):
    ds = "http://www.w3.org/2000/09/xmldsig#"
    root = etree.fromstring(written())
    header = root.find(".//{*}edXMLHeader")
    assert header is not None
    exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    canonical = etree.tostring(root, method="c14n", exclusive=True)
    digest = base64.b64encode(hashlib.sha1(canonical, usedforsecurity=False).digest()).decode()
    info = (
        f'<SignedInfo xmlns="{ds}"><CanonicalizationMethod Algorithm="{exclusive}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{ds}rsa-sha1"></SignatureMethod><Reference URI=""><Transforms><Transform '
        f'Algorithm="{ds}enveloped-signature"></Transform><Transform Algorithm="{exclusive}"></Transform></Transforms>'
        f'<DigestMethod Algorithm="{ds}sha1"></DigestMethod><DigestValue>{digest}</DigestValue></Reference>'
        "</SignedInfo>"
    )
    key = pki.key("leader")
    assert isinstance(key, RSAPrivateKey)
    hashed = hashlib.sha1(info.encode(), usedforsecurity=False).digest()
    value = key.sign(hashed, padding.PKCS1v15(), Prehashed(hashes.SHA1()))
    whole = (
        f'<Signature xmlns="{ds}">{info}<SignatureValue>{base64.b64encode(value).decode()}</SignatureValue><KeyInfo>'
        f"<X509Data><X509Certificate>{base64.b64encode(pki.certificate('leader')).decode()}</X509Certificate>"
        "</X509Data></KeyInfo></Signature>"
    )
    header.append(etree.fromstring(whole))
    found = judge(etree.tostring(root), signatures=1, anchors=[pki.certificate("root")], at=pki.at)
    assert (found.state, found.remarks) == (SignatureState.WHOLE, ("weak",))
    foreign = etree.tostring(root).replace(ds.encode(), b"http://www.mic.gov.vn/TBT/QCVN_102_2016")
    assert parse(foreign).signatures == 1
    assert judge(foreign, signatures=1, anchors=[], at=pki.at).state is SignatureState.FOREIGN


def test_a_message_of_many_megabytes_is_signed_and_judged(pki: Pki):
    content = signed(pki, written(files={"lon.pdf": PDF + b"x" * 9_000_000}))
    found = judge(content, signatures=1, anchors=[pki.certificate("root")], at=pki.at)
    assert found.state is SignatureState.TRUSTED


# -- the command ---------------------------------------------------------------------------------------------------


def test_the_command_tells_a_line_for_each_file_and_writes_them_again(tmp_path: Path):
    paths = [tmp_path / "in" / name for name in ("new.edxml", "status.edxml", "bad.edxml")]
    (tmp_path / "in").mkdir()
    for path in paths[:2]:
        path.write_bytes(sample(path.name))
    paths[2].write_bytes(BILLION)
    out = tmp_path / "out"
    ran = CliRunner().invoke(cli.edxml, [*map(str, paths), "--json", "--emit", str(out)])
    assert ran.exit_code == 1
    new, told, bad = map(json.loads, ran.output.splitlines())
    assert new["business"]["type"] == "new"
    assert new["attachments"][0]["sha256"] == hashlib.sha256("Thủ tục thứ nhất".encode()).hexdigest()
    assert new["signature"] == {"state": "none"}
    assert (told["kind"], told["status"]) == ("status", "03")
    assert bad["error"]["code"] == "doctype"
    assert sorted(path.name for path in out.iterdir()) == ["new.edxml", "status.edxml"]
    assert parse((out / "new.edxml").read_bytes()).message == parse(sample("new.edxml")).message
    again = CliRunner().invoke(cli.edxml, [str(out / "new.edxml"), "--json", "--emit", str(tmp_path / "again.edxml")])
    assert again.exit_code == 0
    assert (tmp_path / "again.edxml").read_bytes() == (out / "new.edxml").read_bytes()
    words = CliRunner().invoke(cli.edxml, [str(paths[0])])
    assert "H99.01,2026/11/20,125/STP-VP" in words.output
