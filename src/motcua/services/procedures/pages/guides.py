"""Guides for the public: one question a page, then where the answers lead and why.

The answers stand in the address: nothing is kept of them, every page can be gone back to and works without scripts.
"""

import logging
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.rules.decisions import Decision
from motcua.engines.rules.problems import RuleError
from motcua.services.procedures import access, queries
from motcua.services.procedures.guides.reference import Published, published
from motcua.services.procedures.guides.spec import Answer, GuideSpec, Outcome, Question
from motcua.services.procedures.guides.walking import Walk, outcomes, text_of, walk

logger = logging.getLogger(__name__)
LONGEST = 40
ASKED, CHANGED = "question", "ask"  # which question was on the page that was sent; which one is to be changed


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All guides."""
    return render(request, "procedures/guides.html", {"page": queries.guides(after=request.GET.get("cursor"))})


@require_GET
def start(request: HttpRequest, guide: str) -> HttpResponse:
    """What the guide is about, and the button that begins it."""
    version = access.guide_by_code(guide)
    spec = GuideSpec.from_json(version.spec)
    context = {"guide": spec, "begin": reverse("procedures:guide-questions", args=[guide])}
    return render(request, "procedures/guide.html", context)


@require_GET
def questions(request: HttpRequest, guide: str) -> HttpResponse:
    """The next question, or one that is to be changed; after the last the result."""
    version = access.guide_by_code(guide)
    spec = GuideSpec.from_json(version.spec)
    given = _given(request, spec)
    try:
        way = walk(spec, given)
    except RuleError as error:
        return _failed(request, spec, error, {})
    changing = _changing(way, request.GET.get(CHANGED, ""))
    question = changing or way.following
    if question is None:
        return redirect(f"{reverse('procedures:guide-result', args=[guide])}?{urlencode(_texts(way))}")
    number = next((at for at, (each, _answer) in enumerate(way.answered) if each is question), len(way.answered))
    context = {
        "guide": spec,
        "question": question,
        "number": number + 1,
        "chosen": given.get(question.id, ""),
        "kept": [(name, text) for name, text in given.items() if name != question.id],
        "earlier": _rows(spec, way, until=question),
        "back": _back(spec, way, number),
    }
    missed = changing is None and request.GET.get(ASKED) == question.id
    context["errors"] = {question.id: _fault(question)} if missed else {}
    return render(request, "procedures/guide_question.html", context)


@require_GET
def result(request: HttpRequest, guide: str) -> HttpResponse:
    """Where the answers lead, and why; a way that is not at its end goes on with the questions."""
    version = access.guide_by_code(guide)
    spec = GuideSpec.from_json(version.spec)
    given = _given(request, spec)
    try:
        way = walk(spec, given)
        if way.following is not None:
            here = reverse("procedures:guide-questions", args=[guide])
            return redirect(f"{here}?{urlencode(_texts(way))}" if way.answered else here)
        found = outcomes(spec, _decision(version.decision), way.answers)
    except RuleError as error:
        return _failed(request, spec, error, given)
    known = published(outcome.procedure for outcome in found)
    context = {
        "guide": spec,
        "outcomes": [_outcome(outcome, known.get(outcome.procedure)) for outcome in found],
        "answers": _rows(spec, way),
        "begin": reverse("procedures:guide-questions", args=[guide]),
    }
    return render(request, "procedures/guide_result.html", context)


@lru_cache(maxsize=64)
def _decision(text: str) -> Decision:
    return Decision.compile(text.encode())


def _given(request: HttpRequest, spec: GuideSpec) -> dict[str, str]:
    """The answers in the address, as texts; what is no question of this guide is left out."""
    names = [question.id for question in spec.questions if question.id in request.GET]
    return {name: request.GET[name][:LONGEST] for name in names}


def _texts(way: Walk) -> dict[str, str]:
    return {question.id: text_of(answer) for question, answer in way.answered}


def _changing(way: Walk, name: str) -> Question | None:
    return next((question for question, _answer in way.answered if question.id == name), None)


def _rows(spec: GuideSpec, way: Walk, *, until: Question | None = None) -> list[dict[str, Any]]:
    """The answers so far, each with the way back to it."""
    rows = []
    for question, answer in way.answered:
        if question is until:
            break
        action = {"href": _address(spec, way, question), "text": _("Change")}
        rows.append({"label": question.text, "value": _said(question, answer), "action": action})
    return rows


def _address(spec: GuideSpec, way: Walk, question: Question) -> str:
    texts = {**_texts(way), CHANGED: question.id}
    return f"{reverse('procedures:guide-questions', args=[spec.code])}?{urlencode(texts)}"


def _back(spec: GuideSpec, way: Walk, number: int) -> str:
    """The page before: the question before, with its answer, or the beginning."""
    if number == 0:
        return reverse("procedures:guide", args=[spec.code])
    return _address(spec, way, way.answered[number - 1][0])


def _said(question: Question, answer: Answer) -> str:
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    texts = {choice.value: choice.text for choice in question.choices}
    return texts.get(str(answer), str(answer))


def _fault(question: Question) -> str:
    if question.kind == "number":
        bounds = {"least": question.least, "most": question.most}
        return _("Write a whole number from %(least)d to %(most)d.") % bounds
    return _("Choose an answer.")


def _outcome(outcome: Outcome, known: Published | None) -> dict[str, Any]:
    """An outcome with its links; a procedure that is not published any more has none."""
    address = reverse("procedures:procedure", args=[outcome.procedure]) if known else ""
    case = known.cases.get(outcome.case, "") if known else ""
    return {
        "title": outcome.title or (known.name if known else _("Procedure %(code)s") % {"code": outcome.procedure}),
        "code": outcome.procedure,
        "why": outcome.why,
        "case": case,
        "href": f"{address}#case-{outcome.case}" if case else address,
        "checklist": reverse("procedures:checklist", args=[outcome.procedure, outcome.case]) if case else "",
        "gone": bool(outcome.procedure) and known is None,
    }


def _failed(request: HttpRequest, spec: GuideSpec, error: RuleError, given: dict[str, str]) -> HttpResponse:
    """A rule that cannot be worked out: nothing is guessed, other ways are shown. Answers stay out of logs."""
    logger.error("guide_failed", extra={"guide": spec.code, "place": error.problem.node or "", "answers": len(given)})
    return render(request, "procedures/guide_failed.html", {"guide": spec})
