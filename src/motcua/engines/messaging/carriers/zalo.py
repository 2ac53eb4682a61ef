"""Zalo Notification Service: a message under a registered template to the Zalo account of a telephone number.

``POST {url}/message/template`` with ``access_token`` and ``{phone, template_id, template_data, tracking_id}`` answers
``{error, message, data: {msg_id}}``, 0 for success. Access tokens hold about a day; ``POST {token_url}`` gives the
next one for a refresh token that may be used once, so the newest stands in the database.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone
from django.utils.translation import gettext_lazy

from motcua.engines.messaging.carriers.interface import Carrier, Misconfigured, NotTaken, Text
from motcua.engines.messaging.hands import in_hand
from motcua.engines.messaging.models import CarrierToken
from motcua.kernel.web.outgoing import is_safe
from motcua.people.accounts.sealing import seal, unseal

TOKEN_ENDED = -124
# No such number, not on Zalo, does not want such messages, wrong template: it will not be otherwise in an hour.
FINAL = frozenset({-108, -114, -118, -119, -131, -139, -140})
EARLY = timedelta(minutes=5)


class ZaloNotices(Carrier):
    """``url``, ``token_url``, ``app_id``, ``template``, ``secret_key_file``, ``refresh_token_file`` (the first)."""

    title = gettext_lazy("Zalo")

    def __init__(self, code: str, options: Mapping[str, Any]) -> None:
        super().__init__(code, options)
        self._token_url, self._app = self.required("token_url"), self.required("app_id")
        if not is_safe(self._token_url):
            raise Misconfigured("token_url: write an https:// address (http:// only on this machine).")
        self._template, self._key = self.required("template"), self.secret("secret_key")

    def send(self, text: Text) -> str:
        """See :meth:`Carrier.send`. A token that has ended before its time is changed once."""
        told = self._told(text, self._access())
        if told.get("error") == TOKEN_ENDED:
            told = self._told(text, self._access(renew=True))
        error = told.get("error")
        if error == 0 and isinstance(told.get("data"), dict):
            return str(told["data"].get("msg_id", ""))[:80]
        raise NotTaken(f"{error}: {told.get('message', '')}"[:200], final=error in FINAL)

    def _told(self, text: Text, access: str) -> Mapping[str, Any]:
        content = {
            "phone": text.phone,
            "template_id": self._template,
            "template_data": {"noi_dung": text.subject[:200], "duong_dan": text.url},
            "tracking_id": text.key,
        }
        return self.post(f"{self.url}/message/template", json=content, headers={"access_token": access})

    def _access(self, *, renew: bool = False) -> str:
        known = CarrierToken.objects.filter(pk=self.code).first()
        if known is not None and not renew and known.expires_at > timezone.now() + EARLY:
            return unseal(known.access).decode()
        with in_hand(uuid5(NAMESPACE_URL, f"zalo:{self.code}:{self._app}")) as alone:
            if not alone:  # a refresh token may be used once
                raise NotTaken("the token is being renewed", final=False)
            return self._renewed(unseal(known.refresh).decode() if known else self.secret("refresh_token"))

    def _renewed(self, refresh: str) -> str:
        asked = {"refresh_token": refresh, "app_id": self._app, "grant_type": "refresh_token"}
        told = self.post(self._token_url, data=asked, headers={"secret_key": self._key})
        access, following, lasts = told.get("access_token"), told.get("refresh_token"), str(told.get("expires_in", ""))
        if not isinstance(access, str) or not isinstance(following, str) or not lasts.isdecimal():
            raise NotTaken("no token", final=False)
        CarrierToken.objects.update_or_create(
            carrier=self.code,
            defaults={
                "access": seal(access.encode()),
                "refresh": seal(following.encode()),
                "expires_at": timezone.now() + timedelta(seconds=int(lasts)),
            },
        )
        return access
