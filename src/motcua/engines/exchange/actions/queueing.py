"""Messages are put on their way."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.exchange.actions.recording import tell
from motcua.engines.exchange.kinds import Wanted
from motcua.engines.exchange.models import Outgoing, Partner
from motcua.kernel.errors import Refused

log = logging.getLogger(__name__)


class Unroutable(Refused):
    """There is no line to an agency for such a message."""

    default_code = "unroutable"


@transaction.atomic
def send(wanted: Sequence[Wanted], *, at: datetime) -> list[Outgoing]:
    """Put messages on their way, in this order; what is on its way already stays so.

    Raises :class:`Unroutable` for the first that has no line.
    """
    partners = _partners(wanted)
    for each in wanted:
        if not _is_routable(each, partners):
            text = _("Messages of this kind cannot be sent to %(partner)s: no line is set up for them.")
            raise Unroutable(text % {"partner": each.partner}, field="partner")
    return _queue(wanted, partners, at)


@transaction.atomic
def send_where_possible(wanted: Sequence[Wanted], *, at: datetime) -> list[Wanted]:
    """Put messages on their way; returns those that have no line, which are told as ``exchange.unroutable``."""
    partners = _partners(wanted)
    lost = [each for each in wanted if not _is_routable(each, partners)]
    _queue([each for each in wanted if each not in lost], partners, at)
    for each in lost:
        log.warning("exchange_unroutable", extra={"partner": each.partner, "kind": each.kind})
        tell(each.partner, "unroutable", at=at, message_kind=each.kind, about=each.about)
    return lost


def _partners(wanted: Iterable[Wanted]) -> dict[str, Partner]:
    codes = {each.partner for each in wanted}
    return {each.code: each for each in Partner.objects.select_related("channel").filter(code__in=codes)}


def _is_routable(wanted: Wanted, partners: dict[str, Partner]) -> bool:
    partner = partners.get(wanted.partner)
    return partner is not None and partner.is_active and wanted.kind in partner.channel.kinds


def _queue(wanted: Sequence[Wanted], partners: dict[str, Partner], at: datetime) -> list[Outgoing]:
    made = [
        Outgoing(
            partner=partners[each.partner],
            channel=partners[each.partner].channel,
            kind=each.kind,
            about=each.about[:200],
            key=each.key,
            sender=each.sender,
            next_at=at,
            queued_at=at,
        )
        for each in wanted
    ]
    return Outgoing.objects.bulk_create(made, ignore_conflicts=True)
