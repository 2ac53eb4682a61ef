"""Reading the store for its pages: lists, where a paper was used, who opened a link."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from motcua.engines.signing.actions.checking import CHECKED
from motcua.engines.signing.queries import Kept as Judged
from motcua.engines.signing.queries import kept_verdicts, verdicts_on
from motcua.engines.signing.verification import MAX_BYTES
from motcua.kernel.blobs.files import read_bytes
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import Paper
from motcua.services.dossiers.stores import OF_PAPER
from motcua.services.vault.models import KeptPaper, Opening, Share

ORDER = ("-added_at", "-id")
MOST_USES, MOST_SHARES, MOST_OPENINGS = 50, 100, 100
VALID, EXPIRED, REVOKED = "valid", "expired", "revoked"


def narrowed(
    store: QuerySet[KeptPaper], *, on: date, origin: str = "", validity: str = "", owner: UUID | None = None
) -> QuerySet[KeptPaper]:
    """A store by kind of paper, by whether it is valid on a day, by whose it is; paginate by ``ORDER``."""
    found = store.select_related("file", "owner")
    if origin:
        found = found.filter(origin=origin)
    if owner is not None:
        found = found.filter(Q(owner=owner) | Q(owner__merged_into=owner))
    if validity == REVOKED:
        found = found.filter(state=KeptPaper.State.REVOKED)
    elif validity == EXPIRED:
        found = found.filter(state=KeptPaper.State.HELD, valid_to__lt=on)
    elif validity == VALID:
        unlimited = Q(valid_to=None) | Q(valid_to__gte=on)
        found = found.filter(unlimited, state=KeptPaper.State.HELD).exclude(valid_from__gt=on)
    return found


def verdicts_of(papers: Iterable[KeptPaper]) -> dict[str, Judged]:
    """What was found of the signatures of their files, by content; one statement."""
    return kept_verdicts(paper.file.blob_id for paper in papers if paper.file)


def judged(kept: KeptPaper, *, at: datetime) -> Judged | None:
    """What the signatures of one paper are worth, as judged before, else now; none for files that carry none.

    Two statements and more where it is judged now.
    """
    assert kept.file is not None
    found = verdicts_of([kept]).get(kept.file.blob_id)
    if found is None and kept.file.media_type in CHECKED and kept.file.size <= MAX_BYTES:
        return Judged(verdicts_on(read_bytes(kept.file), at=at), at)
    return found


def uses_of(kept: KeptPaper) -> QuerySet[Paper]:
    """The papers of dossiers that were taken from this one, newest first; one statement."""
    own = Q(source=kept.stream)
    if kept.paper_id:  # one paper may stand in the stores of several
        owners = [kept.owner_id, *([kept.owner.merged_into_id] if kept.owner.merged_into_id else [])]
        own |= Q(source=f"{OF_PAPER}{kept.paper_id}", dossier__applicant__in=owners)
    used = Paper.objects.filter(own, removed_at=None).select_related("dossier")
    return used.order_by("-id")[:MOST_USES]


def shares_of(kept: KeptPaper) -> QuerySet[Share]:
    """The links to a paper with who made them, newest first; one statement."""
    found = Share.objects.filter(kept=kept).select_related("kept__owner", "created_by__party")
    return found.order_by("-created_at", "-id")[:MOST_SHARES]


def openings_of(share: Share) -> QuerySet[Opening]:
    """When a link was opened, newest first; one statement."""
    return Opening.objects.filter(share=share).order_by("-at", "-id")[:MOST_OPENINGS]


def owners_of(applicant: UUID) -> list[UUID]:
    """The keys under which a person's papers stand: their own and of records merged into it; one statement."""
    return [applicant, *Party.objects.filter(merged_into=applicant).values_list("pk", flat=True)]


def results_of(dossier: UUID) -> QuerySet[KeptPaper]:
    """The results of a dossier that stand in stores, each once however many applied for it; one statement."""
    kept = KeptPaper.objects.filter(dossier=dossier, origin=KeptPaper.Origin.RESULT, result__isnull=False)
    held = kept.exclude(state=KeptPaper.State.REMOVED).select_related("result")
    return held.order_by("result_id", "added_at", "id").distinct("result_id")
