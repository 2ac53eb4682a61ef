"""What the house remembers of certificates that were on hold, since authorities forget it (RFC 5280, 5.3.1)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from motcua.engines.signing.levels.statements import Statement, ended_by
from motcua.engines.signing.models import Suspension


@transaction.atomic
def note_holds(*, issuer: str, serial: str, statement: Statement) -> None:
    """Note from when certificates are on hold, and until when those were that the statement says no more of.

    ``issuer`` and ``serial`` as in ``RevocationStatement``. What an older statement says of a hold counts no more.
    """
    ended = ended_by(statement.der, listed=not serial)
    held = {f"{number:x}": each.at for number, each in ended.items() if each.suspended}
    about = Suspension.objects.filter(issuer=issuer, **({"serial": serial} if serial else {}))
    still = Q(pk__in=[])
    for number, since in held.items():
        still |= Q(serial=number, since=since)
    lifted = about.filter(until=None, said_at__lt=statement.this_update).exclude(still)
    lifted.update(until=statement.this_update, said_at=statement.this_update)
    for number, since in held.items():
        _hold(issuer, number, since, statement.this_update)


def _hold(issuer: str, serial: str, since: datetime, said_at: datetime) -> None:
    row, created = Suspension.objects.get_or_create(
        issuer=issuer, serial=serial, since=since, defaults={"said_at": said_at}
    )
    if not created and row.said_at < said_at:
        Suspension.objects.filter(pk=row.pk).update(said_at=said_at, until=None)
