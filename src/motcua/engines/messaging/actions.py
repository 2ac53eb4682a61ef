"""Tell people, once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.messaging import jobs
from motcua.engines.messaging.kinds import Kind, groups, kinds, texts
from motcua.engines.messaging.models import Mail, Notice, NoticeTemplate, Preference
from motcua.engines.messaging.rules import fields_of, fill
from motcua.kernel.errors import Invalid, NotFound
from motcua.people.accounts.models import Account


@transaction.atomic
def notify(
    kind: Kind,
    *,
    recipients: Collection[UUID],
    facts: Mapping[str, str],
    key: str,
    url: str = "",
    at: datetime | None = None,
) -> int:
    """Tell accounts of something, each as they chose; returns how many notices are new.

    ``key`` names the occasion (event and version): the same occasion again tells nobody twice. Four statements,
    and one more for each mail.
    """
    accounts = list(Account.objects.filter(pk__in=set(recipients), is_active=True).order_by("pk"))
    if not accounts:
        return 0
    chosen = _choices(kind, accounts)
    own = {row.language: (row.subject, row.body) for row in NoticeTemplate.objects.filter(kind=kind.code)}
    now = at or timezone.now()
    known = set(Notice.objects.filter(recipient__in=accounts, key=key).values_list("recipient_id", flat=True))
    notices = [
        _notice(kind, account, own, facts, key=key, url=url, now=now, shown=chosen[account.pk][0])
        for account in accounts
        if account.pk not in known and any(chosen[account.pk])
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    wanting = {account.pk for account in accounts if account.email and chosen[account.pk][1]}
    if settings.EMAIL_HOST:
        _queue_mails(Notice.objects.filter(pk__in=[notice.pk for notice in notices], recipient__in=wanting))
    return len(notices)


def _notice(
    kind: Kind,
    account: Account,
    own: Mapping[str, tuple[str, str]],
    facts: Mapping[str, str],
    *,
    key: str,
    url: str,
    now: datetime,
    shown: bool,
) -> Notice:
    subject, body = texts(kind, own, account.language)
    return Notice(
        recipient=account,
        kind=kind.code,
        subject=" ".join(fill(subject, facts).split())[:200],  # one line: it becomes a header
        body=fill(body, facts),
        url=url,
        key=key,
        shown=shown,
        created_at=now,
    )


def _choices(kind: Kind, accounts: Collection[Account]) -> dict[UUID, tuple[bool, bool]]:
    """(in the house, by mail) for each account."""
    group = kind.group
    found = {account.pk: (group.in_app, group.email) for account in accounts}
    for row in Preference.objects.filter(account__in=accounts, group=group.code):
        found[row.account_id] = (row.in_app, row.email)
    return found


def _queue_mails(notices: Collection[Notice]) -> None:
    mails = Mail.objects.bulk_create(Mail(notice=notice) for notice in notices)
    for mail in mails:
        jobs.send_mail.defer(mail=str(mail.pk))


@transaction.atomic
def read(*, account: Account, notice: UUID | None = None) -> None:
    """Mark one notice, or all of them, as read. Raises ``NotFound`` for somebody else's."""
    mine = Notice.objects.filter(recipient=account)
    if notice is not None and not mine.filter(pk=notice).exists():
        raise NotFound(_("There is no such message."))
    unread = mine.filter(read_at=None) if notice is None else mine.filter(pk=notice, read_at=None)
    unread.update(read_at=timezone.now())


@transaction.atomic
def choose(*, account: Account, group: str, in_app: bool, email: bool) -> None:
    """Keep how a person wants to be told of a group. Raises ``NotFound`` for an unknown group."""
    if group not in groups:
        raise NotFound(_("There is no such group of messages."))
    Preference.objects.update_or_create(account=account, group=group, defaults={"in_app": in_app, "email": email})


@transaction.atomic
def word(*, kind: str, language: str, subject: str, body: str) -> NoticeTemplate:
    """Give a kind of notice the province's own words. Raises ``Invalid`` for places that the kind does not fill."""
    if kind not in kinds:
        raise NotFound(_("There is no such kind of message."))
    unknown = (fields_of(subject) | fields_of(body)) - kinds[kind].fields
    if unknown:
        message = _("Unknown places: %(names)s") % {"names": ", ".join(sorted(unknown))}
        raise Invalid(message, errors={"body": message})
    template, _created = NoticeTemplate.objects.update_or_create(
        kind=kind, language=language, defaults={"subject": subject, "body": body}
    )
    return template
