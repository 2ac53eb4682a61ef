"""Fees that are paid for each of something, and fees of which a part is given back; no total drifts from its lines."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.services.dossiers import actions, ordering
from motcua.services.dossiers.charges import charges_of
from motcua.services.dossiers.models import Dossier, FeeLine, Incident
from motcua.services.dossiers.timeline import timeline
from motcua.services.payments.models import Order
from motcua.services.procedures.packages import PackageError, load
from motcua.services.procedures.runtime import package_of
from tests.factories import sign_in
from tests.services.dossiers.factories import (
    COPY_FORM,
    PACKAGES,
    Town,
    accept,
    make_town,
    publish_package,
    submit,
)
from tests.services.dossiers.processes import PLAIN, package

pytestmark = pytest.mark.django_db
FROM_FORM = "{id: badge, name: Phí phù hiệu, kind: fee, amount: 70000, per: xe, quantity: amount}"
COUNTED = "{id: copy, name: Phí bản sao, kind: fee, amount: 8000, per: bản, quantity: counted}"
ONCE = "{id: fee, name: Lệ phí, kind: charge, amount: 50000}"


@pytest.fixture
def town() -> Town:
    return make_town(package(*PLAIN, fees=f"{FROM_FORM}, {COUNTED}, {ONCE}"))


def line(dossier: Dossier, name: str) -> FeeLine:
    return FeeLine.objects.get(dossier=dossier, name=name)


def test_a_fee_is_paid_for_each_that_the_form_names(town: Town) -> None:
    dossier = submit(town, form_data={"amount": 30})
    badge, copy, fee = FeeLine.objects.filter(dossier=dossier)
    assert [(each.quantity, each.amount, each.unit) for each in (badge, copy, fee)] == [
        (30, 2_100_000, "xe"),
        (1, 8_000, "bản"),
        (1, 50_000, ""),
    ]
    assert badge.full_name == "Phí phù hiệu (30 xe × 70.000 đ)"
    assert fee.full_name == "Lệ phí"
    charges = charges_of(package_of(town.version.pk), dossier.case, "online", dossier.form_data).lines
    assert sum(charge.amount for charge in charges) == 2_158_000


def test_the_shipped_certified_copy_is_paid_for_each_and_its_decision_says_for_whom() -> None:
    made = package_of(publish_package("certified-copy").pk)
    answers = {"record": {"kind": "civil_status"}, "copies": 3, "exemption": "none"}
    (charge,) = charges_of(made, made.first_case, "online", answers).lines
    assert (charge.quantity, charge.amount, charge.unit) == (3, 24_000, "bản")
    assert charge.name.endswith("(3 bản × 8.000 đ)")
    (free,) = charges_of(made, made.first_case, "online", answers | {"exemption": "poor"}).lines
    assert (free.quantity, free.amount) == (3, 0)


@pytest.mark.parametrize(
    ("given", "asked", "said"),
    [
        ('\\"viết nhầm\\"', 24_000, "no sum of money"),
        ("-8000", 24_000, "no sum of money"),
        ("7000.9", 21_000, ""),  # as packages were let through once
        ('\\"7000\\"', 21_000, ""),
    ],
)
def test_what_a_decision_gives_is_paid_only_if_it_is_a_sum(given: str, asked: int, said: str) -> None:
    stored = package_of(publish_package("certified-copy").pk)
    decision = stored.files["fee.jdm.json"].replace(b'"8000"', f'"{given}"'.encode())
    made = replace(stored, files={**stored.files, "fee.jdm.json": decision})
    answers = {"record": {"kind": "civil_status"}, "copies": 3, "exemption": "none"}
    charges = charges_of(made, made.first_case, "online", answers)
    assert [charge.amount for charge in charges.lines] == [asked]
    assert said in charges.fault
    assert bool(charges.fault) == bool(said)


def test_a_fee_that_cannot_be_decided_hinders_nobody_from_applying() -> None:
    town = make_town()
    deep: list[Any] = []
    for _level in range(100):
        deep = [deep]
    dossier = submit(town, form_data=COPY_FORM | {"note": deep})
    (fee,) = FeeLine.objects.filter(dossier=dossier)
    assert fee.amount == 8_000 * fee.quantity
    incident = Incident.objects.get(dossier=dossier)
    assert (incident.kind, incident.office) == ("fees", town.office)
    assert "nested deeper" in incident.message
    kinds = list(Event.objects.filter(stream=dossier.stream).order_by("version").values_list("kind", flat=True))
    assert kinds == ["dossier.submitted", "dossier.incident_reported"]
    head = sign_in(Client(), town.head)
    assert dossier.number in head.get(reverse("dossiers:desk-incidents")).content.decode()
    head.post(reverse("dossiers:desk-mend", args=[incident.pk, "resolve"]))
    assert dossier.number not in head.get(reverse("dossiers:desk-incidents")).content.decode()
    assert accept(town, dossier).code


def test_a_fee_is_paid_for_each_row_of_a_group(tmp_path: Path) -> None:
    shutil.copytree(PACKAGES / "taxi-badges", tmp_path / "taxi")
    manifest = tmp_path / "taxi" / "procedure.yaml"
    fees = f"fees: [{FROM_FORM.replace('quantity: amount', 'quantity: rows_vehicles')}]"
    manifest.write_text(manifest.read_text().replace("fees: []", fees))
    version = publish_package(load(tmp_path / "taxi"))
    made = package_of(version.pk)
    (charge,) = charges_of(made, made.first_case, "online", {"vehicles": [{}, {}, {}]}).lines
    assert (charge.quantity, charge.amount) == (3, 210_000)
    with pytest.raises(Refused):
        charges_of(made, made.first_case, "online", {"vehicles": []})


@pytest.mark.parametrize("number", [0, 1.5, 10_000, None])
def test_a_number_that_cannot_be_is_refused(town: Town, number: Any) -> None:
    with pytest.raises(Refused) as refused:
        submit(town, form_data={"amount": number})
    assert (refused.value.code, refused.value.field) == ("quantity", "amount")


@pytest.mark.parametrize(
    ("fee", "said"),
    [
        ("{id: a, name: Phí, kind: fee, amount: 1, quantity: amount}", "says what one is"),
        ("{id: a, name: Phí, kind: fee, amount: 1, per: xe, quantity: cars}", "no number or repeating group 'cars'"),
    ],
)
def test_a_package_says_what_is_counted_and_where(fee: str, said: str) -> None:
    with pytest.raises(PackageError) as wrong:
        package(*PLAIN, fees=fee)
    assert [said in problem.message for problem in wrong.value.problems] == [True]


def test_the_counter_counts_before_it_is_paid(town: Town) -> None:
    dossier, by = accept(town, submit(town)), town.actor(town.reception)
    order = ordering.open_order(dossier.pk, at=dossier.submitted_at)
    assert order is not None
    desk, copy = sign_in(Client(), town.reception), line(dossier, "Phí bản sao")
    url = reverse("dossiers:desk-act-on", args=[dossier.code, "count_fee", copy.pk])
    assert "Phí bản sao (1 bản × 8.000 đ)" in desk.get(url).content.decode()
    assert desk.post(url, {"quantity": "một"}).status_code == 422
    assert desk.post(url, {"quantity": "12"}).status_code == 302
    order.refresh_from_db()
    copy.refresh_from_db()
    assert (order.state, copy.quantity, copy.amount, copy.unit_amount) == ("withdrawn", 12, 96_000, 8_000)
    again = ordering.open_order(dossier.pk, at=dossier.submitted_at)
    assert again is not None
    assert again.amount == sum(each.amount for each in FeeLine.objects.filter(dossier=dossier))
    assert "Phí bản sao (12 bản × 8.000 đ)" in {each.name for each in again.lines.all()}
    assert "96.000 đ" in timeline(dossier, for_officers=False)[-1].title
    for which, code in (("Lệ phí", "once"), ("Phí bản sao", "quantity")):
        with pytest.raises(Refused) as refused:
            actions.count_fee(dossier.pk, line=line(dossier, which).pk, quantity=0, by=by)
        assert refused.value.code == code
    actions.collect_fee(dossier.pk, line=copy.pk, method="cash", by=by)
    with pytest.raises(Conflict):
        actions.count_fee(dossier.pk, line=copy.pk, quantity=3, by=by)


def test_a_part_is_given_back_and_then_the_rest(town: Town) -> None:
    dossier, head = accept(town, submit(town)), sign_in(Client(), town.head)
    fee = line(dossier, "Lệ phí")
    actions.collect_fee(dossier.pk, line=fee.pk, method="cash", by=town.actor(town.reception))
    url = reverse("dossiers:desk-act-on", args=[dossier.code, "refund_fee", fee.pk])
    assert 'value="50000"' in head.get(url).content.decode()
    for wrong in ("0", "50.001", "nhiều", "-1"):
        assert head.post(url, {"amount": wrong, "reason": "Thu nhầm"}).status_code == 422
    assert head.post(url, {"amount": "20.000 đ", "reason": ""}).status_code == 422
    assert head.post(url, {"amount": "20.000 đ", "reason": "Thu nhầm"}).status_code == 302
    fee.refresh_from_db()
    assert (fee.state, fee.refunded, fee.kept) == ("collected", 20_000, 30_000)
    assert Order.objects.get(pk=fee.order_id).refunded == 20_000
    papers = head.get(reverse("dossiers:desk-papers", args=[dossier.code])).content.decode()
    assert "đã hoàn 20.000 đ" in papers
    actions.refund_fee(dossier.pk, line=fee.pk, reason="Thu nhầm", by=town.actor(town.head))
    fee.refresh_from_db()
    assert (fee.state, fee.refunded, fee.kept) == ("refunded", 50_000, 0)
    told = Event.objects.filter(stream=dossier.stream, kind="dossier.fee_refunded").order_by("version")
    assert [(each.references["amount"], each.references["left"]) for each in told] == [(20_000, 30_000), (30_000, 0)]


def test_a_part_is_given_back_once_however_often_it_is_pressed(town: Town) -> None:
    dossier, head = accept(town, submit(town)), sign_in(Client(), town.head)
    fee = line(dossier, "Lệ phí")
    actions.collect_fee(dossier.pk, line=fee.pk, method="cash", by=town.actor(town.reception))
    url = reverse("dossiers:desk-act-on", args=[dossier.code, "refund_fee", fee.pk])
    dossier.refresh_from_db()
    sent = {"amount": "20.000", "reason": "Thu nhầm", "version": str(dossier.version)}
    assert f'name="version" value="{dossier.version}"' in head.get(url).content.decode()
    assert [head.post(url, sent).status_code for _press in range(2)] == [302, 409]
    fee.refresh_from_db()
    assert fee.refunded == 20_000


@pytest.mark.parametrize("changes", [{"quantity": 3}, {"quantity": 0}, {"refunded": 1}])
def test_the_database_refuses_a_fee_that_cannot_be(town: Town, changes: dict[str, int]) -> None:
    submit(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeLine.objects.filter(name="Lệ phí").update(**changes)


STEP = st.tuples(
    st.sampled_from(["count", "collect", "waive", "refund", "order"]), st.integers(0, 2), st.integers(1, 99)
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(1, 50), steps=st.lists(STEP, min_size=3, max_size=12))
def test_no_total_drifts_from_its_lines(town: Town, number: int, steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        dossier = accept(town, submit(town, form_data={"amount": number}))
        prices = {each.pk: each.unit_amount for each in FeeLine.objects.filter(dossier=dossier)}
        for name, which, how_much in steps:
            try:
                do(town, dossier, name, list(prices)[which], how_much)
            except Refused:  # not in this state, or not so much
                continue
            holds(dossier, prices)
        transaction.set_rollback(True)


def do(town: Town, dossier: Dossier, name: str, key: Any, how_much: int) -> None:
    desk, head = town.actor(town.reception), town.actor(town.head)
    if name == "count":
        actions.count_fee(dossier.pk, line=key, quantity=how_much, by=desk)
    elif name == "collect":
        actions.collect_fee(dossier.pk, line=key, method="cash", by=desk)
    elif name == "waive":
        actions.waive_fee(dossier.pk, line=key, reason="Hộ nghèo", by=desk)
    elif name == "refund":
        actions.refund_fee(dossier.pk, line=key, amount=how_much * 1000, reason="Thu nhầm", by=head)
    else:
        ordering.open_order(dossier.pk, at=dossier.submitted_at)


def holds(dossier: Dossier, prices: dict[Any, int]) -> None:
    lines = list(FeeLine.objects.filter(dossier=dossier))
    assert {each.pk: each.unit_amount for each in lines} == prices
    told = Event.objects.filter(stream=dossier.stream)
    paid, back = (
        sum(each.references["amount"] for each in told.filter(kind=f"dossier.fee_{what}"))
        for what in ("collected", "refunded")
    )
    assert paid - back == sum(each.kept for each in lines)
    assert back == sum(each.refunded for each in lines)
    orders = Order.objects.filter(payable__subject=dossier.stream)
    assert all(order.amount == sum(each.amount for each in order.lines.all()) for order in orders)
    assert paid == sum(order.amount for order in orders.filter(state="paid"))
    due = {each.pk: each.amount for each in lines if each.state == "due"}
    for order in orders.filter(state="open"):
        assert {each.key: each.amount for each in order.lines.all()}.items() <= due.items()
