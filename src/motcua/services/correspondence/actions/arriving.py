"""A document arrives, by whatever channel; the clerk registers it or sends it back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import in_force
from motcua.engines.registers.actions import next_number
from motcua.engines.signing.jobs import check_file
from motcua.kernel.blobs.actions import keep, kept_copies
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.composed import Composed
from motcua.kernel.errors import Invalid
from motcua.kernel.events.actions import record_many
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.text.typed import TOLD, bare, too_long, written
from motcua.kernel.writing import insert
from motcua.people.officers.actors import HOUSE, Actor
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.actions.moving import GONE, Moving, past
from motcua.services.correspondence.models import IncomingDocument, IncomingFile
from motcua.services.correspondence.models.described import Circulation, Urgency
from motcua.services.correspondence.secrecy import require_open
from motcua.services.correspondence.series import INCOMING
from motcua.services.correspondence.types import DOCUMENT_TYPES

MOST_FILES = 50
_sent_before = Composed[IncomingDocument]()
LONGEST = {
    "notation": 80, "subject": 500, "sender": 200, "sender_code": 40, "identifier": 200, "language": 30,
    "signer_competence": 30, "signer_position": 100, "signer_name": 50,
}  # fmt: skip
"""Letters of each text that a register takes; what is longer is refused."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What is known of a document when it comes: from a message, or typed by the clerk from paper.

    ``secrecy`` is a mark of secrecy that the document bears; with one it is not taken. ``files``: stored files, the
    document itself first. ``identifier`` is what the sender's system calls it.
    """

    type: str
    notation: str
    subject: str
    sender: str
    document_date: date | None = None
    sender_code: str = ""
    identifier: str = ""
    urgency: int = Urgency.NORMAL
    circulation: str = Circulation.ANYWHERE
    secrecy: str = ""
    pages: int | None = None
    language: str = "Tiếng Việt"
    signer_competence: str = ""
    signer_position: str = ""
    signer_name: str = ""
    due_on: date | None = None
    files: Sequence[UUID] = field(default_factory=tuple)


@transaction.atomic
def arrive(
    arrival: Arrival,
    *,
    office: UUID,
    channel: str,
    by: Actor = HOUSE,
    at: datetime | None = None,
    judged: bool = False,
) -> IncomingDocument:
    """Take a document in for an office's clerk to register; its signatures are judged at once, by a job, unless they
    have been (``judged``).

    The same ``identifier`` from the same sender again gives the document that is there. Raises ``Invalid`` by field,
    ``Refused`` for a secret one.
    """
    now = at or timezone.now()
    check(arrival, now)
    if known := _known(arrival, [office]):
        return known[0]
    moving = _arrived(arrival, office, channel, by, now)
    keep_files(arrival.files, judged=judged)
    insert([moving.document, *rows_of(moving.document, arrival.files)])
    record_many([_arrival_told(moving)])
    return moving.document


class Arrivals(NamedTuple):
    """The documents of offices, and what is to be told of those that are new."""

    documents: dict[UUID, IncomingDocument]
    told: list[NewEvent]


def arrive_inside(
    arrival: Arrival, originals: Sequence[StoredFile], *, offices: Collection[UUID], at: datetime
) -> Arrivals:
    """As :func:`arrive`, for a document that many offices of this system get from another, judged already; each has
    files of its own. Three statements, however many they are, in the transaction of the caller, who records what is
    told.
    """
    check(replace(arrival, files=[file.pk for file in originals]), at)
    there = {row.office_id: row for row in reversed(_known(arrival, offices))}
    new = [office for office in dict.fromkeys(offices) if office not in there]
    made = [_arrived(arrival, office, IncomingDocument.Channel.INSIDE, HOUSE, at) for office in new]
    copies = [kept_copies(originals) for _each in made]
    files = [
        row
        for each, own in zip(made, copies, strict=True)
        for row in rows_of(each.document, [file.pk for file in own])
    ]
    insert([*(each.document for each in made), *chain.from_iterable(copies), *files])
    documents = there | {each.document.office_id: each.document for each in made}
    return Arrivals(documents, [_arrival_told(each) for each in made])


def _known(arrival: Arrival, offices: Collection[UUID]) -> list[IncomingDocument]:
    """The documents that the same sender has sent under this identifier to some offices before, the oldest first."""
    identifier, sender = bare(arrival.identifier), bare(arrival.sender_code)
    if not identifier:
        return []
    asked = list(dict.fromkeys(offices))
    return _sent_before(
        lambda: (
            IncomingDocument.objects.filter(identifier=identifier, sender_code=sender, office__in=asked)
            # In the words of the index, whose plan is kept for every identifier.
            .filter(RawSQL("identifier <> ''", (), BooleanField()))
            .exclude(state__in=GONE)
            .order_by("id")
        ),
        [identifier, *asked, sender, *GONE],
        shape=len(asked),
    )


def _arrived(arrival: Arrival, office: UUID, channel: str, by: Actor, at: datetime) -> Moving:
    document = IncomingDocument(office_id=office, channel=channel, arrived_at=at, **described(arrival))
    return Moving(document, at, by)


def _arrival_told(moving: Moving) -> NewEvent:
    document = moving.document
    return moving.fact("arrived", {"channel": document.channel, "identifier": document.identifier}, begins=True)


def keep_files(files: Sequence[UUID], *, judged: bool = False) -> None:
    """Keep files that came; their signatures are judged by jobs, unless they have been."""
    keep(files)
    for file in () if judged else files:
        check_file.defer(file=str(file))


@transaction.atomic
def register(key: UUID, *, by: Actor, changes: Arrival | None = None, at: datetime | None = None) -> IncomingDocument:
    """Enter a document into the register (vào sổ): it gets the next number of the office's year.

    ``changes`` are its facts as the clerk has corrected them; files stay. One series for paper and electronic
    documents (Decree 30/2020/NĐ-CP, article 22). Raises as :func:`arrive`.
    """
    moving = Moving.begin(key, "register", by=by, at=at)
    document = moving.document
    if changes is not None:
        check(changes, moving.at)
        for name, value in described(changes).items():
            setattr(document, name, value)
    moving.tell("registered", _enter(moving))
    return document


def _enter(moving: Moving) -> dict[str, Any]:
    """Give the document its number in the register; what is told of that."""
    document = moving.document
    document.number = _next(document.office_id, moving.at)
    document.year = local_day(moving.at).year
    document.state, document.registered_at = IncomingDocument.State.REGISTERED, moving.at
    document.registered_by_id = moving.by.account
    return {"number": document.number, "year": document.year}


@transaction.atomic
def register_at_once(
    arrival: Arrival, *, office: UUID, channel: str, by: Actor, at: datetime | None = None
) -> IncomingDocument:
    """Take in and register what the clerk has in hand, with its files; who has seen that it may be there already means
    another one. Raises as :func:`arrive`.
    """
    now = at or timezone.now()
    check(arrival, now)
    moving = _arrived(arrival, office, channel, by, now)
    arrived = _arrival_told(moving)
    keep_files(arrival.files)  # other clerks of the office wait from the number to the end
    entered = _enter(moving)
    insert([moving.document, *rows_of(moving.document, arrival.files)])
    record_many([arrived, moving.fact("registered", entered)])
    return moving.document


@transaction.atomic
def send_back(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """The clerk refuses a document that is not for this office, or cannot be read; the sender is told why."""
    moving = Moving.begin(key, "send_back", by=by, at=at)
    why = written(reason, _("Say why it is sent back; the sender reads it."), "reason", TOLD)
    moving.close(IncomingDocument.State.SENT_BACK, why)
    moving.tell("sent_back", {"reason": why})


def _next(office: UUID, at: datetime) -> int:
    return int(next_number(INCOMING.code, facts={"office": str(office)}, at=at))


def rows_of(document: IncomingDocument, files: Sequence[UUID], *, after: int = 0) -> list[IncomingFile]:
    """Files as those of a document, ``after`` so many that it has; not stored yet."""
    main, annex = IncomingFile.Part.MAIN, IncomingFile.Part.ANNEX
    return [
        IncomingFile(document=document, file_id=file, part=annex if place else main, position=place)
        for place, file in enumerate(files, start=after)
    ]


def described(arrival: Arrival) -> dict[str, Any]:
    """The fields of a document from what is known of it."""
    found: dict[str, Any] = {name: bare(getattr(arrival, name)) for name in LONGEST}
    for name in ("type", "document_date", "urgency", "circulation", "pages", "due_on"):
        found[name] = getattr(arrival, name)
    return found


def check(arrival: Arrival, at: datetime) -> None:
    """Raises ``Refused`` for what is secret, ``Invalid`` by field."""
    require_open(arrival.secrecy)
    if errors := _faults(arrival, at):
        raise Invalid(_("Some answers need your attention."), errors=errors)


def _faults(arrival: Arrival, at: datetime) -> dict[str, str]:
    today = local_day(at)
    found = too_long({name: getattr(arrival, name) for name in LONGEST}, LONGEST)
    if in_force(DOCUMENT_TYPES, today).rules.find(arrival.type) is None:
        found["type"] = _("Choose the type of the document.")
    if not arrival.subject.strip():
        found["subject"] = _("Write what the document is about.")
    if not arrival.sender.strip():
        found["sender"] = _("Write who has issued it.")
    if arrival.document_date is not None and arrival.document_date > today:
        found["document_date"] = _("A document that has come cannot be of a day to come.")
    if arrival.urgency not in Urgency.values:
        found["urgency"] = _("Choose how urgent it is.")
    if arrival.circulation not in Circulation.values:
        found["circulation"] = _("Choose how far it may go round.")
    if arrival.pages is not None and not 1 <= arrival.pages <= 9999:
        found["pages"] = _("Write the number of pages.")
    if len(arrival.files) > MOST_FILES:
        found["files"] = _("At most %(n)d files.") % {"n": MOST_FILES}
    return found | past(arrival.due_on, at)
