"""Doing a step: its form, its result, the signature, the seal, and how it ends."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from motcua.engines.forms.editing import COMMAND, edited
from motcua.engines.forms.model import Form
from motcua.engines.forms.pages import open_pages
from motcua.engines.forms.rendering import render
from motcua.engines.forms.surroundings import Surroundings
from motcua.engines.forms.validation import Cleaned, clean, typed_of
from motcua.engines.process.graph import Node, Outcome
from motcua.engines.process.returns import previous_steps
from motcua.engines.rendering.errors import RenderingError
from motcua.engines.signing.models import DocumentLevel, SigningCertificate
from motcua.engines.signing.pages import signers
from motcua.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers import actions, result_pages
from motcua.services.dossiers.abilities import may_work
from motcua.services.dossiers.access import Accessed
from motcua.services.dossiers.actions import Progress, Signing
from motcua.services.dossiers.actors import signer
from motcua.services.dossiers.models import Dossier, ResultDocument, ResultSigning, WorkItem
from motcua.services.dossiers.pages.desk.asking import Doing
from motcua.services.dossiers.pages.desk.shared import HANDLING, for_officers, opened, since, tell_stuck, too_late
from motcua.services.dossiers.returning import stopped_by_return
from motcua.services.dossiers.surroundings import of_data, surroundings
from motcua.services.procedures.runtime import package_of

# A page of this site may show the preview in a frame; Chromium's PDF viewer brings its own styles.
IN_FRAME = {
    "Content-Disposition": "inline",
    "Content-Security-Policy": (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}
_PAGE_IN_FRAME = "default-src 'none'; style-src 'self'; font-src 'self'; frame-ancestors 'self'"


def node_of(dossier: Dossier, step: WorkItem) -> Node:
    """What the process says of a step."""
    return package_of(dossier.procedure_version_id).graph.nodes[step.node]


def earlier_steps(dossier: Dossier, step: WorkItem) -> list[Node]:
    """The steps that the dossier has passed and may go back to."""
    done = set(WorkItem.objects.filter(dossier=dossier, state="done").values_list("node", flat=True))
    graph = package_of(dossier.procedure_version_id).graph
    return [node for node in previous_steps(graph, step.node) if node.id in done]


def stopped_by_return_rows(doing: Doing) -> list[dict[str, Any]]:
    """The interlinked dossiers that are stopped when this one goes back, by where it goes."""
    step = doing.accessed.my_step(doing.subject)
    nodes = earlier_steps(doing.dossier, step)
    stopped = stopped_by_return(doing.dossier, step, nodes)
    return [
        {
            "label": _("Stopped when it goes back to “%(step)s”") % {"step": node.name or node.id},
            "value": f"{line.number} – {line.procedure}, {line.office}",
        }
        for node in nodes
        for line in stopped.get(node.id, ())
    ]


def written_on(dossier: Dossier, template: str) -> ResultDocument | None:
    """The result that a step prepares, once there is one."""
    return ResultDocument.objects.filter(dossier=dossier, template=template).select_related("file").first()


def step_form(dossier: Dossier, node: Node) -> Form | None:
    """The form that the officer fills in at a step."""
    return package_of(dossier.procedure_version_id).step_forms[node.form] if node.form else None


def outcomes_of(node: Node) -> tuple[Outcome, ...]:
    """The ends that a button offers: signing and sealing are done on their own pages and give the first one."""
    return node.outcomes[1:] if node.sign else node.outcomes


class _Filling:
    """A step form on a page: as stored at first, then as typed."""

    def __init__(self, request: HttpRequest, form: Form | None, held: dict[str, Any]) -> None:
        self.form = form
        self.cleaned: Cleaned | None = None
        if form is None:
            return
        raw = {name: [str(text).replace("\0", "") for text in texts] for name, texts in request.POST.lists()}
        if request.method != "POST":
            self.around = of_data(form, held)
            self.cleaned = typed_of(form, held, around=self.around)
            return
        self.around = surroundings(form, raw)
        command = raw.get(COMMAND)
        typed = edited(form, raw, command[0]) if command else raw
        cleaned = clean(form, typed, around=self.around)
        self.cleaned = cleaned.silent() if command else cleaned

    def data(self) -> dict[str, Any]:
        """The answers. Raises ``Invalid`` with a message for each wrong one."""
        if self.cleaned is None:
            return {}
        if not self.cleaned.valid:
            raise Invalid(_("Some answers need your attention."), errors=self.cleaned.errors)
        return self.cleaned.data

    def silent(self) -> "_Filling":
        """The same without a word on what is wrong."""
        self.cleaned = self.cleaned.silent() if self.cleaned else None
        return self

    def drawn(self) -> list[dict[str, Any]]:
        """The form's pages, one below the other."""
        return rendered_pages(self.form, self.cleaned, self.around) if self.form and self.cleaned else []


