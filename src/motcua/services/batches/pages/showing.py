"""One batch: what is to be done, what is wrong, how far it is, what became of its lines. And the list of one's own."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.signing.queries import kept_verdicts
from motcua.engines.signing.texts import in_a_line
from motcua.kernel.errors import Refused
from motcua.kernel.text import dong, local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import signed_in
from motcua.services.batches import queries, workbook
from motcua.services.batches.access import abilities_for, layout_of
from motcua.services.batches.layout import Layout, cell
from motcua.services.batches.models import Batch, Line
from motcua.services.batches.pages.filers import batch_of, for_filers
from motcua.services.dossiers.models import Channel
from motcua.services.dossiers.pages.desk.counter import receiving
from motcua.services.dossiers.pages.desk.shared import desk_of, for_officers
from motcua.services.dossiers.pages.portal.common import facts_of, for_applicants
from motcua.services.procedures.models import CasePaper
from motcua.services.procedures.runtime import package_of

COLUMNS_SHOWN = 4
LINES_SHOWN = 10
ERRORS_SHOWN = 100


@require_GET
@for_applicants
def mine(request: HttpRequest) -> HttpResponse:
    """What one files with spreadsheets, newest first."""
    return _list(request, queries.batches_of(signed_in(request).pk, Channel.ONLINE))


@require_GET
@for_officers
def counter(request: HttpRequest) -> HttpResponse:
    """What is filed with spreadsheets at the officer's counters, newest first."""
    receiving(request)
    return _list(request, queries.batches_at(desk_of(request)), at_counter=True)


def _list(request: HttpRequest, found: QuerySet[Batch], *, at_counter: bool = False) -> HttpResponse:
    page = paginate(found, order=("-created_at", "-id"), cursor=request.GET.get("cursor"))
    sizes = queries.sizes_of(page.items)
    rows = [
        {
            "url": reverse("batches:batch", args=[batch.pk]),
            "name": batch.procedure_version.name,
            "applicant": batch.applicant.name,
            "officer": batch.account.display_name if at_counter else "",
            "lines": sizes[batch.pk],
            "state": batch.state,
            "state_text": batch.get_state_display(),
            "created": local_datetime(batch.created_at),
        }
        for batch in page.items
    ]
    context = {"page": page, "rows": rows, "at_counter": at_counter}
    return render(request, "batches/mine.html", context)


