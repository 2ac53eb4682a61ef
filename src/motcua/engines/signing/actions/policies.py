"""Which means may sign what: decided by an administrator, in force from a day on."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing.actions.recording import tell
from motcua.engines.signing.models import DocumentLevel, SigningPolicy
from motcua.engines.signing.providers.registry import registry
from motcua.kernel.errors import Refused
from motcua.kernel.text.typed import written

LONGEST_SOURCE = 300


@transaction.atomic
def decide_policy(
    *,
    level: str,
    kinds: Sequence[str],
    lasting: str,
    valid_from: date,
    source: str,
    by: UUID,
    today: date,
    at: datetime,
) -> SigningPolicy:
    """Decide what is good enough for a level of document from a day on; the same day again replaces what was decided.

    Raises :class:`Refused` for unknown words, for a source that is too long and for a day that has passed: what was
    signed then stands.
    """
    if level not in DocumentLevel.values or lasting not in SigningPolicy.Lasting.values:
        raise Refused(_("This level of document is not known."), field="level", code="level")
    if unknown := [kind for kind in kinds if kind not in registry.kinds]:
        raise Refused(
            _("This way of signing is not known: %(kind)s") % {"kind": unknown[0]}, field="kinds", code="kind"
        )
    document = written(source, field="source", longest=LONGEST_SOURCE)
    if valid_from < today:
        raise Refused(_("Choose today or a later day."), field="valid_from", code="past")
    policy, _created = SigningPolicy.objects.update_or_create(
        level=level,
        valid_from=valid_from,
        defaults={
            "kinds": sorted(kinds),
            "lasting": lasting,
            "source": document,
            "decided_by": by,
            "decided_at": at,
        },
    )
    references: dict[str, object] = {
        "level": level,
        "kinds": sorted(kinds),
        "lasting": lasting,
        "from": valid_from.isoformat(),
    }
    tell("signing.policy_decided", f"policy:{policy.pk}", by, at, references)
    return policy
