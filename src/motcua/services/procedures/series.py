"""The series that number results begin when a package is published."""

from motcua.engines.registers.actions import define_series
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.packages.numbering import RESULT


def begin_series(result: ResultSpec) -> None:
    """Let the series of a result be there; one that the house has already counts on as it does."""
    define_series(code=result.series, pattern=result.pattern or RESULT.pattern, scope=RESULT.scope)
