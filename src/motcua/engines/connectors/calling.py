"""Questions are put to systems: each once, a bad one alone, a system that does not answer left in peace for a while.

No transaction is open while a system answers: it would hold back every subscriber of events. A worker takes a question
under a lease; who dies with it lets others go on when the lease ends. What may not be asked twice and whose answer was
lost goes to a person.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from motcua.engines.connectors import mapping
from motcua.engines.connectors.actions.calls import permission_for
from motcua.engines.connectors.actions.systems import tell
from motcua.engines.connectors.consumers import consumers
from motcua.engines.connectors.descriptions import InForce, in_force
from motcua.engines.connectors.models import Call, LineSystem
from motcua.engines.connectors.spec import Operation
from motcua.engines.connectors.transports import http
from motcua.engines.connectors.transports.files import Drop
from motcua.engines.exchange import rules
from motcua.engines.exchange.standing import note_down, up
from motcua.engines.exchange.transports.interface import STORAGE, NotReached, Rejected, TryLater
from motcua.engines.signing.errors import Misconfigured
from motcua.kernel.errors import Refused
from motcua.kernel.events.access_log import record_access
from motcua.people.accounts.sealing import InvalidToken, seal, unseal

log = logging.getLogger(__name__)

PURPOSE = "line_system"  # of access records
LEASE = timedelta(minutes=4)  # longer than the longest time-out
ATTEMPTS = rules.ATTEMPTS
UNDER_WAY = "under_way"  # code of a call that may not be asked twice, from before it is put until its end is known
# A system that does not answer gets one question at a time, until it does.
_TAKE = """
    UPDATE connectors_call SET leased_until = %(until)s WHERE id = (
        SELECT c.id FROM connectors_linesystem s CROSS JOIN LATERAL (
            SELECT w.id, w.next_at FROM connectors_call w
            WHERE w.system_id = s.id AND w.state = 'waiting' AND w.next_at <= %(now)s
            AND (w.leased_until IS NULL OR w.leased_until < %(now)s)
            ORDER BY w.next_at, w.id LIMIT 1 FOR UPDATE SKIP LOCKED) c
        WHERE s.is_active AND (s.retry_at IS NULL OR s.retry_at <= %(now)s) AND (
            SELECT count(*) FROM connectors_call o
            WHERE o.system_id = s.id AND o.state = 'waiting' AND o.leased_until >= %(now)s
        ) < CASE WHEN s.failures > 0 THEN 1 ELSE s.at_once END
        ORDER BY c.next_at, c.id LIMIT 1
    ) RETURNING id
"""


@dataclass(frozen=True)
class _Ready:
    """A question that may be put now."""

    call: Call
    described: InForce
    operation: Operation
    inputs: Mapping[str, Any]


def call_some() -> int:
    """Put one question that is due; returns 0 when there is none."""
    key = _take(timezone.now())
    if key is None:
        return 0
    try:
        ready = _begun(key)
        if ready is not None:
            _put(ready)
    finally:
        Call.objects.filter(pk=key).update(leased_until=None)
    return 1


def _take(now: datetime) -> UUID | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"now": now, "until": now + LEASE})
        row = cursor.fetchone()
    return row[0] if row else None


def _begun(key: UUID) -> _Ready | None:
    try:
        return _begin(key)
    except Exception:  # one question that cannot be begun must not hold up the others
        log.exception("connector_call_not_begun", extra={"call": str(key)})
        next_at = timezone.now() + rules.FIRST_WAIT
        Call.objects.filter(pk=key, state=Call.State.WAITING).update(next_at=next_at)
        return None


@transaction.atomic
def _begin(key: UUID) -> _Ready | None:
    """What may be put: consent is looked at again now, and the person is told before anything leaves the house."""
    now, rows = timezone.now(), Call.objects.select_related("system").select_for_update(of=("self",))
    call = rows.filter(pk=key, state=Call.State.WAITING).first()
    if call is None:
        return None
    consumer = consumers.get(call.consumer)
    if consumer is not None and not consumer.wants(call.key):
        over = {"state": Call.State.LEFT, "fault": "its answer is not wanted any more", "settled_at": now}
        Call.objects.filter(pk=key).update(**over, told_at=now, said=b"")
        return None
    try:
        described = in_force(call.system)
        operation = described.operation(call.operation)
        permission = permission_for(operation, call.whose_id, now)
        inputs = mapping.checked_inputs(operation, json.loads(unseal(call.said)))
    except (Refused, mapping.Unmappable) as error:
        _dead(call, "description", str(error))
        return None
    except InvalidToken:
        _dead(call, "sealed", "what is asked cannot be unsealed: the secret key is another one")
        return None
    is_once = described.spec.http is not None and not operation.may_repeat
    if is_once and call.code == UNDER_WAY:
        _dead(call, "unsure", "it was being asked when the worker ended")
        return None
    if not permission.is_given:
        Call.objects.filter(pk=key).update(state=Call.State.HELD)
        return None
    call.description, call.purpose, call.edition = described.description, permission.purpose, permission.edition
    call.consent = permission.consent
    if is_once:
        call.code = UNDER_WAY
    if permission.purpose and call.shown_at is None:
        assert call.whose_id is not None
        call.shown_at = now
        record_access(who=call.system_id, whose=call.whose_id, purpose=PURPOSE, subject=subject_of(call), at=now)
    call.save(update_fields=["description", "purpose", "edition", "consent", "shown_at", "code"])
    return _Ready(call, described, operation, inputs)


def subject_of(call: Call) -> str:
    """How access records name a call. Asked anew after it was given up it is another look."""
    return f"call:{call.pk}:{int(call.queued_at.timestamp())}"


def _put(ready: _Ready) -> None:
    call, system = ready.call, ready.call.system
    try:
        if ready.described.spec.folder is not None:
            _lay_out(ready)
            return
        found = http.outputs(ready.described, ready.operation, ready.inputs, call=call.pk)
    except NotReached as error:
        _missing(ready, error)
    except TryLater as error:
        note_up(system)
        _failed(ready, error.code, str(error), is_own=True, may_repeat=ready.operation.may_repeat)
    except Rejected as error:
        note_up(system)
        _dead(call, error.code, str(error))
    except (Misconfigured, OSError) as error:
        note_down(system, str(error) if isinstance(error, Misconfigured) else STORAGE, waiting=rules.waiting)
        _postpone(call, timezone.now())
    except Exception as error:  # one question that cannot be put must not hold up the others
        log.exception("connector_call_failed", extra={"call": str(call.pk)})
        _failed(ready, "failed", type(error).__name__, is_own=True, may_repeat=False)
    else:
        note_up(system)
        answered(call, found)


def _lay_out(ready: _Ready) -> None:
    folder, call = ready.described.spec.folder, ready.call
    assert folder is not None
    try:
        content = mapping.asked(ready.operation, ready.inputs).content
    except mapping.Unmappable as error:
        raise Rejected("request", str(error)) from error
    Drop(folder.name).lay_out(ready.operation, call.operation, call.pk, content)
    note_up(call.system)
    if not ready.operation.outputs:
        answered(call, {})
        return
    until = timezone.now() + timedelta(hours=folder.answers_within)
    Call.objects.filter(pk=call.pk, state=Call.State.WAITING).update(state=Call.State.SENT, next_at=until)


def _missing(ready: _Ready, error: NotReached) -> None:
    """There was no answer. An outage is no question's fault, unless others were answered since it failed before."""
    call, system = ready.call, ready.call.system
    system.refresh_from_db(fields=["answered_at"])
    is_own = rules.counts(call.failed_at, system.answered_at) and not isinstance(error, http.NoAccount)
    lost = error.unsure and not ready.operation.may_repeat
    if not is_own and not lost:
        note_down(system, str(error), waiting=rules.waiting)
    _failed(ready, "unanswered", str(error), is_own=is_own, may_repeat=not lost)


