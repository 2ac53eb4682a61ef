"""What a provider answers to a request is written down once; what comes after the end is kept apart and told.

A request may end without the service's word: it was cancelled, or nobody confirmed in time. The signer's phone may
sign all the same. Such a signature is never put into the document, for the signer was told that nothing is signed; it
is kept with the request as evidence, an event says so, and whoever had asked is told.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engines.messaging.actions import notify
from motcua.engines.signing import rules
from motcua.engines.signing.actions.holding import is_usable, means_of, provider_of
from motcua.engines.signing.actions.recording import tell
from motcua.engines.signing.actions.services import asking
from motcua.engines.signing.care import notices
from motcua.engines.signing.formats import FORMATS
from motcua.engines.signing.models import (
    PUBLIC_KINDS,
    SigningCertificate,
    SigningDocument,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.pades import Prepared
from motcua.engines.signing.providers.interface import (
    Declined,
    Fault,
    Item,
    Outcome,
    Overloaded,
    Request,
    Signed,
    Unavailable,
    Waiting,
)
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import NotFound


def prepared_of(row: SigningDocument, content: bytes | None = None) -> Prepared:
    """The file of a document that waits for its signature; ``content`` is the file where the row was read without."""
    whole = row.prepared if content is None else content
    assert whole is not None
    hole = (row.hole_start, row.hole_end)
    return Prepared(bytes(whole), bytes(row.document_digest), hole, bytes(row.attributes))


def request_of(row: SigningTransaction) -> Request:
    """A transaction as its provider is told it; the documents themselves stay here until one is opened."""
    certificate = row.certificate
    rows = row.documents.order_by("position")
    items = rows.values_list("pk", "attributes", "document_digest", "title", "field", "format")
    return Request(
        id=row.pk,
        means=means_of(certificate.means),
        certificate=bytes(certificate.der),
        key_reference=certificate.key_reference,
        items=tuple(
            Item(
                rules.digest(bytes(attributes)) if attributes else bytes(whole),
                title,
                bytes(attributes),
                field,
                form,
                partial(_prepared_content, key),
            )
            for key, attributes, whole, title, field, form in items
        ),
        expires_at=row.expires_at,
    )


def _prepared_content(document: UUID) -> bytes:
    """The file of a document, empty when its signing has ended."""
    found = SigningDocument.objects.filter(pk=document).values_list("prepared", flat=True).first()
    return bytes(found or b"")


def found_signing(transaction_id: UUID) -> SigningTransaction:
    """A signing as it stands now. Raises :class:`NotFound`."""
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
def write_answer(
    transaction_id: UUID, outcome: Outcome, at: datetime, *, prepared: Mapping[UUID, Prepared] | None = None
) -> SigningTransaction:
    """Write down what a provider answered; a second answer, or one after the end, does not change how it ended.

    ``prepared`` holds the files that are only in this process.
    """
    row = locked_signing(transaction_id)
    if row.state != TransactionState.WAITING:
        _after_the_end(row, outcome, at)
    elif isinstance(outcome, Waiting):
        _wait(row, outcome, at)
    elif isinstance(outcome, Declined):
        end_signing(row, TransactionState(outcome.why), at, detail=outcome.detail, fault=outcome.fault)
    else:
        _sign(row, outcome, at, prepared or {})
    return row


def _wait(row: SigningTransaction, outcome: Waiting, at: datetime) -> None:
    known, row.provider_reference = row.provider_reference, outcome.reference
    if known == outcome.reference:
        return
    row.fault, row.detail, row.start_again_at = "", "", None
    row.save(update_fields=["provider_reference", "fault", "detail", "start_again_at"])
    if outcome.reference and not known:
        tell("signing.started", stream_of(row), row.started_by, at, _references(row))


@transaction.atomic
def note_unanswered(transaction_id: UUID, detail: str, at: datetime) -> SigningTransaction:
    """Note that nobody knows whether the signer was asked. The request goes on waiting, and can be cancelled."""
    row = locked_signing(transaction_id)
    waits = row.state == TransactionState.WAITING and not row.provider_reference
    if waits and row.fault != Fault.UNANSWERED:
        row.fault, row.detail, row.start_again_at = Fault.UNANSWERED, detail[:500], None
        row.save(update_fields=["fault", "detail", "start_again_at"])
        tell("signing.unanswered", stream_of(row), row.started_by, at, _references(row))
    return row


@transaction.atomic
def wait_for_room(transaction_id: UUID, busy: Overloaded, at: datetime) -> SigningTransaction:
    """Note when a service that takes no more now is handed the request again. Nobody was asked; it goes on waiting."""
    row = locked_signing(transaction_id)
    if row.state == TransactionState.WAITING:
        first, row.fault, row.detail = row.start_again_at is None, Fault.OVERLOADED, str(busy)[:500]
        row.start_again_at = rules.ask_again_at(after=busy.after, at=at)
        row.save(update_fields=["fault", "detail", "start_again_at"])
        if first:
            tell("signing.overloaded", stream_of(row), row.started_by, at, _references(row))
    return row


def _sign(row: SigningTransaction, outcome: Signed, at: datetime, at_hand: Mapping[UUID, Prepared]) -> None:
    if not is_usable(row.certificate, at):
        # It ended, or was withdrawn because its key is in other hands, after the signer had been asked.
        end_signing(
            row, TransactionState.FAILED, at, detail="the certificate has ended meanwhile", fault=Fault.CERTIFICATE
        )
        return
    joined = row.documents.order_by("position").defer("prepared", "signed")
    documents = list(joined.annotate(size=Length("prepared")))
    der = bytes(row.certificate.der)
    if not _signatures_fit(der, documents, outcome):
        detail = "the signatures do not belong to the certificate"
        end_signing(row, TransactionState.FAILED, at, detail=detail, fault=Fault.WRONG_SIGNATURE)
        return
    for part in rules.parts([each.size or 0 for each in documents], most=rules.PART_BYTES):
        some = slice(part.start, part.stop)
        _finish(row.certificate, documents[some], outcome.signatures[some], at_hand)
    end_signing(row, TransactionState.SIGNED, at)


def _finish(
    certificate: SigningCertificate,
    documents: Sequence[SigningDocument],
    signatures: Sequence[bytes],
    at_hand: Mapping[UUID, Prepared],
) -> None:
    """Put the signatures into one part of the documents: a batch never stands in memory as a whole."""
    keys = [each.pk for each in documents]
    stored = {} if at_hand else _stored(keys)
    der, chain = bytes(certificate.der), bytes(certificate.chain)
    signed = [
        FORMATS[each.format].finish(
            at_hand.get(each.pk) or prepared_of(each, stored[each.pk]),
            signature=signature,
            certificate=der,
            chain=chain,
        )
        for each, signature in zip(documents, signatures, strict=True)
    ]
    _store(keys, signed)


def _signatures_fit(certificate: bytes, documents: Sequence[SigningDocument], outcome: Signed) -> bool:
    return len(outcome.signatures) == len(documents) and all(
        rules.signature_matches(certificate, digest=rules.digest(bytes(each.attributes)), signature=signature)
        for each, signature in zip(documents, outcome.signatures, strict=True)
    )


def _stored(ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """The prepared files by their documents, as binary results: Django's cursor gets them as hexadecimal text."""
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute("SELECT id, prepared FROM signing_signingdocument WHERE id = ANY(%b)", [list(ids)], binary=True)
        return dict(cursor.fetchall())


