"""Viettel MySign: close to version 1 of the CSC interface, with a sign-in for each user and an app that confirms.

Descriptions and names of documents go out as base64 of less than 100 characters, so that a name is cut to 72 octets.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from motcua.engines.signing import rules
from motcua.engines.signing.providers.http import (
    Answer,
    Contracted,
    chosen,
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
    Request,
    Unavailable,
    Waiting,
    nothing_left_open,
)
from motcua.engines.signing.providers.registry import register
from motcua.engines.signing.providers.screens import screen_text, short_of
from motcua.engines.signing.providers.signatures import SHA256, bare_signatures, sign_algorithm, without_roots
from motcua.engines.signing.providers.smartca import name_in, number_question

SIGNED = 1
_WAITING = frozenset({0, 4000, 6000})  # asked, asked, confirmed and being signed
_ENDS = {
    4001: (Decline.EXPIRED, Fault.TIMEOUT),
    4002: (Decline.REFUSED, Fault.USER_CANCELLED),
    4004: (Decline.FAILED, Fault.UNAVAILABLE),
    4005: (Decline.FAILED, Fault.NO_CREDIT),
    13004: (Decline.FAILED, Fault.CERTIFICATE),
}
_POLLING, _CALLING_BACK = 1, 3


class _NoSuchUser(Exception):
    """The service does not know this user."""


@register("viettel-mysign")
class MySign(Contracted):
    """Options: ``url``, ``client_id``, ``client_secret_file``, ``profile_id``, and ``calls_back = true`` when the
    service was told the address of our call back (``/signing/callback/CODE/``).
    """

    title = _("Viettel MySign")
    for_public = True
    shows_code = True
    asks = (number_question(_("Identity number or tax code at MySign")),)

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.client = {"client_id": required(options, "client_id"), "client_secret": secret(options, "client_secret")}
        self.profile = required(options, "profile_id")
        self.mode = chosen(options, "calls_back", {True: _CALLING_BACK, False: _POLLING}, False)

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """``certificates/info``."""
        user = means.values["user"]
        try:
            token = self._token(user)
        except _NoSuchUser:
            return []
        body = {"profile_id": self.profile, "user_id": user, "certificates": "chain", "certInfo": True}
        answer = self.service.post("vtss/service/certificates/info", self.client | body, bearer=token)
        if not isinstance(answer.content, list):
            raise refused(answer, "certificates/info")
        return [found for each in answer.content if (found := _certificate(each))]

    def start(self, request: Request) -> Outcome:
        """``signHash``, asynchronous."""
        code = rules.control_code(request.id)
        body = {
            "credentialID": request.key_reference,
            "numSignatures": len(request.items),
            "documents": [
                {"document_id": f"{code}-{place + 1}", "document_name": _brief(item.text)}
                for place, item in enumerate(request.items)
            ],
            "hash": [to_base64(item.digest) for item in request.items],
            "hashAlgo": SHA256,
            "signAlgo": sign_algorithm(request.certificate),
            "async": self.mode,
            "description": _brief(screen_text(request, most=72)),
        }
        try:
            with nothing_left_open():
                token = self._token(request.means.values["user"])
        except _NoSuchUser:
            return Declined(Decline.FAILED, "the service does not know the user", Fault.NO_KEY)
        answer = self.service.post("vtss/service/signHash", self.client | body, bearer=token)
        if reference := name(answer["transactionId"]):
            return Waiting(reference)
        return self._ended(answer, "signHash")

    def poll(self, request: Request, reference: str) -> Outcome:
        """``requests/status``."""
        if not reference:
            return Waiting(reference, told=False)
        try:
            token = self._token(request.means.values["user"])
        except _NoSuchUser:
            return Waiting(reference)
        answer = self.service.post("vtss/service/requests/status", {"transactionId": reference}, bearer=token)
        status = _status(answer)
        if status == SIGNED:
            values = [from_base64(each) for each in listed(answer["signatures"])]
            return bare_signatures(values, len(request.items), request.certificate)
        if status in _WAITING:
            return Waiting(reference)
        return self._ended(answer, "requests/status")

    def cancel(self, request: Request, reference: str) -> None:
        """The service offers no way to withdraw: the app goes on asking until its time is over."""

    def called_back(self, body: bytes, headers: Mapping[str, str]) -> str | None:
        """The call back names the service's transaction."""
        return name_in(body, "transactionId")

    @staticmethod
    def _ended(answer: Answer, what: str) -> Declined:
        status = _status(answer)
        if status not in _ENDS:
            raise refused(answer, what)
        why, fault = _ENDS[status]
        return Declined(why, f"status {status}", fault)

    def _token(self, user: str) -> str:
        """Sign in for a user. The token would last an hour; a request is polled once a minute for a few minutes."""
        body = self.client | {"user_id": user, "profile_id": self.profile}
        answer = self.service.post("vtss/service/ras/v1/login", body)
        token = answer["access_token"]
        if isinstance(token, str) and token:
            return token
        if "user" in f"{answer['error']} {answer['error_description']}".lower():
            raise _NoSuchUser
        if answer.ok:
            raise Unavailable("login: no token")
        raise refused(answer, "login")


def _brief(text: str) -> str:
    return to_base64(short_of(text, octets=72).encode())


def _status(answer: Answer) -> int | None:
    status = answer["status"]
    try:
        return int(status)
    except (TypeError, ValueError):
        return None


def _certificate(known: Any) -> ProvidedCertificate | None:
    if not isinstance(known, dict) or not isinstance(known.get("cert"), dict):
        return None
    reference = name(known.get("credential_id"))
    der, *chain = [from_base64(each) for each in listed(known["cert"].get("certificates")) or [""]]
    return ProvidedCertificate(der, without_roots(chain), reference) if der and reference else None
