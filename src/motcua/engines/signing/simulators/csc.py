"""A simulated cloud signing service: CSC API version 2 with OAuth 2, PKCE and tokens bound to hashes."""

import base64
import hashlib
import secrets as random
from html import escape
from typing import Any, ClassVar
from urllib.parse import urlencode

from motcua.engines.signing.simulators.base import (
    ILL,
    Misbehaviour,
    Order,
    Simulator,
    misbehaviour_of,
)
from motcua.kernel.web.simulated import Call, Reply, Routes, route

CLIENT_ID, PASSWORD, PIN = "motcua", "mo-phong", "123456"
SHA256 = "2.16.840.1.101.3.4.2.1"
_METHODS = ["credentials/list", "credentials/info", "credentials/authorize", "signatures/signHash"]
_ERRORS = {
    Misbehaviour.CANCELLED: ("access_denied", "The user has refused"),
    Misbehaviour.PIN_BLOCKED: ("invalid_request", "The credential is locked"),
    Misbehaviour.NO_KEY: ("invalid_request", "Invalid parameter credentialID"),
    Misbehaviour.EXPIRED: ("invalid_request", "The SAD has expired"),
    Misbehaviour.CERTIFICATE_ENDED: ("invalid_request", "The signing certificate is expired"),
    Misbehaviour.NO_CREDIT: ("access_quota", "The quota of signatures is used up"),
}
_PENDING = (
    "The previous asynchronous signature request has been accepted for processing, "
    "but the processing has not yet been completed."
)


class CloudService(Simulator):
    """``/csc/v2/…`` and ``/csc/v2/oauth2/…``. ``consents`` are codes and what was agreed to under them."""

    routes: ClassVar[Routes] = []
    password: ClassVar[str] = PASSWORD

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.consents: dict[str, dict[str, str]] = {}
        self.bound: dict[str, tuple[str, list[str]]] = {}

    def section(self, secret_file: str) -> str:
        """See :meth:`Simulator.section`."""
        return (
            f'[cloud]\nkind = "csc"\nurl = "{self.url}/csc/v2"\nclient_id = "{CLIENT_ID}"\n'
            f'client_secret_file = "{secret_file}"\nconsent = "browser"\n'
        )

    def activated(self, credential: str, hashes: list[str]) -> str:
        """Activation data for these hashes and no others, good for one use."""
        token = random.token_hex(16)
        self.bound[token] = (credential, hashes)
        return token


_routes = CloudService.routes


@route(_routes, "/csc/v2/info")
def info(service: CloudService, call: Call) -> Reply:
    """What the service offers."""
    return Reply(
        {"specs": "2.0.0.2", "name": "motcua", "methods": _METHODS, "authType": ["oauth2code", "oauth2client"]}
    )


@route(_routes, "/csc/v2/oauth2/authorize", "GET")
def authorize_page(service: CloudService, call: Call) -> Reply:
    """The page on which the signer agrees; without ``by_hand`` the signer agrees at once."""
    given = call.query
    if given.get("client_id") != CLIENT_ID or given.get("code_challenge_method") != "S256":
        return Reply("invalid_request", 400, "text/plain")
    if not service.by_hand:
        return _back(service, given)
    fields = "".join(
        f"<input type='hidden' name='{escape(name)}' value='{escape(value)}'>" for name, value in given.items()
    )
    page = (
        "<!doctype html><html lang='vi'><meta charset='utf-8'><title>Dịch vụ ký số mô phỏng</title>"
        f"<h1>Dịch vụ ký số mô phỏng</h1><p>{escape(given['description'])}</p><form method='post'>{fields}"
        "<button name='act' value='confirm'>Đồng ý ký</button> "
        "<button name='act' value='refuse'>Từ chối</button></form>"
    )
    return Reply(page, media_type="text/html; charset=utf-8")


@route(_routes, "/csc/v2/oauth2/authorize")
def authorize_pressed(service: CloudService, call: Call) -> Reply:
    """A button of that page."""
    return _back(service, call.form, refused=call.form.get("act") != "confirm")


def _back(service: CloudService, given: dict[str, str], *, refused: bool = False) -> Reply:
    answer = {"state": given["state"]}
    if refused or misbehaviour_of(given["credentialID"]) is Misbehaviour.CANCELLED:
        answer["error"] = "access_denied"
    else:
        answer["code"] = random.token_hex(16)
        service.consents[answer["code"]] = given
    return Reply("", 302, location=f"{given['redirect_uri']}?{urlencode(answer)}")


