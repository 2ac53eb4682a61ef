"""What comes in is taken in once, pays for what it fits, and waits for a person otherwise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.services.payments import actions, queries
from motcua.services.payments.models import Incoming, Order, Statement
from tests.factories import make_office
from tests.services.payments.factories import AT, DAY, Till, bring_in, decide, line, make_order, make_till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Till:
    return make_till()


def only() -> Incoming:
    return Incoming.objects.get()


def test_text_and_sum_find_the_order(till: Till) -> None:
    order = make_order(till, 20_000, 8_000)
    statement = bring_in(till, line(28_000, f"MBVCB.99.{order.payable.reference.lower()} nop le phi", reference="FT1"))
    order.refresh_from_db()
    assert (order.state, order.method, order.closed_at) == ("paid", "transfer", AT)
    assert (only().state, only().order, only().key[:4], only().settled_by) == ("assigned", order, "FT1#", None)
    assert (statement.lines, statement.new) == (1, 1)
    told = Event.objects.get(kind="payment.received")
    assert told.references == {"subject": order.payable.subject, "amount": 28_000, "method": "transfer"}


def test_imported_twice_it_changes_nothing(till: Till) -> None:
    order = make_order(till)
    lines = [line(20_000, order.payable.reference), line(5_000, "lai tien gui"), line(5_000, "lai tien gui")]
    assert bring_in(till, *lines) is not None
    rows, events = list(Incoming.objects.order_by("id").values()), Event.objects.count()
    assert bring_in(till, *lines) is None
    assert list(Incoming.objects.order_by("id").values()) == rows
    assert (Event.objects.count(), Statement.objects.count(), len(rows)) == (events, 1, 3)


def test_a_statement_that_goes_on_adds_only_what_is_new(till: Till) -> None:
    bring_in(till, line(5_000, "x"))
    assert bring_in(till, line(5_000, "x"), line(5_000, "x"), line(6_000, "y", reference="FT2")).new == 2


def test_what_may_be_the_same_sum_under_other_words_pays_for_nothing_by_itself(till: Till) -> None:
    order = make_order(till)
    text = order.payable.reference
    bring_in(till, line(20_000, f"{text} nop phi ho so", reference="FT1"))
    later = make_order(till, subject=order.payable.subject)  # the next fee of this very sum, under the same text
    bring_in(till, line(20_000, f"{text} nop", reference="FT1", day=DAY + timedelta(days=1)))
    waiting = Incoming.objects.get(state="open")
    assert (waiting.cause, Order.objects.get(pk=later.pk).state) == ("perhaps_known", "open")
    assert [one.state for one in queries.alike(waiting)] == ["assigned"]
    # Another sum, another reference or weeks later, it is another one.
    bring_in(till, line(20_000, f"{text} nop", reference="FT1", day=DAY + timedelta(days=30)))
    assert Order.objects.get(pk=later.pk).state == "paid"


def test_sums_under_one_reference_are_all_taken_in_and_once(till: Till) -> None:
    orders = [make_order(till), make_order(till)]
    lines = [line(20_000, order.payable.reference, reference="NOPPHI") for order in orders]
    assert bring_in(till, *lines).new == 2
    assert [Order.objects.get(pk=order.pk).state for order in orders] == ["paid", "paid"]
    assert bring_in(till, lines[1]) is None
    later = line(20_000, "x", reference="NOPPHI", day=DAY + timedelta(days=1))
    assert bring_in(till, *lines, line(6_000, "x", reference="NOPPHI"), later).new == 2


def test_keys_of_former_days_are_known_again(till: Till) -> None:
    """Until payments 0009 the reference alone was the key."""
    bring_in(till, line(5_000, "Nop phi", reference="FT1"), line(5_000, "y"))
    Incoming.objects.filter(key__startswith="FT1#").update(key="FT1")
    import_module("motcua.services.payments.migrations.0009_line_keys").with_digests(apps, connection.schema_editor())
    assert bring_in(till, line(5_000, "NOP PHI", reference="FT1"), line(5_000, "y")) is None


def test_what_does_not_fit_waits_with_its_cause(till: Till) -> None:
    first, second = make_order(till), make_order(till)
    text, other = first.payable.reference, second.payable.reference
    bring_in(
        till,
        line(20_000, "nop tien"),
        line(20_000, f"{text} {other}"),
        line(20_001, text),
        line(20_000, text),
        line(20_000, f"{text} nop lai"),
    )
    waiting = Incoming.objects.filter(state="open").values_list("amount", "text", "cause")
    assert set(waiting) == {
        (20_000, "nop tien", "no_text"),
        (20_000, f"{text} {other}", "several"),
        (20_001, text, "wrong_sum"),
        (20_000, f"{text} nop lai", "nothing_open"),
    }
    assert Event.objects.filter(kind="payment.unmatched").count() == 4


def test_a_sum_on_the_account_of_an_office_that_has_nothing_to_do_with_it_waits(till: Till) -> None:
    elsewhere = make_till(make_office("Sở Mẫu"), number="99000000000101")
    order = make_order(till)
    bring_in(elsewhere, line(20_000, order.payable.reference))
    assert (only().cause, only().office) == ("other_account", elsewhere.office)


def test_an_office_collects_into_the_account_of_the_one_above() -> None:
    above = make_till()
    below = make_office("Trung tâm Mẫu", parent=above.office)
    order = make_order(Till(below, above.cashier, above.account, above.payer))
    how = queries.transfer_of(order, DAY)
    assert how is not None
    assert (how.number, how.amount, how.text) == (above.account.number, 20_000, order.payable.reference)
    bring_in(above, line(20_000, order.payable.reference))
    order.refresh_from_db()
    assert order.state == "paid"


def test_the_account_changes_on_its_day() -> None:
    till = make_till()
    decide(till.office, number="99000000010102", valid_from=DAY + timedelta(days=3))
    decide(till.office, number="", valid_from=DAY + timedelta(days=5))
    on = {day: queries.account_of(till.office.pk, DAY + timedelta(days=day)) for day in (-1, 0, 2, 3, 4, 5)}
    assert {day: found.number if found else None for day, found in on.items()} == {
        -1: None, 0: till.account.number, 2: till.account.number, 3: "99000000010102", 4: "99000000010102", 5: None,
    }  # fmt: skip


def test_two_offices_do_not_decide_for_one_account(till: Till) -> None:
    with pytest.raises(Refused) as refused:
        decide(make_office())
    assert refused.value.code == "taken"
    decide(till.office, number="99000000010102", valid_from=DAY + timedelta(days=1))
    decide(make_office(), valid_from=DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"bank_bin": "97041"}, "bank_bin"),
        ({"bank_name": " "}, "bank_name"),
        ({"holder": ""}, "holder"),
        ({"number": "12"}, "number"),
        ({"holder": "x" * 121}, "holder"),
        ({"today": DAY + timedelta(days=1)}, "valid_from"),
    ],
)
def test_accounts_that_cannot_be_are_refused(given: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        decide(make_office(), **given)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_cashier_assigns_what_waits(till: Till) -> None:
    order = make_order(till)
    bring_in(till, line(20_000, "quen ghi noi dung"))
    assert list(queries.candidates_for(only())) == [order]
    actions.assign(only().pk, payable=order.payable, by=till.cashier.pk, at=AT)
    order.refresh_from_db()
    assert (order.state, only().state, only().settled_by) == ("paid", "assigned", till.cashier)
    with pytest.raises(Conflict):
        actions.assign(only().pk, payable=order.payable, by=till.cashier.pk, at=AT)


def test_only_the_exact_sum_is_assigned(till: Till) -> None:
    order = make_order(till)
    bring_in(till, line(19_999, "thieu"))
    with pytest.raises(Refused) as refused:
        actions.assign(only().pk, payable=order.payable, by=till.cashier.pk, at=AT)
    assert (refused.value.code, only().state) == ("wrong_sum", "open")
    actions.withdraw_order(order.payable.subject, at=AT)
    with pytest.raises(Conflict):
        actions.assign(only().pk, payable=order.payable, by=till.cashier.pk, at=AT)


@pytest.mark.parametrize(("act", "state"), [(actions.return_to_payer, "returned"), (actions.ignore, "ignored")])
def test_what_pays_for_nothing_is_put_away_with_a_reason(till: Till, act: object, state: str) -> None:
    bring_in(till, line(20_000, "nham"))
    assert callable(act)
    for wrong in ("", "  ", "x" * 301):
        with pytest.raises(Refused):
            act(only().pk, reason=wrong, by=till.cashier.pk, at=AT)
    act(only().pk, reason="Chuyển nhầm, UNC 12", by=till.cashier.pk, at=AT)
    assert (only().state, only().reason) == (state, "Chuyển nhầm, UNC 12")
    assert Event.objects.get(kind=f"payment.{state}").references["reason"] == "Chuyển nhầm, UNC 12"
    with pytest.raises(Conflict):
        act(only().pk, reason="nữa", by=till.cashier.pk, at=AT)
    with pytest.raises(NotFound):
        act(till.office.pk, reason="x", by=till.cashier.pk, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_pay_once(till: Till) -> None:
    order = make_order(till)
    lines = [line(20_000, order.payable.reference, reference=f"FT{at}") for at in range(20)]

    def bring(_at: int) -> None:
        try:
            bring_in(till, *lines)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(bring, range(2)))
    assert Incoming.objects.filter(state="assigned").count() == 1
    assert Incoming.objects.count() == 20
    assert Order.objects.get().state == "paid"
    assert Event.objects.filter(kind="payment.received").count() == 1
