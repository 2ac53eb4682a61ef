"""Files that come from outside are signed for an officer by the operator of the server."""

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing import asice
from motcua.engines.signing.actions.collecting import collect_signed, discard_signed
from motcua.engines.signing.actions.holding import provider_of
from motcua.engines.signing.actions.recording import tell
from motcua.engines.signing.actions.signing import DocumentToSign, start_signing
from motcua.engines.signing.errors import FieldMissing, Unsignable
from motcua.engines.signing.models import (
    DocumentLevel,
    HolderKind,
    SigningCertificate,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.outcomes import not_signed_text
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.places import place_in
from motcua.engines.signing.queries import trusted_authorities, usable_certificates
from motcua.engines.signing.verification import Kind, examine, kind_of
from motcua.kernel.errors import Refused
from motcua.people.accounts.models import Account

# Why nothing was signed although nothing was wrong with the request: it may be tried again.
NOT_SIGNED = "not_signed"
HARMS = "harms"
# How each kind of file is signed, as ``formats`` names it; anything else is put into a container first.
_FORMS = {Kind.PDF: "pdf", Kind.XML: "xades"}


def sign_file(
    *,
    content: bytes,
    title: str,
    officer: Account,
    provider: str,
    operator: str,
    wait: Callable[[SigningTransaction], SigningTransaction],
    at: datetime,
    resume: bool = False,
    **wishes: str,
) -> bytes:
    """Sign one file as an officer, and record that the ``operator`` (the name of the shell's user) did it.

    ``wait`` is given what waits for its signer, and returns it when it has ended. ``resume``: nobody is asked anew;
    what an earlier call for the same file, officer and provider left behind is waited for and taken.

    What is neither PDF nor XML comes back in a container (ASiC-E) under the name ``title``, or in the one that it is.
    ``wishes``: ``field`` of a PDF, and ``reason``. Call it with no transaction open. Raises :class:`Refused` for a
    file that cannot be signed, an officer without such a certificate, a provider that needs the signer's browser, and
    for what was left behind unless it is to be resumed.
    """
    subject = f"file:{hashlib.sha256(content).hexdigest()}"
    done = _left_behind(subject, officer, provider, resume=resume)
    if done is None:
        certificate = _certificate(officer, provider, at)
        made, field, form = _prepared(content, title, wishes.get("field", ""))
        stamp = Stamp(field, at, reason=wishes.get("reason", ""))
        document = DocumentToSign(made, subject, title, stamp, format=form)
        done = start_signing(certificate=certificate, documents=[document], by=officer.pk, at=at)
    if done.state == TransactionState.WAITING:
        done, at = wait(done), timezone.now()
    if done.state != TransactionState.SIGNED:
        detail = f"({done.detail})" if done.detail else ""
        raise Refused(f"{not_signed_text(done)} {detail}".strip(), code=NOT_SIGNED)
    return _collected(done, content, operator, at)


def _left_behind(subject: str, officer: Account, provider: str, *, resume: bool) -> SigningTransaction | None:
    """What an earlier call asked for and did not take: its process died while the signer was waited for."""
    own = {"holder_kind": HolderKind.OFFICER, "holder_id": officer.pk, "provider": provider}
    certificates = SigningCertificate.objects.filter(**own).order_by().values("pk")
    asked = SigningTransaction.objects.filter(certificate__in=certificates, documents__subject=subject)
    waiting, signed = Q(state=TransactionState.WAITING), Q(state=TransactionState.SIGNED)
    open_ones = asked.filter(waiting | signed & Q(documents__signed__isnull=False)).select_related("certificate")
    found = open_ones.order_by("-started_at", "-id").first()
    if found is None and resume:
        raise Refused(_("No request for this file waits, and none is signed that was not taken."), code="nothing_left")
    if found is not None and not resume:
        text = _("This file was given to %(officer)s to sign already. --resume waits for it and takes it.")
        raise Refused(text % {"officer": officer.username}, code="asked_already")
    return found


def _collected(done: SigningTransaction, content: bytes, operator: str, at: datetime) -> bytes:
    """Take the signed file over, and record it; one that harms what was signed before is thrown away."""
    certificate = done.certificate
    try:
        with transaction.atomic():
            (signed,) = collect_signed(transaction_id=done.pk)
            _check_harmless(content, signed.content, at)
            references: dict[str, object] = {
                "officer": str(certificate.holder_id),
                "provider": certificate.provider,
                "certificate": certificate.fingerprint,
                "operator": operator,
                "sha256": hashlib.sha256(signed.content).hexdigest(),
            }
            tell("signing.file_signed_by_operator", f"signing:{done.pk}", None, at, references)
    except Refused as refused:
        if refused.code == HARMS:
            discard_signed(transaction_id=done.pk, at=at)
        raise
    return signed.content


def _certificate(officer: Account, provider: str, at: datetime) -> SigningCertificate:
    if provider_of(provider).browser:
        text = _("%(provider)s signs only in its holder's browser: sign on the pages of the desk.")
        raise Refused(text % {"provider": provider}, field="provider", code="provider")
    usable = usable_certificates(HolderKind.OFFICER, officer.pk, level=DocumentLevel.DECISION, at=at)
    found = next((certificate for certificate in usable if certificate.provider == provider), None)
    if found is None:
        others = ", ".join(sorted({certificate.provider for certificate in usable})) or _("none")
        text = _("%(officer)s has no valid certificate at %(provider)s. With certificates: %(others)s.")
        told = {"officer": officer.username, "provider": provider, "others": others}
        raise Refused(text % told, field="officer", code="no_certificate")
    return found


def signed_name(content: bytes, name: str) -> str:
    """A name for the signed file: what goes into a container keeps its own name there and gets another one outside."""
    path = PurePath(name)
    if _is_packed(content):
        return f"{name}.asice"
    return f"{path.stem}-signed{path.suffix}"


def _form(content: bytes) -> str:
    kind = kind_of(content)
    return _FORMS.get(kind, "asice") if kind else "asice"


def _is_packed(content: bytes) -> bool:
    """Whether a file must first be put into a container to be signed."""
    return _form(content) == "asice" and not asice.is_container(content)


def _prepared(content: bytes, name: str, wish: str) -> tuple[bytes, str, str]:
    """The file with a place for the signature, the name of the place, and the format."""
    form = _form(content)
    if wish and form != "pdf":
        raise Refused(_("Only PDF files have signature fields."), field="field", code="field")
    try:
        if _is_packed(content):
            return asice.pack({name: content}), "", form
        if form != "pdf":
            return content, "", form
        made, field = place_in(content, field=wish)
    except Unsignable as error:
        text = _("The file cannot be signed: %(reason)s.") % {"reason": error}
        raise Refused(text, field="file", code=error.code) from error
    except FieldMissing as error:
        text = _("Name one of its empty signature fields: %(fields)s.") % {"fields": str(error) or _("none")}
        raise Refused(text, field="field", code="field") from error
    return made, field, form


def _check_harmless(before: bytes, signed: bytes, at: datetime) -> None:
    """Raise :class:`Refused` when the signature takes away from what earlier ones in the file were worth."""
    if _is_packed(before):
        return  # its container is new: nobody has signed it before
    anchors = trusted_authorities()
    earlier, later = (
        Counter((each.field, each.state) for each in examine(file, anchors=anchors, at=at))
        for file in (before, signed)
    )
    if earlier - later:
        text = _("The file was signed before, and a further signature makes that one invalid.")
        raise Refused(text, field="file", code=HARMS)
