"""The tracking book: what its lines tell is what the events told."""

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
from tests.factories import make_office
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
    slip = client.get(reverse("dossiers:desk-control-slip", args=[dossier.code]))
    assert content_of(slip).startswith(b"%PDF")
    assert client.get(reverse("dossiers:desk-book"), {"office": str(make_office().pk)}).status_code == 403
    assert client.get(reverse("dossiers:desk-book"), {"last": "9999-12-31"}).status_code == 422


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
