"""Files pass to another keeper, with minutes: because somebody says so, or because their keeper leaves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.errors import Conflict, Refused
from motcua.people.accounts.models import Account
from motcua.people.officers.actors import HOUSE, Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import office_with_place
from motcua.services.records import papers
from motcua.services.records.actions.moving import Moving, written
from motcua.services.records.models import Handover, HandoverFile, WorkFile

AT_ONCE = 100
HANDED = (WorkFile.State.OPEN, WorkFile.State.CLOSED, WorkFile.State.OFFERED)  # a transfer may yet be given up
LEAVING = "Cán bộ chuyển công tác hoặc nghỉ việc"
CLOSING = (
    "Hai bên đã kiểm tra, thống nhất số lượng và tình trạng hồ sơ ghi trên. Tài liệu điện tử của hồ sơ được giữ nguyên"
    " trong hệ thống. Biên bản được lập và lưu trên hệ thống."
)


@transaction.atomic
def hand_over(keys: Sequence[UUID], *, taker: UUID, reason: str, by: Actor, at: datetime | None = None) -> Handover:
    """Hand files of one keeper over to another officer of the unit (bàn giao), with minutes.

    Raises ``Refused`` for an officer who works elsewhere, or files of several keepers.
    """
    why = written(reason, _("Say why the files are handed over."), "reason")
    moved = [Moving.begin(key, "hand_over", by=by, at=at) for key in sorted(set(keys))]
    if not moved:
        raise Refused(_("Choose at least one file."), field="files", code="required")
    first = moved[0].file
    if {(each.file.keeper_id, each.file.unit_id) for each in moved} != {(first.keeper_id, first.unit_id)}:
        raise Refused(_("The files of one keeper are handed over at a time."), field="files", code="several")
    if taker == first.keeper_id:
        raise Refused(_("Choose another officer."), field="taker", code="same")
    there = Position.objects.on(local_day(moved[0].at)).filter(officer=taker, office=first.unit_id)
    if by is not HOUSE and not there.exists():
        raise Refused(_("Choose an officer of the unit."), field="taker", code="unit")
    return _handed(moved, taker, why, by)


def hand_over_all(giver: UUID, *, to: UUID, at: datetime | None = None) -> int:
    """Hand over all that an officer who has left still kept; returns how many files. Done again it does nothing."""
    count = 0
    while True:
        rows = WorkFile.objects.filter(keeper=giver, state__in=HANDED)
        unit = rows.order_by("unit_id").values_list("unit_id", flat=True).first()
        if unit is None:
            return count
        keys = list(rows.filter(unit=unit).order_by("id").values_list("pk", flat=True)[:AT_ONCE])
        try:
            hand_over(keys, taker=to, reason=LEAVING, by=HOUSE, at=at)
        except Conflict:  # one was closed or handed over meanwhile: look again
            continue
        count += len(keys)


def _handed(moved: list[Moving], taker: UUID, reason: str, by: Actor) -> Handover:
    first, at = moved[0].file, moved[0].at
    names = Account.objects.in_bulk([first.keeper_id, taker])
    giver, heir = names[first.keeper_id].display_name, names[taker].display_name
    office = office_with_place(first.unit_id)
    pdf = papers.minutes(
        office,
        "BIÊN BẢN BÀN GIAO HỒ SƠ",
        "Về việc bàn giao hồ sơ công việc",
        [("Bên giao", giver), ("Bên nhận", heir), ("Lý do", reason), ("Số lượng hồ sơ", str(len(moved)))],
        papers.file_rows([each.file for each in moved]),
        CLOSING,
        [{"role": "Bên giao", "name": giver}, {"role": "Bên nhận", "name": heir}],
        at=at,
    )
    stored = store_bytes(pdf, name="bien-ban-ban-giao-ho-so.pdf", media_type="application/pdf", by=by.account)
    keep([stored.pk])
    made = Handover.objects.create(
        giver_id=first.keeper_id, taker_id=taker, unit_id=first.unit_id, reason=reason, by_id=by.account, at=at,
        minutes=stored,
    )  # fmt: skip
    HandoverFile.objects.bulk_create([HandoverFile(handover=made, file=each.file) for each in moved])
    for each in moved:
        told = {"from": str(each.file.keeper_id), "to": str(taker), "reason": reason, "handover": str(made.pk)}
        each.file.keeper_id = taker
        each.tell("handed_over", told)
    return made
