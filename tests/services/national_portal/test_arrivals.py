"""Dossiers filed at the portal come in with their files, once, and what cannot come in waits for a person."""

import html
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.actions import issue_token
from motcua.people.citizens.models import Party
from motcua.services.dossiers import actions as dossiers
from motcua.services.dossiers.models import Dossier, FeeLine, Paper, State, Supplement
from motcua.services.national_portal import actions, arrivals
from motcua.services.national_portal.models import Arrival
from motcua.services.procedures.choices import Filing
from motcua.services.ratings.subscribers import invite
from tests.factories import make_citizen, make_officer, sign_in
from tests.services.dossiers.factories import COPY_FORM, Town, accept, decide, make_town, pay
from tests.services.dossiers.test_desk_browser import enter
from tests.services.national_portal.connected import Simulated, hear_and_send, simulated, simulated_here
from tests.site.api_client import ApiClient

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CODE = "G99.1-261127-0001"


@pytest.fixture
def town() -> Town:
    town = make_town(code="H99.7")
    town.version.procedure.filing = Filing.NATIONAL
    town.version.procedure.save()
    return town


@pytest.fixture
def there(town: Town, live_server: LiveServer, tmp_path: Path) -> Iterator[Simulated]:
    with simulated_here(tmp_path, house=live_server.url, token=own_token()) as portal:
        yield portal


@pytest.fixture
def program(town: Town, live_server: LiveServer, tmp_path: Path) -> Iterator[Simulated]:
    """The same, as the command starts it."""
    with simulated(tmp_path, house=live_server.url, token=own_token()) as portal:
        yield portal


def own_token() -> str:
    return issue_token(service="national-portal", label="Cổng", scopes=["national_portal"])


def filed(**other: Any) -> dict[str, Any]:
    """A dossier as the portal tells of it."""
    return {
        "MaHoSo": CODE,
        "MaTTHC": "2.000908",
        "ChuHoSo": "Hoàng Thị Mẫu",
        "LoaiDoiTuong": "1",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "001099765432"}],
        "Email": "mau@example.invalid",
        "SoDienThoai": "0999000111",
        "TrichYeuHoSo": "Xin bản sao trích lục",
        "NoiNopHoSo": "H99.7",
        "ThongTinKhac": json.dumps({"form": COPY_FORM}, ensure_ascii=False),
        "files": {"don.pdf": PDF.hex()},
        **other,
    }


def take_in_all() -> None:
    for arrival in Arrival.objects.filter(state="waiting").order_by("id"):
        arrivals.take_in(arrival.pk)


def test_a_dossier_comes_in_with_its_files_and_its_moves_go_back(program: Simulated, town: Town) -> None:
    answers = program.file(**filed(times=3))
    assert [answer["data"] for answer in answers] == [[{"MaHoSo": CODE, "error_code": "0", "message": ""}]] * 3
    take_in_all()
    take_in_all()
    dossier = Dossier.objects.get()
    assert (dossier.portal_code, dossier.channel, dossier.state) == (CODE, "online", State.SUBMITTED)
    assert dossier.receiving_office == town.office
    assert dossier.subject == "Xin bản sao trích lục"
    assert dossier.form_data == COPY_FORM
    assert (dossier.applicant.name, dossier.applicant.identity_number) == ("Hoàng Thị Mẫu", "001099765432")
    (paper,) = Paper.objects.filter(dossier=dossier)
    assert paper.file is not None
    assert read_bytes(paper.file) == PDF
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.dossier, bytes(arrival.said)) == ("taken", dossier, b"")
    hear_and_send()
    assert program.known(CODE)[CODE]["TrangThaiHoSo"] == "1"
    assert accept(town, dossier).code == CODE
    hear_and_send()
    assert program.known(CODE)[CODE]["TrangThaiHoSo"] == "4"
    assert program.progress(CODE) == ["Nộp hồ sơ", "Tiếp nhận hồ sơ"]


