"""An officer files a company's spreadsheet at the counter: the same checks, and every line is received at once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.models import AccessRecord, Event
from motcua.people.citizens.models import Party
from motcua.people.officers.models import Position
from motcua.services.batches import actions
from motcua.services.batches.access import ABILITIES, PATIENCE, abilities_for
from motcua.services.batches.models import Batch, Line
from motcua.services.dossiers.models import Dossier, FeeLine
from motcua.services.dossiers.subscribers import settle_fees
from motcua.services.payments.models import Order
from tests.factories import make_business, make_citizen, make_office, make_officer, sign_in
from tests.jobs import run_jobs
from tests.services.batches.sheets import fill, template_of
from tests.services.batches.test_batches import COPY, confirm, copies, page, upload
from tests.services.batches.test_paying import hear
from tests.services.dossiers.factories import Town, make_town
from tests.services.dossiers.test_delegating import delegate_of, of_procedure
from tests.site.api_client import as_account

pytestmark = pytest.mark.django_db
APPLICANT = {"Họ, chữ đệm và tên": "Nguyễn Văn Giả Định", "Số định danh cá nhân": "001099000001"}


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def company() -> Party:
    return make_business(address="Xã Mẫu Sơn")


@pytest.fixture
def desk(town: Town, client: Client) -> Client:
    return sign_in(client, town.reception)


def begin(desk: Client, party: Party, **chosen: Any) -> Batch:
    """The officer finds the company, its procedure, and the way with a spreadsheet beside it."""
    found = desk.get(reverse("dossiers:desk-counter"), {"person": str(party.pk), "procedure": "bản sao từ sổ gốc"})
    here = f"{reverse('batches:counter-start', args=['2.000908'])}?person={party.pk}"
    assert here in found.content.decode()
    assert party.name in desk.get(here).content.decode()
    answer = desk.post(here, {"return_method": "desk", "case": "holder", **chosen})
    assert answer.status_code == 302, answer.content.decode()
    return Batch.objects.latest("created_at")


@pytest.fixture
def batch(town: Town, desk: Client, company: Party) -> Batch:
    return begin(desk, company, office=str(town.office.pk))


def filed(desk: Client, batch: Batch, *names: str) -> None:
    upload(desk, batch, fill(template_of(desk, batch), copies(*names), APPLICANT))
    assert confirm(desk, batch).status_code == 302
    run_jobs()


def test_the_counter_receives_a_companys_spreadsheet(town: Town, desk: Client, company: Party, batch: Batch) -> None:
    assert company.name in desk.get(reverse("dossiers:desk-counter")).content.decode()  # begun and not sent
    wrong = [COPY, COPY | {"Số bản sao": "nhiều"}]
    upload(desk, batch, fill(template_of(desk, batch), wrong, APPLICANT))
    assert "Danh sách – F3" in page(desk, batch)
    assert confirm(desk, batch).status_code == 422
    upload(desk, batch, fill(template_of(desk, batch), copies("Một", "Hai"), APPLICANT))
    told = page(desk, batch)
    assert "Người nộp đã ký danh sách" in told
    assert "mc-desk-frame" in told
    assert confirm(desk, batch, declared="").status_code == 422
    assert confirm(desk, batch).status_code == 302
    run_jobs()
    dossiers = list(Dossier.objects.order_by("pk"))
    assert [dossier.pk for dossier in dossiers] == sorted(Line.objects.values_list("pk", flat=True))
    for dossier in dossiers:
        assert (dossier.channel, dossier.applicant, dossier.submitted_by) == ("counter", company, town.reception)
        assert dossier.representative is None
        assert dossier.accepted_at is not None
        assert dossier.issued_forms.filter(form="01").exists()
        assert reverse("dossiers:desk-dossier", args=[dossier.number]) in page(desk, batch)
    assert reverse("batches:batch", args=[batch.pk]) in desk.get(reverse("batches:counter")).content.decode()


def test_its_fees_are_collected_at_once(town: Town, desk: Client, batch: Batch) -> None:
    filed(desk, batch, "Một", "Hai", "Ba")
    here = reverse("batches:payment", args=[batch.pk])
    assert "48.000" in desk.get(here).content.decode()
    assert desk.post(reverse("batches:collect", args=[batch.pk]), {"method": "gold"}, follow=True).status_code == 200
    assert not Order.objects.filter(state="paid").exists()
    desk.post(reverse("batches:collect", args=[batch.pk]), {"method": "cash"})
    order = Order.objects.get(state="paid")
    assert not Order.objects.filter(state="open").exists()  # what each receipt told to transfer
    assert (order.state, order.method, order.amount, order.taken_by) == ("paid", "cash", 48_000, town.reception)
    assert reverse("batches:collect", args=[batch.pk]) not in desk.get(here).content.decode()  # at once
    hear(settle_fees, "payment.received")
    assert set(FeeLine.objects.values_list("state", "method", "order")) == {("collected", "cash", order.pk)}
    with pytest.raises(Conflict):
        actions.collect_at_counter(batch.pk, method="cash", by=town.reception, at=timezone.now())


def test_only_whoever_receives_there_has_it(town: Town, desk: Client, company: Party, batch: Batch) -> None:
    here = reverse("batches:batch", args=[batch.pk])
    elsewhere = make_officer(roles=["reception"], office=make_office())
    assert sign_in(Client(), elsewhere).get(here).status_code == 404
    citizen = make_citizen().account
    assert citizen is not None
    assert sign_in(Client(), citizen).get(here).status_code == 404
    assert sign_in(Client(), town.specialist).get(here).status_code == 403
    start = f"{reverse('batches:counter-start', args=['2.000908'])}?person={company.pk}"
    assert sign_in(Client(), town.specialist).get(start).status_code == 403
    said = {"return_method": "post", "return_address": "x" * 251, "office": str(town.office.pk)}
    refused = desk.post(start, said)
    assert refused.status_code == 422
    assert "x" * 251 in refused.content.decode()
    assert desk.post(start, said | {"office": str(town.version.pk), "return_method": "desk"}).status_code == 422
    filing = Batch.objects.create(
        account=town.reception,
        applicant=town.applicant,
        procedure_version=town.version,
        case=batch.case,
        office=town.office,
        return_method="desk",
        created_at=timezone.now(),
    )  # as a citizen, which this officer is not
    assert desk.get(reverse("batches:batch", args=[filing.pk])).status_code == 404
    with pytest.raises(NotFound):
        actions.collect_at_counter(filing.pk, method="cash", by=town.reception, at=timezone.now())


def test_a_colleague_takes_it_over(town: Town, desk: Client, company: Party, batch: Batch) -> None:
    upload(desk, batch, fill(template_of(desk, batch), copies("Một"), APPLICANT))
    account = make_officer(roles=["reception"], office=town.office)
    colleague, over = sign_in(Client(), account), reverse("batches:take-over", args=[batch.pk])
    assert reverse("batches:batch", args=[batch.pk]) in colleague.get(reverse("batches:counter")).content.decode()
    told = page(colleague, batch)
    assert over in told
    assert reverse("batches:confirm", args=[batch.pk]) not in told
    assert AccessRecord.objects.get(who=account.pk).whose == company.pk
    assert confirm(colleague, batch).status_code == 404
    confirm(desk, batch)
    none = dict.fromkeys(ABILITIES, False)
    batch.refresh_from_db()
    asked = {"account": account.pk, "unfiled": 1, "right": True}
    assert abilities_for(batch, **asked, at=timezone.now()) == none  # while it is being sent
    with pytest.raises(Conflict):
        actions.take_over_batch(batch.pk, by=account)
    # Its job was lost, and whoever began it tries again: from now on it is being sent once more.
    Batch.objects.update(confirmed_at=timezone.now() - 2 * PATIENCE)
    batch.refresh_from_db()
    assert abilities_for(batch, **asked, at=timezone.now()) == none | {"take_over": True}
    actions.resume_batch(batch.pk, by=town.reception)
    batch.refresh_from_db()
    assert abilities_for(batch, **asked, at=timezone.now()) == none
    with pytest.raises(Conflict):
        actions.take_over_batch(batch.pk, by=account)
    Position.objects.filter(officer__account=town.reception).update(valid_from="2020-01-01", valid_to="2020-01-02")
    run_jobs()
    batch.refresh_from_db()
    assert abilities_for(batch, **asked, at=timezone.now()) == none | {"take_over": True}
    with pytest.raises(Refused):
        actions.take_over_batch(batch.pk, by=town.reception)
    assert colleague.post(over).status_code == 302
    assert colleague.post(reverse("batches:resume", args=[batch.pk])).status_code == 302
    run_jobs()
    assert Dossier.objects.get().submitted_by == account
    event = Event.objects.get(kind="batch.taken_over")
    assert (event.actor, event.references["from"]) == (account.pk, str(town.reception.pk))
    assert over not in page(colleague, batch)


def test_who_receives_no_more_files_nothing(town: Town, desk: Client, batch: Batch) -> None:
    upload(desk, batch, fill(template_of(desk, batch), copies("Một"), APPLICANT))
    confirm(desk, batch)
    Position.objects.filter(officer__account=town.reception).update(valid_from="2020-01-01", valid_to="2020-01-02")
    run_jobs()
    line = Line.objects.get()
    assert line.state == "failed"
    assert "không còn tiếp nhận hồ sơ" in line.problem
    assert not Dossier.objects.exists()
    assert desk.get(reverse("batches:batch", args=[batch.pk])).status_code == 403


@pytest.mark.parametrize("by_field", [True, False])
def test_a_limited_delegate_files_spreadsheets_of_what_the_limit_names(
    town: Town, client: Client, company: Party, by_field: bool
) -> None:
    label = f"field:{town.version.field}" if by_field else of_procedure(town.version)
    sign_in(client, deputy := delegate_of(town.reception, label, roles=["reception"]))
    batch = begin(client, company, office=str(town.office.pk))
    filed(client, batch, "Một")
    assert Dossier.objects.get().submitted_by == deputy
    assert company.name in client.get(reverse("batches:counter")).content.decode()
    assert client.post(reverse("batches:collect", args=[batch.pk]), {"method": "cash"}).status_code == 302
    assert Order.objects.get().taken_by == deputy


def test_a_limited_delegate_neither_sees_nor_files_other_spreadsheets(
    town: Town, desk: Client, batch: Batch, company: Party
) -> None:
    stranger = delegate_of(town.reception, "documents:all", roles=["reception"])
    client = sign_in(Client(), stranger)
    start = f"{reverse('batches:counter-start', args=['2.000908'])}?person={company.pk}"
    assert client.post(start, {"return_method": "desk", "case": "holder"}).status_code == 403
    assert client.get(reverse("batches:batch", args=[batch.pk])).status_code == 404
    assert company.name not in client.get(reverse("batches:counter")).content.decode()
    Batch.objects.update(account=stranger)  # begun while there was more to the delegation
    with pytest.raises(Refused):
        actions.send_with_papers(batch.pk, by=stranger, declared=True, papers=[])
    given = {"procedure": "2.000908", "case": "holder", "office": town.office.codes.get().code, "channel": "counter"}
    for account, status in ((stranger, 403), (town.reception, 201)):
        made = as_account(account).post("/batches", given | {"applicant": company.tax_code})
        assert made.status_code == status
