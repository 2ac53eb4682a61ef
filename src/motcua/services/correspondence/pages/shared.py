"""What pages of documents have in common: a form read, files taken in, a document and its deadline in words."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.queries import kept_verdicts
from motcua.engines.signing.texts import told, unsigned
from motcua.kernel.blobs.actions import store
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.text.sizes import size_text
from motcua.people.accounts.pages.coming_back import Story
from motcua.people.officers.actors import Actor, officer
from motcua.services.correspondence import queries
from motcua.services.correspondence.actions import Arrival
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import Assignment, IncomingDocument, OutgoingDocument
from motcua.services.correspondence.models.described import Circulation, Urgency
from motcua.services.correspondence.searching.contents import unreadable
from motcua.services.correspondence.timeline import TITLES

MOST_FILES = 20
SOON = timedelta(days=1)
_SALT = "correspondence.files"


def typed(request: HttpRequest) -> dict[str, str]:
    """What a form sent, without null characters."""
    return {name: str(value).replace("\0", "") for name, value in request.POST.items()}


def day_of(text: str, field: str) -> date | None:
    """A day that was typed; none for nothing. Raises ``Refused``."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise Refused(_("Choose a day."), field=field, code="day") from error


def whole(text: str, field: str) -> int | None:
    """A number that was typed; none for nothing. Raises ``Refused``."""
    bare = text.strip()
    if not bare:
        return None
    if not (bare.isascii() and bare.isdecimal() and len(bare) < 7):
        raise Refused(_("Write a number."), field=field, code="number")
    return int(bare)


def actor_of(request: HttpRequest, *offices: UUID | None, roles: Iterable[str] = ()) -> Actor:
    """The officer in the position that fits best."""
    return officer(desk_of(request), offices=offices, roles=roles)


def arrival_of(request: HttpRequest, files: Iterable[UUID] = ()) -> Arrival:
    """The facts of a document as the form says them. Raises ``Invalid`` for days and numbers that are none."""
    sent, errors, days = typed(request), dict[str, str](), dict[str, Any]()
    for name in ("document_date", "due_on"):
        try:
            days[name] = day_of(sent.get(name, ""), name)
        except Refused as refused:
            errors[name] = refused.message
    pages, urgency = None, -1
    try:
        pages = whole(sent.get("pages", ""), "pages")
        urgency = whole(sent.get("urgency", "0"), "urgency") or 0
    except Refused as refused:
        errors[refused.field or ""] = refused.message
    if errors:
        raise Invalid(_("Some answers need your attention."), errors=errors)
    texts = (
        "type", "notation", "subject", "sender", "sender_code", "identifier", "circulation", "secrecy",
        "signer_competence", "signer_position", "signer_name",
    )  # fmt: skip
    given: dict[str, Any] = {name: sent.get(name, "") for name in texts}
    return Arrival(pages=pages, urgency=urgency, files=tuple(files), **days, **given)


def description_choices(day: date) -> dict[str, Any]:
    """The choices of the form of a document; one statement."""
    secrecy = [("", _("None")), ("Mật", "Mật"), ("Tối mật", "Tối mật"), ("Tuyệt mật", "Tuyệt mật")]
    return {
        "types": [("", _("Choose")), *queries.types(day).items()],
        "urgencies": list(Urgency.choices),
        "circulations": list(Circulation.choices),
        "secrecies": secrecy,
    }


@dataclass(frozen=True)
class Uploaded:
    """Files taken in with a form; ``kept`` brings them along when the form is shown again."""

    files: tuple[StoredFile, ...]

    @property
    def keys(self) -> tuple[UUID, ...]:
        """Their keys, the document itself first."""
        return tuple(file.pk for file in self.files)

    @property
    def kept(self) -> str:
        """The keys, signed for the form; empty for none."""
        return signing.dumps([str(key) for key in self.keys], salt=_SALT) if self.files else ""


def uploaded_before(request: HttpRequest) -> Uploaded:
    """The files that came when the form was sent before and nobody keeps yet: a form sent twice gives them once."""
    try:
        keys = signing.loads(request.POST.get("kept", ""), salt=_SALT) if request.POST.get("kept") else []
    except signing.BadSignature:
        keys = []
    if not keys:
        return Uploaded(())
    found = StoredFile.objects.filter(pk__in=keys, uploaded_by=request.user.pk, kept=False)
    return Uploaded(tuple(found.order_by("created_at", "id")))


