"""The pages of acts on an appraisal: council, opinions, conclusion, decision, destruction."""

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

from motcua.engines.editions.queries import in_force
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms
from motcua.people.accounts.pages.coming_back import Story, seen_with, too_late, written_in
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.queries import subtree_ids
from motcua.services.correspondence import queries as correspondence
from motcua.services.correspondence.access import CLERK, HEAD, LEADER
from motcua.services.correspondence.pages.shared import actor_of, day_of, typed, whole
from motcua.services.records import access, actions, queries
from motcua.services.records.access import AccessedAppraisal
from motcua.services.records.actions import Council, Decision, Said
from motcua.services.records.delegating import desk_of
from motcua.services.records.destruction import DESTRUCTION
from motcua.services.records.models import Appraisal, Ballot, Verdict
from motcua.services.records.timeline import APPRAISAL_TITLES

DONE = gettext_lazy("This is done.")
WRITTEN = ("text", "basis", "opinion")  # what takes time to write again
SEATS = 7  # lines of the form; a council is rarely larger
CHOOSE = ("", gettext_lazy("Choose"))


@dataclass(frozen=True)
class Asked:
    """An act as it was asked for."""

    request: HttpRequest
    accessed: AccessedAppraisal
    sent: dict[str, str]

    @property
    def key(self) -> UUID:
        """The appraisal's key."""
        return self.accessed.appraisal.pk

    def actor(self, *roles: str) -> Any:
        """Who acts, in the agency."""
        return actor_of(self.request, self.accessed.appraisal.office_id, roles=roles)


def _convene(asked: Asked) -> None:
    members = [
        (_officer(asked.sent[f"officer-{seat}"]), asked.sent.get(f"role-{seat}", ""))
        for seat in range(1, SEATS + 1)
        if asked.sent.get(f"officer-{seat}")
    ]
    council = Council(basis=asked.sent.get("basis", ""), members=members)
    actions.convene(asked.key, council, explanation=asked.sent.get("text", ""), by=asked.actor(CLERK))