def _failed(ready: _Ready, code: str, fault: str, *, is_own: bool, may_repeat: bool) -> None:
    """Ask again after a while; a person decides where asking twice could do harm, and where it failed too often."""
    call, now = ready.call, timezone.now()
    attempts = call.attempts + int(is_own)
    if not may_repeat or attempts >= ATTEMPTS:
        _dead(call, code if may_repeat else "unsure", fault)
        return
    wait = rules.waiting(max(attempts, 1))
    values = {"attempts": attempts, "code": code[:40], "fault": fault[:300], "failed_at": now, "next_at": now + wait}
    Call.objects.filter(pk=call.pk, state=Call.State.WAITING).update(**values)


def _postpone(call: Call, now: datetime) -> None:
    Call.objects.filter(pk=call.pk, state__in=[Call.State.HELD, Call.State.WAITING]).update(next_at=now, code="")


@transaction.atomic
def _dead(call: Call, code: str, fault: str) -> None:
    now = timezone.now()
    values = {"state": Call.State.DEAD, "code": code[:40], "fault": (fault or code)[:300], "settled_at": now}
    open_ = Call.objects.filter(pk=call.pk, state__in=[Call.State.WAITING, Call.State.SENT])
    if open_.update(**values, attempts=F("attempts") + 1):
        told: dict[str, Any] = {"call": call.pk, "operation": call.operation, "about": call.about, "code": code[:40]}
        tell(call.system.code, "given_up", at=now, **told)


@transaction.atomic
def answered(call: Call, found: Mapping[str, Any]) -> bool:
    """Keep an answer, sealed, until who wanted it has taken it; False for one that came too late, or twice."""
    now = timezone.now()
    values = {"state": Call.State.ANSWERED, "found": seal(json.dumps(dict(found)).encode()), "next_at": now}
    values |= {"code": "", "fault": "", "settled_at": now, "attempts": F("attempts") + 1}
    open_ = Call.objects.filter(pk=call.pk, state__in=[Call.State.WAITING, Call.State.SENT])
    if not open_.update(**values):
        return False
    told: dict[str, Any] = {"call": call.pk, "operation": call.operation, "about": call.about, "purpose": call.purpose}
    tell(call.system.code, "answered", at=now, **told)
    return True


def give_up_overdue() -> int:
    """Give up what was laid out and was not answered in time; returns how many."""
    rows = Call.objects.filter(state=Call.State.SENT, next_at__lt=timezone.now()).select_related("system")
    overdue = list(rows.order_by("next_at", "id")[:100])
    for call in overdue:
        _dead(call, "unanswered", "no answer was laid into the folder in time")
    return len(overdue)


def note_up(system: LineSystem) -> None:
    """The system has answered just now."""
    LineSystem.objects.filter(pk=system.pk).update(**up(timezone.now()))
