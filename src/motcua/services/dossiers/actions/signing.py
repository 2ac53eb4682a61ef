"""Results are initialled by who drafted them, signed by the leader and sealed by the clerk, with any means they have.

A signer with a phone or a token answers in minutes, so signing is three transactions: the wish is written down and the
document locked against a second one; the signer is asked, with nothing open; what came is put into the dossier.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.registers.actions import next_number
from motcua.engines.registers.models import NumberSeries
from motcua.engines.signing.actions import DocumentToSign, ask_signer, begin_signing
from motcua.engines.signing.errors import FieldMissing
from motcua.engines.signing.models import (
    DocumentLevel,
    HolderKind,
    SigningCertificate,
    SigningTransaction,
)
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.pictures.queries import picture_for
from motcua.engines.signing.places import place_for_initials
from motcua.engines.signing.queries import certificate_of
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict, NotAllowed, Refused
from motcua.people.officers.queries import local_day
from motcua.services.dossiers import result_pages
from motcua.services.dossiers.actions.concluding import Progress, conclude_signing
from motcua.services.dossiers.actions.working import open_step, pass_step
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import ResultDocument, ResultSigning
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.registering import hold_number
from motcua.services.dossiers.rules.signatures import ACTS, WAITING
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.runtime import package_of
from motcua.services.procedures.series import begin_series

# Stand in the signed file for ever, so they are Vietnamese whatever language the signer's screen has.
INITIALLED, APPROVED, ISSUED = "Ký nháy", "Phê duyệt", "Ban hành"
# Steps concluded within a request, some 30 ms each; the waiting page and a job conclude the others.
AT_ONCE = 20
Act = ResultSigning.Act
_LEVELS = {Act.INITIAL: DocumentLevel.INITIALS, Act.SIGN: DocumentLevel.DECISION, Act.SEAL: DocumentLevel.SEAL}


@dataclass(frozen=True)
class Wish:
    """A step that an officer wants to end by signing its results; ``outcome`` none means the step's first.

    ``seen``: the files that they were shown on a page.
    """

    dossier: UUID
    item: UUID
    by: Actor
    outcome: str | None = None
    note: str = ""
    seen_version: int | None = None
    seen: Collection[str] | None = None


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
    seen: Collection[str] | None = None,
) -> Signing:
    """The leader signs every result of the step (PAdES) and finishes it, at once or when the signer has confirmed.

    Raises ``Refused`` when it may not be signed or the signer declined, ``NotAllowed`` without a usable certificate.
    """
    wish = Wish(dossier, item, by, outcome, note, seen_version, seen)
    return _only(sign_results([wish], act=Act.SIGN, certificate=certificate, at=at), item)


def initial_result(
    dossier: UUID,
    *,
    item: UUID,
    by: Actor,
    outcome: str | None = None,
    certificate: SigningCertificate | None = None,
    at: datetime | None = None,
    seen_version: int | None = None,
    seen: Collection[str] | None = None,
) -> Signing:
    """Who answers for the text initials every result of the step (ký nháy), before the leader; as :func:`sign_result`.

    The initials go into the first place for them that is free. What is prepared anew loses them.
    """
    wish = Wish(dossier, item, by, outcome, seen_version=seen_version, seen=seen)
    return _only(sign_results([wish], act=Act.INITIAL, certificate=certificate, at=at), item)


def seal_result(
    dossier: UUID,
    *,
    item: UUID,
    by: Actor,
    outcome: str | None = None,
    certificate: SigningCertificate | None = None,
    at: datetime | None = None,
    seen_version: int | None = None,
    seen: Collection[str] | None = None,
) -> Signing:
    """The clerk (văn thư) numbers, dates and seals every signed result and finishes the step; as :func:`sign_result`.

    A number that was given stays the document's when sealing has to be tried again.
    """
    wish = Wish(dossier, item, by, outcome, seen_version=seen_version, seen=seen)
    return _only(sign_results([wish], act=Act.SEAL, certificate=certificate, at=at), item)


def sign_results(
    wishes: Sequence[Wish], *, act: Act, certificate: SigningCertificate | None = None, at: datetime | None = None
) -> Signing:
    """Have the results of many steps signed by one officer with one confirmation.

    What one dossier refuses, or a document of it that cannot be signed, holds up no other. When the signer answers at
    once, the first :data:`AT_ONCE` steps are concluded here and the others by :func:`conclude_signing`. Raises
    ``Refused`` as ``begin_signing`` does.
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
        asked, left_out = _ask(sent, certificate, act=act, at=at)
        signing.transaction = asked.pk
        signing.refused |= left_out
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
    if wish.seen is not None and {str(result.file_id) for result in results} != set(wish.seen):
        raise Conflict(_("The document was changed since you were shown it. Look at it again."), code="changed")
    certificate = certificate or _certificate(act, results[0], wish.by, at)
    _check_holder(certificate, act, results, wish.by)
    outcome = wish.outcome or _only_outcome(move, step)
    if pass_step(move, step, outcome=outcome) is None:
        return certificate, []
    rows = [_row(result, wish, outcome, act, at) for result in results]
    image = picture_for(certificate)
    sent = [_Sent(row, _document(move, row, image)) for row in rows]
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


