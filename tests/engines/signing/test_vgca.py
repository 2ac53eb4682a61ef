"""Files that VGCA Sign Service signs as a whole: what comes back is ours with one signature more, or is not taken."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from motcua.engines.signing import actions, handover, queries, xml
from motcua.engines.signing.actions import DocumentToSign
from motcua.engines.signing.errors import Misconfigured, Unsignable
from motcua.engines.signing.models import HolderKind, SigningCertificate, TransactionState
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.providers.interface import Fault, Holder
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.providers.vgca import VgcaSignService
from motcua.engines.signing.text_seals import with_text_seal_place
from motcua.engines.signing.verification import State, Wrong, check_returned
from motcua.engines.signing.verification.returned import check
from motcua.engines.signing.verification.returned_xml import check_xml
from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event
from motcua.kernel.web.outgoing import client_context
from motcua.people.accounts.models import Account
from tests.engines.signing.factories import LEADER, decision, demo_authority, key_of, rendering, signed_by_leader
from tests.engines.signing.tokens import PageOf, begin, token_means, trust_tokens
from tests.engines.signing.vgca_peer import Peer, running
from tests.factories import make_officer, sign_in


def token_in(folder: Path, holder: str = LEADER) -> Path:
    """The program's folder with the token of a holder in it."""
    issued = key_of(holder)
    pem = issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    (folder / "certificate.der").write_bytes(issued.certificate)
    (folder / "does").write_text("")
    return folder


def judged(folder: Path, does: str, *, pdf: bytes | None = None, holder: str = LEADER) -> Wrong:
    original = decision() if pdf is None else pdf
    returned = Peer(token_in(folder, holder)).changed(original, does)
    return check(original, returned, certificate=key_of(LEADER).certificate, field="KyChinh")


@pytest.mark.parametrize(
    ("does", "wrong"),
    [
        ("sign", Wrong.NOTHING),
        ("nothing", Wrong.NOT_SIGNED),
        ("rewrite", Wrong.REWRITTEN),
        ("draw", Wrong.CHANGED),
        ("own-field", Wrong.OTHER_FIELD),
        ("twice", Wrong.SIGNED_TWICE),
    ],
)
def test_what_comes_back_is_the_document_with_its_signature_or_is_not_taken(
    tmp_path: Path, does: str, wrong: Wrong
) -> None:
    assert judged(tmp_path, does) is wrong


def test_another_signer_and_another_place_are_not_taken(tmp_path: Path) -> None:
    assert judged(tmp_path, "sign", holder="Người Khác") is Wrong.OTHER_SIGNER
    assert judged(tmp_path, "sign", pdf=signed_by_leader()) is Wrong.OTHER_FIELD  # only the seal's field is left


def test_a_signature_that_does_not_fit_or_cannot_be_read_is_not_taken(tmp_path: Path, settings: LazySettings) -> None:
    original, certificate = decision(), key_of(LEADER).certificate
    returned = bytearray(Peer(token_in(tmp_path)).changed(original, "sign"))
    place = returned.index(b"/Contents", len(original)) + 200
    returned[place : place + 2] = b"00" if returned[place : place + 2] != b"00" else b"01"
    assert check(original, bytes(returned), certificate=certificate, field="KyChinh") in {Wrong.BROKEN, Wrong.DAMAGED}
    expected = {"certificate": certificate, "field": "KyChinh", "service": settings.VERIFIER_SOCKET}
    assert check_returned(original, original + b"garbage", **expected) in {Wrong.NOT_SIGNED, Wrong.DAMAGED}
    assert check_returned(original, b"%PDF-", **expected) is Wrong.REWRITTEN


FILING = b'<?xml version="1.0" encoding="UTF-8"?>\n<ToKhai>\n  <SoTien>1500000</SoTien>\n</ToKhai>'


