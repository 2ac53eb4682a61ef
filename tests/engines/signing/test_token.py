"""The house and the real agent: registering a token's certificate with a proof, signing, and all that goes wrong."""

import base64
from datetime import timedelta
from itertools import count

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import LazySettings
from django.core import signing
from django.test import Client
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.engines.signing import actions, queries, token_requests
from motcua.engines.signing.access import holder_of
from motcua.engines.signing.actions import answers
from motcua.engines.signing.authority import usage
from motcua.engines.signing.cli import token_agent_key
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate, TransactionState
from motcua.engines.signing.providers.interface import Decline, Declined, Fault, Signed
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.providers.token import AGENTS, FAULTS, PLAIN_AGENTS
from motcua.engines.signing.verification import State
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from tests.agent.running import Desk, ask
from tests.engines.signing.factories import LEADER, demo_authority, key_of
from tests.engines.signing.softhsm import Token
from tests.engines.signing.tokens import PageOf, begin, known_certificate, token_means, trust_tokens
from tests.factories import make_citizen, make_office, make_officer, sign_in

pytestmark = pytest.mark.django_db
ADDRESSES = count(1)
TRUST = {"allowed": True}


@pytest.fixture
def origin(settings: LazySettings) -> str:
    """An address of ours that no agent knows yet: every test has a key of its own."""
    settings.PUBLIC_URL = f"https://tinh-{next(ADDRESSES)}.example"
    return str(settings.PUBLIC_URL)


@pytest.fixture
def leader() -> Account:
    trust_tokens()
    return make_officer(roles=["leader"], name=LEADER)


@pytest.fixture
def page(leader: Account) -> PageOf:
    return PageOf(sign_in(Client(), leader, confirmed=True))


@pytest.fixture
def certificate(
    leader: Account, usb_token: Token, token_agent: str, token_desk: Desk, origin: str
) -> SigningCertificate:
    token_desk.person.will_say(TRUST, {"pin": usb_token.pin})
    made = known_certificate(leader, usb_token.key("ec"), token_agent, origin)
    token_desk.person.will_say({"pin": usb_token.pin})
    return made


@pytest.fixture
def trusted() -> None:
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=timezone.now())


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_certificate_is_registered_when_its_key_proves_itself(
    page: PageOf, leader: Account, usb_token: Token, token_agent: str, token_desk: Desk, origin: str, kind: str
) -> None:
    means = token_means(leader)
    token_desk.person.will_say(TRUST, {"pin": usb_token.pin})
    listed = ask(token_agent, "/getsigner", page.inquiry(means).json()["request"], origin=origin)["certificates"]
    der = usb_token.key(kind).certificate
    chosen = next(each for each in listed if base64.b64decode(each["chain"][0]) == der)
    asked = page.proof(means, der).json()
    answer = ask(token_agent, "/sign", asked["request"], origin=origin)
    body = {"certificate": chosen["chain"][0], "statement": asked["statement"], "answer": answer}
    told = page.certificate(means, body).json()
    assert told["state"] == "registered"
    assert LEADER in told["text"]
    written = SigningCertificate.objects.get(means=means)
    assert (bytes(written.der), written.holder_id, written.provider) == (der, leader.pk, "usb-token")
    assert (
        queries.certificate_of(HolderKind.OFFICER, leader.pk, level=DocumentLevel.DECISION, at=timezone.now())
        == written
    )
    assert Event.objects.filter(kind="signing.certificate_registered", actor=leader.pk).count() == 1
    shown = token_desk.person.was_asked[-1]["titles"]
    assert len(shown) == 1
    assert LEADER in shown[0]


