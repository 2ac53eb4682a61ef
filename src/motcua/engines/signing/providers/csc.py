"""A cloud signing service that speaks the Cloud Signature Consortium's API, version 2 (profiled by ETSI TS 119 432).

The house gets an access token for the service with its own client credentials (scope ``service``). A signer agrees in
one of two ways, by ``consent``:

``browser``
    The signer is sent to the service's ``oauth2/authorize`` with the hashes, agrees there and comes back with a code
    (authorisation code with PKCE, scope ``credential``); the token for that code is good for these hashes alone.
``none``
    For seals: the house itself calls ``credentials/authorize``, with the PIN if one is registered, and gets signature
    activation data (SAD) for these hashes at once.

Tokens and data are used in the same moment and kept nowhere.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.providers.http import (
    Answer,
    Contracted,
    Service,
    chosen,
    from_base64,
    listed,
    most_of,
    name,
    refused,
    required,
    secret,
    to_base64,
)
from motcua.engines.signing.providers.interface import (
    Decline,
    Declined,
    Fault,
    Means,
    Outcome,
    ProvidedCertificate,
    Question,
    Request,
    Unavailable,
    Waiting,
    nothing_left_open,
)
from motcua.engines.signing.providers.registry import register
from motcua.engines.signing.providers.screens import screen_text
from motcua.engines.signing.providers.signatures import SHA256, bare_signatures, sign_algorithm, without_roots

# A request that waits for its signer's consent has no name at the service yet.
CONSENT = "consent"
# The hashes stand in the address to which the browser goes; addresses of more than some 8 KB do not arrive.
MOST_BY_BROWSER = 50
MOST_CREDENTIALS = 20
_states = Signer(salt="motcua.signing.consent")
_PENDING = "previous asynchronous signature request"
# Services put more into the description than into the code: the first word that is found decides.
_ENDS = (
    ("access_denied", Decline.REFUSED, Fault.USER_CANCELLED),
    ("locked", Decline.FAILED, Fault.PIN_BLOCKED),
    ("invalid_pin", Decline.FAILED, Fault.PIN_WRONG),
    ("invalid_otp", Decline.FAILED, Fault.PIN_WRONG),
    ("certificate", Decline.FAILED, Fault.CERTIFICATE),
    ("credentialid", Decline.FAILED, Fault.NO_KEY),
    ("sad", Decline.EXPIRED, Fault.TIMEOUT),
    ("expired", Decline.EXPIRED, Fault.TIMEOUT),
    ("quota", Decline.FAILED, Fault.NO_CREDIT),
)
_PIN = Question("pin", _("PIN of the key"), _("Leave it empty when the service wants none."), r".{0,64}", secret=True)


@register("csc")
class CloudSigning(Contracted):
    """Options: ``url`` (ending in ``/csc/v2``), ``oauth_url`` (the same unless given; ``/oauth2/…`` is appended),
    ``client_id``, ``client_secret_file``, ``consent`` (``browser`` or ``none``), ``asynchronous``, ``most`` (documents
    in one request, as the contract allows).
    """

    title = _("Cloud signing service")
    for_public = True
    asks: tuple[Question, ...] = (Question("user", _("User name at the signing service"), "", r".{1,200}"),)

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.oauth = Service({"oauth_url": self.service.url, **options}, option="oauth_url")
        self.client = {"client_id": required(options, "client_id"), "client_secret": secret(options, "client_secret")}
        self.by_browser = chosen(options, "consent", {"browser": True, "none": False}, "browser")
        self.mode = chosen(options, "asynchronous", {True: "A", False: "S"}, False)
        if self.by_browser:
            self.most = most_of(options, MOST_BY_BROWSER)
        else:
            self.asks, self.proof_first = (*type(self).asks, _PIN), True

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """``info``, ``credentials/list`` and, where the list is bare, ``credentials/info``."""
        methods = self.service.post("info", {})["methods"]
        if not isinstance(methods, list) or "signatures/signHash" not in methods:
            raise Unavailable("the service does not offer signatures/signHash", fault=Fault.MISCONFIGURED)
        token = self._service_token()
        body = {"userID": means.values["user"], "credentialInfo": True, "certificates": "chain", "onlyValid": True}
        answer = self.service.post("credentials/list", body, bearer=token)
        if answer.status == 400 and answer["error"] == "invalid_request":
            return []
        if not answer.ok:
            raise refused(answer, "credentials/list")
        known = answer["credentialInfos"]
        if not isinstance(known, list):
            names = list(filter(None, map(name, listed(answer["credentialIDs"]))))
            known = [self._info(each, token) for each in names[:MOST_CREDENTIALS]]
        return [found for each in known if (found := _certificate(each))]

    def start(self, request: Request) -> Outcome:
        """Wait for the signer's consent, or sign at once where none is needed."""
        if self.by_browser:
            return Waiting(CONSENT)
        pin = request.means.values.get("pin", "")
        body = self._bound(request) | {
            "numSignatures": len(request.items),
            "authData": [{"id": "PIN", "value": pin}] if pin else [],
            "description": screen_text(request, most=200),
        }
        with nothing_left_open():
            token = self._service_token()
            answer = self.service.post("credentials/authorize", body, bearer=token)
            if not isinstance(answer["SAD"], str):
                return _ended(answer, "credentials/authorize")
            return self._sign(request, token, SAD=answer["SAD"])

    def consent_url(self, request: Request, reference: str) -> str:
        """``oauth2/authorize`` with scope ``credential``."""
        if reference != CONSENT:
            return ""
        query = {
            "response_type": "code",
            "client_id": self.client["client_id"],
            "redirect_uri": _return_address(),
            "scope": "credential",
            "state": state_of(request.id),
            "code_challenge": create_s256_code_challenge(_verifier(request)),
            "code_challenge_method": "S256",
            "credentialID": request.key_reference,
            "numSignatures": str(len(request.items)),
            "hashes": ",".join(_base64url(item.digest) for item in request.items),
            "hashAlgorithmOID": SHA256,
            "description": screen_text(request, most=200),
            "lang": "vi",
        }
        return f"{self.oauth.url}/oauth2/authorize?{urlencode(query)}"

    def consented(self, request: Request, reference: str, answer: Mapping[str, str]) -> Outcome:
        """Change the code that the browser brought for a token, and sign with it."""
        if reference != CONSENT:
            return Waiting(reference)
        if "error" in answer:
            return _ended(Answer(400, dict(answer)), "oauth2/authorize")
        form = {
            "grant_type": "authorization_code",
            "code": answer.get("code", ""),
            "redirect_uri": _return_address(),
            "code_verifier": _verifier(request),
        }
        token = self.oauth.form("oauth2/token", self.client | form)
        if token["error"] == "invalid_grant":
            return Waiting(reference)  # an old code, or one brought twice: the signer may go there again
        if not isinstance(token["access_token"], str):
            return _ended(token, "oauth2/token")
        return self._sign(request, token["access_token"])

    def poll(self, request: Request, reference: str) -> Outcome:
        """``signatures/signPolling``."""
        if reference in {"", CONSENT}:
            return Waiting(reference, told=False)
        body = {"requestID": reference}
        return self._read(request, self.service.post("signatures/signPolling", body, bearer=self._service_token()))

    def cancel(self, request: Request, reference: str) -> None:
        """The interface knows no way to withdraw; consent that was not given cannot be given any more."""

    def _sign(self, request: Request, bearer: str, **more: str) -> Outcome:
        body = self._bound(request) | {"signAlgo": sign_algorithm(request.certificate), "operationMode": self.mode}
        return self._read(request, self.service.post("signatures/signHash", body | more, bearer=bearer))

    def _read(self, request: Request, answer: Answer) -> Outcome:
        if isinstance(answer["signatures"], list):
            contents = [from_base64(each) for each in answer["signatures"]]
            return bare_signatures(contents, len(request.items), request.certificate)
        if reference := name(answer["responseID"]):
            return Waiting(reference)
        if _PENDING in str(answer["error_description"]).lower():
            raise Unavailable("pending", fault=Fault.BUSY)  # what was started goes on waiting
        return _ended(answer, "signatures")

    @staticmethod
    def _bound(request: Request) -> dict[str, Any]:
        return {
            "credentialID": request.key_reference,
            "hashes": [to_base64(item.digest) for item in request.items],
            "hashAlgorithmOID": SHA256,
        }

    def _service_token(self) -> str:
        answer = self.oauth.form(
            "oauth2/token", self.client | {"grant_type": "client_credentials", "scope": "service"}
        )
        if not isinstance(answer["access_token"], str):
            raise refused(answer, "oauth2/token")
        return answer["access_token"]

    def _info(self, credential: str, token: str) -> Any:
        body = {"credentialID": credential, "certificates": "chain", "certInfo": False, "authInfo": False}
        answer = self.service.post("credentials/info", body, bearer=token)
        return (
            answer.content | {"credentialID": credential} if answer.ok and isinstance(answer.content, dict) else None
        )


