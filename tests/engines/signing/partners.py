"""A partner that asks a signer of this house over the API: what both sides' tests share."""

import base64
from typing import Any

import pytest

from motcua.engines.signing import actions
from motcua.engines.signing.cms import signed_attributes
from motcua.engines.signing.models import HolderKind, SigningCertificate
from motcua.people.accounts.models import Account
from tests.engines.signing.factories import AT

PARTNER = "Sở Giả Định"


def stop_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The house that is asked lives at ``AT``, too."""
    for place in ("api", "pages.partners"):
        monkeypatch.setattr(f"motcua.engines.signing.{place}.timezone.now", lambda: AT)


def attributes(certificate: bytes) -> bytes:
    """Signed attributes of a document that nobody has."""
    return signed_attributes(bytes(32), certificate)


def ask_for(certificate: SigningCertificate, **changes: Any) -> dict[str, Any]:
    """A request for one signature."""
    content = base64.b64encode(attributes(bytes(certificate.der))).decode()
    asked = {
        "id": "01900000-0000-7000-8000-00000000000a",
        "signer": Account.objects.get(pk=certificate.holder_id).username,
        "certificate": certificate.fingerprint,
        "items": [{"content": content, "text": "Công văn số 1"}],
    }
    return asked | changes


def own_certificate(officer: Account) -> SigningCertificate:
    """Of a signer of the house that is asked."""
    return actions.issue_demo_certificate(
        holder_kind=HolderKind.OFFICER, holder_id=officer.pk, common_name="Người Ký Nơi Khác", at=AT
    )
