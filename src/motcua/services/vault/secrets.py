"""The secret of a link, computed from its key: a copy of the database opens nothing."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from motcua.kernel.identifiers.secrets import computed, is_same


def share_secret(share: UUID) -> str:
    """Twelve letters and digits, the same every time."""
    return computed(b"motcua.vault.share" + share.bytes)


def is_share_secret(share: UUID, typed: str) -> bool:
    """Compare in constant time."""
    return is_same(share_secret(share), typed)


def share_path(share: UUID) -> str:
    """The path of the link."""
    return reverse("vault:shared", args=[share, share_secret(share)])


def share_url(share: UUID) -> str:
    """The link as it is handed on."""
    return f"{settings.PUBLIC_URL}{share_path(share)}"
