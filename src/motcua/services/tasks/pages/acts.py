"""The pages of acts on a task: what each asks, and why it was refused without losing a word."""

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
from motcua.people.accounts.pages.coming_back import Story, keeps_written, seen_with, too_late, written_in
from motcua.people.officers.actors import Actor
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence.access import HEAD, LEADER
from motcua.services.correspondence.pages.shared import Uploaded, actor_of, day_of, typed, uploaded, whole
from motcua.services.correspondence.queries import officers_in, officers_of
from motcua.services.tasks import access, actions
from motcua.services.tasks.access import Accessed
from motcua.services.tasks.delegating import desk_of
from motcua.services.tasks.models import Task
from motcua.services.tasks.queries import candidates
from motcua.services.tasks.timeline import TITLES

WRITTEN = ("text", "reason")  # what takes time to write again


@dataclass
class Asked:
    """An act as it was asked for: the task, the request, what was typed and uploaded."""

    request: HttpRequest
    accessed: Accessed
    sent: dict[str, str] = field(default_factory=dict)
    files: Uploaded = field(default_factory=lambda: Uploaded(()))

    @property
    def key(self) -> UUID:
        """The task's key."""
        return self.accessed.task.pk

    @property
    def text(self) -> str:
        """What was typed."""
        return self.sent.get("text", "")

    @property
    def reason(self) -> str:
        """The reason that was typed."""
        return self.sent.get("reason", "")

    def from_unit(self) -> Actor:
        """Who acts, in their position of the leading unit."""
        task = self.accessed.task
        return actor_of(self.request, task.unit_id, task.office_id, roles=(HEAD, LEADER))

    def from_office(self) -> Actor:
        """Who acts, in their position of the office that ordered it."""
        task = self.accessed.task
        return actor_of(self.request, task.office_id, roles=(LEADER, HEAD))


@dataclass(frozen=True)
class Act:
    """An act: its words, what the form asks besides a text, what the template needs, and what does it."""

    title: Any
    text: Any
    do: Callable[[Asked], object]
    label: Any
    ask: str = ""  # to, percent, until, support, lead
    needs: Callable[[Asked], dict[str, Any]] = lambda asked: {}
    files: bool = False
    reason: bool = False  # what is typed is a reason, and must be
    warns: bool = False


def _colleagues(asked: Asked) -> dict[str, Any]:
    task = asked.accessed.task
    found = officers_of(task.unit_id, timezone.now(), but=[task.officer_id] if task.officer_id else [])
    return {"choices": [("", _("Choose")), *((str(each.officer), each.name) for each in found)]}


def _assign(asked: Asked) -> None:
    if asked.sent.get("to", "") not in dict(_colleagues(asked)["choices"]) or not asked.sent["to"]:
        raise Refused(_("Choose a colleague."), field="to", code="required")
    actions.assign(asked.key, to=UUID(asked.sent["to"]), text=asked.text, by=asked.from_unit())


def _helpers(asked: Asked) -> dict[str, Any]:
    parts = asked.accessed.supports("assign_support")
    found = officers_in([part.office_id for part in parts], timezone.now())
    choices = [
        (f"{part.pk}.{each.officer}", f"{each.name}, {part.office.name}")
        for part in parts
        for each in found
        if each.office == part.office_id and each.officer != part.officer_id
    ]
    return {"choices": [("", _("Choose")), *choices]}


def _assign_support(asked: Asked) -> None:
    chosen = asked.sent.get("to", "")
    if not chosen or chosen not in dict(_helpers(asked)["choices"]):
        raise Refused(_("Choose a colleague."), field="to", code="required")
    part, officer = chosen.split(".")
    actions.assign_support(asked.key, support=UUID(part), to=UUID(officer), by=_in_support(asked, part))


def _contributions(asked: Asked) -> dict[str, Any]:
    parts = asked.accessed.supports("finish_support")
    return {"choices": [(str(part.pk), part.office.name) for part in parts]}


def _finish_support(asked: Asked) -> None:
    choices = _contributions(asked)["choices"]
    chosen = asked.sent.get("support", choices[0][0])
    if chosen not in dict(choices):
        raise Refused(_("Choose the unit."), field="support", code="required")
    by = _in_support(asked, chosen)
    actions.finish_support(asked.key, support=UUID(chosen), text=asked.text, files=asked.files.keys, by=by)


