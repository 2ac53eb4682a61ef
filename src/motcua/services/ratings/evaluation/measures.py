"""What events and answers say of officers and units, written once as measures that the evaluation counts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from motcua.kernel.time.rules import Unit
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.ratings.evaluation import rules
from motcua.services.ratings.models import Invitation, Measure, Share


@dataclass(frozen=True)
class Fact:
    """One thing to count: of an office (``officer`` none) or of an officer in it."""

    source: str  # of ``rules.Source``; of answers with the indicator: ``answers:attitude``
    category: str
    office: UUID
    officer: UUID | None = None


def write(subject: str, facts: Iterable[Fact], *, at: datetime) -> None:
    """Store facts about a subject (``dossier:…``, ``rating:…``, ``petition:…``); the same again changes nothing."""
    Measure.objects.bulk_create(
        (
            Measure(
                subject=subject,
                source=fact.source,
                category=fact.category,
                office_id=fact.office,
                officer_id=fact.officer,
                at=at,
            )
            for fact in facts
        ),
        ignore_conflicts=True,
    )


def restate(subject: str, facts: Collection[Fact], *, at: datetime) -> None:
    """Store facts in place of what was said before of the same subject, sources and offices. Two statements."""
    sources, offices = {fact.source for fact in facts}, {fact.office for fact in facts}
    Measure.objects.filter(subject=subject, source__in=sources, office__in=offices).delete()
    write(subject, facts, at=at)


def is_counted(subject: str, office: UUID, category: str) -> bool:
    """Whether something of a subject was counted for an office under a category; one statement."""
    return Measure.objects.filter(subject=subject, office=office, category=category).exists()


def of_dossier(dossier: Dossier) -> None:
    """Measure a decided dossier: its whole time, that of each office and officer, contacts. Two statements."""
    assert dossier.decided_at is not None
    steps = WorkItem.objects.filter(dossier=dossier, kind="step", state="done", office__isnull=False)
    done = list(
        steps.values_list("office", "finished_by", "due_at", "finished_at", "limit_unit").order_by("finished_at", "id")
    )
    officers = sorted({(office, officer) for office, officer, *_times in done if officer})
    facts = [*_whole(dossier, officers), *_parts(done)]
    write(dossier.stream, facts, at=dossier.decided_at)


def _whole(dossier: Dossier, officers: list[tuple[UUID, UUID]]) -> Iterator[Fact]:
    who: list[tuple[UUID, UUID | None]] = [(dossier.resolving_office_id, None), *officers]
    contacts = rules.contacts(dossier.supplements_asked)
    for office, officer in who:
        yield Fact("contacts", contacts, office, officer)
        if dossier.due_at is not None and dossier.decided_at is not None:
            yield Fact(
                "dossier_time", _timeliness(dossier.decided_at, dossier.due_at, dossier.limit_unit), office, officer
            )


def _parts(done: Iterable[tuple[UUID, UUID | None, datetime | None, datetime | None, str]]) -> Iterator[Fact]:
    found: dict[tuple[UUID, UUID | None], list[str]] = defaultdict(list)
    for office, officer, due, finished, unit in done:
        if due is None or finished is None:
            continue
        found[office, None].append(_timeliness(finished, due, unit))
        if officer is not None:
            found[office, officer].append(_timeliness(finished, due, unit))
    for (office, officer), parts in found.items():
        yield Fact("agency_time", rules.together(parts), office, officer)


def _timeliness(done: datetime, due: datetime, unit: str) -> str:
    """A limit in hours ends at a moment, any other at the end of a day."""
    if unit == Unit.HOURS:
        return rules.timeliness(done, due)
    return rules.timeliness(timezone.localdate(done), timezone.localdate(due))


def of_answer(invitation: Invitation, points: dict[str, int], *, at: datetime) -> None:
    """Measure an answer: its points count for every office and officer who had a part. Two statements."""
    shares = list(Share.objects.filter(invitation=invitation).order_by("id").values_list("office", "officer"))
    who = [*((office, None) for office in dict.fromkeys(office for office, _officer in shares)), *shares]
    facts = [
        Fact(f"answers:{indicator}", str(worth), office, officer)
        for indicator, worth in points.items()
        for office, officer in who
    ]
    write(f"rating:{invitation.pk}", facts, at=at)
