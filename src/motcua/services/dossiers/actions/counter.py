"""A dossier received over the counter: submitted and accepted in one transaction."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.blobs.actions import release
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.text.typed import written
from motcua.people.citizens.models import Party
from motcua.services.dossiers import stores
from motcua.services.dossiers.access import sent_by
from motcua.services.dossiers.actions.joining import require_confirmed, take_over
from motcua.services.dossiers.actions.opening import link
from motcua.services.dossiers.actions.reception import accept
from motcua.services.dossiers.actions.submitting import NewPaper, Submission, submit
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.applications import LONGEST_ADDRESS, Application, PaperSlot, application_of
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import Dossier, Draft, NoScanReason, Paper, ReturnMethod


@transaction.atomic
def receive(draft: UUID, *, office: UUID, by: Actor, at: datetime | None = None) -> Dossier:
    """Receive what an officer has taken down at the counter (tiếp nhận trực tiếp); the draft is gone.

    Pressed a second time, it gives the dossier of the first. Raises ``Invalid`` naming what is missing, ``NotFound``
    for another officer's draft.
    """
    waiting = Draft.objects.select_for_update(of=("self",)).filter(pk=draft, account=by.account)
    locked = waiting.select_related("procedure_version__procedure", "case", "applicant").first()
    if locked is None:
        return _received_before(draft, by)
    if locked.procedure_version_id != locked.procedure_version.procedure.current_version_id:
        raise Conflict(_("The procedure has changed since. Please check your application again."), code="changed")
    application, now = application_of(locked), at or timezone.now()
    if locked.applicant is None:
        raise Refused(_("Choose whose dossier this is."), field="applicant", code="applicant")
    _require_whole(application)
    said, together = locked.options, Together(application)
    require_confirmed(together)
    confirmed = [person for person in together.people if together.holds(person)]
    dossier = submit(
        Submission(
            key=locked.pk,
            joint=len(confirmed),
            version=locked.procedure_version,
            case=application.case,
            channel=locked.channel,
            applicant=locked.applicant,
            representative=_representative(said),
            form_data=application.answers.data,
            papers=list(handed_over(application)),
            receiving_office=office,
            proposed=application.proposed_fates,
            return_method=_return_method(said),
            return_address=written(
                str(said.get("return_address", "")), field="return_address", longest=LONGEST_ADDRESS
            ),
            copies=int(said.get("copies") or 1),
        ),
        by=by,
        at=now,
    )
    take_over(confirmed, dossier, by=by.account, at=now)
    locked.delete()
    if unused := {attached.file_id for attached in application.files} - set(application.taken_over()):
        release(unused)
    accepted = accept(dossier.pk, by=by, at=now)
    link(accepted, said, by=by, at=now)
    return accepted


def _require_whole(application: Application) -> None:
    """Raises ``Invalid`` naming answers, papers and scans that stand against it."""
    if not application.answers.valid:
        raise Invalid(_("Some answers need your attention."), errors=application.answers.errors)
    if barred := application.barred_papers():
        raise Invalid(_("Some papers cannot be used any more."), errors=barred)
    if unfinished := application.unfinished_scans():
        raise Invalid(_("The pages of a paper are not one PDF yet."), errors=unfinished)


def handed_over(application: Application) -> Iterator[NewPaper]:
    """The papers that lie on the counter: ticked in the list, scanned, or both."""
    said: Mapping[str, Any] = application.draft.options.get("papers", {})
    declared = stores.declared({attached.source for slot in application.papers for attached in slot.files})
    for slot in application.papers:
        told = said.get(slot.paper.code, {})
        form = told.get("form", "")
        if form in Paper.Form.values or slot.files:
            yield from _papers(slot, told, form if form in Paper.Form.values else Paper.Form.COPY, declared)


def _papers(slot: PaperSlot, told: Mapping[str, Any], form: str, declared: Collection[str]) -> Iterator[NewPaper]:
    reason = told.get("no_scan", "")
    common: dict[str, Any] = {
        "name": slot.paper.name[:1000],
        "case_paper": slot.paper.pk,
        "form": form,
        "copies": int(told.get("copies") or 1),
        "reused": bool(told.get("reused")),
    }
    valid_to = date.fromisoformat(told["valid_to"]) if told.get("valid_to") else None
    if not slot.files:
        spared = reason if reason in NoScanReason.values else ""
        yield NewPaper(**common, valid_to=valid_to, no_scan_reason=spared)
    for attached in slot.files:
        if attached.source:
            reused = attached.source not in declared
            yield NewPaper(**common | {"reused": reused}, file=attached.file_id, source=attached.source)
        else:
            yield NewPaper(**common, valid_to=valid_to, file=attached.file_id, digitised=True)


def _representative(said: Mapping[str, Any]) -> Party | None:
    key = str(said.get("representative", ""))
    return Party.objects.filter(pk=key).first() if key else None


def _return_method(said: Mapping[str, Any]) -> str:
    method = str(said.get("return_method", ReturnMethod.DESK))
    if method not in ReturnMethod.values:
        raise Refused(_("Say how the result is returned."), field="return_method", code="required")
    if method == ReturnMethod.POST and not str(said.get("return_address", "")).strip():
        raise Refused(_("Enter the address for the post."), field="return_address", code="required")
    return method


def _received_before(draft: UUID, by: Actor) -> Dossier:
    received = sent_by(by.account, draft).first()
    if received is None:
        raise NotFound(_("There is no such application. It may have been sent or deleted already."))
    return received
