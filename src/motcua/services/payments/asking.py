"""Asking gateways what became of attempts of which no notice came: it was lost, or is late."""

import logging
from datetime import datetime, timedelta

from django.db.models import F, Q

from motcua.services.payments import actions
from motcua.services.payments.gateways.interface import BadSignature, Gateway, Malformed, Unavailable
from motcua.services.payments.gateways.registry import gateways
from motcua.services.payments.models import Attempt

log = logging.getLogger(__name__)
PATIENCE, AGAIN, GIVEN_UP = timedelta(minutes=20), timedelta(hours=1), timedelta(days=3)
AT_ONCE, SILENT = 50, 3


def ask_all(*, at: datetime) -> None:
    """One round over all gateways that can be asked. Call it with no transaction open."""
    for code, theirs in gateways().items():
        if theirs.can_be_asked:
            _ask(code, theirs, at)


def _ask(code: str, theirs: Gateway, at: datetime) -> None:
    """Each attempt at most every hour; a gateway silent thrice in a row is left alone until the next round."""
    due = Q(asked_at=None) | Q(asked_at__lt=at - AGAIN)
    started = Attempt.objects.filter(gateway=code, state=Attempt.State.STARTED, started_at__gt=at - GIVEN_UP)
    waiting = started.filter(due, started_at__lt=at - PATIENCE).order_by(F("asked_at").asc(nulls_first=True), "id")
    silent = 0
    for attempt in waiting[:AT_ONCE]:
        try:
            told = theirs.ask(attempt.reference, attempt.started_at)
            silent = 0
        except Unavailable as error:
            log.warning("gateway_not_asked", extra={"gateway": code, "error": error})
            told, silent = None, silent + 1
        except (BadSignature, Malformed) as error:
            log.warning("gateway_answer_refused", extra={"gateway": code, "error": type(error).__name__})
            told, silent = None, 0
        Attempt.objects.filter(pk=attempt.pk).update(asked_at=at)
        if told is not None and told.reference == attempt.reference:
            actions.heed(code, theirs.merchant, told, at=at)
        if silent == SILENT:
            return