def state_of(request: UUID) -> str:
    """What travels with the browser, so that the way back finds its request and nobody can make it up."""
    return _states.sign(str(request))


def request_of(state: str) -> UUID | None:
    """The request of a state; None for one that is not ours."""
    try:
        return UUID(_states.unsign(state))
    except (BadSignature, ValueError):
        return None


def _verifier(request: Request) -> str:
    """The PKCE secret (RFC 7636) of a request, computed from the house's own: it need not be kept anywhere."""
    return salted_hmac("motcua.signing.pkce", request.id.bytes, algorithm="sha256").hexdigest()


def _return_address() -> str:
    return settings.PUBLIC_URL + reverse("signing:return")


def _base64url(content: bytes) -> str:
    return to_base64(content).translate(str.maketrans("+/", "-_", "="))


def _ended(answer: Answer, what: str) -> Declined:
    """Why there is no signature. Raises :class:`Unavailable` when the answer is not about the signer."""
    said = f"{answer['error']} {answer['error_description']}".lower()
    for word, why, fault in _ENDS:
        if word in said and answer.status < 500:
            return Declined(why, f"{what}: {word}", fault)
    raise refused(answer, what)


def _certificate(known: Any) -> ProvidedCertificate | None:
    if not isinstance(known, dict) or not isinstance(known.get("cert"), dict):
        return None
    credential, key = name(known.get("credentialID")), known.get("key")
    der, *chain = [from_base64(each) for each in listed(known["cert"].get("certificates")) or [""]]
    enabled = not isinstance(key, dict) or key.get("status", "enabled") == "enabled"
    return ProvidedCertificate(der, without_roots(chain), credential) if der and enabled and credential else None
