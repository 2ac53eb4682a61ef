"""Files that come with a form, and those that came with it when it was refused: nobody chooses one twice.

The form names what came before by a token that only the same officer can use, for the same dossier, as long as an
upload lives that nobody keeps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.kernel.blobs.actions import UNKEPT_LIFE, store
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused
from motcua.kernel.text.sizes import size_text

MOST_FILES = 20
SEVERAL = "files"  # the input of this name takes several; in any other a new file takes the place of the one before


@dataclass(frozen=True)
class Uploads:
    """What an input brought, and why something of it was not taken."""

    files: tuple[StoredFile, ...]
    refused: Refused | None
    salt: str

    @property
    def held(self) -> list[dict[str, str]]:
        """As the form offers them when it is shown again."""
        return [
            {"value": signing.dumps(str(file.pk), salt=self.salt), "text": f"{file.name} ({size_text(file.size)})"}
            for file in self.files
        ]


def uploads(request: HttpRequest, name: str, *, dossier: UUID, by: UUID) -> Uploads:
    """Take in what an officer has sent in an input for a dossier."""
    salt = f"dossiers.uploads:{dossier}:{by}"
    before, gone = _before(request.POST.getlist(f"held-{name}"), salt, by, name)
    sent, fault = _sent(request, name, by)
    if sent and name != SEVERAL:
        return Uploads(tuple(sent), fault, salt)
    files = (*before, *sent)
    return Uploads(files, fault or gone or _too_many(files, name), salt)


def _too_many(files: Sequence[StoredFile], name: str) -> Refused | None:
    """All that came is offered again, so that the officer chooses what is left out."""
    if len(files) <= MOST_FILES:
        return None
    text = _("%(n)d files are too many: take ticks away until at most %(most)d are left.")
    return Refused(text % {"n": len(files), "most": MOST_FILES}, field=name, code="too_many")


def _sent(request: HttpRequest, name: str, by: UUID) -> tuple[list[StoredFile], Refused | None]:
    given = request.FILES.getlist(name)
    if len(given) > MOST_FILES:
        text = _("Choose at most %(n)d at once.") % {"n": MOST_FILES}
        return [], Refused(text, field=name, code="too_many")
    stored, fault = [], None
    for file in given:
        if isinstance(file, UploadedFile) and file.name:
            try:
                stored.append(store(file, name=file.name, by=by))
            except Refused as refused:
                fault = fault or Refused(f"{file.name}: {refused.message}", field=name, code=refused.code)
    return stored, fault


def _before(tokens: Iterable[str], salt: str, by: UUID, name: str) -> tuple[list[StoredFile], Refused | None]:
    """Only the officer's own uploads that nothing refers to yet; and a refusal when one is there no more."""
    tokens = set(tokens)
    keys = [key for token in tokens if (key := _key(token, salt))]
    found = list(StoredFile.objects.filter(pk__in=keys, uploaded_by=by, kept=False).order_by("created_at", "id"))
    if len(found) == len(tokens):
        return found, None
    return found, Refused(_("The file is no longer there. Please upload it again."), field=name, code="gone")


def _key(token: str, salt: str) -> str | None:
    try:
        return str(signing.loads(token, salt=salt, max_age=UNKEPT_LIFE))
    except signing.BadSignature:
        return None
