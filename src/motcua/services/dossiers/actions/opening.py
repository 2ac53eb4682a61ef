"""A document that came in opens a dossier: its files are taken over without a copy, both know of one another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.kernel.blobs.actions import store_again
from motcua.kernel.errors import Conflict, NotFound
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.correspondence.access import Incoming
from motcua.services.correspondence.actions import take_up
from motcua.services.correspondence.models import IncomingFile
from motcua.services.dossiers.actions.drafting import attach_to_draft, start_draft
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.applications import filled_in
from motcua.services.dossiers.models import Dossier, Draft, DraftFile, OpenedFrom
from motcua.services.procedures.models import Case, ProcedureVersion
from motcua.services.procedures.runtime import package_of

SOURCE = "document"  # option of a draft: the document that it is begun from


@transaction.atomic
def start_from_document(
    accessed: Incoming, *, account: Account, version: ProcedureVersion, case: Case, channel: str, applicant: Party
) -> Draft:
    """Begin a dossier for the applicant whom the document is from or about.

    Its files go to the first paper that the case asks for, from where the officer takes off what belongs elsewhere.
    The caller has asked whether the officer may see the document (``access``). Raises as :func:`start_draft`.
    """
    accessed.require("take_up")
    package = package_of(version.pk)
    options = {SOURCE: str(accessed.document.pk)}
    draft = start_draft(
        account=account,
        version=version,
        case=case,
        channel=channel,
        applicant=applicant.pk,
        typed=filled_in(package.form, applicant),
        options=options,
    )
    papers = package.papers(case.pk)
    first = next((paper for paper in papers if paper.required), papers[0] if papers else None)
    for row in files_of(accessed.document.pk) if first else ():
        assert first is not None
        take_file(draft, row, case_paper=first.pk)
    return draft


def files_of(document: UUID) -> list[IncomingFile]:
    """The files of a document in their order; one statement."""
    return list(IncomingFile.objects.filter(document=document).select_related("file").order_by("position", "id")[:50])


def take_file(draft: Draft, row: IncomingFile, *, case_paper: UUID) -> None:
    """Put a file of the document to a paper, as the same content; once there, again does nothing."""
    if not DraftFile.objects.filter(draft=draft, case_paper=case_paper, file__blob=row.file.blob_id).exists():
        again = store_again(row.file, by=draft.account_id)
        attach_to_draft(draft, file=again.pk, case_paper=case_paper)


def link(dossier: Dossier, options: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Join a dossier that was just received to the document that it was begun from, in the caller's transaction.

    A document that was recalled or sent back meanwhile is not joined: the dossier is received all the same.
    """
    if not (document := options.get(SOURCE)):
        return
    assert by.account is not None
    try:
        take_up(UUID(document), number=dossier.number, by=by, at=at)
    except (Conflict, NotFound):
        return
    OpenedFrom.objects.create(dossier=dossier, document_id=UUID(document), opened_at=at, opened_by_id=by.account)
