"""What can be asked of the agent, whichever way the browser reaches it: version, certificates, signatures."""

import base64
import threading
from collections.abc import Callable
from typing import Any

from cryptography.x509.oid import NameOID

from motcua_token_agent import __version__, prompts, requests, tokens
from motcua_token_agent.errors import Code, Problem
from motcua_token_agent.questions import PinQuestion, Tries, TrustQuestion
from motcua_token_agent.requests import SignedRequest
from motcua_token_agent.settings import Settings
from motcua_token_agent.tokens import Held, Tokens, WrongPin
from motcua_token_agent.trust import Trust, now

Answer = dict[str, Any]


class Agent:
    """Answers in the words of the SCS interface (``status``, ``reasonCode``, ``reasonText``) and a ``code``."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = now) -> None:
        self.trust = Trust(settings)
        self._settings = settings
        self._tokens = Tokens(settings.modules)
        self._clock = clock
        self._one_at_a_time = threading.Lock()

    def answer(self, command: str, *, origin: str, request: object) -> Answer:
        """Carry out one command of a page; ``origin`` is what the browser says of it, never what the page says."""
        if command == "version":
            return version()
        try:
            if command not in {"certificates", "sign"} or not isinstance(request, str):
                raise Problem(Code.REQUEST_INVALID, f"command {command[:40]!r}")
            if not self._one_at_a_time.acquire(blocking=False):
                raise Problem(Code.BUSY)
            try:
                return self._carry_out(command, origin, request)
            finally:
                self._one_at_a_time.release()
        except Problem as problem:
            return failed(problem)

    def _carry_out(self, command: str, origin: str, raw: str) -> Answer:
        request = requests.read(raw)
        if request.purpose != command:
            raise Problem(Code.REQUEST_INVALID, f"a request for {request.purpose}")
        self._admit(request, origin)
        return self._certificates() if command == "certificates" else self._sign(request)

    def _admit(self, request: SignedRequest, origin: str) -> None:
        if self.trust.check(request, origin=origin, at=self._clock()):
            return
        asked = TrustQuestion(origin, request.name, request.key)
        if not self._prompt().trust(asked, self._patience(request)):
            raise Problem(Code.ORIGIN_UNKNOWN, origin)
        self.trust.learn(origin, request.key)

    def _certificates(self) -> Answer:
        return _ok(certificates=[_described(held) for held in self._tokens.certificates()])

    def _sign(self, request: SignedRequest) -> Answer:
        held = self._tokens.holding(request.certificate)
        tokens.check_validity(held, self._clock())
        signatures = self._signatures(request, held)
        chain = [held.der, *held.others]
        return _ok(
            transaction=request.transaction,
            signatures=[_text(each) for each in signatures],
            chain=[_text(der) for der in chain],
        )

    def _signatures(self, request: SignedRequest, held: Held) -> list[bytes]:
        digests = [document.digest for document in request.documents]
        wrong = False
        while True:
            tries = tokens.tries_left(held.token)
            if tries is Tries.NONE:
                raise Problem(Code.PIN_BLOCKED)
            pin = self._prompt().pin(_question(request, held, tries, wrong), self._patience(request))
            if pin is None:
                self._patience(request)
                raise Problem(Code.PIN_WRONG if wrong else Code.USER_CANCELLED)
            try:
                return tokens.sign(held, None if held.has_pin_pad else pin, digests)
            except WrongPin:
                wrong = True

    def _prompt(self) -> prompts.Prompt:
        return prompts.chosen(self._settings.prompt, self._settings.language)

    def _patience(self, request: SignedRequest) -> float:
        """Seconds until nobody waits for the answer any more. Raises :class:`Problem` when that is past."""
        left = request.expires - self._clock()
        if left <= 0:
            raise Problem(Code.REQUEST_EXPIRED)
        return left


def version() -> Answer:
    """What the agent can do; says nothing of tokens or people, for any page may ask."""
    return {
        "version": "1.1",
        "agent": "motcua-token-agent",
        "agentVersion": __version__,
        "httpMethods": "GET, POST",
        "contentTypes": "digest",
        "signatureTypes": "signature",
        "hashAlgorithms": "SHA256",
    }


def failed(problem: Problem) -> Answer:
    """The answer that tells why not."""
    return {"status": "failed", "reasonCode": 500, "reasonText": problem.detail, "code": str(problem.code)}


def _ok(**values: Any) -> Answer:
    return {"status": "ok", "reasonCode": 200, "reasonText": "", **values}


def _question(request: SignedRequest, held: Held, tries: Tries, wrong: bool) -> PinQuestion:
    titles = tuple(document.title for document in request.documents)
    subject = _common_name(held.parsed.subject)
    return PinQuestion(request.origin, request.name, titles, held.label, subject, tries, wrong, held.has_pin_pad)


def _described(held: Held) -> Answer:
    certificate = held.parsed
    return {
        "chain": [_text(der) for der in (held.der, *held.others)],
        "fingerprint": held.fingerprint,
        "token": held.label,
        "subject": _common_name(certificate.subject),
        "issuer": _common_name(certificate.issuer),
        "serial": f"{certificate.serial_number:x}",
        "validFrom": certificate.not_valid_before_utc.isoformat(),
        "validTo": certificate.not_valid_after_utc.isoformat(),
    }


def _common_name(name: Any) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value if found else name.rfc4514_string())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
