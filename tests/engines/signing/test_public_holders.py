"""Citizens and companies hold certificates: only those that bear their number, told and listed for them alone."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.engines.signing import actions
from motcua.engines.signing.access import holder_of
from motcua.engines.signing.actions import issue_demo_certificate
from motcua.engines.signing.care.actions import revoke_certificate, warn_of_expiry
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.models import (
    DocumentLevel,
    HolderCheck,
    HolderKind,
    SigningCertificate,
    SigningMeans,
)
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.queries import certificates_of_party
from motcua.kernel.errors import Refused
from motcua.people.citizens.actions import merge
from motcua.people.citizens.models import Party, Representation
from tests.engines.signing import simulator
from tests.engines.signing.factories import AT, LEADER, demo_authority
from tests.engines.signing.simulator import Simulator
from tests.engines.signing.test_holders import NUMBER, OTHER, TAX, certificate, shows
from tests.factories import make_account, make_business, make_citizen, sign_in

pytestmark = pytest.mark.django_db
PAGE, ADD = reverse("signing:own-means"), reverse("signing:own-means-add")


@pytest.fixture(autouse=True)
def offered(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulated service is one for the public, and its authority is trusted."""
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=AT)
    monkeypatch.setattr(Simulator, "for_public", True)
    settings.SIGNING_PROVIDERS = {simulator.CODE: {"kind": simulator.CODE, "public": True}}


def speaks_for(company: Party, person: Party, kind: str = Representation.Kind.LEGAL) -> Representation:
    day = timezone.localdate() - timedelta(days=9)
    return Representation.objects.create(party=company, representative=person, kind=kind, valid_from=day)


