"""Documents in a real browser: registered from paper, noted, given, finished; axe and a phone's width."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from motcua.engines.exchange.models import Incoming as Letter
from motcua.engines.exchange.models import Partner
from motcua.kernel.blobs.actions import store_bytes
from motcua.people.accounts.actions import issue_token
from motcua.people.organisations.models import OfficeCode
from motcua.services.correspondence.actions.outgoing import add_annex
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument
from motcua.services.tasks.models import Task
from tests.engines.exchange.axis import simulated
from tests.engines.exchange.house import own_fingerprint
from tests.factories import PASSWORD
from tests.services.correspondence.beside import CODE, connect, move_to_axis
from tests.services.correspondence.factories import Agency, make_agency
from tests.services.correspondence.outgoing_factories import annex_pdf
from tests.services.correspondence.pair import Beside, house_beside, settle
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.threads import at_once

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page: Page) -> None:
    page.locator("main form button.govuk-button[type=submit]").last.click()


@pytest.mark.long
def test_a_document_from_paper_to_its_end(page: Page, live_server: Any) -> None:
    agency, server = make_agency(), live_server.url
    enter(page, server, agency.clerk)
    inspect(page, server + reverse("correspondence:new"))
    page.locator("#channel").select_option("scan")
    page.locator("#type").select_option("cong_van")
    for name, text in {"notation": "125/SXD-QLN", "sender": "Sở Xây dựng", "subject": "Đèn đường"}.items():
        page.locator(f"#{name}").fill(text)
    page.locator("#document_date").fill("2026-11-20")
    file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
    page.locator("#files").set_input_files([file])
    submit(page)
    page.get_by_text("Đã vào sổ, số đến 1.").wait_for()
    document = IncomingDocument.objects.get()
    home, own = server + reverse("correspondence:incoming"), page.url
    inspect(page, server + reverse("correspondence:act", args=[document.pk, "propose"]))
    page.locator("#leader").select_option(str(agency.leader.pk))
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    for address in (home, server + reverse("correspondence:book", args=["incoming"])):
        inspect(page, address)

    enter(page, server, agency.leader)
    inspect(page, server + reverse("correspondence:act", args=[document.pk, "note"]))
    page.locator("#text").fill("Giao phòng tham mưu trả lời.")
    page.get_by_label("Vai trò của Phòng Kinh tế").select_option("lead")
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()

    enter(page, server, agency.head)
    inspect(page, home)
    page.get_by_role("link", name="Đèn đường").click()
    page.get_by_role("button", name="Giao cho cán bộ").click()
    page.get_by_label("Vai trò của Phạm Văn Mẫu Một").select_option("lead")
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()

    enter(page, server, agency.first)
    inspect(page, own)
    page.get_by_role("button", name="Hoàn thành").click()
    page.locator("#text").fill("Đã trả lời.")
    submit(page)
    page.get_by_text("Đã giải quyết").first.wait_for()
    inspect(page, own)


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[None]:
    """A folder of secrets."""
    before, settings.EXCHANGE = settings.EXCHANGE, {"secrets": str(tmp_path / "secrets")}
    (tmp_path / "secrets").mkdir()
    yield
    settings.EXCHANGE = before


def joined(beside: Beside, here: Agency, server: str) -> str:
    """A line between both houses; the code of the agency there."""
    there = beside.ask("introduce")
    connect(**there, service="Nhà kia")
    token = issue_token(service="Nhà kia", label="thử", scopes=("exchange",))
    code = OfficeCode.objects.get(office=here.office).code
    beside.ask("connect", url=server, token=token, code=code, name=here.office.name, signer=own_fingerprint())
    return str(there["code"])


def let_work() -> None:
    """Let this house hear, send and take in, where the browser's event loop does not run."""
    assert at_once([settle]) == [None]


