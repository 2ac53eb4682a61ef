"""The page of an act on a petition: what it asks, and why it was refused without losing a word."""

from collections.abc import Callable
from dataclasses import dataclass
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
from motcua.people.accounts.access import signed_in
from motcua.people.accounts.pages.coming_back import keeps_written, seen_with, too_late, written_in
from motcua.people.organisations.queries import office_by_code
from motcua.services.dossiers.pages.desk.shared import desk_of, for_officers
from motcua.services.petitions import actions
from motcua.services.petitions.access import Accessed, petition_for
from motcua.services.petitions.pages.shown import story_of

WRITTEN = ("text", "reason", "public_text", "public_answer")  # what takes time to write again
Fields = tuple[tuple[str, Any, Any, str], ...]  # name, label, hint, kind


@dataclass(frozen=True)
class Act:
    """An act: its ability, its words, the fields it asks for, and what does it."""

    ability: str
    title: Any
    text: Any
    fields: Fields
    do: Callable[[Accessed, dict[str, str], UUID], None]


def _forward(accessed: Accessed, typed: dict[str, str], by: UUID) -> None:
    office = office_by_code(typed["office"].strip().upper(), timezone.localdate())
    if office is None:
        raise NotFound(_("No office has this code."), field="office")
    actions.forward(accessed.petition.pk, office=office.pk, reason=typed["reason"], by=by)


_REASON = ("reason", gettext_lazy("Reason"), gettext_lazy("The sender reads it."), "textarea")
_TEXT = ("text", gettext_lazy("Text"), gettext_lazy("The sender reads it."), "textarea")

ACTS: dict[str, Act] = {
    "accept": Act(
        "accept", pgettext_lazy("petition", "Take it up"),
        gettext_lazy("From now on the limit for the answer runs."), (),
        lambda accessed, typed, by: actions.accept(accessed.petition.pk, by=by),
    ),
    "answer": Act(
        "answer", pgettext_lazy("petition", "Answer"),
        gettext_lazy("The sender gets this answer. What is published is written apart."), (_TEXT,),
        lambda accessed, typed, by: actions.answer(accessed.petition.pk, text=typed["text"], by=by),
    ),
    "publish": Act(
        "publish", gettext_lazy("Publish question and answer"),
        gettext_lazy("In words that say nothing of who asked. It cannot be taken back."),
        (
            ("public_text", gettext_lazy("The question, as it is published"), None, "textarea"),
            ("public_answer", gettext_lazy("The answer, as it is published"), None, "textarea"),
        ),
        lambda accessed, typed, by: actions.publish(
            accessed.petition.pk, public_text=typed["public_text"], public_answer=typed["public_answer"], by=by
        ),
    ),
    "reply": Act(
        "reply", gettext_lazy("Write to the sender"), gettext_lazy("The sender reads it on their page."), (_TEXT,),
        lambda accessed, typed, by: actions.reply(accessed.petition.pk, text=typed["text"], by=by),
    ),
    "ask": Act(
        "ask", gettext_lazy("Ask the sender to complete it"),
        gettext_lazy("The clock stands still. Without an answer in time the petition is closed."), (_TEXT,),
        lambda accessed, typed, by: actions.ask(accessed.petition.pk, text=typed["text"], by=by),
    ),
    "forward": Act(
        "forward", gettext_lazy("Pass it on to the competent office"),
        gettext_lazy("Your office sees it no more."),
        (
            ("office", gettext_lazy("Code of the office"), gettext_lazy("Such as H99.101"), "text"),
            _REASON,
        ),
        _forward,
    ),
    "merge": Act(
        "merge", gettext_lazy("Join it with another that says the same"),
        gettext_lazy("It is closed; its sender reads the answer of the other."),
        (("into", gettext_lazy("Code of the other petition"), None, "text"),),
        lambda accessed, typed, by: actions.merge(accessed.petition.pk, into=typed["into"], by=by),
    ),
    "refuse": Act(
        "refuse", pgettext_lazy("petition", "Do not take it up"),
        gettext_lazy("The petition is closed; the sender reads the reason."), (_REASON,),
        lambda accessed, typed, by: actions.refuse(accessed.petition.pk, reason=typed["reason"], by=by),
    ),
}  # fmt: skip


def buttons(accessed: Accessed) -> list[dict[str, Any]]:
    """The acts that the officer has now."""
    return [
        {"url": reverse("petitions:desk-act", args=[accessed.petition.code, name]), "text": act.title}
        for name, act in ACTS.items()
        if accessed.abilities[act.ability]
    ]


def _list() -> tuple[str, str]:
    return reverse("petitions:desk"), _("Petitions")


@require_http_methods(["GET", "POST"])
@for_officers
@keeps_written(*WRITTEN, back=_list)
def act(request: HttpRequest, petition_code: str, act: str) -> HttpResponse:
    """Ask for an act, or do it. Who comes too late is told what has happened since."""
    wanted = ACTS.get(act)
    if wanted is None:
        raise NotFound(_("There is no such page."))
    story = story_of(petition_code)
    seen = story.drawn_at(request)
    accessed = petition_for(desk_of(request), petition_code)
    try:
        accessed.require(wanted.ability)
    except NotAllowed as refused:
        return too_late(
            request,
            refused,
            title=wanted.title,
            caption=petition_code,
            since=story.since(),
            back=(reverse("petitions:desk-petition", args=[petition_code]), _("Look at the petition")),
            written=written_in(request, *WRITTEN),
        )
    first = _first(accessed, act, request)
    context = {"petition": accessed.petition, "act": wanted, "first": first, "seen": seen}
    if request.method != "POST":
        return forms.page(request, "petitions/desk/act.html", context)
    typed = {name: request.POST.get(name, "").replace("\0", "") for name, *_rest in wanted.fields}
    try:
        with story.unchanged(request):
            wanted.do(accessed, typed, signed_in(request).pk)
    except Refused as refused:
        context["seen"] = seen_with(request, refused)
        return forms.page(request, "petitions/desk/act.html", context, refused=refused)
    messages.success(request, _("This is done."))
    if act == "forward":
        return redirect("petitions:desk")
    return redirect("petitions:desk-petition", petition_code=petition_code)


def _first(accessed: Accessed, act: str, request: HttpRequest) -> dict[str, str]:
    """What stands in the fields before anybody has typed."""
    petition = accessed.petition
    if act == "publish":
        return {"public_text": petition.text, "public_answer": petition.answer}
    return {"into": request.GET.get("into", "")} if act == "merge" else {}
