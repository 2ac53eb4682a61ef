"""Documents that an officer is asked to sign, with a key of the house or one that a service keeps."""

from dataclasses import replace
from uuid import UUID

from motcua.engines.signing import actions
from motcua.engines.signing.actions import DocumentToSign
from motcua.engines.signing.models import (
    HolderKind,
    SigningCertificate,
    SigningMeans,
    SigningTransaction,
)
from motcua.engines.signing.providers.interface import Holder
from motcua.kernel.events.models import Event
from tests.engines.signing import simulator
from tests.engines.signing.factories import AT, LEADER, decision, leader_stamp

OFFICER = UUID("01900000-0000-7000-8000-000000000001")
OFFICE = UUID("01900000-0000-7000-8000-000000000002")


def demo_certificate(holder_id: UUID = OFFICER, kind: HolderKind = HolderKind.OFFICER) -> SigningCertificate:
    return actions.issue_demo_certificate(holder_kind=kind, holder_id=holder_id, common_name=LEADER, at=AT)


def remote_certificate() -> SigningCertificate:
    """The same key, kept by a service that waits for its signer."""
    demo_certificate()
    SigningCertificate.objects.all().delete()
    return register().certificates.get()


def register(**answers: str) -> SigningMeans:
    holder = Holder(HolderKind.OFFICER, OFFICER)
    return actions.register_means(holder=holder, provider=simulator.CODE, answers=answers, by=OFFICER, at=AT)


def to_sign(subject: str = "dossier:1", **changes: object) -> DocumentToSign:
    return DocumentToSign(decision(), subject, "Quyết định", leader_stamp(**changes))


def start(certificate: SigningCertificate, count: int = 1, **changes: object) -> SigningTransaction:
    document = to_sign(**changes)
    documents = [replace(document, subject=f"dossier:{number}") for number in range(count)]
    return actions.start_signing(certificate=certificate, documents=documents, by=OFFICER, at=AT)


def kinds() -> list[str]:
    return list(Event.objects.order_by("position").values_list("kind", flat=True))


def begin(certificate: SigningCertificate) -> SigningTransaction:
    return actions.begin_signing(certificate=certificate, documents=[to_sign()], by=OFFICER, at=AT)
