"""What of a dossier is to be paid, as the room of payments knows it: an opaque subject with lines and a payer."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict
from motcua.services.dossiers.models import Dossier, DossierQuerySet, FeeLine
from motcua.services.dossiers.models.dossier import without_package
from motcua.services.dossiers.rules import states
from motcua.services.payments import actions as payments
from motcua.services.payments.models import Method, Order
from motcua.services.payments.queries import asked_together, paid_keys
from motcua.services.payments.subjects import Particulars


def due_lines(dossier: Dossier) -> list[FeeLine]:
    """The fees that the payer still has to pay: not those of an order that has been paid a moment ago."""
    if not states.allows(dossier.state, "collect_fee"):
        return []
    due = _next(dossier.pk)
    paid = paid_keys([line.pk for line in due])
    return [line for line in due if line.pk not in paid]


def _next(dossier: UUID) -> list[FeeLine]:
    """What is paid next: the fees that a result waits for, then those collected after it (thu sau)."""
    due = list(FeeLine.objects.due(dossier).order_by("position", "id"))
    return [line for line in due if not line.after_return] or due


@transaction.atomic
def open_order(dossier: UUID, *, at: datetime, by: UUID | None = None) -> Order | None:
    """The order over the fees that are paid next, opened now if there is none yet; none where nothing is due."""
    row = _named().select_for_update(of=("self",)).get(pk=dossier)
    return _opened(row, _next(dossier), at=at, by=by)


@transaction.atomic(savepoint=False)
def order_to_print(dossier: UUID, *, at: datetime) -> Order | None:
    """As :func:`open_order`, for a paper that tells how to pay; none while a joint order asks for the same fees.

    Somebody may be transferring its sum at this moment: what the house opens by itself withdraws it from nobody.
    """
    row = _named().select_for_update(of=("self",)).get(pk=dossier)
    due = _next(dossier)
    if asked_together(row.stream, [line.pk for line in due]):
        return None
    return _opened(row, due, at=at, by=None)


def open_named(text: str, at: datetime) -> None:
    """Open the order of the dossier with a code, so that a cashier may assign to it what has come in.

    Nobody has asked for its fees where the office collected into no account when the receipt was printed.
    """
    named = Dossier.objects.filter(Q(code=text) | Q(code=None, submission_number=text))
    for dossier in named.order_by("id").values_list("pk", flat=True) if text else ():
        order_to_print(dossier, at=at)


def _opened(row: Dossier, due: Sequence[FeeLine], *, at: datetime, by: UUID | None) -> Order | None:
    if not due or not states.allows(row.state, "collect_fee"):
        return None
    try:
        return payments.open_order(_subject(row), _lines(due), at=at, by=by)
    except Conflict:  # paid a moment ago: the fees hear of it next
        return None


@transaction.atomic
def open_joint_order(
    subject: payments.Subject, dossiers: Collection[UUID], *, at: datetime, by: UUID | None = None
) -> Order | None:
    """One order over what is paid next of several dossiers, under a subject of its own; none where nothing is due.

    The dossiers are locked in one order, as each is where it is paid for alone, so that no fee is asked for twice.
    Lines bear the number that a dossier was sent under, which stays: accepting one changes no order.
    """
    lines = _joint_lines(dossiers)
    if not lines:
        payments.withdraw_order(subject.name, at=at, by=by)
        return None
    return payments.open_order(subject, lines, at=at, by=by)


@transaction.atomic
def take_joint_at_counter(
    subject: payments.Subject, dossiers: Collection[UUID], *, method: str, slip: str, at: datetime, by: UUID | None
) -> Order:
    """The paid order for what is paid next of several dossiers, collected at the counter at once.

    Raises ``Conflict`` where nothing is due, or something has just been paid.
    """
    lines = _joint_lines(dossiers)
    if not lines:
        raise Conflict(_("There is nothing to pay."), code="settled")
    return payments.take_at_counter(subject, lines, method=Method(method), slip=slip, at=at, by=by)


def _joint_lines(dossiers: Collection[UUID]) -> list[payments.Line]:
    rows = list(_named().select_for_update(of=("self",)).filter(pk__in=dossiers).order_by("pk"))
    due = joint_dues(rows)
    return [
        payments.Line(fee.pk, f"{row.submission_number} · {fee.full_name}"[:300], fee.kind, fee.amount)
        for row in sorted(rows, key=lambda row: row.submission_number)
        for fee in due[row.pk]
    ]


def joint_dues(rows: Collection[Dossier]) -> dict[UUID, list[FeeLine]]:
    """What of each dossier is paid next and has not been paid a moment ago; two statements."""
    open_ones = [row.pk for row in rows if states.allows(row.state, "collect_fee")]
    asked = FeeLine.objects.filter(dossier__in=open_ones, state=FeeLine.State.DUE, amount__gt=0)
    lines = list(asked.order_by("position", "id"))
    paid, found = paid_keys([line.pk for line in lines]), {row.pk: list[FeeLine]() for row in rows}
    for line in lines:
        if line.pk not in paid:
            found[line.dossier_id].append(line)
    return {key: [line for line in due if not line.after_return] or due for key, due in found.items()}


def take_at_counter(
    dossier: UUID, fees: Sequence[FeeLine], *, method: str, slip: str, at: datetime, by: UUID | None
) -> Order:
    """The paid order for fees that were collected at the counter. Raises ``Conflict`` when one has just been paid."""
    subject = _subject(_named().get(pk=dossier))
    return payments.take_at_counter(subject, _lines(fees), method=Method(method), slip=slip, at=at, by=by)


def particulars_of(subject: str) -> Particulars:
    """What a gateway's receipt says of a dossier; one statement."""
    row = _named().select_related("procedure_version__procedure").get(pk=UUID(subject.partition(":")[2]))
    version = row.procedure_version
    return Particulars(row.number, version.procedure.code, version.name)


def _named() -> DossierQuerySet:
    found: DossierQuerySet = Dossier.objects.select_related("procedure_version").defer(
        *without_package("procedure_version")
    )
    return found


def _subject(row: Dossier) -> payments.Subject:
    return payments.Subject(
        name=row.stream,
        office=row.receiving_office_id,
        title=f"{row.number} · {row.procedure_version.name}",
        payer=row.applicant_id,
        payer_name=row.applicant_name,
    )


def _lines(fees: Sequence[FeeLine]) -> list[payments.Line]:
    return [payments.Line(fee.pk, fee.full_name[:300], fee.kind, fee.amount) for fee in fees]