@route(_routes, "/csc/v2/oauth2/token")
def token(service: CloudService, call: Call) -> Reply:
    """A token for the service, or for what was agreed to under a code; a code is good once."""
    form = call.form
    if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, PASSWORD):
        return Reply({"error": "invalid_client"}, 401)
    if form["grant_type"] == "client_credentials":
        made = random.token_hex(16)
        service.tokens[made] = form["scope"]
        return Reply({"access_token": made, "token_type": "Bearer", "expires_in": 3600})
    agreed = service.consents.pop(form.get("code", ""), None)
    challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    expected = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
    if agreed is None or agreed["code_challenge"] != expected or agreed["redirect_uri"] != form["redirect_uri"]:
        return Reply({"error": "invalid_grant"}, 400)
    hashes = [base64.b64encode(base64.urlsafe_b64decode(f"{each}==")).decode() for each in agreed["hashes"].split(",")]
    made = service.activated(agreed["credentialID"], hashes)
    return Reply({"access_token": made, "token_type": "SAD", "expires_in": 300})


@route(_routes, "/csc/v2/credentials/list")
def credentials(service: CloudService, call: Call) -> Reply:
    """The credentials of a user; bare when the user's name ends in ``bare``."""
    if service.tokens.get(call.bearer) != "service":
        return Reply({"error": "invalid_token"}, 401)
    user = call.body["userID"]
    if user.endswith("000"):
        return Reply({"error": "invalid_request", "error_description": "Invalid parameter userID"}, 400)
    found = _credential(service, user) | {"credentialID": user}
    return Reply({"credentialIDs": [user]} | ({} if user.startswith("bare") else {"credentialInfos": [found]}))


@route(_routes, "/csc/v2/credentials/info")
def credential_info(service: CloudService, call: Call) -> Reply:
    """One credential."""
    if service.tokens.get(call.bearer) != "service":
        return Reply({"error": "invalid_token"}, 401)
    return Reply(_credential(service, call.body["credentialID"]))


def _credential(service: CloudService, user: str) -> dict[str, Any]:
    chain = [service.certificate_of(user), service.identity.authority]
    certificates = [base64.b64encode(der).decode() for der in chain]
    return {"key": {"status": "enabled"}, "cert": {"status": "valid", "certificates": certificates}, "multisign": 50}


@route(_routes, "/csc/v2/credentials/authorize")
def authorize(service: CloudService, call: Call) -> Reply:
    """Activation data for a seal, against its PIN."""
    if service.tokens.get(call.bearer) != "service":
        return Reply({"error": "invalid_token"}, 401)
    body = call.body
    if body["authData"] != [{"id": "PIN", "value": PIN}]:
        return Reply({"error": "invalid_pin", "error_description": "The PIN is not right"}, 400)
    return Reply({"SAD": service.activated(body["credentialID"], body["hashes"]), "expiresIn": 300})


@route(_routes, "/csc/v2/signatures/signHash")
def sign_hash(service: CloudService, call: Call) -> Reply:
    """Signatures, now or later, on exactly the hashes that were agreed to."""
    body = call.body
    with_sad = service.tokens.get(call.bearer) == "service"
    activation = service.bound.pop(body.get("SAD", "") if with_sad else call.bearer, None)
    if activation != (body["credentialID"], body["hashes"]) or body["hashAlgorithmOID"] != SHA256:
        return Reply({"error": "invalid_request", "error_description": "Invalid parameter SAD"}, 400)
    wanted = misbehaviour_of(body["credentialID"])
    if wanted in _ERRORS:
        return _error(wanted)
    order = Order(body["credentialID"], [base64.b64decode(each) for each in body["hashes"]], "")
    if body["operationMode"] == "A":
        return Reply({"responseID": service.ordered(order).id})
    return service.fail(wanted) if wanted in ILL else _signed(service, order)


@route(_routes, "/csc/v2/signatures/signPolling")
def polling(service: CloudService, call: Call) -> Reply:
    """How far an asynchronous request is."""
    if service.tokens.get(call.bearer) != "service":
        return Reply({"error": "invalid_token"}, 401)
    order = service.orders.get(call.body["requestID"])
    if order is None:
        return Reply({"error": "invalid_request", "error_description": "Invalid parameter requestID"}, 400)
    if order.misbehaviour in ILL:
        return service.fail(order.misbehaviour)
    if service.look(order) == "waiting":
        return Reply({"error": "invalid_request", "error_description": _PENDING}, 400)
    return _signed(service, order)


def _signed(service: CloudService, order: Order) -> Reply:
    return Reply({"signatures": [base64.b64encode(each).decode() for each in service.signatures(order)]})


def _error(wanted: Misbehaviour) -> Reply:
    error, description = _ERRORS[wanted]
    return Reply({"error": error, "error_description": description}, 400)
