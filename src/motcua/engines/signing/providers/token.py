"""A USB token (thiết bị lưu khóa bí mật) at the signer's desk, reached through the browser and motcua-token-agent."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing import token_requests
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.interface import (
    Decline,
    Declined,
    Fault,
    Means,
    Outcome,
    ProvidedCertificate,
    Provider,
    Request,
    Signed,
    Waiting,
)
from motcua.engines.signing.providers.registry import register

CODE = "usb-token"
# Where the agent listens when there is no extension (ports of the SCS interface); plain HTTP is for development.
AGENTS = tuple(f"https://127.0.0.1:{port}" for port in range(53952, 53956))
PLAIN_AGENTS = ("http://127.0.0.1:53951",)

# What the agent says went wrong, as it is written down. Everything else is a fault of the service.
FAULTS = {
    "user_cancelled": Fault.USER_CANCELLED,
    "pin_wrong": Fault.PIN_WRONG,
    "pin_blocked": Fault.PIN_BLOCKED,
    "no_key": Fault.NO_KEY,
    "no_certificate": Fault.NO_KEY,
    "no_token": Fault.UNREACHABLE,
    "no_module": Fault.UNREACHABLE,
    "no_agent": Fault.UNREACHABLE,
    "token_removed": Fault.UNREACHABLE,
    "busy": Fault.BUSY,
    "request_expired": Fault.TIMEOUT,
    "certificate_expired": Fault.CERTIFICATE,
    "origin_unknown": Fault.MISCONFIGURED,
    "origin_mismatch": Fault.MISCONFIGURED,
    "key_changed": Fault.MISCONFIGURED,
    "request_invalid": Fault.MISCONFIGURED,
}


@register(CODE, standing=True)
class UsbToken(Provider):
    """The page fetches a signed request, hands it to the agent and brings the signatures back.

    Options: ``agents``, addresses to look for the agent at instead of the usual ones; ``install``, the address of the
    page that tells people how to get it; ``public``, whether citizens and companies may use theirs.
    """

    title = _("USB token")
    browser = "token-agent"
    for_public = True

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        agents = options.get("agents", ())
        if not isinstance(agents, list | tuple) or not all(isinstance(each, str) for each in agents):
            raise Misconfigured('agents: write ["https://127.0.0.1:53952"]')
        self._agents = tuple(agents)
        self.install = str(options.get("install", ""))

    @property
    def connects(self) -> tuple[str, ...]:
        """The agent's addresses on the loopback interface, which the page's policy must allow."""
        return self._agents or (AGENTS if settings.SECURE else (*AGENTS, *PLAIN_AGENTS))

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """None: only the signer's browser can reach the token (``inquiry``)."""
        return []

    def start(self, request: Request) -> Outcome:
        """Nothing is sent: the page asks for the challenge when the signer has it open."""
        return Waiting(str(request.id))

    def poll(self, request: Request, reference: str) -> Outcome:
        """Nobody but the page knows."""
        return Waiting(reference)

    def cancel(self, request: Request, reference: str) -> None:
        """The agent keeps nothing; a signature that comes late is not taken."""

    def inquiry(self, means: Means, *, reference: str, expires_at: datetime) -> dict[str, Any]:
        """A signed request for the certificates on the tokens at hand."""
        return {"request": token_requests.certificates_request(transaction=reference, expires_at=expires_at)}

    def challenge(self, request: Request, reference: str) -> dict[str, Any]:
        """A signed request for the signatures."""
        asked = token_requests.sign_request(
            transaction=str(request.id),
            expires_at=request.expires_at,
            certificate=request.certificate,
            items=request.items,
        )
        return {"request": asked}

    def delivered(self, request: Request, reference: str, answer: Mapping[str, Any]) -> Outcome:
        """The agent's answer: ``signatures`` (base64), or the ``code`` of what went wrong.

        A code ends the signing, so the page brings one only when the signer gives up; they may try again before.
        """
        code = answer.get("code")
        if isinstance(code, str) and code:
            fault = FAULTS.get(code, Fault.UNAVAILABLE)
            refused = fault in {Fault.USER_CANCELLED, Fault.PIN_WRONG}
            return Declined(Decline.REFUSED if refused else Decline.FAILED, f"token agent: {code[:60]}", fault)
        try:
            return Signed(_signatures(answer.get("signatures")))
        except (ValueError, TypeError):
            return Declined(Decline.FAILED, "the browser brought no signatures", Fault.WRONG_SIGNATURE)


def _signatures(given: object) -> tuple[bytes, ...]:
    if not isinstance(given, list):
        raise TypeError("signatures")
    try:
        return tuple(base64.b64decode(each, validate=True) for each in given)
    except binascii.Error as error:
        raise ValueError("base64") from error
