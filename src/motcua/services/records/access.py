"""Who may see a work file and what it holds, and what they may do with it.

A file is its keeper's and its substitutes', of whoever leads its unit or agency, and of those with whom it is shared.
The agency's clerks keep the archive: they see files from their closing on. The members of a council see the files
that it appraises until what it concluded is carried out.

Seeing a file is not reading what is in it. A document may be read by whom its own access lets, and besides by the
keeper and those with whom the file is shared: sharing is confirmed by somebody competent, and opens the document's
files through this room, never its page with notes and tasks. An uploaded file belongs to the work file alone; whoever
leads the unit reads it too. Clerks read through a file what the archive has taken over. What a sender took back is
read by nobody.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.officers.desks import Desk
from motcua.services.correspondence.access import (
    CLERK,
    HEAD,
    LEADER,
    Seat,
    incoming_visible_to,
    outgoing_visible_to,
)
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument
from motcua.services.records import contents, rules
from motcua.services.records.models import (
    Appraisal,
    AppraisedFile,
    CouncilMember,
    Entry,
    FileList,
    Hold,
    Share,
    Transfer,
    TransferredFile,
    WorkFile,
)

ACTS = (
    "add", "remove", "edit", "close", "share", "decide", "hand_over", "extend", "keep_back", "offer", "hold", "lift",
)  # fmt: skip
IN_FORCE = (Share.State.GRANTED, Share.State.ENDING)
FROZEN = (WorkFile.State.CLOSED, WorkFile.State.OFFERED, WorkFile.State.ARCHIVED, WorkFile.State.DESTROYED)


@dataclass(frozen=True)
class Accessed:
    """A work file as an officer gets it."""

    file: WorkFile
    desk: Desk
    shares: tuple[Share, ...]
    holds: tuple[Hold, ...]
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not do this with this file now."), code=f"may_not_{act}")

    @cached_property
    def held(self) -> tuple[Hold, ...]:
        """The holds that stand."""
        return tuple(each for each in self.holds if each.lifted_at is None)

    @cached_property
    def reads_uploads(self) -> bool:
        """Whether files that were uploaded for it are read."""
        return is_inside(self.desk, self.file, self.shares) or leads(self.desk, self.file)


def visible_to(desk: Desk) -> Q:
    """The condition under which work files are an officer's to see."""
    seat = Seat.of(desk)
    shared = Share.objects.filter(_with(desk), file=OuterRef("pk"), state__in=IN_FORCE)
    archive = Q(office__in=sorted(seat.registers), state__in=FROZEN)
    own = Q(keeper__in=sorted(seat.people)) | Q(unit__in=sorted(seat.led)) | Q(office__in=sorted(seat.led))
    appraised = AppraisedFile.objects.filter(
        file=OuterRef("pk"), ended_at=None, appraisal__members__officer__in=sorted(seat.people)
    ).exclude(appraisal__state=Appraisal.State.DRAFT)
    return own | archive | Q(Exists(shared)) | Q(Exists(appraised))


def _with(desk: Desk) -> Q:
    """The shares that reach an officer: their own, those of whom they substitute, those of their offices."""
    return Q(officer__in=sorted(Seat.of(desk).people)) | Q(office__in=sorted(desk.office_ids))


def shared_with(desk: Desk) -> Q:
    """The condition under which a file is shared with an officer."""
    return Q(Exists(Share.objects.filter(_with(desk), file=OuterRef("pk"), state__in=IN_FORCE)))


def file_for(desk: Desk, key: UUID) -> Accessed:
    """A work file with its shares and holds; three statements. Raises ``NotFound``."""
    joined = WorkFile.objects.select_related("office", "unit", "keeper", "line")
    found = joined.filter(visible_to(desk), pk=key).first()
    if found is None:
        raise NotFound(_("There is no such file, or it is not yours to see."))
    shares = tuple(found.shares.select_related("officer", "office", "asked_by").order_by("-asked_at", "-id")[:200])
    holds = tuple(found.holds.select_related("placed_by", "lifted_by").order_by("-placed_at", "-id")[:100])
    return Accessed(found, desk, shares, holds, abilities(desk, found, shares, holds))


def abilities(desk: Desk, file: WorkFile, shares: Collection[Share], holds: Collection[Hold]) -> dict[str, bool]:
    """Every act and whether the officer may do it now."""
    keeps, head, leader = keeps_it(desk, file), leads(desk, file), LEADER in desk.roles_in(file.office_id)
    held = any(each.lifted_at is None for each in holds)
    adds = any(each.level == Share.Level.ADD for each in _reaching(desk, shares))
    may = {
        "add": keeps or head or adds,
        **dict.fromkeys(("remove", "edit", "close"), keeps),
        "share": keeps or head,
        "decide": any(may_decide(desk, file, each) for each in shares),
        "hand_over": keeps or head,
        "extend": head or is_archive(desk, file),
        "keep_back": file.transfer_due is not None and bool({LEADER, HEAD} & desk.roles_in(file.office_id)),
        "offer": keeps or head,
        "hold": leader,
        "lift": leader and held,
    }
    return {act: may[act] and rules.allows(file.state, act, held=held) for act in ACTS}


