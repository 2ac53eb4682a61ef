"""A signing that waits for its signer: asked about, cancelled, and what the signer's own browser brings."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from motcua.engines.signing import queries
from motcua.engines.signing.actions.answers import (
    end_signing,
    found_signing,
    locked_signing,
    never_mind,
    note_unanswered,
    request_of,
    write_answer,
)
from motcua.engines.signing.actions.holding import provider_of
from motcua.engines.signing.actions.services import asking
from motcua.engines.signing.actions.signing import ask_signer
from motcua.engines.signing.models import SigningTransaction, TransactionState
from motcua.engines.signing.providers.interface import (
    Decline,
    Declined,
    Fault,
    Outcome,
    Overloaded,
    Unavailable,
    Waiting,
)
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import Conflict, NotFound, Refused

log = logging.getLogger(__name__)

# A service that answers in a tenth of a second is asked about so many in a fraction of the minute between two rounds.
AT_ONCE = 200
# Whoever asks a provider is given so long; a request that then has no name yet was left behind by a process that died,
# or was not answered.
AT_WORK = timedelta(minutes=2)


def settle_signing(*, transaction_id: UUID, at: datetime) -> SigningTransaction:
    """Ask the provider how far a signing is, and write down what came; of one that has ended, what came late.

    A service that rests (``services``) is not asked. One that took no more requests is handed this one again when its
    time has come. One whose provider is not set up any more waits for it, and
    expires like any other.
    """
    row = found_signing(transaction_id)
    waits = row.state == TransactionState.WAITING
    if not waits and row.watched_until is None:
        return row
    if waits and row.start_again_at is not None:
        return _start_again(row, at)
    if waits and not row.provider_reference and at < row.started_at + AT_WORK:
        return row
    outcome = _asked(row, at)
    if waits and isinstance(outcome, Waiting) and at >= row.expires_at:
        return _expire(row, at)
    return write_answer(transaction_id, outcome, at)


def _start_again(seen: SigningTransaction, at: datetime) -> SigningTransaction:
    """Hand a request over again that its service had no room for; whoever comes second meanwhile does not.

    A process that dies at it has perhaps asked the signer: nobody hands the request over a third time.
    """
    if seen.start_again_at is None:
        return seen
    due = at >= seen.start_again_at
    if due and seen.fault != Fault.OVERLOADED:
        return note_unanswered(seen.pk, "the process that asked has ended", at)
    if at >= seen.expires_at:
        return _expire(seen, at)
    if not due or seen.certificate.provider not in registry:
        return seen
    return ask_signer(seen, at=at) if _take_up(seen, at) else found_signing(seen.pk)


def _take_up(seen: SigningTransaction, at: datetime) -> bool:
    """Note, before the service is asked again, that this is being done; whether nobody else has."""
    waiting = SigningTransaction.objects.filter(pk=seen.pk, state=TransactionState.WAITING)
    taken = waiting.filter(start_again_at=seen.start_again_at, fault=Fault.OVERLOADED)
    return bool(taken.update(start_again_at=at + AT_WORK, fault=Fault.NONE))


def _asked(row: SigningTransaction, at: datetime) -> Outcome:
    with suppress(NotFound, Unavailable):
        provider = provider_of(row.certificate.provider)
        with asking(row.certificate.provider, at) as answered:
            outcome = provider.poll(request_of(row), row.provider_reference)
            if not isinstance(outcome, Waiting) or outcome.told:
                answered()
            return outcome
    return Waiting(row.provider_reference)


def _expire(seen: SigningTransaction, at: datetime) -> SigningTransaction:
    """End what nobody has confirmed in time. A signature that comes all the same is watched for, not taken."""
    with transaction.atomic():
        row = locked_signing(seen.pk)
        if row.state != TransactionState.WAITING:
            return row
        told = Fault(row.fault)
        fault = told if told in {Fault.UNANSWERED, Fault.OVERLOADED} else Fault.TIMEOUT
        end_signing(row, TransactionState.EXPIRED, at, fault=fault, detail=row.detail, watched=True)
    never_mind(row, at)
    return row


def settle_service(*, provider: str, at: datetime, most: int = AT_ONCE) -> None:
    """Ask one service about what waits there or is watched, what was not asked about for longest first.

    Each in its own transaction, and what breaks one holds up no other. While the service does not answer, what is
    past its time ends without it.
    """
    rows = queries.open_signings().filter(certificate__provider=provider)
    longest = rows.order_by(F("asked_at").asc(nulls_first=True), "started_at", "id")
    for transaction_id in longest.values_list("id", flat=True)[:most]:
        SigningTransaction.objects.filter(pk=transaction_id).update(asked_at=at)
        try:
            settle_signing(transaction_id=transaction_id, at=at)
        except Exception as error:  # noqa: BLE001 - told to the operator; the next round tries again
            log.error("settle_failed", extra={"id": str(transaction_id), "error": type(error).__name__})


def challenge_signing(*, transaction_id: UUID) -> dict[str, Any]:
    """What the script in the signer's browser needs to ask for the signatures; each call makes a new request.

    Who may ask is asked before (``access``). Raises :class:`Conflict` when the signing has ended, :class:`Refused` for
    a provider that has no browser side.
    """
    waiting = found_signing(transaction_id)
    if waiting.state != TransactionState.WAITING:
        raise Conflict(_("This signing has already ended."))
    provider = provider_of(waiting.certificate.provider)
    if not provider.browser:
        raise Refused(_("This signature does not come through the browser."), code="not_in_browser")
    asked = provider.challenge(request_of(waiting), waiting.provider_reference)
    if provider.whole_documents:
        returned = waiting.documents.filter(signed__isnull=False).order_by("position")
        asked["returned"] = list(returned.values_list("position", flat=True))
    return asked


def deliver_signing(*, transaction_id: UUID, answer: Mapping[str, Any], at: datetime) -> SigningTransaction:
    """Take what the signer's browser brought from a token. What is final stays as it is; a late signature is noted.

    Who may deliver is asked before (``access``). Raises :class:`Refused` for a provider that has no browser side.
    """
    waiting = found_signing(transaction_id)
    if waiting.state == TransactionState.SIGNED:
        return waiting
    provider = provider_of(waiting.certificate.provider)
    if not provider.browser:
        raise Refused(_("This signature does not come through the browser."), code="not_in_browser")
    return write_answer(
        transaction_id, provider.delivered(request_of(waiting), waiting.provider_reference, answer), at
    )


def consent_signing(*, transaction_id: UUID, answer: Mapping[str, str], at: datetime) -> SigningTransaction:
    """Take what a service sent its signer's browser back with. What is final stays as it is.

    Whose request it is is asked before (``access``). Call it with no transaction open.
    """
    waiting = found_signing(transaction_id)
    if waiting.state != TransactionState.WAITING:
        return waiting
    provider, reference = provider_of(waiting.certificate.provider), waiting.provider_reference
    try:
        outcome = provider.consented(request_of(waiting), reference, answer)
    except Overloaded:
        return waiting  # its signer may go there again
    except Unavailable as error:
        outcome = Declined(Decline.FAILED, str(error), error.fault)
    return waiting if outcome == Waiting(reference) else write_answer(transaction_id, outcome, at)


def consent_address(*, transaction_id: UUID) -> str:
    """Where the signer must go to agree, outside of the house; empty when nowhere (any more)."""
    waiting = found_signing(transaction_id)
    if waiting.state != TransactionState.WAITING:
        return ""
    provider = provider_of(waiting.certificate.provider)
    return provider.consent_url(request_of(waiting), waiting.provider_reference)


def cancel_signing(*, transaction_id: UUID, by: UUID, at: datetime) -> SigningTransaction:
    """Withdraw a request that still waits. Raises :class:`Conflict` when it has ended already."""
    with transaction.atomic():
        waiting = locked_signing(transaction_id)
        if waiting.state != TransactionState.WAITING:
            raise Conflict(_("This signing has already ended."))
        end_signing(waiting, TransactionState.CANCELLED, at, by=by, watched=True)
    never_mind(waiting, at)
    return waiting
