"""What dossiers bring into the store. Told again, nothing is doubled: each looks at how things stand.

A paper without a file (only shown at the counter) has nothing to keep; once it is scanned it comes in. What was taken
from the store itself, or is there already with the same content under the same name, is not kept a second time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from motcua.kernel.blobs.actions import keep_again, release
from motcua.kernel.blobs.models import ScanState, StoredFile
from motcua.kernel.text import fold
from motcua.kernel.text.dates import VIETNAM
from motcua.services.dossiers.models import CoApplicant, Dossier, Paper, ResultDocument, State
from motcua.services.dossiers.models.dossier import without_package
from motcua.services.procedures.packages.manifest import Validity
from motcua.services.procedures.runtime import package_of
from motcua.services.vault import rules
from motcua.services.vault.models import KeptPaper

Origin, Assurance, Held = KeptPaper.Origin, KeptPaper.Assurance, KeptPaper.State
Thing = TypeVar("Thing", Paper, ResultDocument)
READABLE = (ScanState.CLEAN, ScanState.NOT_SCANNED)


@transaction.atomic
def keep_papers(dossiers: Collection[UUID], *, at: datetime) -> int:
    """Keep the files of papers of these dossiers, once they are accepted; returns how many came in.

    At most six statements, whatever the number, what several who apply together take as in :func:`keep_results`, and
    three for what was scanned anew.
    """
    kept = KeptPaper.objects.filter(paper=OuterRef("pk"))
    papers = Paper.objects.filter(
        ~Exists(kept),
        ~Q(source__startswith=rules.SOURCE),
        dossier__in=dossiers,
        dossier__accepted_at__isnull=False,
        removed_at=None,
        file__blob__scan_state__in=READABLE,
    ).select_related("file", "case_paper", "dossier__procedure_version", "dossier__receiving_office")
    found = _new(papers.defer(*without_package("dossier__procedure_version")).order_by("dossier", "position", "id"))
    for turn in _turns(found):
        files = keep_again(paper.file for paper, _owner in turn if paper.file)
        KeptPaper.objects.bulk_create(
            _of_paper(paper, owner, files[paper.file_id], at) for paper, owner in turn if paper.file_id
        )
    _follow_scans(dossiers)
    _follow_validity(dossiers)
    return len(found)


def _turns(found: Iterable[tuple[Thing, UUID]]) -> Iterator[list[tuple[Thing, UUID]]]:
    """Each thing once a turn: every owner has a file of their own."""
    turns: list[list[tuple[Thing, UUID]]] = []
    count: Counter[UUID] = Counter()
    for thing, owner in found:
        if count[thing.pk] == len(turns):
            turns.append([])
        turns[count[thing.pk]].append((thing, owner))
        count[thing.pk] += 1
    return iter(turns)


def _follow_scans(dossiers: Collection[UUID]) -> None:
    """Papers that were scanned anew: the store has the scan that the dossier has."""
    kept = KeptPaper.objects.filter(
        dossier__in=dossiers, state=Held.HELD, paper__removed_at=None, paper__file__blob__scan_state__in=READABLE
    )
    anew = list(kept.exclude(file__blob=F("paper__file__blob")).select_related("paper__file"))
    before = [row.file_id for row in anew if row.file_id]
    for turn in _turns((row.paper, row.pk) for row in anew if row.paper):
        scans, rows = keep_again(paper.file for paper, _row in turn if paper.file), {row.pk: row for row in anew}
        for paper, key in turn:
            assert paper.file_id is not None
            rows[key].file, rows[key].assurance = scans[paper.file_id], Assurance.DIGITISED
    KeptPaper.objects.bulk_update(anew, ["file", "assurance"])
    release(before)


def _follow_validity(dossiers: Collection[UUID]) -> None:
    """What the office that accepted a paper has stated since takes the place of what its owner did; one statement."""
    kept = KeptPaper.objects.filter(dossier__in=dossiers, state=Held.HELD, paper__isnull=False)
    stated = Q(paper__valid_to__isnull=False) & (
        Q(validity_by="") | Q(valid_to__lt=F("paper__valid_to")) | Q(valid_to__gt=F("paper__valid_to"))
    )
    taken_back = Q(paper__valid_to=None) & ~Q(validity_by="")
    anew = list(kept.filter(stated | taken_back).select_related("paper", "dossier__receiving_office"))
    for row in anew:
        assert row.paper is not None
        assert row.dossier is not None
        row.valid_to = row.paper.valid_to
        row.validity_by = _stated_by(row.paper, row.dossier)
        row.issued_on = row.valid_from = None
    KeptPaper.objects.bulk_update(anew, ["valid_to", "validity_by", "issued_on", "valid_from"])


def _stated_by(paper: Paper, dossier: Dossier) -> str:
    return dossier.receiving_office.name if paper.valid_to else ""


def _new(papers: Iterable[Paper]) -> list[tuple[Paper, UUID]]:
    """Whose store gets which: whoever has not yet this content under the same name; their own uploads hide none."""
    asked = list(papers)
    applicants = _owners({paper.dossier for paper in asked})
    pairs = [
        (paper, owner)
        for paper in asked
        for owner in (applicants[paper.dossier_id] if _is_of_everyone(paper) else [paper.dossier.applicant_id])
    ]
    digests = {paper.file.blob_id for paper in asked if paper.file}
    there = set(_present({owner for _paper, owner in pairs}, digests)) if asked else set()
    found = []
    for paper, owner in pairs:
        assert paper.file is not None
        same = (owner, paper.file.blob_id, fold(paper.name))
        if same not in there:
            there.add(same)
            found.append((paper, owner))
    return found


def _is_of_everyone(paper: Paper) -> bool:
    """Whether the package says that a paper is of all who apply together."""
    listed = paper.case_paper
    if listed is None or not paper.dossier.is_joint:
        return False
    manifest = package_of(paper.dossier.procedure_version_id).manifest
    return any(spec.everyone for case in manifest.cases for spec in case.papers if spec.id == listed.code)


def _present(owners: Collection[UUID], digests: Collection[str]) -> Iterable[tuple[UUID, str, str]]:
    rows = KeptPaper.objects.filter(owner__in=owners, file__blob__in=digests).exclude(state=Held.REMOVED)
    rows = rows.exclude(origin=Origin.OWN)
    return rows.values_list("owner_id", "file__blob_id", "name_fold")


def _of_paper(paper: Paper, owner: UUID, file: StoredFile, at: datetime) -> KeptPaper:
    listed = paper.case_paper
    return KeptPaper(
        owner_id=owner,
        origin=Origin.PAPER,
        assurance=Assurance.DIGITISED if paper.digitised else Assurance.ACCEPTED,
        paper_code=listed.code if listed else "",
        procedure_id=paper.dossier.procedure_version.procedure_id,
        name=paper.name,
        name_fold=fold(paper.name),
        valid_to=paper.valid_to,
        validity_by=_stated_by(paper, paper.dossier),
        form=paper.form,
        dossier_id=paper.dossier_id,
        paper=paper,
        file=file,
        added_at=at,
    )


@transaction.atomic
def keep_results(dossiers: Collection[UUID], *, at: datetime) -> int:
    """Keep the sealed results of dossiers that were returned, for each who applied; returns how many came in.

    Four statements, one more where several apply together and one for each of them, and what reading the packages
    takes that are not in memory.
    """
    sealed = ResultDocument.objects.filter(
        dossier__in=dossiers, dossier__state=State.RETURNED, state=ResultDocument.State.SEALED
    ).select_related("file", "office", "dossier__procedure_version")
    rows: Sequence[ResultDocument] = list(
        sealed.defer(*without_package("dossier__procedure_version")).order_by("dossier", "prepared_at", "id")
    )
    there = set(KeptPaper.objects.filter(result__in=rows).values_list("result_id", "owner_id")) if rows else set()
    owners = _owners({result.dossier for result in rows})
    new = [
        (result, owner) for result in rows for owner in owners[result.dossier_id] if (result.pk, owner) not in there
    ]
    for turn in _turns(new):
        files = keep_again(result.file for result, _owner in turn)
        KeptPaper.objects.bulk_create(_of_result(result, owner, files[result.file_id], at) for result, owner in turn)
    return len(new)


def _owners(dossiers: Collection[Dossier]) -> dict[UUID, list[UUID]]:
    """Who applied for each, the first applicant first."""
    found = {dossier.pk: [dossier.applicant_id] for dossier in dossiers}
    joint = [dossier.pk for dossier in dossiers if dossier.is_joint]
    if joint:
        others = CoApplicant.objects.filter(dossier__in=joint, party__isnull=False).order_by("invited_at", "id")
        for dossier, party in others.values_list("dossier_id", "party_id"):
            if dossier and party and party not in found[dossier]:
                found[dossier].append(party)
    return found


def _of_result(result: ResultDocument, owner: UUID, file: StoredFile, at: datetime) -> KeptPaper:
    assert result.sealed_at is not None
    issued = result.sealed_at.astimezone(VIETNAM).date()
    validity = _validity(result)
    last = rules.last_day(
        value=validity.value, unit=validity.unit, until=validity.until, issued=issued, written=result.data
    )
    return KeptPaper(
        owner_id=owner,
        origin=Origin.RESULT,
        assurance=Assurance.ISSUED,
        kind_code=result.code,
        procedure_id=result.dossier.procedure_version.procedure_id,
        name=result.name,
        name_fold=fold(result.name),
        issuer=result.office.name,
        number=result.number,
        issued_on=issued,
        valid_from=issued,
        valid_to=last if last is None or last >= issued else issued,
        validity_by=validity.law if last else "",
        form=Paper.Form.ORIGINAL,
        dossier_id=result.dossier_id,
        result=result,
        file=file,
        added_at=at,
    )


def _validity(result: ResultDocument) -> Validity:
    specs = package_of(result.dossier.procedure_version_id).manifest.results
    found = next((spec.valid for spec in specs if spec.id == result.template), None)
    return found or Validity()


@transaction.atomic
def let_go_of_removed(dossiers: Collection[UUID], *, at: datetime) -> int:
    """Remove from the store what was taken out of its dossier, having been added by mistake."""
    rows = KeptPaper.objects.filter(dossier__in=dossiers, paper__removed_at__isnull=False)
    gone = list(rows.exclude(state=Held.REMOVED).values_list("pk", "file_id"))
    KeptPaper.objects.filter(pk__in=[key for key, _file in gone]).update(state=Held.REMOVED, removed_at=at, file=None)
    release([file for _key, file in gone if file])
    return len(gone)


@transaction.atomic
def follow_raised(*, old_file: UUID, new_file: UUID) -> None:
    """Let a result in the store have the version of its file whose signatures can be verified for longer."""
    kept = KeptPaper.objects.filter(result__file__in=[old_file, new_file], file__isnull=False).select_related("file")
    newer = StoredFile.objects.filter(pk=new_file).first()
    for row in kept.select_for_update(of=("self",)):
        if newer is None or row.file is None or row.file.blob_id == newer.blob_id:
            continue
        before = row.file.pk
        row.file = keep_again([newer])[newer.pk]
        row.save(update_fields=["file"])
        release([before])
