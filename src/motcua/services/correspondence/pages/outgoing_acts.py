"""The pages of acts on documents that go out: what each asks, and why it was refused without losing a word."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.accounts.pages.coming_back import keeps_written, seen_with, too_late, written_in
from motcua.people.officers.actors import Actor
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.queries import office_by_code
from motcua.services.correspondence import access, queries
from motcua.services.correspondence.access import CLERK, LEADER, Outgoing
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.actions.outgoing.issuing import CHOSEN_WAYS
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import OutgoingDocument, Recipient
from motcua.services.correspondence.models.described import Urgency
from motcua.services.correspondence.pages.shared import actor_of, story_of, typed, uploaded, whole

WRITTEN = ("name", "address", "reason", "subject", "text")  # what takes time to write again


@dataclass
class Asked:
    """An act as it was asked for."""

    request: HttpRequest
    accessed: Outgoing
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> UUID:
        """The document's key."""
        return self.accessed.document.pk

    @property
    def text(self) -> str:
        """What was written."""
        return self.sent.get("text", "")

    def actor(self, *roles: str) -> Actor:
        """Who acts: in the office that issues for its roles, else in the unit that drafts."""
        document = self.accessed.document
        offices = (document.office_id, document.unit_id) if roles else (document.unit_id, document.office_id)
        return actor_of(self.request, *offices, roles=roles)


@dataclass(frozen=True)
class Act:
    """An act: its words, what the template asks, and what does it."""

    title: Any
    text: Any
    do: Callable[[Asked], object]
    ask: str = "text"  # text, opinions, opinion, recipient, annex, data, drafter
    label: Any = ""
    warns: bool = False
    needs: Callable[[Asked], dict[str, Any]] = lambda asked: {}


def _recipient(asked: Asked, add: Callable[..., object]) -> None:
    way, code = asked.sent.get("way", ""), asked.sent.get("office", "").strip().upper()
    office = office_by_code(code, timezone.localdate()) if code and way == Recipient.Way.INSIDE else None
    if way == Recipient.Way.INSIDE and office is None:
        raise Refused(_("No office has this code."), field="office", code="office")
    add(
        asked.key,
        way=way,
        office=office.pk if office else None,
        name=asked.sent.get("name", ""),
        address=asked.sent.get("address", ""),
        reason=asked.sent.get("reason", ""),
        by=asked.actor(*_roles(asked)),
    )


def _roles(asked: Asked) -> list[str]:
    """The drafter's own role is none; after the draft it is the clerk's turn."""
    return [] if asked.accessed.document.state == OutgoingDocument.State.DRAFT else [CLERK]


def _ways(asked: Asked) -> dict[str, Any]:
    ways = [(way.value, way.label) for way in Recipient.Way if way in CHOSEN_WAYS]
    return {"ways": ways, "asks_why": asked.accessed.document.state != "draft"}


def _correct(asked: Asked) -> None:
    sent = asked.sent
    data = actions.Data(
        subject=sent.get("subject", ""),
        urgency=whole(sent.get("urgency", ""), "urgency") or 0,
        pages=whole(sent.get("pages", ""), "pages"),
    )
    actions.correct_data(asked.key, data, reason=asked.text, by=asked.actor(CLERK))


def _data(asked: Asked) -> dict[str, Any]:
    """The form with the data as they are."""
    found = asked.accessed.document
    first = {"subject": found.subject, "urgency": str(found.urgency), "pages": str(found.pages or "")}
    return {"urgencies": Urgency.choices, "first": first}


def _annex(asked: Asked) -> None:
    files = uploaded(asked.request)
    if not files.keys:
        raise Refused(_("Choose a file."), field="files", code="required")
    for key in files.keys:
        actions.add_annex(asked.key, file=key, by=asked.actor())


def _ask(asked: Asked) -> None:
    there = {each.key: each.officer for each in _colleagues(asked)}
    chosen = [key for name in asked.request.POST.getlist("officer") if (key := there.get(name))]
    actions.ask_opinions(asked.key, officers=chosen, in_turn=asked.sent.get("way") == "in_turn", by=asked.actor())


def _colleagues(asked: Asked) -> list[queries.Candidate]:
    """Who may be asked: everybody in the agency and its units but the drafter; three statements."""
    document = asked.accessed.document
    units = [unit.office for unit in queries.units_of(document.office, timezone.localdate())]
    return queries.officers_in([document.office_id, *units], timezone.now(), but=[document.drafter_id])


def _hand_over(asked: Asked) -> None:
    chosen = next((each for each in _drafters(asked) if each.key == asked.sent.get("to")), None)
    if chosen is None or chosen.officer is None:
        raise Refused(_("Choose a colleague."), field="to", code="required")
    actions.hand_over(asked.key, to=chosen.officer, by=asked.actor())


def _drafters(asked: Asked) -> list[queries.Candidate]:
    document = asked.accessed.document
    return queries.officers_of(document.unit_id, timezone.now(), but=[document.drafter_id])


