"""Whose a certificate is: numbers before names; and that it may come again after it was withdrawn."""

from datetime import timedelta
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from motcua.engines.signing import actions
from motcua.engines.signing.authority import usage
from motcua.engines.signing.care.actions import revoke_certificate
from motcua.engines.signing.holders import Numbers, numbers_in
from motcua.engines.signing.models import HolderCheck, HolderKind, SigningCertificate, SigningMeans
from motcua.engines.signing.providers.interface import Holder, ProvidedCertificate, Question
from motcua.kernel.errors import Conflict, Refused
from motcua.people.accounts.models import Account
from tests.engines.signing import simulator
from tests.engines.signing.factories import AT, LEADER, demo_authority
from tests.engines.signing.simulator import Simulator
from tests.engines.signing.softhsm import issued
from tests.factories import make_office, make_officer
from tests.threads import at_once

NUMBER, OTHER = "001099000001", "001099000002"
TAX, OTHER_TAX = "0999900017", "0999900024"


def nobody() -> Numbers:
    return Numbers(frozenset(), frozenset())


@pytest.mark.parametrize(
    ("place", "written", "found"),
    [
        (NameOID.USER_ID, "CCCD:001099000001", Numbers(frozenset({NUMBER}), frozenset())),
        (NameOID.USER_ID, "cmnd: 001099000001", Numbers(frozenset({NUMBER}), frozenset())),
        (NameOID.USER_ID, "001099000001", Numbers(frozenset({NUMBER}), frozenset())),
        (NameOID.SERIAL_NUMBER, "IDCVN-001099000001", Numbers(frozenset({NUMBER}), frozenset())),
        (NameOID.USER_ID, "MST:0999900017", Numbers(frozenset(), frozenset({TAX}))),
        (NameOID.USER_ID, "MST:0999900017-001", Numbers(frozenset(), frozenset({"0999900017001"}))),
        (NameOID.ORGANIZATION_IDENTIFIER, "VATVN-0999900017", Numbers(frozenset(), frozenset({TAX}))),
        (NameOID.USER_ID, "CMND:099000001", nobody()),
        (NameOID.USER_ID, "HC:B1234567", nobody()),
        (NameOID.USER_ID, "H99.7", nobody()),
        (NameOID.USER_ID, "0999900017", nobody()),
        (NameOID.COMMON_NAME, "CCCD:001099000001", nobody()),
    ],
)
def test_numbers_are_read_as_they_are_written(place: x509.ObjectIdentifier, written: str, found: Numbers) -> None:
    assert numbers_in(x509.Name([x509.NameAttribute(place, written)])) == found


def test_an_officers_certificate_may_hold_the_number_of_the_agency_too() -> None:
    both = [x509.NameAttribute(NameOID.USER_ID, each) for each in (f"CCCD:{NUMBER}", f"MST:{TAX}")]
    assert numbers_in(x509.Name(both)) == Numbers(frozenset({NUMBER}), frozenset({TAX}))


@pytest.fixture
def trusted(db: None) -> None:
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=AT)


def shows(monkeypatch: pytest.MonkeyPatch, *ders: bytes) -> None:
    """What the simulated service names from now on."""
    found = [ProvidedCertificate(der, b"", "key") for der in ders]
    monkeypatch.setattr(Simulator, "certificates", lambda self, means: found)


def certificate(name: str = LEADER, *user_ids: str) -> bytes:
    return issued(ec.generate_private_key(ec.SECP256R1()).public_key(), name, at=AT, days=900, user_ids=user_ids)


def meant_for_keys() -> bytes:
    """A certificate with which keys are agreed on, and nothing is signed."""
    authority_key, subject = demo_authority().key, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LEADER)])
    made = x509.CertificateBuilder(
        issuer_name=x509.load_der_x509_certificate(demo_authority().certificate).subject,
        subject_name=subject,
        public_key=ec.generate_private_key(ec.SECP256R1()).public_key(),
        serial_number=77,
        not_valid_before=AT - timedelta(days=1),
        not_valid_after=AT + timedelta(days=9),
    ).add_extension(usage(key_agreement=True), critical=True)
    return made.sign(authority_key, SHA256()).public_bytes(Encoding.DER)


def register(holder: Holder, *, name: str = "", **answers: str) -> SigningMeans:
    return actions.register_means(
        holder=holder, provider=simulator.CODE, answers=answers, name=name, by=holder.id, at=AT
    )


def officer(identity_number: str = "") -> Holder:
    return Holder(HolderKind.OFFICER, make_officer(name=LEADER, identity_number=identity_number).pk)


