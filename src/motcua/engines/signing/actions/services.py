"""Remote signing services, each for itself: asked about what waits there, and let rest while it does not answer."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from motcua.engines.signing import rules
from motcua.engines.signing.models import ServiceStanding
from motcua.engines.signing.providers.interface import Fault, Unavailable

log = logging.getLogger(__name__)


@contextmanager
def asking(provider: str, at: datetime) -> Iterator[Callable[[], None]]:
    """Ask a service in here, and call what this gives when it has answered. A failure is noted by itself.

    Raises :class:`Unavailable` at once while the service rests. To refuse us is no failure: it costs nobody's time.
    """
    standing = ServiceStanding.objects.filter(provider=provider).first()
    if standing is not None and standing.rests_until is not None and at < standing.rests_until:
        raise Unavailable("the service rests")
    failing = standing is not None and standing.failures > 0
    try:
        yield lambda: _note_answer(provider) if failing else None
    except Unavailable as error:
        if error.fault is Fault.UNAVAILABLE:
            _note_failure(provider, error, at)
        raise


@transaction.atomic
def _note_failure(provider: str, error: Unavailable, at: datetime) -> None:
    ServiceStanding.objects.get_or_create(provider=provider)
    standing = ServiceStanding.objects.select_for_update().get(provider=provider)
    standing.failures += 1
    standing.failing_since = standing.failing_since or at
    standing.rests_until = rules.rest_until(failures=standing.failures, at=at)
    standing.last_error = str(error)[:200]
    standing.save()
    if standing.rests_until is not None:
        log.warning("signing_service_rests", extra={"provider": provider, "reason": error})


def _note_answer(provider: str) -> None:
    ServiceStanding.objects.filter(provider=provider).update(
        failures=0, failing_since=None, rests_until=None, last_error=""
    )
