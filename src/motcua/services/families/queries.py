"""Reading what parents have stated, and the papers that prove it."""

from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from motcua.engines.editions.queries import in_force
from motcua.kernel.blobs.models import ScanState
from motcua.kernel.text import fold
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import Dossier, Draft
from motcua.services.families.models import Statement
from motcua.services.families.policy import PARENTS
from motcua.services.families.rules import of_age_on
from motcua.services.vault import queries as vault
from motcua.services.vault.access import standing_of
from motcua.services.vault.models import KeptPaper
from motcua.services.vault.wording import why_not

ORDER = ("-stated_at", "-id")
MOST_PROVING = 20


def of_age(birth_date: date, on: date) -> date:
    """The first day on which somebody is of age, by the rules in force on a day; one statement."""
    return of_age_on(birth_date, in_force(PARENTS, on).rules.age_of_majority)


def statements_of(parent: UUID) -> QuerySet[Statement]:
    """What a parent has stated, also under a record that was merged into theirs; order by ``ORDER``."""
    return Statement.objects.filter(Q(parent=parent) | Q(parent__merged_into=parent)).select_related(
        "parent", "office", "file"
    )


def statement_of(dossier: Dossier) -> Statement | None:
    """What the parent who filed a dossier stated of its applicant, the newest; one statement, none for others' own."""
    if dossier.representative_id is None:
        return None
    found = statements_of(dossier.representative_id)
    child = Q(child=dossier.applicant_id) | Q(child__merged_into=dossier.applicant_id)
    return found.filter(child).order_by(*ORDER).first()


def is_used(statement: Statement) -> bool:
    """Whether something was begun or filed for the stated child; two statements at most."""
    begun, sent = Draft.objects.filter(applicant=statement.child), Dossier.objects.filter(applicant=statement.child)
    return begun.exists() or sent.exists()


def proving_papers(parent: Party, on: date) -> list[KeptPaper]:
    """The newest papers of a parent's store that an office vouches for and that show children; four statements."""
    names = [fold(name) for name in in_force(PARENTS, on).rules.proving]
    named = reduce(or_, (Q(name_fold__contains=name) for name in names))
    rows = KeptPaper.objects.filter(named, owner__in=vault.owners_of(parent.pk), state=KeptPaper.State.HELD)
    readable = rows.filter(file__blob__scan_state__in=(ScanState.CLEAN, ScanState.NOT_SCANNED))
    vouched = readable.exclude(origin=KeptPaper.Origin.OWN).select_related("file")
    found = list(vouched.order_by("-added_at", "-id")[:MOST_PROVING])
    judged = vault.verdicts_of(found)
    return [
        kept for kept in found if kept.file and not why_not(kept, standing_of(kept, on), judged.get(kept.file.blob_id))
    ]
