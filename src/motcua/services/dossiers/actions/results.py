"""Results as the specialist prepares them. Then they are signed (``signing``) and handed over (``handing_over``)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.rendering.errors import RenderingError
from motcua.engines.rules.decisions import merged
from motcua.engines.signing.fields import prepare_fields
from motcua.kernel.blobs.actions import keep, release, store_bytes
from motcua.kernel.errors import NotFound, Refused
from motcua.services.dossiers import result_pages
from motcua.services.dossiers.actions.working import open_step
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Paper, ResultCopy, ResultDocument
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.registering import follow_raised
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.runtime import package_of

PDF = "application/pdf"


@transaction.atomic
def prepare_result(
    dossier: UUID, *, item: UUID, template: str, data: Mapping[str, Any], by: Actor, at: datetime | None = None
) -> ResultDocument:
    """Typeset the result of a step with what the specialist wrote, which also becomes facts of the dossier.

    Until it is sealed it may be prepared again; a signature on it is void then. Raises ``NotFound`` when the step
    makes no such result, ``Refused`` when the template cannot use the data.
    """
    assert by.account is not None
    move = Move.begin(dossier, by=by, at=at)
    move.require("work")
    step = open_step(move, item)
    assert step.office_id is not None
    package = package_of(move.row.procedure_version_id)
    node, spec = package.graph.nodes[step.node], package.results.get(template)
    if spec is None or node.result != template or node.sign:
        raise NotFound(_("This step makes no such result."))
    existing = ResultDocument.objects.filter(dossier=dossier, template=template).first()
    if existing is not None and existing.state == ResultDocument.State.SEALED:
        raise Refused(_("This result has been issued already."), code="sealed")
    try:
        page = result_pages.typeset(move.row, package, spec, data, at=move.at)
    except RenderingError as error:
        raise Refused(_("The result cannot be made: %(reason)s") % {"reason": error}, code="rendering") from error
    file = store_bytes(prepare_fields(page.pdf, page.anchors), name=_name(move, spec), media_type=PDF, by=by.account)
    keep([file.pk])
    if existing is not None:
        release([existing.file_id])
    result, _created = ResultDocument.objects.update_or_create(
        dossier_id=dossier,
        template=template,
        defaults={
            "name": spec.name,
            "code": spec.code,
            "office_id": move.row.resolving_office_id,
            "data": dict(data),
            "file": file,
            "state": ResultDocument.State.PREPARED,
            "signed_at": None,
            "signed_by": None,
            "prepared_at": move.at,
            "prepared_by_id": by.account,
        },
    )
    move.set(facts=merged(move.row.facts, data))
    move.tell("dossier.result_prepared", result=result.pk, file=file.blob_id, name=spec.name)
    move.write()
    return result


@transaction.atomic
def take_raised(*, old_file: UUID, new_file: UUID) -> None:
    """Let results, certified copies, and applications that were signed, point to the version of their file that
    proves its signatures for longer; again does nothing.

    The old version is the beginning of the new one, so nothing is lost with it.
    """
    found = ResultDocument.objects.filter(file_id=old_file).first()
    if found is not None:
        found.file_id = new_file
        found.save(update_fields=["file"])
        release([old_file])
        follow_raised(found)
        return
    for kind in (Paper, ResultCopy):
        if kind.objects.filter(file=old_file).update(file=new_file):
            release([old_file])
            return


def _name(move: Move, spec: ResultSpec) -> str:
    return f"{move.row.code}-{spec.id}.pdf"
