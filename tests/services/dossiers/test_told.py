"""Who is told of movements and money: accounts, and those who left no more than a number or an address."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.dossiers import actions, ordering
from motcua.services.dossiers.actions.talking import write_to_applicant
from motcua.services.dossiers.models import CoApplicant, Dossier, FeeLine
from motcua.services.dossiers.notices import tell
from motcua.services.dossiers.talks import tell as tell_talks
from motcua.services.payments.notices import tell_payers
from tests.factories import make_citizen
from tests.services.dossiers.factories import Town, accept, decide, make_town, pay, submit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _with_mail(settings: LazySettings) -> None:
    settings.EMAIL_HOST = "mail.example.test"


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def at_home() -> Party:
    """Somebody who left an e-mail address at the counter and has no account."""
    return make_citizen(name="Nguyễn Thị Mẫu", with_account=False, email="nguyen.thi.mau@example.test")


def hear(dossier: Dossier, **wanted: Any) -> None:
    """What the worker does with the events of a dossier and its payments."""
    tell(list(Event.objects.filter(stream=dossier.stream, **wanted).order_by("version")))
    tell_payers(list(Event.objects.filter(kind="payment.received").order_by("position")))


def told(whom: Account | Party) -> list[str]:
    mine = {"recipient": whom} if isinstance(whom, Account) else {"party": whom}
    return list(Notice.objects.filter(**mine).order_by("id").values_list("kind", flat=True))


def test_who_has_no_account_hears_of_every_movement_and_of_money(town: Town, at_home: Party) -> None:
    dossier = submit(town, channel="counter", applicant=at_home, by=town.actor(town.reception))
    accept(town, dossier)
    hear(dossier)
    assert told(at_home) == ["dossier.accepted"], "at the counter one pays at once or reads it on the receipt"
    decide(town, dossier)
    hear(dossier)
    pay(town, dossier)
    hear(dossier)
    hear(dossier)
    dossier.refresh_from_db()
    assert told(at_home) == ["dossier.accepted", "dossier.decided_early", "dossier.result_waits_for_fee",
                             "payment.received"]  # fmt: skip
    waits = Notice.objects.get(kind="dossier.result_waits_for_fee")
    assert waits.url == f"/track/{dossier.number}"
    assert "đ" in waits.subject
    assert dossier.number in Notice.objects.get(kind="payment.received").subject


def test_who_has_no_account_hears_that_the_office_has_a_message_and_not_what_it_says(
    town: Town, at_home: Party
) -> None:
    dossier = accept(town, submit(town, channel="counter", applicant=at_home, by=town.actor(town.reception)))
    write_to_applicant(dossier.pk, text="Xin bổ sung số nhà.", by=town.actor(town.reception))
    for _time in range(2):
        tell_talks(list(Event.objects.filter(kind="dossier.question_answered")))
    (notice,) = Notice.objects.all()
    assert (notice.party, notice.url) == (at_home, f"/track/{dossier.number}")
    assert town.office.name in notice.subject
    assert "số nhà" not in notice.body


def test_a_dossier_sent_in_is_asked_for_its_fee_once_for_each_sum(town: Town) -> None:
    assert town.applicant.account is not None
    dossier = accept(town, submit(town))
    hear(dossier)
    hear(dossier)
    asked = Notice.objects.get(kind="dossier.fee_due")
    line = FeeLine.objects.due(dossier.pk).get()
    assert line.full_name in asked.body
    actions.count_fee(dossier.pk, line=line.pk, quantity=3, by=town.actor(town.reception))
    hear(dossier)
    assert told(town.applicant.account).count("dossier.fee_due") == 2


def test_what_is_paid_online_waived_and_given_back_is_told(town: Town) -> None:
    assert town.applicant.account is not None
    dossier, other, by = accept(town, submit(town)), accept(town, submit(town)), town.actor(town.reception)
    pay(town, dossier)
    line = FeeLine.objects.get(dossier=dossier)
    actions.refund_fee(dossier.pk, line=line.pk, reason="Thu nhầm", by=by)
    actions.waive_fee(other.pk, line=FeeLine.objects.get(dossier=other).pk, reason="Hộ nghèo", by=by)
    for each in (dossier, other):
        hear(each)
    mine = told(town.applicant.account)
    assert {"payment.received", "dossier.fee_refunded", "dossier.fee_waived"} <= set(mine)
    assert "dossier.fee_due" not in mine, "neither who has paid by now nor who need not is asked to"
    assert "Thu nhầm" in Notice.objects.get(kind="dossier.fee_refunded").body


def test_who_applies_together_and_who_represents_hear_of_it_too(town: Town, at_home: Party) -> None:
    dossier = submit(town)
    CoApplicant.objects.create(
        dossier=dossier, party=at_home, name=at_home.name, state="confirmed", way="paper", invited_at=timezone.now(),
        answered_at=timezone.now(),
    )  # fmt: skip
    Dossier.objects.filter(pk=dossier.pk).update(is_joint=True)
    accept(town, dossier)
    order = ordering.open_order(dossier.pk, at=timezone.now())
    assert order is not None
    pay(town, dossier)
    hear(dossier)
    assert told(at_home) == ["dossier.accepted", "payment.received"]
