"""A simulated VNPT SmartCA (``sp769``, version 1). The app confirms; a call back may follow."""

import base64
from typing import Any, ClassVar

from motcua.engines.signing.simulators.base import (
    ILL,
    Misbehaviour,
    Order,
    Simulator,
    misbehaviour_of,
)
from motcua.kernel.web.simulated import Call, Reply, Routes, route

SP_ID, PASSWORD = "motcua.apps.example", "mo-phong"
_MESSAGES = {
    Misbehaviour.EXPIRED: "EXPIRED",
    Misbehaviour.CANCELLED: "SIGNER_REJECTED",
    Misbehaviour.PIN_BLOCKED: "AUTHORIZE_KEY_FAILED",
}


class SmartCaService(Simulator):
    """``/sca/sp769/v1/…``."""

    routes: ClassVar[Routes] = []
    password: ClassVar[str] = PASSWORD

    def section(self, secret_file: str) -> str:
        """See :meth:`Simulator.section`."""
        return (
            f'[smartca]\nkind = "vnpt-smartca"\nurl = "{self.url}/sca/sp769"\nsp_id = "{SP_ID}"\n'
            f'sp_password_file = "{secret_file}"\n'
        )

    def callback_body(self, order: Order) -> dict[str, Any]:
        """See :meth:`Simulator.callback_body`."""
        return {"sp_id": SP_ID, "status_code": 200, "message": "SUCCESS", "transaction_id": order.ours}


@route(SmartCaService.routes, "/sca/sp769/v1/credentials/get_certificate")
def get_certificate(service: SmartCaService, call: Call) -> Reply:
    """The certificates of a subscriber: one of a person, one of an office."""
    if denied := refused(call):
        return denied
    user = call.body["user_id"]
    if user.endswith("000"):
        return said(401, "user_id is not valid")
    found = [
        _listed(service, "SMARTCA", service.certificate_of(user), f"5401{user}"),
        _listed(service, "ESEAL", service.certificate_of(f"{user} (con dấu)"), f"5402{user}"),
    ]
    return said(200, "Success", {"user_certificates": found})


@route(SmartCaService.routes, "/sca/sp769/v1/signatures/sign")
def sign(service: SmartCaService, call: Call) -> Reply:
    """An order; the app is told."""
    if denied := refused(call):
        return denied
    body = call.body
    if misbehaviour_of(body["user_id"]) is Misbehaviour.CERTIFICATE_ENDED:
        return said(403, "CREDENTIAL_STATUS_INVALID")
    files = body["sign_files"]
    if any(each["sign_type"] != "hash" for each in files):
        return said(400, "BAD_REQUEST")
    order = Order(
        user=body["user_id"],
        digests=[bytes.fromhex(each["data_to_be_signed"]) for each in files],
        text=body["transaction_desc"],
        names=[each["doc_id"] for each in files],
        ours=body["transaction_id"],
    )
    service.ordered(order)
    return said(200, "sig_wait_for_user_confirm", {"transaction_id": order.ours, "tran_code": order.id})


@route(SmartCaService.routes, "/sca/sp769/v1/signatures/sign/([^/]+)/status")
def status(service: SmartCaService, call: Call) -> Reply:
    """How far an order is, by either of its names."""
    order = next((each for each in service.orders.values() if call.parts[0] in {each.id, each.ours}), None)
    if order is None:
        return said(400, "BAD_REQUEST")
    if order.misbehaviour in ILL:
        return service.fail(order.misbehaviour)
    state = service.look(order)
    if state == "waiting":
        return said(200, "sig_wait_for_user_confirm", {"transaction_id": order.ours})
    if state != "signed":
        return said(200, _MESSAGES.get(Misbehaviour(state), "SIGN_FAILED"), {"transaction_id": order.ours})
    listed = [
        {"doc_id": name, "signature_value": base64.b64encode(value).decode(), "timestamp_signature": None}
        for name, value in zip(order.names, service.signatures(order), strict=True)
    ]
    return said(200, "SUCCESS", {"transaction_id": order.ours, "signatures": listed[::-1]})


def refused(call: Call) -> Reply | None:
    """The answer to a caller that is not the service provider."""
    known = (call.body["sp_id"], call.body["sp_password"]) == (SP_ID, PASSWORD)
    return None if known else said(401, "SP_CREDENTIAL_INVALID")


def _listed(service: SmartCaService, kind: str, der: bytes, serial: str) -> dict[str, Any]:
    chain = {"ca_cert": base64.b64encode(service.identity.authority).decode(), "root_cert": None}
    data = base64.encodebytes(der).decode().replace("\n", "\r\n")
    return {"service_type": kind, "serial_number": serial, "cert_data": data, "chain_data": chain}


def said(code: int, message: str, data: dict[str, Any] | None = None) -> Reply:
    """An answer in the shape that all have."""
    return Reply({"status_code": code, "message": message, "data": data})