def _say(asked: Asked) -> None:
    (opinion, *_others) = asked.accessed.asked
    if asked.sent.get("agrees") not in ("yes", "no"):
        raise Refused(_("Say whether you agree."), field="agrees", code="required")
    agrees = asked.sent["agrees"] == "yes"
    actions.give_opinion(asked.key, opinion=opinion.pk, agrees=agrees, text=asked.text, by=asked.actor())


ACTS: dict[str, Act] = {
    "issue": Act(
        pgettext_lazy("document", "Issue"), gettext_lazy("It goes to its recipients and cannot be changed any more."),
        lambda asked: actions.issue(asked.key, by=asked.actor(CLERK)),
    ),
    "give_opinion": Act(
        gettext_lazy("Give my opinion"), gettext_lazy("The drafter and everybody who reads the draft sees it."),
        _say, ask="opinion", label=gettext_lazy("Opinion"),
    ),
    "pass_review": Act(
        gettext_lazy("Format is right, pass to the leader"),
        gettext_lazy("Say what you have checked, if the leader should know."),
        lambda asked: actions.pass_review(asked.key, note=asked.text, by=asked.actor(CLERK)),
        label=gettext_lazy("Remark"),
    ),
    "submit": Act(
        gettext_lazy("Hand in"), gettext_lazy("Initials, the clerk's format check and the signature follow."),
        lambda asked: actions.submit(asked.key, by=asked.actor()),
    ),
    "recipients": Act(
        gettext_lazy("Add a recipient"), gettext_lazy("The names stand on the document in this order."),
        lambda asked: _recipient(asked, actions.add_recipient), ask="recipient", needs=_ways,
    ),
    "issue_to": Act(
        gettext_lazy("Send to another recipient"),
        gettext_lazy("The document goes there at once, as it was issued."),
        lambda asked: _recipient(asked, actions.issue_to), ask="recipient", needs=_ways,
    ),
    "correct_data": Act(
        gettext_lazy("Correct its data"),
        gettext_lazy(
            "The signed document stays as it is. Agencies of this system and partners are told, and partners answer;"
            " tell those who got it by mail or post yourself."
        ),
        _correct, ask="data", needs=_data, label=gettext_lazy("Reason"),
    ),
    "ask_opinions": Act(
        gettext_lazy("Ask for opinions"),
        gettext_lazy("About the newest version. Who has not answered an earlier question need not."),
        _ask, ask="opinions", needs=lambda asked: {"colleagues": [(c.key, c.name) for c in _colleagues(asked)]},
    ),
    "hand_over": Act(
        gettext_lazy("Give to another drafter"), gettext_lazy("Your colleague writes it from now on."),
        _hand_over, ask="drafter",
        needs=lambda asked: {"drafters": [("", _("Choose")), *((c.key, c.name) for c in _drafters(asked))]},
    ),
    "annex": Act(
        gettext_lazy("Add an annex"), gettext_lazy("A PDF gets its own seal when the document is sealed."),
        _annex, ask="annex",
    ),
    "return": Act(
        gettext_lazy("Return to the drafter"),
        gettext_lazy("Initials and signature on it are void; the drafter writes a new version."),
        lambda asked: actions.return_draft(asked.key, reason=asked.text, by=asked.actor(CLERK, LEADER)),
        label=gettext_lazy("Reason"), warns=True,
    ),
    "recall": Act(
        gettext_lazy("Recall"),
        gettext_lazy("It is frozen here, and destroyed where offices of this system have it; they read the reason."),
        lambda asked: actions.recall(asked.key, reason=asked.text, by=asked.actor(CLERK, LEADER)),
        label=gettext_lazy("Reason"), warns=True,
    ),
    "discard": Act(
        gettext_lazy("Give it up"),
        gettext_lazy("It is never issued. It stays to be read, with all its versions; its number is skipped."),
        lambda asked: actions.discard(asked.key, reason=asked.text, by=asked.actor(*_roles(asked))),
        label=gettext_lazy("Reason"), warns=True,
    ),
}  # fmt: skip
_SIGNING = {
    "sign": pgettext_lazy("document", "Sign"),
    "seal": gettext_lazy("Number and seal"),
    "initial": gettext_lazy("Initial"),
}


