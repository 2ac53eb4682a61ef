"""Another agency's house asks a signer of this one over the API: what it may ask, send and see."""

import base64
import hashlib
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from motcua.engines.signing import actions, bare, pades, queries, rules
from motcua.engines.signing.cms import signed_attributes
from motcua.engines.signing.errors import SigningError
from motcua.engines.signing.models import (
    PartnerDocument,
    PartnerRequest,
    SigningCertificate,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.pades import Prepared, Stamp
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused
from tests.engines.signing import remote
from tests.engines.signing.factories import AT, decision, key_of, leader_stamp
from tests.engines.signing.partners import PARTNER, ask_for, attributes, own_certificate, stop_clock
from tests.factories import make_office, make_officer, sign_in
from tests.site.api_client import ApiClient, as_account, as_service


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch)


@pytest.fixture
def served(db: None) -> tuple[SigningCertificate, ApiClient]:
    officer = make_officer(roles=["leader"], office=make_office())
    return own_certificate(officer), as_service(PARTNER, "signing:request")


def asked_with_document(certificate: SigningCertificate, api: ApiClient) -> tuple[Prepared, str]:
    """A request for the signature on a document, and where the document goes."""
    made = pades.prepare(decision(), certificate=bytes(certificate.der), stamp=leader_stamp())
    items = [{"content": base64.b64encode(made.attributes).decode(), "text": "Công văn số 1"}]
    asked: Any = api.post("/signing/requests", ask_for(certificate, items=items))
    assert asked.json()["missing"] == [0]
    return made, f"/signing/requests/{asked.json()['id']}/documents/0"


def test_only_the_document_that_gets_the_signature_is_shown(served: tuple[SigningCertificate, ApiClient]):
    made, path = asked_with_document(*served)
    api = served[1]
    start, end = made.hole
    filled = made.document[: start + 1] + b"1" + made.document[start + 2 :]
    longer = made.document + b"\n% more\n%%EOF\n"
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


def with_byte_ranges(*fits: bool) -> tuple[bytes, bytes]:
    """A file with so many texts that look like a ``ByteRange``, fitting or not, and attributes that digest it."""
    hole, rest, mark = b"<" + b"0" * 64 + b">", b" %%EOF", "/ByteRange [0 {:010} {:010} {:010}] "
    before = len(b"%PDF-1.7 ") + len(fits) * len(mark.format(0, 0, 0))
    marks = [mark.format(before, before + len(hole), len(rest) + (not each)) for each in fits]
    start = b"%PDF-1.7 " + "".join(marks).encode()
    digest = hashlib.sha256(start + rest).digest()
    return start + hole + rest, signed_attributes(digest, key_of("Người Ký").certificate)


@pytest.mark.parametrize("others", [0, 1, 1000])
def test_only_the_last_byte_range_of_a_file_counts(others: int):
    """Of a million that fit each would be digested, and what another program takes for the signature is the last."""
    assert bare.belongs(*with_byte_ranges(*[False] * others, True))
    assert not bare.belongs(*with_byte_ranges(*[True] * others, False))
    assert not bare.belongs(*with_byte_ranges())


def test_what_has_no_room_or_no_request_any_more_never_reaches_the_disk(
    served: tuple[SigningCertificate, ApiClient], monkeypatch: pytest.MonkeyPatch
):
    made, path = asked_with_document(*served)
    api = served[1]
    with monkeypatch.context() as full:
        full.setattr(rules, "PARTNER_OPEN_BYTES", len(made.document))
        refused: Any = api.upload("a.pdf", made.document, path)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_open")
    assert api.delete(path.removesuffix("/documents/0")).status_code == 204
    assert api.upload("a.pdf", made.document, path).status_code in {404, 409}
    assert not StoredFile.objects.exists()


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
