"""The registers on the screen, on paper and as a spreadsheet; the resolution slip of a document that came in."""

from collections.abc import Iterator
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render as typeset
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms, sheets
from motcua.kernel.web.filters import chosen_days, chosen_office
from motcua.kernel.web.keyset import capped_count, every, paginate
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import office_with_place
from motcua.services.correspondence import access, queries
from motcua.services.correspondence.books import BOOKS, Asked, Book
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import Assignment
from motcua.services.correspondence.offices import office_data
from motcua.services.correspondence.pages.shared import about

TEMPLATES = Path(__file__).parents[1] / "templates_typst"
MOST_ROWS_ON_PAPER = 2_000
MOST_ROWS_ON_SHEET = 20_000


@require_GET
@for_officers
def book(request: HttpRequest, book: str) -> HttpResponse:
    """A register on the screen, page by page."""
    chosen, offices = _book(book), _offices(request)
    context: dict[str, Any] = {
        "book": chosen,
        "code": book,
        "offices": offices,
        "tabs": [
            {"href": reverse("correspondence:book", args=[code]), "text": each.label, "current": code == book}
            for code, each in BOOKS.items()
        ],
        "page": None,
        "rows": [],
        "asked": request.GET,
    }
    try:
        asked = _asked(request, offices)
    except Refused as refused:
        return forms.page(request, "correspondence/book.html", context, refused=refused)
    page = paginate(chosen.found(asked), order=chosen.order, cursor=request.GET.get("cursor"))
    cells = chosen.rows(page.items, queries.types(timezone.localdate()))
    context |= {
        "page": page,
        "rows": [{"url": chosen.page(row), "cells": each} for row, each in zip(page.items, cells, strict=True)],
        "asked": {"office": str(asked.office), "first": asked.first.isoformat(), "last": asked.last.isoformat()},
    }
    return forms.page(request, "correspondence/book.html", context)


@require_GET
@for_officers
def book_pdf(request: HttpRequest, book: str) -> HttpResponseBase:
    """A register on paper. Raises :class:`Refused` for more rows than a book on paper has."""
    chosen, asked = _book(book), _asked(request, _offices(request))
    rows = list(islice(_rows(chosen, asked), MOST_ROWS_ON_PAPER + 1))
    if len(rows) > MOST_ROWS_ON_PAPER:
        text = _("More than %(n)d documents: choose a shorter period, or the spreadsheet.")
        raise Refused(text % {"n": MOST_ROWS_ON_PAPER}, code="too_many")
    data = {
        **office_data(office_with_place(asked.office)),
        "title": chosen.title,
        "period": asked.period,
        "columns": [{"label": label, "width": width} for label, width in chosen.columns],
        "rows": rows,
    }
    pdf = typeset(Template(TEMPLATES, "book.typ"), data, dated=timezone.now())
    return FileResponse(BytesIO(pdf), content_type="application/pdf", filename=f"{chosen.file}.pdf")


@require_GET
@for_officers
def book_sheet(request: HttpRequest, book: str) -> HttpResponseBase:
    """A register as a spreadsheet. Raises :class:`Refused` for more rows than a sheet is written of at once."""
    chosen, asked = _book(book), _asked(request, _offices(request))
    if not capped_count(chosen.found(asked), cap=MOST_ROWS_ON_SHEET).exact:
        text = _("More than %(n)d documents: choose a shorter period.")
        raise Refused(text % {"n": MOST_ROWS_ON_SHEET}, code="too_many")
    headings = [label for label, _width in chosen.columns]
    return sheets.respond(chosen.file, {"Sổ": chain([headings], _rows(chosen, asked))})


def _rows(chosen: Book, asked: Asked) -> Iterator[tuple[str, ...]]:
    """All rows of a book, so many at a time."""
    names = queries.types(timezone.localdate())
    for found in every(chosen.found(asked), order=chosen.order):
        yield from chosen.rows(found, names)


def _book(code: str) -> Book:
    if code not in BOOKS:
        raise NotFound(_("There is no such page."))
    return BOOKS[code]


def _offices(request: HttpRequest) -> list[tuple[str, str]]:
    """The offices whose registers the officer may open."""
    found = Office.objects.filter(pk__in=access.registers_of(desk_of(request)))
    return [(str(key), name) for key, name in found.order_by("name_fold", "id").values_list("pk", "name")[:1000]]


def _asked(request: HttpRequest, offices: list[tuple[str, str]]) -> Asked:
    office = chosen_office(request, offices, refusal=_("This office's register is not yours to open."))
    return Asked(office, *chosen_days(request))


@require_GET
@for_officers
def slip(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """The resolution slip (phiếu giải quyết văn bản đến; Decree 30/2020/NĐ-CP, appendix IV) as it stands now."""
    accessed = access.incoming_for(desk_of(request), document_id)
    document = accessed.document
    if document.number is None:
        raise NotFound(_("There is no such page."))
    names = queries.types(timezone.localdate())
    undone = (Assignment.State.WITHDRAWN, Assignment.State.RETURNED, Assignment.State.FORWARDED)
    tasks = [each for each in accessed.assignments if each.state not in undone]
    data = {
        **office_data(office_with_place(document.office_id)),
        "document": about(document, names),
        "subject": document.subject,
        "sender": document.sender,
        "number": f"{document.number}/{document.year}",
        "arrived": local_date(document.registered_at),
        "due": local_date(document.due_on),
        "note": document.note,
        "leader": document.leader.display_name if document.leader else "",
        "units": [_on_slip(each) for each in tasks if each.parent_id is None],
        "officers": [_on_slip(each) for each in tasks if each.parent_id is not None],
        "reports": [
            {"who": _who(each), "text": each.report, "day": local_date(each.ended_at)}
            for each in tasks
            if each.report and each.officer_id is not None
        ],
    }
    pdf = typeset(Template(TEMPLATES, "slip.typ"), data, dated=timezone.now())
    return FileResponse(
        BytesIO(pdf), content_type="application/pdf", filename=f"phieu-giai-quyet-{document.number}.pdf"
    )


_PARTS = {"lead": "Chủ trì", "support": "Phối hợp", "information": "Nhận để biết"}


def _on_slip(task: Assignment) -> dict[str, str]:
    return {
        "who": _who(task),
        "part": _PARTS[task.part],
        "due": local_date(task.due_on),
        "day": local_date(task.assigned_at),
        "note": task.instruction,
    }


def _who(task: Assignment) -> str:
    return task.officer.display_name if task.officer else task.office.name
