"""The pages of acts on a file: what each asks, and why it was refused without losing a word."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
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
from motcua.people.accounts.pages.coming_back import (
    Story,
    keeps_written,
    key_of,
    made_once,
    seen_with,
    sent_before,
    too_late,
    written_in,
)
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.queries import subtree_ids
from motcua.services.correspondence import queries as correspondence
from motcua.services.correspondence.access import CLERK, HEAD, LEADER
from motcua.services.correspondence.pages.shared import (
    Uploaded,
    actor_of,
    day_of,
    typed,
    uploaded,
    uploaded_before,
    whole,
)
from motcua.services.records import access, actions
from motcua.services.records.access import Accessed
from motcua.services.records.actions.handing import HANDED
from motcua.services.records.delegating import desk_of
from motcua.services.records.models import Entry, Share, WorkFile
from motcua.services.records.timeline import TITLES

CHOOSE = ("", gettext_lazy("Choose"))
WRITTEN = ("title", "reason", "basis", "text", "note")  # what takes time to write again


@dataclass
class Asked:
    """An act as it was asked for: the work file, the row if it is about one, what was typed and uploaded."""

    request: HttpRequest
    accessed: Accessed
    row: UUID | None = None
    sent: dict[str, str] = field(default_factory=dict)
    file: Uploaded = field(default_factory=lambda: Uploaded(()))

    @property
    def key(self) -> UUID:
        """The file's key."""
        return self.accessed.file.pk

    @property
    def row_key(self) -> UUID:
        """The key of the row."""
        assert self.row is not None
        return self.row

    def text(self, name: str) -> str:
        """What was typed into a field."""
        return self.sent.get(name, "")

    def day(self, name: str) -> date | None:
        """A day that was typed."""
        return day_of(self.text(name), name)

    def actor(self, *roles: str) -> Any:
        """Who acts: in the file's unit, else in its agency."""
        return actor_of(self.request, self.accessed.file.unit_id, self.accessed.file.office_id, roles=roles)


@dataclass(frozen=True)
class Act:
    """An act: its words, the template's part that asks, what the template needs, and what does it.

    ``ability`` is the entry of the abilities that allows it; ``on_row``: it is about an entry, a share or a hold.
    """

    title: Any
    text: Any
    do: Callable[[Asked], object]
    ask: str = "text"
    needs: Callable[[Asked], dict[str, Any]] = lambda asked: {}
    label: Any = ""
    ability: str = ""
    on_row: bool = False
    warns: bool = False


def _take_in(asked: Asked) -> None:
    """Take in what was uploaded, which stays there while the rest is put right; it takes the place of what came
    before.
    """
    asked.file = uploaded_before(asked.request)
    sent = asked.request.FILES.getlist("file")
    if len(sent) > 1:
        raise Refused(_("Choose one file."), field="file", code="too_many")
    if sent:
        asked.file = Uploaded(uploaded(asked.request, "file").files[-1:])


def _upload(asked: Asked) -> Entry:
    if not asked.file.keys:
        raise Refused(_("Choose a file."), field="file", code="required")
    described = actions.Described(
        title=asked.text("title"), day=asked.day("day"), type=asked.text("type"), notation=asked.text("notation"),
        author=asked.text("author"), pages=whole(asked.text("pages"), "pages"), note=asked.text("note"),
    )  # fmt: skip
    return actions.add_upload(asked.key, described, stored=asked.file.keys[0], by=asked.actor())


def _with_description(asked: Asked) -> dict[str, Any]:
    file = asked.accessed.file
    first = {"title": file.title, "rights": file.rights, "starts_on": file.starts_on.isoformat()}
    return {"rights": list(WorkFile.Rights.choices), "first": first}


def _with_end(asked: Asked) -> dict[str, Any]:
    last = Entry.objects.filter(file=asked.accessed.file).order_by("-day", "-id").first()
    return {"first": {"ends_on": last.day.isoformat() if last else ""}}


def _with_people(asked: Asked) -> dict[str, Any]:
    """Units and officers of the agency with whom a file may be shared."""
    file, now, day = asked.accessed.file, timezone.now(), timezone.localdate()
    units = correspondence.units_of(file.office, day)
    offices = sorted(subtree_ids(file.office))
    officers = correspondence.officers_in(offices, now, but=[file.keeper_id])
    people = [(f"officer.{each.officer}", each.name) for each in officers]
    return {
        "choices": [CHOOSE, *((f"office.{each.office}", each.name) for each in units), *people],
        "levels": list(Share.Level.choices),
    }


def _share(asked: Asked) -> None:
    known = {key for key, _name in _with_people(asked)["choices"] if key}
    chosen = asked.text("with")
    if chosen not in known:
        raise Refused(_("Choose one officer or one unit."), field="with", code="required")
    kind, key = chosen.split(".", 1)
    officer, office = (UUID(key), None) if kind == "officer" else (None, UUID(key))
    level, reason = asked.text("level"), asked.text("reason")
    actions.ask_to_share(asked.key, officer=officer, office=office, level=level, reason=reason, by=asked.actor())


