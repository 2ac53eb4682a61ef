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
from motcua.engines.messaging.rules import fields_of, fill, mark_of
from motcua.kernel.errors import Conflict, Invalid, NotFound
from motcua.kernel.events.actions import record
from motcua.people.accounts.models import Account

LONGEST = {"subject": 200, "body": 4000}  # characters of the province's own words
AT_ONCE = 1000  # notices in one INSERT


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What some accounts are told of. ``key`` names it (event and version): the same again tells nobody twice."""

    kind: Kind
    recipients: Collection[UUID]
    facts: Mapping[str, str]
    key: str
    url: str = ""


def notify(
    kind: Kind,
    *,
    recipients: Collection[UUID],
    facts: Mapping[str, str],
    key: str,
    url: str = "",
    at: datetime | None = None,
) -> int:
    """Tell accounts of one occasion, as :func:`notify_all` does."""
    return notify_all([Occasion(kind=kind, recipients=recipients, facts=facts, key=key, url=url)], at=at)


@transaction.atomic
def notify_all(occasions: Collection[Occasion], *, at: datetime | None = None) -> int:
    """Tell accounts of what has happened, each as they chose; returns how many notices are new.

    Five statements, however many occasions there are, and one more for each mail.
    """
    accounts = Account.objects.filter(is_active=True).in_bulk({one for each in occasions for one in each.recipients})
    if not accounts:
        return 0
    now = at or timezone.now()
    chosen, own, known = _choices(occasions, accounts), _wordings(occasions), _known(occasions, accounts)
    told = [
        (_notice(each, accounts[one], own.get(each.kind.code, {}), choice, now), choice)
        for each in occasions
        for one in sorted(accounts.keys() & set(each.recipients))
        if (one, each.key) not in known and (choice := chosen.get((one, each.kind.group.code), _usual(each))).anyhow
    ]
    Notice.objects.bulk_create((notice for notice, _choice in told), ignore_conflicts=True, batch_size=AT_ONCE)
    if settings.EMAIL_HOST:
        by_mail = [notice.pk for notice, choice in told if choice.email and notice.recipient.email]
        _queue_mails(Notice.objects.filter(pk__in=by_mail))
    by_phone = [(notice, choice.carriers) for notice, choice in told if choice.carriers and notice.recipient.phone]
    if by_phone:
        _queue_phone_messages(by_phone)
    return len(told)


def _notice(
    occasion: Occasion, account: Account, own: Mapping[str, tuple[str, str]], choice: "Choice", now: datetime
) -> Notice:
    subject, body = texts(occasion.kind, own, account.language)
    return Notice(
        recipient=account,
        kind=occasion.kind.code,
        subject=" ".join(fill(subject, occasion.facts).split())[:200],  # one line: it becomes a header
        body=fill(body, occasion.facts),
        url=occasion.url,
        key=occasion.key,
        shown=choice.in_app,
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


def _choices(occasions: Collection[Occasion], accounts: Collection[UUID]) -> dict[tuple[UUID, str], Choice]:
    """What people chose for groups; who chose nothing for one is not in it."""
    asked = {each.kind.group.code for each in occasions}
    return {
        (row.account_id, row.group): Choice(row.in_app, row.email, tuple(row.carriers))
        for row in Preference.objects.filter(account__in=accounts, group__in=asked)
    }


def _usual(occasion: Occasion) -> Choice:
    return Choice(occasion.kind.group.in_app, occasion.kind.group.email)


def _wordings(occasions: Collection[Occasion]) -> dict[str, dict[str, tuple[str, str]]]:
    """The province's own words, by kind and language."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for row in NoticeTemplate.objects.filter(kind__in={each.kind.code for each in occasions}):
        found.setdefault(row.kind, {})[row.language] = (row.subject, row.body)
    return found


def _known(occasions: Collection[Occasion], accounts: Collection[UUID]) -> set[tuple[UUID, str]]:
    """Who was told of which occasion before."""
    told = Notice.objects.filter(recipient__in=accounts, key__in={each.key for each in occasions})
    return set(told.values_list("recipient_id", "key"))


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
def word(*, kind: str, language: str, subject: str, body: str, seen: str, by: UUID, at: datetime) -> NoticeTemplate:
    """Give a kind of notice the province's own words, from the next one on, and tell it (``notice.worded``).

    ``seen`` is the mark of the own words that were read before (:func:`rules.mark_of`). Raises ``Conflict`` when they
    are others now, ``NotFound`` for an unknown kind or language, and as :func:`require_wording`.
    """
    require_wording(kind=kind, language=language, subject=subject, body=body)
    words = {"subject": subject.strip(), "body": body.strip()}
    template = _as_seen(kind, language, seen)
    if template is None:
        template, created = NoticeTemplate.objects.get_or_create(kind=kind, language=language, defaults=words)
        if not created:  # by somebody else, in this very moment
            raise _changed()
    else:
        template.subject, template.body = words["subject"], words["body"]
        template.save(update_fields=["subject", "body"])
    _tell_wording(kind, "notice.worded", {"language": language, **words}, by=by, at=at)
    return template


def require_wording(*, kind: str, language: str, subject: str, body: str) -> None:
    """Raises ``Invalid``, by field, for an empty or long text and for places that the kind does not fill."""
    if kind not in kinds or language not in Account.Language:
        raise NotFound(_("There is no such kind of message."))
    # The title goes to telephones, too, where carriers read it: it says no more of a person than the one that ships.
    places = {"subject": fields_of(str(kinds[kind].subject)), "body": kinds[kind].fields}
    errors = {}
    for field, text in (("subject", subject), ("body", body)):
        if not text.strip():
            errors[field] = _("Write a text.")
        elif len(text) > LONGEST[field]:
            errors[field] = _("At most %(n)d characters.") % {"n": LONGEST[field]}
        elif unknown := sorted(fields_of(text) - places[field]):
            errors[field] = _("Unknown places: %(names)s") % {"names": ", ".join(unknown)}
    if errors:
        raise Invalid(next(iter(errors.values())), errors=errors)


@transaction.atomic
def end_wording(*, kind: str, language: str, seen: str, by: UUID, at: datetime) -> None:
    """Go back to the words that ship, and tell it (``notice.wording_ended``).

    ``seen`` is the mark of what goes. Raises ``NotFound`` without own words, ``Conflict`` when they are others now.
    """
    template = _as_seen(kind, language, seen)
    if template is None:
        raise NotFound(_("This notice has the words that ship already."))
    template.delete()
    _tell_wording(kind, "notice.wording_ended", {"language": language}, by=by, at=at)


def _as_seen(kind: str, language: str, seen: str) -> NoticeTemplate | None:
    """The own words of a notice, locked, if there are any."""
    found = NoticeTemplate.objects.select_for_update(of=("self",)).filter(kind=kind, language=language).first()
    if mark_of((found.subject, found.body) if found else None) != seen:
        raise _changed()
    return found


def _changed() -> Conflict:
    return Conflict(_("Somebody else has changed the words of this notice. Look at them again."), code="changed")


def _tell_wording(kind: str, told: str, references: dict[str, str], *, by: UUID, at: datetime) -> None:
    record(stream=f"notice:{kind}", kind=told, actor=by, agency=None, references=references, at=at)
