"""SMS under a registered sender (tin nhắn thương hiệu) through an operator's HTTP gateway.

Operators have no common protocol. This one is small: ``POST {url}`` with a bearer token and ``{"sender", "phone",
"message", "reference"}`` answers ``{"status": "accepted" | "rejected" | "busy", "id", "reason"}``; ``reference`` is
sent once. Another operator's is another class.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from motcua.engines.messaging.carriers.interface import Carrier, NotTaken, Text
from motcua.engines.messaging.rules import plain_letters

LONGEST = 306  # two parts of 153 letters; with diacritics the same text takes three times as many


class SmsGateway(Carrier):
    """``url``, ``sender`` (the registered name), ``token_file``."""

    title = gettext_lazy("SMS")
    reaches_anyone = True

    def __init__(self, code: str, options: Mapping[str, Any]) -> None:
        super().__init__(code, options)
        self._sender, self._token = self.required("sender"), self.secret("token")

    def send(self, text: Text) -> str:
        """See :meth:`Carrier.send`."""
        message = f"{plain_letters(text.subject)[: LONGEST - len(text.url) - 1]} {text.url}".strip()
        told = self.post(
            self.url,
            json={"sender": self._sender, "phone": text.phone, "message": message, "reference": text.key},
            headers={"Authorization": f"Bearer {self._token}"},
        )
        if told.get("status") == "accepted":
            return str(told.get("id", ""))[:80]
        raise NotTaken(str(told.get("reason") or told.get("status"))[:200], final=told.get("status") == "rejected")
