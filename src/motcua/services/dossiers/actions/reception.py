"""The desk accepts a dossier: it gets its code, its due time, its receipt, and the process begins."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.engines.registers.actions import next_free_number, next_number
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.time.rules import starts_counting
from motcua.people.citizens.queries import is_unconfirmed
from motcua.services.dossiers import routing
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.advancing import Advance, CannotProceedError, conclude, describe
from motcua.services.dossiers.incidents import report
from motcua.services.dossiers.issuing import issue, to_print
from motcua.services.dossiers.limits import of_terms
from motcua.services.dossiers.models import Dossier, FormNumber, State
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.series import DOSSIER
from motcua.services.procedures.runtime import Package, package_of

CODE_TAKEN = "dossiers_dossier_code_key"  # the constraint


def accept(dossier: UUID, *, by: Actor, at: datetime | None = None, seen_version: int | None = None) -> Dossier:
    """Accept a submitted dossier (tiếp nhận, form 01). Raises ``Conflict`` when it is not waiting for that.

    Raises ``Refused`` while it rests on a parent's statement that nobody has confirmed. A code that came from
    elsewhere, with an imported dossier or one of the national portal, is passed over.

    The limit counts from now, or from the next working day after the 15:00 cut-off. A step or a dossier whose office
    cannot be found stays with the receiving office and is reported to the coordination queue.
    """
    try:
        return _accept(dossier, by=by, at=at, seen_version=seen_version)
    except IntegrityError as error:
        if CODE_TAKEN not in str(error):
            raise
    with transaction.atomic():
        free = _free_code(Move.begin(dossier, by=by, at=at, seen_version=seen_version))
        return _accept(dossier, by=by, at=at, seen_version=seen_version, code=free)


@transaction.atomic
def _accept(dossier: UUID, *, by: Actor, at: datetime | None, seen_version: int | None, code: str = "") -> Dossier:
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("accept")
    _require_confirmed(move)
    package = package_of(move.row.procedure_version_id)
    missing = route(move, package)
    _promise(move, package)
    code = code or move.row.portal_code or _next_code(move)
    move.set(code=code, accepted_at=move.at, accepted_office_id=move.row.receiving_office_id, state=State.ACCEPTED)
    move.count(f"received.{move.row.channel}")
    advance = Advance(move, package)
    failure = _begin(advance)
    move.tell(
        "dossier.accepted",
        code=code,
        state=State.ACCEPTED,
        due=move.row.due_at,
        channel=move.row.channel,
        next=describe(advance.opened),
    )
    if failure is None:
        conclude(move, advance)
    move.write()
    report_missing(move, missing)
    if failure is not None:
        report(move, kind="process", message=str(failure), node=failure.node, retry={"action": "start"})
    accepted = to_print(dossier)
    issue(accepted, FormNumber.RECEIPT, by=by, at=move.at)
    return accepted


def _next_code(move: Move) -> str:
    return next_number(DOSSIER.code, facts=_numbered_by(move), at=move.at)


def _numbered_by(move: Move) -> dict[str, str]:
    return {"office": routing.code_of(move.row.receiving_office_id, move.at)}


def _free_code(move: Move) -> str:
    """The next code that no dossier has. Raises ``Conflict`` where the portal's code is taken."""
    if move.row.portal_code:
        raise Conflict(_("Another dossier has the code that the portal gave this one."), code="code_taken")
    return next_free_number(DOSSIER.code, facts=_numbered_by(move), at=move.at, taken=_given)


def _given(codes: list[str]) -> set[str]:
    return {code for code in Dossier.objects.filter(code__in=codes).values_list("code", flat=True) if code}


def _require_confirmed(move: Move) -> None:
    agent = move.row.representative_id
    if agent is not None and is_unconfirmed(agent, move.row.applicant_id):
        text = _("A parent has filed it on a statement that is not confirmed. Confirm it, or refuse the dossier.")
        raise Refused(text, code="unconfirmed_parent")


def route(move: Move, package: Package) -> list[str]:
    """Fix the offices of all steps on the dossier; the selectors for which there is none."""
    found = routing.routes(move.row, package, on=move.day)
    move.set(offices=found.offices)
    if found.resolving != move.row.resolving_office_id:
        move.set(resolving_office_id=found.resolving)
    return found.missing


def report_missing(move: Move, missing: Iterable[str]) -> None:
    """Tell the coordination queue of the offices that were not found."""
    for selector in missing:
        report(move, kind="routing", message=f"No office for “{selector}”.", retry={"selector": selector})


def _promise(move: Move, package: Package) -> None:
    """Fix the limit of case and channel and compute when the result is due."""
    terms = package.terms(move.row.case_id, move.row.channel)
    move.set(counted_from=counted_from(move, package))
    if terms is not None and terms.limit_value is not None and terms.limit_unit:
        limit = of_terms(terms.limit_value, terms.limit_unit)
        move.set(limit_value=limit.value, limit_unit=str(limit.unit))
        move.reclock()


def counted_from(move: Move, package: Package) -> datetime:
    """When the limit of what comes in now begins: at once, or after the cut-off on the next working day."""
    calendar, cut_off = move.calendar(move.row.resolving_office_id), package.policy.cut_off
    if cut_off:
        calendar = replace(calendar, cut_off=time.fromisoformat(cut_off))
    return starts_counting(move.at, calendar)


def _begin(advance: Advance) -> CannotProceedError | None:
    try:
        with advance.move.attempt():
            advance.start()
    except CannotProceedError as error:
        advance.opened.clear()
        return error
    return None
