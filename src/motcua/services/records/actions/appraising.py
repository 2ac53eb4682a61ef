"""Appraisal (xác định giá trị, xét hủy tài liệu): a list of files, a council with its opinions, a decision."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcua.engines.editions.actions import settle
from motcua.engines.editions.queries import numbered
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.people.officers.actors import Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import subtree_ids
from motcua.services.correspondence.models import OutgoingDocument
from motcua.services.records import appraisal_papers, queries, verdicts
from motcua.services.records.actions.filing import FILED_OUT
from motcua.services.records.actions.moving import Moving, person, tell, written
from motcua.services.records.destruction import DESTRUCTION
from motcua.services.records.models import Appraisal, AppraisedFile, Ballot, CouncilMember, Verdict, WorkFile

State = Appraisal.State
MOST_FILES, MOST_DOCUMENTS, MOST_MEMBERS = 200, 5_000, 15
OPEN = (State.DRAFT, State.COUNCIL, State.CONCLUDED, State.APPROVED)


@transaction.atomic
def draw_up(office: UUID, *, title: str, files: Collection[UUID], by: Actor, at: datetime | None = None) -> Appraisal:
    """Begin a list of files whose retention is over (danh mục tài liệu hết thời hạn lưu trữ). Raises as below."""
    now = at or timezone.now()
    named = written(title, _("Give the list a title."), "title", longest=200)
    made = Appraisal.objects.create(office_id=office, title=named, made_by_id=person(by), made_at=now)
    tell(made.stream, "appraisal_begun", by, now, office, {"name": named})
    _put(made, files, by, now)
    return made


@transaction.atomic
def put_in(key: UUID, *, files: Collection[UUID], by: Actor, at: datetime | None = None) -> None:
    """Put further files in. Raises ``Refused`` for none or too many, ``Conflict`` for one that does not fit."""
    found, now = locked(key, State.DRAFT), at or timezone.now()
    _put(found, files, by, now)
    tell(found.stream, "appraisal_listed", by, now, found.office_id, {"files": len(set(files))})


def _put(found: Appraisal, files: Collection[UUID], by: Actor, at: datetime) -> None:
    moved = [Moving.begin(key, "appraise", by=by, at=at) for key in sorted(set(files))]
    there = AppraisedFile.objects.filter(appraisal=found).values_list("file__documents", flat=True).order_by("id")
    if not moved or len(moved) + len(there) > MOST_FILES:
        raise Refused(_("Choose between 1 and %(n)d files.") % {"n": MOST_FILES}, field="files", code="required")
    if sum(there) + sum(each.file.documents for each in moved) > MOST_DOCUMENTS:
        text = _("The files of a list hold at most %(n)d documents: draw up another one.") % {"n": MOST_DOCUMENTS}
        raise Refused(text, field="files", code="too_many")
    for each in moved:
        _fits(found, each.file, local_day(at))
        AppraisedFile.objects.create(appraisal=found, file=each.file)
        each.tell("appraised", {"appraisal": str(found.pk)})


def _fits(found: Appraisal, file: WorkFile, day: date) -> None:
    if file.office_id != found.office_id:
        raise Refused(_("A list is of files of one agency."), field="files", code="several")
    if not verdicts.is_over(file.state, permanent=file.permanent, kept_until=file.kept_until, on=day):
        raise Conflict(_("The retention of %(file)s is not over.") % {"file": file}, field="files", code="kept")
    if AppraisedFile.objects.filter(file=file, ended_at=None).exists():
        raise Conflict(_("%(file)s is in another appraisal.") % {"file": file}, field="files", code="there")


@transaction.atomic
def take_out(key: UUID, row: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Take a file out of a list that is being prepared."""
    found, now = locked(key, State.DRAFT), at or timezone.now()
    gone = AppraisedFile.objects.filter(appraisal=found, pk=row).select_related("file").first()
    if gone is None:
        raise NotFound(_("There is no such file in the list."))
    gone.delete()
    tell(gone.file.stream, "appraisal_left", by, now, found.office_id, {"appraisal": str(found.pk)})
    told = {"file": str(gone.file_id), "notation": gone.file.notation}
    tell(found.stream, "appraisal_unlisted", by, now, found.office_id, told)


@dataclass(frozen=True, kw_only=True)
class Council:
    """Who is to sit in the council, in which role, and by which decision it was set up."""

    basis: str
    members: Sequence[tuple[UUID, str]]


