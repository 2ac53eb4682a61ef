"""A dossier through the officers' pages, from acceptance to the returned result."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.models import Blob, ScanState
from motcua.kernel.events.models import AccessRecord
from motcua.people.accounts.models import Account
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.models import Dossier, FeeLine, IssuedForm, Paper, ResultDocument
from tests.coming_back import overtaken
from tests.factories import sign_in
from tests.services.dossiers.factories import Town, accept, make_town, open_step, submit
from tests.services.dossiers.processes import end, flow, gateway, package, task

pytestmark = pytest.mark.django_db


def content_of(response: Any) -> bytes:
    """All of a streamed answer."""
    return b"".join(response.streaming_content)


@pytest.fixture
def town() -> Town:
    return make_town()


def desk(account: Account) -> Client:
    return sign_in(Client(), account)


def page_of(dossier: Dossier, name: str = "desk-dossier", *more: Any) -> str:
    dossier.refresh_from_db()
    return reverse(f"dossiers:{name}", args=[dossier.number, *more])


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


def test_a_dossier_runs_through_the_pages(town: Town) -> None:
    dossier = submit(town)
    reception, specialist = desk(town.reception), desk(town.specialist)
    assert dossier.submission_number in text_of(reception, reverse("dossiers:desk-reception"))
    assert "Hồ sơ đang chờ tiếp nhận." in text_of(reception, page_of(dossier))
    accepting = page_of(dossier, "desk-act", "accept")
    assert reception.post(accepting, {"version": dossier.version}).status_code == 302
    for again in (reception.get(accepting), reception.post(accepting, {"version": dossier.version})):
        assert again.status_code == 403  # by the back button, or pressed twice
        assert "Việc gần nhất: Hồ sơ đã được tiếp nhận" in again.content.decode()
    dossier.refresh_from_db()
    assert dossier.code

    assert dossier.code in text_of(specialist, reverse("dossiers:desk-inbox"))
    step = open_step(dossier)
    url = page_of(dossier, "desk-complete", step.pk)
    assert "Có trong sổ gốc" in text_of(specialist, url)
    assert specialist.post(url, {"version": dossier.version}).status_code == 422
    assert specialist.post(url, {"version": dossier.version, "outcome": "found"}).status_code == 302

    step = open_step(dossier, "extract")
    assert "chưa mở" not in text_of(specialist, page_of(dossier))  # who passed it on to themselves
    url = page_of(dossier, "desk-prepare", step.pk)
    assert "Nội dung ghi trong sổ gốc" in text_of(specialist, url)
    written = {"extract.content": "Họ và tên: Lê Văn Mẫu."}
    preview = specialist.post(page_of(dossier, "desk-preview", step.pk), written)
    assert preview.content.startswith(b"%PDF")
    empty = specialist.post(page_of(dossier, "desk-preview", step.pk), {})
    assert (empty.status_code, "Nội dung ghi trong sổ gốc" in empty.text) == (422, True)
    assert "frame-ancestors 'self'" in empty["Content-Security-Policy"]  # else the frame beside the form stays grey
    assert not ResultDocument.objects.exists()
    assert specialist.post(url, {}).status_code == 422
    assert specialist.post(url, written).status_code == 302
    assert specialist.post(page_of(dossier, "desk-complete", step.pk), {}).status_code == 302

    for officer, act in ((town.leader, "sign"), (town.clerk, "seal")):
        url, seen = page_of(dossier, f"desk-{act}", open_step(dossier, act).pk), ResultDocument.objects.get().file_id
        assert desk(officer).post(url, {"seen": seen}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == "decided"

    returned = {"method": "desk", "to_name": "Lê Văn Mẫu", "proof": "signature", "number": "12"}
    line = FeeLine.objects.get(dossier=dossier)
    shown = text_of(reception, page_of(dossier))
    assert "/do/return/" not in shown
    assert "Còn phải thu 16.000" in shown
    assert reception.post(page_of(dossier, "desk-act", "return"), returned).status_code == 422
    paid = page_of(dossier, "desk-act-on", "collect_fee", line.pk)
    assert "16.000" in text_of(reception, paid)
    assert reception.post(paid, {"method": "cash"}).status_code == 302
    assert "/do/return/" in text_of(reception, page_of(dossier))
    unproven = reception.post(page_of(dossier, "desk-act", "return"), returned | {"proof": ""})
    assert (unproven.status_code, "Hãy chọn căn cứ bàn giao" in unproven.content.decode()) == (422, True)
    assert reception.post(page_of(dossier, "desk-act", "return"), returned).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == "returned"
    for name in ("desk-dossier", "desk-data", "desk-papers", "desk-story", "desk-forms"):
        assert dossier.code in text_of(specialist, page_of(dossier, name))
    assert AccessRecord.objects.filter(whose=dossier.applicant_id, who=town.specialist.pk).exists()
    result = ResultDocument.objects.get()
    shown = specialist.get(page_of(dossier, "desk-file", result.file_id))
    assert content_of(shown).startswith(b"%PDF")
    assert IssuedForm.objects.count() == 1


def test_a_form_that_was_refused_does_not_pass_over_what_it_has_not_shown(town: Town) -> None:
    dossier = accept(town, submit(town))
    item, specialist = open_step(dossier).pk, desk(town.specialist)

    def taken_on() -> None:
        actions.claim(dossier.pk, item=item, by=town.actor(town.specialist))

    def put_back() -> None:
        actions.release(dossier.pk, item=item, by=town.actor(town.specialist))

    step = page_of(dossier, "desk-complete", item)
    overtaken(specialist, step, taken_on, wrong={}, right={"outcome": "found"}, name="version")
    item = open_step(dossier, "extract").pk
    taken_on()
    asking, said = page_of(dossier, "desk-act", "request_supplement"), {"reason": "Chưa rõ", "items": "Bản sao"}
    overtaken(specialist, asking, put_back, wrong=said | {"items": ""}, right=said, name="version")


def test_forms_about_papers_fees_and_who_has_a_step_say_what_they_saw(town: Town) -> None:
    dossier = accept(town, submit(town, papers=[NewPaper(name="Giấy tờ")]))
    item, fee = open_step(dossier).pk, FeeLine.objects.get(dossier=dossier).pk
    paper, specialist = Paper.objects.filter(dossier=dossier).latest("added_at").pk, town.actor(town.specialist)

    def meanwhile() -> None:
        actions.claim(dossier.pk, item=item, by=specialist)
        actions.release(dossier.pk, item=item, by=specialist)

    reception, head = desk(town.reception), desk(town.head)
    for client, act, subject, wrong, right in (
        (head, "reassign", item, {}, {"to": str(town.specialist.pk)}),
        (reception, "remove_paper", paper, {}, {"reason": "Nhầm"}),
        (reception, "waive_fee", fee, {}, {"reason": "Hộ nghèo"}),
    ):
        overtaken(
            client, page_of(dossier, "desk-act-on", act, subject), meanwhile, wrong=wrong, right=right, name="version"
        )
    adding = page_of(dossier, "desk-act", "add_paper")
    overtaken(reception, adding, meanwhile, wrong={}, right={"name": "Giấy uỷ quyền"}, name="version")
    taking = page_of(dossier, "desk-act-on", "release", item)
    seen = dossier.version
    meanwhile()
    late = desk(town.specialist).post(taking, {"version": seen})
    assert late.status_code == 409
    told = late.content.decode()
    assert told.index("được trả về danh sách chung") < told.index(
        "Đã nhận xử lý"
    )  # all that has happened, the newest first


def test_what_is_collected_at_once_is_what_the_page_has_shown(town: Town) -> None:
    dossier, reception = accept(town, submit(town)), desk(town.reception)
    fee = FeeLine.objects.get(dossier=dossier)
    assert f'name="version" value="{dossier.version}"' in text_of(reception, page_of(dossier, "desk-received"))
    assert AccessRecord.objects.filter(whose=dossier.applicant_id, who=town.reception.pk).exists()
    sent, collecting = {"version": dossier.version, "method": "cash"}, page_of(dossier, "desk-collect")
    actions.count_fee(dossier.pk, line=fee.pk, quantity=5, by=town.actor(town.reception))
    shown = reception.post(collecting, sent, follow=True).content.decode()
    assert "Việc gần nhất: Đã ghi số lượng" in shown
    assert "40.000" in shown
    assert not FeeLine.objects.filter(state="collected").exists()
    reception.post(collecting, sent | {"version": dossier.version + 1})
    assert FeeLine.objects.get().state == "collected"


def test_the_head_tells_a_process_of_an_answer_that_came_on_paper() -> None:
    waiting = task("tax", kind="receiveTask", message="tax.answer").replace("name='tax'", "name='Trả lời của thuế'")
    gap = flow("kind", "one", when="10 / (amount - 3 - 4) &gt; 1")
    waiting += flow("tax", "kind") + gateway("kind", default="note") + gap + flow("kind", "note")
    waiting += task("one") + task("note") + end("one", "note")
    town = make_town(package(flow("accepted", "tax"), waiting))
    stuck, fine = (accept(town, submit(town, form_data={"amount": n})) for n in (7, 2))
    head, url = desk(town.head), page_of(fine, "desk-act", "deliver_message")
    assert url in text_of(head, page_of(fine))
    assert "Quy trình đang chờ: Trả lời của thuế" in text_of(desk(town.specialist), page_of(fine))
    assert "Trả lời của thuế" in text_of(head, url)
    assert desk(town.specialist).post(url, {"message": "tax.answer"}).status_code == 403
    assert head.post(url, {}).status_code == 422
    assert head.post(url, {"message": "payment"}).status_code == 409
    assert head.post(url, {"message": "tax.answer"}).status_code == 302
    assert open_step(fine).node == "note"
    shown = head.post(page_of(stuck, "desk-act", "deliver_message"), {"message": "tax.answer"}, follow=True)
    assert "Quy trình không chuyển bước được" in shown.content.decode()
    assert not stuck.work_items.filter(kind="step").exists()


def test_a_file_that_was_not_scanned_for_viruses_says_so(town: Town) -> None:
    file = store_bytes(b"%PDF-1.7\n%%EOF\n", name="giay.pdf", media_type="application/pdf", by=None)
    papers = [NewPaper(name="Giấy đã gửi", file=file.pk), NewPaper(name="Giấy không có tệp")]
    dossier = accept(town, submit(town, papers=papers))
    page, client = page_of(dossier, "desk-papers"), desk(town.reception)
    assert text_of(client, page).count("Chưa quét vi-rút") == 1
    Blob.objects.filter(pk=file.blob_id).update(scan_state=ScanState.CLEAN, scanned_at=timezone.now())
    assert "vi-rút" not in text_of(client, page)


def test_who_may_do_nothing_sees_no_button(town: Town) -> None:
    dossier = accept(town, submit(town))
    shown = text_of(desk(town.clerk), page_of(dossier))
    assert "/do/" not in shown
    assert "/steps/" not in shown
    response = desk(town.clerk).get(page_of(dossier, "desk-act", "withdraw"))
    assert response.status_code == 403


def test_pages_keep_to_their_statements(town: Town, django_assert_max_num_queries: Any) -> None:
    dossiers = [accept(town, submit(town)) for _ in range(3)]
    client = desk(town.specialist)
    client.get(page_of(dossiers[0]))
    with django_assert_max_num_queries(5):
        client.get(reverse("dossiers:desk-inbox"))
    pages = {"desk-dossier": 14, "desk-data": 7, "desk-papers": 9, "desk-story": 10, "desk-forms": 8}
    for name, most in pages.items():
        url = page_of(dossiers[1], name)
        with django_assert_max_num_queries(most):  # the first opening also notes that the step was seen
            client.get(url)
