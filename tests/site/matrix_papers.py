"""What officers write and are given: documents, tasks, appointments, work files. One of each for the matrix."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from motcua.engines.editing.models import EditedFile
from motcua.engines.signing.models import SigningTransaction
from motcua.services.correspondence import models as letters
from motcua.services.diary.models import Appointment, Attendee, MeetingRoom
from motcua.services.records import models as records
from motcua.services.tasks.models import Involved, Report, ReportFile, Task
from motcua.services.tasks.rules import NEVER
from tests.site.matrix_things import People, row


def of_documents(who: People) -> dict[str, Any]:
    """Of the leader's register: a document that the specialist handles, one that they draft, one to be signed."""
    today, now = timezone.localdate(), timezone.now()
    came = row(
        letters.IncomingDocument, office=who.office, type="cong_van", channel="scan", state="assigned",
        circulation="internal",
        year=today.year, number=1, registered_at=now, registered_by=who.leader,
    )  # fmt: skip
    kept = row(letters.IncomingFile, document=came, file=who.file)
    sent = {"office": who.office, "unit": who.office, "type": "cong_van", "drafter": who.specialist}
    draft = row(letters.OutgoingDocument, **sent, signer=who.leader, circulation="internal", file=who.file)
    row(letters.DraftVersion, document=draft, number=1, file=who.file, source=who.file, made_by=who.specialist)
    signing = row(letters.OutgoingDocument, **sent, signer=who.leader, state="signing", file=who.file)
    waiting = SigningTransaction.objects.get(started_by=who.leader.pk)
    row(letters.OutgoingSigning, document=draft, act="initial", asked_by=who.leader, transaction=waiting)
    there = sent | {"office": who.elsewhere_office, "unit": who.elsewhere_office, "drafter": who.elsewhere}
    issued = row(
        letters.OutgoingDocument, **there, signer=who.elsewhere, state="issued", file=who.file, series="x",
        year=today.year, number=1, issued_at=now, signed_at=now,
    )  # fmt: skip
    arrived = row(
        letters.IncomingDocument, office=who.elsewhere_office, type="cong_van", state="registered", year=today.year,
        number=1, registered_at=now, registered_by=who.elsewhere,
    )  # fmt: skip
    stack = row(letters.ScanStack, office=who.elsewhere_office, file=who.file, taken_by=who.elsewhere, state="ready")
    return {
        "document_id": came.pk,
        "document_file_id": kept.pk,
        "task_of_document_id": row(
            letters.Assignment, document=came, office=who.office, officer=who.specialist, assigned_by=who.leader
        ).pk,
        "stamp_id": row(
            letters.ArrivalStamp, original=kept, asked_by=who.leader, state="done", file=who.file, ended_at=now
        ).pk,
        "copy_id": row(
            letters.DocumentCopy, incoming=came, office=who.office, original=who.file, asked_by=who.leader,
            state="done", file=who.file, ended_at=now,
        ).pk,
        "draft_document_id": draft.pk,
        "annex_id": row(letters.OutgoingAnnex, document=draft, file=who.file).pk,
        "recipient_id": row(letters.Recipient, document=draft, way="post", name="Người nhận").pk,
        "document_to_sign_id": signing.pk,
        "issued_document_id": issued.pk,
        "issued_recipient_id": row(letters.Recipient, document=issued, way="post", name="Người nhận").pk,
        "arrived_document_id": arrived.pk,
        "arrived_file_id": row(letters.IncomingFile, document=arrived, file=who.file).pk,
        "saved_id": row(letters.SavedSearch, account=who.specialist).pk,
        "stack_id": stack.pk,
        "part_id": row(letters.StackPart, stack=stack, pages="1", file=who.file).pk,
        "edited_id": row(EditedFile, file=who.file, subject=draft.pk).pk,
    }  # fmt: skip


def of_tasks(who: People) -> dict[str, Any]:
    """A task that the specialist works on, what they propose for the week, and a room."""
    now = timezone.now()
    task = row(
        Task, code="NV-1", office=who.office, unit=who.office, leader=who.leader, officer=who.specialist,
        given_by=who.leader, source="alone", state="doing", sort_due=NEVER,
    )  # fmt: skip
    row(Involved, task=task, part="orders", office=who.office, officer=who.leader)
    row(Involved, task=task, part="leads", office=who.office, officer=who.specialist)
    report = row(Report, task=task, kind="progress", by=who.specialist, office=who.office)
    begins = now + timedelta(days=2)
    proposed = row(
        Appointment,
        office=who.office,
        proposed_by=who.specialist,
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
    )
    row(Attendee, appointment=proposed, part="chairs", office=who.office, officer=who.leader, starts_at=begins)
    return {
        "task_id": task.pk,
        "report_file_id": row(ReportFile, report=report, file=who.file).pk,
        "appointment_id": proposed.pk,
        "room_id": row(MeetingRoom, office=who.office).pk,
    }


def of_records(who: People) -> dict[str, Any]:
    """The specialist's open file and transfer, the office's list, and an appraisal of each of the two archives."""
    now, today = timezone.now(), timezone.localdate()
    here: dict[str, Any] = {"office": who.office, "unit": who.office}
    listed = row(records.FileList, **here, year=today.year, made_by=who.specialist)
    line = row(records.ListedFile, list=listed, notation="02.KT", retention="su_vu", keeper=who.specialist)
    approved = row(
        records.ListedFile, list=listed, notation="03.KT", retention="su_vu", keeper=who.specialist, approved_at=now
    )
    opened = row(
        records.WorkFile, **here, line=approved, year=today.year, notation="01.KT", retention="su_vu",
        keeper=who.specialist, opened_by=who.specialist,
    )  # fmt: skip
    taken = row(records.Handover, giver=who.head, taker=who.specialist, unit=who.office, minutes=who.file)
    row(records.HandoverFile, handover=taken, file=opened)
    transfer = row(records.Transfer, **here, prepared_by=who.specialist, state="ready", listing=who.file)
    moved = row(records.TransferredFile, transfer=transfer, file=opened, package=who.file, digest="x", packed_at=now)
    drawn = row(records.Appraisal, office=who.office, made_by=who.specialist)
    there = {"office": who.elsewhere_office, "unit": who.elsewhere_office}
    lists = row(records.FileList, **there, year=today.year, made_by=who.elsewhere)
    foreign = row(
        records.WorkFile, **there, line=row(records.ListedFile, list=lists, keeper=who.elsewhere), year=today.year,
        keeper=who.elsewhere, opened_by=who.elsewhere, retention="su_vu",
    )  # fmt: skip
    theirs = row(records.Appraisal, office=who.elsewhere_office, made_by=who.elsewhere)
    return {
        "list_id": listed.pk,
        "line_id": line.pk,
        "approved_line_id": approved.pk,
        "work_file_id": opened.pk,
        "entry_id": row(records.Entry, file=opened, upload=who.file, added_by=who.specialist).pk,
        "handover_id": taken.pk,
        "transfer_id": transfer.pk,
        "moved_id": moved.pk,
        "appraisal_id": drawn.pk,
        "appraisal_elsewhere_id": theirs.pk,
        "appraised_elsewhere_id": row(records.AppraisedFile, appraisal=theirs, file=foreign).pk,
    }
