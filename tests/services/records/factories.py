"""A unit with its list of files, and files in every state."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from motcua.kernel.blobs.actions import store_bytes
from motcua.services.records import actions
from motcua.services.records.actions import Described, Line
from motcua.services.records.models import Entry, FileList, ListedFile, WorkFile
from tests.services.correspondence.factories import Agency, registered

YEAR = timezone.localdate().year
PDF = b"%PDF-1.7 x"


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


def upload(agency: Agency, file: WorkFile, *, data: bytes = PDF, name: str = "Ghi chép.pdf", **changed: Any) -> Entry:
    """A file that was uploaded into the work file."""
    stored = store_bytes(data, name=name, media_type="application/pdf", by=agency.first.pk)
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
    """Closed today, or on a day."""
    file = filled(agency, **changed)
    if ends_on is not None:
        WorkFile.objects.filter(pk=file.pk).update(starts_on=ends_on - timedelta(days=1))
    end = ends_on or timezone.localdate()
    return actions.close_file(file.pk, ends_on=end, by=agency.actor(agency.first))


def offered(agency: Agency, **changed: Any) -> Any:
    """A transfer of one packed file."""
    made = actions.offer([closed(agency, **changed).pk], by=agency.actor(agency.first))
    actions.pack(made.pk)
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
