"""Reading what parents have stated, and the papers that prove it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from motcua.engines.editions.queries import in_force
from motcua.kernel.blobs.models import ScanState
from motcua.kernel.text import fold
from motcua.people.citizens.models import Party, Representation
from motcua.services.dossiers.models import Dossier, Draft
from motcua.services.families.models import Statement
from motcua.services.families.policy import PARENTS
from motcua.services.families.rules import Ground, Kin, grounds, of_age_on
from motcua.services.vault import queries as vault
from motcua.services.vault.access import standing_of
from motcua.services.vault.models import KeptPaper
from motcua.services.vault.wording import why_not

ORDER = ("-stated_at", "-id")
MOST_PROVING, MOST_ALIKE, MOST_TOLD = 20, 20, 20


def of_age(birth_date: date, on: date) -> date:
    """The first day on which somebody is of age, by the rules in force on a day; one statement."""
    return of_age_on(birth_date, in_force(PARENTS, on).rules.age_of_majority)


def statements_of(parent: UUID) -> QuerySet[Statement]:
    """What a parent has stated, also under a record that was merged into theirs; order by ``ORDER``."""
    return Statement.objects.filter(Q(parent=parent) | Q(parent__merged_into=parent)).select_related(
        "parent", "office", "file__blob"
    )


def statement_of(dossier: Dossier) -> Statement | None:
    """What the parent who filed a dossier stated of its applicant, the newest; one statement, none for others' own."""
    if dossier.representative_id is None:
        return None
    found = statements_of(dossier.representative_id)
    child = Q(child=dossier.applicant_id) | Q(child__merged_into=dossier.applicant_id)
    return found.filter(child).select_related("child__merged_into").order_by(*ORDER).first()


def waiting_on(child: UUID) -> list[Dossier]:
    """The newest dossiers that parents filed on statements of a child and that are not closed; one statement."""
    own = Q(applicant=child) | Q(applicant__merged_into=child)
    stated = Dossier.objects.filter(own, applicant__stated_by__isnull=False, closed_at=None)
    return list(stated.exclude(representative=None).order_by("-id")[:MOST_TOLD])


@dataclass(frozen=True)
class Match:
    """Another record that may be the stated child: why, who its parents are, and whether it may be merged already.

    ``named``: identity numbers of other parents, as the parents stated them.
    """

    party: Party
    grounds: list[Ground]
    parents: list[Party]
    named: frozenset[str]
    is_settled: bool


def matches(statement: Statement) -> list[Match]:
    """Records of the same name and date of birth that share a parent, a couple or a paper with the stated child.

    One that waits to be checked is among them and not settled. Of more than 20 namesakes the newest are looked at: the
    other parent's record is made about when this one is. Three statements for a statement read with its child and what
    that was merged into, one where nobody has that name.
    """
    child = statement.child.merged_into or statement.child
    same = Party.objects.filter(
        kind=Party.Kind.CITIZEN, name_fold=fold(statement.name), birth_date=statement.birth_date
    )
    alike = list(same.filter(merged_into=None).exclude(pk=child.pk).order_by("-id")[:MOST_ALIKE])
    number = child.identity_number or statement.identity_number
    alike = [each for each in alike if not (number and each.identity_number and number != each.identity_number)]
    if not alike:
        return []
    keys = [child.pk, *(each.pk for each in alike)]
    live = Representation.objects.filter(party__in=keys, kind=Representation.Kind.PARENT)
    rows = list(live.exclude(state=Representation.State.REFUSED).select_related("representative__merged_into"))
    kin, waiting = _kin(keys, rows), {row.party_id for row in rows if row.state == Representation.State.STATED}
    found = [(each, grounds(kin[child.pk], kin[each.pk])) for each in alike]
    return [
        Match(each, why, list({_kept(row).pk: _kept(row) for row in rows if row.party_id == each.pk}.values()),
              kin[each.pk].named, each.pk not in waiting)
        for each, why in found if why
    ]  # fmt: skip


def _kept(row: Representation) -> Party:
    return row.representative.merged_into or row.representative


def _kin(children: Collection[UUID], rows: Collection[Representation]) -> dict[UUID, Kin]:
    """What is known of the parents of each child, from their rights and from what they stated; one statement."""
    stated = Statement.objects.filter(Q(child__in=children) | Q(child__merged_into__in=children))
    said = defaultdict[UUID, list[Statement]](list)
    for each in stated.exclude(state=Statement.State.REFUSED).select_related("child").order_by("id"):
        said[each.child.merged_into_id or each.child_id].append(each)
    parents = {child: [_kept(row) for row in rows if row.party_id == child] for child in children}
    return {
        child: Kin(
            parents=frozenset(parent.pk for parent in parents[child]),
            numbers=frozenset(parent.identity_number for parent in parents[child] if parent.identity_number),
            named=frozenset(each.other_parent for each in said[child] if each.other_parent),
            papers=frozenset(
                (fold(each.number), fold(each.issuer)) for each in said[child] if each.number and each.issuer
            ),
        )
        for child in children
    }


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
