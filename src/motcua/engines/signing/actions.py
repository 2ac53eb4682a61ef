"""What can happen to signatures: certificates become known, documents are signed in two steps, or not."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing import pades, rules, software
from motcua.engines.signing.errors import SigningError
from motcua.engines.signing.models import (
    HolderKind,
    SigningCertificate,
    SigningDocument,
    SigningTransaction,
    TransactionState,
    TrustAnchor,
)
from motcua.engines.signing.pades import Prepared, Stamp
from motcua.engines.signing.providers import (
    Decline,
    Declined,
    Holder,
    Item,
    Outcome,
    ProvidedCertificate,
    Signed,
    Waiting,
    registry,
)
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record


@dataclass(frozen=True)
class DocumentToSign:
    """One PDF with its fields made. ``subject`` is the stream it is about, ``title`` what the signer is shown."""

    pdf: bytes
    subject: str
    title: str
    stamp: Stamp


@dataclass(frozen=True)
class SignedDocument:
    """A signed PDF and the stream it is about."""

    subject: str
    pdf: bytes


@transaction.atomic
def create_demo_authority(*, at: datetime) -> TrustAnchor:
    """Make the demonstration's authority and trust it; again gives the same one."""
    return add_trust_anchor(der=software.authority_certificate(at), demonstration=True, at=at)


@transaction.atomic
def add_trust_anchor(*, der: bytes, demonstration: bool, at: datetime) -> TrustAnchor:
    """Trust an authority (DER). Raises :class:`Refused` for anything that is not a certificate."""
    try:
        subject = _common_name(x509.load_der_x509_certificate(der).subject)
    except ValueError as error:
        raise Refused(_("This file is not a certificate."), field="certificate", code="not_a_certificate") from error
    values = {"der": der, "subject": subject, "demonstration": demonstration, "added_at": at}
    anchor, _created = TrustAnchor.objects.get_or_create(fingerprint=_fingerprint(der), defaults=values)
    return anchor


@transaction.atomic
def issue_demo_certificate(
    *, holder_kind: HolderKind, holder_id: UUID, common_name: str, at: datetime
) -> SigningCertificate:
    """Give an officer or an office a demonstration key and certificate; again gives the same one."""
    create_demo_authority(at=at)
    software.ensure_key(Holder(holder_kind, holder_id), common_name=common_name, at=at)
    return refresh_certificates(provider=software.CODE, holder_kind=holder_kind, holder_id=holder_id)[0]


@transaction.atomic
def refresh_certificates(*, provider: str, holder_kind: HolderKind, holder_id: UUID) -> list[SigningCertificate]:
    """Ask a provider which certificates a holder has and write down those not yet known."""
    found = registry[provider].certificates(Holder(holder_kind, holder_id))
    return [_known(each, provider, holder_kind, holder_id) for each in found]


def _known(found: ProvidedCertificate, provider: str, holder_kind: HolderKind, holder_id: UUID) -> SigningCertificate:
    parsed = x509.load_der_x509_certificate(found.der)
    certificate, _created = SigningCertificate.objects.get_or_create(
        fingerprint=_fingerprint(found.der),
        holder_id=holder_id,
        defaults={
            "holder_kind": holder_kind,
            "provider": provider,
            "key_reference": found.key_reference,
            "demonstration": registry[provider].demonstration,
            "der": found.der,
            "chain": found.chain,
            "subject": _common_name(parsed.subject),
            "issuer": _common_name(parsed.issuer),
            "serial": f"{parsed.serial_number:x}",
            "valid_from": parsed.not_valid_before_utc,
            "valid_to": parsed.not_valid_after_utc,
        },
    )
    return certificate


@transaction.atomic
def withdraw_certificate(*, certificate_id: UUID, by: UUID, at: datetime) -> None:
    """Let a certificate sign nothing more here; what it signed stays. Again does nothing."""
    withdrawn = SigningCertificate.objects.filter(id=certificate_id, withdrawn_at=None).update(withdrawn_at=at)
    if withdrawn:
        _record("signing.certificate_withdrawn", f"certificate:{certificate_id}", by, at, {})


