"""Whom petitions tell what: offices of new and pressing ones, senders of every turn.

A sender without account is told by the telephone number or e-mail address that they left, which never leaves
``petitions.Petitioner``: a notice names the petition's code and leads to the sender's own page.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, F, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import Occasion, notify, notify_all
from motcua.engines.messaging.kinds import Group, Kind, declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.kernel.text import local_datetime
from motcua.kernel.time.queries import book
from motcua.people.officers.models import Position
from motcua.services.dossiers.soon import due_soon
from motcua.services.petitions.access import LEADING, contacts
from motcua.services.petitions.actions.moving import measure
from motcua.services.petitions.models import Petition, Petitioner
from motcua.services.petitions.secrets import petition_secret

MINE = Group(code="my-petitions", label=_("My petitions"), audience="citizens", contacts=contacts)
WORK = Group(code="petitions", label=_("Petitions to my office"), audience="officers")
AT_ONCE = 500


def _sender(code: str, subject: object, body: object) -> Kind:
    return declare(code=code, group=MINE, subject=subject, body=body)


_SENDER = {
    "petition.received": _sender(
        "petition.received", _("Petition {code} was taken down"),
        _("Open the link to follow it, to complete it and to read the answer. Keep it to yourself."),
    ),
    "petition.accepted": _sender(
        "petition.accepted", _("Petition {code} is being handled"), _("{office} has taken it up and answers by {due}.")
    ),
    "petition.forwarded": _sender(
        "petition.forwarded", _("Petition {code} has another office now"), _("It was passed on to {office}.")
    ),
    "petition.refused": _sender(
        "petition.refused", _("Petition {code} was not taken up"), _("Reason: {reason}")
    ),
    "petition.info_asked": _sender(
        "petition.info_asked", _("Please complete petition {code}"), _("{office} asks you. Please answer by {due}.")
    ),
    "petition.answered": _sender(
        "petition.answered", _("Petition {code} has been answered"), _("{office} has answered. Open it to read.")
    ),
    "petition.replied": _sender(
        "petition.replied", _("A reply about petition {code}"), _("{office} has replied to your question.")
    ),
    "petition.merged": _sender(
        "petition.merged", _("Petition {code} is answered with another"), _("Another says the same: {into}.")
    ),
}  # fmt: skip
_NEW = declare(
    code="petition.new",
    group=WORK,
    subject=_("New petition {code}"),
    body=_("It is to be taken up, passed on or refused by {due}."),
)
_HEARD = declare(
    code="petition.heard",
    group=WORK,
    subject=_("The sender of petition {code} has written"),
    body=_("Please read what they wrote and answer."),
)
_DUE = declare(
    code="petition.due",
    group=WORK,
    subject=_("Due soon: petition {code}"),
    body=_("What is to be done next is due by {due}."),
)
_LATE = declare(
    code="petition.late",
    group=WORK,
    subject=_("Overdue: petition {code}"),
    body=_("What is to be done next was due by {due}."),
)
_OFFICE = {
    "petition.received": _NEW,
    "petition.forwarded": _NEW,
    "petition.info_given": _HEARD,
    "petition.followed_up": _HEARD,
    "petition.reopened": _HEARD,
}


@subscriber("petitions.notices", kinds=("petition.*",), from_now=True)
def tell(batch: list[Event]) -> None:
    """Tell senders and offices of what has happened."""
    keys = {UUID(event.stream.removeprefix("petition:")) for event in batch}
    found = {row.stream: row for row in Petition.objects.filter(pk__in=keys).select_related("office")}
    for event in batch:
        petition = found.get(event.stream)
        if petition is None:
            continue
        if event.kind in _SENDER:
            _tell_sender(event, petition)
        if event.kind in _OFFICE and petition.office_id is not None:
            who = officers_of(petition, event.at) - {event.actor}
            _tell_officers(_OFFICE[event.kind], petition, who, f"{event.stream}:{event.version}")


def _tell_sender(event: Event, petition: Petition) -> None:
    """Who sends one reads code and key on the page; for whom an officer took it down, they are told."""
    sender = Petitioner.objects.filter(petition=petition).only("account", "wrote_down").first()
    if sender is None or (event.kind == "petition.received" and sender.wrote_down_id is None):
        return
    due = event.references.get("due") or event.references.get("until")
    facts = {
        "code": petition.code,
        "office": petition.office.name if petition.office else "",
        "due": local_datetime(datetime.fromisoformat(due)) if due else "",
        "reason": str(event.references.get("reason") or ""),
        "into": str(event.references.get("into") or ""),
    }
    url = reverse("petitions:follow", args=[petition.code, petition_secret(petition.pk)])
    occasion = Occasion(
        kind=_SENDER[event.kind],
        recipients=[sender.account_id] if sender.account_id else [],
        contacts=[] if sender.account_id else [sender.pk],
        facts=facts,
        key=f"{event.stream}:{event.version}",
        url=url,
        open_url=url,
    )
    notify_all([occasion])


def _tell_officers(kind: Kind, petition: Petition, who: Iterable[UUID | None], key: str) -> None:
    facts = {"code": petition.code, "due": local_datetime(petition.due_at)}
    url = reverse("petitions:desk-petition", args=[petition.code])
    notify(kind, recipients={each for each in who if each}, facts=facts, key=key, url=url)


def officers_of(petition: Petition, at: datetime) -> set[UUID]:
    """Who is told of a petition: receptionists, heads and leaders of its office; of a closed matter heads and leaders.

    The sender is never told as an officer.
    """
    roles = LEADING if petition.heads_only else ("reception", *LEADING)
    held = Position.objects.on(timezone.localdate(at)).filter(office=petition.office_id, roles__overlap=list(roles))
    own = Petitioner.objects.filter(petition=petition).values_list("account", flat=True).first()
    return set(held.values_list("officer", flat=True)) - {own}


def warn_of_limits(*, at: datetime) -> int:
    """Warn offices of what is due soon by their calendar and of what is overdue, once for each due time."""
    within = due_soon(Petition._meta.db_table, "office_id", at=at, calendars=book())
    is_soon = RawSQL(*within, output_field=BooleanField())  # noqa: S611 - our own words
    running = Petition.objects.filter(office__isnull=False)
    running = running.exclude(state=Petition.State.WAITING).order_by("due_at", "id")
    soon = running.filter(is_soon).filter(Q(warned_of=None) | ~Q(warned_of=F("due_at")))
    late = running.filter(due_at__lt=at).filter(Q(late_told_of=None) | ~Q(late_told_of=F("due_at")))
    told = 0
    for kind, field, petitions in ((_DUE, "warned_of", soon), (_LATE, "late_told_of", late)):
        for petition in petitions[:AT_ONCE]:
            _warn(kind, field, petition, at)
            told += 1
    return told


@transaction.atomic
def _warn(kind: Kind, field: str, petition: Petition, at: datetime) -> None:
    key = f"{petition.stream}:{field}:{petition.due_at:%Y%m%d%H%M}"
    _tell_officers(kind, petition, officers_of(petition, at), key)
    if kind is _LATE and petition.due_at is not None:
        measure(petition, "late" if petition.state == Petition.State.ANSWERED else "unanswered", due=petition.due_at)
    Petition.objects.filter(pk=petition.pk).update(**{field: petition.due_at})
