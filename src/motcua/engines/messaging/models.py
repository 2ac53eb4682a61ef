"""Notices to people, what they chose to be told how, and the mails that went out."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.kinds import Contact, kinds
from motcua.kernel.identifiers.models import Keyed
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party


class Notice(Keyed):
    """One message to one person (thông báo), shown in the house. ``key`` keeps it from being sent twice.

    Who has no account (``party``) is told by the telephone number or e-mail address that their record has, and sees
    nothing in the house; so is a ``contact`` whom only the room knows that tells them (``kinds.Group.contacts``).
    """

    recipient = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="notices")
    party = models.ForeignKey(Party, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    contact = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    url = models.CharField(max_length=300, blank=True)  # path below the site's address
    key = models.CharField(max_length=200)
    shown = models.BooleanField(default=True)  # in the person's list; false: they wanted it by mail only
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notice_once"),
            models.UniqueConstraint(fields=["party", "key"], name="notice_to_party_once", condition=~Q(party=None)),
            models.UniqueConstraint(
                fields=["contact", "key"], name="notice_to_contact_once", condition=~Q(contact=None)
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, party=None, contact=None)
                | Q(recipient=None, party__isnull=False, contact=None, shown=False)
                | Q(recipient=None, party=None, contact__isnull=False, shown=False),
                name="notice_to_one",
                violation_error_message=_("A notice goes to an account, or to somebody who has none."),
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notice_of_account"),
            models.Index(fields=["recipient"], name="notice_unread", condition=Q(read_at=None, shown=True)),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def to(self) -> Account | Party | Contact:
        """Whom it goes to, with telephone number and e-mail address; a contact as their room knows them now."""
        if found := self.recipient or self.party:
            return found
        assert self.contact is not None
        known = kinds[self.kind].group.contacts([self.contact]) if self.kind in kinds else {}
        return known.get(self.contact) or Contact(self.contact, "", "")

    @property
    def language(self) -> str:
        """What it is written in: who has no account has chosen nothing."""
        return self.recipient.language if self.recipient else Account.Language.VIETNAMESE


class Preference(Keyed):
    """How a person wants to be told of a group of kinds; without a row the group's own defaults hold."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="notice_preferences")
    group = models.CharField(max_length=40)
    in_app = models.BooleanField(default=True)
    email = models.BooleanField(default=True)
    carriers = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # also told by these to the phone

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "group"], name="notice_preference_once")]


class NoticeTemplate(Keyed):
    """A province's own wording of a kind of notice in a language, in place of the one that ships."""

    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=2, choices=Account.Language.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"],
                name="notice_template_once",
                violation_error_message=_("There is a text for this kind and language already."),
            )
        ]


class Mail(Keyed):
    """A notice on its way as e-mail."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not deliverable")

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="mail")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="mail_sent_with_time",
                violation_error_message=_("A sent mail has the time at which it was sent."),
            )
        ]


class PhoneMessage(Keyed):
    """A notice on its way to a telephone through a carrier (tin nhắn SMS, Zalo)."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not deliverable")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="phone_messages")
    carrier = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    reference = models.CharField(max_length=80, blank=True)  # under which the carrier knows it
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "carrier"], name="phone_message_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="phone_message_sent_with_time",
                violation_error_message=_("A sent message has the time at which it was sent."),
            ),
        ]


class CarrierToken(models.Model):
    """The tokens of a carrier that changes them (Zalo), sealed. The first one stands in a file of the operator's."""

    carrier = models.CharField(max_length=20, primary_key=True)
    access = models.BinaryField()
    refresh = models.BinaryField()
    expires_at = models.DateTimeField()