@pytest.mark.parametrize(
    ("carried", "code"),
    [
        (f"CCCD:{NUMBER}", ""),
        (f"CMND:{NUMBER}", ""),
        (f"PNOVN-{NUMBER}", ""),
        (f"IDCVN-{NUMBER}", ""),
        (f"CCCD:{OTHER}", "other_number"),
        ("CMND:099000001", "no_number"),
        (f"MST:{TAX}", "no_number"),
        ("", "no_number"),
    ],
)
def test_a_citizens_certificate_bears_their_number(carried: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name alone proves nothing: there are many of it."""
    citizen = make_citizen(name=LEADER, identity_number=NUMBER)
    shows(monkeypatch, certificate(LEADER, *filter(None, [carried])))
    register = partial(
        actions.register_means,
        holder=holder_of(citizen),
        provider=simulator.CODE,
        answers={},
        name=LEADER,
        by=None,
        at=AT,
    )
    if code:
        with pytest.raises(Refused) as caught:
            register()
        assert caught.value.code == code
    else:
        register()
        assert SigningCertificate.objects.get().holder_check == HolderCheck.NUMBER


def test_a_company_and_who_is_without_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    company, nameless = make_business(tax_code=TAX), make_citizen(name=LEADER)
    Party.objects.filter(pk=nameless.pk).update(identity_number=None)
    shows(monkeypatch, certificate("CONG TY MAU", f"CCCD:{OTHER}"))
    for party, code in ((company, "no_number"), (nameless, "number_not_recorded")):
        with pytest.raises(Refused) as caught:
            actions.register_means(
                holder=holder_of(party), provider=simulator.CODE, answers={}, name=party.name, by=None, at=AT
            )
        assert caught.value.code == code
    shows(monkeypatch, certificate("CONG TY MAU", f"MST:{TAX}", f"CCCD:{OTHER}"))
    actions.register_means(
        holder=holder_of(company), provider=simulator.CODE, answers={}, name=company.name, by=None, at=AT
    )
    assert SigningMeans.objects.get().holder_kind == HolderKind.COMPANY


def test_the_pages_are_for_oneself_and_the_companies_one_speaks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    person, agent = make_citizen(name=LEADER, identity_number=NUMBER), make_citizen(identity_number=OTHER)
    company = make_business(tax_code=TAX)
    speaks_for(company, person)
    speaks_for(company, agent, Representation.Kind.SERVICE)
    assert person.account is not None
    assert agent.account is not None
    client, other = sign_in(Client(), person.account, confirmed=True), sign_in(Client(), agent.account, confirmed=True)
    assert company.name in client.get(ADD, {"provider": simulator.CODE}).content.decode()
    shows(monkeypatch, certificate("CONG TY MAU", f"MST:{TAX}"))
    typed = {"provider": simulator.CODE, "holder": str(company.pk), "label": "Máy công ty"}
    assert other.post(ADD, typed).status_code == 422
    wrong = client.post(ADD, typed | {"holder": str(person.pk)})
    assert wrong.status_code == 422
    assert "số định danh gồm 12 chữ số" in wrong.content.decode()
    assert "CONG TY MAU" not in wrong.content.decode()  # who types another's number learns no name
    assert 'value="Máy công ty"' in wrong.content.decode()
    assert client.post(ADD, typed)["Location"] == PAGE
    assert "CONG TY MAU" in client.get(PAGE).content.decode()
    assert Notice.objects.get(kind="certificate.own_registered").recipient == person.account
    means = SigningMeans.objects.get()
    withdraw, refresh = (reverse(f"signing:own-means-{each}", args=[means.pk]) for each in ("withdraw", "refresh"))
    assert (other.get(withdraw).status_code, other.post(refresh).status_code) == (404, 404)
    assert client.post(refresh)["Location"] == PAGE
    Representation.objects.filter(representative=person).delete()
    assert client.post(withdraw).status_code == 404
    speaks_for(company, person)
    assert "CONG TY MAU" in client.get(withdraw).content.decode()
    client.post(withdraw)
    means.refresh_from_db()
    assert means.withdrawn_at is not None


def test_the_public_registers_only_what_the_operator_opens_to_them(settings: Any) -> None:
    assert list(registry.public) == [simulator.CODE]
    for section in ({"kind": simulator.CODE}, {"kind": simulator.CODE, "public": "yes"}):
        settings.SIGNING_PROVIDERS = {simulator.CODE: section}
        assert not registry.public
    with pytest.raises(Misconfigured, match="public"):
        registry.check()
    person = make_citizen()
    assert person.account is not None
    client = sign_in(Client(), person.account, confirmed=True)
    assert client.get(ADD, {"provider": simulator.CODE}).status_code == 404
    assert PAGE not in client.get("/my/").content.decode()


def test_a_token_is_read_on_pages_of_the_publics_own_by_its_holder_alone(settings: Any) -> None:
    person, other = make_citizen(identity_number=NUMBER), make_citizen(identity_number=OTHER)
    assert person.account is not None
    assert other.account is not None
    client, stranger = (sign_in(Client(), each.account, confirmed=True) for each in (person, other))
    typed = {"provider": "usb-token", "label": "Token của tôi"}
    assert client.post(ADD, typed).status_code == 404  # an operator opens it to the public, or nobody does
    settings.SIGNING_PROVIDERS = {"usb-token": {"agents": ["https://127.0.0.1:53952"], "public": True}}
    registry.check()
    answer = client.post(ADD, typed)
    means = SigningMeans.objects.get()
    pages = [reverse("signing:own-means-token", args=[means.pk]), reverse("signing:means-inquiry", args=[means.pk])]
    assert answer["Location"] == pages[0]
    assert pages[0] in client.get(PAGE).content.decode()
    page = client.get(pages[0])
    assert "https://127.0.0.1:53952" in page["Content-Security-Policy"]
    for text in ("<noscript>", "số định danh 12 chữ số của", "Hãy hỏi bộ phận một cửa"):
        assert text in page.content.decode(), text
    assert "trung tâm công nghệ thông tin" not in page.content.decode().lower()
    assert "request" in client.get(pages[1]).json()
    assert [stranger.get(each).status_code for each in pages] == [404, 404]
    # Closed to the public again, it is listed and can be withdrawn, and nothing else.
    settings.SIGNING_PROVIDERS = {"usb-token": {"agents": ["https://127.0.0.1:53952"]}}
    assert [client.get(each).status_code for each in pages] == [404, 404]
    for name in ("means-proof", "means-certificate", "own-means-refresh"):
        assert client.post(reverse(f"signing:{name}", args=[means.pk]), {}, "application/json").status_code == 404
    shown = client.get(PAGE).content.decode()
    assert "Token của tôi" in shown
    assert pages[0] not in shown
    client.post(reverse("signing:own-means-withdraw", args=[means.pk]))
    means.refresh_from_db()
    assert means.withdrawn_at is not None


def test_holders_are_warned_and_administrators_see_none_of_it() -> None:
    person, company, now = make_citizen(), make_business(tax_code=TAX), timezone.now()
    speaks_for(company, person)
    own, theirs = (
        issue_demo_certificate(holder_kind=kind, holder_id=each.pk, common_name=each.name, at=now)
        for kind, each in ((HolderKind.CITIZEN, person), (HolderKind.COMPANY, company))
    )
    ends = now + timedelta(days=20)
    SigningCertificate.objects.update(demonstration=False, valid_to=ends)
    chief = make_account(is_administrator=True)
    assert warn_of_expiry(at=now) == 2
    assert Notice.objects.filter(kind="certificate.expiring", recipient=person.account, url=PAGE).count() == 2
    revoke_certificate(certificate_id=theirs.pk, since=now, at=now)
    assert Notice.objects.filter(kind="certificate.own_revoked", recipient=person.account).exists()
    assert not Notice.objects.filter(recipient=chief).exists()
    listed = sign_in(Client(), chief, confirmed=True).get(reverse("signing:certificates"))
    assert person.name not in listed.content.decode()
    found = certificates_of_party(person, level=DocumentLevel.APPLICANT, at=now)
    assert found == [own]


def test_a_merged_record_takes_its_certificates_along() -> None:
    old, kept = make_citizen(identity_number=NUMBER), make_citizen(identity_number=OTHER, with_account=False)
    Party.objects.filter(pk=kept.pk).update(identity_number=None)
    now = timezone.now()
    own = issue_demo_certificate(holder_kind=HolderKind.CITIZEN, holder_id=old.pk, common_name=old.name, at=now)
    merge(duplicate=old, into=Party.objects.get(pk=kept.pk), by=make_account(is_administrator=True))
    kept.refresh_from_db()
    assert certificates_of_party(kept, level=DocumentLevel.APPLICANT, at=now) == [own]
    assert kept.account is not None
    assert old.name in sign_in(Client(), kept.account).get(PAGE).content.decode()