@transaction.atomic
def start_signing(
    *, certificate: SigningCertificate, documents: Sequence[DocumentToSign], by: UUID, at: datetime
) -> SigningTransaction:
    """Prepare documents and ask the certificate's provider to sign them, all with one confirmation.

    Who may use the certificate is asked before (``access``). The answer may be there at once (state ``signed``) or
    come later through :func:`settle_signing`. Raises :class:`Refused` for an unusable certificate or document.
    """
    _check_usable(certificate, at)
    if not 0 < len(documents) <= rules.MAX_BATCH:
        message = _("Between 1 and %(most)s documents can be signed at once.") % {"most": rules.MAX_BATCH}
        raise Refused(message, code="batch_size")
    started = SigningTransaction.objects.create(
        certificate=certificate, started_by=by, started_at=at, expires_at=at + rules.PATIENCE
    )
    rows = [_prepared_row(started, place, each) for place, each in enumerate(documents)]
    SigningDocument.objects.bulk_create(rows)
    items = tuple(Item(_prepared(row).to_sign, row.title) for row in rows)
    _apply(started, rows, registry[certificate.provider].start(certificate.key_reference, items), at)
    return started


def _check_usable(certificate: SigningCertificate, at: datetime) -> None:
    usable = rules.is_usable(
        valid_from=certificate.valid_from,
        valid_to=certificate.valid_to,
        withdrawn_at=certificate.withdrawn_at,
        at=at,
    )
    if not usable:
        message = _("This certificate is not valid now or was withdrawn.")
        raise Refused(message, field="certificate", code="certificate")


def _prepared_row(started: SigningTransaction, place: int, document: DocumentToSign) -> SigningDocument:
    certificate = started.certificate
    reason = rules.reason_of(document.stamp.reason, demonstration=certificate.demonstration)
    stamp = replace(document.stamp, reason=reason)
    try:
        made = pades.prepare(
            document.pdf, certificate=bytes(certificate.der), chain=bytes(certificate.chain), stamp=stamp
        )
    except SigningError as error:
        message = _("“%(title)s” cannot be signed: its place for this signature is missing or taken.")
        raise Refused(message % {"title": document.title}, code="document") from error
    return SigningDocument(
        transaction=started,
        position=place,
        subject=document.subject,
        title=document.title,
        prepared=made.document,
        document_digest=made.document_digest,
        attributes=made.attributes,
        hole_start=made.hole[0],
        hole_end=made.hole[1],
    )


def _prepared(row: SigningDocument) -> Prepared:
    assert row.prepared is not None
    hole = (row.hole_start, row.hole_end)
    return Prepared(bytes(row.prepared), bytes(row.document_digest), hole, bytes(row.attributes))


@transaction.atomic
def settle_signing(*, transaction_id: UUID, at: datetime) -> SigningTransaction:
    """Ask the provider how far a signing is, and write down what came. What is final stays as it is."""
    waiting = _locked(transaction_id)
    if waiting.state != TransactionState.WAITING:
        return waiting
    provider = registry[waiting.certificate.provider]
    outcome = provider.poll(waiting.provider_reference)
    if isinstance(outcome, Waiting) and at >= waiting.expires_at:
        provider.cancel(waiting.provider_reference)
        outcome = Declined(Decline.EXPIRED)
    _apply(waiting, list(waiting.documents.order_by("position")), outcome, at)
    return waiting


@transaction.atomic
def cancel_signing(*, transaction_id: UUID, by: UUID, at: datetime) -> SigningTransaction:
    """Withdraw a request that still waits. Raises :class:`Conflict` when it has ended already."""
    waiting = _locked(transaction_id)
    if waiting.state != TransactionState.WAITING:
        raise Conflict(_("This signing has already ended."))
    registry[waiting.certificate.provider].cancel(waiting.provider_reference)
    _end(waiting, TransactionState.CANCELLED, at, by=by)
    return waiting


