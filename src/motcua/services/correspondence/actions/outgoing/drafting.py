"""A document is drafted: its text set by the template in the layout of the decree, every version kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import in_force
from motcua.engines.rendering.errors import RenderingError
from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render_with_anchors
from motcua.engines.signing.fields import page_count, prepare_fields
from motcua.engines.signing.jobs import check_file
from motcua.kernel.blobs.actions import keep, release, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Invalid, NotFound, Refused
from motcua.kernel.text.typed import TOLD, bare, too_long, written
from motcua.people.officers.actors import Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import office_with_place
from motcua.services.correspondence.actions.moving import not_past, past
from motcua.services.correspondence.actions.noting import require_position
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.actions.outgoing.numbers import LONGEST_REASON, skip_with, take_number_back
from motcua.services.correspondence.models import (
    DraftVersion,
    IncomingDocument,
    Opinion,
    OutgoingAnnex,
    OutgoingDocument,
    Recipient,
)
from motcua.services.correspondence.models.described import Circulation, Urgency
from motcua.services.correspondence.offices import office_data
from motcua.services.correspondence.rules.layout import Finding
from motcua.services.correspondence.secrecy import require_open, require_unmarked
from motcua.services.correspondence.types import DOCUMENT_TYPES, DocumentType

PDF = "application/pdf"
CHANGES = frozenset(OutgoingDocument.Relation.values) - {OutgoingDocument.Relation.NONE}
TEMPLATES = Path(__file__).parents[2] / "templates_typst"
LONGEST = {"subject": 500, "to": 500, "archive": 100}
LONGEST_TEXT, MOST_VERSIONS, MOST_ANNEXES, MOST_COPIES = 60_000, 200, 50, 999
# Printed, so they are Vietnamese whatever language the screen has.
URGENCIES = {1: "Khẩn", 2: "Thượng khẩn", 3: "Hỏa tốc", 4: "Hỏa tốc"}
CIRCULATIONS = {"return": "Xem xong trả lại", "internal": "Lưu hành nội bộ"}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a draft says about itself. ``mark`` follows the number (``QĐ-UBND``), ``signer`` is the leader, ``due_on``
    the day by which recipients are to answer, ``copies`` how many are issued.
    """

    type: str
    mark: str
    subject: str
    signer: UUID
    to: str = ""
    urgency: int = Urgency.NORMAL
    circulation: str = Circulation.ANYWHERE
    secrecy: str = ""
    archive: str = "VT"
    due_on: date | None = None
    copies: int = 1


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The text of a version, a paragraph a line; the Word file that it came from, with what its check has found."""

    text: str
    source: UUID | None = None
    findings: tuple[Finding, ...] = ()


@transaction.atomic
def start(
    facts: Facts,
    draft: Draft,
    *,
    office: UUID,
    unit: UUID,
    by: Actor,
    answers: UUID | None = None,
    related: tuple[str, UUID] | None = None,
    at: datetime | None = None,
) -> OutgoingDocument:
    """Begin a document of an agency (``office``) in one of its units, with the first version of its text.

    ``answers``: the document that came in and is answered; ``related``: ``replaces``, ``corrects`` or ``updates``, and
    which: it is to reach whoever got that one, so its recipients are taken over.
    Raises ``Invalid`` by field, ``Refused`` for a secret one or a text that cannot be set.
    """
    now = at or timezone.now()
    assert by.account is not None
    document = OutgoingDocument(office_id=office, unit_id=unit, drafter_id=by.account, begun_at=now)
    if related is not None:
        before = OutgoingDocument.objects.filter(pk=related[1], office=office, state="issued").first()
        if before is None or related[0] not in CHANGES:
            raise NotFound(_("There is no such document."))
        document.relation, document.related = related[0], before
    if answers is not None:
        # Of any office: a division answers in its own name what was given to it.
        document.answers = IncomingDocument.objects.filter(pk=answers).first()
        if document.answers is None:
            raise NotFound(_("There is no such document."))
    _describe(document, facts, now)
    sending = Sending(document, now, by)
    document.save(force_insert=True)
    if document.related_id is not None:
        _take_over_recipients(document)
    version = add_version(sending, draft)
    told = {"version": version.number, "answers": str(answers or ""), "related": str(related[1]) if related else ""}
    sending.tell("drafted", told)
    return document


def _take_over_recipients(document: OutgoingDocument) -> None:
    """Who got the document that this one changes; by the desk goes only what a room above made."""
    before = Recipient.objects.filter(document=document.related_id).exclude(way=Recipient.Way.DESK).order_by("id")
    Recipient.objects.bulk_create(
        Recipient(document=document, way=each.way, office_id=each.office_id, name=each.name, address=each.address)
        for each in before
    )


@transaction.atomic
def write(key: UUID, facts: Facts, draft: Draft, *, by: Actor, at: datetime | None = None) -> DraftVersion:
    """A new version of the draft; earlier ones stay. Raises as :func:`start`, ``Conflict`` when it is no draft."""
    sending = Sending.begin(key, "write", by=by, at=at)
    sending.require_not_edited()
    _describe(sending.document, facts, sending.at)
    version = add_version(sending, draft)
    sending.tell("written", {"version": version.number})
    return version


@transaction.atomic
def submit(key: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """The drafter hands the newest version in: initials and the clerk's format check follow, then the signature.

    Raises ``Refused`` while an opinion is still asked for, without a recipient, and where the day by which recipients
    are to answer is over.
    """
    sending = Sending.begin(key, "submit", by=by, at=at)
    sending.require_not_edited()
    if Opinion.objects.filter(document=key, state__in=["waiting", "asked"]).exists():
        raise Refused(_("An opinion is still asked for. Wait for it, or ask anew."), code="opinions")
    if not Recipient.objects.filter(document=key).exists():
        raise Refused(_("Name at least one recipient first."), code="no_recipient")
    not_past(sending.document.due_on, sending.at)
    newest = DraftVersion.objects.filter(document=key).order_by("-number")[0]
    _let_file_go(sending.document)
    # Typeset once more: the recipients stand on the document, and may have changed since.
    sending.document.file = _set(sending, newest.text, name=f"{sending.document.mark}-v{newest.number}.pdf")
    sending.document.pages = page_count(read_bytes(sending.document.file))
    sending.document.state = OutgoingDocument.State.REVIEW
    sending.tell("submitted", {"version": newest.number})


@transaction.atomic
def pass_review(key: UUID, *, by: Actor, note: str = "", at: datetime | None = None) -> None:
    """The clerk has checked the format (thẩm định thể thức) and passes the document to the leader."""
    sending = Sending.begin(key, "pass_review", by=by, at=at)
    sending.require_unsigned()
    sending.document.state = OutgoingDocument.State.SIGNING
    sending.tell("reviewed", {"signer": str(sending.document.signer_id), "note": written(note, longest=TOLD)})


@transaction.atomic
def return_draft(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Clerk or leader give it back to the drafter with the reason, also when the leader has signed and sealing finds a
    fault: initials and signature on it are void and their files go. A number that it was given is reserved again.
    """
    sending = Sending.begin(key, "return", by=by, at=at)
    sending.require_unsigned()
    why = written(reason, _("Say why you return it."), "text")
    document, told = sending.document, {"to": str(sending.document.drafter_id), "reason": why[:500]}
    if document.signed_at is not None:
        told["void"] = str(document.signer_id)
        take_number_back(sending)
    document.signed_at, document.signer_competence, document.signer_position, document.signer_name = None, "", "", ""
    document.state, document.outcome = OutgoingDocument.State.DRAFT, why
    _let_file_go(document)
    sending.tell("draft_returned", told)


