"""Importing and publishing packages: all of a package goes in, or nothing."""

import json
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict
from motcua.kernel.events.actions import record_many
from motcua.services.procedures.actions.catalogue import version_event
from motcua.services.procedures.choices import Source
from motcua.services.procedures.life_events import offered
from motcua.services.procedures.models import Procedure, ProcedureVersion
from motcua.services.procedures.packages import CheckedPackage
from motcua.services.procedures.packages.manifest import Manifest
from motcua.services.procedures.runtime import package_of
from motcua.services.procedures.series import begin_series
from motcua.services.procedures.storing import Rows, package_version, write_entries


@transaction.atomic
def import_package(*, package: CheckedPackage, at: datetime, by: UUID | None = None) -> tuple[ProcedureVersion, bool]:
    """Store a checked package as a new version; publishing is an act of its own.

    The same package again changes nothing. Returns the version and whether it is new.
    """
    manifest = package.manifest
    procedure = _procedure(manifest)
    last = procedure.versions.filter(source=Source.PACKAGE).order_by("-number").first()
    if last is not None and last.digest == package.digest:
        last.procedure = procedure
        return last, False
    number = (procedure.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    rows = Rows()
    version = package_version(rows, package, procedure, number, at, form=json.loads(package.files[manifest.form]))
    rows.save()
    record_many([version_event("procedure.package_imported", version, at=at, by=by)])
    return version, True


def _procedure(manifest: Manifest) -> Procedure:
    events = list(manifest.life_events) or offered().claimed(field=manifest.field, name=manifest.name)
    Procedure.objects.bulk_create([Procedure(code=manifest.code, life_events=events)], ignore_conflicts=True)
    procedure = Procedure.objects.select_for_update(of=("self",)).get(code=manifest.code)
    if manifest.life_events and procedure.life_events != events:
        procedure.life_events = events
        procedure.save(update_fields=["life_events"])
    return procedure


@transaction.atomic
def publish(*, version: ProcedureVersion, at: datetime, by: UUID | None = None) -> ProcedureVersion:
    """Make a version the current one: new dossiers run on it, running ones keep theirs.

    Raises ``Conflict`` for a catalogue version while a package is current: it would leave people without a form.
    """
    procedure = (
        Procedure.objects.select_for_update(of=("self",))
        .select_related("current_version")
        .get(pk=version.procedure_id)
    )
    current = procedure.current_version
    if current is not None and current.pk == version.pk:
        return current
    if version.source == Source.CATALOGUE and current is not None and current.source == Source.PACKAGE:
        raise Conflict(_("A catalogue record cannot replace a published package."), code="package_is_current")
    if version.published_at is None:
        version.published_at = at
        version.save(update_fields=["published_at"])
    procedure.current_version = version
    procedure.save(update_fields=["current_version"])
    version.procedure = procedure
    write_entries([version])
    if version.source == Source.PACKAGE:
        for result in package_of(version.pk).manifest.results:
            if result.series:
                begin_series(result)
    record_many([version_event("procedure.version_published", version, at=at, by=by)])
    return version