def uploaded(request: HttpRequest, name: str = "files") -> Uploaded:
    """The files that came with the form, after those that came when it was sent before.

    Raises ``Refused`` for too many, and for one that is not accepted.
    """
    found = list(uploaded_before(request).files)
    sent = [file for file in request.FILES.getlist(name) if isinstance(file, UploadedFile) and file.name]
    if len(sent) + len(found) > MOST_FILES:
        raise Refused(_("At most %(n)d files.") % {"n": MOST_FILES}, field=name, code="too_many")
    for file in sent:
        try:
            found.append(store(file, name=file.name or "", by=request.user.pk))
        except Refused as refused:
            raise Refused(f"{file.name}: {refused.message}", field=name, code=refused.code) from refused
    return Uploaded(tuple(found))


def due_in_words(due: date | None, *, done: bool = False) -> dict[str, str] | None:
    """A due day with its state, for ``mc.deadline``; None without one."""
    if due is None:
        return None
    today = timezone.localdate()
    state, text = ("on_time", _("On time"))
    if done:
        state, text = "done", _("Done")
    elif due < today:
        state, text = "overdue", _("Overdue")
    elif due <= today + SOON:
        state, text = "due_soon", _("Due soon")
    return {"state": state, "text": text, "due": local_date(due)}


def story_of(document: IncomingDocument | OutgoingDocument) -> Story:
    """What is told of a document, for the forms of its acts."""
    return Story(document.stream, TITLES)


def document_row(document: IncomingDocument, names: Mapping[str, str]) -> dict[str, Any]:
    """A document that came in as lists show it."""
    return {
        "url": reverse("correspondence:document", args=[document.pk]),
        "number": document.number or "–",
        "subject": document.subject,
        "about": about(document, names),
        "sender": document.sender,
        "arrived": local_datetime(document.arrived_at),
        "state": COLOURS.get(document.state, document.state),
        "state_text": document.get_state_display(),
        "urgent": document.get_urgency_display() if document.urgency else "",
        "deadline": due_in_words(document.due_on, done=document.closed_at is not None),
    }


COLOURS = {
    "arrived": "received", "registered": "received", "proposed": "waiting", "assigned": "handling",
    "recalled": "refused",
}  # fmt: skip


def about(document: IncomingDocument | OutgoingDocument, names: Mapping[str, str]) -> str:
    """``Công văn 125/SXD-QLN, 20/11/2026``."""
    day = local_date(document.document_date)
    named = f"{names.get(document.type, document.type)} {document.notation}".strip()
    return f"{named}, {day}" if day else named


def task_row(task: Assignment, names: Mapping[str, str]) -> dict[str, Any]:
    """Something to be done, as lists show it."""
    return {
        **document_row(task.document, names),
        "part": task.get_part_display(),
        "whose": task.officer.display_name if task.officer else task.office.name,
        "deadline": due_in_words(task.due_on),
    }


def file_rows(
    rows: Iterable[tuple[StoredFile, str, str]], *, recognised: Collection[UUID] = ()
) -> list[dict[str, Any]]:
    """Files for ``mc.files``, with what their signatures were worth: file, its blob joined, address, what it is. Two
    statements.

    One whose words could not be read says so: the document is not found by them, unless they were ``recognised``.
    """
    found = list(rows)
    signed = kept_verdicts(file.blob_id for file, _url, _what in found)
    unread = unreadable(file.blob_id for file, _url, _what in found if file.pk not in recognised)
    return [
        {
            "name": file.name,
            "url": url,
            "download": f"{url}?download=1",
            "facts": _facts_of(
                file,
                what,
                unsigned(signed.get(file.blob_id)),
                is_read=file.blob_id not in unread,
            ),
            "media_type": file.media_type,
            "scan": file.blob.mark,
            "verdicts": told(signed[file.blob_id].verdicts) if file.blob_id in signed else None,
        }
        for file, url, what in found
    ]


def _facts_of(file: StoredFile, what: str, judged: str, *, is_read: bool) -> str:
    unread = "" if is_read else _("its words could not be read, so search does not find them")
    return " · ".join(filter(None, (f"{what}, {size_text(file.size)}", judged, unread)))