def test_a_citizens_token_that_does_not_bear_their_number_is_refused_plainly(
    usb_token: Token, token_agent: str, token_desk: Desk, origin: str, settings: LazySettings
) -> None:
    """It bears their name, and the key proves itself."""
    trust_tokens()
    settings.SIGNING_PROVIDERS = {"usb-token": {"public": True}}
    person, der = make_citizen(name=LEADER), usb_token.key("ec").certificate
    assert person.account is not None
    told = {"holder": holder_of(person), "name": person.name, "by": person.account.pk}
    means = actions.register_means(**told, provider="usb-token", answers={}, at=timezone.now())
    page = PageOf(sign_in(Client(), person.account, confirmed=True))
    token_desk.person.will_say(TRUST, {"pin": usb_token.pin})
    asked = page.proof(means, der).json()
    answer = ask(token_agent, "/sign", asked["request"], origin=origin)
    body = {"certificate": base64.b64encode(der).decode(), "statement": asked["statement"], "answer": answer}
    refused = page.certificate(means, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "no_number")
    assert "số định danh gồm 12 chữ số" in refused.json()["detail"]
    assert not SigningCertificate.objects.filter(means=means).exists()


def test_who_does_not_hold_the_key_registers_nothing(leader: Account, usb_token: Token) -> None:
    means, at = token_means(leader), timezone.now()
    mine = key_of(LEADER)
    began = x509.load_der_x509_certificate(mine.certificate).not_valid_before_utc
    der = usb_token.key("ec").certificate
    proof = actions.ask_proof(means=means, der=der, at=at)
    for answer in ({"signatures": ["AAAA"]}, {"signatures": []}, {"code": "user_cancelled"}, {}):
        with pytest.raises(Refused) as caught:
            actions.register_certificate(
                means=means, der=der, others=[], statement=proof.statement, answer=answer, by=leader.pk, at=at
            )
        assert caught.value.code == "not_proven"
    with pytest.raises(Refused) as caught:
        actions.register_certificate(
            means=means,
            der=mine.certificate,
            others=[],
            statement=proof.statement,
            answer={},
            by=leader.pk,
            at=began + timedelta(days=1),
        )
    assert caught.value.code == "statement"
    assert not SigningCertificate.objects.exists()


