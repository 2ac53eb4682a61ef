"""Documents are signed in three steps: begin (written down), ask the provider (no transaction open), write down.

A signer answers at once, in minutes, or never; the rows say at every moment how far it is.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.utils.translation import gettext as _

from motcua.engines.signing import pades, rules
from motcua.engines.signing.actions.holding import is_usable, means_of, provider_of
from motcua.engines.signing.actions.recording import tell
from motcua.engines.signing.errors import SigningError, Unsignable
from motcua.engines.signing.formats import FORMATS
from motcua.engines.signing.models import (
    DocumentLevel,
    SigningCertificate,
    SigningDocument,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.pades import Prepared, Stamp
from motcua.engines.signing.providers.interface import (
    Decline,
    Declined,
    Fault,
    Item,
    Outcome,
    Provider,
    Request,
    Signed,
    Unavailable,
    Waiting,
)
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.queries import policy_on
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.people.officers.queries import local_day

# A provider that answers at once is given so long before its request counts as left behind by a process that died.
AT_WORK = timedelta(minutes=2)


@dataclass(frozen=True)
class DocumentToSign:
    """One file with the places for its signatures made. ``subject`` is the stream it is about, ``title`` what the
    signer is shown, ``format`` one of :data:`formats.FORMATS`, ``reference`` whatever the room that asks knows it by.
    """

    content: bytes
    subject: str
    title: str
    stamp: Stamp
    format: str = "pdf"
    reference: str = ""


def start_signing(
    *,
    certificate: SigningCertificate,
    documents: Sequence[DocumentToSign],
    by: UUID,
    at: datetime,
    level: DocumentLevel = DocumentLevel.DECISION,
) -> SigningTransaction:
    """Prepare documents and ask the certificate's provider to sign them, all with one confirmation.

    Who may use the certificate is asked before (``access``). The answer may be there at once (state ``signed``) or
    come later through :func:`settle_signing`. Call it with no transaction open: a provider may be far away. Raises
    :class:`Refused` for an unusable certificate or document.
    """
    begun = begin_signing(certificate=certificate, documents=documents, by=by, at=at, level=level)
    return ask_signer(begun, at=at)


@transaction.atomic
def begin_signing(
    *,
    certificate: SigningCertificate,
    documents: Sequence[DocumentToSign],
    by: UUID,
    at: datetime,
    level: DocumentLevel = DocumentLevel.DECISION,
) -> SigningTransaction:
    """Prepare the documents and write the request down; nobody has been asked yet. Raises as :func:`start_signing`."""
    most = _check_usable(certificate, level, at).at_once
    if not rules.fits_one_batch([len(document.content) for document in documents], most=most):
        message = _("Between 1 and %(most)s documents of together at most %(megabytes)s MB can be signed at once.")
        raise Refused(message % {"most": most, "megabytes": rules.MAX_BATCH_BYTES // 2**20}, code="batch_size")
    begun = SigningTransaction.objects.create(
        certificate=certificate, level=level, started_by=by, started_at=at, expires_at=at + rules.PATIENCE
    )
    rows = [_prepared_row(begun, place, each) for place, each in enumerate(documents)]
    if registry[certificate.provider].immediate:
        # The answer comes before this process forgets the files: they need not go to the database and back.
        begun.at_hand = {row.pk: _prepared(row) for row in rows}
        for row in rows:
            row.prepared = None
    SigningDocument.objects.bulk_create(rows)
    return begun


def ask_signer(begun: SigningTransaction, *, at: datetime) -> SigningTransaction:
    """Ask the provider for what was begun. Call it with no transaction open: a provider may be far away."""
    provider, request = provider_of(begun.certificate.provider), _request(begun)
    try:
        outcome = provider.start(request)
    except Unavailable as error:
        outcome = Declined(Decline.FAILED, str(error), error.fault)
    return _written(begun.pk, outcome, at, prepared=begun.at_hand)


def _check_usable(certificate: SigningCertificate, level: DocumentLevel, at: datetime) -> Provider:
    if not is_usable(certificate, at):
        message = _("This certificate is not valid now or was withdrawn.")
        raise Refused(message, field="certificate", code="certificate")
    provider = provider_of(certificate.provider)
    policy = policy_on(level, day=local_day(at))
    if not rules.is_allowed(registry.kind_of(certificate.provider), policy.kinds if policy else ()):
        message = _("The rules of this house do not allow this way of signing for this kind of document.")
        raise Refused(message, field="certificate", code="policy")
    return provider


def _prepared_row(begun: SigningTransaction, place: int, document: DocumentToSign) -> SigningDocument:
    certificate = begun.certificate
    reason = rules.reason_of(document.stamp.reason, demonstration=certificate.demonstration)
    stamp = replace(document.stamp, reason=reason)
    try:
        made = _made(document.content, document.format, certificate, stamp)
    except Unsignable as error:
        message = _("“%(title)s” cannot be signed: %(reason)s.")
        raise Refused(message % {"title": document.title, "reason": error}, code=error.code) from error
    except SigningError as error:
        message = _("“%(title)s” cannot be signed: its place for this signature is missing or taken.")
        raise Refused(message % {"title": document.title}, code="document") from error
    return SigningDocument(
        transaction=begun,
        position=place,
        subject=document.subject,
        reference=document.reference,
        format=document.format,
        field=stamp.field if made.is_whole else "",
        title=document.title,
        prepared=made.document,
        document_digest=made.document_digest,
        attributes=made.attributes,
        hole_start=made.hole[0],
        hole_end=made.hole[1],
    )


def _made(content: bytes, form: str, certificate: SigningCertificate, stamp: Stamp) -> Prepared:
    if not registry[certificate.provider].whole_documents:
        der, chain = bytes(certificate.der), bytes(certificate.chain)
        return FORMATS[form].prepare(content, certificate=der, chain=chain, stamp=stamp)
    if form != "pdf":
        raise Unsignable("format", _("this way of signing takes PDF files only"))
    return pades.prepare_whole(content, stamp=stamp)


def _prepared(row: SigningDocument) -> Prepared:
    assert row.prepared is not None
    hole = (row.hole_start, row.hole_end)
    return Prepared(bytes(row.prepared), bytes(row.document_digest), hole, bytes(row.attributes))


def _request(row: SigningTransaction) -> Request:
    """A transaction as its provider is told it; the documents themselves stay here."""
    certificate = row.certificate
    items = row.documents.order_by("position").values_list("attributes", "document_digest", "title")
    return Request(
        id=row.pk,
        means=means_of(certificate.means),
        certificate=bytes(certificate.der),
        key_reference=certificate.key_reference,
        items=tuple(
            Item(rules.digest(bytes(attributes)) if attributes else bytes(whole), title, bytes(attributes))
            for attributes, whole, title in items
        ),
        expires_at=row.expires_at,
    )


def settle_signing(*, transaction_id: UUID, at: datetime) -> SigningTransaction:
    """Ask the provider how far a signing is, and write down what came. What is final stays as it is.

    One whose provider is not set up any more waits for it, and expires like any other.
    """
    waiting = _found(transaction_id)
    if waiting.state != TransactionState.WAITING:
        return waiting
    outcome: Outcome = Waiting(waiting.provider_reference)
    with suppress(NotFound, Unavailable):
        provider = provider_of(waiting.certificate.provider)
        if provider.immediate and at < waiting.started_at + AT_WORK:
            return waiting
        outcome = provider.poll(_request(waiting), waiting.provider_reference)
    if isinstance(outcome, Waiting) and at >= waiting.expires_at:
        _never_mind(waiting)
        outcome = Declined(Decline.EXPIRED, fault=Fault.TIMEOUT)
    return _written(transaction_id, outcome, at)


def challenge_signing(*, transaction_id: UUID) -> dict[str, Any]:
    """What the script in the signer's browser needs to ask for the signatures; each call makes a new request.

    Who may ask is asked before (``access``). Raises :class:`Conflict` when the signing has ended, :class:`Refused` for
    a provider that has no browser side.
    """
    waiting = _found(transaction_id)
    if waiting.state != TransactionState.WAITING:
        raise Conflict(_("This signing has already ended."))
    provider = provider_of(waiting.certificate.provider)
    if not provider.browser:
        raise Refused(_("This signature does not come through the browser."), code="not_in_browser")
    asked = provider.challenge(_request(waiting), waiting.provider_reference)
    if provider.whole_documents:
        returned = waiting.documents.filter(signed__isnull=False).order_by("position")
        asked["returned"] = list(returned.values_list("position", flat=True))
    return asked


def deliver_signing(*, transaction_id: UUID, answer: Mapping[str, Any], at: datetime) -> SigningTransaction:
    """Take what the signer's browser brought from a token. What is final stays as it is.

    Who may deliver is asked before (``access``). Raises :class:`Refused` for a provider that has no browser side.
    """
    waiting = _found(transaction_id)
    if waiting.state != TransactionState.WAITING:
        return waiting
    provider = provider_of(waiting.certificate.provider)
    if not provider.browser:
        raise Refused(_("This signature does not come through the browser."), code="not_in_browser")
    return _written(transaction_id, provider.delivered(_request(waiting), waiting.provider_reference, answer), at)


def consent_signing(*, transaction_id: UUID, answer: Mapping[str, str], at: datetime) -> SigningTransaction:
    """Take what a service sent its signer's browser back with. What is final stays as it is.

    Whose request it is is asked before (``access``). Call it with no transaction open.
    """
    waiting = _found(transaction_id)
    if waiting.state != TransactionState.WAITING:
        return waiting
    provider, reference = provider_of(waiting.certificate.provider), waiting.provider_reference
    try:
        outcome = provider.consented(_request(waiting), reference, answer)
    except Unavailable as error:
        outcome = Declined(Decline.FAILED, str(error), error.fault)
    return waiting if outcome == Waiting(reference) else _written(transaction_id, outcome, at)


def consent_address(*, transaction_id: UUID) -> str:
    """Where the signer must go to agree, outside of the house; empty when nowhere (any more)."""
    waiting = _found(transaction_id)
    if waiting.state != TransactionState.WAITING:
        return ""
    provider = provider_of(waiting.certificate.provider)
    return provider.consent_url(_request(waiting), waiting.provider_reference)


def cancel_signing(*, transaction_id: UUID, by: UUID, at: datetime) -> SigningTransaction:
    """Withdraw a request that still waits. Raises :class:`Conflict` when it has ended already."""
    with transaction.atomic():
        waiting = locked_signing(transaction_id)
        if waiting.state != TransactionState.WAITING:
            raise Conflict(_("This signing has already ended."))
        end_signing(waiting, TransactionState.CANCELLED, at, by=by)
    _never_mind(waiting)
    return waiting


def _never_mind(row: SigningTransaction) -> None:
    """Tell the provider; one that does not answer forgets the request by itself, and a late signature is not taken."""
    with suppress(NotFound, Unavailable):
        provider_of(row.certificate.provider).cancel(_request(row), row.provider_reference)


def _found(transaction_id: UUID) -> SigningTransaction:
    found = SigningTransaction.objects.select_related("certificate__means").filter(id=transaction_id).first()
    if found is None:
        raise NotFound(_("There is no such signing."))
    return found


def locked_signing(transaction_id: UUID) -> SigningTransaction:
    """A signing that nobody else writes on until the end of this transaction. Raises :class:`NotFound`."""
    rows = SigningTransaction.objects.select_related("certificate__means").select_for_update(of=("self",))
    found = rows.filter(id=transaction_id).first()
    if found is None:
        raise NotFound(_("There is no such signing."))
    return found


@transaction.atomic
def _written(
    transaction_id: UUID, outcome: Outcome, at: datetime, *, prepared: Mapping[UUID, Prepared] | None = None
) -> SigningTransaction:
    """Write down what a provider answered; a second answer, or one after the end, changes nothing.

    ``prepared`` holds the files that are only in this process.
    """
    row = locked_signing(transaction_id)
    if row.state != TransactionState.WAITING:
        return row
    if isinstance(outcome, Waiting):
        known, row.provider_reference = row.provider_reference, outcome.reference
        if known != outcome.reference:
            row.save(update_fields=["provider_reference"])
        if outcome.reference and not known:
            tell("signing.started", stream_of(row), row.started_by, at, _references(row))
    elif isinstance(outcome, Declined):
        end_signing(row, TransactionState(outcome.why), at, detail=outcome.detail, fault=outcome.fault)
    else:
        _sign(row, outcome, at, prepared or {})
    return row


def _sign(row: SigningTransaction, outcome: Signed, at: datetime, at_hand: Mapping[UUID, Prepared]) -> None:
    if not is_usable(row.certificate, at):
        # It ended, or was withdrawn because its key is in other hands, after the signer had been asked.
        end_signing(
            row, TransactionState.FAILED, at, detail="the certificate has ended meanwhile", fault=Fault.CERTIFICATE
        )
        return
    documents = list(row.documents.order_by("position"))
    prepared = [at_hand.get(document.pk) or _prepared(document) for document in documents]
    der, chain = bytes(row.certificate.der), bytes(row.certificate.chain)
    if not _signatures_fit(der, prepared, outcome):
        detail = "the signatures do not belong to the certificate"
        end_signing(row, TransactionState.FAILED, at, detail=detail, fault=Fault.WRONG_SIGNATURE)
        return
    signed = [
        FORMATS[document.format].finish(file, signature=signature, certificate=der, chain=chain)
        for document, file, signature in zip(documents, prepared, outcome.signatures, strict=True)
    ]
    _store([document.pk for document in documents], signed)
    end_signing(row, TransactionState.SIGNED, at)


def _signatures_fit(certificate: bytes, prepared: list[Prepared], outcome: Signed) -> bool:
    return len(outcome.signatures) == len(prepared) and all(
        rules.signature_matches(certificate, digest=each.to_sign, signature=signature)
        for each, signature in zip(prepared, outcome.signatures, strict=True)
    )


def _store(ids: Sequence[UUID], signed: Sequence[bytes]) -> None:
    """Write signed files in one statement, as binary parameters.

    Django's cursor writes them into the text of the statement as hexadecimal: 1.3 ms of CPU for 100 KB in place of
    0.3, and five times as much in PostgreSQL.
    """
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            "UPDATE signing_signingdocument AS d SET signed = s.signed, prepared = NULL"
            " FROM unnest(%b::uuid[], %b::bytea[]) AS s (id, signed) WHERE d.id = s.id",
            [list(ids), list(signed)],
        )


def end_signing(
    row: SigningTransaction,
    state: TransactionState,
    at: datetime,
    *,
    detail: str = "",
    fault: Fault = Fault.NONE,
    by: UUID | None = None,
) -> None:
    row.state, row.finished_at, row.detail, row.fault = state, at, detail[:500], fault
    row.save(update_fields=["state", "finished_at", "detail", "fault"])
    if state != TransactionState.SIGNED:
        row.documents.update(prepared=None, signed=None)
    tell(f"signing.{state}", stream_of(row), by or row.started_by, at, _references(row))


def stream_of(row: SigningTransaction) -> str:
    """The stream of its events."""
    return f"signing:{row.id}"


def _references(row: SigningTransaction) -> dict[str, object]:
    subjects = row.documents.order_by("position").values_list("subject", flat=True)
    return {"certificate": row.certificate.fingerprint, "subjects": list(subjects)}
