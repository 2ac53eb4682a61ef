"""The page of an act: confirm it, answer what it asks, see why it was refused without losing a word."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.accounts.pages.coming_back import written_in
from motcua.services.dossiers.pages.desk.act_table import ACTS
from motcua.services.dossiers.pages.desk.asking import Act, Doing
from motcua.services.dossiers.pages.desk.shared import HANDLING, for_officers, opened, tell_stuck, too_late


@require_http_methods(["GET", "POST"])
@for_officers
def act(request: HttpRequest, number: str, name: str, subject: UUID | None = None) -> HttpResponse:
    """Ask for an act, or do it. Who comes too late, by the back button or second, is told what has happened since."""
    wanted = ACTS.get(name)
    if wanted is None:
        raise NotFound(_("There is no such page."))
    doing = Doing(request, opened(request, number, purpose=HANDLING), subject)
    try:
        doing.accessed.require(wanted.ability)
    except Refused as refused:
        written = written_in(request, *(ask.name for ask in wanted.asks))
        shown = {"title": wanted.title, "since": doing.told_since(), "written": written}
        return too_late(request, refused, doing.dossier, **shown)
    try:
        if request.method != "POST":
            return _page(doing, wanted)
        for ask in wanted.asks:
            if ask.kind == "files":
                doing.files(ask.name)  # what is not accepted is told whatever else is missing
        with doing.telling():
            onward = wanted.do(doing)
    except Refused as refused:
        return _page(doing, wanted, refused)
    if onward is False:
        tell_stuck(request)
    else:
        messages.success(request, str(wanted.done))
    if isinstance(onward, str):
        return redirect(onward)
    return redirect("dossiers:desk-dossier", number=doing.dossier.number)


def _page(doing: Doing, wanted: Act, refused: Refused | None = None) -> HttpResponse:
    """The form, with what was typed."""
    context = {
        "dossier": doing.dossier,
        "act": wanted,
        "shown": wanted.shown(doing),
        "version": doing.drawn_at(refused),
        "asks": [ask.drawn(doing, doing.request.POST) for ask in wanted.asks],
    }
    return forms.page(doing.request, "dossiers/desk/act.html", context, refused=refused)
