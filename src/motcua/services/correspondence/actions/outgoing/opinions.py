"""Colleagues and units are asked for their opinion on a draft, all at once or one after the other."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.text.typed import written
from motcua.people.officers.actors import HOUSE, Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.models import DraftVersion, Opinion, OutgoingDocument
from motcua.services.correspondence.rules import outgoing as rules

State = Opinion.State
MOST = 50


@transaction.atomic
def ask_opinions(
    key: UUID, *, officers: Sequence[UUID], in_turn: bool, by: Actor, at: datetime | None = None
) -> list[Opinion]:
    """Ask about the newest version, ``in_turn`` in the given order. Who has not answered an earlier round need not."""
    sending = Sending.begin(key, "ask_opinions", by=by, at=at)
    wanted = list(dict.fromkeys(officers))
    if not 1 <= len(wanted) <= MOST:
        raise Refused(_("Choose at least one officer."), field="to", code="none")
    held = Position.objects.on(local_day(sending.at)).filter(officer__in=wanted)
    if set(held.values_list("officer", flat=True)) != set(wanted):
        raise Refused(_("Choose officers who hold a position."), field="to", code="position")
    Opinion.objects.filter(document=key, state__in=[State.WAITING, State.ASKED]).update(state=State.WITHDRAWN)
    last = Opinion.objects.filter(document=key).aggregate(last=Max("round"))["last"] or 0
    version = DraftVersion.objects.filter(document=key).order_by("-number")[0]
    made = [
        Opinion(
            document_id=key,
            officer_id=officer,
            round=last + 1,
            turn=place if in_turn else 1,
            state=State.WAITING if in_turn and place > 1 else State.ASKED,
            version=version,
            asked_at=sending.at,
        )
        for place, officer in enumerate(wanted, start=1)
    ]
    Opinion.objects.bulk_create(made)
    asked = [{"officer": str(each.officer_id)} for each in made if each.state == State.ASKED]
    sending.tell("opinions_asked", {"version": version.number, "given": asked, "in_turn": in_turn})
    return made


@transaction.atomic
def give_opinion(
    key: UUID, *, opinion: UUID, agrees: bool, text: str = "", by: Actor, at: datetime | None = None
) -> None:
    """Say what one thinks; an objection needs its reason. Then the next in turn is asked."""
    sending = Sending.begin(key, "give_opinion", by=by, at=at)
    found = Opinion.objects.filter(document=key, pk=opinion, state=State.ASKED).first()
    if found is None:
        raise Conflict(_("This opinion is not asked for any more."), code="opinion")
    said = written(text, "" if agrees else _("Write what you object to."), "text")
    found.state, found.text, found.given_at = State.AGREED if agrees else State.OBJECTED, said, sending.at
    found.save()
    told = {"opinion": str(found.state), "note": said[:500], "for": str(found.officer_id), "given": _next(sending)}
    sending.tell("opinion_given", told)


@transaction.atomic
def pass_on(key: UUID, *, opinion: UUID, to: UUID | None, at: datetime) -> bool:
    """Ask somebody else in place of an officer who left, or nobody; who is asked in this round already answers for
    both.
    """
    document = OutgoingDocument.objects.select_for_update(of=("self",)).get(pk=key)
    sending = Sending(document, at, HOUSE)
    found = Opinion.objects.filter(document=key, pk=opinion, state__in=[State.WAITING, State.ASKED]).first()
    if found is None or not rules.allows(document.state, "give_opinion"):
        return False
    asks = found.state == State.ASKED
    if to is None or Opinion.objects.filter(document=key, round=found.round, officer=to).exists():
        found.state, given = State.WITHDRAWN, []
    else:
        found.officer_id, given = to, [{"officer": str(to)}]
    found.save(update_fields=["state", "officer"])
    if asks:
        sending.tell("opinions_asked", {"version": found.version.number, "given": given or _next(sending)})
    return True


def _next(sending: Sending) -> list[dict[str, str]]:
    """Ask whose turn it is; returns them as events tell people."""
    last = Opinion.objects.filter(document=sending.document).order_by("-round")[0].round
    rows = list(Opinion.objects.filter(document=sending.document, round=last).order_by("turn", "id"))
    turn = rules.next_turns([(row.turn, row.state) for row in rows])
    chosen = [row for row in rows if row.turn == turn and row.state == State.WAITING]
    for row in chosen:
        row.state, row.asked_at = State.ASKED, sending.at
        row.save()
    return [{"officer": str(row.officer_id)} for row in chosen]
