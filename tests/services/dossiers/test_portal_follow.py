"""A citizen follows, completes and withdraws a dossier, and gets its result."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from motcua.engines.messaging.models import Notice
from motcua.kernel.blobs.actions import store
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.models import AccessRecord, Event
from motcua.kernel.text import local_datetime
from motcua.services.dossiers import actions, issuing
from motcua.services.dossiers.actors import citizen
from motcua.services.dossiers.applying import PAPER_NAME
from motcua.services.dossiers.filed import FILED
from motcua.services.dossiers.models import Dossier, IssuedForm, Paper
from motcua.services.dossiers.notices import tell
from motcua.services.dossiers.secrets import lookup_secret
from tests.factories import make_citizen, sign_in
from tests.services.dossiers.factories import Town, accept, accepted, decide, make_town, pay, submit

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def browser(town: Town, client: Client) -> Client:
    assert town.applicant.account is not None
    return sign_in(client, town.applicant.account)


def page(browser: Client, dossier: Dossier) -> str:
    answer = browser.get(reverse("dossiers:my-dossier", args=[dossier.number]))
    assert answer.status_code == 200
    return answer.content.decode()


def ask(town: Town, dossier: Dossier) -> None:
    actions.request_supplement(
        dossier.pk, items=["Bản chụp căn cước"], reason="Thiếu giấy tờ.", by=town.actor(town.reception)
    )


def test_the_story_names_agency_and_position_and_what_comes_next(town: Town, browser: Client) -> None:
    dossier = accepted(town)
    shown = page(browser, dossier)
    assert dossier.code is not None
    for text in (dossier.code, "Cán bộ một cửa", town.office.name, "Tiếp theo:", "16.000"):
        assert text in shown
    assert town.reception.display_name not in shown


def test_a_strangers_dossier_is_not_there(town: Town, browser: Client) -> None:
    dossier = submit(town)
    stranger = sign_in(Client(), make_citizen().account)
    for name in ("my-dossier", "my-withdraw", "my-supplement"):
        assert stranger.get(reverse(f"dossiers:{name}", args=[dossier.number])).status_code == 404
    assert dossier.number not in stranger.get(reverse("dossiers:my-dossiers")).content.decode()


def kept(name: str) -> StoredFile:
    return store(ContentFile(PDF), name=name, by=None)


def test_who_filed_it_sees_what_they_filed_and_its_end_and_nothing_of_others(town: Town) -> None:
    child, parent, agent = make_citizen(name="Lê Thị Ví Dụ", with_account=False), make_citizen(), make_citizen()
    own, others, signed, scan = map(kept, ("don.pdf", "sau.pdf", "ky.pdf", "quet.pdf"))
    papers = [
        actions.NewPaper(name="Đơn", file=own.pk),
        actions.NewPaper(name=f"{PAPER_NAME} (Phạm Thị Mẫu)", file=signed.pk),
        actions.NewPaper(name="Bản chính"),
    ]
    filed = {"applicant": child, "representative": agent, "papers": papers}
    dossier = accept(town, submit(town, **filed, by=citizen(parent.account_id)))
    at_counter = dossier.papers.get(name="Bản chính").pk
    actions.digitise(dossier.pk, paper=at_counter, file=scan.pk, by=town.actor(town.reception))
    ask(town, dossier)
    more = [actions.NewPaper(name="Giấy của người khác", file=others.pk)]
    actions.answer_supplement(dossier.pk, answer="Giám hộ mới trả lời.", papers=more, by=citizen(None))
    actions.stop(dossier.pk, reason="Theo quyết định.", by=town.actor(town.reception))
    forms = [issuing.render(form.pk).file_id for form in dossier.issued_forms.all()]
    assert len(forms) > 1
    not_theirs = [others.pk, signed.pk, scan.pk, *forms]
    at_first = [
        (parent, reverse("dossiers:my-dossier", args=[dossier.number])),
        (agent, reverse("dossiers:my-file", args=[dossier.number, own.pk])),
    ]
    for each, address in at_first:  # the page and a file alike leave a record
        former = sign_in(Client(), each.account)
        assert former.get(address).getvalue()  # read, which closes the file
        looked = AccessRecord.objects.get(who=each.account_id, whose=child.pk)
        assert (looked.purpose, looked.subject) == (FILED, dossier.stream)
        shown = page(former, dossier)
        assert all(text in shown for text in ("Đơn", "Bản chính", "Theo quyết định."))
        for text in ("Giấy của người khác", "Giám hộ mới", "Thiếu giấy tờ.", "Phạm Thị Mẫu", *map(str, not_theirs)):
            assert text not in shown
        mine, *not_mine = (reverse("dossiers:my-file", args=[dossier.number, key]) for key in (own.pk, *not_theirs))
        assert former.get(mine).getvalue() == PDF
        assert {former.get(file).status_code for file in not_mine} == {404}
        copy = reverse("dossiers:apply", args=[town.version.procedure.code])
        assert dossier.number not in former.get(copy).content.decode()
        assert former.get(copy, {"copy": dossier.number}).status_code == 404
        assert former.post(copy, {"copy": dossier.number}).status_code == 404
        for name in ("my-withdraw", "my-questions", "my-payment", "my-supplement"):
            assert former.get(reverse(f"dossiers:{name}", args=[dossier.number])).status_code == 404
        assert dossier.number in former.get(reverse("dossiers:my-dossiers"), {"show": "closed"}).content.decode()
    # What an officer takes in at the counter is not theirs to see at home.
    at_desk = submit(town, applicant=child, channel="counter", by=citizen(parent.account_id))
    assert former.get(reverse("dossiers:my-dossier", args=[at_desk.number])).status_code == 404
    look_up = reverse("dossiers:track-dossier", args=[dossier.number])
    answer = former.get(look_up, {"k": lookup_secret(dossier.pk)})
    assert answer.status_code == 200
    assert child.name not in answer.content.decode()
    assert town.office.name in answer.content.decode()


def test_the_applicant_is_told_until_when_and_of_a_withdrawal(town: Town) -> None:
    dossier = accepted(town)
    ask(town, dossier)
    actions.withdraw(dossier.pk, reason="Theo đơn", by=town.actor(town.reception))
    tell(list(Event.objects.filter(stream=dossier.stream).order_by("version")))
    told = {notice.kind: notice.body for notice in Notice.objects.filter(recipient=town.applicant.account)}
    lapses = local_datetime(dossier.supplements.get().lapses_at)
    assert f"trước {lapses}" in told["dossier.supplement_requested"]
    assert "rút" in told["dossier.withdrawn"]


def test_lists_are_parted_into_open_and_closed(town: Town, browser: Client) -> None:
    running, over = submit(town), submit(town)
    actions.withdraw(over.pk, reason="Nộp nhầm", by=town.citizen)
    here = reverse("dossiers:my-dossiers")
    shown = {show: browser.get(f"{here}?show={show}").content.decode() for show in ("open", "closed")}
    assert running.number in shown["open"]
    assert over.number not in shown["open"]
    assert over.number in shown["closed"]
    assert running.number not in shown["closed"]


def test_a_supplement_is_answered_with_files(town: Town, browser: Client) -> None:
    dossier = accepted(town)
    ask(town, dossier)
    assert "Bản chụp căn cước" in page(browser, dossier)
    answer = {"item-1": SimpleUploadedFile("can-cuoc.pdf", PDF), "answer": "Tôi xin bổ sung."}
    sent = browser.post(reverse("dossiers:my-supplement", args=[dossier.number]), answer)
    assert sent.status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == "in_process"
    assert Paper.objects.get(dossier=dossier).name == "Bản chụp căn cước"
    assert "Tôi xin bổ sung." in page(browser, dossier)


def test_a_good_file_is_kept_beside_a_bad_one_and_sent_with_the_next_attempt(town: Town, browser: Client) -> None:
    dossier = accepted(town)
    ask(town, dossier)
    here = reverse("dossiers:my-supplement", args=[dossier.number])
    files = {"item-1": SimpleUploadedFile("can-cuoc.pdf", PDF), "other": SimpleUploadedFile("a.exe", b"MZ")}
    refused = browser.post(here, {**files, "answer": "Kèm theo."})
    assert refused.status_code == 422
    assert "Kèm theo." in refused.content.decode()
    kept = refused.content.decode().partition('name="held-item-1" value="')[2][:36]
    refused = browser.post(here, {"held-item-1": kept, "answer": "x" * 5001})  # not cut
    assert (refused.status_code, "x" * 5001 in refused.content.decode()) == (422, True)
    browser.post(here, {"held-item-1": kept, "answer": "Kèm theo."})
    assert [paper.file.name for paper in Paper.objects.select_related("file")] == ["can-cuoc.pdf"]


def test_anothers_file_cannot_be_slipped_into_a_supplement(town: Town, browser: Client) -> None:
    dossier = accepted(town)
    foreign = issuing.render(IssuedForm.objects.get().pk).file
    ask(town, dossier)
    here = reverse("dossiers:my-supplement", args=[dossier.number])
    for key in (str(foreign.pk), "không phải mã"):
        assert browser.post(here, {"held-item-1": key}).status_code == 422
    assert not Paper.objects.exists()


def test_withdrawing_asks_for_a_reason_and_closes(town: Town, browser: Client) -> None:
    dossier = submit(town)
    here = reverse("dossiers:my-withdraw", args=[dossier.number])
    assert browser.post(here, {"reason": " "}).status_code == 422
    assert "x" * 2001 in browser.post(here, {"reason": "x" * 2001}).content.decode()
    assert browser.post(here, {"reason": "Nộp nhầm"}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == "withdrawn"
    assert browser.get(here).status_code == 403


def test_the_result_comes_with_its_signatures_once_released(town: Town, browser: Client) -> None:
    dossier = accept(town, submit(town, return_method="desk"))
    result = decide(town, dossier)
    address = reverse("dossiers:my-result", args=[dossier.number, result.pk])
    file = reverse("dossiers:my-file", args=[dossier.number, result.file_id])
    assert browser.get(address).status_code == 404
    assert browser.get(file).status_code == 404
    pay(town, dossier)
    actions.return_result(
        dossier.pk, method="desk", proof="signature", number="12", to_name="Lê Văn Mẫu", by=town.actor(town.reception)
    )
    assert address in page(browser, dossier)
    assert browser.get(address).content.decode().count("mc-flash--success") == 2
    assert b"".join(browser.get(f"{file}?download=1").streaming_content).startswith(b"%PDF")
    assert sign_in(Client(), make_citizen().account).get(file).status_code == 404


def test_files_of_other_dossiers_do_not_come_through_ones_own(town: Town, browser: Client) -> None:
    mine, stranger = submit(town), make_citizen()
    theirs = accept(town, submit(town, applicant=stranger, by=citizen(stranger.account_id)))
    receipt = issuing.render(IssuedForm.objects.get(dossier=theirs).pk)
    assert browser.get(reverse("dossiers:my-file", args=[mine.number, receipt.file_id])).status_code == 404


def test_the_public_sees_code_and_stage_only(town: Town, client: Client) -> None:
    dossier = accepted(town)
    shown = client.get(f"{reverse('dossiers:track')}?q={dossier.code}").content.decode()
    assert dossier.code is not None
    assert dossier.code in shown
    for text in (town.applicant.name, dossier.subject, town.office.name):
        assert text not in shown


def test_the_receipts_secret_shows_more_but_no_names(town: Town, client: Client) -> None:
    dossier = accepted(town)
    here = reverse("dossiers:track-dossier", args=[dossier.code])
    shown = client.get(f"{here}?k={lookup_secret(dossier.pk)}").content.decode()
    assert dossier.subject in shown
    assert town.office.name in shown
    assert town.applicant.name not in shown


def test_a_wrong_secret_is_answered_like_a_wrong_code(town: Town, client: Client) -> None:
    dossier = accepted(town)
    real, invented = (reverse("dossiers:track-dossier", args=[code]) for code in (dossier.code, "H99.1-200101-0009"))
    answers = [client.get(f"{address}?k=AAAABBBBCCCC") for address in (real, invented)]
    texts = [answer.content.decode() for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert texts[0].replace(str(dossier.code), "") == texts[1].replace("H99.1-200101-0009", "")


def test_guessing_is_slowed_down(town: Town, client: Client) -> None:
    here = reverse("dossiers:track")
    answers = [client.get(f"{here}?q=H99.1-200101-{number:04}") for number in range(31)]
    assert [answer.status_code for answer in answers] == [404] * 30 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 600
    assert "Retry-After" not in answers[0]


def test_ones_own_dossier_is_shown_whole(town: Town, browser: Client) -> None:
    dossier = submit(town)
    found = browser.get(f"{reverse('dossiers:track')}?q={dossier.number.lower()}")
    assert found.url == reverse("dossiers:my-dossier", args=[dossier.number])


def test_the_home_page_shows_what_waits(town: Town, browser: Client) -> None:
    dossier = accepted(town)
    ask(town, dossier)
    assert reverse("dossiers:my-dossier", args=[dossier.number]) in browser.get("/").content.decode()


def test_pages_ask_the_database_little(
    town: Town, browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    dossier = accepted(town)
    for _other in range(3):
        submit(town)
    page(browser, dossier)
    with django_assert_max_num_queries(15):
        page(browser, dossier)
    with django_assert_max_num_queries(6):
        browser.get(reverse("dossiers:my-dossiers"))
