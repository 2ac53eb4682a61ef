"""Which later revisions a signature allows: pyHanko's rules, without one mistake in them.

The library takes the appearance of a field for changed whenever it is older than the signature's revision; where the
field is locked, every signed file would be "modified" as soon as anything follows. What did not change is passed over.
"""

from collections.abc import Iterable

from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    GenericFieldModificationRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
)
from pyhanko.sign.diff_analysis.form_rules_api import FieldComparisonContext, FieldComparisonSpec, FormUpdate


class FieldChangeRule(GenericFieldModificationRule):
    """The rule for text fields and their like, for what a later revision really changed."""

    def check_form_field(
        self, fq_name: str, spec: FieldComparisonSpec, context: FieldComparisonContext
    ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        """The updates of one field that must be allowed."""
        xrefs = context.new.reader.xrefs
        for level, update in super().check_form_field(fq_name, spec, context):
            if xrefs.get_last_change(update.updated_ref) > context.old.revision:
                yield level, update


LATER_CHANGES = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule([SigFieldCreationRule(), SigFieldModificationRule(), FieldChangeRule()]),
)
