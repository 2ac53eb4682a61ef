"""Limited delegations at the counter, in the API, the tracking book and the till: as far as they reach."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.events.models import AccessRecord, Event
from motcua.people.accounts.models import Account
from motcua.people.officers.models import Position
from motcua.services.dossiers import ordering
from motcua.services.dossiers.models import Dossier, Draft, FeeLine
from motcua.services.payments import actions as payments
from motcua.services.payments.models import CashClosing, Incoming, Order
from motcua.services.procedures.models import ProcedureVersion
from tests.factories import sign_in
from tests.services.dossiers.factories import Town, accept, make_town, publish_package, submit
from tests.services.dossiers.processes import end, flow, package, task
from tests.services.dossiers.test_delegating import delegate_of, of_procedure
from tests.services.dossiers.test_desk_counter import ANSWERS, begin
from tests.services.payments.factories import bring_in, line, make_till
from tests.services.payments.test_receipts import decide_book
from tests.site.api_client import as_account
from tests.site.test_api_dossiers import filing

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def other() -> ProcedureVersion:
    """Another procedure, of another field."""
    return publish_package(package(task("check") + flow("accepted", "check") + end("check"), code="9.000001"))


def receiver(town: Town, version: ProcedureVersion, *, by_field: bool = False) -> Account:
    """Who may receive dossiers of a procedure, or of its field, and nothing else, at the town's counter."""
    label = f"field:{version.field}" if by_field else of_procedure(version)
    return delegate_of(town.reception, label, roles=["reception"])


@pytest.mark.parametrize("by_field", [True, False])
def test_a_delegate_receives_at_the_counter_what_the_limit_names(town: Town, by_field: bool) -> None:
    deputy = receiver(town, town.version, by_field=by_field)
    client = sign_in(Client(), deputy)
    _draft, url = begin(town, client)
    shown = {"paper-identity-form": "shown", "paper-identity-no_scan": "shown_only"}
    received = client.post(url, {**ANSWERS, **shown, "return_address": "", "do": "receive"})
    dossier = Dossier.objects.get()
    assert received["Location"] == reverse("dossiers:desk-received", args=[dossier.number])
    assert (dossier.state, dossier.receiving_office) == ("in_process", town.office)
    told = Event.objects.get(stream=dossier.stream, kind="dossier.accepted")
    assert (told.actor, told.references["authority"]) == (deputy.pk, "TUQ. Cán bộ một cửa")
    client.post(reverse("dossiers:desk-collect", args=[dossier.number]), {"method": "cash"})
    assert FeeLine.objects.get().state == "collected"


def test_at_the_counter_nothing_else_is_received(town: Town, other: ProcedureVersion) -> None:
    client = sign_in(Client(), receiver(town, other))
    counter = reverse("dossiers:desk-counter")
    found = client.get(counter, {"person": str(town.applicant.pk), "procedure": "bản sao"}).content.decode()
    assert town.applicant.name in found
    assert "Cấp bản sao từ sổ gốc" not in found
    chosen = {"person": town.applicant.pk, "code": town.version.procedure.code, "channel": "counter"}
    assert client.post(reverse("dossiers:desk-counter-start"), chosen).status_code == 403
    # What was begun under a delegation that has ended since, or at another desk, is not received either.
    draft, _url = begin(town, sign_in(Client(), town.reception))
    Draft.objects.update(account=receiver(town, other).pk)
    owner = sign_in(Client(), Account.objects.get(pk=Draft.objects.get().account_id))
    for method in (owner.get, owner.post):
        assert method(reverse("dossiers:desk-receive", args=[draft.pk])).status_code == 403
    assert not Dossier.objects.exists()


def test_whose_dossier_it_is_is_found_and_nothing_else_is_done_with_people(town: Town) -> None:
    deputy = receiver(town, town.version)
    Position.objects.filter(officer=deputy.pk).update(roles=["clerk"])  # who by themselves deal with nobody
    client, person = sign_in(Client(), deputy), town.applicant.pk
    assert client.get(reverse("dossiers:desk-counter"), {"person": str(person)}).status_code == 200
    assert AccessRecord.objects.get(who=deputy.pk).whose == person
    for page in ("party", "change"):
        assert client.get(reverse(f"citizens:{page}", args=[person])).status_code == 403