def keeps_it(desk: Desk, file: WorkFile) -> bool:
    """Whether the officer is the keeper, or substitutes them."""
    return file.keeper_id in Seat.of(desk).people


def leads(desk: Desk, file: WorkFile) -> bool:
    """Whether the officer leads the unit or the agency."""
    here = desk.roles_in(file.unit_id) | desk.roles_in(file.office_id)
    return bool({LEADER, HEAD} & here) or file.unit_id in desk.headed_office_ids


def is_archive(desk: Desk, file: WorkFile) -> bool:
    """Whether the officer keeps the agency's archive."""
    return CLERK in desk.roles_in(file.office_id)


def is_inside(desk: Desk, file: WorkFile, shares: Collection[Share]) -> bool:
    """Whether the officer reads documents through the file: keeper, share in force, or archive that took it over."""
    archived = file.state == WorkFile.State.ARCHIVED and is_archive(desk, file)
    return keeps_it(desk, file) or archived or bool(_reaching(desk, shares))


def _reaching(desk: Desk, shares: Collection[Share]) -> list[Share]:
    people, offices = Seat.of(desk).people, desk.office_ids
    running = (each for each in shares if each.state in IN_FORCE)
    return [each for each in running if each.officer_id in people or each.office_id in offices]


def may_decide(desk: Desk, file: WorkFile, share: Share) -> bool:
    """Whether the officer may confirm a change of access rights: who leads, and did not ask for it."""
    waits = share.state in (Share.State.ASKED, Share.State.ENDING)
    return waits and leads(desk, file) and share.asked_by_id != desk.account_id


def share_to_decide(accessed: Accessed, key: UUID) -> Share:
    """A change that waits for the officer's confirmation. Raises ``NotFound``."""
    fitting = (each for each in accessed.shares if each.pk == key)
    found = next((each for each in fitting if may_decide(accessed.desk, accessed.file, each)), None)
    if found is None:
        raise NotFound(_("This change is confirmed already, or not yours to confirm."))
    return found


def readable(accessed: Accessed, entries: Collection[Entry], *, documents: Desk) -> set[UUID]:
    """Which of a file's entries the officer may read: keys of entries; two statements at most.

    ``documents`` is their desk for documents: a delegation of work files alone opens none of a register (decision 37).
    """
    found, inside = set[UUID](), is_inside(documents, accessed.file, accessed.shares)
    incoming = {each.incoming_id: each.pk for each in entries if each.incoming_id}
    outgoing = {each.outgoing_id: each.pk for each in entries if each.outgoing_id}
    if accessed.reads_uploads:
        found |= {each.pk for each in entries if each.incoming_id is None and each.outgoing_id is None}
    if incoming:
        there = IncomingDocument.objects.filter(pk__in=incoming).exclude(state=IncomingDocument.State.RECALLED)
        seen = there if inside else there.filter(incoming_visible_to(documents))
        found |= {incoming[key] for key in seen.order_by("pk").values_list("pk", flat=True)}
    if outgoing:
        if inside:
            return found | set(outgoing.values())
        seen_out = OutgoingDocument.objects.filter(outgoing_visible_to(documents), pk__in=outgoing)
        found |= {outgoing[key] for key in seen_out.order_by("pk").values_list("pk", flat=True)}
    return found


def entry_of(accessed: Accessed, key: UUID) -> Entry:
    """A document in the file. Raises ``NotFound``."""
    found = Entry.objects.filter(file=accessed.file, pk=key).select_related("upload__blob").first()
    if found is None:
        raise NotFound(_("There is no such document in the file."))
    return found


def content_of(accessed: Accessed, entry_key: UUID, position: int, *, documents: Desk) -> StoredFile:
    """A content of an entry, as :func:`readable`. Raises ``NotFound`` for who may not read it."""
    entry = entry_of(accessed, entry_key)
    if entry.pk not in readable(accessed, [entry], documents=documents):
        raise NotFound(_("This document is not yours to read."))
    found = next((each for each in contents.of_entries([entry])[entry.pk] if each.position == position), None)
    if found is None or found.stored is None:
        raise NotFound(_("There is no such file."))
    return found.stored


def lists_of(desk: Desk) -> Q:
    """The condition under which lists of files are an officer's to see: of their offices, and those they lead."""
    seat = Seat.of(desk)
    return Q(unit__in=sorted(desk.office_ids | seat.led)) | Q(office__in=sorted(seat.registers))


@dataclass(frozen=True)
class AccessedList:
    """A list of files as an officer gets it."""

    list: FileList
    desk: Desk
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not do this with this list now."), code=f"may_not_{act}")


def list_for(desk: Desk, key: UUID) -> AccessedList:
    """A list of files; one statement. Raises ``NotFound``."""
    found = FileList.objects.select_related("office", "unit", "approved_by").filter(lists_of(desk), pk=key).first()
    if found is None:
        raise NotFound(_("There is no such list, or it is not yours to see."))
    return AccessedList(found, desk, list_abilities(desk, found))


