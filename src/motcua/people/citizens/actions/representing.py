"""One party acts for another, for a time."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.rows import store
from motcua.people.accounts.models import Account
from motcua.people.citizens import majority
from motcua.people.citizens.actions.recording import tell
from motcua.people.citizens.models import Party, Representation


@transaction.atomic
def add_representation(
    *,
    party: Party,
    representative: Party,
    kind: str,
    valid_from: date,
    by: Account,
    valid_to: date | None = None,
    document: str = "",
    state: str = Representation.State.CONFIRMED,
) -> Representation:
    """One party acts for another from a day on. An employee of a service point does so under a dated mandate, a parent
    until the child is of age.

    Raises :class:`Refused`, also for a child who is of age or whose date of birth is not known.
    """
    if kind == Representation.Kind.SERVICE:
        if not document.strip():
            raise Refused(_("Write the number and day of the mandate."), field="document", code="required")
        if valid_to is None:
            raise Refused(_("Write the day on which the mandate ends."), field="valid_to", code="required")
    if kind == Representation.Kind.PARENT:
        end = _of_age(party, valid_from)
        valid_to = min(valid_to, end) if valid_to else end
    row = Representation(
        party=party,
        representative=representative,
        kind=kind,
        state=state,
        document=document.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    store(row)
    tell(party, "represented", by, representative=str(representative.pk), representation=kind)
    return row


def _of_age(child: Party, on: date) -> date:
    """The day from which a parent acts for a child no more. Raises :class:`Refused`."""
    if child.birth_date is None:
        text = _("A parent acts for a child until it is of age: write the child's date of birth first.")
        raise Refused(text, field="kind", code="no_birth_date")
    end = majority.reached(child.birth_date, on)
    if end <= on:
        raise Refused(_("This person is of age: a parent cannot act for them."), field="kind", code="of_age")
    return end


def end_of_age(child: Party, birth_date: date, was: date | None = None) -> None:
    """What parents may do for a child ends with its age as it is known now; an earlier day that an officer set stays.

    ``was``: the date of birth by which the ends were reckoned before.
    """
    today = timezone.localdate()
    rows = list(Representation.objects.filter(party=child, kind=Representation.Kind.PARENT, valid_to__gt=today))
    if not rows:
        return
    end = majority.reached(birth_date, today)
    before = majority.reached(was, today) if was else None
    for row in rows:
        assert row.valid_to is not None
        ends = end if row.valid_to == before else min(row.valid_to, end)
        row.valid_to = max(ends, row.valid_from + timedelta(days=1))
        row.save(update_fields=["valid_to"])


@transaction.atomic
def settle_representation(*, representation: Representation, state: Representation.State, by: Account) -> None:
    """Whoever checked on what a parent's right rests confirms or refuses it."""
    representation.state = state
    representation.save(update_fields=["state"])
    references = {"representative": str(representation.representative_id), "state": state.value}
    tell(representation.party, "representation_settled", by, **references)


@transaction.atomic
def end_representation(*, representation: Representation, by: Account) -> None:
    """The representation ends today. One that began today or later never was.

    Raises :class:`Refused` for what rests on a statement: that is confirmed or refused where something is filed on it.
    """
    if representation.state != Representation.State.CONFIRMED:
        text = _("This rests on a parent's statement. Confirm or refuse it at the dossier that was filed on it.")
        raise Refused(text, code="stated")
    today = timezone.localdate()
    if representation.valid_from >= today:
        representation.delete()
    else:
        representation.valid_to = today
        representation.save(update_fields=["valid_to"])
    tell(representation.party, "representation_ended", by, representative=str(representation.representative_id))
