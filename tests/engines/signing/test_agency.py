"""A signer of another agency: one house asks, the other one serves, over a real socket. One database plays both."""

import base64
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from motcua.engines.signing import actions, queries, rules
from motcua.engines.signing.access import BEFORE_SIGNING
from motcua.engines.signing.actions import DocumentToSign, PartnerItem
from motcua.engines.signing.actions.waiting import AT_WORK
from motcua.engines.signing.models import (
    PartnerDocument,
    PartnerRequest,
    SigningCertificate,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.providers import agency
from motcua.engines.signing.providers.interface import Fault
from motcua.engines.signing.simulators.identity import write_privately
from motcua.engines.signing.verification import State
from motcua.kernel.blobs.models import Blob, ScanState, StoredFile
from motcua.kernel.errors import Refused
from motcua.kernel.events.models import AccessRecord
from motcua.kernel.identifiers.models import new_id
from motcua.people.accounts.actions import issue_token
from motcua.people.accounts.models import Account
from tests.engines.signing import remote
from tests.engines.signing.factories import AT, decision, leader_stamp
from tests.engines.signing.partners import PARTNER, attributes, own_certificate, stop_clock
from tests.factories import make_office, make_officer, sign_in
from tests.jobs import queued


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch)


@pytest.fixture
def signer(transactional_db: None) -> Account:
    return make_officer(roles=["leader"], office=make_office())


@pytest.fixture
def asking(live_server: LiveServer, signer: Account, tmp_path: Path, settings: LazySettings) -> SigningCertificate:
    """The asking house's view of the signer: a means at the provider ``elsewhere``."""
    own_certificate(signer)
    token = tmp_path / "token"
    write_privately(token, issue_token(service=PARTNER, label="ký", scopes=["signing:request"]).encode())
    url = f"{live_server.url}/api/v1"
    settings.SIGNING_PROVIDERS = {"elsewhere": {"kind": "agency", "url": url, "token_file": str(token), "timeout": 20}}
    return remote.register("elsewhere", signer=signer.username).certificates.get()


