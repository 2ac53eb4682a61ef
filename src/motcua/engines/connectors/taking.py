"""Answers go to who wanted them, once; what was given up is told once."""

import json
import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcua.engines.connectors.consumers import Answer, Lost, NotYet, consumers
from motcua.engines.connectors.models import Call
from motcua.engines.exchange import rules
from motcua.kernel.errors import Conflict, Refused
from motcua.people.accounts.sealing import unseal

log = logging.getLogger(__name__)
AT_ONCE = 50


def take_some() -> int:
    """Hand some answers over, and tell of what was given up; returns how many were settled."""
    now = timezone.now()
    due = Call.objects.filter(state=Call.State.ANSWERED, next_at__lte=now).order_by("next_at", "id")
    lost = Call.objects.filter(state__in=[Call.State.DEAD, Call.State.LEFT], told_at=None).order_by("id")
    settled = sum(_hand_over(key) for key in list(due.values_list("pk", flat=True)[:AT_ONCE]))
    return settled + sum(_tell(key) for key in list(lost.values_list("pk", flat=True)[:AT_ONCE]))


def _hand_over(key: UUID) -> int:
    try:
        return _handed_over(key)
    except (NotYet, Conflict) as error:
        return _later(key, "not_yet", str(error))
    except Refused as refused:
        return _later(key, refused.code, str(refused))
    except Exception as error:  # one answer that cannot be taken must not hold up the others
        log.exception("connector_answer_not_taken", extra={"call": str(key)})
        return _later(key, "failed", type(error).__name__)


@transaction.atomic
def _handed_over(key: UUID) -> int:
    """Give one answer to its consumer; whatever that did is undone when it raises."""
    call = _locked(key, Call.State.ANSWERED)
    if call is None:
        return 0
    consumer = consumers.get(call.consumer)
    if consumer is None:
        raise Refused(f"no room is called {call.consumer}", code="consumer")
    consumer.take(Answer(call.pk, call.key, call.about, json.loads(unseal(call.found))))
    call.state, call.said, call.found, call.code, call.fault = Call.State.TAKEN, b"", b"", "", ""
    call.save(update_fields=["state", "said", "found", "code", "fault"])
    return 1


def _later(key: UUID, code: str, fault: str) -> int:
    next_at = timezone.now() + rules.FIRST_WAIT
    Call.objects.filter(pk=key, state=Call.State.ANSWERED).update(code=code[:40], fault=fault[:300], next_at=next_at)
    return 0


def _tell(key: UUID) -> int:
    try:
        return _told(key)
    except Exception:  # told again in the next round
        log.exception("connector_loss_not_told", extra={"call": str(key)})
        return 0


@transaction.atomic
def _told(key: UUID) -> int:
    call = _locked(key, Call.State.DEAD, Call.State.LEFT)
    if call is None or call.told_at is not None:
        return 0
    consumer = consumers.get(call.consumer)
    if consumer is not None:
        lost = Lost(call.pk, call.key, call.about, call.system.name, call.operation, call.fault)
        consumer.given_up(lost)
    call.told_at = timezone.now()
    call.save(update_fields=["told_at"])
    return 1


def _locked(key: UUID, *states: str) -> Call | None:
    rows = Call.objects.select_related("system").select_for_update(of=("self",), skip_locked=True)
    return rows.filter(pk=key, state__in=states).first()