@pytest.mark.parametrize(
    ("does", "wrong"),
    [
        ("sign", Wrong.NOTHING),
        ("indent", Wrong.NOTHING),
        ("nothing", Wrong.NOT_SIGNED),
        ("draw", Wrong.CHANGED),
        ("twice", Wrong.SIGNED_TWICE),
        ("aside", Wrong.OTHER_FIELD),
        ("garble", Wrong.BROKEN),
        ("weak", Wrong.WEAK),
    ],
)
def test_xml_comes_back_with_its_signature_or_is_not_taken(tmp_path: Path, does: str, wrong: Wrong) -> None:
    returned = Peer(token_in(tmp_path)).changed_xml(FILING, does)
    assert check_xml(FILING, returned, certificate=key_of(LEADER).certificate, advanced=False) is wrong


def test_xml_of_another_signer_or_form_is_not_taken(tmp_path: Path, settings: LazySettings) -> None:
    certificate, peer = key_of(LEADER).certificate, Peer(token_in(tmp_path))
    plain, advanced = (peer.changed_xml(FILING, "sign", plain=plain) for plain in (True, False))
    other = Peer(token_in(tmp_path, "Người Khác")).changed_xml(FILING, "sign")

    def judged_as(form: str, returned: bytes) -> Wrong:
        service = settings.VERIFIER_SOCKET
        return check_returned(FILING, returned, certificate=certificate, field="", form=form, service=service)

    assert judged_as("xml", other) is Wrong.OTHER_SIGNER
    assert (judged_as("xades", plain), judged_as("xades", advanced)) == (Wrong.PLAIN, Wrong.NOTHING)
    assert judged_as("xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>') is Wrong.DAMAGED
    assert judged_as("xml", b"<a") is Wrong.DAMAGED


def test_a_part_of_an_xml_document_is_not_given_to_the_program() -> None:
    with pytest.raises(Unsignable) as refused:
        xml.prepare_whole(FILING, stamp=Stamp("ChuKy#a", timezone.now()))
    assert refused.value.code == "format"


@pytest.fixture
def leader() -> Account:
    trust_tokens()
    return make_officer(roles=["leader"], name=LEADER)


@pytest.fixture
def vgca(tmp_path: Path, live_server: Any, settings: LazySettings) -> Iterator[Path]:
    """The program, running; the folder says how it behaves."""
    folder = tmp_path / "vgca"
    folder.mkdir()
    token_in(folder)
    with running(folder) as address:
        settings.PUBLIC_URL = live_server.url
        settings.SIGNING_PROVIDERS = {"vgca": {"socket": address}}
        yield folder


def certificate_of(leader: Account) -> SigningCertificate:
    holder = Holder(HolderKind.OFFICER, leader.pk)
    means = actions.register_means(holder=holder, provider="vgca", answers={}, by=leader.pk, at=timezone.now())
    file = key_of(LEADER).certificate
    return actions.register_certificate_file(means=means, file=file, by=leader.pk, at=timezone.now())


def fetch(url: str) -> httpx.Response:
    return httpx.get(url, timeout=60, verify=client_context())


def upload(told: dict[str, str], files: dict[str, Any]) -> httpx.Response:
    return httpx.post(told["FileUploadHandler"], files=files, timeout=60, verify=client_context())


@pytest.mark.django_db(transaction=True)
def test_a_file_leaves_and_returns_by_an_address_that_dies_with_it(
    tmp_path: Path, live_server: Any, settings: LazySettings, leader: Account
) -> None:
    settings.PUBLIC_URL = live_server.url
    waiting = begin(certificate_of(leader), leader, count=2)
    told = PageOf(sign_in(Client(), leader)).challenge(waiting).json()["documents"][0]["told"]
    original = fetch(told["FileName"])
    assert original.headers["Content-Type"] == "application/pdf"
    peer = Peer(token_in(tmp_path))

    def send(pdf: bytes) -> Any:
        files = {"uploadfile": ("a.pdf", pdf, "application/pdf")}
        return upload(told, files).json()

    refused = send(peer.changed(original.content, "draw"))
    assert refused["Status"] == 1
    assert refused["Message"]
    assert upload(told, {}).json()["Status"] == 1
    assert fetch(told["FileName"]).status_code == 200  # nothing is lost by it
    assert send(peer.changed(original.content, "sign"))["Status"] == 0
    assert fetch(told["FileName"]).status_code == 404
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.WAITING
    actions.cancel_signing(transaction_id=waiting.pk, by=leader.pk, at=timezone.now())
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.SIGNED  # what came back stays signed, only the rest is left out
    (kept,) = actions.collect_signed(transaction_id=waiting.pk, subject="dossier:1")
    (verdict,) = queries.verdicts_on(kept.content, at=timezone.now())
    assert (verdict.field, verdict.signer) == ("KyChinh", LEADER)
    with pytest.raises(Refused) as left_out:
        actions.collect_signed(transaction_id=waiting.pk, subject="dossier:2")
    assert left_out.value.code == "left_out"
    ended = Event.objects.get(kind="signing.signed")
    assert (ended.references["subjects"], ended.references["left_out"]) == (["dossier:1"], ["dossier:2"])
    assert fetch(handover.addresses(waiting.pk, 1)[0]).status_code == 404
    assert fetch(f"{live_server.url}/signing/files/gia-mao/").status_code == 404


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("SaoY", "SignCopy"),
        ("SaoLuc", "SignCopy"),
        ("DauPL", "SignAppendix"),
        ("KyChinh", "SignApproved"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_each_kind_of_signature_has_its_function_of_the_program(
    tmp_path: Path, live_server: Any, settings: LazySettings, leader: Account, field: str, path: str
) -> None:
    settings.PUBLIC_URL = live_server.url
    pdf = with_text_seal_place(rendering().pdf, field) if field == "DauPL" else decision()
    document = DocumentToSign(pdf, "dossier:1", "Văn bản", Stamp(field, timezone.now()))
    waiting = actions.start_signing(
        certificate=certificate_of(leader), documents=[document], by=leader.pk, at=timezone.now()
    )
    (asked,) = PageOf(sign_in(Client(), leader)).challenge(waiting).json()["documents"]
    assert asked["socket"].endswith(f"/{path}")
    peer, told = Peer(token_in(tmp_path)), asked["told"]
    original = fetch(told["FileName"]).content

    def send(at: str) -> int:
        files = {"uploadfile": ("a.pdf", peer.changed(original, "sign", at=at), "application/pdf")}
        return int(upload(told, files).json()["Status"])

    assert field == "DauPL" or send("KyNhay1") == 1, "at another place it is not taken"
    assert send(field) == 0
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.SIGNED
    (signed,) = actions.collect_signed(transaction_id=waiting.pk)
    (verdict,) = queries.verdicts_on(signed.content, at=timezone.now())
    assert (verdict.field, verdict.signer) == (field, LEADER)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.engines.signing.token_pages")
def test_a_leader_signs_with_vgca(page: Page, live_server: Any, leader: Account, vgca: Path) -> None:
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=timezone.now())
    waiting = begin(certificate_of(leader), leader, count=2)
    cookies = sign_in(Client(), leader).cookies
    page.context.add_cookies([{"name": n, "value": c.value, "url": live_server.url} for n, c in cookies.items()])
    page.goto(f"{live_server.url}/test/signing/{waiting.pk}/")
    (vgca / "does").write_text("sign draw cancel vanish")
    button = page.get_by_role("button")
    page.get_by_role("button", name="Ký bằng VGCA Sign Service").click()
    expect(page.get_by_role("alert")).to_contain_text("Văn bản bị thay đổi ngoài chữ ký", timeout=60_000)
    button.filter(has_text="Thử lại").click()
    expect(page.get_by_role("alert")).to_contain_text("Người dùng đã hủy")
    button.filter(has_text="Thử lại").click()
    expect(page.get_by_role("alert")).to_be_visible()
    button.filter(has_text="Thử lại").click()
    page.wait_for_url("**/done/**", timeout=60_000)
    for each in actions.collect_signed(transaction_id=waiting.pk):
        (verdict,) = queries.verdicts_on(each.content, at=timezone.now())
        assert (verdict.state, verdict.signer) == (State.VALID, LEADER)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.engines.signing.token_pages")
def test_a_leader_signs_xml_with_vgca(page: Page, live_server: Any, leader: Account, vgca: Path) -> None:
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=timezone.now())
    at, certificate = timezone.now(), certificate_of(leader)
    documents = [
        DocumentToSign(FILING, "dossier:1", "Tờ khai", Stamp("", at), format=form) for form in ("xml", "xades")
    ]
    waiting = actions.start_signing(certificate=certificate, documents=documents, by=leader.pk, at=at)
    cookies = sign_in(Client(), leader).cookies
    page.context.add_cookies([{"name": n, "value": c.value, "url": live_server.url} for n, c in cookies.items()])
    page.goto(f"{live_server.url}/test/signing/{waiting.pk}/")
    (vgca / "does").write_text("draw")
    page.get_by_role("button", name="Ký bằng VGCA Sign Service").click()
    expect(page.get_by_role("alert")).to_contain_text("Văn bản bị thay đổi ngoài chữ ký", timeout=60_000)
    page.get_by_role("button").filter(has_text="Thử lại").click()
    page.wait_for_url("**/done/**", timeout=60_000)
    signed = actions.collect_signed(transaction_id=waiting.pk)
    verdicts = [queries.verdicts_on(each.content, at=timezone.now()) for each in signed]
    assert [(each.state, each.signer) for (each,) in verdicts] == [(State.VALID, LEADER)] * 2


