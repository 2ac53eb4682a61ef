"""Whom dossiers tell what: applicants at every turn, officers of new and pressing work."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, Exists, F, Model, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import Occasion, notify_all
from motcua.engines.messaging.kinds import Group, Kind, declare
from motcua.engines.messaging.models import Notice
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.kernel.text import dong, local_date, local_datetime
from motcua.kernel.time.queries import book, calendar_for
from motcua.kernel.time.rules import at_work
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.services.dossiers import fee_notices
from motcua.services.dossiers.applicants import MINE, told_of
from motcua.services.dossiers.models import Dossier, ReturnMethod, WorkItem
from motcua.services.dossiers.models.dossier import RUNNING_CLOCK
from motcua.services.dossiers.rules.clock import is_early
from motcua.services.dossiers.soon import due_soon

WORK = Group(code="work", label=_("New work for me"), audience="officers", email=False)
PRESSING = Group(code="pressing", label=_("Work that is due soon or overdue"), audience="officers")
RECEIVED = Group(code="received", label=_("What my desk has received"), audience="officers", email=False)

AT_ONCE = 500
Told = defaultdict[UUID, set[UUID]]  # officers by what they are told of
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
_DUE_SOON = declare(
    code="work.due_soon",
    group=PRESSING,
    subject=_("Due soon: {step}, dossier {code}"),
    body=_("The step “{step}” of dossier {code} – {subject} is due at {due}."),
)
_OVERDUE = declare(
    code="work.overdue",
    group=PRESSING,
    subject=_("Overdue: {step}, dossier {code}"),
    body=_("The step “{step}” of dossier {code} – {subject} was due at {due}."),
)
_APPOINTMENT_NEAR = declare(
    code="dossier.due_soon",
    group=PRESSING,
    subject=_("Appointment near: dossier {code}"),
    body=_("The result of dossier {code} – {subject} is promised for {due}."),
)
_APPOINTMENT_PASSED = declare(
    code="dossier.overdue",
    group=PRESSING,
    subject=_("Appointment passed: dossier {code}"),
    body=_("The result of dossier {code} – {subject} was promised for {due} and is not there yet."),
)
_TO_EXPLAIN = declare(  # to the desk, where people ask: many hear of it
    code="dossier.overdue_at_desk",
    group=RECEIVED,
    subject=_("Appointment passed, received at your desk: dossier {code}"),
    body=_("The result of dossier {code} – {subject} was promised for {due} and is not there yet."),
)
# what presses → of a step, and of the appointment of a dossier
_PRESSING = {"due_soon": (_DUE_SOON, _APPOINTMENT_NEAR), "overdue": (_OVERDUE, _APPOINTMENT_PASSED)}
_WAYS = {"desk": _("at the counter"), "post": _("by post"), "online": _("online, from your dossier page")}


@subscriber("dossiers.notices", kinds=("dossier.*",), from_now=True)
def tell(batch: list[Event]) -> None:
    """Tell applicants and officers of what has happened.

    Seven statements with BEGIN and COMMIT, one more for each office and role that has new work, and those of
    :func:`applicants.parties_behind`, and those of :func:`fee_notices.dues_asked`.
    """
    dossiers, officers = _dossiers(batch), cache(_officers)
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
    facts = _work_facts(dossier, str(event.references.get("name", "")), None)
    facts["reason"] = str(event.references.get("reason") or "")
    officer = UUID(str(event.references[name]))
    return Occasion(kind=kind, recipients={officer}, facts=facts, key=_key(event), url=_desk_url(dossier))


def _for_office(event: Event, dossier: Dossier, opened: dict[str, str], officers: Officers) -> Occasion:
    due = datetime.fromisoformat(opened["due"]) if opened.get("due") else None
    told = officers(UUID(opened["office"]), opened.get("role", ""), local_day(event.at)) - {event.actor}
    facts = _work_facts(dossier, opened["name"], due)
    key = f"{_key(event)}:{opened['item']}"
    return Occasion(kind=_NEW_WORK, recipients=told, facts=facts, key=key, url=_desk_url(dossier))


def _of_stopped(event: Event, dossier: Dossier, fallen: dict[str, str], officers: Officers) -> Occasion:
    """Who had the step, else its office, hears that it falls away."""
    had = UUID(fallen["assignee"]) if fallen.get("assignee") else None
    told = {had} if had else officers(UUID(fallen["office"]), fallen.get("role", ""), local_day(event.at))
    facts = _work_facts(dossier, fallen["name"], None) | {"parent": str(event.references["parent_number"])}
    key = f"{_key(event)}:{fallen['item']}"
    kind = _LET_GO_WORK if event.references.get("parent_goes_on") else _STOPPED_WORK
    return Occasion(kind=kind, recipients=told - {event.actor}, facts=facts, key=key, url=_desk_url(dossier))


def _officers(office: UUID, role: str, day: date) -> set[UUID]:
    held = Position.objects.on(day).filter(office=office)
    if role:
        held = held.filter(roles__contains=[role])
    return set(held.order_by("officer_id", "id").values_list("officer_id", flat=True)[:AT_ONCE])


def _work_facts(dossier: Dossier, step: str, due: datetime | None) -> dict[str, str]:
    return {"code": dossier.number, "subject": dossier.subject, "step": step, "due": local_datetime(due)}


def _desk_url(dossier: Dossier) -> str:
    return reverse("dossiers:desk-dossier", kwargs={"number": dossier.number})


def _key(event: Event) -> str:
    return f"{event.stream}:{event.version}"


def warn_of_deadlines(now: datetime | None = None) -> int:
    """Tell officers of what is due soon, and them and their heads of what is overdue.

    Of a step its officers hear. Of an appointment, which may pass while every step is in time or none is open, the
    heads of the office that resolves the dossier hear: before it where no open step is due by then, and when it has
    passed, as does the desk that received it. Once for each due time; nobody while the clock stands still. As many
    statements for many as for one, and one for each office and role.
    """
    at, officers = now or timezone.now(), cache(_officers)
    told = 0
    for name in _PRESSING:
        steps = _warn_of_steps(name, at, officers)
        told += steps
        if steps < AT_ONCE:  # else some wait for the next run, and who hears of a step does not hear of its dossier
            told += _warn_of_appointments(name, at, officers)
    return told


def _pressing(name: str, model: type[Model], office: str, at: datetime) -> Q:
    """That something is due soon, or has become overdue within a week."""
    if name == "overdue":
        return Q(due_at__lt=at, due_at__gte=at - timedelta(days=7))
    within = due_soon(model._meta.db_table, office, at=at, calendars=book())
    return Q(RawSQL(*within, output_field=BooleanField()))  # noqa: S611 - our own words


def _warn_of_steps(name: str, at: datetime, officers: Officers) -> int:
    running = WorkItem.objects.filter(state="open", kind="step", paused=False).select_related("dossier")
    chosen = running.filter(_pressing(name, WorkItem, "office_id", at), **{f"told_{name}_at": None})
    items = list(chosen.order_by("due_at", "id")[:AT_ONCE])
    notify_all([_of_step(name, item, at, officers) for item in items])
    _mark(WorkItem, items, **{f"told_{name}_at": at})
    return len(items)


def _of_step(name: str, item: WorkItem, at: datetime, officers: Officers) -> Occasion:
    assert item.office_id is not None
    day = local_day(at)
    told = {item.assignee_id} if item.assignee_id else officers(item.office_id, item.role, day)
    if name == "overdue":
        told = told | officers(item.office_id, "head", day)
    facts = _work_facts(item.dossier, item.name, item.due_at)
    key = _step_key(name, item.pk, item.due_at)
    return Occasion(kind=_PRESSING[name][0], recipients=told, facts=facts, key=key, url=_desk_url(item.dossier))


def _step_key(name: str, item: UUID, due: datetime | None) -> str:
    assert due is not None
    return f"work:{item}:{name}:{due:%Y%m%d%H%M}"


def _warn_of_appointments(name: str, at: datetime, officers: Officers) -> int:
    pressing = _pressing(name, Dossier, "resolving_office_id", at)
    chosen = Dossier.objects.open().filter(RUNNING_CLOCK, pressing).exclude(**{f"told_{name}_of": F("due_at")})
    if name == "due_soon":
        steps = WorkItem.objects.filter(dossier=OuterRef("pk"), state="open", kind="step", paused=False)
        chosen = chosen.exclude(Exists(steps.filter(due_at__lte=OuterRef("due_at"))))
    dossiers = list(chosen.order_by("due_at", "id")[:AT_ONCE])
    day = local_day(at)
    heads = {each.pk: officers(each.resolving_office_id, "head", day) for each in dossiers}
    desks = {each.pk: officers(each.receiving_office_id, "reception", day) for each in dossiers if name == "overdue"}
    heard = _heard_of_steps(name, dossiers, set().union(*heads.values(), *desks.values()))
    notify_all([
        Occasion(
            kind=kind,
            recipients=told - heard[each.pk],
            facts=_work_facts(each, "", each.due_at),
            key=f"{each.stream}:{name}:{each.due_at:%Y%m%d%H%M}",
            url=_desk_url(each),
        )
        for each in dossiers
        for kind, told in (
            (_PRESSING[name][1], heads[each.pk]),
            (_TO_EXPLAIN, desks.get(each.pk, set()) - heads[each.pk]),
        )
    ])  # fmt: skip
    _mark(Dossier, dossiers, **{f"told_{name}_of": F("due_at")})
    return len(dossiers)


@transaction.atomic
def _mark(model: type[Dossier] | type[WorkItem], told: Sequence[Dossier | WorkItem], **values: object) -> None:
    """Write down what was told of, locked in the order of keys so that nothing deadlocks.

    What somebody works on, or has moved meanwhile, is left to the next run: who was told is not told again.
    """
    of = {(each.pk, each.due_at) for each in told}
    rows = model.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    free = rows.filter(pk__in=[each.pk for each in told]).order_by("pk").values_list("pk", "due_at")
    model.objects.filter(pk__in=[key for key, due in free if (key, due) in of]).update(**values)


def _heard_of_steps(name: str, dossiers: list[Dossier], officers: set[UUID]) -> Told:
    """By dossier, which of the officers were told the same of a step that is due with it; two statements."""
    due = WorkItem.objects.filter(dossier__in=dossiers, state="open", kind="step", due_at=F("dossier__due_at"))
    steps = due.order_by("id").values_list("dossier_id", "id", "due_at")
    keys = {_step_key(name, item, at): dossier for dossier, item, at in steps}
    heard = Told(set)
    notices = Notice.objects.filter(recipient__in=officers, key__in=keys).order_by("id")
    for key, officer in notices.values_list("key", "recipient_id"):
        heard[keys[key]].add(officer)
    return heard
