"""The secrets in the QR codes: of the receipt, whose holder sees more than code and stage, and of a result."""

from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings

from motcua.kernel.identifiers.secrets import computed, is_same
from motcua.services.dossiers.models import Dossier


def lookup_secret(dossier_id: UUID) -> str:
    """Twelve letters and digits, the same every time."""
    return computed(b"motcua.dossier.lookup" + dossier_id.bytes)


def is_lookup_secret(dossier_id: UUID, typed: str) -> bool:
    """Compare in constant time; spaces, hyphens and small letters do not matter."""
    return is_same(lookup_secret(dossier_id), typed)


def scanned_secret(typed: str) -> str:
    """The secret in what a scanner reads from the receipt, the address of :func:`lookup_url`; else what was typed."""
    if not typed.startswith(("http://", "https://")):
        return typed
    return next(iter(parse_qs(typed.partition("?")[2]).get("k", [])), "")


def result_secret(dossier_id: UUID, template: str) -> str:
    """The twelve letters and digits on the result that a dossier makes by this template."""
    return computed(b"motcua.dossier.result" + dossier_id.bytes + template.encode())


def is_result_secret(dossier_id: UUID, template: str, typed: str) -> bool:
    """As :func:`is_lookup_secret`, for a result."""
    return is_same(result_secret(dossier_id, template), typed)


def invitation_secret(person_id: UUID) -> str:
    """The twelve letters and digits in the link that invites somebody to apply together."""
    return computed(b"motcua.dossier.invitation" + person_id.bytes)


def is_invitation_secret(person_id: UUID, typed: str) -> bool:
    """As :func:`is_lookup_secret`, for an invitation."""
    return is_same(invitation_secret(person_id), typed)


def lookup_url(dossier: Dossier) -> str:
    """The address in the QR code of the receipt."""
    return f"{settings.PUBLIC_URL}/track/{dossier.number}?k={lookup_secret(dossier.pk)}"


def result_url(dossier_id: UUID, code: str, template: str) -> str:
    """The address in the QR code of a result; ``code`` is the dossier's."""
    return f"{settings.PUBLIC_URL}/verify/{code}/{result_secret(dossier_id, template)}"
