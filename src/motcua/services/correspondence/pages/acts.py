"""The pages of acts on documents that came in: what each asks, and why it was refused without losing a word."""

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
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.accounts.pages.coming_back import keeps_written, seen_with, too_late, written_in
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import access, actions, queries
from motcua.services.correspondence.access import Incoming
from motcua.services.correspondence.actions import Given
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import Assignment, IncomingDocument
from motcua.services.correspondence.pages.shared import (
    about,
    actor_of,
    arrival_of,
    day_of,
    description_choices,
    story_of,
    typed,
    uploaded,
)
from motcua.services.correspondence.queries import Candidate

PARTS = [("", "–"), *Assignment.Part.choices]
WRITTEN = ("notation", "sender", "subject", "text")  # what takes time to write again


@dataclass
class Asked:
    """An act as it was asked for: the document, the task if it is about one, the request."""

    request: HttpRequest
    accessed: Incoming
    task: Assignment | None = None
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> UUID:
        """The document's key."""
        return self.accessed.document.pk

    @property
    def task_key(self) -> UUID:
        """The key of the task."""
        assert self.task is not None
        return self.task.pk

    def actor(self, *roles: str) -> Any:
        """Who acts: in the task's unit, else in the document's office."""
        units = [self.task.office_id] if self.task else []
        return actor_of(self.request, *units, self.accessed.document.office_id, roles=roles)


@dataclass(frozen=True)
class Act:
    """An act: its words, the template's part that asks, what the template needs, and what does it."""

    title: Any
    text: Any
    do: Callable[[Asked], object]
    ask: str = "text"  # register, propose, note, give, forward, files, text
    needs: Callable[[Asked], dict[str, Any]] = lambda asked: {}
    label: Any = ""
    on_task: bool = False
    warns: bool = False


def _register(asked: Asked) -> None:
    changes = arrival_of(asked.request)
    made = actions.register(asked.key, changes=changes, by=asked.actor(access.CLERK))
    messages.success(asked.request, _("Registered under number %(n)s.") % {"n": made.number})


def _described(asked: Asked) -> dict[str, Any]:
    document = asked.accessed.document
    names = (
        "type", "notation", "subject", "sender", "sender_code", "identifier", "urgency", "circulation", "pages",
        "signer_competence", "signer_position", "signer_name",
    )  # fmt: skip
    first = {name: "" if getattr(document, name) is None else str(getattr(document, name)) for name in names}
    for name in ("document_date", "due_on"):
        value = getattr(document, name)
        first[name] = value.isoformat() if value else ""
    return {**description_choices(timezone.localdate()), "first": first}


def _amend(asked: Asked) -> None:
    reason = asked.sent.get("text", "")
    actions.amend(asked.key, arrival_of(asked.request), reason=reason, by=asked.actor(access.CLERK))


def _add_files(asked: Asked) -> None:
    actions.add_files(asked.key, files=uploaded(asked.request).keys, by=asked.actor(access.CLERK))


def _propose(asked: Asked) -> None:
    leaders = dict(queries.leaders_of(asked.accessed.document.office_id, timezone.now()))
    if asked.sent.get("leader", "") not in leaders:
        raise Refused(_("Choose a leader of the office."), field="leader", code="required")
    leader = UUID(asked.sent["leader"])
    actions.propose(asked.key, leader=leader, text=asked.sent.get("text", ""), by=asked.actor(access.CLERK))


def _candidates(asked: Asked) -> list[Candidate]:
    office, now = asked.accessed.document.office, timezone.now()
    own = [key] if (key := asked.accessed.desk.account_id) else []
    return [*queries.units_of(office, timezone.localdate()), *queries.officers_of(office.pk, now, but=own)]


def _note(asked: Asked) -> None:
    given = [
        Given(office=each.office, officer=each.officer, part=part, due_on=_own_due(asked, each))
        for each in _candidates(asked)
        if (part := asked.sent.get(f"part-{each.key}", ""))
    ]
    due, text = day_of(asked.sent.get("due_on", ""), "due_on"), asked.sent.get("text", "")
    actions.note(asked.key, text=text, given=given, due_on=due, by=asked.actor(access.LEADER, access.HEAD))


def _own_due(asked: Asked, candidate: Candidate) -> Any:
    return day_of(asked.sent.get(f"due-{candidate.key}", ""), "to")


def _colleagues(asked: Asked) -> list[Candidate]:
    assert asked.task is not None
    return queries.officers_of(asked.task.office_id, timezone.now())


def _give(asked: Asked) -> None:
    officers = [
        (each.officer, part)
        for each in _colleagues(asked)
        if each.officer and (part := asked.sent.get(f"part-{each.key}", ""))
    ]
    due = day_of(asked.sent.get("due_on", ""), "due_on")
    text = asked.sent.get("text", "")
    by = asked.actor(access.HEAD, access.LEADER)
    actions.give(asked.key, task=asked.task_key, officers=officers, text=text, due_on=due, by=by)


