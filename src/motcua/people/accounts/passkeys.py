"""Passkeys (WebAuthn level 2) for this site's own name. Browsers accept no bare addresses as a name."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from motcua.kernel.errors import Refused
from motcua.people.accounts.models import Account


def site_name() -> str:
    """The host name passkeys are bound to."""
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def available() -> bool:
    """Whether the site has a name: passkeys work for ``localhost`` and host names, not for ``127.0.0.1``."""
    try:
        ipaddress.ip_address(site_name())
    except ValueError:
        return bool(site_name())
    return False


def refused() -> Refused:
    """What a passkey that does not fit is told."""
    return Refused(_("The passkey was not accepted. Try again, or sign in another way."), code="passkey_refused")


def _server() -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(id=site_name(), name="motcua")
    return Fido2Server(entity, verify_origin=lambda origin: origin == settings.PUBLIC_URL)


def begin_registration(account: Account, known: Sequence[bytes]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options for ``navigator.credentials.create`` and the state to keep in the session."""
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=account.pk.bytes, name=account.username, display_name=account.display_name),
        credentials=[AttestedCredentialData(bytes(material)) for material in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options), state


def finish_registration(state: Mapping[str, Any], response: Mapping[str, Any]) -> AttestedCredentialData:
    """The credential that the browser made. Raises :class:`Refused`."""
    try:
        made = _server().register_complete(dict(state), response).credential_data
    except (ValueError, KeyError, TypeError) as error:
        raise refused() from error
    assert made is not None
    return made


def begin_sign_in() -> tuple[dict[str, Any], dict[str, Any]]:
    """Options for ``navigator.credentials.get`` (any passkey of this site) and the state to keep in the session."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options), state


def credential_id_of(response: Mapping[str, Any]) -> bytes:
    """Which credential a response speaks for; not yet believed. Raises :class:`Refused`."""
    try:
        return websafe_decode(response["rawId"])
    except (ValueError, KeyError, TypeError) as error:
        raise refused() from error


def finish_sign_in(state: Mapping[str, Any], material: bytes | memoryview, response: Mapping[str, Any]) -> int:
    """Check the signature; returns the passkey's signature counter (0: it keeps none). Raises :class:`Refused`."""
    try:
        _server().authenticate_complete(dict(state), [AttestedCredentialData(bytes(material))], response)
        return int(AuthenticationResponse.from_dict(response).response.authenticator_data.counter)
    except (ValueError, KeyError, TypeError) as error:
        raise refused() from error
