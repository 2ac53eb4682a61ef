"""The dossier's story (diễn biến) as its events tell it: agency, position, time, what happened, what comes next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.kernel.events.models import Event
from motcua.kernel.text import dong, local_date, local_datetime
from motcua.people.accounts.models import Account
from motcua.people.organisations.models import Office
from motcua.services.dossiers.handed import proof_text
from motcua.services.dossiers.models import Dossier, ResultCopy, State

MOST = 500


@dataclass(frozen=True)
class NextStep:
    """What comes next: the step, its office, and when it is expected."""

    name: str
    office: str
    due: str


@dataclass(frozen=True)
class Entry:
    """One line of the story. ``officer`` is filled for officers only: citizens see position and agency."""

    kind: str
    title: str
    at: datetime
    when: str
    agency: str
    position: str
    officer: str
    detail: str
    version: int
    digest: str
    next: tuple[NextStep, ...] = field(default_factory=tuple)


def timeline(dossier: Dossier, *, for_officers: bool) -> list[Entry]:
    """The entries in order, of a very long story the latest; three statements (events, offices, officers)."""
    latest_first = Event.objects.filter(stream=dossier.stream).select_related("payload").order_by("-version")
    events = list(latest_first[:MOST])[::-1]
    shown = [event for event in events if for_officers or event.kind not in _INTERNAL]
    offices = _offices(shown)
    names = _names(shown) if for_officers else {}
    return [_entry(event, offices, names, for_officers=for_officers) for event in shown]


def latest(dossier: Dossier, *, moves: int = 1, most: int = 5) -> list[Entry]:
    """What the last moves have told, the newest first, as officers read it; three statements.

    What one move tells has one time.
    """
    newest = Event.objects.filter(stream=dossier.stream).select_related("payload").order_by("-version")[:most]
    together = (list(told) for _at, told in groupby(newest, key=lambda event: event.at))
    events = [event for told in islice(together, moves) for event in told]
    offices, names = _offices(events), _names(events)
    return [_entry(event, offices, names, for_officers=True) for event in events]


def _entry(event: Event, offices: Mapping[str, str], names: Mapping[UUID, str], *, for_officers: bool) -> Entry:
    told = event.references
    title, detail = _told(event, for_officers=for_officers)
    return Entry(
        kind=event.kind,
        title=title,
        at=event.at,
        when=local_datetime(event.at),
        agency=told.get("office_name") or offices.get(str(event.agency), ""),
        position=_position(told),
        officer=names.get(event.actor, "") if event.actor else "",
        detail=detail,
        version=event.version,
        digest=bytes(event.digest).hex(),
        next=tuple(_next(opened, offices) for opened in told.get("next") or ()),
    )


def _position(told: Mapping[str, Any]) -> str:
    title, authority = told.get("title", ""), told.get("authority")
    return _("%(title)s (by delegation: %(for)s)") % {"title": title, "for": authority} if authority else title


def _next(opened: Mapping[str, Any], offices: Mapping[str, str]) -> NextStep:
    due = opened.get("due")
    return NextStep(
        name=opened["name"],
        office=offices.get(str(opened.get("office")), ""),
        due=_time(due) if due else "",
    )


def _told(event: Event, *, for_officers: bool) -> tuple[str, str]:
    told, personal = event.references, event.personal
    reason = told.get("reason") if for_officers or event.kind in _REASON_TOLD else ""
    title = _TITLES[event.kind](told) if event.kind in _TITLES else event.kind
    detail = told.get("note") or reason or personal.get("reason") or personal.get("answer") or ""
    if event.kind in ("dossier.supplement_requested", "dossier.supplement_proposed"):
        words = (told.get("reason", ""), told.get("note", ""))
        detail = "\n".join([*(f"– {item}" for item in told.get("items", ())), *filter(None, words)])
    if event.kind in ("dossier.step_dates_moved", "dossier.timers_moved"):
        moved = told.get("steps") or told.get("timers") or ()
        detail = "\n".join(f"– {each['name']}: {_time(each['was'])} → {_time(each['due'])}" for each in moved)
    if event.kind == "dossier.submitted" and told.get("filed_as"):
        detail = _FILED_AS[told["filed_as"]]()
    if event.kind == "dossier.applied_together":
        detail = "\n".join(f"– {each['name']}, {_time(each['at'])}" for each in personal.get("people", ()))
    if event.kind == "dossier.returned" and personal.get("to"):
        received = _("Received by: %(name)s") % {"name": personal["to"]}
        detail = "; ".join(filter(None, (received, proof_text(told, personal))))
    return title, detail


def _time(text: str) -> str:
    return local_datetime(datetime.fromisoformat(text))


def _day(text: str | None) -> str:
    return local_date(datetime.fromisoformat(text)) if text else "…"


def _validity(last: str | None, was: str | None) -> str:
    """What was recorded, and instead of what; the first events of this kind tell no day."""
    if not (last or was):
        return _("It was recorded how long a paper is valid")
    days = {"day": _day(last), "was": _day(was)}
    if not last:
        return _("It is not stated any more that a paper is valid until %(was)s") % days
    if was in (None, last):
        return _("It was recorded that a paper is valid until %(day)s") % days
    return _("It was recorded that a paper is valid until %(day)s, not until %(was)s") % days


def _stopped(told: Mapping[str, Any]) -> str:
    if told.get("parent_goes_on"):
        return _("Processing was stopped: dossier %(number)s waits for its result no longer")
    if told.get("parent_number"):
        return _("Processing was stopped together with dossier %(number)s")
    return _("Processing was stopped on the applicant's request")


_FILED_AS: dict[str, Callable[[], str]] = {
    "legal": lambda: _("Filed by the legal representative"),
    "authorised": lambda: _("Filed by an authorised person"),
    "parent": lambda: _("Filed by the father or the mother"),
    "guardian": lambda: _("Filed by the guardian"),
    "service": lambda: _("Filed by an employee of a public service point"),
}
# Written for the applicant; any other reason is a word between officers.
_REASON_TOLD = frozenset({"dossier.refused", "dossier.stopped", "dossier.extended", "dossier.supplement_requested"})
_INTERNAL = frozenset(
    {
        "dossier.step_claimed",
        "dossier.step_released",
        "dossier.step_reassigned",
        "dossier.incident_reported",
        "dossier.incident_resolved",
        "dossier.paper_not_scanned",
        "dossier.rerouted",
        "dossier.step_taken_back",
        "dossier.step_dates_moved",
        "dossier.timers_moved",
        "dossier.draft_kept",
        "dossier.supplement_proposed",
        "dossier.supplement_approved",
        "dossier.supplement_not_approved",
        "dossier.supplement_proposal_withdrawn",
        "dossier.supplement_proposal_closed",
        "dossier.message_sent",
        "dossier.child_merged",
    }
)
_TITLES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "dossier.submitted": lambda told: _("The dossier was submitted"),
    "dossier.applied_together": lambda told: (
        ngettext("%(n)d more applies together", "%(n)d more apply together", told["count"]) % {"n": told["count"]}
    ),
    "dossier.parent_confirmed": lambda told: _("The office confirmed that the parent acts for the child"),
    "dossier.child_merged": lambda told: _("The child's record was merged with another of the same child"),
    "dossier.parent_refused": lambda told: _("The office did not accept the parent's statement about the child"),
    "dossier.imported": lambda told: _("The dossier was taken over from the former system"),
    "dossier.accepted": lambda told: (
        _("The dossier was accepted; result expected on %(day)s") % {"day": _day(told.get("due"))}
        if told.get("due")
        else _("The dossier was accepted")
    ),
    "dossier.refused": lambda told: _("The dossier was not accepted"),
    "dossier.question_asked": lambda told: _("The applicant asked the office"),
    "dossier.question_answered": lambda told: _("The office wrote to the applicant"),
    "dossier.withdrawn": lambda told: _("The applicant withdrew the dossier"),
    "dossier.stopped": lambda told: _stopped(told) % {"number": told.get("parent_number", "")},
    "dossier.lapsed": lambda told: _("The dossier was closed: the supplement was not brought in time"),
    "dossier.supplement_requested": lambda told: _("A supplement was requested"),
    "dossier.supplement_proposed": lambda told: _("A further supplement was proposed to a leader"),
    "dossier.supplement_approved": lambda told: _("The further supplement was approved"),
    "dossier.supplement_not_approved": lambda told: _("The further supplement was not approved"),
    "dossier.supplement_proposal_withdrawn": lambda told: _("The proposal of a further supplement was taken back"),
    "dossier.supplement_proposal_closed": lambda told: _(
        "The proposal of a further supplement was closed with the dossier"
    ),
    "dossier.supplement_answered": lambda told: (
        _("The supplement was brought; result expected on %(day)s") % {"day": _day(told.get("due"))}
        if told.get("due")
        else _("The supplement was brought")
    ),
    "dossier.extended": lambda told: (
        _("The appointment was moved to %(day)s, with an apology") % {"day": _day(told.get("due"))}
    ),
    "dossier.calendar_changed": lambda told: (
        _("The working calendar changed; result expected on %(day)s") % {"day": _day(told.get("due"))}
    ),
    "dossier.step_dates_moved": lambda told: _("The working calendar changed; due dates of steps moved"),
    "dossier.timers_moved": lambda told: _("The working calendar changed; time limits of the process moved"),
    "dossier.supplement_lapse_moved": lambda told: (
        _("The working calendar changed; the supplement may be brought until %(day)s") % {"day": _day(told["lapses"])}
    ),
    "dossier.step_completed": lambda told: (
        _("“%(step)s” was finished: %(outcome)s") % {"step": told["name"], "outcome": told["label"]}
        if told.get("label")
        else _("“%(step)s” was finished") % {"step": told["name"]}
    ),
    "dossier.step_claimed": lambda told: (
        (
            _("“%(step)s” was taken over for a colleague who is away")
            if told.get("was")
            else _("“%(step)s” was taken on")
        )
        % {"step": told["name"]}
    ),
    "dossier.step_released": lambda told: _("“%(step)s” was put back for colleagues") % {"step": told["name"]},
    "dossier.step_reassigned": lambda told: _("“%(step)s” was given to another officer") % {"step": told["name"]},
    "dossier.step_moved": lambda told: _("“%(step)s” was moved to another office") % {"step": told["name"]},
    "dossier.step_sent_back": lambda told: _("“%(step)s”: sent back to an earlier step") % {"step": told["name"]},
    "dossier.step_taken_back": lambda told: _("A mistaken transfer was taken back"),
    "dossier.draft_kept": lambda told: _("Version %(n)s of a draft was kept") % {"n": told["number"]},
    "dossier.result_prepared": lambda told: _("The draft of the result was prepared"),
    "dossier.result_initialled": lambda told: _("The draft of the result was initialled"),
    "dossier.result_signed": lambda told: _("The result was signed"),
    "dossier.result_sealed": lambda told: (
        _("The result was issued under number %(number)s") % {"number": told.get("number", "")}
    ),
    "dossier.result_copied": lambda told: (
        _("A copy of the result was certified: %(form)s") % {"form": ResultCopy.Kind(told["form"]).label}
    ),
    "dossier.decided": lambda told: _("The result is ready"),
    "dossier.returned": lambda told: _("The result was returned"),
    "dossier.fee_collected": lambda told: _("A fee of %(amount)s was paid") % {"amount": dong(told["amount"])},
    "dossier.fee_counted": lambda told: (
        _("The number for “%(name)s” was set to %(n)d; the fee is %(amount)s")
        % {"name": told["name"], "n": told["quantity"], "amount": dong(told["amount"])}
    ),
    "dossier.fee_waived": lambda told: _("A fee of %(amount)s was waived") % {"amount": dong(told["amount"])},
    "dossier.fee_refunded": lambda told: _("A fee of %(amount)s was refunded") % {"amount": dong(told["amount"])},
    "dossier.paper_added": lambda told: _("A paper was added"),
    "dossier.paper_digitised": lambda told: _("A paper was scanned"),
    "dossier.paper_not_scanned": lambda told: _("A paper was recorded as not to be scanned"),
    "dossier.paper_validity_stated": lambda told: _validity(told.get("valid_to"), told.get("was")),
    "dossier.paper_removed": lambda told: _("A paper was taken out"),
    "dossier.timer_fired": lambda told: _("A time limit of the process has passed: %(step)s") % {"step": told["name"]},
    "dossier.service_done": lambda told: _("“%(step)s” was done automatically") % {"step": told["name"]},
    "dossier.message_received": lambda told: _("What “%(step)s” waited for has come") % {"step": told["name"]},
    "dossier.child_opened": lambda told: _("An interlinked dossier was opened: %(step)s") % {"step": told["name"]},
    "dossier.child_ended": lambda told: (
        _("The interlinked dossier is done: %(step)s") % {"step": told["name"]}
        if told.get("what") == State.DECIDED
        else _("The interlinked dossier ended without a result: %(step)s") % {"step": told["name"]}
    ),
    "dossier.child_let_go": lambda told: (
        _("The interlinked dossier %(number)s was stopped: its result is waited for no longer") % told
    ),
    "dossier.office_succeeded": lambda told: _("A successor took over from an office that was closed"),
    "dossier.rerouted": lambda told: _("The coordinator chose the competent office"),
    "dossier.message_sent": lambda told: _("A message was sent"),
    "dossier.incident_reported": lambda told: (
        _("The fee could not be worked out as the procedure says; an administrator was informed")
        if told["kind"] == "fees"
        else _("The process could not go on; an administrator was informed")
    ),
    "dossier.incident_resolved": lambda told: _("The hindrance was removed"),
}


def _offices(events: list[Event]) -> dict[str, str]:
    keys = {str(event.agency) for event in events if event.agency}
    keys |= {
        str(opened["office"])
        for event in events
        for opened in event.references.get("next") or ()
        if opened.get("office")
    }
    return {str(key): name for key, name in Office.objects.filter(pk__in=keys).values_list("pk", "name")}


def _names(events: list[Event]) -> dict[UUID, str]:
    actors = {event.actor for event in events if event.actor}
    return dict(Account.objects.filter(pk__in=actors).values_list("pk", "display_name"))
