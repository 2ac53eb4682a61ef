"""``/signing``: another agency's house asks one of our signers for signatures (scope ``signing:request``).

Services only: the token names the partner. Nothing is signed by asking: the signer reads and agrees at the desk.
"""

import base64
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Query, Router, Schema, UploadedFile

from motcua.engines.signing import access, actions
from motcua.engines.signing.actions import PartnerItem
from motcua.engines.signing.models import PartnerRequest, SigningCertificate
from motcua.engines.signing.queries import missing_documents, signatures_for, standing_of
from motcua.kernel.web.api import Input
from motcua.people.accounts.api import Bearer, principal

MOST = 50
router = Router(auth=Bearer("signing:request"))
Fingerprint = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class CertificateQuery(Schema):
    """Whose certificates: the username of an officer, or the code of an office."""

    signer: str = Field("", max_length=150)


class CertificateRow(Schema):
    """A certificate that may be asked for, DER as base64; ``chain`` holds the intermediate ones, one after another.

    ``demonstration``: its signatures prove nothing, so whoever uses them says so.
    """

    fingerprint: str
    subject: str
    demonstration: bool
    certificate: str
    chain: str


class CertificateList(Schema):
    """A handful at most."""

    items: list[CertificateRow]


class ItemInput(Input):
    """Signed attributes (DER as base64) of one document, and what the signer is shown of it."""

    content: str = Field(min_length=4, max_length=8192)
    text: str = Field(min_length=1, max_length=300)


class RequestInput(Input):
    """``id`` is the asking house's own name: asking twice with one id is asking once."""

    id: UUID
    signer: str = Field(min_length=1, max_length=150)
    certificate: Fingerprint
    items: list[ItemInput] = Field(min_length=1, max_length=MOST)


class RequestState(Schema):
    """How far a request is: ``waiting``, ``signed``, ``refused``, ``expired``, ``cancelled`` or ``failed``.

    ``fault`` says more of a failure. ``signatures`` come in the order of the items, base64. ``missing`` are the
    numbers of the items, from 0, whose documents have not come: until they have, the signer cannot agree.
    """

    id: UUID
    state: str
    fault: str
    expires_at: datetime
    signatures: list[str]
    missing: list[int]


@router.get("/certificates", response=CertificateList, operation_id="listSignerCertificates", summary="Certificates")
def certificates(request: HttpRequest, asked: Query[CertificateQuery]) -> dict[str, Any]:
    """What a signer of ours can sign with."""
    found = access.certificates_for_partner(principal(request), asked.signer, timezone.now())
    return {"items": [_certificate(each) for each in found]}


@router.post("/requests", response={201: RequestState}, operation_id="requestSignatures", summary="Ask for signatures")
def ask(request: HttpRequest, given: RequestInput) -> dict[str, Any]:
    """Lay documents before the signer."""
    asks, now = principal(request), timezone.now()
    row = actions.receive_request(
        service=asks.service,
        own_key=given.id,
        certificate=access.certificate_for_partner(asks, given.signer, given.certificate, now),
        items=[PartnerItem(item.content, item.text) for item in given.items],
        at=now,
    )
    return _state(row, now)


@router.get("/requests/{request_id}", response=RequestState, operation_id="getSignatures", summary="How far it is")
def state(request: HttpRequest, request_id: UUID) -> dict[str, Any]:
    """A request of the partner's own, with its signatures when they are there."""
    return _state(access.partner_request(principal(request), request_id), timezone.now())


@router.post(
    "/requests/{request_id}/documents/{number}",
    response={201: RequestState},
    operation_id="showDocument",
    summary="Lay a document before the signer",
)
def show(request: HttpRequest, request_id: UUID, number: int, file: File[UploadedFile]) -> dict[str, Any]:
    """The PDF that lacks only its signature; it must be the one that the item's attributes digest."""
    asks, now = principal(request), timezone.now()
    row = access.partner_request(asks, request_id)
    actions.take_document(request=row, position=number, uploaded=file, at=now)
    return _state(access.partner_request(asks, request_id), now)


@router.delete("/requests/{request_id}", response={204: None}, operation_id="withdrawRequest", summary="Withdraw")
def withdraw(request: HttpRequest, request_id: UUID) -> None:
    """Withdraw a request to which the signer has not agreed yet."""
    row = access.partner_request(principal(request), request_id)
    actions.refuse_request(request_id=row.pk, by=None, at=timezone.now())


def _certificate(row: SigningCertificate) -> dict[str, str | bool]:
    return {
        "fingerprint": row.fingerprint,
        "subject": row.subject,
        "demonstration": row.demonstration,
        "certificate": base64.b64encode(bytes(row.der)).decode(),
        "chain": base64.b64encode(bytes(row.chain)).decode(),
    }


def _state(row: PartnerRequest, at: datetime) -> dict[str, Any]:
    state, fault = standing_of(row, at=at)
    signatures = [base64.b64encode(each).decode() for each in signatures_for(row)]
    return {
        "id": row.own_key,
        "state": state,
        "fault": fault,
        "expires_at": row.expires_at,
        "signatures": signatures,
        "missing": missing_documents(row),
    }
