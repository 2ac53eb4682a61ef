"""How the series are written that results name: a package may say it, and the house may change it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from motcua.engines.registers.kinds import Fact, SeriesKind, declare_named, kinds
from motcua.engines.registers.rules import Way, require_unambiguous
from motcua.kernel.errors import Refused
from motcua.services.procedures.packages.fields import Fields
from motcua.services.procedures.packages.yamltree import Node

LONGEST = 50
RESULT = declare_named(
    SeriesKind(
        code="",
        label=_("Results of procedures"),
        pattern="{n:02}",
        scope=("office", "yyyy"),
        facts=(Fact("office", _("office that issues it"), "", printed=False),),
        within=("office", "yyyy"),
    )
)


def read_series(fields: Fields, node: Node, path: str) -> str:
    """The name of a result's series: never one that a room counts with, whose numbers would become the package's."""
    found = fields.identifier(node, path)
    if found in kinds:
        fields.wrong(node, f"{path}: {found!r} numbers something else here.", "Take another name.", element=path)
    return found


def read_pattern(fields: Fields, node: Node, path: str) -> str:
    """The pattern of a result's series, such as ``{n:02}/QĐ``."""
    found = fields.text(node, path, longest=LONGEST)
    if not found:
        return ""
    try:
        require_unambiguous(Way(found, RESULT.scope), RESULT.format)
    except (ValidationError, Refused):
        hint = "Write `{n:02}/QĐ`: {n} once, and beside it yyyy, yy, mm, dd or yymmdd."
        fields.wrong(node, f"{path}: {found!r} is no pattern for a number.", hint, element=path)
    return found
