"""Closed files go to the archive: offered by their unit, packed by a job, taken over with list and minutes."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.blobs.actions import keep, release, store_bytes, store_made
from motcua.kernel.blobs.files import temporary_folder
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.people.accounts.models import Account
from motcua.people.officers.actors import HOUSE, Actor
from motcua.people.organisations.queries import office_with_place
from motcua.services.records import jobs, packing, papers
from motcua.services.records.actions.moving import Moving, person, tell, written
from motcua.services.records.models import Hold, Transfer, TransferredFile, WorkFile
from motcua.services.records.packages.building import build
from motcua.services.records.packages.checking import check, gravest

log = logging.getLogger(__name__)
State = Transfer.State
MOST_FILES, CHUNK = 200, 64 * 1024
CLOSING = (
    "Bên giao và bên nhận đã đối chiếu mục lục hồ sơ với các gói tin lưu trữ, kiểm tra cấu trúc và mã băm SHA-256"
    " của từng gói; các gói đạt yêu cầu. Biên bản được lập và lưu trên hệ thống, mỗi bên giữ một bản."
)


@transaction.atomic
def offer(keys: Sequence[UUID], *, by: Actor, at: datetime | None = None) -> Transfer:
    """Offer closed files of a unit to the agency's archive (giao nộp hồ sơ); they are packed by a job.

    Raises ``Refused`` for none, too many, or files of several units.
    """
    moved = [Moving.begin(key, "offer", by=by, at=at) for key in sorted(set(keys))]
    if not 0 < len(moved) <= MOST_FILES:
        raise Refused(_("Choose between 1 and %(n)d files.") % {"n": MOST_FILES}, field="files", code="required")
    first = moved[0].file
    if {(each.file.office_id, each.file.unit_id) for each in moved} != {(first.office_id, first.unit_id)}:
        raise Refused(_("A transfer is of files of one unit."), field="files", code="several")
    made = Transfer.objects.create(
        office_id=first.office_id, unit_id=first.unit_id, prepared_by_id=person(by), prepared_at=moved[0].at
    )
    TransferredFile.objects.bulk_create([TransferredFile(transfer=made, file=each.file) for each in moved])
    for each in moved:
        each.file.state = WorkFile.State.OFFERED
        each.tell("offered", {"transfer": str(made.pk)})
    tell(made.stream, "transfer_begun", by, made.prepared_at, made.office_id, {"files": len(moved)})
    jobs.defer_packing(made.pk)
    return made


def pack(key: UUID, *, at: datetime | None = None) -> bool:
    """Pack the next file of a transfer; returns whether others wait.

    After the last the transfer is ready, or who prepared it is told that files have faults. Nothing is packed any more
    of one that was given up.
    """
    waiting = TransferredFile.objects.filter(transfer=key, transfer__state=State.PACKING, packed_at=None, faults=[])
    if (row := waiting.select_related("file").order_by("id").first()) is not None:
        _pack_one(row, at or timezone.now())
    if waiting.exists():
        return True
    _make_ready(key, at or timezone.now())
    return False


def _pack_one(row: TransferredFile, at: datetime) -> None:
    """A package is made, checked as anybody would check it, and kept only without an error."""
    with TemporaryFile(dir=temporary_folder()) as made:
        try:
            packed = packing.packed(row.file, at=at)
            build(packed, made, schemas=packing.schemas())
        except Refused as refused:
            TransferredFile.objects.filter(pk=row.pk).update(faults=[["CONTENT", refused.message]])
            return
        except (OSError, ValueError) as error:  # a content that is gone, a text that no package holds
            log.exception("packing %s for transfer %s", row.file_id, row.transfer_id)
            TransferredFile.objects.filter(pk=row.pk).update(faults=[["CONTENT", type(error).__name__]])
            return
        made.seek(0)
        found = check(made, schemas=packing.schemas())
        if gravest(found) == "error":
            faults = [[each.code, f"{each.place}: {each.text}"] for each in found if each.level == "error"][:50]
            TransferredFile.objects.filter(pk=row.pk).update(faults=faults)
            return
        made.seek(0)
        row.formats = packing.formats(packed)
        _keep(row, made, at)


@transaction.atomic
def _keep(row: TransferredFile, made: IO[bytes], at: datetime) -> None:
    transfer = Transfer.objects.select_for_update(of=("self",)).get(pk=row.transfer_id)
    if transfer.state != State.PACKING:
        return
    name = f"{row.file.notation}-{row.file.year}.zip"
    stored = store_made(_chunks(made), name=name, media_type="application/zip", by=None)
    keep([stored.pk])
    row.package, row.digest, row.packed_at, row.faults = stored, stored.blob_id, at, []
    row.save()
    told = {"transfer": str(row.transfer_id), "sha256": stored.blob_id, "size": stored.size}
    tell(row.file.stream, "packed", HOUSE, at, row.file.office_id, told)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


@transaction.atomic
def _make_ready(key: UUID, at: datetime) -> None:
    found = Transfer.objects.select_for_update(of=("self",)).filter(pk=key, state=State.PACKING).first()
    if found is None:
        return
    if unpacked := TransferredFile.objects.filter(transfer=found, packed_at=None).count():
        tell(found.stream, "transfer_faulty", HOUSE, at, found.office_id, {"files": unpacked})
        return
    found.state = State.READY
    found.save()
    tell(found.stream, "transfer_ready", HOUSE, at, found.office_id)


@transaction.atomic
def accept(key: UUID, *, by: Actor, at: datetime | None = None) -> Transfer:
    """The archive takes the files over: list and minutes are kept, the files are in the archive from now on.

    Raises ``NotAllowed`` for who prepared the transfer, ``Conflict`` for one that is not ready or holds a held file.
    """
    found, now = _locked(key, State.READY), at or timezone.now()
    if found.prepared_by_id == by.account:
        raise NotAllowed(_("Who hands over does not take over."), code="own")
    rows = list(TransferredFile.objects.filter(transfer=found).select_related("file").order_by("file__notation", "id"))
    if Hold.objects.filter(file__in=[row.file_id for row in rows], lifted_at=None).exists():
        raise Conflict(_("A legal hold stands on one of the files. Nothing of it may be changed."), code="held")
    _papers(found, rows, by, now)
    found.state, found.accepted_at, found.accepted_by_id = State.ACCEPTED, now, by.account
    found.save()
    for row in rows:
        moving = Moving(WorkFile.objects.select_for_update(of=("self",)).get(pk=row.file_id), now, by)
        moving.file.state, moving.file.archived_at = WorkFile.State.ARCHIVED, now
        moving.tell("archived", {"transfer": str(found.pk), "sha256": row.digest})
    tell(found.stream, "transfer_accepted", by, now, found.office_id, {"files": len(rows)})
    return found


@transaction.atomic
def cancel(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Give a transfer up: its files are closed as before, their packages go."""
    found, now = _locked(key, State.PACKING, State.READY), at or timezone.now()
    found.remark, found.state = written(reason, _("Say why the transfer is given up."), "text"), State.CANCELLED
    found.save()
    rows = list(TransferredFile.objects.filter(transfer=found).select_related("file").order_by("id"))
    release(row.package_id for row in rows if row.package_id)
    TransferredFile.objects.filter(transfer=found).update(package=None)
    for row in rows:
        moving = Moving(WorkFile.objects.select_for_update(of=("self",)).get(pk=row.file_id), now, by)
        moving.file.state = WorkFile.State.CLOSED
        moving.tell("offer_ended", {"transfer": str(found.pk), "reason": found.remark})
    tell(found.stream, "transfer_cancelled", by, now, found.office_id, {"reason": found.remark})


