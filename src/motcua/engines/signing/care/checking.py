"""Checking a list of ways of signing against the house as it is."""

from collections.abc import Sequence

from motcua.engines.signing.care import access
from motcua.engines.signing.care.imports import Checked, check, holders_in
from motcua.engines.signing.models import SigningMeans
from motcua.engines.signing.providers.registry import registry
from motcua.people.officers.desks import Desk


def checked_means(table: Sequence[Sequence[str]], desk: Desk) -> Checked:
    """Check a list of ways of signing against whom an administrator looks after and what is registered already."""
    holders = access.cared_holders(desk, holders_in(table))
    keys = {holder.id for holder, _name in holders.values()}
    live = SigningMeans.objects.filter(holder_id__in=keys, withdrawn_at=None)
    rows = live.values_list("holder_id", "provider", "values")
    known = {(holder, provider, tuple(sorted(values.items()))) for holder, provider, values in rows}
    return check(table, holders=holders, providers={code: registry[code] for code in registry}, known=known)