def _forward(asked: Asked) -> None:
    chosen = next((each for each in _colleagues(asked) if each.key == asked.sent.get("to")), None)
    if chosen is None or chosen.officer is None:
        raise Refused(_("Choose a colleague."), field="to", code="required")
    text = asked.sent.get("text", "")
    actions.forward(asked.key, task=asked.task_key, to=chosen.officer, text=text, by=asked.actor())


def _chosen_due(asked: Asked) -> str:
    due = asked.task.due_on if asked.task else asked.accessed.document.due_on
    return due.isoformat() if due else ""


def _with_candidates(asked: Asked) -> dict[str, Any]:
    return {
        "candidates": _candidates(asked),
        "parts_of": PARTS,
        "first": {"due_on": _chosen_due(asked)},
        "own_due": True,
    }


def _with_colleagues(asked: Asked) -> dict[str, Any]:
    return {
        "candidates": _colleagues(asked),
        "parts_of": PARTS,
        "first": {"due_on": _chosen_due(asked)},
        "own_due": False,
    }


def _with_choices(asked: Asked) -> dict[str, Any]:
    held = asked.task.officer_id if asked.task else None
    return {"choices": [("", _("Choose")), *((c.key, c.name) for c in _colleagues(asked) if c.officer != held)]}


def _with_leaders(asked: Asked) -> dict[str, Any]:
    return {"choices": [("", _("Choose")), *queries.leaders_of(asked.accessed.document.office_id, timezone.now())]}


ACTS: dict[str, Act] = {
    "register": Act(
        pgettext_lazy("document", "Register"),
        gettext_lazy("Compare with the document, correct what is wrong; then it gets the next number."),
        _register, ask="register", needs=_described,
    ),
    "note": Act(
        gettext_lazy("Write the note"),
        gettext_lazy("Say who leads, who supports and who only takes note, each until when."),
        _note, ask="note", needs=_with_candidates, label=gettext_lazy("What is to be done"),
    ),
    "propose": Act(
        gettext_lazy("Lay before the leader"), gettext_lazy("The leader notes who does what."),
        _propose, ask="propose", needs=_with_leaders, label=gettext_lazy("Proposal"),
    ),
    "close": Act(
        gettext_lazy("Settle without further work"), gettext_lazy("Open tasks are withdrawn."),
        lambda asked: actions.close(asked.key, text=asked.sent.get("text", ""), by=asked.actor(access.LEADER)),
        label=gettext_lazy("How it was settled"),
    ),
    "add_files": Act(
        gettext_lazy("Add files"), gettext_lazy("Such as a scan that was made after the document was registered."),
        _add_files, ask="files",
    ),
    "amend": Act(
        gettext_lazy("Correct what is registered"),
        gettext_lazy("Number and files stay; what was changed, by whom and why is kept."),
        _amend, ask="register", needs=_described, label=gettext_lazy("Reason"),
    ),
    "send_back": Act(
        pgettext_lazy("document", "Send back"),
        gettext_lazy("It is not registered here; the sender reads the reason."),
        lambda asked: actions.send_back(asked.key, reason=asked.sent.get("text", ""), by=asked.actor(access.CLERK)),
        label=gettext_lazy("Reason"), warns=True,
    ),
    "agree_recall": Act(
        gettext_lazy("Give back to the sender"),
        gettext_lazy("Open tasks end and the files are destroyed; that it was here stays in the register."),
        lambda asked: actions.agree_recall(
            asked.key, text=asked.sent.get("text", ""), by=asked.actor(access.CLERK)
        ),
        label=gettext_lazy("Remark for the sender, if any"), warns=True,
    ),
    "decline_recall": Act(
        gettext_lazy("Decline the recall"), gettext_lazy("The document stays here; the sender reads the reason."),
        lambda asked: actions.decline_recall(
            asked.key, reason=asked.sent.get("text", ""), by=asked.actor(access.CLERK)
        ),
        label=gettext_lazy("Reason"), warns=True,
    ),
    "finish": Act(
        gettext_lazy("Finish"), gettext_lazy("Whoever only takes note needs to write nothing."),
        lambda asked: actions.finish(
            asked.key, task=asked.task_key, report=asked.sent.get("text", ""), by=asked.actor()
        ),
        label=gettext_lazy("What was done"), on_task=True,
    ),
    "give": Act(
        gettext_lazy("Give to officers"), gettext_lazy("Your unit answers for it; say who leads."),
        _give, ask="give", needs=_with_colleagues, label=gettext_lazy("What is to be done"), on_task=True,
    ),
    "forward": Act(
        gettext_lazy("Pass on"), gettext_lazy("Your colleague answers for it from now on."),
        _forward, ask="forward", needs=_with_choices, label=gettext_lazy("What is to be done"), on_task=True,
    ),
    "return": Act(
        pgettext_lazy("task", "Return"), gettext_lazy("It goes back to who gave it to you."),
        lambda asked: actions.return_task(
            asked.key, task=asked.task_key, reason=asked.sent.get("text", ""), by=asked.actor()
        ),
        label=gettext_lazy("Reason"), on_task=True, warns=True,
    ),
    "withdraw": Act(
        pgettext_lazy("task", "Withdraw"), gettext_lazy("Whoever has it now needs to do no more."),
        lambda asked: actions.withdraw(
            asked.key, task=asked.task_key, reason=asked.sent.get("text", ""), by=asked.actor()
        ),
        label=gettext_lazy("Reason"), on_task=True, warns=True,
    ),
}  # fmt: skip


