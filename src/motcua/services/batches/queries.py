"""Reading batches: how far they are, what their lines say, what they cost."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from motcua.people.officers.desks import Desk
from motcua.services.batches.access import RECEPTION
from motcua.services.batches.models import Batch, Line
from motcua.services.dossiers import ordering
from motcua.services.dossiers.models import Channel, Dossier, FeeLine
from motcua.services.dossiers.models.dossier import without_package
from motcua.services.procedures.delegating import versions_within


@dataclass(frozen=True)
class Progress:
    """How many lines there are, and how they stand."""

    lines: int
    wrong: int
    filed: int
    failed: int

    @property
    def waiting(self) -> int:
        """Lines that are neither filed nor failed."""
        return self.lines - self.filed - self.failed


def progress_of(batch: Batch) -> Progress:
    """How far a batch is; one statement."""
    counts = Line.objects.filter(batch=batch).aggregate(
        lines=Count("pk"),
        wrong=Count("pk", filter=~Q(errors={})),
        filed=Count("pk", filter=Q(state=Line.State.FILED)),
        failed=Count("pk", filter=Q(state=Line.State.FAILED)),
    )
    return Progress(**counts)


def batches_of(account: UUID, channel: str) -> QuerySet[Batch]:
    """What somebody files with spreadsheets, for themselves or at the counter; order by ``-created_at, -id``."""
    found = Batch.objects.filter(account=account, channel=channel).select_related(
        "procedure_version__procedure", "applicant"
    )
    return found.defer(*without_package("procedure_version"))


def batches_at(desk: Desk) -> QuerySet[Batch]:
    """What is filed with spreadsheets at the counters of an officer; order by ``-created_at, -id``."""
    here = Q(office__in=desk.offices_with(RECEPTION))
    for scope, part in desk.parts.items():
        here |= Q(office__in=part.offices_with(RECEPTION), procedure_version__in=versions_within(scope))
    found = Batch.objects.filter(here, channel=Channel.COUNTER)
    joined = found.select_related("procedure_version__procedure", "applicant", "account")
    return joined.defer(*without_package("procedure_version"))


def within(scope: Collection[str]) -> QuerySet[Batch]:
    """The batches that a delegation with this scope reaches."""
    return Batch.objects.filter(procedure_version__in=versions_within(scope))


def sizes_of(batches: Collection[Batch]) -> dict[UUID, int]:
    """How many lines each of some batches has; one statement."""
    counted = Batch.objects.filter(pk__in=[batch.pk for batch in batches]).annotate(size=Count("lines"))
    return dict(counted.values_list("pk", "size"))


@dataclass(frozen=True)
class Fee:
    """What of a dossier of a batch is to be paid next, and what has been paid and kept, in đồng."""

    number: str
    due: int
    paid: int


def dossiers_of(batch: Batch) -> QuerySet[Dossier]:
    """The dossiers that its lines have become."""
    lines = Line.objects.filter(batch=batch, dossier__isnull=False).values("dossier")
    return Dossier.objects.filter(pk__in=lines)


def fees_of(batch: Batch) -> list[Fee]:
    """The fees of each of its dossiers that has any, by number; four statements."""
    rows = list(dossiers_of(batch).only("state", "code", "submission_number"))
    due = ordering.joint_dues(rows)
    collected = FeeLine.objects.filter(dossier__in=[row.pk for row in rows], state=FeeLine.State.COLLECTED)
    sums = collected.values_list("dossier").annotate(paid=Sum(F("amount") - F("refunded"))).order_by("dossier")
    paid: dict[UUID, int] = dict(sums)
    found = [Fee(row.number, sum(line.amount for line in due[row.pk]), paid.get(row.pk, 0)) for row in rows]
    return sorted((fee for fee in found if fee.due or fee.paid), key=lambda fee: fee.number)
