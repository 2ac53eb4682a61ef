"""The authority that other tests lean on answers as a real one does."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from asn1crypto import crl, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InvalidCertificateError, PathError, PathValidationError

from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki


def revocation_list(pki: Pki, issuer: str) -> crl.CertificateList:
    return crl.CertificateList.load(httpx.get(f"{pki.url}/pki/crls/{issuer}/latest.crl").content)


def test_lists_are_of_the_day_and_name_the_revoked(pki: Pki):
    today = revocation_list(pki, "authority")["tbs_cert_list"]
    assert today["this_update"].native <= AT < today["next_update"].native
    (revoked,) = today["revoked_certificates"]
    assert revoked["user_certificate"].native == x509.Certificate.load(pki.certificate("revoked")).serial_number
    pki.at = AT + timedelta(days=30)
    assert revocation_list(pki, "authority")["tbs_cert_list"]["this_update"].native > today["next_update"].native
    assert (pki.fetched("crls"), pki.fetched("ocsp")) == (2, 0)


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("leader", None),
        ("agency", None),
        ("expired", "expired"),
        ("unborn", "not valid until"),
        ("revoked", "revoked"),
        ("server", "not valid for the purpose"),
        ("stranger", "self-signed"),
    ],
)
def test_its_certificates_are_what_their_names_say(pki: Pki, label: str, why: str | None):
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(pki.certificate("root"))],
        other_certs=[x509.Certificate.load(pki.certificate("authority"))],
        crls=[revocation_list(pki, "root"), revocation_list(pki, "authority")],
        revocation_mode="hard-fail",
        moment=AT,
    )
    validator = CertificateValidator(x509.Certificate.load(pki.certificate(label)), validation_context=context)
    if why is None:
        assert asyncio.run(validator.async_validate_usage({"non_repudiation"}))
    else:
        with pytest.raises((InvalidCertificateError, PathError, PathValidationError), match=why):
            asyncio.run(validator.async_validate_usage({"non_repudiation"}))


def test_a_service_can_be_out_of_order(pki: Pki):
    pki.out_of_order.add("crls")
    assert httpx.get(f"{pki.url}/pki/crls/root/latest.crl").status_code == 503