@pytest.mark.django_db(transaction=True)
def test_a_signer_elsewhere_reads_the_documents_at_their_desk_and_agrees(asking: SigningCertificate, signer: Account):
    actions.create_demo_authority(at=AT)
    waiting = remote.start(asking, count=2)
    assert remote.settle(waiting).state == TransactionState.WAITING
    desk, other = sign_in(Client(), signer), sign_in(Client(), make_officer(roles=["leader"], office=make_office()))
    asked = PartnerRequest.objects.get()
    page = desk.get("/desk/signing/requests/").content.decode()
    assert all(text in page for text in (PARTNER, "Quyết định số 1", "Quyết định số 2", "/sign/"))
    for number, prepared in enumerate(waiting.documents.order_by("position"), start=1):
        address = f"/desk/signing/requests/{asked.pk}/documents/{number}/"
        assert address in page
        shown: Any = desk.get(address)
        assert b"".join(shown.streaming_content) == bytes(prepared.prepared or b"")
        assert other.get(address).status_code == 404
    assert desk.get(f"/desk/signing/requests/{asked.pk}/documents/3/").status_code == 404
    laid = PartnerDocument.objects.filter(position=0).get().file_id
    assert {"file": str(laid)} in [args for _name, args in queued()]
    actions.check_signatures(laid, at=AT)
    shown = desk.get("/desk/signing/requests/").content.decode()
    assert "Chưa ký số" in shown  # the empty field for the signature asked for counts for nothing
    opened = AccessRecord.objects.filter(purpose=BEFORE_SIGNING).order_by("subject")
    assert set(opened.values_list("who", "whose")) == {(signer.pk, asked.pk)}
    assert [each.subject for each in opened] == [f"signing-request:{asked.pk}:{number}" for number in (0, 1)]
    assert desk.post(f"/desk/signing/requests/{asked.pk}/sign/").status_code == 302
    signed = remote.settle(waiting)
    assert (signed.state, signed.detail) == (TransactionState.SIGNED, "")
    verdict = remote.verdict(signed, documents=2)
    assert (verdict.state, verdict.signer) == (State.VALID, "Người Ký Nơi Khác")
    assert desk.post(f"/desk/signing/requests/{asked.pk}/sign/").status_code == 404
    assert desk.get(f"/desk/signing/requests/{asked.pk}/documents/1/").status_code == 404
    assert PARTNER not in desk.get("/desk/signing/requests/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_signed_before_every_document_can_be_opened(asking: SigningCertificate, signer: Account):
    waiting, desk = remote.start(asking, count=2), sign_in(Client(), signer)
    remote.settle(waiting)
    cut_off, other = PartnerDocument.objects.order_by("position")
    cut_off.delete()
    Blob.objects.filter(pk=other.file.blob_id).update(scan_state=ScanState.HELD)
    asked = PartnerRequest.objects.get()
    sign = f"/desk/signing/requests/{asked.pk}/sign/"
    assert sign not in desk.get("/desk/signing/requests/").content.decode()
    assert desk.post(sign).status_code == 302
    assert PartnerRequest.objects.get().transaction is None
    remote.settle(waiting)  # the asking house sends what is missing
    assert queries.missing_documents(asked) == []
    assert sign not in desk.get("/desk/signing/requests/").content.decode()  # one is still being scanned
    Blob.objects.update(scan_state=ScanState.NOT_SCANNED)
    assert sign in desk.get("/desk/signing/requests/").content.decode()
    xml = DocumentToSign(b"<a/>", "dossier:1", "Tờ khai", leader_stamp(), format="xades")
    with pytest.raises(Refused) as refusal:
        actions.start_signing(certificate=asking, documents=[xml], by=remote.OFFICER, at=AT)
    assert refusal.value.code == "format"


@pytest.mark.django_db(transaction=True)
def test_documents_follow_with_the_questions_and_go_on_where_they_were_cut_off(
    asking: SigningCertificate, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
):
    """The leader waits for no document, and a house that restarts after it has taken the request loses nothing."""
    monkeypatch.setattr(agency, "SHOW_SECONDS", 0)  # one document with each question
    waiting = remote.start(asking, count=3)
    assert (waiting.state, waiting.provider_reference) == (TransactionState.WAITING, str(waiting.pk))
    assert queries.services_to_ask() == ["elsewhere"]
    there = settings.SIGNING_PROVIDERS["elsewhere"]
    for here in range(3):
        assert PartnerDocument.objects.count() == here
        settings.SIGNING_PROVIDERS = {"elsewhere": there | {"url": "http://127.0.0.1:9/api/v1"}}
        assert remote.settle(waiting).state == TransactionState.WAITING
        settings.SIGNING_PROVIDERS = {"elsewhere": there}
        assert remote.settle(waiting).state == TransactionState.WAITING
    assert queries.missing_documents(PartnerRequest.objects.get()) == []


@pytest.mark.django_db(transaction=True)
def test_a_document_too_large_for_either_house_is_not_signed(
    asking: SigningCertificate, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rules, "PARTNER_DOCUMENT_BYTES", 1000)
    ended = remote.settle(remote.start(asking))
    assert (ended.state, ended.fault) == (TransactionState.FAILED, Fault.MISCONFIGURED)
    assert PartnerRequest.objects.get().withdrawn
    assert not StoredFile.objects.exists()
    monkeypatch.setattr(agency.OtherAgency, "shows_up_to", 1000)
    with pytest.raises(Refused) as refusal:
        remote.start(asking)
    assert refusal.value.code == "too_large"


@pytest.mark.django_db(transaction=True)
def test_a_signer_elsewhere_may_refuse_and_a_request_be_withdrawn(asking: SigningCertificate, signer: Account):
    refused, withdrawn = remote.start(asking), remote.start(asking)
    desk = Client()
    sign_in(desk, signer)
    asked = PartnerRequest.objects.get(own_key=refused.pk)
    assert desk.post(f"/desk/signing/requests/{asked.pk}/refuse/").status_code == 302
    ended = remote.settle(refused)
    assert (ended.state, ended.fault) == (TransactionState.REFUSED, Fault.USER_CANCELLED)
    actions.cancel_signing(transaction_id=withdrawn.pk, by=remote.OFFICER, at=AT)
    other = PartnerRequest.objects.get(own_key=withdrawn.pk)
    assert queries.standing_of(other, at=AT) == (TransactionState.CANCELLED, "")
    assert desk.post(f"/desk/signing/requests/{other.pk}/sign/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_house_elsewhere_that_does_not_know_us_or_the_signer(
    asking: SigningCertificate, tmp_path: Path, signer: Account, settings: LazySettings
):
    with pytest.raises(Refused) as refusal:
        remote.register("elsewhere", signer="nobody")
    assert refusal.value.code == "no_certificate"
    own = SigningCertificate.objects.get(holder_id=signer.pk)
    actions.withdraw_certificate(certificate_id=own.pk, by=signer.pk, at=AT)
    failed = remote.start(asking)
    assert (failed.state, failed.fault) == (TransactionState.FAILED, Fault.CERTIFICATE)
    write_privately(tmp_path / "wrong", b"motcua_wrong")
    section = settings.SIGNING_PROVIDERS["elsewhere"] | {"token_file": str(tmp_path / "wrong")}
    settings.SIGNING_PROVIDERS = {"elsewhere": section}
    failed = remote.start(asking)
    assert (failed.state, failed.fault) == (TransactionState.FAILED, Fault.MISCONFIGURED)


@pytest.mark.django_db(transaction=True)
def test_a_request_that_was_cut_off_is_found_again_or_known_never_to_have_come(asking: SigningCertificate):
    """The house there is asked by our own name: what it has goes on, what it never got has failed."""
    came = remote.start(asking)
    SigningTransaction.objects.update(provider_reference="", fault=Fault.UNANSWERED)
    document = DocumentToSign(decision(), "dossier:2", "Quyết định số 2", leader_stamp())
    lost = actions.begin_signing(certificate=asking, documents=[document], by=remote.OFFICER, at=AT)
    found = remote.settle(came, at=AT + AT_WORK)
    assert (found.state, found.provider_reference, found.fault) == (TransactionState.WAITING, str(came.pk), "")
    failed = remote.settle(lost, at=AT + AT_WORK)
    assert (failed.state, failed.fault) == (TransactionState.FAILED, Fault.UNAVAILABLE)
    assert failed.watched_until is None


@pytest.mark.django_db(transaction=True)
def test_requests_that_come_at_once_are_counted_one_after_another(
    asking: SigningCertificate, signer: Account, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rules, "PARTNER_OPEN", 3)
    own = SigningCertificate.objects.get(holder_id=signer.pk)
    item = PartnerItem(base64.b64encode(attributes(bytes(own.der))).decode(), "Công văn")

    def ask(number: int) -> bool:
        try:
            actions.receive_request(service=PARTNER, own_key=new_id(), certificate=own, items=[item], at=AT)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as crowd:
        taken = list(crowd.map(ask, range(8)))
    assert (sum(taken), PartnerRequest.objects.count()) == (3, 3)
    waits = remote.start(asking)
    assert (waits.state, waits.fault) == (TransactionState.WAITING, Fault.OVERLOADED)
    PartnerRequest.objects.filter(pk__in=PartnerRequest.objects.values("pk")[:1]).delete()
    assert remote.settle(waits, at=waits.start_again_at).provider_reference == str(waits.pk)


ASKING = """
import sys
from datetime import datetime, UTC
from uuid import UUID
from django.conf import settings
settings.configure(USE_I18N=False)
from motcua.engines.signing import pades, rules
from motcua.engines.signing.providers.agency import OtherAgency
from motcua.engines.signing.providers.interface import Holder, Item, Means, Request
url, token_file, signer, key, file = sys.argv[1:]
elsewhere = OtherAgency({"url": url, "token_file": token_file})
means = Means(Holder("officer", UUID(key)), {"signer": signer})
found = elsewhere.certificates(means)[0]
stamp = pades.Stamp("KyChinh", datetime.now(UTC))
made = pades.prepare(open(file, "rb").read(), certificate=found.der, stamp=stamp)
item = Item(made.to_sign, "Công văn", made.attributes, open=lambda: made.document)
request = Request(UUID(key), means, found.der, found.key_reference, (item,), datetime.now(UTC))
elsewhere.start(request)
print(elsewhere.poll(request, key), flush=True)
sys.stdin.readline()
outcome = elsewhere.poll(request, key)
print(rules.signature_matches(found.der, digest=item.digest, signature=outcome.signatures[0]))
"""


@pytest.mark.django_db(transaction=True)
def test_the_asking_house_is_another_process(live_server: LiveServer, signer: Account, tmp_path: Path):
    own_certificate(signer)
    token, key = tmp_path / "token", "01900000-0000-7000-8000-00000000000b"
    write_privately(token, issue_token(service=PARTNER, label="ký", scopes=["signing:request"]).encode())
    document = tmp_path / "decision.pdf"
    document.write_bytes(decision())
    url = f"{live_server.url}/api/v1"
    command = [sys.executable, "-c", ASKING, url, str(token), signer.username, key, str(document)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert key in process.stdout.readline()
    asked = PartnerRequest.objects.get()
    begun = actions.agree_to_request(request_id=asked.pk, by=signer.pk, at=AT)
    actions.ask_signer(begun, at=AT)
    assert process.communicate("go\n", timeout=120)[0].strip() == "True"
