"""A simulated Viettel MySign: sign-in for each user, ``signHash``, and a state to ask for."""

import base64
import secrets as random
from typing import Any, ClassVar

from motcua.engines.signing.simulators.base import (
    ILL,
    Misbehaviour,
    Order,
    Simulator,
    misbehaviour_of,
)
from motcua.kernel.web.simulated import Call, Reply, Routes, route

CLIENT_ID, PASSWORD, PROFILE = "motcua", "mo-phong", "adss:ras:profile:001"
_STATES = {
    Misbehaviour.EXPIRED: 4001,
    Misbehaviour.CANCELLED: 4002,
    Misbehaviour.NO_CREDIT: 4005,
    Misbehaviour.CERTIFICATE_ENDED: 13004,
}


class MySignService(Simulator):
    """``/vtss/service/…``."""

    routes: ClassVar[Routes] = []
    password: ClassVar[str] = PASSWORD

    def section(self, secret_file: str) -> str:
        """See :meth:`Simulator.section`."""
        return (
            f'[mysign]\nkind = "viettel-mysign"\nurl = "{self.url}"\nclient_id = "{CLIENT_ID}"\n'
            f'client_secret_file = "{secret_file}"\nprofile_id = "{PROFILE}"\n'
        )

    def callback_body(self, order: Order) -> dict[str, Any]:
        """See :meth:`Simulator.callback_body`."""
        return {"transactionId": order.id, "status": 1}


_routes = MySignService.routes


@route(_routes, "/vtss/service/ras/v1/login")
def login(service: MySignService, call: Call) -> Reply:
    """A token for an hour."""
    if (call.body["client_id"], call.body["client_secret"]) != (CLIENT_ID, PASSWORD):
        return Reply({"error": "invalid_client"}, 401)
    if call.body["user_id"].endswith("000"):
        return Reply({"error": "access_denied", "error_description": "User not found"}, 400)
    token = random.token_hex(16)
    service.tokens[token] = call.body["user_id"]
    return Reply({"access_token": token, "token_type": "bearer", "expires_in": "3600"})


@route(_routes, "/vtss/service/certificates/info")
def certificates(service: MySignService, call: Call) -> Reply:
    """The certificates of the user."""
    user = service.tokens.get(call.bearer)
    if user is None:
        return Reply({"error": "invalid_token"}, 401)
    chain = [service.certificate_of(user), service.identity.authority]
    listed = [base64.b64encode(der).decode() for der in chain]
    return Reply([{"credential_id": f"credential-{user}", "cert": {"status": "valid", "certificates": listed}}])


@route(_routes, "/vtss/service/signHash")
def sign_hash(service: MySignService, call: Call) -> Reply:
    """An order; the app is told."""
    user, body = service.tokens.get(call.bearer), call.body
    if user is None:
        return Reply({"error": "invalid_token"}, 401)
    texts = [body["description"], *(each["document_name"] for each in body["documents"])]
    if any(len(text) >= 100 for text in texts) or body["numSignatures"] != len(body["hash"]):
        return Reply({"error": "invalid_request"}, 400)
    if misbehaviour_of(user) is Misbehaviour.NO_CREDIT:
        return Reply({"status": 4005, "message": "NO_CREDIT"}, 400)
    digests = [base64.b64decode(each, validate=True) for each in body["hash"]]
    order = Order(user, digests, base64.b64decode(body["description"]).decode())
    return Reply({"transactionId": service.ordered(order).id})


@route(_routes, "/vtss/service/requests/status")
def status(service: MySignService, call: Call) -> Reply:
    """How far an order is."""
    if call.bearer not in service.tokens:
        return Reply({"error": "invalid_token"}, 401)
    order = service.orders.get(call.body["transactionId"])
    if order is None:
        return Reply({"status": "50000", "message": "unknown transaction"}, 400)
    if order.misbehaviour in ILL:
        return service.fail(order.misbehaviour)
    state = service.look(order)
    if state == "waiting":
        return Reply({"status": "4000", "signatures": None})
    if state != "signed":
        return Reply({"status": str(_STATES.get(Misbehaviour(state), 4004)), "signatures": None})
    made = [base64.b64encode(each).decode() for each in service.signatures(order)]
    return Reply({"status": "1", "signatures": made})
