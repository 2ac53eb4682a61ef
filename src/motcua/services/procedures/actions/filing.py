"""Where people may file a procedure online, and under which life events it is offered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.services.procedures.choices import Filing, LifeEvent, Source
from motcua.services.procedures.models import Procedure
from motcua.services.procedures.storing import write_entries


@transaction.atomic
def set_filing(*, code: str, filing: str, at: datetime, by: UUID | None) -> Procedure:
    """Switch where a procedure is filed online (Decree 224/2026/NĐ-CP, article 15).

    Filing here needs a published package: raises ``Conflict`` without one.
    """
    procedure = _locked(code)
    if filing not in Filing.values:
        raise Refused(_("Choose where the procedure is filed."), field="filing")
    if filing == Filing.LOCAL and not _has_package(procedure):
        raise Conflict(_("Filing here needs a published package of this procedure."), field="filing")
    if filing != procedure.filing:
        before, procedure.filing = procedure.filing, filing
        procedure.save(update_fields=["filing"])
        _tell(procedure, "procedure.filing_switched", {"before": before, "filing": filing}, at=at, by=by)
    return procedure


@transaction.atomic
def set_life_events(*, code: str, life_events: Sequence[str], at: datetime, by: UUID | None) -> Procedure:
    """Choose the life events under which a procedure is offered."""
    procedure = _locked(code)
    if unknown := set(life_events) - set(LifeEvent.values):
        raise Refused(_("There is no such life event: %(name)s") % {"name": min(unknown)}, field="life_events")
    _choose(procedure, set(life_events), at=at, by=by)
    return procedure


@transaction.atomic
def offer(*, code: str, life_event: LifeEvent | str, offered: bool, at: datetime, by: UUID | None) -> Procedure:
    """Offer a procedure under one more life event, or no longer; the others stay."""
    procedure = _locked(code)
    if life_event not in LifeEvent.values:
        raise Refused(_("There is no such life event: %(name)s") % {"name": life_event}, field="life_events")
    others = set(procedure.life_events) - {life_event}
    _choose(procedure, others | {life_event} if offered else others, at=at, by=by)
    return procedure


def _choose(procedure: Procedure, life_events: set[str], *, at: datetime, by: UUID | None) -> None:
    chosen = [event for event in LifeEvent.values if event in life_events]
    if chosen != procedure.life_events:
        procedure.life_events = chosen
        procedure.save(update_fields=["life_events"])
        if procedure.current_version:
            procedure.current_version.procedure = procedure
            write_entries([procedure.current_version])
        _tell(procedure, "procedure.life_events_chosen", {"life_events": chosen}, at=at, by=by)


def _locked(code: str) -> Procedure:
    found = Procedure.objects.filter(code=code).select_related("current_version").select_for_update(of=("self",))
    procedure = found.first()
    if procedure is None:
        raise NotFound(_("There is no procedure with this code."), field="code")
    return procedure


def _has_package(procedure: Procedure) -> bool:
    return procedure.current_version is not None and procedure.current_version.source == Source.PACKAGE


def _tell(procedure: Procedure, kind: str, references: dict[str, object], *, at: datetime, by: UUID | None) -> None:
    record(stream=f"procedure:{procedure.code}", kind=kind, actor=by, agency=None, references=references, at=at)
