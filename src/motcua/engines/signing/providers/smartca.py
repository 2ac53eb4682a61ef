"""VNPT SmartCA, the interface for service providers (``sp769``, version 1): the signer confirms in an app.

Offices sign with certificates of the type ESEAL, people with the others. The published document names the states of a
waiting signature only in part; an unknown one goes on waiting until our own time is over. Accounts that sign without
the app are of another kind (``smartca_codes``).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing import rules
from motcua.engines.signing.providers.http import (
    Answer,
    Contracted,
    chosen,
    from_base64,
    listed,
    name,
    quoted,
    refused,
    required,
    secret,
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
    Waiting,
)
from motcua.engines.signing.providers.registry import register
from motcua.engines.signing.providers.screens import screen_text
from motcua.engines.signing.providers.signatures import bare_signatures, without_roots

_ENDS = {
    "expired": (Decline.EXPIRED, Fault.TIMEOUT),
    "signer_rejected": (Decline.REFUSED, Fault.USER_CANCELLED),
    "authorize_key_failed": (Decline.FAILED, Fault.PIN_WRONG),
    "sign_failed": (Decline.FAILED, Fault.UNAVAILABLE),
    "credential_status_invalid": (Decline.FAILED, Fault.CERTIFICATE),
}


def number_question(label: Any) -> Question:
    """What services ask that know their customers by number; ``label`` says which service."""
    hint = _("Of a person the identity number, of an office the tax code.")
    return Question("user", label, hint, r"\d{9,13}(-\d{3})?")


@register("vnpt-smartca")
class SmartCa(Contracted):
    """Options: ``url`` (ending in ``/sca/sp769``), ``sp_id``, ``sp_password_file``, and ``status_by``: whether the
    state is asked for by the service's ``tran_code`` (default) or by our ``transaction_id``.
    """

    title = _("VNPT SmartCA")
    for_public = True
    shows_code = True
    asks: tuple[Question, ...] = (number_question(_("Identity number or tax code at SmartCA")),)

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.account = {"sp_id": required(options, "sp_id"), "sp_password": secret(options, "sp_password")}
        ways = {way: way for way in ("tran_code", "transaction_id")}
        self.status_by = chosen(options, "status_by", ways, "tran_code")
        self.finds_by_id = self.status_by == "transaction_id"

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """``v1/credentials/get_certificate``."""
        body = {"user_id": means.values["user"], "serial_number": "", "transaction_id": f"c-{means.holder.id}"}
        answer = self.service.post("v1/credentials/get_certificate", self.account | body)
        if code_of(answer) != 200:
            if "user" in str(answer["message"]).lower():
                return []
            raise refused(replace(answer, status=code_of(answer)), "get_certificate")
        known = listed(data_of(answer).get("user_certificates"))
        wanted = [each for each in known if isinstance(each, dict) and _is_for(each, means.holder.kind)]
        return [found for each in wanted if (found := _certificate(each))]

    def start(self, request: Request) -> Outcome:
        """``v1/signatures/sign``: all hashes in one transaction."""
        answer = self.service.post("v1/signatures/sign", self.account | self.order(request))
        if code_of(answer) == 403:
            return Declined(Decline.FAILED, "sign: 403", Fault.CERTIFICATE)
        reference = name(data_of(answer).get(self.status_by))
        if code_of(answer) != 200 or not reference:
            raise refused(replace(answer, status=code_of(answer)), "sign")
        return Waiting(reference)

    def order(self, request: Request) -> dict[str, Any]:
        """The hashes of a request, for whom, and what the signer is shown."""
        return {
            "user_id": request.means.values["user"],
            "transaction_id": str(request.id),
            "transaction_desc": screen_text(request, most=200),
            "serial_number": request.key_reference,
            "time_stamp": timezone.now().strftime("%Y%m%d%H%M%SZ"),
            "sign_files": [
                {
                    "data_to_be_signed": item.digest.hex(),
                    "doc_id": document_id(request, place),
                    "file_type": "pdf",
                    "sign_type": "hash",
                }
                for place, item in enumerate(request.items)
            ],
        }

    def poll(self, request: Request, reference: str) -> Outcome:
        """``v1/signatures/sign/{tranId}/status``."""
        if not reference and not self.finds_by_id:
            return Waiting(reference, told=False)
        reference = reference or str(request.id)
        answer = self.service.post(f"v1/signatures/sign/{quoted(reference)}/status", {})
        message = str(answer["message"] or "").strip().lower()
        if message in _ENDS:
            why, fault = _ENDS[message]
            return Declined(why, message, fault)
        signed = [each for each in listed(data_of(answer).get("signatures")) if isinstance(each, dict)]
        if code_of(answer) != 200 or message != "success" or not signed:
            return Waiting(reference)
        return signatures_in(request, signed)

    def cancel(self, request: Request, reference: str) -> None:
        """The service offers no way to withdraw: the app goes on asking until its time is over."""

    def called_back(self, body: bytes, headers: Mapping[str, str]) -> str | None:
        """The call back names our own transaction."""
        return name_in(body, "transaction_id")


def document_id(request: Request, place: int) -> str:
    """What both screens show of a document: the control code and its place in the request."""
    return f"{rules.control_code(request.id)}-{place + 1}"


def signatures_in(request: Request, signed: Sequence[Mapping[str, Any]]) -> Outcome:
    """The signatures of an answer, each by the name of its document."""
    by_document = {name(each.get("doc_id")): each.get("signature_value") for each in signed}
    values = [by_document.get(document_id(request, place)) for place in range(len(request.items))]
    return bare_signatures([from_base64(each) for each in values], len(request.items), request.certificate)


def name_in(body: bytes, field: str) -> str | None:
    """A name in a JSON object that somebody sent; None for anything else."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return name(content.get(field) if isinstance(content, dict) else None) or None


def code_of(answer: Answer) -> int:
    """The service's own status; it stands in the body, and in HTTP only when there is none."""
    code = answer["status_code"]
    return code if isinstance(code, int) else answer.status if not answer.ok else 0


def data_of(answer: Answer) -> dict[str, Any]:
    data = answer["data"]
    return data if isinstance(data, dict) else {}


def _is_for(known: dict[str, Any], kind: str) -> bool:
    return (known.get("service_type") == "ESEAL") == (kind == "office")


def _certificate(known: dict[str, Any]) -> ProvidedCertificate | None:
    der, serial = from_base64(known.get("cert_data")), name(known.get("serial_number"))
    chain = known.get("chain_data")
    intermediate = from_base64(chain.get("ca_cert")) if isinstance(chain, dict) else b""
    return ProvidedCertificate(der, without_roots([intermediate]), serial) if der and serial else None
