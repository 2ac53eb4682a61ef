"""Finding documents: the page with words and filters, searches that are kept, results on paper and as a sheet."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render as typeset
from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms, sheets
from motcua.kernel.web.keyset import SIZE, Count, Page
from motcua.people.officers.desks import Desk
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.queries import office_with_place
from motcua.services.correspondence import queries, searching, word
from motcua.services.correspondence.actions import searches
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument, SearchEntry
from motcua.services.correspondence.models.described import Urgency
from motcua.services.correspondence.offices import office_data
from motcua.services.correspondence.pages.books import MOST_ROWS_ON_PAPER, TEMPLATES
from motcua.services.correspondence.pages.incoming import require_desk
from motcua.services.correspondence.pages.outgoing_shown import found_row
from motcua.services.correspondence.pages.shared import day_of, document_row
from motcua.services.correspondence.rules import search as rules
from motcua.services.correspondence.rules.search import Wanted
from motcua.services.correspondence.searching import CAP, Hit, Place

FIELDS = ("q", "fields", "direction", "first", "last", "type", "agency", "unit", "urgency", "state")
NAME = "ket-qua-tim-van-ban"  # of the files
LONGEST = 200
MOST_ROWS_ON_SHEET = 5_000
MOST_ROWS_IN_WORD = 1_000
AT_ONCE = 200
COLUMNS = (
    ("Ngày", "20mm"), ("Đến/đi", "12mm"), ("Số đến", "14mm"), ("Số, ký hiệu", "28mm"), ("Ngày văn bản", "20mm"),
    ("Cơ quan ban hành", "1fr"), ("Trích yếu nội dung", "2fr"), ("Trạng thái", "24mm"),
)  # fmt: skip
WIDE = {"1fr": 40.0, "2fr": 78.0}  # in millimetres, where a file has no parts of what is left
_SALT = "correspondence.search"


@require_GET
@for_officers
def search(request: HttpRequest) -> HttpResponse:
    """Documents that the officer may see and that answer to words and filters, newest first."""
    require_desk(request)
    return _page(request, asked_in(request.GET))


def _page(request: HttpRequest, asked: Mapping[str, str], refused: Refused | None = None) -> HttpResponse:
    """What is asked and found; with the name under which it could not be kept, and why."""
    desk = desk_of(request)
    context: dict[str, Any] = {
        "asked": asked,
        "any": any(asked.values()),
        "filtered": any(asked[name] for name in FIELDS[1:]),
        "saved": [
            {
                "name": each.name,
                "url": address(each.asked),
                "remove": reverse("correspondence:search-remove", args=[each.pk]),
            }
            for each in queries.saved_searches(desk.account_id)
        ],
        "page": None,
        "count": None,
        "by_number": False,
        "rows": [],
        **_choices(desk),
    }
    try:
        if context["any"]:
            context |= _found(desk, wanted_of(asked), request.GET.get("cursor", ""), context["types"])
    except Refused as error:
        refused = error
    return forms.page(request, "correspondence/search.html", context, refused=refused)


def asked_in(sent: Mapping[str, str]) -> dict[str, str]:
    """The fields of the form as they were sent."""
    return {name: sent.get(name, "").replace("\0", "").strip()[:LONGEST] for name in FIELDS}


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """What the fields ask for; a choice that there is not is none. Raises ``Refused`` for what is no day."""
    days = {name: day_of(asked[name], name) for name in ("first", "last")}
    for name, day in days.items():
        if day is not None and day < rules.FIRST_DAY:
            raise Refused(_("Choose a day."), field=name, code="day")
    if days["first"] and days["last"] and days["last"] < days["first"]:
        raise Refused(_("The last day must not be before the first."), field="last", code="period")
    urgency = asked["urgency"]
    return Wanted(
        text=asked["q"],
        in_fields=bool(asked["fields"]),
        direction=asked["direction"] if asked["direction"] in SearchEntry.Direction.values else "",
        type=asked["type"],
        agency=asked["agency"],
        unit=_key(asked["unit"]),
        urgency=int(urgency) if urgency in map(str, Urgency.values) else None,
        state=asked["state"] if asked["state"] in dict(_states()) else "",
        **days,
    )


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _found(desk: Desk, wanted: Wanted, cursor: str, names: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """One page; on the first how many there are as well."""
    backwards, beyond = _read(cursor) if cursor else (False, None)
    # Phrases are dear to count.
    most = SIZE + 1 if beyond or wanted.has_phrase else CAP + 1
    found = searching.search(desk, wanted, most=most, beyond=beyond, newest_first=not backwards)
    hits, more = found.hits[:SIZE], len(found.hits) > SIZE
    if backwards:
        hits = hits[::-1]
    exact = len(found.hits) < most
    count = Count(min(len(found.hits), CAP), exact) if beyond is None and (exact or most > CAP) else None
    following, before = more or backwards, more if backwards else beyond is not None
    page = Page(
        hits,
        _cursor(hits[-1], backwards=False) if hits and following else None,
        _cursor(hits[0], backwards=True) if hits and before else None,
    )
    return {"page": page, "rows": _rows(desk, hits, dict(names)), "count": count, "by_number": found.by_number}


def _cursor(hit: Hit, *, backwards: bool) -> str:
    return signing.dumps([backwards, hit.at.isoformat(), str(hit.document)], salt=_SALT)


def _read(cursor: str) -> tuple[bool, Place]:
    try:
        backwards, at, key = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature as error:
        raise Refused(_("This link to a page of the list is not valid."), code="bad_cursor") from error
    return backwards, Place.read(at, key)


def _rows(desk: Desk, hits: Sequence[Hit], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Found documents as lists show them."""
    shown: dict[UUID, dict[str, Any]] = {}
    for row in queries.found(desk, hits):
        if isinstance(row, IncomingDocument):
            way = _("In, number %(n)s") % {"n": row.number} if row.number else pgettext("document", "In")
            shown[row.pk] = document_row(row, names) | {"way": way}
        else:
            shown[row.pk] = found_row(row, names) | {"way": pgettext("document", "Out")}
    return [shown[hit.document] | {"day": local_date(hit.at)} for hit in hits if hit.document in shown]


