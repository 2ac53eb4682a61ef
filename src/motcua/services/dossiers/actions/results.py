"""Results: prepared by the specialist, signed by the leader, sealed by the clerk, returned at the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.registers.actions import next_number
from motcua.engines.rendering.errors import RenderingError
from motcua.engines.rules.decisions import merged
from motcua.engines.signing.actions import DocumentToSign, sign_document
from motcua.engines.signing.fields import prepare_fields
from motcua.engines.signing.levels.actions import await_level
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.queries import certificate_of
from motcua.kernel.blobs.actions import keep, release, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.people.officers.queries import local_day
from motcua.services.dossiers import result_pages
from motcua.services.dossiers.actions.working import open_step, pass_step, write_passed
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import ResultDocument, ReturnMethod, State
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.runtime import package_of

PDF = "application/pdf"
LONGEST_NAME = 200
# Stand in the signed file for ever, so they are Vietnamese whatever language the signer's screen has.
APPROVED, ISSUED = "Phê duyệt", "Ban hành"


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
def sign_result(
    dossier: UUID,
    *,
    item: UUID,
    by: Actor,
    outcome: str | None = None,
    certificate: SigningCertificate | None = None,
    note: str = "",
    at: datetime | None = None,
    seen_version: int | None = None,
) -> bool:
    """The leader signs every result of the step (PAdES) and finishes the step, all or nothing.

    False as in ``working.complete``. Raises ``NotAllowed`` without a usable certificate.
    """
    assert by.account is not None
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("work")
    step = open_step(move, item)
    chosen = certificate or _certificate(HolderKind.OFFICER, by.account, move.at)
    results = _waiting_for(move, step, ResultDocument.State.PREPARED)
    outcome = outcome or _only_outcome(move, step)
    advance = pass_step(move, step, outcome=outcome)
    if advance is None:
        return False
    for result in results:
        stamp = Stamp("KyChinh", move.at, reason=APPROVED, image=result_pages.signature_image(by))
        _sign(result, chosen, stamp, by=by.account, at=move.at)
        result.state, result.signed_at, result.signed_by_id = ResultDocument.State.SIGNED, move.at, by.account
        result.save(update_fields=["file", "state", "signed_at", "signed_by"])
        move.tell("dossier.result_signed", result=result.pk, file=result.file.blob_id, name=result.name)
    write_passed(move, advance, step, outcome=outcome, note=note)
    return True


@transaction.atomic
def seal_result(
    dossier: UUID,
    *,
    item: UUID,
    by: Actor,
    outcome: str | None = None,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> bool:
    """The clerk (văn thư) numbers, dates and seals every signed result and finishes the step, all or nothing."""
    assert by.account is not None
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("work")
    step = open_step(move, item)
    package = package_of(move.row.procedure_version_id)
    results = _waiting_for(move, step, ResultDocument.State.SIGNED)
    outcome = outcome or _only_outcome(move, step)
    advance = pass_step(move, step, outcome=outcome)
    if advance is None:
        return False
    for result in results:
        spec = package.results[result.template]
        day = local_day(move.at)
        number = next_number(spec.series, facts={"office": str(result.office_id)}, at=move.at)
        texts = {"So": number, "Ngay": f"{day:%d}", "Thang": result_pages.month(day), "Nam": f"{day:%Y}"}
        stamp = Stamp("DauCQ", move.at, reason=ISSUED, image=result_pages.seal_image(result.office), texts=texts)
        _sign(result, _certificate(HolderKind.OFFICE, result.office_id, move.at), stamp, by=by.account, at=move.at)
        result.state, result.number = ResultDocument.State.SEALED, number
        result.sealed_at, result.sealed_by_id = move.at, by.account
        result.save(update_fields=["file", "state", "number", "sealed_at", "sealed_by"])
        await_level(file=result.file, subject=f"dossier:{dossier}", at=move.at)
        move.tell("dossier.result_sealed", result=result.pk, file=result.file.blob_id, number=number, name=result.name)
    write_passed(move, advance, step, outcome=outcome)
    return True


@transaction.atomic
def take_raised(*, old_file: UUID, new_file: UUID) -> None:
    """Let results point to the version of their file that proves its signatures for longer; again does nothing.

    The old version is the beginning of the new one, so nothing is lost with it.
    """
    if ResultDocument.objects.filter(file_id=old_file).update(file_id=new_file):
        release([old_file])


@transaction.atomic
def return_result(
    dossier: UUID,
    *,
    method: str,
    to_name: str,
    by: Actor,
    proof: str = "",
    at: datetime | None = None,
    seen_version: int | None = None,
) -> None:
    """Hand the result over (trả kết quả) at the desk, to the post or online, and close the dossier.

    ``to_name`` is who took it; ``proof`` how they showed who they are (signature, code, number of the authorisation).
    """
    if method not in ReturnMethod.values:
        raise Refused(_("Say how the result is returned."), field="method", code="required")
    if not to_name.strip():
        raise Refused(_("Write who received the result."), field="to_name", code="required")
    if len(to_name.strip()) > LONGEST_NAME:
        text = _("Write at most %(n)d characters.") % {"n": LONGEST_NAME}
        raise Refused(text, field="to_name", code="too_long")
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("return")
    move.set(
        state=State.RETURNED,
        returned_at=move.at,
        closed_at=move.at,
        return_method=method,
        returned_to=to_name.strip(),
    )
    move.count("returned")
    personal = {"to": to_name.strip(), "proof": proof.strip()}
    move.tell("dossier.returned", state=State.RETURNED, method=method, personal=personal)
    move.write()


def _certificate(kind: HolderKind, holder: UUID, at: datetime) -> SigningCertificate:
    level = DocumentLevel.SEAL if kind == HolderKind.OFFICE else DocumentLevel.DECISION
    found = certificate_of(kind, holder, level=level, at=at)
    if found is None:
        text = _("You have no valid signing certificate.")
        if kind == HolderKind.OFFICE:
            text = _("The agency has no valid certificate for its seal.")
        raise NotAllowed(text, code="no_certificate")
    return found


def _waiting_for(move: Move, step: Item, state: ResultDocument.State) -> list[ResultDocument]:
    node = package_of(move.row.procedure_version_id).graph.nodes[step.node]
    results = ResultDocument.objects.filter(dossier=move.row.id, state=state).select_related("file", "office__parent")
    signs = node.sign == ("leader" if state == ResultDocument.State.PREPARED else "seal")
    found = [result for result in results if signs and node.result in ("", result.template)]
    if not found:
        raise Refused(_("There is no result here that waits for this."), code="no_result")
    return found


def _sign(result: ResultDocument, certificate: SigningCertificate, stamp: Stamp, *, by: UUID, at: datetime) -> None:
    document = DocumentToSign(
        content=read_bytes(result.file), subject=f"dossier:{result.dossier_id}", title=result.name, stamp=stamp
    )
    signed = sign_document(certificate=certificate, document=document, by=by, at=at)
    release([result.file_id])
    result.file = store_bytes(signed, name=result.file.name, media_type=PDF, by=by)
    keep([result.file.pk])


def _only_outcome(move: Move, step: Item) -> str | None:
    """The outcome of signing: the step's first, as drawn (“approve” before “send back”)."""
    outcomes = package_of(move.row.procedure_version_id).graph.nodes[step.node].outcomes
    return outcomes[0].id if outcomes else None


def _name(move: Move, spec: ResultSpec) -> str:
    return f"{move.row.code}-{spec.id}.pdf"
