"""What is in force of a system, read once for each wording."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from motcua.engines.connectors import openapi
from motcua.engines.connectors.models import Description, LineSystem
from motcua.engines.connectors.spec import Operation, System
from motcua.engines.editions.kinds import read_yaml
from motcua.kernel.errors import NotFound, Refused


@dataclass(frozen=True)
class InForce:
    """A system as it is described now."""

    description: Description
    spec: System

    def operation(self, code: str) -> Operation:
        """An operation with the method and path of its OpenAPI description. Raises ``NotFound``."""
        found = self.spec.operations.get(code)
        if found is None:
            raise NotFound(_("The system has no operation “%(code)s”.") % {"code": code})
        try:
            return openapi.completed(found, self.description.document)
        except openapi.Mismatch as error:
            raise NotFound(str(error)) from error


def in_force(system: LineSystem) -> InForce:
    """The last description of a system; one statement."""
    found = Description.objects.get(system=system, number=system.number)
    return InForce(found, read(found.content))


@lru_cache(maxsize=256)
def read(content: str) -> System:
    """What a description says. Raises :class:`Refused` (field ``content``)."""
    return read_yaml(content, System)


def checked(content: str, document: dict[str, object] | None) -> System:
    """The same, with every operation found in the OpenAPI document that it names. Raises :class:`Refused`."""
    spec = read(content)
    for code, operation in spec.operations.items():
        try:
            openapi.completed(operation, document)
        except openapi.Mismatch as error:
            raise Refused(f"operations.{code}.openapi: {error}", field="content", code="not_described") from error
    return spec
