"""The key in the signer's SIM (SIM PKI): ETSI TS 102 204 mobile signatures, spoken as REST/JSON.

What the phone signs: the SHA-256 digest that we send as ``DataToBeSigned`` with the type ``application/x-sha256``;
what it shows is ``DataToBeDisplayed``. The operator's signature profile must sign that digest as it is and answer with
the bare signature (PKCS #1) or with a CMS *without* signed attributes, whose signature covers the digest of its
content, which is ours. A profile made for signing in, which signs attributes of its own, fits no document and is
refused. What Vietnamese operators speak is not published; ask for such a profile in the contract.

A SIM signs one thing at a time, so that a request holds one document; several are asked for one after another.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.http import (
    Answer,
    Service,
    from_base64,
    listed,
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
    Provider,
    Question,
    Request,
    Signed,
    Unanswered,
    Unavailable,
    Waiting,
)
from motcua.engines.signing.providers.registry import register
from motcua.engines.signing.providers.screens import screen_text
from motcua.engines.signing.providers.signatures import bare_signature, without_roots

# A SIM shows 119 characters in UCS-2, which Vietnamese needs.
SCREEN = 119
ACCEPTED, SIGNATURE, VALID_SIGNATURE, OUTSTANDING = "100", "500", "502", "504"
_NOBODY = frozenset({"105", "404", "422"})
_FAULTS = {
    "105": (Decline.FAILED, Fault.NO_KEY),
    "208": (Decline.EXPIRED, Fault.TIMEOUT),
    "209": (Decline.FAILED, Fault.UNREACHABLE),
    "401": (Decline.REFUSED, Fault.USER_CANCELLED),
    "402": (Decline.FAILED, Fault.PIN_BLOCKED),
    "403": (Decline.FAILED, Fault.PIN_BLOCKED),
    "404": (Decline.FAILED, Fault.NO_KEY),
    "406": (Decline.FAILED, Fault.BUSY),
    "422": (Decline.FAILED, Fault.CERTIFICATE),
    **dict.fromkeys(("101", "102", "103", "104", "107", "108", "109"), (Decline.FAILED, Fault.MISCONFIGURED)),
}


@register("sim-pki")
class SimPki(Provider):
    """A mobile signature service. Options: ``url``, ``ap_id``, ``ap_password_file`` (left out where the TLS client
    certificate says who we are), ``profile`` (the signature profile), ``seconds`` (how long the phone asks, 80).
    """

    title = _("Telephone (SIM PKI)")
    for_public = True
    shows_code = True
    asks = (Question("phone", _("Telephone number"), _("The number of the SIM, for example 0900000001."), r"0\d{9}"),)

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.service = Service(options)
        self.application = required(options, "ap_id")
        self.password = secret(options, "ap_password") if "ap_password_file" in options else ""
        self.profile = required(options, "profile")
        self.seconds = options.get("seconds", 80)
        if not isinstance(self.seconds, int) or not 10 <= self.seconds <= 600:
            raise Misconfigured(f"seconds = {self.seconds!r}: write a number from 10 to 600")

    @property
    def at_once(self) -> int:
        """One: see above."""
        return 1

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """MSS_ProfileQuery."""
        answer = self._ask("profile", "MSS_ProfileReq", "c", MobileUser=_user(means), Params="sscds state certs")
        code, response = _read(answer, "MSS_ProfileResp")
        if code in _NOBODY:
            return []
        if code != ACCEPTED:
            raise Unavailable(f"profile query: {code}", fault=_declined(code).fault)
        detail = _inside(response, "Status", "StatusDetail", "ProfileQueryExtension")
        known = _inside(detail, "Sscds", "Sim").get("MobileUserCertificate", detail.get("MobileUserCertificate"))
        return [found for each in listed(known) if (found := _certificate(each, self.profile))]

    def start(self, request: Request) -> Outcome:
        """MSS_SignatureReq, asynchronous client-server."""
        item = request.items[0]
        answer = self._ask(
            "sign",
            "MSS_SignatureReq",
            request.id.hex,
            MobileUser=_user(request.means),
            DataToBeSigned={
                "MimeType": "application/x-sha256",
                "Encoding": "base64",
                "Data": to_base64(item.digest),
            },
            DataToBeDisplayed=_text(screen_text(request, most=SCREEN)),
            SignatureProfile=self.profile,
            AdditionalServices=[
                {"Description": "http://mss.ficom.fi/TS102204/v1.0.0#userLang", "UserLang": {"Value": "vi"}}
            ],
            MessagingMode="asynchClientServer",
            TimeOut=str(self.seconds),
        )
        code, response = _read(answer, "MSS_SignatureResp")
        reference = name(response.get("MSSP_TransID"))
        if code == ACCEPTED and reference:
            return Waiting(reference)
        return self._outcome(request, code, response, reference)

    def poll(self, request: Request, reference: str) -> Outcome:
        """MSS_StatusQuery."""
        if not reference:
            return Waiting(reference, told=False)
        answer = self._ask("status", "MSS_StatusReq", request.id.hex, MSSP_TransID=reference)
        code, response = _read(answer, "MSS_StatusResp")
        return self._outcome(request, code, response, reference)

    def cancel(self, request: Request, reference: str) -> None:
        """The standard knows no way to withdraw a request: the phone goes on asking until its time is over."""

    def _outcome(self, request: Request, code: str, response: dict[str, Any], reference: str) -> Outcome:
        if code == OUTSTANDING:
            return Waiting(reference)
        if code not in {SIGNATURE, VALID_SIGNATURE}:
            return _declined(code)
        content = from_base64(_inside(response, "MSS_Signature").get("Base64Signature"))
        outcome = bare_signature(content, request.certificate)
        if isinstance(outcome, Signed):
            self._receipt(request, reference)
        return outcome

    def _receipt(self, request: Request, reference: str) -> None:
        """Let the phone say that the signature has arrived; nothing depends on it."""
        try:
            self._ask(
                "receipt",
                "MSS_ReceiptReq",
                request.id.hex,
                MobileUser=_user(request.means),
                MSSP_TransID=reference,
                Status={"StatusCode": {"Value": ACCEPTED}, "StatusMessage": "REQUEST_OK"},
                Message=_text(gettext("The signature has been received.")),
            )
        except Unavailable:
            return

    def _ask(self, operation: str, message: str, transaction: str, **content: Any) -> Answer:
        info = {
            "AP_ID": self.application,
            "AP_PWD": self.password,
            "AP_TransID": f"m{transaction}",
            "Instant": timezone.now().isoformat(timespec="milliseconds"),
        }
        body = {"MajorVersion": "1", "MinorVersion": "1", "AP_Info": info, **content}
        return self.service.post(operation, {message: body})


def _text(text: str) -> dict[str, str]:
    return {"MimeType": "text/plain", "Encoding": "UTF-8", "Data": text}


def _user(means: Means) -> dict[str, str]:
    return {"MSISDN": "84" + means.values["phone"].removeprefix("0")}


def _read(answer: Answer, message: str) -> tuple[str, dict[str, Any]]:
    """The code of an answer and its content. A fault comes with HTTP status 500, but it comes."""
    fault = _inside(answer.content, "Fault")
    if fault:
        value = str(_inside(fault, "Code", "SubCode").get("Value", ""))
        code = re.sub(r"\D", "", value)
        if code in {"", "900"}:
            raise Unanswered("fault 900")
        return code, {}
    response = _inside(answer.content, message)
    status = _inside(response, "Status", "StatusCode").get("Value")
    if not answer.ok or status is None:
        raise refused(answer, message)
    return str(status), response


def _declined(code: str) -> Declined:
    why, fault = _FAULTS.get(code, (Decline.FAILED, Fault.UNAVAILABLE))
    return Declined(why, f"fault {code[:6]}", fault)


def _inside(content: Any, *path: str) -> dict[str, Any]:
    for step in path:
        content = content.get(step) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}


def _certificate(known: Any, profile: str) -> ProvidedCertificate | None:
    """An active certificate of the SIM with its chain, the root left out."""
    if not isinstance(known, dict) or known.get("State", "ACTIVE") != "ACTIVE":
        return None
    der, *chain = [from_base64(each) for each in listed(known.get("X509Certificate")) or [""]]
    return ProvidedCertificate(der, without_roots(chain), profile[:200]) if der else None
