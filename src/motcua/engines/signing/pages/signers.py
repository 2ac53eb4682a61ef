"""With which certificate an officer signs or seals: offered on the page, chosen in the form, proved where needed."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.engines.signing.access import needs_proof
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.queries import usable_certificates
from motcua.kernel.blobs.files import begins_with
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.text import local_date
from motcua.people.accounts.access import signed_in

MOST_SIGNED = 200  # with one confirmation
MOST_TOLD = 10


def own_certificates(request: HttpRequest, level: DocumentLevel = DocumentLevel.DECISION) -> list[SigningCertificate]:
    """What the officer may sign documents of a level with; the longest valid first."""
    return usable_certificates(HolderKind.OFFICER, signed_in(request).pk, level=level, at=timezone.now())


def seals_of(office: UUID, level: DocumentLevel = DocumentLevel.SEAL) -> list[SigningCertificate]:
    """What the documents of an office are sealed with; the longest valid first."""
    return usable_certificates(HolderKind.OFFICE, office, level=level, at=timezone.now())


def choices(certificates: list[SigningCertificate]) -> list[tuple[str, str]]:
    """Certificates as a form offers them: by the way of signing, whose they are, and until when."""
    text = _("%(way)s – %(subject)s (valid until %(until)s)")
    return [
        (
            str(each.pk),
            text
            % {
                "way": registry[each.provider].title,
                "subject": each.means.label or each.subject,
                "until": local_date(each.valid_to),
            },
        )
        for each in certificates
    ]


def chosen(request: HttpRequest, certificates: list[SigningCertificate]) -> SigningCertificate:
    """The certificate that the form names, the first where it names none.

    Raises ``NotAllowed`` when there is none to choose from, ``Refused`` for any other than the offered ones.
    """
    if not certificates:
        raise NotAllowed(_("You have no valid signing certificate."), code="no_certificate")
    typed = request.POST.get("certificate", "")
    for certificate in certificates:
        if typed in ("", str(certificate.pk)):
            return certificate
    raise Refused(_("Choose with what you sign."), field="certificate", code="certificate")


def opens(file: StoredFile | None) -> bool:
    """Whether a document can be opened at all, for nothing is signed unseen."""
    if file is None or not file.blob.readable:
        return False
    return file.media_type != "application/pdf" or begins_with(file.blob_id, b"%PDF-")


def shown(request: HttpRequest, files: Iterable[StoredFile | None]) -> frozenset[str]:
    """The keys of the files that the form was shown with, for the action to compare with what it would sign.

    Raises ``Refused`` where one of the files to be signed cannot be opened.
    """
    if not all(map(opens, files)):
        raise Refused(_("The document cannot be opened, so it was not signed."), code="unreadable")
    return frozenset(request.POST.getlist("seen"))


def proof_first(request: HttpRequest, certificate: SigningCertificate, *, back: str) -> HttpResponse | None:
    """The way to the page where the officer proves that it is them, when the key itself asks nobody; then ``back``."""
    if not needs_proof(request, certificate):
        return None
    messages.warning(request, _("Nothing is signed yet. Confirm that it is you, then sign once more."))
    return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': back})}")


def tell_not_signed(request: HttpRequest, refused: Sequence[tuple[str, str]], *, gone: int = 0) -> None:
    """Warn of what of a batch was not signed: what people call it, and why; the first ten, then how many more.

    ``gone``: how many of the chosen ones did not wait for the signer any more.
    """
    if gone > 0:
        text = ngettext(
            "%(num)d of the chosen documents does not wait for your signature any more.",
            "%(num)d of the chosen documents do not wait for your signature any more.",
            gone,
        )
        messages.warning(request, text % {"num": gone})
    for name, why in refused[:MOST_TOLD]:
        messages.warning(request, f"{name}: {why}")
    if (more := len(refused) - MOST_TOLD) > 0:
        text = ngettext("%(num)d more document was not signed.", "%(num)d more documents were not signed.", more)
        messages.warning(request, text % {"num": more})
