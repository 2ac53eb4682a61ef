"""The series that number results begin when a package is published."""

from django.utils.translation import gettext as _

from motcua.engines.registers.actions import define_series
from motcua.engines.registers.kinds import kinds
from motcua.kernel.errors import Refused
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.packages.numbering import RESULT


def begin_series(result: ResultSpec) -> None:
    """Let the series of a result be there; one that the house has already counts on as it does.

    Raises :class:`Refused` for the series of a room: in a house that has not counted with it yet it would be the
    package's.
    """
    if result.series in kinds:
        text = _("The package numbers a result with “%(series)s”, which numbers something else.")
        raise Refused(text % {"series": kinds[result.series].label}, code="series_taken")
    define_series(code=result.series, pattern=result.pattern or RESULT.pattern, scope=RESULT.scope)
