"""Work on dossiers that is done later."""

import logging
from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.utils import timezone

from motcua.kernel.jobs import periodic, task

log = logging.getLogger(__name__)

AT_ONCE = 500


@task(queue="documents", priority=-5)  # after what moves dossiers; the counter typesets a receipt when it prints it
def render_form(*, issued: str) -> None:
    """Typeset an issued form and keep the PDF."""
    from motcua.services.dossiers.issuing import render

    render(UUID(issued))


@task(queue="documents")
def convert_working_paper(*, paper: str) -> None:
    """Make the PDF of a draft, where LibreOffice is installed."""
    from motcua.services.dossiers import actions

    actions.convert_working_paper(UUID(paper))


@task
def run_service(*, dossier_id: str, token: str) -> None:
    """Run a service task."""
    from motcua.services.dossiers import actions

    actions.run_service(UUID(dossier_id), token=UUID(token))


@task
def spawn_child(*, dossier_id: str, token: str) -> None:
    """Open a child dossier."""
    from motcua.services.dossiers import actions

    actions.spawn_child(UUID(dossier_id), token=UUID(token))


@task
def tell_parent(*, child: str) -> None:
    """Tell the parent dossier that its child has ended."""
    from motcua.services.dossiers import actions

    actions.child_ended(UUID(child))


@task
def conclude_signing(*, signing: str) -> None:
    """Put what a signer has answered into the dossiers."""
    from motcua.services.dossiers import actions

    actions.conclude_signing(UUID(signing))


@task
def settle_order(*, order: str) -> None:
    """Mark the fees of a paid order as collected."""
    from motcua.services.dossiers import actions

    actions.settle_order(UUID(order))


@task
def follow_office(*, old: str, new: str) -> None:
    """Hand the open dossiers of an office that has ended to its successor."""
    from motcua.services.dossiers.actions.succeeding import follow_office

    follow_office(UUID(old), UUID(new))


@task
def follow_officer(*, officer: str, to: str) -> None:
    """Hand the open steps of an officer who has left to the colleague who takes over."""
    from motcua.services.dossiers.actions.succeeding import follow_officer

    follow_officer(UUID(officer), to=UUID(to))


@periodic("* * * * *")
def fire_timers() -> None:
    """Let due timers fire."""
    from motcua.services.dossiers import actions
    from motcua.services.dossiers.models import State, Timer

    now = timezone.now()
    due = Timer.objects.filter(fired_at=None, due_at__lte=now)
    running = due.exclude(work_item__dossier__state=State.WAITING_SUPPLEMENT).order_by("due_at", "id")
    for timer in running.values_list("pk", flat=True)[:AT_ONCE]:
        _each(partial(actions.fire_timer, timer, at=now), "timer_failed", timer)


def _each(act: Callable[[], object], failed: str, what: UUID) -> None:
    """One of many: what one dossier cannot do is no reason for the others to wait."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 - told to the operator; the next round tries again
        log.error(failed, extra={"id": str(what), "error": type(error).__name__})


@periodic("*/10 * * * *")
def lapse_supplements() -> None:
    """Close dossiers whose supplement was not brought in time."""
    from motcua.services.dossiers import actions
    from motcua.services.dossiers.models import Supplement

    now = timezone.now()
    lapsed = Supplement.objects.filter(answered_at=None, lapses_at__lte=now).order_by("lapses_at", "id")
    for dossier in lapsed.values_list("dossier_id", flat=True)[:AT_ONCE]:
        _each(partial(actions.lapse_supplement, dossier, at=now), "lapse_failed", dossier)


@periodic("*/10 * * * *")
def forget_unsent_signings() -> None:
    """Free documents whose request to a signer was lost, put in answers that were left lying, give up what is over."""
    from motcua.services.dossiers import actions

    now = timezone.now()
    actions.forget_unsent(at=now)
    actions.conclude_left(at=now)
    actions.forget_orphaned()


@periodic("15 2 * * *")
def remind_co_applicants() -> None:
    """Remind those who have been invited to apply together and have not answered."""
    from motcua.services.dossiers.actions.joining import remind_waiting

    remind_waiting(at=timezone.now())


@periodic("*/5 * * * *")
def fold_figures() -> None:
    """Fold the deltas that transitions appended into figures."""
    from motcua.services.dossiers.figures import fold

    while fold():
        pass


@periodic("*/10 * * * *")
def warn_of_deadlines() -> None:
    """Warn officers of steps and appointments that are due soon or overdue."""
    from motcua.services.dossiers import deadline_notices

    deadline_notices.warn_of_deadlines()
