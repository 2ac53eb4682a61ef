"""Reading procedures: search, and what people are told of a procedure. ``runtime`` has the package of a dossier."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Case as SqlCase
from django.db.models import F, IntegerField, Q, QuerySet, Value, When

from motcua.kernel.web.keyset import Page, paginate
from motcua.services.procedures.choices import Source
from motcua.services.procedures.models import (
    Case,
    CaseTerms,
    GuideVersion,
    Procedure,
    ProcedureVersion,
    SearchEntry,
)
from motcua.services.procedures.rules import code_prefix, search_query

PAGE = 20
_ORDER = ("away", "sort_name", "procedure_id")
_FACETS = """
SELECT 'field', field, count(*) FROM procedures_searchentry WHERE field <> '' GROUP BY field
UNION ALL SELECT 'level', each, count(*) FROM procedures_searchentry, unnest(levels) each GROUP BY each
UNION ALL SELECT 'subject', each, count(*) FROM procedures_searchentry, unnest(subjects) each GROUP BY each
UNION ALL SELECT 'agency', each, count(*) FROM procedures_searchentry, unnest(agencies) each GROUP BY each
ORDER BY 1, 2
"""
_OFFERED = """
SELECT event, count(*) FROM procedures_procedure, unnest(life_events) event
WHERE current_version_id IS NOT NULL GROUP BY event
"""


@dataclass(frozen=True)
class Search:
    """What is looked for; empty parts do not narrow."""

    text: str = ""
    field: str = ""
    agency: str = ""
    subject: str = ""
    level: str = ""
    life_event: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked."""
        return not any((self.text.strip(), self.field, self.agency, self.subject, self.level, self.life_event))


def search(asked: Search, *, after: str | None = None, size: int = PAGE) -> Page[SearchEntry]:
    """A page of procedures, nearest first: words together in the name, together elsewhere, apart; one statement."""
    return paginate(_matching(asked).select_related("procedure"), order=_ORDER, cursor=after, size=size)


def suggestions(text: str, *, limit: int = 8) -> list[SearchEntry]:
    """The first few procedures for what was typed so far; one statement, none for fewer than two characters."""
    if len(text.strip()) < 2:
        return []
    return list(_matching(Search(text=text)).order_by(*_ORDER)[:limit])


def handled(text: str) -> QuerySet[SearchEntry]:
    """The procedures under which dossiers are handled, those of packages, nearest first; all for an empty text."""
    entries = SearchEntry.objects.filter(procedure__current_version__source=Source.PACKAGE)
    return _by_text(entries, text).order_by(*_ORDER)


def by_codes(codes: Sequence[str]) -> list[SearchEntry]:
    """The published procedures of these codes, in this order; at most one statement."""
    if not codes:
        return []
    found = {entry.code: entry for entry in SearchEntry.objects.filter(code__in=codes)}
    return [found[code] for code in codes if code in found]


def offered_under() -> dict[str, int]:
    """How many published procedures each life event has; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OFFERED)
        return dict(cursor.fetchall())


def _matching(asked: Search) -> QuerySet[SearchEntry]:
    entries = SearchEntry.objects.all()
    if asked.field:
        entries = entries.filter(field=asked.field)
    if asked.agency:
        entries = entries.filter(agencies__contains=[asked.agency])
    if asked.subject:
        entries = entries.filter(subjects__contains=[asked.subject])
    if asked.level:
        entries = entries.filter(levels__contains=[asked.level])
    if asked.life_event:
        entries = entries.filter(procedure__life_events__contains=[asked.life_event])
    return _by_text(entries, asked.text)


def _by_text(entries: QuerySet[SearchEntry], text: str) -> QuerySet[SearchEntry]:
    prefix = code_prefix(text)
    if prefix:
        return entries.filter(code__startswith=prefix).annotate(away=Value(0))
    words = search_query(text)
    if words is None:
        found = entries.none() if text.strip() else entries
        return found.annotate(away=Value(0))
    query = _query(words)
    phrase = _query(search_query(text, phrase=True) or words)
    away = SqlCase(
        When(name_words=phrase, then=0),
        When(words=phrase, then=1),
        When(name_words=query, then=2),
        default=3,
        output_field=IntegerField(),
    )
    return entries.filter(words=query).annotate(away=away)


def _query(words: str) -> SearchQuery:
    return SearchQuery(words, search_type="raw", config="simple")


def facets() -> dict[str, list[tuple[str, int]]]:
    """The values that a search can be narrowed to, with their numbers of procedures; one statement."""
    found: dict[str, list[tuple[str, int]]] = {"field": [], "level": [], "subject": [], "agency": []}
    with connection.cursor() as cursor:
        cursor.execute(_FACETS)
        for kind, value, count in cursor.fetchall():
            found[kind].append((value, count))
    return found


@dataclass(frozen=True)
class Description:
    """A version with everything that people read; five statements."""

    version: ProcedureVersion
    cases: list[Case]
    terms: list[CaseTerms]  # that hold for every case

    @property
    def procedure(self) -> Procedure:
        """The procedure itself."""
        return self.version.procedure


def describe(version: ProcedureVersion) -> Description:
    """Load a version's cases, papers, terms and fees."""
    cases = list(version.cases.order_by("position").prefetch_related("papers"))
    terms = list(version.terms.order_by("position").prefetch_related("fees"))
    of_case = {case.pk: [each for each in terms if each.case_id == case.pk] for case in cases}
    for case in cases:
        case._prefetched_objects_cache["terms"] = of_case[case.pk]  # type: ignore[attr-defined]
    return Description(version, cases, [each for each in terms if each.case_id is None])


def versions_of(procedure: Procedure) -> QuerySet[ProcedureVersion]:
    """All versions, newest first, without their large columns."""
    return procedure.versions.defer("source_record", "form", "process").order_by("-number")


def administered(text: str, *, filing: str, after: str | None, size: int = 30) -> Page[Procedure]:
    """Procedures for those who look after the catalogue, by code; one statement."""
    found = Procedure.objects.select_related("current_version").defer(
        "current_version__source_record", "current_version__form", "current_version__process"
    )
    if filing:
        found = found.filter(filing=filing)
    if text.strip():
        entries = _by_text(SearchEntry.objects.all(), text)
        found = found.filter(Q(code__startswith=text.strip()) | Q(pk__in=entries.values("procedure_id")))
    return paginate(found.annotate(sort_code=F("code")), order=("sort_code", "id"), cursor=after, size=size)


def guides(*, after: str | None, size: int = PAGE) -> Page[GuideVersion]:
    """The guides that are offered, by title; one statement."""
    return paginate(_offered_guides(), order=("title", "id"), cursor=after, size=size)


def guides_for(life_event: str, *, most: int = 5) -> list[GuideVersion]:
    """The guides of a life event; one statement."""
    return list(_offered_guides().filter(life_events__contains=[life_event]).order_by("title", "id")[:most])


def guide_versions(*, after: str | None, size: int = 30) -> Page[GuideVersion]:
    """All versions of guides for those who look after the catalogue; one statement."""
    found = GuideVersion.objects.select_related("guide").defer("spec", "decision")
    return paginate(found, order=("-created_at", "-id"), cursor=after, size=size)


def _offered_guides() -> QuerySet[GuideVersion]:
    return (
        GuideVersion.objects.filter(guide__current_version=F("pk")).select_related("guide").defer("spec", "decision")
    )
