"""The tracking book (sổ theo dõi, form 07) by field and period, and the control slip (phiếu kiểm soát, form 06)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from io import BytesIO
from itertools import chain, islice
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render as typeset
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.text.dates import midnight
from motcua.kernel.web import forms, sheets
from motcua.kernel.web.filters import chosen_days, chosen_office
from motcua.kernel.web.keyset import every, paginate
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import office_with_place
from motcua.services.dossiers import issuing, printing
from motcua.services.dossiers.access import Viewer
from motcua.services.dossiers.book import Entry, accepted_by, book_number, entries, slip_number
from motcua.services.dossiers.models import FormNumber
from motcua.services.dossiers.pages.desk.shared import actor_at, for_officers, opened, viewer_of

MOST_ROWS_ON_PAPER = 2_000
ORDER = ("accepted_at", "id")
HEADINGS = (
    "Số thứ tự", "Mã hồ sơ", "Tên thủ tục hành chính", "Cá nhân, tổ chức", "Địa chỉ, số điện thoại",
    "Cơ quan giải quyết", "Nhận hồ sơ", "Người tiếp nhận", "Hẹn trả", "Có kết quả", "Trả kết quả",
    "Người trả kết quả", "Cách nhận kết quả", "Người nhận kết quả", "Ghi chú",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One book: an office, a field (empty: all), first and last day."""

    office: UUID
    field: str
    first: date
    last: date
    reached: Q  # of the office's dossiers: those that limited delegations reach, where nothing else opens its book

    @property
    def dossiers(self) -> Any:
        """The accepted dossiers, as they came in."""
        end = midnight(self.last + timedelta(days=1))
        return accepted_by(self.office, field=self.field, begin=midnight(self.first), end=end).filter(self.reached)

    @property
    def period(self) -> str:
        """``Từ ngày … đến ngày …``, as the form says it."""
        return f"Từ ngày {local_date(self.first)} đến ngày {local_date(self.last)}"


@require_GET
@for_officers
def book(request: HttpRequest) -> HttpResponse:
    """The book on the screen, page by page."""
    offices = _offices(request)
    try:
        asked = _asked(request, offices)
    except Refused as refused:
        context: dict[str, Any] = {"page": None, "rows": [], "offices": offices, "asked": request.GET}
        return forms.page(request, "dossiers/desk/book.html", context, refused=refused)
    page = paginate(asked.dossiers, order=ORDER, cursor=request.GET.get("cursor"))
    context = {
        "page": page,
        "rows": [_row(entry) for entry in entries(page.items)],
        "offices": offices,
        "asked": {
            "office": str(asked.office),
            "field": asked.field,
            "first": asked.first.isoformat(),
            "last": asked.last.isoformat(),
        },
    }
    return forms.page(request, "dossiers/desk/book.html", context)


@require_GET
@for_officers
def book_pdf(request: HttpRequest) -> HttpResponseBase:
    """The book as form 07. Raises :class:`Refused` for more rows than a book on paper has."""
    asked = _asked(request, _offices(request))
    rows = list(islice(_rows(asked), MOST_ROWS_ON_PAPER + 1))
    if len(rows) > MOST_ROWS_ON_PAPER:
        text = _("More than %(n)d dossiers: choose a shorter period, or the spreadsheet.")
        raise Refused(text % {"n": MOST_ROWS_ON_PAPER}, code="too_many")
    office = office_with_place(asked.office)
    data = {
        **printing.office_data(office),
        "number": book_number(asked.first.year, asked.last.year),
        "field": asked.field or "Tất cả",
        "period": asked.period,
        "rows": rows,
    }
    pdf = typeset(Template(issuing.TEMPLATES, "form_07_register.typ"), data, dated=timezone.now())
    return FileResponse(BytesIO(pdf), content_type="application/pdf", filename="so-theo-doi.pdf", as_attachment=True)


@require_GET
@for_officers
def book_sheet(request: HttpRequest) -> HttpResponseBase:
    """The book as a spreadsheet, written row by row."""
    asked = _asked(request, _offices(request))
    rows = ([*row.values()] for row in _rows(asked))
    return sheets.respond("so-theo-doi", {"Sổ theo dõi": chain([HEADINGS], rows)})


def _rows(asked: Asked) -> Iterator[dict[str, str]]:
    """What leaves the house is in Vietnamese, whatever language the officer reads the screen in."""
    for dossiers in every(asked.dossiers, order=ORDER):
        with translation.override("vi"):
            rows = [_row(entry) for entry in entries(dossiers)]
        yield from rows


def _row(entry: Entry) -> dict[str, str]:
    dossier = entry.dossier
    contact = ", ".join(part for part in (dossier.applicant.address, dossier.applicant.phone) if part)
    return {
        "order": entry.number,
        "code": dossier.code or "",
        "procedure": dossier.procedure_version.name,
        "applicant": dossier.applicant_name,
        "address": contact,
        "resolving_unit": dossier.resolving_office.name,
        "received_at": local_datetime(entry.received_at),
        "received_by": entry.received_by,
        "due_at": local_datetime(dossier.due_at),
        "decided_at": local_datetime(entry.decided_at),
        "returned_at": local_datetime(entry.returned_at),
        "returned_by": entry.returned_by,
        "delivery": entry.method,
        "taken_by": f"{entry.taken_by} ({entry.proof})" if entry.proof else entry.taken_by,
        "note": f"{entry.ended_as}, {local_date(entry.ended_at)}" if entry.ended_at else "",
    }


def _offices(request: HttpRequest) -> list[tuple[str, str]]:
    """The offices whose books the officer may open: their own, those they head, and where delegations reach some."""
    viewer = viewer_of(request)
    keys = {*viewer.offices, *(office for each in viewer.limited for office in each.offices)}
    found = Office.objects.all() if viewer.is_administrator else Office.objects.filter(pk__in=keys)
    return [(str(key), name) for key, name in found.order_by("name_fold", "id").values_list("pk", "name")[:1000]]


def _asked(request: HttpRequest, offices: list[tuple[str, str]]) -> Asked:
    office = chosen_office(request, offices, refusal=_("This office's book is not yours to open."))
    field, days = request.GET.get("field", "").strip()[:200], chosen_days(request)
    return Asked(office, field, *days, _reached(viewer_of(request), office))


def _reached(viewer: Viewer, office: UUID) -> Q:
    if viewer.is_administrator or office in viewer.offices:
        return Q()
    return reduce(or_, (each.reached for each in viewer.limited if office in each.offices))


@require_GET
@for_officers
def control_slip(request: HttpRequest, number: str) -> HttpResponseBase:
    """Form 06 of a dossier as it stands now. It has the date of the acceptance, from which it counts.

    Raises ``NotFound`` before the dossier is accepted.
    """
    dossier = opened(request, number, purpose="control").dossier
    if dossier.accepted_at is None:
        raise NotFound(_("The control slip begins when the dossier is accepted."))
    data = printing.form_data(
        dossier, FormNumber.CONTROL, by=actor_at(request), at=timezone.now(), number=slip_number(dossier)
    )
    pdf = issuing.typeset_form(FormNumber.CONTROL, dossier, data, dated=dossier.accepted_at)
    return FileResponse(BytesIO(pdf), content_type="application/pdf", filename=f"{dossier.number}-06.pdf")
