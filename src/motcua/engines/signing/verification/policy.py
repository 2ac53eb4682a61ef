"""Which later revisions a signature allows: pyHanko's rules, without one mistake in them.

The library lets a later revision draw a field anew by overwriting the stream it is drawn with, and notes that as a
change of the field. It notes it also of a stream that nobody touched, if only this is older than the signature's
revision; where the field is locked, every signed file would be "modified" as soon as anything follows. Only this note,
and only of a stream that no later revision holds, is passed over. All else is as the library judges it.
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
from pyhanko.sign.diff_analysis.rules_api import ApprovalType


class FieldChangeRule(GenericFieldModificationRule):
    """The rule for text fields and their like, which takes no untouched appearance for an overwritten one."""

    def check_form_field(
        self, fq_name: str, spec: FieldComparisonSpec, context: FieldComparisonContext
    ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        """The updates of one field that must be allowed."""
        for level, update in super().check_form_field(fq_name, spec, context):
            if not _is_untouched_appearance(update, context):
                yield level, update


def _is_untouched_appearance(update: FormUpdate, context: FieldComparisonContext) -> bool:
    """Whether the update would overwrite the drawing of a field where it is, and no later revision does so.

    The field itself may be another object than it was, and what is new in a drawing belongs to it: both are noted with
    updates of other kinds, which stay whatever their object's age is.
    """
    if update.approval_type is not ApprovalType.APPROVE_RELATIVE_CONTEXT:
        return False
    changed: int = context.new.reader.xrefs.get_last_change(update.updated_ref)
    signed: int = context.old.revision
    return changed <= signed


LATER_CHANGES = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule([SigFieldCreationRule(), SigFieldModificationRule(), FieldChangeRule()]),
)
