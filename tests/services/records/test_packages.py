"""Archive packages: accepted by the public rules of E-ARK and by ours; every fault is found and named."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.engines.messaging.models import Notice
from motcua.engines.scanning.jobs import make_scan
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.files import path_of, read_bytes
from motcua.kernel.errors import Conflict, NotAllowed
from motcua.kernel.events.models import Event
from motcua.services.records import actions, jobs, notices, packing
from motcua.services.records.cli import check_archive_package
from motcua.services.records.models import Transfer, TransferredFile
from motcua.services.records.packages.building import build
from motcua.services.records.packages.checking import check
from motcua.services.records.packages.facts import PackedContent, PackedDocument, PackedEvent, PackedFile
from tests.factories import sign_in
from tests.programs import needed
from tests.services.correspondence.factories import make_agency
from tests.services.correspondence.test_pages import text_in
from tests.services.records import archive_rules
from tests.services.records.factories import again, closed, offered, opened, upload

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
DATA = b"%PDF-1.7 <pdfaid:part>2</pdfaid:part>"


def packed() -> PackedFile:
    """A file with two documents; titles as people write them."""
    contents = [
        PackedContent(
            path=f"data/000{number}-00-cong-van.pdf", name="Công văn <số 1> & phụ lục.pdf",
            media_type="application/pdf", size=len(DATA), digest=hashlib.sha256(DATA).hexdigest(), created=NOW,
            format_name="PDF/A-2b", open=lambda: io.BytesIO(DATA),
        )
        for number in (1, 2)
    ]  # fmt: skip
    documents = [
        PackedDocument(
            ordinal=number, type="Công văn", notation=f"12{number}/SXD-QLN", day=date(2026, 11, 20),
            author="Sở Xây dựng", subject='Đèn "đường" & vỉa hè', pages=number, note="", contents=(content,),
        )
        for number, content in enumerate(contents, start=1)
    ]  # fmt: skip
    return PackedFile(
        key=UUID(int=7), fonds="H99.101", agency="Ủy ban nhân dân xã Mẫu", unit="Phòng Kinh tế", year=2026,
        notation="01.KT", title="Chiếu sáng công cộng", retention="10 năm", rights="Sử dụng rộng rãi",
        keeper="Nguyễn Văn Giả Định", language="Tiếng Việt", starts_on=date(2026, 1, 2), ends_on=date(2026, 11, 1),
        pages=3, documents=tuple(documents), created=NOW, contents_list=b"%PDF-1.7 list",
        software=("motcua", "0.1.0"),
        events=(
            PackedEvent(key="1", type="creation", at=NOW, detail="Mở hồ sơ"),
            PackedEvent(key="2", type="packaging", at=NOW, detail="Đóng gói"),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def package() -> bytes:
    made = io.BytesIO()
    build(packed(), made)
    return made.getvalue()


def inside(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], root: str = "urn_H99.101_uuid_7/") -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(root + name, data)
    return made


def test_the_public_rules_of_e_ark_accept_a_package(package: bytes) -> None:
    files = inside(package)
    for name in ("METS.xml", "representations/rep1/METS.xml"):
        assert archive_rules.mets().validate(etree.fromstring(files[name])), archive_rules.mets().error_log
    assert archive_rules.broken(etree.fromstring(files["METS.xml"])) == set()
    assert archive_rules.ead().validate(etree.fromstring(files["metadata/descriptive/EAD.xml"]))
    # They do find what is wrong.
    wrong = files["METS.xml"].replace(b'LABEL="CSIP"', b'LABEL="Other"')
    assert "CSIP82" in archive_rules.broken(etree.fromstring(wrong))


def test_our_check_finds_nothing_in_it_with_schemas_or_without(package: bytes) -> None:
    assert check(io.BytesIO(package)) == []
    assert check(io.BytesIO(package), schemas=archive_rules.schemas()) == []


def test_the_layout_is_that_of_the_circular(package: bytes) -> None:
    files = inside(package)
    assert set(files) == {
        "METS.xml", "metadata/descriptive/EAD.xml", "metadata/descriptive/HoSo.xml",
        "metadata/preservation/PREMIS.xml", "documentation/muc-luc-van-ban.pdf", "schemas/HoSo.xsd",
        "representations/rep1/METS.xml", "representations/rep1/data/0001-00-cong-van.pdf",
        "representations/rep1/data/0002-00-cong-van.pdf",
    }  # fmt: skip
    root = etree.fromstring(files["METS.xml"])
    assert root.get("OBJID") == f"urn:H99.101:uuid:{UUID(int=7)}"
    assert b"+07:00" in files["METS.xml"]
    assert b"PDF/A-2b" in files["metadata/preservation/PREMIS.xml"]


Change = Callable[[dict[str, bytes]], object]


def replaced(name: str, old: str, new: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        text = files[name].decode()
        assert re.search(old, text), old
        files[name] = re.sub(old, new, text, count=1).encode()

    return change


def renamed(old: str, new: str) -> Change:
    return lambda files: files.update({new: files.pop(old)})


_METS, _REP = "METS.xml", "representations/rep1/METS.xml"
_PREMIS, _EAD, _OWN = (
    f"metadata/{each}" for each in ("preservation/PREMIS.xml", "descriptive/EAD.xml", "descriptive/HoSo.xml")
)
_FIRST = "representations/rep1/data/0001-00-cong-van.pdf"
FAULTS: list[tuple[str, Change]] = [
    ("CSIPSTR4", lambda files: files.pop(_METS)),
    ("CSIP1", replaced(_METS, 'OBJID="[^"]*"', 'OBJID=""')),
    ("CSIP2", replaced(_METS, ' TYPE="Mixed"', "")),
    ("CSIP6", replaced(_METS, 'PROFILE="[^"]*"', "")),
    ("CSIP9", replaced(_METS, 'OAISPACKAGETYPE="AIP"', 'OAISPACKAGETYPE="XIP"')),
    ("CSIP11", replaced(_METS, 'OTHERTYPE="SOFTWARE"', 'OTHERTYPE="TOOL"')),
    ("CSIP16", replaced(_METS, 'NOTETYPE="SOFTWARE VERSION"', 'NOTETYPE="IDENTIFICATIONCODE"')),
    ("CSIP22", replaced(_METS, '<mdRef LOCTYPE="URL"', '<mdRef LOCTYPE="URN"')),
    ("CSIP25", replaced(_METS, 'MDTYPE="PREMIS" ', "")),
    ("CSIP29", replaced(_METS, '(<mdRef [^>]*)CHECKSUM="[^"]*"', r"\1")),
    ("CSIP60", replaced(_METS, 'USE="Documentation"', 'USE="Docs"')),
    ("CSIP80", replaced(_METS, 'TYPE="PHYSICAL"', 'TYPE="LOGICAL"')),
    ("CSIP86", replaced(_METS, '(<div ID="div-package" LABEL=)"[^"]*"', r'\1"Hồ sơ"')),
    ("CSIP88", replaced(_METS, 'LABEL="Metadata"', 'LABEL="Meta"')),
    ("CSIP104", replaced(_METS, '<fptr FILEID="group-3"/>', "")),
    ("CSIP109", replaced(_METS, "<mptr [^>]*/>", "")),
    ("CSIP68", replaced(_REP, '(<file ID="file-1-1" )MIMETYPE="[^"]*"', r"\1")),
    ("CSIP76", replaced(_REP, "<FLocat [^>]*/>", "")),
    ("CSIP79", replaced(_REP, 'xlink:href="[^"]*"', 'xlink:href=""')),
    ("LAW1", replaced(_METS, 'OBJID="urn:[^"]*"', 'OBJID="hoso-7"')),
    ("LAW3", replaced(_METS, 'CHECKSUMTYPE="SHA-256"', 'CHECKSUMTYPE="SHA-1"')),
    ("LAW4", replaced(_METS, r'CREATEDATE="([^"+]*)\+07:00"', r'CREATEDATE="\1Z"')),
    ("PREMIS1", replaced(_PREMIS, 'version="3.0"', 'version="2.2"')),
    ("PREMIS4", replaced(_PREMIS, "<messageDigest>[^<]*<", "<messageDigest><")),
    ("PREMIS8", replaced(_PREMIS, "(<linkingAgentIdentifierValue>)[^<]*<", r"\1nobody<")),
    ("PREMIS10", replaced(_PREMIS, "data/0001-00", "data/0009-00")),
    ("PREMIS11", lambda files: files.update({_FIRST: b"other bytes"})),
    ("EAD2", replaced(_EAD, "<recordid>[^<]*<", "<recordid><")),
    ("XSD", replaced(_OWN, "<DocTotal>2<", "<DocTotal>hai<")),
    ("DIGEST", lambda files: files.update({_FIRST: DATA[:-1] + b"!"})),
    ("SIZE", lambda files: files.update({_FIRST: DATA + b"!"})),
    ("REF1", replaced(_REP, 'xlink:href="data', 'xlink:href="../../../data')),
    ("REF1", replaced(_REP, 'xlink:href="data', 'xlink:href="file:///etc/data')),
    ("REF2", renamed(_FIRST, "representations/rep1/data/other.pdf")),
    ("REF4", lambda files: files.update({"documentation/them.txt": b"x"})),
    ("ID1", replaced(_METS, 'ID="dmd-2"', 'ID="dmd-1"')),
    ("ID2", replaced(_METS, 'FILEID="group-1"', 'FILEID="group-9"')),
    ("XML2", replaced(_METS, "</mets>", "")),
    ("XML3", replaced(_EAD, "<ead ", "<!DOCTYPE ead [<!ENTITY a 'b'>]><ead ")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "change"), FAULTS, ids=[code for code, _change in FAULTS])
def test_a_fault_is_named_by_the_requirement_that_it_breaks(package: bytes, code: str, change: Change) -> None:
    files = inside(package)
    change(files)
    assert code in {each.code for each in check(zipped(files)) if each.level == "error"}


def test_a_package_that_would_do_harm_is_not_looked_into(package: bytes) -> None:
    files = inside(package)
    assert [each.code for each in check(zipped(files | {"../../x": b"x"}))] == ["ZIP2"]
    assert [each.code for each in check(io.BytesIO(b"PK\x03\x04 broken"))] == ["CSIPSTR3"]
    assert "CSIPSTR1" in {each.code for each in check(zipped(files, root=""))}
    broken = bytearray(package)
    at = package.index(b"cong-van.pdf") + 30
    broken[at : at + 8] = b"\0" * 8
    assert {each.code for each in check(io.BytesIO(bytes(broken)))} & {"ZIP6", "CSIPSTR3", "DIGEST"}


def test_the_command_says_what_is_wrong_and_exits_with_it(package: bytes, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(package)
    files = inside(package)
    files[_FIRST] = b"%PDF other"
    bad.write_bytes(zipped(files).getvalue())
    run = CliRunner().invoke(check_archive_package, [str(good)])
    assert (run.exit_code, run.output.strip()) == (0, f"{good}: ok")
    run = CliRunner().invoke(check_archive_package, [str(good), str(bad)])
    assert run.exit_code == 1
    assert f"error DIGEST {_FIRST}" in run.output
    run = CliRunner().invoke(check_archive_package, ["--json", str(bad)])
    told = json.loads(run.output)
    assert (told["result"], {each["code"] for each in told["findings"]} >= {"DIGEST", "SIZE"}) == ("error", True)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Công văn số 125/SXD.PDF", "cong-van-so-125-sxd.pdf"),
        ("../../etc/passwd", "etc-passwd"),
        ("Đơn đề nghị.docx", "don-de-nghi.docx"),
        ("???.pdf", "tep.pdf"),
    ],
)
def test_names_in_a_package_are_plain(name: str, plain: str) -> None:
    assert packing.plain_name(name) == plain


@pytest.mark.django_db
def test_a_transfer_is_packed_checked_and_taken_over_by_another() -> None:
    agency = make_agency()
    transfer = offered(agency)
    assert transfer.state == "ready"
    row = TransferredFile.objects.get()
    with path_of(row.digest).open("rb") as opened:
        assert check(opened, schemas=archive_rules.schemas()) == []
    with pytest.raises(NotAllowed):
        actions.accept(transfer.pk, by=agency.actor(agency.first))
    actions.accept(transfer.pk, by=agency.actor(agency.clerk))
    assert again(row.file_id).state == "archived"
    assert f"không có bản PDF/A {len(row.formats['kept'])}" in minutes_of(transfer)
    with pytest.raises(Conflict):
        actions.accept(transfer.pk, by=agency.actor(agency.clerk))


def minutes_of(transfer: Transfer) -> str:
    transfer.refresh_from_db()
    assert transfer.minutes is not None
    return " ".join(text_in(read_bytes(transfer.minutes)).replace(":", " ").split())


@pytest.mark.django_db
def test_minutes_say_nothing_of_formats_that_were_not_noted() -> None:
    agency = make_agency()
    transfer = offered(agency)
    TransferredFile.objects.update(formats={})  # packed before there were conversions
    actions.accept(transfer.pk, by=agency.actor(agency.clerk))
    assert "không có bản PDF/A không ghi nhận" in minutes_of(transfer)


@pytest.mark.django_db
def test_a_pdf_may_say_at_its_end_that_it_is_pdf_a() -> None:
    data = b"%PDF-1.7 " + bytes(5 * 1024 * 1024) + b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B<"
    stored = store_bytes(data, name="a.pdf", media_type="application/pdf", by=None)
    assert packing.format_name(stored.media_type, stored.blob_id) == "PDF/A-2b"


@pytest.mark.django_db
def test_a_content_that_has_changed_is_not_packed() -> None:
    agency = make_agency()
    file = closed(agency)
    transfer = actions.offer([file.pk], by=agency.actor(agency.first))
    pinned = file.entries.get(upload__isnull=False).pinned.get()
    path = path_of(pinned.digest)
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.7 y")
    assert not actions.pack(transfer.pk)
    assert TransferredFile.objects.get().faults[0][0] == "CONTENT"
    actions.cancel(transfer.pk, reason="Tệp hỏng", by=agency.actor(agency.first))
    assert again(file.pk).state == "closed"


@pytest.mark.django_db
def test_a_content_that_is_gone_is_a_fault_of_its_file_alone() -> None:
    agency = make_agency()
    gone, whole = closed(agency), closed(agency, notation="02.KT")
    transfer = actions.offer([gone.pk, whole.pk], by=agency.actor(agency.first))
    path_of(gone.entries.get(upload__isnull=False).pinned.get().digest).unlink()
    (job,) = ProcrastinateJob.objects.filter(task_name=jobs.pack_transfer.name)
    assert (job.queue_name, job.lock, job.queueing_lock) == ("scanning", "scanning-0", f"transfer:{transfer.pk}")
    assert job.priority < make_scan.priority
    work(job)  # one file, and a job for the next
    assert TransferredFile.objects.get(file=gone).faults == [["CONTENT", "FileNotFoundError"]]
    assert TransferredFile.objects.get(file=whole).packed_at is None
    (following,) = ProcrastinateJob.objects.filter(task_name=jobs.pack_transfer.name).exclude(pk=job.pk)
    work(following)
    assert TransferredFile.objects.get(file=whole).packed_at is not None
    assert ProcrastinateJob.objects.filter(task_name=jobs.pack_transfer.name).count() == 2
    transfer.refresh_from_db()
    assert transfer.state == "packing"  # a person decides what becomes of the other
    notices.tell(list(Event.objects.filter(stream=transfer.stream).order_by("version")))
    assert list(Notice.objects.values_list("kind", "recipient")) == [("file.transfer_faulty", agency.first.pk)]


def work(job: ProcrastinateJob) -> None:
    """Do a job as a worker does, so that it may queue another under its own locks."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job.pk])
        jobs.pack_transfer(**job.args)
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [job.pk])


