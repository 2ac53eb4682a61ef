"""The applicant's personal store at the counter: whether it holds a paper that fits, and using it for them.

An officer looks only while the person is there and has agreed, is told no more than yes or no, and leaves an access
record that the person reads.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers import actions, stores
from motcua.services.dossiers.access import require_unbarred
from motcua.services.dossiers.applications import Application
from motcua.services.dossiers.models import Channel, Draft
from motcua.services.dossiers.pages.desk.shared import viewer_of
from motcua.services.dossiers.stores import Offers

LASTS = timedelta(minutes=30)  # the person goes away; then it is asked for anew
_UNTIL = "store_until"


def may_look(draft: Draft) -> bool:
    """Whether the person can be there at all: not when a dossier came by post."""
    return draft.channel == Channel.COUNTER and draft.applicant_id is not None


def is_open(draft: Draft) -> bool:
    """Whether the person has agreed within the last half hour."""
    until = draft.options.get(_UNTIL)
    return may_look(draft) and bool(until) and datetime.fromisoformat(str(until)) > timezone.now()


def open_store(request: HttpRequest, draft: Draft) -> None:
    """The officer says that the person is here and agrees. Raises ``Refused`` without, ``NotAllowed`` if barred."""
    if not may_look(draft) or draft.applicant is None:
        raise NotAllowed(_("The personal store is looked into only while its owner is at the counter."))
    require_unbarred(viewer_of(request), draft.applicant)
    if "store-agreed" not in request.POST:
        text = _("Tick that the person is here and agrees.")
        raise Refused(text, field="store-agreed", code="not_agreed")
    actions.save_draft(draft, options={_UNTIL: (timezone.now() + LASTS).isoformat()})


def offers_for(request: HttpRequest, application: Application) -> Offers:
    """What fits, while the person has agreed; nothing otherwise."""
    draft = application.draft
    if not is_open(draft) or draft.applicant_id is None:
        return Offers()
    papers = [slot.paper for slot in application.papers]
    procedure = draft.procedure_version.procedure_id
    return stores.offers_at_the_counter(draft.applicant_id, papers, procedure, officer=signed_in(request).pk)


def use(request: HttpRequest, application: Application, code: str) -> None:
    """Attach the newest that fits a paper of the case. Raises ``NotFound`` when there is none (any more)."""
    offers = offers_for(request, application)
    for slot in application.papers:
        if slot.paper.code == code and (usable := offers.usable(slot.paper.pk)):
            best = usable[0]
            actions.reuse_in_draft(application.draft, file=best.file, source=best.source, case_paper=slot.paper.pk)
            return
    raise NotFound(_("There is no valid paper for this in the store."))
