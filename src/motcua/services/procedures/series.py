"""The series that number results begin when a package is published, and are called what they number."""

from collections import defaultdict

from django.utils.translation import gettext as _

from motcua.engines.registers.actions import define_series
from motcua.engines.registers.kinds import kinds, name_by
from motcua.kernel.errors import Refused
from motcua.services.procedures.models import Procedure
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.packages.numbering import RESULT
from motcua.services.procedures.runtime import package_of

MOST_NAMED = 2


def begin_series(result: ResultSpec) -> None:
    """Let the series of a result be there; one that the house has already counts on as it does.

    Raises :class:`Refused` for the series of a room: in a house that has not counted with it yet it would be the
    package's.
    """
    if result.series in kinds:
        text = _("The package numbers a result with “%(series)s”, which numbers something else.")
        raise Refused(text % {"series": kinds[result.series].label}, code="series_taken")
    define_series(code=result.series, pattern=result.pattern or RESULT.pattern, scope=RESULT.scope)


def names_of_results() -> dict[str, str]:
    """What each series numbers by the packages in force; one statement, and what reading a package first takes."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    in_force = Procedure.objects.filter(current_version__process__isnull=False).order_by("code")
    for version in in_force.values_list("current_version", flat=True):
        for result in package_of(version).results.values():
            names[result.series].add(result.name)
    return {code: _listed(sorted(numbered)) for code, numbered in names.items()}


def _listed(names: list[str]) -> str:
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return _("%(name)s and %(n)d more results") % {"name": names[0], "n": len(names) - 1}


name_by(names_of_results)