@pytest.mark.browser
def test_what_the_portal_sent_goes_its_way_on_phones_until_its_applicant_has_judged_it(
    there: Simulated, town: Town, page: Page, live_server: LiveServer, streams_port: int, settings: LazySettings
) -> None:
    settings.STREAMS_URL = f":{streams_port}"
    applicant = make_citizen(identity_number="001099765432", name="Hoàng Thị Mẫu")
    there.file(**filed())
    take_in_all()
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, live_server.url, town.reception)
    waiting = Dossier.objects.get()
    _follow(page, f"{live_server.url}/desk/reception/", f"/desk/dossiers/{waiting.number}/", "/do/accept/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_selector("text=Hồ sơ đã được tiếp nhận")
    hear_and_send()
    assert there.known(CODE)[CODE]["TrangThaiHoSo"] == "4"
    assert there.progress(CODE) == ["Nộp hồ sơ", "Tiếp nhận hồ sơ"]
    result = decide(town, Dossier.objects.get())
    pay(town, result.dossier)
    _follow(page, f"{live_server.url}/desk/returns/", f"/desk/dossiers/{CODE}/", "/do/return/")
    page.check('[name="method"][value="online"]')
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_selector("text=Đã trả kết quả")
    hear_and_send()
    assert there.progress(CODE)[-1] == "Đã trả kết quả"
    invite(list(Event.objects.filter(kind="dossier.returned")))
    assert applicant.account is not None
    enter(page, live_server.url, applicant.account)
    _follow(page, f"{live_server.url}/my/dossiers/{CODE}/", "/results/")
    expect(page.get_by_text("đã ký lúc").first).to_be_visible()
    answer = page.request.get(live_server.url + str(page.locator("main a.govuk-button").first.get_attribute("href")))
    assert answer.body() == read_bytes(result.file)
    _follow(page, f"{live_server.url}/my/dossiers/{CODE}/", "/rate/")
    for question in page.locator("main fieldset").all():
        question.get_by_role("radio").first.check()
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("Cảm ơn Ông/Bà đã cho ý kiến")).to_be_visible()


def _follow(page: Page, address: str, *parts: str) -> None:
    """From a page to the page behind the links whose addresses hold these, none wider than the phone."""
    page.goto(address)
    for part in parts:
        page.wait_for_selector("body.js-enabled")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        page.locator(f'main a[href*="{part}"]').first.click()
        page.wait_for_url(f"**{part}**")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_who_is_known_here_is_not_registered_again(there: Simulated, town: Town) -> None:
    known = make_citizen(identity_number="001099765432", name="Hoàng Thị Mẫu")
    there.file(**filed(ChuHoSo=unicodedata.normalize("NFD", "  HOÀNG  THỊ-MẪU ")))
    take_in_all()
    assert Dossier.objects.get().applicant == known


def test_nobody_of_another_name_gets_a_dossier_by_its_number(there: Simulated, town: Town) -> None:
    holder = make_citizen(identity_number="001099765432", name="Hoàng Văn Mẫu")
    there.file(**filed())
    take_in_all()
    arrival = Arrival.objects.get()
    assert (arrival.state, Dossier.objects.exists()) == ("stuck", False)
    assert "5432" in arrival.fault
    assert not any(told in arrival.fault for told in ("00109976", "Hoàng", "Mẫu"))  # it stands unsealed
    desk = sign_in(Client(), make_officer(roles=["admin"], is_administrator=True))
    assert arrival.fault in html.unescape(desk.get(reverse("national_portal:arrivals")).content.decode())
    # The name here was wrong: nothing of the message is lost.
    Party.objects.filter(pk=holder.pk).update(name="Hoàng Thị Mẫu")
    actions.try_again(arrival.pk, by=make_officer().pk, at=timezone.now())
    take_in_all()
    taken = Dossier.objects.get()
    assert (taken.applicant, taken.form_data, taken.papers.count()) == (holder, COPY_FORM, 1)


