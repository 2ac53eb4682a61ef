"""Signing with a cloud service (CSC API v2), against a simulated one over a real socket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import LazySettings, settings
from django.http import HttpResponse
from django.test import Client

from motcua.engines.signing import actions
from motcua.engines.signing.models import SigningCertificate, SigningTransaction, TransactionState
from motcua.engines.signing.providers.csc import state_of
from motcua.engines.signing.providers.interface import Fault
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.simulators import csc
from motcua.engines.signing.simulators.base import Misbehaviour
from motcua.engines.signing.simulators.csc import CloudService
from motcua.engines.signing.verification import State
from motcua.kernel.errors import Refused
from motcua.kernel.identifiers.models import new_id
from motcua.people.accounts.models import Account
from tests.engines.signing import remote
from tests.engines.signing.factories import AT
from tests.factories import make_officer, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(tmp_path: Path) -> Iterator[CloudService]:
    simulated = CloudService(remote.identity())
    with remote.installed(simulated, tmp_path):
        yield simulated


@pytest.fixture
def sealing(tmp_path: Path) -> Iterator[CloudService]:
    """The same for seals, which nobody is asked for."""
    simulated = CloudService(remote.identity())
    with remote.installed(simulated, tmp_path, consent="none"):
        yield simulated


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua.engines.signing.pages.services.timezone.now", lambda: AT)


def certificate(user: str = "lanh-dao-001", **answers: str) -> SigningCertificate:
    return remote.register("cloud", user=user, **answers).certificates.get()


def seal(fault: str = "001", pin: str = csc.PIN) -> SigningCertificate:
    return certificate(f"con-dau-{fault}", pin=pin)


def started(by: Account, user: str = "lanh-dao-001", count: int = 1) -> SigningTransaction:
    waiting = remote.start(certificate(user), count)
    SigningTransaction.objects.filter(pk=waiting.pk).update(started_by=by.pk)
    return waiting


def at_service(client: Client, waiting: SigningTransaction) -> httpx.Response:
    """The signer follows the link to the service and agrees there; what the service sends the browser back with."""
    out: Any = client.get(f"/signing/{waiting.pk}/consent/", {"next": "/desk/"})
    assert out.status_code == 302
    return httpx.get(out["Location"], trust_env=False)


def back(client: Client, answer: httpx.Response) -> HttpResponse:
    """The browser follows the service's redirection home."""
    address = answer.headers["Location"].removeprefix(settings.PUBLIC_URL)
    return client.get(address)  # type: ignore[return-value]


def test_a_signer_agrees_at_the_service_and_comes_back_with_signatures(service: CloudService):
    remote.trust(service)
    officer, client = make_officer(), Client()
    sign_in(client, officer)
    waiting = started(officer, count=2)
    assert waiting.state == TransactionState.WAITING
    assert remote.settle(waiting).state == TransactionState.WAITING
    home = back(client, at_service(client, waiting))
    assert (home.status_code, home["Location"]) == (302, "/desk/")
    signed = SigningTransaction.objects.get()
    assert signed.state == TransactionState.SIGNED
    verdict = remote.verdict(signed, documents=2)
    assert (verdict.state, verdict.signer) == (State.VALID, "Người Ký Mô Phỏng lanh-dao-001")


def test_a_code_is_good_once_and_for_its_own_request(service: CloudService):
    officer, client = make_officer(), Client()
    sign_in(client, officer)
    first = started(officer)
    second = remote.start(first.certificate)
    SigningTransaction.objects.filter(pk=second.pk).update(started_by=officer.pk)
    answer = at_service(client, first)
    code = httpx.URL(answer.headers["Location"]).params["code"]
    client.get("/signing/return/", {"state": state_of(second.pk), "code": code})
    second.refresh_from_db()
    assert second.state == TransactionState.WAITING
    back(client, at_service(client, first))
    first.refresh_from_db()
    finished = first.finished_at
    assert first.state == TransactionState.SIGNED
    back(client, answer)
    first.refresh_from_db()
    assert (first.state, first.finished_at) == (TransactionState.SIGNED, finished)


def test_only_who_asked_brings_the_answer_and_no_state_can_be_made_up(service: CloudService):
    officer, other = make_officer(), Client()
    waiting = started(officer)
    sign_in(other, make_officer())
    assert other.get(f"/signing/{waiting.pk}/consent/").status_code == 404
    assert other.get("/signing/return/", {"state": state_of(waiting.pk), "code": "x"}).status_code == 404
    own = Client()
    sign_in(own, officer)
    for state in ("", str(waiting.pk), f"{waiting.pk}:x", state_of(new_id())):
        assert own.get("/signing/return/", {"state": state, "code": "x"}).status_code == 404
    assert "sign-in" in Client().get("/signing/return/", {"state": state_of(waiting.pk)})["Location"]