@pytest.mark.django_db
def test_a_transfer_that_was_given_up_is_not_packed_on() -> None:
    agency = make_agency()
    transfer = actions.offer([closed(agency).pk], by=agency.actor(agency.first))
    actions.cancel(transfer.pk, reason="Thiếu hồ sơ", by=agency.actor(agency.first))
    assert not actions.pack(transfer.pk)
    row = TransferredFile.objects.get()
    assert (row.packed_at, row.faults) == (None, [])


@pytest.mark.django_db
def test_what_can_be_converted_stands_beside_its_original_and_of_the_rest_it_is_said_why(client: Client) -> None:
    needed("ocrmypdf", "ocrmypdf")
    agency = make_agency()
    file = opened(agency)
    plain = io.BytesIO()
    with pikepdf.new() as blank:
        blank.add_blank_page(page_size=(72, 72))
        blank.save(plain)
    signed = plain.getvalue() + b"\n/ByteRange [0 1 2 3]\nstartxref\n"
    for name, data, kind in (
        ("Biên bản.pdf", plain.getvalue(), "application/pdf"), ("Đã ký.pdf", signed, "application/pdf"),
        ("Hỏng.pdf", b"%PDF-1.7 x", "application/pdf"), ("Bản A.pdf", DATA, "application/pdf"),
        ("Bảng kê.csv", b"1;2", "text/csv"),
    ):  # fmt: skip
        upload(agency, file, data=data, name=name, media_type=kind)
    actions.close_file(file.pk, ends_on=timezone.localdate(), by=agency.actor(agency.first))
    transfer = actions.offer([file.pk], by=agency.actor(agency.first))
    assert not actions.pack(transfer.pk)
    row = TransferredFile.objects.get()
    assert row.formats == {
        "archival": 1, "converted": 1,
        "kept": [["Đã ký.pdf", "signed"], ["Hỏng.pdf", "damaged"], ["Bảng kê.csv", "format"]],
    }  # fmt: skip
    package = path_of(row.digest).read_bytes()
    assert check(io.BytesIO(package), schemas=archive_rules.schemas()) == []
    files = inside(package)
    for name in ("METS.xml", "representations/rep2/METS.xml"):
        assert archive_rules.mets().validate(etree.fromstring(files[name])), archive_rules.mets().error_log
    assert archive_rules.broken(etree.fromstring(files["METS.xml"])) == set()
    assert archive_rules.ead().validate(etree.fromstring(files["metadata/descriptive/EAD.xml"]))
    (made,) = [name for name in files if name.startswith("representations/rep2/data/")]
    assert files[made.replace("rep2", "rep1")] == plain.getvalue()
    assert b"<pdfaid:part>2</pdfaid:part>" in files[made] or b'pdfaid:part="2"' in files[made]
    premis = etree.fromstring(files["metadata/preservation/PREMIS.xml"])
    told = [(event[1].text, event[4][0].text) for event in premis.iterfind("{*}event") if len(event[-1]) == 3]
    assert told == [
        ("migration", "success"), ("policy assignment", "success"), ("migration", "failure"), ("migration", "failure")
    ]  # fmt: skip
    assert "dinh-dang-tep.pdf" in str(files.keys())
    page = sign_in(client, agency.clerk).get(reverse("records:transfer", args=[transfer.pk])).content.decode()
    assert "1 tệp sẵn có, 1 tệp chuyển đổi, 3 tệp giữ nguyên" in page
    assert "có chữ ký số" in page[page.index("Đã ký.pdf") :]


def test_a_file_of_paper_with_control_characters_is_packed() -> None:
    file = packed()
    papers = tuple(replace(each, contents=(), subject="Đèn\x0b đường\x00") for each in file.documents)
    made = io.BytesIO()
    build(replace(file, documents=papers, title="Chiếu\x01 sáng"), made)
    assert check(made) == []
    root = etree.fromstring(inside(made.getvalue())["representations/rep1/METS.xml"])
    assert archive_rules.mets().validate(root), archive_rules.mets().error_log
    assert root.get("LABEL") == "01.KT Chiếu sáng"