def test_programs_of_a_delegate_file_what_the_limit_names(town: Town, other: ProcedureVersion) -> None:
    refused = as_account(receiver(town, other)).post("/dossiers", filing(town, accept=True))
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_accept")
    refused = as_account(receiver(town, other)).post("/dossiers", filing(town))
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_file")
    filed = as_account(receiver(town, town.version)).post("/dossiers", filing(town, accept=True, office=""))
    assert (filed.status_code, filed.json()["state"]) == (201, "in_process")


def test_the_book_holds_what_the_delegation_reaches(town: Town, other: ProcedureVersion) -> None:
    inside, outside = accept(town, submit(town)), accept(town, submit(replace(town, version=other)))
    book = reverse("dossiers:desk-book")

    def numbers(account: Account) -> set[str]:
        page = sign_in(Client(), account).get(book, {"office": str(town.office.pk)}).content.decode()
        return {each.number for each in (inside, outside) if each.number in page}

    assert numbers(receiver(town, town.version)) == {inside.number}
    assert numbers(delegate_of(town.head, of_procedure(other), roles=["head"])) == {outside.number}
    assert numbers(town.specialist) == {inside.number, outside.number}
    documents = delegate_of(town.reception, "documents:all", roles=["reception"])
    assert sign_in(Client(), documents).get(book, {"office": str(town.office.pk)}).status_code == 403


# -- the till ---------------------------------------------------------------------------------------------------------


def test_a_cashier_looks_after_the_money_of_what_the_limit_names(town: Town, other: ProcedureVersion) -> None:
    till = make_till(town.office)
    decide_book(town.office)
    dossier = submit(town)
    order = ordering.open_order(dossier.pk, at=timezone.now())
    assert order is not None
    came = line(order.amount, order.payable.reference, reference=order.payable.reference)
    bring_in(till, came, line(7_000, "Chuyển nhầm"))
    receipt = payments.issue(order.pk, at=timezone.now())
    assert receipt is not None
    assigned, astray = Incoming.objects.get(order=order), Incoming.objects.get(order=None)
    months = {"from": "2026-01-01", "to": "2099-01-01"}
    for version, reaches in ((town.version, True), (other, False)):
        client = sign_in(Client(), delegate_of(till.cashier, of_procedure(version), roles=["cashier"]))
        money = client.get(reverse("payments:incoming"), {"state": "assigned"}).content.decode()
        listed = client.get(reverse("payments:receipts"), months).content.decode()
        assert (order.payable.title in money, receipt.payer_name in listed) == (reaches, reaches)
        status = {
            name: client.get(reverse(f"payments:{name}", args=[row.pk])).status_code
            for name, row in (("incoming-one", assigned), ("receipt", receipt))
        }
        assert set(status.values()) == {200 if reaches else 404}
        # A sum that nobody knows the use of, and statements, are of no procedure.
        assert "Chuyển nhầm" not in client.get(reverse("payments:incoming")).content.decode()
        assert client.get(reverse("payments:incoming-one", args=[astray.pk])).status_code == 404
        assert client.get(reverse("payments:statements")).status_code == 403


def test_who_takes_cash_under_a_limit_closes_their_drawer_and_sees_no_other(
    town: Town, other: ProcedureVersion
) -> None:
    own, dossier = of_procedure(town.version), submit(town)
    deputy = delegate_of(town.reception, own, roles=["reception"], name="Đỗ Thị Mẫu Quầy")
    foreign = accept(replace(town, version=other), submit(replace(town, version=other)))
    accept(town, dossier)
    client = sign_in(Client(), deputy)
    collect = "dossiers:desk-collect"
    assert client.post(reverse(collect, args=[foreign.number]), {"method": "cash"}).status_code == 404
    client.post(reverse(collect, args=[dossier.number]), {"method": "cash"})
    order = Order.objects.get(taken_by=deputy)
    said = {"office": str(town.office.pk), "expected": str(order.amount), "counted": str(order.amount)}
    assert client.post(reverse("payments:cash"), said).status_code == 302
    assert CashClosing.objects.get().expected == order.amount
    watcher = sign_in(Client(), delegate_of(make_till(town.office).cashier, of_procedure(other), roles=["cashier"]))
    assert deputy.display_name not in watcher.get(reverse("payments:cash")).content.decode()
