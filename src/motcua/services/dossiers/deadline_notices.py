"""Whom dossiers tell of time: what is due soon, and what is overdue."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, Exists, F, Model, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import Occasion, notify_all
from motcua.engines.messaging.kinds import Group, declare
from motcua.engines.messaging.models import Notice
from motcua.kernel.time.queries import book
from motcua.people.officers.queries import local_day
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.dossiers.models.dossier import RUNNING_CLOCK
from motcua.services.dossiers.notices import AT_ONCE, RECEIVED, Officers, desk_url, officers_of, work_facts
from motcua.services.dossiers.soon import due_soon

PRESSING = Group(code="pressing", label=_("Work that is due soon or overdue"), audience="officers")
Told = defaultdict[UUID, set[UUID]]  # officers by what they are told of
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


def warn_of_deadlines(now: datetime | None = None) -> int:
    """Tell officers of what is due soon, and them and their heads of what is overdue.

    Of a step its officers hear. Of an appointment, which may pass while every step is in time or none is open, the
    heads of the office that resolves the dossier hear: before it where no open step is due by then, and when it has
    passed, as does the desk that received it. Once for each due time; nobody while the clock stands still. As many
    statements for many as for one, and one for each office and role.
    """
    at, officers = now or timezone.now(), cache(officers_of)
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
    facts = work_facts(item.dossier, item.name, item.due_at)
    key = _step_key(name, item.pk, item.due_at)
    return Occasion(kind=_PRESSING[name][0], recipients=told, facts=facts, key=key, url=desk_url(item.dossier))


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
            facts=work_facts(each, "", each.due_at),
            key=f"{each.stream}:{name}:{each.due_at:%Y%m%d%H%M}",
            url=desk_url(each),
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