@require_GET
@for_filers
def show(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The batch as it stands; its part that changes while it is being sent is also asked for alone."""
    batch = batch_of(request, batch_id)
    if "HX-Request" in request.headers and batch.state != Batch.State.OPEN:
        return render(request, "batches/progress.html", _sent_context(request, batch))
    return shown(request, batch)


def shown(request: HttpRequest, batch: Batch, refused: Refused | None = None) -> HttpResponse:
    """The page of a batch, with what was refused; what a colleague prepares is shown, and may be taken over."""
    if batch.state == Batch.State.OPEN:
        template = "batches/open.html" if batch.account_id == signed_in(request).pk else "batches/colleagues.html"
        return forms.page(request, template, _open_context(request, batch), refused=refused)
    return forms.page(request, "batches/sent.html", _sent_context(request, batch), refused=refused)


def _common(request: HttpRequest, batch: Batch, progress: queries.Progress) -> dict[str, Any]:
    right = bool(progress.lines) and not progress.wrong and not batch.problems
    unfiled, account = progress.lines - progress.filed, signed_in(request).pk
    return {
        "batch": batch,
        "progress": progress,
        "abilities": abilities_for(batch, account=account, unfiled=unfiled, right=right, at=timezone.now()),
        "head": _head(batch),
        "as_one": layout_of(batch).group is not None,
    }


def _head(batch: Batch) -> list[dict[str, Any]]:
    rows = [
        {"label": _("Applicant"), "value": batch.applicant.name},
        {"label": _("Office that receives it"), "value": batch.office.name},
        {"label": _("Get the result"), "value": batch.get_return_method_display()},
    ]
    if batch.case.name:
        rows.insert(0, {"label": _("Case"), "value": batch.case.name})
    if batch.at_counter:
        rows.append({"label": _("Officer"), "value": batch.account.display_name})
    return rows


def _open_context(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    layout, progress = layout_of(batch), queries.progress_of(batch)
    wrong = list(batch.lines.exclude(errors={})[:ERRORS_SHOWN]) if progress.wrong else []
    errors = [*_once_errors(layout, batch), *_line_errors(layout, wrong)]
    return _common(request, batch, progress) | {
        "errors_found": errors[:ERRORS_SHOWN],
        "more_errors": len(errors) > ERRORS_SHOWN or progress.wrong > len(wrong),
        "general": [text for path, text in batch.problems if not path],
        "preview_head": [each.heading for each in layout.each[:COLUMNS_SHOWN]],
        "preview": [_cells(layout, line) for line in batch.lines.all()[:LINES_SHOWN]] if progress.lines else [],
        "slots": list(_slots(batch)),
        "read": local_datetime(batch.read_at) if batch.read_at else "",
    }


def _once_errors(layout: Layout, batch: Batch) -> Iterator[list[str]]:
    rows = {each.field.path: (number, each) for number, each in enumerate(layout.once, 2)}
    for path, text in batch.problems:
        if path:
            number, column = rows[path]
            yield [f"{workbook.COMMON} – B{number}", column.heading, text]


def _line_errors(layout: Layout, lines: list[Line]) -> Iterator[list[str]]:
    headings = {each.field.path: each.heading for each in layout.each}
    for line in lines:
        for path in (path for path in headings if path in line.errors):
            yield [f"{workbook.LIST} – {cell(layout.each, path, line.row)}", headings[path], line.errors[path]]


def _cells(layout: Layout, line: Line) -> list[Any]:
    return [line.row, *(line.typed.get(each.field.path, "–") for each in layout.each[:COLUMNS_SHOWN])]


def _slots(batch: Batch) -> Iterator[dict[str, Any]]:
    attached = list(batch.papers.select_related("file"))
    signed = kept_verdicts(each.file.blob_id for each in attached)
    papers: list[CasePaper] = package_of(batch.procedure_version_id).papers(batch.case_id)
    for paper in papers:
        files = [
            {
                "key": str(each.pk),
                "name": each.file.name,
                "facts": facts_of(each.file),
                "signed": in_a_line(signed.get(each.file.blob_id)),
            }
            for each in attached
            if each.case_paper_id == paper.pk
        ]
        yield {"name": f"paper-{paper.code}", "paper": paper, "files": files}


def _sent_context(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    layout, progress = layout_of(batch), queries.progress_of(batch)
    lines = Line.objects.filter(batch=batch).select_related("dossier")
    page = paginate(lines, order=("row", "id"), cursor=request.GET.get("cursor"))
    fees = queries.fees_of(batch) if batch.state == Batch.State.DONE else []
    return _common(request, batch, progress) | {
        "preview_head": [each.heading for each in layout.each[: COLUMNS_SHOWN - 1]],
        "page": page,
        "rows": [_row(batch, layout, line) for line in page.items],
        "percent": 100 * (progress.filed + progress.failed) // max(1, progress.lines),
        "fees": fee_rows(batch, fees),
        "fees_total": dong(sum(fee.due for fee in fees)),
        "to_pay": any(fee.due for fee in fees),
        "confirmed": local_datetime(batch.confirmed_at) if batch.confirmed_at else "",
    }


def fee_rows(batch: Batch, fees: Iterable[queries.Fee]) -> list[dict[str, str]]:
    """The fees for a table."""
    page = "dossiers:desk-received" if batch.at_counter else "dossiers:my-payment"
    return [
        {
            "number": fee.number,
            "url": reverse(page, args=[fee.number]),
            "amount": dong(fee.due) if fee.due else "–",
            "paid": dong(fee.paid) if fee.paid else "–",
        }
        for fee in fees
    ]


def _row(batch: Batch, layout: Layout, line: Line) -> dict[str, Any]:
    number = line.dossier.number if line.dossier else ""
    page = "dossiers:desk-dossier" if batch.at_counter else "dossiers:my-dossier"
    return {
        "cells": _cells(layout, line)[:COLUMNS_SHOWN],
        "state": line.state,
        "state_text": line.get_state_display(),
        "number": number,
        "url": reverse(page, args=[number]) if number else "",
        "problem": line.problem,
    }