def buttons(accessed: Incoming) -> list[dict[str, Any]]:
    """The acts on the document as a whole that the officer has now."""
    return [
        {"url": reverse("correspondence:act", args=[accessed.document.pk, name]), "text": act.title}
        for name, act in ACTS.items()
        if not act.on_task and accessed.abilities[name]
    ]


def task_buttons(accessed: Incoming, task: Assignment) -> list[dict[str, Any]]:
    """The acts on an open task of the officer."""
    fitting = ("give", "finish", "return") if task.officer_id is None else ("finish", "forward", "return")
    return [
        {"url": reverse("correspondence:task-act", args=[task.document_id, name, task.pk]), "text": ACTS[name].title}
        for name in fitting
        if accessed.abilities[name]
    ]


def _list() -> tuple[str, str]:
    return reverse("correspondence:incoming"), _("Documents in")


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def act(request: HttpRequest, document_id: UUID, act: str) -> HttpResponse:
    """Ask for an act on the document, or do it. Who comes too late is told what has happened since."""
    if act not in ACTS or ACTS[act].on_task:
        raise NotFound(_("There is no such page."))
    seen = story_of(IncomingDocument(pk=document_id)).drawn_at(request)
    accessed = access.incoming_for(desk_of(request), document_id)
    try:
        accessed.require(act)
    except NotAllowed as refused:
        return _too_late(Asked(request, accessed), act, refused)
    return _answered(Asked(request, accessed), act, seen)


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def task_act(request: HttpRequest, document_id: UUID, act: str, task_id: UUID) -> HttpResponse:
    """Ask for an act on a task of the document, or do it; as :func:`act`."""
    if act not in ACTS or not ACTS[act].on_task:
        raise NotFound(_("There is no such page."))
    seen = story_of(IncomingDocument(pk=document_id)).drawn_at(request)
    accessed = access.incoming_for(desk_of(request), document_id)
    try:
        accessed.require(act)
        found = _task(accessed, act, task_id)
    except (NotAllowed, NotFound) as refused:
        return _too_late(Asked(request, accessed), act, refused)
    return _answered(Asked(request, accessed, found), act, seen)


def _too_late(asked: Asked, name: str, refused: Refused) -> HttpResponse:
    document = asked.accessed.document
    return too_late(
        asked.request,
        refused,
        title=ACTS[name].title,
        caption=about(document, queries.types(timezone.localdate())),
        since=story_of(document).since(),
        back=(reverse("correspondence:document", args=[document.pk]), _("Look at the document")),
        written=written_in(asked.request, *WRITTEN),
    )


def _task(accessed: Incoming, act: str, key: UUID) -> Assignment:
    if act != "withdraw":
        return access.own_assignment(accessed, key)
    given = (
        each
        for each in accessed.assignments
        if each.pk == key and access.may_withdraw(accessed.desk, accessed.document, each)
    )
    found = next(given, None)
    if found is None:
        raise NotFound(_("This task is done already, or it is not yours."))
    return found


def _answered(asked: Asked, name: str, seen: str) -> HttpResponse:
    act, document = ACTS[name], asked.accessed.document
    context = {
        "document": document,
        "title": about(document, queries.types(timezone.localdate())),
        "act": act,
        "name": name,
        "task": asked.task,
        "seen": seen,
        "first": {},
        **act.needs(asked),
    }
    if asked.request.method != "POST":
        return forms.page(asked.request, "correspondence/act.html", context)
    asked.sent = typed(asked.request)
    try:
        with story_of(document).unchanged(asked.request):
            act.do(asked)
    except Refused as refused:
        context["seen"] = seen_with(asked.request, refused)
        return forms.page(asked.request, "correspondence/act.html", context, refused=refused)
    if name != "register":
        messages.success(asked.request, _("This is done."))
    if name == "forward":
        return redirect("correspondence:incoming")
    return redirect("correspondence:document", document_id=document.pk)