def _choices(desk: Desk) -> dict[str, Any]:
    """What the filters offer; two statements."""
    any_ = ("", _("Any"))
    return {
        "directions": [any_, ("in", _("Documents in")), ("out", _("Documents out"))],
        "types": [any_, *queries.types(timezone.localdate()).items()],
        "units": [any_, *queries.units_to_search(desk)],
        "urgencies": [any_, *Urgency.choices],
        "states": [any_, *_states()],
    }


def _states() -> list[tuple[str, str]]:
    coming, going = _("In: %(state)s"), _("Out: %(state)s")
    return [
        *((f"in.{code}", coming % {"state": label}) for code, label in IncomingDocument.State.choices),
        *((f"out.{code}", going % {"state": label}) for code, label in OutgoingDocument.State.choices),
    ]


@require_GET
@for_officers
def search_sheet(request: HttpRequest) -> HttpResponseBase:
    """What was found as a spreadsheet. Raises ``Refused`` for more than a sheet has."""
    desk, hits = _all(request, MOST_ROWS_ON_SHEET)
    headings = [label for label, _width in COLUMNS]
    return sheets.respond(NAME, {"Kết quả": chain([headings], _cells(desk, hits))})


@require_GET
@for_officers
def search_print(request: HttpRequest) -> HttpResponseBase:
    """What was found, on paper. Raises ``Refused`` for more than paper has."""
    desk, hits = _all(request, MOST_ROWS_ON_PAPER)
    data = _headed(desk) | {
        "columns": [{"label": label, "width": width} for label, width in COLUMNS],
        "rows": list(_cells(desk, hits)),
    }
    pdf = typeset(Template(TEMPLATES, "book.typ"), data, dated=timezone.now())
    return FileResponse(BytesIO(pdf), content_type="application/pdf", filename=f"{NAME}.pdf")


@require_GET
@for_officers
def search_word(request: HttpRequest) -> HttpResponseBase:
    """What was found as a Word file. Raises ``Refused`` for more than is written there."""
    desk, hits = _all(request, MOST_ROWS_IN_WORD)
    columns = [(label, WIDE.get(width) or float(width.removesuffix("mm"))) for label, width in COLUMNS]
    content = word.table_of(_headed(desk), columns, _cells(desk, hits))
    return FileResponse(BytesIO(content), content_type=word.DOCX, filename=f"{NAME}.docx", as_attachment=True)


def _headed(desk: Desk) -> dict[str, Any]:
    """What stands above the list on paper."""
    own = next(held.office_id for held in desk.positions)
    today = local_date(timezone.now())
    return office_data(office_with_place(own)) | {"title": "KẾT QUẢ TÌM KIẾM VĂN BẢN", "period": f"Ngày {today}"}


def _all(request: HttpRequest, most: int) -> tuple[Desk, list[Hit]]:
    require_desk(request)
    desk = desk_of(request)
    hits = searching.search(desk, wanted_of(asked_in(request.GET)), most=most + 1).hits
    if len(hits) > most:
        text = _("More than %(n)d documents: choose a shorter period, or add words.")
        raise Refused(text % {"n": most}, code="too_many")
    return desk, hits


def _cells(desk: Desk, hits: Sequence[Hit]) -> Iterator[tuple[str, ...]]:
    """Found documents as rows of a table, so many at a time."""
    for start in range(0, len(hits), AT_ONCE):
        some = hits[start : start + AT_ONCE]
        rows = {row.pk: row for row in queries.found(desk, some)}
        yield from (_cells_of(rows[hit.document], hit) for hit in some if hit.document in rows)


def _cells_of(row: IncomingDocument | OutgoingDocument, hit: Hit) -> tuple[str, ...]:
    is_in = isinstance(row, IncomingDocument)
    return (
        local_date(hit.at),
        "Đến" if is_in else "Đi",
        str(row.number or "") if is_in else "",
        row.notation,
        local_date(row.document_date),
        row.sender if isinstance(row, IncomingDocument) else row.office.name,
        row.subject,
        str(row.get_state_display()),
    )


@require_POST
@for_officers
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep what is asked under a name."""
    require_desk(request)
    asked, account = asked_in(request.POST), desk_of(request).account_id
    if account is None:
        raise NotAllowed(_("Documents are handled by officers with a position."))
    url = address(asked)

    def keep() -> None:
        wanted_of(asked)
        searches.keep(account, name=request.POST.get("name", ""), asked=asked)

    def again(refused: Refused) -> HttpResponse:
        return _page(request, asked, refused)

    return forms.settled(request, keep, _("The search is kept."), back=url, again=again)


@require_POST
@for_officers
def remove_search(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    """Keep a search no longer. Raises ``NotFound`` for another officer's."""
    require_desk(request)
    searches.forget(desk_of(request).account_id, saved_id)
    messages.success(request, _("The search is no longer kept."))
    return redirect("correspondence:search")


def address(asked: Mapping[str, str]) -> str:
    """The page that asks this."""
    query = QueryDict(mutable=True)
    query.update({name: asked.get(name, "") for name in FIELDS if asked.get(name)})
    return f"{reverse('correspondence:search')}?{query.urlencode()}"