@transaction.atomic
def convene(key: UUID, council: Council, *, explanation: str, by: Actor, at: datetime | None = None) -> None:
    """Lay the list before a council (Hội đồng), with an explanation (bản thuyết minh).

    Raises ``Refused`` for a council in which a role is missing or held by too many, and for people from elsewhere.
    """
    found, now = locked(key, State.DRAFT), at or timezone.now()
    asked = _("Explain how these files came about, and why they are listed.")
    found.explanation = written(explanation, asked, longest=4000)
    found.basis = written(council.basis, _("Name the decision by which the council was set up."), "basis", longest=200)
    if not AppraisedFile.objects.filter(appraisal=found).exists():
        raise Refused(_("There is no file in this list."), code="empty")
    edition = settle(DESTRUCTION, local_day(now), at=now)
    if not {role for _officer, role in council.members} <= {each.code for each in edition.rules.roles}:
        raise Refused(_("Say which role each member has."), field="members", code="role")
    CouncilMember.objects.filter(appraisal=found).delete()
    CouncilMember.objects.bulk_create(_members(found, council, local_day(now)))
    missing = verdicts.misses(edition.rules.roles, [role for _officer, role in council.members])
    if missing is not None:
        text = _("The council needs this role, and at most %(n)d in it: %(role)s.")
        raise Refused(text % {"n": missing.at_most, "role": missing.title}, field="members", code="council")
    found.edition, found.state = edition.number, State.COUNCIL
    _move(found, "appraisal_convened", by, now, {"members": len(council.members), "basis": found.basis})