def list_abilities(desk: Desk, found: FileList) -> dict[str, bool]:
    """Every act on a list and whether the officer may do it now.

    Whoever works in the unit prepares it, the agency's leaders approve it; the agency's clerk may help with any.
    """
    works = found.unit_id in desk.office_ids or CLERK in desk.roles_in(found.office_id)
    submitted = found.state == FileList.State.SUBMITTED
    approves = bool({LEADER, HEAD} & desk.roles_in(found.office_id))
    return {
        "write": works and not submitted,
        "submit": works and not submitted,
        "approve": approves and submitted,
        "give_back": approves and submitted,
        "copy": works and found.state == FileList.State.APPROVED,
    }


def transfers_of(desk: Desk) -> Q:
    """The condition under which transfers are an officer's to see: who prepared or leads, and the archive."""
    seat = Seat.of(desk)
    return Q(prepared_by__in=sorted(seat.people)) | Q(unit__in=sorted(seat.led)) | Q(office__in=sorted(seat.registers))


@dataclass(frozen=True)
class AccessedTransfer:
    """A transfer as an officer gets it."""

    transfer: Transfer
    desk: Desk
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not do this with this transfer now."), code=f"may_not_{act}")


def transfer_for(desk: Desk, key: UUID, *, documents: Desk) -> AccessedTransfer:
    """A transfer; one statement. ``documents`` as in :func:`readable`. Raises ``NotFound``."""
    joined = Transfer.objects.select_related(
        "office", "unit", "prepared_by", "accepted_by", "listing__blob", "minutes__blob"
    )
    found = joined.filter(transfers_of(desk), pk=key).first()
    if found is None:
        raise NotFound(_("There is no such transfer, or it is not yours to see."))
    ready = found.state == Transfer.State.READY
    archive = CLERK in desk.roles_in(found.office_id)
    running = found.state in (Transfer.State.PACKING, Transfer.State.READY)
    people = Seat.of(desk).people
    own = found.prepared_by_id in people
    others = TransferredFile.objects.filter(transfer=found).exclude(file__keeper__in=sorted(people))
    may = {
        "accept": ready and archive and found.prepared_by_id != desk.account_id,
        "cancel": running and (own or archive),
        # A package holds what only keepers read, and documents of registers.
        "download": (archive and CLERK in documents.roles_in(found.office_id)) or (own and not others.exists()),
    }
    return AccessedTransfer(found, desk, may)


def appraisals_of(desk: Desk) -> Q:
    """The condition under which appraisals are an officer's to see: of their register, and of councils they sit in."""
    sits = CouncilMember.objects.filter(appraisal=OuterRef("pk"), officer=desk.account_id)
    sees = Exists(sits) & ~Q(state=Appraisal.State.DRAFT)
    return Q(office__in=sorted(Seat.of(desk).registers)) | sees


@dataclass(frozen=True)
class AccessedAppraisal:
    """An appraisal as an officer gets it."""

    appraisal: Appraisal
    desk: Desk
    members: tuple[CouncilMember, ...]
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not do this with this list now."), code=f"may_not_{act}")


def appraisal_for(desk: Desk, key: UUID) -> AccessedAppraisal:
    """An appraisal with its council; two statements. Raises ``NotFound``."""
    joined = Appraisal.objects.select_related(
        "office", "made_by", "approved_by", "begun_by", "council_minutes__blob", "listing__blob", "minutes__blob"
    )
    found = joined.filter(appraisals_of(desk), pk=key).first()
    if found is None:
        raise NotFound(_("There is no such list, or it is not yours to see."))
    members = tuple(found.members.order_by("id"))
    return AccessedAppraisal(found, desk, members, appraisal_abilities(desk, found, members))


def appraisal_abilities(desk: Desk, found: Appraisal, members: Collection[CouncilMember]) -> dict[str, bool]:
    """Every act on an appraisal and whether the officer may do it now.

    The archive (clerks) draws up, convenes, records and carries out; members speak in person; who leads the agency
    decides, and never on a list of their own.
    """
    state, roles = found.state, desk.roles_in(found.office_id)
    archive, leads_agency = CLERK in roles, bool({LEADER, HEAD} & roles)
    sits = any(each.officer_id == desk.account_id for each in members)
    early = state in (Appraisal.State.DRAFT, Appraisal.State.COUNCIL, Appraisal.State.CONCLUDED)
    return {
        "write": archive and state == Appraisal.State.DRAFT,
        "convene": archive and state == Appraisal.State.DRAFT,
        "vote": sits and state == Appraisal.State.COUNCIL,
        "conclude": archive and state == Appraisal.State.COUNCIL,
        "approve": leads_agency and state == Appraisal.State.CONCLUDED and found.made_by_id != desk.account_id,
        "destroy": archive and state == Appraisal.State.APPROVED,
        "give_up": (archive and early) or (leads_agency and (early or state == Appraisal.State.APPROVED)),
    }
