"""Applications being written: saved as typed, resumed anywhere, thrown away on request."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, JSONField, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.scanning.actions import forget as forget_scans
from motcua.engines.scanning.actions import forget_made
from motcua.kernel.blobs.actions import keep, release, store_again
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotFound
from motcua.people.accounts.models import Account
from motcua.services.dossiers.actions.unsigning import give_up
from motcua.services.dossiers.models import Channel, Draft, DraftFile
from motcua.services.dossiers.rules.drafts import mark_of
from motcua.services.procedures.models import Case, CasePaper, ProcedureVersion

MOST_DRAFTS = 50
MOST_FILES = 100


@transaction.atomic
def start_draft(
    *,
    account: Account,
    version: ProcedureVersion,
    case: Case | None = None,
    channel: str = Channel.ONLINE,
    applicant: UUID | None = None,
    typed: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Draft:
    """Begin an application; ``typed`` are the fields filled in beforehand. Raises ``Conflict`` beyond 50 drafts."""
    if Draft.objects.filter(account=account).count() >= MOST_DRAFTS:
        raise Conflict(
            _("You have many unfinished applications. Finish or delete some first."), code="too_many_drafts"
        )
    now = timezone.now()
    return Draft.objects.create(
        account=account,
        applicant_id=applicant,
        procedure_version=version,
        case=case,
        channel=channel,
        typed=dict(typed or {}),
        options=dict(options or {}),
        created_at=now,
        saved_at=now,
    )


def save_draft(
    draft: Draft,
    *,
    typed: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    page: int | None = None,
    case: Case | None = None,
    applicant: UUID | None = None,
    at: datetime | None = None,
) -> None:
    """Keep what was typed, right or wrong (one statement). ``typed`` and ``options`` replace what they name.

    All else stays as it is by now, not as the draft was read: a PDF may have been made since. Raises ``NotFound``.
    """
    draft.saved_at = at or timezone.now()
    changed: dict[str, Any] = {"saved_at": draft.saved_at}
    if typed is not None:
        draft.typed = {**draft.typed, **typed}
        changed["typed"] = _with("typed", typed)
    if options is not None:
        draft.options = {**draft.options, **options}
        changed["options"] = _with("options", options)
    if page is not None:
        draft.page = changed["page"] = page
    if case is not None:
        draft.case = changed["case"] = case
    if applicant is not None:
        draft.applicant_id = changed["applicant"] = applicant
    if not Draft.objects.filter(pk=draft.pk).update(**changed):
        raise NotFound(_("There is no such application. It may have been sent or deleted already."))


def _with(field: str, new: Mapping[str, Any]) -> Func:
    given = Value(dict(new), JSONField())
    return Func(F(field), given, template="%(expressions)s", arg_joiner=" || ", output_field=JSONField())


@transaction.atomic
def choose_anew(draft: Draft, *, case: Case, applicant: UUID, office: UUID) -> int:
    """Choose case, applicant and office of an application anew; what was typed stays.

    What was taken from the papers on file of one applicant does not go along to another. Returns how many files were
    taken off for that.
    """
    files: list[UUID] = []
    if draft.applicant_id != applicant:
        taken = DraftFile.objects.filter(draft=draft).exclude(source="")
        files = list(taken.values_list("file_id", flat=True))
        taken.delete()
        release(files)
    save_draft(draft, case=case, applicant=applicant, options={"office": str(office)})
    return len(files)


@transaction.atomic
def save_page(draft: Draft, *, typed: Mapping[str, list[str]], seen: str | None = None) -> str:
    """Keep what was typed on a page; answers the page's mark.

    Raises ``Conflict`` where the page holds something else than when the writer saw it (``seen``, a mark): what came
    from another device later is never overwritten unawares.
    """
    if seen is not None:
        draft.typed = Draft.objects.select_for_update().values_list("typed", flat=True).get(pk=draft.pk)
        if mark_of(draft.typed, typed) not in {seen, mark_of(typed, typed)}:
            raise Conflict(_("This page has been changed elsewhere since."), code="draft_changed")
    save_draft(draft, typed=typed)
    return mark_of(typed, typed)


@transaction.atomic
def propose_answers(draft: Draft, read: Mapping[str, Mapping[str, Any]], *, at: datetime) -> None:
    """Keep answers read from a picture beside what is typed, by input name: they are none until they are confirmed.

    What was decided of an earlier picture gives way; what was typed meanwhile stays.
    """
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    fresh = {
        name: {**each, "state": "open", "at": at.isoformat()}
        for name, each in read.items()
        if not any(locked.typed.get(name, ()))
    }
    draft.proposals = {**locked.proposals, **fresh}
    draft.save(update_fields=["proposals"])


def decide_proposals(draft: Draft, decided: Mapping[str, str], *, of: Mapping[str, list[str]], at: datetime) -> None:
    """Note what the person made of proposals: ``confirmed``, ``changed`` or ``declined``. Their texts go with that.

    ``of`` are the texts on which they decided: where others are proposed by now, nothing is decided. No statement
    where nothing was.
    """
    if decided:
        _decide(draft, decided, of, at)


@transaction.atomic
def _decide(draft: Draft, decided: Mapping[str, str], of: Mapping[str, list[str]], at: datetime) -> None:
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    told = {
        name: {
            **{key: value for key, value in each.items() if key != "texts"},
            "state": decided[name],
            "at": at.isoformat(),
        }
        for name, each in locked.proposals.items()
        if name in decided and each["state"] == "open" and each["texts"] == of.get(name)
    }
    draft.proposals = {**locked.proposals, **told}
    draft.save(update_fields=["proposals"])


@transaction.atomic
def renew_draft(draft: Draft, *, version: ProcedureVersion) -> None:
    """Go on under the version that is in force now; case and papers are found again by their codes."""
    code = draft.case.code if draft.case else ""
    draft.case = Case.objects.filter(version=version, code=code).first()
    draft.procedure_version = version
    draft.save(update_fields=["procedure_version", "case"])
    papers = {paper.code: paper for paper in CasePaper.objects.filter(case=draft.case)}
    attached = DraftFile.objects.filter(draft=draft, case_paper__isnull=False).select_related("case_paper")
    for file in attached:
        file.case_paper = papers.get(file.case_paper.code) if file.case_paper else None
    DraftFile.objects.bulk_update(attached, ["case_paper"])


@transaction.atomic
def attach_to_draft(
    draft: Draft, *, file: UUID, case_paper: UUID | None = None, field: str = "", source: str = ""
) -> DraftFile:
    """Attach an uploaded file to a paper or a file field. Raises ``Conflict`` beyond 100 files."""
    if DraftFile.objects.filter(draft=draft).count() >= MOST_FILES:
        raise Conflict(_("This application has too many files. Remove some first."), code="too_many_files")
    keep([file])
    return DraftFile.objects.create(
        draft=draft, file_id=file, case_paper_id=case_paper, field=field, source=source, added_at=timezone.now()
    )


@transaction.atomic
def reuse_in_draft(draft: Draft, *, file: StoredFile, source: str, case_paper: UUID) -> DraftFile:
    """Attach what is on file already (tái sử dụng), without uploading it again; the same twice adds nothing."""
    there = DraftFile.objects.filter(draft=draft, case_paper=case_paper, source=source).first()
    if there is not None:
        return there
    again = store_again(file, by=draft.account_id)
    return attach_to_draft(draft, file=again.pk, case_paper=case_paper, source=source)


@transaction.atomic
def remove_from_draft(draft: Draft, *, attachment: UUID) -> None:
    """Take an attached file off again, and the pictures along from which it was made."""
    for attached in DraftFile.objects.filter(draft=draft, pk=attachment):
        attached.delete()
        forget_made(attached.file_id)
        release([attached.file_id])


@transaction.atomic
def discard_draft(draft: Draft) -> None:
    """Delete a draft and give up its files."""
    files = list(DraftFile.objects.filter(draft=draft).values_list("file_id", flat=True))
    forget_scans(Draft.SCANS, draft.pk)
    give_up(draft, at=timezone.now())
    draft.delete()
    release(files)
