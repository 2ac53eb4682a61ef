"""Outputs 5 and 6 of appendix VI, and the list of files of a year: on the screen, on paper and as a spreadsheet."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.editions.queries import in_force
from motcua.kernel.errors import Refused
from motcua.kernel.web import forms, sheets
from motcua.kernel.web.filters import chosen_office
from motcua.kernel.web.keyset import every, paginate
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import office_with_place
from motcua.services.correspondence.access import registers_of
from motcua.services.correspondence.delegating import desk_of as documents_desk
from motcua.services.records import access, exporting, papers, queries
from motcua.services.records.delegating import desk_of
from motcua.services.records.models import FileList, ListedFile
from motcua.services.records.pages.files import note_opened
from motcua.services.records.pages.lists import year_of
from motcua.services.records.retention import SCHEDULE

MOST_ON_PAPER = 2_000
ORDER = ("notation", "id")


@require_GET
@for_officers
def contents_pdf(request: HttpRequest, work_file_id: UUID) -> HttpResponseBase:
    """Output 5 on paper: the contents of a file (mục lục văn bản trong hồ sơ)."""
    file = access.file_for(desk_of(request), work_file_id).file
    entries = list(queries.entries(file).order_by("day", "id")[: MOST_ON_PAPER + 1])
    if len(entries) > MOST_ON_PAPER:
        raise Refused(_("More than %(n)d rows: choose the spreadsheet.") % {"n": MOST_ON_PAPER}, code="too_many")
    pdf = papers.contents_pdf(file, office_with_place(file.office_id), entries, at=timezone.now())
    return _pdf(pdf, f"muc-luc-van-ban-{file.notation}")


@require_GET
@for_officers
def contents_sheet(request: HttpRequest, work_file_id: UUID) -> HttpResponseBase:
    """Output 5 as a spreadsheet."""
    file = access.file_for(desk_of(request), work_file_id).file
    rows = papers.contents_rows(queries.entries(file).order_by("day", "id").iterator(500))
    headings = [label for label, _width in papers.CONTENTS]
    return sheets.respond(f"muc-luc-van-ban-{file.notation}", {"Mục lục": [headings, *rows]})


@require_GET
@for_officers
def export_pdf(request: HttpRequest, work_file_id: UUID) -> HttpResponseBase:
    """A file as one PDF, in the order of time; that its documents were opened is kept."""
    accessed = access.file_for(desk_of(request), work_file_id)
    what = exporting.taken(accessed, documents=documents_desk(request))
    content = exporting.as_pdf(what, at=timezone.now())
    note_opened(accessed, what.opened)
    return FileResponse(content, content_type="application/pdf", filename=f"ho-so-{accessed.file.notation}.pdf")


@require_GET
@for_officers
def export_xml(request: HttpRequest, work_file_id: UUID) -> HttpResponseBase:
    """A file by its fields as XML, in the order of time."""
    accessed = access.file_for(desk_of(request), work_file_id)
    what = exporting.taken(accessed, documents=documents_desk(request))
    content = BytesIO(exporting.as_xml(what, at=timezone.now()))
    name = f"ho-so-{accessed.file.notation}.xml"
    return FileResponse(content, content_type="application/xml", filename=name, as_attachment=True)


@require_GET
@for_officers
def book(request: HttpRequest) -> HttpResponse:
    """Output 6 on the screen: the list of files of an agency and year (mục lục hồ sơ)."""
    offices = _offices(request)
    office, year = _asked(request, offices)
    page = paginate(queries.files_of_agency(office, year), order=ORDER, cursor=request.GET.get("cursor"), size=100)
    cells = papers.file_rows(page.items)
    context = {
        "offices": offices,
        "years": [(str(each), str(each)) for each in range(timezone.localdate().year + 1, 2019, -1)],
        "asked": {"office": str(office), "year": str(year)},
        "page": page,
        "rows": [
            {"url": reverse("records:file", args=[file.pk]), "cells": row}
            for file, row in zip(page.items, cells, strict=True)
        ],
        "columns": [label for label, _width in papers.FILES],
    }
    return forms.page(request, "records/book.html", context)


@require_GET
@for_officers
def book_pdf(request: HttpRequest) -> HttpResponseBase:
    """Output 6 on paper. Raises ``Refused`` for more rows than a book on paper has."""
    office, year = _asked(request, _offices(request))
    rows = list(_rows(office, year))
    if len(rows) > MOST_ON_PAPER:
        raise Refused(_("More than %(n)d rows: choose the spreadsheet.") % {"n": MOST_ON_PAPER}, code="too_many")
    agency, at = office_with_place(office), timezone.now()
    pdf = papers.book(agency, "MỤC LỤC HỒ SƠ", f"Năm {year}", papers.FILES, rows, at=at)
    return _pdf(pdf, f"muc-luc-ho-so-{year}")


@require_GET
@for_officers
def book_sheet(request: HttpRequest) -> HttpResponseBase:
    """Output 6 as a spreadsheet."""
    office, year = _asked(request, _offices(request))
    headings = [label for label, _width in papers.FILES]
    return sheets.respond(f"muc-luc-ho-so-{year}", {"Mục lục hồ sơ": [headings, *_rows(office, year)]})


@require_GET
@for_officers
def list_pdf(request: HttpRequest, list_id: UUID) -> HttpResponseBase:
    """The list of files of a unit and year on paper (danh mục hồ sơ, appendix V)."""
    found = access.list_for(desk_of(request), list_id).list
    schedule = in_force(SCHEDULE, timezone.localdate()).rules
    rows = [
        (line.notation, line.title, _period(schedule.find(line.retention)), line.keeper.display_name, line.note)
        for line in ListedFile.objects.filter(list=found).select_related("keeper").order_by(*ORDER)
    ]
    office = office_with_place(found.office_id)
    title, about = f"DANH MỤC HỒ SƠ NĂM {found.year}", found.unit.name
    return _pdf(papers.book(office, title, about, papers.LINES, rows, at=timezone.now()), f"danh-muc-{found.year}")


def _period(retention: Any) -> str:
    return retention.period if retention else ""


def _rows(office: UUID, year: int) -> Iterator[tuple[str, ...]]:
    """All rows of the book, so many at a time."""
    first = 1
    for files in every(queries.files_of_agency(office, year), order=ORDER):
        yield from papers.file_rows(files, first=first)
        first += len(files)


def _offices(request: HttpRequest) -> list[tuple[str, str]]:
    """The offices whose files the officer may list; those that keep lists come first."""
    keeps = Exists(FileList.objects.filter(office=OuterRef("pk")))
    found = Office.objects.filter(pk__in=registers_of(desk_of(request))).annotate(keeps=keeps)
    ordered = found.order_by("-keeps", "name_fold", "id")
    return [(str(key), name) for key, name in ordered.values_list("pk", "name")[:1000]]


def _asked(request: HttpRequest, offices: list[tuple[str, str]]) -> tuple[UUID, int]:
    office = chosen_office(request, offices, refusal=_("The files of this office are not yours to list."))
    return office, year_of(request)


def _pdf(content: bytes, name: str) -> FileResponse:
    return FileResponse(BytesIO(content), content_type="application/pdf", filename=f"{name}.pdf")
