"""edXML: every dialect is read, one form is written, and what was made to hurt its reader is refused."""

import hashlib
import io
import json
import os
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
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
    values,
)
from motcua.engines.exchange.edxml.contents import look_at
from motcua.engines.exchange.edxml.signatures import SignatureState, judge
from tests.engines.exchange.edxml_texts import BILLION, mime, of
from tests.engines.exchange.messages import PDF, document, sample, status, written


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


def test_lists_of_one_thing_need_no_element_around_it():
    update = sample("update-bare.edxml").replace(b"<edXML:ReceiverInfo>", b"").replace(b"</edXML:ReceiverInfo>", b"")
    assert of(update).business.update == Update(False, True, (UpdateReceiver("H99.03", 1),))
    replacement = sample("replacement.edxml").decode()
    bare = re.sub("</?[^<>]*ReplacementInfo>", "", replacement)
    assert bare != replacement
    assert of(bare.encode()).business.replaced == of(replacement.encode()).business.replaced


@pytest.mark.parametrize(
    ("number", "notation"),
    [("125", "STP-VP"), ("125", "/STP-VP"), ("125/STP-VP", "STP-VP"), ("125", "125/STP-VP"), ("125/STP-VP", "")],
)
def test_number_and_notation_are_put_together_once(number: str, notation: str):
    assert str(Code(number, notation)) == "125/STP-VP"


def test_files_without_a_manifest_as_a_provincial_axis_has_them():
    parsed = parse(sample("files-beside.xml"), keep=io.BytesIO)
    assert isinstance(parsed.message, Document)
    assert (parsed.dialect, parsed.message.type.name) == ("go-edoc", "Quyết định")
    first, second = parsed.message.attachments
    assert (first.content_id, first.name, first.media_type) == ("cid:1", "quyet-dinh.pdf", "application/pdf")
    assert (second.content_id, second.size) == ("cid:2", 3)
    assert (
        parse(emit(parsed.message, lambda each: [b"%PDF-1.4\n" if each is first else b"hai"])).message
        == parsed.message
    )


def zipped(entries: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "entries", "is_taken_out"),
    [
        ("van-ban.pdf", {"5b1c4e.PDF": PDF}, True),
        ("bang.xlsx", {"5b1c4e.xlsx": zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"})}, True),
        ("van-ban.pdf", {"5b1c4e": PDF}, True),
        ("van-ban.pdf", {"5b1c4e.exe": PDF}, False),
        ("van-ban.pdf", {"a.pdf": PDF, "b.pdf": PDF}, False),
        ("van-ban.pdf", {"a.pdf/": b""}, False),
        ("tat-ca.zip", {"b.zip": PDF}, False),
    ],
)
def test_a_file_that_was_zipped_before_it_was_encoded_is_taken_out(
    name: str, entries: dict[str, bytes], is_taken_out: bool
):
    packed = zipped(entries)
    content = next(iter(entries.values())) if is_taken_out else packed
    message = written(files={name: packed})
    parsed = parse(message, keep=io.BytesIO)
    assert isinstance(parsed.message, Document)
    (attachment,), (kept,) = parsed.message.attachments, parsed.contents
    assert kept is not None
    kept.seek(0)
    assert kept.read() == content
    assert (attachment.size, attachment.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert parse(message).message == parsed.message


@pytest.mark.parametrize(
    ("text", "day", "moment"),
    [
        ("2026/11/20 09:30:00", date(2026, 11, 20), datetime(2026, 11, 20, 2, 30, tzinfo=UTC)),
        ("20-11-2026 9:30", date(2026, 11, 20), datetime(2026, 11, 20, 2, 30, tzinfo=UTC)),
        ("20.11.2026", date(2026, 11, 20), datetime(2026, 11, 19, 17, tzinfo=UTC)),
        ("2026-11-20T09:30:00.1234567+07:00", date(2026, 11, 20), datetime(2026, 11, 20, 2, 30, tzinfo=UTC)),
        # Midnight in Vietnam, as JavaScript writes it.
        ("2026-11-19T17:00:00.000Z", date(2026, 11, 20), datetime(2026, 11, 19, 17, tzinfo=UTC)),
        # What .NET writes for none.
        ("0001-01-01T00:00:00", None, None),
        ("01/01/0001", None, None),
    ],
)
def test_dates_in_the_forms_in_circulation(text: str, day: date | None, moment: datetime | None):
    assert (values.to_date(text), values.to_moment(text)) == (day, moment)


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:00:00-12:00", "11/20/2026", "20/11/26", "2026/11-20", "٢٠/11/2026", "x"]
)
def test_what_is_no_date_is_refused(text: str):
    for read in (values.to_date, values.to_moment):
        with pytest.raises(ValueError, match=r"date|month|calendar"):
            read(text)


def test_status_messages():
    read = parse(sample("status.edxml")).message
    assert isinstance(read, Status)
    assert (read.status, read.description) == (StatusCode.REGISTERED, "Đã vào sổ")
    assert read.response_for.document_id == "H99.01,2026/11/20,125/STP-VP"
    made, _contents = document()
    for code in StatusCode:
        message = status(code, of=made, sender=made.recipients[0])
        assert parse(emit(message)).message == message


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
    assert CliRunner().invoke(cli.edxml, [str(out / "new.edxml"), "--emit", str(out / "new.edxml")]).exit_code == 2
    twins = CliRunner().invoke(cli.edxml, [str(paths[0]), str(out / "new.edxml"), "--emit", str(tmp_path / "twins")])
    assert (twins.exit_code, (tmp_path / "twins").exists()) == (2, False)
    long = tmp_path / "long.edxml"
    long.write_bytes(sample("new.edxml").replace(b"<edXML:Subject>", b"<edXML:Subject>" + b"x" * 500))
    told = json.loads(CliRunner().invoke(cli.edxml, [str(long), "--json", "--emit", str(tmp_path / "no")]).output)
    assert (told["error"]["code"], told["header"]["document_id"]) == ("unwritable", new["header"]["document_id"])
    assert not (tmp_path / "no").exists()
    odd = tmp_path / os.fsdecode(b"\xff.edxml")
    odd.write_bytes(sample("new.edxml"))
    for charset, path in (("cp1252", paths[0]), ("utf-8", odd)):
        ran = CliRunner(charset=charset).invoke(cli.edxml, [str(path), "--json"])
        assert json.loads(ran.output) == {**new, "file": str(path)}
    words = CliRunner().invoke(cli.edxml, [str(paths[0])])
    assert "H99.01,2026/11/20,125/STP-VP" in words.output
