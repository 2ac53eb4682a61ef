"""``/ratings``: the questions to whose dossier has ended, and their one answer, by the secret of the invitation."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from motcua.engines.editions.queries import numbered
from motcua.kernel.web.api import Input
from motcua.people.accounts.api import Bearer, principal
from motcua.services.ratings import actions, rules
from motcua.services.ratings.access import invitation_for
from motcua.services.ratings.questionnaires import QUESTIONNAIRE

SCOPE = "ratings"
router = Router(auth=Bearer(SCOPE))


class OptionDetail(Schema):
    """What may be answered."""

    value: int
    text: str


class QuestionDetail(Schema):
    """A question with one choice."""

    code: str
    text: str
    optional: bool
    options: list[OptionDetail]


class InvitationDetail(Schema):
    """What is asked, and whether it still can be answered; ``returned_at`` is when it ended, as ``ending`` says."""

    state: Literal["open", "answered", "closed"]
    dossier: str
    office: str
    ending: Literal["returned", "refused", "stopped", "withdrawn"]
    returned_at: datetime
    closes_at: datetime
    questions: list[QuestionDetail]


class AnswerInput(Input):
    """The chosen option of each question by its code."""

    answers: dict[str, int] = Field(max_length=15)
    comment: str = Field("", max_length=rules.LONGEST_COMMENT)


class AnswerDetail(Schema):
    """What was stored."""

    answered_at: datetime
    overall: int


@router.get(
    "/{invitation_id}/{secret}", response=InvitationDetail, operation_id="getRating", summary="Read the questions"
)
def questions(request: HttpRequest, invitation_id: UUID, secret: str) -> dict[str, Any]:
    """The questionnaire of the day of the return, or of another end."""
    found = invitation_for(invitation_id, secret[:40])
    sheet = numbered(QUESTIONNAIRE, found.questionnaire).rules
    open_or_closed = "closed" if timezone.now() >= found.closes_at else "open"
    return {
        "state": "answered" if hasattr(found, "answer") else open_or_closed,
        "dossier": found.dossier.number,
        "office": found.receiving_office.name,
        "ending": found.ending,
        "returned_at": found.returned_at,
        "closes_at": found.closes_at,
        "questions": [
            {
                "code": question.code,
                "text": question.text,
                "optional": question.optional,
                "options": [{"value": option.value, "text": option.text} for option in question.options],
            }
            for question in sheet.questions
        ],
    }


@router.post("/{invitation_id}/{secret}", response={201: AnswerDetail}, operation_id="rate", summary="Answer, once")
def answer(request: HttpRequest, invitation_id: UUID, secret: str, given: AnswerInput) -> Status[dict[str, Any]]:
    """The one answer. 409 when there is one already; an officer does not rate their own work."""
    found = invitation_for(invitation_id, secret[:40])
    account = principal(request).account
    made = actions.answer(
        found.pk,
        typed={code: str(value) for code, value in given.answers.items()},
        comment=given.comment,
        by=account.pk if account else None,
    )
    return Status(201, {"answered_at": made.answered_at, "overall": made.overall})
