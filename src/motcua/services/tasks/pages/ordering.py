"""The page on which a task is ordered: from a document, from a meeting, alone, or as a part of another one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.accounts.pages.coming_back import keeps_written, key_of, made_once, sent_before
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence.access import CLERK, HEAD, LEADER, Incoming, incoming_for
from motcua.services.correspondence.delegating import desk_of as documents_desk
from motcua.services.correspondence.models import Assignment
from motcua.services.correspondence.pages.shared import about, actor_of, day_of, typed, whole
from motcua.services.correspondence.queries import Candidate, leaders_of, types
from motcua.services.tasks import access, actions, queries
from motcua.services.tasks.access import Accessed
from motcua.services.tasks.actions import Given, Order
from motcua.services.tasks.delegating import desk_of
from motcua.services.tasks.models import Involved, Task

PARTS = [("", "–"), ("leads", Involved.Part.LEADS.label), ("supports", Involved.Part.SUPPORTS.label)]
WRITTEN = ("subject", "instruction")  # what takes time to write again
_NOTED = {Assignment.Part.LEAD: "leads", Assignment.Part.SUPPORT: "supports"}


@dataclass
class Ordering:
    """What the page is about: for which office, in whose name may be ordered, to whom; from what."""

    request: HttpRequest
    offices: dict[UUID, str]
    document: Incoming | None = None
    parent: Accessed | None = None

    @classmethod
    def asked(cls, request: HttpRequest) -> "Ordering":
        """As the address says it. Raises ``NotAllowed`` where the officer orders nothing, ``NotFound``."""
        desk = desk_of(request)
        if (key := request.GET.get("parent")) is not None:
            parent = access.task_for(desk, _key(key))
            parent.require("split")
            return cls(request, {parent.task.unit_id: parent.task.unit.name}, parent=parent)
        if (key := request.GET.get("document")) is not None:
            document = incoming_for(documents_desk(request), _key(key))
            offices = access.offices_for_document(desk, document)
            if not offices:
                raise NotAllowed(_("Tasks are ordered from it by whose register it is in, and by who handles it."))
            return cls(request, offices, document=document)
        offices = access.ordering_offices(desk)
        if not offices:
            raise NotAllowed(_("Tasks are ordered by leaders, heads and, for them, clerks."))
        return cls(request, offices)

    @property
    def office(self) -> UUID:
        """The chosen office: the one in the address, else that of the document, else the first."""
        chosen = self.request.GET.get("office", "")
        document = self.document.document.office_id if self.document else None
        wanted = [key for key in self.offices if str(key) == chosen] or [
            key for key in self.offices if key == document
        ]
        return (wanted or list(self.offices))[0]

    @property
    def meeting(self) -> dict[str, str]:
        """The meeting from whose page the officer comes, and its day; empty for none."""
        asked = {name: self.request.GET.get(name, "").replace("\0", "")[:300] for name in ("meeting", "concluded_on")}
        return asked if asked["meeting"] else {}

    def leaders(self) -> list[tuple[str, str]]:
        """In whose name may be ordered, oneself first; one statement."""
        desk = desk_of(self.request)
        own = {str(key) for key in access.leaders_named(desk, self.office)}
        clerk = access.writes_down(desk, self.office)
        found = [each for each in leaders_of(self.office, timezone.now()) if clerk or each[0] in own]
        return sorted(found, key=lambda each: (each[0] != str(desk.account_id), each[0] not in own))

    def first(self, candidates: list[Candidate], leaders: list[tuple[str, str]]) -> dict[str, str]:
        """What stands in the form at first: of a document, what its leader noted."""
        shown = {"leader": leaders[0][0] if leaders else ""}
        if self.parent is not None:
            due = self.parent.task.due_on
            return {**shown, "due_on": due.isoformat() if due else ""}
        if self.document is None:
            return shown | self.meeting
        found, known = self.document.document, {each.key for each in candidates}
        if found.leader_id and str(found.leader_id) in dict(leaders):
            shown["leader"] = str(found.leader_id)
        if found.due_on and found.due_on >= timezone.localdate():
            shown["due_on"] = found.due_on.isoformat()
        shown |= {"subject": found.subject[:300], "instruction": found.note}
        for each in self.document.assignments:
            key = f"{each.office_id}.{each.officer_id}" if each.officer_id else str(each.office_id)
            if each.parent_id is None and each.state in ("open", "given") and each.part in _NOTED and key in known:
                shown[f"part-{key}"] = _NOTED[Assignment.Part(each.part)]
        return shown

    def order(self, sent: dict[str, str]) -> Order:
        """What was typed. Raises ``Invalid`` for days and numbers that are none."""
        errors, days = dict[str, str](), dict[str, Any]()
        for name in ("due_on", "concluded_on"):
            try:
                days[name] = day_of(sent.get(name, ""), name)
            except Refused as refused:
                errors[name] = refused.message
        try:
            days["limit_days"] = whole(sent.get("limit_days", ""), "limit_days")
        except Refused as refused:
            errors["limit_days"] = refused.message
        if errors:
            raise Invalid(_("Some answers need your attention."), errors=errors)
        document = self.document.document.pk if self.document else None
        meeting = "" if document else sent.get("meeting", "")
        subject, instruction = sent.get("subject", ""), sent.get("instruction", "")
        return Order(subject=subject, instruction=instruction, document=document, meeting=meeting, **days)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("There is no such page.")) from error


def _list() -> tuple[str, str]:
    return reverse("tasks:mine"), _("Tasks")


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def new(request: HttpRequest) -> HttpResponse:
    """Order a task, or a part of one; once, however often the form is sent."""
    asked = Ordering.asked(request)
    candidates = queries.candidates(asked.office, timezone.now(), timezone.localdate())
    leaders = asked.leaders()
    document = asked.document.document if asked.document else None
    context = {
        "offices": [(str(key), name) for key, name in asked.offices.items()],
        "office": str(asked.office),
        "office_name": asked.offices[asked.office],
        "leaders": leaders,
        "candidates": candidates,
        "parts_of": PARTS,
        "first": asked.first(candidates, leaders),
        "document": document,
        "document_title": about(document, types(timezone.localdate())) if document else "",
        "parent": asked.parent.task if asked.parent else None,
        "meeting": asked.meeting,
        "once": key_of(request),
    }
    if request.method != "POST":
        return forms.page(request, "tasks/new.html", context)
    try:
        made = made_once(request, lambda: _ordered(asked, candidates, leaders).pk)
    except Refused as refused:
        return forms.page(request, "tasks/new.html", context, refused=refused)
    if made.changed:
        back = reverse("tasks:task", args=[made.key]), _("Look at the task")
        return sent_before(request, *WRITTEN, title=_("Order a task"), back=back)
    return redirect("tasks:task", task_id=made.key)


def _ordered(asked: Ordering, candidates: list[Candidate], leaders: list[tuple[str, str]]) -> Task:
    task = _order(asked, candidates, leaders)
    messages.success(asked.request, _("Ordered under number %(code)s.") % {"code": task.code})
    return task


def _order(asked: Ordering, candidates: list[Candidate], leaders: list[tuple[str, str]]) -> Task:
    sent = typed(asked.request)
    if sent.get("leader", "") not in dict(leaders):
        raise Refused(_("Choose a leader of the office."), field="leader", code="required")
    leader = UUID(sent["leader"])
    given = [
        Given(office=each.office, officer=each.officer, part=part)
        for each in candidates
        if (part := sent.get(f"part-{each.key}", ""))
    ]
    by = actor_of(asked.request, asked.office, roles=(LEADER, HEAD, CLERK))
    order = asked.order(sent)
    if asked.parent is not None:
        return actions.split(asked.parent.task.pk, order, leader=leader, given=given, by=by)
    return actions.order(order, office=asked.office, leader=leader, given=given, by=by)
