"""What can happen to a request to sign, its documents, means and certificates."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import IntegrityError, transaction

from motcua.engines.signing import access, actions, authority, queries, rules
from motcua.engines.signing.actions import DocumentToSign, SignedDocument
from motcua.engines.signing.models import (
    DocumentLevel,
    HolderKind,
    SigningCertificate,
    SigningDocument,
    SigningPolicy,
    SigningTransaction,
    TransactionState,
    TrustAnchor,
)
from motcua.engines.signing.providers import software
from motcua.engines.signing.providers.interface import Decline, Declined, Question, Signed
from motcua.engines.signing.providers.registry import Registry, registry
from motcua.engines.signing.verification import State
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.identifiers.models import new_id
from motcua.people.officers.desks import Desk
from motcua.people.officers.queries import desk_of
from tests.engines.signing import simulator
from tests.engines.signing.asked import (
    OFFICE,
    OFFICER,
    demo_certificate,
    kinds,
    register,
    remote_certificate,
    start,
    to_sign,
)
from tests.engines.signing.factories import AT, LEADER, seal_stamp
from tests.engines.signing.simulator import Simulator
from tests.factories import make_office, make_officer

DECISION = DocumentLevel.DECISION
pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("own_keys")
def test_the_demonstration_is_set_up_once():
    first = demo_certificate()
    assert demo_certificate() == first
    assert actions.create_demo_authority(at=AT) == TrustAnchor.objects.get()
    assert (first.subject, first.demonstration, first.provider) == (LEADER, True, software.CODE)
    assert queries.trusted_authorities() == [software.authority_certificate(AT)]


@pytest.mark.usefixtures("own_keys")
def test_keys_are_encrypted_and_only_their_owner_reads_them():
    demo_certificate()
    folder = settings.HOME / "keys"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert all(b"ENCRYPTED" in path.read_bytes() for path in folder.glob("*.pem"))
    assert sorted(path.name for path in folder.iterdir()) == ["authority.pem", f"officer-{OFFICER}.pem", "passphrase"]


def test_a_leader_signs_a_clerk_seals_and_every_signature_says_that_it_is_a_demonstration():
    signed = actions.sign_document(
        certificate=demo_certificate(), document=to_sign(reason="Phê duyệt"), level=DECISION, by=OFFICER, at=AT
    )
    seal = demo_certificate(OFFICE, HolderKind.OFFICE)
    sealing = DocumentToSign(signed, "dossier:1", "Quyết định", seal_stamp())
    final = actions.sign_document(certificate=seal, document=sealing, level=DocumentLevel.SEAL, by=OFFICER, at=AT)
    leader, agency = queries.verdicts_on(final, at=AT)
    assert (leader.state, agency.state) == (State.VALID, State.VALID)
    assert leader.reason == "Phê duyệt. Chữ ký trình diễn, không có giá trị pháp lý"
    assert agency.reason == "Chữ ký trình diễn, không có giá trị pháp lý"
    assert kinds() == ["signing.signed", "signing.signed"]
    assert not SigningDocument.objects.exclude(prepared=None, signed=None).exists()


def test_a_demonstration_key_signs_nothing_in_earnest(settings: LazySettings):
    certificate = demo_certificate()
    settings.DEMONSTRATION_KEYS = False
    with pytest.raises(Refused) as refusal:
        start(certificate)
    assert refusal.value.code == "demonstration"
    assert queries.usable_certificates(HolderKind.OFFICER, OFFICER, level=DocumentLevel.DECISION, at=AT) == []
    assert not SigningTransaction.objects.exists()


def test_a_batch_waits_for_one_confirmation_and_is_collected_once():
    waiting = start(remote_certificate(), count=3)
    assert (waiting.state, waiting.provider_reference) == (TransactionState.WAITING, "request-1")
    assert actions.settle_signing(transaction_id=waiting.id, at=AT).state == TransactionState.WAITING
    with pytest.raises(Conflict):
        actions.collect_signed(transaction_id=waiting.id)

    Simulator.answers["request-1"] = Simulator.answers["signed"]
    assert actions.settle_signing(transaction_id=waiting.id, at=AT).state == TransactionState.SIGNED
    collected = actions.collect_signed(transaction_id=waiting.id)
    assert [each.subject for each in collected] == ["dossier:0", "dossier:1", "dossier:2"]
    assert {queries.verdicts_on(each.content, at=AT)[0].state for each in collected[:1]} == {State.VALID}
    assert isinstance(collected[0], SignedDocument)
    with pytest.raises(Conflict):
        actions.collect_signed(transaction_id=waiting.id)
    registered = ["signing.means_registered", "signing.certificate_registered"]
    assert kinds() == [*registered, "signing.started", "signing.signed"]
    told = Event.objects.get(kind="signing.signed")
    assert told.references["subjects"] == ["dossier:0", "dossier:1", "dossier:2"]


@pytest.mark.parametrize("why", list(Decline))
def test_a_signer_may_decline_and_nothing_is_left_of_the_documents(why: Decline):
    waiting = start(remote_certificate())
    Simulator.answers["request-1"] = Declined(why, "4002")
    ended = actions.settle_signing(transaction_id=waiting.id, at=AT)
    assert (ended.state, ended.detail, ended.finished_at) == (why, "4002", AT)
    assert ended.documents.get().prepared is None
    assert actions.settle_signing(transaction_id=waiting.id, at=AT + timedelta(days=1)).finished_at == AT


@pytest.mark.parametrize("signatures", [(b"wrong",), (), (b"a", b"b")])
def test_a_signature_of_another_key_makes_no_document(signatures: tuple[bytes, ...]):
    waiting = start(remote_certificate())
    Simulator.answers["request-1"] = Signed(signatures)
    assert actions.settle_signing(transaction_id=waiting.id, at=AT).state == TransactionState.FAILED
    assert waiting.documents.get().signed is None


def test_a_request_can_be_cancelled_while_it_waits():
    waiting = start(remote_certificate())
    assert actions.cancel_signing(transaction_id=waiting.id, by=OFFICER, at=AT).state == TransactionState.CANCELLED
    assert Simulator.cancelled == ["request-1"]
    with pytest.raises(Conflict):
        actions.cancel_signing(transaction_id=waiting.id, by=OFFICER, at=AT)
    with pytest.raises(NotFound):
        actions.cancel_signing(transaction_id=new_id(), by=OFFICER, at=AT)


def test_a_withdrawn_or_expired_certificate_signs_nothing():
    certificate = demo_certificate()
    late = AT + timedelta(days=1200)
    with pytest.raises(Refused, match=r"(?i)certificate|chứng thư"):
        actions.start_signing(certificate=certificate, documents=[to_sign()], by=OFFICER, at=late)
    actions.withdraw_certificate(certificate_id=certificate.id, by=OFFICER, at=AT)
    actions.withdraw_certificate(certificate_id=certificate.id, by=OFFICER, at=AT)
    certificate.refresh_from_db()
    with pytest.raises(Refused):
        start(certificate)
    assert kinds() == ["signing.certificate_withdrawn"]


def test_the_certificate_of_a_holder_is_one_that_may_sign_now():
    certificate = demo_certificate()

    def found(kind: HolderKind = HolderKind.OFFICER, at: datetime = AT) -> SigningCertificate | None:
        return queries.certificate_of(kind, OFFICER, level=DocumentLevel.DECISION, at=at)

    assert found() == certificate
    assert found(HolderKind.OFFICE) is None
    assert found(at=AT + timedelta(days=1200)) is None
    actions.withdraw_certificate(certificate_id=certificate.id, by=OFFICER, at=AT)
    assert found() is None


def test_a_document_without_the_place_is_refused_by_its_title():
    with pytest.raises(Refused, match="Quyết định") as refusal:
        actions.sign_document(
            certificate=demo_certificate(), document=to_sign(field="Khac"), level=DECISION, by=OFFICER, at=AT
        )
    assert refusal.value.code == "document"
    for documents in ([], [to_sign()] * (rules.MAX_BATCH + 1)):
        with pytest.raises(Refused) as refusal:
            actions.start_signing(certificate=demo_certificate(), documents=documents, by=OFFICER, at=AT)
        assert refusal.value.code == "batch_size"


@pytest.mark.parametrize("count", [1, rules.MAX_BATCH])
def test_a_batch_takes_as_many_statements_as_one_document(count: int, django_assert_num_queries: Any):
    certificate = demo_certificate()
    # Policy, transaction, documents; what is to be signed; lock, documents, end, subjects, two of the event, and two
    # savepoints where there are transactions outside of tests. The signed files go as a statement of their own.
    with django_assert_num_queries(14):
        done = start(certificate, count, image=None)
    assert done.state == TransactionState.SIGNED
    assert done.documents.filter(prepared=None, signed__isnull=False).count() == count


def test_who_signs_files_by_itself_or_elsewhere_takes_no_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = remote_certificate()
    assert queries.signs_any_file(certificate)
    for name, value in (("whole_documents", True), ("shows_up_to", 700_000)):
        with monkeypatch.context() as patched:
            patched.setattr(Simulator, name, value)
            assert not queries.signs_any_file(certificate)


def test_signing_at_once_needs_a_provider_that_does():
    with pytest.raises(Refused) as refusal:
        actions.sign_document(certificate=remote_certificate(), document=to_sign(), level=DECISION, by=OFFICER, at=AT)
    assert refusal.value.code == "not_signed"
    assert SigningTransaction.objects.get().state == TransactionState.CANCELLED
    assert Simulator.cancelled == ["request-1"]


def test_an_anchor_must_be_a_certificate():
    with pytest.raises(Refused) as refusal:
        actions.add_trust_anchor(der=b"no", demonstration=False, at=AT)
    assert refusal.value.code == "not_a_certificate"


def test_documents_are_collected_or_thrown_away_by_what_the_room_knows_them_by():
    documents = [replace(to_sign(), reference=name) for name in ("a", "b", "c")]
    done = actions.start_signing(certificate=demo_certificate(), documents=documents, by=OFFICER, at=AT)
    assert [each.reference for each in actions.collect_signed(transaction_id=done.pk, references=["b"])] == ["b"]
    for _again in range(2):
        actions.discard_signed(transaction_id=done.pk, references=["b", "c"], at=AT)
    assert kinds().count("signing.discarded") == 1
    assert [each.reference for each in actions.collect_signed(transaction_id=done.pk, references=["a"])] == ["a"]
    with pytest.raises(Conflict):
        actions.collect_signed(transaction_id=done.pk, references=["c"])


def test_what_a_provider_asks_is_checked_and_its_secrets_are_sealed(monkeypatch: pytest.MonkeyPatch):
    demo_certificate()
    SigningCertificate.objects.all().delete()
    asks = (Question("phone", "Telephone", pattern=r"0\d{9}"), Question("code", "Code", secret=True))
    monkeypatch.setattr(Simulator, "asks", asks)
    with pytest.raises(Invalid) as refusal:
        register(phone="12")
    assert set(refusal.value.errors) == {"phone", "code"}
    means = register(phone="0900000000", code="open sesame")
    assert means.values == {"phone": "0900000000"}
    assert b"sesame" not in bytes(means.secrets)
    assert actions.holding.means_of(means).values == {"phone": "0900000000", "code": "open sesame"}
    with pytest.raises(Conflict):
        register(phone="0900000000", code="other")


def test_a_withdrawn_means_ends_with_its_certificates_and_may_be_registered_again():
    certificate = remote_certificate()
    for _again in range(2):
        actions.withdraw_means(means_id=certificate.means_id, by=OFFICER, at=AT)
    certificate.refresh_from_db()
    assert certificate.withdrawn_at == AT
    assert kinds().count("signing.means_withdrawn") == 1
    register()


def decide(level: str, *kinds: str, valid_from: date, today: date | None = None) -> SigningPolicy:
    return actions.decide_policy(
        level=level,
        kinds=kinds,
        lasting="B-LTA",
        valid_from=valid_from,
        source="Quy chế ký số",
        by=OFFICER,
        today=today or valid_from,
        at=AT,
    )


def test_the_policy_in_force_decides_with_what_a_level_is_signed():
    certificate = demo_certificate()
    day = AT.date()
    decide("decision", simulator.CODE, valid_from=day)
    decide("decision", valid_from=day + timedelta(days=1), today=day)
    with pytest.raises(Refused) as refusal:
        start(certificate)
    assert refusal.value.code == "policy"
    assert queries.certificate_of(HolderKind.OFFICER, OFFICER, level="decision", at=AT) is None
    assert queries.certificate_of(HolderKind.OFFICER, OFFICER, level="seal", at=AT) == certificate
    tomorrow = AT + timedelta(days=1)
    assert queries.certificate_of(HolderKind.OFFICER, OFFICER, level="decision", at=tomorrow) == certificate
    for wrong in ({"level": "secret"}, {"kinds": "carrier-pigeon"}, {"valid_from": day - timedelta(days=1)}):
        values = {"level": "decision", "kinds": simulator.CODE, "valid_from": day} | wrong
        with pytest.raises(Refused):
            decide(values["level"], values["kinds"], valid_from=values["valid_from"], today=day)


def test_a_signature_is_personal_and_the_seal_is_the_clerks():
    office = make_office()
    leader, clerk = make_officer(roles=["leader"], office=office), make_officer(roles=["clerk"], office=office)
    own = demo_certificate(leader.pk)
    seal = demo_certificate(office.pk, HolderKind.OFFICE)
    assert list(access.certificates_of(desk_of(leader, AT))) == [own]
    assert list(access.certificates_of(desk_of(clerk, AT))) == [seal]
    assert access.certificate_for(desk_of(clerk, AT), seal.id) == seal
    with pytest.raises(NotFound):
        access.certificate_for(desk_of(clerk, AT), own.id)
    assert list(access.certificates_of(Desk())) == []
    actions.withdraw_certificate(certificate_id=own.id, by=leader.pk, at=AT)
    assert list(access.certificates_of(desk_of(leader, AT))) == []


def test_the_database_refuses_what_cannot_be():
    started = start(remote_certificate())
    for change in ({"state": "signed"}, {"finished_at": AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SigningTransaction.objects.filter(id=started.id).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        started.documents.update(signed=b"x")
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningCertificate.objects.update(valid_to=AT - timedelta(days=9))


def test_a_kind_is_registered_once_and_each_section_of_the_configuration_is_a_provider(settings: LazySettings):
    own = Registry()
    own.register("file")(software.SoftwareKeys)
    with pytest.raises(ValueError, match="twice"):
        own.register("file")(software.SoftwareKeys)
    settings.SIGNING_PROVIDERS = {"cabinet": {"kind": "file"}, "safe": {"kind": "file"}}
    assert list(own) == ["cabinet", "safe"]
    assert own["safe"] is own["safe"]
    assert own["safe"] is not own["cabinet"]
    assert own.kind_of("safe") == "file"
    with pytest.raises(KeyError):
        own["file"]
    assert software.CODE in registry


@pytest.mark.usefixtures("own_keys")
def test_a_lost_key_fails_without_a_document():
    certificate = demo_certificate()
    for path in (settings.HOME / "keys").glob(f"officer-{OFFICER}.*"):
        path.unlink()
    failed = start(certificate)
    assert failed.state == TransactionState.FAILED
    assert "no key" in failed.detail


@pytest.mark.usefixtures("own_keys")
def test_the_first_key_under_a_name_stays():
    store = software.keystore()
    first, second = authority.new_authority(AT), authority.new_authority(AT)
    store.save("authority", first)
    store.save("authority", second)
    kept = store.load("authority")
    assert kept is not None
    assert kept.certificate == first.certificate
    assert kept.key.private_numbers() == first.key.private_numbers()
