"""Orders: one open for a subject, paid whole, and never anything but the sum of their lines."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from motcua.kernel.errors import Conflict
from motcua.kernel.events.models import Event
from motcua.kernel.identifiers.models import new_id
from motcua.services.payments import actions
from motcua.services.payments.actions import Line
from motcua.services.payments.models import Order, OrderLine, Payable
from motcua.services.payments.rules import references
from tests.services.payments.factories import AT, Till, bring_in, line, make_order, make_till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Till:
    return make_till()


def subject_of(order: Order) -> actions.Subject:
    known = order.payable
    return actions.Subject(
        name=known.subject, office=known.office_id, title=known.title, payer=known.payer, payer_name=known.payer_name
    )


def lines_of(order: Order) -> list[Line]:
    return [Line(each.key, each.name, each.kind, each.amount) for each in order.lines.all()]


def kinds(order: Order) -> list[str]:
    return list(Event.objects.filter(stream=order.stream).order_by("version").values_list("kind", flat=True))


def test_asked_again_for_the_same_lines_it_is_the_same_order(till: Till) -> None:
    order = make_order(till, 20_000, 8_000)
    again = actions.open_order(subject_of(order), lines_of(order), at=AT)
    assert again == order
    assert order.amount == 28_000
    assert references.is_reference(order.payable.reference)
    assert kinds(order) == ["payment.opened"]


def test_other_lines_make_another_order_under_the_same_transfer_text(till: Till) -> None:
    order = make_order(till, 20_000, 8_000)
    rest = actions.open_order(subject_of(order), lines_of(order)[1:], at=AT)
    order.refresh_from_db()
    assert (order.state, rest.amount, rest.payable) == ("withdrawn", 8_000, order.payable)
    assert Payable.objects.count() == 1
    assert kinds(order) == ["payment.opened", "payment.withdrawn"]


def test_what_is_withdrawn_is_paid_by_nothing(till: Till) -> None:
    order = make_order(till)
    assert actions.withdraw_order(order.payable.subject, at=AT)
    assert not actions.withdraw_order(order.payable.subject, at=AT)
    assert not actions.withdraw_order("thing:unknown", at=AT)
    bring_in(till, line(20_000, order.payable.reference))
    order.refresh_from_db()
    assert order.state == "withdrawn"


def test_a_paid_line_is_neither_ordered_nor_settled_again(till: Till) -> None:
    order = make_order(till, 20_000)
    bring_in(till, line(20_000, order.payable.reference))
    with pytest.raises(Conflict):
        actions.withdraw_order(order.payable.subject, keys=[order.lines.get().key], at=AT)
    with pytest.raises(Conflict):
        actions.open_order(subject_of(order), lines_of(order), at=AT)
    assert kinds(order) == ["payment.opened", "payment.received"]


def test_there_is_one_open_order_for_a_subject(till: Till) -> None:
    order = make_order(till)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(payable=order.payable, amount=1, opened_at=AT)


@pytest.mark.parametrize(
    "state",
    [
        {"state": "paid", "closed_at": AT},
        {"state": "paid", "method": "cash"},
        {"method": "cash"},
        {"state": "withdrawn"},
        {"closed_at": AT},
        {"amount": 0},
    ],
)
def test_states_that_cannot_be_are_refused_by_the_database(till: Till, state: dict[str, object]) -> None:
    order = make_order(till)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**state)


class Totals(TestCase):
    """Whatever is done to the rows, an order is the sum of its lines or the transaction fails."""

    @settings(max_examples=25)
    @given(
        st.lists(st.integers(1, 10**9), min_size=1, max_size=4),
        st.sampled_from(["line", "order", "delete", "add", "nothing"]),
        st.integers(1, 10**6),
    )
    def test_totals_never_drift(self, amounts: list[int], what: str, by: int) -> None:
        order = make_order(make_till(number=f"{new_id().int % 10**14:014}"), *amounts)
        assert order.amount == sum(amounts)
        first = order.lines.first()
        assert first is not None
        with transaction.atomic():
            if what == "line":
                OrderLine.objects.filter(pk=first.pk).update(amount=first.amount + by)
            elif what == "order":
                Order.objects.filter(pk=order.pk).update(amount=order.amount + by)
            elif what == "delete":
                first.delete()
            elif what == "add":
                OrderLine.objects.create(order=order, key=new_id(), position=9, name="x", kind="fee", amount=by)
            drifted = what != "nothing"
            with pytest.raises(IntegrityError) if drifted else transaction.atomic(), transaction.atomic():
                connection.check_constraints()
            transaction.set_rollback(True)


def test_the_transfer_text_stays_when_the_title_changes(till: Till) -> None:
    order = make_order(till, title="N261126-000001 · Thủ tục mẫu")
    known = subject_of(order)
    named = actions.Subject(
        name=known.name, office=known.office, title="H99.101-261126-0001 · Thủ tục mẫu", payer=known.payer,
        payer_name=known.payer_name,
    )  # fmt: skip
    again = actions.open_order(named, lines_of(order), at=AT + timedelta(hours=1))
    assert again == order
    assert Payable.objects.get().title.startswith("H99.101-261126-0001")
    assert Payable.objects.get().reference == order.payable.reference
