"""The tracking book: what its lines tell is what the events told."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from motcua.kernel.events.models import Event
from motcua.kernel.text import local_datetime
from motcua.people.accounts.models import Account
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier
from tests.factories import make_office, make_officer
from tests.poppler import poppler
from tests.services.dossiers.factories import Town, accept, make_town, pay, submit
from tests.services.dossiers.test_desk_lists import content_of, decided, desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def test_the_book_comes_as_page_paper_and_spreadsheet(town: Town) -> None:
    dossier = accept(town, submit(town))
    client = desk(town.reception)
    assert dossier.number in client.get(reverse("dossiers:desk-book")).content.decode()
    for name, begin in (("desk-book-pdf", b"%PDF"), ("desk-book-sheet", b"PK")):
        got = client.get(reverse(f"dossiers:{name}"))
        assert content_of(got).startswith(begin)
    assert client.get(reverse("dossiers:desk-book"), {"office": str(make_office().pk)}).status_code == 403
    assert client.get(reverse("dossiers:desk-book"), {"last": "9999-12-31"}).status_code == 422


def test_every_control_slip_has_a_number_and_no_other_has_the_same(town: Town) -> None:
    client = desk(town.reception)
    waiting, first, second = submit(town), accept(town, submit(town)), accept(town, submit(town))

    def slip(dossier: Dossier) -> str:
        got = client.get(reverse("dossiers:desk-control-slip", args=[dossier.number]))
        assert got.status_code == 200, got.content.decode()
        return " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=content_of(got)).split())

    before = second.submitted_at - timedelta(days=400)
    Dossier.objects.filter(pk=second.pk).update(submitted_at=before, accepted_at=before)
    assert "Số: 01/PKS" in slip(first)
    later = slip(second)
    assert "Số: 02/PKS" in later
    assert f"năm {before.year}" in later.partition("PHIẾU")[0]  # 02 of the year in which it was counted
    successor = make_office("Trung tâm Phục vụ hành chính công Mẫu Khê")
    Dossier.objects.filter(pk=first.pk).update(resolving_office=successor, receiving_office=successor)
    first.issued_forms.all().delete()  # as taken over from another system
    begun = client.get(reverse("dossiers:desk-control-slip", args=[waiting.number]))
    assert begun.status_code == 404
    client = desk(make_officer(roles=["reception"], office=successor))
    moved = slip(first)
    assert f"Số: {first.code}/PKS" in moved
    assert "XÃ MẪU SƠN" in moved.partition("PHIẾU")[0]


def book_rows(account: Account, language: str = "vi") -> list[dict[str, Any]]:
    """The lines of the book of this month as the spreadsheet writes them, by heading."""
    client = desk(account)
    sheet = content_of(client.get(reverse("dossiers:desk-book-sheet"), headers={"Accept-Language": language}))
    heads, *rows = load_workbook(BytesIO(sheet)).active.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_book_tells_who_received_and_handed_over_and_when_as_the_events_do(town: Town) -> None:
    other, done = accept(town, submit(town)), decided(town)
    pay(town, done)
    by = town.actor(town.head)
    actions.return_result(done.pk, method="desk", to_name="Lê Thị Nhận", proof="signature", number="12", by=by)
    told = {
        event.kind: local_datetime(event.at) for event in Event.objects.filter(stream=done.stream).order_by("version")
    }
    Dossier.objects.filter(pk=done.pk).update(returned_to="Ghi lại sau", returned_at=timezone.now())

    first, second = book_rows(town.reception)
    assert (first["Mã hồ sơ"], first["Số thứ tự"], first["Trả kết quả"]) == (other.code, "01", None)
    receipt = done.issued_forms.get(form="01")
    assert (receipt.number, receipt.data["register_entry"]) == ("02/GTN", second["Số thứ tự"])
    assert receipt.data["register_book"] == f"{timezone.localdate():%Y}"
    assert second["Nhận hồ sơ"] == told["dossier.accepted"]
    assert second["Người tiếp nhận"] == town.reception.display_name
    assert second["Có kết quả"] == told["dossier.decided"]
    assert second["Trả kết quả"] == told["dossier.returned"]
    assert (second["Người trả kết quả"], second["Người nhận kết quả"]) == (
        town.head.display_name,
        "Lê Thị Nhận (đã ký nhận trong sổ giấy, dòng 12)",
    )


def test_the_book_asks_the_database_the_same_for_one_dossier_as_for_many(
    town: Town, django_assert_num_queries: Any
) -> None:
    client = desk(town.reception)
    for _more in range(2):
        accept(town, submit(town))
        client.get(reverse("dossiers:desk-book"))
        with django_assert_num_queries(6):
            client.get(reverse("dossiers:desk-book"))


def test_the_book_says_how_a_dossier_without_a_result_ended(town: Town) -> None:
    actions.stop(accept(town, submit(town)).pk, reason="Theo đơn", by=town.actor(town.reception))
    (row,) = book_rows(town.reception, "en")  # on paper it is in Vietnamese whatever the officer reads
    assert row["Cách nhận kết quả"] == "Tại quầy"
    assert row["Ghi chú"] == f"Đã dừng, {timezone.localdate():%d/%m/%Y}"
