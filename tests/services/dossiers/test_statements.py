"""How many statements the choke point takes. The transaction's own two are among them (here as a savepoint).

What counts as a transition, and why some acts are more than one, is told in docs/decisions/0035.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.engines.messaging.models import Notice
from motcua.kernel.events.models import Event
from motcua.kernel.time.rules import Limit, Unit
from motcua.services.dossiers import actions, notices
from motcua.services.dossiers.models import Dossier
from tests.factories import make_office
from tests.services.dossiers.factories import Town, accept, decide, finish, make_town, open_step, pay, submit
from tests.services.dossiers.processes import end, flow, gateway, package, task

pytestmark = pytest.mark.django_db
MOST = 8  # of a transition
SUBMISSION = 5  # its number (2; in a house one, for series are kept), and all of its rows in one
FORM = 7  # more with an official form: what is printed (2 on a receipt), its number (2), a name, the row, the job
THREE_DAYS = Limit(Decimal(3), Unit.WORKING_DAYS)
AGENCIES = (
    flow("accepted", "check", "split", "tax", "joined"),
    gateway("split", kind="parallelGateway"),
    flow("split", "police", "joined"),
    task("check"),
    task("tax", office="kind:tax", limit="P1D"),
    task("police", office="kind:police", limit="P1D"),
    gateway("joined", kind="parallelGateway"),
    end("joined"),
)
TRANSITIONS = {
    "claim": 5,
    "reassign": 5,
    "complete": 5,
    "complete, to be signed": 6,
    "send back": 7,
    "answer a supplement": 8,
    "withdraw": 6,
    "return": 6,
}
WITH_A_FORM = {"request a supplement": 12, "extend": 12, "stop": 13, "refuse": 12}
SIGNATURES = {"sign": 57, "seal": 62}  # three transactions each: asked for, made, concluded
ACROSS_AGENCIES = {"open two agencies": 5, "one of two": 5, "the last, which ends the process": 5}


class Counting:
    """The statements of each act, by its name."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}

    @contextmanager
    def __call__(self, act: str) -> Iterator[None]:
        with CaptureQueriesContext(connection) as asked:
            yield
        self.found[act] = len(asked)


@pytest.fixture
def town() -> Town:
    town = make_town()
    finish(town, accept(town, submit(town)), "found")  # packages and calendars are read once a process
    return town


def test_submission_and_acceptance(town: Town, django_assert_num_queries: Any) -> None:
    reception = town.actor(town.reception)
    with django_assert_num_queries(SUBMISSION):
        dossier = submit(town)
    with django_assert_num_queries(MOST + FORM):
        actions.accept(dossier.pk, by=reception)


def test_transitions(town: Town) -> None:
    specialist, leader, head = map(town.actor, (town.specialist, town.leader, town.head))
    dossier, counting = accept(town, submit(town)), Counting()
    check = open_step(dossier).pk
    with counting("claim"):
        actions.claim(dossier.pk, item=check, by=specialist)
    with counting("reassign"):
        actions.reassign(dossier.pk, item=check, to=town.head.pk, by=head)
    actions.reassign(dossier.pk, item=check, to=town.specialist.pk, by=head)
    with counting("request a supplement"):
        actions.request_supplement(dossier.pk, items=["Bản vẽ"], reason="Thiếu", by=specialist)
    with counting("answer a supplement"):
        actions.answer_supplement(dossier.pk, answer="Đây", by=town.citizen)
    with counting("complete"):
        actions.complete(dossier.pk, item=check, outcome="found", by=specialist)
    write(town, dossier)
    extract = open_step(dossier).pk
    with counting("complete, to be signed"):
        actions.complete(dossier.pk, item=extract, outcome=None, by=specialist)
    sign = open_step(dossier).pk
    with counting("send back"):
        actions.send_back(dossier.pk, item=sign, to_node="extract", reason="Sai", by=leader)
    ending(town, counting)
    assert counting.found == TRANSITIONS | WITH_A_FORM
    assert max(TRANSITIONS.values()) <= MOST
    assert max(WITH_A_FORM.values()) <= MOST + FORM


def ending(town: Town, counting: Counting) -> None:
    """The other ends of a dossier, and what puts the end off."""
    reception, leader = town.actor(town.reception), town.actor(town.leader)
    returned = accept(town, submit(town))
    decide(town, returned)
    pay(town, returned)
    with counting("return"):
        actions.return_result(
            returned.pk, method="desk", to_name="Lê Văn Mẫu", proof="signature", number="12", by=reception
        )
    stopped = accept(town, submit(town))
    with counting("extend"):
        actions.extend(stopped.pk, limit=THREE_DAYS, reason="Xác minh", by=leader)
    with counting("stop"):
        actions.stop(stopped.pk, reason="Theo đề nghị", by=reception)
    refused, withdrawn = submit(town), accept(town, submit(town))
    with counting("refuse"):
        actions.refuse(refused.pk, reason="Thiếu căn cứ", by=reception)
    with counting("withdraw"):
        actions.withdraw(withdrawn.pk, reason="Không cần nữa", by=town.citizen)


def write(town: Town, dossier: Dossier) -> None:
    data = {"extract": {"content": "Họ và tên: Lê Văn Mẫu."}}
    by = town.actor(town.specialist)
    actions.prepare_result(dossier.pk, item=open_step(dossier).pk, template="copy", data=data, by=by)


def test_signatures(town: Town) -> None:
    decide(town, accept(town, submit(town)))  # keys and pictures are read once a process
    dossier, counting = accept(town, submit(town)), Counting()
    finish(town, dossier, "found")
    write(town, dossier)
    finish(town, dossier, None)
    leader, clerk, step = town.actor(town.leader), town.actor(town.clerk), open_step(dossier).pk
    with counting("sign"):
        actions.sign_result(dossier.pk, item=step, by=leader)
    step = open_step(dossier).pk
    with counting("seal"):
        actions.seal_result(dossier.pk, item=step, by=clerk)
    assert counting.found == SIGNATURES


def test_a_step_that_opens_two_agencies_and_the_one_that_ends_the_process() -> None:
    town = make_town(package(*AGENCIES))
    for kind in ("tax", "police"):
        make_office(kind=kind, level="commune", parent=town.office)
    finish(town, accept(town, submit(town)), None)
    dossier, by, counting = accept(town, submit(town)), town.actor(town.specialist), Counting()
    for act, node in zip(ACROSS_AGENCIES, ("check", "tax", "police"), strict=True):
        item = open_step(dossier, node).pk
        with counting(act):
            actions.complete(dossier.pk, item=item, outcome=None, by=by)
    dossier.refresh_from_db()
    assert dossier.state == "decided"
    assert counting.found == ACROSS_AGENCIES
    assert max(ACROSS_AGENCIES.values()) <= MOST


def test_notices_of_many_dossiers(town: Town, django_assert_num_queries: Any) -> None:
    for _each in range(3):
        accept(town, submit(town))
    heard = list(Event.objects.filter(kind__startswith="dossier.").order_by("position"))
    with django_assert_num_queries(10):  # the office's officers are asked for once, fees once
        notices.tell(heard)
    assert Notice.objects.filter(kind="dossier.accepted").count() == 4
