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

from motcua.engines.signing import actions, bare, pades, queries, rules
from motcua.engines.signing.access import BEFORE_SIGNING
from motcua.engines.signing.actions import DocumentToSign, PartnerItem
from motcua.engines.signing.actions.waiting import AT_WORK
from motcua.engines.signing.cms import signed_attributes
from motcua.engines.signing.errors import SigningError
from motcua.engines.signing.models import (
    HolderKind,
    PartnerDocument,
    PartnerRequest,
    SigningCertificate,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.pades import Stamp
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
from tests.engines.signing.factories import AT, decision, key_of, leader_stamp
from tests.factories import make_office, make_officer, sign_in
from tests.site.api_client import ApiClient, as_account, as_service

PARTNER = "Sở Giả Định"


def attributes(certificate: bytes) -> bytes:
    return signed_attributes(bytes(32), certificate)


def ask_for(certificate: SigningCertificate, **changes: Any) -> dict[str, Any]:
    content = base64.b64encode(attributes(bytes(certificate.der))).decode()
    asked = {
        "id": "01900000-0000-7000-8000-00000000000a",
        "signer": Account.objects.get(pk=certificate.holder_id).username,
        "certificate": certificate.fingerprint,
        "items": [{"content": content, "text": "Công văn số 1"}],
    }
    return asked | changes


def own_certificate(officer: Account) -> SigningCertificate:
    return actions.issue_demo_certificate(
        holder_kind=HolderKind.OFFICER, holder_id=officer.pk, common_name="Người Ký Nơi Khác", at=AT
    )


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("api", "pages.partners"):
        monkeypatch.setattr(f"motcua.engines.signing.{place}.timezone.now", lambda: AT)


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
    opened = AccessRecord.objects.get(purpose=BEFORE_SIGNING)
    assert (opened.who, opened.whose) == (signer.pk, asked.pk)
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


def test_only_the_document_that_gets_the_signature_is_shown(served: tuple[SigningCertificate, ApiClient]):
    certificate, api = served
    made = pades.prepare(decision(), certificate=bytes(certificate.der), stamp=leader_stamp())
    items = [{"content": base64.b64encode(made.attributes).decode(), "text": "Công văn số 1"}]
    asked: Any = api.post("/signing/requests", ask_for(certificate, items=items))
    assert asked.json()["missing"] == [0]
    start, end = made.hole
    filled = made.document[: start + 1] + b"1" + made.document[start + 2 :]
    longer = made.document + b"\n% more\n%%EOF\n"
    path = f"/signing/requests/{asked.json()['id']}/documents/0"
    for other in (decision(), filled, longer, made.document[:-1], made.document[: end - 1], b"%PDF-1.7"):
        assert not bare.belongs(other, made.attributes)
        refused: Any = api.upload("a.pdf", other, path)
        assert (refused.status_code, refused.json()["code"]) == (422, "document")
    assert as_service("Người Khác", "signing:request").upload("a.pdf", made.document, path).status_code == 404
    for _again in range(2):
        taken: Any = api.upload("a.pdf", made.document, path)
        assert (taken.status_code, taken.json()["missing"]) == (201, [])
    kept = StoredFile.objects.get(kept=True)
    assert PartnerRequest.objects.get().size > len(made.document)
    assert api.upload("a.pdf", made.document, path.replace("/0", "/1")).status_code == 404
    assert api.delete(path.removesuffix("/documents/0")).status_code == 204
    kept.refresh_from_db()
    assert (kept.kept, PartnerDocument.objects.count()) == (False, 0)


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


@pytest.fixture
def served(db: None) -> tuple[SigningCertificate, ApiClient]:
    officer = make_officer(roles=["leader"], office=make_office())
    return own_certificate(officer), as_service(PARTNER, "signing:request")


def test_asking_twice_is_asking_once_and_another_request_needs_another_name(
    served: tuple[SigningCertificate, ApiClient],
):
    certificate, api = served
    first: Any = api.post("/signing/requests", ask_for(certificate))
    assert (first.status_code, first.json()["state"]) == (201, "waiting")
    again: Any = api.post("/signing/requests", ask_for(certificate))
    assert (again.status_code, again.json()) == (201, first.json())
    changed = ask_for(certificate)
    changed["items"][0]["text"] = "Công văn số 2"
    assert api.post("/signing/requests", changed).status_code == 409
    assert PartnerRequest.objects.count() == 1


def test_only_a_documents_signature_with_that_certificate_is_asked_for(
    served: tuple[SigningCertificate, ApiClient],
):
    certificate, api = served
    other = attributes(key_of("Người Khác").certificate)
    for content in (b"anything", other, b"\x31\x00", attributes(bytes(certificate.der)) + b"\x00"):
        items = [{"content": base64.b64encode(content).decode(), "text": "Công văn"}]
        refused: Any = api.post("/signing/requests", ask_for(certificate, items=items))
        assert (refused.status_code, refused.json()["code"]) == (422, "document")
        with pytest.raises(SigningError):
            bare.prepare(content, certificate=bytes(certificate.der), stamp=Stamp("", AT))
    assert not PartnerRequest.objects.exists()


def test_partners_see_their_own_requests_and_people_none(served: tuple[SigningCertificate, ApiClient]):
    certificate, api = served
    asked = ask_for(certificate)
    api.post("/signing/requests", asked)
    path = f"/signing/requests/{asked['id']}"
    assert api.get(path).status_code == 200
    assert as_service("Người Khác", "signing:request").get(path).status_code == 404
    person = as_account(make_officer(), "signing:request")
    assert person.get(path).status_code == 404
    assert person.get("/signing/certificates", signer=asked["signer"]).status_code == 403
    assert as_service(PARTNER, "dossiers:read").get(path).status_code == 403


def test_only_the_holder_of_the_key_answers(served: tuple[SigningCertificate, ApiClient]):
    certificate, api = served
    api.post("/signing/requests", ask_for(certificate))
    row, other = PartnerRequest.objects.get(), Client()
    sign_in(other, make_officer(roles=["leader"], office=make_office()))
    assert PARTNER not in other.get("/desk/signing/requests/").content.decode()
    for act in ("sign", "refuse"):
        assert other.post(f"/desk/signing/requests/{row.pk}/{act}/").status_code == 404
    assert not SigningTransaction.objects.exists()


def test_a_request_that_nobody_answers_expires(served: tuple[SigningCertificate, ApiClient]):
    certificate, api = served
    api.post("/signing/requests", ask_for(certificate))
    row = PartnerRequest.objects.get()
    late = AT + rules.PATIENCE
    assert queries.standing_of(row, at=late) == (TransactionState.EXPIRED, "")
    with pytest.raises(Refused):
        actions.agree_to_request(request_id=row.pk, by=remote.OFFICER, at=late)


def named(number: int, **changes: Any) -> dict[str, Any]:
    """A request under a name of its own."""
    return ask_for(SigningCertificate.objects.get(), id=f"01900000-0000-7000-8000-0000000000{number:02}", **changes)


def ask_many(api: ApiClient, count: int) -> list[int]:
    return [api.post("/signing/requests", named(number)).status_code for number in range(count)]


def test_a_partner_has_only_so_many_requests_unanswered(
    served: tuple[SigningCertificate, ApiClient], monkeypatch: pytest.MonkeyPatch
):
    _certificate, api = served
    monkeypatch.setattr(rules, "PARTNER_OPEN_WITH_ONE", 2)
    assert ask_many(api, 3) == [201, 201, 429]
    refused: Any = api.post("/signing/requests", named(2))
    assert refused.json()["code"] == "too_many_open"
    assert refused.json()["detail"].startswith("2 ")
    assert 0 < int(refused["Retry-After"]) <= rules.PATIENCE.total_seconds()
    # What is known already is told all the same, others have room of their own, what is withdrawn makes room.
    assert api.post("/signing/requests", named(1)).status_code == 201
    assert as_service("Sở Ví Dụ", "signing:request").post("/signing/requests", named(2)).status_code == 201
    assert api.delete(f"/signing/requests/{named(0)['id']}").status_code == 204
    assert api.post("/signing/requests", named(3)).status_code == 201
    assert PartnerRequest.objects.get(own_key=named(0)["id"]).items == []
    # And so does time.
    PartnerRequest.objects.filter(service=PARTNER).update(expires_at=AT)
    assert api.post("/signing/requests", named(4)).status_code == 201


def test_all_that_lies_unanswered_is_bounded_in_number_and_size(
    served: tuple[SigningCertificate, ApiClient], monkeypatch: pytest.MonkeyPatch
):
    _certificate, api = served
    monkeypatch.setattr(rules, "PARTNER_OPEN", 1)
    assert ask_many(api, 2) == [201, 429]
    monkeypatch.setattr(rules, "PARTNER_OPEN", 200)
    monkeypatch.setattr(rules, "PARTNER_OPEN_BYTES", 2 * PartnerRequest.objects.get().size)
    assert ask_many(api, 3) == [201, 201, 429]


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
    failed = remote.start(asking)
    assert (failed.state, failed.fault) == (TransactionState.FAILED, Fault.BUSY)


def test_what_was_asked_long_ago_is_forgotten(served: tuple[SigningCertificate, ApiClient]):
    _certificate, api = served
    ask_many(api, 2)
    at = AT + rules.PATIENCE + rules.PARTNER_KEPT
    assert actions.forget_requests(at=at) == 0
    assert actions.forget_requests(at=at + rules.PATIENCE, most=1) == 1
    assert actions.forget_requests(at=at + rules.PATIENCE) == 1
    assert set(PartnerRequest.objects.values_list("size", flat=True)) == {0}


def test_a_demonstration_key_is_marked_and_not_offered_in_earnest(
    served: tuple[SigningCertificate, ApiClient], settings: LazySettings
):
    certificate, api = served
    signer = ask_for(certificate)["signer"]
    assert api.get("/signing/certificates", signer=signer).json()["items"][0]["demonstration"] is True
    settings.DEMONSTRATION_KEYS = False
    assert api.get("/signing/certificates", signer=signer).json()["items"] == []
    assert api.post("/signing/requests", ask_for(certificate)).status_code == 404


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
print(elsewhere.start(request), flush=True)
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
