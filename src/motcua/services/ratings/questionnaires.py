"""The questionnaire as a kind of rules: a province publishes its own editions."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from motcua.engines.editions.kinds import Kind, declare
from motcua.services.ratings.rules import Questionnaire

QUESTIONNAIRE = declare(
    Kind(
        code="questionnaire",
        label=_("Satisfaction questionnaire"),
        text=_("What people are asked after a result was returned to them, and for how long they may answer."),
        model=Questionnaire,
        shipped=Path(__file__).parent / "data" / "questionnaire.yaml",
    )
)
