"""Whom the house trusts: read from files, added after a confirmation, withdrawn."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from motcua.engines.signing import actions, queries
from motcua.engines.signing.care.anchors import in_groups, known_authorities, read_authorities
from motcua.engines.signing.care.cli import trust_anchors
from motcua.engines.signing.models import TrustAnchor
from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from tests.engines.signing.factories import AT, demo_authority, key_of
from tests.factories import make_officer, sign_in

pytestmark = pytest.mark.django_db
PAGE = reverse("signing:trust-anchors")
DER = demo_authority().certificate
CERTIFICATE = x509.load_der_x509_certificate(DER)
PEM = CERTIFICATE.public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    "content",
    [
        DER,
        PEM,
        PEM + PEM,
        b"Root of the demonstration\n" + PEM,
        pkcs7.serialize_certificates([CERTIFICATE], Encoding.DER),
        pkcs7.serialize_certificates([CERTIFICATE], Encoding.PEM),
    ],
    ids=["DER", "PEM", "bundle", "PEM with words", "PKCS 7", "PKCS 7 as PEM"],
)
def test_authorities_are_read_as_they_are_published(content: bytes) -> None:
    (found,) = read_authorities(content)
    assert (found.der, found.issuer) == (DER, "")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_certificate"),
        (b"PK\x03\x04", "not_a_certificate"),
        (b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----", "not_a_certificate"),
        (b"0" * 600_000, "too_large"),
        (PEM * 51, "number"),
        (key_of("Nguyễn Văn Mẫu").certificate, "no_authority"),
    ],
    ids=["empty", "other file", "broken", "large", "many", "a person's"],
)
def test_what_is_no_authority_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_authorities(content)
    assert refused.value.code == code


def test_a_file_is_read_shown_and_trusted_after_a_confirmation(client: Client, administrator: Account) -> None:
    sign_in(client, administrator)
    assert "Chưa tin cậy tổ chức chứng thực nào" in client.get(PAGE).content.decode()
    upload = {"file": SimpleUploadedFile("goc.pem", PEM), "source": "Công văn 1/TEST"}
    shown = client.post(PAGE, upload).content.decode()
    assert in_groups(read_authorities(DER)[0].fingerprint) in shown
    assert "Không có trong dữ liệu của chương trình" in shown
    assert not TrustAnchor.objects.exists()
    assert client.post(PAGE, {"confirm": "1", "source": "Công văn 1/TEST"})["Location"] == PAGE
    anchor = TrustAnchor.objects.get()
    assert (anchor.source, anchor.demonstration) == ("Công văn 1/TEST", False)
    assert queries.trusted_authorities() == [DER]
    assert "Công văn 1/TEST" in client.get(PAGE).content.decode()
    withdraw = reverse("signing:trust-anchor-withdraw", args=[anchor.pk])
    assert "Công văn 1/TEST" in client.get(withdraw).content.decode()
    client.post(withdraw)
    assert queries.trusted_authorities() == []
    assert client.post(withdraw).status_code == 404
    kinds = Event.objects.order_by("position").values_list("kind", "actor")
    added, withdrawn = "signing.trust_anchor_added", "signing.trust_anchor_withdrawn"
    assert list(kinds) == [(added, administrator.pk), (withdrawn, administrator.pk)]


def test_page_and_command_say_whether_a_fingerprint_is_one_that_is_recorded(
    client: Client, administrator: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = read_authorities(DER)
    sign_in(client, administrator)
    (root,) = known_authorities()[0]["roots"]
    page = client.get(PAGE).content.decode()
    assert in_groups(root["sha256"]) in page, "to compare with what the authority publishes"
    monkeypatch.setitem(root, "sha256", found.fingerprint)
    upload = {"file": SimpleUploadedFile("goc.pem", PEM), "source": "Công văn 1/TEST"}
    assert "Khớp với dữ liệu của chương trình: Tổ chức cung cấp" in client.post(PAGE, upload).content.decode()
    (tmp_path / "goc.pem").write_bytes(PEM)
    told = CliRunner().invoke(trust_anchors, [str(tmp_path / "goc.pem")], input="n\n").output
    assert f"as recorded in this program for {known_authorities()[0]['name']}" in told
    assert not TrustAnchor.objects.exists(), "a record trusts nobody"


def test_a_file_without_a_source_and_a_confirmation_without_a_file_are_refused(
    client: Client, administrator: Account
) -> None:
    sign_in(client, administrator)
    assert client.post(PAGE, {"file": SimpleUploadedFile("goc.pem", PEM)}).status_code == 422
    assert client.post(PAGE, {"confirm": "1", "source": "x"}).status_code == 422
    assert client.post(PAGE, {"file": SimpleUploadedFile("goc.pem", b"no"), "source": "x"}).status_code == 422
    assert client.post(PAGE, {"file": SimpleUploadedFile("goc.pem", PEM), "source": "x" * 301}).status_code == 422
    assert not TrustAnchor.objects.exists()


def test_a_withdrawn_authority_can_be_trusted_again(administrator: Account) -> None:
    first = actions.add_trust_anchor(der=DER, demonstration=False, at=AT, source="a")
    actions.withdraw_trust_anchor(anchor_id=first.pk, by=administrator.pk, at=AT)
    again = actions.add_trust_anchor(der=DER, demonstration=False, at=AT, source="b")
    assert (again.pk, again.source, again.withdrawn_at) == (first.pk, "b", None)
    assert actions.add_trust_anchor(der=DER, demonstration=False, at=AT).source == "b"
    assert Event.objects.filter(kind="signing.trust_anchor_added").count() == 2


def test_an_offices_administrator_decides_nothing_here(client: Client) -> None:
    assert sign_in(client, make_officer(roles=["admin"])).get(PAGE).status_code == 403


def test_the_command_asks_before_it_trusts(tmp_path: Path) -> None:
    file = tmp_path / "goc.pem"
    file.write_bytes(PEM)
    refused = CliRunner().invoke(trust_anchors, [str(file)], input="n\n")
    assert (refused.exit_code, TrustAnchor.objects.count()) == (1, 0)
    assert in_groups(read_authorities(DER)[0].fingerprint) in refused.output
    done = CliRunner().invoke(trust_anchors, [str(file), "--yes"])
    assert (done.exit_code, TrustAnchor.objects.get().source) == (0, "goc.pem")
    file.write_bytes(b"no")
    wrong = CliRunner().invoke(trust_anchors, [str(file)])
    assert (wrong.exit_code, "goc.pem" in wrong.output) == (1, True)


def test_where_authorities_publish_is_data() -> None:
    assert all(each["url"].startswith("https://") and each["name"] for each in known_authorities())
    roots = [root for each in known_authorities() for root in each.get("roots", ())]
    assert len(roots) == len({root["sha256"] for root in roots}) >= 2
    assert all(re.fullmatch("[0-9a-f]{64}", root["sha256"]) and root["subject"] for root in roots)
