"""What the public's pages share."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from motcua.kernel.blobs.actions import store
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text.sizes import size_text
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.accounts.models import Account
from motcua.services.dossiers import actions
from motcua.services.dossiers.access import Accessed, Viewer, dossier_for, draft_for
from motcua.services.dossiers.applications import Application, application_of
from motcua.services.dossiers.pages.portal.sent_since import sent_since
from motcua.services.procedures.runtime import version_to_file

View = Callable[..., HttpResponseBase]


def viewer_of(request: HttpRequest) -> Viewer:
    """Whoever is signed in, with the desk that the middleware read."""
    return Viewer(account=signed_in(request), desk=request.desk)  # type: ignore[attr-defined]


def for_applicants(view: View) -> View:
    """Decorator: signed in, as a citizen or business; nothing stays in the browser's cache.

    Who goes back into an application that they have sent is led to what became of it.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not signed_in(request).is_citizen:
            raise NotAllowed(_("This page is for citizens and businesses."))
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            draft = kwargs.pop("draft_id", None)
            answer = sent_since(request, draft, kwargs) if draft else None
            if answer is None:
                raise
            return answer

    return never_cache(sign_in_first(checked))


def application_for(request: HttpRequest, key: UUID) -> Application:
    """The signed-in person's own application, under the version that is in force now. Raises ``NotFound``."""
    draft = draft_for(signed_in(request), key)
    procedure = draft.procedure_version.procedure
    if draft.procedure_version_id != procedure.current_version_id:
        actions.renew_draft(draft, version=version_to_file(procedure.code))
        messages.warning(request, _("The procedure has changed since. Please check your application again."))
    return application_of(draft)


def own_dossier(request: HttpRequest, number: str) -> Accessed:
    """A dossier of the signed-in person; what officers see of others' is at the desk. Raises ``NotFound``."""
    accessed = dossier_for(viewer_of(request), number)
    if not accessed.is_applicant:
        raise NotFound(_("There is no such dossier, or it is not yours to see."))
    return accessed


def uploads(request: HttpRequest, name: str) -> "list[UploadedFile[bytes]]":
    """The files chosen in one input."""
    return [file for file in request.FILES.getlist(name) if isinstance(file, UploadedFile) and file.name]


def stored(files: "Iterable[UploadedFile[bytes]]", *, by: Account) -> tuple[list[StoredFile], str]:
    """The files that were taken in, and why the first of the others was not (empty when all were)."""
    taken, fault = [], ""
    for file in files:
        try:
            taken.append(store(file, name=file.name or "", by=by.pk))
        except Refused as refused:
            fault = fault or f"{file.name}: {refused.message}"
    return taken, fault


def detach(application: Application, command: str) -> None:
    """A file taken off a field of the form leaves the draft, too."""
    verb, _colon, rest = command.partition(":")
    for attached in application.files:
        if verb == "detach" and attached.field and rest.endswith(f":{attached.file_id}"):
            actions.remove_from_draft(application.draft, attachment=attached.pk)


def facts_of(file: StoredFile) -> str:
    """``PDF, 1,2 MB``."""
    kind = file.name.rpartition(".")[2].upper() if "." in file.name else file.media_type
    return f"{kind}, {size_text(file.size)}"
