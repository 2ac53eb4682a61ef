"""Search over all that an officer may see, the return desk with its fees, and what waits for a signature."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.signing.pages.signers import MOST_SIGNED
from motcua.kernel.blobs.files import begins_with
from motcua.kernel.errors import NotAllowed
from motcua.kernel.text import dong
from motcua.kernel.web.addresses import address
from motcua.kernel.web.keyset import Chosen, Page, paginate
from motcua.people.accounts.models import Account
from motcua.people.citizens.queries import party_with_number
from motcua.services.dossiers import queries, searching
from motcua.services.dossiers.abilities import CASHIER, RECEPTION, RETURN
from motcua.services.dossiers.access import dossiers_for
from motcua.services.dossiers.dues import dues_of, fee_due_text, first_dues, later_dues
from motcua.services.dossiers.lines import DocumentLine, DossierLine, WorkLine, dossier_lines, prepared_documents
from motcua.services.dossiers.looks import record_found
from motcua.services.dossiers.models import Dossier, State
from motcua.services.dossiers.pages.desk import scans
from motcua.services.dossiers.pages.desk.rows import WorkRow, dossier_rows, work_rows
from motcua.services.dossiers.pages.desk.shared import by_due, desk_of, for_officers, viewer_of
from motcua.services.procedures.runtime import package_of

NEWEST = ("-submitted_at", "-id")


@require_GET
@for_officers
def search(request: HttpRequest) -> HttpResponse:
    """By code, scan, name or subject; without a text the newest, narrowed by state."""
    typed = request.GET.get("q", "")
    scan = scans.read(typed)
    asked = {"state": request.GET.get("state", ""), "due": request.GET.get("due", "")}
    page: Page[DossierLine] | None = None
    if scan.number or scan.text:
        found = searching.search(viewer_of(request), scan.number or scan.text)
        if len(found) == 1 and found[0].number.casefold() == (scan.number or scan.text).casefold():
            return redirect("dossiers:desk-dossier", number=found[0].number)
    else:
        page = _listed(request, scan, asked)
        found = page.items
    if typed and isinstance(request.user, Account):  # what somebody looks through without naming anyone is their work
        record_found([row.id for row in found], who=request.user.pk)
    context = {
        "q": "" if scan.card else scan.number or scan.text,
        "card": scan.card.name if scan.card else "",
        "rows": dossier_rows(found, timezone.now()),
        "page": page,
        "asked": asked,
        "states": [("", _("All")), *State.choices],
        "dues": [("", _("All")), ("soon", _("Due soon")), ("overdue", _("Overdue"))],
    }
    return render(request, "dossiers/desk/search.html", context)


def _listed(request: HttpRequest, scan: scans.Scan, asked: dict[str, str]) -> Page[DossierLine]:
    viewer, now = viewer_of(request), timezone.now()
    state = asked["state"] if asked["state"] in State.values else ""
    rows: Chosen = queries.listed(
        viewer,
        state=state,
        overdue_at=now if asked["due"] == "overdue" else None,
        due_soon_at=now if asked["due"] == "soon" else None,
    )
    if scan.card:
        party = party_with_number(scan.card.number)
        rows = dossiers_for(viewer).filter(applicant=party) if party else Dossier.objects.none()
    return paginate(rows, order=NEWEST, cursor=request.GET.get("cursor"), fetch=dossier_lines)


@require_GET
@for_officers
def returns(request: HttpRequest) -> HttpResponse:
    """Results that nobody has collected yet, oldest first; a scanned receipt or card finds the dossier at once."""
    desk, scan = desk_of(request), scans.read(request.GET.get("q", ""))
    if not desk.has_somewhere(RECEPTION, RETURN):
        raise NotAllowed(_("This page is for officers who return results."))
    waiting = queries.return_queue(desk)
    number = scan.number or scan.text
    if number:
        ready = waiting.queryset.filter(code__iexact=number).first()
        if ready is None:
            return redirect(f"{reverse('dossiers:desk-search')}?{request.GET.urlencode()}")
        if owed := dues_of(ready.pk).first:
            messages.warning(request, fee_due_text(owed))
            return redirect("dossiers:desk-papers", number=ready.number)
        return redirect("dossiers:desk-act", number=ready.number, name="return")
    queue: Chosen = waiting
    if scan.card:
        party = party_with_number(scan.card.number)
        queue = waiting.queryset.filter(applicant=party) if party else Dossier.objects.none()
    page = paginate(queue, order=("decided_at", "id"), cursor=request.GET.get("cursor"), fetch=dossier_lines)
    sums = first_dues([line.id for line in page.items])
    rows = zip(page.items, dossier_rows(page.items, timezone.now()), strict=True)
    context = {
        "page": page,
        "rows": [
            row._replace(owed=dong(sums[line.id]), next_url=_fees_of(row.number))
            if line.id in sums
            else row._replace(next_url=address("dossiers:desk-act", row.number, "return"))
            for line, row in rows
        ],
        "card": scan.card.name if scan.card else "",
        "tabs": _of_return_desk("desk-returns"),
    }
    return render(request, "dossiers/desk/returns.html", context)


@require_GET
@for_officers
def owed(request: HttpRequest) -> HttpResponse:
    """Results that are ready or handed over, with a fee that is collected then or afterwards; oldest first."""
    desk = desk_of(request)
    if not desk.has_somewhere(RECEPTION, RETURN, CASHIER):
        raise NotAllowed(_("This page is for officers who return results or take money."))
    cursor = request.GET.get("cursor")
    page = paginate(queries.owed_afterwards(desk), order=("decided_at", "id"), cursor=cursor, fetch=dossier_lines)
    sums = later_dues([line.id for line in page.items])
    rows = zip(page.items, dossier_rows(page.items, timezone.now()), strict=True)
    context = {
        "page": page,
        "rows": [row._replace(owed=dong(sums.get(line.id, 0)), next_url=_fees_of(row.number)) for line, row in rows],
        "tabs": _of_return_desk("desk-owed") if desk.has_somewhere(RECEPTION, RETURN) else (),
    }
    return render(request, "dossiers/desk/owed.html", context)


def _fees_of(number: str) -> str:
    return f"{address('dossiers:desk-papers', number)}#fees"


def _of_return_desk(current: str) -> list[dict[str, Any]]:
    texts = {"desk-returns": _("Results to return"), "desk-owed": _("Fees to be collected afterwards")}
    return [
        {"href": reverse(f"dossiers:{name}"), "text": text, "current": name == current} for name, text in texts.items()
    ]


@require_GET
@for_officers
def signing(request: HttpRequest) -> HttpResponse:
    """What waits for the leader's signature, with the documents to open; all can be chosen at once."""
    page = by_due(queries.signing_list(leader(request)), cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": with_documents(page.items), "most": MOST_SIGNED}
    return render(request, "dossiers/desk/signing.html", context)


def leader(request: HttpRequest) -> Any:
    """The desk of a leader. Raises ``NotAllowed`` for anyone else."""
    desk = desk_of(request)
    if not desk.has_somewhere("leader"):
        raise NotAllowed(_("This page is for leaders who sign."))
    return desk


def with_documents(lines: Iterable[WorkLine]) -> list[WorkRow]:
    """Of these steps the ones that end by the leader's signature, with their prepared documents; one statement."""
    to_sign = [line for line in lines if package_of(line.procedure_version).graph.nodes[line.node].sign == "leader"]
    documents: dict[UUID, list[DocumentLine]] = {}
    for document in prepared_documents([line.dossier for line in to_sign]):
        documents.setdefault(document.dossier, []).append(document)
    return [
        row._replace(documents=[_document(row, document) for document in documents.get(row.key, ())])
        for row in work_rows(to_sign, timezone.now())
    ]


def _document(row: WorkRow, document: DocumentLine) -> dict[str, Any]:
    """``opens``: whether it can be opened at all, for nothing is signed unseen."""
    url = address("dossiers:desk-file", row.number, document.file)
    return {"name": document.name, "url": url, "opens": document.readable and begins_with(document.digest, b"%PDF-")}
