"""Scans as rooms ask for them: pages added and put in order, made by a job with the real programs, handed on once."""

import errno
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from PIL import Image

from motcua.engines.scanning import actions, isolated, jobs, making, programs, reading, running, takers
from motcua.engines.scanning.models import Scan, ScanPage
from motcua.engines.scanning.protocol import Problem, ScanError, Source
from motcua.engines.scanning.queries import latest, unfinished
from motcua.engines.scanning.takers import Taken, Taker, register
from motcua.engines.scanning.texts import why
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import Blob, ScanState, StoredFile
from motcua.kernel.errors import Conflict, Refused
from tests.engines.scanning.pictures import BIRTH_PAPER, CARD, CARD_CODE, NUMBER, as_jpeg, code, photographed, sheet
from tests.jobs import run_jobs
from tests.poppler import poppler

pytestmark = pytest.mark.django_db
SUBJECT = UUID(int=5)


class Room:
    """A room that keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.failed: list[str] = []

    def take(self, scan: Scan, taken: Taken) -> None:
        self.taken.append(taken)

    def fail(self, scan: Scan) -> None:
        self.failed.append(scan.problem)


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    register("test", Taker(made.take, made.fail, lambda scan: "giay.pdf"))
    yield made
    takers._takers.pop("test")


@pytest.fixture
def without_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the packages."""
    monkeypatch.setattr(shutil, "which", lambda program: None)


def picture(content: bytes | None = None, name: str = "anh.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if content is not None else as_jpeg(sheet([], size=(300, 420))))


def begun(*files: SimpleUploadedFile) -> Scan:
    scan = actions.open_scan("test", SUBJECT, "paper", by=None)
    for file in files:
        actions.add_page(scan, file, name=file.name or "", by=None)
    return scan


def pdf_of(*pages: Image.Image) -> bytes:
    written = io.BytesIO()
    pages[0].save(written, "PDF", resolution=150, save_all=True, append_images=pages[1:])
    return written.getvalue()


def test_pictures_become_one_pdf_with_its_text(room: Room) -> None:
    card = sheet(CARD, size=(1100, 694), height=38)
    card.paste(code(CARD_CODE, 4), (860, 30))
    turned = photographed(sheet(BIRTH_PAPER, size=(1000, 1414), height=36)).transpose(Image.Transpose.ROTATE_90)
    scan = begun(picture(as_jpeg(turned, orientation=6)), picture(as_jpeg(photographed(card))))
    actions.start(scan)
    assert unfinished("test", SUBJECT) == {"paper": True}
    run_jobs()
    scan.refresh_from_db()
    assert (scan.state, scan.stage, unfinished("test", SUBJECT)) == ("done", "recognising", {})
    (taken,) = room.taken
    assert (scan.file, scan.made_pages, scan.recognised, taken.recognised) == (taken.file, 2, True, True)
    assert taken.file.kept
    said = {name: fact.value for name, fact in taken.facts.items()}
    assert said["birth_paper.mother_number"] == "001192000002"
    assert said["birth_paper.birth_date"] == "2026-11-20"
    assert said["identity_card.number"] == NUMBER
    content = read_bytes(taken.file)
    assert "GIẤY CHỨNG SINH" in poppler("pdftotext", "-", "-", stdin=content)
    with pikepdf.open(io.BytesIO(content)) as made, made.open_metadata() as told:
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "B")
        first, second = ([float(side) for side in page.mediabox[2:]] for page in made.pages)
    assert first[1] == pytest.approx(842, abs=2)  # a sheet of A4, upright
    assert second[0] == pytest.approx(243, abs=9)  # a card in its own size
    assert ScanPage.objects.filter(scan=scan, file__kept=True).count() == 2
    actions.work(scan.pk)
    assert len(room.taken) == 1


def test_pages_are_put_in_order_and_taken_off(room: Room, without_programs: None) -> None:
    wide, high = as_jpeg(sheet([], size=(420, 300))), as_jpeg(sheet([], size=(300, 420)))
    scan = begun(picture(high), picture(wide), picture(high, "thua.jpg"))
    one, two, three = ScanPage.objects.filter(scan=scan)
    actions.move_page(scan, two.pk, up=True)
    actions.move_page(scan, two.pk, up=True)
    actions.remove_page(scan, three.pk)
    actions.remove_page(scan, three.pk)
    assert not StoredFile.objects.get(pk=three.file_id).kept
    assert [page.pk for page in ScanPage.objects.filter(scan=scan)] == [two.pk, one.pk]
    actions.start(scan)
    with pytest.raises(Conflict):
        actions.move_page(scan, one.pk, up=True)
    run_jobs()
    (taken,) = room.taken
    assert not taken.recognised
    assert taken.facts == {}
    with pikepdf.open(io.BytesIO(read_bytes(taken.file))) as made:
        assert [float(page.mediabox[2]) > float(page.mediabox[3]) for page in made.pages] == [True, False]


