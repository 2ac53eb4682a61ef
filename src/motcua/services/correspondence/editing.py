"""Drafts as files that are edited in the browser (``engines.editing``)."""

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editing.kinds import Edited, Kind, Rights, Source, register
from motcua.kernel.blobs.actions import store_again, store_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotFound
from motcua.people.accounts.models import Account
from motcua.people.officers.actors import officer
from motcua.people.officers.queries import desk_of
from motcua.services.correspondence import access
from motcua.services.correspondence.actions.outgoing.drafting import data_of
from motcua.services.correspondence.actions.outgoing.editing import take_edited
from motcua.services.correspondence.actions.outgoing.moving import DRAFT
from motcua.services.correspondence.delegating import MATTERS
from motcua.services.correspondence.models import DraftVersion, OutgoingDocument
from motcua.services.correspondence.word import DOCX, signer_title, word_of


def _rights(account: Account, key: UUID) -> Rights:
    """Whoever sees a draft may read it, its drafter and who substitutes them may write. Raises ``NotFound``."""
    accessed = access.outgoing_for(desk_of(account, timezone.now()).about(MATTERS), key)
    document = accessed.document
    if document.state != OutgoingDocument.State.DRAFT:
        raise NotFound(_("The document is no draft any more."))
    return Rights(f"{document.mark}.docx", accessed.abilities["write"])


def _source(key: UUID) -> Source:
    newest = DraftVersion.objects.filter(document=key).select_related(
        "source__blob", "document__office", "document__signer"
    )
    version = newest.order_by("-number")[0]
    return Source(str(version.number), lambda: _word(version))


def _word(version: DraftVersion) -> StoredFile:
    """The Word file of a version; of one that was typed or came as a PDF, its text in the layout of the decree."""
    if version.source is not None and version.source.media_type == DOCX:
        return store_again(version.source, by=version.made_by_id)
    document, at = version.document, timezone.now()
    content = word_of(data_of(document, version.text, at), mark=document.mark, signer=signer_title(document, at))
    return store_bytes(content, name=f"{document.mark}.docx", media_type=DOCX, by=version.made_by_id)


def _keep(key: UUID, edited: Edited) -> str:
    account = Account.objects.get(pk=edited.by)
    unit = OutgoingDocument.objects.values_list("unit_id", flat=True).get(pk=key)
    by = officer(desk_of(account, edited.at).about(MATTERS), offices=[unit])
    return str(take_edited(key, edited, by=by, at=edited.at))


register(Kind(DRAFT, _rights, _source, _keep, lambda key: reverse("correspondence:sending", args=[key])))
