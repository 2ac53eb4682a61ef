"""Lines become dossiers: each in a transaction of its own, once however often it is tried.

What an officer files at the counter is accepted at once, as is what they take down there (tiếp nhận trực tiếp).
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.engines.forms.validation import clean
from motcua.kernel.blobs.actions import store_again
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.people.accounts.models import Account
from motcua.services.batches import jobs
from motcua.services.batches.access import batch_for, filer_of, layout_of, stands_still
from motcua.services.batches.checking import answers
from motcua.services.batches.models import Batch, Line
from motcua.services.dossiers.actions import NewPaper, Submission, accept, submit
from motcua.services.dossiers.models import Channel, Dossier
from motcua.services.dossiers.surroundings import surroundings
from motcua.services.procedures.runtime import package_of

log = logging.getLogger(__name__)


def file_lines(batch: UUID, *, at: datetime | None = None) -> None:
    """File what waits, line after line; what one line hinders is written to it and hinders no other."""
    held = Batch.objects.select_related("account").get(pk=batch)
    with override(held.account.language):
        if layout_of(held).group:
            _attempt(held, list(held.lines.filter(state=Line.State.WAITING)), at)
        else:
            for line in held.lines.filter(state=Line.State.WAITING):
                _attempt(held, [line], at)
    _end(batch, at or timezone.now())


def _attempt(batch: Batch, lines: Sequence[Line], at: datetime | None) -> None:
    """File lines as one dossier. Why they were refused stays with them; what fails unforeseen is logged, too."""
    if not lines:
        return
    keys = [line.pk for line in lines]
    try:
        _file(batch.pk, keys, at or timezone.now())
    except Refused as refused:
        _fail(keys, refused.message)
    except Exception as error:  # noqa: BLE001 - one line is no reason for the others to wait
        log.error("batch_line_failed", extra={"batch": str(batch.pk), "error": type(error).__name__})
        _fail(keys, _("This line could not be filed because of a technical fault. Try again later."))


@transaction.atomic
def _file(batch: UUID, keys: Sequence[UUID], at: datetime) -> None:
    waiting = Line.objects.select_for_update().filter(pk__in=keys, state=Line.State.WAITING)
    lines = list(waiting.order_by("row"))
    if not lines:
        return
    joined = ("procedure_version__procedure", "case", "applicant", "account", "office")
    held = Batch.objects.select_related(*joined).get(pk=batch)
    layout, form = layout_of(held), package_of(held.procedure_version_id).form
    texts = answers(layout, held.common, [line.typed for line in lines])
    cleaned = clean(form, texts, around=surroundings(form, texts))
    if not cleaned.valid:
        raise Refused("; ".join(cleaned.errors.values())[:500])
    dossier = _submit(held, held.pk if layout.group else lines[0].pk, cleaned.data, at)
    Line.objects.filter(pk__in=keys).update(state=Line.State.FILED, dossier=dossier, problem="")


def _submit(held: Batch, key: UUID, data: dict[str, object], at: datetime) -> Dossier:
    filer = filer_of(held, at=at)
    dossier = submit(
        Submission(
            key=key,
            version=held.procedure_version,
            case=held.case,
            channel=held.channel,
            applicant=filer.applicant,
            representative=filer.representative,
            form_data=data,
            papers=list(_papers(held)),
            receiving_office=held.office_id,
            return_method=held.return_method,
            return_address=held.return_address,
        ),
        by=filer.actor,
        at=at,
    )
    return accept(dossier.pk, by=filer.actor, at=at) if held.at_counter else dossier


def _papers(held: Batch) -> Iterable[NewPaper]:
    """Each dossier has files of its own, so that one of them may go without the others."""
    for shared in held.papers.select_related("file", "case_paper"):
        again = store_again(shared.file, by=held.account_id)
        name = shared.case_paper.name[:1000]
        yield NewPaper(name=name, case_paper=shared.case_paper_id, file=again.pk, digitised=held.at_counter)


def _fail(keys: Sequence[UUID], reason: str) -> None:
    failed = Line.objects.filter(pk__in=keys, state=Line.State.WAITING)
    failed.update(state=Line.State.FAILED, problem=reason[:500])


@transaction.atomic
def _end(batch: UUID, at: datetime) -> None:
    """Once nothing waits the batch is done, and it is told how it went."""
    held = Batch.objects.select_for_update().get(pk=batch)
    if held.state != Batch.State.SENDING or held.lines.filter(state=Line.State.WAITING).exists():
        return
    held.state, held.ended_at = Batch.State.DONE, at
    held.save(update_fields=["state", "ended_at"])
    record(
        stream=held.stream,
        kind="batch.ended",
        actor=held.account_id,
        agency=held.office_id,
        at=at,
        references={
            "filed": held.lines.filter(state=Line.State.FILED).count(),
            "failed": held.lines.filter(state=Line.State.FAILED).count(),
        },
    )


@transaction.atomic
def resume_batch(batch: UUID, *, by: Account, at: datetime | None = None) -> Batch:
    """Try again what is not filed, also where the job was lost. Raises ``Conflict`` when nothing is left.

    It is confirmed anew, so that nobody takes it over while the new job files.
    """
    Batch.objects.select_for_update(of=("self",)).filter(pk=batch, account=by).first()
    held = batch_for(by, batch)
    held.lines.filter(state=Line.State.FAILED).update(state=Line.State.WAITING, problem="")
    if held.state == Batch.State.OPEN or not held.lines.filter(state=Line.State.WAITING).exists():
        raise Conflict(_("There is nothing to try again."), code="nothing")
    held.state, held.confirmed_at, held.ended_at = Batch.State.SENDING, at or timezone.now(), None
    held.save(update_fields=["state", "confirmed_at", "ended_at"])
    jobs.defer(held.pk)
    return held


@transaction.atomic
def take_over_batch(batch: UUID, *, by: Account, at: datetime | None = None) -> Batch:
    """A colleague at the same counter goes on with what another officer has begun; from now on it is theirs.

    What is filed already stays filed by whoever filed it. Raises ``NotFound`` for what was not filed at a counter,
    ``Conflict`` while it is being sent or when it is theirs already, and as ``filer_of``.
    """
    locked = Batch.objects.select_for_update(of=("self",)).select_related("account", "applicant", "office")
    held, now = locked.filter(pk=batch, channel=Channel.COUNTER).first(), at or timezone.now()
    if held is None:
        raise NotFound(_("There is no such spreadsheet. It may have been deleted already."))
    if held.account_id == by.pk or not stands_still(held, now):
        raise Conflict(_("This cannot be taken over now. Look at it again."), code="not_to_take_over")
    before, held.account = held.account_id, by
    actor = filer_of(held, at=now).actor
    held.save(update_fields=["account"])
    record(
        stream=held.stream,
        kind="batch.taken_over",
        actor=by.pk,
        agency=held.office_id,
        at=now,
        references={**actor.references(), "from": str(before)},
    )
    return held
