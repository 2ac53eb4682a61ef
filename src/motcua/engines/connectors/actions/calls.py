"""Questions to systems: put on their way once, asked again when they were given up, or left."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.connectors import mapping
from motcua.engines.connectors.actions.consents import hold_still, standing_consent
from motcua.engines.connectors.actions.systems import tell
from motcua.engines.connectors.descriptions import InForce, in_force
from motcua.engines.connectors.models import Call, Consent, LineSystem
from motcua.engines.connectors.purposes import PURPOSES
from motcua.engines.connectors.spec import Operation
from motcua.engines.editions.queries import in_force as rules_in_force
from motcua.engines.rules.facts import plain
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.text.typed import written
from motcua.people.accounts.sealing import seal

LONGEST_REASON = 300
OPEN = (Call.State.HELD, Call.State.WAITING)


@dataclass(frozen=True)
class Question:
    """What is asked: ``inputs`` by name. ``consumer`` wants the answer and calls the question ``key``: once is once.

    ``about``: the stream that it belongs to. ``whose``: the person, for an operation with a purpose.
    """

    system: str
    operation: str
    inputs: Mapping[str, Any]
    consumer: str
    key: str
    about: str
    whose: UUID | None = None


@dataclass(frozen=True)
class Permission:
    """What allows data of a person to be asked or sent: purpose, edition of the rules, and the consent it may need."""

    purpose: str = ""
    edition: int | None = None
    consent: Consent | None = None
    is_given: bool = True


@transaction.atomic
def ask(question: Question, *, at: datetime) -> Call:
    """Put a question on its way. One that is on its way already is asked at once, one that is over anew.

    Without the consent that its purpose needs it is held until the person gives it. Raises :class:`Refused` for an
    unknown system or operation, and for inputs that the operation does not take.
    """
    system = LineSystem.objects.filter(code=question.system).first()
    if system is None:
        raise NotFound(_("There is no system “%(code)s” here.") % {"code": question.system})
    operation = in_force(system).operation(question.operation)
    said = _said(operation, question.inputs)
    if operation.purpose and question.whose is not None:
        hold_still(question.whose)  # consent given meanwhile would not see this question
    known = Call.objects.select_for_update(of=("self",)).filter(consumer=question.consumer, key=question.key).first()
    if known is not None and known.state in (Call.State.SENT, Call.State.ANSWERED):
        return known
    permission = permission_for(operation, question.whose, at)
    values: dict[str, Any] = {
        "system": system,
        "operation": question.operation,
        "about": question.about,
        "whose_id": question.whose if permission.purpose else None,
        "purpose": permission.purpose,
        "state": Call.State.WAITING if permission.is_given else Call.State.HELD,
        "next_at": at,
    }
    if known is None or known.state not in OPEN:
        # Asked anew it is a look of its own, of which the person is told.
        values |= {"said": said, "attempts": 0, "failed_at": None, "settled_at": None, "queued_at": at}
        values |= {"code": "", "fault": "", "told_at": None, "shown_at": None}
    row, _created = Call.objects.update_or_create(consumer=question.consumer, key=question.key, defaults=values)
    return row


def _said(operation: Operation, inputs: Mapping[str, Any]) -> bytes:
    try:
        values = mapping.checked_inputs(operation, plain(inputs))
    except mapping.Unmappable as error:
        raise Refused(str(error), code="inputs") from error
    return seal(json.dumps(values).encode())


def permission_for(operation: Operation, whose: UUID | None, at: datetime) -> Permission:
    """What allows this operation for a person today. Raises :class:`Refused` where nobody says whose data they are."""
    if not operation.purpose:
        return Permission()
    rules = rules_in_force(PURPOSES, timezone.localdate(at))
    purpose = rules.rules.get(operation.purpose)
    if purpose is None:
        raise Refused(_("The purpose of this operation is not in force."), code="purpose")
    if whose is None:
        raise Refused(_("Nobody says whose data are asked for."), code="person")
    if purpose.basis == "law":
        return Permission(purpose.code, rules.number)
    consent = standing_consent(whose, purpose.code)
    return Permission(purpose.code, rules.number, consent, consent is not None)


@transaction.atomic
def ask_again(call: UUID, *, by: UUID, at: datetime) -> Call:
    """Ask again what was given up, as the system is described now. Raises :class:`Conflict`, :class:`Refused`."""
    row = _dead(call)
    described: InForce = in_force(row.system)
    permission = permission_for(described.operation(row.operation), row.whose_id, at)
    row.state = Call.State.WAITING if permission.is_given else Call.State.HELD
    row.attempts, row.code, row.fault, row.next_at = 0, "", "", at
    row.failed_at = row.settled_at = row.told_at = row.shown_at = None
    row.save()
    tell(row.system.code, "asked_again", at=at, by=by, call=row.pk, operation=row.operation, about=row.about)
    return row


@transaction.atomic
def leave_out(call: UUID, *, reason: str, by: UUID, at: datetime) -> None:
    """Never ask it; who wanted it hears so. Raises ``Refused`` for no reason or one too long, ``Conflict``."""
    row, why = _dead(call), written(reason, _("Write why this question is left out."), "reason", LONGEST_REASON)
    row.state, row.fault, row.settled_at, row.told_at = Call.State.LEFT, why, at, None
    row.said = row.found = b""
    row.save()
    tell(row.system.code, "left_out", at=at, by=by, call=row.pk, operation=row.operation, reason=row.fault)


def _dead(call: UUID) -> Call:
    rows = Call.objects.select_related("system").select_for_update(of=("self",))
    row = rows.filter(pk=call, state__in=[Call.State.DEAD, Call.State.HELD]).first()
    if row is None:
        raise Conflict(_("This has been dealt with already."))
    return row