def store_prepared(ids: Sequence[UUID], prepared: Sequence[bytes]) -> None:
    """Write prepared files in one statement, as :func:`_store` does signed ones."""
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            "UPDATE signing_signingdocument AS d SET prepared = s.prepared"
            " FROM unnest(%b::uuid[], %b::bytea[]) AS s (id, prepared) WHERE d.id = s.id",
            [list(ids), list(prepared)],
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
    watched: bool = False,
) -> None:
    """End a signing. ``watched``: it is the house that ends it, so its service may still bring a signature.

    Of files that came back one by one (``whole``) those stay signed that the rest was not needed for.
    """
    left_out = [] if state == TransactionState.SIGNED else _leave_out(row)
    if left_out:
        state, watched = TransactionState.SIGNED, False
    row.state, row.finished_at, row.detail, row.fault = state, at, detail[:500], fault
    row.watched_until = at + rules.WATCHED if watched and _can_be_asked(row) else None
    row.start_again_at = None
    row.save(update_fields=["state", "finished_at", "detail", "fault", "watched_until", "start_again_at"])
    if state != TransactionState.SIGNED:
        row.documents.update(prepared=None, signed=None)
    told = _references(row) | ({"left_out": left_out} if left_out else {})
    tell(f"signing.{state}", stream_of(row), by or row.started_by, at, told)


