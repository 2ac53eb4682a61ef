"""Results are signed by the leader and sealed by the clerk, with whatever means each of them has.

A signer with a phone or a token answers in minutes, so signing is three transactions: the wish is written down and the
document locked against a second one; the signer is asked, with nothing open; what came is put into the dossier.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.registers.actions import next_number
from motcua.engines.signing.actions import DocumentToSign, ask_signer, begin_signing, collect_signed
from motcua.engines.signing.levels.actions import await_level
from motcua.engines.signing.models import (
    DocumentLevel,
    HolderKind,
    SigningCertificate,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.outcomes import not_signed_text
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.queries import certificate_of
from motcua.kernel.blobs.actions import keep, release, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict, NotAllowed, Refused
from motcua.people.officers.queries import local_day
from motcua.services.dossiers import result_pages
from motcua.services.dossiers.actions.results import PDF
from motcua.services.dossiers.actions.working import open_step, pass_step, write_passed
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import ResultDocument, ResultSigning
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.runtime import package_of

# Stand in the signed file for ever, so they are Vietnamese whatever language the signer's screen has.
APPROVED, ISSUED = "Phê duyệt", "Ban hành"
# A wish is sent to its signer in the same request; one that is older was left behind by a process that died.
UNSENT = timedelta(minutes=10)
# Steps concluded within a request, some 30 ms each; the waiting page and a job conclude the others.
AT_ONCE = 20
Act = ResultSigning.Act


@dataclass(frozen=True)
class Wish:
    """A step that an officer wants to end by signing its results; ``outcome`` none means the step's first."""

    dossier: UUID
    item: UUID
    by: Actor
    outcome: str | None = None
    note: str = ""
    seen_version: int | None = None


class Progress(StrEnum):
    """How far a wish is: signed and passed on, with the signer, or held up by a rule (the step stays open)."""

    DONE = "done"
    WAITING = "waiting"
    STUCK = "stuck"


@dataclass
class Signing:
    """What became of some wishes, by item: its progress, or why it was refused. ``transaction`` is with the signer."""

    progress: dict[UUID, Progress] = field(default_factory=dict)
    refused: dict[UUID, Refused] = field(default_factory=dict)
    transaction: UUID | None = None


@dataclass(frozen=True)
class _Sent:
    """A document with the row that remembers whose wish it is."""

    row: ResultSigning
    document: DocumentToSign


def sign_result(
    dossier: UUID,
    *,
    item: UUID,
    by: Actor,
    outcome: str | None = None,
    certificate: SigningCertificate | None = None,
    note: str = "",
    at: datetime | None = None,
    seen_version: int | None = None,
) -> Signing:
    """The leader signs every result of the step (PAdES) and finishes it, at once or when the signer has confirmed.

    Raises ``Refused`` when it may not be signed or the signer declined, ``NotAllowed`` without a usable certificate.
    """
    wish = Wish(dossier, item, by, outcome, note, seen_version)
    return _only(sign_results([wish], act=Act.SIGN, certificate=certificate, at=at), item)


