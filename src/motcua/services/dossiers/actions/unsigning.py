"""Signatures on an application that are good for nothing any more."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.kernel.blobs.actions import release
from motcua.services.dossiers.models import ApplicationSigning, Draft

State = ApplicationSigning.State


def give_up(draft: Draft, *, of: UUID | None = None, at: datetime) -> None:
    """Signatures (``of`` an account) on an earlier content, of who was taken out, or of a draft that is deleted, are
    good for nothing: their files go.
    """
    signed = ApplicationSigning.objects.filter(application=draft.pk, state=State.DONE).exclude(file=None)
    signed = signed.filter(asked_by=of) if of else signed
    release(list(signed.values_list("file_id", flat=True)))
    signed.update(state=State.VOID, detail=_("The application was signed again or deleted."), file=None, ended_at=at)
