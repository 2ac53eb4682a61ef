"""The procedures and cases that a guide leads to, as they are published now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from motcua.services.procedures.guides.reading import MANIFEST
from motcua.services.procedures.guides.spec import GuideSpec
from motcua.services.procedures.models import Case, Procedure
from motcua.services.procedures.packages.problems import Problem


@dataclass(frozen=True)
class Published:
    """A procedure's name and those of its cases, by their codes."""

    name: str
    cases: dict[str, str] = field(default_factory=dict)


def published(codes: Iterable[str]) -> dict[str, Published]:
    """What is published under these codes; two statements, none without a code."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    rows = Procedure.objects.filter(code__in=wanted, current_version__isnull=False)
    found: dict[str, Published] = {}
    versions = {}
    for code, version, name in rows.values_list("code", "current_version_id", "current_version__name"):
        versions[version] = found[code] = Published(name)
    for version, code, name in Case.objects.filter(version__in=versions).values_list("version_id", "code", "name"):
        versions[version].cases[code] = name
    return found


def missing(spec: GuideSpec) -> Iterator[Problem]:
    """The outcomes that lead to nothing published."""
    known = published(outcome.procedure for outcome in spec.outcomes)
    for outcome in spec.outcomes:
        here = f"outcomes.{outcome.id}"
        if outcome.procedure and outcome.procedure not in known:
            hint = "Publish the procedure first."
            yield Problem(MANIFEST, f"No procedure {outcome.procedure!r} is published.", element=here, hint=hint)
        elif outcome.case and outcome.case not in known[outcome.procedure].cases:
            hint = f"Its cases: {', '.join(sorted(known[outcome.procedure].cases))}."
            message = f"The procedure {outcome.procedure} has no case {outcome.case!r}."
            yield Problem(MANIFEST, message, element=here, hint=hint)
