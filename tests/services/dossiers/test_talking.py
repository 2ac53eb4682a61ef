"""Applicant and office speak inside a dossier: who may, who is told, what it leaves alone; closed is closed."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from motcua.engines.messaging.models import Notice
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused
from motcua.kernel.events.models import AccessRecord, Event
from motcua.services.dossiers import actions
from motcua.services.dossiers.actions.talking import ask_office, write_to_applicant
from motcua.services.dossiers.models import Dossier, Message
from motcua.services.dossiers.talks import tell
from tests.engines.signing.factories import LEADER, signed_by_leader
from tests.factories import make_citizen, make_office, make_officer, sign_in
from tests.jobs import run_jobs
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.ratings.factories import returned

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def dossier(town: Town) -> Dossier:
    return accept(town, submit(town))


@pytest.fixture
def applicant(town: Town) -> Client:
    assert town.applicant.account is not None
    return sign_in(Client(), town.applicant.account)


def mine(dossier: Dossier) -> str:
    return reverse("dossiers:my-questions", args=[dossier.number])


def desk(dossier: Dossier) -> str:
    return reverse("dossiers:desk-questions", args=[dossier.number])


def test_a_question_waits_at_the_office_in_hand_until_it_answers(town: Town, dossier: Dossier) -> None:
    asked = ask_office(dossier.pk, text=" Bao giờ có kết quả? ", by=town.citizen)
    assert (asked.office, asked.text, asked.answered_at) == (town.office, "Bao giờ có kết quả?", None)
    answer = write_to_applicant(dossier.pk, text="Chiều mai.", by=town.actor(town.specialist))
    asked.refresh_from_db()
    assert asked.answered_at == answer.sent_at
    told = list(Event.objects.filter(kind__startswith="dossier.question_").order_by("version"))
    assert [event.kind for event in told] == ["dossier.question_asked", "dossier.question_answered"]
    assert "kết quả" not in str(told[0].references)
    assert told[0].personal == {"text": "Bao giờ có kết quả?"}


def test_speaking_moves_nothing_and_disturbs_nobody_at_work(town: Town, dossier: Dossier) -> None:
    before = Dossier.objects.values("version", "state", "due_at").get(pk=dossier.pk)
    ask_office(dossier.pk, text="Bao giờ xong?", by=town.citizen)
    assert Dossier.objects.values("version", "state", "due_at").get(pk=dossier.pk) == before
    step = dossier.work_items.get(state="open")
    by, seen = town.actor(town.specialist), before["version"]
    actions.complete(dossier.pk, item=step.pk, outcome="found", by=by, seen_version=seen)
    write_to_applicant(dossier.pk, text="Đang soạn.", by=by)
    versions = Event.objects.filter(stream=dossier.stream).order_by("version").values_list("version", flat=True)
    assert list(versions) == list(range(1, len(versions) + 1))


def test_closed_dossiers_are_read_only(town: Town, applicant: Client) -> None:
    dossier = returned(town)
    for act in (
        lambda: ask_office(dossier.pk, text="Còn hỏi", by=town.citizen),
        lambda: write_to_applicant(dossier.pk, text="Còn trả lời", by=town.actor(town.reception)),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "closed"
    assert "<form" not in applicant.get(mine(dossier)).content.decode().split("<main")[1].split("</main")[0]
    assert sign_in(Client(), town.reception).post(desk(dossier), {"text": "Có"}).status_code == 403
    assert not Message.objects.exists()


def test_what_says_nothing_or_too_much_is_refused(town: Town, dossier: Dossier) -> None:
    for text, code in ((" ", "required"), ("a" * 5001, "too_long")):
        with pytest.raises(Refused) as refused:
            ask_office(dossier.pk, text=text, by=town.citizen)
        assert (refused.value.field, refused.value.code) == ("text", code)
    for number in range(10):
        ask_office(dossier.pk, text=f"Câu hỏi {number}", by=town.citizen)
    with pytest.raises(Refused) as many:
        ask_office(dossier.pk, text="Câu hỏi nữa", by=town.citizen)
    assert many.value.code == "too_many"


def test_files_go_both_ways_and_nowhere_else(town: Town, dossier: Dossier, applicant: Client) -> None:
    paper = SimpleUploadedFile("so-do.pdf", PDF, content_type="application/pdf")
    assert applicant.post(mine(dossier), {"text": "Gửi sơ đồ", "files": paper}).status_code == 302
    stored = StoredFile.objects.get(name="so-do.pdf")
    assert stored.kept
    own = reverse("dossiers:my-question-file", args=[dossier.number, stored.pk])
    assert b"".join(applicant.get(own)) == PDF
    office = reverse("dossiers:desk-question-file", args=[dossier.number, stored.pk])
    assert b"".join(sign_in(Client(), town.specialist).get(office)) == PDF
    assert AccessRecord.objects.filter(who=town.specialist.pk, purpose="paper").exists()
    other = accept(town, submit(town))
    assert applicant.get(reverse("dossiers:my-question-file", args=[other.number, stored.pk])).status_code == 404
    assert make_citizen().account is not None
    stranger = make_citizen().account
    assert stranger is not None
    assert sign_in(Client(), stranger).get(own).status_code == 404


def test_a_refused_question_keeps_its_words(dossier: Dossier, applicant: Client) -> None:
    program = SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 100)
    wrong = applicant.post(mine(dossier), {"text": "Tôi gửi tệp", "files": program})
    assert wrong.status_code == 422
    assert "Tôi gửi tệp" in wrong.content.decode()
    assert not Message.objects.exists()


def test_the_applicant_reads_office_and_position_and_no_name(town: Town, dossier: Dossier, applicant: Client) -> None:
    town.specialist.display_name = "Phạm Thị Ẩn Danh"
    town.specialist.save()
    browser = sign_in(Client(), town.specialist)
    assert browser.post(desk(dossier), {"text": "Ông/Bà mang bản chính khi đến."}).status_code == 302
    shown = applicant.get(mine(dossier)).content.decode()
    assert "mang bản chính" in shown
    assert town.office.name in shown
    assert "Ẩn Danh" not in shown
    story = applicant.get(reverse("dossiers:my-dossier", args=[dossier.number])).content.decode()
    assert "Cơ quan trả lời người nộp hồ sơ" in story


def test_officers_see_questions_on_their_home_until_answered(town: Town, dossier: Dossier) -> None:
    ask_office(dossier.pk, text="Khi nào xong ạ?", by=town.citizen)
    browser, home = sign_in(Client(), town.specialist), reverse("site:desk")
    assert "Khi nào xong ạ?" in browser.get(home).content.decode()
    assert "Chờ trả lời" in browser.get(desk(dossier)).content.decode()
    elsewhere = sign_in(Client(), make_officer(office=make_office()))
    assert "Khi nào xong" not in elsewhere.get(home).content.decode()
    browser.post(desk(dossier), {"text": "Chiều mai."})
    assert "Khi nào xong ạ?" not in browser.get(home).content.decode()


def test_officers_of_other_offices_and_relatives_do_not_answer(town: Town, dossier: Dossier) -> None:
    elsewhere = make_officer(office=make_office())
    assert sign_in(Client(), elsewhere).post(desk(dossier), {"text": "Có"}).status_code == 404
    relative = make_officer(office=town.office, identity_number=town.applicant.identity_number or "")
    assert sign_in(Client(), relative).post(desk(dossier), {"text": "Có"}).status_code == 403
    assert not Message.objects.exists()


def test_both_sides_are_told(town: Town, dossier: Dossier) -> None:
    ask_office(dossier.pk, text="Bao giờ xong?", by=town.citizen)
    write_to_applicant(dossier.pk, text="Mai.", by=town.actor(town.specialist))
    events = list(Event.objects.filter(kind__startswith="dossier.question_").order_by("position"))
    tell(events)
    tell(events)
    told = sorted(Notice.objects.values_list("recipient", "kind"))
    wanted = {
        (town.specialist.pk, "dossier.question_asked"),
        (town.reception.pk, "dossier.question_asked"),
        (town.applicant.account_id, "dossier.question_answered"),
    }
    assert len(told) == 3
    assert set(told) == wanted


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"text": ""}, "message_says_something"),
        ({"from_applicant": False, "answered_at": "2026-11-27T00:00:00Z"}, "message_answered_is_question"),
    ],
)
def test_the_database_holds_no_message_that_cannot_be(
    town: Town, dossier: Dossier, changed: dict[str, object], constraint: str
) -> None:
    ask_office(dossier.pk, text="Hỏi", by=town.citizen)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Message.objects.update(**changed)


def test_the_page_takes_the_same_statements_for_one_message_as_for_many(
    town: Town, dossier: Dossier, applicant: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _time in range(2):
        for number in range(3):
            ask_office(dossier.pk, text=f"Hỏi {number}", by=town.citizen)
        with django_assert_num_queries(7):
            applicant.get(mine(dossier))


def test_both_sides_read_what_the_signatures_in_files_are_worth(
    town: Town, dossier: Dossier, applicant: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    files = [
        store_bytes(content, name=name, media_type=kind, by=town.specialist.pk)
        for content, name, kind in (
            (signed_by_leader(), "thong-bao.pdf", "application/pdf"),
            (b"GIF89a", "so-do.gif", "image/gif"),
        )
    ]
    write_to_applicant(dossier.pk, text="Gửi ông/bà", files=[files[0].pk], by=town.actor(town.specialist))
    ask_office(dossier.pk, text="Sơ đồ đây ạ", files=[files[1].pk], by=town.citizen)
    waits, office = "Chữ ký trên tệp PDF, XML và ASiC-E", sign_in(Client(), town.specialist)
    assert applicant.get(mine(dossier)).content.decode().count(waits) == 1, "a picture waits for nothing"
    run_jobs()
    for browser, page in ((applicant, mine(dossier)), (office, desk(dossier))):
        shown = browser.get(page).content.decode()
        assert re.search(rf"thong-bao.pdf: [^<]*{LEADER}", shown)
        assert waits not in shown
    unscanned = "Chưa quét vi-rút"
    assert office.get(desk(dossier)).content.decode().count(unscanned) == 2
    assert applicant.get(mine(dossier)).content.decode().count(unscanned) == 1, "their own files they know"
    with django_assert_num_queries(8):  # also the files, and one for all their verdicts
        applicant.get(mine(dossier))
