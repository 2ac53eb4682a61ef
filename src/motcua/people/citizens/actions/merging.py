"""Two records of one person become one."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.rows import store
from motcua.people.accounts.models import Account
from motcua.people.citizens.actions.recording import tell
from motcua.people.citizens.actions.registering import CHANGEABLE
from motcua.people.citizens.actions.representing import end_of_age
from motcua.people.citizens.models import Party, Representation


@transaction.atomic
def merge(*, duplicate: Party, into: Party, by: Account) -> Party:
    """Two records of one person become one: ``duplicate`` stays as a mark that leads to ``into``.

    Its account and representations move, what ``into`` lacks is filled in. Dossiers and papers stay under the
    duplicate: whoever reads them follows ``merged_into``. A refused statement stays with it, too, so that what rests
    on it is never accepted and its parent sees nothing of ``into``. ``party.merged`` is told.

    Raises :class:`Refused` when the two cannot be one person, or while a parent's statement about one of them is
    neither confirmed nor refused.
    """
    pair = Party.objects.select_for_update(of=("self",)).order_by("id").in_bulk([duplicate.pk, into.pk])
    old, kept = pair[duplicate.pk], pair[into.pk]
    _refuse_merge(old, kept)
    account, old.account, old.merged_into = old.account, None, kept
    old.save(update_fields=["account", "merged_into"])
    if kept.account is None:
        kept.account = account
    for name in ("identity_number", "tax_code", *CHANGEABLE):
        setattr(kept, name, getattr(kept, name) or getattr(old, name))
    store(kept)
    _move_representations(old, kept)
    if kept.birth_date is not None:
        end_of_age(kept, kept.birth_date)
    Party.objects.filter(merged_into=old).update(merged_into=kept)
    tell(kept, "merged", by, duplicate=str(old.pk), into=str(kept.pk))
    return kept


def _refuse_merge(old: Party, kept: Party) -> None:
    if old.pk == kept.pk or old.merged_into_id is not None or kept.merged_into_id is not None:
        raise NotFound(_("One of the two records has been merged already."))
    differing = [name for name in ("identity_number", "tax_code") if _differ(old, kept, name)]
    if differing or old.kind != kept.kind:
        raise Refused(_("The two records have different numbers: they are not the same person."), code="not_the_same")
    stated = Representation.objects.filter(party__in=(old, kept), state=Representation.State.STATED)
    if stated.exists():
        text = _("A parent has stated one of the records and nobody has checked it. Confirm or refuse that first.")
        raise Refused(text, code="stated")
    if old.account_id is not None and kept.account_id is not None:
        raise Refused(_("Both records have an account. Close one of them first."), code="two_accounts")


def _differ(old: Party, kept: Party, name: str) -> bool:
    return bool(getattr(old, name) and getattr(kept, name) and getattr(old, name) != getattr(kept, name))


def _move_representations(old: Party, kept: Party) -> None:
    """What would double one that is there already, or make the person represent themselves, goes."""
    for row in Representation.objects.filter(Q(party=old) | Q(representative=old)):
        if row.state == Representation.State.REFUSED and row.party_id == old.pk:
            continue
        party_id: UUID = kept.pk if row.party_id == old.pk else row.party_id
        other_id: UUID = kept.pk if row.representative_id == old.pk else row.representative_id
        same = Representation.objects.filter(party=party_id, representative=other_id, kind=row.kind, state=row.state)
        same = same.filter(Q(valid_to=row.valid_to) if row.valid_to else Q(valid_to=None)).exclude(pk=row.pk)
        if party_id == other_id or same.exists():
            row.delete()
        else:
            row.party_id, row.representative_id = party_id, other_id
            row.save(update_fields=["party", "representative"])
