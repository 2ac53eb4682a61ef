"""Parents are told what an office decided about their statement."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.services.dossiers.applicants import MINE
from motcua.services.families.models import Statement

_CONFIRMED = declare(
    code="families.confirmed",
    group=MINE,
    subject=_("You may apply for {name} from now on"),
    body=_("The office has confirmed what you have stated of {name}. You may apply for the child until it is of age."),
)
_REFUSED = declare(
    code="families.refused",
    group=MINE,
    subject=_("Your statement about {name} was not accepted"),
    body=_("The office did not accept what you have stated of {name}. Reason: {reason}"),
)


@subscriber("families.notices", kinds=("dossier.parent_confirmed", "dossier.parent_refused"), from_now=True)
def tell_parents(batch: list[Event]) -> None:
    """Tell the parent, not whom the dossier is about."""
    keys = [UUID(event.references["statement"]) for event in batch]
    found = Statement.objects.select_related("parent__merged_into").in_bulk(keys)
    for event, key in zip(batch, keys, strict=True):
        statement = found.get(key)
        parent = (statement.parent.merged_into or statement.parent) if statement else None
        if statement is None or parent is None or parent.account_id is None:
            continue
        notify(
            _REFUSED if event.kind == "dossier.parent_refused" else _CONFIRMED,
            recipients=[parent.account_id],
            facts={"name": statement.name, "reason": statement.reason},
            key=f"{event.stream}:{event.version}",
            url=reverse("families:mine"),
        )
