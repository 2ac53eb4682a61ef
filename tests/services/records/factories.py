"""A unit with its list of files, and files in every state."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from motcua.engines.registers.models import Counter
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.services.correspondence import actions as correspondence
from motcua.services.correspondence.models import IncomingDocument
from motcua.services.records import actions, queries
from motcua.services.records.actions import Council, Decision, Described, Line, Said
from motcua.services.records.models import Appraisal, AppraisedFile, Entry, FileList, ListedFile, WorkFile
from tests.replay import again as written_again
from tests.services.correspondence.factories import Agency, registered

YEAR = timezone.localdate().year
PDF = b"%PDF-1.7 x"
LONG_AGO = date(2010, 5, 4)


def line(agency: Agency, **changed: Any) -> Line:
    """A file about street lamps."""
    given: dict[str, Any] = {
        "notation": "01.KT", "title": "Chiếu sáng công cộng", "retention": "su_vu", "keeper": agency.first.pk,
    }  # fmt: skip
    return Line(**(given | changed))


def make_list(agency: Agency, *lines: Line, approved: bool = True) -> FileList:
    """The unit's list of this year."""
    by = agency.actor(agency.head)
    made = actions.start_list(office=agency.office.pk, unit=agency.unit.pk, year=YEAR, by=by)
    for each in lines or (line(agency),):
        actions.add_line(made.pk, each, by=by)
    if approved:
        actions.submit_list(made.pk, by=by)
        actions.approve_list(made.pk, by=agency.actor(agency.leader))
    made.refresh_from_db()
    return made


def opened(agency: Agency, **changed: Any) -> WorkFile:
    """An open file of the first officer."""
    found = FileList.objects.filter(unit=agency.unit, year=YEAR).first()
    if found is None:
        found = make_list(agency, line(agency, **changed))
        row = ListedFile.objects.get(list=found)
    else:
        row = actions.add_line(found.pk, line(agency, **changed), by=agency.actor(agency.head))
        actions.submit_list(found.pk, by=agency.actor(agency.head))
        actions.approve_list(found.pk, by=agency.actor(agency.leader))
    return actions.open_file(row.pk, by=agency.actor(agency.first))


def upload(
    agency: Agency,
    file: WorkFile,
    *,
    data: bytes = PDF,
    name: str = "Ghi chép.pdf",
    media_type: str = "application/pdf",
    **changed: Any,
) -> Entry:
    """A file that was uploaded into the work file."""
    stored = store_bytes(data, name=name, media_type=media_type, by=agency.first.pk)
    given: dict[str, Any] = {"title": "Ghi chép kiểm tra", "day": timezone.localdate(), "pages": 2}
    return actions.add_upload(file.pk, Described(**(given | changed)), stored=stored.pk, by=agency.actor(agency.first))


def filled(agency: Agency, **changed: Any) -> WorkFile:
    """With a document that came in and an upload."""
    file = opened(agency, **changed)
    document = registered(agency)
    actions.add_document(file.pk, incoming=document.pk, by=agency.actor(agency.first))
    upload(agency, file, data=PDF + str(file.pk).encode())
    return again(file.pk)


def closed(agency: Agency, *, ends_on: date | None = None, **changed: Any) -> WorkFile:
    """Closed today, or on a day. The first of an agency that has nothing yet is the same one in all tests of a
    process (``tests/replay.py``)."""
    key = ("closed", agency.office.pk, ends_on, *sorted(changed.items()))
    return written_again(
        key, lambda: _closed(agency, ends_on, **changed), unless=[Counter, FileList, StoredFile], upon=[agency.office]
    )


def _closed(agency: Agency, ends_on: date | None, **changed: Any) -> WorkFile:
    file = filled(agency, **changed)
    if ends_on is not None:
        WorkFile.objects.filter(pk=file.pk).update(starts_on=ends_on - timedelta(days=1))
    end = ends_on or timezone.localdate()
    return actions.close_file(file.pk, ends_on=end, by=agency.actor(agency.first))


def offered(agency: Agency, **changed: Any) -> Any:
    """A transfer of one packed file."""
    made = actions.offer([closed(agency, **changed).pk], by=agency.actor(agency.first))
    assert not actions.pack(made.pk)
    made.refresh_from_db()
    return made


def archived(agency: Agency, **changed: Any) -> WorkFile:
    """Taken over by the archive."""
    made = offered(agency, **changed)
    actions.accept(made.pk, by=agency.actor(agency.clerk))
    return again(made.files.get().file_id)


def again(key: UUID) -> WorkFile:
    """The file as it is now."""
    return WorkFile.objects.get(pk=key)


def over(agency: Agency, **changed: Any) -> WorkFile:
    """Closed long ago: its retention is over."""
    return again(closed(agency, ends_on=LONG_AGO, **changed).pk)


def handle(agency: Agency) -> None:
    """Finish all documents that came in."""
    for document in IncomingDocument.objects.exclude(state="done").order_by("id"):
        correspondence.close(document.pk, text="Lưu hồ sơ", by=agency.actor(agency.leader))


@dataclass
class Appraising:
    """An agency with a list of files, whose council is everybody but the second officer."""

    agency: Agency
    found: Appraisal

    @classmethod
    def drawn_up(cls, agency: Agency, *files: WorkFile) -> "Appraising":
        by = agency.actor(agency.clerk)
        made = actions.draw_up(agency.office.pk, title="Hồ sơ hết hạn đợt 1", files=[each.pk for each in files], by=by)
        return cls(agency, made)

    def convened(self) -> "Appraising":
        a = self.agency
        members = [(a.head.pk, "chair"), (a.clerk.pk, "secretary"), (a.first.pk, "unit"), (a.second.pk, "expert")]
        council = Council(basis="12/QĐ-UBND ngày 02/11/2026", members=members)
        actions.convene(self.found.pk, council, explanation="Hồ sơ sự vụ.", by=a.actor(a.clerk))
        return self

    def voted(self, said: Said | None = None, *, of: tuple[str, ...] = ("head", "clerk", "first")) -> "Appraising":
        rows = {row.pk: said or Said(verdict="destroy") for row in self.rows()}
        for name in of:
            actions.vote(self.found.pk, rows, by=self.agency.actor(getattr(self.agency, name)))
        return self

    def concluded(self) -> "Appraising":
        by = self.agency.actor(self.agency.clerk)
        actions.conclude(self.found.pk, met_on=timezone.localdate(), by=by)
        return self

    def approved(self) -> "Appraising":
        decision = Decision(
            notation="34/QĐ-UBND", day=timezone.localdate(), opinion="56/SNV-VTLT ngày 10/11/2026", sure=True
        )
        actions.approve(self.found.pk, decision, by=self.agency.actor(self.agency.leader))
        return self

    def begun(self) -> "Appraising":
        actions.begin_destruction(self.found.pk, notation="34/qđ-ubnd", by=self.agency.actor(self.agency.clerk))
        return self

    def decided(self, said: Said | None = None) -> "Appraising":
        return self.convened().voted(said).concluded().approved().begun()

    def rows(self) -> list[AppraisedFile]:
        return list(queries.appraised(self.found).order_by("file__year", "file__notation", "id"))
