"""Stacks of papers: parted at separator pages, put right by hand, each part registered; nothing is lost on the way."""

import io
import shutil
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from motcua.engines.scanning import actions as scanning
from motcua.engines.scanning.models import Scan
from motcua.engines.scanning.protocol import Seen, pages_of, pages_text
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict
from motcua.kernel.events.models import Event
from motcua.services.correspondence import searching, subscribers
from motcua.services.correspondence.actions import recognising
from motcua.services.correspondence.actions import stacks as actions
from motcua.services.correspondence.models import FileText, IncomingDocument, IncomingFile, ScanStack, StackPart
from motcua.services.correspondence.rules.stacks import parted
from tests.engines.scanning.pictures import code, sheet
from tests.factories import sign_in
from tests.jobs import run_jobs
from tests.programs import needed
from tests.services.correspondence.factories import Agency, make_agency
from tests.services.correspondence.outgoing_factories import annex_pdf
from tests.services.correspondence.test_pages import FORM

pages = st.lists(st.builds(Seen, separator=st.booleans(), blank=st.booleans()), max_size=30)


@given(seen=pages, at_blank=st.booleans())
def test_every_page_that_says_something_is_in_one_part(seen: list[Seen], at_blank: bool) -> None:
    parts = parted(seen, at_blank=at_blank)
    numbers = [number for part in parts for number in part]
    assert numbers == sorted(set(numbers))
    assert all(parts)
    written = {number for number, page in enumerate(seen, 1) if not page.separator and not page.blank}
    assert written <= set(numbers)
    if not at_blank:
        backs = {at + 2 for at, page in enumerate(seen[:-1]) if page.separator and seen[at + 1].blank}
        assert set(numbers) == {at for at, page in enumerate(seen, 1) if not page.separator} - backs
    assert all(pages_of(pages_text(part)) == part for part in parts)
    # Pages on both sides of a separator are never in one document.
    for part in parts:
        assert not any(seen[at - 1].separator for at in range(part[0], part[-1] + 1))


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def stack_of(client: Client) -> bytes:
    """Two papers and a page too much, scanned on both sides: the code of a paper itself parts nothing."""
    separator = client.get(reverse("correspondence:stack-separator"))
    printed = b"".join(separator)
    coded = sheet(["CÔNG VĂN", "Số: 12/SXD-QLN"], size=(620, 877), height=22)
    coded.paste(code("https://vi-du.example.test/tra-cuu"), (60, 300))
    plain = [sheet([line], size=(620, 877), height=22) for line in ("GIẤY MỜI", "Trang hai", "")]
    written = io.BytesIO()
    coded.save(written, "PDF", resolution=75, save_all=True, append_images=plain)
    with pikepdf.open(written) as papers, pikepdf.open(io.BytesIO(printed)) as between, pikepdf.new() as whole:
        first, second, third, blank = papers.pages
        for page in (first, between.pages[0], blank, second, third):
            whole.pages.append(page)
        made = io.BytesIO()
        whole.save(made)
    return made.getvalue()


def press(client: Client, stack: ScanStack, do: str, **sent: str) -> int:
    return client.post(reverse("correspondence:stack", args=[stack.pk]), {"do": do, **sent}).status_code


def parts_of(stack: ScanStack) -> list[tuple[str, bool]]:
    return list(StackPart.objects.filter(stack=stack).order_by("first").values_list("pages", "dropped"))


