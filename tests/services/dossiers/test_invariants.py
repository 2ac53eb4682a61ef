"""Whatever officers and citizens do in whatever order, a dossier holds together."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event, StreamHead
from motcua.kernel.events.rules import NOTHING_BEFORE, chained, content
from motcua.kernel.time.rules import Limit, Unit
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, FeeLine, Incident, SupplementProposal, Timer
from motcua.services.dossiers.rules import states
from tests.factories import make_office
from tests.services.dossiers.factories import Town, make_town, submit
from tests.services.dossiers.processes import FEE, end, flow, gateway, package, task, timer

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PROCESS = (
    flow("accepted", "again", "split", "look", "join"),
    gateway("again"),
    gateway("split", kind="parallelGateway"),
    flow("split", "opinion", "join"),
    task("look", outcomes="good=Được, bad=Không", limit="P2D"),
    timer("slow", "P3D", on="look", interrupting=False),
    flow("slow", "remind"),
    task("remind"),
    task("opinion", office="kind:tax", limit="P1D"),
    gateway("join", kind="parallelGateway"),
    flow("join", "paid", "which"),
    task("paid", kind="receiveTask", message="payment"),
    gateway("which", default="approve"),
    flow("which", "approve"),
    flow("which", "again", when='look_outcome == "bad"'),
    task("approve", role="leader", limit="PT8H"),
    end("approve", "remind"),
)
POLICY = "policy: {{supplement: {{times: 2, restart: {restart}, auto_close: {{value: 5, unit: working_days}}}}}}"
STEPS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 3), st.integers(0, 40)), min_size=1, max_size=14)


class Office:
    """Does what a number says, if it may be done now."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.at = MONDAY
        self.key = submit(town, at=MONDAY).pk
        self.dossier = Dossier.objects.get(pk=self.key)  # as it stands after each act
        self.desks = [town.actor(who) for who in (town.reception, town.specialist, town.head)]
        self.chained = (0, NOTHING_BEFORE)  # the version up to which the chain was found whole, and its digest

    def act(self, what: int, which: int, hours: int) -> None:
        self.at += timedelta(hours=hours)
        acts = self._acts(which)
        before = (self.dossier.version, Event.objects.count())
        try:
            with transaction.atomic():
                acts[what % len(acts)]()
        except Refused:
            self.dossier = Dossier.objects.get(pk=self.key)
            assert (self.dossier.version, Event.objects.count()) == before
        else:
            self.dossier = Dossier.objects.get(pk=self.key)

    def _step(self, which: int) -> UUID:
        items = list(self.dossier.work_items.filter(state="open", kind="step").order_by("id"))
        return items[which % len(items)].pk if items else self.town.version.pk

    def _proposal(self) -> UUID:
        waiting = SupplementProposal.objects.filter(dossier=self.key, state="waiting").first()
        return waiting.pk if waiting else self.key

    def _acts(self, which: int) -> list[Callable[[], Any]]:
        town, key, at = self.town, self.key, self.at
        reception, specialist, head = self.desks
        limit = Limit(Decimal(2), Unit.WORKING_DAYS)
        asked = {"items": ["Bản vẽ"], "reason": "Thiếu"}
        further = {**asked, "grounds": "Cần", "approver": town.head.pk}
        return [
            lambda: actions.accept(key, by=reception, at=at),
            lambda: actions.complete(
                key, item=self._step(which), outcome=("good", "bad", None, None)[which], by=specialist, at=at
            ),
            lambda: actions.complete(
                key, item=self._step(which), outcome=("good", None, None, "bad")[which], by=specialist, at=at
            ),
            lambda: actions.complete(key, item=self._step(which), outcome=None, by=specialist, at=at),
            lambda: actions.claim(key, item=self._step(which), by=specialist, at=at),
            lambda: actions.release(key, item=self._step(which), by=specialist, at=at),
            lambda: actions.send_back(key, item=self._step(which), to_node="look", reason="Sai", by=head, at=at),
            lambda: actions.take_back(key, item=self._step(which), reason="Nhầm", by=specialist, at=at),
            lambda: actions.request_supplement(key, by=specialist, at=at, **asked),
            lambda: actions.propose_supplement(key, by=specialist, at=at, **further),
            lambda: (actions.approve_supplement, actions.withdraw_proposal)[which % 2](
                key, proposal=self._proposal(), by=head, at=at
            ),
            lambda: actions.refuse_supplement(key, proposal=self._proposal(), reason="Đủ rồi", by=head, at=at),
            lambda: actions.answer_supplement(key, answer="Đây", by=town.citizen, at=at),
            lambda: actions.lapse_supplement(key, at=at),
            lambda: actions.extend(key, limit=limit, reason="Chờ ý kiến", by=head, at=at),
            lambda: actions.collect_fee(
                key, line=FeeLine.objects.get(dossier=key).pk, method="cash", by=reception, at=at
            ),
            self._fire,
            lambda: actions.return_result(
                key, method="desk", proof="signature", number="12", to_name="Mẫu", by=reception, at=at
            ),
            lambda: (actions.refuse, actions.withdraw, actions.stop)[which % 3](
                key, reason="Đơn", by=reception, at=at
            ),
        ]

    def _fire(self) -> None:
        for due in Timer.objects.filter(fired_at=None, due_at__lte=self.at):
            actions.fire_timer(due.pk, at=self.at)

    def check(self) -> None:
        dossier = self.dossier
        steps = list(dossier.work_items.filter(state__in=["open", "waiting"]))
        if states.is_closed(dossier.state) or dossier.decided_at or not dossier.accepted_at:
            assert not steps
        else:
            assert steps or Incident.objects.filter(dossier=dossier).exists()
        running = dossier.pauses.filter(ended_at=None).count()
        waiting = dossier.state == "waiting_payment" or (
            dossier.state == "waiting_supplement" and dossier.accepted_at is not None
        )
        assert running == waiting or (running and dossier.state in ("in_process", "waiting_agency"))
        assert running <= 1
        assert {step.paused for step in steps if step.kind == "step"} <= {bool(running)}
        if dossier.accepted_at:
            assert dossier.due_at is not None
            assert dossier.counted_from is not None
            assert dossier.due_at > dossier.counted_from >= MONDAY
        self.chained = self._check_chain(*self.chained)

    def check_all(self) -> None:
        """The whole chain, and that nothing of it changed since its parts were looked at."""
        assert self._check_chain(0, NOTHING_BEFORE) == self.chained

    def _check_chain(self, version: int, digest: bytes) -> tuple[int, bytes]:
        stream = self.dossier.stream
        for event in Event.objects.filter(stream=stream, version__gt=version).order_by("version"):
            version += 1
            assert event.version == version
            hashed = bytes(event.payload_digest) if event.payload_digest else None
            facts = (event.stream, event.version, event.kind, event.actor, event.agency, event.at, event.references)
            digest = chained(digest, content(*facts, hashed))
            assert bytes(event.digest) == digest
        head = StreamHead.objects.get(stream=stream)
        assert (head.version, bytes(head.digest)) == (version, digest)
        return version, digest


@pytest.fixture(params=["true", "false"])
def town(request: pytest.FixtureRequest, db: None) -> Town:
    made = make_town(package(*PROCESS, fees=FEE, policy=POLICY.format(restart=request.param)))
    make_office(kind="tax", level="commune", parent=made.office)
    return made


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_dossier_holds_together(town: Town, steps: list[tuple[int, int, int]]) -> None:
    point = transaction.savepoint()
    office = Office(town)
    office.act(0, 0, 0)  # most stories begin with acceptance
    for step in steps:
        due, restarts = office.dossier.due_at, office.dossier.counted_from
        office.act(*step)
        office.check()
        after = office.dossier
        if due is not None and after.due_at is not None and after.counted_from == restarts:
            assert after.due_at >= due
    office.check_all()
    transaction.savepoint_rollback(point)
