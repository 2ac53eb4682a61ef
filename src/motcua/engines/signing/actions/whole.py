"""Files that the signer's own program signs as a whole: it fetches them from us and sends them back, one by one."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing.actions.answers import end_signing, locked_signing
from motcua.engines.signing.actions.holding import is_usable, provider_of
from motcua.engines.signing.models import SigningDocument, SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import returned_text
from motcua.engines.signing.verification import check_returned
from motcua.kernel.errors import NotFound, Refused


def file_to_sign(*, transaction_id: UUID, position: int) -> SigningDocument:
    """A file that waits for its signer's program. Raises :class:`NotFound` for one that does not (any more)."""
    rows = SigningDocument.objects.select_related("transaction__certificate").filter(
        transaction=transaction_id, transaction__state=TransactionState.WAITING, prepared__isnull=False
    )
    found = rows.filter(position=position).first()
    if found is None or not provider_of(found.transaction.certificate.provider).whole_documents:
        raise NotFound(_("There is no such file to sign."))
    return found


def take_returned(*, transaction_id: UUID, position: int, content: bytes, at: datetime) -> SigningTransaction:
    """Take a signed file back if it is ours with this signature and nothing else; the last one ends the signing.

    Nothing is lost by a wrong one: the signer may sign again. Call it with no transaction open. Raises
    :class:`NotFound` as :func:`file_to_sign`, :class:`Refused` with what is wrong.
    """
    asked = file_to_sign(transaction_id=transaction_id, position=position)
    assert asked.prepared is not None
    der = bytes(asked.transaction.certificate.der)
    wrong = check_returned(
        bytes(asked.prepared),
        content,
        certificate=der,
        field=asked.field,
        form=asked.format,
        service=settings.VERIFIER_SOCKET,
    )
    if wrong:
        raise Refused(returned_text(wrong), code=wrong)
    with transaction.atomic():
        row = locked_signing(transaction_id)
        rows = row.documents.filter(position=position, prepared__isnull=False)
        if row.state != TransactionState.WAITING or not rows.update(prepared=None, signed=content):
            raise NotFound(_("There is no such file to sign."))
        if not is_usable(row.certificate, at):
            raise Refused(_("This certificate is not valid now or was withdrawn."), code="certificate")
        if not row.documents.filter(signed=None).exists():
            end_signing(row, TransactionState.SIGNED, at)
    return row