@pytest.mark.django_db
def test_a_stack_becomes_documents_of_the_register(
    client: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed("pdftoppm", "poppler-utils")
    sign_in(client, agency.clerk)
    sent: dict[str, Any] = {"office": str(agency.office.pk), "files": SimpleUploadedFile("tap.pdf", stack_of(client))}
    taken = client.post(reverse("correspondence:stacks"), sent)
    stack = ScanStack.objects.get()
    url = reverse("correspondence:stack", args=[stack.pk])
    assert taken["Location"] == url
    run_jobs()
    assert parts_of(stack) == [("1", False), ("4-5", False)]
    assert client.get(url).content.decode().count("Chưa quét vi-rút") == 1
    first, second = StackPart.objects.filter(stack=stack).order_by("first")
    # What the separators did not get right, by hand: and back again.
    assert press(client, stack, f"split:{second.pk}", **{f"page-{second.pk}": "4"}) == 422
    assert press(client, stack, f"split:{second.pk}", **{f"page-{second.pk}": "5"}) == 302
    third = StackPart.objects.get(stack=stack, first=5)
    assert press(client, stack, f"drop:{third.pk}") == press(client, stack, f"join:{second.pk}") == 302
    assert parts_of(stack) == [("1,4", False), ("5", True)]
    assert press(client, stack, f"join:{first.pk}") == 422
    monkeypatch.setattr(shutil, "which", lambda program: None)  # recognition is for the tests of the engine
    assert press(client, stack, "make") == 302
    with pytest.raises(Conflict):
        actions.drop_part(stack.pk, part=first.pk, dropped=True, by=agency.actor(agency.clerk))
    # Recognition dies: the pages are joined as they are; when that dies, too, the clerk is told and asks again.
    assert [scanning.end_left([]) for _time in range(3)] == [1, 1, 0]
    assert "Việc tạo tệp PDF bị gián đoạn" in client.get(url).content.decode()
    assert press(client, stack, f"recognise:{first.pk}") == 302
    assert scanning.end_left([]) == 1
    run_jobs()
    shown = client.get(url).content.decode()
    assert "Chờ vào sổ" in shown
    assert "Không nhận dạng được chữ" in shown
    assert f"recognise:{first.pk}" in shown
    assert press(client, stack, "remove") == 409  # a part is not registered yet
    new = f"{reverse('correspondence:new')}?part={first.pk}"
    assert new in shown
    assert client.get(new).status_code == 200
    registered = client.post(new, FORM | {"office": str(agency.office.pk), "channel": "scan"})
    assert registered["Location"] == url
    document = IncomingDocument.objects.get()
    assert (document.number, document.channel, document.state) == (1, "scan", "registered")
    (file,) = IncomingFile.objects.filter(document=document).select_related("file__blob")
    with pikepdf.open(io.BytesIO(read_bytes(file.file))) as made:
        assert len(made.pages) == 2
    assert client.post(new, FORM | {"office": str(agency.office.pk), "channel": "scan"}).status_code == 404
    for digest in searching.unread(incoming=[document.pk], outgoing=[]):
        searching.read_contents(digest)
    page = reverse("correspondence:document", args=[document.pk])
    assert page in client.get(url).content.decode()
    assert "không đọc được chữ" in client.get(page).content.decode()
    other = make_agency("Ủy ban nhân dân xã Khác")
    assert sign_in(client, other.clerk).get(url).status_code == 404
    sign_in(client, agency.clerk)
    assert press(client, stack, "remove") == 302
    file.file.refresh_from_db()
    assert (file.file.kept, ScanStack.objects.exists()) == (True, False)


@pytest.mark.django_db
def test_a_stack_that_cannot_be_read_is_kept_and_tried_again(client: Client, agency: Agency) -> None:
    sign_in(client, agency.clerk)
    upload = SimpleUploadedFile("hong.pdf", b"%PDF-1.7\n%%EOF\n")
    client.post(reverse("correspondence:stacks"), {"office": str(agency.office.pk), "files": upload})
    run_jobs()
    stack = ScanStack.objects.get()
    assert (stack.state, stack.problem, stack.file.kept) == ("failed", "damaged", True)
    assert press(client, stack, "again") == 302
    assert actions.end_left([str(stack.pk)]) == 0
    assert actions.end_left([]) == 1  # its job has died
    stack.refresh_from_db()
    assert (stack.state, stack.problem) == ("failed", "broken_off")
    picture = io.BytesIO()
    Image.new("L", (10, 10)).save(picture, "PNG")
    wrong = SimpleUploadedFile("anh.png", picture.getvalue())
    sent = {"office": str(agency.office.pk), "files": wrong}
    assert client.post(reverse("correspondence:stacks"), sent).status_code == 422


@pytest.mark.django_db
def test_a_paper_scanned_by_itself_gets_its_text_beside_it(client: Client, agency: Agency) -> None:
    needed("ocrmypdf", "ocrmypdf")
    scanned = io.BytesIO()
    sheet(["CÔNG VĂN", "Về việc tu bổ đình làng"], size=(827, 1170), height=32).save(scanned, "PNG")
    sign_in(client, agency.clerk)
    files = [SimpleUploadedFile("anh.png", scanned.getvalue()), SimpleUploadedFile("co-chu.pdf", annex_pdf())]
    url, sent = reverse("correspondence:new"), FORM | {"office": str(agency.office.pk)}
    assert client.post(url, {**sent, "channel": "scan", "files": files}).status_code == 302
    document = IncomingDocument.objects.get()
    more = SimpleUploadedFile("them.pdf", annex_pdf())  # in the same batch as the registering
    client.post(reverse("correspondence:act", args=[document.pk, "add_files"]), {"files": more})
    told = Event.objects.filter(kind__in=recognising.EVENTS).order_by("position")
    assert len(told) == 2
    subscribers.recognise(list(told))
    run_jobs()
    first, second, added, made = IncomingFile.objects.filter(document=document).select_related("file__blob")
    assert [row.part for row in (first, second, added, made)] == ["main", "annex", "annex", "text"]
    assert (first.file.name, made.file.name, made.file.kept) == ("anh.png", "anh-nhan-dang.pdf", True)
    with pikepdf.open(io.BytesIO(read_bytes(made.file))) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"
    for digest in searching.unread(incoming=[document.pk], outgoing=[]):
        searching.read_contents(digest)
    assert FileText.objects.get(pk=made.file.blob_id).state == FileText.State.READ
    shown = client.get(reverse("correspondence:document", args=[document.pk])).content.decode()
    assert all(text in shown for text in ("Bản có nhận dạng chữ (PDF/A)", "Đã nhận dạng chữ: anh-nhan-dang.pdf"))
    assert not Scan.objects.exists()
    assert "không đọc được chữ" not in shown
    subscribers.recognise(list(told))  # and again brings nothing more
    run_jobs()
    assert IncomingFile.objects.filter(document=document).count() == 4