def test_a_statement_of_another_day_or_another_means_proves_nothing(
    leader: Account, usb_token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    means, at, der = token_means(leader), timezone.now(), usb_token.key("ec").certificate
    other = token_means(make_officer())
    foreign = actions.ask_proof(means=other, der=der, at=at).statement
    monkeypatch.setattr("time.time", lambda: at.timestamp() - 3600)
    old = actions.ask_proof(means=means, der=der, at=at).statement
    monkeypatch.undo()
    for statement in (foreign, old, "", signing.dumps({"means": str(means.pk)})):
        with pytest.raises(Refused) as caught:
            actions.register_certificate(
                means=means, der=der, others=[], statement=statement, answer={}, by=leader.pk, at=at
            )
        assert caught.value.code == "statement"


def self_signed(name: str) -> bytes:
    """A certificate that somebody made for themselves."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    began = timezone.now() - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(began).not_valid_after(began + timedelta(days=9))
    made = made.add_extension(usage(digital_signature=True), critical=True)
    return made.sign(key, SHA256()).public_bytes(Encoding.DER)


def test_what_cannot_sign_here_is_not_asked_for_a_proof(leader: Account, expired_usb_token: Token) -> None:
    means, at = token_means(leader), timezone.now()
    cases = {
        "certificate": expired_usb_token.key("ec").certificate,
        "not_a_certificate": b"none",
        "usage": demo_authority().certificate,
        "self_signed": self_signed(LEADER),
    }
    for code, der in cases.items():
        with pytest.raises(Refused) as caught:
            actions.ask_proof(means=means, der=der, at=at)
        assert caught.value.code == code


def test_issuers_that_come_along_are_kept_and_strangers_are_not(
    leader: Account, usb_token: Token, token_agent: str, token_desk: Desk, origin: str
) -> None:
    token_desk.person.will_say(TRUST, {"pin": usb_token.pin})
    others = [b"none", key_of("Ai Đó").certificate, demo_authority().certificate]
    written = known_certificate(leader, usb_token.key("ec"), token_agent, origin, others=others)
    assert bytes(written.chain) == b""  # the issuer is a root, which is trusted here or not at all


@pytest.mark.parametrize("documents", [1, 3])
def test_decisions_are_signed_and_valid(
    page: PageOf,
    leader: Account,
    certificate: SigningCertificate,
    token_agent: str,
    origin: str,
    trusted: None,
    documents: int,
) -> None:
    waiting = begin(certificate, leader, count=documents)
    assert waiting.state == TransactionState.WAITING
    answer = ask(token_agent, "/sign", page.challenge(waiting).json()["request"], origin=origin)
    told = page.deliver(waiting, {"signatures": answer["signatures"]}).json()
    assert (told["state"], told["fault"]) == ("signed", "")
    signed = actions.collect_signed(transaction_id=waiting.pk)
    assert len(signed) == documents
    for each in signed:
        (verdict,) = queries.verdicts_on(each.content, at=timezone.now())
        assert (verdict.state, verdict.signer) == (State.VALID, LEADER)


def test_every_challenge_is_a_request_of_its_own(
    page: PageOf, leader: Account, certificate: SigningCertificate, token_agent: str, token_desk: Desk, origin: str
) -> None:
    waiting = begin(certificate, leader)
    token_desk.person.will_say({})
    first, second = (page.challenge(waiting).json()["request"] for _again in range(2))
    assert ask(token_agent, "/sign", first, origin=origin)["code"] == "user_cancelled"
    assert ask(token_agent, "/sign", first, origin=origin)["code"] == "request_replayed"
    assert ask(token_agent, "/sign", second, origin=origin)["code"] == "user_cancelled"
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.WAITING  # the signer may try again as long as the house waits


def test_signatures_that_come_after_the_end_are_kept_apart(
    page: PageOf, leader: Account, certificate: SigningCertificate, token_agent: str, origin: str, trusted: None
) -> None:
    """The request was cancelled in another window while the agent asked for the PIN."""
    waiting = begin(certificate, leader)
    answer = ask(token_agent, "/sign", page.challenge(waiting).json()["request"], origin=origin)
    actions.cancel_signing(transaction_id=waiting.pk, by=leader.pk, at=timezone.now())
    for _again in range(2):
        told = page.deliver(waiting, {"signatures": answer["signatures"]}).json()
        assert (told["state"], told["fault"]) == ("cancelled", "")
    document = waiting.documents.get()
    assert (document.signed, bytes(document.late)) == (None, base64.b64decode(answer["signatures"][0]))
    notice = Notice.objects.get(kind="signature.late", recipient=leader)
    assert notice.subject.startswith("Chữ ký đến muộn")


def test_who_gives_up_ends_it_and_why_is_kept(page: PageOf, leader: Account, certificate: SigningCertificate) -> None:
    waiting = begin(certificate, leader)
    told = page.deliver(waiting, {"code": "pin_blocked"}).json()
    assert (told["state"], told["fault"]) == ("failed", Fault.PIN_BLOCKED)
    assert told["text"]
    assert page.challenge(waiting).status_code == Conflict.status
    again = page.deliver(waiting, {"signatures": ["AAAA"]}).json()
    assert again["state"] == "failed"


def test_what_is_no_signature_is_not_taken_for_one(
    page: PageOf, leader: Account, certificate: SigningCertificate, subtests: pytest.Subtests
) -> None:
    for answer in (
        {"signatures": []},
        {"signatures": ["AAAA"]},
        {"signatures": ["*"]},
        {"signatures": "AAAA"},
        {"signatures": [1]},
        {},
    ):
        with subtests.test(answer=answer):
            told = page.deliver(begin(certificate, leader), answer).json()
            assert (told["state"], told["fault"]) == ("failed", Fault.WRONG_SIGNATURE)


def test_the_key_of_another_signs_nothing(
    page: PageOf, leader: Account, certificate: SigningCertificate, usb_token: Token, token_agent: str, origin: str
) -> None:
    waiting = begin(certificate, leader)
    request = token_requests.sign_request(
        transaction=str(waiting.pk),
        expires_at=waiting.expires_at,
        certificate=usb_token.key("rsa").certificate,
        items=answers.request_of(waiting).items,
    )
    answer = ask(token_agent, "/sign", request, origin=origin)
    told = page.deliver(waiting, {"signatures": answer["signatures"]}).json()
    assert (told["state"], told["fault"]) == ("failed", Fault.WRONG_SIGNATURE)


def test_a_body_that_cannot_be_read_ends_nothing(
    page: PageOf, leader: Account, certificate: SigningCertificate
) -> None:
    waiting = begin(certificate, leader)
    for body in ("{", "[]", '{"a": NaN}'):
        assert page.deliver(waiting, body).status_code == 422
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.WAITING


def test_only_who_started_a_signing_reaches_it(leader: Account, certificate: SigningCertificate) -> None:
    waiting = begin(certificate, leader)
    other = PageOf(sign_in(Client(), make_officer(roles=["leader"])))
    assert other.challenge(waiting).status_code == 404
    assert other.deliver(waiting, {"code": "user_cancelled"}).status_code == 404
    assert other.inquiry(certificate.means).status_code == 404
    assert PageOf(Client()).challenge(waiting).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.WAITING


def test_a_clerk_registers_the_token_of_the_office(origin: str) -> None:
    office = make_office()
    clerk, specialist = (make_officer(roles=[role], office=office) for role in ("clerk", "specialist"))
    means = token_means(clerk)
    means.holder_kind, means.holder_id = HolderKind.OFFICE, office.pk
    means.save()
    assert PageOf(sign_in(Client(), clerk)).inquiry(means).status_code == 200
    assert PageOf(sign_in(Client(), specialist)).inquiry(means).status_code == 404


def test_every_word_of_the_agent_has_its_fault() -> None:
    from motcua_token_agent.errors import Code

    unavailable = {Code.REQUEST_REPLAYED, Code.NO_DISPLAY, Code.FAILED}
    assert {code for code in Code if code.value not in FAULTS} == unavailable
    provider = registry["usb-token"]
    for code, fault in FAULTS.items():
        outcome = provider.delivered(None, "", {"code": code})
        assert isinstance(outcome, Declined)
        assert outcome.fault is fault
    assert provider.delivered(None, "", {"code": "user_cancelled"}).why is Decline.REFUSED
    assert provider.delivered(None, "", {"code": "no_display"}).fault is Fault.UNAVAILABLE
    assert provider.delivered(None, "", {"signatures": ["AAAA"]}) == Signed((bytes(3),))


def test_where_the_agent_is_looked_for_can_be_configured(settings: LazySettings) -> None:
    settings.SECURE = True
    assert registry["usb-token"].connects == AGENTS
    settings.SECURE = False
    assert registry["usb-token"].connects == AGENTS + PLAIN_AGENTS
    settings.SIGNING_PROVIDERS = {"usb-token": {"agents": ["https://127.0.0.1:1"]}}
    assert registry["usb-token"].connects == ("https://127.0.0.1:1",)
    settings.SIGNING_PROVIDERS = {"usb-token": {"agents": "https://127.0.0.1:1"}}
    with pytest.raises(Misconfigured):
        registry["usb-token"]


def test_a_way_of_signing_without_a_browser_has_no_inquiry(leader: Account) -> None:
    from tests.engines.signing.asked import demo_certificate

    means = demo_certificate(leader.pk).means
    with pytest.raises(Refused) as caught:
        actions.ask_certificates(means=means, at=timezone.now())
    assert caught.value.code == "not_in_browser"


def test_the_operator_is_told_the_key_that_agents_must_trust(origin: str) -> None:
    told = CliRunner().invoke(token_agent_key).output
    assert told.split() == [origin, token_requests.thumbprint(token_requests.key())]