def _with_colleagues(asked: Asked) -> dict[str, Any]:
    file = asked.accessed.file
    found = correspondence.officers_of(file.unit_id, timezone.now(), but=[file.keeper_id])
    others = WorkFile.objects.filter(keeper=file.keeper_id, unit=file.unit_id, state__in=HANDED)
    return {
        "choices": [CHOOSE, *((str(each.officer), each.name) for each in found)],
        "others": [(str(each.pk), str(each)) for each in others.exclude(pk=file.pk).order_by("notation", "id")[:200]],
        "chosen": set(asked.request.POST.getlist("files")),
    }


def _hand_over(asked: Asked) -> None:
    needed = _with_colleagues(asked)
    if asked.text("taker") not in {key for key, _name in needed["choices"] if key}:
        raise Refused(_("Choose an officer of the unit."), field="taker", code="required")
    offered = {key for key, _name in needed["others"]}
    keys = [asked.key, *(UUID(key) for key in asked.request.POST.getlist("files") if key in offered)]
    actions.hand_over(keys, taker=UUID(asked.text("taker")), reason=asked.text("reason"), by=asked.actor(HEAD, LEADER))


def _extend(asked: Asked) -> None:
    permanent = asked.text("permanent") == "1"
    until = None if permanent else asked.day("until")
    by = asked.actor(HEAD, LEADER, CLERK)
    actions.extend(asked.key, until=until, permanent=permanent, reason=asked.text("reason"), by=by)


def _keep_back(asked: Asked) -> None:
    by = asked.actor(HEAD, LEADER)
    actions.keep_back(asked.key, until=asked.day("until"), reason=asked.text("reason"), by=by)


ACTS: dict[str, Act] = {
    "add": Act(
        gettext_lazy("Add a file"),
        gettext_lazy("A document of the registers is added from its own page; here what stands in no register."),
        _upload, ask="upload",
    ),
    "close": Act(
        pgettext_lazy("work file", "Close"),
        gettext_lazy("From then on nothing is added or taken out; its contents are fixed by their SHA-256."),
        lambda asked: actions.close_file(asked.key, ends_on=asked.day("ends_on"), by=asked.actor()),
        ask="close", needs=_with_end,
    ),
    "edit": Act(
        gettext_lazy("Correct the description"), gettext_lazy("The notation stays that of the list of files."),
        lambda asked: actions.edit(
            asked.key, title=asked.text("title"), rights=asked.text("rights"), starts_on=asked.day("starts_on"),
            by=asked.actor(),
        ),
        ask="edit", needs=_with_description,
    ),
    "share": Act(
        pgettext_lazy("work file", "Share"),
        gettext_lazy(
            "They will read every document in the file, also those that are added later. It holds when somebody else"
            " who is competent has confirmed it."
        ),
        _share, ask="share", needs=_with_people,
    ),
    "hand_over": Act(
        gettext_lazy("Hand over"), gettext_lazy("The new keeper answers for the file; minutes are made."),
        _hand_over, ask="hand_over", needs=_with_colleagues,
    ),
    "extend": Act(
        gettext_lazy("Keep for longer"), gettext_lazy("The retention of a closed file only ever grows."),
        _extend, ask="extend",
    ),
    "keep_back": Act(
        gettext_lazy("Keep it with the unit"),
        gettext_lazy("The unit needs it beyond the day of its transfer: for two years at most. The archive is told."),
        _keep_back, ask="keep_back",
    ),
    "hold": Act(
        gettext_lazy("Put under legal hold"),
        gettext_lazy("Nothing of the file can be changed or destroyed by anybody until a document lifts the hold."),
        lambda asked: actions.place_hold(
            asked.key, reason=asked.text("reason"), basis=asked.text("basis"), by=asked.actor(LEADER)
        ),
        ask="hold", warns=True,
    ),
    "remove": Act(
        pgettext_lazy("work file", "Take out"),
        gettext_lazy("A document of the registers stays there; an uploaded file is deleted."),
        lambda asked: actions.remove_entry(asked.key, asked.row_key, reason=asked.text("text"), by=asked.actor()),
        label=gettext_lazy("Reason"), on_row=True, warns=True,
    ),
    "confirm": Act(
        gettext_lazy("Confirm the change of access rights"), gettext_lazy("It is in force from then on."),
        lambda asked: actions.confirm_share(asked.key, asked.row_key, by=asked.actor(HEAD, LEADER)),
        ask="nothing", ability="decide", on_row=True,
    ),
    "decline": Act(
        gettext_lazy("Decline the change of access rights"), gettext_lazy("What held before goes on holding."),
        lambda asked: actions.decline_share(
            asked.key, asked.row_key, reason=asked.text("text"), by=asked.actor(HEAD, LEADER)
        ),
        label=gettext_lazy("Reason"), ability="decide", on_row=True, warns=True,
    ),
    "end": Act(
        gettext_lazy("End the sharing"),
        gettext_lazy("It ends when somebody else who is competent has confirmed it."),
        lambda asked: actions.ask_to_end(asked.key, asked.row_key, reason=asked.text("reason"), by=asked.actor()),
        ask="reason", ability="share", on_row=True, warns=True,
    ),
    "lift": Act(
        gettext_lazy("Lift the legal hold"),
        gettext_lazy("The file may be changed and destroyed again as others are."),
        lambda asked: actions.lift(asked.key, asked.row_key, basis=asked.text("basis"), by=asked.actor(LEADER)),
        ask="lift", on_row=True, warns=True,
    ),
}  # fmt: skip


