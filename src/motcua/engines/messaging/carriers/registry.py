"""The carriers of this installation: a section of ``messaging.toml`` each, by its ``kind``."""

import logging
from functools import cache

from django.conf import settings

from motcua.engines.messaging.carriers.interface import Carrier, Misconfigured
from motcua.engines.messaging.carriers.sms import SmsGateway
from motcua.engines.messaging.carriers.zalo import ZaloNotices

log = logging.getLogger(__name__)
KINDS: dict[str, type[Carrier]] = {"sms": SmsGateway, "zalo": ZaloNotices}


def carriers() -> dict[str, Carrier]:
    """The usable ones by code. One that cannot be used is named in the log and left out: mail and the house go on."""
    return _made(repr(settings.MESSAGE_CARRIERS))


@cache
def _made(_sections: str) -> dict[str, Carrier]:
    found: dict[str, Carrier] = {}
    for code, options in settings.MESSAGE_CARRIERS.items():
        try:
            kind = KINDS.get(str(options.get("kind", "")))
            if kind is None:
                raise Misconfigured(f"kind: write one of {', '.join(KINDS)}.")
            found[code] = kind(code, options)
        except Misconfigured as error:
            log.error("carrier_misconfigured", extra={"carrier": code, "error": error})
    return found
