"""The table of the evaluation as a kind of rules."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from motcua.engines.editions.kinds import Kind, declare
from motcua.services.ratings.evaluation.rules import Scheme

EVALUATION = declare(
    Kind(
        code="evaluation",
        label=_("Evaluation of officers and units"),
        text=_("Indicators, where their figures come from, points, weights and classes."),
        model=Scheme,
        shipped=Path(__file__).parent.parent / "data" / "evaluation.yaml",
    )
)