def buttons(accessed: Accessed) -> list[dict[str, Any]]:
    """The acts on the file as a whole that the officer has now."""
    found = [
        {"url": reverse("records:act", args=[accessed.file.pk, name]), "text": act.title}
        for name, act in ACTS.items()
        if not act.on_row and accessed.abilities[name]
    ]
    if accessed.abilities["offer"]:
        found.insert(0, {"url": reverse("records:transfer-new"), "text": _("Offer to the archive")})
    return found


def _list() -> tuple[str, str]:
    return reverse("records:files"), _("Work files")


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def act(request: HttpRequest, work_file_id: UUID, act: str) -> HttpResponse:
    """Ask for an act on the file, or do it. Who comes too late is told what has happened since."""
    if act not in ACTS or ACTS[act].on_row:
        raise NotFound(_("There is no such page."))
    return _asked(request, work_file_id, act, None)


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def row_act(request: HttpRequest, work_file_id: UUID, act: str, row_id: UUID) -> HttpResponse:
    """Ask for an act on an entry, a share or a hold of the file, or do it; as :func:`act`."""
    if act not in ACTS or not ACTS[act].on_row:
        raise NotFound(_("There is no such page."))
    return _asked(request, work_file_id, act, row_id)


def _asked(request: HttpRequest, key: UUID, name: str, row: UUID | None) -> HttpResponse:
    story = Story(WorkFile(pk=key).stream, TITLES)
    seen = story.drawn_at(request)
    accessed, ability = access.file_for(desk_of(request), key), ACTS[name].ability or name
    try:
        accessed.require(ability)
        if ability == "decide" and row is not None:
            access.share_to_decide(accessed, row)
    except (NotAllowed, NotFound) as refused:
        return too_late(
            request,
            refused,
            title=ACTS[name].title,
            caption=str(accessed.file),
            since=story.since(),
            back=_look_at(key),
            written=written_in(request, *WRITTEN),
        )
    asked = Asked(request, accessed, row)
    return _added(asked) if name == "add" else _answered(asked, name, story, seen)


def _look_at(key: UUID) -> tuple[str, str]:
    return reverse("records:file", args=[key]), _("Look at the work file")


def _context(asked: Asked, name: str) -> dict[str, Any]:
    act = ACTS[name]
    return {"file": asked.accessed.file, "act": act, "first": {}, "taken": (), "kept": "", **act.needs(asked)}


def _added(asked: Asked) -> HttpResponse:
    """Add what was uploaded, once however often the form is sent. What others add meanwhile does not matter."""
    request, context = asked.request, {**_context(asked, "add"), "once": key_of(asked.request)}
    if request.method != "POST":
        return forms.page(request, "records/act.html", context)
    asked.sent = typed(request)
    try:
        _take_in(asked)
        made = made_once(request, lambda: _upload(asked).pk)
    except Refused as refused:
        context |= {"taken": [each.name for each in asked.file.files], "kept": asked.file.kept}
        return forms.page(request, "records/act.html", context, refused=refused)
    if made.changed:
        return sent_before(request, *WRITTEN, title=ACTS["add"].title, back=_look_at(asked.key))
    return _done(asked)


def _answered(asked: Asked, name: str, story: Story, seen: str) -> HttpResponse:
    request, context = asked.request, {**_context(asked, name), "seen": seen}
    if request.method != "POST":
        return forms.page(request, "records/act.html", context)
    asked.sent = typed(request)
    try:
        with story.unchanged(request):
            ACTS[name].do(asked)
    except Refused as refused:
        return forms.page(
            request, "records/act.html", context | {"seen": seen_with(request, refused)}, refused=refused
        )
    return _done(asked)


def _done(asked: Asked) -> HttpResponse:
    messages.success(asked.request, _("This is done."))
    try:
        access.file_for(asked.accessed.desk, asked.key)
    except NotFound:  # handed over: it is no longer theirs to see
        return redirect("records:files")
    return redirect("records:file", work_file_id=asked.key)
