"""What was written in the browser becomes a version of the draft."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.editing.kinds import Edited
from motcua.engines.editions.queries import in_force
from motcua.engines.rendering.errors import UnsafeTemplate
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Refused
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.actions.outgoing.drafting import Draft, add_version
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.models import DraftVersion
from motcua.services.correspondence.reading import checked
from motcua.services.correspondence.types import DOCUMENT_TYPES


@transaction.atomic
def take_edited(key: UUID, edited: Edited, *, by: Actor, at: datetime) -> int:
    """Make a version of what was saved in the editor, checked as an uploaded file is; gives its number.

    Raises ``Conflict`` when it is no draft any more, ``Refused`` for what is no plain Word document.
    """
    sending = Sending.begin(key, "write", by=by, at=at)
    document = sending.document
    newest = DraftVersion.objects.filter(document=document).select_related("source").order_by("-number")[0]
    if newest.source is not None and newest.source.blob_id == edited.file.blob_id:
        return newest.number
    kind = in_force(DOCUMENT_TYPES, local_day(at)).rules.find(document.type)
    try:
        text, found = checked(read_bytes(edited.file), kind=kind, subject=document.subject)
    except UnsafeTemplate as error:
        raise Refused(_("This is no plain Word document."), field="docx", code="docx") from error
    version = add_version(sending, Draft(text=text, source=edited.file.pk, findings=tuple(found)))
    sending.tell("written", {"version": version.number, "editors": [str(each) for each in edited.editors]})
    return version.number
