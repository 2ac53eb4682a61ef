"""An axis in the provincial shape: ``/v1/sendEdoc``, ``syncReceivedEdocList``, ``getEdoc``, ``updateStatus``, …

Every agency of this house has an account there (``X-SystemId``, ``X-SecretKey``). Answers are
``{success, message, docId | data}``, with ``errorCode`` for what is refused. An axis that wants a session of an
administrator besides is not supported.
"""

import base64
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from motcua.engines.exchange import config
from motcua.engines.exchange.edxml.values import from_date
from motcua.engines.exchange.models import Account, Channel
from motcua.engines.exchange.transports.http import Answer, Line
from motcua.engines.exchange.transports.interface import ACCOUNT_FAULT, Letter, NotReached, Rejected, TryLater
from motcua.engines.signing.errors import Misconfigured

# No file, no such receiver, a file that cannot be worked on, no edXML, a receiver that is closed: refused for good.
REFUSED = frozenset({"10", "18", "21", "22", "23"})
# Wrong account, a sender that is not registered: the message waits until that is mended.
ACCOUNT = frozenset({"15", "19"})
_NOT_ALLOWED = {401, 403}
MAX_DOCUMENT = 140 * 1024 * 1024  # a message of 100 MB as base64
WAITING = "initial"


@dataclass(frozen=True)
class Listed:
    """A message that waits at the axis."""

    message_id: str
    sender: str


class AxisTransport:
    """The axis of a line. ``senders`` are the accounts in whose name messages may be handed over."""

    def __init__(self, channel: Channel, *, senders: Sequence[Account] = ()) -> None:
        self._channel = channel
        self._senders = senders
        self._line = Line(channel)

    def kept(self) -> AbstractContextManager[None]:
        """Keep the connections."""
        return self._line.kept()

    def send(self, letter: Letter) -> "Future[str]":
        """``POST /v1/sendEdoc``; the result is the axis's ``docId``."""
        account = self._account(letter.sender)
        name = "status.edxml" if letter.is_status else "document.edxml"
        return self._line.start(
            _named,
            "POST",
            "v1/sendEdoc",
            headers=_headers(account),
            files={"edocFile": (name, letter.content, "application/xml")},
            data={"messageType": _type(is_status=letter.is_status)},
        )

    def listed(self, account: Account, *, is_status: bool, since: date, until: date) -> list[Listed]:
        """``GET /v1/syncReceivedEdocList``: what waits for an agency. Raises as :meth:`send`."""
        params = {
            "messageType": _type(is_status=is_status),
            "fromDate": from_date(since),
            "toDate": from_date(until),
        }
        answer = self._line.ask("GET", "v1/syncReceivedEdocList", headers=_headers(account), params=params)
        return list(_listed(_checked(answer)))

    def document(self, account: Account, message_id: str) -> bytes:
        """``GET /v1/getEdoc``: a message. Raises as :meth:`send`."""
        params = {"docId": message_id}
        answer = self._line.ask("GET", "v1/getEdoc", headers=_headers(account), params=params, most=MAX_DOCUMENT)
        found = _checked(answer)
        text = found.get("edxml") if isinstance(found, dict) else None
        if not isinstance(text, str):
            raise Rejected("empty", "the axis gives no message")
        return _plain(text)

    def settle(self, account: Account, message_id: str, *, is_taken: bool) -> None:
        """``POST /v1/updateStatus``: tell the axis what became of a message. Raises as :meth:`send`."""
        told = {"docId": message_id, "status": "done" if is_taken else "fail"}
        _checked(self._line.ask("POST", "v1/updateStatus", headers=_headers(account), json=told))

    def agencies(self) -> list[tuple[str, str]]:
        """``GET /v1/getAgenciesList``: codes and names, asked for by one of this house. Raises as :meth:`send`."""
        account = Account.objects.filter(channel=self._channel).order_by("code").first()
        if account is None or self._channel.kind != Channel.Kind.AXIS:
            raise Misconfigured("no agency of this house has an account at an axis of this name")
        answer = self._line.ask("GET", "v1/getAgenciesList", headers=_headers(account), params={}, most=MAX_DOCUMENT)
        rows = _checked(answer)
        pairs = ((each.get("id"), each.get("name")) for each in rows if isinstance(each, dict))
        return [(code, name) for code, name in pairs if isinstance(code, str) and isinstance(name, str)]

    def _account(self, sender: str) -> Account:
        found = next((each for each in self._senders if each.code == sender), None)
        if found is None and not sender and len(self._senders) == 1:
            found = self._senders[0]
        if found is None:
            raise Misconfigured(f"{sender or 'the sender'} has no account at this axis")
        return found


def _named(answer: Answer) -> str:
    found = _checked(answer)
    named = answer["docId"] or (found.get("docId") if isinstance(found, dict) else None)
    if not isinstance(named, str) or not named:
        raise NotReached("the axis names no docId", unsure=True)
    return named[:100]


def _plain(text: str) -> bytes:
    """The message, which some give as it is and some as base64."""
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return text.encode()
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise Rejected("base64", "the message is neither XML nor base64") from error


def _headers(account: Account) -> dict[str, str]:
    return {"X-SystemId": account.system, "X-SecretKey": config.secrets().secret_in(account.secret)}


def _type(*, is_status: bool) -> str:
    return "status" if is_status else "edoc"


def _checked(answer: Answer) -> Any:
    """The data of an answer. Raises :class:`Rejected`, :class:`TryLater` and :class:`NotReached`.

    Some axes tell a wrong account by HTTP alone; it must not pass for an outage, which stops the others, too.
    """
    data = answer["data"]
    code = data.get("errorCode") if isinstance(data, dict) else answer["errorCode"]
    if 200 <= answer.status < 300 and answer["success"] is True:
        return data if data is not None else {}
    if isinstance(code, str) and code in REFUSED:
        said = (data.get("errorDesc") if isinstance(data, dict) else None) or answer["message"] or ""
        raise Rejected(code, str(said)[:400])
    if code in ACCOUNT or answer.status in _NOT_ALLOWED:
        told = f"code {code}" if code in ACCOUNT else f"HTTP {answer.status}"
        raise TryLater(f"the axis does not accept the account ({told})", code=ACCOUNT_FAULT)
    raise NotReached(f"HTTP {answer.status}, code {str(code)[:20]}", unsure=answer.status >= 500)


def _listed(rows: Any) -> Iterator[Listed]:
    for each in rows if isinstance(rows, list) else []:
        if isinstance(each, dict) and isinstance(each.get("docId"), str) and each.get("status") == WAITING:
            yield Listed(each["docId"][:100], str(each.get("from", ""))[:40])