def _in_support(asked: Asked, part: str) -> Actor:
    office = next(each.office_id for each in asked.accessed.involved if str(each.pk) == part)
    return actor_of(asked.request, office)


def _progress(asked: Asked) -> None:
    percent = whole(asked.sent.get("percent", ""), "percent")
    if percent is None:
        raise Refused(_("Write a number from 0 to 100."), field="percent", code="required")
    by = asked.from_unit()
    actions.progress(asked.key, percent=percent, text=asked.text, files=asked.files.keys, by=by)


def _report(asked: Asked) -> None:
    lead = next(each for each in asked.accessed.involved if each.part == access.Part.LEADS)
    as_head = access.leads_in(asked.accessed.desk, lead)
    actions.report(asked.key, text=asked.text, files=asked.files.keys, as_head=as_head, by=asked.from_unit())


def _until(asked: Asked) -> Any:
    return day_of(asked.sent.get("until", ""), "until")


def _new_units(asked: Asked) -> dict[str, Any]:
    """Who may be given what a unit has returned: all to whom the office could order it, but that unit."""
    task, now = asked.accessed.task, timezone.now()
    there = candidates(task.office_id, now, timezone.localdate())
    found = [each for each in there if each.office == task.office_id or each.office != task.unit_id]
    due = task.due_on.isoformat() if task.due_on else ""
    return {"choices": [("", _("Choose")), *((each.key, each.name) for each in found)], "first": {"due_on": due}}


def _reassign(asked: Asked) -> None:
    task = asked.accessed.task
    there = {each.key: each for each in candidates(task.office_id, timezone.now(), timezone.localdate())}
    chosen = there.get(asked.sent.get("to", ""))
    if chosen is None:
        raise Refused(_("Choose a unit or officer."), field="to", code="required")
    due = day_of(asked.sent.get("due_on", ""), "due_on")
    due = None if due == task.due_on else due
    by = asked.from_office()
    actions.reassign(asked.key, office=chosen.office, officer=chosen.officer, due_on=due, text=asked.text, by=by)


def _asked_until(asked: Asked) -> dict[str, Any]:
    extension = asked.accessed.asked
    return {"first": {"until": extension.until.isoformat() if extension else ""}}


ACTS: dict[str, Act] = {
    "assign": Act(
        pgettext_lazy("task", "Give to an officer"), gettext_lazy("Your unit answers for it."), _assign,
        label=gettext_lazy("What is to be done"), ask="to", needs=_colleagues,
    ),
    "progress": Act(
        gettext_lazy("Report progress"), gettext_lazy("Whoever follows the task reads it at once."), _progress,
        label=gettext_lazy("What was done and what comes next"), ask="percent", files=True,
        needs=lambda asked: {"first": {"percent": asked.accessed.task.percent}},
    ),
    "report": Act(
        gettext_lazy("Report as done"),
        gettext_lazy("The head of the unit looks at it first, then who ordered the task."), _report,
        label=gettext_lazy("What was done"), files=True,
    ),
    "pass_up": Act(
        gettext_lazy("Accept for the unit"), gettext_lazy("It goes on to who ordered the task."),
        lambda asked: actions.pass_up(asked.key, text=asked.text, by=asked.from_unit()),
        label=gettext_lazy("Remark, if any"),
    ),
    "send_down": Act(
        gettext_lazy("Send back to the officer"), gettext_lazy("The officer goes on with it."),
        lambda asked: actions.send_down(asked.key, reason=asked.reason, by=asked.from_unit()),
        label=gettext_lazy("What is missing"), reason=True, warns=True,
    ),
    "accept": Act(
        gettext_lazy("Accept as completed"), gettext_lazy("The task ends with it."),
        lambda asked: actions.accept(asked.key, text=asked.text, by=asked.from_office()),
        label=gettext_lazy("Remark, if any"),
    ),
    "reassign": Act(
        gettext_lazy("Give to another unit"),
        gettext_lazy("The unit that has returned it has no part in it any more, and does not see it."), _reassign,
        label=gettext_lazy("Remark, if any"), ask="lead", needs=_new_units,
    ),
    "send_back": Act(
        gettext_lazy("Send back to the unit"), gettext_lazy("Its deadline has run on meanwhile."),
        lambda asked: actions.send_back(asked.key, reason=asked.reason, by=asked.from_office()),
        label=gettext_lazy("What is missing"), reason=True, warns=True,
    ),
    "grant": Act(
        gettext_lazy("Grant more time"), gettext_lazy("To the day that was asked for, or another one."),
        lambda asked: actions.grant(asked.key, until=_until(asked), text=asked.text, by=asked.from_office()),
        label=gettext_lazy("Remark, if any"), ask="until", needs=_asked_until,
    ),
    "decline": Act(
        gettext_lazy("Grant no more time"), gettext_lazy("The deadline stays."),
        lambda asked: actions.decline(asked.key, reason=asked.reason, by=asked.from_office()),
        label=gettext_lazy("Reason"), reason=True, warns=True,
    ),
    "ask_extension": Act(
        gettext_lazy("Ask for more time"), gettext_lazy("Until it is granted the deadline stays."),
        lambda asked: actions.ask_extension(
            asked.key, until=_until(asked), reason=asked.reason, by=asked.from_unit()
        ),
        label=gettext_lazy("Reason"), ask="until", reason=True,
    ),
    "assign_support": Act(
        gettext_lazy("Give the contribution to an officer"), gettext_lazy("Your unit supports this task."),
        _assign_support, label="", ask="to", needs=_helpers,
    ),
    "finish_support": Act(
        gettext_lazy("Finish the contribution"), gettext_lazy("The leading unit reads it and goes on with it."),
        _finish_support, label=gettext_lazy("What your unit contributes"), ask="support", files=True,
        needs=_contributions,
    ),
    "return": Act(
        gettext_lazy("Return as not our duty"),
        gettext_lazy("Who ordered it reads the reason, and gives it to another unit or back to yours."),
        lambda asked: actions.return_task(asked.key, reason=asked.reason, by=asked.from_unit()),
        label=gettext_lazy("Why it is not your unit’s duty, and whose it is"), reason=True, warns=True,
    ),
    "withdraw": Act(
        pgettext_lazy("task", "Withdraw"), gettext_lazy("Nobody needs to do more; open sub-tasks go with it."),
        lambda asked: actions.withdraw(asked.key, reason=asked.reason, by=asked.from_office()),
        label=gettext_lazy("Reason"), reason=True, warns=True,
    ),
}  # fmt: skip