def test_a_pdf_is_taken_as_it_is_between_pictures(room: Room, without_programs: None) -> None:
    frames = io.BytesIO()
    faxed = sheet(["Trang fax"], size=(300, 420)).convert("1")
    faxed.save(frames, "TIFF", save_all=True, append_images=[faxed], compression="group4")
    scan = begun(picture(frames.getvalue(), "fax.tif"), picture(pdf_of(sheet([]), sheet([])), "may-quet.pdf"))
    actions.start(scan)
    run_jobs()
    assert [taken.pages for taken in room.taken] == [4]


def signed() -> bytes:
    with pikepdf.open(io.BytesIO(pdf_of(sheet([], size=(200, 300))))) as pdf:
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), SigFlags=3)
        written = io.BytesIO()
        pdf.save(written)
    return written.getvalue()


def locked() -> bytes:
    with pikepdf.open(io.BytesIO(pdf_of(sheet([], size=(200, 300))))) as pdf:
        written = io.BytesIO()
        pdf.save(written, encryption=pikepdf.Encryption(owner="chu", user="khach"))
    return written.getvalue()


def cut() -> bytes:
    written = io.BytesIO()
    sheet(BIRTH_PAPER, size=(300, 420)).save(written, "TIFF")
    return written.getvalue()[:-90_000]


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (signed(), "ky.pdf", Problem.SIGNED),
        (locked(), "khoa.pdf", Problem.LOCKED),
        (b"%PDF-1.7\n%%EOF\n", "hong.pdf", Problem.DAMAGED),
        (cut(), "hong.tif", Problem.DAMAGED),
    ],
)
def test_what_may_not_or_cannot_be_made_keeps_its_originals(
    room: Room, without_programs: None, content: bytes, name: str, problem: Problem
) -> None:
    scan = begun(picture(), picture(content, name))
    actions.start(scan)
    run_jobs()
    scan.refresh_from_db()
    assert (scan.state, scan.problem, room.failed) == ("failed", problem.value, [problem.value])
    assert room.taken == []
    assert why(scan.problem)
    assert StoredFile.objects.filter(kept=True).count() == 2


def test_only_pictures_and_pdf_are_taken_and_something_is_needed(room: Room) -> None:
    scan = begun()
    with pytest.raises(Refused, match=r".+"):
        actions.start(scan)
    with pytest.raises(Refused):
        actions.add_page(scan, picture(b"a,b\n1,2\n", "bang.csv"), name="bang.csv", by=None)
    assert actions.open_scan("test", SUBJECT, "paper", by=None) == scan


@pytest.mark.parametrize(
    ("state", "problem"), [(ScanState.INFECTED, Problem.INFECTED), (ScanState.HELD, Problem.BROKEN_OFF)]
)
def test_what_cannot_be_read_any_more_ends_with_its_reason(
    room: Room, without_programs: None, state: ScanState, problem: Problem
) -> None:
    scan = begun(picture())
    actions.start(scan)
    Blob.objects.update(scan_state=state, scanned_at=timezone.now() if state == ScanState.INFECTED else None)
    run_jobs()
    scan.refresh_from_db()
    assert (scan.state, scan.problem, room.failed) == ("failed", problem.value, [problem.value])
    assert why(scan.problem)