def test_a_signer_may_refuse_at_the_service(service: CloudService):
    officer, client = make_officer(), Client()
    sign_in(client, officer)
    waiting = started(officer, f"lanh-dao-{Misbehaviour.CANCELLED}")
    back(client, at_service(client, waiting))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.fault) == (TransactionState.REFUSED, Fault.USER_CANCELLED)
    again: Any = client.get(f"/signing/{waiting.pk}/consent/", {"next": "https://elsewhere.example/"})
    assert again["Location"] == "/"


def test_the_page_of_the_service_asks_by_hand(service: CloudService):
    service.by_hand = True
    officer, client = make_officer(), Client()
    sign_in(client, officer)
    waiting = started(officer)
    page = at_service(client, waiting)
    assert "Quyết định số 1" in page.text
    out = actions.consent_address(transaction_id=waiting.pk)
    form = dict(httpx.URL(out).params) | {"act": "refuse"}
    back(client, httpx.post(f"{service.url}/csc/v2/oauth2/authorize", data=form, trust_env=False))
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.REFUSED


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_seal_is_signed_with_its_pin_at_once_or_a_little_later(
    sealing: CloudService, settings: LazySettings, asynchronous: bool
):
    settings.SIGNING_PROVIDERS = {"cloud": settings.SIGNING_PROVIDERS["cloud"] | {"asynchronous": asynchronous}}
    made = remote.start(seal(), count=3)
    if asynchronous:
        assert made.state == TransactionState.WAITING
        assert remote.settle(made).state == TransactionState.WAITING
        made = remote.settle(made)
    assert made.state == TransactionState.SIGNED
    assert len(actions.collect_signed(transaction_id=made.pk)) == 3


@pytest.mark.parametrize(
    ("number", "state", "fault"),
    [
        (Misbehaviour.PIN_BLOCKED, TransactionState.FAILED, Fault.PIN_BLOCKED),
        (Misbehaviour.NO_KEY, TransactionState.FAILED, Fault.NO_KEY),
        (Misbehaviour.EXPIRED, TransactionState.EXPIRED, Fault.TIMEOUT),
        (Misbehaviour.CERTIFICATE_ENDED, TransactionState.FAILED, Fault.CERTIFICATE),
        (Misbehaviour.NO_CREDIT, TransactionState.FAILED, Fault.NO_CREDIT),
        (Misbehaviour.WRONG_SIGNATURE, TransactionState.FAILED, Fault.WRONG_SIGNATURE),
        (Misbehaviour.SERVER_ERROR, TransactionState.FAILED, Fault.UNAVAILABLE),
        (Misbehaviour.GARBAGE, TransactionState.FAILED, Fault.UNAVAILABLE),
    ],
)
def test_every_fault_has_its_name(sealing: CloudService, number: str, state: str, fault: str):
    known = seal(number)
    ended = remote.start(known)
    assert (ended.state, ended.fault) == (state, fault)
    assert csc.PIN not in ended.detail
    assert known.means.values == {"user": f"con-dau-{number}"}
    assert ended.documents.get().prepared is None


def test_a_wrong_pin_and_a_wrong_client_are_told_apart(sealing: CloudService, settings: LazySettings):
    assert remote.start(seal(pin="000000")).fault == Fault.PIN_WRONG
    known = seal("002")
    settings.SIGNING_PROVIDERS = {"cloud": settings.SIGNING_PROVIDERS["cloud"] | {"client_id": "somebody-else"}}
    assert remote.start(known).fault == Fault.MISCONFIGURED


def test_a_bare_list_is_completed_and_an_unknown_user_has_nothing(service: CloudService):
    assert certificate("bare-001").key_reference == "bare-001"
    with pytest.raises(Refused) as refusal:
        certificate("lanh-dao-000")
    assert refusal.value.code == "no_certificate"


def test_an_address_holds_only_so_many_hashes_and_a_contract_only_so_many_documents(
    service: CloudService, settings: LazySettings
):
    assert registry["cloud"].at_once == 50
    known = certificate()
    settings.SIGNING_PROVIDERS = {"cloud": settings.SIGNING_PROVIDERS["cloud"] | {"most": 1}}
    with pytest.raises(Refused) as refusal:
        remote.start(known, count=2)
    assert refusal.value.code == "batch_size"
