"""How often the same subject may do the same thing: a fixed window, counted in the database by one statement.

It holds over all processes and machines. When the database does not answer, the request fails: nothing is let
through uncounted. Call it outside a transaction, or a rollback forgets the hit.
"""

import hashlib
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.postgresql import prepared_cursor

_SPEND = """
    INSERT INTO web_ratecounter (key, window_start, hits)
    VALUES (%(key)s, to_timestamp(floor(extract(epoch FROM statement_timestamp()) / %(window)s) * %(window)s), 1)
    ON CONFLICT (key) DO UPDATE
        SET hits = CASE WHEN web_ratecounter.window_start = EXCLUDED.window_start
                        THEN web_ratecounter.hits + 1 ELSE 1 END,
            window_start = EXCLUDED.window_start
    RETURNING hits, ceil(extract(epoch FROM window_start) + %(window)s
                         - extract(epoch FROM statement_timestamp()))::int
"""


@dataclass(frozen=True)
class Hit:
    """One hit of a subject, by its key, in a window of seconds."""

    key: bytes
    window: float

    def count(self) -> tuple[int, int]:
        """How many hits the window has with this one, and the seconds that are left of it."""
        with prepared_cursor() as cursor:
            cursor.execute(_SPEND, {"key": self.key, "window": self.window})
            hits, rest = cursor.fetchone()
        return int(hits), int(rest)


_noted: ContextVar[list[Hit] | None] = ContextVar("noted", default=None)


class TooMany(Refused):
    """The limit of the window is used up; ``retry_after`` is the rest of the window in seconds."""

    status = 429
    default_code = "too_many"

    def __init__(self, retry_after: int) -> None:
        super().__init__(_("Too many attempts. Please try again in %(n)d seconds.") % {"n": retry_after})
        self.retry_after = retry_after


def spend(purpose: str, subject: str, *, limit: int, window: timedelta) -> int:
    """Count one hit of ``subject`` (an address, an account) for ``purpose``; returns how many are left.

    Raises :class:`TooMany` beyond ``limit`` hits in the window.
    """
    hit = Hit(hashlib.sha256(f"{purpose}\0{subject}".encode()).digest(), window.total_seconds())
    hits, rest = hit.count()
    if (hits_so_far := _noted.get()) is not None:
        hits_so_far.append(hit)
    if hits > limit:
        raise TooMany(max(1, rest))
    return limit - hits


@contextmanager
def noted() -> Iterator[list[Hit]]:
    """The hits within the block: who rolls back what was done there counts them again."""
    found: list[Hit] = []
    before = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(before)


def address_of(request: HttpRequest) -> str:
    """The client's address as rate limits see it; an IPv6 client is its /64 network.

    ``settings.TRUSTED_PROXIES`` says how many proxies of ours stand in front: each appends the address it saw to
    ``X-Forwarded-For``, and what stands before those is the client's own word.
    """
    address = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.TRUSTED_PROXIES
    if proxies:
        seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        address = seen[-proxies] if len(seen) >= proxies else address
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if known.version == 6 and not known.ipv4_mapped:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known.ipv4_mapped if known.version == 6 else known)