def test_a_lost_file_ends_with_its_reason(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    scan = begun(picture())
    actions.start(scan)
    monkeypatch.setattr(running, "TemporaryDirectory", full)
    run_jobs()
    scan.refresh_from_db()
    assert (scan.state, scan.problem) == ("failed", Problem.BROKEN_OFF.value)


def test_what_is_not_looked_at_yet_is_named_before_anything_is_made(room: Room) -> None:
    scan = begun(picture(name="trang-mot.jpg"))
    Blob.objects.update(scan_state=ScanState.HELD)
    with pytest.raises(Refused, match=r"trang-mot\.jpg"):
        actions.start(scan)
    scan.refresh_from_db()
    assert scan.state == "collecting"


def test_a_scan_whose_job_died_is_ended(room: Room) -> None:
    scan = begun(picture())
    actions.start(scan)
    jobs.end_broken_off()
    scan.refresh_from_db()
    assert scan.state == "waiting"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name LIKE '%%make_scan'")
    jobs.end_broken_off()
    scan.refresh_from_db()
    assert (scan.state, scan.problem, room.failed) == ("failed", "broken_off", ["broken_off"])


def test_a_scan_that_takes_too_long_is_begun_again_with_its_pages(room: Room, without_programs: None) -> None:
    scan = begun(picture(name="mot.jpg"), picture(name="hai.jpg"))
    actions.start_again(scan)
    assert latest("test", SUBJECT, "paper") == scan
    actions.start(scan)
    actions.start_again(scan)
    anew = latest("test", SUBJECT, "paper")
    assert anew is not None
    assert anew.state == "collecting"
    assert list(ScanPage.objects.values_list("scan", "file__name")) == [(anew.pk, "mot.jpg"), (anew.pk, "hai.jpg")]
    assert StoredFile.objects.filter(kept=True).count() == 2
    run_jobs()
    assert room.taken == []
    assert unfinished("test", SUBJECT) == {"paper": False}


def test_the_originals_of_a_pdf_go_with_it(room: Room, without_programs: None) -> None:
    scan = begun(picture())
    actions.start(scan)
    run_jobs()
    actions.forget_made(room.taken[0].file.pk)
    assert not Scan.objects.exists()
    assert list(StoredFile.objects.filter(kept=True)) == [room.taken[0].file]


def test_reading_holds_no_transaction(room: Room, without_programs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    held, outside = list[int](), len(connection.savepoint_ids)

    def note(text: str, codes: tuple[str, ...]) -> dict[str, reading.Fact]:
        held.append(len(connection.savepoint_ids))
        return {}

    monkeypatch.setattr(reading, "read", note)
    scan = begun(picture())
    actions.start(scan)
    run_jobs()
    assert held == [outside]
    assert len(room.taken) == 1


def test_a_scan_given_up_while_it_is_made_is_handed_to_nobody(room: Room, without_programs: None) -> None:
    scan = begun(picture())
    actions.start(scan)
    actions.forget("test", SUBJECT)
    run_jobs()
    assert (room.taken, latest("test", SUBJECT, "paper")) == ([], None)
    assert not StoredFile.objects.filter(kept=True).exists()


def test_the_process_of_a_scan_given_up_ends_before_its_pdf_is_made(
    room: Room, without_programs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = begun(picture())
    actions.start(scan)
    monkeypatch.setattr(actions, "check_readable", lambda blob: actions.forget("test", SUBJECT))  # as it is begun
    stored = StoredFile.objects.count()
    run_jobs()
    assert (room.taken, room.failed) == ([], [])
    assert StoredFile.objects.count() == stored


def test_a_process_that_eats_memory_or_time_ends_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "bom.png"
    Image.new("1", (10_000, 9_000)).save(bomb)
    source = Source(bomb, "image/png")
    with pytest.raises(ScanError, match=Problem.TOO_LARGE.value), running.made([source], progress=lambda *told: None):
        pass
    fine = tmp_path / "anh.jpg"
    fine.write_bytes(as_jpeg(sheet(BIRTH_PAPER)))
    slow = running.made([Source(fine, "image/jpeg")], progress=lambda *told: None, seconds=0.05)
    with pytest.raises(ScanError, match=Problem.TOO_SLOW.value), slow:
        pass
    assert isolated.MEMORY < 4 * 1024**3


def test_what_a_maker_has_started_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that hangs outlives the process that waited for it, unless its group is ended."""
    told = tmp_path / "number"
    (tmp_path / "maker.py").write_text(
        "import subprocess, sys\n"
        "hangs = subprocess.Popen(['sleep', '600'], stdin=-3, stdout=-3, stderr=-3)\n"
        f"open({str(told)!r}, 'w').write(str(hangs.pid))\n"
    )
    monkeypatch.setattr(running, "MAKER", "maker")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScanError, match=Problem.DAMAGED.value), running.made([], progress=lambda *said: None):
        pass
    assert has_ended(int(told.read_text()))


def has_ended(process: int) -> bool:
    """A killed process whose parent is gone may still wait for somebody to take note of it."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state in "ZX"


def test_folders_of_killed_workers_are_swept() -> None:
    place = Path(tempfile.gettempdir())  # of this test alone
    left, used = place / "motcua-scan-left", place / "motcua-scan-used"
    for folder in (left, used):
        folder.mkdir()
        (folder / "source.pdf").write_bytes(b"%PDF")
    os.utime(left, (0, 0))
    with pytest.raises(ScanError), running.made([], progress=lambda *told: None, seconds=0.01):
        pass
    assert [each.name for each in place.glob("motcua-scan-*")] == [used.name]
    shutil.rmtree(used)


def moving(kind: str) -> bytes:
    frames = [sheet([str(at)], size=(120, 160)) for at in range(3)]
    written = io.BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:])
    return written.getvalue()


@pytest.mark.parametrize(("kind", "name"), [("PNG", "dong.png"), ("WEBP", "dong.webp")])
def test_what_moves_is_no_paper(tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / name).write_bytes(moving(kind))
    with pytest.raises(ScanError, match=Problem.MOVING.value):
        list(making._pictures(tmp_path / name))


def test_what_a_telephone_keeps_beside_a_photograph_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "anh.jpg").write_bytes(moving("MPO"))
    assert len(list(making._pictures(tmp_path / "anh.jpg"))) == 1
    (tmp_path / "fax.tif").write_bytes(moving("TIFF"))
    assert len(list(making._pictures(tmp_path / "fax.tif"))) == 3


def test_the_text_of_a_file_is_read_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MOST_TEXT", 5)
    (tmp_path / "chu.txt").write_text("một hai ba", encoding="utf-8")
    assert making._beginning(tmp_path / "chu.txt") == "một h"
    assert making._beginning(tmp_path / "khong.txt") == ""
    pages = tmp_path / "trang.pdf"
    pages.write_bytes(pdf_of(*[sheet([], size=(120, 160))] * 12))
    monkeypatch.setattr(making, "MOST_TEXT", 1_000)
    assert making._text_layer(pages).count("\f") == 10


def test_what_is_missing_is_told_by_package(without_programs: None) -> None:
    assert set(programs.missing()) == {"ocrmypdf", "tesseract-ocr", "ghostscript", "poppler-utils"}
