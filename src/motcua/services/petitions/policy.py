"""The rules for petitions as a kind of rules: limits, topics and who is competent."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from motcua.engines.editions.kinds import Kind, declare
from motcua.services.petitions.rules import PetitionRules

PETITIONS = declare(
    Kind(
        code="petitions",
        label=_("Petitions"),
        text=_("Topics, the competent offices, and the limits in working days."),
        model=PetitionRules,
        shipped=Path(__file__).parent / "data" / "petitions.yaml",
    )
)
