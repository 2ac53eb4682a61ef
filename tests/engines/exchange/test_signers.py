"""A signer of another agency asked through the exchange: both houses over a real socket, in one database."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from motcua.engines.exchange import kinds
from motcua.engines.exchange.models import Errand, Incoming, Partner
from motcua.engines.exchange.signers import messages
from motcua.engines.signing import actions, rules
from motcua.engines.signing.models import (
    HolderKind,
    PartnerRequest,
    SigningCertificate,
    SigningDocument,
    TransactionState,
)
from motcua.engines.signing.providers.interface import Fault, Holder, Means
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.queries import missing_documents
from motcua.engines.signing.verification import State
from motcua.kernel.errors import Refused
from motcua.people.accounts.actions import issue_token
from motcua.people.accounts.models import Account
from tests.engines.exchange.house import Room, keep_secret, line, partner, work
from tests.engines.exchange.messages import HERE, THERE
from tests.engines.signing import remote
from tests.engines.signing.factories import AT, decision
from tests.factories import make_office, make_officer, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = ("sign.request", "sign.answer")


@pytest.fixture
def signer(room: Room, live_server: LiveServer, settings: LazySettings) -> Account:
    """A signer with a certificate; two lines that lead from this house to itself and back."""
    kinds.kinds.clear()
    messages.register_kinds()
    for code, organ, other in (("there", THERE, "back"), ("back", HERE, "there")):
        secret = keep_secret(code, issue_token(service=f"nhà {code}", label="thử", scopes=("exchange",)))
        channel = line(code, live_server.url, kinds=KINDS, secret=secret, service=f"nhà {other}")
        partner(channel, organ)
    settings.SIGNING_PROVIDERS = {"elsewhere": {"kind": "agency-by-exchange", "partner": THERE.id, "sender": HERE.id}}
    officer = make_officer(roles=["leader"], office=make_office())
    actions.issue_demo_certificate(
        holder_kind=HolderKind.OFFICER, holder_id=officer.pk, common_name="Người Ký Nơi Khác", at=AT
    )
    return officer


def all_work() -> None:
    """What both houses' workers do until nothing is left."""
    work()
    while messages.answer_settled():
        work()


@pytest.fixture
def asking(signer: Account) -> SigningCertificate:
    """The asking house's view of the signer, registered once the other house has told its certificates."""
    with pytest.raises(Refused):
        remote.register("elsewhere", signer=signer.username)
    all_work()
    return remote.register("elsewhere", signer=signer.username).certificates.get()


def test_a_signer_elsewhere_agrees_and_the_signature_comes_back(asking: SigningCertificate, signer: Account):
    actions.create_demo_authority(at=AT)
    waiting = remote.start(asking, count=2)
    assert remote.settle(waiting).state == TransactionState.WAITING
    all_work()
    asked = PartnerRequest.objects.get()
    assert asked.service == f"exchange:{HERE.id}"
    desk = sign_in(Client(), signer)
    assert desk.post(f"/desk/signing/requests/{asked.pk}/sign/").status_code == 302
    all_work()
    signed = remote.settle(waiting)
    assert (signed.state, signed.detail) == (TransactionState.SIGNED, "")
    verdict = remote.verdict(signed, documents=2)
    assert (verdict.state, verdict.signer) == (State.VALID, "Người Ký Nơi Khác")
    assert not Incoming.objects.exclude(state="taken").exists()
    assert not Errand.objects.filter(answered_at=None).exists()


def test_a_signer_elsewhere_refuses_and_a_request_is_withdrawn(asking: SigningCertificate, signer: Account):
    refused, withdrawn = remote.start(asking), remote.start(asking)
    all_work()
    desk = sign_in(Client(), signer)
    asked = PartnerRequest.objects.get(own_key=refused.pk)
    assert desk.post(f"/desk/signing/requests/{asked.pk}/refuse/").status_code == 302
    all_work()
    ended = remote.settle(refused)
    assert (ended.state, ended.fault) == (TransactionState.REFUSED, Fault.USER_CANCELLED)
    actions.cancel_signing(transaction_id=withdrawn.pk, by=remote.OFFICER, at=AT)
    all_work()
    other = PartnerRequest.objects.get(own_key=withdrawn.pk)
    assert (other.withdrawn, other.items) == (True, [])


def test_what_the_other_house_does_not_know_is_declined(asking: SigningCertificate, signer: Account):
    SigningCertificate.objects.filter(holder_id=signer.pk).update(withdrawn_at=AT)
    waiting = remote.start(asking)
    all_work()
    ended = remote.settle(waiting)
    assert (ended.state, ended.fault) == (TransactionState.FAILED, Fault.CERTIFICATE)


def test_another_file_than_the_one_to_be_signed_ends_the_request_on_both_sides(asking: SigningCertificate):
    waiting = remote.start(asking)
    SigningDocument.objects.filter(transaction=waiting).update(prepared=decision())
    all_work()
    asked = PartnerRequest.objects.get()
    assert (asked.withdrawn, asked.documents.count()) == (True, 0)
    assert remote.settle(waiting).state == TransactionState.FAILED
    assert not Incoming.objects.exclude(state="taken").exists()


def test_a_document_for_which_there_is_no_room_comes_again(
    asking: SigningCertificate, monkeypatch: pytest.MonkeyPatch
):
    waiting = remote.start(asking)
    with monkeypatch.context() as full:
        full.setattr(rules, "PARTNER_OPEN_BYTES", len(decision()))
        all_work()
    asked = PartnerRequest.objects.get()
    assert (asked.ended_at, asked.documents.count()) == (None, 0)
    assert Incoming.objects.get(state="waiting").code == "not_yet"
    Incoming.objects.filter(state="waiting").update(next_at=timezone.now())
    all_work()
    assert missing_documents(asked) == []
    assert remote.settle(waiting).state == TransactionState.WAITING


def test_without_a_line_nothing_is_asked(room: Room, settings: Any, tmp_path: Path):
    settings.SIGNING_PROVIDERS = {"elsewhere": {"kind": "agency-by-exchange", "partner": "H00.00", "sender": "H99.01"}}
    with pytest.raises(Refused):
        remote.register("elsewhere", signer="ai-do")
    assert not Errand.objects.exists()


def test_what_was_signed_meanwhile_is_no_list_of_certificates(asking: SigningCertificate, signer: Account):
    waiting = remote.start(asking)
    all_work()
    asked = PartnerRequest.objects.get(own_key=waiting.pk)
    assert sign_in(Client(), signer).post(f"/desk/signing/requests/{asked.pk}/refuse/").status_code == 302
    all_work()
    provider = registry.get("elsewhere")
    assert provider is not None
    means = Means(Holder(HolderKind.OFFICER, remote.OFFICER), {"signer": signer.username})
    assert [each.der for each in provider.certificates(means)] == [bytes(asking.der)]


def test_who_cannot_be_answered_now_holds_up_nobody(asking: SigningCertificate, signer: Account):
    waiting = [remote.start(asking), remote.start(asking)]
    all_work()
    desk = sign_in(Client(), signer)
    for each in waiting:
        asked = PartnerRequest.objects.get(own_key=each.pk)
        assert desk.post(f"/desk/signing/requests/{asked.pk}/refuse/").status_code == 302
    Partner.objects.filter(code=HERE.id).update(is_active=False)
    assert messages.answer_settled() == 0
    Partner.objects.filter(code=HERE.id).update(is_active=True)
    assert messages.answer_settled() == 2
