"""A document's story (diễn biến) as its events tell it: who in which position did what, when."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcua.kernel.events.models import Event
from motcua.kernel.text import local_date, local_datetime
from motcua.people.accounts.models import Account
from motcua.services.correspondence.models import Recipient
from motcua.services.correspondence.models.described import Circulation, Urgency

MOST = 500
Titles = Mapping[str, Callable[[Mapping[str, Any]], str]]


def timeline(stream: str, titles: Titles | None = None) -> list[dict[str, Any]]:
    """What happened, newest first, for ``mc.timeline``; two statements. ``titles``: of events of another room."""
    events = list(Event.objects.filter(stream=stream).order_by("-version")[:MOST])
    people = {UUID(key) for event in events for key in _people(event.references)}
    people |= {event.actor for event in events if event.actor}
    names = dict(Account.objects.filter(pk__in=people).values_list("pk", "display_name"))
    return [_shown(event, names, TITLES if titles is None else titles) for event in events]


def _people(told: Mapping[str, Any]) -> list[str]:
    return [each["officer"] for each in told.get("given", ()) if each.get("officer")]


def _shown(event: Event, names: Mapping[UUID, str], titles: Titles) -> dict[str, Any]:
    told = event.references
    title = titles[event.kind](told) if event.kind in titles else event.kind
    whom = ", ".join(names.get(UUID(key), "") for key in _people(told))
    parts = [whom, told.get("note", ""), told.get("reason", ""), _erased(told)]
    who = names.get(event.actor, "") if event.actor else ""
    by = [who, told.get("authority", ""), told.get("title", ""), told.get("office_name", "")]
    return {
        "title": title,
        "at": local_datetime(event.at),
        "iso": event.at.isoformat(),
        "by": ", ".join(part for part in by if part),
        "text": " – ".join(part for part in parts if part),
    }


def _erased(told: Mapping[str, Any]) -> str:
    """The files that a recall, or the end of their retention, has destroyed."""
    if files := told.get("destroyed"):
        return _("Files destroyed: %(names)s") % {"names": ", ".join(each["name"] for each in files)}
    return ""


def _corrected(told: Mapping[str, Any]) -> str:
    """Which data were corrected, by field: old and new."""
    names = {
        "type": _("type"), "notation": _("notation"), "subject": _("subject"), "sender": _("issuing agency"),
        "sender_code": _("code of the issuing agency"), "identifier": _("identifier"), "document_date": _("date"),
        "urgency": _("urgency"), "circulation": _("circulation"), "pages": _("pages"), "due_on": _("deadline"),
        "signer_competence": _("authority of the signer"), "signer_position": _("position of the signer"),
        "signer_name": _("name of the signer"),
    }  # fmt: skip
    said: dict[str, Callable[[Any], str]] = {
        "urgency": lambda value: str(Urgency(value).label),
        "circulation": lambda value: str(Circulation(value).label),
        **dict.fromkeys(("document_date", "due_on"), lambda value: local_date(date.fromisoformat(value))),
    }
    parts = []
    for name, (old, new) in ((name, told["changed"][name]) for name in names if name in told["changed"]):
        was, now = (said.get(name, str)(value) if value not in ("", None) else "–" for value in (old, new))
        parts.append(_("%(name)s from “%(was)s” to “%(now)s”") % {"name": names[name], "was": was, "now": now})
    return _("Data corrected: %(what)s") % {"what": "; ".join(parts)}


TITLES: Titles = {
    "correspondence.arrived": lambda told: _("The document has arrived"),
    "correspondence.registered": lambda told: _("Registered under number %(n)s") % {"n": told["number"]},
    "correspondence.sent_back": lambda told: _("Sent back to the sender"),
    "correspondence.amended": _corrected,
    "correspondence.recognised": lambda told: _("Text recognised: %(names)s") % {"names": ", ".join(told["files"])},
    "correspondence.files_added": lambda told: _("Files added: %(names)s") % {"names": ", ".join(told["files"])},
    "correspondence.proposed": lambda told: _("Laid before the leader"),
    "correspondence.noted": lambda told: _("The leader has noted who does what"),
    "correspondence.given": lambda told: _("The unit has given it to officers"),
    "correspondence.forwarded": lambda told: _("Passed on to a colleague"),
    "correspondence.returned": lambda told: _("A task was returned"),
    "correspondence.withdrawn": lambda told: _("A task was withdrawn"),
    "correspondence.finished": lambda told: _("A task is done"),
    "correspondence.handled": lambda told: _("Everything is done"),
    "correspondence.taken_up": lambda told: _("Dossier %(number)s was opened from it") % {"number": told["number"]},
    "correspondence.answered": lambda told: _("Answered by %(notation)s") % {"notation": told["notation"]},
    "correspondence.recall_heard": lambda told: _("The sender has recalled it"),
    "correspondence.recall_asked": lambda told: _("The sender wants it back"),
    "correspondence.recall_agreed": lambda told: _("Given back to the sender"),
    "correspondence.recall_declined": lambda told: _("Not given back to the sender"),
    "correspondence.changed": lambda told: (
        _("Replaced by %(notation)s of its sender") % {"notation": told["notation"] or "–"}
        if told["how"] == "replaces"
        else _("Corrected or updated by %(notation)s of its sender") % {"notation": told["notation"] or "–"}
    ),
    "correspondence.data_corrected": _corrected,
    "correspondence.change_answered": lambda told: f"{told['recipient']}: {Recipient.Answer(told['status']).label}",
    "correspondence.contents_destroyed": lambda told: _("Files destroyed at the end of their retention"),
    "correspondence.status_heard": lambda told: f"{told['recipient']}: {Recipient.Standing(told['status']).label}",
    "correspondence.drafted": lambda told: _("Draft begun"),
    "correspondence.written": lambda told: _("Version %(n)s of the draft") % {"n": told["version"]},
    "correspondence.handed_over": lambda told: _("Given to another drafter"),
    "correspondence.annexed": lambda told: _("Annex added"),
    "correspondence.annex_removed": lambda told: _("Annex taken off"),
    "correspondence.recipient_added": lambda told: _("Recipient added: %(name)s") % {"name": told["recipient"]},
    "correspondence.recipient_removed": lambda told: _("Recipient removed: %(name)s") % {"name": told["recipient"]},
    "correspondence.opinions_asked": lambda told: _("Opinions asked"),
    "correspondence.opinion_given": lambda told: _("Opinion given"),
    "correspondence.submitted": lambda told: _("Handed in to be checked and signed"),
    "correspondence.initialled": lambda told: _("Initialled"),
    "correspondence.reviewed": lambda told: _("Format checked, passed to the leader"),
    "correspondence.draft_returned": lambda told: (
        _("Returned to the drafter, the signature is void") if told.get("void") else _("Returned to the drafter")
    ),
    "correspondence.signed": lambda told: _("Signed"),
    "correspondence.sealed": lambda told: _("Numbered %(notation)s and sealed") % {"notation": told["notation"]},
    "correspondence.entered": lambda told: (
        _("Sealed and registered under %(notation)s") % {"notation": told["notation"]}
    ),
    "correspondence.issued": lambda told: pgettext("document", "Issued"),
    "correspondence.issued_to": lambda told: _("Also issued to %(name)s") % {"name": told["recipients"][0]["name"]},
    "correspondence.sent_again": lambda told: _("Sent again to %(name)s") % {"name": told["recipients"][0]["name"]},
    "correspondence.sent": lambda told: _("Sent to %(name)s") % {"name": told["recipient"]},
    "correspondence.unsent": lambda told: _("Could not be sent to %(name)s") % {"name": told["recipient"]},
    "correspondence.copied": lambda told: _("Certified copy %(notation)s") % {"notation": told["notation"]},
    "correspondence.stamped": lambda told: _("Arrival stamp %(n)s put on") % {"n": told["number"]},
    "correspondence.recalled": lambda told: _("Recalled"),
    "correspondence.discarded": lambda told: _("Discarded"),
    "correspondence.closed": lambda told: _("Settled without further work"),
}