def _members(found: Appraisal, council: Council, day: date) -> list[CouncilMember]:
    keys = [officer for officer, _role in council.members]
    if len(set(keys)) != len(keys) or len(keys) > MOST_MEMBERS:
        text = _("A council has at most %(n)d members, each in one role.") % {"n": MOST_MEMBERS}
        raise Refused(text, field="members", code="council")
    office = found.office
    held = Position.objects.on(day).filter(office__in=subtree_ids(office), officer__in=keys)
    known = {row.officer_id: row for row in held.select_related("officer__account").order_by("id")}
    if set(keys) - known.keys():
        raise Refused(_("Choose an officer of the agency."), field="members", code="elsewhere")
    return [
        CouncilMember(
            appraisal=found, officer_id=key, role=role, name=known[key].officer.account.display_name,
            title=known[key].title,
        )
        for key, role in council.members
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a member says of a file."""

    verdict: str
    years: int | None = None
    note: str = ""


@transaction.atomic
def vote(key: UUID, said: Mapping[UUID, Said], *, by: Actor, at: datetime | None = None) -> None:
    """A member says what is to become of files of the list; said again, the latter holds. Raises ``NotAllowed``."""
    found, now = locked(key, State.COUNCIL), at or timezone.now()
    member = CouncilMember.objects.filter(appraisal=found, officer=by.account).first()
    if member is None:
        raise NotAllowed(_("You are not a member of this council."), code="not_member")
    rows = AppraisedFile.objects.filter(appraisal=found).in_bulk(list(said))
    for row in rows.values():
        one = said[row.pk]
        if one.verdict not in Verdict.values:
            raise Refused(_("Say of each file what is to become of it."), field=f"verdict-{row.pk}", code="required")
        why = written(one.note, field=f"note-{row.pk}", longest=300)
        kept = one.verdict == Verdict.KEEP
        if kept and not why:
            raise Refused(_("Say why it is to be kept on."), field=f"note-{row.pk}", code="required")
        if kept and one.years is not None and not 1 <= one.years <= 100:
            raise Refused(_("Write between 1 and 100 years."), field=f"years-{row.pk}", code="years")
        values = {"verdict": one.verdict, "years": one.years if kept else None, "note": why, "at": now}
        Ballot.objects.update_or_create(member=member, row=row, defaults=values)
    told = {"role": member.role, "files": len(rows)}
    tell(found.stream, "appraisal_voted", by, now, found.office_id, told)


@transaction.atomic
def conclude(key: UUID, *, met_on: date | None, by: Actor, at: datetime | None = None) -> Appraisal:
    """Conclude for each file what most members want, with the minutes of the meeting (biên bản họp Hội đồng).

    Raises ``Refused`` while too few have spoken about a file, or for a day that cannot be.
    """
    found, now = locked(key, State.COUNCIL), at or timezone.now()
    if met_on is None or not local_day(found.made_at) <= met_on <= local_day(now):
        raise Refused(_("The council met between the day of the list and today."), field="met_on", code="day")
    members = list(CouncilMember.objects.filter(appraisal=found).order_by("id"))
    rows = list(queries.appraised(found).order_by("file__year", "file__notation", "id"))
    said = queries.ballots_of(rows)
    for row in rows:
        if not verdicts.is_quorate([each.member.role for each in said[row.pk]], [each.role for each in members]):
            text = _("Chair, secretary and more than half of the council must speak about %(file)s.")
            raise Refused(text % {"file": row.file}, code="quorum")
        votes = [verdicts.Vote(each.verdict, each.years) for each in said[row.pk]]
        reached = verdicts.concluded(votes, len(members), on=met_on)
        row.verdict, row.until = (reached.verdict, reached.until) if reached else ("", None)
        row.save()
    found.state, found.met_on, found.concluded_at = State.CONCLUDED, met_on, now
    known = numbered(DESTRUCTION, found.edition or 1).rules
    pdf = appraisal_papers.council_minutes(found, members, rows, said, known, at=now)
    stored = store_bytes(pdf, name="bien-ban-hop-hoi-dong.pdf", media_type="application/pdf", by=by.account)
    keep([stored.pk])
    found.council_minutes = stored
    counted = {each.value: sum(row.verdict == each for row in rows) for each in Verdict}
    _move(found, "appraisal_concluded", by, now, {"verdicts": counted, "sha256": stored.blob_id})
    return found


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The decision of the competent authority, and the opinion that it rests on. ``sure``: it was confirmed."""

    notation: str
    day: date | None
    opinion: str
    sure: bool


@transaction.atomic
def approve(key: UUID, decision: Decision, *, by: Actor, at: datetime | None = None) -> Appraisal:
    """Decide as the council concluded. A document of this number and day in the agency's register is joined to it.

    Raises ``NotAllowed`` for who drew the list up, ``Refused`` for a decision that is not told in full.
    """
    found, now = locked(key, State.CONCLUDED), at or timezone.now()
    if found.made_by_id == by.account:
        raise NotAllowed(_("Who draws up the list does not decide on it."), code="own")
    rules = numbered(DESTRUCTION, found.edition or 1).rules
    found.decision_notation = written(
        decision.notation, _("Write number and notation of the decision."), "notation", longest=80
    )
    asked = _("Name the opinion of the competent body: number, date, issuer.") if rules.opinion_needed else ""
    found.opinion = written(decision.opinion, asked, "opinion", longest=200)
    assert found.met_on is not None
    if decision.day is None or not found.met_on <= decision.day <= local_day(now):
        text = _("The decision was made between the day of the meeting and today.")
        raise Refused(text, field="day", code="day")
    if not decision.sure:
        raise Refused(_("Confirm that you have read the list and the minutes."), field="sure", code="required")
    found.decision_day, found.decision_id = decision.day, _document(found, decision.day)
    found.destroy_by = decision.day + timedelta(days=rules.destroy_within_days)
    found.approved_by_id, found.approved_at, found.state = person(by), now, State.APPROVED
    told = {"decision": found.decision_notation, "day": decision.day.isoformat(), "opinion": found.opinion}
    _move(found, "appraisal_approved", by, now, told)
    return found


def _document(found: Appraisal, day: date) -> UUID | None:
    rows = OutgoingDocument.objects.filter(
        office=found.office_id, notation=found.decision_notation, document_date=day, state__in=FILED_OUT
    )
    return rows.order_by("id").values_list("pk", flat=True).first()


@transaction.atomic
def give_up(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Give an appraisal up before anything was carried out: its files stay as they are, and may be listed again."""
    found, now = locked(key, *OPEN), at or timezone.now()
    found.remark = written(reason, _("Say why the appraisal is given up."), "text")
    for row in queries.appraised(found).order_by("id"):
        row.result, row.ended_at = AppraisedFile.Result.LEFT, now
        row.save(update_fields=["result", "ended_at"])
        tell(row.file.stream, "appraisal_left", by, now, found.office_id, {"appraisal": str(found.pk)})
    found.state = State.CANCELLED
    _move(found, "appraisal_given_up", by, now, {"reason": found.remark})


def locked(key: UUID, *states: str) -> Appraisal:
    """An appraisal under its lock. Raises ``NotFound``, and ``Conflict`` for one in another state."""
    found = Appraisal.objects.select_for_update(of=("self",)).select_related("office").filter(pk=key).first()
    if found is None:
        raise NotFound(pgettext("appraisal", "There is no such list."))
    if found.state not in states:
        raise Conflict(_("The list has changed meanwhile. Please look at it again."), code="state")
    return found


def _move(found: Appraisal, kind: str, by: Actor, at: datetime, references: Mapping[str, object]) -> None:
    found.save()
    tell(found.stream, kind, by, at, found.office_id, dict(references))