def seal_result(
    dossier: UUID,
    *,
    item: UUID,
    by: Actor,
    outcome: str | None = None,
    certificate: SigningCertificate | None = None,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> Signing:
    """The clerk (văn thư) numbers, dates and seals every signed result and finishes the step; as :func:`sign_result`.

    A number that was given stays the document's when sealing has to be tried again.
    """
    wish = Wish(dossier, item, by, outcome, seen_version=seen_version)
    return _only(sign_results([wish], act=Act.SEAL, certificate=certificate, at=at), item)


def sign_results(
    wishes: Sequence[Wish], *, act: Act, certificate: SigningCertificate | None = None, at: datetime | None = None
) -> Signing:
    """Have the results of many steps signed by one officer with one confirmation.

    What one dossier refuses holds up no other. When the signer answers at once, the first :data:`AT_ONCE` steps are
    concluded here and the others by :func:`conclude_signing`. Raises ``Refused`` as ``begin_signing`` does.
    """
    signing, at = Signing(), at or timezone.now()
    sent: list[_Sent] = []
    for wish in wishes:
        try:
            certificate, documents = _send(wish, act=act, certificate=certificate, at=at)
        except Refused as refused:
            signing.refused[wish.item] = refused
            continue
        signing.progress[wish.item] = Progress.WAITING if documents else Progress.STUCK
        sent += documents
    if sent and certificate is not None:
        asked = _ask(sent, certificate, act=act, at=at)
        signing.transaction = asked.pk
        _tell_apart(signing, conclude_signing(asked.pk, at=at, most=AT_ONCE))
    return signing


def _tell_apart(signing: Signing, ended: dict[UUID, Progress | Refused]) -> None:
    for item, became in ended.items():
        if isinstance(became, Refused):
            signing.refused[item] = became
        else:
            signing.progress[item] = became


def _only(signing: Signing, item: UUID) -> Signing:
    if item in signing.refused:
        raise signing.refused[item]
    return signing


@transaction.atomic
def _send(
    wish: Wish, *, act: Act, certificate: SigningCertificate | None, at: datetime
) -> tuple[SigningCertificate | None, list[_Sent]]:
    """Check the wish against the locked dossier and remember it. No documents mean that a rule holds it up."""
    move = Move.begin(wish.dossier, by=wish.by, at=at, seen_version=wish.seen_version)
    move.require("work")
    step = open_step(move, wish.item)
    results = _waiting_for(move, step, act)
    certificate = certificate or _certificate(act, results[0], wish.by, at)
    outcome = wish.outcome or _only_outcome(move, step)
    if pass_step(move, step, outcome=outcome) is None:
        return certificate, []
    rows = [_row(result, wish, outcome, act, at) for result in results]
    sent = [_Sent(row, _document(move, row)) for row in rows]
    ResultSigning.objects.bulk_create(rows)
    return certificate, sent


def _row(result: ResultDocument, wish: Wish, outcome: str | None, act: Act, at: datetime) -> ResultSigning:
    assert wish.by.account is not None
    return ResultSigning(
        result=result,
        item_id=wish.item,
        act=act,
        outcome=outcome or "",
        note=wish.note,
        file=result.file,
        asked_by_id=wish.by.account,
        office_id=wish.by.office,
        title=wish.by.title,
        authority=wish.by.authority,
        asked_at=at,
    )


def _document(move: Move, row: ResultSigning) -> DocumentToSign:
    result = row.result
    if row.act == Act.SIGN:
        signer = result_pages.signer_lines(move.by)
        reason = f"{APPROVED} ({move.by.authority})" if move.by.authority else APPROVED
        image = result_pages.signature_image(move.by)
        stamp = Stamp("KyChinh", move.at, reason=reason, image=image, signer=signer)
    else:
        day = local_day(move.at)
        texts = {
            "So": _number(move, result),
            "Ngay": f"{day:%d}",
            "Thang": result_pages.month(day),
            "Nam": f"{day:%Y}",
        }
        stamp = Stamp("DauCQ", move.at, reason=ISSUED, image=result_pages.seal_image(result.office), texts=texts)
    return DocumentToSign(
        content=read_bytes(result.file),
        subject=move.row.stream,
        title=f"{move.row.code} – {result.name}",
        stamp=stamp,
        reference=str(result.pk),
    )


def _number(move: Move, result: ResultDocument) -> str:
    """The document's number: the one it was given before in the same year, else the next of its series."""
    year = local_day(move.at).year
    if not result.number or result.numbered_at is None or local_day(result.numbered_at).year != year:
        series = package_of(move.row.procedure_version_id).results[result.template].series
        result.number = next_number(series, facts={"office": str(result.office_id)}, at=move.at)
        result.numbered_at = move.at
        result.save(update_fields=["number", "numbered_at"])
    return result.number


def _ask(sent: Sequence[_Sent], certificate: SigningCertificate, *, act: Act, at: datetime) -> SigningTransaction:
    """Ask the signer, with no transaction open. Raises ``Refused`` for a document or certificate of no use."""
    rows = ResultSigning.objects.filter(pk__in=[each.row.pk for each in sent])
    try:
        begun = begin_signing(
            certificate=certificate,
            documents=[each.document for each in sent],
            by=sent[0].row.asked_by_id,
            at=at,
            level=DocumentLevel.DECISION if act == Act.SIGN else DocumentLevel.SEAL,
        )
    except Refused as refused:
        rows.update(state=ResultSigning.State.VOID, detail=refused.message[:500], ended_at=at)
        raise
    rows.update(transaction=begun)
    return ask_signer(begun, at=at)


def conclude_signing(
    transaction_id: UUID, *, at: datetime | None = None, most: int | None = None
) -> dict[UUID, Progress | Refused]:
    """Put what a signer has answered into the dossiers, each in a transaction of its own; again does nothing.

    ``most`` bounds how many steps are concluded. By item: how far it is now, or why nothing came of it.
    """
    at = at or timezone.now()
    asked = SigningTransaction.objects.get(pk=transaction_id)
    if asked.state == TransactionState.WAITING:
        return {}
    waiting = ResultSigning.objects.filter(transaction=asked, state=ResultSigning.State.WAITING)
    items = waiting.order_by("item_id").values_list("item_id", "result__dossier_id").distinct()[:most]
    return {item: _concluded(asked, dossier, item, at) for item, dossier in items}


def _concluded(asked: SigningTransaction, dossier: UUID, item: UUID, at: datetime) -> Progress | Refused:
    try:
        if asked.state != TransactionState.SIGNED:
            raise Refused(not_signed_text(asked), code="not_signed")
        with transaction.atomic():
            return _put_in(asked, dossier, item, at)
    except Refused as refused:
        _void(asked, item, refused.message, at)
        return refused


def _put_in(asked: SigningTransaction, dossier: UUID, item: UUID, at: datetime) -> Progress:
    """Put the signed files in and finish the step. Raises ``Refused`` when the dossier has moved on meanwhile."""
    rows = list(_waiting_rows(asked, item))
    if not rows:
        return Progress.DONE
    first = rows[0]
    move = Move.begin(dossier, by=_actor(first), at=at)
    move.require("work")
    step = open_step(move, item)
    if any(row.result.file_id != row.file_id for row in rows):
        raise Conflict(_("The document was changed while it was being signed. Look at it and sign it again."))
    advance = pass_step(move, step, outcome=first.outcome or None)
    if advance is None:
        _end(rows, ResultSigning.State.VOID, at, detail=_("The process could not go on."))
        return Progress.STUCK
    signed = {
        each.reference: each.content for each in collect_signed(transaction_id=asked.pk, subject=move.row.stream)
    }
    for row in rows:
        _keep(row, signed[str(row.result_id)], at)
        _tell_signed(move, row)
    write_passed(move, advance, step, outcome=first.outcome or None, note=first.note)
    _end(rows, ResultSigning.State.DONE, at)
    return Progress.DONE


def _waiting_rows(asked: SigningTransaction, item: UUID) -> Iterable[ResultSigning]:
    rows = ResultSigning.objects.filter(transaction=asked, item=item, state=ResultSigning.State.WAITING)
    return rows.select_related("result__file", "office").select_for_update(of=("self",)).order_by("id")


def _actor(row: ResultSigning) -> Actor:
    """The officer as they were when they asked."""
    return Actor(
        account=row.asked_by_id,
        office=row.office_id,
        office_name=row.office.name if row.office else "",
        title=row.title,
        authority=row.authority,
    )


def _keep(row: ResultSigning, content: bytes, at: datetime) -> None:
    result = row.result
    release([result.file_id])
    result.file = store_bytes(content, name=result.file.name, media_type=PDF, by=row.asked_by_id)
    keep([result.file.pk])
    if row.act == Act.SIGN:
        result.state, result.signed_at, result.signed_by_id = ResultDocument.State.SIGNED, at, row.asked_by_id
    else:
        result.state, result.sealed_at, result.sealed_by_id = ResultDocument.State.SEALED, at, row.asked_by_id
    result.save()


def _tell_signed(move: Move, row: ResultSigning) -> None:
    result = row.result
    told: dict[str, Any] = {"result": result.pk, "file": result.file.blob_id, "name": result.name}
    if row.act == Act.SIGN:
        move.tell("dossier.result_signed", **told)
    else:
        await_level(file=result.file, subject=move.row.stream, at=move.at)
        move.tell("dossier.result_sealed", **told, number=result.number)


@transaction.atomic
def _void(asked: SigningTransaction, item: UUID, why: str, at: datetime) -> None:
    """Note that nothing came of it; the step stays open and can be signed again."""
    _end(list(_waiting_rows(asked, item)), ResultSigning.State.VOID, at, detail=why)


def _end(rows: Sequence[ResultSigning], state: ResultSigning.State, at: datetime, *, detail: str = "") -> None:
    keys = [row.pk for row in rows]
    ResultSigning.objects.filter(pk__in=keys).update(state=state, detail=detail[:500], ended_at=at)


@transaction.atomic
def forget_unsent(*, at: datetime) -> int:
    """Free the documents whose wish never reached a signer because a process died; how many."""
    left = ResultSigning.objects.filter(state=ResultSigning.State.WAITING, transaction=None, asked_at__lt=at - UNSENT)
    return left.update(state=ResultSigning.State.VOID, detail=_("The request did not reach the signer."), ended_at=at)


def _certificate(act: Act, result: ResultDocument, by: Actor, at: datetime) -> SigningCertificate:
    assert by.account is not None
    if act == Act.SIGN:
        found = certificate_of(HolderKind.OFFICER, by.account, level=DocumentLevel.DECISION, at=at)
        text = _("You have no valid signing certificate.")
    else:
        found = certificate_of(HolderKind.OFFICE, result.office_id, level=DocumentLevel.SEAL, at=at)
        text = _("The agency has no valid certificate for its seal.")
    if found is None:
        raise NotAllowed(text, code="no_certificate")
    return found


def _waiting_for(move: Move, step: Item, act: Act) -> list[ResultDocument]:
    """The results that the step signs or seals. Raises ``Refused`` for none, ``Conflict`` when one is being signed."""
    node = package_of(move.row.procedure_version_id).graph.nodes[step.node]
    state = ResultDocument.State.PREPARED if act == Act.SIGN else ResultDocument.State.SIGNED
    results = ResultDocument.objects.filter(dossier=move.row.id, state=state).select_related("file", "office__parent")
    signs = node.sign == ("leader" if act == Act.SIGN else "seal")
    found = [result for result in results if signs and node.result in ("", result.template)]
    if not found:
        raise Refused(_("There is no result here that waits for this."), code="no_result")
    if ResultSigning.objects.filter(result__in=found, state=ResultSigning.State.WAITING).exists():
        raise Conflict(_("This document is being signed already."), code="being_signed")
    return found


def _only_outcome(move: Move, step: Item) -> str | None:
    """The outcome of signing: the step's first, as drawn (“approve” before “send back”)."""
    outcomes = package_of(move.row.procedure_version_id).graph.nodes[step.node].outcomes
    return outcomes[0].id if outcomes else None
