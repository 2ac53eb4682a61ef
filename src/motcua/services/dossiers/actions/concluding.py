"""What a signer has answered is put into the dossiers: signed files, the end of the step; or why there is none."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.actions import collect_signed, discard_signed
from motcua.engines.signing.levels.actions import await_level
from motcua.engines.signing.models import SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import not_signed_text
from motcua.kernel.blobs.actions import keep, release, store_bytes
from motcua.kernel.errors import Conflict, Refused
from motcua.people.officers.actors import require_delegation
from motcua.people.officers.queries import desk_of
from motcua.services.dossiers.actions.applying import conclude_application
from motcua.services.dossiers.actions.copying import conclude_copies
from motcua.services.dossiers.actions.results import PDF
from motcua.services.dossiers.actions.working import open_step, pass_step, write_passed
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.delegating import desk_about
from motcua.services.dossiers.models import ApplicationSigning, ResultCopy, ResultDocument, ResultSigning
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.registering import enter

log = logging.getLogger(__name__)

# Wishes are sent, and answers put in, within minutes; what is older was left behind by a process that died.
LEFT_BEHIND = timedelta(minutes=10)
MOST_LEFT = 100
Act = ResultSigning.Act


class Progress(StrEnum):
    """How far a wish is: signed and passed on, with the signer, or held up by a rule (the step stays open)."""

    DONE = "done"
    WAITING = "waiting"
    STUCK = "stuck"


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
    conclude_copies(asked, at=at)
    conclude_application(asked.pk, at=at)
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
    except Exception as error:  # noqa: BLE001 - told to the operator; it waits, is tried again and holds up no other
        log.error("conclude_failed", extra={"id": str(item), "error": type(error).__name__})
        return Progress.WAITING


def _put_in(asked: SigningTransaction, dossier: UUID, item: UUID, at: datetime) -> Progress:
    """Put the signed files in and finish the step. Raises ``Refused`` when the dossier has moved on meanwhile."""
    rows = list(_waiting_rows(asked, item))
    if not rows:
        return Progress.DONE
    first = rows[0]
    move = Move.begin(dossier, by=_actor(first), at=at)
    move.require("work")
    step = open_step(move, item)
    if first.authority:
        assert asked.finished_at is not None
        # When it came counts, not when it is put in: what was signed on the last day stays signed.
        desk = desk_about(desk_of(first.asked_by, asked.finished_at), first.result.dossier)
        require_delegation(desk, move.by, role=step.role)
    if any(row.result.file_id != row.file_id for row in rows):
        raise Conflict(_("The document was changed while it was being signed. Look at it and sign it again."))
    advance = pass_step(move, step, outcome=first.outcome or None)
    if advance is None:
        _throw_away(asked, rows, at, why=_("The process could not go on."))
        return Progress.STUCK
    signed = {
        each.reference: each.content for each in collect_signed(transaction_id=asked.pk, references=_references(rows))
    }
    for row in rows:
        _keep(row, signed[str(row.result_id)], at)
        _tell_signed(move, row)
    write_passed(move, advance, step, outcome=first.outcome or None, note=first.note)
    _end(rows, ResultSigning.State.DONE, at)
    return Progress.DONE


def _waiting_rows(asked: SigningTransaction, item: UUID) -> Iterable[ResultSigning]:
    rows = ResultSigning.objects.filter(transaction=asked, item=item, state=ResultSigning.State.WAITING)
    joined = rows.select_related("result__file", "result__dossier", "result__office", "office")
    return joined.select_for_update(of=("self",)).order_by("id")


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
    elif row.act == Act.SEAL:
        result.state, result.sealed_at, result.sealed_by_id = ResultDocument.State.SEALED, at, row.asked_by_id
        result.document = enter(result, by=_actor(row), at=at)
    result.save()


def _tell_signed(move: Move, row: ResultSigning) -> None:
    result = row.result
    told: dict[str, Any] = {"result": result.pk, "file": result.file.blob_id, "name": result.name}
    if row.act == Act.INITIAL:
        move.tell("dossier.result_initialled", **told)
    elif row.act == Act.SIGN:
        move.tell("dossier.result_signed", **told)
    else:
        await_level(file=result.file, subject=move.row.stream, at=move.at)
        move.tell("dossier.result_sealed", **told, number=result.number, document=result.document_id)


@transaction.atomic
def _void(asked: SigningTransaction, item: UUID, why: str, at: datetime) -> None:
    """Note that nothing came of it; the step stays open and can be signed again."""
    _throw_away(asked, list(_waiting_rows(asked, item)), at, why=why)


def _throw_away(asked: SigningTransaction, rows: Sequence[ResultSigning], at: datetime, *, why: str) -> None:
    discard_signed(transaction_id=asked.pk, references=_references(rows), at=at)
    _end(rows, ResultSigning.State.VOID, at, detail=why)


def _references(rows: Iterable[ResultSigning]) -> list[str]:
    """What the signing knows their documents by."""
    return [str(row.result_id) for row in rows]


def _end(rows: Sequence[ResultSigning], state: ResultSigning.State, at: datetime, *, detail: str = "") -> None:
    keys = [row.pk for row in rows]
    ResultSigning.objects.filter(pk__in=keys).update(state=state, detail=detail[:500], ended_at=at)


def conclude_left(*, at: datetime) -> int:
    """Conclude what a signer answered a while ago and nobody put in, because a process died; how many signings."""
    left = ResultSigning.objects.filter(
        state=ResultSigning.State.WAITING, transaction__finished_at__lt=at - LEFT_BEHIND
    )
    copies = ResultCopy.objects.filter(state="waiting", transaction__finished_at__lt=at - LEFT_BEHIND)
    own = ApplicationSigning.objects.filter(state="waiting", transaction__finished_at__lt=at - LEFT_BEHIND)
    found = [rows.values_list("transaction_id", flat=True) for rows in (left, copies, own)]
    keys = list(found[0].union(*found[1:]).order_by("transaction_id")[:MOST_LEFT])
    for key in keys:
        assert key is not None
        conclude_signing(key, at=at)
    return len(keys)


@transaction.atomic
def forget_unsent(*, at: datetime) -> int:
    """Free the documents whose wish never reached a signer because a process died; how many."""
    freed = 0
    for kind in (ResultSigning, ApplicationSigning):
        left = kind.objects.filter(state="waiting", transaction=None, asked_at__lt=at - LEFT_BEHIND)
        freed += left.update(state="void", detail=_("The request did not reach the signer."), ended_at=at)
    return freed