def _leave_out(row: SigningTransaction) -> list[str]:
    """Let go of the subjects that are not signed whole, if others are: a step or a document is signed with all its
    files, or not at all. Returns those left out; none when nothing is signed whole.
    """
    unsigned = sorted(set(row.documents.filter(signed=None).order_by().values_list("subject", flat=True)))
    if not row.documents.exclude(subject__in=unsigned).exists():
        return []
    row.documents.filter(subject__in=unsigned).delete()
    return unsigned


def never_mind(row: SigningTransaction, at: datetime) -> None:
    """Tell the provider; one that does not answer forgets the request by itself, and is watched meanwhile."""
    with suppress(NotFound, Unavailable):
        provider = provider_of(row.certificate.provider)
        with asking(row.certificate.provider, at):
            provider.cancel(request_of(row), row.provider_reference)


def _can_be_asked(row: SigningTransaction) -> bool:
    """Whether the service can be asked about a request: it has given it a name, or knows it by ours."""
    code = row.certificate.provider
    if code not in registry or registry[code].immediate or registry[code].browser:
        return False
    return bool(row.provider_reference) or registry[code].finds_by_id


def _after_the_end(row: SigningTransaction, outcome: Outcome, at: datetime) -> None:
    if row.state == TransactionState.SIGNED or row.late_at is not None:
        return  # a second answer
    watched = row.watched_until
    if isinstance(outcome, Signed):
        watched = None
        _keep_late(row, outcome, at)
    elif isinstance(outcome, Declined):
        watched = None
    elif not row.provider_reference:
        row.provider_reference = outcome.reference
        watched = at + rules.WATCHED if _can_be_asked(row) else None
    elif watched is not None and watched <= at:
        watched = None
    row.watched_until = watched
    row.save(update_fields=["provider_reference", "watched_until", "late_at"])


def _keep_late(row: SigningTransaction, outcome: Signed, at: datetime) -> None:
    """Keep signatures that fit the documents, tell the events and whoever had asked. What does not fit is nothing."""
    documents = list(row.documents.exclude(attributes=b"").order_by("position"))
    pairs = list(zip(documents, outcome.signatures, strict=False))
    der = bytes(row.certificate.der)
    if len(documents) != len(outcome.signatures) or not all(
        rules.signature_matches(der, digest=rules.digest(bytes(each.attributes)), signature=signature)
        for each, signature in pairs
    ):
        return
    for document, signature in pairs:
        document.late = signature
    SigningDocument.objects.bulk_update(documents, ["late"])
    row.late_at = at
    tell("signing.came_late", stream_of(row), None, at, _references(row) | {"state": row.state})
    title = documents[0].title if len(documents) == 1 else _("%(count)s documents") % {"count": len(documents)}
    notify(
        notices.LATE,
        recipients=[row.started_by],
        facts={"title": title},
        key=f"signing:{row.pk}:late",
        url=reverse("signing:own-means" if row.certificate.holder_kind in PUBLIC_KINDS else "signing:means"),
        at=at,
    )


def stream_of(row: SigningTransaction) -> str:
    """The stream of its events."""
    return f"signing:{row.id}"


def _references(row: SigningTransaction) -> dict[str, object]:
    subjects = row.documents.order_by("position").values_list("subject", flat=True)
    return {"certificate": row.certificate.fingerprint, "subjects": list(subjects)}
