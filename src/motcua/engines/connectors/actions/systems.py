"""Systems are described, switched on and off."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.connectors import descriptions
from motcua.engines.connectors.models import Description, LineSystem
from motcua.engines.connectors.purposes import PURPOSES
from motcua.engines.connectors.spec import System
from motcua.engines.editions.queries import in_force
from motcua.kernel.errors import Refused
from motcua.kernel.events.actions import record


def tell(system: str, what: str, *, at: datetime, by: UUID | None = None, **references: Any) -> None:
    """Tell one fact of a system, in the transaction that makes it true."""
    stream, kind = f"connector:{system}", f"connector.{what}"
    record(stream=stream, kind=kind, actor=by, agency=None, references=references, at=at)


@transaction.atomic
def save(
    code: str, *, content: str, document: dict[str, Any] | None = None, by: UUID | None, at: datetime
) -> LineSystem:
    """Describe a system, or describe it anew: what waits is asked as the new description says.

    ``document``: the OpenAPI document; without one the last is kept. Raises :class:`Refused` for a description that
    cannot be used; the same again changes nothing.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", code):
        raise Refused(_("Write small letters, digits and hyphens."), field="code", code="code")
    known = LineSystem.objects.select_for_update(of=("self",)).filter(code=code).first()
    last = Description.objects.get(system=known, number=known.number) if known else None
    if document is None and last is not None:
        document = last.document
    spec = descriptions.checked(content, document)
    _check_purposes(spec, at)
    if known is not None and last is not None and (last.content, last.document) == (content, document):
        return known
    number = last.number + 1 if last else 1
    values = {"name": spec.name, "at_once": spec.http.at_once if spec.http else 1, "number": number}
    system, _created = LineSystem.objects.update_or_create(code=code, defaults=values)
    Description.objects.create(
        system=system, number=number, content=content, document=document, saved_at=at, saved_by_id=by
    )
    tell(code, "described", at=at, by=by, number=number, name=spec.name, operations=sorted(spec.operations))
    return system


def _check_purposes(spec: System, at: datetime) -> None:
    known = in_force(PURPOSES, timezone.localdate(at)).rules
    for code, operation in spec.operations.items():
        if operation.purpose and known.get(operation.purpose) is None:
            text = _("operations.%(code)s.personal: there is no purpose “%(purpose)s” in force; see “Rules by date”.")
            raise Refused(text % {"code": code, "purpose": operation.purpose}, field="content", code="purpose")


@transaction.atomic
def switch(code: str, *, active: bool, by: UUID, at: datetime) -> None:
    """Ask a system no more, or again; what waits stays."""
    changed = LineSystem.objects.filter(code=code, is_active=not active).update(is_active=active, retry_at=None)
    if changed:
        tell(code, "switched_on" if active else "switched_off", at=at, by=by)
