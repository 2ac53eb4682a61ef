"""What was decided on an appraisal is carried out: by a job, a file at a time, begun again where it stopped."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.blobs import actions as blobs
from motcua.kernel.errors import Refused
from motcua.people.officers.actors import HOUSE, Actor
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.actions import destroy_contents
from motcua.services.records import appraisal_papers, contents, jobs, queries, verdicts
from motcua.services.records.actions.appraising import locked
from motcua.services.records.actions.moving import person, tell
from motcua.services.records.models import (
    Appraisal,
    AppraisedFile,
    CouncilMember,
    Entry,
    Hold,
    PinnedFile,
    TransferredFile,
    Verdict,
    WorkFile,
)

State, Result = Appraisal.State, AppraisedFile.Result


@transaction.atomic
def begin_destruction(key: UUID, *, notation: str, by: Actor, at: datetime | None = None) -> None:
    """Have a decision carried out, confirmed by its number: what is destroyed does not come back."""
    found, now = locked(key, State.APPROVED), at or timezone.now()
    if "".join(notation.split()).casefold() != "".join(found.decision_notation.split()).casefold():
        text = _("Write the number of the decision as it stands above. Nothing was destroyed.")
        raise Refused(text, field="notation", code="confirm")
    found.state, found.begun_by_id = State.DESTROYING, person(by)
    found.save()
    tell(found.stream, "destruction_begun", by, now, found.office_id, {"decision": found.decision_notation})
    jobs.defer_destruction(found.pk)


def carry_out(key: UUID, *, at: datetime | None = None) -> bool:
    """Carry out what is not yet; returns whether all is done. Done again it goes on behind the last file.

    Contents go at once when a file's transaction is over; what a crash leaves in between goes at the next attempt,
    at the latest by the nightly sweep.
    """
    now = at or timezone.now()
    rows = AppraisedFile.objects.filter(appraisal=key, appraisal__state=State.DESTROYING, ended_at=None)
    for row in rows.order_by("id").values_list("pk", flat=True):
        _carry_out(key, row, now)
    for digests in queries.digests_destroyed(key):
        blobs.destroy(digests, now=now)
    return _done(key, now)


@transaction.atomic
def _carry_out(key: UUID, row_key: UUID, at: datetime) -> None:
    found = Appraisal.objects.select_for_update(of=("self",)).get(pk=key)
    row = AppraisedFile.objects.select_for_update(of=("self",)).get(pk=row_key)
    if found.state != State.DESTROYING or row.ended_at is not None:
        return  # another worker was faster
    # Whoever places a hold waits for this lock, or has placed it before.
    row.file = WorkFile.objects.select_for_update(of=("self",)).get(pk=row.file_id)
    if row.verdict == Verdict.DESTROY:
        _destroy(found, row, at)
    elif row.verdict:
        _keep_on(found, row, at)
    else:
        row.result = Result.LEFT
        tell(row.file.stream, "appraisal_left", HOUSE, at, found.office_id, {"appraisal": str(found.pk)})
    row.ended_at = at
    row.save(update_fields=["result", "cause", "left_over", "ended_at"])


def _keep_on(found: Appraisal, row: AppraisedFile, at: datetime) -> None:
    """Keep a file for longer; what was given it meanwhile is never shortened."""
    file, row.result = row.file, Result.KEPT
    until = row.until if row.verdict == Verdict.KEEP else None
    if not file.permanent and (until is None or file.kept_until is None or until > file.kept_until):
        file.permanent, file.kept_until = until is None, until
        file.save(update_fields=["permanent", "kept_until"])
    told = {"kept_until": until.isoformat() if until else None, "appraisal": str(found.pk), "verdict": row.verdict}
    tell(file.stream, "appraisal_kept", HOUSE, at, found.office_id, told)


def _destroy(found: Appraisal, row: AppraisedFile, at: datetime) -> None:
    file = row.file
    row.cause = verdicts.stopped_by(
        file.state,
        held=Hold.objects.filter(file=file, lifted_at=None).exists(),
        permanent=file.permanent,
        kept_until=file.kept_until,
        on=local_day(at),
    )
    told = {"appraisal": str(found.pk), "decision": found.decision_notation}
    if row.cause:
        row.result = Result.STOPPED
        tell(file.stream, "destruction_stopped", HOUSE, at, found.office_id, {**told, "cause": row.cause})
        return
    file.state, file.destroyed_at = WorkFile.State.DESTROYED, at
    file.save(update_fields=["state", "destroyed_at"])
    tell(file.stream, "destroyed", HOUSE, at, found.office_id, {**told, "documents": file.documents})
    row.result, row.left_over = Result.DESTROYED, _let_go(file, told, at)


def _let_go(file: WorkFile, told: dict[str, str], at: datetime) -> int:
    """Give up what the file held and nobody else keeps; returns how many documents live on elsewhere.

    A document that came in goes with the last work file that keeps it. The original of one that went out is kept by
    the clerk, for as long as the file of outgoing documents is (Decree 30/2020/NĐ-CP, article 19): only its place in
    the file goes.
    """
    entries = list(Entry.objects.filter(file=file).order_by("id"))
    pinned = PinnedFile.objects.filter(entry__in=entries, stored__isnull=False)
    let_go = set(pinned.values_list("stored", flat=True)) | {each.upload_id for each in entries if each.upload_id}
    pinned.update(stored=None)
    Entry.objects.filter(file=file, upload__isnull=False).update(upload=None)
    packages = TransferredFile.objects.filter(file=file, package__isnull=False)
    let_go |= set(packages.values_list("package", flat=True))
    packages.update(package=None)
    living = 0
    for entry in entries:
        if (entry.incoming_id and not _goes(entry.incoming_id, told, at)) or entry.outgoing_id:
            living += 1
    blobs.release(let_go - contents.held_elsewhere(let_go, entries))
    return living


def _goes(document: UUID, told: dict[str, str], at: datetime) -> bool:
    """Destroy a document's files unless another work file keeps it, or it is still being handled.

    Putting a document into a file locks its row for the foreign key, so that none is put in between.
    """
    contents.lock(document)
    others = Entry.objects.filter(incoming=document).exclude(file__state=WorkFile.State.DESTROYED)
    return not others.exists() and destroy_contents(document, references=told, by=HOUSE, at=at)


@transaction.atomic
def _done(key: UUID, at: datetime) -> bool:
    """Keep list and minutes (biên bản hủy) for ever when nothing is left to carry out."""
    found = Appraisal.objects.select_for_update(of=("self",)).select_related("office").get(pk=key)
    if found.state != State.DESTROYING:
        return found.state == State.DONE
    rows = list(queries.appraised(found).order_by("file__year", "file__notation", "id"))
    if any(row.ended_at is None for row in rows):
        return False
    members = list(CouncilMember.objects.filter(appraisal=found).order_by("id"))
    listing = appraisal_papers.destroyed_list(found, rows, at=at)
    minutes = appraisal_papers.destruction_minutes(found, members, rows, at=at)
    made = [
        blobs.store_bytes(pdf, name=name, media_type="application/pdf", by=None)
        for pdf, name in ((listing, "danh-muc-tai-lieu-da-huy.pdf"), (minutes, "bien-ban-huy-tai-lieu.pdf"))
    ]
    blobs.keep(each.pk for each in made)
    found.listing, found.minutes = made
    found.state, found.done_at = State.DONE, at
    found.save()
    results = {each.value: sum(row.result == each for row in rows) for each in Result}
    told = {"results": results, "listing": made[0].blob_id, "minutes": made[1].blob_id}
    tell(found.stream, "destruction_done", HOUSE, at, found.office_id, told)
    return True
