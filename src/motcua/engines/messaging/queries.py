"""Reading notices. A person reads their own only."""

from django.db.models import QuerySet

from motcua.engines.messaging.kinds import Group, groups
from motcua.engines.messaging.models import Notice, NoticeTemplate, Preference
from motcua.people.accounts.models import Account


def notices_of(account: Account) -> QuerySet[Notice]:
    """What an account was told in the house; order by ``-created_at, -id``."""
    return Notice.objects.filter(recipient=account, shown=True)


def preferences_of(account: Account) -> list[tuple[Group, bool, bool, list[str]]]:
    """Each group that concerns the account, with its choice: in the house, by mail, by which carriers to the phone.

    One statement.
    """
    own = {row.group: (row.in_app, row.email, row.carriers) for row in Preference.objects.filter(account=account)}
    return [
        (group, *own.get(group.code, (group.in_app, group.email, [])))
        for group in groups.values()
        if _concerns(group, account)
    ]


def own_words() -> dict[tuple[str, str], tuple[str, str]]:
    """Subject and body of all notices that the province words itself, by kind and language; one statement."""
    rows = NoticeTemplate.objects.values_list("kind", "language", "subject", "body").order_by("kind", "language")
    return {(kind, language): (subject, body) for kind, language, subject, body in rows}


def _concerns(group: Group, account: Account) -> bool:
    if group.audience == "citizens":
        return account.is_citizen
    return group.audience == "all" or account.is_officer or account.is_administrator
