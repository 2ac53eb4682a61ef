"""Tell people, once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.messaging import jobs
from motcua.engines.messaging.carriers import carriers
from motcua.engines.messaging.kinds import Kind, groups, kinds, texts
from motcua.engines.messaging.models import Mail, Notice, NoticeTemplate, PhoneMessage, Preference
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
        _notice(kind, account, own, facts, key=key, url=url, now=now, shown=chosen[account.pk].in_app)
        for account in accounts
        if account.pk not in known and chosen[account.pk].anyhow
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    wanting = {account.pk for account in accounts if account.email and chosen[account.pk].email}
    if settings.EMAIL_HOST:
        _queue_mails(Notice.objects.filter(pk__in=[notice.pk for notice in notices], recipient__in=wanting))
    phones = {account.pk: chosen[account.pk].carriers for account in accounts if account.phone}
    wanted = [(notice, phones.get(notice.recipient_id, ())) for notice in notices]
    if any(codes for _notice, codes in wanted):
        _queue_phone_messages(wanted)
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


@dataclass(frozen=True)
class Choice:
    """How somebody wants to be told."""

    in_app: bool
    email: bool
    carriers: tuple[str, ...] = ()

    @property
    def anyhow(self) -> bool:
        """Whether at all."""
        return self.in_app or self.email or bool(self.carriers)


def _choices(kind: Kind, accounts: Collection[Account]) -> dict[UUID, Choice]:
    group = kind.group
    found = {account.pk: Choice(group.in_app, group.email) for account in accounts}
    for row in Preference.objects.filter(account__in=accounts, group=group.code):
        found[row.account_id] = Choice(row.in_app, row.email, tuple(row.carriers))
    return found


def _queue_mails(notices: Collection[Notice]) -> None:
    mails = Mail.objects.bulk_create(Mail(notice=notice) for notice in notices)
    for mail in mails:
        jobs.send_mail.defer(mail=str(mail.pk))


def _queue_phone_messages(wanted: Sequence[tuple[Notice, tuple[str, ...]]]) -> None:
    """Only what is new: a notice that was there before has its messages already."""
    usable = carriers().keys()
    new = set(Notice.objects.filter(pk__in=[notice.pk for notice, _codes in wanted]).values_list("pk", flat=True))
    made = PhoneMessage.objects.bulk_create(
        PhoneMessage(notice=notice, carrier=code)
        for notice, codes in wanted
        for code in codes
        if notice.pk in new and code in usable
    )
    for message in made:
        jobs.send_to_phone.defer(message=str(message.pk))


@transaction.atomic
def read(*, account: Account, notice: UUID | None = None) -> None:
    """Mark one notice, or all of them, as read. Raises ``NotFound`` for somebody else's."""
    mine = Notice.objects.filter(recipient=account)
    if notice is not None and not mine.filter(pk=notice).exists():
        raise NotFound(_("There is no such message."))
    unread = mine.filter(read_at=None) if notice is None else mine.filter(pk=notice, read_at=None)
    unread.update(read_at=timezone.now())


@transaction.atomic
def choose(*, account: Account, group: str, in_app: bool, email: bool, by_phone: Collection[str] = ()) -> None:
    """Keep how a person wants to be told of a group. Raises ``NotFound`` for an unknown group or carrier."""
    if group not in groups:
        raise NotFound(_("There is no such group of messages."))
    if set(by_phone) - carriers().keys():
        raise NotFound(_("There is no such way of being told."))
    chosen = {"in_app": in_app, "email": email, "carriers": sorted(by_phone)}
    Preference.objects.update_or_create(account=account, group=group, defaults=chosen)


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
