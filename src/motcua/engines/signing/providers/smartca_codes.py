"""VNPT SmartCA for integration (tích hợp, ``sp769`` version 2): password and one-time code instead of the app.

The subscriber has handed password and key of the codes to the house, which makes the code itself (RFC 6238: six
digits, 30 seconds, SHA-1, as authenticator apps do). So the key asks its holder nothing and the house asks for a proof
instead; it suits seals and series. Certificates come by version 1.
"""

import base64
import binascii
from dataclasses import replace

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.providers.http import Answer, listed, name, refused
from motcua.engines.signing.providers.interface import Decline, Declined, Fault, Outcome, Question, Request
from motcua.engines.signing.providers.registry import register
from motcua.engines.signing.providers.smartca import SmartCa, code_of, data_of, signatures_in

DIGITS, SECONDS = 6, 30
_WRONG = ("otp", "password", "mật khẩu")


@register("vnpt-smartca-codes")
class SmartCaByCodes(SmartCa):
    """Options as those of ``vnpt-smartca``, without ``status_by``."""

    title = _("VNPT SmartCA without the app")
    shows_code = False
    proof_first = True
    asks = (
        *SmartCa.asks,
        Question("password", _("Password at SmartCA"), "", r".{1,200}", secret=True),
        Question(
            "codes",
            _("Key of the one-time codes (TOTP)"),
            _("SmartCA shows it on its website as text beside the QR code."),
            r"[A-Za-z2-7 ]{16,128}={0,6}",
            secret=True,
        ),
    )

    def start(self, request: Request) -> Outcome:
        """``v2/signatures/sign`` with a fresh code, then ``v2/signatures/confirm`` with what it answers."""
        values = request.means.values
        try:
            code = one_time_code(values["codes"], at=timezone.now().timestamp())
        except ValueError:
            return Declined(Decline.FAILED, "sign: the key of the codes is not one", Fault.PIN_WRONG)
        account = self.account | {"user_id": values["user"], "password": values["password"]}
        answer = self.service.post("v2/signatures/sign", account | self.order(request) | {"otp": code})
        sad = data_of(answer).get("sad")
        if code_of(answer) != 200 or not isinstance(sad, str) or not sad:
            return _ended(answer, "sign")
        body = {"transaction_id": name(data_of(answer).get("transaction_id")) or str(request.id), "sad": sad}
        answer = self.service.post("v2/signatures/confirm", account | body)
        signed = [each for each in listed(data_of(answer).get("signatures")) if isinstance(each, dict)]
        if code_of(answer) != 200 or not signed:
            return _ended(answer, "confirm")
        return signatures_in(request, signed)


def one_time_code(key: str, *, at: float) -> str:
    """The code of a key (base32) at a moment (seconds since 1970). Raises ``ValueError`` for what is no key."""
    plain = key.replace(" ", "").rstrip("=").upper()
    try:
        raw = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except binascii.Error as error:
        raise ValueError("not base32") from error
    return TOTP(raw, DIGITS, SHA1(), SECONDS, enforce_key_length=False).generate(int(at)).decode()  # noqa: S303


def _ended(answer: Answer, what: str) -> Declined:
    """Why there is no signature. Raises ``Unavailable`` when the answer is not about the signer."""
    code, said = code_of(answer), str(answer["message"] or "").lower()
    if code == 403:
        return Declined(Decline.FAILED, f"{what}: 403", Fault.CERTIFICATE)
    if code in {400, 401} and any(word in said for word in _WRONG):
        return Declined(Decline.FAILED, f"{what}: {code}", Fault.PIN_WRONG)
    raise refused(replace(answer, status=code), what)
