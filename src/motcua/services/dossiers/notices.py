"""Whom dossiers tell what: applicants at every turn, officers of new and pressing work."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import Occasion, notify_all
from motcua.engines.messaging.kinds import Group, Kind, declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.kernel.text import dong, local_date, local_datetime
from motcua.kernel.time.queries import calendar_for
from motcua.kernel.time.rules import at_work
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.services.dossiers import fee_notices
from motcua.services.dossiers.applicants import MINE, told_of
from motcua.services.dossiers.models import Dossier, ReturnMethod
from motcua.services.dossiers.rules.clock import is_early

WORK = Group(code="work", label=_("New work for me"), audience="officers", email=False)
RECEIVED = Group(code="received", label=_("What my desk has received"), audience="officers", email=False)

AT_ONCE = 500
Officers = Callable[[UUID, str, date], set[UUID]]  # of an office and a role on a day

_APPLICANT: dict[str, Kind] = {
    "dossier.accepted": declare(
        code="dossier.accepted",
        group=MINE,
        subject=_("Dossier {code} was accepted"),
        body=_("Your dossier “{subject}” was accepted under the code {code}. The result is expected on {due}."),
    ),
    "dossier.refused": declare(
        code="dossier.refused",
        group=MINE,
        subject=_("Dossier {code} was not accepted"),
        body=_("Your dossier “{subject}” was not accepted. Reason: {reason}"),
    ),
    "dossier.supplement_requested": declare(
        code="dossier.supplement_requested",
        group=MINE,
        subject=_("Dossier {code} must be completed"),
        body=_("To go on with “{subject}”, please complete: {items}. Reason: {reason} Please answer before {until}."),
    ),
    "dossier.extended": declare(
        code="dossier.extended",
        group=MINE,
        subject=_("New appointment for dossier {code}"),
        body=_("We apologise: the result of “{subject}” will be late. The new appointment is {due}. Reason: {reason}"),
    ),
    "dossier.decided": declare(
        code="dossier.decided",
        group=MINE,
        subject=_("The result of dossier {code} is ready"),
        body=_("The result of “{subject}” is ready. You can collect it {way}."),
    ),
    "dossier.returned": declare(
        code="dossier.returned",
        group=MINE,
        subject=_("The result of dossier {code} was returned"),
        body=_("The result of “{subject}” was returned on {at}. Thank you for using our services."),
    ),
    "dossier.stopped": declare(
        code="dossier.stopped",
        group=MINE,
        subject=_("Processing of dossier {code} was stopped"),
        body=_("Processing of “{subject}” was stopped on request. Reason: {reason}"),
    ),
    "dossier.withdrawn": declare(
        code="dossier.withdrawn",
        group=MINE,
        subject=_("Dossier {code} was withdrawn"),
        body=_("“{subject}” was withdrawn on {at}. If this was not your wish, please turn to the receiving office."),
    ),
    "dossier.lapsed": declare(
        code="dossier.lapsed",
        group=MINE,
        subject=_("Dossier {code} was closed"),
        body=_("The supplement for “{subject}” was not brought in time, so the dossier was closed."),
    ),
    "dossier.calendar_changed": declare(
        code="dossier.calendar_changed",
        group=MINE,
        subject=_("New appointment for dossier {code}: the working calendar has changed"),
        body=_("The working calendar has changed: the result of “{subject}” is now expected on {due}."),
    ),
    "dossier.supplement_lapse_moved": declare(
        code="dossier.supplement_lapse_moved",
        group=MINE,
        subject=_("More time to complete dossier {code}"),
        body=_("The working calendar has changed: you may complete “{subject}” until {until}."),
    ),
    **fee_notices.SETTLED,
}
_DECIDED_EARLY = declare(
    code="dossier.decided_early",
    group=MINE,
    subject=_("The result of dossier {code} is ready before the appointment"),
    body=_("The result of “{subject}” is ready before the appointment of {due}. You can collect it {way} from"
           " {from_day} on; you need not wait for the appointment."),
)  # fmt: skip
_SENT_EARLY = declare(
    code="dossier.sent_early",
    group=MINE,
    subject=_("The result of dossier {code} is sent to you before the appointment"),
    body=_("The result of “{subject}” is ready before the appointment of {due}. It will be sent to you by post; you"
           " need not come."),
)  # fmt: skip
_STOPPED_WITH_PARENT = declare(
    code="dossier.stopped_with_parent",
    group=MINE,
    subject=_("Dossier {code} was stopped together with dossier {parent}"),
    body=_("Processing of “{subject}” was stopped because dossier {parent}, which it belongs to, has ended."),
)
_LET_GO = declare(
    code="dossier.let_go",
    group=MINE,
    subject=_("Dossier {code} was stopped: dossier {parent} goes on without it"),
    body=_("Processing of “{subject}” was stopped because dossier {parent}, which it belongs to, goes on without it."),
)
INVITED = declare(
    code="application.invited",
    group=MINE,
    subject=_("{name} invites you to apply together"),
    body=_("{name} has prepared an application for “{procedure}” and names you as one who applies, too. Please read it"
           " and confirm it, or say that you do not apply."),
)  # fmt: skip
ALL_CONFIRMED = declare(
    code="application.all_confirmed",
    group=MINE,
    subject=_("Everybody has confirmed your application"),
    body=_("All who apply together with you for “{procedure}” have confirmed. You can send the application now."),
)
DECLINED = declare(
    code="application.declined",
    group=MINE,
    subject=_("{name} does not apply together with you"),
    body=_("{name} does not confirm the application for “{procedure}”. Reason: {reason}."),
)
_ASSIGNED = declare(
    code="work.assigned",
    group=WORK,
    subject=_("Work for you: {step}"),
    body=_("Dossier {code} – {subject}: the step “{step}” was given to you."),
)
_NEW_WORK = declare(
    code="work.new",
    group=WORK,
    subject=_("New work in your office: {step}"),
    body=_("Dossier {code} – {subject}: the step “{step}” waits in your office until {due}."),
)
_STOPPED_WORK = declare(
    code="work.stopped",
    group=WORK,
    subject=_("No more to do: dossier {code} was stopped together with dossier {parent}"),
    body=_("Dossier {code} – {subject}: the step “{step}” falls away because dossier {parent} has ended."),
)
_LET_GO_WORK = declare(
    code="work.let_go",
    group=WORK,
    subject=_("No more to do: dossier {parent} goes on without dossier {code}"),
    body=_("Dossier {code} – {subject}: the step “{step}” falls away because dossier {parent} goes on without it."),
)
_TO_APPROVE = declare(
    code="supplement.to_approve",
    group=WORK,
    subject=_("For your approval: a further supplement, dossier {code}"),
    body=_("Dossier {code} – {subject}: an officer wishes to ask the applicant once more. Please decide."),
)
_APPROVED = declare(
    code="supplement.approved",
    group=WORK,
    subject=_("Approved: a further supplement, dossier {code}"),
    body=_("Dossier {code} – {subject}: the applicant has been asked to complete it; the clock stands still."),
)
_NOT_APPROVED = declare(
    code="supplement.not_approved",
    group=WORK,
    subject=_("Not approved: a further supplement, dossier {code}"),
    body=_("Dossier {code} – {subject}: the applicant is not asked once more. Reason: {reason}"),
)
# event → what one officer is told of it, and which reference names them
_OFFICER: dict[str, tuple[Kind, str]] = {
    "dossier.step_reassigned": (_ASSIGNED, "assignee"),
    "dossier.supplement_proposed": (_TO_APPROVE, "approver"),
    "dossier.supplement_approved": (_APPROVED, "proposed_by"),
    "dossier.supplement_not_approved": (_NOT_APPROVED, "proposed_by"),
}
_WAYS = {"desk": _("at the counter"), "post": _("by post"), "online": _("online, from your dossier page")}


@subscriber("dossiers.notices", kinds=("dossier.*",), from_now=True)
def tell(batch: list[Event]) -> None:
    """Tell applicants and officers of what has happened.

    Seven statements with BEGIN and COMMIT, one more for each office and role that has new work, and those of
    :func:`applicants.parties_behind`, and those of :func:`fee_notices.dues_asked`.
    """
    dossiers, officers = _dossiers(batch), cache(officers_of)
    known = [(event, dossiers[event.stream]) for event in batch if event.stream in dossiers]
    told = [occasion for event, dossier in known for occasion in _occasions(event, dossier, officers)]
    notify_all([*told, *fee_notices.dues_asked(known)])


def _occasions(event: Event, dossier: Dossier, officers: Officers) -> Iterator[Occasion]:
    if event.kind in _APPLICANT:
        yield _for_applicant(event, dossier)
    if event.kind in _OFFICER and event.references.get(_OFFICER[event.kind][1]):
        yield _for_officer(event, dossier)
    for opened in event.references.get("next") or ():
        if opened.get("office"):
            yield _for_office(event, dossier, opened, officers)
    if event.kind == "dossier.stopped":
        for fallen in event.references.get("steps") or ():
            yield _of_stopped(event, dossier, fallen, officers)


def _dossiers(batch: Iterable[Event]) -> dict[str, Dossier]:
    keys = {UUID(event.stream.removeprefix("dossier:")) for event in batch}
    people = ("applicant__merged_into", "representative__merged_into")
    rows = Dossier.objects.filter(pk__in=keys).select_related(*people)
    return {row.stream: row for row in rows}


def _for_applicant(event: Event, dossier: Dossier) -> Occasion:
    told = event.references
    due, lapses = told.get("due"), told.get("lapses")
    facts = {
        "code": dossier.number,
        "subject": dossier.subject,
        "due": local_datetime(datetime.fromisoformat(due)) if due else gettext("the day the office will tell you"),
        "at": local_date(event.at),
        "amount": dong(int(told.get("amount") or 0)),
        "reason": str(told.get("reason") or ""),
        "items": "; ".join(told.get("items") or ()),
        "until": local_datetime(datetime.fromisoformat(lapses)) if lapses else gettext("the day the office tells you"),
        "way": str(_WAYS[dossier.return_method]),
    }
    facts["parent"] = str(told.get("parent_number") or "")
    kind = _APPLICANT[event.kind]
    if facts["parent"]:
        kind = _LET_GO if told.get("parent_goes_on") else _STOPPED_WITH_PARENT
    elif event.kind == "dossier.decided" and due and is_early(event.at, datetime.fromisoformat(due)):
        kind = _SENT_EARLY if dossier.return_method == ReturnMethod.POST else _DECIDED_EARLY
        facts["from_day"] = local_date(_open_from(event.at, dossier))
    return told_of(dossier, at=event.at, kind=kind, facts=facts, key=_key(event))


def _open_from(at: datetime, dossier: Dossier) -> datetime:
    """From when a result may be collected: at the counter in its hours, online at once."""
    if dossier.return_method != ReturnMethod.DESK:
        return at
    return at_work(at, calendar_for(dossier.receiving_office_id))


def _for_officer(event: Event, dossier: Dossier) -> Occasion:
    kind, name = _OFFICER[event.kind]
    facts = work_facts(dossier, str(event.references.get("name", "")), None)
    facts["reason"] = str(event.references.get("reason") or "")
    officer = UUID(str(event.references[name]))
    return Occasion(kind=kind, recipients={officer}, facts=facts, key=_key(event), url=desk_url(dossier))


def _for_office(event: Event, dossier: Dossier, opened: dict[str, str], officers: Officers) -> Occasion:
    due = datetime.fromisoformat(opened["due"]) if opened.get("due") else None
    told = officers(UUID(opened["office"]), opened.get("role", ""), local_day(event.at)) - {event.actor}
    facts = work_facts(dossier, opened["name"], due)
    key = f"{_key(event)}:{opened['item']}"
    return Occasion(kind=_NEW_WORK, recipients=told, facts=facts, key=key, url=desk_url(dossier))


def _of_stopped(event: Event, dossier: Dossier, fallen: dict[str, str], officers: Officers) -> Occasion:
    """Who had the step, else its office, hears that it falls away."""
    had = UUID(fallen["assignee"]) if fallen.get("assignee") else None
    told = {had} if had else officers(UUID(fallen["office"]), fallen.get("role", ""), local_day(event.at))
    facts = work_facts(dossier, fallen["name"], None) | {"parent": str(event.references["parent_number"])}
    key = f"{_key(event)}:{fallen['item']}"
    kind = _LET_GO_WORK if event.references.get("parent_goes_on") else _STOPPED_WORK
    return Occasion(kind=kind, recipients=told - {event.actor}, facts=facts, key=key, url=desk_url(dossier))


def officers_of(office: UUID, role: str, day: date) -> set[UUID]:
    """Who held a role in an office on a day; anybody there where none is named."""
    held = Position.objects.on(day).filter(office=office)
    if role:
        held = held.filter(roles__contains=[role])
    return set(held.order_by("officer_id", "id").values_list("officer_id", flat=True)[:AT_ONCE])


def work_facts(dossier: Dossier, step: str, due: datetime | None) -> dict[str, str]:
    """What is told of work."""
    return {"code": dossier.number, "subject": dossier.subject, "step": step, "due": local_datetime(due)}


def desk_url(dossier: Dossier) -> str:
    """Where officers see the dossier."""
    return reverse("dossiers:desk-dossier", kwargs={"number": dossier.number})


def _key(event: Event) -> str:
    return f"{event.stream}:{event.version}"
