"""A simulated VNPT SmartCA for integration (``sp769``, version 2): password and one-time code instead of the app."""

import base64
import time
from typing import ClassVar

from motcua.engines.signing.providers.smartca_codes import SECONDS, one_time_code
from motcua.engines.signing.simulators.base import ILL, Misbehaviour, Order
from motcua.engines.signing.simulators.smartca import SP_ID, SmartCaService, refused, said
from motcua.kernel.web.simulated import Call, Reply, Routes, route

# Every subscriber's; the number that stands for a blocked PIN has another password.
SUBSCRIBER_PASSWORD, KEY = "mat-khau-mo-phong", "MOTCUAMOTCUAMOTC"


class SmartCaCodesService(SmartCaService):
    """``/sca/sp769/v2/…``, and certificates by version 1."""

    routes: ClassVar[Routes] = [*SmartCaService.routes]

    def section(self, secret_file: str) -> str:
        """See :meth:`Simulator.section`."""
        return (
            f'[smartca-codes]\nkind = "vnpt-smartca-codes"\nurl = "{self.url}/sca/sp769"\nsp_id = "{SP_ID}"\n'
            f'sp_password_file = "{secret_file}"\n'
        )


@route(SmartCaCodesService.routes, "/sca/sp769/v2/signatures/sign")
def sign(service: SmartCaCodesService, call: Call) -> Reply:
    """An order; the answer must come back to confirm it."""
    body = call.body
    if denied := refused(call):
        return denied
    order = Order(
        user=body["user_id"],
        digests=[bytes.fromhex(each["data_to_be_signed"]) for each in body["sign_files"]],
        text=body["transaction_desc"],
        names=[each["doc_id"] for each in body["sign_files"]],
        ours=body["transaction_id"],
    )
    known = body["password"] == SUBSCRIBER_PASSWORD and order.misbehaviour is not Misbehaviour.PIN_BLOCKED
    if not known or body["otp"] not in _codes():
        return said(401, "Password or OTP is not valid")
    if order.misbehaviour is Misbehaviour.CERTIFICATE_ENDED:
        return said(403, "CREDENTIAL_STATUS_INVALID")
    service.ordered(order)
    if order.misbehaviour in ILL:
        return service.fail(order.misbehaviour)
    data = {"transaction_id": order.ours, "tran_code": order.id, "sad": f"sad-{order.id}", "expired_in": 299}
    return said(200, "sig_wait_for_user_confirm", data)


@route(SmartCaCodesService.routes, "/sca/sp769/v2/signatures/confirm")
def confirm(service: SmartCaCodesService, call: Call) -> Reply:
    """The signatures, once."""
    if denied := refused(call):
        return denied
    order = service.orders.pop(call.body["sad"].removeprefix("sad-"), None)
    if order is None or order.ours != call.body["transaction_id"] or call.body["password"] != SUBSCRIBER_PASSWORD:
        return said(400, "BAD_REQUEST")
    signatures = [
        {"doc_id": name, "signature_value": base64.b64encode(value).decode(), "timestamp_signature": None}
        for name, value in zip(order.names, service.signatures(order), strict=True)
    ]
    return said(200, "Success", {"transaction_id": order.ours, "expired_in": 299, "signatures": signatures[::-1]})


def _codes() -> set[str]:
    """The codes of now, of before and of after: clocks differ."""
    return {one_time_code(KEY, at=time.time() + shift) for shift in (-SECONDS, 0, SECONDS)}
