"""The rules for parents who file for their children as a kind of rules."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from motcua.engines.editions.kinds import Kind, declare
from motcua.services.families.rules import ParentRules

PARENTS = declare(
    Kind(
        code="parents",
        label=_("Parents who file for children"),
        text=_("The age at which a child is of age, and the papers that prove who its parents are."),
        model=ParentRules,
        shipped=Path(__file__).parent / "data" / "parents.yaml",
    )
)