@transaction.atomic
def collect_signed(*, transaction_id: UUID) -> list[SignedDocument]:
    """Hand the signed documents over to the room that asked for them, once, in their order.

    Call it in the transaction that stores them. Raises :class:`Conflict` when they are not there (any more).
    """
    ended = _locked(transaction_id)
    rows = list(ended.documents.order_by("position"))
    if ended.state != TransactionState.SIGNED or any(row.signed is None for row in rows):
        raise Conflict(_("The signed documents are not there yet, or were already taken over."))
    collected = [SignedDocument(row.subject, bytes(row.signed)) for row in rows if row.signed is not None]
    ended.documents.update(signed=None)
    return collected


@transaction.atomic
def sign_pdf(*, certificate: SigningCertificate, document: DocumentToSign, by: UUID, at: datetime) -> bytes:
    """Sign one document with a provider that answers at once. Raises :class:`Refused` with any other."""
    done = start_signing(certificate=certificate, documents=[document], by=by, at=at)
    if done.state != TransactionState.SIGNED:
        raise Refused(_("The signing service did not sign this document at once."), code="not_signed")
    return collect_signed(transaction_id=done.id)[0].pdf


def _locked(transaction_id: UUID) -> SigningTransaction:
    rows = SigningTransaction.objects.select_related("certificate").select_for_update(of=("self",))
    found = rows.filter(id=transaction_id).first()
    if found is None:
        raise NotFound(_("There is no such signing."))
    return found


def _apply(row: SigningTransaction, documents: list[SigningDocument], outcome: Outcome, at: datetime) -> None:
    """Write down what a provider answered."""
    if isinstance(outcome, Waiting):
        if row.provider_reference != outcome.reference:
            row.provider_reference = outcome.reference
            row.save(update_fields=["provider_reference"])
            _record("signing.started", _stream(row), row.started_by, at, _references(row))
    elif isinstance(outcome, Declined):
        _end(row, TransactionState(outcome.why), at, detail=outcome.detail)
    elif not _signatures_fit(row.certificate, documents, outcome):
        _end(row, TransactionState.FAILED, at, detail="the signatures do not belong to the certificate")
    else:
        _fill(row.certificate, documents, outcome)
        _end(row, TransactionState.SIGNED, at)


def _signatures_fit(certificate: SigningCertificate, documents: list[SigningDocument], outcome: Signed) -> bool:
    der = bytes(certificate.der)
    return len(outcome.signatures) == len(documents) and all(
        rules.signature_matches(der, digest=_prepared(document).to_sign, signature=signature)
        for document, signature in zip(documents, outcome.signatures, strict=True)
    )


def _fill(certificate: SigningCertificate, documents: list[SigningDocument], outcome: Signed) -> None:
    der, chain = bytes(certificate.der), bytes(certificate.chain)
    for document, signature in zip(documents, outcome.signatures, strict=True):
        document.signed = pades.finish(_prepared(document), signature=signature, certificate=der, chain=chain)
        document.prepared = None
    SigningDocument.objects.bulk_update(documents, ["signed", "prepared"])


def _end(
    row: SigningTransaction, state: TransactionState, at: datetime, *, detail: str = "", by: UUID | None = None
) -> None:
    row.state, row.finished_at, row.detail = state, at, detail[:500]
    row.save(update_fields=["state", "finished_at", "detail"])
    if state != TransactionState.SIGNED:
        row.documents.update(prepared=None)
    _record(f"signing.{state}", _stream(row), by or row.started_by, at, _references(row))


def _stream(row: SigningTransaction) -> str:
    return f"signing:{row.id}"


def _references(row: SigningTransaction) -> dict[str, object]:
    subjects = row.documents.order_by("position").values_list("subject", flat=True)
    return {"certificate": row.certificate.fingerprint, "subjects": list(subjects)}


def _record(kind: str, stream: str, by: UUID, at: datetime, references: dict[str, object]) -> None:
    record(stream=stream, kind=kind, actor=by, agency=None, references=references, at=at)


def _fingerprint(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value if found else name.rfc4514_string())[:300]