def office(tax_code: str = "") -> Holder:
    return Holder(HolderKind.OFFICE, make_office("Ủy ban nhân dân xã Mẫu Sơn", tax_code=tax_code).pk)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("known", "carried", "subject", "name", "checked"),
    [
        (NUMBER, f"CCCD:{NUMBER}", LEADER, LEADER, HolderCheck.NUMBER),
        (NUMBER, f"CCCD:{NUMBER}", "PHAM VAN G. DINH", LEADER, HolderCheck.NUMBER),
        (NUMBER, f"CCCD:{NUMBER}", "Ai Đó", "", HolderCheck.NUMBER),
        (NUMBER, f"MST:{TAX}", LEADER, LEADER, HolderCheck.NAME),
        (NUMBER, "CMND:099000001", LEADER, LEADER, HolderCheck.NAME),
        ("", f"CCCD:{NUMBER}", LEADER, LEADER, HolderCheck.NAME),
        (NUMBER, "", "Ai Đó", "", HolderCheck.VOUCHED),
    ],
)
def test_the_number_decides_and_without_one_the_name(
    known: str, carried: str, subject: str, name: str, checked: HolderCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    shows(monkeypatch, certificate(subject, *filter(None, [carried])))
    register(officer(known), name=name)
    assert SigningCertificate.objects.get().holder_check == checked


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("name", [LEADER, ""])
def test_another_number_is_refused_whatever_the_name_and_whoever_vouches(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shows(monkeypatch, certificate(LEADER, f"CCCD:{OTHER}"))
    with pytest.raises(Refused) as caught:
        register(officer(NUMBER), name=name)
    assert caught.value.code == "other_number"
    assert OTHER not in caught.value.message
    assert not SigningMeans.objects.exists()


@pytest.mark.usefixtures("trusted")
def test_a_seal_is_known_by_its_tax_code(monkeypatch: pytest.MonkeyPatch) -> None:
    shows(monkeypatch, certificate("UBND XA MAU SON", f"MST:{TAX}", f"CCCD:{OTHER}"))
    register(office(TAX), name="Ủy ban nhân dân xã Mẫu Sơn")
    assert SigningCertificate.objects.get().holder_check == HolderCheck.NUMBER
    with pytest.raises(Refused) as caught:
        register(office(OTHER_TAX))
    assert caught.value.code == "other_number"


@pytest.mark.usefixtures("trusted")
def test_what_its_authority_means_for_something_else_is_not_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a service names it beside others it is passed over; alone it is refused, now and later."""
    own, other, holder = certificate(), meant_for_keys(), officer()
    shows(monkeypatch, other)
    with pytest.raises(Refused) as caught:
        register(holder)
    assert caught.value.code == "usage"
    assert not SigningMeans.objects.exists()
    shows(monkeypatch, other, own)
    means = register(holder)
    assert [bytes(each.der) for each in means.certificates.all()] == [own]
    shows(monkeypatch, other)
    with pytest.raises(Refused):
        actions.refresh_certificates(means=means, by=holder.id, at=AT)


@pytest.mark.usefixtures("trusted")
def test_a_later_certificate_is_held_to_the_same_check(monkeypatch: pytest.MonkeyPatch) -> None:
    holder, first, theirs = officer(), certificate(), certificate("Người Khác")
    shows(monkeypatch, first)
    means = register(holder, name=LEADER)
    shows(monkeypatch, first, theirs)
    with pytest.raises(Refused) as caught:
        actions.refresh_certificates(means=means, by=make_officer().pk, at=AT)
    assert caught.value.code == "other_holder"
    assert SigningCertificate.objects.get().means == means


@pytest.mark.usefixtures("trusted")
def test_what_was_withdrawn_may_be_registered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    holder = officer()
    shows(monkeypatch, certificate())
    first = register(holder)
    actions.withdraw_means(means_id=first.pk, by=holder.id, at=AT)
    second = register(holder)
    rows = SigningCertificate.objects.filter(holder_id=holder.id).order_by("id")
    assert [(each.means, each.withdrawn_at) for each in rows] == [(first, AT), (second, None)]
    with pytest.raises(Conflict):
        register(holder)


@pytest.mark.usefixtures("trusted")
def test_looking_for_new_certificates_brings_none_back_that_was_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    holder, old, renewed = officer(), certificate(), certificate()
    shows(monkeypatch, old)
    means = register(holder)
    actions.withdraw_certificate(certificate_id=means.certificates.get().pk, by=holder.id, at=AT)
    shows(monkeypatch, old, renewed)
    found = actions.refresh_certificates(means=means, by=holder.id, at=AT)
    assert [(bytes(each.der), each.withdrawn_at) for each in found] == [(old, AT), (renewed, None)]


@pytest.mark.usefixtures("trusted")
def test_a_revoked_certificate_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    holder, gone, good = officer(), certificate(), certificate()
    shows(monkeypatch, gone)
    first = register(holder)
    revoke_certificate(certificate_id=first.certificates.get().pk, since=AT, at=AT)
    actions.withdraw_means(means_id=first.pk, by=holder.id, at=AT)
    with pytest.raises(Refused) as caught:
        register(holder)
    assert caught.value.code == "no_certificate"
    shows(monkeypatch, gone, good)
    assert bytes(register(holder).certificates.get().der) == good


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phones", [("0900000001", "0900000001"), ("0900000001", "0900000002")])
def test_of_two_who_register_the_same_at_once_one_does(
    phones: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same way of signing twice, or two ways that lead to the same certificate."""
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=AT)
    monkeypatch.setattr(Simulator, "asks", (Question("phone", "Số điện thoại", pattern=r"0\d{9}"),))
    shows(monkeypatch, certificate())
    holder = officer()
    results = at_once([partial(register, holder, phone=phone) for phone in phones])
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "SigningMeans"]
    assert SigningCertificate.objects.get().means == SigningMeans.objects.get()
    assert Account.objects.count() == 1
