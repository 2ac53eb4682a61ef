"""A service that does not say whether it asks its signer, and signatures after the end; over real sockets."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from motcua.engines.messaging.models import Notice
from motcua.engines.signing import actions, rules
from motcua.engines.signing.actions.answers import request_of
from motcua.engines.signing.actions.waiting import AT_WORK, _start_again, _take_up
from motcua.engines.signing.models import SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import not_signed_text, waiting_text
from motcua.engines.signing.providers.interface import Fault
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.simulators.base import Misbehaviour, Order, Simulator
from motcua.engines.signing.simulators.mss import MobileSignatureService
from motcua.engines.signing.simulators.mysign import MySignService
from motcua.engines.signing.simulators.smartca import SmartCaService
from motcua.engines.signing.verification import State
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from tests.engines.signing import remote
from tests.engines.signing.factories import AT
from tests.factories import make_officer

pytestmark = pytest.mark.django_db
LATER = AT + AT_WORK
# A stalled answer is waited for so long.
QUICK = {"timeout": 0.5}


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[MobileSignatureService]:
    service = MobileSignatureService(remote.identity(), by_hand=True)
    with remote.installed(service, tmp_path, **QUICK):
        yield service


def on_phone(number: str = "001") -> SigningTransaction:
    return remote.start(remote.register("sim", phone=f"0900000{number}").certificates.get())


def only_order(service: Simulator) -> Order:
    (order,) = service.orders.values()
    return order


def kinds(row: SigningTransaction) -> list[str]:
    return list(Event.objects.filter(stream=f"signing:{row.pk}").order_by("version").values_list("kind", flat=True))


def test_a_stalled_answer_is_no_failure_and_the_document_waits(phone: MobileSignatureService):
    """The phone is being asked; nobody knows under which name."""
    asked = on_phone(Misbehaviour.STALLED)
    assert only_order(phone)
    assert (asked.state, asked.fault, asked.detail) == (TransactionState.WAITING, Fault.UNANSWERED, "ReadTimeout")
    assert "từ chối" in waiting_text(asked, registry["sim"])
    assert asked.documents.get().prepared is not None
    assert remote.settle(asked, at=LATER).state == TransactionState.WAITING
    ended = remote.settle(asked, at=AT + rules.PATIENCE)
    assert (ended.state, ended.fault) == (TransactionState.EXPIRED, Fault.UNANSWERED)
    assert not_signed_text(ended) != not_signed_text(SigningTransaction(state="expired", fault=Fault.TIMEOUT))
    assert waiting_text(ended, registry["sim"]) == ""
    assert kinds(asked) == ["signing.unanswered", "signing.expired"]


def test_a_stalled_request_can_be_cancelled_at_once(phone: MobileSignatureService):
    asked = on_phone(Misbehaviour.STALLED)
    ended = actions.cancel_signing(transaction_id=asked.pk, by=remote.OFFICER, at=AT)
    # Nothing can be asked about what has no name: nobody watches it.
    assert (ended.state, ended.watched_until) == (TransactionState.CANCELLED, None)


def test_where_a_request_is_known_by_our_name_it_is_found_again(tmp_path: Path, settings: LazySettings):
    service = SmartCaService(remote.identity(), by_hand=True)
    with remote.installed(service, tmp_path, status_by="transaction_id", **QUICK):
        means = remote.register("smartca", user=f"001099000{Misbehaviour.STALLED}")
        asked = remote.start(means.certificates.get(), count=2)
        assert (asked.state, asked.fault) == (TransactionState.WAITING, Fault.UNANSWERED)
        assert "xác nhận" in waiting_text(asked, registry["smartca"])
        # Whoever started it may still be asking: it is left alone until then.
        polled = len(service.calls)
        assert remote.settle(asked, at=LATER - timedelta(seconds=1)).state == TransactionState.WAITING
        assert len(service.calls) == polled
        found = remote.settle(asked, at=LATER)
        assert (found.provider_reference, found.fault, found.detail) == (str(asked.pk), "", "")
        service.confirm(service.orders[next(iter(service.orders))])
        signed = remote.settle(asked, at=LATER)
        assert signed.state == TransactionState.SIGNED
        assert remote.verdict(signed, documents=2).state is State.VALID
    assert kinds(asked) == ["signing.unanswered", "signing.started", "signing.signed"]


@pytest.mark.parametrize("illness", [Misbehaviour.SILENT, Misbehaviour.SERVER_ERROR, Misbehaviour.GARBAGE])
def test_what_fails_before_the_signer_is_asked_has_failed(tmp_path: Path, illness: Misbehaviour):
    """The sign-in at the service stalls: no order was placed."""
    service = MySignService(remote.identity())
    with remote.installed(service, tmp_path, **QUICK):
        certificate = remote.register("mysign", user="001099000001").certificates.get()
        service.illness = illness
        failed = remote.start(certificate)
    assert (failed.state, failed.fault) == (TransactionState.FAILED, Fault.UNAVAILABLE)
    assert not service.orders


def test_a_service_that_cannot_be_reached_has_asked_nobody(phone: MobileSignatureService, settings: LazySettings):
    certificate = remote.register("sim", phone="0900000001").certificates.get()
    settings.SIGNING_PROVIDERS = {"sim": settings.SIGNING_PROVIDERS["sim"] | {"url": "http://127.0.0.1:9/rest"}}
    failed = remote.start(certificate)
    assert (failed.state, failed.fault, failed.detail) == (
        TransactionState.FAILED,
        Fault.UNAVAILABLE,
        "ConnectError",
    )


def signer() -> Account:
    """Whoever asks, with an account to be told by."""
    return make_officer(id=remote.OFFICER)


@pytest.mark.parametrize("ending", ["cancelled", "expired"])
def test_a_signature_after_the_end_is_kept_and_told_and_never_taken(phone: MobileSignatureService, ending: str):
    asker = signer()
    asked = on_phone()
    if ending == "cancelled":
        ended = actions.cancel_signing(transaction_id=asked.pk, by=remote.OFFICER, at=AT)
    else:
        ended = remote.settle(asked, at=AT + rules.PATIENCE)
    assert (ended.state, ended.watched_until) == (ending, ended.finished_at + rules.WATCHED)
    phone.confirm(only_order(phone))
    late = remote.settle(asked, at=ended.finished_at + timedelta(minutes=1))
    assert (late.state, late.finished_at, late.watched_until) == (ending, ended.finished_at, None)
    assert late.late_at == ended.finished_at + timedelta(minutes=1)
    document = asked.documents.get()
    assert (document.signed, document.prepared) == (None, None)
    to_sign = rules.digest(bytes(document.attributes))
    assert rules.signature_matches(bytes(asked.certificate.der), digest=to_sign, signature=bytes(document.late))
    assert kinds(asked) == ["signing.started", f"signing.{ending}", "signing.came_late"]
    told = Notice.objects.get(kind="signature.late", recipient=asker)
    assert "Quyết định số 1" in told.subject
    # Once is enough.
    polled = len(phone.calls)
    remote.settle(asked, at=late.late_at)
    assert (len(phone.calls), Notice.objects.filter(kind="signature.late").count()) == (polled, 1)


def test_a_signature_that_fits_nothing_is_no_late_one(phone: MobileSignatureService):
    asked = on_phone(Misbehaviour.WRONG_SIGNATURE)
    actions.cancel_signing(transaction_id=asked.pk, by=remote.OFFICER, at=AT)
    phone.confirm(only_order(phone))
    after = remote.settle(asked)
    assert (after.late_at, after.watched_until, asked.documents.get().late) == (None, None, None)


def test_what_nobody_confirms_is_watched_for_an_hour(phone: MobileSignatureService):
    asked = on_phone()
    actions.cancel_signing(transaction_id=asked.pk, by=remote.OFFICER, at=AT)
    assert remote.settle(asked, at=AT + rules.WATCHED - timedelta(seconds=1)).watched_until is not None
    assert remote.settle(asked, at=AT + rules.WATCHED).watched_until is None


def test_what_the_service_itself_has_ended_is_not_watched(phone: MobileSignatureService):
    asked = on_phone()
    actions.cancel_signing(transaction_id=asked.pk, by=remote.OFFICER, at=AT)
    phone.refuse(only_order(phone))
    assert remote.settle(asked).watched_until is None
    refused = on_phone(Misbehaviour.CANCELLED)
    phone.confirm(phone.orders[refused.provider_reference])
    assert (remote.settle(refused).state, remote.settle(refused).watched_until) == (TransactionState.REFUSED, None)


def test_a_service_that_takes_no_more_now_is_handed_the_request_again(phone: MobileSignatureService):
    certificate = remote.register("sim", phone="0900000001").certificates.get()
    phone.full_for = 90
    asked = remote.start(certificate)
    assert (asked.state, asked.fault, asked.detail) == ("waiting", Fault.OVERLOADED, "MSS_SignatureResp: HTTP 429")
    assert asked.start_again_at == AT + timedelta(seconds=90)
    assert "tự gửi lại" in waiting_text(asked, registry["sim"])
    calls = len(phone.calls)
    remote.settle(asked, at=AT + timedelta(seconds=89))
    assert len(phone.calls) == calls, "it is left alone so long"
    phone.full_for = 3600
    again = remote.settle(asked, at=AT + timedelta(seconds=90))
    assert again.start_again_at == AT + timedelta(seconds=90) + rules.LONGEST_AFTER
    phone.full_for = 0
    stale = SigningTransaction.objects.get(pk=asked.pk)
    started = remote.settle(asked, at=again.start_again_at)
    assert (started.provider_reference, started.fault) == (only_order(phone).id, "")
    assert started.start_again_at is None
    assert _start_again(stale, again.start_again_at).provider_reference == started.provider_reference
    phone.confirm(only_order(phone))
    assert remote.settle(asked, at=again.start_again_at).state == TransactionState.SIGNED
    assert kinds(asked) == ["signing.overloaded", "signing.started", "signing.signed"]


def test_a_process_that_dies_while_it_hands_over_again_is_followed_by_no_other(phone: MobileSignatureService):
    """The phone is asked perhaps; it must not be asked twice."""
    certificate = remote.register("sim", phone="0900000001").certificates.get()
    phone.full_for = 30
    asked = remote.start(certificate)
    phone.full_for, due = 0, AT + timedelta(seconds=30)
    assert _take_up(asked, due)
    registry["sim"].start(request_of(asked))  # and no more is heard of whoever did this
    assert only_order(phone)

    assert not _take_up(asked, due)
    meanwhile = remote.settle(asked, at=due + AT_WORK - timedelta(seconds=1))
    assert (meanwhile.fault, waiting_text(meanwhile, registry["sim"])) == ("", "")
    found = remote.settle(asked, at=due + AT_WORK)
    assert (found.state, found.fault, found.start_again_at) == (TransactionState.WAITING, Fault.UNANSWERED, None)
    assert "từ chối" in waiting_text(found, registry["sim"])
    ended = remote.settle(asked, at=AT + rules.PATIENCE)
    assert (ended.state, ended.fault) == (TransactionState.EXPIRED, Fault.UNANSWERED)
    assert only_order(phone), "the phone was asked once"
    assert kinds(asked) == ["signing.overloaded", "signing.unanswered", "signing.expired"]


@pytest.mark.parametrize("ending", ["cancelled", "expired"])
def test_what_a_service_had_no_room_for_ends_and_is_never_handed_over(phone: MobileSignatureService, ending: str):
    certificate = remote.register("sim", phone="0900000001").certificates.get()
    phone.full_for = 90
    asked = remote.start(certificate)
    if ending == "cancelled":
        ended = actions.cancel_signing(transaction_id=asked.pk, by=remote.OFFICER, at=AT)
    else:
        ended = remote.settle(asked, at=AT + rules.PATIENCE)
        assert ended.fault == Fault.OVERLOADED
        assert "vài phút" in not_signed_text(ended)
    assert (ended.state, ended.start_again_at, ended.watched_until) == (ending, None, None)
    phone.full_for = 0
    remote.settle(asked, at=AT + rules.PATIENCE)
    assert not phone.orders
