"""Reading batches: how far they are, what their lines say, what they cost."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from motcua.services.batches.models import Batch, Line
from motcua.services.dossiers.models import FeeLine
from motcua.services.dossiers.models.dossier import without_package


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


def batches_of(account: UUID) -> QuerySet[Batch]:
    """What somebody files with spreadsheets; order by ``-created_at, -id``."""
    found = Batch.objects.filter(account=account).select_related("procedure_version__procedure", "applicant")
    return found.defer(*without_package("procedure_version"))


def sizes_of(batches: Collection[Batch]) -> dict[UUID, int]:
    """How many lines each of some batches has; one statement."""
    counted = Batch.objects.filter(pk__in=[batch.pk for batch in batches]).annotate(size=Count("lines"))
    return dict(counted.values_list("pk", "size"))


def fees_of(batch: Batch) -> list[tuple[UUID, str, int]]:
    """What is still to be paid for each of its dossiers, in the order of the lines: key, number and đồng."""
    dossiers = Line.objects.filter(batch=batch, dossier__isnull=False).values("dossier")
    due = FeeLine.objects.filter(dossier__in=dossiers, state=FeeLine.State.DUE, amount__gt=0)
    rows = due.values("dossier", "dossier__code", "dossier__submission_number").annotate(amount=Sum("amount"))
    return [
        (row["dossier"], row["dossier__code"] or row["dossier__submission_number"], row["amount"])
        for row in rows.order_by("dossier__submission_number", "dossier")
    ]
