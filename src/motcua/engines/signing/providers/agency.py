"""A signer of another agency, in another house of this kind: the request lies on that signer's desk until answered.

The two houses know each other by TLS and by a token that the other one issued to this one (scope ``signing:request``);
with ``client_certificate`` and ``client_key`` the other's proxy can demand a certificate as well. What is sent are the
signed attributes, the texts to show, and each document as it lacks only the signature: the signer there reads it
before they sign, and the other house checks that it is the one that the attributes digest.
"""

import time
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from motcua.engines.signing import rules
from motcua.engines.signing.providers.http import (
    TOO_MANY,
    Answer,
    Service,
    from_base64,
    listed,
    quoted,
    refused,
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
    Waiting,
)
from motcua.engines.signing.providers.registry import register
from motcua.engines.signing.providers.signatures import bare_signatures

MOST = 50
SHOW_SECONDS = 15
_ENDS = {
    "refused": (Decline.REFUSED, Fault.USER_CANCELLED),
    "cancelled": (Decline.REFUSED, Fault.USER_CANCELLED),
    "expired": (Decline.EXPIRED, Fault.TIMEOUT),
    "failed": (Decline.FAILED, Fault.UNAVAILABLE),
}


signer_question = Question(
    "signer",
    _("Signer in the other house"),
    _("The user name of the officer there, or the code of the office."),
    r"[\w.@+-]{1,150}",
)


@register("agency")
class OtherAgency(Provider):
    """Options: ``url`` (ending in ``/api/v1``), ``token_file``."""

    title = _("Signer of another agency")
    finds_by_id = True
    shows_up_to = rules.PARTNER_DOCUMENT_BYTES
    asks = (signer_question,)

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.service = Service(options)
        self.token = secret(options, "token")

    @property
    def at_once(self) -> int:
        """As many as the other house takes."""
        return MOST

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """``GET signing/certificates``."""
        answer = self.service.get("signing/certificates", bearer=self.token, signer=means.values["signer"])
        if not answer.ok or not isinstance(answer["items"], list):
            raise refused(answer, "certificates")
        return [found for each in answer["items"] if (found := certificate_of(each))]

    def start(self, request: Request) -> Outcome:
        """``POST signing/requests``. The documents follow with the questions, whose faults end nothing."""
        body = {
            "id": str(request.id),
            "signer": request.means.values["signer"],
            "certificate": request.key_reference,
            "items": [{"content": to_base64(item.content), "text": item.text} for item in request.items],
        }
        answer = self.service.post("signing/requests", body, bearer=self.token)
        if answer.status == 404 or answer["code"] == "certificate":
            return Declined(Decline.FAILED, "the other house has no such certificate", Fault.CERTIFICATE)
        if not answer.ok:
            raise refused(answer, "requests")
        return Waiting(str(request.id))

    def poll(self, request: Request, reference: str) -> Outcome:
        """``GET signing/requests/{id}``; one whose beginning was cut off has the same name."""
        answer = self.service.get(f"signing/requests/{quoted(str(request.id))}", bearer=self.token)
        state = answer["state"]
        if answer.status == 404 and answer["code"] == "not_found" and not reference:
            return Declined(Decline.FAILED, "the other house never got the request", Fault.UNAVAILABLE)
        if not answer.ok or not isinstance(state, str):
            raise refused(answer, "request")
        if state == "signed":
            contents = [from_base64(each) for each in listed(answer["signatures"])]
            return bare_signatures(contents, len(request.items), request.certificate)
        return ended(answer, state) if state in _ENDS else self._show(request, answer)

    def _show(self, request: Request, answer: Answer) -> Outcome:
        """Lay what the other house misses before its signer: all documents at first, later those that were cut off.

        One that it refuses ends the request, for its signer could never agree. What takes longer than
        :data:`SHOW_SECONDS`, or is too much for the other house now, goes on with the next question.
        """
        path, began = f"signing/requests/{quoted(str(request.id))}", time.monotonic()
        for shown, number in enumerate(listed(answer["missing"])):
            if shown and time.monotonic() - began >= SHOW_SECONDS:
                break
            if number not in range(len(request.items)) or not (content := request.items[number].open()):
                break
            told = self.service.upload(
                f"{path}/documents/{number}",
                content,
                media_type="application/pdf",
                name=f"{number}.pdf",
                bearer=self.token,
            )
            if told.status == TOO_MANY:
                break
            if told.status not in {413, 422}:
                if not told.ok:
                    raise refused(told, "documents")
                continue
            self.service.delete(path, bearer=self.token)
            detail = f"the other house does not take document {number + 1}"
            return Declined(Decline.FAILED, detail, Fault.MISCONFIGURED)
        return Waiting(str(request.id))

    def cancel(self, request: Request, reference: str) -> None:
        """``DELETE signing/requests/{id}``: effective while the signer there has not agreed."""
        self.service.delete(f"signing/requests/{quoted(str(request.id))}", bearer=self.token)


def ended(answer: Answer, state: str) -> Declined:
    """How a request ended without signatures."""
    why, fault = _ENDS.get(state, _ENDS["failed"])
    told = next((each for each in Fault if each and each == answer["fault"]), fault)
    return Declined(why, f"the other house says {state}", told)


def certificate_of(known: Any) -> ProvidedCertificate | None:
    """A certificate as another house tells of it; None for what is none."""
    if not isinstance(known, dict) or not isinstance(known.get("fingerprint"), str):
        return None
    der = from_base64(known.get("certificate"))
    return ProvidedCertificate(der, from_base64(known.get("chain")), known["fingerprint"][:64]) if der else None
