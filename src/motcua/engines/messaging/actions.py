"""Tell people, once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.messaging import jobs
from motcua.engines.messaging.carriers import carriers
from motcua.engines.messaging.kinds import Contact, Kind, groups, kinds, texts
from motcua.engines.messaging.models import Mail, Notice, NoticeTemplate, PhoneMessage, Preference
from motcua.engines.messaging.rules import fields_of, fill, international, mark_of
from motcua.kernel.errors import Conflict, Invalid, NotFound
from motcua.kernel.events.actions import record
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party

LONGEST = {"subject": 200, "body": 4000}  # characters of the province's own words
AT_ONCE = 1000  # notices in one INSERT


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What some people are told of. ``key`` names it (event and version): the same again tells nobody twice.

    ``recipients`` are accounts; ``people`` are parties without one, ``contacts`` those whom only the kind's room
    knows: both are led to ``open_url``, which asks for none.
    """

    kind: Kind
    recipients: Collection[UUID]
    facts: Mapping[str, str]
    key: str
    url: str = ""
    people: Collection[UUID] = ()
    contacts: Collection[UUID] = ()
    open_url: str = ""


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
    """Tell people of what has happened, accounts as they chose, others by what is known; returns how many are new.

    Five statements, however many occasions there are, one more where somebody has no account or is a contact, and one
    for each mail.
    """
    accounts = Account.objects.filter(is_active=True).in_bulk({one for each in occasions for one in each.recipients})
    people: dict[UUID, Party | Contact] = {**_parties(occasions), **_contacts(occasions)}
    if not accounts and not people:
        return 0
    now = at or timezone.now()
    chosen, own, known = _choices(occasions, accounts), _wordings(occasions), _known(occasions, accounts, people)
    told = [
        (_notice(each, to, own.get(each.kind.code, {}), choice, now), to, choice)
        for each in occasions
        for to, choice in _whom(each, accounts, people, chosen)
        if (to.pk, each.key) not in known and choice.anyhow
    ]
    Notice.objects.bulk_create((notice for notice, _to, _choice in told), ignore_conflicts=True, batch_size=AT_ONCE)
    if settings.EMAIL_HOST:
        by_mail = [notice.pk for notice, to, choice in told if choice.email and to.email]
        _queue_mails(Notice.objects.filter(pk__in=by_mail))
    by_phone = [(notice, choice.carriers) for notice, to, choice in told if choice.carriers and to.phone]
    if by_phone:
        _queue_phone_messages(by_phone)
    return len(told)


def _parties(occasions: Collection[Occasion]) -> dict[UUID, Party]:
    """Those who have no account and left an address of theirs; one statement, none for nobody."""
    people = {one for each in occasions for one in each.people}
    left = Party.objects.filter(~Q(phone="") | ~Q(email=""), account=None)
    return left.in_bulk(people) if people else {}


def _contacts(occasions: Collection[Occasion]) -> dict[UUID, Contact]:
    """Those whom only a room knows, and who left an address; one statement a group that tells some."""
    wanted: dict[str, set[UUID]] = {}
    for each in occasions:
        if each.contacts:
            wanted.setdefault(each.kind.group.code, set()).update(each.contacts)
    found = {key: one for code, keys in wanted.items() for key, one in groups[code].contacts(keys).items()}
    return {key: one for key, one in found.items() if one.phone or one.email}


def _whom(
    occasion: Occasion,
    accounts: Mapping[UUID, Account],
    people: Mapping[UUID, Party | Contact],
    chosen: Mapping[tuple[UUID, str], "Choice"],
) -> Iterator[tuple[Account | Party | Contact, "Choice"]]:
    """Whom an occasion is told, and how."""
    for one in sorted(accounts.keys() & set(occasion.recipients)):
        yield accounts[one], chosen.get((one, occasion.kind.group.code), _usual(occasion))
    yield from _of_people(occasion, accounts, people)


def _of_people(
    occasion: Occasion, accounts: Mapping[UUID, Account], people: Mapping[UUID, Party | Contact]
) -> Iterator[tuple[Party | Contact, "Choice"]]:
    """Each address once: a couple gives one telephone, and who files for another their own e-mail address."""
    heard = {(accounts[one].email or "").casefold() for one in accounts.keys() & set(occasion.recipients)}
    anyone = tuple(code for code, carrier in carriers().items() if carrier.tells_anyone)
    for one in sorted(people.keys() & {*occasion.people, *occasion.contacts}):
        email, phone = people[one].email.casefold(), international(people[one].phone) or ""
        mailed = bool(settings.EMAIL_HOST and occasion.kind.group.email and email and email not in heard)
        yield people[one], Choice(False, mailed, anyone if phone and phone not in heard else ())
        heard |= {email, phone}


def _notice(
    occasion: Occasion,
    to: Account | Party | Contact,
    own: Mapping[str, tuple[str, str]],
    choice: "Choice",
    now: datetime,
) -> Notice:
    notice = Notice(
        recipient=to if isinstance(to, Account) else None,
        party=to if isinstance(to, Party) else None,
        contact=to.pk if isinstance(to, Contact) else None,
        kind=occasion.kind.code,
        url=occasion.url if isinstance(to, Account) else occasion.open_url,
        key=occasion.key,
        shown=choice.in_app,
        created_at=now,
    )
    subject, body = texts(occasion.kind, own, notice.language)
    notice.subject = " ".join(fill(subject, occasion.facts).split())[:200]  # one line: it becomes a header
    notice.body = fill(body, occasion.facts)
    return notice


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


def _known(
    occasions: Collection[Occasion], accounts: Collection[UUID], people: Mapping[UUID, Party | Contact]
) -> set[tuple[UUID | None, str]]:
    """Who was told of which occasion before."""
    contacts = [one for one, each in people.items() if isinstance(each, Contact)]
    parties = people.keys() - set(contacts)
    whom = Q(recipient__in=accounts)
    whom |= Q(party__in=parties) if parties else Q()
    whom |= Q(contact__in=contacts) if contacts else Q()
    told = Notice.objects.filter(whom, key__in={each.key for each in occasions})
    keys = told.values_list("recipient_id", "party_id", "contact", "key")
    return {(account or party or contact, key) for account, party, contact, key in keys}


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
