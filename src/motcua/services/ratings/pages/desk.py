"""What people answered, for heads (their offices) and administrators (all)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.editions.queries import numbered
from motcua.kernel.text import local_date
from motcua.kernel.web.keyset import paginate
from motcua.people.officers.desks import Desk
from motcua.services.dossiers.pages.desk.shared import desk_of, for_officers, uuids
from motcua.services.ratings import queries
from motcua.services.ratings.access import Reach, reach_of
from motcua.services.ratings.models import Answer
from motcua.services.ratings.months import Month
from motcua.services.ratings.questionnaires import QUESTIONNAIRE
from motcua.services.ratings.rules import OVERALL, Questionnaire, mean, percent


@require_GET
@for_officers
def results(request: HttpRequest) -> HttpResponse:
    """The figures of a month: all together, by office, officer and procedure, and question by question."""
    reach, month, asked = _asked(request)
    figures = queries.whole(reach, month)
    context = {
        **_frame(request, month, asked),
        "figures": figures,
        "rate": percent(figures.invited_answered, figures.invited),
        "satisfied": percent(figures.satisfied, figures.answered),
        "mean": mean(figures.total, figures.answered),
        "offices_rows": _rows(queries.groups(reach, month, "office"), month, "office"),
        "officers_rows": _rows(queries.groups(reach, month, "officer"), month, "officer"),
        "procedures_rows": _rows(queries.groups(reach, month, "procedure"), month, ""),
        "channels_rows": _channels(reach, month),
        "questions": _questions(reach, month),
    }
    return render(request, "ratings/desk/results.html", context)


@require_GET
@for_officers
def answers(request: HttpRequest) -> HttpResponse:
    """The answers one by one, newest first, without who gave them."""
    reach, month, asked = _asked(request)
    officer = next(iter(uuids([asked["officer"]])), None) if asked["officer"] else None
    show = request.GET.get("show", "")
    found = queries.answers(reach, month, officer=officer, unhappy=show == "unhappy", commented=show == "commented")
    page = paginate(found, order=("-answered_at", "-id"), cursor=request.GET.get("cursor"))
    context = {
        **_frame(request, month, asked | {"show": show}),
        "page": page,
        "rows": _answers(page.items),
        "shows": [
            ("", _("All answers")),
            ("unhappy", _("Only not satisfied")),
            ("commented", _("Only with a comment")),
        ],
    }
    return render(request, "ratings/desk/answers.html", context)


def _asked(request: HttpRequest) -> tuple[Reach, Month, dict[str, str]]:
    desk: Desk = desk_of(request)
    reach = reach_of(desk)
    office = request.GET.get("office", "")
    if office:
        reach = reach.narrowed(uuids([office])[0])
    month = Month.read(request.GET.get("month", ""), timezone.localdate())
    return reach, month, {"office": office, "month": month.code, "officer": request.GET.get("officer", "")}


def _frame(request: HttpRequest, month: Month, asked: dict[str, str]) -> dict[str, Any]:
    return {"asked": asked, "month": month, "offices": [("", _("All offices")), *queries.offices(_all(request))]}


def _all(request: HttpRequest) -> Reach:
    return reach_of(desk_of(request))


def _rows(found: list[queries.Group], month: Month, parameter: str) -> list[dict[str, Any]]:
    address = reverse("ratings:answers")
    return [
        {
            "name": row.name,
            "url": f"{address}?{urlencode({'month': month.code, parameter: str(row.key)})}" if parameter else "",
            "answered": row.answered,
            "mean": mean(row.total, row.answered),
            "satisfied": percent(row.satisfied, row.answered),
        }
        for row in found
    ]


def _channels(reach: Reach, month: Month) -> list[dict[str, Any]]:
    """By link, at which kiosk, on the tablet of which counter: many answers of one machine are looked into."""
    names = dict(Answer.Channel.choices)
    return [
        {
            "name": " · ".join(
                str(each)
                for each in (names[channel], counter and _("counter %(number)s") % {"number": counter}, place)
                if each
            ),
            "url": "",
            "answered": count,
            "mean": mean(total, count),
            "satisfied": percent(satisfied, count),
        }
        for channel, counter, place, count, total, satisfied in queries.machines(reach, month)
    ]


def _questions(reach: Reach, month: Month) -> list[dict[str, Any]]:
    """Each question of each questionnaire that was answered, with the share of every option."""
    chosen = queries.spread(reach, month)
    found = []
    for edition in sorted({edition for edition, _code, _value in chosen}):
        for question in numbered(QUESTIONNAIRE, edition).rules.questions:
            counts = [(option, chosen.get((edition, question.code, option.value), 0)) for option in question.options]
            total = sum(count for _option, count in counts)
            rows = [[option.text, count, percent(count, total)] for option, count in counts]
            found.append({"text": question.text, "edition": edition, "rows": rows, "total": total})
    return found


def _answers(rows: list[Answer]) -> list[dict[str, Any]]:
    """With the words of the questionnaire that each answered, and the day only: who answered is nobody's business."""
    sheets = {edition: numbered(QUESTIONNAIRE, edition).rules for edition in {_edition(row) for row in rows}}
    return [_answer(row, sheets[_edition(row)]) for row in rows]


def _edition(row: Answer) -> int:
    return row.invitation.questionnaire


def _answer(row: Answer, sheet: Questionnaire) -> dict[str, Any]:
    procedure = row.invitation.procedure
    overall = next(question for question in sheet.questions if question.code == OVERALL).chosen(row.overall)
    return {
        "at": local_date(row.answered_at),
        "overall": overall.text if overall else str(row.overall),
        "satisfied": row.satisfied,
        "procedure": procedure.current_version.name if procedure.current_version else procedure.code,
        "office": row.invitation.receiving_office.name,
        "ending": row.invitation.get_ending_display(),
        "channel": row.get_channel_display(),
        "comment": row.comment,
    }