def rendered_pages(form: Form, cleaned: Cleaned, around: Surroundings) -> list[dict[str, Any]]:
    """All pages of a form as one, each with its title."""
    pages = open_pages(form, cleaned.hidden)
    return [{"title": page.title, "rendered": render(page, cleaned, around=around)} for page in pages]


def at_open_step(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: who comes to a step that is theirs no more – by the back button, from an old window, or second – is
    told what has happened since, and shown what they typed.
    """

    @wraps(view)
    def led(request: HttpRequest, number: str, subject: UUID) -> HttpResponse:
        try:
            return view(request, number=number, subject=subject)
        except NotAllowed as refused:
            accessed = opened(request, number)
            step = WorkItem.objects.filter(dossier=accessed.dossier, pk=subject).select_related("finished_by").first()
            if step is None or not (may_work(accessed.desk, step) or request.method == "POST"):
                raise
            return _too_late(request, accessed, step, refused)

    return led


def _too_late(request: HttpRequest, accessed: Accessed, step: WorkItem, refused: NotAllowed) -> HttpResponse:
    dossier, pages = accessed.dossier, []
    if request.method == "POST":
        filling = _Filling(request, step_form(dossier, node_of(dossier, step)), {})
        pages = filling.silent().drawn()
    over = step.finished_at is not None and may_work(accessed.desk, step)
    told = Conflict(_ended(step), code="step_over") if over else refused
    latest = since(dossier) if step.state == "open" else ""
    shown = {"title": step.name, "since": latest, "pages": pages}
    return too_late(request, told, dossier, template="dossiers/desk/too_late.html", **shown)


def _ended(step: WorkItem) -> str:
    told = {"step": step.name, "when": local_datetime(step.finished_at)}
    if step.finished_by is None:
        return _("“%(step)s” has not been open any more since %(when)s.") % told
    return _("“%(step)s” was finished by %(name)s at %(when)s.") % {**told, "name": step.finished_by.display_name}


@require_http_methods(["GET", "POST"])
@for_officers
@at_open_step
def complete(request: HttpRequest, number: str, subject: UUID) -> HttpResponse:
    """Finish a step with an outcome, a note, and its form where no result carries it."""
    doing = Doing(request, opened(request, number, purpose=HANDLING), subject)
    step = doing.accessed.my_step(subject)
    node = node_of(doing.dossier, step)
    form = step_form(doing.dossier, node) if not node.result else None
    filling = _Filling(request, form, doing.dossier.facts)
    context = {"dossier": doing.dossier, "step": step, "outcomes": outcomes_of(node), "version": doing.drawn_at()}
    if request.method != "POST" or COMMAND in request.POST:
        return forms.page(request, "dossiers/desk/complete.html", context | {"pages": filling.drawn()})
    try:
        doing.accessed.require("complete")
        outcome = doing.text("outcome") or None
        if outcomes_of(node) and outcome not in {each.id for each in outcomes_of(node)}:
            raise Refused(_("Choose how this step ends."), field="outcome", code="outcome")
        with doing.telling():
            went_on = actions.complete(
                doing.dossier.pk,
                item=step.pk,
                outcome=outcome,
                facts=filling.data() or _facts_of_result(doing.dossier, node),
                note=doing.text("note"),
                by=doing.by(step.role),
                seen_version=doing.seen_version,
            )
    except Refused as refused:
        context |= {"pages": filling.drawn(), "version": doing.drawn_at(refused)}
        return forms.page(request, "dossiers/desk/complete.html", context, refused=refused)
    return _after(doing, went_on=went_on, text=_("“%(step)s” is finished.") % {"step": step.name})


def _facts_of_result(dossier: Dossier, node: Node) -> dict[str, Any]:
    """What was written for the result that the step prepared: conditions may ask for it."""
    result = written_on(dossier, node.result) if node.result and not node.sign else None
    return dict(result.data) if result else {}


def _after(doing: Doing, *, went_on: bool, text: str) -> HttpResponse:
    if went_on:
        messages.success(doing.request, text)
    else:
        tell_stuck(doing.request)
    return redirect("dossiers:desk-dossier", number=doing.dossier.number)


@require_http_methods(["GET", "POST"])
@for_officers
@at_open_step
def prepare(request: HttpRequest, number: str, subject: UUID) -> HttpResponse:
    """Write what the result needs, see it typeset, keep it."""
    doing, node = preparing(request, number, subject)
    existing = written_on(doing.dossier, node.result)
    filling = _Filling(request, step_form(doing.dossier, node), dict(existing.data) if existing else {})
    context: dict[str, Any] = {
        "dossier": doing.dossier,
        "step": doing.accessed.my_step(subject),
        "result": existing,
        "spec": package_of(doing.dossier.procedure_version_id).results[node.result],
    }
    if request.method == "POST" and COMMAND not in request.POST:
        try:
            actions.prepare_result(
                doing.dossier.pk, item=subject, template=node.result, data=filling.data(), by=doing.by("specialist")
            )
        except Refused as refused:
            context |= {"pages": filling.drawn()}
            return forms.page(request, "dossiers/desk/prepare.html", context, refused=refused)
        messages.success(request, _("The result is prepared. Look at it, then pass the dossier on."))
        return redirect("dossiers:desk-dossier", number=number)
    return forms.page(request, "dossiers/desk/prepare.html", context | {"pages": filling.drawn()})


@require_POST
@for_officers
def preview(request: HttpRequest, number: str, subject: UUID) -> HttpResponseBase:
    """The result as it would be, typeset and kept nowhere; shown in a frame beside the form."""
    doing, node = preparing(request, number, subject)
    package, typed = package_of(doing.dossier.procedure_version_id), _typed(doing, node)
    written = typed.data if typed else {}
    try:
        made = result_pages.typeset(doing.dossier, package, package.results[node.result], written, at=timezone.now())
    except RenderingError as error:
        wrong = list(typed.errors.values()) if typed else []
        texts = wrong or [_("The result cannot be made: %(reason)s") % {"reason": error}]
        page = render_to_string("dossiers/desk/preview_refused.html", {"texts": texts}, request)
        allowed = IN_FRAME | {"Content-Security-Policy": _PAGE_IN_FRAME}
        return HttpResponse(page, status=Refused.status, headers=allowed)
    return HttpResponse(made.pdf, content_type="application/pdf", headers=IN_FRAME)


def _typed(doing: Doing, node: Node) -> Cleaned | None:
    return _Filling(doing.request, step_form(doing.dossier, node), {}).cleaned


def typed_answers(doing: Doing, node: Node) -> dict[str, Any]:
    """What the sent form of a step holds, as far as it can be used."""
    typed = _typed(doing, node)
    return typed.data if typed else {}


def preparing(request: HttpRequest, number: str, subject: UUID) -> tuple[Doing, Node]:
    """The step whose result the officer prepares. Raises ``NotAllowed``, ``NotFound``."""
    doing = Doing(request, opened(request, number, purpose=HANDLING), subject)
    doing.accessed.require("prepare_result")
    node = node_of(doing.dossier, doing.accessed.my_step(subject))
    if not node.result or node.sign:
        raise NotFound(_("This step makes no result."))
    return doing, node


@require_http_methods(["GET", "POST"])
@for_officers
@at_open_step
def initial(request: HttpRequest, number: str, subject: UUID) -> HttpResponse:
    """Who answers for the text looks at it and initials it."""
    return _seal_or_sign(request, number, subject, ability="initial", act=actions.initial_result, state="prepared")


@require_http_methods(["GET", "POST"])
@for_officers
@at_open_step
def sign(request: HttpRequest, number: str, subject: UUID) -> HttpResponse:
    """The leader looks at the results and signs them."""
    return _seal_or_sign(request, number, subject, ability="sign", act=actions.sign_result, state="prepared")


@require_http_methods(["GET", "POST"])
@for_officers
@at_open_step
def seal(request: HttpRequest, number: str, subject: UUID) -> HttpResponse:
    """The clerk numbers, dates and seals."""
    return _seal_or_sign(request, number, subject, ability="seal", act=actions.seal_result, state="signed")


def _seal_or_sign(
    request: HttpRequest, number: str, subject: UUID, *, ability: str, act: Callable[..., Signing], state: str
) -> HttpResponse:
    doing = Doing(request, opened(request, number, purpose=HANDLING), subject)
    doing.accessed.require(ability)
    step = doing.accessed.my_step(subject)
    if ability == "initial" and node_of(doing.dossier, step).sign != "initials":
        raise NotFound(_("This step asks for no initials."))
    results = results_waiting(doing.accessed, step, state)
    if waiting := being_signed(request, results):
        return redirect("dossiers:desk-signing-progress", signing_id=waiting)
    certificates = _certificates(request, ability, results)
    context = {
        "dossier": doing.dossier,
        "step": step,
        "act": ability,
        "results": results,
        "unreadable": not all(signers.opens(result.file) for result in results),
        "certificates": signers.choices(certificates),
        "version": doing.drawn_at(),
    }
    if request.method != "POST":
        return forms.page(request, "dossiers/desk/sign.html", context)
    try:
        if not results:
            raise Refused(_("There is no result here that waits for this."), code="no_result")
        certificate = signers.chosen(request, certificates)
        if asked := signers.proof_first(request, certificate, back=request.path):
            return asked
        seen = signers.shown(request, [result.file for result in results])
        with doing.telling():
            signing = act(
                doing.dossier.pk,
                item=step.pk,
                certificate=certificate,
                by=signer(doing.accessed.desk, office=step.office_id, role=step.role),
                seen_version=doing.seen_version,
                seen=seen,
            )
    except Refused as refused:
        context["version"] = doing.drawn_at(refused)
        return forms.page(request, "dossiers/desk/sign.html", context, refused=refused)
    if signing.progress[step.pk] == Progress.WAITING:
        return redirect("dossiers:desk-signing-progress", signing_id=signing.transaction)
    return _after(doing, went_on=signing.progress[step.pk] == Progress.DONE, text=str(_DONE[ability]))


_DONE = {
    "initial": gettext_lazy("The draft has been initialled."),
    "sign": gettext_lazy("The result has been signed."),
    "seal": gettext_lazy("The result has been numbered and sealed."),
}


def _certificates(request: HttpRequest, ability: str, results: Sequence[ResultDocument]) -> list[SigningCertificate]:
    """What the officer can give this signature with."""
    if ability == "seal" and results:
        return signers.seals_of(results[0].office_id)
    level = DocumentLevel.INITIALS if ability == "initial" else DocumentLevel.DECISION
    return signers.own_certificates(request, level)


def being_signed(request: HttpRequest, results: Sequence[ResultDocument]) -> UUID | None:
    """The signing that these results wait for, when whoever asks has started it."""
    rows = ResultSigning.objects.filter(result__in=results, state="waiting", asked_by=signed_in(request))
    return rows.values_list("transaction", flat=True).first()


def results_waiting(accessed: Accessed, step: WorkItem, state: str) -> Sequence[ResultDocument]:
    """The results of a step that wait for initials or signature (``prepared``) or the seal (``signed``)."""
    node = node_of(accessed.dossier, step)
    found = ResultDocument.objects.filter(dossier=accessed.dossier, state=state).select_related("file__blob")
    return [result for result in found if node.result in ("", result.template)]
