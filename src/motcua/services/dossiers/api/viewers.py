"""The bearer of a token as the access functions of dossiers see them."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Invalid
from motcua.people.accounts.api import principal
from motcua.people.accounts.principals import Principal
from motcua.services.dossiers.abilities import first_seen
from motcua.services.dossiers.access import Accessed, Viewer, dossier_for
from motcua.services.dossiers.actions import mark_seen

READ, WRITE, SIGN, FILES = "dossiers:read", "dossiers:write", "dossiers:sign", "files:write"
HANDLING = "processing"
router = Router()  # of all modules: two routers cannot share an address


def viewer(request: HttpRequest) -> Viewer:
    """The account with its desk and parties, or the service."""
    asks = principal(request)
    return Viewer.of(asks.account) if asks.account else Viewer(service=asks.service, token=asks.token_id)


def opened(request: HttpRequest, code: str) -> Accessed:
    """A dossier as the bearer reads it, see :func:`handled`. Raises ``NotFound``."""
    accessed = handled(request, code)
    note_seen(accessed)
    return accessed


def handled(request: HttpRequest, code: str) -> Accessed:
    """A dossier as the bearer gets it to do something with it; that is recorded. Raises ``NotFound``."""
    return dossier_for(viewer(request), code, purpose=HANDLING)


def note_seen(accessed: Accessed) -> None:
    """What its receiving officer sees for the first time cannot be taken back any more. Only after an act: under an
    Idempotency-Key all is one transaction, and the act locks the dossier, see :func:`mark_seen`.
    """
    mark_seen(first_seen(accessed.desk, accessed.steps), at=timezone.now())


def uploads_among(asks: Principal, files: Collection[UUID]) -> dict[UUID, str]:
    """Those of the files that the bearer has uploaded, with their names; one statement, none for no file."""
    if not files:
        return {}
    return dict(StoredFile.objects.filter(pk__in=files, uploaded_by=asks.uploader).values_list("pk", "name"))


def require_own_files(asks: Principal, wanted: Mapping[str, UUID]) -> None:
    """Raise ``Invalid`` for the inputs that name anybody else's file: attaching one would open it."""
    mine = uploads_among(asks, set(wanted.values()))
    errors = {path: _("You have not uploaded this file.") for path, file in wanted.items() if file not in mine}
    if errors:
        raise Invalid(_("Some of the files are not yours to attach."), errors=errors)
