"""A simulated provider of electronic identities (VNeID-like): OpenID Connect with a page on which anybody is anyone.

Written apart from the house's own half of the protocol, so that a mistake there shows. It misbehaves on request.
"""

import base64
import hashlib
import secrets
import time
from enum import StrEnum
from html import escape
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

from motcua.kernel.web.simulated import Call, HttpService, Reply

CLIENT, SECRET = "motcua-mo-phong", "bi-mat-mo-phong"
PROVEN = "2"  # acr of an identity whose document was seen


class Misbehaviour(StrEnum):
    """What is wrong with the token that it gives."""

    WRONG_KEY = "wrong-key"
    WRONG_NONCE = "wrong-nonce"
    WRONG_AUDIENCE = "wrong-audience"
    WRONG_ISSUER = "wrong-issuer"
    EXPIRED = "expired"
    UNSIGNED = "unsigned"
    DOWN = "down"


class IdentityService(HttpService):
    """``people`` maps an identity number to a name; ``level`` is the ``acr`` that it vouches for."""

    def __init__(self, *, level: str = PROVEN) -> None:
        super().__init__()
        self.level = level
        self.misbehaviour: Misbehaviour | None = None
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"}, private=True)
        self.codes: dict[str, dict[str, str]] = {}

    def section(self, secret_file: str) -> str:
        """The section of ``identity.toml`` that uses this provider."""
        return (
            f'[vneid]\ntitle = "Định danh điện tử (mô phỏng)"\nissuer = "{self.url}"\nclient_id = "{CLIENT}"\n'
            f'client_secret_file = "{secret_file}"\nlevels = ["{PROVEN}"]\n'
        )

    def answer(self, method: str, call: Call) -> Reply:
        """What is answered to a request."""
        self.calls.append(call)
        if self.misbehaviour is Misbehaviour.DOWN:
            return Reply("Service Unavailable", 503, "text/plain")
        if call.path == "/.well-known/openid-configuration":
            return Reply(
                {
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "jwks_uri": f"{self.url}/keys",
                }
            )
        if call.path == "/keys":
            return Reply({"keys": [self.key.as_dict(private=False)]})
        if call.path == "/authorize":
            return self._page(call) if method == "GET" else self._signed_in(call)
        return self._tokens(call) if call.path == "/token" else Reply({"error": "not_found"}, 404)

    def _page(self, call: Call) -> Reply:
        kept = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in call.query.items())
        return Reply(
            "<!doctype html><html lang='vi'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
            "<title>Định danh mô phỏng</title><h1>Định danh điện tử mô phỏng</h1>"
            "<form method='post' action='/authorize'>"
            f"{kept}<p><label>Số định danh <input name='number' value='001099000001'></label></p>"
            "<p><label>Họ và tên <input name='name' value='Lê Văn Mẫu'></label></p>"
            "<button name='act' value='yes'>Đồng ý</button> <button name='act' value='no'>Từ chối</button></form>",
            media_type="text/html; charset=utf-8",
        )

    def _signed_in(self, call: Call) -> Reply:
        asked = call.form
        if asked.get("client_id") != CLIENT or asked.get("code_challenge_method") != "S256":
            return Reply({"error": "invalid_request"}, 400)
        told = {"state": asked["state"]}
        if asked.get("act") == "no":
            told["error"] = "access_denied"
        else:
            told["code"] = secrets.token_urlsafe(16)
            self.codes[told["code"]] = asked
        return Reply("", 302, location=f"{asked['redirect_uri']}?{urlencode(told)}")

    def _tokens(self, call: Call) -> Reply:
        credentials = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(call.form.get("code", ""), None)
        digest = hashlib.sha256(call.form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            call.headers.get("authorization") != f"Basic {credentials}"
            or asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != call.form.get("redirect_uri")
        ):
            return Reply({"error": "invalid_grant"}, 400)
        return Reply({"token_type": "Bearer", "access_token": secrets.token_hex(8), "id_token": self._token(asked)})

    def _token(self, asked: dict[str, str]) -> str:
        now, how = int(time.time()), self.misbehaviour
        claims: dict[str, Any] = {
            "iss": "https://other.example" if how is Misbehaviour.WRONG_ISSUER else self.url,
            "aud": "somebody" if how is Misbehaviour.WRONG_AUDIENCE else CLIENT,
            "sub": hashlib.sha256(asked["number"].encode()).hexdigest()[:24],
            "nonce": "another" if how is Misbehaviour.WRONG_NONCE else asked["nonce"],
            "iat": now - 7200 if how is Misbehaviour.EXPIRED else now,
            "exp": now - 3600 if how is Misbehaviour.EXPIRED else now + 300,
            "acr": self.level,
            "name": asked["name"],
            "identity_number": asked["number"],
        }
        if how is Misbehaviour.UNSIGNED:
            head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            signed = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
            return f"{head}.{signed.split('.')[1]}."
        key = RSAKey.generate_key(2048, {"kid": str(self.key.kid)}) if how is Misbehaviour.WRONG_KEY else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)