def buttons(accessed: Accessed) -> list[dict[str, Any]]:
    """The acts that the officer has now, what moves the task first."""
    found = [
        {"url": reverse("tasks:act", args=[accessed.task.pk, name]), "text": act.title}
        for name, act in ACTS.items()
        if accessed.abilities[name]
    ]
    if accessed.abilities["split"]:
        url = f"{reverse('tasks:new')}?parent={accessed.task.pk}"
        found.insert(1, {"url": url, "text": _("Order a sub-task")})
    return found


def _list() -> tuple[str, str]:
    return reverse("tasks:mine"), _("Tasks")


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def act(request: HttpRequest, task_id: UUID, act: str) -> HttpResponse:
    """Ask for an act on the task, or do it. Who comes too late is told what has happened since."""
    story = Story(Task(pk=task_id).stream, TITLES)
    seen = story.drawn_at(request)
    accessed = access.task_for(desk_of(request), task_id)
    if act not in ACTS:
        raise NotFound(_("There is no such page."))
    asked, chosen = Asked(request, accessed), ACTS[act]
    try:
        accessed.require(act)
    except NotAllowed as refused:
        return too_late(
            request,
            refused,
            title=chosen.title,
            caption=f"{accessed.task.code} – {accessed.task.subject}",
            since=story.since(),
            back=(reverse("tasks:task", args=[task_id]), _("Look at the task")),
            written=written_in(request, *WRITTEN),
        )
    first: dict[str, Any] = {"first": {}, "files": (), "kept": "", **chosen.needs(asked)}
    context = {"task": accessed.task, "act": chosen, "seen": seen, **first}
    if request.method != "POST":
        return forms.page(request, "tasks/act.html", context)
    asked.sent = typed(request)
    try:
        if chosen.files:
            asked.files = uploaded(request)
        with story.unchanged(request):
            chosen.do(asked)
    except Refused as refused:
        kept = {"files": [file.name for file in asked.files.files], "kept": asked.files.kept}
        context |= kept | {"seen": seen_with(request, refused)}
        return forms.page(request, "tasks/act.html", context, refused=refused)
    messages.success(request, _("This is done."))
    return redirect("tasks:task", task_id=accessed.task.pk)