def _officer(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused(_("Choose an officer of the agency."), field="members", code="elsewhere") from None


def _vote(asked: Asked) -> None:
    rows = queries.appraised(asked.accessed.appraisal).order_by("id").values_list("pk", flat=True)
    said = {
        key: Said(
            verdict=asked.sent.get(f"verdict-{key}", ""),
            years=whole(asked.sent.get(f"years-{key}", ""), f"years-{key}"),
            note=asked.sent.get(f"note-{key}", ""),
        )
        for key in rows
    }
    actions.vote(asked.key, said, by=asked.actor())


def _conclude(asked: Asked) -> None:
    met_on = day_of(asked.sent.get("met_on", ""), "met_on")
    actions.conclude(asked.key, met_on=met_on, by=asked.actor(CLERK))


def _approve(asked: Asked) -> None:
    decision = Decision(
        notation=asked.sent.get("notation", ""),
        day=day_of(asked.sent.get("day", ""), "day"),
        opinion=asked.sent.get("opinion", ""),
        sure=asked.sent.get("sure") == "1",
    )
    actions.approve(asked.key, decision, by=asked.actor(LEADER, HEAD))


def _destroy(asked: Asked) -> None:
    actions.begin_destruction(asked.key, notation=asked.sent.get("notation", ""), by=asked.actor(CLERK))


def _give_up(asked: Asked) -> None:
    actions.give_up(asked.key, reason=asked.sent.get("text", ""), by=asked.actor(CLERK, LEADER, HEAD))


@dataclass(frozen=True)
class Act:
    """An act as its page asks for it."""

    title: Any
    text: Any
    do: Callable[[Asked], None]
    said: Any = DONE
    warns: bool = False


ACTS: dict[str, Act] = {
    "convene": Act(
        gettext_lazy("Lay it before the council"),
        gettext_lazy("The members are told. Files and council stay as they are from then on."),
        _convene,
    ),
    "vote": Act(
        pgettext_lazy("appraisal", "Give your opinion"),
        gettext_lazy("Say of each file what is to become of it. You may change it until the council has concluded."),
        _vote,
        gettext_lazy("Your opinion is recorded."),
    ),
    "conclude": Act(
        pgettext_lazy("appraisal", "Record the conclusion"),
        gettext_lazy(
            "What more than half of all members want is concluded for each file; the minutes are made. A file without"
            " such a majority stays as it is."
        ),
        _conclude,
    ),
    "approve": Act(
        pgettext_lazy("appraisal", "Decide"),
        gettext_lazy("The archive carries out what the council has concluded, by the decision that you name."),
        _approve,
    ),
    "destroy": Act(
        pgettext_lazy("appraisal", "Carry out the destruction"),
        gettext_lazy("What is destroyed does not come back. A file under legal hold is left out."),
        _destroy,
        gettext_lazy("The destruction has begun. List and minutes stand here when it is over."),
        warns=True,
    ),
    "give_up": Act(
        pgettext_lazy("appraisal", "Give up"),
        gettext_lazy("The files stay as they are and may be listed again."),
        _give_up,
        warns=True,
    ),
}


@require_http_methods(["GET", "POST"])
@for_officers
def act(request: HttpRequest, appraisal_id: UUID, act: str) -> HttpResponse:
    """Ask for an act on the appraisal, or do it. Who comes too late is told what has happened since."""
    if act not in ACTS:
        raise NotFound(_("There is no such page."))
    story, chosen = Story(Appraisal(pk=appraisal_id).stream, APPRAISAL_TITLES), ACTS[act]
    seen = "" if act == "vote" else story.drawn_at(request)  # what other members say meanwhile does not matter
    accessed = access.appraisal_for(desk_of(request), appraisal_id)
    try:
        accessed.require(act)
    except NotAllowed as refused:
        back = reverse("records:appraisal", args=[appraisal_id]), _("Look at the list")
        return too_late(
            request,
            refused,
            title=chosen.title,
            caption=accessed.appraisal.title,
            since=story.since(),
            back=back,
            written=written_in(request, *WRITTEN),
        )
    context = {"appraisal": accessed.appraisal, "act": chosen, "ask": act, "seen": seen, **_offered(accessed, act)}
    if request.method != "POST":
        return forms.page(request, "records/appraisal_act.html", context)
    try:
        with story.unchanged(request):
            chosen.do(Asked(request, accessed, typed(request)))
    except Refused as refused:
        context["seen"] = seen_with(request, refused)
        return forms.page(request, "records/appraisal_act.html", context, refused=refused)
    messages.success(request, chosen.said)
    return redirect("records:appraisal", appraisal_id=appraisal_id)


def _offered(accessed: AccessedAppraisal, act: str) -> dict[str, Any]:
    """What the form of an act offers to choose from, or shows."""
    found = accessed.appraisal
    if act == "convene":
        staff = correspondence.officers_in(subtree_ids(found.office), timezone.now())
        roles = in_force(DESTRUCTION, timezone.localdate()).rules.roles
        return {
            "officers": [CHOOSE, *((str(each.officer), each.name) for each in staff)],
            "roles": [CHOOSE, *((each.code, each.title) for each in roles)],
            "seats": range(1, SEATS + 1),
            "first": {"text": found.explanation, **{f"role-{n}": each.code for n, each in enumerate(roles, start=1)}},
        }
    if act == "vote":
        rows = list(queries.appraised(found).order_by("file__year", "file__notation", "id"))
        own = Ballot.objects.filter(row__in=rows, member__officer=accessed.desk.account_id).order_by("id")
        first: dict[str, Any] = {}
        for each in own:
            first[f"verdict-{each.row_id}"], first[f"note-{each.row_id}"] = each.verdict, each.note
            first[f"years-{each.row_id}"] = each.years or ""
        return {"rows": rows, "verdicts": [CHOOSE, *Verdict.choices], "first": first}
    if act == "conclude":
        return {"first": {"met_on": timezone.localdate().isoformat()}}
    if act == "approve":
        concluded = list(queries.appraised(found).order_by("id").values_list("verdict", flat=True))
        known = [*Verdict.choices, ("", _("No majority: as before"))]
        return {"counts": [{"label": text, "value": concluded.count(code)} for code, text in known], "first": {}}
    if act == "destroy":
        going = queries.appraised(found).filter(verdict=Verdict.DESTROY).order_by("file__year", "file__notation", "id")
        day = local_date(found.decision_day)
        return {"going": list(going), "day": day, "first": {}}
    return {"first": {}}