def _locked(key: UUID, *states: str) -> Transfer:
    found = Transfer.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such transfer."))
    if found.state not in states:
        raise Conflict(_("The transfer has changed meanwhile. Please look at it again."), code="state")
    return found


def _papers(found: Transfer, rows: Sequence[TransferredFile], by: Actor, at: datetime) -> None:
    office, unit = office_with_place(found.office_id), office_with_place(found.unit_id)
    names = Account.objects.in_bulk([found.prepared_by_id, *([by.account] if by.account else [])])
    giver = names[found.prepared_by_id].display_name
    taker = names[by.account].display_name if by.account else ""
    listed = papers.file_rows([row.file for row in rows])
    with_digests = [(*cells[:-1], row.digest) for cells, row in zip(listed, rows, strict=True)]
    columns = (*papers.FILES[:-1], ("SHA-256 của gói tin", "1.6fr"))
    period = f"Hồ sơ của {unit.name} nộp vào lưu trữ cơ quan"
    listing = papers.book(office, "MỤC LỤC HỒ SƠ NỘP LƯU", period, columns, with_digests, at=at)
    minutes = papers.minutes(
        office,
        "BIÊN BẢN GIAO NHẬN HỒ SƠ",
        "Về việc giao, nhận hồ sơ nộp vào lưu trữ cơ quan",
        [
            ("Bên giao", f"{giver}, {unit.name}"),
            ("Bên nhận", f"{taker}, {office.name}"),
            ("Số lượng hồ sơ", str(len(rows))),
            ("Số lượng văn bản", str(sum(row.file.documents for row in rows))),
            ("Số tệp giữ nguyên, không có bản PDF/A", _kept_as_they_are(rows)),
        ],
        listed,
        CLOSING,
        [{"role": "Bên giao", "name": giver}, {"role": "Bên nhận", "name": taker}],
        at=at,
    )
    made = [
        store_bytes(pdf, name=name, media_type="application/pdf", by=by.account)
        for pdf, name in ((listing, "muc-luc-ho-so-nop-luu.pdf"), (minutes, "bien-ban-giao-nhan.pdf"))
    ]
    keep(each.pk for each in made)
    found.listing, found.minutes = made


def _kept_as_they_are(rows: Sequence[TransferredFile]) -> str:
    """How many contents have no conversion; packages from before there were any do not tell."""
    if not all(row.formats for row in rows):
        return "không ghi nhận"
    return str(sum(len(row.formats["kept"]) for row in rows))
