"""Another installation of this kind: ``POST /api/v1/exchange/messages/{kind}/{id}`` with the message as it is."""

from concurrent.futures import Future
from contextlib import AbstractContextManager
from urllib.parse import quote

from motcua.engines.exchange import config
from motcua.engines.exchange.models import Channel
from motcua.engines.exchange.transports.http import Answer, Line
from motcua.engines.exchange.transports.interface import STORAGE, Letter, NotReached, Rejected, TryLater

_PATH = "api/v1/exchange/messages"
# The message itself is at fault; with these it is the line, or the moment.
_NOT_ALLOWED, _LATER, _DOWN, _FULL = {401, 403}, {408, 425, 500}, {404, 405, 429, 502, 503, 504}, 507


class DirectTransport:
    """Speaks with the token of the line's secret, with its client certificate, or with both."""

    def __init__(self, channel: Channel) -> None:
        self._line = Line(channel)
        token = config.secrets().secret_in(channel.secret) if channel.secret else ""
        self._headers = {"Content-Type": "application/xml"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def kept(self) -> AbstractContextManager[None]:
        """Keep the connections."""
        return self._line.kept()

    def send(self, letter: Letter) -> "Future[str]":
        """Hand the message over. The other side calls it as we do."""

        def understood(answer: Answer) -> str:
            if 200 <= answer.status < 300 and answer["message_id"] == letter.message_id:
                return letter.message_id
            raise _why(answer)

        path = f"{_PATH}/{quote(letter.kind, safe='')}/{quote(letter.message_id, safe='')}"
        return self._line.start(understood, "POST", path, headers=self._headers, content=letter.content)


def _why(answer: Answer) -> Exception:
    code, status = answer["code"], answer.status
    if status == _FULL:
        return TryLater(f"HTTP {status}", code=STORAGE)
    if status in _LATER:
        return TryLater(f"HTTP {status}")
    if status in _NOT_ALLOWED or status in _DOWN or status < 400 or not isinstance(code, str):
        return NotReached(f"HTTP {status}", unsure=False)
    return Rejected(code[:40], str(answer["detail"] or "")[:400])
