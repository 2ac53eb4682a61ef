"""What applicants are told of money: what is to be paid, what need not be, what was given back.

What came in is told by payments, for dossiers and batches alike (``payments.notices``).
"""

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import Occasion
from motcua.engines.messaging.kinds import Kind, declare
from motcua.kernel.events.models import Event
from motcua.kernel.text import dong
from motcua.services.dossiers.applicants import MINE, told_of
from motcua.services.dossiers.models import Channel, Dossier, FeeLine, State
from motcua.services.dossiers.rules import states

TO_PAY = declare(
    code="dossier.fee_due",
    group=MINE,
    subject=_("To be paid for dossier {code}: {amount}"),
    body=_("For “{subject}” {amount} is to be paid: {items}. How to pay stands on the page of the dossier and on your"
           " receipt; you can pay at the counter, too."),
)  # fmt: skip
RESULT_WAITS = declare(
    code="dossier.result_waits_for_fee",
    group=MINE,
    subject=_("The result of dossier {code} waits for the payment of {amount}"),
    body=_("The result of “{subject}” is ready and is handed over once {amount} is paid: {items}. How to pay stands on"
           " the page of the dossier and on your receipt; you can pay at the counter, too."),
)  # fmt: skip
SETTLED: dict[str, Kind] = {
    "dossier.fee_waived": declare(
        code="dossier.fee_waived",
        group=MINE,
        subject=_("Not to be paid for dossier {code}: {amount}"),
        body=_("You need not pay {amount} for “{subject}”. Reason: {reason}"),
    ),
    "dossier.fee_refunded": declare(
        code="dossier.fee_refunded",
        group=MINE,
        subject=_("Given back for dossier {code}: {amount}"),
        body=_("{amount} that was paid for “{subject}” was given back on {at}. Reason: {reason}"),
    ),
}

# After which a process may have come to wait for money: not while the applicant still stands at the counter.
_WORK = ("dossier.step_completed", "dossier.timer_fired", "dossier.service_done", "dossier.child_ended",
         "dossier.message_received")  # fmt: skip


def dues_asked(known: Sequence[tuple[Event, Dossier]]) -> Iterator[Occasion]:
    """What is to be paid now, for those who have not been told so: once for each sum, once more when a result waits.

    Who hands a dossier in at the counter pays there or reads it on the receipt; they hear of it when something waits
    for the money. One statement where something may be due, and those of :func:`applicants.told_of`.
    """
    asked = {dossier.pk: (event, dossier) for event, dossier in known if _may_ask(event, dossier)}
    for key, lines in _due(asked).items():
        event, dossier = asked[key]
        waits = dossier.state == State.DECIDED
        items = "; ".join(f"{line.full_name} ({dong(line.amount)})" for line in lines)
        facts = {
            "code": dossier.number,
            "subject": dossier.subject,
            "amount": dong(sum(line.amount for line in lines)),
            "items": items,
        }
        told = f"{dossier.stream}:{'result' if waits else 'fee'}_due:{_mark(lines)}"
        yield told_of(dossier, at=event.at, kind=RESULT_WAITS if waits else TO_PAY, facts=facts, key=told)


def _may_ask(event: Event, dossier: Dossier) -> bool:
    """As the dossier stands now, whatever it was when the event was written: who has paid is not asked to."""
    if dossier.state == State.DECIDED:
        return True
    at_counter = dossier.channel == Channel.COUNTER
    if dossier.state == State.WAITING_PAYMENT:
        return not at_counter or event.kind in _WORK
    named = event.kind in ("dossier.accepted", "dossier.fee_counted") and not at_counter
    return named and states.allows(dossier.state, "collect_fee")


def _due(dossiers: Collection[UUID]) -> dict[UUID, list[FeeLine]]:
    """What each waits for, in its order; of what is collected afterwards (thu sau) nobody is reminded so."""
    owed = FeeLine.objects.filter(dossier__in=dossiers, state=FeeLine.State.DUE, amount__gt=0, after_return=False)
    found: dict[UUID, list[FeeLine]] = {}
    for line in owed.order_by("position", "id") if dossiers else ():
        found.setdefault(line.dossier_id, []).append(line)
    return found


def _mark(lines: Sequence[FeeLine]) -> str:
    return sha256(";".join(f"{line.pk}={line.amount}" for line in lines).encode()).hexdigest()[:16]