def buttons(accessed: Outgoing) -> list[dict[str, Any]]:
    """The acts that the officer has now, what goes on first."""
    key, may = accessed.document.pk, accessed.abilities
    found: list[dict[str, Any]] = [
        {"url": reverse("correspondence:sign", args=[key, act]), "text": text}
        for act, text in _SIGNING.items()
        if may[act]
    ]
    if may["write"]:
        found.append({"url": reverse("correspondence:write", args=[key]), "text": _("Write a new version")})
    found += [
        {"url": reverse("correspondence:sending-act", args=[key, name]), "text": act.title}
        for name, act in ACTS.items()
        if may[name]
    ]
    if may["copy"]:
        found.append({"url": reverse("correspondence:outgoing-copies", args=[key]), "text": _("Certified copies")})
    for place, button in enumerate(found):
        button["main"] = place == 0 and accessed.document.state != "issued"
    if may["follow"]:
        changes = {
            "replaces": _("Replace it by another"),
            "corrects": _("Correct it by another"),
            "updates": _("Update it by another"),
        }
        for relation, text in changes.items():
            query = f"?relation={relation}&related={key}&type={accessed.document.type}"
            found.append({"url": reverse("correspondence:draft") + query, "text": text, "main": False})
    return found


def _list() -> tuple[str, str]:
    return reverse("correspondence:outgoing"), _("Documents out")


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def act(request: HttpRequest, document_id: UUID, act: str) -> HttpResponse:
    """Ask for an act, or do it. Who comes too late is told what has happened since."""
    if act not in ACTS:
        raise NotFound(_("There is no such page."))
    story = story_of(OutgoingDocument(pk=document_id))
    seen = story.drawn_at(request)
    accessed = access.outgoing_for(desk_of(request), document_id)
    asked, wanted = Asked(request, accessed), ACTS[act]
    try:
        accessed.require(act)
    except NotAllowed as refused:
        return too_late(
            request,
            refused,
            title=wanted.title,
            caption=accessed.document.subject,
            since=story.since(),
            back=(reverse("correspondence:sending", args=[document_id]), _("Look at the document")),
            written=written_in(request, *WRITTEN),
        )
    context = {"document": accessed.document, "act": wanted, "name": act, "seen": seen, **wanted.needs(asked)}
    if request.method != "POST":
        return forms.page(request, "correspondence/sending_act.html", context)
    asked.sent = typed(request)
    try:
        with story.unchanged(request):
            wanted.do(asked)
    except Refused as refused:
        context["seen"] = seen_with(request, refused)
        return forms.page(request, "correspondence/sending_act.html", context, refused=refused)
    messages.success(request, _("This is done."))
    return redirect("correspondence:sending", document_id=document_id)


@require_POST
@for_officers
def note_sent(request: HttpRequest, document_id: UUID, recipient_id: UUID) -> HttpResponse:
    """Note that a recipient outside of this system was sent the document."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    accessed.require("note_sent")
    actions.note_sent(document_id, recipient=recipient_id, by=Asked(request, accessed).actor(CLERK))
    return redirect("correspondence:sending", document_id=document_id)


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def remove_recipient(request: HttpRequest, document_id: UUID, recipient_id: UUID) -> HttpResponse:
    """Take a recipient off; once they stand on the document, with a reason."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    accessed.require("recipients")
    found = access.outgoing_recipient(accessed, recipient_id)
    context = {"document": accessed.document, "recipient": found}
    if request.method != "POST":
        return forms.page(request, "correspondence/recipient_remove.html", context)
    asked = Asked(request, accessed, typed(request))
    try:
        reason = asked.sent.get("reason", "")
        actions.remove_recipient(document_id, recipient=recipient_id, reason=reason, by=asked.actor(*_roles(asked)))
    except Refused as refused:
        return forms.page(request, "correspondence/recipient_remove.html", context, refused=refused)
    return redirect("correspondence:sending", document_id=document_id)


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def send_again(request: HttpRequest, document_id: UUID, recipient_id: UUID) -> HttpResponse:
    """Send the document again to a recipient that has refused it, or that it did not reach."""
    story = story_of(OutgoingDocument(pk=document_id))
    seen = story.drawn_at(request)
    accessed = access.outgoing_for(desk_of(request), document_id)
    accessed.require("issue_to")
    found = access.outgoing_recipient(accessed, recipient_id)
    refusal = found.arrived.outcome if found.arrived else found.standing_note
    context = {"document": accessed.document, "recipient": found, "refusal": refusal, "seen": seen}
    if request.method != "POST":
        return forms.page(request, "correspondence/recipient_again.html", context)
    asked = Asked(request, accessed, typed(request))
    try:
        reason = asked.sent.get("reason", "")
        with story.unchanged(request):  # until its message is made, a second one would be sent as well
            actions.send_again(document_id, recipient=recipient_id, reason=reason, by=asked.actor(CLERK))
    except Refused as refused:
        context["seen"] = seen_with(request, refused)
        return forms.page(request, "correspondence/recipient_again.html", context, refused=refused)
    messages.success(request, _("The document is sent again."))
    return redirect("correspondence:sending", document_id=document_id)


@require_POST
@for_officers
def remove_annex(request: HttpRequest, document_id: UUID, annex_id: UUID) -> HttpResponse:
    """Take an annex off a draft."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    accessed.require("annex")
    actions.remove_annex(document_id, annex=annex_id, by=Asked(request, accessed).actor())
    return redirect("correspondence:sending", document_id=document_id)