def _document(move: Move, row: ResultSigning, image: bytes | None) -> DocumentToSign:
    result = row.result
    if row.act == Act.INITIAL:
        stamp = Stamp(_place_for_initials(result), move.at, reason=INITIALLED, image=image)
    elif row.act == Act.SIGN:
        signer = result_pages.signer_lines(move.by)
        reason = f"{APPROVED} ({move.by.authority})" if move.by.authority else APPROVED
        stamp = Stamp("KyChinh", move.at, reason=reason, image=image, signer=signer)
    else:
        number, day = _number(move, result)
        texts = {
            "So": number,
            "Ngay": f"{day:%d}",
            "Thang": result_pages.month(day),
            "Nam": f"{day:%Y}",
        }
        stamp = Stamp("DauCQ", move.at, reason=ISSUED, image=image, texts=texts)
    return DocumentToSign(
        content=result.file,
        subject=move.row.stream,
        title=f"{move.row.code} – {result.name}",
        stamp=stamp,
        reference=str(result.pk),
    )


def _place_for_initials(result: ResultDocument) -> str:
    try:
        return place_for_initials(read_bytes(result.file))
    except FieldMissing as error:
        text = _("“%(name)s” has no place for initials that is free.") % {"name": result.name}
        raise Refused(text, code="no_place") from error


def _number(move: Move, result: ResultDocument) -> tuple[str, date]:
    """The document's number, as it is printed, and the day with it: the number that it was given before in the same
    year, else the next of its series or of the register of documents out.
    """
    spec = package_of(move.row.procedure_version_id).results[result.template]
    today = local_day(move.at)
    if spec.register:
        held = hold_number(result, spec, by=move.by, at=move.at)
        _keep_number(result, held.notation, move.at)
        return held.notation, held.day
    if not result.number or result.numbered_at is None or local_day(result.numbered_at).year != today.year:
        number = _next(spec, result, move.at)
        _keep_number(result, number, move.at)
    return result.number, today


def _next(spec: ResultSpec, result: ResultDocument, at: datetime) -> str:
    facts = {"office": str(result.office_id)}
    try:
        return next_number(spec.series, facts=facts, at=at)
    except NumberSeries.DoesNotExist:  # of a package that was published before publishing began its series
        begin_series(spec)
        return next_number(spec.series, facts=facts, at=at)


def _keep_number(result: ResultDocument, number: str, at: datetime) -> None:
    if result.number != number:
        result.number, result.numbered_at = number, at
        result.save(update_fields=["number", "numbered_at"])


def _ask(
    sent: Sequence[_Sent], certificate: SigningCertificate, *, act: Act, at: datetime
) -> tuple[SigningTransaction, dict[UUID, Refused]]:
    """Ask the signer, with no transaction open, for what can be signed; with it, by item, why the rest cannot.

    Raises ``Refused`` for a certificate of no use, and when nothing can be signed.
    """
    rows = ResultSigning.objects.filter(pk__in=[each.row.pk for each in sent])
    try:
        begun = begin_signing(
            certificate=certificate,
            documents=[each.document for each in sent],
            by=sent[0].row.asked_by_id,
            at=at,
            level=_LEVELS[act],
            partly=True,
        )
    except Refused as refused:
        rows.update(state=ResultSigning.State.VOID, detail=refused.message[:500], ended_at=at)
        raise
    rows.update(transaction=begun)
    left_out: dict[UUID, Refused] = {}
    for each in sent:
        if why := begun.left_out.get(each.document.subject):
            left_out[each.row.item_id] = why
            detail = why.message[:500]
            rows.filter(pk=each.row.pk).update(state=ResultSigning.State.VOID, detail=detail, ended_at=at)
    return ask_signer(begun, at=at), left_out


def _certificate(act: Act, result: ResultDocument, by: Actor, at: datetime) -> SigningCertificate:
    assert by.account is not None
    if act != Act.SEAL:
        found = certificate_of(HolderKind.OFFICER, by.account, level=_LEVELS[act], at=at)
        text = _("You have no valid signing certificate.")
    else:
        found = certificate_of(HolderKind.OFFICE, result.office_id, level=DocumentLevel.SEAL, at=at)
        text = _("The agency has no valid certificate for its seal.")
    if found is None:
        raise NotAllowed(text, code="no_certificate")
    return found


def _check_holder(certificate: SigningCertificate, act: Act, results: Sequence[ResultDocument], by: Actor) -> None:
    """Raise ``NotAllowed`` for a certificate of anybody but the officer who signs, or the agency whose seal it is."""
    holders = {by.account} if act != Act.SEAL else {result.office_id for result in results}
    if holders != {certificate.holder_id}:
        raise NotAllowed(_("This certificate is not the signer's."), code="certificate")


def _waiting_for(move: Move, step: Item, act: Act) -> list[ResultDocument]:
    """The results of the step that wait for this. Raises ``Refused`` for none, ``Conflict`` for one being signed."""
    node = package_of(move.row.procedure_version_id).graph.nodes[step.node]
    if ACTS.get(node.sign) != act:
        raise Refused(_("There is no result here that waits for this."), code="no_result")
    waiting = ResultDocument.objects.filter(dossier=move.row.id, state=WAITING[node.sign])
    results = waiting.select_related("file", "dossier", "office")
    found = [result for result in results if node.result in ("", result.template)]
    if not found:
        raise Refused(_("There is no result here that waits for this."), code="no_result")
    if ResultSigning.objects.filter(result__in=found, state=ResultSigning.State.WAITING).exists():
        raise Conflict(_("This document is being signed already."), code="being_signed")
    return found


def _only_outcome(move: Move, step: Item) -> str | None:
    """The outcome of signing: the step's first, as drawn (“approve” before “send back”)."""
    outcomes = package_of(move.row.procedure_version_id).graph.nodes[step.node].outcomes
    return outcomes[0].id if outcomes else None
