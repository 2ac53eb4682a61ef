"""Signing in with an electronic identity that others vouch for (định danh điện tử), by OpenID Connect.

Authorization code flow with PKCE, state and nonce, each used once; the sections of ``identity.toml`` name providers.
What a provider says is believed only under its own signature, for us, now, and for this very sign-in.
"""

import logging
import secrets
import threading
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web.outgoing import client_context, is_safe

log = logging.getLogger(__name__)

ALGORITHMS = ["RS256", "ES256", "PS256"]
_STARTED = "oidc_started"  # session key
_LIFE = 600  # seconds that a sign-in may take
_KEYS_FOR = 3600  # seconds that a provider's keys are believed without asking
_MOST = 256 * 1024


class Misconfigured(Exception):
    """A section of ``identity.toml`` that cannot be used; the message says what is wrong."""


@dataclass(frozen=True)
class Claims:
    """Who a provider says it is. ``proven``: it has seen their identity document, at a level that we accept."""

    provider: str
    subject: str
    name: str
    identity_number: str
    proven: bool


class Provider:
    """``title``, ``issuer``, ``client_id``, ``client_secret_file``, and ``levels``: the ``acr`` of proven persons."""

    def __init__(self, code: str, options: Mapping[str, Any]) -> None:
        self.code = code
        self.title, self.issuer = _required(options, "title"), _required(options, "issuer").rstrip("/")
        if not is_safe(self.issuer):
            raise Misconfigured("issuer: write an https:// address (http:// only on this machine).")
        self._client = _required(options, "client_id")
        try:
            self._secret = Path(_required(options, "client_secret_file")).read_text().strip()
        except OSError as error:
            raise Misconfigured(f"client_secret_file cannot be read: {error}") from error
        self._scope = str(options.get("scope", "openid profile"))
        self._number = str(options.get("identity_claim", "identity_number"))
        self._levels = frozenset(map(str, options.get("levels", ())))
        self._lock = threading.Lock()
        self._known: tuple[float, Mapping[str, Any], KeySet] | None = None

    def address(self, session: MutableMapping[str, Any], *, back: str, path: str) -> str:
        """Where the browser goes to sign in; the session keeps what its return must match. Raises ``Refused``."""
        started = {
            "provider": self.code,
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "verifier": secrets.token_urlsafe(48),
            "until": time.time() + _LIFE,
            "path": path,
        }
        session[_STARTED] = started
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": back,
            "scope": self._scope,
            "state": started["state"],
            "nonce": started["nonce"],
            "code_challenge": create_s256_code_challenge(started["verifier"]),
            "code_challenge_method": "S256",
        }
        if self._levels:
            asked["acr_values"] = " ".join(sorted(self._levels))
        return f"{self._metadata()['authorization_endpoint']}?{urlencode(asked)}"

    def returned(self, session: MutableMapping[str, Any], told: Mapping[str, str], *, back: str) -> tuple[Claims, str]:
        """Who has signed in, and the path to go on to. What was started counts once. Raises ``Refused``."""
        started = session.pop(_STARTED, None)
        if (
            not isinstance(started, dict)
            or started["provider"] != self.code
            or started["until"] < time.time()
            or not constant_time_compare(told.get("state", ""), started["state"])
        ):
            raise Refused(_("The sign-in took too long, or was begun elsewhere. Please start again."), code="state")
        if "code" not in told:
            raise Refused(_("The sign-in was not completed there."), code="not_completed")
        tokens = self._fetched(
            self._metadata()["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": told["code"],
                "redirect_uri": back,
                "code_verifier": started["verifier"],
            },
            auth=(self._client, self._secret),
        )
        claims = self._judged(str(tokens.get("id_token", "")), started["nonce"])
        return self._claims(claims), str(started["path"])

    def _judged(self, token: str, nonce: str) -> Mapping[str, Any]:
        wanted = jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            try:
                read = jwt.decode(token, self._keys(), algorithms=ALGORITHMS)
            except (JoseError, ValueError):  # signed with a key that is newer than what we know
                read = jwt.decode(token, self._keys(fresh=True), algorithms=ALGORITHMS)
            wanted.validate(read.claims)
        except (JoseError, ValueError) as error:
            raise _unbelievable() from error
        return read.claims

    def _claims(self, told: Mapping[str, Any]) -> Claims:
        number = str(told.get(self._number, ""))
        return Claims(
            provider=self.code,
            subject=str(told["sub"])[:200],
            name=str(told.get("name", ""))[:120],
            identity_number=number,
            proven=bool(number) and str(told.get("acr", "")) in self._levels,
        )

    def _metadata(self) -> Mapping[str, Any]:
        return self._discovered()[1]

    def _keys(self, *, fresh: bool = False) -> KeySet:
        return self._discovered(fresh=fresh)[2]

    def _discovered(self, *, fresh: bool = False) -> tuple[float, Mapping[str, Any], KeySet]:
        """What the provider publishes of itself; asked again after an hour, or a minute for a new key."""
        with self._lock:
            age = time.monotonic() - self._known[0] if self._known else float("inf")
            if self._known is None or age > _KEYS_FOR or (fresh and age > 60):
                self._known = (time.monotonic(), *self._published())
            return self._known

    def _published(self) -> tuple[Mapping[str, Any], KeySet]:
        told = self._fetched(f"{self.issuer}/.well-known/openid-configuration")
        endpoints = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if told.get("issuer") != self.issuer or not all(isinstance(each, str) and is_safe(each) for each in endpoints):
            raise _unbelievable()
        try:
            keys = KeySet.import_key_set(self._fetched(str(told["jwks_uri"])))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _unbelievable() from error
        return told, keys

    def _fetched(self, url: str, **posted: Any) -> dict[str, Any]:
        try:
            with httpx.Client(timeout=10, follow_redirects=False, trust_env=False, verify=client_context()) as client:
                answer = client.post(url, **posted) if posted else client.get(url)
            if len(answer.content) > _MOST or not answer.is_success:
                raise _away()
            told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _away() from error
        if not isinstance(told, dict):
            raise _away()
        return told


def providers() -> dict[str, Provider]:
    """The usable ones by code. One that cannot be used is named in the log and left out; other ways in stay open."""
    return _providers(repr(settings.IDENTITY_PROVIDERS))


@cache
def _providers(_sections: str) -> dict[str, Provider]:
    found = {}
    for code, options in settings.IDENTITY_PROVIDERS.items():
        try:
            found[code] = Provider(code, options)
        except Misconfigured as error:
            log.error("identity_provider_misconfigured", extra={"provider": code, "error": error})
    return found


def provider(code: str) -> Provider:
    """One of them. Raises ``NotFound``."""
    found = providers().get(code)
    if found is None:
        raise NotFound(_("There is no such way of signing in."))
    return found


def choices() -> list[tuple[str, str]]:
    """Code and title of each, for the sign-in page."""
    return [(code, each.title) for code, each in providers().items()]


def _required(options: Mapping[str, Any], name: str) -> str:
    value = options.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Misconfigured(f"{name} is missing.")
    return value.strip()


def _unbelievable() -> Refused:
    return Refused(
        _("What the other system says cannot be believed. Please sign in another way."), code="not_believed"
    )


def _away() -> Refused:
    return Refused(_("The other system does not answer. Please sign in another way, or later."), code="away")
