"""A simulated mobile signature service: ETSI TS 102 204 as REST/JSON, in the way Swiss operators publish it.

The SIM signs the digest that it is given (``application/x-sha256``) and answers with a CMS without signed attributes,
or with the bare signature when the profile ends in ``#pkcs1``.
"""

import base64
from typing import Any, ClassVar

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509

from motcua.engines.signing.simulators.base import (
    ILL,
    Misbehaviour,
    Order,
    Simulator,
    misbehaviour_of,
)
from motcua.kernel.web.simulated import Call, Reply, Routes, route

AP_ID, PASSWORD = "motcua", "mo-phong"
PROFILE = "http://mssp.example/profile/digest-signature#cms"
_REASONS = {
    "105": "UNKNOWN_CLIENT",
    "208": "EXPIRED_TRANSACTION",
    "209": "OTA_ERROR",
    "401": "USER_CANCEL",
    "402": "PIN_NR_BLOCKED",
    "404": "NO_KEY_FOUND",
    "406": "PB_SIGNATURE_PROCESS",
    "104": "UNAUTHORIZED_ACCESS",
    "900": "INTERNAL_ERROR",
}
# What is found out before anybody is asked.
_AT_ONCE = frozenset({Misbehaviour.NO_KEY, Misbehaviour.BUSY, Misbehaviour.PIN_BLOCKED})


class MobileSignatureService(Simulator):
    """``/rest/service/{profile,sign,status,receipt}``."""

    routes: ClassVar[Routes] = []
    password: ClassVar[str] = PASSWORD

    def number_of(self, user: str) -> str:
        """A telephone number is nobody's identity: the certificate bears what was given for it."""
        return self.numbers.get(user, "")

    def section(self, secret_file: str) -> str:
        """See :meth:`Simulator.section`."""
        return (
            f'[sim]\nkind = "sim-pki"\nurl = "{self.url}/rest/service"\nap_id = "{AP_ID}"\n'
            f'ap_password_file = "{secret_file}"\nprofile = "{PROFILE}"\n'
        )

    def base64_signature(self, order: Order, profile: str) -> str:
        """The signature of an order in the form of its profile."""
        signature = self.signatures(order)[0]
        if not profile.endswith("#pkcs1"):
            other = order.misbehaviour is Misbehaviour.OTHER_CERTIFICATE
            certificate = self.certificate_of(order.user, other=other)
            signature = _cms(signature, certificate, profile.endswith("#attributes"))
        return base64.b64encode(signature).decode()


_post = MobileSignatureService.routes


@route(_post, "/rest/service/profile")
def profile(service: MobileSignatureService, call: Call) -> Reply:
    """MSS_ProfileQuery: the certificate of a number."""
    asked = call.body["MSS_ProfileReq"]
    if fault := _unauthorised(asked):
        return fault
    user = asked["MobileUser"]["MSISDN"]
    if user.endswith("000"):
        return _fault("105")
    certificates = [_text(service.certificate_of(user)), _text(service.identity.authority)]
    found = [{"Algorithm": "RSA", "State": "ACTIVE", "X509Certificate": certificates}]
    sim = {"MobileUserCertificate": found, "PinStatus": {"Blocked": False}, "State": "ACTIVE"}
    detail = {"ProfileQueryExtension": {"Sscds": {"Sim": sim}}}
    return _reply("MSS_ProfileResp", asked, "100", {"SignatureProfile": [PROFILE]}, detail)


@route(_post, "/rest/service/sign")
def sign(service: MobileSignatureService, call: Call) -> Reply:
    """MSS_SignatureReq, asynchronous client-server."""
    asked = call.body["MSS_SignatureReq"]
    if fault := _unauthorised(asked):
        return fault
    data, user = asked["DataToBeSigned"], asked["MobileUser"]["MSISDN"]
    if (data["MimeType"], data["Encoding"].lower()) != ("application/x-sha256", "base64"):
        return _fault("107")
    if misbehaviour_of(user) in _AT_ONCE:
        return _fault(user[-3:])
    order = Order(user, [base64.b64decode(data["Data"])], asked["DataToBeDisplayed"]["Data"])
    order.names = [asked["SignatureProfile"]]
    service.ordered(order)
    return _reply("MSS_SignatureResp", asked, "100", {"MSSP_TransID": order.id})


@route(_post, "/rest/service/status")
def status(service: MobileSignatureService, call: Call) -> Reply:
    """MSS_StatusQuery."""
    asked = call.body["MSS_StatusReq"]
    order = service.orders.get(asked["MSSP_TransID"])
    if order is None:
        return _fault("101")
    if order.misbehaviour in ILL:
        return service.fail(order.misbehaviour)
    state = service.look(order)
    if state == "waiting":
        return _reply("MSS_StatusResp", asked, "504", {})
    if state != "signed":
        return _fault(state)
    signature = {"MSS_Signature": {"Base64Signature": service.base64_signature(order, order.names[0])}}
    return _reply("MSS_StatusResp", asked, "500", signature)


@route(_post, "/rest/service/receipt")
def receipt(service: MobileSignatureService, call: Call) -> Reply:
    """MSS_Receipt: what the phone shows afterwards."""
    asked = call.body["MSS_ReceiptReq"]
    known = asked["MSSP_TransID"] in service.orders
    return _reply("MSS_ReceiptResp", asked, "100", {}) if known else _fault("101")


def _unauthorised(asked: dict[str, Any]) -> Reply | None:
    info = asked["AP_Info"]
    return None if (info["AP_ID"], info["AP_PWD"]) == (AP_ID, PASSWORD) else _fault("104")


def _reply(
    name: str, asked: dict[str, Any], code: str, more: dict[str, Any], detail: dict[str, Any] | None = None
) -> Reply:
    status = {"StatusCode": {"Value": code}, "StatusMessage": code} | ({"StatusDetail": detail} if detail else {})
    return Reply({name: {"AP_Info": {**asked["AP_Info"], "AP_PWD": ""}, "Status": status, **more}})


def _fault(code: str) -> Reply:
    """A fault; operators send it with status 500."""
    inner = {"Value": f"_{code}", "ValueNs": "http://uri.etsi.org/TS102204/v1.1.2#"}
    return Reply({"Fault": {"Code": {"Value": "Receiver", "SubCode": inner}, "Reason": _REASONS.get(code, code)}}, 500)


def _text(der: bytes) -> str:
    return base64.b64encode(der).decode()


def _cms(signature: bytes, certificate: bytes, with_attributes: bool) -> bytes:
    """A detached CMS; with attributes of its own, as profiles for sign-in make it, it fits no document."""
    parsed = asn1_x509.Certificate.load(certificate)
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber({"issuer": parsed.issuer, "serial_number": parsed.serial_number}),
            ),
            "digest_algorithm": sha256,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            "signature": signature,
        }
    )
    if with_attributes:
        signer["signed_attrs"] = cms.CMSAttributes([{"type": "content_type", "values": ["data"]}])
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [sha256],
            "encap_content_info": {"content_type": "data"},
            "certificates": [parsed],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())
