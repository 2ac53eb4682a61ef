"""Services are asked each for itself: one that does not answer, or cannot answer about one request, stops no other."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.engines.signing import actions, queries, rules
from motcua.engines.signing.jobs import settle_waiting
from motcua.engines.signing.models import ServiceStanding, SigningCertificate, SigningTransaction, TransactionState
from motcua.engines.signing.providers.interface import Fault
from motcua.engines.signing.simulators.base import Misbehaviour
from motcua.engines.signing.simulators.mss import MobileSignatureService
from motcua.engines.signing.simulators.mysign import MySignService
from tests.engines.signing import remote
from tests.engines.signing.factories import AT
from tests.jobs import queued

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def services(tmp_path: Path, settings: LazySettings) -> Iterator[tuple[MobileSignatureService, MySignService]]:
    """Two of them in one house."""
    phone, app = MobileSignatureService(remote.identity()), MySignService(remote.identity())
    sections = {}
    with ExitStack() as stack:
        for service in (phone, app):
            folder = tmp_path / type(service).__name__
            folder.mkdir()
            stack.enter_context(remote.installed(service, folder, timeout=0.3))
            sections |= settings.SIGNING_PROVIDERS
        settings.SIGNING_PROVIDERS = sections
        yield phone, app


def on_phone(number: str = "001") -> SigningCertificate:
    return remote.register("sim", phone=f"0900000{number}").certificates.get()


def states(rows: list[SigningTransaction]) -> list[str]:
    return [SigningTransaction.objects.get(pk=row.pk).state for row in rows]


def settle(code: str, at: datetime = AT) -> None:
    actions.settle_service(provider=code, at=at)


def asked_of(service: MobileSignatureService) -> int:
    return sum(call.path.endswith("/status") for call in service.calls)


@pytest.mark.usefixtures("services")
def test_each_service_has_a_job_of_its_own_and_one_at_a_time():
    known = on_phone()
    for certificate in (known, known, remote.register("mysign", user="001099000001").certificates.get()):
        remote.start(certificate)
    for _round in range(2):
        settle_waiting()
    assert sorted((name.rsplit(".")[-1], args["provider"]) for name, args in queued()) == [
        ("settle_one_service", "mysign"),
        ("settle_one_service", "sim"),
    ]
    jobs = ProcrastinateJob.objects.values_list("lock", "queueing_lock")
    assert sorted(jobs) == [("signing-service:mysign",) * 2, ("signing-service:sim",) * 2]


def test_a_service_that_does_not_answer_rests_and_is_tried_again(
    services: tuple[MobileSignatureService, MySignService],
):
    phone, _app = services
    known = on_phone()
    waiting = [remote.start(known) for _number in range(5)]
    other = remote.start(remote.register("mysign", user="001099000001").certificates.get())
    phone.illness = Misbehaviour.SILENT
    settle("sim")
    assert asked_of(phone) == rules.FAILURES_BEFORE_REST
    standing = ServiceStanding.objects.get()
    assert (standing.provider, standing.failing_since, standing.rests_until) == ("sim", AT, AT + MINUTE)
    assert [each.provider for each in queries.resting_services(AT)] == ["sim"]
    settle("sim", AT + MINUTE / 2)
    assert asked_of(phone) == rules.FAILURES_BEFORE_REST
    for _round in range(2):
        settle("mysign")
    assert states([other]) == [TransactionState.SIGNED]
    # After its rest one question is enough to know that it rests on, for longer.
    settle("sim", AT + MINUTE)
    assert asked_of(phone) == rules.FAILURES_BEFORE_REST + 1
    assert ServiceStanding.objects.get().rests_until == AT + 3 * MINUTE
    phone.illness = None
    for number in range(2):
        settle("sim", AT + (3 + number) * MINUTE)
    assert states(waiting) == [TransactionState.SIGNED] * 5
    assert (ServiceStanding.objects.get().failures, list(queries.resting_services(AT))) == (0, [])


def test_what_is_past_its_time_ends_although_its_service_rests(
    services: tuple[MobileSignatureService, MySignService],
):
    phone, _app = services
    known = on_phone()
    waiting = [remote.start(known) for _number in range(5)]
    phone.illness = Misbehaviour.SILENT
    settle("sim", AT + rules.PATIENCE)
    assert asked_of(phone) == rules.FAILURES_BEFORE_REST
    assert states(waiting) == [TransactionState.EXPIRED] * 5
    assert set(SigningTransaction.objects.values_list("fault", flat=True)) == {Fault.TIMEOUT}
    # Its signers may have confirmed meanwhile: once it answers, that is found out.
    phone.illness = None
    for number in range(2):
        settle("sim", AT + rules.PATIENCE + (1 + number) * MINUTE)
    assert SigningTransaction.objects.filter(late_at=None).count() == 0


def test_a_request_that_the_service_cannot_answer_holds_up_no_other(
    services: tuple[MobileSignatureService, MySignService],
):
    poison = remote.start(on_phone(Misbehaviour.SERVER_ERROR))
    SigningCertificate.objects.update(holder_id=remote.OFFICE)
    known = on_phone()
    waiting = [remote.start(known) for _number in range(3)]
    for number in range(2):
        settle("sim", AT + number * MINUTE)
    assert states([poison, *waiting]) == [TransactionState.WAITING, *[TransactionState.SIGNED] * 3]


def test_a_round_is_bounded_and_the_next_goes_on(services: tuple[MobileSignatureService, MySignService]):
    phone, _app = services
    known = on_phone()
    waiting = [remote.start(known) for _number in range(3)]
    for number in range(3):
        actions.settle_service(provider="sim", at=AT + number * MINUTE, most=2)
        assert asked_of(phone) == 2 * (number + 1)
    assert states(waiting) == [TransactionState.SIGNED] * 3
