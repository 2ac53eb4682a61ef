"""``/procedures``: the catalogue for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from motcua.kernel.web.api import Listed, PageQuery
from motcua.people.accounts.api import Bearer
from motcua.services.procedures import access, queries
from motcua.services.procedures.choices import LifeEvent
from motcua.services.procedures.models import Case, CasePaper, CaseTerms, Procedure, SearchEntry
from motcua.services.procedures.pages import wording

SCOPE = "procedures:read"
router = Router(auth=Bearer(SCOPE))


class ProcedureRow(Schema):
    """A procedure in a list. ``filing`` says where it is filed online: here, at the national portal, or nowhere."""

    code: str
    name: str
    field: str
    levels: list[str]
    agencies: list[str]
    filing: str


class ProcedureList(Listed):
    """A page of procedures, nearest to what was looked for first."""

    items: list[ProcedureRow]


class SearchQuery(PageQuery):
    """What is looked for."""

    q: str = Field("", max_length=200)
    field: str = Field("", max_length=200)
    agency: str = Field("", max_length=300)
    level: str = Field("", max_length=80)
    subject: str = Field("", max_length=300)
    life_event: LifeEvent | None = None


class PaperDetail(Schema):
    """A paper to hand in; ``originals`` is null where the source does not tell the number."""

    code: str
    name: str
    required: bool
    originals: int | None
    copies: int


class FeeDetail(Schema):
    """A fee line: whole đồng, or whole dollars for consular charges, per ``unit``.

    ``quantity`` says where in the form it stands how many there are, or ``counted`` by an officer. ``after_return``:
    no result waits for it.
    """

    code: str
    name: str
    kind: str
    amount: int
    currency: str
    unit: str
    quantity: str
    after_return: bool


class TermsDetail(Schema):
    """Limit and fees of a channel; ``limit_text`` are the words for people."""

    channel: str
    limit_value: float | None
    limit_unit: str
    limit_text: str
    fees: list[FeeDetail]


class CaseDetail(Schema):
    """A case with what is handed in and what it takes."""

    code: str
    name: str
    papers: list[PaperDetail]
    terms: list[TermsDetail]


class ProcedureDetail(ProcedureRow):
    """A procedure with all that is needed to file it. ``form`` is its form-js schema, null where it is not filed here.

    ``terms`` hold for every case; a case's own terms come before them.
    """

    version: UUID
    subjects: list[str]
    legal_basis: list[str]
    cases: list[CaseDetail]
    terms: list[TermsDetail]
    form: dict[str, Any] | None


@router.get("", response=ProcedureList, operation_id="listProcedures", summary="Find procedures")
def search(request: HttpRequest, asked: Query[SearchQuery]) -> dict[str, Any]:
    """All procedures, or those that hold every word of ``q`` (accents and case do not matter)."""
    wanted = queries.Search(
        text=asked.q,
        field=asked.field,
        agency=asked.agency,
        level=asked.level,
        subject=asked.subject,
        life_event=asked.life_event or "",
    )
    page = queries.search(wanted, after=asked.cursor, size=asked.limit)
    return {
        "items": [_row(entry) for entry in page.items],
        "next": page.next_cursor,
        "previous": page.previous_cursor,
    }


@router.get("/{code}", response=ProcedureDetail, operation_id="getProcedure", summary="Read a procedure")
def detail(request: HttpRequest, code: str) -> dict[str, Any]:
    """Cases, papers, time limits, fees, and the form whose data a dossier carries."""
    procedure = access.procedure_by_code(code)
    version = procedure.current_version
    assert version is not None
    described = queries.describe(version)
    return {
        **_told(procedure),
        "version": version.pk,
        "subjects": version.subjects,
        "legal_basis": version.legal_basis,
        "cases": [_case(case) for case in described.cases],
        "terms": [_terms(terms) for terms in described.terms],
        "form": version.form,
    }


def _row(entry: SearchEntry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "name": entry.name,
        "field": entry.field,
        "levels": entry.levels,
        "agencies": entry.agencies,
        "filing": entry.procedure.filing,
    }


def _told(procedure: Procedure) -> dict[str, Any]:
    version = procedure.current_version
    assert version is not None
    return {
        "code": procedure.code,
        "name": version.name,
        "field": version.field,
        "levels": version.levels,
        "agencies": version.agencies,
        "filing": procedure.filing,
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "code": case.code,
        "name": case.name,
        "papers": [_paper(paper) for paper in case.papers.all()],
        "terms": [_terms(terms) for terms in case.terms.all()],
    }


def _paper(paper: CasePaper) -> dict[str, Any]:
    return {name: getattr(paper, name) for name in PaperDetail.model_fields}


def _terms(terms: CaseTerms) -> dict[str, Any]:
    return {
        "channel": terms.channel,
        "limit_value": terms.limit_value,
        "limit_unit": terms.limit_unit,
        "limit_text": wording.limit_text(terms),
        "fees": [{name: getattr(fee, name) for name in FeeDetail.model_fields} for fee in terms.fees.all()],
    }