@pytest.mark.long
def test_a_document_and_its_answer_go_between_two_houses(
    page: Page,
    live_server: Any,
    tmp_path: Path,
    lines: None,
) -> None:
    """Comes in as a message → register → note → give → task → draft → initial → sign → number and seal → issue to the
    other house, which has a database of its own → registered and answered there, now over an axis → the answer is with
    the clerk here.
    """
    here, server = make_agency(signing=True), live_server.url
    own_code = OfficeCode.objects.get(office=here.office).code
    with house_beside(tmp_path / "beside") as beside, simulated(own_code, CODE) as axis:
        code = joined(beside, here, server)
        beside.ask("write", to=own_code, subject="Đề nghị phối hợp")
        let_work()
        asked = IncomingDocument.objects.get()

        enter(page, server, here.clerk)
        page.goto(server + reverse("correspondence:incoming"))
        page.get_by_role("link", name="Đề nghị phối hợp").click()
        page.get_by_role("button", name="Vào sổ").click()
        inspect(page)
        submit(page)
        page.get_by_text("Đã vào sổ, số đến 1.").wait_for()
        page.goto(server + reverse("correspondence:act", args=[asked.pk, "propose"]))
        page.locator("#leader").select_option(str(here.leader.pk))
        submit(page)
        page.get_by_text("Đã thực hiện.").wait_for()

        enter(page, server, here.leader)
        page.goto(server + reverse("correspondence:act", args=[asked.pk, "note"]))
        page.locator("#text").fill("Giao phòng tham mưu trả lời.")
        page.get_by_label("Vai trò của Phòng Kinh tế").select_option("lead")
        submit(page)
        page.get_by_text("Đã thực hiện.").wait_for()

        page.goto(server + reverse("correspondence:document", args=[asked.pk]))
        page.get_by_role("button", name="Giao nhiệm vụ").click()
        page.locator("#due_on").fill((timezone.localdate() + timedelta(days=5)).isoformat())
        submit(page)
        page.get_by_text("Đã giao nhiệm vụ số").wait_for()
        task = Task.objects.get()
        assert (task.document, task.unit) == (asked, here.unit)

        enter(page, server, here.head)
        page.goto(server + reverse("correspondence:document", args=[asked.pk]))
        page.get_by_role("button", name="Giao cho cán bộ").click()
        page.get_by_label("Vai trò của Phạm Văn Mẫu Một").select_option("lead")
        submit(page)
        page.get_by_text("Đã thực hiện.").wait_for()

        document = _answered(page, server, here, asked, code)
        let_work()
        (arrived,) = beside.ask("settle")["waiting"]
        recipient = document.recipients.get()
        assert (arrived["identifier"], arrived["subject"]) == (recipient.identifier, "Trả lời: Đề nghị phối hợp")
        assert arrived["signature"] == "whole"  # each house has an authority of its own
        files = [document.file, *(each.file for each in document.annexes.all())]
        assert arrived["files"] == [file.blob_id for file in files if file is not None]
        assert len(files) == 2
        told = {"name": here.office.name, "signer": own_fingerprint()}
        signer = Partner.objects.get(code=code).signers[0]
        move_to_axis(url=axis.url, own=own_code, code=code, name=recipient.name, signer=signer)
        beside.ask("move", url=axis.url, code=own_code, **told)
        beside.ask("handle")
        beside.ask("write", to=own_code, subject="Đã nhận ý kiến")
        let_work()
        recipient.refresh_from_db()
        assert (recipient.name, recipient.standing) == ("Sở Xây dựng tỉnh Ví Dụ", "06")
        assert Letter.objects.filter(kind="status", partner__code=code, state="taken").count() == 5
        assert {each["status"] for each in axis.told().values() if each["to"] == own_code} == {"done"}

    enter(page, server, here.clerk)
    page.goto(server + reverse("correspondence:incoming"))
    page.get_by_role("link", name="Đã nhận ý kiến").click()
    page.get_by_text("Chờ vào sổ").first.wait_for()


def _answered(
    page: Page,
    server: str,
    here: Agency,
    asked: IncomingDocument,
    code: str,
) -> OutgoingDocument:
    """The answer, from its draft to its issue."""
    enter(page, server, here.first)
    page.goto(server + reverse("correspondence:document", args=[asked.pk]))
    page.get_by_role("link", name="Soạn văn bản trả lời").click()
    inspect(page)
    page.locator("#mark").fill("UBND-PK")
    page.locator("#text").fill("Ủy ban nhân dân xã đồng ý phối hợp.\nTrân trọng.")
    page.locator("#signer").select_option(str(here.leader.pk))
    submit(page)
    page.get_by_text("Đã lưu dự thảo.").wait_for()
    own, document = page.url, OutgoingDocument.objects.get()
    file = store_bytes(annex_pdf(), name="phu-luc.pdf", media_type="application/pdf", by=None)
    add_annex(document.pk, file=file.pk, by=here.actor(here.first))
    inspect(page, own)
    inspect(page, own + "do/recipients/")
    page.locator("#way").select_option("axis")
    page.locator("#address").fill(code)
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    page.goto(own + "do/submit/")
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    sign(page, own, "initial", "Đã ký nháy văn bản.")
    enter(page, server, here.clerk)
    inspect(page, server + reverse("correspondence:outgoing"))
    page.goto(own + "do/pass_review/")
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    enter(page, server, here.leader)
    inspect(page, server + reverse("correspondence:outgoing"))
    inspect(page, server + reverse("correspondence:sign-many") + "?first=1")
    sign(page, own, "sign", "Đã ký văn bản.")
    enter(page, server, here.clerk)
    sign(page, own, "seal", "Đã cấp số và đóng dấu văn bản.")
    page.goto(own + "do/issue/")
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    inspect(page, own)
    inspect(page, server + reverse("correspondence:book", args=["outgoing"]))
    inspect(page, server + reverse("correspondence:numbers"))
    inspect(page, own + "copies/")
    document.refresh_from_db()
    assert document.notation == "01/UBND-PK"
    return document


def sign(page: Page, own: str, act: str, done: str) -> None:
    """Look at the document and sign it with the key of the demonstration, after proving who one is."""
    page.goto(own + f"sign/{act}/")
    submit(page)
    if page.locator("#password").count():
        page.locator("#password").fill(PASSWORD)
        submit(page)
        submit(page)
    page.get_by_text(done).wait_for()
