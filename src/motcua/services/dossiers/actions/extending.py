"""Apologise and set a new appointment."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.text.dates import VIETNAM
from motcua.kernel.time.rules import Limit, Unit, due
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.issuing import issue, to_print
from motcua.services.dossiers.limits import of_terms
from motcua.services.dossiers.models import Extension, FormNumber
from motcua.services.dossiers.moves import Move
from motcua.services.procedures.runtime import package_of


@transaction.atomic
def extend(
    dossier: UUID,
    *,
    limit: Limit,
    reason: str,
    by: Actor,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> Extension:
    """Apologise and set a new appointment (xin lỗi và hẹn lại, form 04).

    By default once, and at least one day before the dossier is due (provincial rules under NĐ 118/2025; both are
    settings of the procedure). Raises ``NotAllowed``.
    """
    if not reason.strip():
        raise Refused(_("Write why the result is late."), field="reason", code="required")
    assert by.account is not None
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("extend")
    before = _promise_that_may_move(move)
    after = _move_promise(move, before, limit)
    extension = Extension.objects.create(
        dossier_id=dossier,
        number=move.row.extensions_made,
        reason=reason.strip(),
        value=limit.value,
        unit=str(limit.unit),
        due_before=before,
        due_after=after,
        made_at=move.at,
        made_by_id=by.account,
    )
    move.tell("dossier.extended", was=before, due=after, reason=extension.reason)
    move.write()
    issue(to_print(dossier), FormNumber.APOLOGY, by=by, at=move.at, extension=extension)
    return extension


def _promise_that_may_move(move: Move) -> datetime:
    """The appointment, if the procedure's rule still allows to move it. Raises ``NotAllowed``."""
    rule, promised = package_of(move.row.procedure_version_id).policy.extension, move.row.due_at
    if promised is None:
        raise NotAllowed(_("This dossier has no appointment that could be moved."), code="no_due")
    if move.row.extensions_made >= rule.times:
        raise NotAllowed(_("The appointment of this dossier has been moved already."), code="extended")
    before = of_terms(rule.before.value, rule.before.unit)
    soonest = due(move.at, before, move.calendar(move.row.resolving_office_id))
    if before.unit is Unit.HOURS or before.value % 1:  # less than days: on its day an appointment may be over
        if soonest > promised:
            text = _("It is too late to extend: the appointment is nearer than the procedure allows for this.")
            raise NotAllowed(text, code="too_late")
    elif soonest.astimezone(VIETNAM).date() > promised.astimezone(VIETNAM).date():
        raise NotAllowed(
            _("It is too late to extend: this must be done before the day of the appointment."), code="too_late"
        )
    return promised


def _move_promise(move: Move, promised: datetime, limit: Limit) -> datetime:
    """The new appointment."""
    move.standing.extensions = (*move.standing.extensions, limit)
    move.set(extensions_made=move.row.extensions_made + 1)
    if move.row.limit is None:  # taken over from elsewhere with its appointment only
        move.set(due_at=due(promised, limit, move.calendar(move.row.resolving_office_id)))
    else:
        move.reclock()
    assert move.row.due_at is not None
    return move.row.due_at
