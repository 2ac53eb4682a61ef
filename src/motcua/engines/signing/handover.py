"""Addresses under which the signer's own program fetches a file and sends it back: it has no session of ours.

A key stands for one file of one signing. It dies when the file is back or the signing ends, in thirty minutes at most.
"""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engines.signing.rules import PATIENCE
from motcua.kernel.errors import NotFound

_SALT = "motcua.signing.handover"


def addresses(transaction_id: UUID, position: int) -> tuple[str, str]:
    """Where a file is fetched, and where it is sent back to."""
    key = signing.dumps([transaction_id.hex, position], salt=_SALT)
    fetch, send = (reverse(f"signing:{name}", args=[key]) for name in ("file", "file-return"))
    return settings.PUBLIC_URL + fetch, settings.PUBLIC_URL + send


def file_of(key: str) -> tuple[UUID, int]:
    """The signing and position that a key stands for. Raises :class:`NotFound` for one that is not ours, or old."""
    try:
        transaction, position = signing.loads(key, salt=_SALT, max_age=PATIENCE)
        return UUID(transaction), int(position)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound(_("There is no such file to sign.")) from error
