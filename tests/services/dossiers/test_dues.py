"""No result leaves the house while its fee is due, unless the procedure lets it be collected afterwards."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.kernel.errors import Refused
from motcua.people.accounts.models import Account
from motcua.services.dossiers import actions
from motcua.services.dossiers.access import Viewer, dossier_for
from motcua.services.dossiers.dues import Dues, dues_of
from motcua.services.dossiers.models import Dossier, FeeLine
from tests.factories import make_office, make_officer, sign_in
from tests.services.dossiers.factories import Town, accept, finish, make_town, pay, submit
from tests.services.dossiers.processes import FEE, end, flow, package, task

pytestmark = pytest.mark.django_db
COD = "{id: cod, name: Cước thu hộ, kind: fee, amount: 30000, after_return: true}"
PAID_FIRST = (
    flow("accepted", "check"),
    task("check"),
    flow("check", "paid"),
    task("paid", kind="receiveTask", message="payment"),
    end("paid"),
)


def decided(fees: str, **given: Any) -> tuple[Town, Dossier]:
    town = make_town(package(flow("accepted", "check"), task("check"), end("check"), fees=fees))
    dossier = accept(town, submit(town, **given))
    finish(town, dossier, None)
    assert dossier.state == "decided"
    return town, dossier


def give_back(town: Town, dossier: Dossier) -> None:
    actions.return_result(
        dossier.pk, method="desk", proof="signature", number="12", to_name="Lê Văn Mẫu", by=town.actor(town.reception)
    )
    dossier.refresh_from_db()


@pytest.mark.parametrize("settle", ["collected", "waived"])
def test_the_desk_is_refused_until_the_fee_is_settled(settle: str) -> None:
    town, dossier = decided(FEE)
    accessed = dossier_for(Viewer.of(town.reception), dossier.number)
    assert (accessed.abilities["return"], accessed.fee_due) == (False, 50_000)
    with pytest.raises(Refused, match=r"50\.000") as refused:
        accessed.require("return")
    assert refused.value.code == "fee_due"
    with pytest.raises(Refused):
        give_back(town, dossier)
    if settle == "collected":
        pay(town, dossier)
    else:
        line, by = FeeLine.objects.get().pk, town.actor(town.reception)
        actions.waive_fee(dossier.pk, line=line, reason="Hộ nghèo", by=by)
    give_back(town, dossier)
    assert dossier.state == "returned"


def test_what_is_collected_afterwards_holds_nothing_up_and_is_collected_then() -> None:
    town, dossier = decided(COD)
    assert dues_of(dossier.pk) == Dues(first=0, later=30_000)
    give_back(town, dossier)
    assert dossier_for(Viewer.of(town.reception), dossier.number).abilities["collect_fee"]
    pay(town, dossier)
    assert FeeLine.objects.get().state == "collected"
    assert not dossier_for(Viewer.of(town.reception), dossier.number).abilities["collect_fee"]


def owed(account: Account) -> str:
    return sign_in(Client(), account).get(reverse("dossiers:desk-owed")).content.decode()


def test_what_is_still_to_be_collected_is_listed_for_the_return_desk_and_the_cashier() -> None:
    town, dossier = decided(COD)
    cashier = make_officer(roles=["cashier"], office=town.office)
    elsewhere = make_officer(roles=["cashier"], office=make_office("Ủy ban nhân dân xã Mẫu Khê"))
    give_back(town, dossier)
    for account in (town.reception, cashier):
        assert "30.000 đ" in owed(account)
    assert dossier.number not in owed(elsewhere)
    assert sign_in(Client(), town.specialist).get(reverse("dossiers:desk-owed")).status_code == 403
    abilities = dossier_for(Viewer.of(cashier), dossier.number).abilities
    assert (abilities["collect_fee"], abilities["waive_fee"]) == (True, False)
    collecting = reverse("dossiers:desk-act-on", args=[dossier.number, "collect_fee", FeeLine.objects.get().pk])
    sign_in(Client(), cashier).post(collecting, {"method": "cash"})
    assert FeeLine.objects.get().settled_by == cashier
    assert dossier.number not in owed(town.reception)


def test_what_holds_the_result_up_is_not_listed_as_afterwards() -> None:
    town, dossier = decided(FEE)
    assert dossier.number not in owed(town.reception)


def test_the_list_of_fees_keeps_to_its_statements(django_assert_max_num_queries: Any) -> None:
    town, _dossier = decided(COD)
    desk = sign_in(Client(), town.reception)
    desk.get(reverse("dossiers:desk-owed"))
    with django_assert_max_num_queries(6):
        assert "30.000 đ" in desk.get(reverse("dossiers:desk-owed")).content.decode()


def test_a_process_does_not_wait_for_what_is_collected_afterwards() -> None:
    town = make_town(package(*PAID_FIRST, fees=COD))
    dossier = accept(town, submit(town))
    finish(town, dossier, None)
    assert dossier.state == "decided"


def test_the_applicant_fetches_an_online_result_once_it_is_paid(client: Client) -> None:
    town, dossier = decided(FEE, return_method="online")
    account = town.applicant.account
    assert account is not None
    browser, here = sign_in(client, account), reverse("dossiers:my-dossier", args=[dossier.number])
    accessed = dossier_for(Viewer.of(account), dossier.number)
    assert not accessed.abilities["download_result"]
    with pytest.raises(Refused) as refused:
        accessed.require("download_result")
    assert refused.value.code == "fee_due"
    told = "Kết quả đã có. Ông/Bà nhận được kết quả khi đã nộp đủ 50.000 đ phí, lệ phí."
    assert told in browser.get(here).content.decode()
    pay(town, dossier)
    assert dossier_for(Viewer.of(account), dossier.number).abilities["download_result"]
    assert told not in browser.get(here).content.decode()


def test_a_paid_and_refunded_fee_holds_nothing_up() -> None:
    town, dossier = decided(FEE)
    pay(town, dossier)
    line, by = FeeLine.objects.get().pk, town.actor(town.head)
    actions.refund_fee(dossier.pk, line=line, reason="Thu nhầm", by=by)
    give_back(town, dossier)
    assert dossier.state == "returned"


def test_the_list_of_results_to_return_keeps_to_its_statements(django_assert_max_num_queries: Any) -> None:
    town, _dossier = decided(FEE)
    desk = sign_in(Client(), town.reception)
    desk.get(reverse("dossiers:desk-returns"))
    with django_assert_max_num_queries(6):
        shown = desk.get(reverse("dossiers:desk-returns")).content.decode()
    assert "50.000 đ chưa thu" in shown