@pytest.mark.django_db
def test_who_gives_up_ends_it(leader: Account) -> None:
    browser = PageOf(sign_in(Client(), leader, confirmed=True))
    certificate = certificate_of(leader)
    for code, fault in (("user_cancelled", Fault.USER_CANCELLED), ("no_agent", Fault.UNREACHABLE)):
        waiting = begin(certificate, leader)
        assert browser.deliver(waiting, {}).json()["state"] == "waiting"
        assert browser.deliver(waiting, {"code": code}).json()["fault"] == fault


@pytest.mark.django_db
def test_a_certificate_comes_from_a_file(leader: Account) -> None:
    certificate = certificate_of(leader)
    address = reverse("signing:means-file", args=[certificate.means_id])
    client = sign_in(Client(), leader, confirmed=True)
    pem = x509.load_der_x509_certificate(bytes(certificate.der)).public_bytes(Encoding.PEM)
    for content, said in (
        (pem, "Đã đăng ký"),
        (b"none", "không phải"),
        (b"-----BEGIN CERTIFICATE-----", "không phải"),
    ):
        sent = {"certificate": SimpleUploadedFile("a.cer", content), "next": "/desk/"}
        assert said in client.post(address, sent, follow=True).content.decode()
    assert SigningCertificate.objects.get() == certificate
    with pytest.raises(Refused) as caught:
        actions.register_certificate_file(
            means=token_means(leader), file=bytes(certificate.der), by=leader.pk, at=timezone.now()
        )
    assert caught.value.code == "not_by_file"


@pytest.mark.django_db
def test_nobody_registers_for_themselves_a_certificate_in_another_name(leader: Account) -> None:
    """An administrator who registers the way of signing vouches that the certificate is the officer's."""
    holder, at, theirs = Holder(HolderKind.OFFICER, leader.pk), timezone.now(), key_of("Người Khác").certificate
    own = actions.register_means(
        holder=holder, provider="vgca", answers={}, name=leader.display_name, by=leader.pk, at=at
    )
    with pytest.raises(Refused) as caught:
        actions.register_certificate_file(means=own, file=theirs, by=leader.pk, at=at)
    assert caught.value.code == "other_holder"
    actions.withdraw_means(means_id=own.pk, by=leader.pk, at=at)
    vouched = actions.register_means(holder=holder, provider="vgca", answers={}, by=make_officer().pk, at=at)
    assert actions.register_certificate_file(means=vouched, file=theirs, by=leader.pk, at=at).holder_id == leader.pk


def test_the_program_is_looked_for_on_this_machine_only() -> None:
    assert registry["vgca"].connects == ("wss://127.0.0.1:8987",)
    with pytest.raises(Misconfigured):
        VgcaSignService({"socket": "wss://vgca.example:8987"})