def test_a_supplement_brought_over_the_portal_completes_the_dossier(there: Simulated, town: Town) -> None:
    there.file(**filed())
    take_in_all()
    dossier = accept(town, Dossier.objects.get())
    dossiers.request_supplement(dossier.pk, items=["Căn cước"], reason="Thiếu", by=town.actor(town.reception))
    more = PDF + b"% second\n"
    there.file(**filed(files={"don.pdf": PDF.hex(), "can-cuoc.pdf": more.hex()}))
    take_in_all()
    dossier.refresh_from_db()
    assert dossier.state == State.IN_PROCESS
    assert Supplement.objects.get().answered_at is not None
    assert sorted(read_bytes(paper.file) for paper in dossier.papers.all() if paper.file) == sorted([PDF, more])
    there.file(**filed(GhiChu="nhắc lại"))
    take_in_all()
    assert Arrival.objects.filter(state="left").count() == 1
    assert Dossier.objects.count() == 1


def test_what_cannot_be_taken_in_waits_with_the_reason(
    there: Simulated, town: Town, subtests: pytest.Subtests
) -> None:
    by = make_officer().pk
    cases: list[tuple[dict[str, Any], str]] = [
        ({"MaTTHC": "9.999999"}, "9.999999"),
        ({"NoiNopHoSo": "H98.1"}, "H98.1"),
        ({"DinhDanhCHS": []}, "căn cước"),
        ({"LoaiDoiTuong": "4"}, "căn cước"),
        ({"files": {"don.pdf": b"MZ\x90not a pdf".hex()}}, ""),
        ({"files": {}, "TaiLieuNop": [{"DuongDanTaiTepTin": "http://127.0.0.2:9/x"}]}, "Cổng"),
    ]
    for number, (wrong, said) in enumerate(cases):
        code = f"G99.1-261127-{number:04}"
        with subtests.test(wrong=wrong):
            there.file(**filed(MaHoSo=code, **wrong))
            take_in_all()
            arrival = Arrival.objects.latest("id")
            assert arrival.state == "stuck"
            assert said in arrival.fault
            assert not Dossier.objects.filter(portal_code=code).exists()
            actions.try_again(arrival.pk, by=by, at=timezone.now())
            take_in_all()
            with pytest.raises(Refused):
                actions.leave_aside(arrival.pk, reason="", by=by, at=timezone.now())
            actions.leave_aside(arrival.pk, reason="Gửi nhầm", by=by, at=timezone.now())
            with pytest.raises(Conflict):
                actions.try_again(arrival.pk, by=by, at=timezone.now())
    assert (Arrival.objects.count(), Dossier.objects.count()) == (len(cases), 0)


def test_answers_of_the_form_that_are_not_right_are_left_for_the_desk(there: Simulated, town: Town) -> None:
    there.file(**filed(ThongTinKhac='{"form": {"copies": "rất nhiều", "stranger": [1]}}'))
    take_in_all()
    taken = Dossier.objects.get()
    assert taken.form_data == {}
    assert list(FeeLine.objects.filter(dossier=taken).values_list("quantity", flat=True)) == [
        1
    ]  # until the desk counts


def test_only_the_portals_token_tells_of_dossiers(town: Town) -> None:
    body = {"data": [{"MaHoSo": CODE}]}
    officer = issue_token(account=town.reception, label="x", scopes=["national_portal"])
    other = issue_token(service="x", label="x", scopes=["dossiers:write"])
    ours = issue_token(service="x", label="x", scopes=["national_portal"])
    asked = [ApiClient(token).post("/national-portal/dossiers", body) for token in ("", officer, other, ours)]
    assert [answer.status_code for answer in asked] == [401, 403, 403, 200]
    nameless = ApiClient(ours).post("/national-portal/dossiers", {"data": [{"MaHoSo": ""}, {"MaHoSo": 7}]})
    assert [each["error_code"] for each in nameless.json()["data"]] == ["1", "1"]
    assert Arrival.objects.count() == 1