def _let_file_go(document: OutgoingDocument) -> None:
    """What was signed in vain is not kept; the versions of the text are."""
    if document.file_id is not None and not DraftVersion.objects.filter(file=document.file_id).exists():
        release([document.file_id])
    document.file = None


@transaction.atomic
def discard(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """The drafter gives a draft up, or the clerk what is sealed and must not be issued: it stays to be read, with all
    its versions, and a number that it bears is accounted for as skipped.
    """
    sending = Sending.begin(key, "discard", by=by, at=at)
    sending.require_not_edited()
    why = written(reason, _("Write the reason."), "text")
    sending.document.state, sending.document.outcome = OutgoingDocument.State.DISCARDED, why
    Opinion.objects.filter(document=key, state__in=["waiting", "asked"]).update(state="withdrawn")
    skip_with(sending, why[:LONGEST_REASON])
    sending.tell("discarded", {"reason": why[:500]})


@transaction.atomic
def hand_over(key: UUID, *, to: UUID, by: Actor, at: datetime | None = None) -> None:
    """The head of the unit gives a draft to another drafter of the unit: whoever wrote it may have left."""
    sending = Sending.begin(key, "hand_over", by=by, at=at)
    sending.require_not_edited()
    document = sending.document
    if to == document.drafter_id:
        raise Refused(_("Choose a colleague."), field="to", code="to")
    require_position(to, document.unit_id, sending.at)
    before, document.drafter_id = document.drafter_id, to
    sending.tell("handed_over", {"from": str(before), "given": [{"officer": str(to)}]})


@transaction.atomic
def add_annex(key: UUID, *, file: UUID, by: Actor, at: datetime | None = None) -> OutgoingAnnex:
    """Attach an annex in a file of its own, which gets its own seal."""
    sending = Sending.begin(key, "annex", by=by, at=at)
    if OutgoingAnnex.objects.filter(document=key).count() >= MOST_ANNEXES:
        raise Refused(_("At most %(n)d files.") % {"n": MOST_ANNEXES}, field="files", code="too_many")
    keep([file])
    check_file.defer(file=str(file))
    annex = OutgoingAnnex.objects.create(document_id=key, file_id=file, added_at=sending.at)
    sending.tell("annexed", {"file": annex.file.blob_id})
    return annex


@transaction.atomic
def remove_annex(key: UUID, *, annex: UUID, by: Actor, at: datetime | None = None) -> None:
    """Take an annex off again."""
    sending = Sending.begin(key, "annex", by=by, at=at)
    found = OutgoingAnnex.objects.filter(document=key, pk=annex).select_related("file").first()
    if found is None:
        raise NotFound(_("There is no such file."))
    found.delete()
    release([found.file.pk])
    sending.tell("annex_removed", {"file": found.file.blob_id})


def _describe(document: OutgoingDocument, facts: Facts, at: datetime) -> None:
    require_open(facts.secrecy)
    kind = in_force(DOCUMENT_TYPES, local_day(at)).rules.find(facts.type)
    if errors := _faults(document, facts, kind, at):
        raise Invalid(_("Some answers need your attention."), errors=errors)
    assert kind is not None
    for name in ("type", "urgency", "circulation", "due_on", "copies"):
        setattr(document, name, getattr(facts, name))
    document.signer_id, document.series = facts.signer, kind.series
    document.subject, document.mark = bare(facts.subject), facts.mark.strip()
    document.to, document.archive = bare(facts.to), bare(facts.archive)


def _faults(document: OutgoingDocument, facts: Facts, kind: DocumentType | None, at: datetime) -> dict[str, str]:
    found = too_long(vars(facts), LONGEST)
    if kind is None:
        found["type"] = _("Choose the type of the document.")
    if not 1 <= len(facts.mark.strip()) <= 60 or "/" in facts.mark:
        found["mark"] = _("Write what follows the number, such as QĐ-UBND.")
    elif kind and kind.abbreviation and facts.mark.strip().split("-")[0] != kind.abbreviation:
        found["mark"] = _("The notation of this type begins with %(abbreviation)s (Decree 30/2020, appendix III).") % {
            "abbreviation": kind.abbreviation
        }
    if not facts.subject.strip():
        found["subject"] = _("Write what the document is about.")
    leads = Position.objects.on(local_day(at)).filter(office=document.office_id, officer=facts.signer)
    if not leads.filter(roles__contains=["leader"]).exists():
        found["signer"] = _("Choose a leader of the office.")
    if facts.urgency not in Urgency.values:
        found["urgency"] = _("Choose how urgent it is.")
    if facts.circulation not in Circulation.values:
        found["circulation"] = _("Choose how far it may go round.")
    if not 1 <= facts.copies <= MOST_COPIES:
        found["copies"] = _("Write a number.")
    return found | past(facts.due_on, at)


def add_version(sending: Sending, draft: Draft) -> DraftVersion:
    """The next version of a locked draft, set as a page. Raises ``Refused`` for a text that cannot be set."""
    text = draft.text.strip()
    if not text:
        raise Refused(_("Write the text."), field="text", code="required")
    if len(text) > LONGEST_TEXT:
        raise Refused(_("Write at most %(n)d characters.") % {"n": LONGEST_TEXT}, field="text", code="too_long")
    require_unmarked(text.splitlines())
    last = DraftVersion.objects.filter(document=sending.document).aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_VERSIONS:
        raise Refused(_("This draft has too many versions. Begin a new one."), code="too_many")
    if draft.source is not None:
        keep([draft.source])
    assert sending.by.account is not None
    return DraftVersion.objects.create(
        document=sending.document,
        number=last + 1,
        text=text,
        file=_set(sending, text, name=f"{sending.document.mark}-v{last + 1}.pdf"),
        source_id=draft.source,
        findings=[asdict(each) for each in draft.findings],
        made_by_id=sending.by.account,
        made_at=sending.at,
    )


def _set(sending: Sending, text: str, *, name: str) -> StoredFile:
    """The text in the layout of the decree, with places for signatures, number and date."""
    data = data_of(sending.document, text, sending.at)
    try:
        page = render_with_anchors(Template(TEMPLATES, "document.typ"), data, dated=sending.at)
    except RenderingError as error:
        message = _("The text cannot be set: %(reason)s") % {"reason": error}
        raise Refused(message, field="text", code="rendering") from error
    content = prepare_fields(page.pdf, page.anchors)
    file = store_bytes(content, name=name, media_type=PDF, by=sending.by.account)
    keep([file.pk])
    return file


def data_of(document: OutgoingDocument, text: str, at: datetime) -> Mapping[str, Any]:
    """What the page of a draft is set from: head, text and recipients."""
    office = office_with_place(document.office_id)
    kind = in_force(DOCUMENT_TYPES, local_day(at)).rules.find(document.type)
    names = Recipient.objects.filter(document=document).order_by("id").values_list("name", flat=True)
    return {
        **office_data(office),
        "type": kind.name if kind and kind.abbreviation else "",
        "subject": document.subject,
        "to": document.to,
        "paragraphs": [line.strip() for line in text.splitlines() if line.strip()],
        "recipients": [*names, f"Lưu: {document.archive}"],
        "urgency": URGENCIES.get(document.urgency, ""),
        "circulation": CIRCULATIONS.get(document.circulation, ""),
    }
