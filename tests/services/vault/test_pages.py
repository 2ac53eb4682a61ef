"""The owner's pages: list, one paper, papers of one's own; representatives; revocation by the office."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from motcua.engines.messaging.models import Notice
from motcua.kernel.errors import Conflict
from motcua.kernel.events.models import AccessRecord, Event, EventPayload
from motcua.people.accounts.sealing import identity_hash
from motcua.people.citizens.models import Party, Representation
from motcua.people.officers.models import DeclaredRelative
from motcua.services.vault import actions
from motcua.services.vault.models import KeptPaper
from motcua.services.vault.offers import PersonalStore
from tests.factories import make_business, make_citizen, sign_in
from tests.services.dossiers.factories import Town, make_town
from tests.services.vault.factories import PDF, deliver, kept_paper, kept_result, scan

pytestmark = pytest.mark.django_db
STORE, UPLOAD = "/my/store/", "/my/store/upload/"


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def browser(town: Town) -> Client:
    return as_citizen(town.applicant)


def as_citizen(party: Party) -> Client:
    assert party.account is not None
    return sign_in(Client(), party.account)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def pdf(name: str = "bang-lai.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def uploaded(browser: Client, **typed: str) -> KeptPaper:
    answer = browser.post(UPLOAD, {"file": pdf(), "name": "Giấy phép lái xe", **typed})
    assert answer.status_code == 302, answer.content.decode()
    return KeptPaper.objects.get(origin="own")


def test_the_list_shows_what_came_in_and_filters_it(town: Town, browser: Client) -> None:
    paper, result = kept_paper(town), kept_result(town)
    KeptPaper.objects.filter(pk=paper.pk).update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    shown = text_of(browser, STORE)
    assert paper.name in shown
    assert result.number in shown
    assert paper.name not in text_of(browser, f"{STORE}?validity=valid")
    assert paper.name in text_of(browser, f"{STORE}?validity=expired")
    assert paper.name not in text_of(browser, f"{STORE}?origin=result")
    assert "phù hợp với bộ lọc" in text_of(browser, f"{STORE}?validity=revoked")


def test_one_paper_tells_what_it_is_and_gives_its_file(town: Town, browser: Client) -> None:
    kept = kept_result(town)
    assert kept.dossier is not None
    shown = text_of(browser, reverse("vault:paper", args=[kept.pk]))
    for text in (kept.name, kept.number, town.office.name, "Không thời hạn", kept.dossier.number):
        assert text in shown
    answer = browser.get(reverse("vault:download", args=[kept.pk]), {"save": "1"})
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert "attachment" in answer["Content-Disposition"]


def test_nobody_else_is_told_that_there_is_such_a_paper(town: Town) -> None:
    kept, other = kept_paper(town), as_citizen(make_citizen())
    assert kept.name not in text_of(other, STORE)
    for name in ("paper", "download", "share", "remove"):
        assert other.get(reverse(f"vault:{name}", args=[kept.pk])).status_code == 404


def test_whoever_represents_a_business_sees_its_store_and_the_look_is_told(town: Town, browser: Client) -> None:
    business, today = make_business(), timezone.localdate()
    kept = kept_paper(town)
    KeptPaper.objects.update(owner=business)
    assert browser.get(reverse("vault:paper", args=[kept.pk])).status_code == 404
    acting = Representation.objects.create(
        party=business, representative=town.applicant, kind="legal", valid_from=today
    )
    assert business.name in text_of(browser, STORE)
    assert text_of(browser, reverse("vault:paper", args=[kept.pk]))
    told = AccessRecord.objects.filter(whose=business.pk, purpose="store")
    assert {record.who for record in told} == {town.applicant.account_id}
    assert {record.subject for record in told} == {f"party:{business.pk}", kept.stream}
    acting.valid_from, acting.valid_to = today - datetime.timedelta(days=9), today
    acting.save()
    assert browser.get(reverse("vault:paper", args=[kept.pk])).status_code == 404


def test_a_paper_of_ones_own_is_marked_as_self_declared(town: Town, browser: Client) -> None:
    kept = uploaded(browser, issuer="Sở Mẫu", number="99-1", issued_on="2020-01-02", valid_to="2099-01-02")
    assert (kept.assurance, kept.issuer, kept.valid_to) == ("declared", "Sở Mẫu", datetime.date(2099, 1, 2))
    assert text_of(browser, STORE).count("Tự khai, chưa xác thực") == 2  # of the facts and as the mark
    assert [event.kind for event in Event.objects.filter(stream=kept.stream)] == ["vault.uploaded"]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"name": ""}, "Ghi tên giấy tờ."),
        ({"valid_to": "mai"}, "Ngày không hợp lệ."),
        ({"issued_on": "2020-02-02", "valid_to": "2020-02-01"}, "không được trước ngày cấp"),
    ],
)
def test_what_is_wrong_with_an_upload_is_said_by_field(browser: Client, typed: dict[str, str], fault: str) -> None:
    answer = browser.post(UPLOAD, {"file": pdf(), "name": "Giấy", **typed})
    assert answer.status_code == 422
    assert fault in answer.content.decode()
    assert not KeptPaper.objects.exists()


def test_what_one_uploaded_one_removes_and_its_data_are_erased(town: Town, browser: Client) -> None:
    kept = uploaded(browser, number="99-1")
    file, share = kept.file, actions.share(kept, by=town.applicant.account, days=7, recipient="Ngân hàng Mẫu")  # type: ignore[arg-type]
    browser.post(reverse("vault:remove", args=[kept.pk]))
    kept.refresh_from_db()
    share.refresh_from_db()
    assert file is not None
    file.refresh_from_db()
    assert (kept.state, kept.name, kept.number, kept.file) == ("removed", "", "", None)
    assert not file.kept
    assert share.ended_at is not None
    assert share.recipient == ""
    assert not EventPayload.objects.filter(event__stream=kept.stream, erased_at=None).exists()
    assert browser.get(reverse("vault:paper", args=[kept.pk])).status_code == 404


def test_what_offices_accepted_or_issued_stays(town: Town, browser: Client) -> None:
    kept = kept_paper(town)
    assert browser.post(reverse("vault:remove", args=[kept.pk])).status_code == 403
    kept.refresh_from_db()
    assert kept.state == "held"


def test_the_office_revokes_its_result_and_the_owner_is_told(town: Town, browser: Client) -> None:
    kept = kept_result(town)
    address = reverse("vault:revoke", args=[kept.pk])
    assert kept.dossier is not None
    papers = reverse("dossiers:desk-papers", args=[kept.dossier.number])
    assert address not in text_of(sign_in(Client(), town.specialist), papers)
    assert sign_in(Client(), town.specialist).get(address).status_code == 404
    leader = sign_in(Client(), town.leader)
    assert address in text_of(leader, papers)
    assert leader.post(address, {"reason": " "}).status_code == 422
    leader.post(address, {"reason": "Quyết định số 9/QĐ-UBND: cấp nhầm người"})
    deliver()
    deliver()
    assert "cấp nhầm người" in text_of(browser, reverse("vault:paper", args=[kept.pk]))
    assert "Đã thu hồi" in text_of(leader, papers)
    assert "đã thu hồi ngày" in text_of(browser, reverse("dossiers:my-dossier", args=[kept.dossier.number]))
    result = reverse("dossiers:my-result", args=[kept.dossier.number, kept.result_id])
    assert "Kết quả không còn giá trị" in text_of(browser, result)
    assert Notice.objects.get(kind="vault.revoked").recipient_id == town.applicant.account_id
    assert leader.post(address, {"reason": "Lại"}).status_code == 409


def test_nobody_revokes_what_was_issued_to_themselves_or_a_relative(town: Town) -> None:
    kept = kept_result(town)
    DeclaredRelative.objects.create(
        officer=town.leader.officer, identity_hash=identity_hash(kept.owner.identity_number or ""), relation="Anh"
    )
    address = reverse("vault:revoke", args=[kept.pk])
    assert sign_in(Client(), town.leader).post(address, {"reason": "Quyết định số 9"}).status_code == 403
    kept.refresh_from_db()
    assert kept.state == "held"


def test_the_list_takes_the_same_statements_for_one_paper_as_for_many(
    town: Town, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 4):
        while KeptPaper.objects.count() < count:
            kept_paper(town, file=scan(PDF + b"%%%d\n" % KeptPaper.objects.count()))
        with django_assert_num_queries(6):
            browser.get(STORE)


def test_an_owner_states_how_long_an_accepted_paper_is_valid(town: Town, browser: Client) -> None:
    kept, today = kept_paper(town), timezone.localdate()
    page = reverse("vault:validity", args=[kept.pk])
    assert page in text_of(browser, reverse("vault:paper", args=[kept.pk]))
    wrong = {"issued_on": today.isoformat(), "valid_to": (today - datetime.timedelta(days=1)).isoformat()}
    assert browser.post(page, wrong).status_code == 422
    assert browser.post(page, {"valid_to": "hôm qua"}).status_code == 422
    assert browser.post(page, {"valid_to": wrong["valid_to"]}).status_code == 302
    shown = text_of(browser, reverse("vault:paper", args=[kept.pk]))
    assert "theo khai báo của chủ sở hữu" in shown
    assert kept.name in text_of(browser, f"{STORE}?validity=expired")
    assert kept.stream in PersonalStore().barred([kept.stream])
    assert Event.objects.get(kind="vault.validity_stated").stream == kept.stream
    browser.post(page, {"valid_to": ""})
    assert not PersonalStore().barred([kept.stream])


def test_how_long_a_result_is_valid_says_the_office(town: Town, browser: Client) -> None:
    kept = kept_result(town)
    page = reverse("vault:validity", args=[kept.pk])
    assert page not in text_of(browser, reverse("vault:paper", args=[kept.pk]))
    assert browser.get(page).status_code == 403
    with pytest.raises(Conflict):
        actions.state_validity(kept, issued_on=None, valid_to=timezone.localdate(), by=town.leader)
